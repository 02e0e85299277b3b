"""Counted links: off unless asked for, per sending and link, leading only where a stored wording leads."""

import re
from datetime import datetime
from html import unescape

import pytest
from django.test import Client

from messaging.models import LinkCount, Wording
from messaging.rendering import render_message
from tests.factories.people import make_contact_point, make_organisation
from tests.factories.wordings import make_text, make_wording, queue_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def wording(at: datetime) -> Wording:
    return make_wording(make_text(make_organisation(), counts_clicks=True), at=at)


def links(wording: Wording, at: datetime, *, address: str = "ada@example.org", batch: str = "broadcast:7") -> list[str]:
    point = make_contact_point(address, verified_at=at)
    letter = render_message(queue_written(wording, point, at=at, batch=batch))
    assert "https://doors.example.org/next" in letter.text
    found = re.findall(r'href="(http://127.0.0.1:8000/l/[^"]+)"', letter.html)
    return [unescape(url).removeprefix("http://127.0.0.1:8000") for url in found]


def test_links_are_left_alone_unless_the_text_says_so(at: datetime) -> None:
    assert links(make_wording(make_text(make_organisation()), at=at), at) == []


def test_link_is_counted_for_its_sending_and_leads_on(wording: Wording, at: datetime) -> None:
    first, second = links(wording, at)
    client = Client()
    for _time in range(2):
        answer = client.get(second)
        assert (answer.status_code, answer["Location"]) == (302, "https://doors.example.org/next")
    assert client.head(first).status_code == 302
    count = LinkCount.objects.get()
    assert (count.wording, count.batch, count.number, count.clicks) == (wording, "broadcast:7", 1, 2)
    assert not answer.cookies


def test_everybodys_link_is_the_same_so_that_it_names_nobody(wording: Wording, at: datetime) -> None:
    assert links(wording, at) == links(wording, at, address="ben@example.org")


def test_link_of_a_journey_is_counted_without_its_run(wording: Wording, at: datetime) -> None:
    Client().get(links(wording, at, batch="run:5")[0])
    assert LinkCount.objects.get().batch == ""


def test_link_made_up_cut_or_gone_leads_nowhere(wording: Wording, at: datetime) -> None:
    link = links(wording, at)[0]
    for made_up in (link[:-1], link.replace("-0-", "-1-"), "/l/x", "/l/1-0-~x", "/l/https://evil.example"):
        assert Client().get(made_up).status_code == 404, made_up
    assert Client().post(link).status_code == 405
    Wording.objects.all().delete()
    assert Client().get(link).status_code == 404
