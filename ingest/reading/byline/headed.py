"""Headed names: authors listed under a label of their own ("Authors"), and in boxes headed "About the author".

Apart from `byline.py`, which weighs them against names found elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ingest.reading.byline import bare, holders, labels, names, offices, signoff
from ingest.reading.byline.line import Line, line_of, text_with_bars
from ingest.reading.byline.names import Name
from ingest.reading.page.page import Page
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import word_set

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "th"})
_ABOUT = word_set("byline.author_pages")
_ENOUGH = 12
"""At most this many blocks under a label are read."""
_LONGEST = 600


def lines(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield the authors under a label of their own, outside comments, menus and other texts."""
    for _, element, tag, words in page.rows:
        if len(words) > labels.LONGEST or tag not in SOUGHT:
            continue
        said = words.rstrip(" :：").lower()
        about = said.replace("’", "'") in _ABOUT
        if not (about or labels.alone(said)):
            continue
        # Many sites put the box about the author into a sidebar. Only among comments does it belong to somebody else.
        if zones.commented(element) or (not about and zones.foreign(element) and not labels.strong(said)):
            continue
        # "Authors" in a site menu is a link to the list of authors.
        if not about and zones.distance(element) < 0 and any(page.short.get(a) == words for a in element.iter("a")):
            continue
        parent = element.getparent()
        if parent is not None and page.short.get(parent) == words and parent.tag in SOUGHT:
            continue  # the wrapper of the label is found as a label itself
        found = _about(page, element) if about else _listed(page, element)
        # Weak labels ("By", "Text") are also headings of lists of topics.
        if not found or any(bare.of_topic(zones, holder) for _, holder in found):
            continue
        if about or labels.strong(said):
            yield _line(page, zones, element, found, "about" if about else "label")
        # Far from the headline, a weak label is the filter of a list or a form field.
        elif abs(zones.distance(element)) <= _REACH:
            yield _line(page, zones, element, found, "lead")


SOUGHT = _HEADINGS | {"p", "div", "span", "strong", "b", "em", "label", "td", "li", "header"}
_REACH = 60


def _line(page: Page, zones: Zones, label: Any, found: list[tuple[Name, Any]], how: str) -> Line:
    urls = tuple(line_of(page, holder, (name,), how, distance=0).urls[0] for name, holder in found)
    held = tuple(holder for _, holder in found)
    distance, bio = zones.distance(label), how == "about" or zones.bio(label) or zones.foreign(label)
    return Line(tuple(name for name, _ in found), held, urls, how, distance, bio, " ".join(n.name for n, _ in found))


def _following(page: Page, label: Any) -> Iterator[Any]:
    """Yield the siblings after *label*, up to the next heading, as long as they are of one kind.

    If the label is alone in its block, the siblings of the block are taken.
    """
    last = label.tag
    while label.getnext() is None and label.getparent() is not None and label.getparent() in page.short:
        if page.short[label.getparent()] != page.short[label]:
            return
        label = label.getparent()
    kind = None
    for block in islice(label.itersiblings(), _ENOUGH):
        if not isinstance(block.tag, str) or page.short.get(block) == "":
            continue
        # Below a small heading, each name may itself be a heading. A heading of the same level begins another part.
        if block.tag in _HEADINGS and (block.tag == last or last not in ("h4", "h5", "h6")):
            return
        # Cards of one list have the same tag and class; any other block is the text.
        kind = kind or (block.tag, block.get("class"))
        if kind != (block.tag, block.get("class")):
            return
        yield block


def _listed(page: Page, label: Any) -> list[tuple[Name, Any]]:
    """Return the names in the blocks under a label, as long as each block begins with a name."""
    found: list[tuple[Name, Any]] = []
    if label.tail and label.tail.strip() and label.getparent() is not None:
        text = re.split(r"[:：|•·]\s", label.tail, maxsplit=2)
        people = names.split(text[0] if len(text) == 1 else text[1] if not text[0].strip() else text[0], printed=True)
        return [(name, label.getparent()) for name in people if names.person(name.name)]
    for line in label.itersiblings():
        if line.tag != "br":
            break
        said = names.split(line.tail or "", printed=True)
        found += [(name, label.getparent()) for name in said if names.person(name.name)]
        if (line.tail or "").strip() and not said:
            break
    if found:
        return found
    for block in _following(page, label):
        words = text_with_bars(block)
        held = _people(block) if 2 <= len(words) <= _LONGEST else []
        if not held or not (names.person(held[0][0].name) or offices.organisation_word(held[0][0].name)):
            break
        # The next label begins another list, for example of reviewers or translators.
        if labels.alone(words.split(" | ")[0]):
            break
        found += [(name, holder) for name, holder in held if names.person(name.name) or name.organisation]
    return found


def _people(block: Any) -> list[tuple[Name, Any]]:
    """Return the names in *block*, each with its element. Adjacent links count as separate names."""
    held = holders.of(block)
    apart = held if len(held) > 1 else [block]
    return [(name, holder) for holder in apart for name in names.split(text_with_bars(holder), printed=True)]


def _about(page: Page, label: Any) -> list[tuple[Name, Any]]:
    """Return the names with which the blocks under "About the author" begin."""
    found: dict[str, tuple[Name, Any]] = {}
    for block in _following(page, label):
        for part in (block, *block.iterdescendants()):
            if not isinstance(part.tag, str) or page.short.get(part) == "":
                continue
            for name in signoff.opening(page, part):
                found.setdefault(name.name.casefold(), (name, part))
    return list(found.values())
