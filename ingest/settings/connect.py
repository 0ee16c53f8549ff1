"""Connecting: where the settings and flags say that a host is to be reached, and whom its people can write to."""

from __future__ import annotations

import dataclasses
from ipaddress import ip_address

from ingest.errors import Exit, Refused
from ingest.http.url import read_target
from ingest.settings.values import Settings

_PORTS = 65_536


def address_of(target: str) -> tuple[str, int]:
    """Return the address and port that *target* names, as in ``127.0.0.1:8123`` or ``[::1]:8123``.

    Raises:
        Refused: it names none (settings).
    """
    # From the right, for an IPv6 address holds colons itself.
    host, _, port = target.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        # An address and no name: what a name leads to may change, and with it what is allowed.
        ip_address(host)
        if 0 < int(port) < _PORTS:
            return host, int(port)
    except ValueError:
        pass
    raise Refused(
        f"[connect] names {target!r}, which is no address and port", 'write it as "127.0.0.1:8123"', Exit.SETTINGS
    )


def need_contact(settings: Settings, urls: list[str]) -> None:
    """Refuse to visit anything beyond loopback without a contact in the user agent.

    Raises:
        Refused: with the line to type (settings).
    """
    # Nobody needs to be told whom to write to about a server on this machine.
    if settings.contact or all(on_loopback(settings, url) for url in urls):
        return
    raise Refused(
        "nobody is named for the people whose site is visited to write to",
        'type --contact archive@example.org, or set contact = "archive@example.org" in creditline.toml',
        Exit.SETTINGS,
    )


def on_loopback(settings: Settings, url: str) -> bool:
    """Say whether the settings map the host of *url* to an address of this machine."""
    target = read_target(url)
    mapped = {host.lower(): address for host, address in settings.connect}
    # As the client looks it up: the entry with a port first.
    address = mapped.get(f"{target.host}:{target.port}") or mapped.get(target.host)
    return address is not None and ip_address(address_of(address)[0]).is_loopback


def with_flags(settings: Settings, *, contact: str | None, connect: tuple[str, ...]) -> Settings:
    """Return *settings* with what --contact and --connect say."""
    pairs = dict(settings.connect)
    for pair in connect:
        host, _, target = pair.partition("=")
        try:
            address_of(target if host else "")
        except Refused as refused:
            hint = "as in institute.example=127.0.0.1:8123"
            raise Refused(f"--connect {pair} is not HOST=ADDRESS:PORT", hint, Exit.USAGE) from refused
        # A flag replaces what the file says of that host.
        pairs[host] = target
    return dataclasses.replace(settings, contact=contact or settings.contact, connect=tuple(sorted(pairs.items())))
