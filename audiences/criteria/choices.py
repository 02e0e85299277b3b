"""The options that criteria offer, from what an organisation may know. Each is ``(ground) -> [(value, words)]``."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from accounts.models import Organisation
from audiences.parameters import Option
from audiences.selectors.ground import Ground
from campaigns.models import Campaign, Partnership, Petition, PledgeKind, Source
from campaigns.pledge_enums import Standing
from campaigns.pledge_rules import Ladder, Rung
from events.models import Event, EventType
from outreach.languages import LANGUAGES
from outreach.models import Barrier
from people.enums import Channel
from places.models import Territory
from places.selectors import countries
from volunteers.models import Curriculum

MOST_OPTIONS = 300


def labelled(pairs: Iterable[tuple[Any, Any]]) -> list[Option]:
    """Return a closed list's values with their words in the language in force."""
    return [(value, str(words)) for value, words in pairs]


def campaigns(ground: Ground) -> list[Option]:
    """The campaigns it leads or takes part in, by their slug."""
    rows = Campaign.objects.filter(pk__in=ground.campaigns)
    return list(rows.order_by("title").values_list("slug", "title"))


def petitions(ground: Ground) -> list[Option]:
    rows = Petition.objects.filter(campaign__in=ground.campaigns)
    return list(rows.order_by("title", "pk").values_list("pk", "title"))


def pledge_kinds(ground: Ground) -> list[Option]:
    rows = PledgeKind.objects.filter(campaign__in=ground.campaigns)
    return list(rows.order_by("name", "pk").values_list("pk", "name"))


def pledge_standings(_ground: Ground) -> list[Option]:
    return labelled((each.value, each.label) for each in Standing if each != Standing.WITHDRAWN)


def pledge_steps(ground: Ground) -> list[Option]:
    """Return the steps of every kind, each by the kind's number and the step's key."""
    return _rungs(ground, lambda ladder: ladder.steps)


def pledge_endings(ground: Ground) -> list[Option]:
    return _rungs(ground, lambda ladder: ladder.endings)


def pledge_barriers(ground: Ground) -> list[Option]:
    return _rungs(ground, lambda ladder: ladder.barriers)


def _rungs(ground: Ground, of: Callable[[Ladder], Iterable[Rung]]) -> list[Option]:
    kinds = PledgeKind.objects.filter(campaign__in=ground.campaigns).order_by("name", "pk")
    language = get_language() or "en"
    return [
        (f"{kind.pk}:{rung.key}", f"{kind.name} · {rung.name_in(language)}")
        for kind in kinds
        for rung in of(kind.ladder)
    ]


def partners(ground: Ground) -> list[Option]:
    """Those who brought people: every partner of a campaign it leads, elsewhere itself."""
    own = [each.partnership for each in ground.partaking]
    rows = Partnership.objects.filter(Q(campaign__in=ground.led) | Q(pk__in=own)).select_related("organisation")
    several = len(ground.campaigns) > 1
    return [
        (row.pk, f"{row.organisation} · {row.campaign}" if several else str(row.organisation))
        for row in rows.select_related("organisation", "campaign").order_by("organisation__name", "pk")
    ]


def links(ground: Ground) -> list[Option]:
    own = [each.partnership for each in ground.partaking]
    rows = Source.objects.filter(Q(campaign__in=ground.led) | Q(partnership__in=own))
    return list(rows.order_by("label", "pk").values_list("code", "label")[:MOST_OPTIONS])


def events(ground: Ground) -> list[Option]:
    taking_part = [each.campaign for each in ground.partaking]
    rows = Event.objects.filter(
        Q(campaign__in=ground.led) | Q(campaign__in=taking_part, organisation=ground.organisation)
    )
    newest = rows.order_by("-starts_at", "pk").values_list("pk", "title", "starts_at")[:MOST_OPTIONS]
    return [(pk, f"{title} ({starts_at:%Y-%m-%d})") for pk, title, starts_at in newest]


def event_types(ground: Ground) -> list[Option]:
    return list(
        EventType.objects.filter(campaign__in=ground.campaigns).order_by("name", "pk").values_list("pk", "name")
    )


def trainings(ground: Ground) -> list[Option]:
    rows = Curriculum.objects.filter(campaign__in=ground.campaigns)
    return list(rows.order_by("title", "pk").values_list("pk", "title"))


def barriers(_ground: Ground) -> list[Option]:
    return [(barrier.key, str(barrier)) for barrier in Barrier.objects.all()]


def languages(_ground: Ground) -> list[Option]:
    return sorted(((code, str(name)) for code, name in LANGUAGES.items()), key=lambda option: option[1])


def all_countries(_ground: Ground) -> list[Option]:
    return list(countries(only_eu=False))


def places(_ground: Ground) -> list[Option]:
    """Communes and regions we know, then countries; by their code."""
    known = Territory.objects.without_outlines().exclude(level=Territory.Level.COUNTRY)
    near = sorted(((row.code, row.name) for row in known), key=lambda option: option[1])
    return [*near, *countries(only_eu=False)]


def channels(_ground: Ground) -> list[Option]:
    return labelled(Channel.choices)


def askers(ground: Ground) -> list[Option]:
    """The organisations whose consents it may know: its own, and its partners' in campaigns it leads."""
    beside = Partnership.objects.filter(campaign__in=ground.led).values("organisation")
    rows = Organisation.objects.filter(Q(pk=ground.organisation) | Q(pk__in=beside))
    return list(rows.order_by("name").values_list("pk", "name"))
