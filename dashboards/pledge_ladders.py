"""How far people say they have come with what they promised: a table by source, partner, mobiliser, event, place
or language.

Nothing here is an official figure, and nothing here is matched to one: each number is what people told us.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organisation, User
from campaigns.enums import SourceKind
from campaigns.models import Campaign, Partnership, Pledge, PledgeKind, Source
from campaigns.pledge_enums import Standing
from campaigns.selectors.sources import SHARE_PREFIX
from core.small_counts import in_tens
from dashboards.informed import Informed, informed_face_to_face
from events.models import Event
from outreach.languages import language_name
from outreach.models import HandoverLink
from places.names import names_by_code

MOST_ROWS = 100
# Who may see pledges one by one for the whole campaign reads them exactly; everybody else in tens.
_SEES_PEOPLE = (Role.COORDINATOR, Role.ORGANISER, Role.DATA_PROTECTION_OFFICER)


class By(models.TextChoices):
    """What the table is broken down by."""

    COMMUNE = "commune", _("place")
    LANGUAGE = "language", _("language")
    SOURCE = "source", _("link")
    PARTNER = "partner", _("partner")
    MOBILISER = "mobiliser", _("mobiliser")
    EVENT = "event", _("event")


@dataclass(frozen=True)
class Sight:
    """What one viewer may read of a campaign's pledges: all of them or the own partner's; exactly or in tens."""

    is_whole: bool
    is_exact: bool
    partnerships: tuple[int, ...] = ()

    @property
    def choices(self) -> list[By]:
        """Return what the viewer may choose. Who goes out for us is named only to who sees people."""
        return [by for by in By if by != By.MOBILISER or self.is_exact]


def sight_of(user: User, campaign: Campaign) -> Sight:
    """Return what a viewer of the campaign may read: its lead's people all, a partner's the partner's own in tens."""
    if user.is_superuser:
        return Sight(is_whole=True, is_exact=True)
    own = Campaign.objects.filter(pk=campaign.pk)
    if own.filter(pk__in=Campaign.objects.led_by(user).values("pk")).exists():
        is_exact = own.filter(pk__in=Campaign.objects.led_by(user, *_SEES_PEOPLE).values("pk")).exists()
        return Sight(is_whole=True, is_exact=is_exact)
    mine = Partnership.objects.visible_to(user).active().filter(campaign=campaign).values_list("pk", flat=True)
    return Sight(is_whole=False, is_exact=False, partnerships=tuple(mine))


@dataclass(frozen=True)
class LadderLine:
    """One line: ``informed`` face to face (None: cannot be told by this), ``steps`` from promised on, how many ended.

    ``steps`` count everybody who got at least so far, so each is part of the one before.
    """

    key: str
    name: str
    informed: int | None
    steps: tuple[int, ...]
    ended: int

    @property
    def promised(self) -> int:
        return self.steps[0]


@dataclass(frozen=True)
class LadderTable:
    """How far people say they are, of one kind of pledge, as of one moment."""

    kind: PledgeKind
    by: By
    sight: Sight
    as_of: datetime
    step_names: tuple[str, ...]
    total: LadderLine
    lines: tuple[LadderLine, ...]
    is_generated: bool

    @property
    def shown(self) -> tuple[LadderLine, ...]:
        """The largest lines; a saved table has them all."""
        return self.lines[:MOST_ROWS]

    @property
    def left_out(self) -> int:
        return max(0, len(self.lines) - MOST_ROWS)


@dataclass
class _Sums:
    """What one group of pledges adds up to while it is read."""

    steps: list[int]
    ended: int = 0
    informed: int | None = None
    name: str = field(default="")


def pledge_ladder(user: User, kind: PledgeKind, by: By, *, at: datetime) -> LadderTable:
    """Return the table. One grouped query over the pledges, two by what not all have, and a fixed number for names."""
    sight = sight_of(user, kind.campaign)
    if by not in sight.choices:
        by = By.COMMUNE
    pledges = seen_pledges(kind, sight)
    informed = informed_face_to_face(user, kind.campaign, at=at)
    groups = _groups(pledges, kind, by)
    whole = _whole(pledges, kind) if by in _OF_SOME else _added(groups.values(), kind)
    _add_informed(groups, kind, by, informed)
    names = _names(list(groups), by, sight)
    whole.informed = informed.total
    lines = [_line(key, names.get(key) or _not_said(by), sums, sight) for key, sums in groups.items()]
    return LadderTable(
        kind=kind,
        by=by,
        sight=sight,
        as_of=at,
        step_names=(gettext("promised"), *(rung.name_in(get_language() or "en") for rung in kind.ladder.steps[1:])),
        total=_line("", gettext("In all"), whole, sight),
        lines=tuple(sorted(lines, key=lambda line: (-line.promised, -(line.informed or 0), line.name, line.key))),
        is_generated=kind.is_generated or informed.is_generated,
    )


def seen_pledges(kind: PledgeKind, sight: Sight) -> QuerySet[Pledge]:
    """Return the pledges of a kind that nobody took back and that the viewer may sum up."""
    rows = Pledge.objects.filter(kind=kind).counting().order_by()
    return rows if sight.is_whole else rows.filter(partnership__in=sight.partnerships)


# Not everybody came by a mobiliser's link or at an event: these lines do not add up to all.
_OF_SOME = (By.MOBILISER, By.EVENT)


def _added(groups: Iterable[_Sums], kind: PledgeKind) -> _Sums:
    whole = _Sums([0] * len(kind.ladder.steps))
    for sums in groups:
        whole.steps = [one + more for one, more in zip(whole.steps, sums.steps, strict=True)]
        whole.ended += sums.ended
    return whole


def _whole(pledges: QuerySet[Pledge], kind: PledgeKind) -> _Sums:
    return _sums_of(pledges.annotate(group=Value("")), kind).get("", _Sums([0] * len(kind.ladder.steps)))


def _sums_of(pledges: QuerySet[Any], kind: PledgeKind) -> dict[Any, _Sums]:
    """Add up pledges annotated with their ``group``."""
    order = {rung.key: number for number, rung in enumerate(kind.ladder.steps)}
    found: defaultdict[Any, _Sums] = defaultdict(lambda: _Sums([0] * len(order)))
    for group, step, standing, number in pledges.values_list("group", "step", "standing").annotate(n=Count("pk")):
        sums = found[group]
        for reached in range(order.get(step, 0) + 1):
            sums.steps[reached] += number
        if standing == Standing.ENDED:
            sums.ended += number
    return dict(found)


def _groups(pledges: QuerySet[Pledge], kind: PledgeKind, by: By) -> dict[str, _Sums]:
    if by in (By.COMMUNE, By.LANGUAGE, By.PARTNER):
        column = {
            By.COMMUNE: "territory_code", By.LANGUAGE: "locale", By.PARTNER: "partnership__organisation"
        }[by]  # fmt: skip
        found = _sums_of(pledges.annotate(group=F(column)), kind)
        return {str(key or ""): sums for key, sums in found.items()}
    if by == By.SOURCE:
        own = When(source__startswith=SHARE_PREFIX, then=Value(SHARE_PREFIX))
        return _sums_of(pledges.annotate(group=Case(own, default=F("source"), output_field=CharField())), kind)
    wanted = Q(kind=SourceKind.MOBILISER)
    if by == By.EVENT:
        wanted = Q(kind=SourceKind.EVENT) | Q(handover_link__event__isnull=False)
    codes = Source.objects.filter(wanted, campaign=kind.campaign).values("code")
    found = _sums_of(pledges.filter(source__in=codes).annotate(group=F("source")), kind)
    return _merged(found, _owners(found, by))


def _owners(codes: Iterable[str], by: By) -> dict[str, str]:
    """Return, by source code, whose link it is: a mobiliser's or an event's id; a link of nobody's is its own."""
    column = "user_id" if by == By.MOBILISER else "event_id"
    links = HandoverLink.objects.filter(source__code__in=list(codes), **{f"{column}__isnull": False})
    return {code: str(owner) for code, owner in links.values_list("source__code", column)}


def _merged(found: Mapping[str, _Sums], owners: Mapping[str, str]) -> dict[str, _Sums]:
    merged: dict[str, _Sums] = {}
    for code, sums in found.items():
        key = owners.get(code, f"?s={code}")
        held = merged.setdefault(key, _Sums([0] * len(sums.steps)))
        held.steps = [one + more for one, more in zip(held.steps, sums.steps, strict=True)]
        held.ended += sums.ended
    return merged


def _add_informed(groups: dict[str, _Sums], kind: PledgeKind, by: By, informed: Informed) -> None:
    """Set beside each group how many were informed there, and add the groups where nobody has promised yet."""
    told: Counter[Any] | None = {
        By.COMMUNE: informed.by_commune if not kind.asks_nationality or kind.asks_commune else None,
        By.LANGUAGE: informed.by_language,
        By.SOURCE: None,
        By.PARTNER: informed.by_organisation,
        By.MOBILISER: informed.by_mobiliser,
        By.EVENT: informed.by_event,
    }[by]
    if told is not None:
        for key, number in told.items():
            groups.setdefault(str(key), _Sums([0] * len(kind.ladder.steps))).informed = number
        for sums in groups.values():
            sums.informed = sums.informed or 0


def _names(keys: Sequence[str], by: By, sight: Sight) -> dict[str, str]:
    """Return what the groups are called. A mobiliser's link carries a first name: not for who sees no people."""
    ids = [int(key) for key in keys if key.isdecimal()]
    names: dict[str, str] = {}
    if by == By.COMMUNE:
        known = names_by_code((get_language() or "en").split("-")[0])
        return {key: known.get(key, key) for key in keys if key}
    if by == By.LANGUAGE:
        return {key: language_name(key) or key for key in keys if key}
    if by == By.PARTNER:
        names = {str(one.pk): one.name for one in Organisation.objects.filter(pk__in=ids)}
    elif by == By.MOBILISER:
        names = {str(one.pk): str(one) for one in User.objects.filter(pk__in=ids)}
    elif by == By.EVENT:
        names = {str(one.pk): str(one) for one in Event.objects.filter(pk__in=ids)}
    links = Source.objects.filter(code__in=[key.removeprefix("?s=") for key in keys])
    if not sight.is_exact:
        links = links.exclude(kind=SourceKind.MOBILISER)
    labels = dict(links.values_list("code", "label"))
    for key in keys:
        code = key.removeprefix("?s=")
        if key == SHARE_PREFIX:
            names[key] = gettext("people’s own links")
        elif by == By.SOURCE or key != code:
            names[key] = labels.get(code, code)
    return names


def _not_said(by: By) -> str:
    known: dict[By, str | Promise] = {By.SOURCE: gettext("no link"), By.PARTNER: gettext("no partner")}
    return str(known.get(by, gettext("not said")))


def _line(key: str, name: str, sums: _Sums, sight: Sight) -> LadderLine:
    steps, ended = tuple(sums.steps), sums.ended
    if not sight.is_exact:
        steps, ended = tuple(in_tens(number) for number in steps), in_tens(ended)
    return LadderLine(key, name, sums.informed, steps, ended)


def campaigns_read_exactly(user: User, campaigns: Iterable[int]) -> set[int]:
    """Return those of the campaigns whose pledges the user reads exactly, in one query."""
    led = Campaign.objects.all() if user.is_superuser else Campaign.objects.led_by(user, *_SEES_PEOPLE)
    return set(
        Campaign.objects.filter(pk__in=list(campaigns)).filter(pk__in=led.values("pk")).values_list("pk", flat=True)
    )
