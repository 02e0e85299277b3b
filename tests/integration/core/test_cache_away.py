"""With the shared cache away: everything public works, a little slower, and the log says so once."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cms.middleware import forget_public_pages
from core.redis_cache import outage
from people.models import Submission
from tests.factories.accounts import signed_in
from tests.factories.cms import make_petition_page
from tests.factories.forms import GOOD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_away", "territories")]


def test_petition_is_read_and_signed(client: Client) -> None:
    page = make_petition_page()
    for _ in range(2):
        assert client.get(page.url).status_code == 200
    sign = reverse("sign", args=[page.pk])
    answer = client.post(sign, GOOD)
    assert answer.status_code == 303, answer.content.decode()
    assert Submission.objects.count() == 1


def test_staff_area_and_publishing_work(cast) -> None:
    assert signed_in(cast.ada).get("/staff/").status_code == 200
    forget_public_pages()


def test_memory_of_the_process_stands_in() -> None:
    assert cache.add("kept", 1, 60)
    assert not cache.add("kept", 2, 60)
    assert (cache.incr("kept"), cache.get("kept"), cache.get("else", "no")) == (2, 2, "no")
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b"]) == {"a": 1, "b": 2}
    cache.delete_many(["a", "b"])
    assert not cache.has_key("a")
    with pytest.raises(ValueError, match="a"):
        cache.incr("a")


def test_outage_is_logged_once_a_minute_and_redis_asked_again_every_five_seconds(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [1000.0]
    monkeypatch.setattr("core.redis_cache.monotonic", lambda: seconds[0])
    outage.forget()
    caplog.clear()

    def asks() -> bool:
        """Whether the next look would go to Redis."""
        asked = not outage.is_on
        cache.get("x")
        return asked

    assert [asks(), asks()] == [True, False]
    seconds[0] += 6
    assert asks()
    assert len(caplog.records) == 1
    seconds[0] += 60
    assert asks()
    assert len(caplog.records) == 2
