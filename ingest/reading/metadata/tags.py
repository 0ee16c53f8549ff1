"""Tags: the subjects under which the publisher files the text, as printed."""

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
from ingest.reading.page.section_names import GENERIC
from ingest.reading.page.zones import FOREIGN_TAGS, Zones

_BEFORE_COLON = re.compile(r"\W*([^:：]{2,40}?)\s*[:：]\s*")
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:tags?|tag[_-]?links?|tag-?list|tags-?list|post-?tags|entry-?tags|article-?tags?|"
    r"field-{1,2}name-field-(?:[\w-]*-)?(?:topic|theme|subject|keyword|thema|tema|temat|sujet)\w{0,2}|"
    r"tagcloud|keywords|topics|article-?topics|(?:tag|topic|keyword)-?(?:pills|chips|badges))(?:$|[\s_-])"
)
_TAG_LINK = re.compile(r"(?:^|[\s_-])tag(?:[_-]?(?:link|anchor|item|label))?(?:$|\s)")
# Parts of a page that hold no list of one text.
_MENU = re.compile(r"(?:^|[\s_-])(?:footer|menu|nav|navbar|header|comments?|tag-?cloud|cookie\w*|modal)(?:$|[\s_-])")
_CLOUD = re.compile(r"tag-?cloud|widget")
_BLOCKS = frozenset(
    {"p", "div", "span", "ul", "footer", "section", "dl", "dt", "th", "td", "li", "h2", "h3", "h4", "h5", "h6"}
    | {"b", "strong"}
)
_CATEGORY = re.compile(r"(?:^|[\s_-])(?:taxonomy-category|cat-?links|categories|post-categories)(?:$|[\s_-])")
_CATEGORY_PATH = re.compile(r"/(?:category|categories|kategoria|kategorie|categoria|categorie|rubrik)/", re.I)
_CATEGORY_STEMS = ("/categor", "/kategor", "/rubrik")
_TAG_PAGE = re.compile(
    r"/(?:tags?|tagi|topics?|themen?|thema|tema|temas|temat|tematy|etiquetas?|keywords?|schlagwor\w+|stichwor\w+|mots?(?:-?cles?)?|sujets?|"
    r"stitky?|stitek|temata|emne|emner|aihe|amne|argomenti|argomento|onderwerp|onderwerpen|dossiers?|"
    r"(?:research|focus|policy|thematic)-(?:areas?|topics?|themes?)|subjects?|themes?|thematiques?|"
    r"tagged|hashtags?|assuntos?|topicos?|temi|etiket(?:ler)?|avainsanat?|asiasanat?|nyckelord|stikkord)/[^/?#]+",
)
_INLINE = frozenset({"span", "b", "strong", "em", "i", "small", "u"})
_TOPIC = re.compile(r"tags?\b|topic|thema|kicker", re.I)
_SIGNS = " #•·|>»–—-*▪►→🏷🔖"
# Where the colon behind a label stands at the latest.
_LABEL = 48
LOOSE, ABOVE, FEW, ROW, BESIDE = 20, -40, 10, 30, 8
PIECE = 4
CLOUD = 15
"""More tags than these are those of the site, where the head states but some of them."""
"""So many words in a row that a text is described by are a piece of the sentence; few tags have as many."""
_FILED = "line of categories"
# What some publishers state as `article:tag` for a network: "Business, Finance & Economics".
_FIELDS = frozenset(
    (
        "business",
        "finance",
        "economics",
        "finance economics",
        "politics",
        "sports",
        "entertainment",
        "technology",
        "health",
        "science",
    )
)
"""Heard where no line names tags."""
_STATED = ("meta article:tag", "meta news_keywords", "meta dc.subject", "meta dcterms.subject", "JSON-LD keywords")
_SPELT = (
    *("meta og:article:tag", "meta parsely-tags", "meta keywords", "itemprop keywords"),
    *("meta citation_keywords", "meta article:tags", "meta tags", "JSON-LD about", "meta sailthru.tags"),
)


def candidates(page: Page, zones: Zones) -> dict[str, list[Candidate]]:
    """Return the tags that the page shows, by witness: ``rel=tag`` links, a labelled line, a block of tag
    links, links to the pages of tags.
    """
    found: dict[str, list[Candidate]] = {"rel": [], "label": [], "headed": [], "beside": [], "class": []}
    told = "\0".join([href for _, href in page.links]).lower()
    # One search over all addresses put together, then split again: pages have hundreds of links, and few lead to a tag.
    leading = [a for (a, _), href in zip(page.links, told.split("\0"), strict=False) if _TAG_PAGE.search(f"/{href}")]
    found["led"] = _by_address(page, zones, leading) or _in_a_row(zones, leading)
    marked = [link for link, rel in page.related.items() if "tag" in rel.split()]
    # WordPress without permalinks leads to a tag by `?tag=`; so do links to shops, so a class name must say it too.
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
    # A category is where the site files a text, and no subject, so it is the last that is believed.
    some = any(stem in told for stem in _CATEGORY_STEMS) and not any(found.values())
    found["filed"] = _filed(page, zones) if some else []
    return found


def _filed(page: Page, zones: Zones) -> list[Candidate]:
    """Return the row of links to categories, two at least, that is nearest to the headline in the article's part."""
    rows: dict[Any, list[Any]] = {}
    for link, href in page.links:
        if _CATEGORY_PATH.search(href) and _stands_alone(link) and _own(zones, link):
            held = link.getparent()
            rows.setdefault(held.getparent() if held.tag in ("li", "span") and len(held) == 1 else held, []).append(
                link
            )
    # One category alone is the text's place on the site; so many and more are its menu.
    full = [(abs(zones.distance(row)), links) for row, links in rows.items() if 2 <= len(links) <= FEW]
    row = min(full, key=lambda one: one[0])[1] if full else []
    found = [c for link in row for c in one(link, "row of categories") if fold(c.value) not in GENERIC]
    return found if len(each_once(found)) > 1 else []


def _listed_in_rows(page: Page, zones: Zones, found: dict[str, list[Candidate]]) -> None:
    """Add what labelled lines, headed lists and blocks of tags say, in the order of the page."""
    named = {
        e for e in zones.marked(_CLASS, ("tag", "keyword", "topic", "name-field")) if not says(_CLOUD, zones.marks[e])
    }
    blocks: list[tuple[int, list[Candidate]]] = []
    # The page has its rows the last first.
    for _, element, tag, words in reversed(page.rows):
        if tag not in _BLOCKS:
            continue
        # A heading of its own ("Topics"), as long as no sentence is.
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
        # Hashtags in a row, as they are typed in social media.
        elif words[0] == "#" and (hashed := unlinked_tags.hashed(element, words)) and not zones.foreign(element):
            blocks.append((abs(zones.distance(element)), hashed))
    found["unlinked"] = min(blocks, key=lambda block: block[0])[1] if blocks else []


def _links_of(element: Any, words: str) -> list[Any]:
    """Return the links in *element*, a block of tags; or the one that it stands in, where that says no more."""
    links = list(element.iter("a"))
    around = element.getparent()
    return [around] if not links and around.tag == "a" and visible(around) == words else links


def _labelled(words: str) -> bool:
    """Say whether *words* begin with a label and a colon."""
    # A label stands before its colon within a few words: a colon that comes later is one of a sentence.
    colon = words.find(":", 2, _LABEL)
    if colon < 0 and not words.isascii():
        # The wide colon of Chinese and Japanese.
        colon = words.find("：", 2, _LABEL)
    label = words[:colon].rstrip().casefold() if colon > 0 else ""
    return label in LABELS or (label != "" and not label[0].isalnum() and label.lstrip(_SIGNS) in LABELS)


def _by_address(page: Page, zones: Zones, leading: list[Any]) -> list[Candidate]:
    """Return the links to pages of a tag that stand in a list of their kind, in the article's own part of the page.

    One alone must be marked as a topic, too: a lone link may lead anywhere. Many, on a page that marks no part as the
    article's own, are the menu's.
    """
    held = [a for a in leading if _stands_alone(a) and _own(zones, a)]
    held = [a for a in held if page.same_site(page.absolute(a.get("href")) or "")]
    if len(held) == 1 and not any(says(_TOPIC, zones.marks[e]) for e in (held[0], held[0].getparent())):
        return []
    return [] if zones.container is None and len(held) > FEW else [c for link in held for c in one(link, "tag page")]


def _in_a_row(zones: Zones, leading: list[Any]) -> list[Candidate]:
    """Return the first row below the headline that holds hardly anything but links to pages of tags, two at least."""
    rows: dict[Any, list[Any]] = {}
    for link in leading:
        held = link.getparent()
        row = held.getparent() if held.tag in ("li", "span") and len(held) == 1 else held
        if visible(link):
            rows.setdefault(row, []).append(link)
    for row, links in rows.items():
        if not 2 <= len(links) <= ROW or says(_CLOUD, zones.marks[row]) or zones.distance(row) < 0:
            continue
        # A block of "related tags" is the text's own, whatever else is related.
        named = any(says(_CLASS, zones.marks[one]) for one in (row, row.getparent()) if one is not None)
        # With words between its links it is a paragraph that speaks of such subjects.
        if 10 * sum(len(visible(link)) for link in links) >= 7 * len(visible(row)) and (
            named or not zones.foreign(row)
        ):
            return [candidate for link in links for candidate in one(link, "row of tags")]
    return []


def _stands_alone(link: Any) -> bool:
    """Say whether *link* stands among its kind, not among the words of a sentence."""
    around = link.getparent()
    while around.tag in _INLINE and around.getparent() is not None:
        around = around.getparent()
    return len(plain(" ".join([around.text or "", *(child.tail or "" for child in around)]))) <= LOOSE


def _own(zones: Zones, element: Any, *, headed: bool = False) -> bool:
    """Say whether *element* stands in the article's own part, or in its list of topics, which may be a menu by name.

    A list that is *headed* may follow the article in the page's main part.
    """
    inside = list(takewhile(lambda above: above is not zones.container, element.iterancestors()))
    marked = [above for above in inside if says(_CLASS, zones.marks[above])]
    # The list of topics may itself be called a menu: what counts is where it stands.
    if zones.foreign(marked[-1].getparent() if marked else element):
        return False
    if zones.container is None:
        return zones.distance(element) > ABOVE
    if element is zones.container or zones.container in element.iterancestors():
        return True
    return headed and any(a.tag == "main" and zones.container in a.iter("article") for a in element.iterancestors())


def _headed(zones: Zones, element: Any) -> Iterator[Candidate]:
    """Yield the short links of the list or row that follows *element*, a heading which says that tags follow."""
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
        if not of_the_text:  # a list of categories in a column is the site's: it is the same beside every text
            return
    for link in links:
        yield from one(link, "headed list")
    if not links:
        yield from unlinked_tags.below(element)


def _beside(zones: Zones, heading: Any) -> bool:
    """Say whether *heading* stands in a column or a box of the text: below its headline, and in no menu and no foot."""
    around = [heading, *heading.iterancestors()]
    if not zones.foreign(heading) or zones.distance(heading) < 0:
        return False
    return not any(a.tag in FOREIGN_TAGS or says(_MENU, zones.marks[a]) for a in around)


def _category(link: Any) -> bool:
    """Say whether a link marked as a tag leads to a category: WordPress marks both alike."""
    parent = link.getparent()
    return (
        "category" in (link.get("rel") or "").lower().split()
        or says(_CATEGORY, marks(parent) if parent is not None else "")
        or bool(_CATEGORY_PATH.search(link.get("href") or ""))
    )


def one(link: Any, witness: str) -> list[Candidate]:
    """Return the tag that *link* names, if any, without how many texts there are, if its last element counts them."""
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
    """Choose the tags, each once: what is marked as tags, else what the head states of this text, else what looks like
    tags on the page, else what the head lists for search engines.

    Args:
        sites: the names of the site, folded: a list with one of them, and nothing of the *title*, is the whole site's.
        described: what the head says of the text: a list of pieces of this, or of the *title*, is none of tags.
        slug: the last words of the address: a list of these is none of tags.
    """
    by_witness: dict[str, list[Candidate]] = {}
    for candidate in offered:
        by_witness.setdefault(candidate.witness, []).append(candidate)
    # What the page shows its readers is about the text; that decides which of the stated lists is.
    seen = {fold(c.value) for name, found in shown.items() for c in found if name != "filed"}
    about = f"{fold(title)} {' '.join(seen)}"
    told = f" {fold(title)} {fold(described)} "
    heard = {n: found for n, found in by_witness.items() if not (_of_address(found, slug) or _of_sentence(found, told))}
    stated = [_of_the_text(heard.get(name, []), sites, about) for name in (*_STATED, *_SPELT)]
    # The fields of a network ("Business, Finance & Economics") stand only where nothing narrower is stated.
    if any(found and not _broad(found) for found in stated[1:]):
        stated[0] = [] if _broad(stated[0]) else stated[0]
    order = [shown["rel"], shown["label"], *stated[: len(_STATED)]]
    order += [*(shown[name] for name in ("headed", "class", "led", "unlinked")), *stated[len(_STATED) :]]
    order += [shown["beside"], shown["filed"]]
    # A meta that a publisher has named itself may hold anything: most lists of tags have two, and no marks of a system.
    own = [found for name, found in by_witness.items() if name not in (*_STATED, *_SPELT) and len(found) > 1]
    order += [found for found in own if not any(":" in candidate.value for candidate in found)]
    chosen = _shown_too(next((found for found in order if each_once(found)), []), stated, seen)
    chosen = _in_a_cloud(chosen, stated)
    alone = {fold(c.value) for c in chosen}
    # A list that has the one tag and more says the same, and more.
    if len(alone) == 1:
        chosen = next((found for found in order if alone < {fold(c.value) for c in found}), chosen)
    return each_once(chosen)


def _in_a_cloud(chosen: list[Candidate], stated: list[list[Candidate]]) -> list[Candidate]:
    """Return what the head states of the text, where *chosen* has all of it among far more: the tags of the site."""
    said = {fold(c.value) for c in chosen}
    # A list that the head states as well is of this text, however long: what else is stated names the most telling.
    if len(said) <= CLOUD or any(said <= {fold(c.value) for c in found} for found in stated):
        return chosen
    inside = ({fold(c.value): c for c in found} for found in stated)
    return next((list(one.values()) for one in inside if 1 < len(one) <= len(said) // 2 and one.keys() <= said), chosen)


def _of_address(found: list[Candidate], slug: str) -> bool:
    """Say whether a list is no more than the words of the address, one by one: some systems state them as tags."""
    said = [c.value for c in found]
    return (
        len(said) > 3 and not any(" " in one or not one.islower() for one in said) and set(said) <= set(slug.split("-"))
    )


def _of_sentence(found: list[Candidate], told: str) -> bool:
    """Say whether a list is a sentence that was parted at its commas: half of it and more are long pieces of *told*."""
    said = [fold(c.value) for c in found]
    pieces = [one for one in said if one.count(" ") >= PIECE - 1 and f" {one} " in told]
    return 2 * len(pieces) >= len(said) > 0 and sum(one.count(" ") + 1 for one in said) >= 2 * PIECE


def _broad(found: list[Candidate]) -> bool:
    """Say whether a list names but the fields that a network files all texts under."""
    return len(found) > 1 and all(fold(c.value) in _FIELDS for c in found)


def _of_the_text(found: list[Candidate], sites: frozenset[str], about: str) -> list[Candidate]:
    """Return *found*, or nothing where it names the site and nothing that the text is *about*."""
    others = [fold(c.value) for c in found if fold(c.value) not in sites]
    return found if len(others) == len(found) or any(other in about for other in others) else []


def _shown_too(chosen: list[Candidate], stated: list[list[Candidate]], seen: set[str]) -> list[Candidate]:
    """Return *chosen*; or, where the page shows none of them, the first *stated* that it shows some of."""
    return next((found for found in (chosen, *stated) if seen & {fold(c.value) for c in found}), chosen)
