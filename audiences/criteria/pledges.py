"""Criteria about what people promised to do, and how far they say they are."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audiences.criteria import choices
from audiences.criteria.base import Clause, Criterion
from audiences.criteria.days import within
from audiences.parameters import Day, SomeOf
from audiences.selectors.ground import Ground, having
from places.models import Territory

PLEDGES = _("Pledges")
_KINDS = SomeOf("kinds", _("Kinds of pledges"), options=choices.pledge_kinds, is_number=True, blank=_("any pledge"))


class _OfPledges(Criterion):
    subject = PLEDGES

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        """Whether all of them are the organisation's own: a partner needs a consent besides."""
        return not ground.partaking


class Pledged(_OfPledges):
    """Promised to do one of these things, or any, and did not take it back."""

    key = "pledged"
    label = _("Pledge made")
    parameters: ClassVar = (_KINDS, Day("since", _("From")), Day("until", _("Until")))
    clauses = (
        Clause(_("pledged: %(kinds)s"), without=_("made a pledge")),
        Clause(_("from %(since)s")),
        Clause(_("until %(until)s")),
    )

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        return having(ground.pledges(values.get("kinds", ())).filter(within("confirmed_at", values)))


class PledgeStands(_OfPledges):
    """Has a pledge that stands so: still to do, done as they say, given up because of something.

    What is asked is true of one and the same pledge. A step is the highest they say they reached, also of who stopped
    there; it, an ending and a barrier belong to their kind.
    """

    key = "pledge_stands"
    label = _("Pledge: how far it is")
    parameters: ClassVar = (
        _KINDS,
        SomeOf("standings", _("How it stands"), options=choices.pledge_standings, blank=_("however it stands")),
        SomeOf("steps", _("Steps"), options=choices.pledge_steps, blank=_("any step")),
        SomeOf("endings", _("Endings"), options=choices.pledge_endings),
        SomeOf("barriers", _("What stood in the way"), options=choices.pledge_barriers),
    )
    clauses = (
        Clause(_("pledged: %(kinds)s"), without=_("made a pledge")),
        Clause(_("which is %(standings)s")),
        Clause(_("and is at the step %(steps)s")),
        Clause(_("and ended so: %(endings)s")),
        Clause(_("because: %(barriers)s")),
    )

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        rows = ground.pledges(values.get("kinds", ()))
        if "standings" in values:
            rows = rows.filter(standing__in=values["standings"])
        for name, column in (("steps", "step"), ("endings", "ending"), ("barriers", "barrier")):
            if name in values:
                rows = rows.filter(_of_kind(column, values[name]))
        return having(rows)


def _of_kind(column: str, told: tuple[str, ...]) -> Q:
    """Return the condition that ``column`` holds one of these keys, each given with its kind: "12:sent"."""
    keys: dict[int, list[str]] = {}
    for each in told:
        kind, _colon, key = each.partition(":")
        if kind.isdecimal() and int(kind) < 2**63:
            keys.setdefault(int(kind), []).append(key)
    nobody = Q(pk__in=[])
    return reduce(or_, (Q(**{"kind": kind, f"{column}__in": found}) for kind, found in keys.items()), nobody)


class PledgedFor(_OfPledges):
    """Pledged for one of these places: the commune, or the country of nationality, that the form asked for."""

    key = "pledged_for"
    label = _("Pledge: for which place")
    parameters: ClassVar = (
        SomeOf("places", _("Communes, regions or countries"), is_required=True, options=choices.places), _KINDS,
    )  # fmt: skip
    clauses = (Clause(_("made a pledge for %(places)s")), Clause(_("(%(kinds)s)")))

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        within_regions = Territory.objects.filter(
            parent__code__in=values["places"], parent__level=Territory.Level.REGION
        )
        codes = {*values["places"], *within_regions.order_by("pk").values_list("code", flat=True)}
        return having(ground.pledges(values.get("kinds", ())).filter(territory_code__in=sorted(codes)))
