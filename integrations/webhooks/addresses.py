"""Which network addresses a partner's file may be sent to. Pure: looks nothing up."""

import ipaddress
from urllib.parse import urlsplit

# What `ipaddress` calls global and is not an ordinary host on the internet, or leads to another address inside.
_REFUSED_4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "192.0.0.0/24",  # protocols (RFC 6890); how much of it is global differs with the Python release
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "168.63.129.16/32",  # a cloud's own service for its machines, at a public address
    )
]
_REFUSED_6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocols, Teredo among them (RFC 2928, RFC 4380)
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
]
# The one block that hosts on the internet have (RFC 4291 §2.4). Outside lie loopback, IPv4-mapped and -compatible
# addresses, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), unique local, link-local and multicast addresses.
_UNICAST_6 = ipaddress.IPv6Network("2000::/3")
LONGEST_ADDRESS = 500


def is_public_address(text: str) -> bool:
    """Say whether ``text`` is the address of an ordinary host on the public internet, in IPv4 or IPv6."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in each for each in _REFUSED_4)
    if address.scope_id or address not in _UNICAST_6:
        return False
    return address.is_global and not any(address in each for each in _REFUSED_6)


def is_well_formed(url: str, ports: set[int]) -> bool:
    """Say whether ``url`` is https, without credentials or fragment, at one of ``ports``, and has a host."""
    if len(url) > LONGEST_ADDRESS or any(character <= " " or character in '\\"<>\x7f' for character in url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or "#" in url:
        return False
    return (443 if port is None else port) in ports
