from cms.demo_texts.shape import DemoTexts

REGISTER = "Register of European Citizens' Initiatives"
REGISTER_URL = "https://register.eci.ec.europa.eu"
REGULATION = "Regulation (EU) 2019/788, Article 3"
MPG = "Migration Policy Group"

TEXTS: DemoTexts = {
    "home": {
        "slug": "home-en",
        "title": "Home",
        "heading": "One bell is heard in the street. Many are heard across the country.",
        "introduction": "People who want the same thing often do not know of each other. Here they sign together, "
        "and everybody can see how far the sound carries.",
        "action_label": "Hear the campaign",
        "body": [
            (
                "text",
                "<h2>What you find here</h2><p>This site is a demonstration of Carillon, open-source software for "
                "civic campaigns. The campaign on it takes up a real one: <i>We are a welcoming Europe, let us help!</i>, "
                "the first European Citizens' Initiative on migration. The people who sign here are generated, and so "
                "are their number and the partner organisations. The four initiatives whose progress you see are real, "
                "and so are their figures.</p>",
            ),
            (
                "call_to_action",
                {
                    "heading": "Try it: sign",
                    "text": "No letter leaves this machine. The message you would get waits in the outbox.",
                    "button": "To the petition",
                    "page": "{petition}",
                },
            ),
        ],
    },
    "campaign": {
        "slug": "welcoming-europe",
        "title": "We Are a Welcoming Europe (demo)",
        "introduction": "Across Europe people open their doors, teach a language, share a meal. We ask that those who "
        "help are thanked for it, and never punished.",
        "body": [
            (
                "text",
                "<h2>Where this comes from</h2><p>In February 2018 a group of citizens registered the initiative "
                "<i>We are a welcoming Europe, let us help!</i> with the European Commission. More than 200 European "
                "and national organisations in 18 member states carried it: a small central team, and many local ones "
                "who collected online and in the street.</p><p>After a year it had not reached the million it needed. "
                "What it left behind are people who learned to work together across borders. This demo shows the "
                "tools such a campaign needs on its first day.</p>",
            ),
            (
                "figures",
                {
                    "heading": "The campaign of 2018 in figures",
                    "figures": [
                        {"number": "200+", "meaning": "organisations took part", "source": MPG},
                        {"number": "18", "meaning": "member states with a campaign of their own", "source": MPG},
                        {
                            "number": "1 year",
                            "meaning": "of collecting, from 15 February 2018",
                            "source": f"{REGISTER}, ECI(2018)000001",
                        },
                    ],
                },
            ),
            (
                "quote",
                {
                    "text": "I gave a bed for two nights. I would do it again tonight, and I would like to tell my "
                    "neighbours about it.",
                    "person": "Mara",
                    "role": "baker in Ghent",
                    "is_generated": True,
                },
            ),
            ("progress", {"heading": "How many have signed here", "petition": "{petition_row}"}),
            (
                "call_to_action",
                {
                    "heading": "Let us help",
                    "text": "It takes a minute and works on any phone.",
                    "button": "Sign the petition",
                    "page": "{petition}",
                },
            ),
            ("partners", {"heading": "Who takes part in this demo"}),
        ],
    },
    "petition": {
        "slug": "let-us-help",
        "title": "Let us help: nobody is punished for lending a hand",
        "introduction": "Giving somebody water, a bed or a lift to the doctor is not a crime. We ask the European Union "
        "and its member states to say so clearly, in law.",
        "form_heading": "Add your name",
        "thank_you": "<p>Your name now stands beside the others. People sign because somebody they trust asked them: "
        "three messages from you are worth more than any poster.</p>",
        "share_text": "I have just signed: nobody should be punished for helping people in need. Will you add your name?",
        "body": [
            (
                "text",
                "<h2>What we ask</h2><ul><li>Humanitarian help, given without gain, is never prosecuted.</li>"
                "<li>Local groups who want to welcome people get support rather than obstacles.</li>"
                "<li>Whoever is exploited or mistreated can complain and be heard, whatever their papers say.</li></ul>"
                "<h2>Why now</h2><p>Laws about helping are written in many capitals and read differently in each. "
                "A volunteer should not need a lawyer before opening a door. A clear rule protects those who help and "
                "those who are helped.</p><p>This page belongs to a demonstration: what you sign here is sent to "
                "nobody.</p>",
            ),
            (
                "questions",
                {
                    "heading": "Good to know",
                    "questions": [
                        {
                            "question": "Why do I have to confirm by e-mail?",
                            "answer": "<p>So that nobody can sign in your name. Only confirmed signatures count.</p>",
                        },
                        {
                            "question": "Is this a European Citizens' Initiative?",
                            "answer": "<p>No. It is a petition. A statement of support for an initiative can be given "
                            "online only in the European Commission's own collection system.</p>",
                        },
                        {
                            "question": "Why are you asking my nationality and where I live?",
                            "answer": "<p>They are two different things, and campaigns need both: the first says for "
                            "which country you count, the second where you can take part.</p>",
                        },
                        {
                            "question": "Can I take my signature back?",
                            "answer": "<p>Yes, at any time, with the link on the page you see after signing.</p>",
                        },
                    ],
                },
            ),
        ],
    },
    "how": {
        "slug": "how-it-works",
        "title": "How it works",
        "introduction": "From one signature to a million: what counts, who counts it, and where you can look it up.",
        "body": [
            (
                "text",
                "<h2>Signing a petition here</h2><ol><li>You fill in the form. It asks only what the campaign needs.</li>"
                "<li>We send you one message. Press the button in it.</li><li>Your signature counts, and you get a "
                "link of your own to pass on.</li></ol><p>If you do not confirm, we remind you after two, four and six "
                "days and delete the form after three weeks.</p><h2>What a European Citizens' Initiative needs</h2>"
                "<p>An initiative must gather one million statements of support in all, and reach a minimum in at least "
                "seven member states. The minimum of a country is its number of seats in the European Parliament times "
                "the size of the Parliament on the day the initiative was registered. Nationality decides for which "
                "country a statement counts, not where somebody lives.</p>",
            ),
            (
                "figures",
                {
                    "heading": "Three numbers to remember",
                    "figures": [
                        {"number": "1 million", "meaning": "statements of support in all", "source": REGULATION},
                        {"number": "7", "meaning": "countries that reach their minimum", "source": REGULATION},
                        {
                            "number": "12 months",
                            "meaning": "at most to collect them",
                            "source": "Regulation (EU) 2019/788, Article 8",
                        },
                    ],
                },
            ),
            ("initiatives", "Real initiatives and how far they came"),
            (
                "text",
                f'<p>Source of these counts: <a href="{REGISTER_URL}">{REGISTER}</a>.</p>',
            ),
        ],
    },
    "privacy": {
        "slug": "privacy",
        "title": "Privacy",
        "introduction": "What we keep, what for, for how long, and how you get it back or have it deleted.",
        "body": [
            (
                "text",
                "<p><b>This is the notice of a demonstration.</b> An organisation that uses Carillon replaces it with "
                "its own, with its name, address and the contact of its data-protection officer.</p>"
                "<h2>What we keep</h2><ul><li>What you write in the form.</li><li>The exact wording you agreed or did "
                "not agree to, and when.</li><li>Through which link you came, so that the campaign knows which of its "
                "efforts worked.</li><li>A hash of the address your device had, from which the address cannot be read "
                "back without a key, to recognise forgeries.</li></ul>"
                "<h2>What for</h2><p>To count your signature once. For news only if you ticked the box, and only from "
                "the organisation named beside it. Signing never depends on it.</p>"
                "<h2>For how long</h2><p>A form you do not confirm is deleted after three weeks. A signature is kept "
                "while the campaign runs; you can withdraw it before.</p>"
                "<h2>What we do not do</h2><p>No cookies on public pages, no trackers, nothing loaded from anybody "
                "else. We hold no identity numbers and no statements of support for initiatives.</p>"
                "<h2>Your rights</h2><p>You can ask what we hold about you, have it corrected or erased, and complain "
                "to the data-protection authority of your country.</p>",
            )
        ],
    },
}
