"""Which agreement a partner owes, whether it has it, and the words it reads."""

from dataclasses import dataclass
from pathlib import Path

from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from coalition.enums import AgreementKind
from coalition.models import CoalitionSettings, PartnerAgreement, PartnerAgreementText

_TEMPLATES = Path(__file__).parent / "agreement_texts"
TEMPLATE_LANGUAGES = ("en", "fr", "nl", "ar")


@dataclass(frozen=True)
class AgreementState:
    """What one partner owes and has. ``kind`` is empty where nothing is asked.

    ``accepted`` is what is in force; ``is_outdated`` when a newer version of its wording stands, which is offered and
    ends nothing.
    """

    kind: str
    accepted: PartnerAgreement | None = None
    is_outdated: bool = False

    @property
    def is_missing(self) -> bool:
        return bool(self.kind) and self.accepted is None


def has_agreed(partnership: Partnership) -> bool:
    """Return whether the partner may see people: it takes part, and nothing that is asked of it is missing."""
    return Partnership.objects.in_force().filter(pk=partnership.pk).exists()


def asked_kind(campaign: Campaign) -> str:
    """Return the kind of agreement the campaign asks of its partners; empty for none."""
    found = CoalitionSettings.objects.filter(campaign=campaign).values_list("agreement_kind", flat=True).first()
    return found or ""


def state_of(partnership: Partnership) -> AgreementState:
    """Return what a partner owes its campaign's leading organisation, and what it has accepted."""
    kind = "" if partnership.role == PartnerRole.LEAD else asked_kind(partnership.campaign)
    if not kind:
        return AgreementState("")
    lead = partnership.campaign.organisation_id
    accepted = (
        PartnerAgreement.objects.in_force()
        .filter(partnership=partnership, text__organisation=lead, text__kind=kind)
        .select_related("text", "accepted_by")
        .order_by("-accepted_at", "-pk")
        .first()
    )
    if accepted is None:
        return AgreementState(kind)
    text = accepted.text
    newer = PartnerAgreementText.objects.filter(
        organisation=lead, kind=kind, language=text.language, version__gt=text.version
    )
    return AgreementState(kind, accepted, newer.exists())


def texts_to_accept(partnership: Partnership) -> list[PartnerAgreementText]:
    """Return the newest wording of what is asked, one per language; none while the lead has published none."""
    kind = asked_kind(partnership.campaign)
    if not kind:
        return []
    newest = PartnerAgreementText.objects.newest().filter(organisation=partnership.campaign.organisation_id, kind=kind)
    return list(newest.order_by("language"))


def template_body(kind: AgreementKind, language: str) -> str:
    """Return the shipped wording to begin with; English where there is none in ``language``.

    It says itself that a lawyer must look at it before it is published.
    """
    wanted = language if language in TEMPLATE_LANGUAGES else "en"
    return (_TEMPLATES / f"{kind.value}_{wanted}.txt").read_text(encoding="utf-8").strip()
