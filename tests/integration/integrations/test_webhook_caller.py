"""Calls of journeys to hosts the operator named: signed, over TLS, once, and not into our own network by a name."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from audiences.ports import CallError
from integrations.webhooks import caller
from integrations.webhooks.caller import HttpsCaller
from tests.https_server import PartnerServer, partner_server

SECRET = "s3cret"


@pytest.fixture
def server(tmp_path: Path, settings: Settings) -> Iterator[PartnerServer]:
    with partner_server(tmp_path) as server:
        settings.WEBHOOK_HOSTS = [f"partner.example:{server.port}"]
        settings.WEBHOOK_SECRET, settings.WEBHOOK_ALLOW_PRIVATE = SECRET, True
        yield server


def call(server: PartnerServer) -> None:
    caller = HttpsCaller(resolve=lambda _host, _port: ["127.0.0.1"], context=server.trust)
    caller.call(key="run:1:c", url=server.url(), payload={"b": 1, "a": 2})


def refused(server: PartnerServer) -> CallError:
    with pytest.raises(CallError) as caught:
        call(server)
    return caught.value


def test_call_is_signed_and_bears_its_key(server: PartnerServer) -> None:
    call(server)
    [(path, headers, body)] = server.calls
    assert (path, body) == ("/in", b'{"a": 2, "b": 1}')
    assert headers["Idempotency-Key"] == "run:1:c"
    assert headers["Carillon-Signature"] == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(("status", "permanent"), [(302, True), (400, True), (410, True), (429, False), (503, False)])
def test_answer_says_whether_to_come_back_and_leads_nowhere_else(
    server: PartnerServer, status: int, permanent: bool
) -> None:
    server.status, server.headers = status, {"Location": server.url()}
    error = refused(server)
    assert (error.permanent, error.uncertain) == (permanent, False)
    assert len(server.calls) == 1


def test_name_that_leads_into_a_private_network_is_refused_unless_the_operator_allows_it(
    server: PartnerServer, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    assert refused(server).permanent
    assert server.calls == []


def test_certificate_of_another_name_is_refused_and_may_be_mended(server: PartnerServer, settings: Settings) -> None:
    settings.WEBHOOK_HOSTS = [f"other.example:{server.port}"]
    caller = HttpsCaller(resolve=lambda _host, _port: ["127.0.0.1"], context=server.trust)
    with pytest.raises(CallError) as caught:
        caller.call(key="k", url=server.url("other.example"), payload={})
    assert (caught.value.permanent, caught.value.uncertain, server.calls) == (False, False, [])


def test_dripping_answer_leaves_it_uncertain_and_ends_in_time(
    server: PartnerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller, "SECONDS", 1)
    server.status, server.body, server.pause = 200, [b"x"] * 60, 0.2
    began = time.monotonic()
    assert refused(server).uncertain
    assert time.monotonic() - began < 6
