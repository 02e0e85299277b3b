"""The address a request came from: nobody writes themselves another one, and one household is one place."""

import ipaddress

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core.network import address_hash, client_address, parse_networks

PEER = "198.51.100.1"


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        (0, None, PEER),
        (0, "203.0.113.9", PEER),
        (1, None, PEER),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4,5.6.7.8 , 203.0.113.9", "203.0.113.9"),
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", PEER),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "[2001:db8::7]:443", "2001:db8::7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "unknown", None),
        (1, "", PEER),
    ],
)
def test_client_address_believes_only_our_own_proxies(
    rf: RequestFactory, settings, hops: int, forwarded: str | None, expected: str | None
) -> None:
    settings.TRUSTED_PROXY_COUNT = hops
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request = rf.get("/", REMOTE_ADDR=PEER, **headers)
    assert client_address(request) == (ipaddress.ip_address(expected) if expected else None)


def test_client_address_behind_a_unix_socket_is_unknown(rf: RequestFactory) -> None:
    assert client_address(rf.get("/", REMOTE_ADDR="")) is None
    assert address_hash(None) == ""


@given(st.text(max_size=80))
def test_client_address_of_any_header_is_an_address_or_unknown(text: str) -> None:
    from django.test import override_settings

    request = RequestFactory().get("/", REMOTE_ADDR=PEER, HTTP_X_FORWARDED_FOR=text)
    with override_settings(TRUSTED_PROXY_COUNT=1):
        address_hash(client_address(request))


def hash_of(text: str) -> str:
    return address_hash(ipaddress.ip_address(text))


def test_address_hash_is_one_for_a_household_and_differs_between_two() -> None:
    assert hash_of("2001:db8:0:1::1") == hash_of("2001:db8:0:1:ffff::2")
    assert hash_of("2001:db8:0:1::1") != hash_of("2001:db8:0:2::1")
    assert hash_of("203.0.113.9") != hash_of("203.0.113.10")
    assert "203" not in hash_of("203.0.113.9")


def test_parse_networks_keeps_what_it_can_read_and_names_the_rest() -> None:
    networks, unreadable = parse_networks(["203.0.113.7/24", " ", "2001:db8::/32", "10.0.0.1", "café", "1.2.3.4/99"])
    assert [str(network) for network in networks] == ["203.0.113.0/24", "2001:db8::/32", "10.0.0.1/32"]
    assert unreadable == ["café", "1.2.3.4/99"]
