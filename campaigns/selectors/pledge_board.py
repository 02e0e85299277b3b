"""Who needs a nudge: what the board of pledges shows beside each row, and how many still have something to do where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import get_language, gettext

from campaigns.agreeing import partner_purpose
from campaigns.initiative_support import last_day_of
from campaigns.models import Campaign, DeadlineKind, Initiative, Partnership, Pledge, PledgeKind, PledgeNote
from campaigns.zones import local_day
from core.small_counts import in_tens
from people.consent import ContactPurpose, may_contact_each
from people.enums import Channel, Purpose
from people.models import ContactPoint, Supporter
from people.names import name_with_origin
from places.languages import language_name
from places.selectors import name_of

if TYPE_CHECKING:
    from accounts.models import User

NOT_SAID = "none"


def last_days(kinds: Iterable[PledgeKind]) -> dict[int, date | None]:
    """Return what `PledgeKind.last_day` says of each kind, by id, in one query for all of them.

    The kinds come with their election.
    """
    every = list(kinds)
    wanted = {kind.initiative_id for kind in every if kind.initiative_id and not kind.due_date and not kind.election}
    end = Min("deadlines__due_date", filter=Q(deadlines__kind=DeadlineKind.COLLECTION_END))
    rows = (
        Initiative.objects.filter(pk__in=wanted)
        .annotate(end=end)
        .order_by()
        .values_list("pk", "end", "early_closure_date")
    )
    ends = {pk: last_day_of(stored, early) for pk, stored, early in rows} if wanted else {}
    found: dict[int, date | None] = {}
    for kind in every:
        of_election = kind.election.registration_deadline if kind.election else ends.get(kind.initiative_id or 0)
        found[kind.pk] = kind.due_date or of_election
    return found


def place_name(code: str) -> str:
    return name_of(code) if code else gettext("not said")


@dataclass(frozen=True)
class Cell:
    """How many people of one place and language still have something to do."""

    territory: str
    language: str
    people: int


@dataclass(frozen=True)
class Matrix:
    """Places by languages; the fullest place first. ``rows``: (code, name, cells, people)."""

    languages: list[tuple[str, str]]
    rows: list[tuple[str, str, list[Cell], int]]
    people: int


def still_to_do(rows: QuerySet[Pledge], user: "User") -> Matrix:
    """Count those of ``rows`` who still have something to do, by place and language.

    In whole tens where any of them is of a campaign the viewer does not help to lead.
    """
    is_exact = not rows.exclude(campaign__in=Campaign.objects.led_by(user).values("pk")).exists()
    told = (lambda number: number) if is_exact else in_tens
    counted = rows.open().order_by().values_list("territory_code", "locale").annotate(people=Count("pk"))  # type: ignore[attr-defined]
    people = {(territory, language): number for territory, language, number in counted}
    languages = sorted({language for _territory, language in people}, key=language_name)
    lines = []
    for code in {territory for territory, _language in people}:
        counts = [people.get((code, language), 0) for language in languages]
        cells = [Cell(code or NOT_SAID, *cell) for cell in zip(languages, map(told, counts), strict=True)]
        lines.append((code or NOT_SAID, place_name(code), cells, told(sum(counts))))
    lines.sort(key=lambda line: (-line[3], line[1]))
    return Matrix([(code, language_name(code)) for code in languages], lines, told(sum(people.values())))


def dress(rows: Sequence[Any], user: "User", at: datetime) -> None:
    """Give each pledge of a page what its row shows; the number of queries does not depend on how many there are.

    ``name``: None where the viewer may not read it; ``channels``: on which the viewer's side may write to them today;
    ``rung``, ``days_left``, ``last_note``, ``may_change``.
    """
    ids = [row.pk for row in rows]
    people = {row.supporter_id for row in rows if row.supporter_id}
    readable = Supporter.objects.visible_to(user).filter(pk__in=people)
    names = dict(readable.values_list("pk", "full_name"))
    days = last_days({row.kind_id: row.kind for row in rows}.values())
    notes = _last_notes(ids, user)
    changeable = set(Pledge.objects.changeable_by(user).filter(pk__in=ids).values_list("pk", flat=True))
    channels = _channels(rows, user, set(names), at)
    for row in rows:
        last = days[row.kind_id]
        row.name = names.get(row.supporter_id)
        row.rung = where_it_stands(row)
        row.days_left = (last - local_day(at, row.campaign)).days if last else None
        row.last_note = notes.get(row.pk)
        row.channels = channels.get(row.pk, [])
        row.may_change = row.pk in changeable


def who(row: Any) -> str:
    """Return the name where the viewer may read it, else why not."""
    if row.supporter_id is None:
        return gettext("erased")
    if row.name is None:
        return gettext("name hidden from you")
    return name_with_origin(row.name, row.is_generated)


def where_it_stands(row: Pledge, language: str | None = None) -> str:
    """Return the step in the kind's own words, and the ending where there is one."""
    return rung_words(row.kind, row.step, row.ending, language)


def rung_words(kind: PledgeKind, step: str, ending: str, language: str | None = None) -> str:
    """Return a step and an ending in the kind's words; one that staff removed by its key."""
    ladder, spoken = kind.ladder, language or get_language() or "en"
    rung, end = ladder.step(step), ladder.ending(ending)
    words = rung.name_in(spoken) if rung else step
    if not ending:
        return words
    return gettext("%(ending)s (had got to: %(step)s)") % {
        "ending": end.name_in(spoken) if end else ending,
        "step": words,
    }


def _last_notes(ids: list[int], user: "User") -> dict[int, PledgeNote]:
    found = PledgeNote.objects.visible_to(user).filter(pledge__in=ids).order_by("pk")
    return {note.pledge_id: note for note in found}


def _channels(rows: Sequence[Any], user: "User", readable: set[int], at: datetime) -> dict[int, list[str]]:
    """Return on which channels each pledge's author may be written to, by whom the viewer works for."""
    led = set(
        Campaign.objects.led_by(user).filter(pk__in={row.campaign_id for row in rows}).values_list("pk", flat=True)
    )
    points: dict[int, list[ContactPoint]] = {}
    for point in ContactPoint.objects.filter(supporter__in={row.supporter_id for row in rows if row.supporter_id}):
        points.setdefault(point.supporter_id, []).append(point)
    asked: list[tuple[Any, ContactPurpose]] = []
    of: list[tuple[int, str]] = []
    for row in rows:
        if row.campaign_id not in led and row.supporter_id not in readable:
            continue  # a partner learns nothing of people who did not consent to it
        for point in points.get(row.supporter_id, []):
            asked.append((point, _purpose(row, row.campaign_id in led, Channel(point.channel))))
            of.append((row.pk, point.get_channel_display()))
    found: dict[int, list[str]] = {}
    for (pk, channel), decision in zip(of, may_contact_each(asked, at), strict=True):
        if decision.allowed and channel not in found.setdefault(pk, []):
            found[pk].append(channel)
    return found


def _purpose(row: Any, is_led: bool, channel: Channel) -> ContactPurpose:
    if is_led or row.partnership is None:
        return ContactPurpose(Purpose.REMINDER, channel, row.campaign.organisation_id, row.campaign.slug)
    partnership: Partnership = row.partnership
    return partner_purpose(partnership, channel)


def places_chosen(rows: QuerySet[Pledge]) -> list[tuple[str, str]]:
    """Return the places of ``rows`` for a choice field, by name; people who did not say stand last."""
    codes = set(rows.order_by().values_list("territory_code", flat=True).distinct())
    named = sorted(((code, place_name(code)) for code in codes if code), key=lambda choice: choice[1])
    return [*named, (NOT_SAID, gettext("not said"))] if "" in codes else named
