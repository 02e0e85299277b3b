"""The public eligibility check: one question after the other. Nothing is stored, logged or put into an address."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cms.commune_form_paper import blank_form_pdf
from core.origin import public_form

if TYPE_CHECKING:
    from cms.models import RegistrationPage


@sensitive_post_parameters()
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer with the next question or the result. The answers travel in the form alone."""
    page = _page(page_id)
    if request.method != "POST":
        return HttpResponseRedirect(page.get_url(request) or "/")
    context = page.get_context(request, sent=request.POST)
    form = context["form"]
    status = 422 if form is not None and form.is_bound else 200
    response = TemplateResponse(request, page.get_template(request), context, status=status).render()
    # The browser may show it again when somebody presses "back"; nobody else may keep it.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@sensitive_post_parameters()
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def blank_form(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer with the commune's form, empty. By POST: an address would say of which group of nationalities one is."""
    page = _page(page_id)
    if request.method != "POST":
        return HttpResponseRedirect(page.get_url(request) or "/")
    election = page.election
    group, language = request.POST.get("group", ""), request.POST.get("language", "")
    drawn = blank_form_pdf(election.key, election.place, election.kind, group, language)
    if drawn is None:
        raise Http404
    response = HttpResponse(drawn, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{election.key}-{language}.pdf"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _page(page_id: int) -> "RegistrationPage":
    from cms.models import RegistrationPage

    pages = RegistrationPage.objects.live().select_related("campaign__organisation", "election__territory", "locale")
    page: RegistrationPage = get_object_or_404(pages, pk=page_id)
    return page
