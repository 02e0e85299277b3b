import csv
from datetime import date

import pytest

from campaigns import initiative_rules as rules
from campaigns.initiative_rules import Count, InitiativeRuleError, judge

with (rules.DATA / "eci_initiatives.csv").open(encoding="utf-8", newline="") as file:
    INITIATIVES = {row["registration_number"]: row for row in csv.DictReader(file)}
COUNTED = [number for number, row in INITIATIVES.items() if row["total"]]


def counts_of(number):
    with (rules.DATA / "eci_signatures_by_country.csv").open(encoding="utf-8", newline="") as file:
        return [
            Count(row["country"], int(row["statements_of_support"]), row["certified_after_submission"] == "1")
            for row in csv.DictReader(file)
            if row["registration_number"] == number
        ]


def status_of(number):
    return judge(date.fromisoformat(INITIATIVES[number]["registered"]), counts_of(number))


@pytest.mark.parametrize("number", COUNTED)
def test_judge_real_initiative_agrees_with_the_register(number):
    published = INITIATIVES[number]
    status = status_of(number)
    assert status.total == int(published["total"])
    assert sum(country.count for country in status.countries) == int(published["total_all_incl_after_submission"])
    assert len(status.countries_passed) == int(published["countries_passed"])
    assert list(status.countries_passed) == published["countries_passed_list"].split()


@pytest.mark.parametrize(
    ("number", "country", "ratio"),
    [("ECI(2012)000003", "FI", 1.50), ("ECI(2018)000004", "SE", 3.09), ("ECI(2024)000007", "DE", 3.45)],
)
def test_seventh_country_real_initiative_is_the_published_one(number, country, ratio):
    seventh = status_of(number).seventh_country
    assert seventh is not None
    assert (seventh.country, round(seventh.ratio, 2)) == (country, ratio)


@pytest.mark.parametrize(
    ("number", "successful", "breadth"),
    [
        ("ECI(2012)000003", True, True),
        ("ECI(2018)000004", True, True),
        ("ECI(2022)000003", False, True),
        ("ECI(2024)000007", True, True),
    ],
)
def test_successful_needs_the_million_and_seven_countries(number, successful, breadth):
    status = status_of(number)
    assert (status.successful, status.breadth_reached) == (successful, breadth)


def test_judge_late_certificates_are_shown_but_count_for_nothing():
    status = judge(date(2012, 5, 10), [Count("FR", 9_000_000, is_late=True), Count("DE", 10)])
    france = next(country for country in status.countries if country.country == "FR")
    assert (france.count, france.passed, france.missing) == (9_000_000, False, france.minimum)
    assert status.total == 10
    assert status.countries_passed == ()
    assert status.ranking[0].country == "DE"


@pytest.mark.parametrize(
    ("day", "first_day"),
    [
        ("2012-04-01", "2012-04-01"),
        ("2014-06-30", "2012-04-01"),
        ("2014-07-01", "2014-07-01"),
        ("2019-12-31", "2014-07-01"),
        ("2020-01-01", "2020-01-01"),
        ("2020-01-31", "2020-01-01"),
        ("2020-02-01", "2020-02-01"),
        ("2024-07-15", "2020-02-01"),
        ("2024-07-16", "2024-07-16"),
        ("2099-01-01", "2024-07-16"),
    ],
)
def test_period_of_both_ends_are_inclusive(day, first_day):
    assert rules.period_of(date.fromisoformat(day)).registered_from.isoformat() == first_day


def test_periods_follow_each_other_without_gap_or_overlap():
    for earlier, later in zip(rules.periods(), rules.periods()[1:], strict=False):
        assert earlier.registered_to is not None
        assert (later.registered_from - earlier.registered_to).days == 1
    assert rules.periods()[-1].registered_to is None


def test_minimums_are_seats_times_the_size_of_parliament():
    with (rules.DATA / "eci_thresholds_by_period.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert int(row["minimum_signatories"]) == int(row["multiplier"]) * int(row["mep_seats"]), row


@pytest.mark.parametrize("day", ["2012-03-31", "1999-01-01"])
def test_period_of_day_before_the_first_is_refused(day):
    with pytest.raises(InitiativeRuleError, match="2012-04-01"):
        rules.period_of(date.fromisoformat(day))


@pytest.mark.parametrize(("day", "known"), [("2012-05-10", True), ("2020-01-31", True), ("2020-02-01", False)])
def test_judge_united_kingdom_only_in_periods_that_know_it(day, known):
    registered = date.fromisoformat(day)
    if known:
        status = judge(registered, [Count("UK", 1_000_000)])
        assert status.countries_passed == ("GB",)
    else:
        with pytest.raises(InitiativeRuleError, match="UK"):
            judge(registered, [Count("UK", 1)])
        assert "GB" not in {country.country for country in judge(registered, []).countries}


def test_judge_at_the_minimum_passes_and_one_below_does_not():
    minimum = rules.period_of(date(2024, 6, 19)).minimums["MT"]
    assert judge(date(2024, 6, 19), [Count("MT", minimum)]).countries_passed == ("MT",)
    assert judge(date(2024, 6, 19), [Count("MT", minimum - 1)]).countries_passed == ()


def test_judge_exactly_seven_countries_is_enough_and_six_are_not():
    minimums = dict(sorted(rules.period_of(date(2024, 6, 19)).minimums.items())[:7])
    seven = judge(date(2024, 6, 19), [Count(country, n) for country, n in minimums.items()])
    assert seven.breadth_reached
    minimums.popitem()
    assert not judge(date(2024, 6, 19), [Count(country, n) for country, n in minimums.items()]).breadth_reached


@pytest.mark.parametrize(("total", "reached"), [(1_000_000, True), (999_999, False)])
def test_judge_the_million_is_reached_at_exactly_a_million(total, reached):
    assert judge(date(2024, 6, 19), [Count("DE", total)]).total_reached is reached


def test_judge_without_counts_has_no_seventh_country():
    status = judge(date(2024, 6, 19), [])
    assert status.total == 0
    assert status.seventh_country is None
    assert len(status.countries) == 27


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([Count("GR", 1), Count("EL", 2)], "twice"),
        ([Count("CH", 1)], "CH"),
        ([Count("DE", -1)], "negative"),
    ],
)
def test_judge_impossible_counts_are_refused(counts, words):
    with pytest.raises(InitiativeRuleError, match=words):
        judge(date(2024, 6, 19), counts)


@pytest.mark.parametrize("text", ["ECI(2024)000007", " eci-2024-000007 ", "ECI-2024-000007"])
def test_canonical_number_takes_both_spellings(text):
    assert rules.canonical_number(text) == "ECI(2024)000007"


@pytest.mark.parametrize("text", ["", "ECI(24)7", "ECI(2024)00000７", "ECI(2024)000007x", "eci-2024-7"])
def test_canonical_number_refuses_the_rest(text):
    with pytest.raises(InitiativeRuleError):
        rules.canonical_number(text)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [("2024-11-30", 3, "2025-02-28"), ("2023-11-30", 3, "2024-02-29"), ("2025-07-31", 2, "2025-09-30")],
)
def test_add_months_stays_inside_the_month(day, months, expected):
    assert rules.add_months(date.fromisoformat(day), months).isoformat() == expected


def test_propose_deadlines_follow_the_regulation_and_none_under_the_former():
    deadlines = rules.propose_deadlines(registered=date(2024, 6, 19), start=date(2024, 7, 31), end=date(2025, 7, 31))
    assert deadlines == rules.ProposedDeadlines(date(2025, 9, 30), date(2025, 10, 31), date(2026, 4, 30))
    assert rules.propose_deadlines(registered=date(2018, 9, 11), start=date(2018, 9, 11), end=date(2019, 9, 11)) is None


def test_country_rules_cover_the_27_member_states():
    current = rules.periods()[-1].minimums
    assert set(rules.country_rules()) == set(current)
    assert {rule.annex_iii_part for rule in rules.country_rules().values()} == {"A", "B"}
