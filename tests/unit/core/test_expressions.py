"""One UPDATE that writes another text into every row."""

import pytest

from core.expressions import GivenByKey
from people.models import Supporter

pytestmark = pytest.mark.django_db


def test_given_by_key_writes_each_row_its_own_text(django_assert_num_queries: object) -> None:
    texts = ["plain", "", "O'Brien \"\\ % 🔔", "null"]
    keys = [Supporter.objects.create(full_name="before").pk for _ in texts]
    other = Supporter.objects.create(full_name="before").pk
    with django_assert_num_queries(1):  # type: ignore[operator]
        given = GivenByKey(dict(zip(keys, texts, strict=True)))
        Supporter.objects.filter(pk__any_of=keys).update(full_name=given)
    assert [Supporter.objects.get(pk=key).full_name for key in keys] == texts
    assert Supporter.objects.get(pk=other).full_name == "before"
