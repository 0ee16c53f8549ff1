"""Candidate: a value that a witness on the page offers for a field, with the words that state it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from archive.evidence.locate import Place
from db.model.item import Evidence


class Field(StrEnum):
    """What a candidate is a value for."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    SECTION = "section"
    SITE = "site name"
    AUTHOR = "author"
    PUBLISHED = "published"
    MODIFIED = "modified"
    TAG = "tag"
    LANGUAGE = "language"


class Stated(NamedTuple):
    """The node of the page that states a value: nowhere else are its words looked for.

    Attributes:
        element: one that says it itself (a ``meta``, one with ``itemprop``), or that holds the JSON.
        node: the object in that JSON; None where it is no JSON.
        path: the keys and places from there to the value.
    """

    element: Any
    node: dict[str, Any] | None = None
    path: tuple[str | int, ...] = ()


class Candidate(NamedTuple):
    """One value, the words that state it and where a witness found them.

    A page has dozens, and a named tuple is made in a tenth of the time that a frozen dataclass takes.

    Attributes:
        value: as the field wants it.
        words: as they stand there, white space folded: what evidence will point to.
        witness: who says so, in words ("JSON-LD author").
        element: the element that holds the words; evidence is looked for from its line on, where no node is *stated*.
        url: an address that goes with the value (an author's page), or None.
        organisation: the witness says that it is an organisation (True), a person (False), or nothing (None).
        evidence: where the words stand, for one that does not stand on the page.
        stated: the node that states the value.
    """

    field: Field
    value: str
    words: str
    witness: str
    place: Place
    element: Any
    url: str | None = None
    organisation: bool | None = None
    identifier: str | None = None
    evidence: Evidence | None = None
    stated: Stated | None = None
