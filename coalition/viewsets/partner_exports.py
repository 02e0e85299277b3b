"""Staff screens of partners' encrypted files: keys, files, the standing export, and how to open one."""

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from accounts.proof import proof_address, proved_lately
from campaigns.models import Campaign, Partnership
from coalition.actions.keys import (
    NotASecondPersonError,
    NotTheirKeyError,
    add_key,
    confirm_key,
    key_in_use,
    looks_after,
    retire_key,
)
from coalition.actions.partner_exports import (
    GoneError,
    NoKeyError,
    NotEntitledError,
    OutOfDateError,
    ask_for_partner_export,
    collect_export,
)
from coalition.actions.standing_exports import (
    RefusedAddressError,
    confirm_standing_export,
    secret_of,
    set_up_standing_export,
    stop_standing_export,
)
from coalition.export_enums import Delivery, Rhythm
from coalition.export_rows import COLUMNS, count_consenting
from coalition.key_rules import NotAKeyError, read_recipient
from coalition.models import PartnerExport, PartnerKey, StandingExport
from coalition.models.exports import ISO_WEEKDAYS
from coalition.partner_screens import screens_of
from coalition.ports import new_partner_caller
from coalition.querysets import KEEPERS
from core.staff_exports import AskedExport, stand_before
from core.staff_page import StaffPage
from core.staff_views import RefusalPageMixin, refuse

SHOWN = 50
PERMISSION = "campaigns.view_partnership"


class KeyForm(forms.Form):
    """The partner's public key, as its tool shows it."""

    key = forms.CharField(
        label=_("Public key"),
        max_length=200,
        help_text=_("It begins with age1. Keep the secret key where only you can read it; we never see it."),
    )

    def clean_key(self) -> str:
        try:
            return read_recipient(self.cleaned_data["key"])
        except NotAKeyError as error:
            if error.is_secret:
                self.data = {**self.data.dict(), "key": ""}  # type: ignore[attr-defined]  # nor sent back in the page
                raise ValidationError(
                    gettext(
                        "This is your secret key, which nobody else may see. It was not kept here. Make a new pair, "
                        "and paste the line that begins with age1."
                    )
                ) from error
            raise ValidationError(
                gettext("This is no public age key. Paste the whole line that begins with age1.")
            ) from error


class StandingForm(forms.Form):
    """How often a partner gets its file by itself, and how."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices)
    weekday = forms.TypedChoiceField(
        label=_("Day"), choices=ISO_WEEKDAYS, coerce=int, initial=1, help_text=_("Only for “every week”.")
    )
    hour = forms.TypedChoiceField(
        label=_("Hour"),
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        initial=6,
        help_text=_("On the campaign's clock."),
    )
    delivery = forms.ChoiceField(label=_("How"), choices=Delivery.choices)
    url = forms.CharField(
        label=_("Address of your system"),
        max_length=500,
        required=False,
        help_text=_("Only for sending: an address that begins with https:// and is reachable from the internet."),
    )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        is_sent = told.get("delivery") == Delivery.WEBHOOK
        if is_sent and (why := new_partner_caller().refusal(told.get("url", ""))):
            self.add_error("url", why)
        return told


def looked_after_by(user: Any) -> QuerySet[Partnership]:
    """Return the partnerships whose exports the user sees: of campaigns kept for the lead, and those managed."""
    if user.is_superuser:
        return Partnership.objects.all()
    led = Campaign.objects.led_by(user, *KEEPERS).values("pk")
    return Partnership.objects.filter(Q(campaign__in=led) | Q(pk__in=Partnership.objects.managed_by(user).values("pk")))


class IndexView(StaffPage):
    """The partners whose exports one sees; who looks after a single one goes straight there."""

    permission = PERMISSION
    template_name = "coalition/staff/partner_exports.html"
    page_title = _("Partners' exports")
    header_icon = "download"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = looked_after_by(request.user).select_related("campaign", "organisation")
        page = Paginator(rows.order_by("organisation__name", "pk"), SHOWN).get_page(request.GET.get("p"))
        if page.paginator.count == 1:
            return redirect("staff_partner_exports:show", page[0].pk)
        return self.render_to_response(self.get_context_data(page=page))


class ShowView(StaffPage):
    """A partner's keys, files and standing export; ``do`` in what is posted names the button."""

    permission = PERMISSION
    template_name = "coalition/staff/partner_export.html"
    header_icon = "download"
    trail = (("staff_partner_exports:index", _("Partners' exports")),)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.is_authenticated:
            raise Http404
        related = looked_after_by(user).select_related("campaign", "organisation")
        self.partnership = get_object_or_404(related, pk=kwargs["pk"])
        self.may_manage = Partnership.objects.entrusted_to(user).filter(pk=self.partnership.pk).exists()
        self.may_confirm = looks_after(self.partnership, user)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.partnership.organisation.name

    def get_page_subtitle(self) -> str:
        return self.partnership.campaign.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, own = timezone.now(), self.partnership
        user: Any = self.request.user
        keys = PartnerKey.objects.visible_to(user).filter(partnership=own)
        seen = PartnerExport.objects.visible_to(user).filter(partnership=own)
        exports = seen.select_related("key", "asked_by", "collected_by")
        collectable = set(exports.filter(Q(expires_at__gt=at) & ~Q(file="")).values_list("pk", flat=True))
        standing = StandingExport.objects.visible_to(user).standing().filter(partnership=own).first()
        return {
            "key_form": KeyForm(),
            "standing_form": StandingForm(),
            **super().get_context_data(**kwargs),
            "partnership": own,
            "screens": screens_of(own, user, self.request.path),
            "is_in_force": Partnership.objects.in_force().filter(pk=own.pk).exists(),
            "may_manage": self.may_manage,
            "may_confirm": self.may_confirm,
            "keys": keys.select_related("added_by", "confirmed_by", "retired_by")[:SHOWN],
            "in_use": key_in_use(own, at),
            "exports": exports[:SHOWN],
            "collectable": collectable if self.may_manage else set(),
            "standing": standing,
            "secret": secret_of(standing)
            if standing and self.may_manage and standing.delivery == Delivery.WEBHOOK and proved_lately(self.request)
            else "",
            "columns": COLUMNS,
            "user_id": user.pk,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.may_confirm:
            return refuse(request)
        if not proved_lately(request):
            messages.info(request, gettext("Confirm who you are, then press the button again."))
            return redirect(proof_address(request.path))
        buttons = {
            "key": self.add_key,
            "confirm_key": self.confirm_key,
            "retire_key": self.retire_key,
            "standing": self.set_up,
            "confirm_standing": self.confirm_standing,
            "stop_standing": self.stop_standing,
        }
        press = buttons.get(request.POST.get("do", ""))
        if press is None:
            return redirect(request.path)
        try:
            return press(request.user)
        except (NotTheirKeyError, NotEntitledError):
            return refuse(request)
        except NotASecondPersonError:
            messages.error(request, gettext("A second person must do this: another manager, or a coordinator."))
        return redirect(request.path)

    def add_key(self, user: Any) -> HttpResponseBase:
        form = KeyForm(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(key_form=form), status=422)
        add_key(partnership=self.partnership, typed=form.cleaned_data["key"], by=user, at=timezone.now())
        return self.done(gettext("Added. It is used in 24 hours, or when a second person confirms it. All were told."))

    def confirm_key(self, user: Any) -> HttpResponseBase:
        confirm_key(key=self._own(PartnerKey), by=user, at=timezone.now())
        return self.done(gettext("Confirmed: files are encrypted to this key now."))

    def retire_key(self, user: Any) -> HttpResponseBase:
        retire_key(key=self._own(PartnerKey), by=user, at=timezone.now())
        return self.done(gettext("Retired. No file is encrypted to it any more."))

    def set_up(self, user: Any) -> HttpResponseBase:
        form = StandingForm(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(standing_form=form), status=422)
        told = form.cleaned_data
        try:
            set_up_standing_export(
                partnership=self.partnership, caller=new_partner_caller(), by=user, at=timezone.now(),
                rhythm=Rhythm(told["rhythm"]), weekday=told["weekday"], hour=told["hour"],
                delivery=Delivery(told["delivery"]), url=told["url"],
            )  # fmt: skip
        except RefusedAddressError as error:
            form.add_error("url", str(error))
            return self.render_to_response(self.get_context_data(standing_form=form), status=422)
        return self.done(gettext("Set up. It begins when a second person has agreed; they were told."))

    def confirm_standing(self, user: Any) -> HttpResponseBase:
        confirm_standing_export(standing=self._own(StandingExport), by=user, at=timezone.now())
        return self.done(gettext("Agreed. It begins at its next turn."))

    def stop_standing(self, user: Any) -> HttpResponseBase:
        stop_standing_export(standing=self._own(StandingExport), by=user, at=timezone.now())
        return self.done(gettext("Stopped."))

    def done(self, said: str) -> HttpResponseBase:
        messages.success(self.request, said)
        return redirect(self.request.path)

    def _own(self, model: Any) -> Any:
        """Return the row that was meant, if it is this very partner's."""
        pk = self.request.POST.get("row", "")
        if not pk.isdecimal() or len(pk) > 18:
            raise Http404
        rows = model.objects.changeable_by(self.request.user).filter(partnership=self.partnership)
        return get_object_or_404(rows, pk=int(pk))


class AskPage(StaffPage):
    """The button by which a file is asked for: an address alone, followed from anywhere, makes none."""

    permission = PERMISSION
    template_name = "coalition/staff/partner_export_ask.html"
    page_title = _("Encrypted file for the partner")
    header_icon = "download"
    is_whole = False
    back = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "is_whole": self.is_whole, "back": self.back}


class AskView(RefusalPageMixin, View):
    """Ask for a file: guarded like every export of people, and only ever for the partner's own managers."""

    http_method_names = ["get", "post", "options"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self.answer(request, pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self.answer(request, pk)

    def answer(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        user: Any = request.user
        own = get_object_or_404(looked_after_by(user).select_related("organisation"), pk=pk)
        back = reverse("staff_partner_exports:show", args=[pk])
        if not user.has_perm(PERMISSION) or not Partnership.objects.entrusted_to(user).filter(pk=pk).exists():
            return refuse(request)
        at, is_whole = timezone.now(), request.GET.get("what") == "all"
        if key_in_use(own, at) is None:
            messages.error(request, gettext("No key is in use yet; nothing leaves unencrypted."))
            return redirect(back)
        asked = AskedExport(
            what=gettext("Encrypted file for %(name)s") % {"name": own.organisation.name[:80]},
            permission=PERMISSION,
            address=f"{request.path}?what=all" if is_whole else request.path,
            back=back,
            people=lambda most: count_consenting(own, at, most),
        )
        if request.method != "POST" and proved_lately(request):
            page: HttpResponseBase = AskPage.as_view(is_whole=is_whole, back=back)(request)
            return page
        if (instead := self._stand_before(request, asked)) is not None:
            return instead
        try:
            ask_for_partner_export(partnership=own, is_whole=is_whole, by=user, at=at)
        except (NoKeyError, NotEntitledError):
            messages.error(request, gettext("The partner, or its key, is gone; nothing was made."))
        else:
            messages.success(request, gettext("Asked. The file is ready in a moment; you get a mail then."))
        return redirect(back)

    def _stand_before(self, request: HttpRequest, asked: AskedExport) -> HttpResponseBase | None:
        """Ask the guard, for which what is posted is the words to a second person, and all else the export itself."""
        if "reason" not in request.POST:
            request = copy(request)
            request.method = "GET"
        return stand_before(request, asked)


class FileView(RefusalPageMixin, View):
    """The encrypted file, for the partner's managers; the proof is asked for again, and every download audited."""

    http_method_names = ["get", "options"]

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        user: Any = request.user
        entrusted = Partnership.objects.entrusted_to(user).values("pk")
        own = PartnerExport.objects.visible_to(user).filter(partnership__in=entrusted)
        export = get_object_or_404(own, public_id=public_id)
        if not proved_lately(request):
            return redirect(proof_address(request.path, is_download=True))
        try:
            export = collect_export(export=export, by=user, at=timezone.now())
            file = storages["private"].open(export.file)
        except OutOfDateError:
            said = gettext("Somebody in this file has taken their consent back since. It is made anew; you get a mail.")
            messages.error(request, said)
            return redirect("staff_partner_exports:show", export.partnership_id)
        except (GoneError, FileNotFoundError):
            messages.error(request, gettext("This file is not there any more. Ask for a new one."))
            return redirect("staff_partner_exports:show", export.partnership_id)
        name = f"{export.partnership.campaign.slug}-{export.asked_at:%Y-%m-%d}.csv.age"
        response = FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")
        response["Cache-Control"] = "no-store"
        return response

    def post(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        return HttpResponseNotAllowed(["GET"])


class ExportsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


class PartnerExportViewSet(ViewSet):
    name = "partner-exports"
    url_namespace = "staff_partner_exports"
    icon = "download"
    menu_label = _("Partners' exports")
    menu_item_class = ExportsMenuItem

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", IndexView.as_view(), name="index"),
            path("<int:pk>/", ShowView.as_view(), name="show"),
            path("<int:pk>/export/", AskView.as_view(), name="export"),
            path("files/<uuid:public_id>/", FileView.as_view(), name="file"),
        ]
