"""What staff read of a message: words without links, and nothing where it cannot be drawn any more."""

from datetime import datetime

import pytest

from messaging import shown_letters
from messaging.models import OutboundMessage
from messaging.ports import Letter
from messaging.rendering import NotNeeded
from messaging.shown_letters import shown_letter
from tests.factories.messaging import make_message

pytestmark = pytest.mark.django_db


def test_letter_that_is_not_needed_any_more_is_no_error(
    at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def done(message: OutboundMessage) -> Letter:
        raise NotNeeded

    monkeypatch.setattr(shown_letters, "render_message", done)
    assert shown_letter(make_message(at=at)) is None
    assert not caplog.records


def test_letter_that_cannot_be_drawn_is_logged_and_leaves_the_page(
    at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(message: OutboundMessage) -> Letter:
        raise LookupError

    monkeypatch.setattr(shown_letters, "render_message", broken)
    message = make_message(at=at)
    assert shown_letter(message) is None
    assert f"message {message.pk} cannot be shown" in caplog.text
