"""From a row of the ledger to a finished letter."""

import re
import secrets
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

from messaging.models import OutboundMessage
from messaging.ports import Letter
from people.enums import Channel, SubmissionStatus
from people.tokens import CONFIRM, sign_uuid

# Stands in a drawn text where a value of one person's own goes; nobody who writes a title or a name can know it.
_GAP = secrets.token_hex(8)
_GAPS = re.compile(f"{_GAP}([a-z_]+){_GAP}")


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
    with translation.override(message.language):
        context = context_function(message.template)(message)
        if message.channel == Channel.SMS:
            return _text_message(message, context)
        headers = _headers(message, context)
        own = {name: str(context.pop(name) or "") for name in OWN_WORDS.get(message.template, ())}
        gaps = frozenset(name for name, value in own.items() if value)
        if own:
            drawn = _draw_once(message.template, message.language, frozenset(context.items()), gaps)
        else:
            drawn = _draw(message.template, context, gaps)
    return Letter(
        idempotency_key=message.idempotency_key,
        channel=message.channel,
        address=message.address,
        language=message.language,
        subject=" ".join(_fill(drawn.subject, own).split()),
        text=_fill(drawn.text, own).strip() + "\n",
        html=_fill(drawn.html, {name: escape(value) for name, value in own.items()}),
        headers=headers,
        expires_at=message.expires_at,
    )


def _headers(message: OutboundMessage, context: Mapping[str, Any]) -> dict[str, str]:
    """Return a mail's headers; with an ``unsubscribe_url`` among its words, one click stops the like (RFC 8058)."""
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": message.language}
    if url := context.get("unsubscribe_url"):
        headers |= {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def _text_message(message: OutboundMessage, context: dict[str, Any]) -> Letter:
    words = " ".join(render_to_string(f"messaging/{message.template}.sms.txt", context).split())
    return Letter(
        message.idempotency_key, message.channel, message.address, message.language, "", words,
        expires_at=message.expires_at,
    )  # fmt: skip


@lru_cache(maxsize=200)
def _draw_once(template: str, language: str, context: frozenset[tuple[str, Any]], gaps: frozenset[str]) -> Drawn:
    """Return a text drawn in the language in force, ``language``, without anybody's own words: it may be remembered."""
    return _draw(template, dict(context), gaps)


def _draw(template: str, context: Mapping[str, Any], gaps: frozenset[str]) -> Drawn:
    words = {**dict.fromkeys(OWN_WORDS.get(template, ()), ""), **{name: f"{_GAP}{name}{_GAP}" for name in gaps}}
    name, words = f"messaging/{template}", {**context, **words}
    inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    return Drawn(
        subject=_GAPS.split(render_to_string(f"{name}.subject.txt", words)),
        text=_GAPS.split(render_to_string(f"{name}.txt", words)),
        html=_GAPS.split(inliner.inline(render_to_string(f"{name}.html", words))),
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
        before, after = reverse(name, args=[_GAP]).split(_GAP)
    return f"{before}{{token}}{after}"


def stored_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what was stored with the row, for mail to staff: it says what was true when it was queued."""
    return {**message.context, "language": message.language}


CONTEXTS: dict[str, Callable[[OutboundMessage], dict[str, Any]]] = {
    "confirm_signature": _submission_context,
    "confirm_reminder": _submission_context,
    "confirm_application": _submission_context,
    "remind_application": _submission_context,
}
# What differs from one person to the next, by text. The text is drawn once around gaps for these, which are then filled
# in, so a template may print them and ask whether they are empty, no more. A text not named here is drawn for each.
OWN_WORDS: dict[str, tuple[str, ...]] = {
    "confirm_signature": ("name", "confirm_url", "disown_url"),
    "confirm_reminder": ("name", "confirm_url", "disown_url"),
}


def context_function(template: str) -> Callable[[OutboundMessage], dict[str, Any]]:
    """Return what makes a text's words out of its row: ours, or what settings.MESSAGE_CONTEXTS names for it.

    A package above adds a text by a dotted path there and templates under ``messaging/``; its function raises NotNeeded
    as ours do.
    """
    found = CONTEXTS.get(template)
    named: Callable[[OutboundMessage], dict[str, Any]] = found or import_string(settings.MESSAGE_CONTEXTS[template])
    return named
