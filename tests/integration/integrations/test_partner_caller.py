"""Files to addresses that partners typed: signed, over TLS, and never into our own network."""

import hashlib
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from coalition.ports import DeliveryError
from integrations.webhooks.partner_caller import PinnedPartnerCaller, signature_of
from tests.https_server import PartnerServer, partner_server

BODY = b"age-encryption.org/v1 ..." * 10_000
DIGEST = hashlib.sha256(BODY).hexdigest()


class Names:
    """A resolver that answers what it was told, one answer after the other, and remembers who asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def server(tmp_path: Path, settings: Settings) -> Iterator[PartnerServer]:
    with partner_server(tmp_path) as server:
        settings.PARTNER_WEBHOOK_PORTS = [server.port]
        yield server


def deliver(caller: PinnedPartnerCaller, url: str) -> None:
    caller.deliver(
        url=url, key="partner-export:7", secret="s3cret", body=BytesIO(BODY), size=len(BODY), sha256=DIGEST, at=1_000.5
    )


def refused(caller: PinnedPartnerCaller, url: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        deliver(caller, url)
    return caught.value


def local(server: PartnerServer, names: Names, is_allowed: Callable[[str], bool] = lambda _a: True) -> Any:
    return PinnedPartnerCaller(resolve=names, is_allowed=is_allowed, context=server.trust)


def test_delivery_is_whole_signed_and_for_the_name(server: PartnerServer) -> None:
    names = Names(["127.0.0.1"])
    deliver(local(server, names), server.url())
    [(path, headers, body)] = server.calls
    assert (path, body, names.asked) == ("/in", BODY, ["partner.example"])
    assert headers["Host"] == f"partner.example:{server.port}"
    assert headers["Carillon-Signature"] == signature_of(
        secret="s3cret", key="partner-export:7", at=1_000, sha256=DIGEST
    )
    assert headers["Idempotency-Key"] == "partner-export:7"
    assert "Transfer-Encoding" not in headers
    assert "Cookie" not in headers


def test_signature_depends_on_every_part() -> None:
    told = {"secret": "a", "key": "k", "at": 5, "sha256": DIGEST}
    others = [{"secret": "b"}, {"key": "l"}, {"at": 6}, {"sha256": "0" * 64}]
    assert len({signature_of(**told), *(signature_of(**{**told, **other}) for other in others)}) == 5  # type: ignore[arg-type]


def test_name_that_leads_inside_is_refused_for_good(server: PartnerServer) -> None:
    caller = PinnedPartnerCaller(resolve=Names(["127.0.0.1"]), context=server.trust)
    assert refused(caller, server.url()).permanent
    assert server.calls == []


def test_one_address_inside_among_public_ones_refuses_the_name(server: PartnerServer) -> None:
    caller = PinnedPartnerCaller(resolve=Names(["93.184.216.34", "10.0.0.1"]), context=server.trust)
    assert refused(caller, server.url()).permanent


def test_rebinding_does_nothing_because_the_name_is_asked_once(server: PartnerServer) -> None:
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    judged: list[str] = []

    def remember(address: str) -> bool:
        judged.append(address)
        return True

    deliver(local(server, names, remember), server.url())
    assert names.asked == ["partner.example"]
    assert judged == ["127.0.0.1"]
    assert len(server.calls) == 1


def test_certificate_of_another_name_is_refused(server: PartnerServer) -> None:
    error = refused(local(server, Names(["127.0.0.1"])), server.url("other.example"))
    assert server.calls == []
    assert not error.permanent  # a certificate can be mended


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_not_followed(server: PartnerServer, status: int) -> None:
    server.status, server.headers = status, {"Location": server.url()}
    assert refused(local(server, Names(["127.0.0.1"])), server.url()).permanent
    assert len(server.calls) == 1


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (404, True), (410, True), (429, False), (503, False)])
def test_answer_says_whether_to_come_back(server: PartnerServer, status: int, permanent: bool) -> None:
    server.status = status
    assert refused(local(server, Names(["127.0.0.1"])), server.url()).permanent is permanent


def test_endless_answer_is_not_read_to_its_end(server: PartnerServer) -> None:
    server.status, server.body = 200, [b"x" * 1024] * 50_000
    began = time.monotonic()
    deliver(local(server, Names(["127.0.0.1"])), server.url())
    assert time.monotonic() - began < 5


def test_dripping_answer_ends_with_the_time_it_has(server: PartnerServer, settings: Settings) -> None:
    settings.PARTNER_WEBHOOK_SECONDS = 1
    server.status, server.body, server.pause = 200, [b"x"] * 60, 0.2
    began = time.monotonic()
    assert not refused(local(server, Names(["127.0.0.1"])), server.url()).permanent
    assert time.monotonic() - began < 3


def test_unknown_name_may_be_known_later() -> None:
    def nobody(_host: str, _port: int) -> list[str]:
        raise OSError

    assert not refused(PinnedPartnerCaller(resolve=nobody), "https://nowhere.example/").permanent


@pytest.mark.parametrize(
    "url", ["http://partner.example/", "https://me:word@partner.example/", "https://partner.example:22/"]
)
def test_address_of_another_shape_is_never_looked_up(url: str) -> None:
    names = Names(["93.184.216.34"])
    caller = PinnedPartnerCaller(resolve=names)
    assert refused(caller, url).permanent
    assert caller.refusal(url)
    assert names.asked == []


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
def test_spellings_of_this_machine_are_refused_by_the_real_resolver(host: str) -> None:
    assert refused(PinnedPartnerCaller(), f"https://{host}/").permanent


def test_environment_proxies_are_ignored(server: PartnerServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    deliver(local(server, Names(["127.0.0.1"])), server.url())
    assert len(server.calls) == 1
