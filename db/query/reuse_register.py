"""Register of reuse: what was recorded when a text was reused, and what has changed since."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from db.citation.credit_line import credit_line
from db.decisions import annotation_rows
from db.model.annotation import Reused
from db.model.item import Covers, Item, Use
from db.query import held_items
from db.terms.verdict import license_of, verdict


@dataclass(frozen=True, slots=True)
class ReuseStatus:
    """A reuse, and in words what has changed about the item since; () if nothing has."""

    reused: Reused
    changes: tuple[str, ...]


def reuse_record(item: Item, place: str, by: str) -> dict[str, Any]:
    """Return the record of a reuse of *item* at *place*: its present text, terms, evidence and credit."""
    title = item.edition.title
    return {
        "item": item.id,
        "edition": item.edition.id,
        "where": place,
        "by": by,
        "url": item.url,
        "title": title.value if title else None,
        "text": item.edition.text,
        "text_sha256": _digest(item),
        "republish": _verdict(item),
        "license": license_of(verdict(_statements(item), Use.REPUBLISH), item.publisher.id),
        "credit": credit_line(item).text,
        "conditions": list(credit_line(item).conditions),
        "terms": [
            {
                "words": held.statement.words,
                "place": held.statement.place.value,
                "capture": held.statement.evidence.capture,
                "ranges": [list(one) for one in held.statement.evidence.ranges],
                "since": held.first_seen.isoformat(),
                "confirmed": held.last_confirmed.isoformat(),
            }
            for held in item.terms
        ],
    }


def register(connection: sqlite3.Connection, items: Iterable[str] | None = None) -> list[ReuseStatus]:
    """Return the reuses of *items* (all if None), the newest first, each with what has changed since.

    Items that are now withheld are left out.
    """
    held: dict[str, Item | None] = {}
    found = []
    for one in annotation_rows.reuses(connection, items):
        if one.item not in held:
            held[one.item] = held_items.by_id(connection, one.item)
        item = held[one.item]
        found.append(ReuseStatus(one, () if item is None else tuple(_changes(connection, item, one.body))))
    return found


def _changes(connection: sqlite3.Connection, item: Item, body: dict[str, Any]) -> Iterable[str]:
    if _digest(item) != body.get("text_sha256"):
        yield f"its text is another one since {item.edition.opened:%Y-%m-%d} ({item.edition.id})"
    elif (item.edition.title.value if item.edition.title else None) != body.get("title"):
        yield f"its title is “{item.edition.title.value if item.edition.title else ''}” now"
    if item.gone is not None:
        yield f"it is gone since {item.gone:%Y-%m-%d}"
    answer = _verdict(item)
    # The answer first, because it matters most to whoever printed the text; words may change without changing it.
    if answer != body.get("republish"):
        yield f"its terms say “{answer}” now, and said “{body.get('republish')}”"
    then = [one["words"] for one in body.get("terms", ())]
    still = {held.statement.words for held in (*item.terms, *held_items.repeated(connection, item))}
    for words in then:
        if words not in still:
            yield f"no longer stated: “{words}”"
    # A decision on some words may bring others forward that say the same; the publisher has not stated anything new.
    stated = held_items.stated(connection, item)
    for words in dict.fromkeys(held.statement.words for held in item.terms):
        if words not in then and words in stated:
            yield f"stated since: “{words}”"


def _statements(item: Item) -> list[Any]:
    return [held.statement for held in item.terms]


def _verdict(item: Item) -> str:
    return verdict(_statements(item), Use.REPUBLISH, covers=Covers.TEXT, commercial=True).answer.value


def _digest(item: Item) -> str:
    return hashlib.sha256(item.edition.text.encode("utf-8", "surrogatepass")).hexdigest()
