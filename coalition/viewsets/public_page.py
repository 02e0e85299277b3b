"""The partner's own page on the site, for who manages it and for the coordinator who approves it."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.models import Partnership
from coalition.actions.partner_pages import (
    ChangedMeanwhileError,
    EmptyPageError,
    MayNotDecideError,
    NoPageError,
    WaitsError,
    approve_page,
    discard_page,
    publish_page,
    return_page,
    save_page,
    send_page,
    take_back_page,
    take_off_page,
)
from coalition.models import PartnerLogo, PartnerProfile
from coalition.partner_page_forms import LookedAtForm, PartnerPageForm, ReturnForm
from coalition.partner_screens import screens_of
from coalition.profile_enums import ProfileStatus
from coalition.selectors.page_versions import compare, versions_of
from coalition.viewsets.partner_page import PartnerStaffPage
from core.staff_views import refuse

_REFUSALS = {
    ChangedMeanwhileError: _(
        "Somebody changed this page after you opened it. Open it again in another tab, compare, and bring over what is "
        "yours."
    ),
    WaitsError: _("The page waits for approval. Take it back before you change it."),
    EmptyPageError: _("There is nothing to show yet: add a logo, or words in at least one language."),
    NoPageError: _("There is no such version any more, or the organisation has left the campaign."),
}
SHOWN = 20


class PageOfPartner(PartnerStaffPage):
    """A screen about a partner's own page: for who manages the partner and for the campaign's coordinators alone."""

    header_icon = "doc-empty-inverse"
    is_for_changers = True


class PublicPageView(PageOfPartner):
    """The draft, what is public, and what was; each ``do`` is one button."""

    template_name = "coalition/staff/page_on_site.html"
    failed: tuple[str, forms.Form] | None = None

    def get_page_title(self) -> str:
        return gettext("Public page of %(name)s") % {"name": self.partnership.organisation}

    def get_page_subtitle(self) -> str:
        return self.partnership.campaign.title

    @cached_property
    def versions(self) -> list[PartnerProfile]:
        return versions_of(self.partnership)

    @property
    def draft(self) -> PartnerProfile | None:
        return next((each for each in self.versions if each.is_open), None)

    @property
    def public(self) -> PartnerProfile | None:
        return next((each for each in self.versions if each.status == ProfileStatus.PUBLIC), None)

    @property
    def begins_with(self) -> PartnerProfile | None:
        return self.draft or self.public or next(iter(self.versions), None)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.POST.get("do", "")
        buttons: dict[str, Callable[[], tuple[forms.Form, Callable[[Any], str]]]] = {
            "save": self._save,
            "send": self._save_and_send,
            "publish": self._save_and_publish,
            "take_back": self._take_back,
            "discard": self._discard,
            "off": self._take_off,
            "approve": self._approve,
            "return": self._return,
        }
        if name not in buttons:
            return redirect(request.path)
        form, run = buttons[name]()
        if form.is_valid():
            try:
                said = run(form)
            except MayNotDecideError:
                return refuse(request)
            except tuple(_REFUSALS) as refusal:
                form.add_error(None, str(_REFUSALS[type(refusal)]))
            else:
                messages.success(request, said)
                return redirect(request.path)
        self.failed = (name, form)
        return self.render_to_response(self.get_context_data(), status=422)

    def _page_form(self) -> PartnerPageForm:
        return PartnerPageForm(self.request.POST, self.request.FILES, begins_with=self.begins_with)

    def _told(self) -> dict[str, Any]:
        return {"partnership": self.partnership, "by": self.request.user, "at": timezone.now()}

    def _keep(self, form: PartnerPageForm) -> PartnerProfile:
        return save_page(content=form.content(), seal=form.cleaned_data["seal"], **self._told())

    def _save(self) -> Any:
        def run(form: PartnerPageForm) -> str:
            self._keep(form)
            return gettext("The draft is saved. Nobody but you and the coordinators sees it.")

        return self._page_form(), run

    def _save_and_send(self) -> Any:
        def run(form: PartnerPageForm) -> str:
            with transaction.atomic():  # what cannot be sent is not saved either: the form keeps what was typed
                kept = self._keep(form)
                if not kept.is_open:
                    return gettext("Nothing has changed: this is what stands on the site.")
                send_page(seal=kept.seal, **self._told())
            return gettext("Sent: a coordinator looks at it and answers you.")

        return self._page_form(), run

    def _save_and_publish(self) -> Any:
        def run(form: PartnerPageForm) -> str:
            publish_page(content=form.content(), seal=form.cleaned_data["seal"], **self._told())
            return gettext("The page is public now.")

        return self._page_form(), run

    def _take_back(self) -> Any:
        def run(_form: forms.Form) -> str:
            take_back_page(partnership=self.partnership, by=cast(Any, self.request.user))
            return gettext("Taken back. You can change it again.")

        return forms.Form(self.request.POST), run

    def _discard(self) -> Any:
        def run(_form: forms.Form) -> str:
            discard_page(partnership=self.partnership, by=cast(Any, self.request.user))
            return gettext("The draft is deleted.")

        return forms.Form(self.request.POST), run

    def _take_off(self) -> Any:
        def run(_form: forms.Form) -> str:
            take_off_page(**self._told())
            return gettext("The page and the logo are off the site.")

        return forms.Form(self.request.POST), run

    def _approve(self) -> Any:
        def run(form: LookedAtForm) -> str:
            approve_page(seal=form.cleaned_data["seal"], **self._told())
            return gettext("The page is public now.")

        return LookedAtForm(self.request.POST), run

    def _return(self) -> Any:
        def run(form: ReturnForm) -> str:
            told = form.cleaned_data
            return_page(seal=told["seal"], reason=told["reason"], **self._told())
            return gettext("The page is returned; the letter is on its way.")

        return ReturnForm(self.request.POST), run

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        draft, public, partnership = self.draft, self.public, self.partnership
        name, form = self.failed or ("", None)
        looked_at = {"seal": draft.seal if draft else ""}
        page_form = form if isinstance(form, PartnerPageForm) else PartnerPageForm(begins_with=self.begins_with)
        return {
            **context,
            "partnership": partnership,
            "screens": screens_of(partnership, cast(Any, self.request.user), self.request.path),
            "draft": draft,
            "public": public,
            "begins_with": self.begins_with,
            "versions": self.versions[:SHOWN],
            "lines": compare(public, draft) if draft and draft.status == ProfileStatus.WAITING else [],
            "is_coordinator": self.is_coordinator,
            "may_change": partnership.left_at is None,
            "is_in_force": Partnership.objects.in_force().filter(pk=partnership.pk).exists(),
            "addresses": import_string(settings.PARTNER_PAGES)(partnership),
            "languages": settings.WAGTAIL_CONTENT_LANGUAGES,
            "form": page_form,
            "failed": form if form is not None and form.non_field_errors() else None,
            "return_form": form if name == "return" else ReturnForm(initial=looked_at),
        }


class PagePreviewView(PageOfPartner):
    """One version of the page as citizens would see it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = PartnerProfile.objects.with_logos().select_related("partnership__organisation")
        profile = get_object_or_404(rows, pk=kwargs["profile"], partnership=self.partnership)
        language = request.GET.get("language", "") or get_language() or settings.LANGUAGE_CODE
        drawn: HttpResponse | None = import_string(settings.PARTNER_PAGE_PREVIEW)(request, profile, language)
        if drawn is None:
            messages.error(request, gettext("The campaign has no page of partners to stand on yet."))
            return redirect("staff_partners:public_page", self.partnership.pk)
        return drawn


class PageLogoView(PageOfPartner):
    """The logo of one version, public or not."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        logos = PartnerLogo.objects.filter(partnership=self.partnership, profiles=kwargs["profile"])
        picture = logos.values_list("large", flat=True).first()
        if picture is None:
            raise Http404
        response = HttpResponse(bytes(picture), content_type="image/webp")
        response.headers["Cache-Control"] = "private, no-store"
        return response
