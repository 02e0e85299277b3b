"""A source's own pages: its QR code as a file, sheets to print, links for everybody, and how to put it on a website."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.actions.link_rounds import MayNotMakeLinks, campaigns_to_link, make_round
from campaigns.embed_snippets import picture_policy, policy_lines, snippets
from campaigns.enums import SourceKind
from campaigns.link_codes import SIZES, qr_png, qr_svg
from campaigns.link_paper import MOST, link_sheet_pdf
from campaigns.models import Campaign, Partnership, Source
from campaigns.selectors.source_links import short_url, spoken_url, visits_of_sources
from campaigns.selectors.source_pages import Widget, site_pages
from core.staff_page import StaffPage
from core.staff_views import refuse

TRAIL = (("staff_sources:index", _("Sources")),)


class OfSource(StaffPage):
    """A page about one source its viewer sees."""

    permission = "campaigns.view_source"
    trail = TRAIL
    header_icon = "link"

    @cached_property
    def source(self) -> Source:
        user: Any = self.request.user
        seen = Source.objects.visible_to(user).select_related("campaign", "partnership__organisation")
        return get_object_or_404(seen, pk=self.kwargs["pk"])


class CodeFileView(OfSource):
    """The QR code as a file: ``code.svg`` or ``code-600.png``."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        url = short_url(self.source.code)
        wanted = kwargs["file"]
        if wanted == "code.svg":
            body, kind = qr_svg(url), "image/svg+xml"
        elif wanted in {f"code-{size}.png": size for size in SIZES}:
            body, kind = qr_png(url, int(wanted.removeprefix("code-").removesuffix(".png"))), "image/png"
        else:
            raise Http404
        shown = "inline" if request.GET.get("show") else "attachment"
        disposition = f'{shown}; filename="{self.source.code}-{wanted}"'
        headers = {"Content-Disposition": disposition, "Cache-Control": "private, max-age=600"}
        return HttpResponse(body, content_type=kind, headers=headers)


class WebsiteView(OfSource):
    """What to copy into a website, in each language, the lines of its policy, and how it will look."""

    template_name = "campaigns/staff/source_website.html"
    page_title = _("Put it on your website")

    def get_page_subtitle(self) -> str:
        return self.source.label

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        widgets = site_pages().widgets_of(self.source.campaign_id)
        widget = next((each for each in widgets if each.name == self._wanted(widgets)), next(iter(widgets), None))
        names = dict(settings.LANGUAGES)
        context = super().get_context_data(**kwargs)
        context.update(
            source=self.source,
            widgets=widgets,
            widget=widget,
            script_url=reverse("embed_script"),
            policy="\n".join(f"{line};" for line in policy_lines()),
            picture_policy=picture_policy(),
            hosts=self.source.embed_hosts.split(),
            may_change=self._may_change(),
        )
        if widget is not None:
            language = self._language(widget)
            context.update(
                language=language,
                languages=[(code, names.get(code, code)) for code in widget.languages],
                snippets=snippets(self.source, widget, language),
            )
        return context

    def _wanted(self, widgets: list[Widget]) -> str:
        """Return the form asked for, else the one the link leads to."""
        return self.request.GET.get("form") or self.source.leads_to.replace(":", "-", 1)

    def _language(self, widget: Widget) -> str:
        for wanted in (self.request.GET.get("language"), get_language()):
            if wanted in widget.languages:
                return str(wanted)
        return widget.languages[0]

    def _may_change(self) -> bool:
        user: Any = self.request.user
        changeable = Source.objects.changeable_by(user).filter(pk=self.source.pk)
        return user.has_perm("campaigns.change_source") and changeable.exists()


class PrintForm(forms.Form):
    """Which links, how, and in which language."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none(), required=False)
    partner = forms.ModelChoiceField(label=_("Partner"), queryset=Partnership.objects.none(), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *SourceKind.choices])
    layout = forms.ChoiceField(
        label=_("On paper as"),
        choices=[
            ("poster", _("posters: one on a page")),
            ("tent", _("table tents: one on a page, to fold")),
            ("cards", _("cards: eight on a page, to cut")),
            ("stickers", _("stickers: 24 on a page, 70 × 37 mm")),
        ],
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    source = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seen = Source.objects.visible_to(user)
        campaigns: Any = self.fields["campaign"]
        campaigns.queryset = Campaign.objects.visible_to(user)
        partners: Any = self.fields["partner"]
        partners.queryset = Partnership.objects.visible_to(user).select_related("organisation", "campaign")

    def sources(self) -> list[Source]:
        """Return the links chosen, at most `MOST` and one more. Call after `is_valid`."""
        told, rows = self.cleaned_data, self._seen
        if told["source"]:
            rows = rows.filter(pk=told["source"])
        if told["campaign"]:
            rows = rows.filter(campaign=told["campaign"])
        if told["partner"]:
            rows = rows.filter(partnership=told["partner"])
        if told["kind"]:
            rows = rows.filter(kind=told["kind"])
        related = rows.select_related("campaign", "partnership__organisation").order_by("campaign", "label", "pk")
        return list(related[: MOST + 1])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            self.chosen = self.sources()
            if not self.chosen:
                raise forms.ValidationError(_("There is no link like this. Choose fewer conditions."))
            if len(self.chosen) > MOST:
                raise forms.ValidationError(
                    _("These are more than %(most)s links. Choose a partner or a kind.") % {"most": MOST}
                )
        return cleaned


class PrintView(StaffPage):
    """Choose links and have them as a PDF."""

    template_name = "campaigns/staff/source_print.html"
    permission = "campaigns.view_source"
    header_icon = "doc-full"
    page_title = _("Print QR codes")
    trail = TRAIL

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "layout" not in request.GET:
            first = {"layout": "poster", "language": get_language(), "source": request.GET.get("source")}
            return self.render_to_response(self.get_context_data(form=PrintForm(initial=first, user=request.user)))
        form = PrintForm(request.GET, user=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        told = form.cleaned_data
        drawn = link_sheet_pdf(form.chosen, layout=told["layout"], language=told["language"])
        name = f"qr-{told['layout']}.pdf"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(drawn, content_type="application/pdf", headers=headers)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        context = super().get_context_data(**kwargs)
        wanted = context["form"]["source"].value()
        if wanted and str(wanted).isdecimal():
            context["one"] = Source.objects.visible_to(user).filter(pk=int(wanted)).first()
        return context


WHOSE = {
    "partners": _("every partner"),
    "events": _("every coming event"),
    "mobilisers": _("every mobiliser with a login"),
    "materials": _("every material, for each partner"),
}


class MakeForm(forms.Form):
    campaign = forms.ChoiceField(label=_("Campaign"))
    whose = forms.ChoiceField(label=_("A link for"), choices=list(WHOSE.items()), widget=forms.RadioSelect)

    def __init__(self, *args: Any, campaigns: dict[int, Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["campaign"]
        choices.choices = [(pk, campaign.title) for pk, campaign in campaigns.items()]


class MakeView(StaffPage):
    """Make what is missing in one press; pressing again makes nothing twice."""

    template_name = "campaigns/staff/source_make.html"
    permission = "campaigns.add_source"
    header_icon = "plus"
    page_title = _("Make links for all")
    trail = TRAIL

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        self.campaigns = campaigns_to_link(user)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", MakeForm(campaigns=self.campaigns, initial={"whose": "partners"}))
        return {**super().get_context_data(**kwargs), "has_campaigns": bool(self.campaigns)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = MakeForm(request.POST, campaigns=self.campaigns)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        campaign = self.campaigns[int(form.cleaned_data["campaign"])]
        user: Any = request.user
        try:
            found, new = make_round(campaign=campaign, whose=form.cleaned_data["whose"], by=user, at=timezone.now())
        except MayNotMakeLinks:
            return refuse(request)
        messages.success(request, _made_words(len(found), new))
        return redirect("staff_sources:index")


def _made_words(found: int, new: int) -> str:
    if not found:
        return gettext("There is nobody and nothing to make a link for yet.")
    if not new:
        return gettext("Every link was there already; nothing was made twice.")
    return ngettext("%(new)s new link was made.", "%(new)s new links were made.", new) % {"new": new}


def short_link_facts(source: Source, user: Any) -> dict[str, Any]:
    """Return what a panel shows of a source's short link."""
    return {
        "short": short_url(source.code),
        "spoken": spoken_url(source.code),
        "files": [(f"code-{size}.png", size) for size in SIZES],
        "followed": visits_of_sources(user, [source.pk], today=timezone.localdate())[source.pk],
    }
