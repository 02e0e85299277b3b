import pytest
from django.conf import settings

from accounts.models import User
from core.models import AuditEntry
from events.enums import EventKind, OutcomeField
from events.forms.questions import problems_of
from events.models import EventType
from events.standard_types import STANDARD_TYPES, make_standard_types
from tests.factories.events import make_event_type

pytestmark = pytest.mark.django_db


def test_every_kind_has_one_standard_type() -> None:
    assert [standard.kind for standard in STANDARD_TYPES] == list(EventKind)


def test_made_once_however_often_the_button_is_pressed(ada: User) -> None:
    campaign = make_event_type(name="Ours").campaign  # a workshop of one's own is left alone
    made = make_standard_types(campaign=campaign, by=ada)
    assert (len(made), make_standard_types(campaign=campaign, by=ada)) == (8, [])
    assert EventType.objects.filter(campaign=campaign).count() == 9
    assert AuditEntry.objects.get().details == {"count": 8}


def test_what_is_made_can_be_asked_and_reported(ada: User) -> None:
    campaign = make_event_type().campaign
    EventType.objects.all().delete()
    for made in make_standard_types(campaign=campaign, by=ada):
        made.full_clean()
        assert problems_of(made.questions) == []
        assert all(set(question["text"]) == {code for code, _name in settings.LANGUAGES} for question in made.questions)
        assert made.checklist
        assert made.outcome_fields
        assert set(made.outcome_fields) <= set(OutcomeField.values)
