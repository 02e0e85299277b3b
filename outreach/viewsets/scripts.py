"""Scripts: the frame as a form, the questions in an editor, every publication a version of its own."""

from typing import Any

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column

from core.staff_page import StaffPage
from core.staff_views import ScopedCreateView, ScopedIndexView, ScopedViewSet, refuse
from outreach.actions.scripts import ScriptRefused, publish_script
from outreach.forms.efforts import ScriptForm
from outreach.forms.scripts import blank_question, drafts_of, press, read_drafts
from outreach.models import CanvassingEffort, Script
from outreach.script_rules import check, resolve, tree
from outreach.viewsets.script_rows import question_rows


class QuestionsView(StaffPage):
    """The editor, the preview as a tree, the versions before, and the efforts that ask it."""

    template_name = "outreach/staff/script.html"
    permission = "outreach.view_script"
    header_icon = "form"
    trail = (("staff_scripts:index", _("Scripts")),)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        seen = Script.objects.visible_to(request.user).select_related("campaign", "organisation")  # type: ignore[arg-type]
        self.script = get_object_or_404(seen, pk=kwargs["pk"])
        may = request.user.has_perm("outreach.change_script")
        self.may_change = may and Script.objects.changeable_by(request.user).filter(pk=self.script.pk).exists()  # type: ignore[arg-type]
        if request.method == "POST" and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.script.title

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        versions = list(self.script.versions.order_by("-number"))
        wanted = request.GET.get("version", "")
        shown = next((each for each in versions if str(each.number) == wanted), versions[0] if versions else None)
        drafts = drafts_of(shown.questions) if shown else [blank_question()]
        preview = tree(shown.questions) if shown else None
        return self._page(drafts, versions=versions, shown=shown, preview=preview)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        drafts = read_drafts(request.POST)
        button = request.POST.get("do", "preview")
        if button == "publish":
            return self._publish(drafts)
        focus = press(drafts, button)
        questions = resolve(drafts)
        problems = check(questions, names=dict(settings.LANGUAGES)) if button == "preview" else []
        preview = tree(questions) if button == "preview" and not problems else None
        return self._page(drafts, problems=problems, preview=preview, focus=focus, is_unsaved=True)

    def _publish(self, drafts: list[dict[str, Any]]) -> HttpResponse:
        latest = self.script.versions.aggregate(n=Max("number"))["n"]
        user: Any = self.request.user
        try:
            version = publish_script(script=self.script, questions=resolve(drafts), by=user, at=timezone.now())
        except ScriptRefused as refusal:
            return self._page(drafts, problems=refusal.problems, is_unsaved=True, status=422)
        if version.number == latest:
            messages.info(self.request, gettext("Nothing changed: version %(n)s stays.") % {"n": version.number})
        else:
            text = gettext("Version %(n)s is published; phones fetch it the next time they are online.")
            messages.success(self.request, text % {"n": version.number})
        return redirect("staff_scripts:questions", pk=self.script.pk)

    def _page(self, drafts: list[dict[str, Any]], *, focus: str = "", status: int = 200, **told: Any) -> HttpResponse:
        context = {
            "script": self.script,
            "rows": question_rows(drafts, focus=focus),
            "may_change": self.may_change,
            "efforts": CanvassingEffort.objects.visible_to(self.request.user).filter(script=self.script),  # type: ignore[arg-type]
            "versions": told.pop("versions", None) or list(self.script.versions.order_by("-number")),
            **told,
        }
        return self.render_to_response(self.get_context_data(**context), status=status)


class ScriptCreateView(ScopedCreateView):
    def get_success_url(self) -> str:
        return reverse("staff_scripts:questions", args=[self.object.pk])


class ScriptIndexView(ScopedIndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().annotate(version=Max("versions__number"))


def link_to_questions(script: Any) -> str:
    label = gettext("Version %(n)s") % {"n": script.version} if script.version else gettext("not published yet")
    return format_html('<a href="{}">{}</a>', reverse("staff_scripts:questions", args=[script.pk]), label)


class ScriptViewSet(ScopedViewSet):
    model = Script
    name = "scripts"
    url_namespace = "staff_scripts"
    icon = "form"
    list_display = [
        "title",
        Column("questions", label=_("Questions"), accessor=link_to_questions),
        Column("campaign", label=_("Campaign")),
        Column("organisation", label=_("Organisation")),
    ]
    related = ("campaign", "organisation")
    search_fields = ["title"]
    empty_text = _(
        "There is no script yet. A script is a few questions a mobiliser may ask, with branches; efforts work without "
        "one too."
    )
    index_view_class = ScriptIndexView
    add_view_class = ScriptCreateView
    edit_handler = ObjectList(
        [FieldPanel("title"), FieldRowPanel([FieldPanel("campaign"), FieldPanel("organisation")])],
        base_form_class=ScriptForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("questions/<int:pk>/", QuestionsView.as_view(), name="questions")]
