"""Who is in a segment: the people an organisation knows, and nobody else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audiences.models import Broadcast, BroadcastRecipient, Segment
from audiences.segment_rules import InvalidRule
from audiences.selectors.members import (
    SegmentCycle,
    SegmentTooLong,
    UnknownSegment,
    members,
    reachable,
    visible_members,
)
from campaigns.models import Petition, Signature
from people.consent import ContactPurpose
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, Supporter
from tests.factories.messaging import make_sent
from tests.factories.staff import NOON, World

LATER = NOON + timedelta(hours=1)
EVERYBODY: dict[str, Any] = {"all": []}


def names(rule: Any, organisation: Any, at: Any = LATER) -> set[str]:
    return set(members(rule, organisation=organisation, at=at).values_list("full_name", flat=True))


def test_members_of_the_lead_are_all_who_signed_under_its_campaigns(ours: World, theirs: World) -> None:
    ours.sign("Nina")
    theirs.sign("Omar")
    Supporter.objects.create(full_name="Pia")
    assert names(EVERYBODY, ours.lead) == {"Nina"}
    assert names(EVERYBODY, theirs.lead) == {"Omar"}


def test_members_of_a_partner_are_those_it_brought_who_consented_to_it(ours: World) -> None:
    brought = ours.sign("Nina", partnership=ours.partnership)
    ours.sign("Omar", partnership=ours.partnership)
    elsewhere = ours.sign("Pia")
    ours.consent(brought, ours.partner)
    ours.consent(elsewhere, ours.partner)
    assert names(EVERYBODY, ours.partner) == {"Nina"}
    ours.consent(brought, ours.partner, state=ConsentState.WITHDRAWN, at=LATER)
    assert names(EVERYBODY, ours.partner) == set()
    assert names(EVERYBODY, ours.lead) == {"Nina", "Omar", "Pia"}


def test_members_of_a_partner_that_left_are_nobody(ours: World) -> None:
    ours.consent(ours.sign("Nina", partnership=ours.partnership), ours.partner)
    ours.partnership.left_at = NOON
    ours.partnership.save()
    assert names(EVERYBODY, ours.partner) == set()


def test_a_partner_learns_nothing_of_what_its_people_signed_elsewhere(ours: World) -> None:
    other = Petition.objects.create(campaign=ours.campaign, title="other")
    brought = ours.sign("Nina", partnership=ours.partnership)
    ours.consent(brought, ours.partner)
    Signature.objects.create(
        petition=other, supporter=brought.supporter, share_code="x", status="confirmed", territory_code="BE",
        locale="en", day=NOON.date(), confirmed_at=NOON,
    )  # fmt: skip
    signed_other = {"is": "signed", "petitions": [other.pk]}
    assert names(signed_other, ours.partner) == set()
    assert names({"not": signed_other}, ours.partner) == {"Nina"}
    assert names(signed_other, ours.lead) == {"Nina"}


def test_members_signed_by_somebody_elses_campaign_is_nobody(ours: World, theirs: World) -> None:
    theirs.sign("Omar")
    assert names({"is": "signed", "petitions": [theirs.petition.pk]}, ours.lead) == set()


def test_members_never_are_rows_merged_into_another(ours: World) -> None:
    kept, gone = ours.sign("Nina").supporter, ours.sign("Nina B.").supporter
    Supporter.objects.filter(pk=gone.pk).update(merged_into=kept)
    assert names(EVERYBODY, ours.lead) == {"Nina"}
    assert names({"is": "signed"}, ours.lead) == {"Nina"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"all": []}, {"Nina", "Omar"}),
        ({"not": {"all": []}}, set()),
        ({"any": [{"all": []}, {"is": "speaks", "languages": ["fr"]}]}, {"Nina", "Omar"}),
        ({"any": [{"is": "known"}, {"is": "speaks", "languages": ["fr"]}]}, {"Nina", "Omar"}),
        ({"not": {"is": "known"}}, set()),
        ({"is": "speaks", "languages": ["fr"]}, {"Nina"}),
        ({"not": {"not": {"is": "speaks", "languages": ["fr"]}}}, {"Nina"}),
        ({"any": [{"is": "speaks", "languages": ["fr"]}, {"is": "speaks", "languages": ["nl"]}]}, {"Nina", "Omar"}),
        ({"all": [{"is": "speaks", "languages": ["fr"]}, {"is": "speaks", "languages": ["nl"]}]}, set()),
    ],
)
def test_members_and_or_not_mean_what_they_say(ours: World, rule: Any, expected: set[str]) -> None:
    for name, language in (("Nina", "fr"), ("Omar", "nl")):
        Supporter.objects.filter(pk=ours.sign(name).supporter_id).update(language=language)
    assert names(rule, ours.lead) == expected


def test_members_of_another_segment_are_asked_by_its_rule(ours: World) -> None:
    french = Segment.objects.create(organisation=ours.lead, name="French", rule={"is": "speaks", "languages": ["fr"]})
    for name, language in (("Nina", "fr"), ("Omar", "nl")):
        Supporter.objects.filter(pk=ours.sign(name).supporter_id).update(language=language)
    assert names({"is": "segment", "segment": french.pk}, ours.lead) == {"Nina"}
    assert names({"not": {"is": "segment", "segment": french.pk}}, ours.lead) == {"Omar"}


def test_what_was_allowed_another_organisation_is_told_where_it_is_led_alone(ours: World, theirs: World) -> None:
    for organisation in (ours.lead, ours.partner):
        theirs.campaign.partnerships.create(organisation=organisation)
    ours.consent(ours.sign("Nina"), ours.partner)
    elsewhere = ours.sign("Omar").supporter.contact_points.get()
    for organisation in (ours.partner, theirs.partner):
        ConsentEvent.objects.create(
            contact_point=elsewhere, state=ConsentState.GRANTED, purpose=Purpose.PARTNER_NEWS, channel=Channel.EMAIL,
            organisation=organisation, scope=theirs.campaign.slug, source="tests", at=NOON,
        )  # fmt: skip
    asked = {"is": "allows", "purpose": "partner_news", "channel": "email", "organisation": ours.partner.pk}
    assert names({**asked, "campaign": ours.campaign.slug}, ours.lead) == {"Nina"}
    assert names({**asked, "campaign": theirs.campaign.slug}, ours.lead) == set()
    stranger = {**asked, "organisation": theirs.partner.pk, "campaign": theirs.campaign.slug}
    assert names(stranger, ours.lead) == set()


def test_members_of_a_foreign_or_missing_segment_are_refused(ours: World, theirs: World) -> None:
    foreign = Segment.objects.create(organisation=theirs.lead, name="Theirs")
    for number in (foreign.pk, 10**9):
        with pytest.raises(UnknownSegment):
            members({"is": "segment", "segment": number}, organisation=ours.lead, at=LATER)


def test_members_of_segments_in_a_circle_are_refused(ours: World) -> None:
    first = Segment.objects.create(organisation=ours.lead, name="A")
    second = Segment.objects.create(organisation=ours.lead, name="B", rule={"is": "segment", "segment": first.pk})
    Segment.objects.filter(pk=first.pk).update(rule={"is": "segment", "segment": second.pk})
    with pytest.raises(SegmentCycle):
        members({"is": "segment", "segment": first.pk}, organisation=ours.lead, at=LATER)


def test_members_of_a_rule_that_grows_through_segments_are_refused(ours: World) -> None:
    rule: Any = {"is": "signed"}
    for number in range(12):
        segment = Segment.objects.create(organisation=ours.lead, name=str(number), rule=rule)
        rule = {"any": [{"is": "segment", "segment": segment.pk}] * 3}
    with pytest.raises(SegmentTooLong):
        members(rule, organisation=ours.lead, at=LATER)


def test_members_of_what_is_no_rule_are_refused(ours: World) -> None:
    with pytest.raises(InvalidRule):
        members({"is": "born_in"}, organisation=ours.lead, at=LATER)


def test_members_is_one_query(ours: World, django_assert_num_queries: Any) -> None:
    rule = {"all": [{"is": "signed"}, {"not": {"is": "not_contacted", "days": 9}}, {"is": "volunteers"}]}
    rows = members(rule, organisation=ours.lead, at=LATER)
    with django_assert_num_queries(1):
        rows.count()


def test_reachable_are_the_addresses_with_consent_that_are_not_paused(ours: World) -> None:
    for name in ("Nina", "Omar", "Pia"):
        signature = ours.sign(name)
        if name != "Omar":
            ours.consent(signature, ours.lead)
        if name == "Pia":
            signature.supporter.contact_points.update(paused_until=LATER + timedelta(days=1))
    purpose = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, ours.lead.pk, ours.campaign.slug)

    def reached(at: Any) -> set[str]:
        return {point.supporter.full_name for point in reachable(EVERYBODY, purpose=purpose, at=at)}

    assert reached(LATER) == {"Nina"}
    assert reached(LATER + timedelta(days=1)) == {"Nina", "Pia"}


def test_reachable_for_another_organisation_is_nobody_of_ours(ours: World, theirs: World) -> None:
    ours.consent(ours.sign("Nina"), ours.lead)
    purpose = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, theirs.lead.pk, ours.campaign.slug)
    assert not reachable(EVERYBODY, purpose=purpose, at=LATER).exists()
    with pytest.raises(ValueError, match="organisation"):
        reachable(EVERYBODY, purpose=ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL), at=LATER)


def test_visible_members_are_only_those_the_user_sees(ours: World) -> None:
    ours.sign("Nina")
    now = timezone.now()
    seen = {
        user.first_name: visible_members(EVERYBODY, user=user, organisation=ours.lead, at=now).count()
        for user in (ours.coordinator, ours.analyst, ours.manager)
    }
    assert seen == {"ours-ada": 1, "ours-finn": 0, "ours-ben": 0}


def test_members_known_since_a_day_are_asked_by_when_this_organisation_came_to_know_them(
    ours: World, theirs: World
) -> None:
    long_ago, day = NOON - timedelta(days=400), NOON.date().isoformat()
    before = (NOON - timedelta(days=1)).date().isoformat()
    known, fresh = ours.sign("Nina", confirmed_at=long_ago), ours.sign("Omar")
    Supporter.objects.filter(pk__in=[known.supporter_id, fresh.supporter_id]).update(created_at=NOON)
    elsewhere = theirs.sign("Pia", confirmed_at=long_ago)
    Supporter.objects.filter(pk=elsewhere.supporter_id).update(created_at=long_ago)
    Signature.objects.create(
        petition=ours.petition, supporter=elsewhere.supporter, share_code="y", status="confirmed", territory_code="BE",
        locale="en", day=NOON.date(), confirmed_at=NOON,
    )  # fmt: skip
    assert names({"is": "known", "since": day}, ours.lead) == {"Omar", "Pia"}
    assert names({"is": "known", "until": before}, ours.lead) == {"Nina"}
    assert names({"is": "known", "since": day, "until": day}, ours.lead) == {"Omar", "Pia"}
    assert names({"is": "known_lately", "days": 9}, ours.lead) == {"Omar", "Pia"}
    assert names({"not": {"is": "known_lately", "days": 9}}, ours.lead) == {"Nina"}
    assert names({"is": "known_lately", "days": 9}, theirs.lead) == set()


@pytest.mark.parametrize(
    ("fate", "expected"),
    [("sent", {"Nina", "Omar"}), ("delivered", {"Nina"}), ("not_sent", {"Pia", "Quinn", "Rosa"})],
)
def test_members_by_what_became_of_a_broadcast(ours: World, theirs: World, fate: str, expected: set[str]) -> None:
    own = _broadcast(ours)
    for name, status in (("Nina", "delivered"), ("Omar", "sent"), ("Pia", "failed"), ("Quinn", "suppressed")):
        _received(own, ours.sign(name).supporter, status)
    ours.sign("Rosa")
    rule = {"is": "was_sent", "broadcast": own.pk, "fate": fate}
    assert names(rule, ours.lead) == expected
    _received(own, theirs.sign("Sami").supporter, "delivered")
    assert names(rule, theirs.lead) == ({"Sami"} if fate == "not_sent" else set())


def _broadcast(world: World) -> Broadcast:
    return Broadcast.objects.create(
        campaign=world.campaign, organisation=world.lead, name="News", purpose="campaign_news", channel="email",
        status="sent",
    )  # fmt: skip


def _received(broadcast: Broadcast, supporter: Supporter | None, status: str) -> None:
    BroadcastRecipient.objects.create(
        broadcast=broadcast, supporter=supporter, status="queued", message=make_sent(NOON, status)
    )
