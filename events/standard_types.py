"""The nine kinds of events a campaign usually holds, as types to begin with; staff change them as they like."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core import audit
from events.enums import EventKind, OutcomeField, QuestionKind
from events.models import EventType, ReminderRule
from events.standard_reminders import standard_rules

if TYPE_CHECKING:
    from campaigns.models import Campaign

Words = str | Promise
Question = tuple[str, QuestionKind, Words, dict[str, Words]]
_COUNTS = (OutcomeField.INFORMED, OutcomeField.PLEDGES, OutcomeField.SIGNATURES)
_AFTER = (OutcomeField.SAID, OutcomeField.PHOTOS, OutcomeField.COST)


@dataclass(frozen=True)
class StandardType:
    """One type as data. ``checklist``: (what, days before); ``questions``: (key, kind, words, options by key)."""

    kind: EventKind
    name: Words
    minutes: int
    capacity: int | None = None
    is_public: bool = True
    takes_rsvps: bool = True
    largest_party: int = 4
    checklist: Sequence[tuple[Words, int]] = ()
    questions: Sequence[Question] = ()
    outcome_fields: Sequence[OutcomeField] = field(default_factory=lambda: (*_COUNTS, OutcomeField.MATERIALS, *_AFTER))


_PREPARE: Question = ("prepare", QuestionKind.TEXT, _("What should we prepare so that you can take part well?"), {})
_TELL_VENUE = (_("Confirm the venue, its opening hours and who has the key"), 14)
_PRINT = (_("Print leaflets and forms in the languages spoken there"), 7)
_REMIND_TEAM = (_("Tell the team when and where to meet"), 2)
_PACK = (_("Pack the materials"), 1)

STANDARD_TYPES: tuple[StandardType, ...] = (
    StandardType(
        EventKind.STAND,
        _("Information stand"),
        180,
        takes_rsvps=False,
        checklist=(
            (_("Ask the commune for permission to stand there"), 30),
            _PRINT,
            (_("Fill the shifts: two people at a time at least"), 7),
            (_("Look at the weather forecast and choose a plan B"), 2),
            _PACK,
        ),
    ),
    StandardType(
        EventKind.WORKSHOP,
        _("Workshop"),
        120,
        30,
        checklist=(
            _TELL_VENUE,
            (_("Publish it and send it to local associations"), 14),
            _PRINT,
            (_("Write to who registered what to bring"), 2),
            _PACK,
        ),
        questions=(_PREPARE,),
    ),
    StandardType(
        EventKind.HOUSE_MEETING,
        _("House meeting"),
        90,
        15,
        is_public=False,
        checklist=(
            (_("Agree with the host on the evening and whom they invite"), 14),
            (_("Give the host a text for their invitation"), 10),
            (_("Ask the host how many people come"), 2),
            _PACK,
        ),
        outcome_fields=(*_COUNTS, OutcomeField.SAID, OutcomeField.COST),
    ),
    StandardType(
        EventKind.TRAINING,
        _("Training"),
        180,
        20,
        largest_party=1,
        checklist=(
            _TELL_VENUE,
            (_("Choose the trainers and their languages"), 14),
            (_("Print the mobilisers’ handbook"), 5),
            _PACK,
        ),
        questions=(
            (
                "experience",
                QuestionKind.YES_NO,
                _("Have you talked to people in the street for a campaign before?"),
                {},
            ),
            _PREPARE,
        ),
        outcome_fields=(OutcomeField.MATERIALS, *_AFTER),
    ),
    StandardType(
        EventKind.FOCUS_GROUP,
        _("Focus group"),
        120,
        10,
        is_public=False,
        largest_party=1,
        checklist=(
            (_("Invite people who differ in age, language and how long they have lived here"), 21),
            (_("Write the guide: six open questions"), 14),
            (_("Find somebody who takes notes, without names"), 7),
            (_("Prepare the sheet on how notes and photos are used"), 3),
        ),
        questions=(_PREPARE,),
        outcome_fields=(OutcomeField.FOCUS_NOTES, *_AFTER),
    ),
    StandardType(
        EventKind.CANVASS,
        _("Canvass"),
        150,
        is_public=False,
        takes_rsvps=False,
        checklist=(
            (_("Give areas to teams"), 7),
            (_("Check that everybody has the app and signed in once"), 3),
            _REMIND_TEAM,
            _PACK,
        ),
    ),
    StandardType(
        EventKind.PHONE_BANK,
        _("Phone bank"),
        120,
        is_public=False,
        takes_rsvps=False,
        checklist=(
            (_("Prepare the list of people who agreed to be called"), 7),
            (_("Read the script aloud together"), 2),
            _REMIND_TEAM,
        ),
        outcome_fields=(*_COUNTS, OutcomeField.SAID),
    ),
    StandardType(
        EventKind.ONLINE,
        _("Online meeting"),
        60,
        100,
        checklist=(
            (_("Make the meeting room and try its link signed out"), 7),
            (_("Find somebody to host and somebody to watch the chat"), 7),
            (_("Try sound and slides"), 1),
        ),
        outcome_fields=(*_COUNTS, OutcomeField.SAID, OutcomeField.COST),
    ),
    StandardType(
        EventKind.PRESS,
        _("Press event"),
        60,
        is_public=False,
        takes_rsvps=False,
        checklist=(
            (_("Write and send the invitation to the press"), 10),
            (_("Brief who speaks, in each language"), 3),
            (_("Call the newsrooms"), 1),
            (_("Print the press kit with the figures of the day"), 1),
        ),
        outcome_fields=(OutcomeField.SAID, OutcomeField.PHOTOS, OutcomeField.COST),
    ),
)


@transaction.atomic
def make_standard_types(*, campaign: "Campaign", by: audit.Actor) -> list[EventType]:
    """Give a campaign the standard types it has none of yet (one of that kind or name), and return the new ones.

    Their names and checklists are in the language of the screen, their questions in every language of the site.
    """
    type(campaign).objects.select_for_update().get(pk=campaign.pk)  # two presses of the button wait for each other
    there = list(EventType.objects.filter(campaign=campaign).values_list("kind", "name"))
    kinds, names = {kind for kind, _name in there}, {name for _kind, name in there}
    made = []
    for standard in STANDARD_TYPES:
        if standard.kind in kinds or str(standard.name) in names:
            continue
        made.append(_make(campaign, standard))
    if made:
        audit.record("events.event_type.standard_made", by=by, target=campaign, count=len(made))
    return made


def _make(campaign: "Campaign", standard: StandardType) -> EventType:
    made = EventType.objects.create(
        campaign=campaign,
        kind=standard.kind,
        name=str(standard.name),
        default_minutes=standard.minutes,
        default_capacity=standard.capacity,
        is_public=standard.is_public,
        takes_rsvps=standard.takes_rsvps,
        largest_party=standard.largest_party,
        questions=[_question(*each) for each in standard.questions],
        checklist=[{"text": str(text), "days_before": days} for text, days in standard.checklist],
        outcome_fields=[each.value for each in standard.outcome_fields],
    )
    ReminderRule.objects.bulk_create(ReminderRule(event_type=made, **rule) for rule in rules_for_new_type())
    return made


def _question(key: str, kind: QuestionKind, words: Words, options: dict[str, Words]) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind.value,
        "text": in_every_language(words),
        "options": [{"key": each, "text": in_every_language(text)} for each, text in options.items()],
        "is_required": False,
    }


def in_every_language(words: Words) -> dict[str, str]:
    """Return a text of ours by language, for every language of the site."""
    told = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            told[code] = str(words)
    return told


def rules_for_new_type() -> list[dict[str, Any]]:
    """Return the reminders a new type begins with, as columns of ReminderRule."""
    return standard_rules()
