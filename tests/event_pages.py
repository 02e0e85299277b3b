"""What tests of the pages of events read out of them."""

import json
import re
from typing import Any

from django.test import Client

from cms.models import EventsPage
from events.models import Event
from places.models import Territory


def get(client: Client, page: EventsPage, query: str = "", tail: str = "") -> str:
    response = client.get(f"{page.get_url()}{tail}{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def shown(html: str) -> list[str]:
    """Return the titles of a list, in its order."""
    return re.findall(r'<h4 class="event-title"><a [^>]*>([^<]+)</a>', html)


def of(client: Client, page: EventsPage, event: Event) -> str:
    return get(client, page, tail=page.tail_of(event))


def structured(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def make_commune(code: str, name: str) -> Territory:
    square = {"type": "Polygon", "coordinates": [[[4.3, 50.8], [4.4, 50.8], [4.4, 50.9], [4.3, 50.9], [4.3, 50.8]]]}
    return Territory.objects.create(
        code=code, level=Territory.Level.COMMUNE, names={"en": name, "ar": f"{name} ar"}, outline=square
    )
