"""The first page of the staff area says that erasures are not in the list outside the database, until they are."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from core.health import record_heartbeat
from rights.actions.erased_again import UNWRITTEN
from rights.home_panel import RequestsPanel
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
WORDS = "Erasures could not be written into the list"


def panel(user: object) -> str:
    return str(RequestsPanel().render_html({"request": SimpleNamespace(user=user)}))  # type: ignore[arg-type]


def test_alarm_stands_on_the_first_page_while_erasures_are_not_written_down(ours: World, at: datetime) -> None:
    assert WORDS not in panel(ours.coordinator)
    record_heartbeat(UNWRITTEN, at=at)
    assert WORDS in panel(ours.coordinator)
    assert WORDS not in panel(AnonymousUser())
