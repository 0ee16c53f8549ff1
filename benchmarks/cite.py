"""Citations: how many citations per second of CPU time each format writes, for 10,000 items in memory.

With `--pandoc PROGRAM --csl FILE`, pandoc formats the same items in the same run.

    python benchmarks/cite.py [--items N] [--pandoc PROGRAM --csl FILE]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from db.citation import csl
from db.citation.address import Archive
from db.citation.formats import FORMATS, CitationForm, write
from db.model.item import Attribution, Dated, Edition, Evidence, Item, PageKind, Precision, Publisher, Words

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("Grzegorz Kuczyński", "Anna Maria Nowak", "Ada van den Berg", "Martin Luther King, Jr.")


def items(count: int) -> Iterator[Item]:
    """Yield generated items, all different."""
    publisher = Publisher("wi", "https://institute.example/", ("institute.example",), "Warsaw Institute")
    for number in range(count):
        title, day = f"Who guards the seabed, part {number}?", f"20{number % 20:02}-0{number % 9 + 1}-11"
        named = [NAMES[(number + step) % 4] for step in range(number % 3 + 1)]
        held = Edition(
            id=f"wi-{number:010}@20260101000000",
            item=f"wi-{number:010}",
            number=1,
            opened=BEGAN,
            last_seen=BEGAN,
            stamp="",
            title=Words(title, Evidence(title, "")),
            text="",
            attributions=tuple(Attribution(name, Evidence(name, "")) for name in named),
            published=Dated(day, Precision.DAY, Evidence(day, "")),
            captures=(),
        )
        url = f"https://institute.example/{number}"
        yield Item(held.item, PageKind.ARTICLE, url, publisher, held, 1, BEGAN, BEGAN)


def main() -> None:
    """Print how many citations per second each format writes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=10_000)
    options.add_argument("--pandoc", type=Path)
    options.add_argument("--csl", type=Path)
    chosen = options.parse_args()
    held = list(items(chosen.items))
    archive = Archive("Port Archive", "https://archive.example")
    for form in FORMATS:
        began = time.process_time()
        size = sum(len(piece) for piece in write(held, CitationForm(form), archive))
        spent = time.process_time() - began
        tracemalloc.start()
        for _ in write(items(1000), CitationForm(form), archive):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        rate, length = len(held) / spent, size / len(held)
        print(f"{form:22} {rate:10,.0f} per second  {length:6.0f} characters each, {peak >> 10} kB at most")
    if chosen.pandoc and chosen.csl:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "items.json"
            file.write_text("".join(csl.write(held[:1000])), encoding="utf-8")
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            words = [chosen.pandoc, "-f", "csljson", "--citeproc", "--csl", chosen.csl, "-t", "plain", file]
            subprocess.run(words, check=True, capture_output=True)
            spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
            print(f"{'pandoc, 1,000 of them':22} {1000 / spent:10,.0f} per second")


if __name__ == "__main__":
    main()
