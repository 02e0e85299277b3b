from cms.demo_texts.shape import DemoTexts

REGISTER = "Register van Europese burgerinitiatieven"
REGISTER_URL = "https://register.eci.ec.europa.eu"
REGULATION = "Verordening (EU) 2019/788, artikel 3"
MPG = "Migration Policy Group"

TEXTS: DemoTexts = {
    "home": {
        "slug": "home-nl",
        "title": "Startpagina",
        "heading": "Eén klok hoor je in de straat. Een beiaard hoor je in het hele land.",
        "introduction": "Mensen die hetzelfde willen, weten dat vaak niet van elkaar. Hier tekenen ze samen, en iedereen "
        "ziet hoe ver hun klank draagt.",
        "action_label": "Bekijk de campagne",
        "body": [
            (
                "text",
                "<h2>Wat je hier vindt</h2><p>Deze site is een demonstratie van Carillon, opensourcesoftware voor "
                "burgercampagnes. De campagne grijpt terug op een echte: <i>We are a welcoming Europe, let us "
                "help!</i>, het eerste Europese burgerinitiatief over migratie. De mensen die hier tekenen, zijn "
                "gegenereerd, net als hun aantal en de partnerorganisaties. De vier initiatieven waarvan je de "
                "voortgang ziet, zijn echt, en hun cijfers ook.</p>",
            ),
            (
                "call_to_action",
                {
                    "heading": "Probeer het: teken",
                    "text": "Er vertrekt geen enkel bericht van deze machine. De mail die je zou krijgen, wacht in het "
                    "Postvak UIT.",
                    "button": "Naar de petitie",
                    "page": "{petition}",
                },
            ),
        ],
    },
    "campaign": {
        "slug": "gastvrij-europa",
        "title": "Voor een gastvrij Europa (demo)",
        "introduction": "Overal in Europa zetten mensen hun deur open, geven ze taalles, delen ze een maaltijd. Wij "
        "vragen dat wie helpt een bedankje krijgt, en nooit straf.",
        "body": [
            (
                "text",
                "<h2>Waar dit vandaan komt</h2><p>In februari 2018 liet een groep burgers bij de Europese Commissie het "
                "initiatief <i>We are a welcoming Europe, let us help!</i> registreren. Meer dan 200 Europese en "
                "nationale organisaties in 18 lidstaten zetten er hun schouders onder: een klein centraal team en veel "
                "lokale teams, die online en op straat steun verzamelden.</p><p>Na een jaar was het miljoen dat nodig "
                "was, niet gehaald. Wat bleef, zijn mensen die over de grenzen heen leerden samenwerken. Deze "
                "demonstratie toont wat zo’n campagne op haar eerste dag nodig heeft.</p>",
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
                            "meaning": "steun verzamelen, vanaf 15 februari 2018",
                            "source": f"{REGISTER}, ECI(2018)000001",
                        },
                    ],
                },
            ),
            (
                "quote",
                {
                    "text": "Ik gaf iemand twee nachten een bed. Ik zou het vanavond weer doen, en ik zou het graag aan "
                    "mijn buren vertellen.",
                    "person": "Mara",
                    "role": "bakker in Gent",
                    "is_generated": True,
                },
            ),
            ("progress", {"heading": "Zoveel mensen tekenden hier al", "petition": "{petition_row}"}),
            (
                "call_to_action",
                {
                    "heading": "Laat ons helpen",
                    "text": "Tekenen duurt een minuut en werkt op elke telefoon.",
                    "button": "Teken de petitie",
                    "page": "{petition}",
                },
            ),
            ("partners", {"heading": "Wie aan deze demonstratie meedoet"}),
        ],
    },
    "petition": {
        "slug": "laat-ons-helpen",
        "title": "Laat ons helpen: geen straf voor een helpende hand",
        "introduction": "Iemand water geven, een bed of een lift naar de dokter is geen misdrijf. Wij vragen de Europese "
        "Unie en haar lidstaten om dat duidelijk in de wet te zetten.",
        "form_heading": "Zet je naam erbij",
        "thank_you": "<p>Je naam staat nu bij de andere. Mensen tekenen omdat iemand die ze vertrouwen het vroeg: drie "
        "berichten van jou zijn meer waard dan welke affiche ook.</p>",
        "share_text": "Ik heb net getekend: niemand mag gestraft worden voor hulp aan mensen in nood. Zet jij je naam "
        "erbij?",
        "body": [
            (
                "text",
                "<h2>Wat we vragen</h2><ul><li>Wie zonder winstbejag humanitaire hulp geeft, wordt nooit "
                "vervolgd.</li><li>Lokale groepen die mensen willen onthalen, krijgen steun in plaats van "
                "hindernissen.</li><li>Wie uitgebuit of mishandeld wordt, kan een klacht indienen en wordt gehoord, met "
                "welke papieren ook.</li></ul><h2>Waarom nu</h2><p>Elk land schrijft zijn eigen wetten over helpen, en "
                "overal worden ze anders gelezen. Een vrijwilliger mag geen advocaat nodig hebben om een deur open te "
                "doen. Een duidelijke regel beschermt wie helpt en wie geholpen wordt.</p><p>Deze pagina hoort bij een "
                "demonstratie: wat je hier tekent, wordt aan niemand bezorgd.</p>",
            ),
            (
                "questions",
                {
                    "heading": "Goed om te weten",
                    "questions": [
                        {
                            "question": "Waarom moet ik per e-mail bevestigen?",
                            "answer": "<p>Zodat niemand in jouw naam kan tekenen. Alleen bevestigde handtekeningen "
                            "tellen.</p>",
                        },
                        {
                            "question": "Is dit een Europees burgerinitiatief?",
                            "answer": "<p>Nee, het is een petitie. Een steunbetuiging voor een initiatief geef je online "
                            "alleen in het centrale verzamelsysteem van de Europese Commissie.</p>",
                        },
                        {
                            "question": "Waarom vragen jullie mijn nationaliteit en waar ik woon?",
                            "answer": "<p>Dat zijn twee verschillende dingen, en een campagne heeft ze allebei nodig: het "
                            "eerste zegt voor welk land je meetelt, het tweede waar je kunt meedoen.</p>",
                        },
                        {
                            "question": "Kan ik mijn handtekening intrekken?",
                            "answer": "<p>Ja, altijd, met de link op de pagina die je na het tekenen ziet.</p>",
                        },
                    ],
                },
            ),
        ],
    },
    "how": {
        "slug": "hoe-het-werkt",
        "title": "Hoe het werkt",
        "introduction": "Van één handtekening tot een miljoen: wat telt, wie telt, en waar je het kunt nakijken.",
        "body": [
            (
                "text",
                "<h2>Hier een petitie tekenen</h2><ol><li>Je vult het formulier in. Het vraagt alleen wat de campagne "
                "nodig heeft.</li><li>We sturen je één bericht. Druk op de knop die erin staat.</li><li>Je handtekening "
                "telt, en je krijgt een eigen link om door te geven.</li></ol><p>Bevestig je niet, dan herinneren we je "
                "eraan na twee, vier en zes dagen. Na drie weken wissen we het formulier.</p><h2>Wat een Europees "
                "burgerinitiatief nodig heeft</h2><p>Een initiatief moet in totaal een miljoen steunbetuigingen "
                "verzamelen en in minstens zeven lidstaten een minimum halen. Je vindt dat minimum door het aantal "
                "zetels van het land in het Europees Parlement te vermenigvuldigen met het totale aantal zetels op de "
                "dag waarop het initiatief geregistreerd is. Je nationaliteit beslist voor welk land je steunbetuiging "
                "telt, niet de plaats waar je woont.</p>",
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
                            "meaning": "hooguit om ze te verzamelen",
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
        "introduction": "Wat we bewaren, waarvoor en hoelang, en hoe je het opvraagt of laat wissen.",
        "body": [
            (
                "text",
                "<p><b>Dit is de privacyverklaring van een demonstratie.</b> Een organisatie die Carillon gebruikt, zet "
                "hier haar eigen verklaring, met haar naam, haar adres en hoe je haar functionaris voor "
                "gegevensbescherming bereikt.</p><h2>Wat we bewaren</h2><ul><li>Wat je in het formulier "
                "invult.</li><li>De precieze tekst waarmee je wel of niet instemde, en wanneer.</li><li>Via welke link "
                "je kwam, zodat de campagne weet wat gewerkt heeft.</li><li>Een onleesbare afdruk van het netwerkadres "
                "van je toestel, om vervalsingen te herkennen. Zonder sleutel valt het adres er niet uit af te "
                "leiden.</li></ul><h2>Waarvoor</h2><p>Om je handtekening één keer te tellen. Om je nieuws te sturen, "
                "alleen als je dat vakje aankruiste, en alleen van de organisatie die ernaast staat. Tekenen kan "
                "altijd, ook zonder dat vakje.</p><h2>Hoelang</h2><p>Een formulier dat je niet bevestigt, wissen we na "
                "drie weken. Een handtekening bewaren we zolang de campagne loopt; je kunt ze eerder intrekken.</p>"
                "<h2>Wat we niet doen</h2><p>Geen cookies op openbare pagina’s, geen trackers, en niets dat van elders "
                "geladen wordt. We bewaren geen identiteitsnummers en geen steunbetuigingen voor "
                "initiatieven.</p><h2>Jouw rechten</h2><p>Je kunt opvragen wat we over je bewaren, het laten verbeteren "
                "of wissen, en een klacht indienen bij de gegevensbeschermingsautoriteit van je land.</p>",
            )
        ],
    },
}
