"""The demo's broadcasts: one sent, one that waits for a second person, one draft. All of them generated."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from audiences.actions.broadcasts import BroadcastPlan, approve_broadcast, make_broadcast, submit_broadcast
from audiences.actions.sending import BATCH, finish_broadcast, queue_recipients
from audiences.actions.snapshots import start_broadcast, take_snapshot
from audiences.enums import BroadcastStatus, Split
from audiences.models import Broadcast, Segment
from campaigns.demo import SLUG
from campaigns.models import Campaign
from messaging.actions.wordings import save_wording
from messaging.enums import MessageStatus
from messaging.models import MessageText, OutboundMessage
from people.enums import Channel, Purpose

SEED = 2026
SECOND = "ada.coordinator@demo.example"
TEXT = "Halfway (generated)"
OTHER = {
    "en": "Whom do you know who has not signed yet?",
    "nl": "Wie ken jij die nog niet tekende?",
}


def load_demo_broadcasts(*, at: datetime | None = None) -> None:
    """Make the three broadcasts; a second call adds nothing. Load the petition campaign and the texts before."""
    at = at or timezone.now()
    campaign = Campaign.objects.filter(slug=SLUG).first()
    author = User.objects.filter(is_superuser=True, email__endswith="@demo.example").order_by("pk").first()
    text = MessageText.objects.filter(name=TEXT, is_generated=True).first()
    if campaign is None or author is None or text is None or Broadcast.objects.filter(is_generated=True).exists():
        return
    signed = {"is": "signed", "petitions": [campaign.petitions.get().pk]}
    dutch = {"all": [signed, {"is": "speaks", "languages": ["nl"]}]}
    everybody = _segment(campaign, "Everybody who signed (generated)", signed)
    readers = _segment(campaign, "Signed and reads Dutch (generated)", dutch)
    other = _second_text(text, at)

    def plan(name: str, segment: Segment, *texts: MessageText, split: str = Split.NONE) -> BroadcastPlan:
        return BroadcastPlan(
            campaign=campaign, organisation=campaign.organisation, name=f"{name} (generated)",
            purpose=Purpose.CAMPAIGN_NEWS, channel=Channel.EMAIL, included=[segment], texts=texts or (text,),
            split=split,
        )  # fmt: skip

    sent = make_broadcast(
        plan=plan("Halfway, two subjects", readers, text, other, split=Split.EVEN), by=author, is_generated=True
    )
    _send(sent, author, at - timedelta(days=3))
    waiting = make_broadcast(plan=plan("We are halfway", everybody), by=author, is_generated=True)
    submit_broadcast(broadcast=waiting, by=author, at=at)
    make_broadcast(plan=plan("Last call", everybody, other), by=author, is_generated=True)


def _segment(campaign: Campaign, name: str, rule: Mapping[str, object]) -> Segment:
    segment, _new = Segment.objects.get_or_create(
        organisation=campaign.organisation, name=name,
        defaults={"campaign": campaign, "rule": dict(rule), "is_generated": True},
    )  # fmt: skip
    return segment


def _second_text(text: MessageText, at: datetime) -> MessageText:
    """Return the same words under another subject, to compare with."""
    other, is_new = MessageText.objects.get_or_create(
        organisation=text.organisation, name="Whom do you know? (generated)", channel=text.channel,
        defaults={"scope": text.scope, "is_generated": True},
    )  # fmt: skip
    for language, subject in OTHER.items() if is_new else ():
        like = text.wordings.filter(language=language).order_by("-version").first()
        if like is not None:
            save_wording(text=other, language=language, subject=subject, body=like.body, by="job:load_demo", at=at)
    return other


def _send(broadcast: Broadcast, by: User, at: datetime) -> None:
    """Let a broadcast have been sent: its messages stand in the ledger, none of them leaves."""
    handed_in = submit_broadcast(broadcast=broadcast, by=by, at=at)
    second = User.objects.filter(email=SECOND).first()
    if handed_in.status == BroadcastStatus.WAITING_FOR_APPROVAL and second is not None:
        approve_broadcast(broadcast=broadcast, by=second, at=at)
    start_broadcast(broadcast_id=broadcast.pk, at=at)
    take_snapshot(broadcast_id=broadcast.pk, at=at)
    dice = random.Random(SEED)
    while queue_recipients(broadcast_id=broadcast.pk, at=at, limit=BATCH):
        ready = OutboundMessage.objects.filter(batch=broadcast.batch, status=MessageStatus.READY)
        ids = list(ready.values_list("pk", flat=True))
        failed = {pk for pk in ids if dice.random() < 0.01}
        ready.filter(pk__any_of=failed).update(status=MessageStatus.FAILED, reason="mailbox full (generated)")
        ready.update(status=MessageStatus.DELIVERED, sent_at=at)
    finish_broadcast(broadcast_id=broadcast.pk, at=at + timedelta(minutes=4))
