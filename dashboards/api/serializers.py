"""The shapes of the answers: they draw them, and the description at /api/v1/openapi.json is made from them."""

from datetime import UTC
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from campaigns.enums import CountKind
from campaigns.registration_course import Basis
from dashboards.api.problems import PROBLEMS

MOST_LISTED = 100
LARGEST_ID = 2**63 - 1


class Moment(serializers.DateTimeField):
    """A moment in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}, "examples": [{"en": "Open up"}]})
class Words(serializers.DictField):
    """A text by language code."""

    child = serializers.CharField()


class Page(serializers.Serializer[Any]):
    language = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField()


class Campaign(serializers.Serializer[Any]):
    """“slug” is the campaign's stable name. “is_generated”: a demonstration, no real campaign."""

    slug = serializers.CharField()
    title = serializers.CharField()
    organisation = serializers.CharField(help_text="who leads it")
    starts_date = serializers.DateField(allow_null=True)
    ends_date = serializers.DateField(allow_null=True)
    is_generated = serializers.BooleanField()
    pages = Page(many=True)
    progress_url = serializers.URLField()


class CampaignList(serializers.Serializer[Any]):
    """One page of campaigns, the newest first; “next” is the address of the following page."""

    results = Campaign(many=True)
    next = serializers.URLField(allow_null=True)


class PetitionReference(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    pages = Page(many=True)
    count_url = serializers.URLField()


class InitiativeReference(serializers.Serializer[Any]):
    registration_number = serializers.CharField()
    url = serializers.URLField()


class Election(serializers.Serializer[Any]):
    key = serializers.CharField()
    titles = Words()
    place = serializers.CharField(help_text="code of the place: ISO 3166")
    election_date = serializers.DateField()
    registration_deadline = serializers.DateField(allow_null=True)
    is_generated = serializers.BooleanField()


class CampaignDetail(Campaign):
    petitions = PetitionReference(many=True)
    initiatives = InitiativeReference(many=True)
    election = Election(allow_null=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "petition",
            value={
                "id": 12,
                "pages": [{"language": "en", "title": "Open the doors", "url": "https://example.org/en/open/"}],
                "count": 1834,
                "minimum_shown": 100,
                "goal": 5000,
                "goal_steps": [1000, 5000, 10000],
                "as_of": "2026-03-02T09:00:00Z",
                "is_open": True,
                "is_generated": False,
            },
            response_only=True,
        )
    ]
)
class PetitionCount(serializers.Serializer[Any]):
    """“count” is null below “minimum_shown”, and while live counts are switched off."""

    id = serializers.IntegerField()
    pages = Page(many=True)
    count = serializers.IntegerField(allow_null=True, min_value=0)
    minimum_shown = serializers.IntegerField(min_value=0)
    goal = serializers.IntegerField(min_value=1, help_text="the goal to show beside the count")
    goal_steps = serializers.ListField(child=serializers.IntegerField(min_value=1))
    as_of = Moment(allow_null=True, help_text="null: nothing has been counted yet")
    is_open = serializers.BooleanField()
    is_generated = serializers.BooleanField()


class PledgeCount(serializers.Serializer[Any]):
    """“kept” is what people told us themselves; both are null below “minimum_shown”."""

    key = serializers.CharField()
    promises = Words()
    pledged = serializers.IntegerField(allow_null=True, min_value=0)
    kept = serializers.IntegerField(allow_null=True, min_value=0)
    kept_is_self_reported = serializers.BooleanField(help_text="always true")
    minimum_shown = serializers.IntegerField(min_value=0)
    as_of = Moment(allow_null=True)
    is_open = serializers.BooleanField()
    is_generated = serializers.BooleanField()


class Registrations(serializers.Serializer[Any]):
    """The official figure of people registered to vote that stands now, for the election's whole place."""

    election = Election()
    as_of = serializers.CharField(help_text="the day (2024-07-31), or the month where no day is published (2024-07)")
    kind = serializers.ChoiceField(choices=[kind.value for kind in CountKind])
    is_final = serializers.BooleanField(help_text="false: provisional, it may still change")
    registered = serializers.IntegerField(allow_null=True, min_value=0)
    potential = serializers.IntegerField(allow_null=True, min_value=0, help_text="how many could register")
    rate_percent = serializers.CharField(allow_null=True, help_text="a number with the decimals published")
    is_rate_published = serializers.BooleanField(help_text="false: worked out of the counts")
    basis = serializers.ChoiceField(
        choices=[basis.value for basis in Basis], help_text="where the count is from: published, a sum, or the rate"
    )
    sources = serializers.ListField(child=serializers.CharField())


class InitiativeProgress(serializers.Serializer[Any]):
    """A European Citizens' Initiative as its newest reading of the public register shows it."""

    registration_number = serializers.CharField()
    url = serializers.URLField()
    titles = Words()
    status = serializers.CharField()
    as_of = serializers.DateField(allow_null=True, help_text="null: nothing has been read yet")
    is_certified = serializers.BooleanField(help_text="false: as collected, before verification")
    statements = serializers.IntegerField(allow_null=True, min_value=0)
    statements_needed = serializers.IntegerField()
    countries_passed = serializers.IntegerField(allow_null=True, min_value=0)
    countries_needed = serializers.IntegerField()
    collection_end_date = serializers.DateField(allow_null=True)


class CampaignProgress(serializers.Serializer[Any]):
    """All public figures of one campaign. Figures of different petitions do not add up: people may sign several."""

    campaign = Campaign()
    petitions = PetitionCount(many=True)
    pledges = PledgeCount(many=True)
    registrations = Registrations(allow_null=True)
    initiatives = InitiativeProgress(many=True)


class Country(serializers.Serializer[Any]):
    """“count” is null where the reading says nothing of the country."""

    code = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField(allow_null=True, min_value=0)
    minimum = serializers.IntegerField(min_value=1)
    is_passed = serializers.BooleanField()
    is_late = serializers.BooleanField(help_text="certified after submission: shown, not counted")


class Initiative(InitiativeProgress):
    registered_date = serializers.DateField()
    collection_start_date = serializers.DateField(allow_null=True)
    early_closure_date = serializers.DateField(allow_null=True)
    origin = serializers.ChoiceField(
        choices=["register", "file"], allow_null=True, help_text="whence the reading is: the public register, or a file"
    )
    source = serializers.CharField(allow_blank=True)
    countries = Country(many=True)


class Told(serializers.Serializer[Any]):
    """A count as its partner may read it: “exact”, in whole “tens” below it, or “fewer_than” the value."""

    value = serializers.IntegerField(min_value=0)
    precision = serializers.ChoiceField(choices=["exact", "tens", "fewer_than"])


class Partnership(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    organisation = serializers.CharField()
    campaign = serializers.CharField(help_text="the campaign's slug")
    campaign_title = serializers.CharField()
    role = serializers.ChoiceField(choices=["lead", "partner", "supporter"])
    figures_url = serializers.URLField()


class PartnershipList(serializers.Serializer[Any]):
    results = Partnership(many=True)


class Day(serializers.Serializer[Any]):
    day = serializers.DateField()
    count = serializers.IntegerField(min_value=0)


class Week(serializers.Serializer[Any]):
    begins = serializers.DateField(help_text="a Monday")
    pledged = Told()


class OfCountry(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="ISO 3166-1; ZZ: not said")
    count = Told()


class OwnSignatures(serializers.Serializer[Any]):
    """“by_day” is null where the partner reads its signatures in tens: then a day would tell of single people."""

    total = Told()
    by_day = Day(many=True, allow_null=True)
    by_country = OfCountry(many=True)


class OwnPledges(serializers.Serializer[Any]):
    total = Told()
    kept = Told(help_text="as people say themselves")
    by_week = Week(many=True)


class PartnerFigures(serializers.Serializer[Any]):
    """What came to a campaign through one partner."""

    partnership = Partnership()
    as_of = Moment(allow_null=True)
    signatures = OwnSignatures()
    pledges = OwnPledges()
    is_generated = serializers.BooleanField()


class WrongValue(serializers.Serializer[Any]):
    field = serializers.CharField()
    message = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457. “code” and “type” are stable, the rest is for people."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.ChoiceField(choices=list(PROBLEMS))
    errors = WrongValue(many=True, required=False)


class ListQuery(serializers.Serializer[Any]):
    """Which page of a list is asked for."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MOST_LISTED, default=50, help_text="how many campaigns at most"
    )
    before = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, help_text="from the address in “next”; not to be made up"
    )
