"""Microdata: what ``itemprop`` and RDFa in the body of a page say about its author, dates, headline and keywords."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from archive.evidence.locate import Place
from ingest.reading.byline import names
from ingest.reading.candidate import Candidate, Field, Stated
from ingest.reading.page.outline import squeeze
from ingest.reading.page.page import Page, plain, visible

MICRODATA = {
    "author": Field.AUTHOR,
    "datepublished": Field.PUBLISHED,
    "datemodified": Field.MODIFIED,
    "headline": Field.TITLE,
    "keywords": Field.TAG,
}


def heard(page: Page) -> Iterator[Candidate]:
    """Yield what microdata and then RDFa in the body of *page* say."""
    yield from candidates(page)
    yield from rdfa(page)


def candidates(page: Page) -> Iterator[Candidate]:
    """Yield what ``itemprop`` in the body says about author, dates, headline and keywords."""
    for element, said in _holding(page, page.itemprops):
        for prop in said.lower().split():
            field = MICRODATA.get(prop)
            if field is None or _foreign(element):
                continue
            for holder in _named(element) if field is Field.AUTHOR else [element]:
                found = _said(field, holder, f"itemprop {prop}")
                yield from found if field is not Field.TAG else (part for whole in found for part in listed(whole))


def _holding(page: Page, stated: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """Yield the elements in the body that have one of the *stated* attribute values, with that value."""
    if page.tree.find("body") is not None:
        yield from ((element, said) for said in stated if page.in_body(element := said.getparent()))


def _named(author: Any) -> list[Any]:
    """Return the elements that hold the names of *author*, not the name of the author's employer."""
    held = [e for e in author.iterdescendants() if "name" in (e.get("itemprop") or "").split()]
    # An author's item may contain another item, such as an employer, which has a name too. A property belongs to the
    # nearest itemscope around it (HTML, microdata).
    own = [e for e in held if _scope(e) in (author, _scope(author))]
    if own or author.get("itemscope") is None:
        return own or [author]
    words = plain(visible(author))
    if all(names.person(name.name) for name in names.split(words, printed=True)):
        return [author]
    # In a box about the author without a marked name, take the first part that looks like a person's name.
    parts = author.iter("a", "h3", "h4", "h5", "span", "strong")
    first = next((part for part in parts if names.person(plain(visible(part)))), None)
    if first is None and any(c.isdigit() for c in words):
        # The digits are counts of posts, badges or points.
        first = next((a for a in author.iter("a") if visible(a)), None)
    return [first if first is not None else author]


def _scope(element: Any) -> Any:
    """Return the item that *element* is a property of."""
    return next((a for a in element.iterancestors() if a.get("itemscope") is not None), None)


_RDFA = {
    "author": Field.AUTHOR,
    "creator": Field.AUTHOR,
    "datepublished": Field.PUBLISHED,
    "issued": Field.PUBLISHED,
    "created": Field.PUBLISHED,
    "date": Field.PUBLISHED,
    "datemodified": Field.MODIFIED,
    "modified": Field.MODIFIED,
    "headline": Field.TITLE,
}
_VOCABULARIES = (
    "schema",
    "dc",
    "dcterms",
    "dct",
    "http://schema.org",
    "https://schema.org",
    "http://purl.org/dc/terms",
)


def rdfa(page: Page) -> Iterator[Candidate]:
    """Yield what RDFa in the body says about author, dates and headline.

    It is read from ``property``, with the terms of schema.org and Dublin Core.
    """
    for element, said in _holding(page, page.properties):
        for prop in said.split():
            # A term is a CURIE (dc:creator), a whole address, or bare below a vocab (RDFa Core 1.1, section 7.4).
            vocabulary, _, term = prop.rpartition("/" if "//" in prop else ":")
            field = _RDFA.get(term.lower())
            plainly = not vocabulary and "schema.org" in next(
                iter(element.xpath("ancestor-or-self::*[@vocab]/@vocab")), ""
            )
            if field is None or not (plainly or vocabulary.lower() in _VOCABULARIES) or _foreign(element):
                continue
            inner = element.xpath(".//*[@property='name' or @property='schema:name' or @property='foaf:name']")
            for holder in inner if inner and field is Field.AUTHOR else [element]:
                yield from _said(field, holder, f"RDFa {term}")


def _said(field: Field, holder: Any, witness: str) -> Iterator[Candidate]:
    # If an element has the attribute, that is its value (HTML, microdata, values). Its visible text may be shortened or
    # reworded for people ("2 hours ago").
    for attribute in ("content", "datetime"):
        if value := (holder.get(attribute) or "").strip():
            yield Candidate(
                field, plain(value), squeeze(value), witness, Place.ATTRIBUTE, holder, stated=Stated(holder)
            )
            return
    words = visible(holder)
    if words and len(words) < 300:
        yield Candidate(field, plain(words), words, witness, Place.TEXT, holder, stated=Stated(holder))


def listed(candidate: Candidate) -> Iterator[Candidate]:
    """Yield the values in *candidate*, which may be a list with commas or semicolons."""
    for part in re.split(r"[,;]", candidate.words):
        if part.strip():
            yield candidate._replace(value=plain(part), words=squeeze(part))


# Properties whose items, inside an article, have authors and dates of their own.
_NESTED = frozenset({"review", "publisher", "video", "isrelatedto", "image", "acceptedanswer", "suggestedanswer"})


def _foreign(element: Any) -> bool:
    """Return whether *element* belongs to an item inside the article, such as a comment, an answer or a video."""
    for ancestor in element.iterancestors():
        kind = ancestor.get("itemtype") or ancestor.get("typeof") or ""
        prop = (ancestor.get("itemprop") or "").lower()
        if "comment" in prop or "Comment" in kind or prop in _NESTED:
            return True
    return False
