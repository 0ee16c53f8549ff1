"""Settings file: write ``creditline.toml`` with a comment on each setting, and change an existing file."""

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
    """Return *settings* as the text of a ``creditline.toml``; settings at their defaults are commented out."""
    lines = [
        "# Settings of this collection. All are listed; a line that begins with # shows the default.",
        "",
        "# Whom people of the visited sites can write to; sent in the user agent.",
        f"contact = {toml(settings.contact)}" if settings.contact else '# contact = "archive@example.org"',
    ]
    # All settings in a fixed order, so two files can be compared line by line.
    for name, options, notes in SECTIONS:
        lines += ["", f"[{name}]"]
        current = getattr(settings, name)
        for key, note in notes:
            value, default = getattr(current, key), getattr(options(), key)
            # A default is commented out: the file shows that it can be set, but a new default of a later release takes
            # effect.
            mark = "# " if value == default else ""
            # TOML has no null, so show an example for a setting without a default.
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
    """Return the lines of the table of one publisher."""
    lines = ["[[publisher]]", f"url = {toml(publisher.url)}"]
    for key in ("id", "name"):
        value = getattr(publisher, key)
        if value:
            lines.append(f"{key} = {toml(value)}")
    for key, note in PUBLISHER_NOTES.items():
        if key in ("url", "id", "name"):  # written above
            continue
        value = getattr(publisher, key)
        mark = "# " if value in _PUBLISHER_DEFAULTS else ""
        lines.append(f"{mark}{key} = {toml(_EXAMPLES[key] if value is None else value)}  # {note}")
    return lines


# The comment on each setting of a publisher, in the order of the file.
PUBLISHER_NOTES = {
    "url": "the page where the site begins, usually its home page; the only required setting",
    "id": "short name in every item's identifier; never changes; unset: the host, with hyphens for dots",
    "name": "the publisher's name; unset: the name on its pages",
    "hosts": "its own hosts, the main one first; no other publisher's; a change applies to pages kept from then on",
    "languages": "the languages it publishes in",
    "include": "how the paths to visit begin, as in /essays/; empty: all",
    "exclude": "how the paths to leave out begin, as in /tag/",
    "documents": "keep and read documents that its pages link to (PDF, EPUB, DOCX, ODT)",
    "requisites": "files needed to show its pages: styles+images, all (also fonts and icons) or none",
    "delay": "seconds between its pages; unset: `fetch.delay`",
    "pages": "at most this many of its pages in one run; unset: `fetch.pages`",
    "bytes": "at most about this much is kept of it in one run; the next run continues; unset: no limit",
    "days": "one run visits it for at most this many days, also fractions; the next run continues; unset: no limit",
    "discover": "seconds after which `start` looks for new pages of it again; unset: `schedule.discover`",
    "recheck": "most seconds until a known page of it is visited again; unset: `schedule.recheck`",
}
# With these values a setting of a publisher is commented out.
_PUBLISHER_DEFAULTS: tuple[object, ...] = ((), True, "styles+images", None)


# For each table: its name, the class of its options, and the settings with their comments, in the order of the file.
SECTIONS: tuple[tuple[str, Any, tuple[tuple[str, str], ...]], ...] = (
    (
        "fetch",
        FetchOptions,
        (
            ("delay", "seconds between requests to one host; unset: 1, or 0 for a host connected to loopback"),
            ("deadline", "most seconds for one request with its response"),
            ("max_bytes", "longest response that is kept whole"),
            ("threads", "hosts visited at the same time, each by only one thread"),
            ("pages", "at most this many pages of one publisher in one run; the next run continues with the rest"),
            ("ca_file", "file with an additional certificate authority (PEM), from the collection's folder"),
        ),
    ),
    (
        "store",
        StoreOptions,
        (
            ("roll_bytes", "size at which a WARC file is closed, roughly"),
            ("reserve_bytes", "work pauses while less disk space than this is free"),
            ("batch", "captures that are synced to disk and catalogued together"),
            ("batch_seconds", "most seconds that a capture waits for its batch to fill"),
        ),
    ),
    (
        "read",
        ReadOptions,
        (("workers", "reader processes; 0: one per core"), ("deadline", "most seconds to read one page")),
    ),
    (
        "schedule",
        ScheduleOptions,
        (
            ("discover", "seconds after which `start` looks for new pages again"),
            ("recheck", "most seconds until `start` visits a known page again"),
            ("verify", "seconds after which `start` verifies the collection again"),
            ("quiet", "hours of the day (UTC) in which `start` visits nothing"),
        ),
    ),
    (
        "reuse",
        ReuseOptions,
        (
            ("confirmed_within", "exports for reuse use only terms that were read at most this many days ago"),
            ("confirmed_only", "exports for reuse hand out only texts whose statement a person confirmed"),
        ),
    ),
    (
        "archive",
        ArchiveOptions,
        (
            ("name", "the name of this archive in citations"),
            ("public_url", "the address of this archive on the web; unset: citations give none"),
        ),
    ),
    (
        "alert",
        AlertOptions,
        (
            ("webhook", "`start` posts here what needs attention, as JSON with `text`"),
            ("mail", "addresses that it also sends mail to"),
            ("smtp", "the mail server; name and password come from the environment"),
            ("sender", "the sender of the mail; unset: the first recipient"),
            ("ping", "posted to after each job, with /fail appended if it failed; for a monitor that notices silence"),
        ),
    ),
    (
        "timestamp",
        TimestampOptions,
        (
            ("url", "an authority that time-stamps what `checkpoint -o FILE` writes (RFC 3161); unset: none"),
            ("authority_file", "file with the certificates that `verify --checkpoint FILE` trusts (PEM)"),
        ),
    ),
    (
        "serve",
        ServeOptions,
        (
            ("with_start", "`start` also opens the reading room"),
            ("host", "the address it listens on; any other than loopback needs a token or a proxy"),
            ("port", "the port of its pages; archived pages use the next port"),
            ("token_file", "file whose first line is the token that clients must present"),
            ("proxy", "the address of a reverse proxy that decides who may read"),
            (
                "texts",
                "texts shown whole: all, permitted, or 'permitted, not for sale'; "
                "unset: all, or permitted with archive.public_url",
            ),
            ("reviewers_file", "file of people who may decide in the browser: names with password hashes"),
            ("processes", "processes that answer; 0: one per core, at most 8"),
        ),
    ),
)


# Shown, commented out, for settings that have no default.
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
    """Return a string, number, boolean or tuple of these as TOML."""
    if isinstance(value, tuple):
        return "[" + ", ".join(toml(part) for part in value) + "]"
    # JSON is valid TOML here, except that TOML wants DEL escaped. (ensure_ascii=False avoids surrogate escapes.)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


# ── Changing a file: add settings to it, and keep the lines and comments that a person wrote. ────────────────────

# A line with the setting, which may be commented out.
_HOSTS = re.compile(r"(?:#\s*)?hosts\s*=")
_CONTACT = re.compile(r"(?:#\s*)?contact\s*=")


def amend(path: Path, before: Settings, after: Settings) -> None:
    """Change the file at *path* from the settings *before* to *after*, completely or not at all.

    If the file is laid out in an unexpected way, it is written anew, and comments by a person are lost.

    Raises:
        DiskFailed: the file could not be written and is unchanged.
    """
    # If it is a symbolic link, change the file that it leads to.
    path = path.resolve()
    changed = _amended(path.read_text(encoding="utf-8-sig"), before, after)
    with whole_file(path) as file:
        # Keep the permissions: a person may have restricted them.
        os.fchmod(file.fileno(), stat.S_IMODE(path.stat().st_mode))
        # Lines are inserted by simple patterns, which an unusual layout may mislead. So parse the result before use.
        file.write((changed if _parses_to(changed, path, after) else render(after)).encode())


def _amended(text: str, before: Settings, after: Settings) -> str:
    """Return the text of a settings file with the changes from *before* to *after*."""
    lines = text.splitlines()
    if after.contact != before.contact and after.contact:
        # Before the first table: after [fetch] it would become a setting of that table.
        _put_line(lines, _CONTACT, f"contact = {toml(after.contact)}", _index_of(lines, "["))
    for host, target in after.connect:
        if (host, target) not in before.connect:
            _connect(lines, host, target)
    for number, (held, wanted) in enumerate(zip(before.publishers, after.publishers, strict=False)):
        if held.hosts != wanted.hosts:
            _put_hosts(lines, number, wanted.hosts)
    # Publishers are only added at the end, and of existing ones only the hosts change.
    for publisher in after.publishers[len(before.publishers) :]:
        lines += ["", *publisher_lines(publisher)]
    return "\n".join(lines) + "\n"


def _connect(lines: list[str], host: str, target: str) -> None:
    if "[connect]" not in lines:
        lines += ["", "[connect]"]
    start = lines.index("[connect]") + 1
    known = re.compile(rf"{re.escape(toml(host))}\s*=")
    _put_line(lines, known, f"{toml(host)} = {toml(target)}", start + _index_of(lines[start:], "["), start)


def _put_hosts(lines: list[str], number: int, hosts: tuple[str, ...]) -> None:
    """Set *hosts* in the table of publisher *number*, counted from 0."""
    tables = [at for at, line in enumerate(lines) if line.strip() == "[[publisher]]"]
    # If the table is not found, the layout is unusual, and the file will be written anew.
    if number < len(tables):
        start = tables[number] + 1
        end = start + _index_of(lines[start:], "[")
        _put_line(lines, _HOSTS, f"hosts = {toml(hosts)}", end, start)


def _put_line(lines: list[str], known: re.Pattern[str], line: str, end: int, start: int = 0) -> None:
    """Replace the first line from *start* to *end* that matches *known*; if none does, insert *line* at *start*."""
    found = (at for at in range(start, end) if known.match(lines[at].strip()))
    at = next(found, None)
    if at is not None:
        lines[at] = line
    else:
        lines.insert(start, line)


def _index_of(lines: list[str], mark: str) -> int:
    """Return the index of the first of *lines* that begins with *mark*; their number if none does."""
    return next((at for at, line in enumerate(lines) if line.startswith(mark)), len(lines))


def _parses_to(text: str, path: Path, wanted: Settings) -> bool:
    try:
        # Compare values, not text, because a person may write the same value in another way.
        return values.parse(tomllib.loads(text), path) == wanted
    except (tomllib.TOMLDecodeError, BadSettings):
        return False
