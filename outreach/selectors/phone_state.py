"""Everything the phone app needs offline, as docs/phone-protocol.md says."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.timezone import localtime

from campaigns.selectors.pages import PageLink, pages_of_petitions
from core.hashing import keyed_hash
from core.ttl_cache import ttl_cache
from outreach.enums import Outcome
from outreach.models import Area, Barrier, CanvassingEffort, ContactIdentity, OutreachContact, ScriptVersion
from outreach.record_parts import moment_text
from outreach.refusals import message_for
from outreach.selectors.doors import OwnEvent, told_event
from outreach.selectors.efforts import OwnEffort, asking_organisations, left_at_of
from people.models import ConsentText
from volunteers.models import Volunteer
from volunteers.selectors.agenda import upcoming_shifts_of, upcoming_trainings_of

if TYPE_CHECKING:
    from accounts.models import User

# An effort, and the event at which its link is handed over, None: at none.
HandoverKey = tuple[int, int | None]
RECENT_FOR = timedelta(days=7)
MOST_RECENT = 100


def user_key(user: "User") -> str:
    """Return the opaque name under which a phone keeps this person's queue."""
    return keyed_hash("outreach-user", str(user.pk))


def own_figures(user: "User", at: datetime) -> dict[str, Any]:
    """Return what the server counts of the user's records: today's and all, undone and revoked ones left out."""
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = (
        OutreachContact.objects.counting()
        .logged_by(user)
        .aggregate(today=Count("pk", filter=Q(occurred_at__gte=midnight)), all=Count("pk"))
    )
    return {"today": {"date": midnight.date().isoformat(), "contacts": counts["today"]}, "own_total": counts["all"]}


def phone_state(
    *,
    user: "User",
    volunteers: list[Volunteer],
    own: list[OwnEffort],
    codes: Mapping[HandoverKey, str],
    language: str,
    at: datetime,
    events: Sequence[OwnEvent] = (),
) -> dict[str, Any]:
    """Return the state without ``server_time``, so that the same state twice is equal.

    ``own``: every effort of the user (`efforts_of`); those open today are listed. ``codes``: the handover links' by
    effort and event. ``events``: those at whose door the user may stand. The number of queries does not grow with them.
    """
    open_ones = [each for each in own if is_open(each, at)]
    is_leaving = _is_leaving(volunteers, own)
    spoken = next((each.supporter.language for each in volunteers if each.supporter.language), "")
    chosen = spoken if spoken in dict(settings.LANGUAGES) else language
    return {
        "user": user_key(user),
        "name": user.first_name or str(user),
        "language": chosen,
        **own_figures(user, at),
        "efforts": _efforts(open_ones, codes, chosen, at),
        "events": [told_event(each, chosen) for each in events],
        "notice": message_for("partner_leaving") if is_leaving else "",
        "shifts": [] if is_leaving else [_plain(asdict(each)) for each in upcoming_shifts_of(user, at)],
        "trainings": [] if is_leaving else [_plain(asdict(each)) for each in upcoming_trainings_of(user, at)],
        "calendar_url": _calendar_url(volunteers),
        "recent": _recent(user, at),
    }


def is_open(own: OwnEffort, at: datetime) -> bool:
    """Whether an effort takes records today, by the campaign's own calendar; not from whose organisation left."""
    day, effort = at.astimezone(own.time_zone).date(), own.effort
    has_begun = effort.starts_date is None or effort.starts_date <= day
    has_ended = effort.ends_date is not None and effort.ends_date < day
    return own.left_at is None and effort.is_open and has_begun and not has_ended


def _is_leaving(volunteers: list[Volunteer], own: list[OwnEffort]) -> bool:
    """Whether nothing is left but to hand in: every organisation the user went out for has left."""
    is_gone = all(left_at_of(each) for each in volunteers) and all(each.left_at for each in own)
    return is_gone and bool(volunteers)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: moment_text(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _calendar_url(volunteers: list[Volunteer]) -> str:
    if not volunteers:
        return ""
    return f"{settings.PUBLIC_URL}/volunteers/calendar/{volunteers[0].calendar_key}.ics"


# --- Efforts -------------------------------------------------------------------------------------


def _efforts(
    own: list[OwnEffort], codes: Mapping[HandoverKey, str], language: str, at: datetime
) -> list[dict[str, Any]]:
    if not own:
        return []
    keys = tuple(sorted(each.effort.pk for each in own))
    areas, communes = _areas(keys), _communes(keys)
    scripts = _scripts(tuple(sorted({each.effort.script_id for each in own if each.effort.script_id})))
    return [
        {
            "id": each.effort.pk,
            "title": each.effort.title,
            "kind": each.effort.kind,
            "outcomes": [{"key": key, "label": _outcome_labels()[key]} for key in _outcomes(each.effort)],
            "languages": each.effort.languages,
            "communes": communes.get(each.effort.pk, []),
            "areas": areas.get(each.effort.pk, []),
            "barriers": _barriers(),
            "script": scripts.get(each.effort.script_id or 0),
            "asks_identity": each.effort.asks_identity,
            "blocked": each.blocked_because(at),
            "consents": _consents(asking_organisations(each), each.effort.campaign.slug)
            if each.effort.asks_identity
            else [],
            "handover": _handover(each.effort, codes.get((each.effort.pk, None), ""), language),
            "handover_at": _handover_at(each.effort, codes, language),
        }
        for each in own
    ]


def _outcomes(effort: CanvassingEffort) -> list[str]:
    return [key for key in effort.outcomes if key in Outcome.values]


@lru_cache(maxsize=1)
def _outcome_labels() -> dict[str, dict[str, str]]:
    """Return every outcome's name in every language of the interface."""
    from django.utils.translation import override

    found: dict[str, dict[str, str]] = {key: {} for key in Outcome.values}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for outcome in Outcome:
                found[outcome.value][language] = str(outcome.label)
    return found


@ttl_cache(30)
def _areas(efforts: tuple[int, ...]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Area.objects.filter(effort__in=efforts).order_by("name", "pk")
    for effort_id, pk, name, code in rows.values_list("effort_id", "pk", "name", "territory__code"):
        found[effort_id].append({"id": pk, "name": name, "commune": code or ""})
    return found


@ttl_cache(30)
def _communes(efforts: tuple[int, ...]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = CanvassingEffort.objects.filter(pk__in=efforts, territories__isnull=False)
    named = rows.order_by("pk", "territories__code").values_list("pk", "territories__code", "territories__names")
    for effort_id, code, names in named:
        found[effort_id].append({"code": code, "name": names})
    return found


@ttl_cache(30)
def _scripts(scripts: tuple[int, ...]) -> dict[int, dict[str, Any]]:
    """Return the newest version of each script."""
    rows = ScriptVersion.objects.filter(script__in=scripts).order_by("number")
    return {row.script_id: {"version": row.number, "questions": row.questions} for row in rows}


@ttl_cache(60)
def _barriers() -> list[dict[str, Any]]:
    return [{"key": row.key, "label": row.labels} for row in Barrier.objects.filter(is_offered=True)]


@ttl_cache(30)
def _consents(organisations: tuple[int, ...], scope: str) -> list[dict[str, Any]]:
    """Return the newest wording per organisation, purpose, channel and language; the campaign's own before general."""
    texts = ConsentText.objects.filter(organisation__in=organisations, scope__in=[scope, ""])
    newest: dict[tuple[int, str, str, str], ConsentText] = {}
    for text in sorted(texts.select_related("organisation"), key=lambda row: (row.scope == scope, row.version)):
        newest[(organisations.index(text.organisation_id), text.purpose, text.channel, text.language)] = text
    return [
        {
            "text": text.pk,
            "language": text.language,
            "purpose": text.purpose,
            "channel": text.channel,
            "organisation": text.organisation.name,
            "privacy_url": text.organisation.privacy_url,
            "body": text.body,
        }
        for _key, text in sorted(newest.items(), key=lambda item: item[0])
    ]


# --- The link handed over ------------------------------------------------------------------------


def _handover(effort: CanvassingEffort, code: str, language: str) -> dict[str, Any] | None:
    if not code or effort.petition_id is None:
        return None
    urls = {page.language: page.with_source(code) for page in _pages(effort.petition_id)}
    if not urls:
        return None
    url = urls.get(language) or urls.get(settings.LANGUAGE_CODE) or next(iter(urls.values()))
    return {"url": url, "qr": qr_svg(url), "urls": urls}


def _handover_at(effort: CanvassingEffort, codes: Mapping[HandoverKey, str], language: str) -> list[dict[str, Any]]:
    """Return the links to hand over at the events of these days: what they bring is credited to the event as well."""
    found = {
        event: _handover(effort, code, language)
        for (pk, event), code in codes.items()
        if pk == effort.pk and event is not None
    }
    return [{"event": event, **link} for event, link in sorted(found.items()) if link]


@ttl_cache(60)
def _pages(petition_id: int) -> tuple[PageLink, ...]:
    found = pages_of_petitions([petition_id]).get(petition_id, [])
    return tuple(page for page in found if page.is_live)


@lru_cache(maxsize=500)
def qr_svg(url: str) -> str:
    """Return a QR code as SVG that scales, without inline styles."""
    drawn = BytesIO()
    segno.make(url, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True, border=4, light="#fff"
    )
    return drawn.getvalue().decode()


# --- Own records ---------------------------------------------------------------------------------


def _recent(user: "User", at: datetime) -> list[dict[str, Any]]:
    """Return the last words of the user's own chains of seven days, the latest first.

    All a correction must repeat, whichever phone it is made on; never who it was.
    """
    identified = ContactIdentity.objects.filter(contact__mobiliser=user, contact__root_id=OuterRef("root_id"))
    rows = (
        OutreachContact.objects.counting()
        .logged_by(user)
        .filter(occurred_at__gt=at - RECENT_FOR)
        .annotate(has_person=Exists(identified))
        .order_by("-occurred_at", "-pk")
        .select_related("territory", "script_version")
        .only(
            "client_id", "root_id", "effort_id", "outcome", "language", "territory__code", "area_id", "shift_id",
            "event_id", "barriers", "script_version__number", "answers", "occurred_at", "device_at", "record_type",
        )[:MOST_RECENT]
    )  # fmt: skip
    return [_recent_row(row) for row in rows]


def _recent_row(row: OutreachContact) -> dict[str, Any]:
    return {
        "id": str(row.client_id),
        "root": str(row.root_id),
        "type": row.record_type,
        "at": moment_text(row.occurred_at),
        "device_at": moment_text(row.device_at),
        "effort": row.effort_id,
        "outcome": row.outcome,
        "language": row.language,
        "commune": row.territory.code if row.territory else "",
        "area": row.area_id,
        "shift": row.shift_id,
        "event": row.event_id,
        "barriers": row.barriers,
        "script": row.script_version.number if row.script_version else None,
        "answers": row.answers,
        "has_person": row.has_person,  # type: ignore[attr-defined]  # annotated above
    }
