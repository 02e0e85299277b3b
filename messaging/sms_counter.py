"""What a writer is shown of a text message: how long it is, why, what it costs. Drawn here, redrawn by a script."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.widgets import Script
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from messaging.sms_prices import Cost, cost_of, prices
from messaging.sms_text import BASIC, EXTENDED, PLAIN, measure, one_line, plain_substitutions

COUNT, WRITE_PLAINLY = "sms-count", "sms-plain"  # what the buttons that need no script are named


def counter(text: str, *, recipients: Mapping[str, int] | None, field_id: str) -> dict[str, Any]:
    """Return the words of templates/messaging/sms_counter.html.

    ``recipients``: how many by calling code (messaging/sms_prices.py); None where the text has none yet, so that what
    one message costs is shown for each country with a price.
    """
    said = one_line(text)
    counted = measure(said)
    return {
        "field_id": field_id,
        "counted": counted,
        "forcing": [shown(letter) for letter in counted.forcing],
        "changes": [f"{shown(old)} → {new}" for old, new in plain_substitutions(said)],
        "cost": cost_in_words(counted.segments, recipients),
        "recipients": None if recipients is None else sum(recipients.values()),
        "settings": json.dumps(_settings(recipients)),
        "count": COUNT,
        "write_plainly": WRITE_PLAINLY,
    }


def shown(letter: str) -> str:
    """Return a character so that one sees it: an invisible one by its number."""
    return letter if letter.isprintable() and not letter.isspace() else f"U+{ord(letter):04X}"


def cost_in_words(segments: int, recipients: Mapping[str, int] | None) -> str:
    """Return what sending costs: sums by currency, and for how many nobody knows. Never a guess."""
    if recipients is None:
        each = [f"+{code}: {_money(price.amount * segments, price.currency)}" for code, price in prices().items()]
        return ", ".join([*each, _("elsewhere unknown")]) if each else _("unknown")
    return _cost_in_words(cost_of(segments, recipients), sum(recipients.values()))


def _cost_in_words(cost: Cost, everybody: int) -> str:
    sums = [_money(amount, currency) for currency, amount in cost.sums.items()]
    if not sums:
        return _("unknown")
    if cost.unknown:
        sums.append(_("unknown for %(unknown)s of %(everybody)s") % {"unknown": cost.unknown, "everybody": everybody})
    return ", ".join(sums)


def _money(amount: Decimal, currency: str) -> str:
    return f"{number_format(amount, 2 if amount >= 1 else 4)} {currency}"


def _settings(recipients: Mapping[str, int] | None) -> dict[str, Any]:
    """Return what the script needs, so that alphabet and prices stand in one place."""
    known = prices()
    return {
        "basic": BASIC,
        "extended": EXTENDED,
        "plain": {chr(code): plain for code, plain in PLAIN.items()},
        "prices": [[code, str(price.amount), price.currency] for code, price in known.items()],
        "recipients": recipients,
        "language": get_language(),
        "unknown": _("unknown"),
        "elsewhere": _("elsewhere unknown"),
        "unknownFor": _("unknown for %(unknown)s of %(everybody)s"),
    }


class SmsTextarea(forms.Textarea):
    """A text message being written, with its counter below. ``recipients`` may be set on the widget later."""

    class Media:
        css = {"all": ["messaging/sms_counter.css"]}
        js = [Script("messaging/sms_counter.js", type="module")]

    def __init__(self, attrs: dict[str, Any] | None = None, *, recipients: Mapping[str, int] | None = None) -> None:
        super().__init__({"rows": 4, "dir": "auto", **(attrs or {})})
        self.recipients = recipients

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        field_id = str((attrs or {}).get("id", f"id_{name}"))
        words = counter(str(value or ""), recipients=self.recipients, field_id=field_id)
        described = {**(attrs or {}), "id": field_id, "aria-describedby": f"{field_id}-counter"}
        area = super().render(name, value, described, renderer)
        return mark_safe(area + render_to_string("messaging/sms_counter.html", words))  # noqa: S308 - both are drawn
