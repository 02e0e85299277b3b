"""Publishing what volunteers agree to, and recording that they did."""

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation
from core import audit
from core.audit import Actor, describe_actor
from volunteers.enums import AcceptedThrough, AgreementKind
from volunteers.models import AgreementAcceptance, AgreementText, Volunteer


class NotTheirAgreement(ValueError):
    """The text is another organisation's than the volunteer's own or their campaign's leading one."""


@transaction.atomic
def publish_agreement_text(
    *, organisation: Organisation, kind: AgreementKind, language: str, body: str, by: Actor
) -> AgreementText:
    """Publish a wording as the next version of its kind, organisation and language, and return it.

    The same wording twice returns the version there is. Versions are immutable: the database refuses updates. Who
    accepted an earlier version accepted that one, and is asked anew.
    """
    wording = body.replace("\r\n", "\n").strip()
    # Two who publish at once would both count to the same number; the organisation's row makes them queue.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    earlier = AgreementText.objects.filter(organisation=organisation, kind=kind, language=language)
    latest = earlier.order_by("-version").first()
    if latest is not None and latest.body == wording:
        return latest
    text = AgreementText.objects.create(
        organisation=organisation,
        kind=kind,
        language=language,
        body=wording,
        version=latest.version + 1 if latest is not None else 1,
    )
    audit.record("volunteers.agreement_text.published", by=by, target=text)
    return text


@transaction.atomic
def accept_agreement(
    *, volunteer: Volunteer, text: AgreementText, through: AcceptedThrough, at: datetime, by: Actor = None
) -> AgreementAcceptance:
    """Record that a volunteer accepted this very version, and return the record; the first one stays.

    ``by``: who entered a signature on paper, nobody for the volunteer themselves. Raises NotTheirAgreement.
    """
    if text.organisation_id not in (volunteer.organisation_id, volunteer.campaign.organisation_id):
        raise NotTheirAgreement("the text is another organisation's")
    acceptance, made = AgreementAcceptance.objects.get_or_create(
        volunteer=volunteer,
        text=text,
        defaults={"through": through, "at": at, "actor": describe_actor(by)[:60]},
    )
    if made:
        audit.record("volunteers.agreement.accepted", by=by, target=volunteer, text=text.pk, through=str(through.value))
    return acceptance
