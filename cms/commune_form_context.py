"""The commune's form under the check's answer: filled in on the person's own device, never sent to us."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, override

from campaigns.commune_forms import CommuneForm, FormField, commune_form
from campaigns.eligibility import Verdict
from campaigns.eligibility_enums import Outcome
from campaigns.eligibility_rules import Rules
from campaigns.language_texts import in_language
from places.country_names import country_name
from places.models import Territory

if TYPE_CHECKING:
    from cms.models import RegistrationPage

_MAY_REGISTER = frozenset({Outcome.ELIGIBLE, Outcome.MUST_REGISTER})
_FONT = "vendor/fonts/form/commissioner-form-regular.ttf"
_LIBRARY = "vendor/jspdf/jspdf.umd.min.js"


@dataclass(frozen=True)
class FormLine:
    """One field on the screen, in the reader's language, with what the check knows already."""

    name: str
    kind: str
    label: str
    label_language: str
    help: str
    help_language: str
    autocomplete: str
    longest: int
    is_needed: bool
    initial: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FormSection:
    """What the template draws. ``paper`` goes to the browser: every word of the PDF, in each of its languages."""

    group: str
    lines: tuple[FormLine, ...]
    languages: tuple[tuple[str, str], ...]
    source_text: str
    source_language: str
    form: CommuneForm
    blank_url: str
    paper: dict[str, Any]


def form_section(
    page: "RegistrationPage",
    verdict: Verdict,
    rules: Rules,
    answers: Mapping[str, str],
    commune: Territory | None,
    *,
    takes_email: bool,
) -> FormSection | None:
    """Return the section for somebody who may register in a commune we know a form of, else None."""
    if commune is None or verdict.outcome not in _MAY_REGISTER:
        return None
    election = page.election
    form = commune_form(election.key, election.place, election.kind, verdict.group)
    if form is None:
        return None
    held = _nationalities(answers, verdict, rules)
    lines = tuple(_line(field, answers, held, commune) for field in form.fields if field.kind != "by_hand")
    language = get_language() or "en"
    source, source_language = in_language(form.source_text, language)
    names = dict(settings.LANGUAGES)
    first = [code for code in form.languages if code == language.split("-")[0]]
    ordered = [*first, *(code for code in form.languages if code not in first)]
    return FormSection(
        group=form.group,
        lines=lines,
        languages=tuple((code, names.get(code, code)) for code in ordered),
        source_text=source,
        source_language=source_language,
        form=form,
        blank_url=reverse("commune_form_blank", args=[page.pk or 0]),
        paper=paper_of(form, held, commune, takes_email=takes_email)
        | {"library": static(_LIBRARY), "font": static(_FONT)},
    )


def paper_of(
    form: CommuneForm, held: tuple[str, ...], commune: Territory | None, *, takes_email: bool = False
) -> dict[str, Any]:
    """Return every word of the paper by language; what people write themselves is not among them.

    ``takes_email``: whether we know that the commune takes the form by e-mail; else it is not said.
    """
    words = {}
    for code in form.languages:
        with override(code):
            own = form.words[code]
            day = date_format(form.checked_on, "DATE_FORMAT")
            words[code] = {
                **{name: text for name, text in own.items() if name not in {"model", "source", "joins_email"}},
                "joins": own["joins_email" if takes_email else "joins"],
                "model": own["model"].format(source=own["source"], day=day, url=form.source_url),
                "labels": {field.name: field.labels[code] for field in form.fields},
                "countries": {country: country_name(country) for country in held},
                "commune": commune.name_in(code) if commune else "",
            }
    fields = [{"name": field.name, "kind": field.kind} for field in form.fields]
    return {"words": words, "fields": fields}


def _nationalities(answers: Mapping[str, str], verdict: Verdict, rules: Rules) -> tuple[str, ...]:
    """Return those nationalities that give the right to vote here: who is Moroccan and French applies as French."""
    held = [code for code in answers.get("nationality", "").split("+") if code]
    group = next((one for one in rules.groups if one.name == verdict.group), None)
    fitting = [code for code in held if group is not None and group.has(code, rules.last_day)]
    return tuple(fitting or held)


def _line(field: FormField, answers: Mapping[str, str], held: tuple[str, ...], commune: Territory) -> FormLine:
    language = get_language() or "en"
    label, label_language = in_language(field.labels, language)
    told, help_language = in_language(field.help, language)
    known = {"birth_date": answers.get("birth_date", ""), "commune": commune.name}
    options = tuple((code, country_name(code)) for code in held) if field.kind == "nationality" else ()
    return FormLine(
        name=field.name,
        kind=field.kind,
        label=label,
        label_language=label_language,
        help=told,
        help_language=help_language,
        autocomplete=field.autocomplete,
        longest=field.longest,
        is_needed=field.is_needed,
        initial=known.get(field.name, ""),
        options=options,
    )
