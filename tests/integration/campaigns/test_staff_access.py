"""Every address of every staff screen: who gets in, who is refused, who learns nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Role
from campaigns.actions.invalidation import Conditions, invalidate_signatures
from campaigns.models import Campaign, Invalidation, Partnership, Petition, Source
from campaigns.viewsets.campaigns import CampaignViewSet, PetitionViewSet, SourceViewSet
from campaigns.viewsets.invalidations import InvalidationViewSet
from campaigns.viewsets.signatures import SignatureViewSet
from coalition.viewsets.partners import PartnerViewSet
from core.models import AuditEntry
from messaging.models import OutboundMessage
from messaging.viewsets import MessageViewSet
from people.actions.consents import suppress_address
from people.enums import Channel, Purpose, SuppressionReason
from people.models import ConsentText, Submission
from people.viewsets import ConsentTextViewSet, SupporterViewSet, SuppressionViewSet
from tests.factories.places import territories  # noqa: F401 - a fixture
from tests.factories.staff import World, browse, make_user

VIEWSETS = (
    CampaignViewSet, PetitionViewSet, PartnerViewSet, SourceViewSet, SignatureViewSet, InvalidationViewSet,
    SupporterViewSet, ConsentTextViewSet, SuppressionViewSet, MessageViewSet,
)  # fmt: skip


def objects_of(world: World) -> dict[str, Any]:
    """Return one row of each kind that belongs to ``world``, by the viewset's namespace."""
    signature = world.sign(comment="Because.", address_hash="0" * 32)
    at = timezone.now()
    invalidation = invalidate_signatures(
        petition=world.petition,
        conditions=Conditions(address_hash="0" * 32),
        reason="robot",
        by=world.coordinator,
        at=at,
    )
    submission = Submission.objects.create(
        kind="petition-signature", target_id=world.petition.pk, subject_index="x", locale="en", created_at=at
    )
    message = OutboundMessage.objects.create(
        idempotency_key=f"confirmation:{world.name}",
        channel=Channel.EMAIL,
        purpose=Purpose.SERVICE,
        template="confirm_signature",
        address="someone@example.org",
        language="en",
        submission=submission,
        status="unknown",
        not_before=at,
        expires_at=at + timedelta(days=1),
    )
    return {
        "staff_campaigns": world.campaign,
        "staff_petitions": world.petition,
        "staff_partners": world.partnership,
        "staff_sources": world.source,
        "staff_signatures": signature,
        "staff_invalidations": invalidation,
        "staff_supporters": signature.supporter,
        "staff_consent_texts": world.wording(),
        "staff_messages": message,
    }


def addresses() -> Iterator[tuple[str, str, bool]]:
    """Yield (namespace, name, whether it names a row) of every address of every viewset."""
    for viewset in VIEWSETS:
        made = viewset()
        for pattern in made.get_urlpatterns():
            if set(pattern.pattern.converters) <= {"pk"}:  # the table of access tries the others
                yield made.url_namespace, pattern.name, bool(pattern.pattern.converters)


ALL = sorted(addresses())
WITH_ROW = [(space, name) for space, name, has_row in ALL if has_row and space != "staff_suppressions"]
POST_ONLY = {("staff_signatures", "decide_comment"), ("staff_messages", "settle"), ("staff_partners", "return")}
GET_ONLY = {("staff_messages", "message"), ("staff_sources", "website")}


def test_addresses_only_screens_we_mean_exist() -> None:
    names = {name for _space, name, _row in ALL}
    assert not names & {"usage", "copy", "reorder"}
    editable = {space for space, name, _row in ALL if name in {"edit", "delete", "add"}}
    assert editable == {"staff_campaigns", "staff_petitions", "staff_partners", "staff_sources"}


@pytest.mark.parametrize(("space", "name"), WITH_ROW)
@pytest.mark.parametrize("method", ["get", "post"])
def test_row_of_another_coalition_is_not_found(ours: World, theirs: World, space: str, name: str, method: str) -> None:
    row = objects_of(theirs)[space]
    before = AuditEntry.objects.count()
    answer = getattr(browse(ours.coordinator), method)(reverse(f"{space}:{name}", args=[row.pk]))
    is_refused = (space, name) in (POST_ONLY if method == "get" else GET_ONLY)
    assert answer.status_code == (405 if is_refused else 404)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(("space", "name"), WITH_ROW)
def test_row_of_own_coalition_is_found(ours: World, space: str, name: str) -> None:
    row = objects_of(ours)[space]
    answer = browse(ours.coordinator).get(reverse(f"{space}:{name}", args=[row.pk]))
    assert answer.status_code == (405 if (space, name) in POST_ONLY else 200)


@pytest.mark.parametrize(("space", "name", "has_row"), ALL)
def test_role_without_any_right_is_refused(ours: World, space: str, name: str, has_row: bool) -> None:
    organiser = make_user("eva", Role.ORGANISER, ours.lead)
    if space == "staff_suppressions" and has_row:
        row: Any = suppress_address(
            channel=Channel.EMAIL,
            canonical="x@example.org",
            reason=SuppressionReason.STOP,
            by=ours.dpo,
            at=timezone.now(),
        )
    else:
        row = objects_of(ours)[space] if has_row else None
    answer = browse(organiser).get(reverse(f"{space}:{name}", args=[row.pk] if row else []))
    refused = {403, 404} if has_row else {403}
    assert answer.status_code in refused | ({405} if (space, name) in POST_ONLY else set())
    if answer.status_code == 403:
        assert "not open to your role" in answer.content.decode()


@pytest.mark.parametrize("space", sorted({space for space, _name, _row in ALL}))
def test_list_shows_own_rows_only(ours: World, theirs: World, space: str) -> None:
    objects_of(ours), objects_of(theirs)
    answer = browse(ours.coordinator).get(reverse(f"{space}:index"))
    assert answer.status_code == 200
    content = answer.content.decode()
    assert "theirs campaign" not in content
    assert "theirs petition" not in content
    assert "theirs partner" not in content
    model = answer.context["object_list"]
    assert space == "staff_suppressions" or len(model) == 1


@pytest.mark.parametrize("screen", ["edit", "delete", "history"])
def test_partner_sees_campaign_but_may_not_change_it(ours: World, screen: str) -> None:
    """A coordinator of a partner organisation has the right to change campaigns: own ones, not this one."""
    guest = make_user("pat", Role.COORDINATOR, ours.partner)
    answer = browse(guest).get(reverse(f"staff_campaigns:{screen}", args=[ours.campaign.pk]))
    assert answer.status_code == (200 if screen == "history" else 403)
    listing = browse(guest).get(reverse("staff_campaigns:index")).content.decode()
    assert "ours campaign" in listing
    assert reverse("staff_campaigns:edit", args=[ours.campaign.pk]) not in listing


def test_analyst_sees_no_personal_data(ours: World) -> None:
    objects_of(ours)
    client = browse(ours.analyst)
    for space in (
        "staff_signatures",
        "staff_supporters",
        "staff_messages",
        "staff_suppressions",
        "staff_consent_texts",
    ):
        assert client.get(reverse(f"{space}:index")).status_code == 403
    assert client.get(reverse("staff_signatures:export")).status_code == 403
    assert client.get(reverse("staff_petitions:index")).status_code == 200


def test_partner_manager_after_the_partnership_ended_sees_nothing(ours: World) -> None:
    ours.consent(ours.sign(partnership=ours.partnership), ours.partner)
    client = browse(ours.manager)
    assert len(client.get(reverse("staff_signatures:index")).context["object_list"]) == 1
    assert len(client.get(reverse("staff_supporters:index")).context["object_list"]) == 1
    ours.partnership.left_at = timezone.now()
    ours.partnership.save(update_fields=["left_at"])
    for space in ("staff_signatures", "staff_supporters", "staff_campaigns", "staff_petitions", "staff_sources"):
        assert not client.get(reverse(f"{space}:index")).context["object_list"]


@pytest.mark.parametrize("space", sorted({space for space, _name, _row in ALL} - {"staff_suppressions"}))
def test_list_costs_the_same_queries_for_one_and_three_rows(
    ours: World,
    territories: None,  # noqa: F811 - a fixture
    space: str,
) -> None:
    client = browse(ours.coordinator)
    _more(ours, space, 1)
    client.get(reverse(f"{space}:index"))  # warms content types, sites and permissions
    with CaptureQueriesContext(connection) as one:
        assert len(client.get(reverse(f"{space}:index")).context["object_list"]) == 1
    _more(ours, space, 2)
    with CaptureQueriesContext(connection) as three:
        assert len(client.get(reverse(f"{space}:index")).context["object_list"]) == 3
    assert len(three) == len(one), "\n".join(query["sql"][:300] for query in three.captured_queries)


def _more(world: World, space: str, count: int) -> None:
    existing = {"staff_campaigns", "staff_petitions", "staff_partners", "staff_sources"}
    for number in range(count - 1 if space in existing and count == 1 else count):
        tag = f"{space}-{number}-{count}"
        if space == "staff_campaigns":
            Campaign.objects.create(title=tag, slug=tag, organisation=world.lead)
        elif space == "staff_petitions":
            Petition.objects.create(campaign=world.campaign, title=tag)
        elif space == "staff_partners":
            organisation = Organisation.objects.create(name=tag, slug=tag)
            Partnership.objects.create(campaign=world.campaign, organisation=organisation)
        elif space == "staff_sources":
            Source.objects.create(campaign=world.campaign, code=tag, label=tag, partnership=world.partnership)
        elif space in ("staff_signatures", "staff_supporters"):
            world.sign(partnership=world.partnership)
        elif space == "staff_invalidations":
            Invalidation.objects.create(
                petition=world.petition, conditions={"email_domain": "x.org"}, reason=tag, by=world.coordinator, count=1
            )
        elif space == "staff_consent_texts":
            ConsentText.objects.create(
                purpose="campaign_news", channel="email", organisation=world.lead, scope=tag, language="en",
                version=1, body=tag,
            )  # fmt: skip
        else:
            at = timezone.now()
            OutboundMessage.objects.create(
                idempotency_key=tag, channel="email", purpose="campaign_news", template="t", address="a@b.org",
                language="en", organisation=world.lead, status="unknown", not_before=at, expires_at=at,
            )  # fmt: skip
