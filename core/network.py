"""The address a request came from, and whether two addresses are one place."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from core.hashing import keyed_hash

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(request: HttpRequest) -> IPAddress | None:
    """Return the person's address: the peer's, or what our own proxies say they saw.

    Only the last TRUSTED_PROXY_COUNT entries of X-Forwarded-For are ours; anything before them anybody can write.
    """
    text = request.META.get("REMOTE_ADDR", "")
    hops: int = settings.TRUSTED_PROXY_COUNT
    if hops:
        header: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
        forwarded = [part.strip() for part in header.split(",") if part.strip()]
        if len(forwarded) >= hops:
            text = forwarded[-hops]
    try:
        address = ipaddress.ip_address(_without_port(text))
    except ValueError:
        return None
    # A socket that listens on IPv6 writes IPv4 peers as ::ffff:192.0.2.1; all of them would share one /64.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _without_port(text: str) -> str:
    """Return the address of "192.0.2.1:5000" or "[2001:db8::1]:5000", as some proxies write it."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def address_hash(address: IPAddress | None) -> str:
    """Return the keyed hash of an address, of its /64 for IPv6 (one household has many), or nothing if unknown."""
    if address is None:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return keyed_hash("network-address", str(address))


def parse_networks(lines: list[str]) -> tuple[list[IPNetwork], list[str]]:
    """Return the networks in ``lines`` (CIDR or single addresses) and the lines that are none."""
    networks: list[IPNetwork] = []
    unreadable: list[str] = []
    for line in (line.strip() for line in lines):
        if not line:
            continue
        try:
            networks.append(ipaddress.ip_network(line, strict=False))
        except ValueError:
            unreadable.append(line)
    return networks, unreadable
