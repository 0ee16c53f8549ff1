"""Which addresses may be connected to. No socket is opened here."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.http.addresses import refusal

PUBLIC = [
    "1.1.1.1",
    "93.184.215.14",
    "172.15.255.255",
    "172.32.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "223.255.255.255",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "2a00:1450:4001:830::200e",
    "64:ff9b::5db8:d70e",
]
REFUSED = {
    "unspecified": [
        "0.0.0.0",  # noqa: S104 - an address to refuse, nothing is bound
        "0.1.2.3",
        "::",
    ],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12::1", "fec0::1"],
    "link-local": ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "shared by carriers": ["100.64.0.1", "100.127.255.255"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1"],
    "reserved": ["240.0.0.1", "255.255.255.255"],
    "for documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "for benchmarks": ["198.18.0.1", "198.19.255.255"],
    "an IPv4 address in another form": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "::8.8.8.8"],
    "a 6to4 tunnel": ["2002:7f00:1::", "2002:0808:0808::1"],
    "a Teredo tunnel": ["2001:0:7f00:1::"],
    "a local translation of IPv4": ["64:ff9b:1::7f00:1"],
    "outside the addresses given out to the internet": ["4000::1", "::1:0:0:0"],
    "no IP address": ["", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "[::1]", "1.1.1.1:80"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_connected_to(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize(("why", "address"), [(why, one) for why, many in REFUSED.items() for one in many])
def test_any_other_address_is_refused_with_a_reason(why: str, address: str) -> None:
    assert refusal(address) == why


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.9"])
def test_a_nat64_address_is_judged_by_the_address_it_contains(inner: str) -> None:
    translated = IPv6Address(int(IPv6Address("64:ff9b::")) + int(IPv4Address(inner)))
    assert refusal(str(translated)) == refusal(inner)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=300, deadline=None)
def test_no_ipv4_address_that_the_registry_calls_private_passes(number: int) -> None:
    address = IPv4Address(number)
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert refusal(str(address)) is not None


@given(st.ip_addresses())
@settings(max_examples=300, deadline=None)
def test_only_global_addresses_pass(address: IPv4Address | IPv6Address) -> None:
    if refusal(str(address)) is None:
        assert ip_address(address).is_global
        assert not address.is_multicast


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_text_that_is_not_an_address_is_refused_without_raising(text: str) -> None:
    assert refusal(text) is None or isinstance(refusal(text), str)
