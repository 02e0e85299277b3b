"""What the public and volunteers open: the verification page, the paper, the calendar, the answer to a letter."""

import io
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from pypdf import PdfReader
from time_machine import Traveller

from tests.factories.staff import World
from tests.factories.trainings import SATURDAY, make_curriculum, make_place, make_session, make_shift, make_volunteer
from volunteers import calendar_views
from volunteers.actions.care import renew_calendar_key
from volunteers.actions.shifts import assign_volunteer, cancel_shift, release_volunteer
from volunteers.certificate_paper import certificate_pdf, is_rtl
from volunteers.certificate_views import LOOKS
from volunteers.enums import TrainingPresence
from volunteers.models import Certificate, Volunteer
from volunteers.tokens import sign_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(ours: World) -> Certificate:
    made = Certificate.objects.create(
        code="ABCDEFGHJKMN",
        curriculum=make_curriculum(ours, title="Alliance building", summary="Coalitions. " * 60),
        volunteer=make_volunteer(ours, "Amina Bensaïd"),
        issued_date="2026-03-01",
        valid_until="2028-03-01",
    )
    return Certificate.objects.get(pk=made.pk)


def verify(client: Client, code: str, language: str = "en") -> Any:
    return client.get(f"/{language}/volunteers/certificates/{code}")


def test_certificate_page_says_what_it_is_and_hides_the_rest(
    client: Client, certificate: Certificate, clock: Traveller
) -> None:
    answer = verify(client, certificate.code)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This certificate is valid" in page
    assert "Amina B." in page
    assert "Bensaïd" not in page
    assert str(certificate.public_id) not in page
    assert 'name="robots" content="noindex"' in page
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    clock.move_to(datetime(2028, 3, 2, 12, tzinfo=SATURDAY.tzinfo))
    assert "has expired" in verify(client, certificate.code).content.decode()
    Certificate.objects.update(revoked_at=SATURDAY, revoked_reason="secret reason")
    page = verify(client, certificate.code).content.decode()
    assert "was taken back" in page
    assert "secret reason" not in page


@pytest.mark.parametrize("code", ["NOSUCHCERTIF", "abc", "%00", "ABCDEFGHJKM1", "A" * 200])
def test_certificate_page_of_an_unknown_code_is_404(client: Client, certificate: Certificate, code: str) -> None:
    answer = verify(client, code)
    assert answer.status_code == 404
    assert "no such certificate" in answer.content.decode()


def test_certificate_typed_by_hand_is_found(client: Client, certificate: Certificate) -> None:
    assert "twelve letters" in client.get("/en/volunteers/certificates/").content.decode()
    answer = client.get("/en/volunteers/certificates/", {"code": "abcd efgh jkmn"}, follow=True)
    assert "This certificate is valid" in answer.content.decode()


def test_certificate_page_asked_too_often_says_so(client: Client, certificate: Certificate, clock: Traveller) -> None:
    statuses = [verify(client, f"{'Z' * 12}").status_code for _ in range(LOOKS + 1)]
    assert statuses == [404] * LOOKS + [429]
    assert verify(client, certificate.code).status_code == 429
    assert verify(Client(REMOTE_ADDR="192.0.2.9"), certificate.code).status_code == 200
    clock.shift(601)
    assert verify(client, certificate.code).status_code == 200


@pytest.mark.parametrize(("language", "direction"), [("en", ""), ("fr", ""), ("nl", ""), ("ar", "/R2L")])
def test_paper_is_one_tagged_page_in_the_volunteers_language(
    certificate: Certificate, language: str, direction: str
) -> None:
    person = certificate.volunteer.supporter
    person.language, person.full_name = language, "أمينة بن سعيد" if language == "ar" else "Amina Łukasiewicz"
    reader = PdfReader(io.BytesIO(certificate_pdf(certificate)))
    [page] = reader.pages
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (842, 595)
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith(language)
    assert root["/MarkInfo"]["/Marked"]
    assert "Alliance building" in reader.metadata.title
    text = page.extract_text()
    assert "ABCD EFGH JKMN" in text
    assert "Coalitions." in text
    if language != "ar":
        assert "Amina Łukasiewicz" in text
    assert root.get("/ViewerPreferences", {}).get("/Direction", "") in ("", direction, "/L2R")
    links = [note.get_object()["/A"]["/URI"] for note in page["/Annots"]]
    assert links == [f"http://127.0.0.1:8000/{language}/volunteers/certificates/ABCDEFGHJKMN"]


@pytest.mark.parametrize(("text", "rtl"), [("Say it.", False), ("1. نعم", True), ("", False), ("« Oui »", False)])
def test_text_of_staff_reads_in_its_own_direction(text: str, rtl: bool) -> None:
    assert is_rtl(text) is rtl


def test_paper_is_given_under_its_secret_link_until_taken_back(client: Client, certificate: Certificate) -> None:
    url = f"/volunteers/certificates/{certificate.public_id}.pdf"
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"], answer["X-Robots-Tag"]) == (200, "application/pdf", "noindex")
    assert client.get(f"/volunteers/certificates/{uuid.uuid4()}.pdf").status_code == 404
    Certificate.objects.update(revoked_at=SATURDAY)
    assert client.get(url).status_code == 404


def feed(client: Client, volunteer: Volunteer, **headers: str) -> Any:
    return client.get(f"/volunteers/calendar/{volunteer.calendar_key}.ics", headers=headers)


def events(answer: Any) -> dict[str, Any]:
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_calendar_holds_own_shifts_and_trainings_with_their_state(client: Client, ours: World, at: datetime) -> None:
    volunteer = make_volunteer(ours)
    kept, given_back, off = (make_shift(ours, SATURDAY + timedelta(days=7 * week)) for week in range(3))
    for shift in (kept, given_back, off):
        assignment = assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=at)
        if shift == given_back:
            release_volunteer(assignment=assignment, by="test", at=at)
    cancel_shift(shift=off, by="test", at=at)
    session = make_session(make_curriculum(ours), SATURDAY + timedelta(days=1))
    make_place(session, volunteer)
    make_place(make_session(make_curriculum(ours)), volunteer, TrainingPresence.INVITED)
    assign_volunteer(shift=make_shift(ours, title="Not mine"), volunteer=make_volunteer(ours), by="test", at=at)
    answer = feed(client, volunteer)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(answer)
    states = {uid.rpartition("-" + str(volunteer.public_id))[0]: str(event["status"]) for uid, event in found.items()}
    assert states == {
        f"shift-{kept.pk}": "CONFIRMED",
        f"shift-{given_back.pk}": "CANCELLED",
        f"shift-{off.pk}": "CANCELLED",
        f"training-{session.pk}": "CONFIRMED",
    }
    assert list(events(feed(client, volunteer))) == list(found)


def test_calendar_shows_the_same_hour_on_either_side_of_a_clock_change(
    client: Client, ours: World, at: datetime
) -> None:
    volunteer = make_volunteer(ours)
    winter = make_shift(ours, datetime.fromisoformat("2026-03-28T10:00+01:00"), title="winter")
    summer = make_shift(ours, datetime.fromisoformat("2026-03-30T10:00+02:00"), title="summer")
    for shift in (winter, summer):
        assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=at)
    answer = feed(client, volunteer)
    text = answer.content.decode()
    assert "BEGIN:VTIMEZONE" in text
    assert "DTSTART;TZID=Europe/Brussels:20260328T100000" in text
    assert "DTSTART;TZID=Europe/Brussels:20260330T100000" in text
    starts = {str(event["summary"]): event["dtstart"].dt for event in events(answer).values()}
    assert starts == {"winter": winter.starts_at, "summer": summer.starts_at}


def test_calendar_unchanged_is_answered_without_drawing_it(
    client: Client, ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    volunteer, shift = make_volunteer(ours), make_shift(ours)
    assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=at)
    tag = feed(client, volunteer)["ETag"]
    with monkeypatch.context() as patched:
        patched.setattr(calendar_views, "draw_feed", None)  # calling it would fail
        for known in (tag, f"W/{tag}", f'"other", {tag}'):
            with django_assert_num_queries(3):
                assert feed(client, volunteer, if_none_match=known).status_code == 304
    shift.title = "Another title"
    shift.save()
    changed = feed(client, volunteer, if_none_match=tag)
    assert (changed.status_code, changed["ETag"] == tag) == (200, False)


def test_calendar_link_given_anew_ends_the_old_one(client: Client, ours: World) -> None:
    volunteer = make_volunteer(ours)
    old = volunteer.calendar_key
    assert feed(client, volunteer).status_code == 200
    renew_calendar_key(volunteer=volunteer, by="test")
    volunteer.refresh_from_db()
    assert client.get(f"/volunteers/calendar/{old}.ics").status_code == 404
    assert len(volunteer.calendar_key) == 32
    assert feed(client, volunteer).status_code == 200


def test_answer_to_an_invitation_is_given_by_pressing_only(client: Client, ours: World, clock: Traveller) -> None:
    session = make_session(make_curriculum(ours), capacity=1)
    place = make_place(session, make_volunteer(ours), TrainingPresence.INVITED)
    url = f"/en/volunteers/agenda/{sign_place(place)}/"
    page = client.get(url)
    assert "I come" in page.content.decode()
    assert not page.cookies
    place.refresh_from_db()
    assert place.presence == "invited"
    assert "You come" in client.post(url, {"answer": "coming"}, follow=True).content.decode()
    other = make_place(session, make_volunteer(ours), TrainingPresence.INVITED)
    full = client.post(f"/en/volunteers/agenda/{sign_place(other)}/", {"answer": "coming"})
    assert (full.status_code, "All places are taken" in full.content.decode()) == (409, True)
    assert "You do not come" in client.post(url, {"answer": "not_coming"}, follow=True).content.decode()
    clock.move_to(SATURDAY)
    assert client.post(url, {"answer": "coming"}).status_code == 409


def test_answer_gives_a_shift_back(client: Client, ours: World, at: datetime) -> None:
    assignment = assign_volunteer(shift=make_shift(ours), volunteer=make_volunteer(ours), by="test", at=at)
    url = f"/en/volunteers/agenda/{sign_place(assignment)}/"
    assert "You have this shift" in client.get(url).content.decode()
    assert "gave this shift back" in client.post(url, {"answer": "not_coming"}, follow=True).content.decode()
    assignment.refresh_from_db()
    assert assignment.status == "released"


@pytest.mark.parametrize("token", ["s1", "s1.forged", "x", "t999999.abc"])
def test_answer_of_a_forged_link_is_404(client: Client, token: str) -> None:
    assert client.get(f"/en/volunteers/agenda/{token}/").status_code == 404
    assert client.post(f"/en/volunteers/agenda/{token}/", {"answer": "coming"}).status_code == 404


def test_answer_from_another_site_is_refused(client: Client, ours: World, at: datetime) -> None:
    assignment = assign_volunteer(shift=make_shift(ours), volunteer=make_volunteer(ours), by="test", at=at)
    url = f"/en/volunteers/agenda/{sign_place(assignment)}/"
    assert client.post(url, {"answer": "not_coming"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
