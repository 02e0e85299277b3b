"""Messages staff wrote: from a row of the ledger with template ``written`` to the words it says.

Such a row's context is ``{"wording": <pk of a Wording>, "words": {name: value}}``. ``words`` are what the caller adds
or knows already; a person's name, the organisation and the addresses of wishes are found here. ``"source"`` may name
the code by which visits through its links to our own site are known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

from core.ttl_cache import ttl_cache
from messaging import wishes
from messaging.clicks import click_urls, counted_batch
from messaging.gaps import gap
from messaging.light_markup import Gap, HtmlWriter, TextWriter
from messaging.link_sources import with_source
from messaging.models import OutboundMessage, Wording
from messaging.sms_text import gsm_length, plain_letters
from messaging.wording_rules import person_words, read_words, sms_words, tame, write_html, write_text
from people.consent import ContactPurpose
from people.enums import Channel, Purpose

TEMPLATE = "written"
_WISHES = ("unsubscribe_url", "preferences_url")


class WordingGone(LookupError):
    """The wording a message names is not there."""


@dataclass(frozen=True)
class Prepared:
    """A wording with gaps for the words of one person, and what is the same for everybody it goes to.

    ``gaps`` gives for each gap's own name the variable and the words for nobody; ``fixed`` is what the letter's frame
    says, ``known`` the variables that are the same for all.
    """

    language: str
    fixed: Mapping[str, Any]
    known: Mapping[str, str]
    gaps: Mapping[str, tuple[str, str]]


def written_language(message: OutboundMessage) -> str:
    """Return the language of the words, which is the letter's: the person's own may have none."""
    return _prepared_for(message).language


def _prepared_for(message: OutboundMessage) -> Prepared:
    source = message.context.get("source", "")
    return _prepared(message.context["wording"], message.scope, counted_batch(message.batch), source)


def written_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what the templates ``written.*`` need; ``own`` names what differs from one person to the next."""
    prepared = _prepared_for(message)
    values = {**prepared.known, **_words_of(message)}
    own = {name: values.get(variable) or fallback for name, (variable, fallback) in prepared.gaps.items()}
    own |= {name: values.get(name, "") for name in _WISHES}
    if message.channel == Channel.SMS:
        return {"words": fill_sms(prepared.fixed["subject"], own)}
    is_test = bool(message.context.get("is_test"))
    purpose = Purpose.CAMPAIGN_NEWS.value if is_test else message.purpose
    return {**prepared.fixed, "purpose": purpose, "is_test": is_test, **own, "own": tuple(own)}


def sample_context(wording: Wording, words: Mapping[str, str]) -> dict[str, Any]:
    """Return what the templates need to show a wording, stored or not, to somebody called by ``words``."""
    prepared = prepare(wording, wording.text.scope)
    values = {**prepared.known, **sample_wishes(), **words}
    own = {name: values.get(variable) or fallback for name, (variable, fallback) in prepared.gaps.items()}
    if wording.text.channel == Channel.SMS:
        return {"words": fill_sms(prepared.fixed["subject"], own)}
    return {**prepared.fixed, "purpose": Purpose.CAMPAIGN_NEWS.value, **own, **sample_wishes(), "own": tuple(own)}


def sample_wishes() -> dict[str, str]:
    """Return addresses that stand for those of a person's wishes where there is no person."""
    return dict.fromkeys(_WISHES, f"{settings.PUBLIC_URL}/#example")


def fill_sms(words: str, own: Mapping[str, str]) -> str:
    """Return a text message's words; a name's accents do not make one dear that fits the GSM alphabet without."""
    is_plain = gsm_length(_without_gaps(words, own)) is not None
    for name, value in own.items():
        words = words.replace(gap(name), plain_letters(value) if is_plain else value)
    return words


def _without_gaps(words: str, own: Mapping[str, str]) -> str:
    for name in own:
        words = words.replace(gap(name), "")
    return words


def _words_of(message: OutboundMessage) -> dict[str, str]:
    """Return one person's words: those the caller gave, their name, and where they say what they want to get."""
    given = {name: tame(value) if not name.endswith("_url") else str(value) for name, value in _given(message).items()}
    if "full_name" in given:
        return {**given, **person_words(given["full_name"]), **_wishes(message)}
    point = message.contact_point
    return {**given, **person_words(point.supporter.full_name if point is not None else ""), **_wishes(message)}


def _given(message: OutboundMessage) -> dict[str, Any]:
    return dict(message.context.get("words") or {})


def _wishes(message: OutboundMessage) -> dict[str, str]:
    """Return the addresses that stop and change what a person gets; an answer to what they did needs neither."""
    point = message.contact_point
    if message.context.get("is_test"):
        return sample_wishes()
    if point is None or message.purpose == Purpose.SERVICE:
        return {}
    purpose = ContactPurpose(Purpose(message.purpose), Channel(message.channel), message.organisation_id, message.scope)
    return {
        "unsubscribe_url": wishes.unsubscribe_url(point, purpose, message.language),
        "preferences_url": wishes.preferences_url(point, message.language),
    }


@ttl_cache(60, most=500)
def _prepared(wording_id: int, scope: str, batch: str, source: str) -> Prepared:
    """Return a wording ready to be filled; it never changes, and what the organisation is called rarely does."""
    wording = Wording.objects.select_related("text__organisation").filter(pk=wording_id).first()
    if wording is None:
        raise WordingGone(wording_id)
    return prepare(wording, scope, batch, source)


def prepare(wording: Wording, scope: str, batch: str = "", source: str = "") -> Prepared:
    """Return a wording, stored or not, with gaps for one person's words.

    ``scope``: the campaign's slug, or blank. ``batch``: the sending whose links are counted, where the text counts any.
    ``source``: the code that links to our own site carry.
    """
    gaps = _Gaps()
    body = with_source(wording.body, source, settings.PUBLIC_URL)
    organisation = wording.text.organisation
    titles = import_string(settings.SCOPE_TITLES)([scope]) if scope else {}
    known = {"organisation": tame(organisation.name), "campaign": tame(titles.get(scope, ""))}
    if wording.text.channel == Channel.SMS:
        fixed: dict[str, Any] = {"subject": gaps.words(sms_words(body))}
        return Prepared(wording.language, fixed, known, gaps.named)
    fixed = {
        "subject": gaps.words(wording.subject),
        "preheader": gaps.words(wording.preheader),
        "body_html": _html(wording, batch, source, gaps),
        "body_text": write_text(body, TextWriter(gaps.place)),
        "organisation_name": organisation.name,
        "campaign_name": known["campaign"],
        "website": organisation.website,
        "privacy_url": organisation.privacy_url,
        "contact_email": organisation.contact_email,
        "postal_address": "\n".join(filter(None, map(tame, organisation.postal_address.splitlines()))),
        "language": wording.language,
    }
    return Prepared(wording.language, fixed, known, gaps.named)


def _html(wording: Wording, batch: str, source: str, gaps: "_Gaps") -> SafeString:
    # The plain text keeps its own addresses, which its reader sees: only links in HTML are counted.
    if wording.text.counts_clicks and wording.pk:
        lead = click_urls(wording, batch, source).__getitem__
        body, writer = wording.body, HtmlWriter(gaps.place, lambda url: lead(url) if url.startswith("http") else url)
    else:
        body, writer = with_source(wording.body, source, settings.PUBLIC_URL), HtmlWriter(gaps.place)
    # Everything typed was escaped where it was written, and a gap's value is where it is filled in.
    return mark_safe(write_html(body, writer))  # noqa: S308


class _Gaps:
    """Gives each variable with its words for nobody a gap's name of letters."""

    def __init__(self) -> None:
        self.named: dict[str, tuple[str, str]] = {}
        self._names: dict[Gap, str] = {}

    def place(self, of: Gap) -> str:
        if of not in self._names:
            name = "own_" + "".join(ascii_lowercase[int(digit)] for digit in str(len(self._names)))
            self._names[of], self.named[name] = name, (of.name, of.fallback.strip())
        return gap(self._names[of])

    def words(self, text: str) -> str:
        return TextWriter(self.place).inline(read_words(text))
