"""Criteria about who somebody is: where they live, what they speak, since when we know them."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audiences.criteria import choices
from audiences.criteria.base import Clause, Criterion
from audiences.criteria.days import begins
from audiences.parameters import Day, Days, SomeOf, Words
from audiences.selectors.ground import Ground, known_before, not_known_before
from places.models import Postcode, Territory

PEOPLE = _("The person")


class LivesIn(Criterion):
    """Lives in one of these communes, regions or countries, as far as they said.

    Of somebody whose commune we were not told, the postcode says it: the commune most of its addresses lie in.
    """

    key = "lives_in"
    subject = PEOPLE
    label = _("Where somebody lives")
    parameters: ClassVar = (
        SomeOf("places", _("Communes, regions or countries"), is_required=True, options=choices.places),
    )
    clauses = (Clause(_("lives in %(places)s")),)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        codes = set(values["places"])
        countries = set(Territory.objects.countries().filter(code__in=codes).values_list("code", flat=True))
        found = Q(residence_country__in=sorted(countries))
        within_them = list(_territories(codes - countries))
        if within_them:
            found |= Q(territory__in=within_them) | Q(_by_postcode(within_them), territory=None)
        return found


def _territories(codes: Iterable[str]) -> Iterable[int]:
    """Return the ids of regions and communes by code, with the communes of those regions."""
    rows = Territory.objects.filter(Q(code__in=codes) | Q(parent__code__in=codes))
    return rows.order_by("pk").values_list("pk", flat=True)


def _by_postcode(territories: list[int]) -> Q:
    found = Q(pk__in=[])
    by_country: dict[str, list[str]] = {}
    known = Postcode.objects.filter(territory__in=territories, is_main=True).order_by("country", "code")
    for country, code in known.values_list("country", "code"):
        by_country.setdefault(country, []).extend(_spellings(country, code))
    for country, codes in by_country.items():
        found |= Q(residence_country=country, postcode__in=codes)
    return found


def _spellings(country: str, code: str) -> list[str]:
    """The ways people write a postcode: 1050, B-1050, BE-1050, BE 1050."""
    return [code, f"{country[:1]}-{code}", f"{country}-{code}", f"{country} {code}"]


class PostcodeBegins(Criterion):
    """Gave a postcode that begins like this."""

    key = "postcode"
    subject = PEOPLE
    label = _("Postcode")
    parameters: ClassVar = (
        Words("begins", _("First digits or letters"), is_required=True),
        SomeOf("countries", _("Countries"), options=choices.all_countries, blank=_("any country")),
    )
    clauses = (Clause(_("has a postcode that begins with %(begins)s")), Clause(_("in %(countries)s")))

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        found = Q(postcode__istartswith=values["begins"])
        return found & Q(residence_country__in=values["countries"]) if "countries" in values else found


class Speaks(Criterion):
    key = "speaks"
    subject = PEOPLE
    label = _("Language spoken")
    parameters: ClassVar = (SomeOf("languages", _("Languages"), is_required=True, options=choices.languages),)
    clauses = (Clause(_("speaks %(languages)s")),)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        return Q(language__in=values["languages"])


class HasNationality(Criterion):
    key = "nationality"
    subject = PEOPLE
    label = _("Nationality")
    parameters: ClassVar = (SomeOf("countries", _("Countries"), is_required=True, options=choices.all_countries),)
    clauses = (Clause(_("has the nationality of %(countries)s")),)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        return Q(nationality__in=values["countries"])


class KnownSince(Criterion):
    """Became known to the organisation in these days; what they did for others before is not asked."""

    key = "known"
    subject = PEOPLE
    label = _("Known since a day")
    parameters: ClassVar = (Day("since", _("From")), Day("until", _("Until")))
    clauses = (Clause(_("became known to us")), Clause(_("from %(since)s")), Clause(_("until %(until)s")))

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        # That they are known at all is asked of everybody in a segment, unless another criterion says so.
        found = Q()
        if "until" in values:
            found &= known_before(ground, begins(values["until"] + timedelta(days=1)))
        return found & not_known_before(ground, begins(values["since"])) if "since" in values else found

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        return "until" in values


class KnownLately(Criterion):
    key = "known_lately"
    subject = PEOPLE
    label = _("Known lately")
    parameters: ClassVar = (Days("days", _("Days"), is_required=True),)
    clauses = (Clause(_("became known to us in the last %(days)s days")),)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        return not_known_before(ground, ground.at - timedelta(days=values["days"]))
