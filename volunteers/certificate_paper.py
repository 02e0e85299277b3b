"""A certificate on paper: one tagged A4 page with a QR code that leads to the page which verifies it."""

import io
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext

from core.paper import draw_pdf
from volunteers.actions.agenda_notices import message_language
from volunteers.certificate_rules import spaced_code
from volunteers.models import Certificate

LONGEST_SUMMARY = 280  # characters: what fits under the title
_PAGE = Path(__file__).parent / "paper" / "certificate.typ"


@dataclass(frozen=True)
class Paper:
    """Every word of the page, in its language; nothing is left to look up. ``qr`` is an SVG drawing."""

    language: str
    is_rtl: bool
    title: str
    heading: str
    intro: str
    name: str
    completed: str
    training: str
    summary: str
    is_summary_rtl: bool
    issued_label: str
    issued: str
    until_label: str
    until: str
    organisation_label: str
    organisation: str
    campaign: str
    verify: str
    url: str
    code: str
    generated: str
    qr: str
    qr_alt: str


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the certificate as PDF/UA in the volunteer's language."""
    language = message_language(certificate.volunteer)
    with translation.override(language):
        return draw_pdf(_PAGE, asdict(_paper(certificate, language)))


def verification_url(certificate: Certificate) -> str:
    """Return the address of the page that verifies a certificate, in the active language."""
    return settings.PUBLIC_URL + reverse("verify_certificate", args=[certificate.code])


def _paper(certificate: Certificate, language: str) -> Paper:
    curriculum = certificate.curriculum
    url, until = verification_url(certificate), certificate.valid_until
    person = certificate.volunteer.supporter
    return Paper(
        language=language,
        is_rtl=translation.get_language_bidi(),
        title=f"{gettext('Certificate of training')}: {curriculum.title}",
        heading=gettext("Certificate of training"),
        intro=gettext("This is to certify that"),
        name=person.full_name,
        completed=gettext("has completed the training"),
        training=curriculum.title,
        summary=Truncator(curriculum.summary).chars(LONGEST_SUMMARY),
        is_summary_rtl=is_rtl(curriculum.summary),
        issued_label=gettext("Issued on"),
        issued=date_format(certificate.issued_date, "DATE_FORMAT"),
        until_label=gettext("Valid until"),
        until=date_format(until, "DATE_FORMAT") if until else gettext("without end"),
        organisation_label=gettext("Given by"),
        organisation=curriculum.organisation.name,
        campaign=curriculum.campaign.title,
        verify=gettext("Whether it is valid can be checked here:"),
        url=url,
        code=spaced_code(certificate.code),
        generated=gettext("Generated for the demonstration: nobody was trained.") if curriculum.is_generated else "",
        qr=_qr(url),
        qr_alt=gettext("QR code that opens the page which verifies this certificate"),
    )


def is_rtl(text: str) -> bool:
    """Whether a text staff wrote reads from right to left: its first letter decides (UAX #9, P2)."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def _qr(url: str) -> str:
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", border=2, xmldecl=False, dark="#1b2140", light="#ffffff")
    return out.getvalue().decode()
