"""Settings values: read the settings file into frozen values, and check them."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from archive.errors import Exit, Refused
from archive.http.url import read_target
from db.model.item import Publisher
from ingest.settings import addresses
from ingest.settings.errors import BadSettings
from ingest.settings.number_bounds import fault_of
from ingest.settings.quiet_hours import QuietHours
from ingest.settings.wrong_kind import converted

FILE_NAME = "creditline.toml"
RESERVED = frozenset({"collection", "imported"})
"""Names of WARC file series that belong to no publisher, so no publisher can have them as id."""
ID_HINT = "take up to 64 small letters, digits and hyphens, as in wi; `collection` and `imported` are taken"
# Bytes to leave for the head of a record and for that of its response, which is at most 256 KB.
_ROOM_FOR_HEADS = 1 << 20
# An id is used in file names and URLs, and every item id begins with it.
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How pages are fetched. Times are in seconds, sizes in bytes."""

    delay: float | None = None
    deadline: float = 60.0
    max_bytes: int = 52_428_800  # 50 MiB
    threads: int = 32
    pages: int = 10_000
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """How captures are kept: the size at which a WARC file is closed (bytes), the disk space to leave free (bytes; with
    less, no more pages are requested), and after how many captures or seconds a batch is synced.
    """

    # About 1 GB, as the WARC standard recommends (annex C): few files, but small enough to copy.
    roll_bytes: int = 1_000_000_000
    reserve_bytes: int = 256_000_000
    batch: int = 50
    batch_seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How pages are read: by *workers* processes (0: one per core), for at most *deadline* seconds per page."""

    workers: int = 0
    deadline: float = 20.0


@dataclass(frozen=True, slots=True)
class ScheduleOptions:
    """How often ``creditline start`` works. Times are in seconds.

    Attributes:
        discover: the interval between two looks for new pages.
        recheck: the longest time until a known page is visited again.
        verify: the interval between two verifications.
        quiet: hours of the day, in UTC, in which nothing is visited, such as ``07:00-19:00``.
    """

    # Four times a day, and each known page once a week.
    discover: float = 21_600.0
    recheck: float = 604_800.0
    verify: float = 604_800.0
    quiet: str | None = None


@dataclass(frozen=True, slots=True)
class ReuseOptions:
    """Which terms an export for reuse relies on: those read within this many days, and which grades of *yes*."""

    # Far longer than `recheck`, so it has no effect as long as runs go on.
    confirmed_within: float = 90.0
    confirmed_only: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """The name of the archive and the address of its items on the web, for citations and exports; None: not set."""

    name: str | None = None
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class AlertOptions:
    """Whom ``creditline start`` alerts, and how. These settings are not recorded.

    Attributes:
        webhook: a URL that accepts JSON with ``text``, like those of chat services.
        mail: the recipients of mail.
        smtp: the server that takes the mail.
        sender: the sender of the mail; None: the first recipient.
        ping: a URL to post to after each job, with ``/fail`` appended if the job failed. It is for a service that
            raises an alarm when nothing is posted.
    """

    webhook: str | None = None
    mail: tuple[str, ...] = ()
    smtp: str = "localhost:25"
    sender: str | None = None
    ping: str | None = None


@dataclass(frozen=True, slots=True)
class TimestampOptions:
    """Which authority gives time stamps for checkpoints (RFC 3161). These settings are not recorded.

    Attributes:
        url: the URL of the authority; None: no time stamps.
        authority_file: certificates of trusted authorities, PEM. A relative path is relative to the settings file.
    """

    url: str | None = None
    authority_file: str | None = None


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where the reading room is, and who may read. Not recorded. Relative paths are relative to the settings file.

    Attributes:
        with_start: whether ``creditline start`` opens the reading room too.
        host, port: the address on which it listens.
        token_file: a file whose first line is the token that every client has to send.
        proxy: the address of a reverse proxy that controls access.
        texts: which texts are shown in full: "all", "permitted" or "permitted, not for sale". If not set: all, or, if
            the archive has a public address, the permitted ones.
        reviewers_file: a file with the people who may decide in the browser.
        processes: how many processes answer requests; 0: one per processor, at most 8.
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
    """One ``[[publisher]]`` table: a publisher to collect, and how.

    Attributes:
        include, exclude: path prefixes; an empty *include* means everything.
        documents: whether PDF, EPUB, DOCX and ODT files that its pages link to are kept and read.
        requisites: which requisites of its pages are kept: "styles+images", "all" or "none".
        delay: seconds between two of its pages; if not set, as in `fetch`.
        pages: the most pages in one run; if not set, as in `fetch`.
        bytes, days: the most bytes to keep, and the longest time to visit it, in one run; if not set, no limit.
        discover, recheck: as in `schedule`, in seconds; if not set, the values there.
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
    """All settings in ``creditline.toml``.

    Attributes:
        contact: a mail address or page, sent in the user agent for the people whose site is visited.
        connect: pairs of host or host:port and the address to connect to instead, such as ``127.0.0.1:8123``. This is
            the only way to a private address.
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
        BadSettings: the file is missing or not TOML, or it has an unknown key or a value of the wrong type.
    """
    import tomllib

    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadSettings(
            path, "there is no settings file", "run `creditline init URL`, or name the collection with -C DIR"
        ) from None
    except UnicodeDecodeError as error:
        raise BadSettings(path, f"is not TOML: byte {error.start} is no UTF-8", "save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(path, f"is not TOML: {error}", "correct this line and try again") from error
    settings = parse(raw, path)
    _refuse_unreadable(settings.fetch.max_bytes, path)
    # Not checked in `parse`, which also reads recorded settings: those were in force, whatever their values.
    if fault := fault_of(settings) or addresses.fault_of(settings):
        raise BadSettings(path, *fault)
    return settings


def _refuse_unreadable(max_bytes: int, path: Path) -> None:
    """Refuse a limit on responses above the size that can be read back from a record."""
    from archive.warc.member import HELD

    # The limit for reading applies to the whole record, which includes both heads.
    most = HELD - _ROOM_FOR_HEADS
    if max_bytes > most:
        what = f"fetch.max_bytes is {max_bytes}: a record of more than {HELD >> 20} MB is never read again"
        raise BadSettings(path, what, f"set it to {most} or less; a longer answer is kept up to there")


def checked_id(chosen: str | None) -> None:
    """Check the id of a publisher; None is accepted.

    Raises:
        ValueError: this cannot be an id; the message says so.
    """
    if chosen is not None and (chosen in RESERVED or not _ID.fullmatch(chosen)):
        raise ValueError(f"no publisher can have the id {chosen!r}")


def parse(raw: dict[str, Any], path: Path) -> Settings:
    """Convert decoded TOML to Settings; unknown keys are refused.

    Raises:
        BadSettings: see load.
    """
    tables = dict(raw)
    # In single brackets, a table is decoded as one dictionary. `publishers` is the name of the field they go to.
    if isinstance(tables.get("publisher"), dict) or "publishers" in tables:
        what = "unknown setting 'publishers'" if "publishers" in tables else "[publisher] is in single brackets"
        raise BadSettings(path, what, "write [[publisher]], once for each publisher")
    tables["publishers"] = tables.pop("publisher", [])
    connect = tables.pop("connect", {})  # its keys are hosts, not settings
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
            path, f"archive.public_url is {public!r}, which is not a web address", "begin it with https://"
        )
    _refuse_duplicates(settings.publishers, path)
    return dataclasses.replace(settings, connect=tuple(sorted(pairs.items())))


def _refuse_duplicates(listed: tuple[PublisherOptions, ...], path: Path) -> None:
    """Refuse two publishers with the same id or host, because each page has to belong to one publisher."""
    ids: set[str] = set()
    owners: dict[str, str] = {}
    for options in listed:
        try:
            publisher = publisher_of(options)
        except ValueError:  # an invalid URL is refused where it is used
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
    """Return the hosts of *publisher* in the form for comparison: lower case, without ``www.``."""
    return frozenset(host.lower().removeprefix("www.") for host in publisher.hosts)


# The class of each table in the file, by field of `Settings`.
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
    """Refuse unknown keys, so a typing error is noticed."""
    known = {f.name.replace("publishers", "publisher"): f for f in dataclasses.fields(kind)}
    for key, value in table.items():
        if key not in known and key != "publishers":
            near = difflib.get_close_matches(key, known, 1)
            hint = (f"perhaps {near[0]} is meant; " if near else "") + "docs/settings.md lists every setting"
            raise BadSettings(path, f"unknown setting {where + key!r}", hint)
        section = _OPTIONS.get(key)
        for number, part in enumerate(value if isinstance(value, list) else [value], 1):
            if section and isinstance(part, dict):
                shown = addresses.called_in(table, number) if key == "publishers" else key
                _refuse_unknown(part, section, f"{shown}.", path)


def known_part(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of decoded TOML that this version knows; a record may come from a newer version."""
    top = {field.name for field in dataclasses.fields(Settings)} - {"publishers"} | {"publisher"}
    known = {key: value for key, value in stated.items() if key in top}
    for key, kind in _OPTIONS.items():
        # One level is enough, because no setting is a table inside a table.
        names = {field.name for field in dataclasses.fields(kind)}
        shown = "publisher" if key == "publishers" else key
        if isinstance(known.get(shown), dict):
            known[shown] = {name: value for name, value in known[shown].items() if name in names}
        elif isinstance(known.get(shown), list):
            known[shown] = [{n: value for n, value in one.items() if n in names} for one in known[shown]]
    return known


def publisher_of(options: PublisherOptions) -> Publisher:
    """Return the publisher described by *options*; if not set, id and hosts follow from its URL."""
    # Imported late, because commands that only read settings (`status`, --help) need no URL parser.
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
    """Return *schedule* with the values that *options* sets for one publisher."""
    own = {name: value for name in ("discover", "recheck") if (value := getattr(options, name)) is not None}
    return dataclasses.replace(schedule, **own)


def with_publisher(settings: Settings, options: PublisherOptions) -> Settings:
    """Return *settings* with one more publisher."""
    return dataclasses.replace(settings, publishers=(*settings.publishers, options))


def with_host(settings: Settings, owner: str, url: str) -> Settings:
    """Return *settings* with the host of *url* (a URL or a host) added to the publisher *owner*.

    Raises:
        Refused: there is no such publisher, *url* has no host, or another publisher has it (exit code: usage).
    """
    from db.identity import host_of

    known = {publisher_of(options).id: options for options in settings.publishers}
    if owner not in known:
        raise Refused(f"there is no publisher {owner!r}", f"known here: {', '.join(known) or 'none'}", Exit.USAGE)
    try:
        # Accept a bare host as well as a URL.
        host = host_of(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise Refused(str(error), "name a host, as in blog.example.org", Exit.USAGE) from error
    for name, options in known.items():
        if host in bare_hosts(publisher_of(options)):
            if name == owner:
                return settings
            raise Refused(f"{host} is a host of the publisher {name}", "remove it there first", Exit.USAGE)
    hosts = (*publisher_of(known[owner]).hosts, host)
    changed = [
        dataclasses.replace(options, hosts=hosts) if options is known[owner] else options
        for options in settings.publishers
    ]
    return dataclasses.replace(settings, publishers=tuple(changed))


def check_id(chosen: str | None) -> None:
    """Refuse an invalid publisher id (exit code: usage), before the site is visited."""
    try:
        checked_id(chosen)
    except ValueError as error:
        raise Refused(str(error), ID_HINT, Exit.USAGE) from error


def check_new(settings: Settings, options: PublisherOptions) -> None:
    """Refuse a publisher whose id or host another publisher in *settings* has (exit code: usage)."""
    new = publisher_of(options)
    # Compare publishers, not options: ids and hosts that follow from the URL can clash too.
    for known in map(publisher_of, settings.publishers):
        if taken := {*known.hosts} & {*new.hosts}:
            hint = "`creditline run` collects it; creditline.toml says which of its pages"
            raise Refused(f"{min(taken)} is a host of the publisher {known.id}, which exists already", hint, Exit.USAGE)
        if known.id == new.id:
            raise Refused(f"there is already a publisher {new.id!r}", "choose another --id", Exit.USAGE)


_PORTS = 65_536  # one more than the highest port


def address_of(target: str) -> tuple[str, int]:
    """Parse an address and port such as ``127.0.0.1:8123`` or ``[::1]:8123``.

    Raises Refused if *target* has another form (exit code: settings).
    """
    # Split from the right, because an IPv6 address contains colons.
    host, _, port = target.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        # Only an address, no name: the address of a name may change, and with it what is allowed.
        ip_address(host)
        if 0 < int(port) < _PORTS:
            return host, int(port)
    except ValueError:
        pass
    raise Refused(
        f"[connect] names {target!r}, which is no address and port", 'write it as "127.0.0.1:8123"', Exit.SETTINGS
    )


def require_contact(settings: Settings, urls: list[str]) -> None:
    """Refuse to visit sites without a contact in the settings, except on this machine.

    Raises:
        Refused: there is no contact; the hint says what to type (exit code: settings).
    """
    if settings.contact or all(on_loopback(settings, url) for url in urls):
        return
    raise Refused(
        "no contact is given for the people whose site is visited",
        'type --contact archive@example.org, or set contact = "archive@example.org" in creditline.toml',
        Exit.SETTINGS,
    )


def on_loopback(settings: Settings, url: str) -> bool:
    """Return whether the settings map the host of *url* to a loopback address."""
    target = read_target(url)
    mapped = {host.lower(): address for host, address in settings.connect}
    # As in the client, the entry with a port comes first.
    address = mapped.get(f"{target.host}:{target.port}") or mapped.get(target.host)
    return address is not None and ip_address(address_of(address)[0]).is_loopback


def with_flags(settings: Settings, *, contact: str | None, connect: tuple[str, ...]) -> Settings:
    """Return *settings* with the values of --contact and --connect."""
    pairs = dict(settings.connect)
    for pair in connect:
        host, _, target = pair.partition("=")
        try:
            address_of(target if host else "")
        except Refused as refused:
            hint = "as in institute.example=127.0.0.1:8123"
            raise Refused(f"--connect {pair} is not HOST=ADDRESS:PORT", hint, Exit.USAGE) from refused
        # A flag replaces the entry of its own host only.
        pairs[host] = target
    return dataclasses.replace(settings, contact=contact or settings.contact, connect=tuple(sorted(pairs.items())))
