"""Settings: one TOML file, read once at the edge into frozen values."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.model import Publisher

FILE_NAME = "creditline.toml"
RESERVED = frozenset({"collection", "imported"})
"""Series of files that belong to no publisher."""


class BadSettings(Exception):
    """The settings file cannot be used. Carries what is wrong and what to do."""

    def __init__(self, path: Path, what: str, hint: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path, self.what, self.hint = path, what, hint


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How pages are fetched. Seconds and bytes."""

    delay: float | None = None
    deadline: float = 60.0
    max_bytes: int = 52_428_800
    threads: int = 8
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """How captures are kept: when a file is rolled, and when a batch is synced (bytes, captures, seconds).

    *reserve_bytes* of the disk are never used: below that no page is asked for any more.
    """

    roll_bytes: int = 1_000_000_000
    reserve_bytes: int = 256_000_000
    batch: int = 50
    batch_seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How pages are read: *workers* processes (0: one a core), at most *deadline* seconds a page."""

    workers: int = 0
    deadline: float = 20.0


@dataclass(frozen=True, slots=True)
class ScheduleOptions:
    """When ``creditline start`` works, in seconds: look for new pages, and come back to known ones."""

    discover: float = 21_600.0
    recheck: float = 604_800.0
    verify: float = 604_800.0


@dataclass(frozen=True, slots=True)
class PublisherOptions:
    """One ``[[publisher]]`` table: who is collected, and what of it.

    Attributes:
        include, exclude: path prefixes; nothing listed in include means everything.
    """

    url: str
    id: str | None = None
    name: str | None = None
    hosts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that ``creditline.toml`` can say.

    Attributes:
        contact: an address or page in the user agent, for the people whose site is visited.
        connect: host or host:port to the address to connect to instead, as ``127.0.0.1:8123``; the only way
            to a private address.
    """

    contact: str | None = None
    connect: tuple[tuple[str, str], ...] = ()
    fetch: FetchOptions = FetchOptions()
    store: StoreOptions = StoreOptions()
    read: ReadOptions = ReadOptions()
    schedule: ScheduleOptions = ScheduleOptions()
    publishers: tuple[PublisherOptions, ...] = ()


def load(path: Path) -> Settings:
    """Read the settings file at *path*.

    Raises:
        BadSettings: it is missing, is not TOML, has an unknown key or a value of the wrong kind.
    """
    import tomllib

    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadSettings(
            path, "there is no settings file", "run `creditline init URL`, or name the collection with -C DIR"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(path, f"is not TOML: {error}", "mend the line named and try again") from error
    return parse(raw, path)


def parse(raw: dict[str, Any], path: Path) -> Settings:
    """Turn decoded TOML into Settings; unknown keys are refused by name.

    Raises:
        BadSettings: see load.
    """
    import msgspec

    tables = dict(raw)
    tables["publishers"] = tables.pop("publisher", [])
    connect = tables.pop("connect", {})
    _refuse_unknown(tables, Settings, "", path)
    try:
        settings = msgspec.convert(tables, Settings)
        pairs = msgspec.convert(connect, dict[str, str])
    except msgspec.ValidationError as error:
        what = str(error).replace("$.publishers", "publisher")
        raise BadSettings(path, what, "docs/settings.md lists every setting with its kind") from error
    for taken in {one.id for one in settings.publishers} & RESERVED:
        raise BadSettings(
            path, f"no publisher can have the id {taken!r}", "choose another: files of ours are called so"
        )
    return dataclasses.replace(settings, connect=tuple(sorted(pairs.items())))


_OPTIONS: dict[str, type] = {
    "fetch": FetchOptions,
    "store": StoreOptions,
    "read": ReadOptions,
    "schedule": ScheduleOptions,
    "publishers": PublisherOptions,
}


def _refuse_unknown(table: dict[str, Any], kind: type, where: str, path: Path) -> None:
    """Refuse a key that no setting has: a typing error must not pass as a default."""
    known = {f.name: f for f in dataclasses.fields(kind)}
    for key, value in table.items():
        if key not in known:
            shown = where.replace("publishers", "publisher") + key
            raise BadSettings(path, f"unknown setting {shown!r}", "docs/settings.md lists every setting")
        section = _OPTIONS.get(key)
        for part in value if isinstance(value, list) else [value]:
            if section and isinstance(part, dict):
                _refuse_unknown(part, section, f"{key}.", path)


def known_part(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return of decoded TOML what this version knows: a record of settings may be newer than the program."""
    top = {field.name for field in dataclasses.fields(Settings)} - {"publishers"} | {"publisher"}
    known = {key: value for key, value in told.items() if key in top}
    for key, kind in _OPTIONS.items():
        names = {field.name for field in dataclasses.fields(kind)}
        shown = "publisher" if key == "publishers" else key
        if isinstance(known.get(shown), dict):
            known[shown] = {name: value for name, value in known[shown].items() if name in names}
        elif isinstance(known.get(shown), list):
            known[shown] = [{n: value for n, value in one.items() if n in names} for one in known[shown]]
    return known


def render(settings: Settings) -> str:
    """Write *settings* as a commented ``creditline.toml``; a setting left at its default is commented out."""
    lines = [
        "# Settings of this collection. All are listed; a line that begins with # shows the default.",
        "",
        "# Who to write to about the visits: sent in the user agent.",
        f"contact = {_toml(settings.contact)}" if settings.contact else '# contact = "archive@example.org"',
    ]
    for name, options, notes in SECTIONS:
        lines += ["", f"[{name}]"]
        current = getattr(settings, name)
        for key, note in notes:
            value, default = getattr(current, key), getattr(options(), key)
            mark = "# " if value == default else ""
            shown = _EXAMPLES[key] if value is None else value
            lines.append(f"{mark}{key} = {_toml(shown)}  # {note}")
    lines += [
        "",
        "# Connect to another address than the name resolves to, like curl's --connect-to.",
        "[connect]",
    ]
    lines += [f"{_toml(host)} = {_toml(target)}" for host, target in settings.connect]
    lines += ['# "institute.example" = "127.0.0.1:8123"'] if not settings.connect else []
    for publisher in settings.publishers:
        lines += ["", *_publisher_lines(publisher)]
    return "\n".join(lines) + "\n"


def _publisher_lines(publisher: PublisherOptions) -> list[str]:
    lines = ["[[publisher]]", f"url = {_toml(publisher.url)}"]
    for key in ("id", "name"):
        value = getattr(publisher, key)
        if value:
            lines.append(f"{key} = {_toml(value)}")
    for key in ("hosts", "languages", "include", "exclude"):
        note = PUBLISHER_NOTES[key]
        value = getattr(publisher, key)
        comment = f"  # {note}" if note else ""
        lines.append(f"{'' if value else '# '}{key} = {_toml(value)}{comment}")
    return lines


PUBLISHER_NOTES = {
    "url": "where the site begins; the only one that must be there",
    "id": "short name in every item's identifier; unset: the host, dots as hyphens. It never changes",
    "name": "the publisher's name; unset: as its pages say",
    "hosts": "its own hosts; the first is the main one",
    "languages": "the languages it publishes in",
    "include": "path prefixes to visit; none: all",
    "exclude": "path prefixes to leave out",
}


SECTIONS: tuple[tuple[str, Any, tuple[tuple[str, str], ...]], ...] = (
    (
        "fetch",
        FetchOptions,
        (
            ("delay", "seconds between pages of one host; unset: 1, and 0 for a host connected to loopback"),
            ("deadline", "seconds for one exchange, whole"),
            ("max_bytes", "the most that one answer may take"),
            ("threads", "hosts visited at the same time; each host by one thread only"),
            ("ca_file", "an extra certificate authority, PEM"),
        ),
    ),
    (
        "store",
        StoreOptions,
        (
            ("roll_bytes", "a WARC file is closed at about this size"),
            ("reserve_bytes", "work stops where less of the disk is free than this, and goes on when there is room"),
            ("batch", "captures written before they are synced and catalogued"),
            ("batch_seconds", "seconds that a capture waits for the others of its batch, at most"),
        ),
    ),
    (
        "read",
        ReadOptions,
        (("workers", "reader processes; 0: one a core"), ("deadline", "seconds a page may take to read")),
    ),
    (
        "schedule",
        ScheduleOptions,
        (
            ("discover", "`start` looks for new pages this often, in seconds"),
            ("recheck", "`start` comes back to a known page at most this late, in seconds"),
            ("verify", "`start` verifies the collection this often, in seconds"),
        ),
    ),
)


_EXAMPLES: dict[str, object] = {"delay": 1.0, "ca_file": "authority.pem"}


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    # JSON writes what TOML reads, but for characters beyond 16 bits (surrogates) and DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def publisher_of(options: PublisherOptions) -> Publisher:
    """Return the publisher that *options* describe; id and hosts follow from its URL where unset."""
    from db.identity import host_of, publisher_id

    host = host_of(options.url)
    hosts = options.hosts or (host,)
    return Publisher(
        id=options.id or publisher_id(host),
        url=options.url,
        hosts=hosts,
        name=options.name,
        languages=options.languages,
    )
