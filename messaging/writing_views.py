"""The editor of one text in one language: blocks, preview, versions, and a mail to oneself."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language_info, gettext, override, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from core.staff_page import StaffPage
from core.staff_views import refuse
from messaging.actions.test_mails import send_test
from messaging.actions.wordings import BadWording, ChangedMeanwhile, save_wording, take_up_again
from messaging.models import MessageText, Wording
from messaging.previews import preview, sample_name
from messaging.sms_counter import WRITE_PLAINLY
from messaging.wording_rules import BLOCKS, VARIABLES, Mistake, known_variables
from messaging.wordings import newest_wordings
from messaging.writing_form import Draft, blank_draft, draft_of, press, read_draft
from people.enums import Channel

# What stands for the variable in a text once its button was pressed.
_INSERTS = {"first_name": "{first_name|%s}", "full_name": "{full_name|%s}"}


@dataclass(frozen=True)
class BlockRow:
    """One block ready to be written as fields."""

    place: int
    number: int
    kind: str
    label: Any
    value: Any
    mistakes: list[str]
    is_first: bool
    is_last: bool

    @property
    def focus_id(self) -> str:
        return f"b{self.place}-text"


class WritingView(StaffPage):
    """Show and change what a text says in one language; every saving is a version of its own."""

    template_name = "messaging/writing/write.html"
    permission = "messaging.view_messagetext"
    header_icon = "edit"
    trail = (("staff_wordings:index", _("Texts to send")),)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        seen = MessageText.objects.visible_to(request.user).select_related("organisation")  # type: ignore[arg-type]
        self.text = get_object_or_404(seen, pk=kwargs["pk"])
        self.language = kwargs["language"]
        if self.language not in settings.LANGUAGE_NAMES:
            raise Http404
        may = request.user.has_perm("messaging.change_messagetext")
        self.may_change = may and MessageText.objects.changeable_by(request.user).filter(pk=self.text.pk).exists()  # type: ignore[arg-type]
        if request.method == "POST" and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.text.name

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("version", "")
        versions = self._versions()
        shown = next((each for each in versions if str(each.version) == wanted), versions[0] if versions else None)
        copied = self._copied(request.GET.get("copy", "")) if not versions else None
        draft = draft_of(shown or copied) if shown or copied else blank_draft(self.text.channel)  # type: ignore[arg-type]
        return self._page(draft, shown=shown, copied=copied, seen=versions[0].version if versions else 0)

    def _versions(self) -> list[Wording]:
        return list(self.text.wordings.filter(language=self.language).select_related("by").order_by("-version"))

    def _copied(self, language: str) -> Wording | None:
        """Return the wording of another language to begin a translation with."""
        return newest_wordings([self.text])[self.text.pk].get(language)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        button = request.POST.get("do", "preview")
        if button.startswith("take-up:"):
            return self._take_up(button.partition(":")[2])
        draft = read_draft(request.POST, self.text.channel)
        if request.headers.get("X-Preview") == "1":
            return render(request, "messaging/writing/preview.html", self._preview(draft))
        if WRITE_PLAINLY in request.POST:
            draft.write_plainly()
        elif button in ("save", "test"):
            return self._save(draft, send_it=button == "test")
        focus = press(draft, button)
        return self._page(draft, focus=focus, seen=self._seen(), is_unsaved=True)

    def _seen(self) -> int:
        seen = self.request.POST.get("seen", "")
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0

    def _save(self, draft: Draft, *, send_it: bool) -> HttpResponse:
        user: Any = self.request.user
        before = newest_wordings([self.text])[self.text.pk].get(self.language)
        try:
            wording = save_wording(
                text=self.text,
                language=self.language,
                subject=draft.subject,
                preheader=draft.preheader,
                body=draft.body,
                seen_version=self._seen(),
                by=user,
                at=timezone.now(),
            )
        except BadWording as refusal:
            return self._page(draft, mistakes=refusal.mistakes, seen=self._seen(), is_unsaved=True, status=422)
        except ChangedMeanwhile as change:
            theirs = change.newest
            return self._page(draft, theirs=theirs, seen=theirs.version, is_unsaved=True, status=409)
        self._say(wording, is_new=wording != before)
        if send_it:
            send_test(wording=wording, by=user, at=timezone.now())
            messages.success(self.request, gettext("It is on its way to %(address)s.") % {"address": user.email})
        return self._back()

    def _say(self, wording: Wording, *, is_new: bool) -> None:
        told = {"version": wording.version, "language": settings.LANGUAGE_NAMES[wording.language]}
        if is_new:
            messages.success(self.request, gettext("Saved: %(language)s, version %(version)s.") % told)
        else:
            messages.info(self.request, gettext("Nothing changed: version %(version)s stays.") % told)

    def _take_up(self, number: str) -> HttpResponse:
        versions = {str(each.version): each for each in self._versions()}
        if number not in versions:
            raise Http404
        user: Any = self.request.user
        try:
            wording = take_up_again(wording=versions[number], by=user, at=timezone.now())
        except BadWording as refusal:
            draft = draft_of(versions[number])
            return self._page(draft, mistakes=refusal.mistakes, seen=max(map(int, versions)), status=422)
        self._say(wording, is_new=str(wording.version) not in versions)
        return self._back()

    def _back(self) -> HttpResponse:
        return redirect("staff_wordings:write", pk=self.text.pk, language=self.language)

    def _page(self, draft: Draft, *, focus: str = "", status: int = 200, **told: Any) -> HttpResponse:
        mistakes: list[Mistake] = told.pop("mistakes", [])
        versions = self._versions()
        context = {
            "text": self.text,
            "language": self.language,
            "language_name": settings.LANGUAGE_NAMES[self.language],
            "is_rtl": get_language_info(self.language)["bidi"],
            "tabs": self._tabs(),
            "campaign_title": import_string(settings.SCOPE_TITLES)([self.text.scope]).get(self.text.scope, ""),
            "draft": draft,
            "rows": block_rows(draft, mistakes),
            "mistakes": mistakes,
            "wrong": {str(mistake.where): mistake.message for mistake in mistakes},
            "focus": focus,
            "kinds": BLOCKS.items(),
            "variables": self._variables(),
            "versions": versions,
            "newest": versions[0] if versions else None,
            "may_change": self.may_change,
            "is_mail": self.text.channel == Channel.EMAIL,
            "address": self.request.user.email,  # type: ignore[union-attr]
            **self._preview(draft),
            **told,
        }
        return self.render_to_response(self.get_context_data(**context), status=status)

    def _tabs(self) -> list[dict[str, Any]]:
        written = newest_wordings([self.text])[self.text.pk]
        return [
            {
                "code": code,
                "name": name,
                "version": written[code].version if code in written else None,
                "is_fallback": code == self.text.fallback_language,
                "is_current": code == self.language,
            }
            for code, name in settings.LANGUAGES
        ]

    def _variables(self) -> list[tuple[str, str, Any]]:
        known = known_variables(has_campaign=bool(self.text.scope))
        with override(self.language):
            nobody = pgettext("whom a mail is to, without a name", "friend")
        return [
            (name, _INSERTS[name] % nobody if name in _INSERTS else f"{{{name}}}", label)
            for name, label in VARIABLES.items()
            if name in known
        ]

    def _preview(self, draft: Draft) -> dict[str, Any]:
        has_name = self.request.POST.get("sample") != "nameless"
        return {
            "preview": preview(self.text, self.language, draft, has_name=has_name),
            "has_name": has_name,
            "sample_name": sample_name(self.language),
            "is_mail": self.text.channel == Channel.EMAIL,
            "is_rtl": get_language_info(self.language)["bidi"],
            "language": self.language,
        }


def block_rows(draft: Draft, mistakes: list[Mistake]) -> list[BlockRow]:
    """Return one row per block of the form, with what is wrong with it."""
    wrong: dict[int, list[str]] = {}
    for mistake in mistakes:
        if isinstance(mistake.where, int):
            wrong.setdefault(draft.place_in_form(mistake.where), []).append(mistake.message)
    last = len(draft.blocks) - 1
    return [
        BlockRow(
            place, place + 1, block["kind"], BLOCKS.get(block["kind"], ""), block["value"], wrong.get(place, []),
            place == 0, place == last,
        )
        for place, block in enumerate(draft.blocks)
    ]  # fmt: skip
