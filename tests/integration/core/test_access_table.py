from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.factories.access_rows import Places
from tests.factories.access_walk import ROLES, walk


@pytest.fixture(scope="module")
def places(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Places]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Places()
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", ROLES)
def test_x(places, role):
    import json, time
    t=time.process_time()
    found = walk(role, places)
    json.dump(found, open(f"/tmp/matrix-{role}.json", "w"))
    print(role, time.process_time()-t)
