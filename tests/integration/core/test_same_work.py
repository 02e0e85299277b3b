"""A known address and an unknown one get the same answer for the same work: time tells nothing."""

import hmac
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from campaigns.models import Petition
from messaging.models import OutboundMessage
from people.models import Submission
from tests.factories.campaigns import hand_in, sign
from tests.factories.cms import make_petition
from tests.factories.people import ADA, BEN

pytestmark = pytest.mark.django_db
SAME_SITE = {"sec-fetch-site": "same-origin"}
WARM = "warm@example.org"


def statements(queries: list[dict[str, str]]) -> Counter[str]:
    """Return how often which table was read or written, whatever the values."""
    found = (re.match(r'(SELECT|INSERT INTO|UPDATE|DELETE FROM).*?"(\w+?)"', each["sql"]) for each in queries)
    return Counter(f"{match[1]} {match[2]}" for match in found if match)


def work(ask: Callable[[str], Any], address: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what the answer is and what was done for it: statements by table, rows queued, mails sent, hashes."""
    cache.clear()
    mail.outbox.clear()
    hashes: list[str] = []
    digest = hmac.digest

    def counted(*parts: Any) -> bytes:
        hashes.append(parts[-1])
        return digest(*parts)

    monkeypatch.setattr("core.hashing.hmac.digest", counted)
    queued, forms = OutboundMessage.objects.count(), Submission.objects.count()
    with CaptureQueriesContext(connection) as captured:
        answer = ask(address)
    monkeypatch.undo()
    return {
        "answer": answer,
        "statements": statements(captured.captured_queries),
        "queued": OutboundMessage.objects.count() - queued,
        "forms": Submission.objects.count() - forms,
        "mails": len(mail.outbox),
        "hashes": len(hashes),
    }


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("Location", "")


def sign_in(address: str) -> tuple[int, str]:
    return told(Client().post(reverse("account_login"), {"email": address}))


def your_data(address: str) -> tuple[int, str]:
    return told(Client(headers=SAME_SITE).post(reverse("rights_ask"), {"email": address}))


@pytest.fixture
def petition(at: datetime) -> Petition:
    """A petition Ada signed, who works here as well; nobody knows Ben."""
    petition = make_petition()
    sign(petition, ADA, at=at)
    User.objects.create_user(ADA)
    return petition


@pytest.mark.parametrize("ask", [sign_in, your_data])
def test_known_and_unknown_are_the_same_work(
    petition: Petition, ask: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(WARM)
    known, unknown = work(ask, ADA, monkeypatch), work(ask, BEN, monkeypatch)
    assert known == unknown
    assert known["mails"] + known["queued"] == 1


def test_a_form_of_a_known_and_of_an_unknown_person_is_one_row(
    petition: Petition, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Petition.objects.create(campaign=petition.campaign, title="Another")

    def send(address: str) -> str:
        return hand_in(other, address, at=at).status

    send(WARM)
    known, unknown = work(send, ADA, monkeypatch), work(send, BEN, monkeypatch)
    assert known == unknown
    assert known["forms"] == 1
