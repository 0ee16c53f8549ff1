"""Search: the time of searches with words and filters in a catalogue of 100,000 items.

The limits apply to CPU time. On an idle machine a search takes about this long; on a busy one it also has to wait.

The catalogue is generated, the same each time. Its texts consist of invented words with the frequencies of a language,
in two languages, by three publishers, over sixteen years. Some tags are rare, others are on every tenth item. Making it
takes minutes. With `--keep` it is kept, and the next run with the same folder uses it again.

`--cold` drops the file from the page cache before each search, and counts the bytes read. `--adding N` adds N items one
by one, then N in one transaction, and removes them again. `--plain` asks FTS5 directly for the best twenty by bm25 with
a snippet.

    python benchmarks/search.py [--items N] [--seconds S] [--rounds N] [--random N] [--keep FOLDER]
        [--cold] [--adding N] [--plain]
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import tempfile
import time
from bisect import bisect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from db.catalogue import Catalogue
from db.model.terms import LINKED
from db.search.facet_counts import FacetKind, facets
from db.search.index import SearchIndex
from db.search.query import parse
from db.search.search import Page, Sort, page, search

ITEMS = 100_000
NAMED = ("lang:en minister", "from:2020 to:2021 economy", 'tag:"topic 5" war', "a*")
"""Searches that were slow once; each has to stay below `BOUND` milliseconds at 100,000 items."""
BOUND = 60.0
MIXES = (
    "minister",
    "the",
    "the economy war",
    "th*",
    "econ*",
    "title:a*",
    "a* b*",
    "lang:en",
    "lang:en the",
    "lang:pl lang:en war",
    "-lang:en minister",
    "-lang:en",
    "-minister",
    "-minister lang:pl",
    "from:2020 to:2021",
    "from:2020-03-02 to:2020-03-05 the",
    "-from:2012 the",
    "to:2012-06 the -war",
    'tag:"topic 5"',
    'tag:"topic" the',
    'tag:"rare 77" the',
    "-tag:topic the",
    "publisher:wi minister",
    "publisher:wi lang:en from:2015 tag:topic war OR economy",
    '"economy war"',
    "minister title:war",
    "(war OR economy) -minister",
    "year:2021 war",
    'section:="Section 3" war',
    "is:changed war",
    "in:editions minister",
    "reuse:unknown minister",
    "license:none war",
    "reuse:yes OR minister",
    "-reuse:unknown OR lang:de",
    "(reuse:no title:war) OR license:none OR econ*",
    "is:changed OR is:gone OR war",
    '"the war" OR is:document',
)
"""Other mixes of filters and words, to find bad query plans."""
LONGEST = 100.0
"""The most CPU time in milliseconds for any query, whatever is typed."""
BEGIN = date(2010, 1, 1)
PUBLISHERS = ("wi", "osw-waw-pl", "institute-example")
_COMMON = {0: "the", 1: "of", 2: "and", 3: "a", 40: "war", 60: "economy", 90: "minister"}
"""Rank by frequency → word; the word of rank 100 is in about every third text."""
_SYLLABLES = tuple(
    first + vowel + last for first in "bcdfghklmnprstvwz" for vowel in "aeiou" for last in ("", "n", "r")
)


def _vocabulary(chance: random.Random, size: int = 40_000) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < size:
        word = "".join(chance.choices(_SYLLABLES, k=chance.choice((1, 2, 2, 3, 3, 4))))
        made[chance.choice("aeiou") + word if chance.random() < 0.3 else word] = None
    named = list(made)
    for rank, word in _COMMON.items():
        named[rank] = word
    return named


def make(path: Path, items: int, seconds: float) -> int:
    """Make the catalogue at *path*, or extend it, to *items* items in at most *seconds*; return how many it has.

    Rows are written in bulk, like those of the fold, and indexed in the same way.
    """
    chance = random.Random(12)  # noqa: S311 - no secret: the same catalogue each time
    made = _made(chance)
    began = time.monotonic()
    with Catalogue.open(path, create=True) as catalogue:
        connection = catalogue.connection
        for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}")
        (held,) = connection.execute("SELECT count(*) FROM item").fetchone()
        # When a catalogue is extended, do not repeat the items it has.
        chance.seed(12 + held)
        index = SearchIndex(connection)
        while held < items and time.monotonic() - began < seconds:
            with catalogue.transaction():
                numbers = range(held, min(held + 2000, items))
                for number in numbers:
                    _write(connection, number, made)
                for number in numbers:
                    index.remember(_item(number))
                index.write()
            held = numbers.stop
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return held


@dataclass(frozen=True, slots=True)
class _Made:
    chance: random.Random
    vocabulary: list[str]
    paragraphs: list[str]


class Further:
    """Add items to a generated catalogue, each with its words in the index, like a run does with new pages."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        # No secret: the same items each time.
        self._made, self._connection = _made(random.Random(13), 100), connection  # noqa: S311
        # Items are numbered without gaps, so a catalogue can be extended.
        (self.next,) = connection.execute("SELECT count(*) FROM item").fetchone()

    def add(self) -> None:
        """Add one more item, within a transaction."""
        _write(self._connection, self.next, self._made)
        index = SearchIndex(self._connection)
        index.remember(_item(self.next))
        index.write()
        self.next += 1


def _made(chance: random.Random, paragraphs: int = 4000) -> _Made:
    vocabulary = _vocabulary(chance)
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))

    def said(count: int) -> str:
        return " ".join(vocabulary[bisect(weights, chance.random() * weights[-1])] for _ in range(count))

    # Texts are made of these paragraphs, because drawing all words anew would take longer than indexing.
    return _Made(chance, vocabulary, [said(95) for _ in range(paragraphs)])


def _item(number: int) -> str:
    return f"{PUBLISHERS[number % 3]}-{number:010}"


def _write(connection: sqlite3.Connection, number: int, made: _Made) -> None:
    chance, vocabulary = made.chance, made.vocabulary
    publisher, item = PUBLISHERS[number % 3], _item(number)
    if number < 3:
        connection.execute(
            "INSERT INTO publisher (id, url, hosts) VALUES (?, 'https://x.example/', '[]')", (publisher,)
        )
    if not number:
        connection.execute(
            "INSERT INTO evidence (id, capture, layer, ranges, words) VALUES (1, 'none', 'entity', '[[1, 2]]', '')"
        )
        # One publisher licenses its texts; the others say nothing.
        words = "Our texts are under CC BY 4.0."
        connection.execute("INSERT INTO statement VALUES (1, ?, ?, 'site policy', 'en')", (PUBLISHERS[0], words))
        connection.execute(
            """INSERT INTO term (holder, statement, first_seen, position, number, covers, act, permission, duties,
            license_id, license_url, rule, last_confirmed, evidence) VALUES ('site', 1, '2026-01-01T00:00:00.000000Z',
            0, 0, 'text', 'reproduce', 'permitted with duties', '["attribute"]', 'CC-BY-4.0', ?, ?,
            '2026-01-01T00:00:00.000000Z', 1)""",
            ("https://creativecommons.org/licenses/by/4.0/", LINKED),
        )
    seen = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)).isoformat()
    language = "pl" if number % 4 == 0 else "en-GB" if number % 4 == 1 else "en"
    day = None if number % 50 == 0 else (BEGIN + timedelta(days=chance.randrange(5800))).isoformat()
    connection.execute(
        """INSERT INTO item (id, publisher, kind, url, first_seen, last_seen, latest, latest_key, field_digest,
        terms_digest, language, section) VALUES (?, ?, 'article', ?, ?, ?, 'none', '', '', ?, ?, ?)""",
        (item, publisher, f"https://{publisher}.example/{number}", seen, seen, f"terms {number % 7}", language,
         f"Section {number % 12}"),
    )  # fmt: skip
    text = "\n\n".join(chance.choices(made.paragraphs, k=8))
    title = " ".join(text.split()[:8]).capitalize()
    # Every twentieth item has an earlier edition.
    for opened, words in ((f"{seen[:18]}0", text[:-700]), (seen, text))[0 if number % 20 == 7 else 1 :]:
        edition = connection.execute(
            """INSERT INTO edition (item, opened, last_seen, stamp, digest, title, published, precision, text, marks)
            VALUES (?, ?, ?, '', '', ?, ?, 'day', ?, '[]')""",
            (item, opened, opened, title, day, words),
        ).lastrowid
        name = f"Jan {vocabulary[200 + number % 900].capitalize()}"
        connection.execute(
            """INSERT INTO attribution (edition, position, name, role, kind, evidence)
            VALUES (?, 0, ?, 'author', 'person', 1)""",
            (edition, name),
        )
    tags = [f"topic {number % 10}", f"rare {number % 5000}"] if number % 3 else []
    connection.executemany(
        "INSERT INTO tag (item, position, value, evidence) VALUES (?, ?, ?, 1)",
        [(item, place, tag) for place, tag in enumerate(tags)],
    )


def measure(path: Path, rounds: int) -> bool:
    """Print the time of each search; return whether those in `NAMED` are within the limit."""
    within, every = True, list[float]()
    with Catalogue.open(path) as catalogue:
        for text in (*NAMED, *MIXES):
            spent, waited = [], []
            for _ in range(rounds):
                began, turn = time.perf_counter(), time.process_time()
                found = search(catalogue.connection, text)
                spent.append(1000 * (time.process_time() - turn))
                waited.append(1000 * (time.perf_counter() - began))
            every += spent
            late = text in NAMED and statistics.median(spent) > BOUND
            within = within and not late
            print(
                f"{text:58} {found.total:7} hits  CPU median {statistics.median(spent):6.1f} ms, most {max(spent):6.1f}"
                f"  clock {statistics.median(waited):6.1f}{'  TOO SLOW' if late else ''}",
                flush=True,
            )
        every.sort()
        told = (
            f"CPU p50 {statistics.median(every):.1f} ms, p99 {every[len(every) * 99 // 100]:.1f}, most {every[-1]:.1f}"
        )
        print(f"{len(every)} searches of {len(NAMED) + len(MIXES)} kinds: {told}", flush=True)
        _beside(catalogue.connection, rounds)
    return within


VIEWS = (
    "SELECT id, title, authors, published FROM items ORDER BY published DESC LIMIT 20",
    "SELECT count(*) FROM items",
    "SELECT item, snippet(words, 2, '[', ']', '…', 16) FROM search_text WHERE words MATCH 'minister' "
    "ORDER BY rank LIMIT 20",
)
"""Typical SQL queries; the last one is plain FTS5, which ranks every hit."""


_SAID = (
    *(
        "the",
        "of",
        "and",
        "a",
        "war",
        "economy",
        "minister",
        "th*",
        "econ*",
        "a*",
        "title:war",
        "title:a*",
        "author:jan",
    ),
    *('"the war"', '"economy war"', '"of the"'),
)
_NARROWED = (
    *("lang:en", "lang:pl", "from:2020", "to:2015", "year:2021", "tag:topic", 'tag:"topic 5"', "publisher:wi"),
    *("reuse:yes", "reuse:unknown", "license:none", "is:changed", "is:gone", "is:partial", "is:conflict", "is:unread"),
    *("is:document", "kind:article", "set:x", "note:y", "section:section"),
)


def strange(chance: random.Random, depth: int = 0) -> str:
    """Return a random query that nobody would type: common words, phrases and filters with NOT, OR and brackets."""

    def part() -> str:
        if depth < 3 and chance.random() < 0.2:
            return f"({strange(chance, depth + 1)})"
        return chance.choice(_SAID if chance.random() < 0.6 else _NARROWED)

    parts = []
    for _ in range(chance.randint(1, 4)):
        said = chance.choice(("", "", "", "", "NOT ", "-")) + part()
        parts.append(said + (f" OR {part()}" if chance.random() < 0.25 else ""))
    return " ".join(parts) + (" in:editions" if not depth and chance.random() < 0.1 else "")


def measure_strange(path: Path, count: int) -> bool:
    """Print the times of *count* random queries and the slowest ones; return whether all are within `LONGEST`."""
    chance = random.Random(17)  # noqa: S311 - no secret: the same queries each time
    spent = []
    with Catalogue.open(path) as catalogue:
        search(catalogue.connection, "minister")
        for _ in range(count):
            text, sort = strange(chance), chance.choice([Sort.RELEVANCE] * 7 + [Sort.NEW, Sort.OLD, Sort.TITLE])
            turn = time.thread_time()
            found = page(catalogue.connection, parse(text), Page(sort=sort))
            spent.append((1000 * (time.thread_time() - turn), found.among is not None, text))
    spent.sort(reverse=True)
    late, fewer = sum(one[0] > LONGEST for one in spent), sum(one[1] for one in spent)
    print(f"{count} random queries: CPU median {spent[count // 2][0]:.1f} ms, 99th {spent[count // 100][0]:.1f}, most")
    print(f"  {spent[0][0]:.1f}; {late} over {LONGEST:.0f} ms; {fewer} looked through fewer texts; the slowest are")
    for milliseconds, _, text in spent[:5]:
        print(f"  {milliseconds:6.1f} ms  {text[:100]}")
    return not late


def _forgotten(path: Path) -> None:
    """Drop the file from the page cache, except for pages not yet written to disk."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure_cold(path: Path) -> None:
    """Print the run time of each search with an empty page cache, and how much it reads."""
    taken: list[tuple[float, int]] = []
    for text in (*NAMED, *MIXES):
        _forgotten(path)
        # A new connection, because connections have a page cache of their own.
        with Catalogue.open(path, read_only=True) as catalogue:
            before, began = _read_so_far(), time.perf_counter()
            search(catalogue.connection, text)
            taken.append((1000 * (time.perf_counter() - began), _read_so_far() - before))
            print(f"cold {text:53} {taken[-1][0]:8.1f} ms by the clock, {taken[-1][1] >> 10:7} KB read", flush=True)
    clock = sorted(one[0] for one in taken)
    print(
        f"cold: median {statistics.median(clock):.0f} ms, most {clock[-1]:.0f}, {max(one[1] for one in taken) >> 20} MB"
    )


def _read_so_far() -> int:
    """Return how many bytes this process has read from disk so far (Linux)."""
    told = Path("/proc/self/io").read_text("ascii")
    return int(next(line.split()[1] for line in told.splitlines() if line.startswith("read_bytes")))


def measure_adding(path: Path, count: int) -> None:
    """Print the cost of adding an item, one per transaction and *count* in one; then remove the items."""
    made = _made(random.Random(13))  # noqa: S311 - no secret: the same items each time
    with Catalogue.open(path) as catalogue:
        connection = catalogue.connection
        connection.execute("PRAGMA foreign_keys = OFF")
        (held,) = connection.execute("SELECT count(*) FROM item").fetchone()
        numbers = list(range(held, held + 2 * count))
        alone = []
        for number in numbers[:count]:
            turn = time.process_time()
            with catalogue.transaction():
                _add(connection, [number], made)
            alone.append(1000 * (time.process_time() - turn))
        turn = time.process_time()
        with catalogue.transaction():
            _add(connection, numbers[count:], made)
        many = 1000 * (time.process_time() - turn) / count
        alone.sort()
        print(
            f"adding to {held} items: CPU {statistics.mean(alone):.2f} ms each (median {alone[count // 2]:.2f}, most "
            f"{alone[-1]:.1f}); {many:.2f} ms each of {count} in one transaction"
        )
        with catalogue.transaction():
            _take_back(connection, numbers)


def _add(connection: sqlite3.Connection, numbers: Iterable[int], made: _Made) -> None:
    index = SearchIndex(connection)
    for number in numbers:
        _write(connection, number, made)
        index.remember(_item(number))
    index.write()


def _take_back(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    index = SearchIndex(connection)
    for number in numbers:
        index.forget(_item(number))
    index.write()
    for number in numbers:
        item = _item(number)
        connection.execute("DELETE FROM attribution WHERE edition IN (SELECT id FROM edition WHERE item = ?)", (item,))
        for table, column in (("tag", "item"), ("edition", "item"), ("item", "id")):
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (item,))


PLAIN = ("minister", "war", "the", "the economy war", '"economy war"', "econ*", "a*", "minister NOT war")


def measure_plain(path: Path, rounds: int) -> None:
    """Print the time of plain FTS5 in the same index for the best twenty with a snippet, and our time."""
    best = """SELECT rowid, snippet(search, 2, '[', ']', '…', 16) FROM search WHERE search MATCH ?
        ORDER BY bm25(search, 10.0, 1.0, 1.0, 1.0, 0.0) LIMIT 20"""
    with Catalogue.open(path, read_only=True) as catalogue:
        for text in PLAIN:
            spent: tuple[list[float], list[float]] = ([], [])
            for _ in range(rounds):
                turn = time.process_time()
                catalogue.connection.execute(best, (text,)).fetchall()
                between = time.process_time()
                search(catalogue.connection, text)
                spent[0].append(1000 * (between - turn))
                spent[1].append(1000 * (time.process_time() - between))
            plainly, here = map(statistics.median, spent)
            print(f"{text:20} plain FTS5 with bm25 {plainly:8.1f} ms, ours {here:6.1f}", flush=True)


def _beside(connection: sqlite3.Connection, rounds: int) -> None:
    """Print the time of facets, sort orders and views."""
    few = [FacetKind.YEAR, FacetKind.AUTHOR, FacetKind.TAG]
    asked: list[tuple[str, Callable[[], object]]] = [
        *((f"facets {text}: three", lambda text=text: facets(connection, text, few)) for text in ("minister", "the")),
        ("facets minister: all nine", lambda: facets(connection, "minister", list(FacetKind))),
        *((f"sort {sort}: war", lambda sort=sort: page(connection, parse("war"), Page(sort=sort))) for sort in Sort),
        *((text, lambda text=text: connection.execute(text).fetchall()) for text in VIEWS),
    ]
    for name, call in asked:
        spent = []
        for _ in range(rounds):
            turn = time.process_time()
            call()
            spent.append(1000 * (time.process_time() - turn))
        print(f"{name[:58]:58} CPU median {statistics.median(spent):6.1f} ms, most {max(spent):6.1f}", flush=True)


def main() -> int:
    """Make the catalogue if it does not exist, and measure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=ITEMS)
    options.add_argument("--seconds", type=float, default=3600, help="stop making the catalogue after this many")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--random", type=int, default=400, help="number of random queries")
    options.add_argument("--cold", action="store_true", help="also search with an empty page cache")
    options.add_argument("--adding", type=int, default=0, help="add this many items, and remove them")
    options.add_argument("--plain", action="store_true", help="compare with plain FTS5 for the same words")
    options.add_argument("--keep", type=Path, help="the folder of the catalogue; it is made if it does not exist")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder: Path = chosen.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"search-{chosen.items}.db"
        if not path.exists():
            began = time.perf_counter()
            made = make(path.with_suffix(".part"), chosen.items, chosen.seconds)
            path.with_suffix(".part").rename(path)
            size = path.stat().st_size
            print(
                f"{made} items made in {time.perf_counter() - began:.0f} s, {size >> 20} MB, {size // made} bytes each"
            )
        within = measure(path, chosen.rounds)
        if chosen.adding:
            measure_adding(path, chosen.adding)
        if chosen.plain:
            measure_plain(path, chosen.rounds)
        if chosen.cold:
            measure_cold(path)
        return 0 if measure_strange(path, chosen.random) and within else 1


if __name__ == "__main__":
    raise SystemExit(main())
