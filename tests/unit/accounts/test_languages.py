"""Staff are written to in the language they chose for the staff area, by every kind of letter."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings
from wagtail.users.models import UserProfile

from accounts.enums import Role
from accounts.languages import language_of
from accounts.mails import send_invitation
from accounts.models import Membership, User
from campaigns.actions.transparency_alarms import coordinators_of
from events.actions.report_reminders import queue_report_requests
from events.enums import EventStatus
from messaging.actions.staff_letters import queue_staff_letter
from messaging.models import OutboundMessage
from rights.actions.letters import queue_request_alarms, tell_other_officers
from tests.factories.events import make_event
from tests.factories.requests import make_request
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


def choose(user: User, language: str) -> User:
    UserProfile.objects.create(user=user, preferred_language=language)
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(("chosen", "written"), [("fr", "fr"), ("nl", "nl"), ("", "en"), ("xx", "en"), (None, "en")])
def test_language_is_the_one_they_chose_where_we_write_it(ours: World, chosen: str | None, written: str) -> None:
    user = ours.dpo if chosen is None else choose(ours.dpo, chosen)
    assert language_of(user) == written


def test_officers_are_told_of_requests_in_their_language(ours: World, theirs: World) -> None:
    at = datetime.now(UTC)
    choose(ours.dpo, "fr")
    choose(theirs.dpo, "nl")
    asked = make_request(ours.sign().supporter, at - timedelta(days=40))
    queue_request_alarms(at=at)
    asked.organisations.add(theirs.lead)
    tell_other_officers(request=asked, by=ours.dpo, at=at)
    told = dict(OutboundMessage.objects.values_list("template", "language"))
    assert told == {"rights_due": "fr", "rights_erased": "nl"}


def test_report_is_asked_of_organisers_in_their_language(ours: World) -> None:
    choose(ours.manager, "fr")
    event = make_event(organiser=ours.manager, status=EventStatus.CLOSED)
    queue_report_requests(at=event.ends_at + timedelta(hours=20))
    letter = OutboundMessage.objects.get(template="report_request")
    assert letter.language == "fr"


def test_letter_on_behalf_of_packages_below_is_in_their_language(ours: World, at: datetime) -> None:
    user = choose(ours.coordinator, "nl")
    queue_staff_letter(key="export-asked:request:1:once", template="export_asked", user=user, context={}, at=at)
    assert OutboundMessage.objects.get().language == "nl"


def test_coordinators_come_with_their_language(ours: World, django_assert_num_queries: object) -> None:
    choose(ours.coordinator, "fr")
    [found] = coordinators_of(ours.campaign)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert language_of(found) == "fr"


def test_invitation_is_in_their_language(ours: World, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    member = Membership.objects.get(user=ours.dpo, role=Role.DATA_PROTECTION_OFFICER)
    send_invitation(member)
    member.user = choose(ours.dpo, "fr")
    send_invitation(member)
    english, french = mail.outbox
    assert english.subject != french.subject
