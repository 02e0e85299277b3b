"""The demo's journeys: a welcome and an onboarding with people on their way, and tasks. All generated."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.demo import LEAD
from accounts.models import Organisation, User
from audiences.actions.cooking import begin_with
from audiences.actions.journeys import start_journey
from audiences.actions.leading_on import lead_on
from audiences.actions.tasks import write_task
from audiences.journey_enums import RunStatus
from audiences.models import Automation, AutomationRun
from audiences.recipes import RECIPES
from audiences.selectors.ground import ground_of
from campaigns import demo, demo_vote
from campaigns.models import Campaign, Signature
from messaging.enums import MessageStatus
from messaging.models import MessageText, OutboundMessage
from people.consent import ContactPurpose, consenting_points
from people.enums import Channel, Purpose
from volunteers.models import Volunteer

PEOPLE, OTHERS = 16, 3
TASKS = (
    ("Thank the partner in Ghent for the hall (generated)", -1, True),
    ("Print the Dutch leaflets again (generated)", 2, True),
    ("Answer the school in Liège (generated)", 5, False),
)


def load_demo_journeys(*, at: datetime | None = None) -> None:
    """Make both journeys and the tasks; a second call adds nothing. Load campaigns and volunteers before."""
    at = at or timezone.now()
    by = User.objects.filter(memberships__organisation__slug=LEAD, email="ada.coordinator@demo.example").first()
    if by is None or Automation.objects.filter(is_generated=True).exists():
        return
    petition, vote = (Campaign.objects.filter(slug=slug).first() for slug in (demo.SLUG, demo_vote.SLUG))
    if petition is None or vote is None:
        return
    signed = Signature.objects.counting().filter(petition__campaign=petition, supporter__isnull=False)
    _walk(_begin("welcome", petition, by, at), _signers(signed, petition, at), at)
    offered = Volunteer.objects.filter(campaign=vote, supporter__is_generated=True).order_by("-pk")
    _walk(
        _begin("onboarding", vote, by, at),
        _spread(offered.values_list("supporter", flat=True)[:PEOPLE], timedelta(days=14), at),
        at,
    )
    _write_tasks(vote, by, at)


def _begin(key: str, campaign: Campaign, by: User, at: datetime) -> Automation:
    ready_made = next(each for each in RECIPES if each.key == key)
    automation = begin_with(
        recipe=ready_made, organisation=campaign.organisation, campaign=campaign, segment=None, by=by, at=at,
        name=f"{ready_made.name} (generated)",
    )  # fmt: skip
    texts = [step["text"] for step in automation.versions.get().steps if step["kind"] == "send"]
    MessageText.objects.filter(pk__in=texts).update(is_generated=True)
    start_journey(automation=automation, by=by, at=at - timedelta(days=15))
    # What happened before now was looked through: those below are all it took in.
    Automation.objects.filter(pk=automation.pk).update(is_generated=True, takes_in_since=at, swept_at=at)
    return automation


def _signers(signed: QuerySet[Any], campaign: Campaign, at: datetime) -> list[tuple[int, datetime]]:
    """Return signers of the last days with when they signed: most agreed to news, the others show what becomes then."""
    news = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, campaign.organisation_id, campaign.slug)
    agreed = Q(supporter__in=consenting_points(news, at).values("supporter"))
    found: dict[int, datetime] = {}
    for rows, most in ((signed.filter(agreed), PEOPLE - OTHERS), (signed.exclude(agreed), OTHERS)):
        for days in range(5, 0, -1):
            of_day = rows.filter(
                confirmed_at__gt=at - timedelta(days=days), confirmed_at__lte=at - timedelta(days=days - 1)
            )
            found |= dict(of_day.order_by("confirmed_at").values_list("supporter", "confirmed_at")[: most // 5 + 1])
    return sorted(found.items(), key=lambda each: each[1])


def _spread(people: Iterable[int], span: timedelta, at: datetime) -> list[tuple[int, datetime]]:
    """Return everybody with the moment they came in, evenly over ``span``."""
    ids = list(dict.fromkeys(people))
    return [(pk, at - span * (len(ids) - place) / (len(ids) + 1)) for place, pk in enumerate(ids)]


def _walk(automation: Automation, people: list[tuple[int, datetime]], now: datetime) -> None:
    """Let everybody have come as far as they would be by now; their messages stand in the ledger, none leaves."""
    version = automation.versions.get()
    grounds = {automation.organisation_id: ground_of(automation.organisation_id, now)}
    for supporter, entered_at in people:
        run = AutomationRun.objects.create(
            automation=automation, version=version, supporter_id=supporter, occasion="demo", entered_at=entered_at,
            next_at=entered_at,
        )  # fmt: skip
        while run.status == RunStatus.WAITING and run.next_at is not None and run.next_at <= now:
            lead_on(run_id=run.pk, at=run.next_at, grounds=grounds)
            run.refresh_from_db()
    ready = OutboundMessage.objects.filter(batch=automation.batch, status=MessageStatus.READY)
    ready.update(status=MessageStatus.DELIVERED, sent_at=F("not_before"))


def _write_tasks(campaign: Campaign, by: User, at: datetime) -> None:
    lead = Organisation.objects.get(slug=LEAD)
    for title, days, is_adas in TASKS:
        write_task(
            organisation=lead, campaign=campaign, title=title, due_date=(at + timedelta(days=days)).date(), by=by,
            at=at, owner=by if is_adas else None, is_generated=True,
        )  # fmt: skip
