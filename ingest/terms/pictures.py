"""Pictures: whether a clause that withholds pictures is about this publisher's own pictures, and for its readers.

Apart from prose, which reads what any clause permits or forbids: this asks only what a clause is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from db.model.item import Covers
from ingest.terms.clause_reader import AND, Fired, Marks, hits_of, plain
from ingest.terms.roles import is_told
from ingest.terms.vocabulary import vocabulary

_BANS = ("forbidden", "images-forbidden", "images-withheld", "not-without-permission", "permission-required")
_OF_LAW = frozenset({"of anybody", "statute"})
_WITHHELD = ("images-forbidden", "images-withheld")
_TRADE = frozenset({"commercially", "not commercially"})
_FAR = 6
"""At most this many words may stand before the pictures in a clause about them."""
_NEAR = 5
_BEHIND = 3
"""The most words between an act or a permission and the pictures after it (_NEAR) or before it (_BEHIND)."""
_DONE = ("adapt", "ask", "copy", "deed", "distribute", "reproduce", "use", "without asking")
_GIVEN = frozenset({"licensed", "may", "public domain"})


def of_this_house(read: Iterable[Fired], sentence: str, language: str) -> Iterator[Fired]:
    """Yield what was *read*, without bans of other people's pictures; a ban of selling pictures is a limit only."""
    for fired in read:
        if _are_not_this_publishers(fired, sentence, language):
            continue
        if fired.rule in _WITHHELD and not _TRADE.isdisjoint(dict(fired.marks)):
            terms = (replace(term, rule="not-for-commercial-use", noncommercial=True) for term in fired.terms)
            yield replace(fired, terms=tuple(terms))
        else:
            yield fired


def _are_not_this_publishers(fired: Fired, sentence: str, language: str) -> bool:
    """Return whether *fired* withholds pictures that are not this publisher's, or that no reader could reprint.

    These are pictures in court, pictures that users upload, or pictures in a list of everything that is owned.
    """
    if any(term.covers is not Covers.IMAGES for term in fired.terms):
        return False
    marks = dict(fired.marks)
    # "The court held that the paper could not publish the photographs" withholds no pictures of this publisher.
    if fired.rule in _BANS and _OF_LAW & marks.keys():
        return True
    if not fired.rule.startswith("images-"):
        return False
    if is_told(sentence, language, of_pictures=True):
        return True
    if any(hit.count(")") > hit.count("(") for hit in marks.get("images left out", ())):
        return True  # "The contents (texts, graphics) are our property": the property is not that of the graphics.
    folded = plain(fired.words)
    if fired.rule in _WITHHELD:
        return not _is_about_them(folded, marks)
    return fired.rule == "images-excepted" and _are_listed(plain(sentence), language, marks["images"])


def _is_about_them(folded: str, marks: Marks) -> bool:
    """Return whether pictures stand at the beginning of a clause, or near an act.

    "You may not use the service if a video ..." says nothing about pictures.
    """
    pictures = list(_spans(folded, marks.get("images", ())))
    if not pictures or min(folded.count(" ", 0, start) for start, _ in pictures) <= _FAR:
        return True
    deeds = [span for mark in _DONE for span in _spans(folded, marks.get(mark, ()))]
    return any(
        (ends <= start and folded.count(" ", ends, start) <= _NEAR)
        or (end <= begun and folded.count(" ", end, begun) <= _BEHIND)
        for start, end in pictures
        for begun, ends in deeds
    )


def _are_listed(sentence: str, language: str, pictures: tuple[str, ...]) -> bool:
    """Return whether pictures are only in a list of what is owned: "texts, images and logos are our property"."""
    marks = vocabulary().marks(sentence, language)
    start = min((start for start, _ in _spans(sentence, pictures)), default=0)
    joint = AND.search(sentence, 0, start)
    if joint is None:
        return False
    texts = (*marks.get("text", ()), *marks.get("site", ()))
    return _GIVEN.isdisjoint(marks) or sentence[: joint.start()].endswith(texts)


def _spans(folded: str, hits: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    return (found.span() for found in hits_of(folded, hits))
