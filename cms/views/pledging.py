"""Promising something: from the form to "check your inbox", and where confirming leads."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from campaigns.actions.pledges import KIND
from campaigns.models import Pledge
from campaigns.pledge_links import own_path
from campaigns.selectors.sources import clean_source_code
from cms.form_kinds import page_url_of
from cms.form_spec import NoSuchPage
from cms.pledge_context import form_context, ways_on
from cms.pledge_forms import PledgeForm
from cms.pledge_spec import PledgeSpec, live_host, pledge_spec
from cms.views.signing import hand_in
from core.caching import never_kept
from core.origin import public_form
from people.models import Submission


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take a promise: a valid form becomes one durable row; a faulty one comes back with everything typed kept."""
    try:
        spec = pledge_spec(page_id, clean_source_code(request.POST.get("source", "")[:40]))
        if request.method != "POST":
            return HttpResponseRedirect(spec.page_path)
        if spec.opening.closed:
            return _closed(request, spec)
        form = PledgeForm(request.POST, spec=spec)
        return hand_in(
            request,
            form,
            kind=KIND,
            again=lambda status: _again(request, form, status),
            too_many="cms/pledge/too_many.html",
        )
    except NoSuchPage:
        raise Http404 from None


def _again(request: HttpRequest, form: PledgeForm, status: int) -> HttpResponse:
    """Show the page again with the form as it was typed.

    Under the check's answer the form comes back by itself: the answers were not sent along with a name, and are not.
    """
    spec: PledgeSpec = form.spec
    page = live_host(spec.page_id)
    if spec.is_check:
        context = {**page.get_context(request), **form_context(page, spec, form)}
        return render(request, "cms/pledge/form_page.html", context, status=status)
    return render(request, page.get_template(request), page.get_context(request, form=form), status=status)


def _closed(request: HttpRequest, spec: PledgeSpec) -> HttpResponse:
    """Say that nobody can promise this any more, and what one can still do."""
    kind = live_host(spec.page_id).pledge_kind
    context = {
        "promise": spec.promise,
        "opening": spec.opening,
        "ways_on": ways_on(kind, spec.locale) if kind is not None else [],
        "page_url": spec.page_path,
    }
    return render(request, "cms/pledge/closed.html", context, status=410)


def own_path_of(submission: Submission) -> str:
    """Return where confirming a promise leads: to its own page, in the language of the form."""
    held = Pledge.objects.filter(kind=submission.target_id, supporter=submission.supporter_id).first()
    if held is None or submission.supporter_id is None:  # erased since
        return page_url_of(submission)
    return own_path(held, submission.locale)
