"""Tags: the subjects in which the publisher files the text, as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, takewhile
from typing import Any

from archive.evidence.locate import Place
from ingest.reading.author_choice import fold
from ingest.reading.candidate import Candidate, Field
from ingest.reading.metadata import unlinked_tags
from ingest.reading.metadata.tag_words import CALLED, HEADS, LABELS, MOST, each_once, tag_of
from ingest.reading.page.class_names import marks, says
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.page.zones import FOREIGN_TAGS, Zones
from ingest.reading.vocabulary import pattern, word_set

_SECTIONS = word_set("page.sections")
_BEFORE_COLON = re.compile(r"\W*([^:：]{2,40}?)\s*[:：]\s*")
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:tags?|tag[_-]?links?|tag-?list|tags-?list|post-?tags|entry-?tags|article-?tags?|"
    r"field-{1,2}name-field-(?:[\w-]*-)?(?:topic|theme|subject|keyword|"
    rf"{pattern('metadata.topic_classes')})\w{{0,2}}|"
    r"tagcloud|keywords|topics|article-?topics|(?:tag|topic|keyword)-?(?:pills|chips|badges))(?:$|[\s_-])"
)
_TAG_LINK = re.compile(r"(?:^|[\s_-])tag(?:[_-]?(?:link|anchor|item|label))?(?:$|\s)")
# Parts of a page that hold no list of tags for one text.
_MENU = re.compile(r"(?:^|[\s_-])(?:footer|menu|nav|navbar|header|comments?|tag-?cloud|cookie\w*|modal)(?:$|[\s_-])")
_CLOUD = re.compile(r"tag-?cloud|widget")
_BLOCKS = frozenset(
    {"p", "div", "span", "ul", "footer", "section", "dl", "dt", "th", "td", "li", "h2", "h3", "h4", "h5", "h6"}
    | {"b", "strong"}
)
_CATEGORY = re.compile(r"(?:^|[\s_-])(?:taxonomy-category|cat-?links|categories|post-categories)(?:$|[\s_-])")
_CATEGORY_PATH = re.compile(rf"/(?:category|categories|{pattern('metadata.category_folders')})/", re.I)
_TAG_PAGE = re.compile(
    r"/(?:tags?|tagged|hashtags?|topics?|keywords?|subjects?|themes?|(?:research|focus|policy|thematic)-(?:areas?|topics?|themes?)|"
    rf"{pattern('metadata.tag_folders')})/[^/?#]+"
)
_INLINE = frozenset({"span", "b", "strong", "em", "i", "small", "u"})
_TOPIC = re.compile(rf"tags?\b|topic|kicker|{pattern('metadata.topic_classes')}", re.I)
_SIGNS = " #•·|>»–—-*▪►→🏷🔖"
# The colon after a label stands within this many characters.
_LABEL = 48
LOOSE, ABOVE, FEW, ROW, BESIDE = 20, -40, 10, 30, 8
PIECE = 4
CLOUD = 15
"""A list with more tags than this is the whole site's if the head states only some of them."""
_FILED = "line of categories"
_FIELDS = word_set("metadata.broad_fields")
# Witnesses in the head that count before headed lists and blocks of tags on the page.
_STATED = ("meta article:tag", "meta news_keywords", "meta dc.subject", "meta dcterms.subject", "JSON-LD keywords")
# Witnesses in the head that count after them.
_SPELT = (
    *("meta og:article:tag", "meta parsely-tags", "meta keywords", "itemprop keywords"),
    *("meta citation_keywords", "meta article:tags", "meta tags", "JSON-LD about", "meta sailthru.tags"),
)


def candidates(page: Page, zones: Zones) -> dict[str, list[Candidate]]:
    """Return the tags that the page shows, by the kind of place.

    The kinds are ``rel=tag`` links, labelled lines, headed lists, blocks of tags, links to pages of tags, unlinked tags
    and rows of categories.
    """
    found: dict[str, list[Candidate]] = {"rel": [], "label": [], "headed": [], "beside": [], "class": []}
    told = "\0".join([href for _, href in page.links]).lower()
    # One search over all addresses in lower case, split again. A page has hundreds of links, and few lead to a tag.
    leading = [a for (a, _), href in zip(page.links, told.split("\0"), strict=False) if _TAG_PAGE.search(f"/{href}")]
    found["led"] = _by_address(page, zones, leading) or _in_a_row(zones, leading)
    marked = [link for link, rel in page.related.items() if "tag" in rel.split()]
    # WordPress without permalinks links to a tag with `?tag=`. Shops do so too, so a class name must confirm it.
    marked += [a for a, href in page.links if "tag=" in href and a not in marked and says(_TAG_LINK, zones.marks[a])]
    for link in marked:
        if not _category(link) and not zones.foreign(link):
            found["rel"] += one(link, "rel=tag")
    for link in leading:
        if says(_TAG_LINK, zones.marks[link]) and _own(zones, link):
            found["class"] += one(link, "tag link")
    for named in chain(page.tagged.get("ul", ()), page.tagged.get("nav", ())):
        label = named.get("aria-label")
        if label and label.casefold().strip(" :") in HEADS and _own(zones, named.getparent()):
            found["headed"] += [candidate for link in named.iter("a") for candidate in one(link, "list of tags")]
    _listed_in_rows(page, zones, found)
    tagged = [candidate for candidate in found["label"] if candidate.witness != _FILED]
    found["label"] = tagged or found["label"]
    # A category is where the site files a text, and not a subject, so it is used last.
    found["filed"] = [] if any(found.values()) else _filed(page, zones)
    return found


def _filed(page: Page, zones: Zones) -> list[Candidate]:
    """Return the row of at least two links to categories that is nearest to the headline, in the article's part."""
    rows: dict[Any, list[Any]] = {}
    for link, href in page.links:
        if _CATEGORY_PATH.search(href) and _stands_alone(link) and _own(zones, link):
            held = link.getparent()
            rows.setdefault(held.getparent() if held.tag in ("li", "span") and len(held) == 1 else held, []).append(
                link
            )
    # A single category is the text's place on the site; more than FEW are the site's menu.
    full = [(abs(zones.distance(row)), links) for row, links in rows.items() if 2 <= len(links) <= FEW]
    row = min(full, key=lambda one: one[0])[1] if full else []
    found = [c for link in row for c in one(link, "row of categories") if fold(c.value) not in _SECTIONS]
    return found if len(each_once(found)) > 1 else []


def _listed_in_rows(page: Page, zones: Zones, found: dict[str, list[Candidate]]) -> None:
    """Add the tags in labelled lines, headed lists and blocks of tags to *found*, in page order."""
    named = {
        e for e in zones.marked(_CLASS, ("tag", "keyword", "topic", "name-field")) if not says(_CLOUD, zones.marks[e])
    }
    blocks: list[tuple[int, list[Candidate]]] = []
    # `page.rows` begins with the last row.
    for _, element, tag, words in reversed(page.rows):
        if tag not in _BLOCKS:
            continue
        # A heading of its own ("Topics"), shorter than any sentence.
        if len(words) < 30 and words.casefold().rstrip(" :：") in CALLED:
            found["beside" if zones.foreign(element) else "headed"] += _headed(zones, element)
        elif (":" in words or "：" in words) and _labelled(words):
            found["label"] += _listed(element, words, zones)
        elif element in named and not zones.foreign(element):
            links = _links_of(element, words)
            for link in links:
                found["class"] += one(link, "tag block")
            if not links and (listed := unlinked_tags.in_block(zones, element)) and _own(zones, element):
                blocks.append((abs(zones.distance(element)), listed))
        # Hashtags in a row, as in social media.
        elif words[0] == "#" and (hashed := unlinked_tags.hashed(element, words)) and not zones.foreign(element):
            blocks.append((abs(zones.distance(element)), hashed))
    found["unlinked"] = min(blocks, key=lambda block: block[0])[1] if blocks else []


def _links_of(element: Any, words: str) -> list[Any]:
    """Return the links in *element*, a block of tags; or the link around it, if that has the same text."""
    links = list(element.iter("a"))
    around = element.getparent()
    return [around] if not links and around.tag == "a" and visible(around) == words else links


def _labelled(words: str) -> bool:
    """Return whether *words* begin with a label and a colon."""
    # A label is a few words before its colon; a later colon is part of a sentence.
    colon = words.find(":", 2, _LABEL)
    if colon < 0 and not words.isascii():
        # The full-width colon of Chinese and Japanese.
        colon = words.find("：", 2, _LABEL)
    label = words[:colon].rstrip().casefold() if colon > 0 else ""
    return label in LABELS or (label != "" and not label[0].isalnum() and label.lstrip(_SIGNS) in LABELS)


def _by_address(page: Page, zones: Zones, leading: list[Any]) -> list[Candidate]:
    """Return the links to pages of tags that stand in a list of such links, in the article's own part of the page.

    A single link must also be marked as a topic, because it may lead anywhere. If no part of the page is marked as the
    article's own, many links are the site's menu.
    """
    held = [a for a in leading if _stands_alone(a) and _own(zones, a)]
    held = [a for a in held if page.same_site(page.absolute(a.get("href")) or "")]
    if len(held) == 1 and not any(says(_TOPIC, zones.marks[e]) for e in (held[0], held[0].getparent())):
        return []
    return [] if zones.container is None and len(held) > FEW else [c for link in held for c in one(link, "tag page")]


def _in_a_row(zones: Zones, leading: list[Any]) -> list[Candidate]:
    """Return the first row below the headline with at least two links to pages of tags and hardly any other text."""
    rows: dict[Any, list[Any]] = {}
    for link in leading:
        held = link.getparent()
        row = held.getparent() if held.tag in ("li", "span") and len(held) == 1 else held
        if visible(link):
            rows.setdefault(row, []).append(link)
    for row, links in rows.items():
        if not 2 <= len(links) <= ROW or says(_CLOUD, zones.marks[row]) or zones.distance(row) < 0:
            continue
        # A block of "related tags" belongs to the text, although other "related" blocks do not.
        named = any(says(_CLASS, zones.marks[one]) for one in (row, row.getparent()) if one is not None)
        # With other words between the links, it is a paragraph about such subjects.
        if 10 * sum(len(visible(link)) for link in links) >= 7 * len(visible(row)) and (
            named or not zones.foreign(row)
        ):
            return [candidate for link in links for candidate in one(link, "row of tags")]
    return []


def _stands_alone(link: Any) -> bool:
    """Return whether *link* stands among other links, not among the words of a sentence."""
    around = link.getparent()
    while around.tag in _INLINE and around.getparent() is not None:
        around = around.getparent()
    return len(plain(" ".join([around.text or "", *(child.tail or "" for child in around)]))) <= LOOSE


def _own(zones: Zones, element: Any, *, headed: bool = False) -> bool:
    """Return whether *element* stands in the article's own part of the page.

    A list of topics may be called a menu. A *headed* list may follow the article in the page's main part.
    """
    inside = list(takewhile(lambda above: above is not zones.container, element.iterancestors()))
    marked = [above for above in inside if says(_CLASS, zones.marks[above])]
    # Where the list of topics stands counts, and not its own class name, which may be that of a menu.
    if zones.foreign(marked[-1].getparent() if marked else element):
        return False
    if zones.container is None:
        return zones.distance(element) > ABOVE
    if element is zones.container or zones.container in element.iterancestors():
        return True
    return headed and any(a.tag == "main" and zones.container in a.iter("article") for a in element.iterancestors())


def _headed(zones: Zones, element: Any) -> Iterator[Candidate]:
    """Yield the short links in the list or row after *element*, a heading that announces tags."""
    heading = element
    while element.getnext() is None and not (element.tail or "").strip() and len(element.getparent()) == 1:
        element = element.getparent()
    rows = [[a for a in sibling.iter("a") if visible(a)] for sibling in element.itersiblings()]
    links = rows[0] if rows and len(rows[0]) > 1 else [a for row in takewhile(lambda r: len(r) == 1, rows) for a in row]
    # Longer links are titles of other texts, whatever the heading says.
    if len(links) > MOST or any(len(visible(a).split()) > 4 for a in links):
        return
    if not _own(zones, heading, headed=True):
        of_the_text = 0 < len(links) <= BESIDE and _beside(zones, heading) and not all(map(_category, links))
        if not of_the_text:  # a list of categories in a side column belongs to the site, the same next to every text
            return
    for link in links:
        yield from one(link, "headed list")
    if not links:
        yield from unlinked_tags.below(element)


def _beside(zones: Zones, heading: Any) -> bool:
    """Return whether *heading* stands in a side column or box of the text: below the headline, in no menu or footer."""
    around = [heading, *heading.iterancestors()]
    if not zones.foreign(heading) or zones.distance(heading) < 0:
        return False
    return not any(a.tag in FOREIGN_TAGS or says(_MENU, zones.marks[a]) for a in around)


def _category(link: Any) -> bool:
    """Return whether a link marked as a tag leads to a category; WordPress marks both alike."""
    parent = link.getparent()
    return (
        "category" in (link.get("rel") or "").lower().split()
        or says(_CATEGORY, marks(parent) if parent is not None else "")
        or bool(_CATEGORY_PATH.search(link.get("href") or ""))
    )


def one(link: Any, witness: str) -> list[Candidate]:
    """Return the tag of *link*, if any. A number of texts in the link's last element is left out."""
    words = visible(link)
    counted = visible(link[-1]) if len(link) else ""
    if counted.isdigit() and counted != words:
        words = words.removesuffix(counted)
    value = tag_of(plain(words))
    return [Candidate(Field.TAG, value, value, witness, Place.TEXT, link)] if value else []


def _listed(element: Any, words: str, zones: Zones) -> Iterator[Candidate]:
    if zones.foreign(element):
        return
    links = [a for a in element.iter("a") if visible(a)]
    if links:
        for link in links:
            yield from one(link, _FILED if _category(link) else "tag line")
        return
    for part in re.split(r"\s*[,;|•·、，]\s*", _BEFORE_COLON.sub("", words, count=1)):
        value = part.strip(" .#")
        if value and len(value) <= 60:
            yield Candidate(Field.TAG, value, value, "tag line", Place.TEXT, element)


def choose(
    shown: dict[str, list[Candidate]],
    offered: list[Candidate],
    *,
    sites: frozenset[str] = frozenset(),
    title: str = "",
    described: str = "",
    slug: str = "",
) -> list[Candidate]:
    """Choose the tags, each once.

    Marked tags count first, then what the head states about this text, then what looks like tags on the page, then what
    the head lists for search engines.

    Args:
        sites: folded names of the site. A list with one of them and nothing of the *title* is the whole site's.
        described: the description in the head. A list of pieces of it, or of the *title*, holds no tags.
        slug: the last words of the address. A list of these words holds no tags.
    """
    by_witness: dict[str, list[Candidate]] = {}
    for candidate in offered:
        by_witness.setdefault(candidate.witness, []).append(candidate)
    # What the page shows is about this text, so it decides which stated list is about it too.
    seen = {fold(c.value) for name, found in shown.items() for c in found if name != "filed"}
    about = f"{fold(title)} {' '.join(seen)}"
    told = f" {fold(title)} {fold(described)} "
    heard = {n: found for n, found in by_witness.items() if not (_of_address(found, slug) or _of_sentence(found, told))}
    stated = [_of_the_text(heard.get(name, []), sites, about) for name in (*_STATED, *_SPELT)]
    # The broad fields of a network ("Business, Finance & Economics") count only if nothing narrower is stated.
    if any(found and not _broad(found) for found in stated[1:]):
        stated[0] = [] if _broad(stated[0]) else stated[0]
    order = [shown["rel"], shown["label"], *stated[: len(_STATED)]]
    order += [*(shown[name] for name in ("headed", "class", "led", "unlinked")), *stated[len(_STATED) :]]
    order += [shown["beside"], shown["filed"]]
    # A publisher's own meta may hold anything. Most lists of tags have two entries or more, and no marks of a system.
    own = [found for name, found in by_witness.items() if name not in (*_STATED, *_SPELT) and len(found) > 1]
    order += [found for found in own if not any(":" in candidate.value for candidate in found)]
    chosen = _shown_too(next((found for found in order if each_once(found)), []), stated, seen)
    chosen = _in_a_cloud(chosen, stated)
    alone = {fold(c.value) for c in chosen}
    # A list with this one tag and more says the same and more.
    if len(alone) == 1:
        chosen = next((found for found in order if alone < {fold(c.value) for c in found}), chosen)
    return each_once(chosen)


def _in_a_cloud(chosen: list[Candidate], stated: list[list[Candidate]]) -> list[Candidate]:
    """Return what the head states about the text if *chosen* has all of it among many more, as the site's list has."""
    said = {fold(c.value) for c in chosen}
    # If the head states the same long list, it is this text's; another stated list then has only the main tags.
    if len(said) <= CLOUD or any(said <= {fold(c.value) for c in found} for found in stated):
        return chosen
    inside = ({fold(c.value): c for c in found} for found in stated)
    return next((list(one.values()) for one in inside if 1 < len(one) <= len(said) // 2 and one.keys() <= said), chosen)


def _of_address(found: list[Candidate], slug: str) -> bool:
    """Return whether a list is just the words of the address, one by one, which some systems state as tags."""
    said = [c.value for c in found]
    return (
        len(said) > 3 and not any(" " in one or not one.islower() for one in said) and set(said) <= set(slug.split("-"))
    )


def _of_sentence(found: list[Candidate], told: str) -> bool:
    """Return whether a list is a sentence split at its commas: at least half of it are long pieces of *told*."""
    said = [fold(c.value) for c in found]
    pieces = [one for one in said if one.count(" ") >= PIECE - 1 and f" {one} " in told]
    return 2 * len(pieces) >= len(said) > 0 and sum(one.count(" ") + 1 for one in said) >= 2 * PIECE


def _broad(found: list[Candidate]) -> bool:
    """Return whether a list holds only the broad fields in which a network files all texts."""
    return len(found) > 1 and all(fold(c.value) in _FIELDS for c in found)


def _of_the_text(found: list[Candidate], sites: frozenset[str], about: str) -> list[Candidate]:
    """Return *found*, or nothing if it names the site and nothing that the text is *about*."""
    others = [fold(c.value) for c in found if fold(c.value) not in sites]
    return found if len(others) == len(found) or any(other in about for other in others) else []


def _shown_too(chosen: list[Candidate], stated: list[list[Candidate]], seen: set[str]) -> list[Candidate]:
    """Return *chosen*; or, if the page shows none of it, the first *stated* list of which it shows something."""
    return next((found for found in (chosen, *stated) if seen & {fold(c.value) for c in found}), chosen)
