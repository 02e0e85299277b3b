"""Whether we may write to somebody: the whole truth table, and random histories against a plain model."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.actions.consents import suppress_address
from people.consent import ContactPurpose, UnknownAddress, consenting_points, may_contact, may_contact_each
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from people.models import ConsentText, ContactPoint, Suppression
from tests.factories.people import ADA, make_consent_text, make_contact_point, make_organisation, write_consent_event

GRANTED, WITHDRAWN = ConsentState.GRANTED, ConsentState.WITHDRAWN
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def point() -> ContactPoint:
    return make_contact_point(verified_at=NOW - 30 * DAY)


@pytest.fixture
def text() -> ConsentText:
    return make_consent_text(make_organisation("Lead"), scope="open-doors")


def news(text: ConsentText, **changes: object) -> ContactPurpose:
    fields = {"channel": Channel.EMAIL, "organisation_id": text.organisation_id, "scope": text.scope}
    return ContactPurpose(Purpose.CAMPAIGN_NEWS, **{**fields, **changes})  # type: ignore[arg-type]


def verdict(point: ContactPoint | UnknownAddress, purpose: ContactPurpose) -> str:
    decision = may_contact(point, purpose, NOW)
    assert decision.allowed == (decision.reason == "")
    assert may_contact_each([(point, purpose)], NOW) == [decision]
    return decision.reason or "allowed"


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], "no-consent"),
        ([(GRANTED, -3)], "allowed"),
        ([(GRANTED, -3), (WITHDRAWN, -2)], "withdrawn"),
        ([(GRANTED, -3), (WITHDRAWN, -2), (GRANTED, -1)], "allowed"),
        ([(GRANTED, 0)], "allowed"),
        ([(GRANTED, 1)], "no-consent"),
        ([(GRANTED, -3), (WITHDRAWN, 1)], "allowed"),
        ([(WITHDRAWN, -1), (GRANTED, -3)], "withdrawn"),
        ([(GRANTED, -1), (WITHDRAWN, -1)], "withdrawn"),
        ([(WITHDRAWN, -1), (GRANTED, -1)], "allowed"),
    ],
)
def test_may_contact_follows_the_latest_event(
    point: ContactPoint, text: ConsentText, history: list[tuple[ConsentState, int]], expected: str
) -> None:
    for state, days in history:
        write_consent_event(point, text, state, NOW + days * DAY)
    assert verdict(point, news(text)) == expected


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], "allowed"),
        ([(GRANTED, -3)], "allowed"),
        ([(WITHDRAWN, -2)], "withdrawn"),
        ([(WITHDRAWN, -2), (GRANTED, -1)], "allowed"),
        ([(WITHDRAWN, 1)], "allowed"),
    ],
)
def test_may_contact_of_an_agenda_needs_no_consent_and_yields_to_a_withdrawal(
    point: ContactPoint, history: list[tuple[ConsentState, int]], expected: str
) -> None:
    asked = make_consent_text(make_organisation("Host"), scope="open-doors", purpose=Purpose.REMINDER)
    agenda = ContactPurpose(Purpose.AGENDA, Channel.EMAIL, asked.organisation_id, asked.scope)
    for state, days in history:
        write_consent_event(point, asked, state, NOW + days * DAY)
    assert verdict(point, agenda) == expected
    assert consenting_points(agenda, NOW).filter(pk=point.pk).exists() is (expected == "allowed")
    assert verdict(make_contact_point("ben@example.org"), agenda) == "unverified"
    assert verdict(UnknownAddress(Channel.EMAIL, "dan@example.org"), agenda) == "unverified"
    suppress_address(
        channel=Channel.EMAIL, canonical=point.canonical, reason=SuppressionReason.STOP, by="tests", at=NOW
    )
    assert verdict(point, agenda) == "suppressed:stop"


@pytest.mark.parametrize("people", [1, 3])
def test_may_contact_each_says_why_not_in_two_queries(
    text: ConsentText, people: int, django_assert_num_queries: object
) -> None:
    points = [make_contact_point(f"citizen{number}@example.org", verified_at=NOW) for number in range(people)]
    with django_assert_num_queries(2):  # type: ignore[operator]
        decisions = may_contact_each([(point, news(text)) for point in points], NOW)
    assert {decision.reason for decision in decisions} == {"no-consent"}


def test_may_contact_for_another_organisation_scope_channel_or_purpose_is_refused(
    point: ContactPoint, text: ConsentText
) -> None:
    write_consent_event(point, text, GRANTED, NOW - DAY)
    assert verdict(point, news(text, organisation_id=make_organisation().pk)) == "no-consent"
    assert verdict(point, news(text, organisation_id=None)) == "no-consent"
    assert verdict(point, news(text, scope="another-campaign")) == "no-consent"
    assert verdict(point, news(text, scope="")) == "no-consent"
    assert verdict(point, news(text, channel=Channel.SMS)) == "no-consent"
    partner_news = ContactPurpose(Purpose.PARTNER_NEWS, Channel.EMAIL, text.organisation_id, text.scope)
    assert verdict(point, partner_news) == "no-consent"


def test_may_contact_with_consent_of_another_person_is_refused(point: ContactPoint, text: ConsentText) -> None:
    write_consent_event(make_contact_point("ben@example.org", verified_at=NOW), text, GRANTED, NOW - DAY)
    assert verdict(point, news(text)) == "no-consent"


def test_may_contact_with_consent_for_all_campaigns_covers_each(point: ContactPoint, text: ConsentText) -> None:
    write_consent_event(point, text, GRANTED, NOW - 2 * DAY, scope="")
    assert verdict(point, news(text)) == "allowed"
    assert verdict(point, news(text, scope="")) == "allowed"
    write_consent_event(point, text, WITHDRAWN, NOW - DAY)
    assert verdict(point, news(text)) == "withdrawn"
    assert verdict(point, news(text, scope="another-campaign")) == "allowed"


def test_may_contact_after_leaving_all_campaigns_is_refused_in_each(point: ContactPoint, text: ConsentText) -> None:
    write_consent_event(point, text, GRANTED, NOW - 2 * DAY)
    write_consent_event(point, text, WITHDRAWN, NOW - DAY, scope="")
    assert verdict(point, news(text)) == "withdrawn"


def test_may_contact_an_unverified_point_only_in_answer_to_what_it_did(text: ConsentText) -> None:
    unverified = make_contact_point()
    write_consent_event(unverified, text, GRANTED, NOW - DAY)
    stranger = UnknownAddress(Channel.EMAIL, ADA)
    for address in (unverified, stranger):
        assert verdict(address, news(text)) == "unverified"
        assert verdict(address, ContactPurpose(Purpose.SERVICE, Channel.EMAIL)) == "allowed"


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_may_contact_a_suppressed_address_is_refused_whatever_it_consented_to(
    point: ContactPoint, text: ConsentText, reason: SuppressionReason
) -> None:
    write_consent_event(point, text, GRANTED, NOW - DAY)
    stop = suppress_address(channel=Channel.EMAIL, canonical=point.canonical, reason=reason, by="tests", at=NOW)
    assert verdict(point, news(text)) == f"suppressed:{reason}"
    answer = "allowed" if reason == SuppressionReason.ERASED else f"suppressed:{reason}"
    assert verdict(point, ContactPurpose(Purpose.SERVICE, Channel.EMAIL)) == answer
    assert verdict(UnknownAddress(Channel.EMAIL, ADA), ContactPurpose(Purpose.SERVICE, Channel.EMAIL)) == answer
    Suppression.objects.filter(pk=stop.pk).update(lifted_at=NOW)
    assert verdict(point, news(text)) == "allowed"


def test_may_contact_an_erased_and_bounced_address_is_refused_even_in_answer(point: ContactPoint) -> None:
    for reason in (SuppressionReason.ERASED, SuppressionReason.BOUNCE):
        suppress_address(channel=Channel.EMAIL, canonical=point.canonical, reason=reason, by="tests", at=NOW)
    assert verdict(point, ContactPurpose(Purpose.SERVICE, Channel.EMAIL)) == "suppressed:bounce"


@pytest.mark.parametrize("people", [1, 3])
def test_may_contact_each_decides_as_for_one_in_two_queries(
    text: ConsentText, people: int, django_assert_num_queries: object
) -> None:
    points = [make_contact_point(f"citizen{number}@example.org", verified_at=NOW) for number in range(people)]
    for point in points:
        write_consent_event(point, text, GRANTED, NOW)
    with django_assert_num_queries(2):  # type: ignore[operator]
        decisions = may_contact_each([(point, news(text)) for point in points], NOW)
    assert [decision.allowed for decision in decisions] == [True] * people


def test_may_contact_each_keeps_people_purposes_and_channels_apart(text: ConsentText) -> None:
    ada, ben = make_contact_point(verified_at=NOW), make_contact_point("ben@example.org", verified_at=NOW)
    phone = make_contact_point("+32470123456", verified_at=NOW, channel=Channel.SMS)
    write_consent_event(ada, text, GRANTED, NOW)
    write_consent_event(ben, text, GRANTED, NOW)
    write_consent_event(ben, text, WITHDRAWN, NOW)
    write_consent_event(phone, text, GRANTED, NOW, channel=Channel.SMS)
    suppress_address(channel=Channel.SMS, canonical=phone.canonical, reason=SuppressionReason.STOP, by="tests", at=NOW)
    answer = ContactPurpose(Purpose.SERVICE, Channel.EMAIL)
    asked = [
        (ada, news(text)),
        (ben, news(text)),
        (ben, answer),
        (ada, news(text, scope="another-campaign")),
        (UnknownAddress(Channel.EMAIL, ADA), news(text)),
        (phone, news(text, channel=Channel.SMS)),
    ]
    decisions = may_contact_each(asked, NOW)
    assert [decision.reason for decision in decisions] == [
        "", "withdrawn", "", "no-consent", "unverified", "suppressed:stop",
    ]  # fmt: skip
    assert decisions == [may_contact(point, purpose, NOW) for point, purpose in asked]
    assert may_contact_each([], NOW) == []


def test_suppress_address_twice_returns_the_first(point: ContactPoint) -> None:
    stops = {
        suppress_address(channel=Channel.EMAIL, canonical=ADA, reason=SuppressionReason.STOP, by="tests", at=NOW).pk
        for _ in range(2)
    }
    assert len(stops) == 1


def test_suppression_on_one_channel_leaves_the_other_alone(point: ContactPoint) -> None:
    suppress_address(channel=Channel.SMS, canonical=ADA, reason=SuppressionReason.STOP, by="tests", at=NOW)
    assert verdict(point, ContactPurpose(Purpose.SERVICE, Channel.EMAIL)) == "allowed"


events = st.tuples(st.sampled_from([GRANTED, WITHDRAWN]), st.integers(-3, 2), st.sampled_from(["open-doors", "", "x"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events, max_size=7))
def test_may_contact_after_any_history_equals_the_plain_model(
    point: ContactPoint, text: ConsentText, history: list[tuple[ConsentState, int, str]]
) -> None:
    point.consent_events.all().delete()
    for state, days, scope in history:
        write_consent_event(point, text, state, NOW + days * DAY, scope=scope)
    heard = [
        (days, number, state)
        for number, (state, days, scope) in enumerate(history)
        if days <= 0 and scope in ("open-doors", "")
    ]
    expected = "no-consent" if not heard else ("allowed" if max(heard)[2] == GRANTED else "withdrawn")
    assert verdict(point, news(text)) == expected
