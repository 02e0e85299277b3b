from cms.demo_texts.shape import DemoTexts

REGISTER = "Register van Europese burgerinitiatieven"
REGISTER_URL = "https://register.eci.ec.europa.eu"
REGULATION = "Verordening (EU) 2019/788, artikel 3"
MPG = "Migration Policy Group"

TEXTS: DemoTexts = {
    "home": {
        "slug": "home-nl",
        "title": "Startpagina",
        "heading": "Eén klok hoort de straat. Een beiaard hoort het hele land.",
        "introduction": "Mensen die hetzelfde willen, weten vaak niet van elkaar. Hier tekenen ze samen, en iedereen "
        "kan zien hoe ver de klank draagt.",
        "action_label": "Bekijk de campagne",
        "body": [
            (
                "text",
                "<h2>Wat u hier vindt</h2><p>Deze site is een demonstratie van Carillon, vrije software voor "
                "burgercampagnes. De campagne erop grijpt terug op een echte: <i>We are a welcoming Europe, let us "
                "help!</i>, het eerste Europese burgerinitiatief over migratie. De mensen die hier tekenen zijn "
                "gegenereerd, net als hun aantal en de partnerorganisaties. De vier initiatieven waarvan u de voortgang "
                "ziet zijn echt, en hun cijfers ook.</p>",
            ),
            (
                "call_to_action",
                {
                    "heading": "Probeer het: teken",
                    "text": "Geen bericht verlaat deze machine. De mail die u zou krijgen, wacht in de postbak.",
                    "button": "Naar de petitie",
                    "page": "{petition}",
                },
            ),
        ],
    },
    "campaign": {
        "slug": "gastvrij-europa",
        "title": "Voor een gastvrij Europa (demo)",
        "introduction": "Overal in Europa openen mensen hun deur, geven taalles, delen een maaltijd. Wij vragen dat wie "
        "helpt bedankt wordt, en nooit gestraft.",
        "body": [
            (
                "text",
                "<h2>Waar dit vandaan komt</h2><p>In februari 2018 liet een groep burgers bij de Europese Commissie het "
                "initiatief <i>We are a welcoming Europe, let us help!</i> registreren. Meer dan 200 Europese en "
                "nationale organisaties in 18 lidstaten droegen het: een klein centraal team en veel lokale teams, die "
                "online en op straat steun verzamelden.</p><p>Na een jaar was het nodige miljoen niet gehaald. Wat "
                "bleef, zijn mensen die over grenzen heen hebben leren samenwerken. Deze demonstratie toont het "
                "gereedschap dat zo'n campagne op haar eerste dag nodig heeft.</p>",
            ),
            (
                "figures",
                {
                    "heading": "De campagne van 2018 in cijfers",
                    "figures": [
                        {"number": "200+", "meaning": "organisaties deden mee", "source": MPG},
                        {"number": "18", "meaning": "lidstaten met een eigen campagne", "source": MPG},
                        {
                            "number": "1 jaar",
                            "meaning": "verzamelen, vanaf 15 februari 2018",
                            "source": f"{REGISTER}, ECI(2018)000001",
                        },
                    ],
                },
            ),
            (
                "quote",
                {
                    "text": "Ik gaf twee nachten een bed. Ik zou het vanavond weer doen, en ik zou het graag aan mijn "
                    "buren vertellen.",
                    "person": "Mara",
                    "role": "bakker in Gent",
                    "is_generated": True,
                },
            ),
            ("progress", {"heading": "Hoeveel mensen hier getekend hebben", "petition": "{petition_row}"}),
            (
                "call_to_action",
                {
                    "heading": "Laat ons helpen",
                    "text": "Het duurt een minuut en werkt op elke telefoon.",
                    "button": "Teken de petitie",
                    "page": "{petition}",
                },
            ),
            ("partners", {"heading": "Wie aan deze demonstratie meedoet"}),
        ],
    },
    "petition": {
        "slug": "laat-ons-helpen",
        "title": "Laat ons helpen: niemand wordt gestraft voor een helpende hand",
        "introduction": "Iemand water geven, een bed of een rit naar de dokter is geen misdrijf. Wij vragen de Europese "
        "Unie en haar lidstaten dat duidelijk in de wet te zetten.",
        "form_heading": "Zet uw naam erbij",
        "thank_you": "<p>Uw naam staat nu bij de andere. Mensen tekenen omdat iemand die ze vertrouwen het vroeg: drie "
        "berichten van u zijn meer waard dan elke affiche.</p>",
        "share_text": "Ik heb net getekend: niemand mag gestraft worden voor hulp aan mensen in nood. Zet u uw naam "
        "erbij?",
        "body": [
            (
                "text",
                "<h2>Wat we vragen</h2><ul><li>Humanitaire hulp zonder winstbejag wordt nooit vervolgd.</li><li>Lokale "
                "groepen die mensen willen onthalen, krijgen steun in plaats van hindernissen.</li><li>Wie uitgebuit of "
                "mishandeld wordt, kan een klacht indienen en wordt gehoord, met welke papieren ook.</li></ul><h2>Waarom "
                "nu</h2><p>Wetten over helpen worden in vele hoofdsteden geschreven en overal anders gelezen. Een "
                "vrijwilliger mag geen advocaat nodig hebben om een deur te openen. Een duidelijke regel beschermt wie "
                "helpt en wie geholpen wordt.</p><p>Deze pagina hoort bij een demonstratie: wat u hier tekent, wordt "
                "aan niemand bezorgd.</p>",
            ),
            (
                "questions",
                {
                    "heading": "Goed om te weten",
                    "questions": [
                        {
                            "question": "Waarom moet ik per e-mail bevestigen?",
                            "answer": "<p>Zodat niemand in uw naam kan tekenen. Alleen bevestigde handtekeningen "
                            "tellen.</p>",
                        },
                        {
                            "question": "Is dit een Europees burgerinitiatief?",
                            "answer": "<p>Nee, het is een petitie. Een initiatief steunen kan online alleen in het "
                            "verzamelsysteem van de Europese Commissie.</p>",
                        },
                        {
                            "question": "Waarom vraagt u mijn nationaliteit en waar ik woon?",
                            "answer": "<p>Dat zijn twee verschillende dingen, en een campagne heeft beide nodig: het "
                            "eerste zegt voor welk land u telt, het tweede waar u kunt meedoen.</p>",
                        },
                        {
                            "question": "Kan ik mijn handtekening intrekken?",
                            "answer": "<p>Ja, altijd, met de link op de pagina die u na het tekenen ziet.</p>",
                        },
                    ],
                },
            ),
        ],
    },
    "how": {
        "slug": "hoe-het-werkt",
        "title": "Hoe het werkt",
        "introduction": "Van één handtekening tot een miljoen: wat telt, wie telt, en waar u het kunt nakijken.",
        "body": [
            (
                "text",
                "<h2>Hier een petitie tekenen</h2><ol><li>U vult het formulier in. Het vraagt alleen wat de campagne "
                "nodig heeft.</li><li>Wij sturen u één bericht. Druk op de knop erin.</li><li>Uw handtekening telt, en u "
                "krijgt een eigen link om door te geven.</li></ol><p>Bevestigt u niet, dan herinneren we u eraan na "
                "twee, vier en zes dagen en wissen we het formulier na drie weken.</p><h2>Wat een Europees "
                "burgerinitiatief nodig heeft</h2><p>Een initiatief moet in totaal een miljoen steunbetuigingen "
                "verzamelen en in minstens zeven lidstaten een minimum halen. Het minimum van een land is zijn aantal "
                "zetels in het Europees Parlement maal de omvang van het Parlement op de dag van registratie. De "
                "nationaliteit beslist voor welk land een steunbetuiging telt, niet de woonplaats.</p>",
            ),
            (
                "figures",
                {
                    "heading": "Drie getallen om te onthouden",
                    "figures": [
                        {"number": "1 miljoen", "meaning": "steunbetuigingen in totaal", "source": REGULATION},
                        {"number": "7", "meaning": "landen die hun minimum halen", "source": REGULATION},
                        {
                            "number": "12 maanden",
                            "meaning": "ten hoogste om ze te verzamelen",
                            "source": "Verordening (EU) 2019/788, artikel 8",
                        },
                    ],
                },
            ),
            ("initiatives", "Echte initiatieven en hoe ver ze kwamen"),
            ("text", f'<p>Bron van deze cijfers: <a href="{REGISTER_URL}">{REGISTER}</a>.</p>'),
        ],
    },
    "privacy": {
        "slug": "privacy",
        "title": "Privacy",
        "introduction": "Wat we bewaren, waarvoor, hoelang, en hoe u het inkijkt of laat wissen.",
        "body": [
            (
                "text",
                "<p><b>Dit is de verklaring van een demonstratie.</b> Een organisatie die Carillon gebruikt, vervangt "
                "ze door haar eigen verklaring, met haar naam, adres en het contact van haar functionaris voor "
                "gegevensbescherming.</p><h2>Wat we bewaren</h2><ul><li>Wat u in het formulier schrijft.</li><li>De "
                "precieze tekst waarmee u wel of niet instemde, en wanneer.</li><li>Via welke link u kwam, zodat de "
                "campagne weet wat werkte.</li><li>Een afdruk van het adres van uw toestel, onleesbaar zonder sleutel, "
                "om vervalsingen te herkennen.</li></ul><h2>Waarvoor</h2><p>Om uw handtekening één keer te tellen. Voor "
                "nieuws alleen als u het vakje aankruiste, en alleen van de organisatie die ernaast staat. Tekenen "
                "hangt daar nooit van af.</p><h2>Hoelang</h2><p>Een formulier dat u niet bevestigt, wordt na drie weken "
                "gewist. Een handtekening blijft zolang de campagne loopt; u kunt ze eerder intrekken.</p><h2>Wat we "
                "niet doen</h2><p>Geen cookies op openbare pagina's, geen volgsystemen, niets dat van elders geladen "
                "wordt. We bewaren geen identiteitsnummers en geen steunbetuigingen voor initiatieven.</p><h2>Uw "
                "rechten</h2><p>U kunt vragen wat we over u hebben, het laten verbeteren of wissen, en klacht indienen "
                "bij de gegevensbeschermingsautoriteit van uw land.</p>",
            )
        ],
    },
}
