"""Marked: which elements are marked as naming an author, a topic or somebody else, by class names, addresses and place,
and which of them hold one name each."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from ingest.reading.byline import labels, name_lists, names
from ingest.reading.byline.line import is_office, text_with_bars
from ingest.reading.page.class_names import HEADED, ClassWords, marks, whole_words
from ingest.reading.page.hrefs import leads_to_topic, of_author
from ingest.reading.page.page import Page, visible
from ingest.reading.page.zones import FOREIGN_TAGS, Zones
from ingest.reading.vocabulary import pattern

_AUTHOR = pattern("byline.author_classes")
CLASS = whole_words(
    rf"by-?line\w*|authors?|{_AUTHOR}|writers?|writtenby|written-by|posted-by|user-?name|submitted|contributors?|"
    r"created-?by|experts?|p-author|author-?names?|c-author|article-?author\w*|post-?author\w*|entry-?author\w*|"
    f"news-?author|story-?author|author-?link|fn|{_AUTHOR}-?name"
)
# Together with a class for authors, these mark something about an author: a portrait, a job, the number of posts, or
# the words before the name, such as "Posted on" ("meta-prep meta-prep-author", "sep").
_NOT_CLASS = whole_words(
    r"comment\w*|image|img|avatar|photo|picture|date|time|bio|description|desc|thumb\w*|follow|share|role|job|position|"
    "counter|count|link-?list|articles|posts|more|nav|navigation|menu|prep|sep|(?<!author.)related(?!.authors?)|"
    "quotes?|pull-?quote|testimonials?"
)
# A box about the rights in the text ("post-copyright") names its author.
_PICTURE = whole_words(
    r"captions?|wp-caption\w*|credits?|(?<!post.)(?<!article.)(?<!entry.)copyright|"
    r"photo-?(?:credit|by-?line|author|grapher)\w*|"
    r"image-?(?:credit|by-?line|author|copyright)\w*|img-?(?:credit|author)\w*|media-?(?:credit|by-?line)\w*|lightbox\w*",
    re.I,
)
_CONTACT = whole_words(f"contacts?|press-?contact|media-?contact|{pattern('byline.contact_labels')}", re.I)
BESIDE = 8
"""A marked element within this distance of the headline belongs to it, whatever the block around both is called."""
PARAGRAPH = 120
FAR = 420
"""How many elements may stand between a marked element and the headline."""
_TO_ASK = re.compile(rf"{pattern('byline.contact_labels')}\b", re.I)
"""How a line begins that names whom to contact about a text."""
_OTHERS = re.compile(rf"(?:{pattern('byline.contact_labels', 'byline.people_headings')})\b", re.I)
"""The heading above people who did not write the text."""
_LISTED = 8
_NAME_CLASS = ClassWords(
    r"(?:^|(?<!field)(?<!field-)(?<!first)(?<!last)(?<!given)(?<!family)[\s_-])"
    rf"(?:(?:author|byline|display|{pattern('byline.author_classes')})-?name|name|fn|author-?link)(?:$|[\s_-])"
)
"""A class for a complete name. Drupal's names of other fields ("field--name-field-image") do not match."""
TOPIC = whole_words(
    f"tags?|topics?|categor(?:y|ies)|{pattern('metadata.topic_classes')}|kickers?|eyebrow|overline|subjects?|"
    r"sections?|keywords?|places?|location|dateline|lead|teaser|dek|event\w*|speakers?",
    re.I,
)
"""Class names of elements that name a topic."""
# Sites file experts under topics, so a class name for people outweighs one for topics.
_PEOPLE = whole_words(f"persons?|people|authors?|{_AUTHOR}|experts?|contributors?")


def is_marked(page: Page, zones: Zones, element: Any, words: str) -> bool:
    """Return whether class names or an address mark *element* as naming an author."""
    return by_name(zones.marks[element]) or (element.tag == "a" and leads_to_author(page, zones, element, words))


def by_name(said: str) -> bool:
    """Return whether class names, in the form of `marks`, mark an element as naming an author."""
    return CLASS[said] and not _NOT_CLASS[said]


def named(zones: Zones) -> set[Any]:
    """Return the elements of the page that class names mark as naming an author."""
    return {element for element in zones.marked(CLASS) if by_name(zones.marks[element])}


def pictured(zones: Zones, element: Any) -> bool:
    """Return whether *element* credits a picture: it stands in a caption or is marked as a credit."""
    for node in (element, *islice(element.iterancestors(), 4)):
        said = zones.marks[node]
        if _PICTURE[said]:
            return True
        if node.tag == "figure" or (node.tag == "figcaption" and next(node.iterancestors("figure"), None) is None):
            # A figure with a class for authors is a byline with a portrait, not a picture of the text.
            return not CLASS["" if node is element else said]
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
        above = next((one for one in islice(node.itersiblings(preceding=True), _LISTED) if one.tag in HEADED), None)
        headed = above is not None and _OTHERS.match(visible(above)) is not None
        if headed or _CONTACT[zones.marks[node]] or _TO_ASK.match(words):
            return True
    return False


def of_another(zones: Zones, element: Any) -> bool:
    """Return whether *element*, below the text, stands in a block with the linked heading of another text."""
    own = set() if zones.headline is None else set(zones.headline.iterancestors())
    for node in (element, *islice(element.iterancestors(), 5)):
        if node in own or node not in zones.page.short:
            return False  # too large to be a teaser
        # Not h1, which is the page's own. A heading with a link to a text is a teaser, to a person a card.
        for heading in node.iter("h2", "h3", "h4", "h5"):
            parent = heading.getparent()
            link = next(heading.iter("a"), parent if parent.tag == "a" else None)
            linked = link is not None and not of_author(link.get("href"))
            if linked and len(words := visible(heading)) >= 15 and not names.person(words):
                return True
    return False


def leads_to_author(page: Page, zones: Zones, link: Any, words: str) -> bool:
    """Return whether *link* leads from a person's name to an author's page, and is not part of running text."""
    if not of_author(link.get("href")) or of_topic(zones, link):
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
    return before is not None and labels.alone(before) and of_author(link.get("href"))


def of_topic(zones: Zones, element: Any) -> bool:
    """Return whether *element* names a topic or a place of the text."""
    for node in (element, element.getparent()):
        if node is None:
            continue
        said = zones.marks[node]
        if leads_to_topic(node) or (TOPIC[said] and not _PEOPLE[said]):
            return True
    return any(map(leads_to_topic, element.iter("a")))


def holders(element: Any) -> list[Any]:
    """Return the elements in a byline that hold one name each: marked names, else links, else the byline itself."""
    marked = [
        e
        for e in element.iterdescendants()
        if isinstance(e.tag, str)
        and _NAME_CLASS[marks(e)]
        and 0 < len(visible(e)) < 60
        and name_lists.split(visible(e), printed=True)
    ]
    # Only the innermost: a marked card holds a marked name, and would name its author twice.
    leaves = [e for e in marked if not any(d in marked for d in e.iterdescendants())]
    if leaves:
        return leaves
    links = [
        a
        for a in element.iter("a")
        if 0 < len(visible(a)) < 60 and names.person(names.tidy(labels.strip(visible(a)))) and not leads_to_topic(a)
    ]
    leaves = [e for e in element.iterdescendants() if isinstance(e.tag, str) and not len(e) and (e.text or "").strip()]
    alone = [e for e in leaves if not is_office(e)]
    each_named = len(alone) > 1 and all(_is_name(visible(e)) for e in alone)
    if each_named and " ".join(map(visible, leaves)) == visible(element):
        return alone
    # Links are the names only if there are as many links as persons: one of two authors may have no page.
    people = [n for n in name_lists.split(text_with_bars(element), printed=True) if names.person(n.name)]
    return links if links and len(links) >= len(people) else [element]


def _is_name(words: str) -> bool:
    named = "," not in words and names.person(names.tidy(words))
    return named and not names.organisation(words) and not names.job(words)
