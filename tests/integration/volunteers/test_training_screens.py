"""What staff do on the screens of trainings, sessions and certificates, and who may not."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from core.models import AuditEntry
from messaging.models import OutboundMessage
from tests.factories.staff import World, browse
from tests.factories.trainings import SATURDAY, make_curriculum, make_place, make_session, make_volunteer
from volunteers.enums import TrainingPresence
from volunteers.models import Certificate, Curriculum, HoursEntry, TrainingAttendance, TrainingSession, Volunteer

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


@pytest.fixture
def session(ours: World) -> TrainingSession:
    return make_session(make_curriculum(ours), capacity=2)


def session_form(curriculum: Curriculum, **changes: str) -> dict[str, str]:
    form = {
        "curriculum": str(curriculum.pk), "title": "Second evening", "unit": "2", "starts_at": "2026-03-07 10:00",
        "ends_at": "2026-03-07 12:00", "place": "Community house", "online_url": "", "language": "fr",
        "capacity": "12", "trainer": "",
    }  # fmt: skip
    return {**form, **changes}


def errors(answer: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = answer.context["form"].errors
    return found


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def test_training_is_made_with_its_campaign_and_audited(ours: World, ada: Client) -> None:
    form = {
        "title": "Alliance building", "key": "alliance", "summary": "", "campaign": str(ours.campaign.pk),
        "organisation": str(ours.lead.pk), "sessions_required": "2", "valid_months": "24",
    }  # fmt: skip
    answer = ada.post(reverse("staff_trainings:add"), form)
    assert answer.status_code == 302, errors(answer)
    training = Curriculum.objects.get(key="alliance")
    assert AuditEntry.objects.get(action="volunteers.curriculum.created").target.endswith(f":{training.pk}")
    page = ada.get(reverse("staff_trainings:edit", args=[training.pk])).content.decode()
    assert f"{reverse('staff_sessions:add')}?curriculum={training.pk}" in page


def test_training_of_another_coalition_is_refused(ours: World, theirs: World, ada: Client) -> None:
    form = {
        "title": "x", "key": "x", "campaign": str(theirs.campaign.pk), "organisation": str(theirs.lead.pk),
        "sessions_required": "1",
    }  # fmt: skip
    assert set(errors(ada.post(reverse("staff_trainings:add"), form))) == {"campaign", "organisation"}


def test_session_times_are_those_of_the_campaigns_zone(ours: World, ada: Client) -> None:
    ours.campaign.time_zone = "Europe/Athens"
    ours.campaign.save()
    answer = ada.post(reverse("staff_sessions:add"), session_form(make_curriculum(ours)))
    assert answer.status_code == 302, errors(answer)
    made = TrainingSession.objects.get(title="Second evening")
    assert made.starts_at == SATURDAY - timedelta(hours=1)
    assert "2026-03-07 10:00" in ada.get(reverse("staff_sessions:edit", args=[made.pk])).content.decode()
    assert (
        "7\u00a0March\u00a02026, 10:00\u2060–\u206012:00" in ada.get(reverse("staff_sessions:index")).content.decode()
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": "2026-03-07 09:00"}, "ends_at"),
        ({"ends_at": "2026-04-07 09:00"}, "ends_at"),
        ({"starts_at": "2026-03-29 02:30", "ends_at": "2026-03-29 05:00"}, "starts_at"),
        ({"starts_at": "tomorrow"}, "starts_at"),
    ],
)
def test_session_with_impossible_times_is_refused(
    ours: World, ada: Client, changes: dict[str, str], field: str
) -> None:
    answer = ada.post(reverse("staff_sessions:add"), session_form(make_curriculum(ours), **changes))
    assert field in errors(answer)
    assert not TrainingSession.objects.exists()


def test_session_changed_only_in_its_title_tells_nobody(ours: World, ada: Client, session: TrainingSession) -> None:
    make_place(session, make_volunteer(ours))
    form = session_form(session.curriculum, title="New title", unit="1", capacity="2")
    assert ada.post(reverse("staff_sessions:edit", args=[session.pk]), form).status_code == 302
    assert not OutboundMessage.objects.exists()
    assert AuditEntry.objects.get(action="volunteers.training_session.changed").details["fields"] == [
        "language",
        "title",
    ]


def test_session_moved_tells_those_who_come_once(ours: World, ada: Client, session: TrainingSession) -> None:
    make_place(session, make_volunteer(ours))
    make_place(session, make_volunteer(ours), TrainingPresence.DECLINED)
    form = session_form(session.curriculum, starts_at="2026-03-08 10:00", ends_at="2026-03-08 12:00", capacity="2")
    for _ in range(2):
        assert ada.post(reverse("staff_sessions:edit", args=[session.pk]), form).status_code == 302
    assert OutboundMessage.objects.get().template == "agenda_moved"


def test_session_keeps_the_places_it_promised(ours: World, ada: Client, session: TrainingSession) -> None:
    for _ in range(2):
        make_place(session, make_volunteer(ours))
    answer = ada.post(reverse("staff_sessions:edit", args=[session.pk]), session_form(session.curriculum, capacity="1"))
    assert "2 people have a place" in errors(answer)["capacity"][0]


def test_invitation_previews_then_invites_by_language_once(ours: World, ada: Client, session: TrainingSession) -> None:
    french = make_volunteer(ours, "Fanny", languages=("fr", "ar"))
    make_volunteer(ours, "Fabrice", languages=("fr",), email="")
    make_volunteer(ours, "Nele", languages=("nl",))
    url = reverse("staff_sessions:invite", args=[session.pk])
    page = ada.get(url, {"language": "fr", "team": "", "stage": ""}).content.decode()
    assert "2 people would be invited" in page
    assert "1 of them has no e-mail address" in page
    assert not TrainingAttendance.objects.exists()
    for _ in range(2):
        ada.post(url, {"language": "fr", "team": "", "stage": ""})
    assert TrainingAttendance.objects.filter(presence="invited").count() == 2
    message = OutboundMessage.objects.get()
    assert (message.template, message.address) == (
        "training_invitation",
        french.supporter.contact_points.get().as_typed,
    )


def tap(client: Client, session: TrainingSession, volunteer: Volunteer, presence: str) -> Any:
    url = reverse("staff_sessions:sheet", args=[session.pk])
    return client.post(url, {"volunteer": volunteer.pk, "presence": presence}, follow=True)


def test_sheet_marks_people_and_writes_their_hours(
    ours: World, ada: Client, session: TrainingSession, clock: Traveller
) -> None:
    first, second, third = (make_volunteer(ours, name) for name in ("Abel", "Bea", "Cleo"))
    make_place(session, first)
    make_place(session, second)
    assert "two hours before" in said(tap(ada, session, first, "attended"))
    clock.move_to(SATURDAY)
    tap(ada, session, second, "missed")
    ada.post(reverse("staff_sessions:everyone", args=[session.pk]))
    tap(ada, session, third, "attended")  # walked in, beyond the capacity: a fact
    states = dict(TrainingAttendance.objects.values_list("volunteer__supporter__full_name", "presence"))
    assert states == {"Abel": "attended", "Bea": "missed", "Cleo": "attended"}
    assert sorted(HoursEntry.objects.values_list("minutes", "kind")) == [(120, "training")] * 2
    answer = ada.post(reverse("staff_sessions:certify", args=[session.pk]), follow=True)
    assert "2 certificates were issued" in said(answer)
    assert "has the certificate" in answer.content.decode()


def test_sheet_says_when_the_session_is_full(ours: World, ada: Client, session: TrainingSession) -> None:
    for _ in range(2):
        tap(ada, session, make_volunteer(ours), "coming")
    assert "Every place" in said(tap(ada, session, make_volunteer(ours), "coming"))
    assert TrainingAttendance.objects.count() == 2


def test_sheet_refuses_what_is_no_button_and_strangers(
    ours: World, theirs: World, ada: Client, session: TrainingSession
) -> None:
    assert "three buttons" in said(tap(ada, session, make_volunteer(ours), "invited"))
    assert tap(ada, session, make_volunteer(theirs), "coming").status_code == 404
    assert ada.post(reverse("staff_sessions:sheet", args=[session.pk]), {"volunteer": "x"}).status_code == 404
    assert not TrainingAttendance.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_sheet_costs_the_same_for_any_number(
    ours: World, ada: Client, session: TrainingSession, people: int, django_assert_num_queries: Any
) -> None:
    for _ in range(people):
        make_place(session, make_volunteer(ours))
    url = reverse("staff_sessions:sheet", args=[session.pk])
    ada.get(url)
    with django_assert_num_queries(16):
        ada.get(url)


def test_session_called_off_tells_those_who_come(ours: World, ada: Client, session: TrainingSession) -> None:
    make_place(session, make_volunteer(ours))
    make_place(session, make_volunteer(ours), TrainingPresence.INVITED)
    url = reverse("staff_sessions:cancel", args=[session.pk])
    assert "1 person has a place" in ada.get(url).content.decode()
    for _ in range(2):
        ada.post(url)
    assert OutboundMessage.objects.get().template == "agenda_cancelled"
    session.refresh_from_db()
    assert session.cancelled_at is not None
    assert "called off" in ada.get(reverse("staff_sessions:index")).content.decode()


@pytest.fixture
def certificate(ours: World, session: TrainingSession) -> Certificate:
    volunteer = make_volunteer(ours, "Amina Bensaïd")
    return Certificate.objects.create(
        code="ABCDEFGHJKMN", curriculum=session.curriculum, volunteer=volunteer, issued_date="2026-02-01"
    )


def test_certificate_is_listed_printed_and_taken_back(ours: World, ada: Client, certificate: Certificate) -> None:
    page = ada.get(reverse("staff_certificates:index")).content.decode()
    assert "Amina Bensaïd" in page
    assert "ABCD EFGH JKMN" in page
    paper = ada.get(reverse("staff_certificates:paper", args=[certificate.pk]))
    assert paper["Content-Type"] == "application/pdf"
    assert AuditEntry.objects.filter(action="volunteers.certificate.downloaded").count() == 1
    url = reverse("staff_certificates:revoke", args=[certificate.pk])
    assert ada.post(url, {"reason": " "}).status_code == 422
    assert ada.post(url, {"reason": "entered by mistake"}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.revoked_reason == "entered by mistake"
    assert "taken back" in ada.get(reverse("staff_certificates:index")).content.decode()


SCREENS = ["trainings:edit", "sessions:edit", "sessions:sheet", "sessions:invite", "sessions:cancel"]


@pytest.mark.parametrize("screen", [*SCREENS, "certificates:revoke", "certificates:paper"])
def test_outsider_finds_nothing(ours: World, theirs: World, certificate: Certificate, screen: str) -> None:
    pk = pk_for(screen, certificate)
    url = reverse(f"staff_{screen}", args=[pk])
    assert browse(ours.coordinator).get(url).status_code == 200
    assert browse(theirs.coordinator).get(url).status_code == 404
    assert browse(ours.manager).get(url).status_code == 404  # the lead's own; a partner sees its own
    assert browse(ours.analyst).get(url).status_code in (403, 404)


def test_officer_reads_certificates_and_changes_nothing(ours: World, certificate: Certificate) -> None:
    gul = browse(ours.dpo)
    assert "Amina" in gul.get(reverse("staff_certificates:index")).content.decode()
    assert gul.get(reverse("staff_certificates:revoke", args=[certificate.pk])).status_code == 403
    session = TrainingSession.objects.get()
    for screen in ("sheet", "invite", "cancel"):
        assert gul.get(reverse(f"staff_sessions:{screen}", args=[session.pk])).status_code == 403
    for screen in ("everyone", "certify"):
        assert gul.post(reverse(f"staff_sessions:{screen}", args=[session.pk])).status_code == 403


def test_partner_manager_runs_own_trainings_only(ours: World, ada: Client) -> None:
    own = make_session(make_curriculum(ours, organisation=ours.partner, title="Own"))
    make_session(make_curriculum(ours, title="The lead's"))
    ben = browse(ours.manager)
    page = ben.get(reverse("staff_trainings:index")).content.decode()
    assert "Own" in page
    assert "The lead&#x27;s" not in page
    assert ben.get(reverse("staff_sessions:sheet", args=[own.pk])).status_code == 200
    stranger = make_volunteer(ours)
    assert tap(ben, own, stranger, "coming").status_code == 404
    assert tap(ben, own, make_volunteer(ours, organisation=ours.partner), "coming").status_code == 200


def pk_for(screen: str, certificate: Certificate) -> int:
    if screen.startswith("certificates"):
        return certificate.pk
    return certificate.curriculum_id if screen.startswith("trainings") else TrainingSession.objects.get().pk
