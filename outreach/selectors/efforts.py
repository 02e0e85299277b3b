"""The efforts somebody goes out for, and what may be recorded in each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, FilteredRelation, OuterRef, Q

from core.ttl_cache import ttl_cache
from outreach.models import Area, Barrier, CanvassingEffort, ScriptVersion
from outreach.records import EffortRules, ScriptRules
from outreach.selectors.at_events import named_events
from people.models import ConsentText
from places.models import Territory
from volunteers.enums import AgreementKind
from volunteers.models import AgreementText, Certificate, ShiftAssignment, Volunteer

if TYPE_CHECKING:
    from accounts.models import User

Span = tuple[datetime, datetime | None]


class NotAMobiliser(PermissionError):
    """Signed in, but nobody's working volunteer, and on no effort's staff."""


class PartnerLeft(NotAMobiliser):
    """A volunteer, but of a partner that left the campaign, and the time for handing in is over."""


@dataclass(frozen=True)
class OwnEffort:
    """One effort as one mobiliser meets it.

    ``volunteer`` is None for staff who run the effort: they may log too, with neither certificate nor agreement asked,
    because both are volunteers' papers. ``certified``: see `EffortRules`. ``left_at``: when the volunteer's
    organisation left the campaign; then only what was recorded before is handed in.
    """

    effort: CanvassingEffort
    volunteer: Volunteer | None
    certified: tuple[Span, ...] | None
    has_agreed: bool
    left_at: datetime | None = None

    @property
    def organisation_id(self) -> int:
        return self.volunteer.organisation_id if self.volunteer else self.effort.organisation_id

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.effort.campaign.time_zone)

    def is_certified(self, at: datetime) -> bool:
        return self.certified is None or any(
            since <= at and (until is None or at < until) for since, until in self.certified
        )

    def blocked_because(self, at: datetime) -> str:
        """Return why nothing (``certificate``) or no person (``agreement``) may be recorded, or nothing."""
        if not self.is_certified(at):
            return "certificate"
        return "" if self.has_agreed or not self.effort.asks_identity else "agreement"


def volunteers_of(user: "User", at: datetime) -> list[Volunteer]:
    """Return the user's working volunteer records, the oldest first.

    Those of a partner that left are among them while the phone may hand in what it holds
    (settings.PARTNER_LEFT_GRACE_DAYS); `left_at_of` tells them.
    """
    since = at - timedelta(days=settings.PARTNER_LEFT_GRACE_DAYS)
    rows = Volunteer.objects.working().may_hand_in(since).filter(user=user)
    return list(rows.select_related("supporter").order_by("pk"))


def left_at_of(volunteer: Volunteer) -> datetime | None:
    """Return when the organisation of one of `volunteers_of` left the campaign, None: it takes part."""
    left_at: datetime | None = volunteer.left_at  # type: ignore[attr-defined]  # annotated by may_hand_in
    return left_at


def efforts_of(user: "User", volunteers: list[Volunteer]) -> list[OwnEffort]:
    """Return every effort the user may log in, open or not; the number of queries does not grow with theirs.

    A volunteer's are those of `worked_by`; staff's those they may change as coordinator, organiser or, for their own
    organisation, partner manager. Raises NotAMobiliser where there is neither volunteer nor such an effort,
    PartnerLeft where there was one.
    """
    worked = CanvassingEffort.objects.worked_on_by(volunteers).values("pk")
    run = CanvassingEffort.objects.changeable_by(user)
    rows = (
        CanvassingEffort.objects.filter(Q(pk__in=worked) | Q(pk__in=run.values("pk")))
        .annotate(is_run=Exists(run.filter(pk=OuterRef("pk"))))
        .select_related("campaign__organisation", "organisation", "script", "petition")
        .prefetch_related("teams")
        .order_by("-pk")
    )
    efforts = list(rows)
    if not efforts and not volunteers:
        raise PartnerLeft if Volunteer.objects.working().filter(user=user).exists() else NotAMobiliser
    certificates = _certificates(efforts, volunteers)
    agreed = _agreed(efforts, volunteers)
    return [_own(effort, volunteers, certificates, agreed) for effort in efforts]


def _own(
    effort: CanvassingEffort,
    volunteers: list[Volunteer],
    certificates: dict[tuple[int, int], list[Certificate]],
    agreed: dict[int, bool],
) -> OwnEffort:
    if effort.is_run:  # type: ignore[attr-defined]  # annotated above
        return OwnEffort(effort, None, None, True)
    zone = ZoneInfo(effort.campaign.time_zone)
    needed = effort.required_curriculum_id
    choices = []
    for volunteer in volunteers:
        if not _works_on(volunteer, effort):
            continue
        held = certificates.get((needed, volunteer.pk), []) if needed else []
        spans = tuple(_span(row.issued_date, row.valid_until, zone) for row in held) if needed else None
        choices.append(OwnEffort(effort, volunteer, spans, agreed[volunteer.pk], left_at_of(volunteer)))
    # Somebody who volunteers for two organisations goes out under the one that takes part, whose papers are in order.
    return max(
        choices, key=lambda own: (own.left_at is None, own.certified is None or bool(own.certified), own.has_agreed)
    )


def _works_on(volunteer: Volunteer, effort: CanvassingEffort) -> bool:
    """Whether `EffortQuerySet.worked_on_by` finds the effort for this volunteer."""
    teams = {team.pk for team in effort.teams.all()}
    return (
        effort.campaign_id == volunteer.campaign_id
        and effort.organisation_id in (volunteer.organisation_id, effort.campaign.organisation_id)
        and (not teams or volunteer.team_id in teams)
    )


def _span(first: date, last: date | None, zone: ZoneInfo) -> Span:
    """Return the moments between the beginning of the first and the end of the last day."""
    until = None if last is None else _midnight(last + timedelta(days=1), zone)
    return _midnight(first, zone), until


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _certificates(
    efforts: list[CanvassingEffort], volunteers: list[Volunteer]
) -> dict[tuple[int, int], list[Certificate]]:
    """Return the certificates not revoked, by curriculum and volunteer; no query where no effort asks one."""
    needed = {effort.required_curriculum_id for effort in efforts if effort.required_curriculum_id}
    found: dict[tuple[int, int], list[Certificate]] = defaultdict(list)
    if needed and volunteers:
        held = Certificate.objects.filter(curriculum__in=needed, volunteer__in=volunteers, revoked_at__isnull=True)
        for row in held:
            found[(row.curriculum_id, row.volunteer_id)].append(row)
    return found


def _agreed(efforts: list[CanvassingEffort], volunteers: list[Volunteer]) -> dict[int, bool]:
    """Return per volunteer whether the data agreement was accepted, in any version, or there is none to accept.

    It is the one of the volunteer's organisation or of the campaign's leading one.
    """
    leading = {effort.campaign_id: effort.campaign.organisation_id for effort in efforts}
    asking = {
        volunteer.pk: {volunteer.organisation_id, leading.get(volunteer.campaign_id, volunteer.organisation_id)}
        for volunteer in volunteers
    }
    organisations = set().union(*asking.values())
    if not organisations:
        return {}
    theirs = FilteredRelation("acceptances", condition=Q(acceptances__volunteer__in=volunteers))
    texts = AgreementText.objects.filter(kind=AgreementKind.DATA, organisation__in=organisations)
    pairs = set(texts.annotate(theirs=theirs).order_by().values_list("theirs__volunteer_id", "organisation_id"))
    there_is = {organisation for _volunteer, organisation in pairs}
    return {
        pk: not (owners & there_is) or any((pk, owner) in pairs for owner in owners) for pk, owners in asking.items()
    }


# --- What may be recorded ------------------------------------------------------------------------


def rules_of(
    user: "User", own: list[OwnEffort], *, wanted: set[int], names_shifts: bool, names_events: bool = False
) -> dict[int, EffortRules]:
    """Return the rules of the efforts in ``wanted``. Lists the whole site shares are at most a minute old."""
    chosen = [each for each in own if each.effort.pk in wanted]
    if not chosen:
        return {}
    areas = _areas(chosen)
    scripts = _scripts(chosen)
    shifts = _shifts(user) if names_shifts else frozenset()
    events = named_events(user) if names_events else {}
    return {
        each.effort.pk: EffortRules(
            effort_id=each.effort.pk,
            organisation_id=each.organisation_id,
            team_id=each.volunteer.team_id if each.volunteer else None,
            is_open=each.effort.is_open,
            opens_at=_beginning(each.effort.starts_date, 0, each.time_zone),
            closes_at=_beginning(each.effort.ends_date, 1, each.time_zone),
            certified=each.certified,
            left_at=each.left_at,
            has_agreed=each.has_agreed,
            asks_identity=each.effort.asks_identity,
            country=country_of(each.effort),
            communes=_communes(),
            areas=areas[each.effort.pk],
            shifts=shifts,
            events=events.get(each.effort.campaign_id, {}),
            barriers=_barriers(),
            scripts=scripts.get(each.effort.script_id or 0, {}),
            consents=_wordings(asking_organisations(each), each.effort.campaign.slug),
        )
        for each in chosen
    }


def _beginning(day: date | None, days_later: int, zone: ZoneInfo) -> datetime | None:
    return None if day is None else _midnight(day + timedelta(days=days_later), zone)


def country_of(effort: CanvassingEffort) -> str:
    """Return the country whose phone numbers are written without a prefix."""
    return effort.organisation.country or effort.campaign.organisation.country


def asking_organisations(own: OwnEffort) -> tuple[int, ...]:
    """Return who asks consent in an effort: the leading organisation, and the mobiliser's own."""
    return tuple(dict.fromkeys((own.effort.campaign.organisation_id, own.organisation_id)))


@ttl_cache(60)
def _communes() -> dict[str, int]:
    return dict(Territory.objects.filter(level=Territory.Level.COMMUNE).values_list("code", "pk"))


@ttl_cache(60)
def _barriers() -> frozenset[str]:
    return frozenset(Barrier.objects.values_list("key", flat=True))


@ttl_cache(30)
def _wordings(organisations: tuple[int, ...], scope: str) -> dict[int, str]:
    """Return every version a phone may have shown, with its channel: an older one was still shown offline."""
    texts = ConsentText.objects.filter(organisation__in=organisations, scope__in=[scope, ""])
    return dict(texts.order_by().values_list("pk", "channel"))


def _areas(chosen: Iterable[OwnEffort]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {each.effort.pk: set() for each in chosen}
    for pk, effort_id in Area.objects.filter(effort__in=found).order_by().values_list("pk", "effort_id"):
        found[effort_id].add(pk)
    return {effort_id: frozenset(ids) for effort_id, ids in found.items()}


def _scripts(chosen: Iterable[OwnEffort]) -> dict[int, dict[int, ScriptRules]]:
    ids = {each.effort.script_id for each in chosen if each.effort.script_id}
    found: dict[int, dict[int, ScriptRules]] = defaultdict(dict)
    if ids:
        for version in ScriptVersion.objects.filter(script__in=ids).order_by():
            found[version.script_id][version.number] = _script_rules(version)
    return found


def _script_rules(version: ScriptVersion) -> ScriptRules:
    return ScriptRules(
        version.pk,
        {
            question["key"]: frozenset(option["key"] for option in question.get("options", []))
            if question.get("kind") == "choice"
            else None
            for question in version.questions
        },
    )


def _shifts(user: "User") -> frozenset[int]:
    """Return the shifts the user ever stood in: no other may be named."""
    return frozenset(ShiftAssignment.objects.filter(volunteer__user=user).values_list("shift_id", flat=True))
