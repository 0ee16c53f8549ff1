"""Layout: what was learned about a publisher's pages: where each field stands, and what repeats around the text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache

import msgspec

from db.model.item import Profile
from ingest.reading.candidate import Field
from ingest.reading.page.once import once
from ingest.reading.page.spots import How, Spot, named

FORM = 1
"""The form of a stored layout. A layout of another form is not used."""


@dataclass(frozen=True, slots=True)
class TextSpot:
    """Where the main text stands.

    Attributes:
        at: the element that holds the whole text.
        without: elements inside it that are not part of the text, by step.
        repeated: paragraphs inside it that are the same on page after page, and not part of the text.
        fit: on how many of the pages it was learned from it gave the same text as the general reader.
    """

    at: str
    without: tuple[str, ...]
    repeated: tuple[str, ...]
    fit: int


@dataclass(frozen=True)
class Layout:
    """What was learned from some tens of a publisher's articles.

    Attributes:
        pages: how many articles it was learned from.
        authors, published, tags: None if no spot holds them reliably; they are then read as on any page.
        authors_too, published_too: a second spot, of another kind, that said the same (for a date: the same day) on the
            pages it was learned from. A page on which the two disagree goes to the general reader, which weighs them.
    """

    pages: int
    title: Spot
    text: TextSpot
    authors: Spot | None = None
    published: Spot | None = None
    tags: Spot | None = None
    authors_too: Spot | None = None
    published_too: Spot | None = None

    @once
    def steps(self) -> frozenset[str]:
        """The steps to the elements that hold the fields. An element known only by its parent gives the parent's."""
        spots = (self.title, self.authors, self.authors_too, self.published, self.published_too, self.tags)
        paths = [self.text.at, *(one.at for one in spots if one is not None and one.how is not How.WITNESS)]
        # An element without a name of its own ("p") is everywhere, so its parent is looked for.
        return frozenset(own if named(own) else above or own for above, _, own in (p.rpartition(" > ") for p in paths))

    @once
    def witnesses(self) -> dict[str, Field] | None:
        """The witnesses to ask, each with the field that it is asked for; None if a field is read as on any page."""
        # A field that has to be weighed needs all witnesses of the page, so asking only a few would save nothing.
        if self.authors is None or self.published is None or self.tags is None:
            return None
        spots = {
            Field.TITLE: (self.title,),
            Field.AUTHOR: (self.authors, self.authors_too),
            Field.PUBLISHED: (self.published, self.published_too),
            Field.TAG: (self.tags,),
        }
        return {one.at: field for field, held in spots.items() for one in held if one and one.how is How.WITNESS}

    def to_json(self) -> str:
        """Return the layout in its stored form: JSON with sorted keys."""
        # Sorted, because the id of a profile is the digest of these bytes.
        return json.dumps({"form": FORM, **asdict(self)}, ensure_ascii=False, sort_keys=True)

    def explain(self) -> Iterator[str]:
        """Yield what was learned, in words that a person can check against a page."""
        yield f"learnt from {self.pages} articles"
        for name in ("title", "authors", "published", "tags"):
            spot: Spot | None = getattr(self, name)
            yield f"{name}: {_place(spot)}" if spot else f"{name}: in no fixed place; read as on any page"
            other: Spot | None = getattr(self, f"{name}_too", None)
            if other is not None:
                yield f"    which must agree with {_place(other)}"
        yield f"text: what stands in {self.text.at} (right on {self.text.fit})"
        if self.text.without:
            yield f"    without {', '.join(self.text.without)}"
        for words in self.text.repeated:
            yield f"    without “{words}”, which stands on page after page"


def _place(spot: Spot) -> str:
    place = {
        How.WORDS: f"the words of the first {spot.at}",
        How.EACH: f"the words of each {spot.at}",
        How.LISTED: f"listed in the first {spot.at}",
        How.LABELLED: f"the names after the label in the first {spot.at}",
        How.STAMP: f"the datetime of the first {spot.at}",
        How.WITNESS: f"what {spot.at} says",
    }[spot.how]
    return f"{place} (right on {spot.fit})"


def profile_of(layout: Layout, publisher: str) -> Profile:
    """Return *layout* as the profile that is recorded and stamped on readings."""
    body = layout.to_json()
    return Profile(hashlib.sha256(body.encode()).hexdigest()[:16], publisher, body)


@lru_cache(maxsize=256)
def layout_of(body: str) -> Layout | None:
    """Return the layout in a profile's *body*; None if it has another form."""
    held = json.loads(body)
    # Old forms are not converted: a few dozen pages give a new layout, and until then the general reader reads.
    if held.pop("form", None) != FORM:
        return None
    return msgspec.convert(held, Layout)
