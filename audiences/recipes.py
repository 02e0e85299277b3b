"""Ready-made journeys: data to begin with, copied into an organisation's own texts and a draft.

Their texts stand in ``data/recipes/<language>.json``, one file a language. Confirmation reminders and those of events
and pledges run by themselves (`messaging`, `events`, `campaigns`) and need no journey.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_FOLDER = Path(__file__).parent / "data" / "recipes"
_NEWS = "campaign_news"
# Whoever offered to help hears how it goes on: that is what they registered for.
_AGENDA = "agenda"
# Whoever pledged is reminded as far as they agreed to that.
_REMINDER = "reminder"
HALF_A_YEAR = 180  # days


@dataclass(frozen=True)
class Recipe:
    """One ready-made journey. ``steps`` name texts by the keys of the files, where a journey names them by number."""

    key: str
    name: str | Promise
    why: str | Promise
    trigger: dict[str, Any]
    steps: tuple[dict[str, Any], ...]
    # It begins with a segment: one that is chosen, else one of this rule and name, made for the organisation.
    begin_name: str | Promise = ""
    begin_rule: dict[str, Any] = field(default_factory=dict)
    # It is about one kind of pledge: who did that one leaves, whatever else they promised.
    asks_pledge_kind: bool = False
    # Whoever meets this rule leaves: it becomes a segment of the organisation, of this name.
    leave_name: str | Promise = ""
    leave_rule: dict[str, Any] = field(default_factory=dict)

    @property
    def asks_segment(self) -> bool:
        return bool(self.begin_rule)

    @property
    def texts(self) -> list[str]:
        return [step["text"] for step in self.steps if step["kind"] == "send"]


def _send(key: str, text: str, hours: int = 48, purpose: str = _NEWS) -> dict[str, Any]:
    return {"key": key, "kind": "send", "text": text, "purpose": purpose, "useful_hours": hours}


def _wait(key: str, days: int) -> dict[str, Any]:
    return {"key": key, "kind": "wait", "days": days, "hours": 0, "at": "10:00"}


def _until(key: str, days: int, side: str) -> dict[str, Any]:
    return {"key": key, "kind": "until", "days": days, "side": side, "at": "10:00"}


RECIPES = (
    Recipe(
        "welcome",
        _("Welcome"),
        _("Thanks at once, and asks three days later to bring three friends."),
        {"kind": "signature"},
        (_send("thanks", "welcome"), _wait("three-days", 3), _send("friends", "share")),
    ),
    Recipe(
        "onboarding",
        _("New volunteers: day 1, 7 and 10"),
        _("Says how it goes, asks after a week, and gives somebody of the team the task to call."),
        {"kind": "volunteer"},
        (
            _wait("first-day", 1),
            _send("day-1", "volunteer_1", purpose=_AGENDA),
            _wait("week", 6),
            _send("day-7", "volunteer_7", purpose=_AGENDA),
            _wait("three-more", 3),
            _send("day-10", "volunteer_10", purpose=_AGENDA),
            {
                "key": "call",
                "kind": "task",
                "title": _("Call the new volunteer: how is it going?"),
                "days": 3,
                "owner": None,
            },
        ),
    ),
    Recipe(
        "after_event",
        _("After an event"),
        _("Thanks, the day after, whoever was there."),
        {"kind": "attendance"},
        (_wait("next-day", 1), _send("thanks", "after_event")),
    ),
    Recipe(
        "last_call",
        _("Last call a week before closing"),
        _("Asks whoever signed to bring one more, a week before the petition closes."),
        {"kind": "signature"},
        (_until("week-before", 7, "before"), _send("last-call", "last_call")),
    ),
    Recipe(
        "closed",
        _("Thank-you at the end"),
        _("Thanks whoever signed, the day after the petition closed."),
        {"kind": "signature"},
        (_until("day-after", 1, "after"), _send("thanks", "closed", 7 * 24)),
    ),
    Recipe(
        "pledge_deadline",
        _("Pledge: three weeks, a week and two days before the last day"),
        _(
            "Reminds whoever made a pledge, in your own words, until they have nothing left to do. Pledges have "
            "reminders that go by themselves: keep those, or switch them off for the kind of pledge and use this "
            "series. With both, people are told twice."
        ),
        {"kind": "pledge"},
        (
            _until("three-weeks", 21, "before"),
            _send("weeks-3", "pledge_weeks3", purpose=_REMINDER),
            _until("week", 7, "before"),
            _send("week-1", "pledge_week", purpose=_REMINDER),
            _until("two-days", 2, "before"),
            _send("days-2", "pledge_days2", 36, purpose=_REMINDER),
        ),
        asks_pledge_kind=True,
        leave_name=_("Has done everything they pledged"),
        leave_rule={"not": {"is": "pledge_stands", "standings": ["open"]}},
    ),
    Recipe(
        "quiet",
        _("No action for long"),
        _("Asks people who did nothing for half a year, or those in a segment you choose, whether they want to stay."),
        {"kind": "segment"},
        (_send("asks", "quiet", 7 * 24),),
        begin_name=_("Did nothing for half a year"),
        # Whoever we met for the first time last week has done nothing yet, which is not for long.
        begin_rule={
            "all": [
                {"not": {"is": "did_something", "days": HALF_A_YEAR}},
                {"not": {"is": "known_lately", "days": HALF_A_YEAR}},
            ]
        },
    ),
)


def recipe(key: str) -> Recipe | None:
    """Return a ready-made journey, None: there is none of that key."""
    return next((each for each in RECIPES if each.key == key), None)


@cache
def recipe_texts() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the words of the ready-made texts, by language and key: name, subject, preheader, body."""
    return {
        code: json.loads((_FOLDER / f"{code}.json").read_text(encoding="utf-8"))
        for code, _name in settings.LANGUAGES
        if (_FOLDER / f"{code}.json").is_file()
    }
