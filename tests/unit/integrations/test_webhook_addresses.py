"""Where a partner's file may be sent: the public internet, and nothing that leads back inside."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.webhooks.addresses import is_public_address, is_well_formed

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",  # noqa: S104 - an address to refuse
    "100.64.0.1", "100.100.100.200", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1", "168.63.129.16",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:a9fe:a9fe", "::7f00:1", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::1", "2001:0:53aa:64c::1", "2001:db8::1",
    "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1",
    "100::1", "5f00::1", "not an address", "", "0x7f.1", "2130706433",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_address_inside_is_refused(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001::5"])
def test_address_on_the_internet_is_allowed(address: str) -> None:
    assert is_public_address(address)


@given(st.ip_addresses(v=4))
def test_no_wrapping_of_an_address_makes_it_public(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    wrapped = [
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address(number),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
        ipaddress.IPv6Address((0x20010000 << 96) | (~number & 0xFFFFFFFF)),
    ]
    assert not any(is_public_address(str(each)) for each in wrapped)


@given(st.ip_addresses())
def test_nothing_that_python_calls_private_is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not is_public_address(str(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "https://user@example.org/", "https://user:word@example.org/", "https://@example.org/",
        "https://example.org:8443/", "https://example.org:0/", "https://example.org:99999/", "https:///path", "https:",
        "ftp://example.org/", "//example.org/", "https://example.org/#x", "https://exa mple.org/", "https://[::1/",
        "https://example.org\\@inside/", "https://example.org/\r\nHost: inside", "file:///etc/hosts",
        "https://example.org/" + "x" * 500,
    ],
)  # fmt: skip
def test_malformed_address_is_refused(url: str) -> None:
    assert not is_well_formed(url, {443})


@pytest.mark.parametrize("url", ["https://example.org/in?x=1", "https://example.org:443/", "https://[2606:4700::1]/"])
def test_plain_https_address_is_well_formed(url: str) -> None:
    assert is_well_formed(url, {443})


def test_another_port_is_the_operators_to_allow() -> None:
    assert is_well_formed("https://example.org:8443/", {443, 8443})
