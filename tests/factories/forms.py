"""The form a citizen signs with, for tests: specifications of pages, and forms filled in as Ada would."""

from typing import Any

from django.http import QueryDict

from campaigns.models import Petition
from cms.forms import SignForm
from cms.petition_spec import PetitionSpec, build_spec

GOOD = {"full_name": "Ada Lovelace", "email": "ada@example.org", "residence_country": "BE"}
ASKS_ALL = {
    "asks_phone": True,
    "asks_nationality": True,
    "asks_residence": True,
    "asks_postcode": True,
    "asks_comment": True,
}
ALL_GOOD = {
    **GOOD,
    "phone": "+32 470 12 34 56",
    "nationality": "FR",
    "postcode": "1050",
    "comment": "Because.",
}


def make_spec(petition: Petition, partnership_id: int | None = None, *, locale: str = "en") -> PetitionSpec:
    return build_spec(petition, partnership_id, page_id=7, title="Open the doors", locale=locale, path="/en/doors/")


def fill_in(spec: PetitionSpec, **answers: Any) -> SignForm:
    """Return the form as a browser posts it; None leaves a field out."""
    posted = QueryDict(mutable=True)
    for name, value in {**GOOD, **answers}.items():
        if value is not None:
            posted[name] = value
    return SignForm(posted, spec=spec)
