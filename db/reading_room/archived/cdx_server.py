"""CDX server: lists captures as lines, with the queries and answers of pywb's index and of the Wayback Machine.

Apart from the routes that lead to it, because both forms are defined elsewhere.

Both know ``url``, ``matchType``, ``from``, ``to``, ``limit``, ``filter``, ``fl``, ``sort``, ``closest``, ``collapse``.
They differ in field names and in default fields, so each has its own address.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from starlette.datastructures import QueryParams

from archive.digest import normalize_digest
from archive.formats.cdxj import line_of, surt
from archive.warc.capture import Capture, CaptureKind
from db import captures
from db.reading_room.archived.holdings import Holdings
from db.reading_room.archived.link import digits_of, instant_of, target
from db.reading_room.problem import Problem

CDXJ, NDJSON, TEXT, JSON = "text/x-cdxj", "text/x-ndjson", "text/plain; charset=utf-8", "application/json"
MOST = 10_000
"""The most lines in one answer; ``resumeKey`` continues after them."""
_LOOKED_AT = 200_000
"""The most captures that are searched with a filter."""
_FIELDS = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length", "offset", "filename")
_WAYBACK = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_SAME = {"original": "url", "mimetype": "mime", "statuscode": "status"}
_FILTER = re.compile(r"(?P<sign>[!=~]{0,2})(?P<field>[a-z]+):(?P<value>.{0,200})", re.DOTALL)
_FILTERS = 8


class Match(StrEnum):
    """What a URL matches."""

    EXACT = "exact"
    PREFIX = "prefix"
    HOST = "host"
    DOMAIN = "domain"


class Order(StrEnum):
    """The order of lines."""

    FORWARD = ""
    REVERSE = "reverse"
    CLOSEST = "closest"


@dataclass(frozen=True, slots=True)
class Filter:
    """Lines whose *field* has *value* are wanted, or, if *negated*, all others.

    Attributes:
        whole: the value is the whole field; otherwise a part of it, or with *pattern* a pattern for it.
    """

    field: str
    value: str
    negated: bool
    whole: bool
    pattern: re.Pattern[str] | None = None

    def admits(self, line: Mapping[str, str]) -> bool:
        """Say whether *line* is wanted."""
        said = line.get(self.field, "")
        if self.pattern is not None:
            found = self.pattern.fullmatch(said) is not None
        else:
            found = said == self.value if self.whole else self.value in said
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class CdxQuery:
    """A query to the server.

    Attributes:
        since, until: only captures from this second to that second, inclusive.
        limit: how many lines; negative for the last ones.
        fields: which fields, in this order; () for the default.
        collapse: of neighbours with equal first characters (so many) of a field, only the first is wanted.
        resume: the line after which to continue, from an earlier answer.
    """

    url: str
    match: Match = Match.EXACT
    since: datetime | None = None
    until: datetime | None = None
    limit: int = MOST
    offset: int = 0
    order: Order = Order.FORWARD
    closest: datetime | None = None
    filters: tuple[Filter, ...] = ()
    fields: tuple[str, ...] = ()
    collapse: tuple[str, int] | None = None
    output: str = ""
    resume: str = ""
    shows_resume: bool = False
    wayback: bool = False
    pages: bool = False


def read(said: QueryParams, *, wayback: bool) -> CdxQuery:
    """Parse the query parameters *said*.

    Raises:
        Problem: a parameter is not understood (400).
    """
    url, match = _url(said.get("url", ""), said.get("matchType", ""))
    fields = tuple(one for one in re.split(r"[,\s]+", said.get("fl", said.get("fields", ""))[:300]) if one)
    # Both sets of names are accepted on both servers, because clients written for one are used with the other.
    unknown = {_SAME.get(one, one) for one in fields} - set(_FIELDS)
    if unknown:
        raise _refused(f"no field {sorted(unknown)[0]!r}; there are {', '.join(_FIELDS)}")
    sort = said.get("sort", "")
    closest = _instant(said, "closest")
    if sort not in (*Order, "default"):
        raise _refused("sort is reverse or closest")
    order = Order(sort if sort != "default" else "")
    if order is Order.CLOSEST and closest is None:
        raise _refused("sort=closest needs closest=TIMESTAMP")
    until = _instant(said, "to")
    return CdxQuery(
        url=url,
        match=match,
        since=_instant(said, "from"),
        until=None if until is None else _last_of(said["to"], until),
        limit=_number(said, "limit", MOST),
        offset=max(_number(said, "offset", 0), 0),
        order=Order.CLOSEST if closest is not None and not sort else order,
        closest=closest,
        filters=tuple(_filter(one, wayback=wayback) for one in said.getlist("filter")[:_FILTERS]),
        fields=fields,
        collapse=_collapse(said.get("collapse", "")),
        output=_output(said.get("output", "")),
        resume=said.get("resumeKey", "")[:4000],
        shows_resume=said.get("showResumeKey", "") == "true",
        wayback=wayback,
        pages=said.get("showNumPages", "") == "true",
    )


def _refused(why: str) -> Problem:
    return Problem(400, "Not understood", why)


def _url(said: str, match: str) -> tuple[str, Match]:
    if not said:
        raise Problem(400, "Not understood", 'The "url" param is required')
    # Two short forms: a final asterisk means a prefix, an initial "*." all hosts of a domain.
    if said.endswith("*"):
        said, match = said[:-1], Match.PREFIX
    elif said.startswith("*."):
        said, match = said[2:], Match.DOMAIN
    url = target(said[:4000])
    if url is None:
        raise _refused(f"{said[:200]!r} is no address")
    if match not in (*Match, ""):
        raise _refused(f"matchType is one of {', '.join(Match)}")
    return url, Match(match or Match.EXACT)


def _number(said: QueryParams, name: str, default: int) -> int:
    value = said.get(name, "")
    if not value:
        return default
    if not re.fullmatch(r"-?\d{1,9}", value, re.ASCII):
        raise _refused(f"{name} is a number")
    # Limited, not refused, because clients ask for millions and take what they get.
    return max(min(int(value), MOST), -MOST)


def _instant(said: QueryParams, name: str) -> datetime | None:
    value = said.get(name, "")
    if not value:
        return None
    found = instant_of(value) if re.fullmatch(r"\d{4,14}", value, re.ASCII) else None
    if found is None:
        raise _refused(f"{name} is a time in up to 14 digits, such as 20230424")
    return found


def _last_of(digits: str, first: datetime) -> datetime:
    """Return the last instant that *digits* cover: the end of a day, a month or a year."""
    if len(digits) < 6:
        return (
            datetime.max.replace(tzinfo=first.tzinfo)
            # The year 9999 is allowed, and no year follows it.
            if first.year >= 9999
            else first.replace(year=first.year + 1, month=1) - timedelta(microseconds=1)
        )
    if len(digits) < 8:
        # Four days after the 28th it is always the next month.
        following = first.replace(day=28) + timedelta(days=4) if (first.year, first.month) < (9999, 12) else None
        last = datetime.max.replace(tzinfo=first.tzinfo) if following is None else following.replace(day=1)
        return last - timedelta(microseconds=1)
    # A single digit at the end is no complete unit; only what comes before it counts.
    step = {8: timedelta(days=1), 10: timedelta(hours=1), 12: timedelta(minutes=1)}
    size = step.get(len(digits) - len(digits) % 2, timedelta(seconds=1))
    try:
        return first + size - timedelta(microseconds=1)
    except OverflowError:
        return first


def _filter(said: str, *, wayback: bool) -> Filter:
    found = _FILTER.fullmatch(said)
    if found is None:
        raise _refused("filter is [!][=|~]field:value")
    field = _SAME.get(found["field"], found["field"])
    if field not in _FIELDS:
        raise _refused(f"no field {field!r}; there are {', '.join(_FIELDS)}")
    negated, exact, like = (sign in found["sign"] for sign in "!=~")
    # By default, the Wayback Machine takes a pattern and pywb a part of the field.
    pattern = None
    if like or (wayback and not exact):
        pattern = _pattern(found["value"])
    return Filter(field, found["value"], negated, exact, pattern)


_PLAIN_PATTERN = re.compile(r"[\w\s/:;,=%&@~#'\"!<>-]|\.[*+?]?|\\[.\w/+-]|[|()^$]|\[[\w^-]{1,40}\]")


def _pattern(said: str) -> re.Pattern[str]:
    """Return *said* as a pattern, with only so much repetition as cannot run for ever."""
    # Nested repeats can make Python's patterns run for hours, so only harmless pieces are allowed.
    parts = _PLAIN_PATTERN.findall(said)
    if "".join(parts) != said or sum(len(part) == 2 and part[0] == "." for part in parts) > 3:
        raise _refused("such a pattern is not looked for: letters, dots, | and up to three .* are")
    try:
        return re.compile(said)
    except re.error as error:
        raise _refused(f"no pattern: {error}") from error


def _collapse(said: str) -> tuple[str, int] | None:
    if not said:
        return None
    field, _, length = said.partition(":")
    field = _SAME.get(field, field)
    if field not in _FIELDS or (length and not re.fullmatch(r"\d{1,3}", length, re.ASCII)):
        raise _refused("collapse is a field, or field:LENGTH")
    return field, int(length or 0)


def _output(said: str) -> str:
    if said not in ("", "json", "text", "cdxj"):
        raise _refused("output is json, text or cdxj")
    return said


# Lines.


def answer(holdings: Holdings, asked: CdxQuery) -> tuple[bytes, str]:
    """Return the lines that are *asked* for, and their media type."""
    # Everything is on one page, and `resumeKey` continues after it.
    if asked.pages:
        return b"1\n", TEXT
    held, resume = _held(holdings, asked)
    lines = _kept(map(_line, held), asked)
    if asked.order is not Order.CLOSEST:
        # By key, not by address, as on both servers: http and https, with and without www, are listed together.
        lines = iter(sorted(lines, key=lambda line: (line["urlkey"], line["timestamp"])))
        lines = iter(list(lines)[::-1]) if asked.order is Order.REVERSE else lines
    chosen = list(_collapsed(lines, asked.collapse))
    chosen = chosen[asked.offset :]
    chosen = chosen[asked.limit :] if asked.limit < 0 else chosen[: asked.limit]
    return _written(chosen, asked, resume)


def _held(holdings: Holdings, asked: CdxQuery) -> tuple[list[Capture], str]:
    """Return the captures that may be wanted, and the place after which there may be more ("" if there are none)."""
    withheld = holdings.withheld()
    if asked.match is Match.EXACT:
        # For one address the places are in the order of the captures.
        every = holdings.captures(asked.url)
        found = iter([one for one in every if captures.place_of(one) > asked.resume])
    else:
        found = captures.by_url_match(
            holdings.connection, asked.url, asked.match.value, after=asked.resume, limit=_LOOKED_AT
        )
    # A client that continues after the last line must have got all lines before it.
    is_paged = asked.shows_resume and asked.order is Order.FORWARD and asked.limit > 0
    most = asked.offset + asked.limit if is_paged else MOST
    # The last lines are wanted: the last of all captures searched, not of the first ones.
    is_from_behind = asked.limit < 0 or asked.order is Order.REVERSE
    admits = _between(asked)
    held: deque[Capture] = deque(maxlen=MOST if is_from_behind else None)
    looked, last = 0, ""
    for one in found:
        looked, last = looked + 1, captures.place_of(one)
        if one.id in withheld or not admits(one) or (is_paged and not any(_kept([_line(one)], asked))):
            continue
        held.append(one)
        # Collapsed neighbours take no room in the answer.
        if len(held) >= most and not is_from_behind and (is_paged or asked.match is not Match.EXACT):
            return list(held), last if next(found, None) is not None else ""
    nearest = list(held)
    if asked.closest is not None and asked.order is Order.CLOSEST:
        at = asked.closest
        nearest.sort(key=lambda one: (abs((one.began - at).total_seconds()), one.began))
    return nearest, last if looked >= _LOOKED_AT and asked.match is not Match.EXACT else ""


def _between(asked: CdxQuery) -> Callable[[Capture], bool]:
    def admits(one: Capture) -> bool:
        if asked.since is not None and one.began < asked.since:
            return False
        return asked.until is None or one.began <= asked.until

    return admits


def _line(capture: Capture) -> dict[str, str]:
    kept = capture.kind is CaptureKind.RESPONSE
    return {
        "urlkey": surt(capture.url),
        "timestamp": digits_of(capture.began),
        "url": capture.url,
        # CDX has no field for revisits, so the type says it.
        "mime": (capture.media_type or "unk") if kept else "warc/revisit",
        "status": "" if capture.kind is CaptureKind.NOT_MODIFIED else str(capture.status),
        "digest": normalize_digest(capture.payload_digest or ""),
        "length": str(capture.ref.length),
        "offset": str(capture.ref.offset),
        "filename": capture.ref.file,
    }


def _kept(lines: Iterable[dict[str, str]], asked: CdxQuery) -> Iterator[dict[str, str]]:
    return (line for line in lines if all(one.admits(line) for one in asked.filters))


def _collapsed(lines: Iterable[dict[str, str]], by: tuple[str, int] | None) -> Iterator[dict[str, str]]:
    last: tuple[str, str] | None = None
    for line in lines:
        if by is not None:
            # Only neighbours of one address, because two addresses are never one line.
            key = (line["urlkey"], line[by[0]][: by[1] or None])
            if key == last:
                continue
            last = key
        yield line


def as_cdxj(held: Sequence[Capture]) -> Iterator[bytes]:
    """Yield the line of each of *held*, as `creditline export cdxj` writes it."""
    return (line_of(one).encode() for one in held)


def _written(lines: list[dict[str, str]], asked: CdxQuery, resume: str) -> tuple[bytes, str]:
    names = asked.fields or (_WAYBACK if asked.wayback else _FIELDS)
    rows = [[line[_SAME.get(name, name)] or "-" for name in names] for line in lines]
    goes_on = resume if asked.shows_resume else ""
    if asked.wayback:
        return _as_wayback(names, rows, asked.output, goes_on)
    if asked.output == "text":
        told = [" ".join(row) for row in rows]
        return _lines(told + (["", goes_on] if goes_on else [])), TEXT
    told = []
    for line in lines:
        fields = {name: line[_SAME.get(name, name)] for name in names if line[_SAME.get(name, name)]}
        if asked.output != "json":
            # In CDXJ these two are before the JSON.
            fields = {name: value for name, value in fields.items() if name not in ("urlkey", "timestamp")}
        body = msgspec.json.encode(fields).decode()
        told.append(body if asked.output == "json" else f"{line['urlkey']} {line['timestamp']} {body}")
    return _lines(told), NDJSON if asked.output == "json" else CDXJ


def _as_wayback(names: Sequence[str], rows: list[list[str]], output: str, resume: str) -> tuple[bytes, str]:
    if output == "json":
        # Without lines there is no header either, as with the Wayback Machine and its clients.
        told: list[list[str]] = [list(names), *rows] if rows else []
        told += [[], [resume]] if resume else []
        return msgspec.json.encode(told) + b"\n", JSON
    return _lines([" ".join(row) for row in rows] + (["", resume] if resume else [])), TEXT


def _lines(told: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in told).encode()
