"""Rendering: settings written as a commented ``creditline.toml``, with a note on each."""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from archive.disk import whole_file
from ingest.settings import values
from ingest.settings.errors import BadSettings
from ingest.settings.values import (
    AlertOptions,
    ArchiveOptions,
    FetchOptions,
    PublisherOptions,
    ReadOptions,
    ReuseOptions,
    ScheduleOptions,
    ServeOptions,
    Settings,
    StoreOptions,
    TimestampOptions,
)


def render(settings: Settings) -> str:
    """Write *settings* as a commented ``creditline.toml``; a setting left at its default is commented out."""
    lines = [
        "# Settings of this collection. All are listed; a line that begins with # shows the default.",
        "",
        "# Who to write to about the visits: sent in the user agent.",
        f"contact = {toml(settings.contact)}" if settings.contact else '# contact = "archive@example.org"',
    ]
    # In a fixed order and all of them, so that two files can be compared line by line.
    for name, options, notes in SECTIONS:
        lines += ["", f"[{name}]"]
        current = getattr(settings, name)
        for key, note in notes:
            value, default = getattr(current, key), getattr(options(), key)
            # Commented out and not left out: the file lists what can be set, and a better default of a later release
            # takes effect.
            mark = "# " if value == default else ""
            # TOML has no null: of a setting that has no default an example is shown.
            shown = _EXAMPLES[key] if value is None else value
            lines.append(f"{mark}{key} = {toml(shown)}  # {note}")
    lines += [
        "",
        "# Connect to another address than the name resolves to, like curl's --connect-to.",
        "[connect]",
    ]
    lines += [f"{toml(host)} = {toml(target)}" for host, target in settings.connect]
    lines += ['# "institute.example" = "127.0.0.1:8123"'] if not settings.connect else []
    for publisher in settings.publishers:
        lines += ["", *publisher_lines(publisher)]
    return "\n".join(lines) + "\n"


def publisher_lines(publisher: PublisherOptions) -> list[str]:
    """Return the table of one publisher in lines."""
    lines = ["[[publisher]]", f"url = {toml(publisher.url)}"]
    for key in ("id", "name"):
        value = getattr(publisher, key)
        if value:
            lines.append(f"{key} = {toml(value)}")
    for key, note in PUBLISHER_NOTES.items():
        if key in ("url", "id", "name"):
            continue
        value = getattr(publisher, key)
        mark = "# " if value in _PUBLISHER_DEFAULTS else ""
        lines.append(f"{mark}{key} = {toml(_EXAMPLES[key] if value is None else value)}  # {note}")
    return lines


PUBLISHER_NOTES = {
    "url": "where the site begins; the only one that must be there",
    "id": "short name in every item's identifier; unset: the host, dots as hyphens. It never changes",
    "name": "the publisher's name; unset: as its pages say",
    "hosts": "its own hosts, no other publisher's, the main one first; an edit holds for pages kept from then on",
    "languages": "the languages it publishes in",
    "include": "path prefixes to visit; none: all",
    "exclude": "path prefixes to leave out",
    "documents": "whether documents that its pages link to (PDF, EPUB, DOCX, ODT) are kept and read",
    "requisites": "what pages need to be shown: styles+images, all (fonts and icons too) or none",
    "delay": "seconds between its pages; unset: `fetch.delay`",
    "pages": "the most of its pages in one run; unset: `fetch.pages`",
    "bytes": "the most that is kept of it in one run, an answer more or less; the next run goes on; unset: no bound",
    "days": "the longest that one run visits it, parts of a day too; the next run goes on; unset: no bound",
    "discover": "`start` looks for its new pages this often, in seconds; unset: `schedule.discover`",
    "recheck": "its known pages are looked at at most this late, in seconds; unset: `schedule.recheck`",
}
_PUBLISHER_DEFAULTS: tuple[object, ...] = ((), True, "styles+images", None)


SECTIONS: tuple[tuple[str, Any, tuple[tuple[str, str], ...]], ...] = (
    (
        "fetch",
        FetchOptions,
        (
            ("delay", "seconds between pages of one host; unset: 1, and 0 for a host connected to loopback"),
            ("deadline", "seconds for one exchange, whole"),
            ("max_bytes", "the most that one answer may take"),
            ("threads", "hosts visited at the same time; each host by one thread only"),
            ("pages", "the most pages of one publisher in one run; the rest stays due, and the next run goes on"),
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
    ("read", ReadOptions, (("workers", "reader processes; 0: one a core"), ("deadline", "seconds for one page"))),
    (
        "schedule",
        ScheduleOptions,
        (
            ("discover", "`start` looks for new pages this often, in seconds"),
            ("recheck", "`start` comes back to a known page at most this late, in seconds"),
            ("verify", "`start` verifies the collection this often, in seconds"),
            ("quiet", "hours of the day, in UTC, in which `start` visits nothing"),
        ),
    ),
    (
        "reuse",
        ReuseOptions,
        (
            ("confirmed_within", "exports for reuse rely on terms read so many days ago at most"),
            ("confirmed_only", "they hand out only what rests on a statement that a person confirmed"),
        ),
    ),
    (
        "archive",
        ArchiveOptions,
        (
            ("name", "what this archive is called, for citations"),
            ("public_url", "where its items are on the web; unset: citations give no address of it"),
        ),
    ),
    (
        "alert",
        AlertOptions,
        (
            ("webhook", "`start` posts here, as JSON with `text`, what needs a look"),
            ("mail", "whom it writes to, too"),
            ("smtp", "the server that takes the mail; a name and password come from the environment"),
            ("sender", "whose mail it is; unset: the first recipient's"),
            ("ping", "posted to after each job, with /fail behind it where that failed: for a watcher of silence"),
        ),
    ),
    (
        "timestamp",
        TimestampOptions,
        (
            ("url", "an authority that dates what `checkpoint -o FILE` writes (RFC 3161); unset: nobody is asked"),
            ("authority_file", "certificates of the authorities that `verify --checkpoint FILE` believes, PEM"),
        ),
    ),
    (
        "serve",
        ServeOptions,
        (
            ("with_start", "`start` opens the reading room too"),
            ("host", "the address it listens on; any but this machine's own needs a token or a proxy"),
            ("port", "the port of its pages; archived pages come from the next one"),
            ("token_file", "a file whose first line whoever asks has to show"),
            ("proxy", "the address of a reverse proxy that lets in whom it should"),
            (
                "texts",
                "which are shown whole: all, or permitted; unset: all, and permitted with archive.public_url",
            ),
            ("reviewers_file", "who may decide in the browser: names with hashes of their passwords"),
            ("processes", "how many answer side by side; 0: as many as there are processors, at most 8"),
        ),
    ),
)


_EXAMPLES: dict[str, object] = {
    "delay": 1.0,
    "pages": 1000,
    "bytes": 1_000_000_000,
    "days": 0.5,
    "discover": 86_400.0,
    "recheck": 2_592_000.0,
    "quiet": "07:00-19:00",
    "ca_file": "authority.pem",
    "token_file": "token.txt",
    "proxy": "127.0.0.1",
    "texts": "permitted",
    "reviewers_file": "reviewers.txt",
    "name": "Think Tank Archive",
    "public_url": "https://archive.example",
    "webhook": "https://chat.example/hooks/archive",
    "sender": "archive@example.org",
    "ping": "https://watch.example/archive",
    "url": "https://time.example/stamp",
    "authority_file": "time-authority.pem",
}


def toml(value: object) -> str:
    """Return a string, number, truth value or tuple of them as TOML."""
    if isinstance(value, tuple):
        return "[" + ", ".join(toml(part) for part in value) + "]"
    # JSON writes what TOML reads, but for characters beyond 16 bits (surrogates) and DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


# Amending: what a command adds to the settings file, beside the lines and comments that a person wrote in it.

_HOSTS = re.compile(r"(?:#\s*)?hosts\s*=")
_CONTACT = re.compile(r"(?:#\s*)?contact\s*=")


def amend(path: Path, before: Settings, after: Settings) -> None:
    """Write to the file at *path*, which says *before*, what *after* says more: whole, or nothing.

    A file that is not written as ours are may not take it; then it is written anew, without what only a person knew.

    Raises:
        DiskFailed: it could not be written; it says what it said.
    """
    # A link stays a link, and what it leads to is written.
    path = path.resolve()
    changed = _amended(path.read_text(encoding="utf-8"), before, after)
    with whole_file(path) as file:
        # A person may have closed the file to others; a new one would be open again.
        os.fchmod(file.fileno(), stat.S_IMODE(path.stat().st_mode))
        # Read back before it is written: lines are put in by their look, and a file may be laid out in ways that
        # mislead it.
        file.write((changed if _says(changed, path, after) else render(after)).encode())


def _amended(text: str, before: Settings, after: Settings) -> str:
    lines = text.splitlines()
    if after.contact != before.contact and after.contact:
        # Before the first table, for what follows [fetch] would be a setting of fetching.
        _put(lines, _CONTACT, f"contact = {toml(after.contact)}", _begins(lines, "["))
    for host, target in after.connect:
        if (host, target) not in before.connect:
            _connect(lines, host, target)
    for number, (held, wanted) in enumerate(zip(before.publishers, after.publishers, strict=False)):
        if held.hosts != wanted.hosts:
            _put_hosts(lines, number, wanted.hosts)
    # Publishers are only ever added, and at the end: of those before only hosts may have changed.
    for publisher in after.publishers[len(before.publishers) :]:
        lines += ["", *publisher_lines(publisher)]
    return "\n".join(lines) + "\n"


def _connect(lines: list[str], host: str, target: str) -> None:
    if "[connect]" not in lines:
        lines += ["", "[connect]"]
    start = lines.index("[connect]") + 1
    known = re.compile(rf"{re.escape(toml(host))}\s*=")
    _put(lines, known, f"{toml(host)} = {toml(target)}", start + _begins(lines[start:], "["), start)


def _put_hosts(lines: list[str], number: int, hosts: tuple[str, ...]) -> None:
    """Write *hosts* into the publisher's table that is the *number*-th, from 0."""
    tables = [at for at, line in enumerate(lines) if line.strip() == "[[publisher]]"]
    # Laid out otherwise, the file is not what was expected, and is written anew.
    if number < len(tables):
        start = tables[number] + 1
        end = start + _begins(lines[start:], "[")
        _put(lines, _HOSTS, f"hosts = {toml(hosts)}", end, start)


def _put(lines: list[str], known: re.Pattern[str], line: str, end: int, start: int = 0) -> None:
    """Write *line* in the place of one that is *known* from *start* to *end*, else before all others."""
    found = (at for at in range(start, end) if known.match(lines[at].strip()))
    at = next(found, None)
    if at is not None:
        lines[at] = line
    else:
        lines.insert(start, line)


def _begins(lines: list[str], mark: str) -> int:
    """Return which of *lines* is the first that begins with *mark*; how many there are where none does."""
    return next((at for at, line in enumerate(lines) if line.startswith(mark)), len(lines))


def _says(text: str, path: Path, wanted: Settings) -> bool:
    try:
        # By what it means and not by its text: a person's own spelling of a value is right as well.
        return values.parse(tomllib.loads(text), path) == wanted
    except (tomllib.TOMLDecodeError, BadSettings):
        return False
