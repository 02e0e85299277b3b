"""Two phones, two tabs, two workers at the same moment, and a worker that dies half way."""

import json
from typing import Any

import pytest

from campaigns.enums import SourceKind
from campaigns.models import Source
from outreach.actions.handover import ensure_handover_links
from outreach.models import ContactIdentity, OutreachContact
from outreach.selectors.efforts import efforts_of, volunteers_of
from tests.factories.outreach import MONDAY, Stall, contact, make_volunteer
from tests.factories.staff import browse, make_user
from tests.threads import run_at_once

pytestmark = pytest.mark.usefixtures("clock")


def post(user: Any, body: Any) -> list[dict[str, Any]]:
    """Hand in a batch and return the answers."""
    headers = {"X-Carillon-App": "1"}
    text = json.dumps(body)
    answer = browse(user).post("/outreach/api/sync", text, content_type="application/json", headers=headers)
    return answer.json()["answers"]


@pytest.mark.django_db(transaction=True)
def test_same_batch_by_four_workers_at_once_is_stored_once(stall: Stall) -> None:
    records = [stall.record(number) for number in range(40)]
    records += [stall.word(100 + number, number, 5) for number in range(10)]
    batch = stall.batch(*records)
    answers = run_at_once(*[lambda: post(stall.cleo, batch) for _ in range(4)])
    statuses = [[each["status"] for each in answer] for answer in answers]
    assert OutreachContact.objects.count() == 50
    for told in zip(*statuses, strict=True):
        assert sorted(told) == ["accepted", "duplicate", "duplicate", "duplicate"]
    assert OutreachContact.objects.filter(is_current=True).count() == 40


@pytest.mark.django_db(transaction=True)
def test_two_phones_correcting_one_record_at_once_leave_one_last_word(stall: Stall) -> None:
    stall.send(stall.record(1))
    words = [stall.word(10 + number, 1, number, outcome="refused") for number in range(4)]
    run_at_once(*[lambda word=word: post(stall.cleo, stall.batch(word)) for word in words])
    assert list(OutreachContact.objects.filter(is_current=True)) == [contact(13)]


@pytest.mark.django_db(transaction=True)
def test_two_people_using_one_id_at_once_leave_it_to_one(stall: Stall) -> None:
    dora = make_user("Dora", None)
    make_volunteer(stall.world, dora)
    batch = stall.batch(*[stall.record(number, person=stall.person()) for number in range(20)])
    both = (stall.cleo, dora)
    answers = run_at_once(*[lambda user=user: post(user, batch) for user in both])
    told = [[each.get("reason", each["status"]) for each in answer] for answer in answers]
    assert all(sorted(pair) == ["accepted", "not_yours"] for pair in zip(*told, strict=True))
    assert ContactIdentity.objects.count() == OutreachContact.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_handover_link_asked_twice_at_once_is_one(stall: Stall) -> None:
    stall.effort.petition = stall.world.petition
    stall.effort.save()

    def ask() -> dict[tuple[int, int | None], str]:
        return ensure_handover_links(user=stall.cleo, own=efforts_of(stall.cleo, volunteers_of(stall.cleo, MONDAY)))

    codes = run_at_once(ask, ask, ask)
    assert codes[0] == codes[1] == codes[2]
    assert Source.objects.filter(kind=SourceKind.MOBILISER).count() == 1


@pytest.mark.django_db
def test_batch_that_breaks_half_way_leaves_nothing(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise SystemExit("killed")

    monkeypatch.setattr("outreach.actions.sync._note_activity", die)
    with pytest.raises(SystemExit):
        stall.send(stall.record(1, person=stall.person()))
    assert (OutreachContact.objects.count(), ContactIdentity.objects.count()) == (0, 0)
    monkeypatch.undo()
    assert [answer.status for answer in stall.send(stall.record(1, person=stall.person()))] == ["accepted"]
