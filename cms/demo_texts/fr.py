from cms.demo_texts.shape import DemoTexts

REGISTER = "Registre des initiatives citoyennes européennes"
REGISTER_URL = "https://register.eci.ec.europa.eu"
REGULATION = "Règlement (UE) 2019/788, article 3"
MPG = "Migration Policy Group"

TEXTS: DemoTexts = {
    "home": {
        "slug": "home-fr",
        "title": "Accueil",
        "heading": "Une cloche s’entend dans la rue. Un carillon s’entend dans tout le pays.",
        "introduction": "Quand on veut la même chose, on ne se connaît pas toujours. Ici, on signe ensemble, et tout le monde voit jusqu’où porte le son.",
        "action_label": "Découvrir la campagne",
        "body": [
            (
                "text",
                "<h2>Ce que vous trouvez ici</h2><p>Ce site est une démonstration de Carillon, un logiciel libre "
                "pour les campagnes citoyennes. La campagne présentée s’inspire d’une vraie : <i>We are a welcoming "
                "Europe, let us help!</i>, la première initiative citoyenne européenne sur les migrations. Les "
                "personnes qui signent ici sont générées, comme leur nombre et les organisations partenaires. Les "
                "quatre initiatives dont vous voyez les progrès sont réelles, et leurs chiffres aussi.</p>",
            ),
            (
                "call_to_action",
                {
                    "heading": "Essayez : signez",
                    "text": "Aucun message ne quitte cette machine. Celui que vous recevriez attend dans la boîte d’envoi.",
                    "button": "Voir la pétition",
                    "page": "{petition}",
                },
            ),
        ],
    },
    "campaign": {
        "slug": "europe-accueillante",
        "title": "Pour une Europe accueillante (démo)",
        "introduction": "Partout en Europe, des gens ouvrent leur porte, enseignent une langue, partagent un repas. "
        "Nous demandons que l’on remercie les personnes qui aident, et qu’on ne les punisse jamais.",
        "body": [
            (
                "text",
                "<h2>D’où cela vient</h2><p>En février 2018, un groupe de citoyennes et de citoyens a fait "
                "enregistrer auprès de la Commission européenne l’initiative <i>We are a welcoming Europe, let us "
                "help!</i>. Plus de 200 organisations européennes et nationales, dans 18 États membres, l’ont portée "
                ": une petite équipe centrale et beaucoup d’équipes locales, qui recueillaient les signatures en "
                "ligne et dans la rue.</p><p>Au bout d’un an, elle n’avait pas atteint le million nécessaire. Ce qui "
                "en reste, ce sont des gens qui ont appris à travailler ensemble par-delà les frontières. Cette "
                "démonstration montre les outils dont une telle campagne a besoin dès le premier jour.</p>",
            ),
            (
                "figures",
                {
                    "heading": "La campagne de 2018 en chiffres",
                    "figures": [
                        {"number": "200+", "meaning": "organisations y ont participé", "source": MPG},
                        {"number": "18", "meaning": "États membres avec leur propre campagne", "source": MPG},
                        {
                            "number": "1 an",
                            "meaning": "de collecte, à partir du 15 février 2018",
                            "source": f"{REGISTER}, ECI(2018)000001",
                        },
                    ],
                },
            ),
            (
                "quote",
                {
                    "text": "J’ai offert un lit pour deux nuits. Je le referais ce soir, et j’aimerais pouvoir le "
                    "dire à mes voisins.",
                    "person": "Mara",
                    "role": "boulangère à Gand",
                    "is_generated": True,
                },
            ),
            ("progress", {"heading": "Combien ont signé ici", "petition": "{petition_row}"}),
            (
                "call_to_action",
                {
                    "heading": "Laissez-nous aider",
                    "text": "Une minute suffit, sur n’importe quel téléphone.",
                    "button": "Signer la pétition",
                    "page": "{petition}",
                },
            ),
            ("partners", {"heading": "Qui participe à cette démonstration"}),
        ],
    },
    "petition": {
        "slug": "laissez-nous-aider",
        "title": "Laissez-nous aider : que personne ne soit puni pour avoir tendu la main",
        "introduction": "Donner de l’eau, offrir un lit, conduire quelqu’un chez le médecin : ce n’est pas un délit. "
        "Nous demandons à l’Union européenne et à ses États membres de l’écrire clairement dans la loi.",
        "form_heading": "Ajoutez votre nom",
        "thank_you": "<p>Votre nom figure désormais à côté des autres. On signe parce qu’une personne de confiance "
        "l’a demandé : trois messages de vous valent mieux que n’importe quelle affiche.</p>",
        "share_text": "Je viens de signer : personne ne devrait être puni pour avoir aidé des gens dans le besoin. "
        "Vous signez aussi ?",
        "body": [
            (
                "text",
                "<h2>Ce que nous demandons</h2><ul><li>L’aide humanitaire apportée sans contrepartie n’est jamais "
                "poursuivie.</li><li>Les groupes locaux qui veulent accueillir reçoivent un appui plutôt que des "
                "obstacles.</li><li>Toute personne exploitée ou maltraitée peut porter plainte et être entendue, "
                "quels que soient ses papiers.</li></ul><h2>Pourquoi maintenant</h2><p>Chaque pays a ses propres "
                "lois sur l’aide, et chacun les lit autrement. Personne ne devrait avoir besoin d’un avocat avant "
                "d’ouvrir sa porte. Une règle claire protège les personnes qui aident comme celles qui sont "
                "aidées.</p><p>Cette page fait partie d’une démonstration : ce que vous signez ici n’est transmis à "
                "personne.</p>",
            ),
            (
                "questions",
                {
                    "heading": "Bon à savoir",
                    "questions": [
                        {
                            "question": "Pourquoi dois-je confirmer par e-mail ?",
                            "answer": "<p>Pour que personne ne signe à votre place. Seules les signatures confirmées "
                            "comptent.</p>",
                        },
                        {
                            "question": "Est-ce une initiative citoyenne européenne ?",
                            "answer": "<p>Non, c’est une pétition. En ligne, on ne peut soutenir une initiative que "
                            "dans le système de collecte de la Commission européenne.</p>",
                        },
                        {
                            "question": "Pourquoi demandez-vous ma nationalité et le pays où j’habite ?",
                            "answer": "<p>Ce sont deux choses différentes, et une campagne a besoin des deux : la "
                            "première dit pour quel pays vous comptez, la seconde où vous pouvez agir.</p>",
                        },
                        {
                            "question": "Puis-je retirer ma signature ?",
                            "answer": "<p>Oui, à tout moment, avec le lien de la page qui s’affiche après la signature.</p>",
                        },
                    ],
                },
            ),
        ],
    },
    "how": {
        "slug": "comment-ca-marche",
        "title": "Comment ça marche",
        "introduction": "D’une signature à un million : ce qui compte, qui compte, et où vous pouvez le vérifier.",
        "body": [
            (
                "text",
                "<h2>Signer une pétition ici</h2><ol><li>Vous remplissez le formulaire. Il ne demande que ce dont la "
                "campagne a besoin.</li><li>Nous vous envoyons un seul message. Appuyez sur le bouton qu’il "
                "contient.</li><li>Votre signature compte, et vous recevez votre lien personnel, à faire "
                "passer.</li></ol><p>Si vous ne confirmez pas, nous vous le rappelons après deux, quatre et six "
                "jours, puis nous supprimons le formulaire au bout de trois semaines.</p><h2>Ce qu’il faut à une "
                "initiative citoyenne européenne</h2><p>Une initiative doit réunir un million de déclarations de "
                "soutien au total, et atteindre un minimum dans au moins sept États membres. Le minimum d’un pays "
                "est son nombre de sièges au Parlement européen multiplié par la taille du Parlement le jour de "
                "l’enregistrement. C’est la nationalité, et non le pays où l’on habite, qui décide pour quel pays "
                "une déclaration compte.</p>",
            ),
            (
                "figures",
                {
                    "heading": "Trois chiffres à retenir",
                    "figures": [
                        {"number": "1 million", "meaning": "de déclarations de soutien au total", "source": REGULATION},
                        {"number": "7", "meaning": "pays qui atteignent leur minimum", "source": REGULATION},
                        {
                            "number": "12 mois",
                            "meaning": "au plus pour les recueillir",
                            "source": "Règlement (UE) 2019/788, article 8",
                        },
                    ],
                },
            ),
            ("initiatives", "De vraies initiatives et leur parcours"),
            ("text", f'<p>Source de ces chiffres : <a href="{REGISTER_URL}">{REGISTER}</a>.</p>'),
        ],
    },
    "privacy": {
        "slug": "vie-privee",
        "title": "Vie privée",
        "introduction": "Ce que nous gardons, pourquoi, combien de temps, et comment le consulter ou le faire supprimer.",
        "body": [
            (
                "text",
                "<p><b>Ceci est la notice d’une démonstration.</b> L’organisation qui utilise Carillon la remplace "
                "par la sienne, avec son nom, son adresse et les coordonnées de son délégué à la protection des "
                "données (DPO).</p><h2>Ce que nous gardons</h2><ul><li>Ce que vous écrivez dans le "
                "formulaire.</li><li>Le texte exact que vous avez accepté ou non, et quand.</li><li>Le lien que vous "
                "avez suivi pour venir ici, pour que la campagne sache ce qui a fonctionné.</li><li>Une empreinte de "
                "l’adresse de votre appareil, pour reconnaître les fraudes. Sans une clé, elle ne permet pas de "
                "retrouver l’adresse.</li></ul><h2>Pourquoi</h2><p>Pour compter votre signature une seule fois. Pour "
                "vous envoyer des nouvelles, seulement si vous avez coché la case, et seulement de la part de "
                "l’organisation nommée à côté. Votre signature n’en dépend jamais.</p><h2>Combien de temps</h2><p>Un "
                "formulaire non confirmé est supprimé après trois semaines. Une signature est gardée tant que dure "
                "la campagne ; vous pouvez la retirer à tout moment.</p><h2>Ce que nous ne faisons pas</h2><p>Pas de "
                "cookies sur les pages publiques, pas de traceurs, rien de chargé chez un tiers. Nous ne détenons ni "
                "numéros d’identité ni déclarations de soutien à des initiatives.</p><h2>Vos droits</h2><p>Vous "
                "pouvez demander ce que nous avons sur vous, le faire corriger ou supprimer, et introduire une "
                "plainte auprès de l’autorité de protection des données de votre pays.</p>",
            )
        ],
    },
}
