"""Coverage: compares what a publisher's lists and links name with what is held, and classifies missing addresses.

Named addresses come from the frontier; if that was lost, the next run fills it again.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.http.exchange import Truncation
from db.captures import key_of
from db.model.coverage import Covered, Missing, Source
from db.model.item import PageKind, Publisher

UNSTATED = ""
"""The language of addresses for which none is stated."""
_GONE = frozenset({"gone", "still gone", "absent"})
_WALLS = frozenset({"blocked", "protected"})
_WALL_KINDS = frozenset({PageKind.CHALLENGE, PageKind.PROTECTED, PageKind.SHELL})
# Outcomes that a run reports (`ingest/crawl/tally.py`). Any other outcome is the reason of a failure.
_OUTCOMES: Mapping[str | None, Missing | Covered] = {
    None: Missing.NOT_YET,
    "put off": Missing.NOT_YET,
    "left alone": Missing.NOT_YET,
    "kept": Missing.NOT_READ,
    "adopted": Missing.NOT_READ,
    "redirects": Covered.ELSEWHERE,
    "robots": Missing.ROBOTS,
}
_KINDS: Mapping[str, Missing | Covered] = {
    PageKind.LISTING: Covered.LIST,
    PageKind.PART: Covered.LIST,
    PageKind.OTHER: Missing.UNREAD,
}


@dataclass(frozen=True, slots=True)
class MissingAddress:
    """A named address that is not held.

    Attributes:
        status: its class. *because*: why it could not be read or is not requested, or else the outcome of its last
            visit.
        sources: the names of the places that name it; *via* is the first of them.
        language: its code, or "" if unknown.
    """

    publisher: str
    url: str
    status: Missing | Covered
    because: str
    sources: tuple[str, ...]
    language: str
    via: str | None


@dataclass(slots=True)
class Count:
    """How many addresses are named, their status, and how many each kind of place names and misses."""

    named: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    missing_of: Counter[str] = field(default_factory=Counter)

    def add(self, status: Missing | Covered, sources: int, number: int) -> None:
        """Add *number* addresses."""
        # Technical addresses are named like pages, but nobody misses them.
        if status is Covered.NO_PAGE:
            self.by_status[status.value] += number
            return
        self.named += number
        self.by_status[status.value] += number
        for place in Source.words(sources):
            self.sources[place] += number
            self.missing_of[place] += number * isinstance(status, Missing)

    @property
    def held(self) -> int:
        """The number of addresses held as texts."""
        return self.by_status[Covered.HELD.value]

    @property
    def missing(self) -> dict[str, int]:
        """The number of missing addresses for each class that occurs, the largest first."""
        # Equal numbers are in the order of the classes, so that two reports of one state are equal.
        found = {one.value: self.by_status[one.value] for one in Missing if self.by_status[one.value]}
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        others = {one.value: self.by_status[one.value] for one in Covered}
        missing = self.missing
        places = {name: {"named": n, "missing": self.missing_of[name]} for name, n in sorted(self.sources.items())}
        return {"named": self.named, **others, "missing": sum(missing.values()), "classes": missing, "places": places}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is named for a publisher: in total and by language.

    Attributes:
        forgotten: a run has read lists and links, and the catalogue was made again since: only what is held is counted.
    """

    publisher: str
    whole: Count
    languages: Mapping[str, Count]
    forgotten: bool = False

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        by_language = {code or "not stated": count.as_json() for code, count in self.languages.items()}
        told = {"publisher": self.publisher, **self.whole.as_json(), "languages": by_language}
        return {**told, "forgotten": self.forgotten}


def coverage(connection: sqlite3.Connection, publisher: str, languages: Sequence[str] = ()) -> Coverage:
    """Return what is named for *publisher*. The paths of its pages may begin with one of its *languages*."""
    # By language from the same rows, so that the parts add up to the total.
    whole, parts = Count(), defaultdict[str, Count](Count)
    for row in _rows(connection, publisher, languages, _COUNTED):
        # Classified here, not in SQL: a million addresses fall into a few hundred groups.
        status, sources, language, number = _status(row), row["sources"], row["language"], row["number"]
        for count in (whole, parts[language]):
            count.add(status, sources, number)
    ordered = sorted(parts.items(), key=lambda pair: (-pair[1].named, pair[0]))
    languages_named = {code: count for code, count in ordered if count.named}
    # The frontier of a catalogue made again holds what is held, and no place that names it.
    forgotten = not whole.sources and _was_counted(connection, publisher)
    return Coverage(publisher, whole, languages_named, forgotten)


def _was_counted(connection: sqlite3.Connection, publisher: str) -> bool:
    """Say whether a recorded run visited pages of *publisher*."""
    # Its summary has the counts of each publisher; an id has no character that a path in JSON would not take.
    query = "SELECT 1 FROM run WHERE json_type(summary, '$.census.\"' || ? || '\"') IS NOT NULL LIMIT 1"
    return connection.execute(query, (publisher,)).fetchone() is not None


def missing(
    connection: sqlite3.Connection, publisher: str, wanted: str, languages: Sequence[str] = ()
) -> Iterator[MissingAddress]:
    """Yield the addresses of *publisher* whose class is *wanted*, by URL."""
    for row in _rows(connection, publisher, languages, _EACH):
        status = _status(row)
        if status.value == wanted:
            because = row["because"] or row["outcome"] or "not visited yet"
            places = Source.words(row["sources"])
            yield MissingAddress(publisher, row["url"], status, because, places, row["language"], row["via"])


def kin_hosts(
    connection: sqlite3.Connection, publisher: str, publishers: Iterable[Publisher]
) -> list[tuple[str, int, bool]]:
    """Return hosts that seem to belong to the publisher and are named but not visited: the host, how many of its
    addresses are named, and whether the home page redirects there; the most named first.

    Hosts that one of *publishers* lists are visited for that one, at the latest by the next run.
    """
    visited = {host.removeprefix("www.") for one in publishers for host in one.hosts}
    found: Counter[str] = Counter()
    moved: set[str] = set()
    rows = connection.execute(
        "SELECT url, sources, via FROM left_out WHERE publisher = ? AND standing = ?",
        (publisher, Missing.OTHER_HOST.value),
    )
    home = connection.execute("SELECT url FROM publisher WHERE id = ?", (publisher,)).fetchone()
    for url, sources, via in rows:
        host = url.split("/", 3)[2]
        found[host] += 1
        # A home page that redirects to another host has moved there, or has its texts there.
        if sources & Source.REDIRECT and home is not None and via and via.rstrip("/") == home[0].rstrip("/"):
            moved.add(host)
    counted = ((host, number, host in moved) for host, number in found.most_common())
    return [one for one in counted if one[0].removeprefix("www.") not in visited]


def documents_left_out(connection: sqlite3.Connection, publisher: str) -> int:
    """Return how many documents of *publisher* are named but not kept because of their type."""
    row = connection.execute(
        "SELECT count(*) FROM left_out WHERE publisher = ? AND standing = ?", (publisher, Missing.KIND.value)
    ).fetchone()
    return int(row[0])


_LANGUAGE = """main(coalesce(nullif(lower(item.language), ''), lower({0}.language), tongue({0}.key), ''))"""
# Of an item's addresses only one counts as held: the one where it was last seen.
_OF_VISITS = f"""SELECT visit.url AS url, visit.via AS via, visit.sources AS sources, visit.outcome AS outcome,
        CASE WHEN item_alias.item IS NULL THEN 0 WHEN 1 = row_number() OVER (PARTITION BY item_alias.item
            ORDER BY visit.outcome IS 'redirects', visit.key <> item.latest_key, visit.id) THEN 1 ELSE 2 END AS held,
        capture.page_kind AS kind, capture.truncated AS truncated, capture.unread IS NOT NULL AS unread, NULL AS left,
        capture.unread AS because, {_LANGUAGE.format("visit")} AS language
    FROM visit LEFT JOIN item_alias ON item_alias.key = visit.key AND item_alias.publisher = visit.publisher
        AND item_alias.current = 1
    LEFT JOIN item ON item.id = item_alias.item LEFT JOIN capture ON capture.id = visit.capture
    WHERE visit.publisher = ?1 AND visit.kind = 'page'"""
_OF_LEFT_OUT = """SELECT url, via, sources, NULL AS outcome, 0 AS held, NULL AS kind, NULL AS truncated, 0 AS unread,
        standing AS left, because, main(coalesce(lower(language), tongue(key), '')) AS language
    FROM left_out WHERE publisher = ?1"""
_EACH = f"{_OF_VISITS} UNION ALL {_OF_LEFT_OUT} ORDER BY url"
_GROUP = "sources, outcome, held, kind, truncated, unread, left, language"
_COUNTED = f"""SELECT {_GROUP}, count(*) AS number FROM ({_OF_VISITS} UNION ALL {_OF_LEFT_OUT}) GROUP BY {_GROUP}"""


def _rows(
    connection: sqlite3.Connection, publisher: str, languages: Sequence[str], query: str
) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of *query*. If no language is stated, it is taken from the beginning of the path: /pl/esej."""
    known = {code.lower().partition("-")[0] for code in languages}

    def tongue(key: str) -> str | None:
        segment = key.partition("/")[2].partition("/")[0].partition("?")[0].lower()
        return segment if segment in known else None

    # Regions do not matter: pt-br counts as pt.
    connection.create_function("tongue", 1, tongue, deterministic=True)
    connection.create_function("main", 1, lambda code: code.partition("-")[0], deterministic=True)
    rows = connection.execute(query, (publisher,))
    names = [column[0] for column in rows.description]
    for row in rows:
        yield dict(zip(names, row, strict=True))


def _status(row: Mapping[str, Any]) -> Missing | Covered:
    """Return the status of an address."""
    if row["left"] is not None:
        return Missing(row["left"]) if row["left"] in {one.value for one in Missing} else Covered(row["left"])
    outcome, kind = row["outcome"], row["kind"]
    # A former address of an item leads to it and is not counted as another held item.
    if row["held"] and row["unread"] and kind == PageKind.DOCUMENT:
        return Missing.UNREAD
    # Also if all its addresses lead away by now, as those of a site that moved to a host that is not visited.
    if row["held"] == 1:
        return Covered.HELD
    if row["held"] and outcome != "redirects":
        return Covered.ELSEWHERE
    if outcome in _OUTCOMES:
        return _OUTCOMES[outcome]
    if row["truncated"] == Truncation.LENGTH:
        return Missing.TOO_LARGE
    if outcome in _GONE:
        return Missing.GONE
    if outcome in _WALLS or kind in _WALL_KINDS:
        return Missing.WALL
    if outcome == "other pages":
        return _KINDS.get(kind, Covered.LIST)
    return Missing.UNREAD if row["unread"] else Missing.FAILED


def texts_with_parameters(connection: sqlite3.Connection, publisher: str, limit: int) -> Iterator[tuple[str, str]]:
    """Yield address and latest text of at most *limit* items of *publisher* whose addresses have parameters, the newest
    first; then of items at the same addresses without parameters.
    """
    text = "(SELECT text FROM edition WHERE edition.item = item.id ORDER BY opened DESC LIMIT 1)"
    rows = connection.execute(
        f"SELECT url, {text} FROM item WHERE publisher = ? AND instr(url, '?') ORDER BY first_seen DESC LIMIT ?",
        (publisher, limit),
    ).fetchall()
    yield from rows
    for place in dict.fromkeys(url.partition("?")[0] for url, _ in rows):
        row = connection.execute(
            f"SELECT url, {text} FROM item WHERE publisher = ? AND id = "
            "(SELECT item FROM item_alias WHERE key = ? AND publisher = ? AND current = 1)",
            (publisher, key_of(place), publisher),
        ).fetchone()
        if row is not None and row[0] == place:
            yield row


def visits_with_parameters(
    connection: sqlite3.Connection, publisher: str, limit: int
) -> list[tuple[int, str, str | None, bool]]:
    """Return *limit* visits of pages of *publisher* whose addresses have parameters, visited ones first: number,
    address, who names it, and whether it was visited.
    """
    rows = connection.execute(
        """SELECT id, url, via, visited_at IS NOT NULL FROM visit WHERE publisher = ? AND kind = 'page'
        AND instr(url, '?') ORDER BY visited_at IS NULL, id LIMIT ?""",
        (publisher, limit),
    )
    return [(number, url, via, bool(made)) for number, url, via, made in rows]
