"""The demo campaign's partners: an agreement all have, invented contacts and goals, an application that waits."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Role
from campaigns.demo import SLUG
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from coalition.actions.agreements import publish_agreement, set_rules
from coalition.actions.profiles import Aim, Person, save_contact, set_goals
from coalition.agreements import TEMPLATE_LANGUAGES, template_body
from coalition.enums import AgreementKind, ContactTopic
from coalition.models import CoalitionSettings, PartnerAgreement, PartnerAgreementText, PartnerApplication

BY = "coalition.demo"
_PEOPLE = (
    ("Example Campaigner (demo)", ContactTopic.CAMPAIGN, "campaign"),
    ("Example Press Officer (demo)", ContactTopic.PRESS, "press"),
    ("Example Privacy Officer (demo)", ContactTopic.DATA_PROTECTION, "privacy"),
)


@transaction.atomic
def load_demo_coalition(*, at: datetime | None = None) -> CoalitionSettings | None:
    """Let the demo campaign ask an agreement that its partners have accepted; a second call adds nothing.

    Load the campaign before; without it there is nothing to do.
    """
    at = at or timezone.now()
    campaign = Campaign.objects.filter(slug=SLUG, is_generated=True).first()
    if campaign is None or CoalitionSettings.objects.filter(campaign=campaign).exists():
        return None
    texts = [
        publish_agreement(
            organisation=campaign.organisation,
            kind=AgreementKind.JOINT,
            language=language,
            body=template_body(AgreementKind.JOINT, language),
            by=BY,
        )
        for language in TEMPLATE_LANGUAGES
    ]
    partners = Partnership.objects.active().filter(campaign=campaign).exclude(role=PartnerRole.LEAD)
    for number, partnership in enumerate(partners.select_related("organisation").order_by("pk")):
        _equip(partnership, texts[0], number, at)
    _application(campaign, at)
    return set_rules(campaign=campaign, agreement_kind=AgreementKind.JOINT, takes_applications=True, by=BY)


def _equip(partnership: Partnership, text: PartnerAgreementText, number: int, at: datetime) -> None:
    manager = Membership.objects.filter(organisation=partnership.organisation, role=Role.PARTNER_MANAGER).first()
    PartnerAgreement.objects.create(
        partnership=partnership,
        text=text,
        accepted_by=manager.user if manager else None,
        signatory_name="Example Director (demo)",
        signatory_function="Director",
        accepted_at=at - timedelta(days=40 + number),
    )
    for name, topic, mailbox in _PEOPLE:
        address = f"{mailbox}@{partnership.organisation.slug}.example"
        save_contact(partnership=partnership, person=Person(name, topic, email=address), by=BY)
    due = timezone.localtime(at).date() + timedelta(days=120)
    aims: dict[str, Aim | None] = {"signatures": Aim(500 * (number + 1), due), "events": Aim(4 + number, due)}
    set_goals(partnership=partnership, aims=aims, by=BY)


def _application(campaign: Campaign, at: datetime) -> None:
    PartnerApplication.objects.create(
        campaign=campaign,
        organisation_name="Invented Neighbours (demo)",
        country="PT",
        website="https://neighbours.example",
        role=PartnerRole.PARTNER,
        contact_name="Example Applicant (demo)",
        contact_function="Secretary",
        contact_email="applicant@neighbours.example",
        languages=["pt", "en"],
        why="We help people who arrive in Porto to find their way, and our members want to sign with you.",
        locale="en",
        applied_at=at - timedelta(days=2),
        is_generated=True,
    )
