"""Who gets data: providers as the settings and the officer name them, partners as the agreements and files tell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max

from accounts.models import Organisation
from campaigns.enums import PartnerRole
from campaigns.models import Partnership
from campaigns.zones import local_day
from coalition.enums import AgreementKind, ContactTopic
from coalition.export_enums import PartnerExportStatus
from coalition.models import PartnerAgreement, PartnerContact, PartnerExport
from rights.models import RecordProvider
from rights.record_enums import ProviderKind


@dataclass(frozen=True)
class Provider:
    """Who does something on the organisation's behalf; ``row`` is what the officer said, None: nothing yet.

    ``known``: what the settings tell of it, a host or a provider's name.
    """

    kind: ProviderKind
    known: str
    row: RecordProvider | None

    @property
    def name(self) -> str:
        return self.row.name if self.row else self.known


@dataclass(frozen=True)
class Partner:
    """An organisation in one of the campaigns; ``agreed``: what it agreed to, ``files_until``: when it last got one.

    ``leads``: the campaign together with the organisation, so it decides with it and sees everybody (Art. 26 GDPR).
    """

    organisation: Organisation
    agreed: str
    agreed_date: date | None
    officer: str
    is_active: bool
    asks_consent: bool
    files_until: date | None
    leads: bool = False


def known_providers() -> dict[ProviderKind, str]:
    """Return which kinds of providers this installation has by its settings, and what the settings call them."""
    known = {ProviderKind.HOSTING: urlsplit(settings.PUBLIC_URL).hostname or ""}
    if "outbox" not in settings.EMAIL_BACKEND and "outbox" not in settings.MESSAGE_SENDERS["email"]:
        is_smtp = "smtp" in settings.EMAIL_BACKEND
        known[ProviderKind.MAIL] = settings.EMAIL_HOST if is_smtp else settings.EMAIL_BACKEND.split(".")[-2]
    if "twilio" in settings.MESSAGE_SENDERS["sms"]:
        region = settings.TWILIO_REGION
        known[ProviderKind.TEXTS] = f"Twilio ({region})" if region else "Twilio"
    if settings.WEBHOOK_HOSTS:
        known[ProviderKind.CALLS] = ", ".join(settings.WEBHOOK_HOSTS)
    return known


def providers_of(organisation: Organisation) -> list[Provider]:
    """Return the providers an organisation has to name or has named, in the order of their kinds."""
    known = known_providers()
    rows = {ProviderKind(row.kind): row for row in RecordProvider.objects.filter(organisation=organisation)}
    return [
        Provider(kind, known.get(kind, ""), rows.get(kind)) for kind in ProviderKind if kind in known or kind in rows
    ]


def partners_of(organisation: Organisation) -> list[Partner]:
    """Return the other organisations of the campaigns it leads, by name; those that left, while they hold files."""
    rows = Partnership.objects.filter(campaign__organisation=organisation).exclude(organisation=organisation)
    rows = rows.select_related("organisation", "campaign")
    rows = rows.order_by("organisation__name", "pk")
    agreements = _agreements(organisation)
    contacts = dict(
        PartnerContact.objects.filter(
            partnership__campaign__organisation=organisation, topic=ContactTopic.DATA_PROTECTION
        ).values_list("partnership", "email")
    )
    files = dict(
        PartnerExport.objects.filter(
            partnership__campaign__organisation=organisation, status=PartnerExportStatus.COLLECTED
        )
        .order_by()
        .values_list("partnership")
        .annotate(last=Max("collected_at"))
    )
    found = []
    for row in rows:
        agreement, last = agreements.get(row.pk), files.get(row.pk)
        if row.left_at is not None and last is None:
            continue
        found.append(
            Partner(
                organisation=row.organisation,
                agreed=agreement.text.kind if agreement else "",
                agreed_date=local_day(agreement.accepted_at, row.campaign) if agreement else None,
                officer=contacts.get(row.pk) or row.organisation.contact_email,
                is_active=row.left_at is None,
                asks_consent=row.asks_consent,
                files_until=local_day(last, row.campaign) if last else None,
                leads=row.role == PartnerRole.LEAD and row.left_at is None,
            )
        )
    return found


def _agreements(organisation: Organisation) -> dict[int, PartnerAgreement]:
    """Return the newest agreement in force by partnership."""
    rows = PartnerAgreement.objects.in_force().filter(
        partnership__campaign__organisation=organisation, text__organisation=organisation
    )
    return {row.partnership_id: row for row in rows.select_related("text").order_by("accepted_at", "pk")}


def of_kind(partners: Iterable[Partner], kind: AgreementKind) -> list[Partner]:
    """Return those that take part and agreed to be joint controllers, or processors; each organisation once.

    Who leads a campaign too is a joint controller, whatever it agreed to.
    """
    told = [
        each for each in partners if each.is_active and (AgreementKind.JOINT if each.leads else each.agreed) == kind
    ]
    return list({each.organisation.pk: each for each in told}.values())


def last_files(partners: Iterable[Partner]) -> dict[str, date]:
    """Return when each organisation last got a file, by its name, whatever the campaign."""
    found: dict[str, date] = {}
    for each in partners:
        if each.files_until:
            name = each.organisation.name
            found[name] = max(found.get(name, each.files_until), each.files_until)
    return found
