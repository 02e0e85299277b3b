"""Broadcasts as whoever reads figures and not people sees them: nothing that tells of single people (ADR 19)."""

from typing import Any

import pytest
from django.urls import reverse

from audiences.enums import BroadcastStatus, Split
from audiences.models import Broadcast
from messaging.models import OutboundMessage
from tests.factories.messaging import make_sent
from tests.factories.staff import browse
from tests.integration.audiences.test_hostile_staff import Desk

pytestmark = pytest.mark.django_db
SMALL = "fewer than 10"


@pytest.fixture
def desk(roles: None) -> Desk:
    return Desk()


def sent(desk: Desk, broadcast: Broadcast, *statuses: str) -> None:
    """Say what became of the messages, in turn."""
    for recipient, status in zip(broadcast.recipients.order_by("pk"), statuses, strict=True):
        wording = next(iter(recipient.variant.wordings.values())) if recipient.variant else None
        recipient.message = make_sent(
            desk.at, status, batch=broadcast.batch, context={"wording": wording}, contact_point=recipient.contact_point
        )
        recipient.status = "queued"
        recipient.save()


def screens(desk: Desk, user: Any, broadcast: Broadcast) -> list[str]:
    names = ("show", "progress", "figures", "index")
    urls = [reverse(f"staff_broadcasts:{name}", args=[] if name == "index" else [broadcast.pk]) for name in names]
    return [browse(user).get(url).content.decode() for url in urls]


def test_analyst_reads_no_small_figures(desk: Desk) -> None:
    desk.people(13)
    broadcast = desk.started()
    sent(desk, broadcast, *["delivered"] * 11, "failed", "suppressed")
    show, progress, figures, _index = screens(desk, desk.finn, broadcast)
    for page in (show, progress):
        assert f"<strong>{SMALL}</strong> failed" in page
        assert "<strong>11</strong> delivered" in page
        assert 'data-figure="people">10<' in page  # 13 would give away that two did not get it
    assert "A,en,failed,fewer than 10" in figures
    assert "A,en,delivered,11" in figures
    show, progress, figures, _index = screens(desk, desk.ada, broadcast)
    assert SMALL not in show + progress + figures
    assert 'data-figure="people">13<' in show
    assert "A,en,failed,1" in figures


def test_analyst_reads_nothing_of_a_broadcast_to_one(desk: Desk) -> None:
    desk.person()
    broadcast = desk.started(desk.text("Alpha"), desk.text("Beta"), split=Split.EVEN)
    sent(desk, broadcast, "delivered")
    show, progress, figures, index = screens(desk, desk.finn, broadcast)
    assert f'data-figure="people">{SMALL}<' in show
    assert f"<strong>{SMALL}</strong> delivered" in progress
    assert "delivered,1" not in figures
    assert SMALL in index
    assert "Which text did better" not in show
    assert "large enough to tell of nobody" in show
    assert "Which text did better" in screens(desk, desk.ada, broadcast)[0]


def test_draft_tells_an_analyst_not_whether_anybody_may_be_written_to(desk: Desk) -> None:
    nobody, somebody = desk.draft(), desk.draft(name="Other")
    words = "Nobody in these segments"
    assert words in screens(desk, desk.ada, nobody)[0]
    before = screens(desk, desk.finn, nobody)[0]
    desk.person()
    assert nobody.status == somebody.status == BroadcastStatus.DRAFT
    after = screens(desk, desk.finn, nobody)[0]
    assert words not in before + after
    assert ("This has to be mended" in before) == ("This has to be mended" in after)
    assert not OutboundMessage.objects.exists()
