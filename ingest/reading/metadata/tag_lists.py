"""Tag lists: the lists of tags that a page shows: links, labelled lines, rows below a heading, blocks of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice, takewhile
from typing import Any

from archive.evidence.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.metadata.tags import CALLED, LABELS, MOST, each_once, tag_of
from ingest.reading.page.class_names import ClassWords, marks, whole_words
from ingest.reading.page.page import Page, fold, plain, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern, word_set

_SECTIONS = word_set("page.sections")
_BEFORE_COLON = re.compile(r"\W*([^:：]{2,40}?)\s*[:：]\s*")
_CLASS = whole_words(
    "tags?|tag[_-]?links?|tag-?list|tags-?list|post-?tags|entry-?tags|article-?tags?|"
    r"field-{1,2}name-field-(?:[\w-]*-)?(?:topic|theme|subject|keyword|"
    rf"{pattern('metadata.topic_classes')})\w{{0,2}}|tagcloud|keywords|topics|article-?topics|(?:tag|topic|"
    "keyword)-?(?:pills|chips|badges)"
)
_TAG_LINK = ClassWords(r"(?:^|[\s_-])tag(?:[_-]?(?:link|anchor|item|label))?(?:$|\s)")
_CLOUD, _TAG_CLOUD = ClassWords(r"tag-?cloud|widget"), ClassWords(r"tag-?cloud")
_BLOCKS = frozenset(
    {"p", "div", "span", "ul", "nav", "footer", "section", "dl", "dt", "th", "td", "li", "h2", "h3", "h4", "h5", "h6"}
    | {"b", "strong"}
)
_CATEGORY = whole_words("taxonomy-category|cat-?links|categories|post-categories")
_CATEGORY_PATH = re.compile(rf"/(?:category|categories|{pattern('metadata.category_folders')})/", re.I)
_TAG_PAGE = re.compile(
    r"/(?:tags?|tagged|hashtags?|topics?|keywords?|subjects?|themes?|"
    r"(?:research|focus|policy|thematic)-(?:areas?|topics?|themes?)|"
    rf"{pattern('metadata.tag_folders')})/[^/?#]+"
)
_INLINE = frozenset({"span", "b", "strong", "em", "i", "small", "u"})
_TOPIC = ClassWords(rf"tags?\b|topic|kicker|{pattern('metadata.topic_classes')}", re.I)
# The colon after a label stands within this many characters.
_LABEL = 48
LOOSE, ABOVE, FEW, ROW = 20, -40, 10, 30
_FILED = "line of categories"
_BLOCK = whole_words("tags|keywords|topics|tag-?list|(?:tag|topic|keyword)-?(?:pills|chips|badges)")
_OTHER = ClassWords(r"filter|select|cloud|search|input|related|suggest|popular|trending|menu|(?:^|[\s_-])nav")
_LABEL_AT_END = re.compile(rf"(?:^|[·•|,.:;–—-])\s*(?:{'|'.join(map(re.escape, sorted(LABELS)))})\W*$", re.I)
_PARTS = re.compile(r"\s*[,;|•·、，/]\s*")
_NOT_TAGS = ("a", "input", "textarea", "time")
LETTERS = 50


def candidates(page: Page, zones: Zones) -> dict[str, list[Candidate]]:
    """Return the tags that the page shows, by the kind of place.

    The kinds are ``rel=tag`` links, labelled lines, headed lists, blocks of tags, links to pages of tags, unlinked tags
    and rows of categories.
    """
    told = "\0".join([href for _, href in page.links]).lower()
    # One search over all addresses in lower case, split again. A page has hundreds of links, and few lead to a tag.
    leading = [a for (a, _), href in zip(page.links, told.split("\0"), strict=False) if _TAG_PAGE.search(f"/{href}")]
    classed = (link for link in leading if _TAG_LINK[zones.marks[link]] and _own(zones, link))
    found: dict[str, list[Candidate]] = {
        "rel": [candidate for link in _related(page, zones) for candidate in one(link, "rel=tag")],
        "label": [],
        "headed": [candidate for link in _in_named_lists(page, zones) for candidate in one(link, "list of tags")],
        "class": [candidate for link in classed for candidate in one(link, "tag link")],
        "led": _by_address(page, zones, leading) or _in_a_row(zones, leading),
    }
    _listed_in_rows(page, zones, found)
    tagged = [candidate for candidate in found["label"] if candidate.witness != _FILED]
    found["label"] = tagged or found["label"]
    # A category is where the site files a text, and not a subject, so it is used last.
    found["filed"] = [] if any(found.values()) else _filed(page, zones)
    return found


def _related(page: Page, zones: Zones) -> list[Any]:
    """Return the links that are marked as leading to tags, outside foreign zones."""
    marked = dict.fromkeys(link for link, rel in page.related.items() if "tag" in rel.split())
    # WordPress without permalinks links to a tag with `?tag=`. Shops do so too, so a class name must confirm it.
    marked |= dict.fromkeys(a for a, href in page.links if "tag=" in href and _TAG_LINK[zones.marks[a]])
    return [link for link in marked if not _category(link) and not zones.foreign(link)]


def _in_named_lists(page: Page, zones: Zones) -> Iterator[Any]:
    """Yield the links in lists of the article that are called tags for screen readers."""
    for listed in chain(page.tagged.get("ul", ()), page.tagged.get("nav", ())):
        label = listed.get("aria-label")
        if label and label.casefold().strip(" :") in CALLED and _own(zones, listed.getparent()):
            yield from listed.iter("a")


def _filed(page: Page, zones: Zones) -> list[Candidate]:
    """Return the row of at least two links to categories that is nearest to the headline, in the article's part."""
    leading = (link for link, href in page.links if _CATEGORY_PATH.search(href))
    rows = _rows_of(link for link in _among_links(leading) if _own(zones, link))
    # A single category is the text's place on the site; more than FEW are the site's menu.
    full = [(abs(zones.distance(row)), links) for row, links in rows.items() if 2 <= len(links) <= FEW]
    row = min(full, key=lambda one: one[0])[1] if full else []
    found = [c for link in row for c in one(link, "row of categories") if fold(c.value) not in _SECTIONS]
    return found if len(each_once(found)) > 1 else []


def _listed_in_rows(page: Page, zones: Zones, found: dict[str, list[Candidate]]) -> None:
    """Add the tags in labelled lines, headed lists and blocks of tags to *found*, in page order."""
    named = {e for e in zones.marked(_CLASS) if not _CLOUD[zones.marks[e]]}
    blocks: list[tuple[int, list[Candidate]]] = []
    # `page.rows` begins with the last row.
    for _, element, tag, words in reversed(page.rows):
        if tag not in _BLOCKS:
            continue
        # A heading of its own ("Topics"), shorter than any sentence.
        if len(words) < 30 and words.casefold().rstrip(" :：") in CALLED:
            found["headed"] += _headed(zones, element)
        elif (":" in words or "：" in words) and _labelled(words):
            # The line is the innermost element that has the label and more.
            inner = page.short.get(element[0], "") if len(element) else ""
            if not (_labelled(inner) and inner[-1] not in ":："):
                found["label"] += _listed(element, words, zones)
        elif element in named and (tag == "nav" or not zones.foreign(element)):
            # Links that such menus hold are read where they lead to tags.
            links = [] if tag == "nav" else _links_of(element, words)
            for link in links:
                found["class"] += one(link, "tag block")
            if not links and (listed := _in_block(zones, element)) and _own(zones, element):
                blocks.append((abs(zones.distance(element)), listed))
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
    return label in LABELS


def _by_address(page: Page, zones: Zones, leading: list[Any]) -> list[Candidate]:
    """Return the links to pages of tags that stand in a list of such links, in the article's own part of the page.

    A single link must also be marked as a topic or follow a label ("Tagged"), because it may lead anywhere. If no part
    of the page is marked as the article's own, many links are the site's menu.
    """
    held = [a for a in _among_links(leading) if _own(zones, a)]
    held = [a for a in held if page.same_site(page.absolute(a.get("href")) or "")]
    if len(held) == 1 and not any(_TOPIC[zones.marks[e]] for e in (held[0], held[0].getparent())):
        held = held if plain(held[0].getparent().text or "").casefold().rstrip(" :：") in LABELS else []
    return [] if zones.container is None and len(held) > FEW else [c for link in held for c in one(link, "tag page")]


def _in_a_row(zones: Zones, leading: list[Any]) -> list[Candidate]:
    """Return the first row below the headline with at least two links to pages of tags and hardly any other text."""
    for row, links in _rows_of(link for link in leading if visible(link)).items():
        if not 2 <= len(links) <= ROW or _CLOUD[zones.marks[row]] or zones.distance(row) < 0:
            continue
        # A block of "related tags" belongs to the text, although other "related" blocks do not.
        named = any(_CLASS[zones.marks[one]] for one in (row, row.getparent()) if one is not None)
        # With other words between the links, it is a paragraph about such subjects.
        if 10 * sum(len(visible(link)) for link in links) >= 7 * len(visible(row)) and (
            named or not zones.foreign(row)
        ):
            return [candidate for link in links for candidate in one(link, "row of tags")]
    return []


def _rows_of(links: Iterable[Any]) -> dict[Any, list[Any]]:
    """Return *links* by the elements that hold them in a row, alone or each in an element of its own."""
    rows: dict[Any, list[Any]] = {}
    for link in links:
        held = link.getparent()
        rows.setdefault(held.getparent() if held.tag in ("li", "span") and len(held) == 1 else held, []).append(link)
    return rows


def _among_links(links: Iterable[Any]) -> Iterator[Any]:
    """Yield the *links* that stand among other links, not among the words of a sentence."""
    loose: dict[Any, bool] = {}
    for link in links:
        around = link.getparent()
        while around.tag in _INLINE and around.getparent() is not None:
            around = around.getparent()
        if around not in loose:
            between: list[str] = []
            for said in filter(None, (around.text, *(child.tail for child in around))):
                # What stands before a label, such as the date, is no sentence with the links in it.
                if _LABEL_AT_END.search(said[-_LABEL:]):
                    between.clear()
                else:
                    between.append(said)
            loose[around] = len(plain(" ".join(between))) <= LOOSE
        if loose[around]:
            yield link


def _own(zones: Zones, element: Any, *, headed: bool = False) -> bool:
    """Return whether *element* stands in the article's own part of the page.

    A list of topics may be called a menu. A *headed* list may follow the article in the page's main part.
    """
    inside = list(takewhile(lambda above: above is not zones.container, (element, *element.iterancestors())))
    marked = [above for above in inside if _CLASS[zones.marks[above]]]
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
    # A picture may stand between the heading and its list.
    beside = (sibling for sibling in element.itersiblings() if isinstance(sibling.tag, str) and visible(sibling))
    # No more than are looked at: each heading of a page may have the rest of the page beside it.
    rows = ([a for a in sibling.iter("a") if visible(a)] for sibling in beside)
    links = next(rows, [])
    if len(links) > FEW and any(_TAG_CLOUD[zones.marks[above]] for above in islice(links[0].iterancestors(), 2)):
        return
    if len(links) == 1:
        links += [a for row in islice(takewhile(lambda r: len(r) == 1, rows), MOST) for a in row]
    # Longer links are titles of other texts, whatever the heading says.
    if len(links) > MOST or any(len(visible(a).split()) > 4 for a in links):
        return
    if not _own(zones, heading, headed=True):
        return
    for link in links:
        yield from one(link, "headed list")


def _category(link: Any) -> bool:
    """Return whether a link marked as a tag leads to a category; WordPress marks both alike."""
    parent = link.getparent()
    return (
        "category" in (link.get("rel") or "").lower().split()
        or _CATEGORY[marks(parent) if parent is not None else ""]
        or bool(_CATEGORY_PATH.search(link.get("href") or ""))
    )


def one(link: Any, witness: str) -> list[Candidate]:
    """Return the tag of *link*, if any. A number of texts in the link's last element is left out."""
    words = visible(link)
    counted = visible([*link.iter()][-1])
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


def _in_block(zones: Zones, block: Any) -> list[Candidate]:
    """Return the entries of *block*, if it is called a block of tags: at least two, or one with a label."""
    said = zones.marks[block]
    # A block with a link, an input field or a date is not a plain list of subjects, nor are the data of the page for
    # other sites, which Plone calls "social tags".
    if (
        block.get("itemscope") is not None
        or not _BLOCK[said]
        or _OTHER[said]
        or next(block.iter(*_NOT_TAGS), None) is not None
    ):
        return []
    entries = list(_entries(block))
    held = [words for words in entries if words.rstrip(" :：").casefold() not in CALLED]
    # A single entry without a label may be anything.
    if len(held) < 2 and len(held) == len(entries):
        return []
    return _tags(block, held)


def _entries(block: Any) -> Iterator[str]:
    """Yield the separate texts in *block*."""
    for element in block.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "svg"):
            continue
        around = [element.text or "", *(child.tail or "" for child in element)]
        for said in around:
            yield from (part for part in _PARTS.split(plain(said).strip("# ")) if part)


def _tags(block: Any, entries: list[str]) -> list[Candidate]:
    """Return *entries* as tags, or nothing if one cannot be a tag: a sentence or a number."""
    # One such entry rules out all: the block is named after tags for another reason.
    if any(len(words) > LETTERS or words.lstrip("#").isdigit() for words in entries):
        return []
    named = [tag for words in entries if (tag := tag_of(words))]
    return [Candidate(Field.TAG, tag, tag, "block of tags", Place.TEXT, block) for tag in named]
