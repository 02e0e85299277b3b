"""What a campaign asks of its partners: its rules, the wordings, and accepting them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.enums import Role
from accounts.models import Organisation
from campaigns.models import Campaign, Partnership
from coalition.agreements import asked_kind
from coalition.enums import AgreementKind
from coalition.models import CoalitionSettings, PartnerAgreement, PartnerAgreementText
from coalition.public_pages import draw_pages_anew
from core import audit

if TYPE_CHECKING:
    from accounts.models import User


class NotTheirAgreementError(ValueError):
    """The wording is not what this partner is asked to accept."""


class MayNotAcceptError(PermissionError):
    """Only who manages the partner may accept for it."""


class HasLeftError(ValueError):
    """The partner has left the campaign."""


@transaction.atomic
def set_rules(
    *, campaign: Campaign, agreement_kind: str, takes_applications: bool, by: audit.Actor
) -> CoalitionSettings:
    """Write how a campaign takes partners in, and return it. The same again writes nothing."""
    Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign.pk)
    rules = CoalitionSettings.objects.filter(campaign=campaign).first()
    told = {"agreement_kind": agreement_kind, "takes_applications": takes_applications}
    if rules is not None and all(getattr(rules, name) == value for name, value in told.items()):
        return rules
    rules, _made = CoalitionSettings.objects.update_or_create(campaign=campaign, defaults=told)
    audit.record(
        "coalition.rules.changed", by=by, target=rules, agreement_kind=agreement_kind, applications=takes_applications
    )
    draw_pages_anew()  # who stands on the wall depends on what is asked
    return rules


@transaction.atomic
def publish_agreement(
    *, organisation: Organisation, kind: AgreementKind, language: str, body: str, by: audit.Actor
) -> PartnerAgreementText:
    """Publish a wording as the next version of its kind and language, and return it.

    The same wording twice returns the version there is. Partners that accepted an earlier version keep their access
    and are shown the newer one.
    """
    wording = body.replace("\r\n", "\n").strip()
    # Two who publish at once would both count to the same number; the organisation's row makes them queue.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    earlier = PartnerAgreementText.objects.filter(organisation=organisation, kind=kind, language=language)
    latest = earlier.order_by("-version").first()
    if latest is not None and latest.body == wording:
        return latest
    text = PartnerAgreementText.objects.create(
        organisation=organisation,
        kind=kind,
        language=language,
        body=wording,
        version=latest.version + 1 if latest is not None else 1,
    )
    audit.record("coalition.agreement_text.published", by=by, target=text, version=text.version)
    return text


@transaction.atomic
def accept_agreement(
    *, partnership: Partnership, text: PartnerAgreementText, name: str, function: str, by: "User", at: datetime
) -> PartnerAgreement:
    """Record that ``by`` accepted this very version for the partner, and return the record; the first one stays.

    Raises MayNotAcceptError unless ``by`` manages the partner, HasLeftError, NotTheirAgreementError for a wording
    other than what the campaign asks.
    """
    held = Partnership.objects.select_for_update(of=("self",), no_key=True)
    current = held.select_related("campaign").get(pk=partnership.pk)
    if not by.memberships.filter(role=Role.PARTNER_MANAGER, organisation=current.organisation_id).exists():
        raise MayNotAcceptError
    if current.left_at is not None:
        raise HasLeftError
    if text.organisation_id != current.campaign.organisation_id or text.kind != asked_kind(current.campaign):
        raise NotTheirAgreementError
    known = PartnerAgreement.objects.in_force().filter(partnership=current, text=text).first()
    if known is not None:
        return known
    accepted = PartnerAgreement.objects.create(
        partnership=current,
        text=text,
        accepted_by=by,
        signatory_name=name.strip(),
        signatory_function=function.strip(),
        accepted_at=at,
    )
    audit.record("coalition.agreement.accepted", by=by, target=current, text=text.pk, agreement=accepted.pk)
    draw_pages_anew()  # it stands on the wall from now on
    return accepted
