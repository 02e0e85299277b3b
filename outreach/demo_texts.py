"""Words of the demo's conversations: the script of the street stall, in each interface language."""

from typing import Any

QUESTIONS: list[dict[str, Any]] = [
    {
        "key": "knew",
        "kind": "choice",
        "text": {
            "en": "Did you know that you may vote in the elections of your commune?",
            "fr": "Saviez-vous que vous pouvez voter aux élections de votre commune ?",
            "nl": "Wist u dat u mag stemmen bij de verkiezingen van uw gemeente?",
            "ar": "هل كنتم تعلمون أن بإمكانكم التصويت في انتخابات بلديتكم؟",
        },
        "next": "years",
        "options": [
            {"key": "yes", "text": {"en": "Yes", "fr": "Oui", "nl": "Ja", "ar": "نعم"}, "next": "registered"},
            {"key": "no", "text": {"en": "No", "fr": "Non", "nl": "Nee", "ar": "لا"}, "next": "years"},
        ],
    },
    {
        "key": "registered",
        "kind": "choice",
        "text": {
            "en": "Have you put yourself on the list of voters?",
            "fr": "Vous êtes-vous inscrit sur la liste des électeurs ?",
            "nl": "Hebt u zich ingeschreven op de kiezerslijst?",
            "ar": "هل سجّلتم أنفسكم في قائمة الناخبين؟",
        },
        "next": "years",
        "options": [
            {"key": "yes", "text": {"en": "Yes", "fr": "Oui", "nl": "Ja", "ar": "نعم"}, "next": ""},
            {"key": "no", "text": {"en": "Not yet", "fr": "Pas encore", "nl": "Nog niet", "ar": "ليس بعد"}, "next": ""},
        ],
    },
    {
        "key": "years",
        "kind": "choice",
        "text": {
            "en": "How long have you lived in Belgium?",
            "fr": "Depuis combien de temps vivez-vous en Belgique ?",
            "nl": "Hoelang woont u in België?",
            "ar": "منذ متى تعيشون في بلجيكا؟",
        },
        "next": "",
        "options": [
            {
                "key": "under5",
                "text": {
                    "en": "Less than five years",
                    "fr": "Moins de cinq ans",
                    "nl": "Minder dan vijf jaar",
                    "ar": "أقل من خمس سنوات",
                },
                "next": "",
            },
            {
                "key": "over5",
                "text": {
                    "en": "Five years or more",
                    "fr": "Cinq ans ou plus",
                    "nl": "Vijf jaar of meer",
                    "ar": "خمس سنوات أو أكثر",
                },
                "next": "",
            },
        ],
    },
]
