"""From who somebody said to be to a supporter, its consents, and one follow-up per channel."""

from datetime import timedelta
from typing import Any

import pytest

from core.models import AuditEntry
from integrations.outbox.models import CaughtMessage
from messaging.actions.deliver import deliver_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from outreach.actions.follow_up import confirm_follow_up, find_follow_up, follow_up_token, stop_follow_up
from outreach.actions.matching import (
    match_identity,
    match_pending,
)
from outreach.enums import MatchStatus
from outreach.models import ContactIdentity, OutreachContact, Revocation
from people.actions.consents import suppress_address
from people.consent import ContactPurpose, may_contact
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from people.models import ConsentEvent, ConsentText, ContactPoint, Supporter
from people.tokens import InvalidToken
from tests.factories.outreach import MONDAY, Stall, client_id, contact
from tests.factories.people import make_contact_point, write_consent_event
from tests.threads import run_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SPOKEN = MONDAY - timedelta(hours=1)
PHONE, MAIL = "+32470123456", "nora@example.org"


def may(point: ContactPoint, text: ConsentText, at: Any = MONDAY) -> str:
    purpose = ContactPurpose(Purpose(text.purpose), Channel(text.channel), text.organisation_id, text.scope)
    return may_contact(point, purpose, at).reason


def states(point: ContactPoint) -> list[tuple[str, str]]:
    return list(ConsentEvent.objects.filter(contact_point=point).order_by("pk").values_list("state", "source"))


def test_unknown_person_becomes_a_supporter_with_unverified_addresses(stall: Stall) -> None:
    identity = stall.meet(email=MAIL)
    supporter = identity.supporter
    assert supporter is not None
    assert (identity.status, supporter.full_name, supporter.language) == (MatchStatus.CREATED, "Nora Smit", "en")
    points = {point.channel: point for point in supporter.contact_points.all()}
    assert (points["sms"].canonical, points["email"].canonical) == (PHONE, MAIL)
    assert all(point.verified_at is None for point in points.values())
    event = points["sms"].consent_events.get()
    assert (event.state, event.text, event.source, event.at) == (
        ConsentState.GRANTED, stall.sms_text, f"outreach:{client_id(1)}", SPOKEN,
    )  # fmt: skip
    assert may(points["sms"], stall.sms_text) == "unverified"


def test_what_was_told_is_blanked_and_what_was_agreed_kept(stall: Stall) -> None:
    identity = stall.meet()
    assert (identity.full_name, identity.email, identity.phone, identity.candidates) == ("", "", "", [])
    assert [choice["text"] for choice in identity.consents] == [stall.sms_text.pk]
    assert AuditEntry.objects.get(action="outreach.contact_identity.created").target.endswith(f":{identity.pk}")


@pytest.mark.parametrize("name", ["Nora Smit", "nora smit", "Nora", "N. Smit", "Nora Smít", ""])
def test_known_address_with_a_name_that_fits_is_that_supporter(stall: Stall, name: str) -> None:
    known = make_contact_point(PHONE, channel=Channel.SMS, full_name="Nora Smit").supporter
    identity = stall.meet(name=name)
    assert (identity.status, identity.supporter) == (MatchStatus.MATCHED, known)
    known.refresh_from_db()
    assert known.full_name == "Nora Smit"
    assert Supporter.objects.exclude(pk=stall.volunteer.supporter_id).count() == 1


@pytest.mark.parametrize("name", ["Karim Haddad", "Karim Smit", "نورا"])
def test_known_address_with_another_name_is_for_staff_to_decide(stall: Stall, name: str) -> None:
    known = make_contact_point(PHONE, channel=Channel.SMS, full_name="Nora Smit").supporter
    identity = stall.meet(name=name)
    assert (identity.status, identity.candidates, identity.full_name) == (MatchStatus.AMBIGUOUS, [known.pk], name)
    assert not OutboundMessage.objects.exists()
    assert not ConsentEvent.objects.exists()


def test_two_addresses_of_two_supporters_are_for_staff_to_decide(stall: Stall) -> None:
    one = make_contact_point(PHONE, channel=Channel.SMS).supporter
    other = make_contact_point(MAIL).supporter
    identity = stall.meet(email=MAIL)
    assert (identity.status, identity.candidates) == (MatchStatus.AMBIGUOUS, sorted([one.pk, other.pk]))


def test_second_address_is_added_to_the_supporter_found(stall: Stall) -> None:
    known = make_contact_point(MAIL, full_name="Nora Smit", verified_at=SPOKEN).supporter
    stall.meet(email="Nora@example.org")
    assert set(known.contact_points.values_list("canonical", "verified_at")) == {(MAIL, SPOKEN), (PHONE, None)}


def test_matching_twice_changes_nothing(stall: Stall) -> None:
    identity = stall.meet(email=MAIL)
    before = ConsentEvent.objects.count(), OutboundMessage.objects.count(), Supporter.objects.count()
    assert match_identity(identity_id=identity.pk, at=MONDAY) == MatchStatus.CREATED
    match_pending(at=MONDAY)
    assert (ConsentEvent.objects.count(), OutboundMessage.objects.count(), Supporter.objects.count()) == before


@pytest.mark.django_db(transaction=True)
def test_matching_at_the_same_moment_makes_one_supporter_and_one_message(stall: Stall) -> None:
    stall.send(stall.record(1, person=stall.person()), stall.record(2, person=stall.person()))
    ids = list(ContactIdentity.objects.values_list("pk", flat=True))
    results = run_at_once(*[lambda pk=pk: match_identity(identity_id=pk, at=MONDAY) for pk in [*ids, *ids]])
    assert not [each for each in results if isinstance(each, Exception)], results
    assert ContactPoint.objects.filter(canonical=PHONE).count() == 1
    assert len(set(ContactIdentity.objects.values_list("supporter", flat=True))) == 1
    assert OutboundMessage.objects.count() == 2  # one per conversation
    assert ConsentEvent.objects.count() == 2


def test_one_that_breaks_does_not_hold_up_the_others(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.actions import matching

    stall.send(stall.record(1, person=stall.person()), stall.record(2, person=stall.person(phone="", email=MAIL)))
    first, second = ContactIdentity.objects.order_by("pk")
    create = matching._create_supporter

    def broken(identity: ContactIdentity) -> Supporter:
        if identity.pk == first.pk:
            raise RuntimeError("broken")
        return create(identity)

    monkeypatch.setattr(matching, "_create_supporter", broken)
    assert match_pending(at=MONDAY) == second.pk
    assert match_pending(at=MONDAY, after=second.pk) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.full_name, second.status) == (MatchStatus.PENDING, "Nora Smit", MatchStatus.CREATED)


# --- Later words of the chain ---------------------------------------------------------------------


def test_undone_before_matching_is_forgotten(stall: Stall) -> None:
    stall.send(stall.record(1, person=stall.person()), stall.word(2, 1, 1, "undo"))
    match_pending(at=MONDAY)
    identity = ContactIdentity.objects.get()
    assert (identity.status, identity.phone, identity.supporter) == (MatchStatus.DISCARDED, "", None)
    assert not ContactPoint.objects.filter(canonical=PHONE).exists()


def test_correction_without_a_person_keeps_the_person(stall: Stall) -> None:
    stall.send(stall.record(1, person=stall.person()), stall.word(2, 1, 1, outcome="pledged"))
    match_pending(at=MONDAY)
    assert ContactIdentity.objects.get().status == MatchStatus.CREATED


def test_undo_after_matching_takes_back_consents_and_the_waiting_follow_up(stall: Stall) -> None:
    identity = stall.meet()
    stall.send(stall.word(2, 1, 1, "undo"))
    identity.refresh_from_db()
    assert identity.status == MatchStatus.DISCARDED
    point = ContactPoint.objects.get(canonical=PHONE)
    assert [state for state, _ in states(point)] == ["granted", "withdrawn"]
    assert OutboundMessage.objects.get().status == MessageStatus.CANCELLED
    stall.send(stall.word(3, 1, 2, "undo"))
    assert len(states(point)) == 2


def test_undo_that_overtakes_the_sending_stops_it(stall: Stall) -> None:
    stall.meet()
    OutreachContact.objects.filter(client_id=client_id(1)).update(is_current=True)
    ContactIdentity.objects.update(status=MatchStatus.DISCARDED)
    deliver_messages(at=MONDAY)
    assert OutboundMessage.objects.get().status == MessageStatus.CANCELLED
    assert not CaughtMessage.objects.exists()


def test_corrected_person_is_matched_again_and_the_first_one_left(stall: Stall) -> None:
    stall.meet()
    wrong = ContactPoint.objects.get(canonical=PHONE)
    stall.send(stall.word(2, 1, 1, person=stall.person(phone="0470 12 34 57")))
    match_pending(at=MONDAY)
    right = ContactPoint.objects.get(canonical="+32470123457")
    assert [state for state, _ in states(wrong)] == ["granted", "withdrawn"]
    assert [state for state, _ in states(right)] == ["granted"]
    assert sorted(OutboundMessage.objects.values_list("status", flat=True)) == ["cancelled", "ready"]


def test_corrected_name_of_the_same_address_keeps_the_consent(stall: Stall) -> None:
    stall.meet()
    stall.send(stall.word(2, 1, 1, person=stall.person("Nora Smits")))
    match_pending(at=MONDAY)
    point = ContactPoint.objects.get(canonical=PHONE)
    point.verified_at = MONDAY
    point.save()
    assert may(point, stall.sms_text) == ""


def test_revoked_session_is_not_matched(stall: Stall) -> None:
    stall.send(stall.record(1, person=stall.person()))
    row = contact(1)
    revocation = Revocation.objects.create(effort=stall.effort, mobiliser=stall.cleo, session_id=row.session_id)
    OutreachContact.objects.update(revocation=revocation)
    match_pending(at=MONDAY)
    identity = ContactIdentity.objects.get()
    assert match_identity(identity_id=identity.pk, at=MONDAY) == MatchStatus.PENDING


# --- Consent --------------------------------------------------------------------------------------


def test_withdrawal_made_meanwhile_stands(stall: Stall) -> None:
    point = make_contact_point(PHONE, channel=Channel.SMS, verified_at=SPOKEN)
    write_consent_event(point, stall.sms_text, ConsentState.WITHDRAWN, SPOKEN + timedelta(minutes=30))
    stall.meet()
    assert may(point, stall.sms_text) == "withdrawn"


def test_spoken_consent_lifts_no_earlier_withdrawal_but_the_persons_own_press_does(stall: Stall) -> None:
    point = make_contact_point(PHONE, channel=Channel.SMS, verified_at=SPOKEN)
    write_consent_event(point, stall.sms_text, ConsentState.WITHDRAWN, SPOKEN - timedelta(days=9))
    identity = stall.meet()
    assert may(point, stall.sms_text) == "withdrawn"
    confirm_follow_up(token=follow_up_token(identity, "sms"), at=MONDAY)
    assert may(point, stall.sms_text) == ""


def test_only_granted_channels_get_a_follow_up(stall: Stall) -> None:
    person = stall.person(email=MAIL)
    person["consents"][0]["granted"] = False
    stall.send(stall.record(1, person=person))
    match_pending(at=MONDAY)
    assert list(OutboundMessage.objects.values_list("channel", flat=True)) == ["sms"]
    assert not ConsentEvent.objects.filter(channel="email").exists()


def test_stopped_address_gets_no_follow_up(stall: Stall) -> None:
    suppress_address(channel=Channel.SMS, canonical=PHONE, reason=SuppressionReason.STOP, by="tests", at=SPOKEN)
    stall.meet()
    assert OutboundMessage.objects.get().status == MessageStatus.SUPPRESSED


# --- The follow-up --------------------------------------------------------------------------------


def test_follow_up_says_who_what_and_where_to_answer_exactly_once(stall: Stall) -> None:
    identity = stall.meet(email=MAIL)
    for minutes in range(3):
        deliver_messages(at=MONDAY + timedelta(minutes=minutes))
        match_pending(at=MONDAY)
    caught = {message.channel: message for message in CaughtMessage.objects.all()}
    assert CaughtMessage.objects.count() == 2
    mail, sms = caught["email"], caught["sms"]
    for words in (
        "Cleo",
        "ours partner",
        "ours campaign",
        "Write to me.",
        f"/en/c/{follow_up_token(identity, 'email')}/",
    ):
        assert words in mail.text
        assert words in mail.html
    assert "was that you" in mail.subject
    assert (sms.address, sms.subject, sms.html) == (PHONE, "", "")
    assert f"/en/c/{follow_up_token(identity, 'sms')}/" in sms.text
    assert "Cleo of ours partner" in sms.text
    assert "\n" not in sms.text
    rows = OutboundMessage.objects.all()
    assert {row.idempotency_key for row in rows} == {
        f"outreach-followup:identity:{identity.pk}:{channel}" for channel in ("email", "sms")
    }
    assert {row.expires_at for row in rows} == {MONDAY + timedelta(days=7)}


@pytest.mark.parametrize(("spoken", "written"), [("fr", "fr"), ("ar", "ar"), ("fr-BE", "fr"), ("ti", "en"), ("", "en")])
def test_follow_up_is_written_in_the_persons_language(stall: Stall, spoken: str, written: str) -> None:
    stall.meet(language=spoken)
    message = OutboundMessage.objects.get()
    assert message.language == written
    deliver_messages(at=MONDAY)
    assert f"/{written}/c/" in CaughtMessage.objects.get().text


def test_pressing_yes_verifies_the_address_and_confirms_what_was_agreed(stall: Stall) -> None:
    identity = stall.meet(email=MAIL)
    for _ in range(2):
        confirm_follow_up(token=follow_up_token(identity, "sms"), at=MONDAY)
    sms, mail = (ContactPoint.objects.get(canonical=each) for each in (PHONE, MAIL))
    assert (sms.verified_at, mail.verified_at) == (MONDAY, None)
    assert states(sms) == [("granted", f"outreach:{client_id(1)}"), ("granted", f"follow-up:{client_id(1)}")]
    assert (may(sms, stall.sms_text), may(mail, stall.mail_text)) == ("", "unverified")


def test_pressing_stop_takes_back_both_channels_and_the_other_message(stall: Stall) -> None:
    identity = stall.meet(email=MAIL)
    token = follow_up_token(identity, "sms")
    confirm_follow_up(token=token, at=MONDAY)
    later = MONDAY + timedelta(minutes=1)
    for _ in range(2):
        stop_follow_up(token=token, at=later)
    sms, mail = (ContactPoint.objects.get(canonical=each) for each in (PHONE, MAIL))
    assert may(sms, stall.sms_text, later) == "withdrawn"
    assert [state for state, _ in states(mail)] == ["granted", "withdrawn"]
    assert set(OutboundMessage.objects.values_list("status", flat=True)) == {"cancelled"}
    confirm_follow_up(token=token, at=later + timedelta(minutes=1))
    assert may(sms, stall.sms_text, later + timedelta(minutes=1)) == ""


def test_undo_leaves_what_the_person_confirmed(stall: Stall) -> None:
    identity = stall.meet()
    confirm_follow_up(token=follow_up_token(identity, "sms"), at=MONDAY)
    stall.send(stall.word(2, 1, 1, "undo"))
    assert may(ContactPoint.objects.get(canonical=PHONE), stall.sms_text) == ""


def test_tokens_are_of_one_channel_and_cannot_be_made_up(stall: Stall) -> None:
    identity = stall.meet()
    assert find_follow_up(follow_up_token(identity, "sms")).channel == Channel.SMS
    for token in (follow_up_token(identity, "email"), "x", "a.b", client_id(1)):
        with pytest.raises(InvalidToken):
            find_follow_up(token)
