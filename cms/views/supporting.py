"""Supporting an initiative: what one's country asks, and the way out to the European Union's form."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from campaigns.actions.support_visits import record_support_visit
from campaigns.selectors.sources import clean_source_code
from campaigns.selectors.supporting import collection_of
from cms.intake_guard import identify_sender
from cms.models import PledgePage
from core.caching import never_kept
from core.origin import public_form
from core.rates import hit

HIGHEST = 2**31  # what the database takes as a page's number; beyond it is an error, not an empty answer
WINDOW = 600  # seconds
COUNTED_AT_MOST = 300  # visits from one address in a window; a machine's are passed on, and left out of the figures


@sensitive_post_parameters()
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer what somebody's country asks. The answer is kept nowhere and stands in no address."""
    page = _page(page_id)
    if request.method != "POST":
        return HttpResponseRedirect(_page_url(page, request))
    context = page.get_context(request, sent=request.POST)
    form = (context["support"] or {}).get("form")
    status = 422 if form is not None and form.errors else 200
    response = TemplateResponse(request, page.get_template(request), context, status=status).render()
    # The browser may show it again when somebody presses "back"; nobody else may keep it.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@never_kept
@require_http_methods(["GET", "HEAD"])
def go(request: HttpRequest, page_id: int) -> HttpResponse:
    """Count the visit and send it on to the initiative's own form, which learns nothing of us: no code, no referrer.

    Only that address can be reached by this one. While support cannot be given, it leads to the page, which says why.
    """
    page, at = _page(page_id), timezone.now()
    kind = page.pledge_kind
    collection = collection_of(kind.initiative, at)
    if not collection.is_open:
        return HttpResponseRedirect(_page_url(page, request))
    if _is_guessing(request):
        # Refused rather than answered: the browser asks again when the link is really followed.
        return HttpResponse(status=403)
    if request.method == "GET" and _is_counted(request):
        source = request.GET.get("s", "")
        record_support_visit(kind=kind, source=source, locale=page.locale.language_code, at=at)
    response = HttpResponseRedirect(collection.url)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _page(page_id: int) -> PledgePage:
    pages = PledgePage.objects.live().filter(pledge_kind__initiative__isnull=False)
    related = ("pledge_kind__campaign__organisation", "pledge_kind__initiative", "locale")
    page: PledgePage | None = pages.select_related(*related).filter(pk=page_id).first() if page_id < HIGHEST else None
    if page is None:
        raise Http404
    return page


def _page_url(page: PledgePage, request: HttpRequest) -> str:
    source = clean_source_code(request.GET.get("s", ""))
    return f"{page.get_url(request) or '/'}{f'?s={source}' if source else ''}"


def _is_guessing(request: HttpRequest) -> bool:
    """Whether a browser loads the link in advance, without anybody having followed it."""
    said = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return any(word in said.lower() for word in ("prefetch", "prerender", "preview"))


def _is_counted(request: HttpRequest) -> bool:
    sender = identify_sender(request)
    if sender.is_vouched_for or not sender.address_hash:
        return True
    return hit(f"support:{sender.address_hash}", window=WINDOW) <= COUNTED_AT_MOST
