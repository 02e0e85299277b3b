"""Pledges for tests, made the way citizens make them: a form handed in, and its link pressed."""

from datetime import date, datetime, timedelta
from typing import Any

from campaigns.actions.pledge_kinds import take_kind
from campaigns.actions.pledge_reminders import queue_due_pledge_reminders
from campaigns.actions.pledges import KIND, move_pledge
from campaigns.models import Campaign, CommuneOffice, Election, Pledge, PledgeKind
from campaigns.pledge_enums import ToldBy
from campaigns.pledge_files import shipped_kinds
from people.actions.submissions import Intake, accept_submission
from people.enums import ConsentState, Purpose
from people.models import ConsentEvent, ConsentText, ContactPoint, Submission
from places.models import Territory
from tests.factories.campaigns import press
from tests.factories.people import ADA


def make_kind(campaign: Campaign, key: str = "register-to-vote", **fields: Any) -> PledgeKind:
    """Return a shipped kind in a campaign; ``due_date``, ``election``, ``initiative`` as for `take_kind`."""
    return take_kind(campaign=campaign, shipped=shipped_kinds()[key], by="tests", **fields)


def promise(
    kind: PledgeKind,
    email: str = ADA,
    *,
    at: datetime,
    granted: tuple[ConsentText, ...] = (),
    source: str = "",
    phone: str = "",
    locale: str = "en",
    remind_date: date | None = None,
    **told: Any,
) -> Submission:
    """Accept one form of a pledge, as the web request does."""
    if remind_date is not None:
        told["remind_date"] = remind_date.isoformat()
    intake = Intake(
        kind=KIND,
        target_id=kind.pk,
        target_title=kind.name,
        email=email,
        phone=phone,
        locale=locale,
        payload={"page_id": 0, "campaign_name": kind.campaign.title, "organisation_name": "Lead", **told},
        consents=[{"text": text.pk, "granted": True} for text in granted],
        source=source,
        address_hash="",
    )
    return accept_submission(intake=intake, at=at)


def make_pledge(kind: PledgeKind, email: str = ADA, *, at: datetime, **told: Any) -> Pledge:
    """Return a pledge whose author pressed the link in the confirmation."""
    submission = press(promise(kind, email, at=at, **told), at=at)
    return Pledge.objects.get(kind=kind, supporter=submission.supporter)


def let_remind(pledge: Pledge, state: ConsentState = ConsentState.GRANTED, *, at: datetime) -> None:
    """Record what the pledge's author said of reminders, on every address of theirs; a number is proved by it."""
    campaign = pledge.kind.campaign
    for point in ContactPoint.objects.filter(supporter=pledge.supporter):
        if point.verified_at is None:
            ContactPoint.objects.filter(pk=point.pk).update(verified_at=at)
        ConsentEvent.objects.create(
            contact_point=point,
            state=state,
            purpose=Purpose.REMINDER,
            channel=point.channel,
            organisation=campaign.organisation,
            scope=campaign.slug,
            source="tests",
            at=at,
        )


def queue_pledge_texts(campaign: Campaign, at: datetime) -> None:
    """Queue one message of each text that reminders of pledges consist of, on every channel."""
    today = at.date()
    election = Election.objects.create(
        key="pledged", kind="local", country="BE", election_date=today + timedelta(days=90), titles={"en": "Vote"},
        registration_deadline=today + timedelta(days=9),
    )  # fmt: skip
    commune, _ = Territory.objects.get_or_create(
        code="NIS 21009", defaults={"level": Territory.Level.COMMUNE, "names": {"en": "Ixelles"}}
    )
    CommuneOffice.objects.create(
        election=election, territory=commune, address="Rue Exemple 1\n1050 Ixelles", online_url="https://example.org/x"
    )
    kind = make_kind(campaign)  # which the campaign may have already
    kind.election = election
    kind.save(update_fields=["election"])
    for number, step in enumerate(("informed", "sent")):
        told = {"phone": f"+3247012399{number}", "full_name": "Ines Berg", "commune": commune.code}
        pledge = make_pledge(kind, f"promised{number}@example.org", at=at, **told)
        let_remind(pledge, at=at)
        if step == "sent":
            move_pledge(pledge=pledge, step=step, told_by=ToldBy.OWN_PAGE, at=at)
    kind.reminder_rules.create(
        key="letter_sms", moment="after_step", step="sent", days=21, channel="sms", text="follow_up"
    )
    for days in (8, 22):
        queue_due_pledge_reminders(at=at + timedelta(days=days))
