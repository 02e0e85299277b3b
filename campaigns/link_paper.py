"""Links on paper: sheets of QR codes with what people read beside them, as tagged PDF."""

from dataclasses import asdict, dataclass
from pathlib import Path

from django.utils.translation import get_language_bidi, gettext, override

from campaigns.link_codes import qr_svg
from campaigns.models import Source
from campaigns.selectors.source_links import short_url, spoken_url
from core.paper import draw_pdf

LAYOUTS = ("poster", "tent", "cards", "stickers")
MOST = 500  # links on one print
_PAGE = Path(__file__).parent / "paper" / "link_sheet.typ"


@dataclass(frozen=True)
class Printed:
    """One code and every word beside it."""

    label: str
    partner: str
    campaign: str
    url: str
    spoken: str
    qr: str
    qr_alt: str


def link_sheet_pdf(sources: list[Source], *, layout: str, language: str) -> bytes:
    """Return the links as PDF/UA, A4, in ``language``.

    ``layout``: ``poster`` one a page; ``tent`` one a page, twice, to fold and stand on a table; ``cards`` eight a page
    to cut out; ``stickers`` 24 a page, for sheets of 70 × 37 mm. Raises ValueError for another layout or no link.
    """
    if layout not in LAYOUTS or not sources:
        raise ValueError("no such sheet")
    with override(language):
        told = {
            "language": language,
            "is_rtl": get_language_bidi(),
            "layout": layout,
            "title": gettext("QR codes"),
            "scan": gettext("Scan the code with your phone’s camera, or type:"),
            "links": [asdict(_printed(source)) for source in sources],
        }
    return draw_pdf(_PAGE, told)


def _printed(source: Source) -> Printed:
    url = short_url(source.code)
    partner = source.partnership.organisation.name if source.partnership is not None else ""
    spoken = spoken_url(source.code)
    return Printed(
        # The label of a mobiliser's link carries a name, and is for staff: it is not printed.
        label="" if source.kind == "mobiliser" else source.label,
        partner=partner,
        campaign=source.campaign.title,
        url=url,
        spoken=spoken,
        qr=qr_svg(url).decode(),
        qr_alt=gettext("QR code that opens %(address)s") % {"address": spoken},
    )
