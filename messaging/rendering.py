"""From a row of the ledger to a finished letter."""

from collections.abc import Callable
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from messaging.models import OutboundMessage
from messaging.ports import Letter
from people.enums import SubmissionStatus
from people.tokens import CONFIRM, sign_uuid


class NotNeeded(Exception):
    """What the message was for has been done, taken back or purged."""


def render_message(message: OutboundMessage) -> Letter:
    """Return the letter in the language of its row. Raises NotNeeded when there is nothing to say any more."""
    with translation.override(message.language):
        context = CONTEXTS[message.template](message)
        name = f"messaging/{message.template}"
        html = render_to_string(f"{name}.html", context)
        return Letter(
            idempotency_key=message.idempotency_key,
            channel=message.channel,
            address=message.address,
            language=message.language,
            subject=" ".join(render_to_string(f"{name}.subject.txt", context).split()),
            text=render_to_string(f"{name}.txt", context).strip() + "\n",
            html=css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False).inline(html),
            headers={"Auto-Submitted": "auto-generated", "Content-Language": message.language},
        )


def _submission_context(message: OutboundMessage) -> dict[str, Any]:
    submission = message.submission
    if submission is None or submission.status != SubmissionStatus.PENDING:
        raise NotNeeded
    token = sign_uuid(submission.public_id, CONFIRM)
    return {
        "petition_title": submission.target_title,
        "name": submission.payload.get("full_name", ""),
        "confirm_url": settings.PUBLIC_URL + reverse("confirm", args=[token]),
        "disown_url": settings.PUBLIC_URL + reverse("disown", args=[token]),
        "campaign_name": message.context.get("campaign_name", ""),
        "organisation_name": message.context.get("organisation_name", ""),
        "days_left": message.context.get("days_left"),
        "language": message.language,
    }


CONTEXTS: dict[str, Callable[[OutboundMessage], dict[str, Any]]] = {
    "confirm_signature": _submission_context,
    "confirm_reminder": _submission_context,
}
