"""One partner's page: for the coordinator, and as "My organisation" for who manages it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.models import Partnership
from campaigns.selectors.pages import links_of_sources
from coalition.actions.agreements import HasLeftError, MayNotAcceptError, NotTheirAgreementError, accept_agreement
from coalition.actions.joining import give_link
from coalition.actions.leaving import LeadCannotLeaveError, come_back, leave_campaign
from coalition.actions.profiles import ContactKnownError, remove_contact, save_contact, set_goals
from coalition.agreements import state_of, texts_to_accept
from coalition.forms import AcceptAgreementForm, ContactForm, GoalsForm, LeaveForm
from coalition.models import PartnerAgreementText, PartnerContact
from coalition.partner_screens import screens_of
from coalition.selectors.partners import coordinates, manages, sees_inside, what_would_end
from core.staff_page import StaffPage
from core.staff_views import refuse
from places.country_names import country_name

if TYPE_CHECKING:
    from accounts.models import User

TRAIL = (("staff_partners:index", _("Partners")),)
_REFUSALS = {
    MayNotAcceptError: _("Only who manages this organisation may accept for it."),
    HasLeftError: _("This organisation has left the campaign."),
    NotTheirAgreementError: _("The text has changed meanwhile. Read the new one below."),
    ContactKnownError: _("This address stands there already for the same subject."),
}
Run = Callable[[Any], Any]


class PartnerStaffPage(StaffPage):
    """A page of one partner: 404 for who does not see it, 403 for a change by who may only read.

    ``is_for_changers``: who may not change the partner does not read it either.
    """

    permission = "campaigns.view_partnership"
    trail = TRAIL
    header_icon = "group"
    is_for_changers = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        related = ("campaign__organisation", "organisation", "territory")
        seen = Partnership.objects.visible_to(user).select_related(*related)
        self.partnership = get_object_or_404(seen, pk=kwargs["pk"])
        self.is_coordinator = coordinates(self.partnership, user)
        self.is_manager = manages(self.partnership, user)
        self.may_change = self.is_coordinator or self.is_manager
        if (self.is_for_changers or request.method == "POST") and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.partnership.organisation.name

    def get_page_subtitle(self) -> str:
        return self.partnership.campaign.title


class PartnerView(PartnerStaffPage):
    """Profile, agreement, contact persons, goals and links of a partner; each ``do`` is one button."""

    template_name = "coalition/staff/partner.html"
    failed: tuple[str, forms.Form] | None = None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.POST.get("do", "")
        made = self._posted(name)
        if made is None:
            return redirect(request.path)
        form, run, said = made
        if form.is_valid():
            try:
                run(form)
            except tuple(_REFUSALS) as refusal:
                form.add_error(None, str(_REFUSALS[type(refusal)]))
            else:
                messages.success(request, said)
                return redirect(request.path)
        self.failed = (name, form)
        return self.render_to_response(self.get_context_data(), status=422)

    def _posted(self, name: str) -> tuple[forms.Form, Run, str] | None:
        """Return the form behind a button, what it does, and what is said after; None for a button we have not."""
        told, partnership, by = self.request.POST, self.partnership, self.request.user
        if name == "contact":
            contact = self._contact(told.get("entry", ""))
            form = ContactForm(told, prefix=name, contact=contact)
            run: Run = lambda form: save_contact(  # noqa: E731
                partnership=partnership, person=form.person(), contact=contact, by=by
            )
            return form, run, gettext("The contact person is saved.")
        if name == "remove":
            gone = self._contact(told.get("entry", ""))
            if gone is None:
                return None
            return forms.Form(told), lambda _form: remove_contact(contact=gone, by=by), gettext("Removed.")
        if name == "goals":
            goals = GoalsForm(told, prefix=name, goals=[])
            return (
                goals,
                lambda form: set_goals(partnership=partnership, aims=form.aims(), by=by),
                gettext("The goals are saved."),
            )
        if name == "links" and partnership.left_at is None:
            return (
                forms.Form(told),
                lambda _form: give_link(partnership=partnership, by=by),
                gettext("The link is made."),
            )
        if name == "accept" and self.is_manager:
            return (
                AcceptAgreementForm(told, prefix=name, texts=texts_to_accept(partnership)),
                self._accept,
                gettext("Accepted. Your people see from now on what they may see."),
            )
        return None

    def _accept(self, form: Any) -> None:
        told = form.cleaned_data
        accept_agreement(
            partnership=self.partnership,
            text=told["text"],
            name=told["name"],
            function=told["function"],
            by=cast("User", self.request.user),
            at=timezone.now(),
        )

    def _contact(self, typed: str) -> PartnerContact | None:
        """Return the contact person a button speaks of; none for a new one. Raises Http404 for another partner's."""
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
            raise Http404
        user = cast("User", self.request.user)
        theirs = PartnerContact.objects.changeable_by(user).filter(partnership=self.partnership)
        return get_object_or_404(theirs, pk=int(typed))

    def _form(self, name: str, make: Callable[..., forms.Form], **told: Any) -> forms.Form:
        if self.failed is not None and self.failed[0] == name:
            return self.failed[1]
        return make(prefix=name, **told)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        partnership, user = self.partnership, cast("User", self.request.user)
        state = state_of(partnership)
        texts = texts_to_accept(partnership) if state.kind else []
        links = list(partnership.sources.all())
        addresses = links_of_sources(links)
        goals = list(partnership.goals.all())
        is_inside = sees_inside(partnership, user)
        contacts = list(PartnerContact.objects.visible_to(user).filter(partnership=partnership)) if is_inside else []
        entry = self.request.GET.get("contact", "")
        edited = next((each for each in contacts if str(each.pk) == entry), None)
        text = self._text_shown(texts)
        goals_form = self._form("goals", GoalsForm, goals=goals)
        return {
            **context,
            "partnership": partnership,
            "screens": screens_of(partnership, user, self.request.path),
            "organisation": partnership.organisation,
            "country": country_name(partnership.organisation.country),
            "state": state,
            "texts": texts,
            "text": text,
            "is_manager": self.is_manager,
            "is_coordinator": self.is_coordinator,
            "may_change": self.may_change and partnership.left_at is None,
            "may_edit_organisation": user.has_perm("accounts.edit_organisation", partnership.organisation),
            "sees_inside": is_inside,
            "contacts": contacts,
            "edited": edited,
            "contact_form": self._form("contact", ContactForm, contact=edited),
            "entry": self.request.POST.get("entry", "") if self.failed else (edited.pk if edited else ""),
            "goals": goals,
            "goals_form": goals_form,
            "media": goals_form.media,
            "accept_form": self._form(
                "accept", AcceptAgreementForm, texts=texts, initial={"text": text, "name": user.get_full_name()}
            ),
            "links": [(link, addresses[link.pk]) for link in links],
            "failed": self.failed[0] if self.failed else "",
        }

    def _text_shown(self, texts: list[PartnerAgreementText]) -> PartnerAgreementText | None:
        """Return the wording in the language asked for, else in the reader's own, else the first there is."""
        wanted = self.request.GET.get("language") or get_language() or "en"
        return next((each for each in texts if each.language == wanted), next(iter(texts), None))


class LeaveView(PartnerStaffPage):
    """What ends and what stays when a partner leaves; the button ends it."""

    template_name = "coalition/staff/leave.html"
    is_for_changers = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = LeaveForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            leave_campaign(
                partnership=self.partnership,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except LeadCannotLeaveError:
            messages.error(request, gettext("This organisation leads the campaign. Let another one lead it first."))
            return redirect("staff_partners:partner", self.partnership.pk)
        messages.success(request, gettext("%(name)s takes no part any more.") % {"name": self.partnership.organisation})
        if self.is_coordinator:
            return redirect("staff_partners:partner", self.partnership.pk)
        return redirect("wagtailadmin_home")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = kwargs.get("form") or LeaveForm()
        ending = what_would_end(self.partnership)
        return {**context, "partnership": self.partnership, "ending": ending, "form": form}


class ReturnView(PartnerStaffPage):
    """Taking a partner back that left; only a coordinator may."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_coordinator:
            return refuse(request)
        come_back(partnership=self.partnership, by=request.user, at=timezone.now())
        messages.success(
            request,
            gettext("%(name)s takes part again. Where an agreement is asked, it must be accepted anew.")
            % {"name": self.partnership.organisation},
        )
        return redirect("staff_partners:partner", self.partnership.pk)


def own_partnerships(user: Any) -> list[Partnership]:
    """Return the partnerships ``user`` manages."""
    rows = Partnership.objects.managed_by(user).select_related("campaign", "organisation")
    return list(rows.order_by("organisation__name", "campaign__title"))


class OwnView(StaffPage):
    """ "My organisation": the one page of who manages one partner, a choice for who manages several."""

    permission = "campaigns.view_partnership"
    template_name = "coalition/staff/own.html"
    page_title = _("My organisation")
    header_icon = "home"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        own = own_partnerships(request.user)
        if len(own) == 1:
            return redirect("staff_partners:partner", own[0].pk)
        return self.render_to_response(self.get_context_data(own=own, index=reverse("staff_partners:index")))
