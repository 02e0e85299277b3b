"""The editor of a segment: a form that reads like a sentence, changed row by row, with what it finds beside it.

Works without a script: every button is a submit button, and the page comes back whole. With htmx only the rule does.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_htmx.http import trigger_client_event

from audiences.actions.segments import (
    NameTaken,
    SegmentInUse,
    SegmentsInCircle,
    SegmentTooLong,
    UnknownSegment,
    change_segment,
    count_segment,
    create_segment,
)
from audiences.criteria.base import Criterion, known_parameters
from audiences.drafts import ROOT, Row, change_draft, draft_of, read_draft
from audiences.forms.rules import RuleForm
from audiences.forms.segments import SegmentForm
from audiences.models import Segment
from audiences.segment_rules import InvalidRule, parse_rule
from audiences.selectors.descriptions import describe_rule
from audiences.selectors.ground import Ground, ground_of
from audiences.selectors.members import SegmentCycle, visible_members
from audiences.selectors.people_sets import PeopleSets, sets_of_the_minute
from audiences.selectors.reach import purpose_for, reach_of, size_of
from core import audit
from core.lists import listed
from core.query_values import whole_number
from core.staff_page import StaffPage
from core.staff_views import refuse
from outreach.languages import LANGUAGES
from people.enums import Channel
from people.names import name_with_origin
from people.staff_texts import country

SAMPLE = 10
# What a rule may turn out to be though its form has no gaps.
NOT_WORKED_OUT = (InvalidRule, SegmentCycle, SegmentTooLong, UnknownSegment)
TRAIL = (("staff_segments:index", _("Segments")),)


def new_draft() -> Row:
    return Row(ROOT, kind="all", rows=[Row("n1")])


def by_subject(known: dict[str, Criterion]) -> dict[str, list[Criterion]]:
    """Return what can be asked, under the subjects it belongs to, in the order of the registry."""
    found: dict[str, list[Criterion]] = {}
    for criterion in known.values():
        found.setdefault(str(criterion.subject), []).append(criterion)
    return found


class EditorPage(StaffPage):
    """What the editor and its parts share: whose people, which rows. ``segment``: the one edited, None for a new."""

    trail = TRAIL
    header_icon = "crosshairs"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def segment(self) -> Segment | None:
        if "pk" not in self.kwargs:
            return None
        seen: Any = Segment.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return get_object_or_404(seen.select_related("organisation", "campaign"), pk=self.kwargs["pk"])

    @property
    def may_change(self) -> bool:
        mine: Any = Segment.objects.changeable_by(self.request.user)  # type: ignore[arg-type]
        return self.segment is None or mine.filter(pk=self.segment.pk).exists()

    @cached_property
    def head_form(self) -> SegmentForm:
        data = self.request.POST if self.request.method == "POST" else None
        return SegmentForm(data, user=self.request.user, segment=self.segment)

    @cached_property
    def ground(self) -> Ground:
        if self.head_form.chosen is None:
            raise Http404
        return ground_of(self.head_form.chosen.pk, timezone.now())

    @property
    def sets(self) -> PeopleSets:
        return sets_of_the_minute(self.ground.organisation, self.ground.at)

    def rule_form(self, draft: Row) -> RuleForm:
        return RuleForm(draft, self.ground)


class EditorView(EditorPage):
    """Add or change one segment."""

    template_name = "audiences/staff/editor.html"

    @property
    def permission(self) -> str:  # type: ignore[override]
        return "audiences.change_segment" if "pk" in self.kwargs else "audiences.add_segment"

    def get_page_title(self) -> Any:
        return self.segment.name if self.segment else _("New segment")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = draft_of(self.segment.rule) if self.segment else new_draft()
        return self._shown(self.rule_form(draft))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = read_draft(request.POST)
        step = request.POST.get("do", "save")
        if step == "save":
            return self._save(draft)
        focus = change_draft(draft, step)
        form = self.rule_form(draft)
        if request.htmx:  # type: ignore[attr-defined]
            context = {**self._rule_context(form), "focus": focus, "step": step.partition(":")[0] if focus else ""}
            return trigger_client_event(render(request, "audiences/staff/rule.html", context), "rule-changed")
        if step == "count" and form.is_valid():
            return self._counted(form)
        return self._shown(form, focus=focus)

    def _counted(self, form: RuleForm) -> HttpResponse:
        try:
            return self._shown(form, found=found_by(self, form))
        except NOT_WORKED_OUT as error:
            self.head_form.is_valid()
            self.head_form.add_error(None, in_words(error))
            return self._shown(form, status=422)

    def _save(self, draft: Row) -> HttpResponse:
        form = self.rule_form(draft)
        if not (self.head_form.is_valid() & form.is_valid()):
            return self._shown(form, status=422)
        try:
            segment = self._write(form.told)
        except NameTaken:
            self.head_form.add_error("name", gettext("There is a segment of this name already."))
        except SegmentsInCircle as error:
            way = " → ".join(error.names)
            self.head_form.add_error(
                None, gettext("These segments would speak of one another: %(way)s.") % {"way": way}
            )
        except SegmentInUse as error:
            told = {"names": listed(f"“{each}”" for each in error.names)}
            self.head_form.add_error(
                None, gettext("%(names)s began and reads this rule. Wait until its people are written down.") % told
            )
        except NOT_WORKED_OUT as error:
            self.head_form.add_error(None, in_words(error))
        else:
            count_segment(segment=segment, at=timezone.now())
            messages.success(self.request, gettext("“%(name)s” is saved.") % {"name": segment.name})
            return redirect("staff_segments:inspect", segment.pk)
        return self._shown(form, status=422)

    def _write(self, told: dict[str, Any]) -> Segment:
        given = self.head_form.cleaned_data
        common: Any = {
            "name": given["name"], "campaign": given["campaign"], "rule": told, "by": self.request.user,
            "at": timezone.now(),
        }  # fmt: skip
        if self.segment:
            return change_segment(segment=self.segment, **common)
        return create_segment(organisation=given["organisation"], **common)

    def _rule_context(self, form: RuleForm) -> dict[str, Any]:
        return {"rule": form, "subjects": by_subject(form.known)}

    def _shown(self, form: RuleForm, status: int = 200, **more: Any) -> HttpResponse:
        context = {**self._rule_context(form), "head": self.head_form, "segment": self.segment, **more}
        return self.render_to_response(self.get_context_data(**context), status=status)


def in_words(error: Exception) -> str:
    """Return why a rule that has no gaps cannot be worked out all the same."""
    match error:
        case InvalidRule():
            return str(error.words)
        case SegmentTooLong():
            return gettext("With the segments it speaks of, this rule is too long.")
        case SegmentCycle():
            return gettext("The segments it speaks of speak of one another.")
    return gettext("One of the segments chosen is no longer there.")


def found_by(page: EditorPage, form: RuleForm) -> dict[str, Any]:
    """Return the sentence, the people by language and the reach of a valid rule."""
    rule = parse_rule(form.told, known_parameters())
    size = size_of(rule, page.sets)
    return {
        "sentence": describe_rule(rule, page.ground),
        "size": size,
        "languages": named_languages(size.languages),
        "counted_at": page.sets.ground.at,
    }


def named_languages(counted: tuple[tuple[str, int], ...]) -> list[tuple[str, int]]:
    return [(str(LANGUAGES.get(code, code)) if code else gettext("not known"), people) for code, people in counted]


class FoundView(EditorPage):
    """A part of the editor that shows what the rule finds. With gaps in the rule it says so instead."""

    permission = "audiences.add_segment"
    part = ""
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.rule_form(read_draft(request.POST))
        context: dict[str, Any] = {"has_gaps": not form.is_valid()}
        if not context["has_gaps"]:
            try:
                context |= self.found(form)
            except NOT_WORKED_OUT:
                context["has_gaps"] = True
        response = render(request, f"audiences/staff/{self.part}.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def found(self, form: RuleForm) -> dict[str, Any]:
        raise NotImplementedError


class PreviewView(FoundView):
    """The rule as a sentence, how many people, by language."""

    part = "preview"

    def found(self, form: RuleForm) -> dict[str, Any]:
        return {**found_by(self, form), "may_see": self.request.user.has_perm("people.view_supporter")}


class ReachView(FoundView):
    """How many each channel reaches, and why not the others."""

    part = "reach"

    def found(self, form: RuleForm) -> dict[str, Any]:
        rule = parse_rule(form.told, known_parameters())
        chosen = self.head_form.fields["campaign"].queryset  # type: ignore[attr-defined]
        campaign = chosen.filter(pk=whole_number(self.request.POST.get("campaign", ""))).first()
        return {
            "reaches": [reach_of(rule, self.sets, purpose_for(self.ground, campaign, channel)) for channel in Channel]
        }


class SampleView(FoundView):
    """Ten people of the segment, for whoever may see people; the look is audited with the segment and the rule."""

    part = "sample"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("people.view_supporter"):
            return refuse(request)
        return super().post(request, *args, **kwargs)

    def found(self, form: RuleForm) -> dict[str, Any]:
        user: Any = self.request.user
        seen = visible_members(form.told, user=user, organisation=self.ground.organisation, at=self.ground.at)
        rows = [
            {
                "pk": person.pk,
                "name": name_with_origin(person.full_name, person.is_generated),
                "language": str(LANGUAGES.get(person.language, person.language)),
                "country": country(person.residence_country),
            }
            for person in seen.order_by("-pk")[:SAMPLE]
        ]
        target = self._edited()
        audit.record("audiences.segment.sampled", by=self.request.user, target=target, count=len(rows), rule=form.told)
        return {"people": rows}

    def _edited(self) -> Segment | str:
        """Return the segment whose rule is being edited, or the organisation for whose new one people are looked at."""
        seen: Any = Segment.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        own = seen.filter(organisation=self.ground.organisation, pk=whole_number(self.request.POST.get("segment", "")))
        return own.first() or f"accounts.organisation:{self.ground.organisation}"
