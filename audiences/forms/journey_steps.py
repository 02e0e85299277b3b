"""The editor's rows: each step of a draft with its fields, what may be chosen in them, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from audiences.actions.journeys import purposes_of
from audiences.journey_drafts import BRANCHES, KINDS, Row
from audiences.journey_querysets import WORKERS
from audiences.journey_rules import MOST_DAYS
from audiences.models import Automation, Segment
from audiences.ports import new_caller
from core.lists import listed
from messaging.models import MessageText
from messaging.wordings import newest_wordings
from people.enums import Purpose

Choice = tuple[str, str]


@dataclass(frozen=True)
class Offers:
    """What may be chosen in the steps of one journey: only what is its organisation's."""

    texts: list[Choice]
    segments: list[Choice]
    people: list[Choice]
    purposes: list[Choice]


def offers_of(automation: Automation) -> Offers:
    """Return what the steps of a journey may name; four queries."""
    own = MessageText.objects.filter(organisation=automation.organisation_id, scope__in=("", automation.campaign.slug))
    texts = list(own.order_by("name", "pk"))
    written = newest_wordings(texts)
    members = User.objects.filter(
        is_active=True, memberships__organisation=automation.organisation_id, memberships__role__in=WORKERS
    ).distinct()
    segments = Segment.objects.filter(organisation=automation.organisation_id).order_by("name")
    return Offers(
        texts=[(str(text.pk), _said(text, list(written[text.pk]))) for text in texts],
        segments=[(str(pk), name) for pk, name in segments.values_list("pk", "name")],
        people=[(str(user.pk), str(user)) for user in members.order_by("first_name", "pk")],
        purposes=[(each.value, str(Purpose(each).label)) for each in purposes_of(automation)],
    )


def _said(text: MessageText, languages: list[str]) -> str:
    written = listed(code.upper() for code in languages) if languages else _("no words yet")
    return _("%(name)s · %(channel)s · %(languages)s") % {
        "name": text.name,
        "channel": text.get_channel_display(),
        "languages": written,
    }


@dataclass(frozen=True)
class Field:
    """One field of one step. ``kind``: select, number, time, text or url; ``after``: the words behind it."""

    name: str
    key: str
    label: str
    kind: str
    value: str
    choices: list[Choice] = field(default_factory=list)
    error: str = ""
    after: str = ""
    most: int = 300
    least: int = 0

    @property
    def id(self) -> str:
        return f"{self.key}-{self.name}"

    @property
    def is_gone(self) -> bool:
        """Whether what was chosen is not to be had any more."""
        return self.kind == "select" and bool(self.value) and self.value not in dict(self.choices)


@dataclass(frozen=True)
class EditedRow:
    """One step as the editor shows it."""

    key: str
    kind: str
    title: str
    number: str
    fields: list[Field]
    error: str = ""
    is_first: bool = False
    is_last: bool = False
    note: str = ""
    then: list["EditedRow"] = field(default_factory=list)
    otherwise: list["EditedRow"] = field(default_factory=list)

    def walk(self) -> Iterator["EditedRow"]:
        yield self
        for name in BRANCHES:
            for row in getattr(self, name):
                yield from row.walk()


Errors = dict[tuple[str, str], str]


def edited_rows(rows: Sequence[Row], offers: Offers, errors: Errors, before: str = "") -> list[EditedRow]:
    """Return the rows of a draft with their fields. ``errors`` by step and field, a blank field for the whole step."""
    return [
        EditedRow(
            key=row.key,
            kind=row.kind,
            title=str(KINDS[row.kind]),
            number=f"{before}{place + 1}",
            fields=[_field(row, described, errors) for described in _described(row.kind, offers)],
            error=errors.get((row.key, ""), ""),
            is_first=place == 0,
            is_last=place == len(rows) - 1,
            note=_note(row),
            then=edited_rows(row.then, offers, errors, f"{before}{place + 1}a."),
            otherwise=edited_rows(row.otherwise, offers, errors, f"{before}{place + 1}b."),
        )
        for place, row in enumerate(rows)
    ]


def _field(row: Row, described: dict[str, Any], errors: Errors) -> Field:
    name = described["name"]
    return Field(key=row.key, value=row.values.get(name, ""), error=errors.get((row.key, name), ""), **described)


def _note(row: Row) -> str:
    """Return what is to be known of a step before it is published."""
    url = row.values.get("url", "").strip()
    if row.kind == "call" and not new_caller().is_allowed(url):
        return _("The operator of this installation has to allow calls to a host first (WEBHOOK_HOSTS).")
    if row.kind == "until":
        return _("The date is that of what they began with: the petition’s closing day, the day of the event.")
    return ""


def _described(kind: str, offers: Offers) -> list[dict[str, Any]]:
    """Return the fields of a kind of step, in the order of its sentence."""
    days = {"name": "days", "kind": "number", "most": MOST_DAYS}
    hour = {"name": "at", "kind": "time", "label": _("At (hour)")}
    match kind:
        case "send":
            return [
                _choice("text", _("Text"), [("", _("choose …")), *offers.texts]),
                _choice("purpose", _("Purpose"), [("", _("choose …")), *offers.purposes]),
                {
                    "name": "useful_hours", "kind": "number", "label": _("Useful for"), "after": _("hours"),
                    "least": 1, "most": 24 * 14,
                },
            ]  # fmt: skip
        case "wait":
            hours = {"name": "hours", "kind": "number", "label": _("and"), "after": _("hours"), "most": 72}
            return [{**days, "label": _("Wait"), "after": _("days")}, hours, hour]
        case "until":
            sides = [("before", _("before the date")), ("after", _("after the date"))]
            return [
                {**days, "label": _("Wait until"), "after": _("days")},
                _choice("side", _("Before or after"), sides),
                hour,
            ]
        case "check":
            return [_choice("segment", _("Segment"), [("", _("choose …")), *offers.segments])]
        case "task":
            return [
                {"name": "title", "kind": "text", "label": _("What is to be done"), "most": 200},
                {**days, "label": _("Within"), "after": _("days")},
                _choice("owner", _("Who does it"), [("", _("whoever comes first")), *offers.people]),
            ]
        case "call":
            return [{"name": "url", "kind": "url", "label": _("Address (https://…)"), "most": 300}]
    return []


def _choice(name: str, label: str, choices: list[Choice]) -> dict[str, Any]:
    return {"name": name, "kind": "select", "label": label, "choices": choices}
