"""The public page of a campaign's ledger: who pays for it and who helps it. No account, no session, cacheable."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.models import Initiative, Ledger
from campaigns.selectors.transparency import LedgerPage, ledger_page
from dashboards.transparency_exports import helpers_csv, sponsors_csv
from dashboards.views import public_figures

TABLES = {"sponsors": sponsors_csv, "helpers": helpers_csv}
# The languages of the Union: the register speaks these and no other.
REGISTER_LANGUAGES = frozenset(
    ("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl",
     "pt", "ro", "sk", "sl", "sv")
)  # fmt: skip
REGISTER_PAGE = "https://citizens-initiative.europa.eu/initiatives/details/{year}/{number}_{language}"


def register_page(initiative: Initiative, language: str) -> str:
    """Return the address of an initiative in the Commission's register, in the reader's language if it has that."""
    _eci, year, number = initiative.slug.split("-")
    spoken = language[:2] if language[:2] in REGISTER_LANGUAGES else "en"
    return REGISTER_PAGE.format(year=year, number=number, language=spoken)


def _shown_or_404(slug: str) -> LedgerPage:
    ledger = get_object_or_404(Ledger.objects.public().select_related("campaign"), campaign__slug=slug)
    return ledger_page(ledger, on=timezone.localdate())


@require_safe
@public_figures
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who pays for a campaign and who helps it without money."""
    shown = _shown_or_404(slug)
    language = get_language() or "en"
    title = shown.ledger.campaign.title
    context = {
        "shown": shown,
        "campaign": format_html("<bdi>{}</bdi>", title),
        "registers": [(each, each.title_in(language), register_page(each, language)) for each in shown.initiatives],
        "tables": {name: reverse("transparency:table", args=[slug, name]) for name in TABLES},
        "share_title": _("Who pays for “%(campaign)s”") % {"campaign": title},
        "share_text": _("Sponsors of “%(campaign)s” and organisations that help it without money.")
        % {"campaign": title},
    }
    return render(request, "dashboards/public_transparency.html", context)


@require_safe
@public_figures
def table(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Give one table of the page as a CSV file."""
    if name not in TABLES:
        raise Http404
    shown = _shown_or_404(slug)
    response = HttpResponse(TABLES[name](shown), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{name}-{timezone.localdate()}.csv"'
    return response
