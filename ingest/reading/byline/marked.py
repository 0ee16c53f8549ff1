"""Marked: which elements are marked as naming an author or somebody else, by class names, addresses and place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ingest.reading import roles
from ingest.reading.byline import bare, labels, names
from ingest.reading.byline.line import Line, line_of
from ingest.reading.page.class_names import says
from ingest.reading.page.page import Page, visible
from ingest.reading.page.zones import FOREIGN_TAGS, Zones
from ingest.reading.vocabulary import pattern

_AUTHOR = pattern("byline.author_classes")
_CLASS = re.compile(
    rf"(?:^|[\s_-])(?:by-?line\w*|authors?|{_AUTHOR}|writers?|writtenby|written-by|posted-by|user-?name|submitted|"
    r"contributors?|created-?by|experts?|p-author|author-?names?|c-author|article-?author\w*|post-?author\w*|"
    rf"entry-?author\w*|news-?author|story-?author|author-?link|fn|{_AUTHOR}-?name)(?:$|[\s_-])"
)
_STEMS = ("line", "aut", "writ", "posted-by", "user", "submitted", "contributor", "created", "expert", "fn")
"""Everything that _CLASS and _BOX match contains one of these."""
# Together with a class for authors, these mark something about an author: a portrait, a job, the number of posts.
_NOT_CLASS = re.compile(
    r"(?:^|[\s_-])(?:comment\w*|image|img|avatar|photo|picture|date|time|bio|description|"
    r"desc|thumb\w*|follow|share|role|job|position|counter|count|link-?list|articles|posts|"
    r"more|nav|navigation|menu|(?<!author.)related(?!.authors?)|quotes?|pull-?quote|testimonials?)(?:$|[\s_-])"
)
_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:captions?|wp-caption\w*|credits?|copyright|photo-?(?:credit|by-?line|author|grapher)\w*|"
    r"image-?(?:credit|by-?line|author|copyright)\w*|img-?(?:credit|author)\w*|media-?(?:credit|by-?line)\w*|lightbox\w*)"
    r"(?:$|[\s_-])",
    re.I,
)
_CONTACT = re.compile(
    rf"(?:^|[\s_-])(?:contacts?|press-?contact|media-?contact|{pattern('byline.contact_classes')})(?:$|[\s_-])", re.I
)
_BOX = re.compile(
    rf"(?:^|[\s_-])(?:author|{_AUTHOR}|writer|contributor|expert)s?[_-]*(?:box|bio|wrapper|card|info|about|profile|details?|"
    r"text|section|block|container|area|content|meta)(?:$|[\s_-])"
)
_BOXES = frozenset({"div", "section", "aside"})
BESIDE = 8
"""A marked element within this distance of the headline belongs to it, whatever the block around both is called."""
PARAGRAPH = 120
NEAR = 60
"""Within this many elements below the headline, a link to a person's page may name the author in a side column."""
LONGEST_NAME = 40
BLOCK = 20
"""How many elements may stand between the authors that a block next to the text names."""
ASIDE_LINK = 50
"""In a block next to the text, a longer link is the title of another text."""
FAR = 420
"""How many elements may stand between a marked element and the headline."""


def is_marked(page: Page, zones: Zones, element: Any, words: str) -> bool:
    """Return whether class names or an address mark *element* as naming an author."""
    return by_name(zones.marks[element]) or (element.tag == "a" and leads_to_author(page, zones, element, words))


def by_name(said: str) -> bool:
    """Return whether class names, in the form of `marks`, mark an element as naming an author."""
    return says(_CLASS, said) and not says(_NOT_CLASS, said)


def named(zones: Zones) -> set[Any]:
    """Return the elements of the page that class names mark as naming an author."""
    return {element for element in zones.marked(_CLASS, _STEMS) if by_name(zones.marks[element])}


def pictured(zones: Zones, element: Any) -> bool:
    """Return whether *element* credits a picture: it stands in a caption or is marked as a credit."""
    for node in (element, *islice(element.iterancestors(), 4)):
        said = zones.marks[node]
        if says(_PICTURE, said):
            return True
        if node.tag in ("figure", "figcaption"):
            # A figure with a class for authors is a byline with a portrait, not a picture of the text.
            return not says(_CLASS, "" if node is element else said)
    return False


def outside(element: Any) -> bool:
    """Return whether *element* stands in a footer, menu or aside, by the tags around it."""
    return any(node.tag in FOREIGN_TAGS for node in element.iterancestors())


def text_begins(page: Page, zones: Zones) -> int:
    """Return how far from the headline the first paragraph of the text stands."""
    after = (p for p in page.inside("p") if zones.distance(p) > 0)
    # Paragraphs too long for `short` are longer than PARAGRAPH.
    first = next((p for p in after if len(page.short.get(p, " " * PARAGRAPH)) >= PARAGRAPH), None)
    return FAR if first is None else zones.distance(first)


def to_ask(zones: Zones, element: Any) -> bool:
    """Return whether *element* stands in a block that says whom to contact about the text, by its class or heading."""
    # A text may be about contacts, and links to the publisher's contacts may stand next to a byline.
    of_text = set() if zones.headline is None else {zones.headline, *zones.headline.iterancestors()}
    said = zones.page.short.get(element, "")
    if labels.after_label(said) or labels.before_colon(said)[0]:
        return False
    for node in (element, *islice(element.iterancestors(), 4)):
        words = zones.page.short.get(node)
        if words is None or node in of_text:
            return False  # too large to be a contact block
        if says(_CONTACT, zones.marks[node]) or bare.TO_ASK.match(words):
            return True
    return False


def of_another(zones: Zones, element: Any) -> bool:
    """Return whether *element*, below the text, stands in a block with the linked heading of another text."""
    own = set() if zones.headline is None else set(zones.headline.iterancestors())
    for node in islice(element.iterancestors(), 5):
        if node in own or node not in zones.page.short:
            return False  # too large to be a teaser
        # Not h1, which is the page's own. A heading with a link to a text is a teaser, to a person a card.
        for heading in node.iter("h2", "h3", "h4", "h5"):
            parent = heading.getparent()
            link = next(heading.iter("a"), parent if parent.tag == "a" else None)
            linked = link is not None and not roles.of_author(link.get("href"))
            if linked and len(words := visible(heading)) >= 15 and not names.person(words):
                return True
    return False


def _heads_other(block: Any) -> bool:
    """Return whether *block* holds a heading that is a link, but not to an author."""
    links = (next(heading.iter("a"), None) for heading in block.iter("h2", "h3", "h4", "h5"))
    return any(link is not None and not roles.of_author(link.get("href")) for link in links)


def leads_to_author(page: Page, zones: Zones, link: Any, words: str) -> bool:
    """Return whether *link* leads from a person's name to an author's page, and is not part of running text."""
    if not roles.of_author(link.get("href")) or bare.of_topic(zones, link):
        return False
    parent = link.getparent()
    around = page.short.get(parent, "") if parent is not None else ""
    # In a longer block the link is part of a sentence: publishers link their experts wherever a text mentions them.
    return (names.person(names.tidy(labels.strip(words))) and len(around) <= 160) or len(around) == len(words)


def is_led(link: Any) -> bool:
    """Return whether *link* leads to an author's page and only a word for "by" stands before it in its block."""
    if link.getprevious() is not None:
        return False
    parent = link.getparent()
    before = parent.text if parent is not None else None
    return before is not None and labels.alone(before) and roles.of_author(link.get("href"))


def boxes(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield the first name in each box about an author that is too long for a byline."""
    for box in sorted(zones.marked(_BOX, _STEMS), key=page.order.__getitem__):
        # Shorter boxes were read as bylines already.
        if box.tag not in _BOXES or len(page.short.get(box, " " * FAR)) < FAR or zones.commented(box):
            continue
        first = next((e for e in box.iterdescendants() if page.short.get(e) and not any(map(page.short.get, e))), None)
        if first is None:
            continue
        said = names.split(page.short[first], printed=True)
        if len(said) == 1 and names.person(said[0].name) and not said[0].organisation:
            yield line_of(page, first, said, "about", distance=zones.distance(first), bio=True)


def asides(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield who is marked as an author next to the text, in a block that links to no other text."""
    found: list[Line] = []
    linked = (a for a in page.inside("a") if 0 < zones.distance(a) <= NEAR and roles.of_author(a.get("href")))
    able = {*zones.marked(_CLASS, _STEMS), *linked}
    for element in sorted(able, key=page.order.__getitem__, reverse=True):
        words = page.short.get(element, "")
        if not 0 < len(words) <= LONGEST_NAME or not zones.foreign(element):
            continue
        if not is_marked(page, zones, element, words) or zones.commented(element):
            continue
        # A block with links as long as titles lists other texts, and its names are their authors.
        around = [node for node in islice(element.iterancestors(), 4) if zones.foreign(node)]
        if around and (any(len(visible(a)) > ASIDE_LINK for a in around[-1].iter("a")) or _heads_other(around[-1])):
            continue
        said = names.split(words, printed=True)
        if said and all(" " in one.name and names.person(one.name) and not one.organisation for one in said):
            found.append(line_of(page, element, said, "about", distance=zones.distance(element), bio=True))
    # One person, or several close together: names far apart belong to other texts, or are the staff.
    last = max((line.distance for line in found), default=0)
    if len({line.names for line in found}) == 1 or all(last - line.distance <= BLOCK for line in found):
        yield from found
