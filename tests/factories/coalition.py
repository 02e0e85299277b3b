"""What makes partners, for tests."""

from datetime import datetime
from typing import Any

from campaigns.models import Partnership
from coalition.actions.agreements import accept_agreement, publish_agreement, set_rules
from coalition.actions.announcements import publish_announcement, save_draft, seal_of
from coalition.announcement_rules import Draft, Said
from coalition.enums import AgreementKind
from coalition.models import Announcement, PartnerAgreement, PartnerAgreementText, PartnerApplication
from tests.factories.staff import World

HEADER = "organisation,country,role,contact_name,contact_email,goal_signatures"


def ask_agreement(world: World, kind: AgreementKind = AgreementKind.JOINT) -> PartnerAgreementText:
    """Let the campaign ask its partners an agreement, and publish its wording."""
    set_rules(campaign=world.campaign, agreement_kind=kind.value, takes_applications=True, by="tests")
    return publish_agreement(organisation=world.lead, kind=kind, language="en", body="We agree.", by="tests")


def accept(world: World, text: PartnerAgreementText, *, at: datetime) -> PartnerAgreement:
    return accept_agreement(
        partnership=world.partnership, text=text, name="Ben Example", function="Director", by=world.manager, at=at
    )


def make_application(world: World, name: str = "Newcomers", *, at: datetime, **columns: Any) -> PartnerApplication:
    told = {
        "country": "FR",
        "role": "partner",
        "contact_name": "Nora Example",
        "contact_email": f"nora@{name.lower()}.example",
        "why": "We care.",
        "locale": "en",
        "applied_at": at,
    }
    return PartnerApplication.objects.create(campaign=world.campaign, organisation_name=name, **{**told, **columns})


def partners_file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def ten_partners() -> bytes:
    return partners_file(
        *(f"Partner {n},BE,partner,Person {n},person{n}@partner.example,{n * 100}" for n in range(1, 11))
    )


def refreshed(partnership: Partnership) -> Partnership:
    return Partnership.objects.get(pk=partnership.pk)


def make_announcement(world: World, *, at: datetime, texts: dict[str, Said] | None = None, **told: Any) -> Announcement:
    """Return a draft in English and French, or in what ``texts`` says."""
    texts = texts or {"en": Said("Meeting on Monday", "Come all."), "fr": Said("Réunion lundi", "Venez tous.")}
    draft = Draft(texts=texts, fallback=next(iter(texts)), **told)
    return save_draft(draft=draft, campaign=world.campaign, by=world.coordinator, at=at)


def announce(world: World, *, at: datetime, texts: dict[str, Said] | None = None, **told: Any) -> Announcement:
    """Return a published announcement."""
    announcement = make_announcement(world, at=at, texts=texts, **told)
    return publish(announcement, world, at=at)


def publish(announcement: Announcement, world: World, *, at: datetime) -> Announcement:
    seal = seal_of(Announcement.objects.get(pk=announcement.pk))
    return publish_announcement(announcement=announcement, seal=seal, by=world.coordinator, at=at)
