"""Asking to take part as an organisation: the form, and the thanks after the mailed link was pressed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from cms.form_spec import NoSuchPage
from cms.partner_forms import PartnerForm
from cms.partner_spec import PartnerSpec, partner_spec
from cms.views.signing import hand_in
from coalition.actions.applications import KIND
from core.caching import never_kept
from core.origin import public_form
from people.models import Submission


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, or take it: a valid one becomes one durable row; a faulty one comes back with everything kept."""
    spec = _spec(request, slug)
    if request.method == "POST":
        return _take(request, spec)
    response = render(request, "cms/partner_apply.html", _context(spec, PartnerForm(spec=spec)))
    response.headers["Cache-Control"] = "public, max-age=30"
    return response


@never_kept
def _take(request: HttpRequest, spec: PartnerSpec) -> HttpResponse:
    form = PartnerForm(request.POST, spec=spec)

    def again(status: int) -> HttpResponse:
        return render(request, "cms/partner_apply.html", _context(spec, form), status=status)

    return hand_in(request, form, kind=KIND, again=again, too_many="cms/partner/too_many.html")


@require_http_methods(["GET", "HEAD"])
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Thank, and say what happens next. It names nobody, so its address needs no secret."""
    return render(request, "cms/partner/thanks.html", {"spec": _spec(request, slug)})


def thanks_url(submission: Submission) -> str:
    """Return where confirming an application leads, in the language of the form."""
    from campaigns.models import Campaign

    slug = Campaign.objects.filter(pk=submission.target_id).values_list("slug", flat=True).first()
    if slug is None:
        return "/"
    with override(submission.locale):
        return reverse("partner_thanks", args=[slug])


def _spec(request: HttpRequest, slug: str) -> PartnerSpec:
    try:
        return partner_spec(slug, request.LANGUAGE_CODE)
    except NoSuchPage:
        raise Http404 from None


def _context(spec: PartnerSpec, form: PartnerForm) -> dict[str, Any]:
    return {"spec": spec, "form": form, "action_url": spec.page_path, "challenge_url": reverse("challenge")}
