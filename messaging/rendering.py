"""From a row of the ledger to a finished letter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.module_loading import import_string

from messaging.gaps import GAP, GAPS, gap
from messaging.models import OutboundMessage, Wording
from messaging.ports import Letter
from messaging.references import sign_reference
from messaging.written import TEMPLATE, sample_context, written_context, written_language
from people.enums import Channel, SubmissionStatus
from people.tokens import CONFIRM, sign_uuid


class NotNeeded(Exception):
    """What the message was for has been done, taken back or purged."""


@dataclass(frozen=True)
class Drawn:
    """A text drawn for everybody to whom it says the same; odd pieces are names of values that are each one's own."""

    subject: list[str]
    text: list[str]
    html: list[str]


def render_message(message: OutboundMessage) -> Letter:
    """Return the letter in the language of its row. Raises NotNeeded when there is nothing to say any more."""
    language = written_language(message) if message.template == TEMPLATE else message.language
    with translation.override(language):
        context = context_function(message.template)(message)
        if message.channel == Channel.SMS:
            return _text_message(message, context)
        headers = _headers(language, context)
        names = OWN_WORDS.get(message.template) or context.pop("own", ())
        own = {name: str(context.pop(name) or "") for name in names}
        gaps = frozenset(name for name, value in own.items() if value)
        if own:
            drawn = _draw_once(message.template, language, frozenset(context.items()), gaps)
        else:
            drawn = _draw(message.template, context, gaps)
    return Letter(
        idempotency_key=message.idempotency_key,
        channel=message.channel,
        address=message.address,
        language=language,
        # What reads like an encoded word (RFC 2047) would be decoded by mail programs into who knows what.
        subject=" ".join(_fill(drawn.subject, own).split()).replace("=?", "= ?"),
        text=_fill(drawn.text, own).strip() + "\n",
        html=_fill(drawn.html, {name: escape(value) for name, value in own.items()}),
        headers=headers,
        **_named(message),
    )


def draw_sample(wording: Wording, words: Mapping[str, str]) -> tuple[str, str, str]:
    """Return subject, plain text and HTML of a wording, stored or not, as somebody called by ``words`` would get it."""
    with translation.override(wording.language):
        context = sample_context(wording, words)
        if wording.text.channel == Channel.SMS:
            return "", render_to_string(f"messaging/{TEMPLATE}.sms.txt", context), ""
        own = {name: str(context.pop(name) or "") for name in context.pop("own")}
        own |= {name: str(context.pop(name)) for name in ("unsubscribe_url", "preferences_url")}
        drawn = _draw(TEMPLATE, context, frozenset(own))
    html = _fill(drawn.html, {name: escape(value) for name, value in own.items()})
    return " ".join(_fill(drawn.subject, own).split()), _fill(drawn.text, own).strip() + "\n", html


def draw_letter(template: str, language: str, words: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return subject, plain text and HTML of a text as it would leave with these words, before anything is queued."""
    with translation.override(language):
        drawn = _draw(template, {**words, "language": language}, frozenset())
    return " ".join("".join(drawn.subject).split()), "".join(drawn.text).strip() + "\n", "".join(drawn.html)


def _named(message: OutboundMessage) -> dict[str, Any]:
    """Return what a letter carries of its row besides the words."""
    return {
        "expires_at": message.expires_at,
        "reference": sign_reference(message.pk),
        "organisation_slug": message.organisation.slug if message.organisation is not None else "",
    }


def _headers(language: str, context: Mapping[str, Any]) -> dict[str, str]:
    """Return a mail's headers; with an ``unsubscribe_url`` among its words, one click stops the like (RFC 8058)."""
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": language}
    url = context.get("unsubscribe_url")
    if url and not context.get("is_test"):
        headers |= {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def _text_message(message: OutboundMessage, context: dict[str, Any]) -> Letter:
    words = " ".join(render_to_string(f"messaging/{message.template}.sms.txt", context).split())
    return Letter(
        message.idempotency_key, message.channel, message.address, message.language, "", words, **_named(message)
    )  # fmt: skip


@lru_cache(maxsize=200)
def _draw_once(template: str, language: str, context: frozenset[tuple[str, Any]], gaps: frozenset[str]) -> Drawn:
    """Return a text drawn in the language in force, ``language``, without anybody's own words: it may be remembered."""
    return _draw(template, dict(context), gaps)


def _draw(template: str, context: Mapping[str, Any], gaps: frozenset[str]) -> Drawn:
    words = {**dict.fromkeys(OWN_WORDS.get(template, ()), ""), **{name: gap(name) for name in gaps}}
    name, words = f"messaging/{template}", {**context, **words}
    inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    subject = render_to_string(f"{name}.subject.txt", words)
    words = {**words, "letter_subject": " ".join(subject.split())}
    return Drawn(
        subject=GAPS.split(subject),
        text=GAPS.split(render_to_string(f"{name}.txt", words)),
        html=GAPS.split(inliner.inline(render_to_string(f"{name}.html", words))),
    )


def _fill(pieces: list[str], own: Mapping[str, str]) -> str:
    return "".join(own[piece] if number % 2 else piece for number, piece in enumerate(pieces))


def _submission_context(message: OutboundMessage) -> dict[str, Any]:
    submission = message.submission
    if submission is None or submission.status != SubmissionStatus.PENDING:
        raise NotNeeded
    token = sign_uuid(submission.public_id, CONFIRM)
    return {
        "petition_title": submission.target_title,
        "name": submission.payload.get("full_name", ""),
        "confirm_url": settings.PUBLIC_URL + _path("confirm", message.language).format(token=token),
        "disown_url": settings.PUBLIC_URL + _path("disown", message.language).format(token=token),
        "campaign_name": message.context.get("campaign_name", ""),
        "organisation_name": message.context.get("organisation_name", ""),
        "days_left": message.context.get("days_left"),
        "language": message.language,
    }


@cache
def _path(name: str, language: str) -> str:
    """Return the path of a page in ``language``, with ``{token}`` where its token goes."""
    with translation.override(language):
        before, after = reverse(name, args=[GAP]).split(GAP)
    return f"{before}{{token}}{after}"


def stored_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what was stored with the row, for mail to staff: it says what was true when it was queued."""
    return {**message.context, "language": message.language}


CONTEXTS: dict[str, Callable[[OutboundMessage], dict[str, Any]]] = {
    "confirm_signature": _submission_context,
    "confirm_reminder": _submission_context,
    "confirm_application": _submission_context,
    "remind_application": _submission_context,
    "confirm_partner_application": _submission_context,
    "remind_partner_application": _submission_context,
    "confirm_pledge": _submission_context,
    "remind_pledge": _submission_context,
    TEMPLATE: written_context,
}
# What differs from one person to the next, by text. The text is drawn once around gaps for these, which are then filled
# in, so a template may print them and ask whether they are empty, no more. A text not named here is drawn for each.
OWN_WORDS: dict[str, tuple[str, ...]] = {
    "confirm_signature": ("name", "confirm_url", "disown_url"),
    "confirm_reminder": ("name", "confirm_url", "disown_url"),
    "confirm_pledge": ("name", "confirm_url", "disown_url"),
    "remind_pledge": ("name", "confirm_url", "disown_url"),
}


def context_function(template: str) -> Callable[[OutboundMessage], dict[str, Any]]:
    """Return what makes a text's words out of its row: ours, or what settings.MESSAGE_CONTEXTS names for it.

    A package above adds a text by a dotted path there and templates under ``messaging/``; its function raises NotNeeded
    as ours do.
    """
    found = CONTEXTS.get(template)
    named: Callable[[OutboundMessage], dict[str, Any]] = found or import_string(settings.MESSAGE_CONTEXTS[template])
    return named
