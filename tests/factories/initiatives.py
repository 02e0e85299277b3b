"""Initiatives for tests: the register's answer in the shape it has, and stored initiatives with readings."""

import copy
from datetime import date
from typing import Any

from campaigns.actions.initiatives import import_counts, import_register_entry
from campaigns.initiative_register import read_entry
from campaigns.initiative_rules import Count
from campaigns.models import Initiative

_ANSWER: dict[str, Any] = {
    "id": 1,
    "comRegNum": "ECI(2024)000007",
    "status": "ONGOING",
    "latestUpdateDate": "01/03/2025 10:00",
    "registrationDate": "19/06/2024",
    "startCollectionDate": "31/07/2024",
    "deadline": "31/07/2025",
    "earlyClosureDate": "",
    "progress": [
        {"name": "REGISTERED", "active": False, "date": "19/06/2024"},
        {"name": "ONGOING", "active": True, "date": "31/07/2024"},
    ],
    "linguisticVersions": [
        {"original": False, "languageCode": "FR", "title": "Cessez de détruire les jeux vidéo"},
        {
            "original": True,
            "languageCode": "EN",
            "title": "Stop Destroying Videogames",
            "objectives": "Keep games playable.",
            "supportLink": "https://eci.ec.europa.eu/045/public/",
            "website": "https://www.example.org",
        },
    ],
    "members": [
        {
            "type": "REPRESENTATIVE",
            "fullName": "Ada Example",
            "residenceCountry": "fr",
            "email": "ada@example.org",
            "privacyApplied": False,
        },
        {"type": "MEMBER", "fullName": "Secret Person", "privacyApplied": True},
    ],
    "funding": {
        "lastUpdate": "01/02/2025",
        "totalAmount": 24000.0,
        "sponsors": [
            {
                "name": "Players' Association",
                "amount": 23000.0,
                "date": "01/02/2025",
                "privateSponsor": False,
                "anonymized": False,
            },
            {"name": "Secret Giver", "amount": 1000.0, "date": "01/02/2025", "privateSponsor": True},
        ],
    },
    "sosReport": {
        "totalSignatures": 150,
        "updateDate": "01/03/2025",
        "entry": [
            {"countryCodeType": "GR", "total": 50},
            {"countryCodeType": "DE", "total": 100},
            {"countryCodeType": "FR", "total": 7, "afterSubmission": True},
        ],
    },
}


def register_answer() -> dict[str, Any]:
    """Return an answer of the register with one raw reading of 150, as of 1 March 2025."""
    return copy.deepcopy(_ANSWER)


def make_initiative(number: str = "ECI(2024)000007", **members: Any) -> Initiative:
    """Store an ongoing initiative (registered 19 June 2024, collection until 31 July 2025) without a reading."""
    import json

    answer = register_answer() | {"comRegNum": number} | members
    if "sosReport" not in members:
        del answer["sosReport"]
    import_register_entry(entry=read_entry(json.dumps(answer).encode()), by="tests")
    return Initiative.objects.get(registration_number=number)


def add_reading(initiative: Initiative, as_of: date, counts: dict[str, int], *, is_certified: bool = False) -> None:
    """Add one reading."""
    import_counts(
        registration_number=initiative.registration_number,
        counts=[Count(country, statements) for country, statements in counts.items()],
        as_of=as_of,
        today=as_of,
        is_certified=is_certified,
        by="tests",
    )
