"""Shared by the property tests: the records of a small site as WARC bytes, and a simple reader for them."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from archive.digest import digest
from archive.evidence.locate import Decoding, Place
from archive.http.charset import storable
from archive.http.exchange import Ending, Exchange, Truncation
from archive.replay import Stored
from archive.warc import record, revisit
from archive.warc.capture import Capture, Note, NoteKind
from archive.warc.record import Draft
from archive.warc.revisit import Original
from db import captures, profiles
from db.catalogue import Catalogue
from db.identity import edition_id, item_id, url_key
from db.model.item import (
    Act,
    Attribution,
    Context,
    Covers,
    Dated,
    Duty,
    Evidence,
    PageKind,
    Partial,
    Permission,
    Precision,
    Reading,
    Stamp,
    Statement,
    StatementPlace,
    Term,
    Words,
)
from db.model.witness import EntryClaim, EntryField, Origin, Witness
from db.schema.database import add_digest_function
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.reader_pool import Pending, as_finished

BEGIN = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
SITE = "http://institute.example"
BLOG = "http://blog.institute.example"
PAGES = ("/a", "/b", "/old-a", "/de/", "/pl/a", "/terms", f"{BLOG}/a", f"{BLOG}/")
OTHERS = ("/a?page=2", "/feed", "/robots.txt", "/")
WARCINFO = "urn:uuid:00000000-0000-4000-7000-000000000000"
HOSTILE = (
    "",
    " ",
    "Anaklia\x00port",
    "\x1b[31mred\x07",
    "\u202eport peed",
    "'; DROP TABLE item; --",
    '"a" OR "b" NEAR(c)',
    "a" * 300,
    "Ł\u0301ódź \U0001f6a2",
    "\ufffd\ufffe",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} %s %(x)s \\",
    "half a \udfff character",
    "\ud83d",
)


def absolute(path: str) -> str:
    return path if path.startswith("http") else SITE + path


@dataclass(frozen=True)
class Spec:
    """One record to be written. *number* is its place in time, and the end of its id.

    Attributes:
        said: what the page says, for the test reader; for a note its body.
        of: the number of the record that a revisit repeats.
    """

    number: int
    at: datetime
    what: str
    path: str = "/a"
    said: Mapping[str, Any] | None = None
    of: int | None = None

    @property
    def id(self) -> str:
        return f"urn:uuid:00000000-0000-4000-8000-{self.number:012}"


# ── Records ────────────────────────────────────────────────────────────────────────────────────────────────────


def _response(spec: Spec) -> bytes:
    body = json.dumps(spec.said).encode() if spec.said is not None else b""
    status = {"redirect": "301 Moved", "gone": "404 Not Found"}.get(spec.what, "200 OK")
    location = f"Location: {(spec.said or {}).get('to')}\r\n" if spec.what == "redirect" else ""
    head = f"HTTP/1.0 {status}\r\nContent-Type: application/json\r\n{location}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def member(spec: Spec, others: Mapping[int, Spec]) -> bytes:
    """Return the record of *spec* as a gzip member."""
    return packed(_draft(spec, others))


def packed(draft: Draft) -> bytes:
    return gzip.compress(record.to_bytes(draft.complete(), draft.block), 1, mtime=0)


def _draft(spec: Spec, others: Mapping[int, Spec]) -> Draft:
    origin = record.Origin("bl", WARCINFO, spec.at)
    if spec.said is not None and "note" in spec.said:
        body = {name: value for name, value in spec.said.items() if name != "note"}
        kind = NoteKind(spec.said["note"])
        return record.note(spec.id, origin, kind, {"about": None, "previous": None, "body": body})
    ending = Ending.UNPROVED if spec.what == "unproved" else Ending.LENGTH
    truncated = Truncation.DISCONNECT if spec.what == "cut" else None
    response = _response(spec)
    exchange = Exchange(absolute(spec.path), spec.at, b"", response, ending, truncated=truncated)
    if spec.of is None:
        return record.response(spec.id, origin, exchange, digest(response.partition(b"\r\n\r\n")[2]))
    first = others[spec.of]
    payload = _response(first).partition(b"\r\n\r\n")[2]
    original = Original(absolute(first.path), first.at, digest(payload))
    if spec.what == "unmodified":
        return revisit.not_modified(spec.id, origin, exchange, original, known={"Media-Type": "application/json"})
    head = _response(first).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    return revisit.identical(spec.id, origin, exchange, original, head=head, payload_length=len(payload))


def write(folder: Path, files: Iterable[Iterable[Spec]], specs: Iterable[Spec]) -> list[tuple[Spec, Path, int, int]]:
    """Write *files*, each with some of *specs*; return the position of each record: path, offset and length."""
    others, places = {spec.number: spec for spec in specs}, []
    for serial, listed in enumerate(files, 1):
        path = folder / f"bl-20230424100000-{serial:05}.warc.gz"
        first = record.warcinfo(WARCINFO, path.name, record.Origin("bl", WARCINFO, BEGIN), {"software": "tests"})
        data = packed(first)
        for spec in listed:
            made = member(spec, others)
            places.append((spec, path, len(data), len(made)))
            data += made
        path.write_bytes(data)
    return places


# ── The test reader ────────────────────────────────────────────────────────────────────────────────────────────


class Reader:
    """Reads a page that describes itself in JSON; it takes the same arguments as the real reader."""

    stamp = Stamp("1.0", "2.3", "6.1")

    def submit(self, found: Any, context: Context) -> Pending[Reading]:
        body = (found.response() if isinstance(found, Stored) else found).entity().body
        # Made storable where it is decoded, as in the real one.
        return as_finished(
            self.read(json.loads(storable(json.dumps(json.loads(body), ensure_ascii=False))), len(body), context)
        )

    def name(self, found: Any, purpose: str) -> Pending[Any]:
        raise AssertionError(f"no test asks what {found.url} names for a {purpose}")

    def read(self, said: Mapping[str, Any], length: int, context: Context) -> Reading:
        def where(words: str) -> Evidence:
            return Evidence(words, context.capture, ranges=((0, length),), decoding=Decoding("utf-8", Place.TEXT))

        def words(name: str) -> Words | None:
            return Words(said[name], where(said[name])) if said.get(name) else None

        held = {part.url for part in context.parts}
        parts = tuple(absolute(path) for path in said.get("parts", ()) if absolute(path) != context.url)
        whole = None if held.issuperset(parts) else Partial.PARTS_MISSING
        further = [storable(json.loads(part.body).get("text", "")) for part in context.parts]
        text = "\n\n".join([said.get("text", ""), *further])
        # As in the real one: a publisher's own name is not an author.
        publisher = context.publisher.name if context.publisher else None
        authors = [name for name in said.get("authors", ()) if name != publisher]
        heard = [one.value for witness in context.witnesses for one in witness.of(EntryField.TITLE)]
        title = words("title") or (Words(heard[0], where(heard[0])) if heard else None)
        terms = (Term(Covers.TEXT, Act.REPRODUCE, Permission.WITH_DUTIES, "grant", (Duty.ATTRIBUTE,)),)
        stated = [(one, StatementPlace(place)) for one, place in said.get("terms", ())]
        return Reading(
            stamp=replace(self.stamp, profile=context.profile.digest if context.profile else None),
            kind=PageKind(said.get("kind", "article")),
            text=text,
            title=title,
            attributions=tuple(Attribution(name, where(name)) for name in authors),
            published=Dated("2023-04-24", Precision.DAY, where("24 April 2023")) if said.get("dated") else None,
            tags=tuple(Words(tag, where(tag)) for tag in said.get("tags", ())),
            language=words("language"),
            statements=tuple(Statement(one, place, where(one), terms, "en") for one, place in stated),
            canonical=absolute(said["canonical"]) if said.get("canonical") else None,
            parts=parts,
            translations=tuple((code, absolute(path)) for code, path in said.get("translations", ())),
            partial=Partial(said["partial"]) if said.get("partial") else whole,
            heard=tuple(witness.ref for witness in context.witnesses),
            entries=tuple(self._entry(context, at, one, where) for at, one in enumerate(said.get("entries", ()))),
        )

    def _entry(self, context: Context, at: int, one: tuple[str, str], where: Any) -> Witness:
        path, title = one
        said = EntryClaim(EntryField.TITLE, title, "title", where(title))
        return Witness(context.capture, at, Origin.FEED, absolute(path), (said,))


# ── How records arrive ───────────────────────────────────────────────────────────────────────────────────────


def arrive(catalogue: Catalogue, warcs: Path, reader: Reader, found: Iterable[Capture | Note]) -> set[str]:
    """Add records in the given order, as runs and imports do; return every id that was shown in between."""
    cataloguer, shown = Cataloguer(catalogue, warcs, reader), set()
    for one in found:
        with catalogue.transaction():
            if isinstance(one, Note):
                catalogue.add_note(one)
            else:
                catalogue.add_captures([one])
                cataloguer.settle(cataloguer.begin(one))
            for waiting in (*catalogue.unread(), *_read_otherwise(catalogue, reader)):
                cataloguer.settle(cataloguer.begin(waiting))
            # The payload of a revisit may arrive after it: imports look again once everything is read.
            for revisit in captures.without_payload(catalogue.connection):
                cataloguer.catalogue_unread(revisit)
        for item in catalogue.all_item_ids():
            shown |= {item, *(edition.id for edition in catalogue.editions(item))}
    return shown


def _read_otherwise(catalogue: Catalogue, reader: Reader) -> list[Capture]:
    """Return captures that were read without the publisher's current profile, as runs do."""
    stamp = replace(reader.stamp, profile=profiles.digest(catalogue.connection, "bl"))
    return profiles.read_with_other_profile(catalogue.connection, "bl", str(stamp), str(reader.stamp))


# ── What may be drawn ────────────────────────────────────────────────────────────────────────────────────────


TITLES = st.sampled_from(("Anaklia", "Batumi", "Batumi", *HOSTILE))
SAID: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "title": TITLES,
        "text": st.sampled_from(("A port.", "A deep sea port.", *HOSTILE)),
        "kind": st.sampled_from(("article", "article", "article", "article", "page", "listing", "challenge", "other")),
        "language": st.sampled_from(("en", "en", "pl", "")),
        "authors": st.sampled_from(((), ("Jan Kos",), ("Lantern",), (HOSTILE[3], HOSTILE[5]))),
    },
    optional={
        "canonical": st.sampled_from(PAGES),
        "dated": st.booleans(),
        "tags": st.sampled_from((("Sea",), HOSTILE[2:5])),
        "terms": st.sampled_from(((("Texts are free.", "site footer"),), (("Ask us.", "terms page"),))),
        "translations": st.sampled_from(((("pl", "/pl/a"), ("en", "/a")),)),
        "partial": st.sampled_from(("teaser",)),
        "parts": st.sampled_from((("/a?page=2",),)),
    },
)
ENTRIES = st.fixed_dictionaries(
    {"kind": st.just("listing"), "entries": st.lists(st.tuples(st.sampled_from(PAGES), TITLES), max_size=2)}
)
SETTINGS = st.fixed_dictionaries(
    {
        "hosts": st.sampled_from((("institute.example",), ("institute.example", "blog.institute.example"))),
        "languages": st.sampled_from(((), ("de",))),
        "name": st.sampled_from((None, "Lantern", "Jan Kos")),
    }
)
PACES = (timedelta(minutes=1), timedelta(minutes=1), timedelta(seconds=0.3), timedelta(0))
WHAT = ("text",) * 6 + ("redirect", "gone", "unproved", "cut", "revisit", "unmodified", "feed", "settings", "note")
# Few pages that are seen again and again, so that earlier records influence later ones.
REPEATED = ("text",) * 4 + ("revisit", "unmodified") * 2
SITES = ((WHAT, PAGES + OTHERS[:1]), (WHAT, PAGES + OTHERS[:1]), (REPEATED, PAGES[:2]))


def _note(draw: st.DrawFn, made: list[Spec]) -> dict[str, Any]:
    # Mostly as it is; sometimes as it was while another work had the shorter id.
    item = item_id("bl", url_key(absolute(draw(st.sampled_from(PAGES)))), draw(st.sampled_from((0, 0, 0, 1))))
    about = {
        "item": item,
        "by": "A. Nowak",
        "edition": edition_id(item, BEGIN + timedelta(minutes=draw(st.integers(0, 6)))),
    }
    decided = [one.id for one in made if one.said and one.said.get("note") == "decision"]
    bodies = (
        about | {"note": "decision", "field": "title", "values": [{"value": draw(TITLES) or "Anaklia port"}]},
        about | {"note": "decision", "confirms": True, "field": "title"},
        {"note": "decision", "by": "A. Nowak", "undo": decided[-1] if decided else "urn:uuid:none"},
        {"note": "withholding", "item": item, "reason": draw(st.sampled_from(HOSTILE[2:]))},
        {"note": "withholding", "item": item, "lift": True},
        {"note": "profile", "publisher": "bl", "digest": draw(st.sampled_from(("p1", "p2"))), "layout": "{}"},
        {"note": "profile", "publisher": "bl", "dropped": "it fits no more"},
    )
    return draw(st.sampled_from(bodies))


def _settings(draw: st.DrawFn) -> dict[str, Any]:
    return {"note": "settings", "publishers": [{"id": "bl", "url": f"{SITE}/", **draw(SETTINGS)}]}


@st.composite
def records(draw: st.DrawFn, most: int) -> list[Spec]:
    """Draw a few records of a small site, in the order of their dates."""
    pace = draw(st.sampled_from(PACES))
    kinds, pages = draw(
        st.sampled_from(((WHAT, PAGES + OTHERS[:1]), (WHAT, PAGES + OTHERS[:1]), (REPEATED, PAGES[:2])))
    )
    found: list[Spec] = []
    for number in range(draw(st.integers(2, most))):
        # Never on the whole second: a date without a fraction means any instant of its second, and once its record is
        # lost, it is unknown which of the others of that second it meant.
        at = BEGIN + timedelta(milliseconds=1) + pace * number
        what, path = draw(st.sampled_from(kinds)), draw(st.sampled_from(pages))
        spec = Spec(number, at, what, path)
        texts = [one for one in found if one.what == "text" and one.at < at]
        if what in ("revisit", "unmodified"):
            if texts:
                first = draw(st.sampled_from(texts))
                spec = replace(spec, path=first.path, of=first.number)
            else:
                spec = replace(spec, what="text", said=draw(SAID))
        elif what == "redirect":
            spec = replace(spec, said={"to": absolute(draw(st.sampled_from(PAGES + OTHERS[3:])))})
        elif what == "feed":
            spec = replace(spec, path="/feed", said=draw(ENTRIES))
        elif what == "settings":
            spec = replace(spec, said=_settings(draw))
        elif what == "note":
            spec = replace(spec, said=_note(draw, found))
        elif what != "gone":
            spec = replace(spec, said=draw(SAID))
        found.append(spec)
    return found


# ── Catalogues in memory ────────────────────────────────────────────────────────────────────────────────────


class Bench:
    """Opens empty catalogues in memory.

    A connection is emptied and taken again: to SQLite each of some two hundred statements is a new one in another.
    """

    def __init__(self, path: Path) -> None:
        Catalogue.open(path, create=True).close()
        bare = bytearray(path.read_bytes())
        bare[18:20] = b"\x01\x01"  # no write-ahead log in memory
        self._bare = bytes(bare)
        self._free: list[sqlite3.Connection] = []
        with closing(self._opened()) as connection:
            named = "SELECT name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_master WHERE type = 'table'"
            tables = dict(connection.execute(named).fetchall())
            indexes = [name for name, virtual in tables.items() if virtual]
            # What an index consists of is the index's own to empty.
            parts = {f"{name}_{part}" for name in indexes for part in ("data", "idx", "docsize", "config")}
            plain = sorted(tables.keys() - parts - set(indexes))
            begun = [name for name in plain if connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]
            referring = {
                name: {row[2] for row in connection.execute(f"PRAGMA foreign_key_list({name})")} - {name}
                for name in plain
            }
            self._seeds = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in begun}
        # Those that refer to others first. To switch foreign keys off meanwhile would make all statements new again.
        order = [name for name in reversed([*TopologicalSorter(referring).static_order()]) if name not in begun]
        self._emptying = [f"DELETE FROM {name}" for name in order]
        self._emptying += [f"INSERT INTO {name} ({name}) VALUES ('delete-all')" for name in indexes]

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
        connection.deserialize(self._bare)
        connection.execute("PRAGMA foreign_keys = ON")
        add_digest_function(connection)
        return connection

    def _emptied(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Return *connection* with what a catalogue that was just made holds."""
        connection.execute("BEGIN")
        for statement in self._emptying:
            connection.execute(statement)
        connection.execute("COMMIT")
        for name, rows in self._seeds.items():
            assert connection.execute(f"SELECT * FROM {name}").fetchall() == rows
        return connection

    @contextmanager
    def catalogue(self) -> Iterator[Catalogue]:
        connection = self._emptied(self._free.pop()) if self._free else self._opened()
        try:
            yield Catalogue(connection)
        except BaseException:
            # In whatever state: nobody takes it again.
            connection.close()
            raise
        assert not connection.in_transaction
        self._free.append(connection)

    def close(self) -> None:
        for connection in self._free:
            connection.close()


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with closing(Bench(tmp_path_factory.mktemp("bench") / "catalogue.db")) as made:
        yield made


@dataclass(frozen=True)
class Kit:
    """The contents of this file for the tests, which import nothing from it."""

    reader: Reader = field(default_factory=Reader)

    def clock(self) -> datetime:
        return BEGIN

    def spec(self, *given: Any) -> Spec:
        return Spec(*given)

    def records(self, most: int) -> st.SearchStrategy[list[Spec]]:
        return records(most)

    def arrive(self, catalogue: Catalogue, warcs: Path, found: Iterable[Capture | Note]) -> set[str]:
        return arrive(catalogue, warcs, self.reader, found)

    def write(self, *given: Any) -> list[tuple[Spec, Path, int, int]]:
        return write(*given)


@pytest.fixture(scope="session")
def kit() -> Kit:
    return Kit()
