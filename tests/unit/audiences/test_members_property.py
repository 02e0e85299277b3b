"""Whatever the rule and the world: the query finds whom a plain reading of the rule, person by person, finds."""

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiences.criteria.base import criteria
from audiences.selectors import people_sets
from audiences.selectors.ground import ground_of
from audiences.selectors.members import members
from audiences.selectors.people_sets import PeopleSets
from core.id_sets import ids_in
from people.enums import Purpose
from people.models import Supporter
from tests.factories.segment_people import AT, Person, Ready
from tests.factories.staff import World

LANGUAGES = ["fr", "nl", "ar"]
COUNTRIES = ["BE", "FR", ""]
STANDINGS = ["open", "acted", "complete", "ended", "withdrawn"]
STEPS = ["informed", "sent"]
PLACES = ["NIS 21009", "NIS 21004", "FR"]


def is_true(rule: Any, person: Person, whom: str) -> bool:
    """Read a rule for one person."""
    if "all" in rule:
        return all(is_true(each, person, whom) for each in rule["all"])
    if "any" in rule:
        return any(is_true(each, person, whom) for each in rule["any"])
    if "not" in rule:
        return not is_true(rule["not"], person, whom)
    return bool(READINGS[rule["is"]](rule, person, whom))


def read_signed(rule: Any, person: Person, whom: str) -> bool:
    return any(
        ("petitions" not in rule or petition in rule["petitions"])
        and ("since" not in rule or at.date() >= date.fromisoformat(rule["since"]))
        for petition, at, _by_partner, _status in person.signatures(whom)
    )


def read_lately(rule: Any, person: Person, whom: str) -> bool:
    return any(AT - timedelta(days=rule["days"]) <= at <= AT for _petition, at, _by, _status in person.signatures(whom))


def guest(person: Person, whom: str) -> tuple[str, bool] | None:
    """The event is the lead's: a partner knows nothing of it."""
    if person.rsvp is None or whom != "lead" or not person.rsvp[1]:
        return None
    return person.rsvp[0], person.rsvp[2]


def read_volunteers(rule: Any, person: Person, whom: str) -> bool:
    if person.stage is None or (whom == "partner" and not person.stage[1]):
        return False
    return "stages" not in rule or person.stage[0] in rule["stages"]


def read_did_something(rule: Any, person: Person, whom: str) -> bool:
    moments = [at for _petition, at, _by, _status in person.signatures(whom)]
    moments += [each.at for each in person.pledges(whom)]
    if (found := guest(person, whom)) is not None:
        status, came = found
        moments += [person.registered_at] * (status != "cancelled") + [person.came_at] * came
    moments += [person.offered_at] * read_volunteers({}, person, whom)
    return any(AT - timedelta(days=rule["days"]) <= at <= AT for at in moments)


def read_met(rule: Any, person: Person, whom: str) -> bool:
    if person.met is None or (whom == "partner" and not person.met[1]):
        return False
    return "outcomes" not in rule or person.met[0] in rule["outcomes"]


def read_not_contacted(rule: Any, person: Person, whom: str) -> bool:
    if person.written_at is None or whom != "lead":
        return True
    return person.written_at < AT - timedelta(days=rule["days"])


def read_pledged(rule: Any, person: Person, whom: str) -> bool:
    return any(
        each.at.date() >= date.fromisoformat(rule.get("since", "2000-01-01"))
        for each in person.pledges(whom)
        if each.kind in rule.get("kinds", [each.kind])
    )


def read_stands(rule: Any, person: Person, whom: str) -> bool:
    """All that is asked is true of one and the same pledge; a key is its own kind's."""
    return any(
        each.kind in rule.get("kinds", [each.kind])
        and each.standing in rule.get("standings", [each.standing])
        and all(
            f"{each.kind}:{told}" in rule.get(name, [f"{each.kind}:{told}"])
            for name, told in (("steps", each.step), ("endings", each.ending), ("barriers", each.barrier))
        )
        for each in person.pledges(whom)
    )


def read_sent(rule: Any, person: Person, whom: str) -> bool:
    """The broadcast is the lead's: a partner sent nobody anything."""
    status = person.sent if whom == "lead" else None
    wanted = ["delivered"] if rule["fate"] == "delivered" else ["sent", "delivered", "unknown"]
    return (status not in wanted) if rule["fate"] == "not_sent" else (status in wanted)


def read_partner(rule: Any, person: Person, whom: str) -> bool:
    """The one partner of the world: what it brought is what the plain reading marks so."""
    return any(each[2] for each in person.signatures(whom)) or any(each.by_partner for each in person.pledges(whom))


def read_link(rule: Any, person: Person, whom: str) -> bool:
    """The leaflet of the world lies with the partner: pledges by the partner came by it."""
    return any(each.by_partner for each in person.pledges(whom))


READINGS: dict[str, Any] = {
    "pledged": read_pledged,
    "pledge_stands": read_stands,
    "pledged_for": lambda rule, person, whom: any(each.place in rule["places"] for each in person.pledges(whom)),
    "was_sent": read_sent,
    "partner": read_partner,
    "link": read_link,
    "signed": read_signed,
    "signed_lately": read_lately,
    "speaks": lambda rule, person, whom: person.language in rule["languages"],
    "nationality": lambda rule, person, whom: person.nationality in rule["countries"],
    "postcode": lambda rule, person, whom: person.postcode.lower().startswith(rule["begins"].lower()),
    "proved": lambda rule, person, whom: person.proved,
    "allows": lambda rule, person, whom: person.allows(whom),
    "registered": lambda rule, person, whom: (found := guest(person, whom)) is not None and found[0] != "cancelled",
    "attended": lambda rule, person, whom: (found := guest(person, whom)) is not None and found[1],
    "stayed_away": lambda rule, person, whom: guest(person, whom) == ("coming", False),
    "volunteers": read_volunteers,
    "did_something": read_did_something,
    "met": read_met,
    "not_contacted": read_not_contacted,
}


def pledge_leaves(ready: Ready) -> Any:
    some = lambda values: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)  # noqa: E731
    kinds = [kind.pk for kind in ready.kinds]
    keyed = lambda keys: some([f"{kind}:{key}" for kind in kinds for key in keys])  # noqa: E731
    day = st.integers(1, 25).map(lambda number: f"2026-03-{number:02}")
    asked = {
        "kinds": some(kinds), "standings": some(STANDINGS[:4]), "steps": keyed(STEPS), "endings": keyed(["gave_up"]),
        "barriers": keyed(["no_time", "language"]),
    }  # fmt: skip
    return st.one_of(
        st.fixed_dictionaries({"is": st.just("pledged")}, optional={"kinds": some(kinds), "since": day}),
        st.fixed_dictionaries({"is": st.just("pledge_stands")}, optional=asked),
        some([*PLACES, "BE"]).map(lambda found: {"is": "pledged_for", "places": found}),
        st.just({"is": "link", "links": [ready.world.source.code]}),
        st.just({"is": "partner", "partners": [ready.world.partnership.pk]}),
        st.sampled_from(["sent", "delivered", "not_sent"]).map(
            lambda fate: {"is": "was_sent", "broadcast": ready.broadcast.pk, "fate": fate}
        ),
    )


def leaves(petitions: list[int], whom: str, slug: str) -> Any:
    purpose = Purpose.CAMPAIGN_NEWS if whom == "lead" else Purpose.PARTNER_NEWS
    some = lambda values: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)  # noqa: E731
    day = st.integers(1, 25).map(lambda number: f"2026-03-{number:02}")
    days = st.integers(1, 20)
    return st.one_of(
        st.just({"is": "signed"}),
        some(petitions).map(lambda found: {"is": "signed", "petitions": found}),
        day.map(lambda found: {"is": "signed", "since": found}),
        days.map(lambda found: {"is": "signed_lately", "days": found}),
        days.map(lambda found: {"is": "did_something", "days": found}),
        some(LANGUAGES).map(lambda found: {"is": "speaks", "languages": found}),
        some(COUNTRIES[:2]).map(lambda found: {"is": "nationality", "countries": found}),
        st.sampled_from(["10", "1050", "b"]).map(lambda found: {"is": "postcode", "begins": found}),
        st.just({"is": "proved", "channel": "email"}),
        st.just({"is": "allows", "purpose": purpose.value, "channel": "email", "campaign": slug}),
        st.sampled_from([{"is": "registered"}, {"is": "attended"}, {"is": "stayed_away"}]),
        st.just({"is": "volunteers"}),
        some(["active", "applied"]).map(lambda found: {"is": "volunteers", "stages": found}),
        some(["informed", "refused"]).map(lambda found: {"is": "met", "outcomes": found}),
        days.map(lambda found: {"is": "not_contacted", "days": found}),
    )


def rules(ready: Ready, whom: str) -> Any:
    """Rules of at most five levels."""
    petitions = [petition.pk for petition in ready.petitions]
    found = st.one_of(leaves(petitions, whom, ready.world.campaign.slug), pledge_leaves(ready))
    for _level in range(2):
        inner = found
        found = st.one_of(
            inner,
            st.builds(lambda rule: {"not": rule}, inner),
            st.builds(lambda several: {"all": several}, st.lists(inner, max_size=3)),
            st.builds(lambda several: {"any": several}, st.lists(inner, min_size=1, max_size=3)),
        )
    return found


moments = st.integers(0, 25).map(lambda days: AT - timedelta(days=days, minutes=7))
people = st.fixed_dictionaries(
    {
        "language": st.sampled_from(LANGUAGES),
        "nationality": st.sampled_from(COUNTRIES),
        "postcode": st.sampled_from(["1050", "1000", "B-1050", "75001", ""]),
        "is_merged": st.sampled_from([False, False, False, True]),
        "proved": st.booleans(),
        "signed": st.dictionaries(
            st.integers(0, 1),
            st.tuples(moments, st.booleans(), st.sampled_from(["confirmed", "withdrawn"])),
            max_size=2,
        ),
        "consents": st.lists(
            st.tuples(moments, st.booleans(), st.sampled_from(["lead", "partner"])), max_size=3,
            unique_by=lambda each: each[0],
        ),
        "rsvp": st.none() | st.tuples(st.sampled_from(["coming", "cancelled"]), st.booleans(), st.booleans()),
        "stage": st.none() | st.tuples(st.sampled_from(["active", "applied"]), st.booleans()),
        "met": st.none() | st.tuples(st.sampled_from(["informed", "refused"]), st.booleans()),
        "written_at": st.none() | moments,
        "pledged": st.dictionaries(
            st.integers(0, 1),
            st.tuples(
                moments, st.booleans(), st.sampled_from(STANDINGS), st.sampled_from(STEPS),
                st.sampled_from(["", "gave_up"]), st.sampled_from(["", "no_time", "language"]), st.sampled_from(PLACES),
            ),
            max_size=2,
        ),
        "registered_at": moments,
        "came_at": moments,
        "offered_at": moments,
        "sent": st.none() | st.sampled_from(["ready", "sent", "delivered", "unknown", "suppressed"]),
    }
)  # fmt: skip


# What is read person by person in tests of its own.
ELSEWHERE = {"known", "known_lately", "lives_in", "worked"}


def test_every_criterion_is_read() -> None:
    assert set(criteria()) == set(READINGS) | ELSEWHERE
    assert not set(READINGS) & ELSEWHERE


@pytest.mark.parametrize("whom", ["lead", "partner"])
def test_query_finds_whom_a_plain_reading_finds(ours: World, whom: str) -> None:
    ready = Ready(ours)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        told=st.lists(people, min_size=1, max_size=6),
        several=st.lists(rules(ready, whom), min_size=4, max_size=8),
    )
    def check(told: list[dict[str, Any]], several: list[Any]) -> None:
        ready.clear()
        known = [ready.make(each) for each in told]
        for person in known[1:]:
            if person.is_merged:
                Supporter.objects.filter(pk=person.row.pk).update(merged_into=known[0].row)
        standing = [person for number, person in enumerate(known) if number == 0 or not person.is_merged]
        organisation = ours.lead if whom == "lead" else ours.partner
        ground = ground_of(organisation.pk, AT)
        by_id, in_full = PeopleSets(ground), PeopleSets(ground)
        for rule in several:
            expected = {
                person.row.pk for person in standing if person.is_known_to(whom) and is_true(rule, person, whom)
            }
            assert set(members(rule, organisation=organisation, at=AT).values_list("pk", flat=True)) == expected, rule
            for sets, few in ((by_id, people_sets.FEW), (in_full, -1)):
                with patch.object(people_sets, "FEW", few):
                    assert set(ids_in(sets.members(rule))) == expected, rule

    check()
