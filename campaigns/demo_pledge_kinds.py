"""What people promise in the demo's voter-registration campaign: two shipped kinds, marked as generated."""

from typing import Final

from django.db import transaction

from campaigns import demo_election, demo_vote
from campaigns.actions.pledge_kinds import take_kind
from campaigns.models import Campaign, Election, PledgeKind
from campaigns.pledge_files import shipped_kinds
from people.actions.consents import publish_consent_text
from people.enums import Channel, Purpose

REGISTER: Final = "register-to-vote"
CITIZENSHIP: Final = "apply-for-citizenship"
_BY = "job:load_demo"
_REMINDER_WORDING: Final = {
    "en": "Yes, {organisation} may remind me by e-mail of what I promise here. I can stop it at any time.",
    "fr": "Oui, {organisation} peut me rappeler par e-mail ce que je promets ici. Je peux y mettre fin à tout moment.",
    "nl": "Ja, {organisation} mag mij per e-mail herinneren aan wat ik hier beloof. Ik kan dat altijd stopzetten.",
    "ar": "نعم، أوافق على أن تذكّرني {organisation} بالبريد الإلكتروني بما أعد به هنا. ويمكنني إيقاف ذلك في أي وقت.",
}


@transaction.atomic
def load_demo_pledge_kinds() -> list[PledgeKind]:
    """Take both kinds into the campaign, with the wording that asks about reminders; a second call adds nothing."""
    campaign = Campaign.objects.select_related("organisation").get(slug=demo_vote.SLUG)
    election = Election.objects.get(key=demo_election.KEY)
    publish_reminder_wording(campaign)
    shipped = shipped_kinds()
    return [
        take_kind(campaign=campaign, shipped=shipped[REGISTER], election=election, by=_BY, is_generated=True),
        take_kind(campaign=campaign, shipped=shipped[CITIZENSHIP], by=_BY, is_generated=True),
    ]


def publish_reminder_wording(campaign: Campaign) -> None:
    """Publish, in every language, the wording that asks whether people may be reminded of what they promise."""
    lead = campaign.organisation
    for language, body in _REMINDER_WORDING.items():
        publish_consent_text(
            by=_BY,
            body=body.format(organisation=lead.name),
            purpose=Purpose.REMINDER,
            channel=Channel.EMAIL,
            organisation=lead,
            scope=campaign.slug,
            language=language,
        )
