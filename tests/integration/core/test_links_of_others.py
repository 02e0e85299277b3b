"""Secret links: a good one of one kind opens nothing of another kind, and with others' numbers nothing of theirs."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from campaigns.pledge_links import sign_pledge
from cms.views.confirming import SHARE
from events.models import Timeslot
from events.tokens import sign_rsvp
from messaging.wishes import sign_page
from people.tokens import sign_uuid
from rights.links import copy_token, data_token
from tests.factories.access_addresses import every_address
from tests.factories.foreign_rows import FIRST, NumberedPlaces
from volunteers.models import ShiftAssignment
from volunteers.tokens import sign_place

# What a link of each kind opens. The links of pledges, places and the like lead to one person's own row and no further.
OPENS = {
    "a signature's": {"share", "withdraw"},
    "a pledge's": {"pledge_own", "pledge_withdraw"},
    "a guest's": {"event_rsvp", "event_answer", "event_feedback", "event_reminders_stop"},
    "a shift's": {"volunteer_answer"},
    "a person's messages'": {"messages_own", "rights_ask_own"},
    "a person's data's": {"rights_data", "rights_erase"},
    "a copy's": {"rights_copy"},
}
WRONG = "no-such-token"
_WRITES = re.compile(r"^(INSERT|UPDATE|DELETE)", re.IGNORECASE)
_THEIRS = re.compile(rf"(?<!['\w]){FIRST['T'] // 10}\d(?!['\w])")  # as a number: a word that was typed is quoted
_BUTTON = re.compile(r'name="do" value="([^"]+)"')
ADDRESSES = {each.name: each for each in every_address() if each.gaps == ("token",) and not each.is_staff}


def tokens_of(rows: dict[str, Any]) -> dict[str, str]:
    """Return a good token of every kind, for the people of one owner's rows."""
    signature = rows["staff_signatures"]
    point = signature.supporter.contact_points.first()
    return {
        "a signature's": sign_uuid(signature.public_id, SHARE),
        "a pledge's": sign_pledge(rows["staff_pledges"]),
        "a guest's": sign_rsvp(rows["staff_rsvps"]),
        "a shift's": sign_place(ShiftAssignment.objects.get(volunteer=rows["cleo"])),
        "a person's messages'": sign_page(point),
        "a person's data's": data_token(point),
        "a copy's": copy_token(rows["staff_rights"]),
    }


@pytest.fixture(scope="module")
def places(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[NumberedPlaces]:
    """The rows of five owners, in a transaction that is given up at the end."""
    logging.disable(logging.CRITICAL)  # every refusal would write two lines
    with django_db_blocker.unblock(), transaction.atomic():
        yield NumberedPlaces()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def _ask(url: str, method: str) -> tuple[int, str, list[str]]:
    """Return the status, the text and what was written; nothing of it stays."""
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        answer = getattr(Client(), method)(url)
        transaction.set_rollback(True)
    text = b"".join(answer) if answer.streaming else answer.content
    written = [each["sql"] for each in queries if _WRITES.match(each["sql"])]
    return answer.status_code, text.decode(errors="replace"), written


@pytest.mark.parametrize("method", ["get", "post"])
def test_link_of_another_kind_is_answered_as_a_made_up_one(method: str, places: NumberedPlaces) -> None:
    wrong, opened = [], {kind: set[str]() for kind in OPENS}
    for name, address in ADDRESSES.items():
        for kind, token in tokens_of(places.rows["T"]).items():
            url, made_up = address.url({}).replace(WRONG, token), address.url({})
            status, text, written = _ask(url, method)
            other_status, other_text, _nothing = _ask(made_up, method)
            if status != other_status or text.replace(token, "#") != other_text.replace(WRONG, "#"):
                opened[kind].add(name)
            if name not in OPENS[kind] and ("theirs " in text or written):
                wrong.append(f"{name} with {kind}: {written or 'shows what is theirs'}")
    assert wrong == []
    assert {kind: names - OPENS[kind] for kind, names in opened.items()} == {kind: set() for kind in OPENS}
    assert method == "post" or [kind for kind, names in opened.items() if not names] == [], "no good link of these"


def test_own_link_with_others_numbers_changes_nothing_of_theirs(places: NumberedPlaces) -> None:
    """Every button of a page behind a link is pressed, and every other field it looks at says another's number."""
    foreign, pressed, asked, wrong = str(FIRST["T"] + 1), set[str](), set[str](), []

    class Answering(QueryDict):
        button = ""

        def __contains__(self, name: Any) -> bool:
            asked.add(name)
            return True

        def __getitem__(self, name: str) -> Any:
            asked.add(name)
            return {"do": self.button or foreign, "party_size": "1"}.get(name, foreign)

        def get(self, name: str, default: Any = None) -> Any:
            return self[name]

        def getlist(self, name: str, default: Any = None) -> Any:
            return [self[name]]

    slot = places.rows["L"]["staff_rsvps"].timeslot
    Timeslot.objects.create(event=slot.event, starts_at=slot.ends_at, ends_at=slot.ends_at + timedelta(hours=1))
    for kind, token in tokens_of(places.rows["L"]).items():
        for name in sorted(OPENS[kind]):
            url = ADDRESSES[name].url({}).replace(WRONG, token)
            buttons = {re.sub("=.*", f"={foreign}", word) for word in _BUTTON.findall(_ask(url, "get")[1])}
            pressed |= buttons
            for button in ["", *sorted(buttons)]:
                with (
                    patch.object(WSGIRequest, "POST", property(lambda _request: Answering("x=1"))),
                    patch.object(Answering, "button", button),
                ):
                    status, text, written = _ask(url, "post")
                theirs = [sql for sql in written if _THEIRS.search(sql)]
                if theirs or "theirs " in text:
                    wrong.append(f"{name} with {kind}, {button or 'no button'}: {status} {theirs}")
    assert {"change", "object", f"stop={foreign}", "ending"} <= pressed, sorted(pressed)
    assert {"timeslot", "organisation"} <= asked, sorted(asked)
    assert wrong == []
