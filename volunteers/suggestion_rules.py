"""Who suits a shift, and what speaks for and against it. Pure: no database, no clock.

What refuses a shift elsewhere (certificate, another shift then) makes it impossible here too; everything else ranks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from volunteers.availability_rules import Part, parts_of

REST = timedelta(hours=11)  # between two shifts; the daily rest of Directive 2003/88/EC, Art. 3, as good practice
MOST_IN_A_WEEK = 3
Span = tuple[datetime, datetime]


class Reason(TextChoices):
    """What speaks for somebody."""

    LANGUAGE = "language", _("speaks the language")
    TIME = "time", _("usually has time then")
    COMMUNE = "commune", _("wants to help in this commune")
    ANYWHERE = "anywhere", _("goes anywhere")
    RESTED = "rested", _("has no other shift that week")


class Doubt(TextChoices):
    """What speaks against somebody, and leaves the choice to a person."""

    OTHER_LANGUAGE = "other_language", _("did not name the language")
    OTHER_TIME = "other_time", _("did not name this time of the week")
    OTHER_COMMUNE = "other_commune", _("wants to help in other communes")
    NO_REST = "no_rest", _("has a shift less than 11 hours before or after")
    FULL_WEEK = "full_week", _("has three shifts that week already")
    NOT_READY = "not_ready", _("is not trained yet")
    RESTING = "resting", _("takes a rest")


class Obstacle(TextChoices):
    """What makes it impossible."""

    NO_CERTIFICATE = "no_certificate", _("no valid certificate on that day")
    CLASH = "clash", _("has another shift then")


_WEIGHTS = {
    Reason.LANGUAGE: 8,
    Reason.TIME: 4,
    Reason.COMMUNE: 2,
    Reason.ANYWHERE: 1,
    Reason.RESTED: 1,
    Doubt.OTHER_LANGUAGE: -8,
    Doubt.OTHER_TIME: -4,
    Doubt.OTHER_COMMUNE: -1,
    Doubt.NO_REST: -6,
    Doubt.FULL_WEEK: -6,
    Doubt.NOT_READY: -16,
    Doubt.RESTING: -16,
}


@dataclass(frozen=True)
class Need:
    """What a shift asks for. ``language`` and ``commune`` (a territory's id) may be nothing in particular."""

    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    language: str = ""
    commune: int | None = None


@dataclass(frozen=True)
class Offer:
    """What is known of one person: what they told, and the shifts they have (``spans``), of every organisation."""

    languages: frozenset[str] = frozenset()
    communes: frozenset[int] = frozenset()
    times: frozenset[Part] = frozenset()
    spans: tuple[Span, ...] = ()
    has_certificate: bool = True
    is_trained: bool = True
    is_resting: bool = False


@dataclass(frozen=True)
class Fit:
    """How somebody suits a shift; a higher ``score`` suits better."""

    reasons: tuple[Reason, ...]
    doubts: tuple[Doubt, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def is_possible(self) -> bool:
        return not self.obstacles

    @property
    def is_good(self) -> bool:
        """Whether nothing at all speaks against it."""
        return self.is_possible and not self.doubts

    @property
    def score(self) -> int:
        return sum(_WEIGHTS[each] for each in (*self.reasons, *self.doubts))


def judge(need: Need, offer: Offer) -> Fit:
    """Return what speaks for and against giving the shift to this person."""
    reasons: list[Reason] = []
    doubts: list[Doubt] = []
    _judge_languages(need, offer, reasons, doubts)
    _judge_time(need, offer, reasons, doubts)
    _judge_place(need, offer, reasons, doubts)
    _judge_load(need, offer, reasons, doubts)
    if offer.is_resting:
        doubts.append(Doubt.RESTING)
    elif not offer.is_trained:
        doubts.append(Doubt.NOT_READY)
    return Fit(tuple(reasons), tuple(doubts), tuple(_obstacles(need, offer)))


def clashes(need: Need, spans: Iterable[Span]) -> bool:
    return any(start < need.ends_at and end > need.starts_at for start, end in spans)


def _obstacles(need: Need, offer: Offer) -> Iterable[Obstacle]:
    if not offer.has_certificate:
        yield Obstacle.NO_CERTIFICATE
    if clashes(need, offer.spans):
        yield Obstacle.CLASH


def _judge_languages(need: Need, offer: Offer, reasons: list[Reason], doubts: list[Doubt]) -> None:
    if need.language:
        (reasons.append(Reason.LANGUAGE) if need.language in offer.languages else doubts.append(Doubt.OTHER_LANGUAGE))


def _judge_time(need: Need, offer: Offer, reasons: list[Reason], doubts: list[Doubt]) -> None:
    if not offer.times:
        return  # who told no times may have any
    if offer.times & parts_of(need.starts_at, need.ends_at, need.zone):
        reasons.append(Reason.TIME)
    else:
        doubts.append(Doubt.OTHER_TIME)


def _judge_place(need: Need, offer: Offer, reasons: list[Reason], doubts: list[Doubt]) -> None:
    if need.commune is None:
        return
    if not offer.communes:
        reasons.append(Reason.ANYWHERE)
    elif need.commune in offer.communes:
        reasons.append(Reason.COMMUNE)
    else:
        doubts.append(Doubt.OTHER_COMMUNE)


def _judge_load(need: Need, offer: Offer, reasons: list[Reason], doubts: list[Doubt]) -> None:
    near = [(start, end) for start, end in offer.spans if end <= need.starts_at or start >= need.ends_at]
    if any(need.starts_at - REST < end and start < need.ends_at + REST for start, end in near):
        doubts.append(Doubt.NO_REST)
    week = need.starts_at.astimezone(need.zone).isocalendar()[:2]
    in_week = sum(start.astimezone(need.zone).isocalendar()[:2] == week for start, _end in offer.spans)
    if in_week >= MOST_IN_A_WEEK:
        doubts.append(Doubt.FULL_WEEK)
    elif not in_week:
        reasons.append(Reason.RESTED)
