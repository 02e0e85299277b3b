"""Applying to volunteer: from the form to "check your inbox", and what happens next."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from campaigns.selectors.sources import clean_source_code
from cms.form_kinds import page_url_of
from cms.form_spec import NoSuchPage
from cms.views.signing import hand_in
from cms.volunteer_forms import VolunteerForm
from cms.volunteer_spec import volunteer_spec
from core.caching import never_kept
from core.origin import public_form
from people.models import Submission
from people.tokens import InvalidToken, read_uuid, sign_uuid
from volunteers.actions.applications import KIND
from volunteers.models import Volunteer

WELCOME = "volunteers.application.welcome"


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def volunteer(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take an application: a valid form becomes one durable row; a faulty one comes back with everything kept."""
    try:
        spec = volunteer_spec(page_id, clean_source_code(request.POST.get("source", "")[:40]))
    except NoSuchPage:
        raise Http404 from None
    if request.method != "POST":
        return HttpResponseRedirect(spec.page_path)
    form = VolunteerForm(request.POST, spec=spec)

    def again(status: int) -> HttpResponse:
        from cms.models import VolunteerPage

        page = VolunteerPage.objects.select_related("campaign__organisation", "locale").get(pk=spec.page_id)
        return render(request, page.get_template(request), page.get_context(request, form=form), status=status)

    return hand_in(request, form, kind=KIND, again=again, too_many="cms/volunteer/too_many.html")


def welcome_url(submission: Submission) -> str:
    """Return where confirming an application leads: to what happens next, in the language of the form."""
    mine = Volunteer.objects.filter(campaign=submission.target_id, supporter=submission.supporter_id)
    public_id = mine.order_by("-last_touch_at", "-pk").values_list("public_id", flat=True).first()
    if public_id is None:  # erased since
        return page_url_of(submission)
    with override(submission.locale):
        return reverse("volunteer_welcome", args=[sign_uuid(public_id, WELCOME)])


@never_kept
@require_http_methods(["GET", "HEAD"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Thank, and say what happens next."""
    from cms.models import CampaignPage, VolunteerPage

    try:
        public_id = read_uuid(token, WELCOME)
    except InvalidToken:
        return render(request, "cms/confirm_problem.html", {"problem": "invalid"}, status=404)
    found = (
        Volunteer.objects.filter(public_id=public_id).select_related("campaign", "organisation", "supporter").first()
    )
    if found is None:
        return render(request, "cms/confirm_problem.html", {"problem": "invalid"}, status=404)
    language = request.LANGUAGE_CODE
    page = VolunteerPage.for_campaign(found.campaign_id, language)
    campaign_pages = CampaignPage.objects.live().filter(campaign=found.campaign_id, locale__language_code=language)
    context = {
        "page": page,
        "volunteer": found,
        "first_name": found.supporter.full_name.split(" ")[0],
        "campaign_page": campaign_pages.first(),
    }
    return render(request, "cms/volunteer/welcome.html", context)
