"""Rows of partners, of their files, of requests about data and of large exports, for the table of access."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from pyrage import x25519

from accounts.enums import Role
from accounts.models import ExportRequest, Organisation
from campaigns.enums import Grain, Metric
from campaigns.models import Partnership, Signature, Tally
from coalition.enums import AgreementKind
from coalition.export_enums import PartnerExportStatus
from coalition.key_rules import fingerprint_of
from coalition.material_enums import MaterialKind
from coalition.models import (
    CoalitionSettings,
    PartnerAgreementText,
    PartnerExport,
    PartnerImport,
    PartnerKey,
    PartnerLogo,
    PartnerProfile,
)
from coalition.profile_enums import ProfileStatus
from rights.enums import RequestKind
from rights.models import RetentionRule
from rights.retention_enums import Kept
from tests.factories.coalition import announce, make_application, ten_partners
from tests.factories.materials import make_material, picture, put_up
from tests.factories.requests import make_request
from tests.factories.staff import World, make_user


def campaign_partner_rows(world: World) -> dict[str, Any]:
    """Return what a campaign has once: its rules, a file of partners, an application, how long it keeps data."""
    campaign = world.campaign
    logo = make_material(world, f"{world.name} logo", MaterialKind.LOGO)
    return {
        "staff_materials": logo,
        "material_picture": put_up(logo, content=picture(), name="logo.png"),
        "material_text": put_up(make_material(world, f"{world.name} post", MaterialKind.TEXT)),
        "staff_partner_rules": CoalitionSettings.objects.create(campaign=campaign, takes_applications=True),
        "staff_partner_files": PartnerImport.objects.create(
            campaign=campaign, file_name="partners.csv", content=ten_partners(), columns={"name": 0, "country": 1}
        ),
        "staff_partner_applications": make_application(world, f"{world.name}newcomers", at=timezone.now()),
        "staff_announcements": announce(world, at=timezone.now()),
        "staff_retention": RetentionRule.objects.create(campaign=campaign, what=Kept.SUPPORTERS),
        "widget": f"petition-{world.petition.pk}",
    }


def own_partner_rows(
    world: World, own: Organisation, partnership: Partnership, signature: Signature, mark: str
) -> dict[str, Any]:
    """Return what one organisation has: a wording, a request about data, a file to collect, an export to decide on.

    Who asked for that export is a second person of the organisation, so that the others of it may decide.
    """
    now = timezone.now()
    request = make_request(signature.supporter, now, RequestKind.ACCESS, organisations=[own])
    role = Role.COORDINATOR if own == world.lead else Role.PARTNER_MANAGER
    asker = make_user(f"{mark.replace(' ', '-')}-asker", role, own)
    _count_some(partnership)
    return {
        "staff_partner_agreements": PartnerAgreementText.objects.create(
            organisation=own, kind=AgreementKind.JOINT, language="en", version=PartnerAgreementText.objects.count() + 1,
            body=f"{mark} wording",
        ),
        "partner_export": _export(partnership),
        "partner_page": _page(partnership),
        "staff_rights": request,
        "staff_exports": ExportRequest.objects.create(
            asker=asker, permission="campaigns.view_signature", what="Signatures", fingerprint=uuid.uuid4().hex,
            address="/staff/signatures/?export=csv", organisations=[own.pk], people=5_000, reason=f"{mark} reason",
            asked_at=now,
        ),
    }  # fmt: skip


def _page(partnership: Partnership) -> PartnerProfile:
    """Return a version of the partner's page that waits, with a logo."""
    now = timezone.now()
    known = PartnerProfile.objects.filter(partnership=partnership).first()
    if known is not None:  # the owner has no partnership of its own: another one stands in
        return known
    logo = PartnerLogo.objects.create(
        partnership=partnership, small=b"RIFF", large=b"RIFF", card=b"JFIF", width=2, height=1, added_at=now
    )
    return PartnerProfile.objects.create(
        partnership=partnership, logo=logo, status=ProfileStatus.WAITING, saved_at=now, sent_at=now
    )


def _export(partnership: Partnership) -> PartnerExport:
    """Return a file that lies ready, with the key it is encrypted to in use."""
    now = timezone.now()
    recipient = str(x25519.Identity.generate().to_public())
    key = PartnerKey.objects.create(
        partnership=partnership, recipient=recipient, fingerprint=fingerprint_of(recipient), added_at=now, usable_at=now
    )
    name = storages["private"].save(f"partner-exports/{uuid.uuid4()}.csv.age", ContentFile(b"age-encryption.org/v1"))
    return PartnerExport.objects.create(
        partnership=partnership, key=key, status=PartnerExportStatus.READY, asked_at=now, prepared_at=now, file=name,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip


def _count_some(partnership: Partnership) -> None:
    """Count signatures of two days for the partner, without which there are no charts."""
    Organisation.objects.filter(pk=partnership.organisation_id).update(country="BE")
    now, petition = timezone.now(), partnership.campaign.petitions.first()
    days = [(now - timedelta(days=back)).date() for back in (0, 1)]
    kept: list[tuple[Grain, str, date | None]] = [(Grain.PARTNER, str(partnership.pk), None)]
    kept += [(Grain.PARTNER_DAY, f"{partnership.pk}|{day}", day) for day in days]
    for grain, key, day in kept:
        Tally.objects.get_or_create(
            campaign=partnership.campaign, petition=petition, metric=Metric.SIGNATURES, grain=grain, key=key, day=day,
            partnership=partnership, defaults={"count": 1, "counted_at": now},
        )  # fmt: skip
