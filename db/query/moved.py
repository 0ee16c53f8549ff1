"""Moved: works that, judging by similarity alone, are now at other addresses; one question per address pattern.

Moves shown by a redirect, a canonical address or a shortlink are handled by the fold without asking anybody.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from db.fold.likeness import ALIKE, likeness
from db.identity import host_of, statement_id
from db.schema.tables import IN_FORCE
from db.search.words import fold
from db.withholding import SHOWN

_CODE = re.compile(r"[a-z]{2}(?:-[a-z]{2})?")
# If title and day agree, the texts need only be this similar, because a redesign may cut them differently.
_LIKE_ENOUGH = 0.3
# The most candidates compared for one title or one day; a weekly column may always have the same title.
_FEW = 5


@dataclass(frozen=True, slots=True)
class Move:
    """A work that was at *source* and seems to be at *target* now; both are URLs of items."""

    source: str
    target: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Moves of one publisher with the same change of address, described by *words*: ``/* -> /2023/04/*``."""

    id: str
    publisher: str
    words: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    item: str
    publisher: str
    url: str
    language: str
    title: str
    day: str
    edition: int
    first_seen: str
    last_seen: str

    @property
    def folded(self) -> str:
        return fold(self.title)


_COLUMNS = f"""SELECT item.id, item.publisher, item.url, coalesce(item.language, ''), coalesce(edition.title, ''),
    coalesce(substr(edition.published, 1, 10), ''), edition.id, item.first_seen, item.last_seen
    FROM item JOIN edition ON edition.item = item.id AND edition.opened = {IN_FORCE}
    WHERE item.{SHOWN} AND (?1 IS NULL OR item.publisher = ?1)"""
# Items that are gone or replaced by something else since they were last seen.
_LOST = """(item.gone IS NOT NULL OR EXISTS (SELECT 1 FROM event WHERE event.item = item.id
    AND event.at > item.last_seen AND event.type IN ('redirected', 'missing', 'not an item')
    AND event.url_key = item.latest_key))"""


def patterns(connection: sqlite3.Connection, publisher: str | None = None) -> list[Pattern]:
    """Return the patterns of moves for a person to decide on, those with most works first."""
    lost = [_Work(*row) for row in connection.execute(f"{_COLUMNS} AND {_LOST}", (publisher,))]
    if not lost:
        return []
    # Items first seen before the first loss cannot be replacements.
    since = min(one.last_seen for one in lost)
    query = f"{_COLUMNS} AND item.gone IS NULL AND item.first_seen >= ?2"
    fresh = [_Work(*row) for row in connection.execute(query, (publisher, since))]
    found: defaultdict[tuple[str, ...], list[Move]] = defaultdict(list)
    for old, new in _pairs(connection, lost, fresh):
        found[old.publisher, *_shape(old.url), *_shape(new.url)].append(Move(old.url, new.url, new.title or None))
    made = [_pattern(shape, moves) for shape, moves in found.items()]
    return sorted(made, key=lambda one: (-len(one.moves), one.publisher, one.id))


def _pairs(
    connection: sqlite3.Connection, lost: Sequence[_Work], fresh: Sequence[_Work]
) -> Iterator[tuple[_Work, _Work]]:
    """Yield pairs of similar works, the most similar first; each work is in at most one pair."""
    taken: set[str] = set()
    ordered = sorted(_scored(connection, lost, fresh), key=lambda one: (-one[0], one[1].item, one[2].item))
    for _, old, new in ordered:
        if not taken & {old.item, new.item}:
            taken |= {old.item, new.item}
            yield old, new


def _scored(
    connection: sqlite3.Connection, lost: Sequence[_Work], fresh: Sequence[_Work]
) -> Iterator[tuple[float, _Work, _Work]]:
    """Yield each lost and fresh work with the same title or day that are similar enough, and how similar they are."""
    entitled: defaultdict[tuple[str, str], list[_Work]] = defaultdict(list)
    dated: defaultdict[tuple[str, str], list[_Work]] = defaultdict(list)
    for new in fresh:
        entitled[new.publisher, new.folded].append(new)
        dated[new.publisher, new.day].append(new)
    for old in lost:
        titles = entitled[old.publisher, old.folded] if old.title else []
        days = dated[old.publisher, old.day] if old.day else []
        for new in {new.item: new for new in (*titles[:_FEW], *days[:_FEW])}.values():
            if new.item == old.item or old.last_seen > new.first_seen or _differ(old.language, new.language):
                continue
            score = likeness(_text(connection, old), _text(connection, new))
            both = bool(old.title and old.day) and (new.folded, new.day) == (old.folded, old.day)
            if score >= (_LIKE_ENOUGH if both else ALIKE):
                yield score + both, old, new


def _text(connection: sqlite3.Connection, work: _Work) -> str:
    return str(connection.execute("SELECT text FROM edition WHERE id = ?", (work.edition,)).fetchone()[0])


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one.partition("-")[0] != other.partition("-")[0]


def _shape(url: str) -> tuple[str, ...]:
    """Return what addresses of one kind share: host, language, and depth."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    language = segments[0] if segments and _CODE.fullmatch(segments[0]) else ""
    return host_of(url), language, str(len(segments))


def _pattern(shape: tuple[str, ...], moves: Iterable[Move]) -> Pattern:
    ordered = tuple(sorted(moves, key=lambda one: one.source))
    publisher, *_ = shape
    sides = [_general([getattr(one, side) for one in ordered]) for side in ("source", "target")]
    # Named after its shape, which stays the same when more works are found.
    named = statement_id(publisher, " ".join(shape)).replace("~", "+")
    return Pattern(named, publisher, " -> ".join(sides), ordered)


def _general(urls: Sequence[str]) -> str:
    """Return what *urls* of one shape have in common, with ``*`` where they differ."""
    paths = [urlsplit(url).path.strip("/").split("/") for url in urls]
    columns = zip(*paths, strict=False)
    # The last segment names the work, even if there is only one.
    general = [values[0] if len(set(values)) == 1 else "*" for values in columns][:-1]
    return f"{host_of(urls[0])}/{'/'.join([*general, '*'])}"
