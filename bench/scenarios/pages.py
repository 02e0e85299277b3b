"""The petition's page: from the cache, drawn anew, and what of it goes over the wire."""

import http.client
import re
import time
from statistics import median
from urllib.parse import urljoin, urlsplit

from django.test import Client

from bench.context import MOST_BARE_PER_SECOND, Bench, describe
from bench.load import Load
from bench.messages import SOURCE, get
from cms.middleware import forget_public_pages
from core.ttl_cache import clear_ttl_caches

DRAWN = 30
MOST_BYTES = 60_000
# What a browser fetches to show the page: style sheets, preloaded fonts, scripts. The icon comes after.
_ASSETS = re.compile(r'<link rel="(?:stylesheet|preload)" href="([^"]+)"|<script[^>]* src="([^"]+)"')


def measure_cached_page(bench: Bench) -> None:
    """Measure the page as kept by the cache (it is drawn anew every ten seconds), plain and by a partner's link."""
    path = bench.world.page_path
    for name, address in (("plain", path), ("with a source code", f"{path}?s={SOURCE}")):
        request = get(address, bench.world.host)

        def work(seconds: float, request: bytes = request) -> Load:
            return Load(bench.web.port, [request] * int(seconds * MOST_BARE_PER_SECOND), seconds, 200)

        pair = bench.against_bare(work)
        bench.add(
            f"petition page from the cache, {name}",
            f"{pair.ratio:.2f} of a bare reply",
            "≥ 0.5",
            is_met=pair.ratio >= 0.5,
            detail=describe(pair),
        )


def measure_drawn_page(bench: Bench) -> None:
    """Measure the processor time of drawing the page with every cache empty."""
    client = Client(SERVER_NAME=bench.world.host, headers={"x-forwarded-proto": "https"})
    spent = []
    for _ in range(DRAWN):
        forget_public_pages()
        clear_ttl_caches()
        started = time.process_time()
        response = client.get(bench.world.page_path)
        spent.append((time.process_time() - started) * 1000)
        if response.status_code != 200:
            raise AssertionError(f"the petition page answered {response.status_code}")
    milliseconds = median(spent)
    bench.add(
        "petition page without any cache",
        f"{milliseconds:.1f} ms CPU",
        "≤ 25 ms",
        is_met=milliseconds <= 25,
        detail=f"median of {DRAWN}, whole request in process, ten blocks and the form; without the CPU of the database",
    )


def measure_wire(bench: Bench) -> None:
    """Add up what a first visit fetches, heads included, as the server sends it to a browser that takes br and gzip."""
    page_size, html = _fetch(bench, bench.world.page_path)
    sizes = {"page": page_size}
    for href, src in _ASSETS.findall(html.decode()):
        address = urljoin(f"https://{bench.world.host}{bench.world.page_path}", href or src)
        parts = urlsplit(address)
        if parts.netloc != bench.world.host:
            raise AssertionError(f"a third-party request: {address}")
        sizes[parts.path.rpartition("/")[2]] = _fetch(bench, parts.path)[0]
    total = sum(sizes.values())
    bench.add(
        "petition page over the wire, first visit",
        f"{total / 1000:.1f} kB",
        "≤ 60 kB",
        is_met=total <= MOST_BYTES,
        detail=", ".join(f"{name} {size / 1000:.1f}" for name, size in sizes.items()) + "; no third-party request",
    )


def _fetch(bench: Bench, path: str) -> tuple[int, bytes]:
    """Return the bytes of the answer (head and body) as sent, and the body unpacked."""
    import gzip

    import brotli

    connection = http.client.HTTPConnection("127.0.0.1", bench.web.port, timeout=20)
    headers = {"Host": bench.world.host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"}
    connection.request("GET", path, headers={**headers, "Accept-Encoding": "gzip, br"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise AssertionError(f"{path} answered {answer.status}")
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 19
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(answer.headers.get("Content-Encoding", ""), bytes)
    return head + len(body), unpack(body)
