from datetime import datetime

import pytest

from messaging.models import MessageText
from tests.factories.broadcasts import Newsroom
from tests.factories.messaging import RecordingSender
from tests.factories.staff import NOON, World
from tests.factories.wordings import make_text, make_wording


@pytest.fixture
def news(db: None, at: datetime) -> Newsroom:
    return Newsroom(at)


@pytest.fixture
def sink(settings) -> type[RecordingSender]:  # type: ignore[no-untyped-def]
    """Every letter is taken and remembered."""
    path = "tests.factories.messaging.RecordingSender"
    settings.MESSAGE_SENDERS = {"email": path, "sms": path}
    RecordingSender.letters.clear()
    RecordingSender.failures.clear()
    return RecordingSender


@pytest.fixture
def text(ours: World) -> MessageText:
    text = make_text(ours.lead)
    make_wording(text, at=NOON)
    return text
