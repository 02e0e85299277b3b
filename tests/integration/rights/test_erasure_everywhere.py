"""One person met everywhere and erased: nothing is left of them in any table, cache, file, session or log."""

import logging
from datetime import datetime

import pytest
from django.core.cache import caches

from rights.actions.erasure import erase_supporter
from tests.factories.one_person import MARKS, meet_everywhere, places_of
from tests.factories.outreach import Stall

pytestmark = pytest.mark.django_db


def test_erased_person_is_nowhere(stall: Stall, at: datetime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    supporter = meet_everywhere(stall, at)
    assert len(set(places_of(MARKS))) > 20
    erased = erase_supporter(supporter=supporter, by=stall.world.coordinator, at=at)
    print(erased)
    assert set(places_of(MARKS)) == set()
    kept = [str(getattr(each, "_cache", "")) for each in caches.all()]
    assert not [text for text in kept if any(mark in text.lower() for mark in MARKS)]
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in logged if any(mark in line.lower() for mark in MARKS)]
