"""The forms of a kind of pledge: taking one into a campaign, and changing all of it on one page."""

from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.utils.text import slugify
from django.utils.translation import get_language, get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from campaigns.actions.pledge_kinds import KindAsTold, fingerprint, people_on
from campaigns.models import Campaign, Election, Initiative, PledgeKind, PledgeKindText
from campaigns.pledge_files import blank_kind, shipped_kinds
from campaigns.pledge_rules import LadderError, read_ladder
from campaigns.viewsets.pledge_rows import (
    BarrierForm,
    LadderEndingForm,
    ReminderForm,
    RowSet,
    StepForm,
    told_rungs,
)

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TakeKindForm(forms.Form):
    """A campaign of one's own, and the kind that is taken into it: a shipped one, or an empty one with a name."""

    campaign: Any = forms.ModelChoiceField(label=gettext_lazy("Campaign"), queryset=None)
    shipped = forms.ChoiceField(
        label=gettext_lazy("Begin with"),
        required=False,
        help_text=gettext_lazy("Steps, words and reminders come along. Everything can be changed afterwards."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For staff. Only for an empty one; a shipped one has its name."),
    )
    election: Any = forms.ModelChoiceField(label=gettext_lazy("Election"), queryset=None, required=False)
    initiative: Any = forms.ModelChoiceField(
        label=gettext_lazy("European Citizens' Initiative"), queryset=None, required=False
    )
    due_date = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=_DAY,
        help_text=PledgeKind._meta.get_field("due_date").help_text,
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds, spoken = shipped_kinds(), get_language() or "en"
        campaigns = Campaign.objects.changeable_by(user)
        offered = [(key, kind["names"].get(spoken) or kind["names"]["en"]) for key, kind in self.kinds.items()]
        fields: Any = self.fields
        fields["campaign"].queryset = campaigns
        if campaigns.count() == 1:
            fields["campaign"].initial = campaigns.get().pk
        fields["shipped"].choices = [*offered, ("", _("an empty one"))]
        fields["shipped"].initial = offered[0][0] if offered else ""
        fields["election"].queryset = Election.objects.visible_to(user)
        fields["initiative"].queryset = Initiative.objects.visible_to(user)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("shipped") and "shipped" not in self.errors:
            if not cleaned.get("name", "").strip():
                self.add_error("name", _("Give the empty kind a name."))
            elif self._is_there(cleaned):
                self.add_error("name", _("This campaign has a kind of pledge of this name already."))
        return cleaned

    def _is_there(self, cleaned: dict[str, Any]) -> bool:
        campaign = cleaned.get("campaign")
        return campaign is not None and campaign.pledge_kinds.filter(key=self._key(cleaned["name"])).exists()

    def _key(self, name: str) -> str:
        return slugify(name)[:40].strip("-") or "pledge"

    def told(self) -> dict[str, Any]:
        """Return what `take_kind` is told."""
        told = dict(self.cleaned_data)
        name, chosen = told.pop("name"), told.pop("shipped")
        blank = blank_kind(self._key(name), name, get_language() or "en") if not chosen else {}
        return {**told, "shipped": self.kinds.get(chosen) or blank}


class KindTextForm(forms.ModelForm):
    """A kind's words in one language. All of it empty: readers of that language see another's words."""

    class Meta:
        model = PledgeKindText
        fields = ["promise", "heading", "explanation", "how_to", "thanks", "share_text"]

    def __init__(self, *args: Any, language: str, fallback: PledgeKindText | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language, self.fallback = language, fallback
        self.language_name = settings.LANGUAGE_NAMES[language]
        direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
        for name, field in self.fields.items():
            field.required = False
            field.widget.attrs.update(lang=language, dir=direction)
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
            if fallback is not None and getattr(fallback, name):
                field.widget.attrs.update(placeholder=getattr(fallback, name), lang=language)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if any(cleaned.values()) and not cleaned.get("promise") and "promise" not in self.errors:
            self.add_error("promise", _("Say what one promises in this language, or leave all of it empty."))
        return cleaned


class PledgeKindForm(WagtailAdminModelForm):
    """All of a kind on one page. ``seen`` says on which state it was opened, so that no change of others is lost."""

    for_user: Any
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    class Meta:
        model = PledgeKind
        fields = [
            "name", "election", "initiative", "due_date", "asks_commune", "asks_nationality", "asks_phone", "is_open",
            "minimum_shown",
        ]  # fmt: skip
        widgets = {"due_date": _DAY}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["election"].queryset = Election.objects.visible_to(self.for_user)
        fields["initiative"].queryset = Initiative.objects.visible_to(self.for_user)
        self.initial["seen"] = fingerprint(self.instance)
        posted: Any = self.data if self.is_bound else None
        press = posted.get("do", "") if posted is not None else ""
        kind = self.instance
        rung_forms = (("steps", StepForm), ("endings", LadderEndingForm), ("barriers", BarrierForm))
        self.rungs = {
            part: RowSet(part, form, stored=_as_rows(getattr(kind, part)), posted=posted, press=press)
            for part, form in rung_forms
        }
        spoken = get_language() or "en"
        steps = [
            (rung["key"], rung["names"].get(spoken) or rung["names"].get("en", rung["key"])) for rung in kind.steps
        ]
        stored = [{**vars(rule)} for rule in kind.reminder_rules.all()]
        self.reminders = RowSet("reminders", ReminderForm, stored=stored, posted=posted, press=press, steps=steps)
        stored_texts = {text.language: text for text in kind.texts.all()}
        self.texts = [self._text_form(code, stored_texts, posted, press) for code, _name in settings.LANGUAGES]
        self._mark_people()

    def _text_form(self, code: str, stored: dict[str, PledgeKindText], posted: Any, press: str) -> KindTextForm:
        prefix = f"text-{code}"
        typed = {name: posted.get(f"{prefix}-{name}", "") for name in KindTextForm.Meta.fields} if press else {}
        return KindTextForm(
            None if press else posted,
            prefix=prefix,
            initial=typed,
            instance=stored.get(code) or PledgeKindText(kind=self.instance, language=code),
            language=code,
            fallback=None if code in stored else self._fallback(code),
        )

    def _mark_people(self) -> None:
        """Say beside each rung how many people stand there: it cannot be removed then."""
        people = people_on(self.instance)
        for part, rows in self.rungs.items():
            for form in rows.forms:
                form.people = people.get((part, form["key"].value() or ""), 0)

    @property
    def shown_rungs(self) -> list[tuple[RowSet, str, str, str, str]]:
        """Return each part of the ladder with its heading, one row's name, what it is for, and its button's words."""
        steps_help = _("In order: what people do, one after the other. The last one completes the pledge.")
        endings_help = _("How it may end without the last step. How far they got is kept.")
        rungs = self.rungs
        return [
            (rungs["steps"], _("Steps"), _("Step"), steps_help, _("Add a step")),
            (rungs["endings"], _("Endings"), _("Ending"), endings_help, _("Add an ending")),
            (
                rungs["barriers"],
                _("What may stand in the way"),
                _("Reason"),
                _("Offered where an ending asks for it."),
                _("Add a reason"),
            ),
        ]

    def without_errors(self) -> None:
        """Show the form as it was filled in and complain of nothing: its author is not done with it."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def _fallback(self, language: str) -> PledgeKindText | None:
        words = self.instance.words(language)
        return words if words.pk else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        parts: list[Any] = [*self.rungs.values(), self.reminders, *self.texts]
        valid = [each.is_valid() for each in parts]
        if not all(valid):
            self.add_error(None, _("Put right what is marked below."))
            return cleaned
        self._read_ladder(cleaned)
        self._check_the_one()
        if not any(text.cleaned_data["promise"] for text in self.texts):
            self.add_error(None, _("Say in one language at least what one promises."))
        return cleaned

    def _read_ladder(self, cleaned: dict[str, Any]) -> None:
        keys = {part: {rung["key"] for rung in getattr(self.instance, part)} for part in self.rungs}
        steps = told_rungs(self.rungs["steps"], self.instance.steps, keys["endings"])
        made = {rung["key"] for rung in steps}
        endings = told_rungs(self.rungs["endings"], self.instance.endings, keys["steps"] | made)
        barriers = told_rungs(self.rungs["barriers"], self.instance.barriers, set())
        try:
            read_ladder(steps, endings, barriers)
        except LadderError as error:
            self.add_error(None, error.problems)
        lost = {form.cleaned_data["step"] for form in self.reminders.forms} - made - {""}
        if lost:
            self.add_error(None, _("A reminder follows a step that is removed here. Change the reminder first."))
        cleaned.update(steps=steps, endings=endings, barriers=barriers)

    def _check_the_one(self) -> None:
        told = [form.cleaned_data for form in self.reminders.forms]
        ones = [each["channel"] for each in told if each["is_the_one"] and each["is_active"]]
        if len(ones) != len(set(ones)):
            self.add_error(
                None,
                _("Whoever wants to be reminded once gets one reminder per channel: tick one per channel at most."),
            )

    def say_in_use(self, people: dict[tuple[str, str], int]) -> None:
        """Add an error for each rung that cannot go, with how many people stand there."""
        spoken = get_language() or "en"
        for (part, key), count in sorted(people.items()):
            rung = next(rung for rung in getattr(self.instance.ladder, part) if rung.key == key)
            said = ngettext(
                "“%(name)s” cannot be removed: %(count)s person stands there.",
                "“%(name)s” cannot be removed: %(count)s people stand there.",
                count,
            )
            self.add_error(None, said % {"name": rung.name_in(spoken), "count": count})

    def told(self) -> KindAsTold:
        """Return the valid form as `change_kind` wants it."""
        names = (*self.Meta.fields, *self.rungs)
        return KindAsTold(
            fields={name: self.cleaned_data[name] for name in names},
            texts={text.language: dict(text.cleaned_data) for text in self.texts},
            reminders=[form.told() for form in self.reminders.forms],
        )


def _as_rows(rungs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return stored rungs as the rows' initial values."""
    return [
        {
            "key": rung["key"],
            "acted": rung.get("acted", False),
            "asks_barrier": rung.get("asks_barrier", False),
            **{
                f"{part}-{code}": words
                for part in ("names", "buttons")
                for code, words in rung.get(part, {}).items()
            },
        }
        for rung in rungs
    ]  # fmt: skip
