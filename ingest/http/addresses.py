"""Addresses: decide which IP addresses may be connected to, namely public ones only. Pure.

Apart from the client, which opens sockets, so this can be tested without a network.
"""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

# From the IANA registries of special-purpose addresses. Written out, because the answers of `ipaddress.is_global` have
# changed between releases of Python, and our policy must not.
_REFUSED_V4: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "unspecified"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "shared by carriers"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved for protocols"),
    ("192.0.2.0/24", "for documentation"),
    ("192.88.99.0/24", "a 6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
)
_REFUSED_V6: tuple[tuple[str, str], ...] = (
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "an IPv4 address in another form"),
    ("::/96", "an IPv4 address in another form"),
    ("64:ff9b:1::/48", "a local translation of IPv4"),
    ("100::/64", "discarded"),
    ("2001::/32", "a Teredo tunnel"),
    ("2001::/23", "reserved for protocols"),
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "a 6to4 tunnel"),
    ("3fff::/20", "for documentation"),
    ("5f00::/16", "for segment routing"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "private"),
    ("ff00::/8", "multicast"),
)
_NETWORKS_V4 = tuple((IPv4Network(network), why) for network, why in _REFUSED_V4)
_NETWORKS_V6 = tuple((IPv6Network(network), why) for network, why in _REFUSED_V6)
# IANA has assigned internet addresses only from this block, so everything outside is refused without a list.
_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


def refusal(address: str) -> str | None:
    """Return why *address* may not be connected to; None if it may.

    *address* is an IPv4 or IPv6 literal without brackets, as a resolver returns it; a zone (``%eth0``) is allowed.
    Anything else is refused. IPv4 addresses mapped into IPv6, 6to4 and Teredo are always refused, because no web server
    is reached by them. The well-known NAT64 prefix is judged by the IPv4 address in it (RFC 6052), because an IPv6-only
    network reaches every IPv4 host through it.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "no IP address"
    if isinstance(parsed, IPv4Address):
        return _refusal_v4(parsed)
    return _refusal_v6(parsed)


def _refusal_v4(address: IPv4Address) -> str | None:
    return next((why for network, why in _NETWORKS_V4 if address in network), None)


def _refusal_v6(address: IPv6Address) -> str | None:
    # Checked before the list: through NAT64 this prefix leads to public and to private IPv4 hosts.
    if address in _NAT64:
        return _refusal_v4(IPv4Address(int(address) & 0xFFFFFFFF))
    found = next((why for network, why in _NETWORKS_V6 if address in network), None)
    if found is None and address not in _GLOBAL_UNICAST_V6:
        return "outside the addresses given out to the internet"
    return found
