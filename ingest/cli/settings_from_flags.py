"""Opening: the settings that a command works with: the file, the flags and, on a terminal, the person."""

from __future__ import annotations

import dataclasses
import sys

import click

from ingest.collection.collection import Layout, make, read_settings
from ingest.errors import Exit, Refused
from ingest.settings.connect import address_of, need_contact, on_loopback
from ingest.settings.toml_file import amend
from ingest.settings.values import ID_HINT, PublisherOptions, Settings, checked_id, publisher_of


def settings_for(layout: Layout, urls: list[str], *, contact: str | None, connect: tuple[str, ...]) -> Settings:
    """Return the settings to visit *urls* with; what the flags add is written to the file.

    Makes the collection where there is none. Nothing is written before it is known that the visit may be made.

    Raises:
        Refused, BadSettings: see there.
    """
    exists = layout.settings.exists()
    settings = read_settings(layout) if exists else Settings()
    changed = with_flags(settings, contact=contact, connect=connect)
    changed = ask_contact(changed, urls)
    need_contact(changed, urls)
    if not exists:
        make(layout, changed)
    elif changed != settings:
        amend(layout.settings, settings, changed)
    return changed


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
        pairs[host] = target
    return dataclasses.replace(settings, contact=contact or settings.contact, connect=tuple(sorted(pairs.items())))


def with_publisher(settings: Settings, options: PublisherOptions) -> Settings:
    """Return *settings* with one more publisher."""
    return dataclasses.replace(settings, publishers=(*settings.publishers, options))


def check_id(chosen: str | None) -> None:
    """Refuse what can be the id of no publisher (usage), before its site is visited."""
    try:
        checked_id(chosen)
    except ValueError as error:
        raise Refused(str(error), ID_HINT, Exit.USAGE) from error


def check_new(settings: Settings, options: PublisherOptions) -> None:
    """Refuse a publisher whose id or host is taken by another of *settings* (usage)."""
    new = publisher_of(options)
    for known in map(publisher_of, settings.publishers):
        if taken := {*known.hosts} & {*new.hosts}:
            hint = "collect it with `creditline run`; what of it is visited is set in creditline.toml"
            raise Refused(f"{min(taken)} is a host of the publisher {known.id} that is here", hint, Exit.USAGE)
        if known.id == new.id:
            raise Refused(f"publisher {new.id!r} is here already", "choose another --id", Exit.USAGE)


def ask_contact(settings: Settings, urls: list[str]) -> Settings:
    if settings.contact or all(on_loopback(settings, url) for url in urls) or not sys.stdin.isatty():
        return settings
    said = click.prompt("Whom can the people of the site write to (sent with each request)", err=True)
    return dataclasses.replace(settings, contact=said)
