"""The questions of the public check, one small form each. They validate and return an answer; nothing is kept."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaigns.eligibility_enums import Register
from campaigns.eligibility_facts import STATELESS
from campaigns.eligibility_questions import NO_INTERRUPTION
from cms.forms import CountryField

FIRST_YEAR = 1900
TITLES = {
    "nationality": _("Which nationality do you have?"),
    "birth_date": _("When were you born?"),
    "commune": _("Which commune do you live in?"),
    "earlier_local_registration": _("Have you registered as a voter for local elections before?"),
    "residence_register": _("Which register of the commune are you in?"),
    "register_since": _("Since when have you been in this register?"),
    "ep_registration": _("Have you registered here for European Parliament elections?"),
    "legal_residence_since": _("Since when have you lived in this country legally?"),
    "residence_interruption": _("Have you lived in another country in between?"),
    "declaration_signed": _("Will you sign a declaration?"),
    "deprived": _("Has a court taken away your right to vote?"),
}
HELP = {
    "nationality": _("If you have two, choose both: you may have more rights with one of them."),
    "birth_date": _("You must have reached the minimum age on election day."),
    "commune": _("What to do next differs from commune to commune."),
    "earlier_local_registration": _(
        "A registration stays valid until you give it up. It also stays valid when you move."
    ),
    "residence_register": _("Your residence card or the commune's counter tells you."),
    "register_since": _("If you do not know the day, leave it empty."),
    "ep_registration": _("That is another list: being on one does not put you on the other."),
    "legal_residence_since": _("From the first day of your legal stay. If you do not know the day, leave it empty."),
    "residence_interruption": _("Holidays do not count. What counts: you moved to another country and came back."),
    "declaration_signed": _(
        "You promise to respect the constitution, the laws and the European Convention on Human Rights. You find it on "
        "the form."
    ),
    "deprived": _("That is rare. If nobody ever told you so, the answer is no."),
}
_YES_NO = [("yes", _("Yes")), ("no", _("No"))]
_REGISTERS = [
    (Register.FOREIGNERS.value, _("The foreigners' register")),
    (Register.POPULATION.value, _("The population register")),
    (Register.WAITING.value, _("The waiting register, while asylum is being decided")),
    (Register.NONE.value, _("None of them")),
]


class QuestionForm(forms.Form):
    """One question. ``answer`` holds it as the check carries it from page to page, once the form is valid."""

    may_be_unsure = True
    template = "cms/includes/eligibility_fields.html"
    answer = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})


class NationalityForm(QuestionForm):
    may_be_unsure = False
    first = CountryField(label=_("Nationality"), error_messages={"required": _("Choose your nationality.")})
    second = CountryField(label=_("Another nationality"), required=False)
    stateless = forms.BooleanField(label=_("I have no nationality (stateless)"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        codes = [code for code in (cleaned.get("first"), cleaned.get("second")) if code]
        if not codes and cleaned.get("stateless"):
            codes = [STATELESS]
            self.errors.pop("first", None)
        self.answer = "+".join(dict.fromkeys(codes))
        return cleaned

    @classmethod
    def initial_of(cls, answer: str) -> dict[str, Any]:
        codes = answer.split("+") if answer else []
        if codes == [STATELESS]:
            return {"stateless": True}
        return dict(zip(("first", "second"), codes, strict=False))


class WholeNumberField(forms.CharField):
    """A few digits, in any script's digits."""

    def __init__(self, label: Any, most: int, length: int, *, required: bool = True) -> None:
        attrs = {"inputmode": "numeric", "size": length, "maxlength": length, "autocomplete": "off", "dir": "ltr"}
        super().__init__(label=label, required=required, max_length=length, widget=forms.TextInput(attrs=attrs))
        self.most = most

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if not text.isdecimal() or not 1 <= int(text) <= self.most:
            raise ValidationError(_("Write a number from 1 to %(most)s.") % {"most": self.most})
        return int(text)


class DayForm(QuestionForm):
    """Day, month, year; where the day is not needed, the month alone is an answer, YYYY-MM."""

    template = "cms/includes/eligibility_day.html"
    needs_day: ClassVar[bool] = True
    day = WholeNumberField(_("Day"), 31, 2)
    month = WholeNumberField(_("Month"), 12, 2)
    year = WholeNumberField(_("Year"), 2200, 4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].required = self.needs_day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["year"] < FIRST_YEAR:
            self.add_error("year", _("Write the year with four digits."))
            return cleaned
        try:
            found = date(cleaned["year"], cleaned["month"], cleaned["day"] or 1).isoformat()
        except ValueError:
            self.add_error("day", _("This month has no such day."))
        else:
            self.answer = found if cleaned["day"] else found[:7]
        return cleaned

    @classmethod
    def initial_of(cls, answer: str) -> dict[str, Any]:
        if not answer[:4].isdecimal():
            return {}
        return dict(zip(("year", "month", "day"), map(int, answer.split("-")), strict=False))


class BirthDateForm(DayForm):
    may_be_unsure = False


class SinceForm(DayForm):
    needs_day = False


class ChoiceForm(QuestionForm):
    choices: ClassVar[Sequence[tuple[str, Any]]] = _YES_NO
    choice = forms.ChoiceField(
        label=_("Your answer"), widget=forms.RadioSelect, error_messages={"required": _("Choose one of the answers.")}
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = choices or self.choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.answer = cleaned.get("choice", "")
        return cleaned

    @classmethod
    def initial_of(cls, answer: str) -> dict[str, Any]:
        return {"choice": answer}


class RegisterForm(ChoiceForm):
    choices = _REGISTERS


class SureForm(ChoiceForm):
    """A question everybody can answer for themselves."""

    may_be_unsure = False


class CommuneForm(ChoiceForm):
    may_be_unsure = False
    choice = forms.ChoiceField(
        label=_("Commune"),
        error_messages={"required": _("Choose your commune."), "invalid_choice": _("Choose a commune from the list.")},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, choices=[("", _("Choose a commune")), *(choices or [])], **kwargs)


class InterruptionForm(ChoiceForm):
    choices = [("no", _("No, always here")), ("yes", _("Yes, I lived in another country for a time"))]
    begins = forms.DateField(
        label=_("If yes: away from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        self.answer = NO_INTERRUPTION if cleaned.get("choice") == "no" else ""
        if cleaned.get("choice") != "yes" or self.errors:
            return cleaned
        if not begins or not ends:
            self.add_error("begins" if not begins else "ends", _("Write when you were away, as well as you know it."))
        elif ends < begins:
            self.add_error("ends", _("This is before the first day."))
        else:
            self.answer = f"{begins.isoformat()}/{ends.isoformat()}"
        return cleaned

    @classmethod
    def initial_of(cls, answer: str) -> dict[str, Any]:
        if "/" not in answer:
            return {"choice": answer}
        begins, ends = answer.split("/")[:2]
        return {"choice": "yes", "begins": begins, "ends": ends}


FORMS: dict[str, type[Any]] = {
    "nationality": NationalityForm,
    "birth_date": BirthDateForm,
    "commune": CommuneForm,
    "earlier_local_registration": ChoiceForm,
    "residence_register": RegisterForm,
    "register_since": SinceForm,
    "ep_registration": ChoiceForm,
    "legal_residence_since": SinceForm,
    "residence_interruption": InterruptionForm,
    "declaration_signed": SureForm,
    "deprived": ChoiceForm,
}
