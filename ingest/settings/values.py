"""Settings: one TOML file, read once at the edge into frozen values."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from archive.errors import Exit, Refused
from archive.http.url import read_target
from db.model.item import Publisher
from ingest.settings.errors import BadSettings
from ingest.settings.number_bounds import fault_of
from ingest.settings.quiet_hours import QuietHours
from ingest.settings.wrong_kind import converted

FILE_NAME = "creditline.toml"
RESERVED = frozenset({"collection", "imported"})
"""Series of files that belong to no publisher."""
ID_HINT = "take small letters, digits and hyphens, as in wi; `collection` and `imported` are taken by files of ours"
# So much of a record is room for its own head and that of the answer in it, of 256 KB at most.
_HEADS = 1 << 20
# It stands in file names and URLs, and begins the id of every item.
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How pages are fetched. Seconds and bytes."""

    delay: float | None = None
    deadline: float = 60.0
    max_bytes: int = 52_428_800
    threads: int = 32
    pages: int = 10_000
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """How captures are kept: when a file is rolled, and when a batch is synced (bytes, captures, seconds).

    *reserve_bytes* of the disk are never used: below that no page is asked for any more.
    """

    # About 1 GB, as the WARC standard recommends (annex C): large enough to be few, small enough to be copied.
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
    """When ``creditline start`` works, in seconds: look for new pages, and come back to known ones.

    Attributes:
        quiet: hours of the day, in UTC, in which it visits nothing, as ``07:00-19:00``.
    """

    # Four times a day, and each known page once a week.
    discover: float = 21_600.0
    recheck: float = 604_800.0
    verify: float = 604_800.0
    quiet: str | None = None


@dataclass(frozen=True, slots=True)
class ReuseOptions:
    """What an export for reuse relies on: terms that were read within so many days, and which grades of *yes*."""

    # Far longer than `recheck`: where runs go on it never bites.
    confirmed_within: float = 90.0
    confirmed_only: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """What the archive is called, and where its items are on the web, for citations and exports; None: nowhere."""

    name: str | None = None
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class AlertOptions:
    """Whom ``creditline start`` tells what needs a look, and how. It is no part of what is recorded.

    Attributes:
        webhook: an address that takes JSON with ``text``, as chat services do.
        mail: recipients; *smtp* is the server that takes the mail, *sender* whose mail it is (the first recipient's).
        ping: posted to after each job, with ``/fail`` behind it where that failed: for a watcher that raises the alarm
            when nothing comes.
    """

    webhook: str | None = None
    mail: tuple[str, ...] = ()
    smtp: str = "localhost:25"
    sender: str | None = None
    ping: str | None = None


@dataclass(frozen=True, slots=True)
class TimestampOptions:
    """Which authority dates checkpoints (RFC 3161). It is no part of what is recorded.

    Attributes:
        url: where it takes questions; None: nobody is asked.
        authority_file: certificates of those that are believed, PEM; beside the settings where it is no whole path.
    """

    url: str | None = None
    authority_file: str | None = None


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where the reading room is, and who may read. It is no part of what is recorded.

    Attributes:
        with_start: ``creditline start`` opens it too.
        token_file: a file whose first line whoever asks has to show; beside the settings where it is no whole path.
        proxy: the address of a reverse proxy that lets in whom it should.
        texts: which are shown whole: "all", "permitted" or "permitted, not for sale"; unset: all, or, where the
            archive has a public address, what is permitted.
        reviewers_file: who may decide in the browser; beside the settings where it is no whole path.
        processes: that answer side by side; 0: as many as there are processors, at most 8.
    """

    with_start: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    token_file: str | None = None
    proxy: str | None = None
    texts: str | None = None
    reviewers_file: str | None = None
    processes: int = 0


@dataclass(frozen=True, slots=True)
class PublisherOptions:
    """One ``[[publisher]]`` table: who is collected, and what of it.

    Attributes:
        include, exclude: path prefixes; nothing listed in include means everything.
        documents: whether PDF, EPUB, DOCX and ODT files that its pages link to are kept and read.
        requisites: what of that which pages need to be shown is kept: "styles+images", "all" or "none".
        delay: seconds between its pages, pages: the most in one run; as `fetch` says where unset.
        bytes, days: so many bytes are kept of it in one run, and so long it is visited by one; unset: no bound.
        discover, recheck: how often it is looked for new pages, and when known ones are looked at at the latest, in
            seconds; as `schedule` says where unset.
    """

    url: str
    id: str | None = None
    name: str | None = None
    hosts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    documents: bool = True
    requisites: Literal["styles+images", "all", "none"] = "styles+images"
    delay: float | None = None
    pages: int | None = None
    bytes: int | None = None
    days: float | None = None
    discover: float | None = None
    recheck: float | None = None


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
    reuse: ReuseOptions = ReuseOptions()
    archive: ArchiveOptions = ArchiveOptions()
    alert: AlertOptions = AlertOptions()
    timestamp: TimestampOptions = TimestampOptions()
    serve: ServeOptions = ServeOptions()
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
    except UnicodeDecodeError as error:
        raise BadSettings(path, f"is not TOML: byte {error.start} is no UTF-8", "save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(path, f"is not TOML: {error}", "mend the line named and try again") from error
    settings = parse(raw, path)
    _refuse_unreadable(settings.fetch.max_bytes, path)
    # Not in `parse`, which reads what records state too: that was in force.
    if fault := fault_of(settings):
        raise BadSettings(path, *fault)
    return settings


def _refuse_unreadable(max_bytes: int, path: Path) -> None:
    """Refuse to let answers be kept that nobody could read again. Not in what records state: that was in force."""
    from archive.warc.member import HELD

    # The bound is that of the record as it is read back, with both heads in it.
    most = HELD - _HEADS
    if max_bytes > most:
        what = f"fetch.max_bytes is {max_bytes}: a record of more than {HELD >> 20} MB is never read again"
        raise BadSettings(path, what, f"set it to {most} or less; a longer answer is kept up to there")


def checked_id(chosen: str | None) -> None:
    """Let pass what can be the id of a publisher, or None; files and items are called by it.

    Raises:
        ValueError: it says which id cannot be one.
    """
    if chosen is not None and (chosen in RESERVED or not _ID.fullmatch(chosen)):
        raise ValueError(f"no publisher can have the id {chosen!r}")


def parse(raw: dict[str, Any], path: Path) -> Settings:
    """Turn decoded TOML into Settings; unknown keys are refused by name.

    Raises:
        BadSettings: see load.
    """
    tables = dict(raw)
    if isinstance(tables.get("publisher"), dict):
        raise BadSettings(path, "[publisher] stands in single brackets", "write [[publisher]], once for each of them")
    tables["publishers"] = tables.pop("publisher", [])
    # Apart, for its keys are hosts and no names of settings.
    connect = tables.pop("connect", {})
    _refuse_unknown(tables, Settings, "", path)
    settings = converted(tables, Settings, "", path)
    pairs = converted(connect, dict[str, str], "[connect]", path)
    for publisher in settings.publishers:
        try:
            checked_id(publisher.id)
        except ValueError as error:
            raise BadSettings(path, str(error), ID_HINT) from error
    if settings.schedule.quiet is not None:
        try:
            QuietHours.of(settings.schedule.quiet)
        except ValueError as error:
            raise BadSettings(path, f"schedule.quiet: {error}", 'write it as "07:00-19:00", in UTC') from error
    public = settings.archive.public_url
    if public is not None and not public.startswith(("https://", "http://")):
        raise BadSettings(
            path, f"archive.public_url is {public!r}, and no address on the web", "begin it with https://"
        )
    _refuse_rivals(settings.publishers, path)
    return dataclasses.replace(settings, connect=tuple(sorted(pairs.items())))


def _refuse_rivals(listed: tuple[PublisherOptions, ...], path: Path) -> None:
    """Refuse two publishers that claim one id or one host: whose a page is must have one answer."""
    ids: set[str] = set()
    owners: dict[str, str] = {}
    for options in listed:
        try:
            publisher = publisher_of(options)
        except ValueError:  # an address that is none is refused where it is used
            continue
        if publisher.id in ids:
            raise BadSettings(path, f"two publishers have the id {publisher.id!r}", "give each an id of its own")
        ids.add(publisher.id)
        for host in bare_hosts(publisher):
            other = owners.setdefault(host, publisher.id)
            if other != publisher.id:
                what = f"the publishers {other!r} and {publisher.id!r} both claim the host {host!r}"
                raise BadSettings(path, what, "list each host in the `hosts` of one publisher")


def bare_hosts(publisher: Publisher) -> frozenset[str]:
    """Return the hosts of *publisher*, as they are compared: ``www.`` in front makes no difference."""
    return frozenset(host.lower().removeprefix("www.") for host in publisher.hosts)


_OPTIONS: dict[str, type] = {
    "fetch": FetchOptions,
    "store": StoreOptions,
    "read": ReadOptions,
    "schedule": ScheduleOptions,
    "reuse": ReuseOptions,
    "archive": ArchiveOptions,
    "alert": AlertOptions,
    "timestamp": TimestampOptions,
    "serve": ServeOptions,
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


def known_part(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return of decoded TOML what this version knows: a record of settings may be newer than the program."""
    top = {field.name for field in dataclasses.fields(Settings)} - {"publishers"} | {"publisher"}
    known = {key: value for key, value in stated.items() if key in top}
    for key, kind in _OPTIONS.items():
        # One level is enough: no setting is a table within a table.
        names = {field.name for field in dataclasses.fields(kind)}
        shown = "publisher" if key == "publishers" else key
        if isinstance(known.get(shown), dict):
            known[shown] = {name: value for name, value in known[shown].items() if name in names}
        elif isinstance(known.get(shown), list):
            known[shown] = [{n: value for n, value in one.items() if n in names} for one in known[shown]]
    return known


def publisher_of(options: PublisherOptions) -> Publisher:
    """Return the publisher that *options* describe; id and hosts follow from its URL where unset."""
    # Loaded late: what only reads settings (`status`, --help) need not load the parser of URLs.
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


def schedule_of(schedule: ScheduleOptions, options: PublisherOptions) -> ScheduleOptions:
    """Return *schedule* as it holds for the publisher of *options*."""
    own = {name: value for name in ("discover", "recheck") if (value := getattr(options, name)) is not None}
    return dataclasses.replace(schedule, **own)


def with_publisher(settings: Settings, options: PublisherOptions) -> Settings:
    """Return *settings* with one more publisher."""
    return dataclasses.replace(settings, publishers=(*settings.publishers, options))


def with_host(settings: Settings, owner: str, url: str) -> Settings:
    """Return *settings* in which the host of *url* (or a bare host) is one of those of the publisher *owner*.

    Raises:
        Refused: there is no such publisher, no host in *url*, or another publisher has it (usage).
    """
    from db.identity import host_of

    known = {publisher_of(options).id: options for options in settings.publishers}
    if owner not in known:
        raise Refused(f"there is no publisher {owner!r}", f"those here: {', '.join(known) or 'none'}", Exit.USAGE)
    try:
        host = host_of(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise Refused(str(error), "name a host, as in blog.example.org", Exit.USAGE) from error
    for name, options in known.items():
        if host in bare_hosts(publisher_of(options)):
            if name == owner:
                return settings
            raise Refused(f"{host} is a host of the publisher {name}", "take it out there first", Exit.USAGE)
    hosts = (*publisher_of(known[owner]).hosts, host)
    changed = [
        dataclasses.replace(options, hosts=hosts) if options is known[owner] else options
        for options in settings.publishers
    ]
    return dataclasses.replace(settings, publishers=tuple(changed))


def check_id(chosen: str | None) -> None:
    """Refuse what can be the id of no publisher (usage), before its site is visited."""
    try:
        checked_id(chosen)
    except ValueError as error:
        raise Refused(str(error), ID_HINT, Exit.USAGE) from error


def check_new(settings: Settings, options: PublisherOptions) -> None:
    """Refuse a publisher whose id or host is taken by another of *settings* (usage)."""
    new = publisher_of(options)
    # As whole publishers: where id or hosts are not set they follow from the URL, and can clash all the same.
    for known in map(publisher_of, settings.publishers):
        if taken := {*known.hosts} & {*new.hosts}:
            hint = "collect it with `creditline run`; what of it is visited is set in creditline.toml"
            raise Refused(f"{min(taken)} is a host of the publisher {known.id} that is here", hint, Exit.USAGE)
        if known.id == new.id:
            raise Refused(f"there is already a publisher {new.id!r}", "choose another --id", Exit.USAGE)


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
    # A flag wins over the file for its own host, and leaves the others.
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
