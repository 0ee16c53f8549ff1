"""Rules: how often each witness and each rule of the reader is used, whether it is right, and what its field loses
without it, publisher by publisher. Writes the table of docs/reading.md.

    python tests/quality/rules.py [--all]

A rule is made for some publishers and used on others, so it is judged on publishers that it was not made for. Pages
are grouped by registrable domain: a rule must help more publishers than it harms, however many pages one of them has.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from courlan import extract_domain

from archive.http.exchange import Entity
from db.model.item import Context, Role
from ingest.reading import read
from ingest.reading.byline import author_choice, byline
from ingest.reading.candidate import Field
from ingest.reading.dates import printed_dates, publication_date
from ingest.reading.metadata import tag_lists, tags, titles
from ingest.reading.page.page import open_page
from ingest.reading.page_reader import PageReader
from ingest.reading.text import completing, tailpiece, trimming
from ingest.reading.version import stamp

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT.parent / "shared" / "gold"
DOCS = ROOT / "docs" / "reading.md"
BEGIN, END = "<!-- make rules -->\n", "<!-- /make rules -->\n"
FIELDS = {"author": "authors", "title": "title", "date": "date", "tags": "topics", "text": "body_text"}

RANKS = (
    "behind a label",
    "in a stamp",
    "in a marked place",
    "alone by the headline",
    "behind a label elsewhere",
    "in a marked place elsewhere",
)
"""The ranks of printed dates."""

Answers = dict[str, Any]
Score = Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A function of the reader, and its replacement when it is switched off.

    Attributes:
        field: the field that it decides on.
        holder: the module or class that has it.
        name: its name there.
        idle: returns the result without it, from the same arguments.
    """

    field: str
    holder: Any
    name: str
    idle: Callable[..., Any]


def _no(*_: Any, **__: Any) -> bool:
    return False


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _empty(*_: Any, **__: Any) -> list[Any]:
    return []


def _same(value: Any, *_: Any, **__: Any) -> Any:
    return value


RULES = (
    Rule("author", author_choice, "_printed", _empty),
    Rule("author", author_choice, "_completed", _same),
    Rule("author", author_choice, "_joined", lambda visible, *_: visible[0]),
    Rule("author", author_choice, "_first_post", _same),
    Rule("author", author_choice, "_whole", _same),
    Rule("author", author_choice, "_of_this_text", _same),
    Rule("author", author_choice, "_newsroom", _no),
    Rule("author", author_choice, "_is_site", _no),
    Rule("author", author_choice, "_fallback", _empty),
    Rule("title", titles, "_longer", _empty),
    Rule("title", titles, "_close", _no),
    Rule("title", titles, "_glued", _no),
    Rule("date", publication_date, "_stamped", lambda best, candidate, *_: (best, candidate)),
    Rule("date", publication_date, "_local", lambda best, candidate, *_: (best, candidate)),
    Rule("date", publication_date, "_first", lambda _, best, candidate: (best, candidate)),
    Rule("date", publication_date, "_last_changed", lambda *_: publication_date.Dating(None, None)),
    Rule("date", publication_date, "_late", _nothing),
    Rule("tags", tags, "_broad", _no),
    Rule("tags", tags, "_of_the_text", _same),
    Rule("tags", tags, "_shown_too", _same),
    Rule("text", trimming, "_repeats", _no),
    Rule("text", trimming, "_dates", _no),
    Rule("text", trimming, "_tells_of", _no),
    Rule("text", trimming, "_introduces", _no),
    Rule("text", trimming, "_leads_away", _no),
    Rule("text", trimming, "_dangles", _no),
    Rule("text", trimming, "_invites", _no),
    Rule("text", trimming, "_is_headline", _no),
    Rule("text", trimming, "_calls_to_follow", _no),
    Rule("text", tailpiece, "without", _same),
    Rule("text", completing._Taking, "rest", _nothing),
    Rule("text", completing._Taking, "lists", _nothing),
    Rule("text", completing._Taking, "lead", _nothing),
    Rule("text", completing._Taking, "headings", _nothing),
)


@dataclass(slots=True)
class Tally:
    """Counts for one witness or rule."""

    spoke: int = 0
    judged: int = 0
    right: int = 0
    lost: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """By publisher, the points lost per page without it."""


class Page:
    """One gold page, and the reader's results with and without a witness or a rule."""

    def __init__(self, folder: Path, scorer: Any) -> None:
        self.gold: Answers = json.loads((folder / "gold.json").read_text())
        self.url = self.gold["url"] or f"https://publisher.example/{folder.name}"
        self.publisher = extract_domain(self.gold["url"] or "") or str(self.gold["publisher"])
        self._entity = Entity(self.url, gzip.decompress((folder / "page.html.gz").read_bytes()), "text/html")
        self._page: Any = open_page(self._entity, self.url)
        self._scorer = scorer

    def asked(self, name: str) -> bool:
        """Return whether *name* is a field whose answer is known."""
        told = self.gold.get("gold_quality") != "snapshot" and not self.gold.get("gold_suspect")
        of = FIELDS[name]
        return bool(of in self.gold["annotated_fields"] and self.gold.get(of)) and (told or name == "text")

    def points(self, name: str, value: Any) -> float:
        """Return how right *value* is, from 0 to 1."""
        score, want = self._scorer, self.gold[FIELDS[name]]
        if name == "text":
            return float(score.token_f1(score.tokens(value or ""), score.tokens(want)))
        if name == "author":
            return float(score.names(value) == score.names(want))
        if name == "title":
            return float(score.fold(value or "") == score.fold(want))
        if name == "date":
            return float((value or "")[:10] == str(want)[:10])
        have, known = score.labels(value), score.labels(want)
        return 2 * len(have & known) / max(1, len(have) + len(known))

    def value(self, name: str, without: str | None = None) -> Any:
        """Return the reader's value of a field when the witness *without* is silent."""
        if name == "text":
            return read(self._entity, Context(self.url)).text
        reader = PageReader(self._page, Context(self.url), stamp())
        wanted = {"author": Field.AUTHOR, "title": Field.TITLE, "date": Field.PUBLISHED, "tags": Field.TAG}[name]
        reader.offered[wanted] = [c for c in reader.offered[wanted] if c.witness != without]
        with silent(without):
            if name == "author":
                return [one.name for one in reader.credited if one.role is Role.AUTHOR]
            if name == "title":
                said = reader._title()
                return said.value if said else None
            if name == "date":
                dated = reader._published(reader._printed())
                return dated.value if dated else None
            return [said.value for said in reader.filed]

    def witnesses(self, name: str) -> Iterator[tuple[str, Any]]:
        """Yield the witnesses for a field, each with its own value."""
        reader = PageReader(self._page, Context(self.url), stamp())
        said: dict[str, list[str]] = defaultdict(list)
        for witness, values in _HEARD[name](reader) if name in _HEARD else ():
            said[witness] += values
        for witness, values in said.items():
            if values:
                yield witness, values if name in ("author", "tags") else values[0]


def _authors(reader: PageReader) -> Iterator[tuple[str, list[str]]]:
    for candidate in reader.offered[Field.AUTHOR]:
        yield candidate.witness, [one.name for one in author_choice.of_candidates([candidate])]
    seen: set[str] = set()
    for line in byline.lines(reader.page, reader.zones):
        if line.how not in seen:
            yield f"byline {line.how}", [one.name for one in line.names]
        seen.add(line.how)


def _titles(reader: PageReader) -> Iterator[tuple[str, list[str]]]:
    for candidate in reader.offered[Field.TITLE]:
        yield candidate.witness, [candidate.value]


def _dates(reader: PageReader) -> Iterator[tuple[str, list[str]]]:
    for candidate in reader.offered[Field.PUBLISHED]:
        yield candidate.witness, [candidate.value]
    for one in reader._printed():
        yield f"printed {RANKS[one.rank]}", [one.stated.value]


def _tags(reader: PageReader) -> Iterator[tuple[str, list[str]]]:
    for candidate in reader.offered[Field.TAG]:
        yield candidate.witness, [candidate.value]
    for key, found in tag_lists.candidates(reader.page, reader.zones).items():
        yield f"shown {key}", [candidate.value for candidate in found]


_HEARD = {"author": _authors, "title": _titles, "date": _dates, "tags": _tags}


def silent(without: str | None) -> ExitStack:
    """Return a context in which the witness *without* is not heard."""
    stack = ExitStack()
    way, _, which = (without or "").partition(" ")
    if way == "byline":
        heard = byline.lines
        stack.enter_context(
            patch.object(byline, "lines", lambda *told: [one for one in heard(*told) if one.how != which])
        )
    elif way == "printed":
        dated = printed_dates.printed
        shown = patch.object(
            printed_dates, "printed", lambda *told: [one for one in dated(*told) if RANKS[one.rank] != which]
        )
        stack.enter_context(shown)
    elif way == "shown":
        listed = tag_lists.candidates
        stack.enter_context(
            patch.object(tag_lists, "candidates", lambda *told: {**listed(*told), **({which: []} if which else {})})
        )
    return stack


def measure(pages: Iterable[Page]) -> dict[tuple[str, str], Tally]:
    """Return the counts of each witness and rule, by field and name."""
    found: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for page in pages:
        for name in filter(page.asked, FIELDS):
            _of_page(page, name, found)
    return found


def _of_page(page: Page, name: str, found: dict[tuple[str, str], Tally]) -> None:
    spoke: set[Rule] = set()
    with ExitStack() as stack:
        for rule in RULES:
            if rule.field == name:
                stack.enter_context(patch.object(rule.holder, rule.name, _noting(rule, spoke)))
        whole = page.points(name, page.value(name))
    for witness, said in page.witnesses(name):
        tally = found[name, witness]
        tally.spoke += 1
        tally.right += page.points(name, said) == 1
        tally.lost[page.publisher] += whole - page.points(name, page.value(name, witness))
    for rule in spoke:
        tally = found[name, f"`{rule.name.lstrip('_')}`"]
        tally.spoke += 1
        with patch.object(rule.holder, rule.name, rule.idle):
            tally.lost[page.publisher] += whole - page.points(name, page.value(name))


def _noting(rule: Rule, spoke: set[Rule]) -> Callable[..., Any]:
    """Return a function that does what *rule* does, and notes where its result differs from that without it."""
    own: Callable[..., Any] = getattr(rule.holder, rule.name)

    def noting(*told: Any, **named: Any) -> Any:
        given = own(*told, **named)
        if rule.idle is _nothing or given != rule.idle(*told, **named):
            spoke.add(rule)
        return given

    return noting


def table(found: dict[tuple[str, str], Tally], asked: Counter[str]) -> str:
    """Return the table, field by field, the largest losses first."""
    rows = [
        "| field | witness or rule | speaks on | right by itself | field without it | publishers it helps : harms |",
        "|---|---|---|---|---|---|",
    ]
    for name in FIELDS:
        of_field = [(one, tally) for (of, one), tally in found.items() if of == name]
        for one, tally in sorted(of_field, key=lambda pair: (-sum(pair[1].lost.values()), pair[0])):
            points = 100 * sum(tally.lost.values()) / asked[name]
            helped, harmed = (sum(sign * lost > 1e-9 for lost in tally.lost.values()) for sign in (1, -1))
            right = "" if one.startswith("`") else f"{100 * tally.right / tally.spoke:.0f} %"
            seen, without = f"{tally.spoke} of {asked[name]}", f"{0.0 - round(points, 2):+.2f}"
            rows.append(f"| {name} | {one} | {seen} | {right} | {without} | {helped} : {harmed} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--all", action="store_true", help="the publishers that the rules were made on, too; only print"
    )
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location("score", GOLD / "score.py")
    if spec is None or spec.loader is None or not (GOLD / "score.py").exists():
        sys.exit(f"there are no gold pages in {GOLD}")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    folders = [*((GOLD / "pages").iterdir() if options.all else ()), *(GOLD / "more" / "pages").iterdir()]
    asked, publishers = Counter[str](), set[str]()

    def pages() -> Iterator[Page]:
        for folder in sorted(folders):
            page = Page(folder, scorer)
            asked.update(filter(page.asked, FIELDS))
            publishers.add(page.publisher)
            yield page

    found = measure(pages())
    written = f"{len(folders)} pages of {len(publishers)} publishers.\n\n{table(found, asked)}"
    sys.stdout.write(written)
    if not options.all:
        before, _, rest = DOCS.read_text(encoding="utf-8").partition(BEGIN)
        DOCS.write_text(f"{before}{BEGIN}{written}{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
