"""A form as other websites draw it: fields, words and boxes as plain values, made from the very form of the site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, gettext, ngettext

from campaigns.actions.pledges import KIND as PLEDGE
from campaigns.actions.signatures import KIND as SIGNATURE
from cms.forms import HONEYPOT, CountryField, PublicForm, SignForm, country_choices
from cms.models import PetitionPage, PledgePage
from cms.petition_spec import petition_spec
from cms.pledge_forms import PledgeForm
from cms.pledge_spec import pledge_spec


class NoSuchWidget(LookupError):
    """No live page shows such a form."""


@dataclass(frozen=True)
class EmbeddedForm:
    """One page's form for other websites. ``make`` draws or fills it in; ``page`` gives its own words."""

    kind: str
    spec: Any
    page: Any
    make: Callable[..., PublicForm]


def read_widget(name: str) -> tuple[str, int]:
    """Return the kind and the number of ``petition-3``. Raises NoSuchWidget."""
    kind, _dash, number = name.partition("-")
    if kind not in ("petition", "pledge") or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise NoSuchWidget
    return kind, int(number)


def embedded_form(widget: str, language: str, source: str) -> EmbeddedForm:
    """Return the form of a petition or a pledge in ``language``, else in another it has. Raises NoSuchWidget."""
    kind, number = read_widget(widget)
    if kind == "petition":
        page = PetitionPage.for_petition(number, language)
        if page is None:
            raise NoSuchWidget
        return EmbeddedForm(SIGNATURE, petition_spec(page.pk, source), page, SignForm)
    pledge_page = PledgePage.for_kind(number, language)
    if pledge_page is None:
        raise NoSuchWidget
    return EmbeddedForm(PLEDGE, pledge_spec(pledge_page.pk, source), pledge_page, PledgeForm)


def is_open(found: EmbeddedForm, at: datetime) -> bool:
    return found.spec.is_open(at) if found.kind == SIGNATURE else not found.spec.opening.closed


def describe(found: EmbeddedForm, *, at: datetime, page_url: str, privacy_url: str) -> dict[str, Any]:
    """Return everything a form needs to be drawn elsewhere, in the active language. No box is ticked."""
    form, spec = found.make(spec=found.spec), found.spec
    is_petition = found.kind == SIGNATURE
    partner = spec.partnership.organisation.name if spec.partnership is not None else ""
    return {
        "language": spec.locale,
        "dir": "rtl" if get_language_bidi() else "ltr",
        "title": spec.title,
        "heading": _heading(found),
        "explanation": "" if is_petition else found.page.pledge_kind.words(spec.locale).explanation,
        "open": is_open(found, at),
        "closed": _closed_words(found, at),
        "page_url": page_url,
        "partner": gettext("You came here through %(name)s.") % {"name": partner} if partner else "",
        "sections": _sections(form),
        "countries": [list(choice) for choice in country_choices(spec.locale)] if _asks_country(form) else [],
        "trap": HONEYPOT,
        "button": gettext("Sign") if is_petition else spec.promise,
        "after": [
            gettext("Next we send you an e-mail. Your signature counts once you press the button in it.")
            if is_petition
            else gettext("Next we send you an e-mail. Your promise counts once you press the button in it."),
            _kept_for(is_petition) % {"name": spec.organisation_name},
        ],
        "privacy": {"url": spec.privacy_url or privacy_url, "text": gettext("How we treat your data")},
        "words": _words(),
    }


def _heading(found: EmbeddedForm) -> str:
    if found.page.form_heading:
        return str(found.page.form_heading)
    if found.kind == SIGNATURE:
        return gettext("Sign the petition")
    words = found.page.pledge_kind.words(found.spec.locale)
    return str(words.heading or words.promise)


def _kept_for(is_petition: bool) -> str:
    if is_petition:
        return gettext(
            "%(name)s keeps what you write here to count your signature, and for nothing you did not agree to."
        )
    return gettext(
        "%(name)s keeps what you write here to remind you and to count promises, and for nothing you did not agree to."
    )


def _closed_words(found: EmbeddedForm, at: datetime) -> str:
    if is_open(found, at):
        return ""
    if found.kind != SIGNATURE:
        return gettext("This can no longer be promised. See what you can still do.")
    opens = found.spec.petition.opens_at
    if opens is not None and at < opens:
        return gettext("You can sign from %(date)s.") % {"date": date_format(opens, "DATE_FORMAT")}
    return gettext("This petition is closed")


def _words() -> dict[str, str]:
    return {
        "needed": gettext("Fields with * are needed."),
        "optional": gettext("(optional)"),
        "choose": gettext("Choose a country"),
        "busy": gettext("One moment…"),
        "offline": gettext("There is no connection just now. What you typed is kept; try again when you are online."),
        "failed": gettext("Something went wrong on our side. What you typed is kept; please try again."),
        "wait": gettext("We are checking that no machine is at work. Please wait a few seconds."),
        "leave": gettext("Leave this empty"),
        "new_tab": gettext("(opens in a new tab)"),
        "preview": gettext("This is a preview: nothing is sent."),
        "on_site": gettext("Open the form on its own page"),
    }


def _sections(form: PublicForm) -> list[dict[str, Any]]:
    if isinstance(form, PledgeForm):
        parts = [
            ("", form.main_fields),
            (gettext("Your reminders"), form.reminder_fields),
            (gettext("May we write to you about more?"), form.news_fields),
        ]
    else:
        boxes = [choice.field_name for choice in form.consent_choices]
        asked = [name for name in form.fields if name not in boxes]
        shown = [form[name] for name in (*asked, *boxes) if not form[name].is_hidden and name != HONEYPOT]
        parts = [("", shown)]
    notices = _partner_notice(form)
    return [
        {"heading": heading, "fields": [_field(each, notices) for each in fields]}
        for heading, fields in parts
        if fields
    ]


def _partner_notice(form: PublicForm) -> dict[str, dict[str, str]]:
    """Return for the boxes of a partner the address of its own privacy notice."""
    partnership = form.spec.partnership
    if partnership is None or not partnership.organisation.privacy_url:
        return {}
    words = gettext("How %(name)s treats your data") % {"name": partnership.organisation.name}
    notice = {"url": partnership.organisation.privacy_url, "text": words}
    theirs = [
        choice
        for choice in form.consent_choices
        if choice.is_partner and choice.organisation == partnership.organisation.name
    ]
    return {choice.field_name: notice for choice in theirs}


def _asks_country(form: PublicForm) -> bool:
    return any(isinstance(field, CountryField) for field in form.fields.values())


def _field(bound: BoundField, privacy: dict[str, dict[str, str]]) -> dict[str, Any]:
    field, widget = bound.field, bound.field.widget
    attrs = {
        name: str(value)
        for name, value in widget.attrs.items()
        if name in {"autocomplete", "inputmode", "dir", "min", "max", "rows"}
    }
    told: dict[str, Any] = {
        "name": bound.name,
        "type": _type(field),
        "label": str(bound.label),
        "help": str(bound.help_text),
        "required": field.required,
        "attrs": attrs,
    }
    if most := getattr(field, "max_length", None):
        told["attrs"]["maxlength"] = str(most)
    choices: Any = getattr(field, "choices", None)
    if choices is not None:
        told["options"] = [[str(value), str(label)] for value, label in choices]
        told["value"] = str(bound.initial or "")
    if bound.name in privacy:
        told["privacy"] = privacy[bound.name]
    return told


def _type(field: forms.Field) -> str:
    widget = field.widget
    if isinstance(field, CountryField):
        return "country"
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return str(widget.attrs.get("type") or getattr(widget, "input_type", "text"))


def told_errors(form: PublicForm) -> dict[str, Any]:
    """Return what is to be put right: beside each field, above all, and in one sentence."""
    number = sum(len(errors) for errors in form.errors.values())
    fields: Mapping[str, list[str]] = {
        name: [str(error) for error in errors] for name, errors in form.errors.items() if name != "__all__"
    }
    title = ngettext("There is one thing to put right", "There are %(counter)s things to put right", number) % {
        "counter": number
    }
    return {"title": title, "fields": fields, "all": [str(error) for error in form.non_field_errors()]}


def sent_words(found: EmbeddedForm, email: str) -> dict[str, Any]:
    """Return what is said once a form was taken."""
    if found.kind == SIGNATURE:
        lead = gettext(
            "We are writing to <strong><bdi>%(address)s</bdi></strong>. Your signature counts once you press the "
            "button in that message."
        )
    else:
        lead = gettext(
            "We are writing to <strong><bdi>%(address)s</bdi></strong>. Your promise counts once you press the "
            "button in that message."
        )
    # The site's own sentence, as plain text: signs of direction do there what <bdi> does.
    lead = lead.replace("<strong><bdi>", "\u2068").replace("</bdi></strong>", "\u2069")
    look = gettext("Look for “%(petition_title)s”. If it is not there in two minutes, look in the spam folder.")
    title = found.spec.title if found.kind == SIGNATURE else found.spec.promise
    return {
        "heading": gettext("Check your inbox"),
        "lead": lead % {"address": email},
        "steps": [
            gettext("Open your mail."),
            look % {"petition_title": title},
            gettext("Press the button in it. That is all."),
        ],
        "again": gettext("Nothing came? Ask for it again"),
    }
