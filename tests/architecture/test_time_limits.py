"""Every time limit the registers promise has a job, or a rule of retention, that keeps it; this table says which."""

import re
from datetime import timedelta

import pytest

from accounts.export_querysets import COUNTED_FOR
from accounts.reading import DAYS as READING_DAYS
from coalition.actions.forgetting import AFTER_ANSWER
from coalition.actions.imports import FORGOTTEN_AFTER
from coalition.actions.proofs import PROOF as PARTNERS_PROOF
from config.celery import app
from core.personal_data_register import our_apps, read_register
from messaging.actions.inbound import KEEP_NUMBER, KEEP_TEXT
from outreach.actions.identities import KEEP_UNMATCHED
from people.actions.submissions import KEEP_UNCONFIRMED
from rights.actions.past_requests import PROOF
from rights.retention_enums import USUAL_MONTHS, Kept

NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "six": 6, "twelve": 12, "ninety": 90}
UNITS = {"hour": 1 / 24, "day": 1, "month": 30, "year": 365}
LIMIT = re.compile(r"\b(\d+|an?|[a-z]+) (hour|day|week|month|year)s?\b")
DAY = timedelta(days=1)  # a nightly job may come so much later

# What the register says: the task of config/celery.py (or the kind of rule) that does it, and after how long.
KEEPS = {
    "three years after the answer, as proof that it was given; without the person once they are erased": (
        "rights.delete_past_requests",
        PROOF - DAY,  # a day more, for the leap year
    ),
    "while the organisation takes part, and three years after as proof of who agreed to what": (
        "coalition.forget_partners_people",
        PARTNERS_PROOF - DAY,
    ),
    "three years after its end, as proof of who got which file": (
        "coalition.forget_partners_people",
        PARTNERS_PROOF - DAY,
    ),
    "three years, as proof of who got which file": ("coalition.forget_partners_people", PARTNERS_PROOF - DAY),
    "a year after the answer": ("coalition.forget_partners_people", AFTER_ANSWER),
    "two days at the latest": ("coalition.forget_partners_people", FORGOTTEN_AFTER + DAY),
    "blanked once it is matched to a supporter or discarded, after 30 days at the latest": (
        "outreach.forget_unmatched",
        KEEP_UNMATCHED,
    ),
    "until erased, or by the campaign's rule for conversations: usually a month after it ends": Kept.CONVERSATIONS,
    "until erased, or with the person: usually twelve months after the campaign ends, where nothing else keeps them": (
        Kept.SUPPORTERS
    ),
    "until erased, or by the campaign's rule for what guests told us: usually six months after it ends": Kept.RSVPS,
    "21 days for answers to forms nobody confirmed, at once when disowned; else as long as the person is known": (
        "messaging.forget_addresses",
        KEEP_UNCONFIRMED,
    ),
    "until a day after somebody has dealt with it; blank where the machine did": (
        "messaging.forget_addresses",
        KEEP_NUMBER,
    ),
    "ninety days, then blanked; longer only while it waits for somebody of the staff": (
        "messaging.forget_addresses",
        KEEP_TEXT,
    ),
    "21 days unconfirmed; confirmed: as long as the supporter": ("people.purge_submissions", KEEP_UNCONFIRMED),
    "30 days, then it is emptied": ("accounts.tidy_exports", timedelta(days=30)),
    "24 hours": ("accounts.tidy_exports", COUNTED_FOR),
    "30 days": ("accounts.watch_reading", timedelta(days=READING_DAYS)),
}


def said() -> set[str]:
    """Return the sentences of all registers that promise a time in numbers."""
    sentences = {str(each.retention) for label in our_apps() for each in read_register(label).personal.values()}
    return {text for text in sentences if LIMIT.search(text) and limit_of(text) is not None}


def limit_of(text: str) -> tuple[int, str] | None:
    """Return the number and the unit a sentence names; None where the word before the unit is no number."""
    for number, unit in LIMIT.findall(text):
        value = int(number) if number.isdecimal() else NUMBERS.get(number)
        if value is not None:
            return value, unit
    return None


def scheduled() -> set[str]:
    app.loader.import_default_modules()
    schedule: dict[str, dict[str, str]] = app.conf.beat_schedule
    tasks = {entry["task"] for entry in schedule.values()}
    assert tasks <= set(app.tasks)
    return tasks


def test_every_time_limit_of_the_registers_names_who_keeps_it() -> None:
    assert said() == set(KEEPS)


def test_a_number_written_out_is_known_as_a_number() -> None:
    """A word before “days” that NUMBERS lacks would let a sentence through unseen."""
    for label in our_apps():
        for entry in read_register(label).personal.values():
            for number, _unit in LIMIT.findall(str(entry.retention)):
                assert number.isdecimal() or number in NUMBERS, entry.retention


@pytest.mark.parametrize("text", KEEPS)
def test_time_limit_is_the_one_its_job_or_rule_keeps(text: str) -> None:
    found = limit_of(text)
    assert found is not None
    number, unit = found
    keeper = KEEPS[text]
    if isinstance(keeper, Kept):
        assert unit == "month"
        assert USUAL_MONTHS[keeper] == number
        return
    task, limit = keeper
    assert task in scheduled()
    assert limit == timedelta(days=number * UNITS[unit])
