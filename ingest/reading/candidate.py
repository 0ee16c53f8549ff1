"""Candidate: a value that the page offers for a field, with the words that state it and where they were found."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from archive.evidence.locate import Place
from db.model.item import Evidence


class Field(StrEnum):
    """The field that a candidate is a value for."""

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
    """The node of the page that states a value. Its words are looked for in this node only.

    Attributes:
        element: the element that states the value (a ``meta``, an element with ``itemprop``) or holds the JSON.
        node: the object in that JSON; None if the element holds no JSON.
        path: the keys and indexes that lead from the node to the value.
    """

    element: Any
    node: dict[str, Any] | None = None
    path: tuple[str | int, ...] = ()


class Candidate(NamedTuple):
    """One value, the words that state it and where a witness found them.

    A page has dozens of candidates, and making a named tuple takes a tenth of the time of a frozen dataclass.

    Attributes:
        value: the value in the form that the field wants.
        words: the words as printed, with white space folded; the evidence will point to them.
        witness: what states the value, in words ("JSON-LD author").
        element: the element that holds the words; without *stated*, the search for evidence starts at its line.
        url: an address that goes with the value (an author's page), or None.
        organisation: whether the witness says that this is an organisation (True), a person (False) or neither (None).
        evidence: where the words stand, if that is not on the page.
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
