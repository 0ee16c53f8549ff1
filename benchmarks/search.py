"""Search: how long searches with words and filters take in a catalogue of 100,000 items.

What is bounded is processor time: on a machine that does nothing else a search takes as long as that, and on a busy one
it waits for its turn.

The catalogue is made up, the same each time: texts of made-up words that are as common as those of a language, in two
languages, by three publishers, over sixteen years, with tags of which some are rare and some stand on every tenth item.
Making it takes minutes; `--keep` leaves it, and the next run with the same folder takes it again.

    python benchmarks/search.py [--items N] [--rounds N] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from archive.evidence.locate import Decoding, Place
from archive.http.exchange import Ending
from archive.warc.capture import Capture, CaptureKind, RecordRef
from db.catalogue import Catalogue
from db.model.change import Entry
from db.model.item import Attribution, Dated, Evidence, PageKind, Precision, Reading, Stamp, Words
from db.search.search import search

ITEMS = 100_000
NAMED = ("lang:en minister", "from:2020 to:2021 economy", 'tag:"topic 5" war', "a*")
"""What was slow once: each has a bound of `BOUND` at 100,000 items."""
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
)
"""Other mixes of filters and words, for plans that are a disaster."""
BEGIN = date(2010, 1, 1)
PUBLISHERS = ("wi", "osw-waw-pl", "institute-example")
_COMMON = {0: "the", 1: "of", 2: "and", 3: "a", 40: "war", 60: "economy", 90: "minister"}
"""Words at their rank among all: the hundredth stands in about every third text."""
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


def entries(items: int) -> Iterator[Entry]:
    """Yield what was read of *items* made-up articles, the same each time."""
    chance = random.Random(12)  # noqa: S311 - no secret: the same catalogue each time
    vocabulary = _vocabulary(chance)
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
    decoding, stamp = Decoding("utf-8", Place.TEXT), Stamp("1.0", "2.3", "6.1")

    def said(count: int) -> str:
        return " ".join(vocabulary[bisect(weights, chance.random() * weights[-1])] for _ in range(count))

    for number in range(items):
        publisher, day = PUBLISHERS[number % 3], BEGIN + timedelta(days=chance.randrange(5800))
        capture = Capture(
            id=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
            publisher=publisher,
            url=f"https://{publisher}.example/article-{number}",
            began=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
            kind=CaptureKind.RESPONSE,
            status=200,
            media_type="text/html",
            ref=RecordRef(f"{publisher}-0001.warc.gz", number * 1000, 900),
            block_digest=f"sha256:{number:064x}",
            payload_digest=f"sha256:{number:064x}",
            payload_length=5000,
            ending=Ending.LENGTH,
        )

        def stands(words: str, capture: Capture = capture) -> Evidence:
            return Evidence(words, capture.id, ranges=((10, 10 + len(words)),), decoding=decoding)

        tags = [f"topic {number % 10}", f"rare {number % 5000}"] if number % 3 else []
        name = f"Jan {vocabulary[200 + number % 900].capitalize()}"
        published = None if number % 50 == 0 else Dated(day.isoformat(), Precision.DAY, stands(day.isoformat()))
        title, language = said(8).capitalize(), "pl" if number % 4 == 0 else "en-GB" if number % 4 == 1 else "en"
        reading = Reading(
            stamp=stamp,
            kind=PageKind.ARTICLE,
            text=said(chance.randrange(100, 500)),
            title=Words(title, stands(title)),
            attributions=(Attribution(name, stands(name)),),
            published=published,
            tags=tuple(Words(tag, stands(tag)) for tag in tags),
            language=Words(language, stands(language)),
        )
        yield Entry(capture, reading)


def make(path: Path, items: int) -> None:
    """Make the catalogue at *path*."""
    with Catalogue.open(path, create=True) as catalogue:
        catalogue.connection.execute("PRAGMA synchronous = OFF")
        batch: list[Entry] = []
        for entry in entries(items):
            batch.append(entry)
            if len(batch) == 500:
                _add(catalogue, batch)
        _add(catalogue, batch)


def _add(catalogue: Catalogue, batch: list[Entry]) -> None:
    with catalogue.transaction():
        for entry in batch:
            catalogue.add(entry)
    batch.clear()


def measure(path: Path, rounds: int) -> bool:
    """Print how long each search takes; say whether the named ones are within their bound."""
    within = True
    with Catalogue.open(path) as catalogue:
        for text in (*NAMED, *MIXES):
            spent, waited = [], []
            for _ in range(rounds):
                began, turn = time.perf_counter(), time.process_time()
                found = search(catalogue.connection, text)
                spent.append(1000 * (time.process_time() - turn))
                waited.append(1000 * (time.perf_counter() - began))
            late = text in NAMED and statistics.median(spent) > BOUND
            within = within and not late
            print(
                f"{text:58} {found.total:7} hits  CPU median {statistics.median(spent):6.1f} ms, most {max(spent):6.1f}"
                f"  clock {statistics.median(waited):6.1f}{'  TOO SLOW' if late else ''}",
                flush=True,
            )
    return within


def main() -> int:
    """Make the catalogue where it is not there, and measure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=ITEMS)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--keep", type=Path, help="the folder of the catalogue, made if it is not there")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder: Path = chosen.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"search-{chosen.items}.db"
        if not path.exists():
            began = time.perf_counter()
            make(path.with_suffix(".part"), chosen.items)
            path.with_suffix(".part").rename(path)
            print(f"{chosen.items} items made in {time.perf_counter() - began:.0f} s, {path.stat().st_size >> 20} MB")
        return 0 if measure(path, chosen.rounds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
