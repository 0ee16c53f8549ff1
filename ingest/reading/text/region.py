"""Region: find the part of a page that holds its running text, by weighing its passages.

Apart from `article.py`, which also tries other ways, and uses the first that finds a text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, compress, islice
from typing import Any

from db.model.text_marks import MarkKind
from ingest.reading.page.class_names import ClassWords, whole_words
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.page.passage import PROSE, Passage
from ingest.reading.page.zones import Zones
from ingest.reading.text import furniture
from ingest.reading.text.blocks import HEADINGS
from ingest.reading.text.completing import alike, by_block, classes, holder
from ingest.reading.text.tailpiece import make
from ingest.reading.vocabulary import pattern

FIRST = 3
"""This many passages of running text below the headline show where the text begins."""
CARDS, TITLED, STAMPED = 3, 15, 60
"""The fewest cards of other texts; the fewest characters of the title of one, and the most of what is below it."""
ENOUGH = 500
NEARLY = 0.75
MOST = 0.8
"""A clear region holds at least this part of the running text of the page."""
HEAD = 25
"""The introduction of a link ("Read more:") ends within this many characters."""
PART = 4
"""An element that holds more than the running text of the page divided by this is not furniture, whatever its name."""
# Weights against an element, so that a wider one wins only if it adds more running text than furniture.
_SIGN, _BESIDE = -10, -30
# Kinds that are short by nature, which is no sign of furniture.
_WITHIN = (MarkKind.ROW, MarkKind.PREFORMATTED, MarkKind.ITEM, MarkKind.HEADING)
_ENDS = (".", "?", "…", "]", ")", "”")
# fmt: off
_BOXES = frozenset((
    "div", "section", "article", "main", "body", "td", "span", "header", "figure", "center", "font", "form", "fieldset",
    "details", "address",
))
# fmt: on
"""Elements that may hold a paragraph that is not marked as one."""
_BOX = whole_words(pattern("text.box_classes"))
_HIDDEN = ClassWords(r"(?:^|\s)(?:hidden|d-none|is-hidden|hide|invisible)(?:$|\s)")
# Class names of elements that are hidden only on small screens, or until a click.
_SHOWN = ClassWords(
    r"accordion|collaps|expand|toggle|tab|faq|answer|"
    r"(?:^|\s)(?:(?:xs|sm|md|lg|xl|2xl):(?:block|flex|grid|inline|table)|d-(?:sm|md|lg|xl)-(?:block|flex))"
)
_PICTURE = whole_words(
    rf"{pattern('byline.photographer_nouns')}|figure|legend|content-?image|(?:image|img|photo|picture)-?\w*"
)
PICTURED = 400
"""The text below a picture has at most this many characters."""


class Region:
    """The element whose passages weigh most.

    Running text weighs its length. Links, and what stands next to an article, count against the element.

    Attributes:
        passages: those of the whole page, in order.
        words: how many characters of the passages are not mostly links.
        top: the element; None if the page has no running text.
        prose: how many characters of running text it holds.
        held: for each passage, whether it is text, if the region is the text.
        side: the held passages that stand next to most of the region's running text.
        beside: how many characters these have.
        whole: whether the region holds almost all running text of the page.
        clear: whether it is also a separate part of the page.
        most: whether it holds almost all words of the page, though little of that is running text.
    """

    def __init__(self, passages: Sequence[Passage], zones: Zones) -> None:
        self.passages, self._page, self._marks = passages, zones.page, zones.marks
        self.top: Any = None
        self._part: Any = None
        self._headline = zones.headline
        self.prose = self.beside = 0
        self.held = self.side = [False] * len(passages)
        self.clear = self.most = self.whole = False
        self._article: frozenset[str] = frozenset()
        self._boxed, self._all, self._running = True, 0, 0
        self._inside = Counter[Any]()
        self.words = sum(len(one.words) for one in passages if 2 * one.linked < len(one.words))
        running = [len(one.words) if one.runs else 0 for one in passages]
        foreign = _elsewhere(passages, running, zones)
        weights = [
            _BESIDE if away else size or _weight(one)
            for one, size, away in zip(passages, running, foreign, strict=True)
        ]
        best = self._best(weights)
        if best is not None:
            self._climb(best, weights)
            self._judge(best)

    def _best(self, weights: Sequence[int]) -> Any:
        """Return the block with the most running text in passages next to each other."""
        # Only passages in the same block are added up: the body contains everything, and would always weigh most.
        sizes = by_block(one for one, weight in zip(self.passages, weights, strict=True) if weight > 0)
        return max(sizes, key=lambda block: sizes[block], default=None)

    def _climb(self, best: Any, weights: Sequence[int]) -> None:
        """Climb from *best* to the ancestor with the greatest weight, and take the passages in it."""
        path = [best, *best.iterancestors()]
        worn = [classes(element) for element in path if element.tag == "article"]
        self._article = frozenset().union(*worn)
        running = [max(weight, 0) for weight in weights]
        self._all = sum(running)
        for one, size in zip(self.passages, running, strict=True):
            if size:
                self._inside.update(dict.fromkeys((one.element, *one.element.iterancestors()), size))
        places = self._places(path)
        if 2 * self._within(running, places) < self._all:
            self._boxed = False  # the text itself stands in such boxes, so their names mean nothing
            places = self._places(path)
        self._running = self._within(running, places)
        sums, proses, loose = ([0] * len(path) for _ in range(3))
        for one, weight, (height, apart) in zip(self.passages, weights, places, strict=True):
            # A box adds none of its text to the elements around it; else a page of testimonials would be a text.
            sums[height] += min(weight, 0) + _SIGN if apart else weight
            if weight > 0 and not apart:
                proses[height] += weight
                loose[height] += weight if one.element.tag in _BOXES else 0
        sums, proses, loose = (list(accumulate(one)) for one in (sums, proses, loose))
        # Among equal weights, take the innermost, because wrappers above it add nothing.
        top = max(range(len(path)), key=lambda height: (sums[height], -height))
        self.top, self.prose = path[top], proses[top]
        # The smallest article that holds almost all of it is the text, even if a wider element weighs a little more. So
        # is any part of the body, else one line of furniture more or less on a page would decide.
        able = [n for n in range(top) if path[top].tag == "body" or path[n].tag == "article"]
        whole = next((n for n in able if proses[n] >= MOST * proses[top]), top)
        self._part = path[whole]
        # What follows an article is not part of it.
        last = max(number for number, (height, _) in enumerate(places) if height <= whole)
        # In the body, what stands above the headline is not part of it either.
        first = self._headed() if path[top].tag == "body" else 0
        inside = [first <= n <= last and height <= top and not apart for n, (height, apart) in enumerate(places)]
        unmarked = 2 * loose[top] > proses[top]
        self.held = [
            within and _is_text(one, weight, loose=unmarked)
            for one, weight, within in zip(self.passages, weights, inside, strict=True)
        ]
        self._link(best, inside)
        self._open(inside)

    def _headed(self) -> int:
        """Return the number of the first passage below the headline, 0 on a page without a headline."""
        if self._headline is None:
            return 0
        order = self._page.order
        first = order[self._headline]
        return next((n for n, one in enumerate(self.passages) if order.get(one.element, 0) > first), 0)

    def _link(self, best: Any, inside: Sequence[bool]) -> None:
        """Take passages that are only links but by the author.

        These stand directly next to the paragraphs of the text and lead to other sites, or they are items of a list
        with other items in the text. A list of other texts of the site is neither.
        """
        around = list(map(_list, self.passages))
        sizes, taken = Counter(around), Counter(compress(around, self.held))
        # After the last paragraph, a single link is a call to action; between paragraphs it may be a source.
        last = max(compress(range(len(self.held)), self.held), default=0)
        for number, (one, within, entries) in enumerate(zip(self.passages, inside, around, strict=True)):
            if within and not self.held[number] and 2 * one.inner < one.linked:
                near = _beside(one, best) is best
                own = near and (one.mark.kind is MarkKind.ITEM or (number < last and _names_place(one)))
                # In another block, such as a recipe, at least half of the list must be text.
                listed = entries is not None and taken[entries] >= (1 if near else sizes[entries] / 2)
                self.held[number] = listed or (own and self._leads_out(one))

    def _leads_out(self, one: Passage) -> bool:
        """Return whether all links of a passage lead to other sites."""
        targets = [self._page.absolute(link.get("href")) for link in one.element.iter("a")]
        return bool(targets) and all(target and not self._page.same_site(target) for target in targets)

    def _open(self, inside: Sequence[bool]) -> None:
        """Take the questions that passages of the text answer, and the labels of its lists."""
        after: Passage | None = None
        # From the end, because a question is text if its answer is.
        for number, one in reversed(list(enumerate(self.passages))):
            if one.mark.kind is not MarkKind.CAPTION:
                if after is not None and not self.held[number] and inside[number]:
                    self.held[number] = _opens(one, after)
                after = one if self.held[number] and one.mark.kind is not MarkKind.HEADING else None

    def _places(self, path: Sequence[Any]) -> list[tuple[int, bool]]:
        """Return for each passage at which height of the *path* it branches off, and whether it stands in a box."""
        known: dict[Any, tuple[int, bool]] = {element: (height, False) for height, element in enumerate(path)}
        for one in self.passages:
            element, below = one.element, []
            while element not in known:
                below.append(element)
                element = element.getparent()
            height, apart = known[element]
            for node in reversed(below):
                known[node] = height, apart = height, apart or self._apart(node)
        return [known[one.element] for one in self.passages]

    def _within(self, running: Sequence[int], places: Sequence[tuple[int, bool]]) -> int:
        """Return how much running text stands outside such boxes."""
        return sum(size for size, (_, apart) in zip(running, places, strict=True) if not apart)

    def _apart(self, node: Any) -> bool:
        """Return whether an element is not part of the text.

        It is furniture or a box by its name, a picture with its caption, or another article inside the text's own.
        """
        said = self._marks[node]
        if furniture.named(said):
            # A box that was never closed contains the rest of the text, and so is too large for a box.
            return not self._boxed or furniture.LARGE[said] or PART * self._inside[node] <= self._all
        if not self._boxed or node.tag in HEADINGS:  # the id of a heading repeats its words
            return False
        if _BOX[said] or (_HIDDEN[said] and not _SHOWN[said]) or is_picture(node, said):
            return True
        # A further article has other class names than the one around the text, if both have any.
        worn = classes(node) if node.tag == "article" else frozenset()
        return bool(self._article and worn) and not self._article & worn

    def _judge(self, best: Any) -> None:
        held = list(compress(self.passages, self.held))
        blocks = {holder(one) for one in held}
        near = {block: block is best or (block is not None and alike(block, best)) for block in blocks}
        self.side = [taken and near[holder(one)] for one, taken in zip(self.passages, self.held, strict=True)]
        self.beside = sum(len(one.words) for one in compress(self.passages, self.side))
        # For a short text among long menus, an extractor takes very long, and finds no more than this.
        whole = sum(len(one.words) for one in held)
        self.most = ENOUGH <= 2 * self.prose <= 4 * ENOUGH and whole >= NEARLY * self.words
        self.whole = self.prose > ENOUGH and self.prose >= MOST * self._running
        self.clear = self.whole and self._part.tag != "body"


def _weight(one: Passage) -> int:
    """Return the weight of a passage that is not running text."""
    if 2 * one.linked >= len(one.words):
        return _BESIDE - len(one.words)
    return 0 if one.mark.kind in _WITHIN else _SIGN


def _names_place(one: Passage) -> bool:
    """Return whether a paragraph prints an address, or has its own words next to its link.

    A call for a click ("Get the app") has neither.
    """
    if one.mark.kind is not MarkKind.PARAGRAPH:
        return False
    return "://" in one.words or "www." in one.words or not one.is_link


def _beside(one: Passage, best: Any) -> Any:
    """Return the block that a passage stands in, or, if that holds only its list, the block around it, up to *best*."""
    block = holder(one)
    while block is not None and block is not best and len(block) == 1 and block[0].tag in ("ul", "ol", "div"):
        block = block.getparent()
    return block


def _list(one: Passage) -> Any:
    """Return the list that an item stands in, or None for any other passage."""
    if one.mark.kind is not MarkKind.ITEM:
        return None
    return next((element for element in one.element.iterancestors() if element.tag in ("ul", "ol")), None)


def _opens(one: Passage, after: Passage) -> bool:
    """Return whether a passage is a question that the text after it answers, or the label of a list in the text."""
    if after.mark.kind is MarkKind.ITEM and one.mark.kind is MarkKind.PARAGRAPH and not one.linked:
        return True
    return one.words.endswith("?") and len(after.words) >= PROSE and 2 * (one.linked - one.inner) < len(one.words)


def _is_text(one: Passage, weight: int, *, loose: bool) -> bool:
    """Return whether a passage of the region is text. Few words in a box are not, if the page marks its paragraphs."""
    if one.mark.kind is MarkKind.NOTE:
        return True
    if one.mark.kind is MarkKind.CAPTION or weight == _BESIDE or (weight < _BESIDE and not _says_more(one)):
        return False
    return loose or weight > 0 or len(one.words) >= PROSE or one.element.tag not in _BOXES


def _says_more(one: Passage) -> bool:
    """Return whether a paragraph, though mostly links, is a sentence with its own words around them.

    An exclamation ("Join us today!") is an advertisement.
    """
    own = len(one.words) - one.linked
    headed = any(sign in one.words[:HEAD] for sign in ":»|")
    return one.element.tag == "p" and one.words.endswith(_ENDS) and not headed and 4 * own >= len(one.words)


def is_picture(element: Any, said: str) -> bool:
    """Return whether an element with these class names is a picture with little else.

    A figure around a table or a quotation is not.
    """
    framed = element.tag == "figure" and next(element.iter("table", "blockquote", "pre"), None) is None
    if not (framed or _PICTURE[said]) or next(element.iter("img", "picture", "figure"), None) is None:
        return False
    # With more words it is a card with a picture, or the text itself.
    return len(plain(visible(element))) <= PICTURED


# ── Parts of the page that are not about its article ───────────────────────────


def _elsewhere(passages: Sequence[Passage], running: Sequence[int], zones: Zones) -> list[bool]:
    """Return for each of *passages* whether it stands in a foreign part of the page, or in another article.

    If the text itself stands in such parts, their names mean nothing.

    Args:
        running: the length of each passage of running text; 0 for any other passage.
    """
    below = list(islice(_below(passages, running, zones), FIRST))
    # What running text itself is called ("teaser", "block-id-n1-ad") says nothing; what it stands in does.
    foreign = [
        zones.foreign(one.element.getparent() if size and one.element.tag == "p" else one.element)
        for one, size in zip(passages, running, strict=True)
    ]
    remarks, cards = _remarks(passages, running, below, zones), _cards(passages, running, zones.page)
    sure = [one or other for one, other in zip(remarks, cards, strict=True)]
    counted = [0 if away else size for size, away in zip(running, sure, strict=True)]
    whole, away = sum(counted), sum(compress(counted, foreign))
    # If most of the text is in such parts, their names are wrong: a theme may call its main column "widget". The
    # exception is a text that begins outside them, if they are many small boxes.
    if 2 * away > whole:
        begins = 2 * sum(not foreign[number] for number in below) > len(below) > 0
        if not (begins and 4 * (whole - away) >= whole and _scattered(passages, counted, foreign)):
            foreign = [False] * len(foreign)
    foreign = [one or other for one, other in zip(foreign, sure, strict=True)]
    others = _others(zones, passages[below[0]].element if below else None)
    if others:
        in_other = [one.element in others for one in passages]
        # Some pages split one text into several articles, so enough text must be left.
        if whole - sum(compress(running, in_other)) >= ENOUGH:
            foreign = [one or other for one, other in zip(foreign, in_other, strict=True)]
    return foreign


def _remarks(passages: Sequence[Passage], running: Sequence[int], below: Sequence[int], zones: Zones) -> list[bool]:
    """Return for each of *passages* whether it stands among the comments of readers, however long these are.

    In a forum the text begins with what is called a comment, or is short beside them.
    """
    found = [zones.remark(one.element) for one in passages]
    left = sum(running) - sum(compress(running, found))
    begins = 2 * sum(not found[number] for number in below) > len(below)
    return found if begins and PART * left >= sum(running) else [False] * len(found)


def _cards(passages: Sequence[Passage], running: Sequence[int], page: Page) -> list[bool]:
    """Return for each of *passages* whether it introduces another text of the site: it stands below a link to that.

    Most running text in blocks of this form does, and these stand after the blocks with the most running text: within
    a text, the author may say something about what a heading links to.
    """
    forms = [make(one) if size else None for one, size in zip(passages, running, strict=True)]
    sizes = Counter[Any]()
    for one, size in zip(forms, running, strict=True):
        sizes[one] += size
    last = len(forms) - 1 - forms[::-1].index(max(sizes, key=lambda one: sizes[one])) if forms else 0
    led = [n > last and size > 0 and _is_led(passages, n, page) for n, size in enumerate(running)]
    all_of, led_of = Counter(forms), Counter(compress(forms, led))
    return [one is not None and led_of[one] >= max(CARDS, NEARLY * all_of[one]) for one in forms]


def _is_led(passages: Sequence[Passage], number: int, page: Page) -> bool:
    """Return whether a link to another text of the site stands before a passage, possibly with its date between."""
    for one in passages[max(0, number - 2) : number][::-1]:
        if one.is_link:
            links = (*one.element.iter("a"), *one.element.iterancestors("a"))
            target = page.absolute(links[0].get("href")) if links and len(one.words) >= TITLED else None
            return target is not None and page.same_site(target) and not page.is_here(target)
        if len(one.words) > STAMPED:
            return False
    return False


def _below(passages: Sequence[Passage], running: Sequence[int], zones: Zones) -> Iterator[int]:
    """Yield the numbers of the passages of running text below the headline."""
    if zones.headline is not None:
        order = zones.page.order
        first = order[zones.headline]
        yield from (n for n, one in enumerate(passages) if running[n] and order.get(one.element, 0) > first)


def _scattered(passages: Sequence[Passage], running: Sequence[int], foreign: Sequence[bool]) -> bool:
    """Return whether foreign running text stands in many small boxes, such as testimonials."""
    boxes = by_block(one for one, size, away in zip(passages, running, foreign, strict=True) if size and away)
    return 2 * max(boxes.values()) < boxes.total()


def _others(zones: Zones, first: Any) -> set[Any]:
    """Return the elements of other articles, because some sites let several follow on one page.

    These are other article elements, and the parts that begin with an h1 that has the class names of the headline.

    Args:
        first: the first running text below the headline.
    """
    headline, own = zones.headline, zones.container
    if headline is None:
        return set()
    others: list[Any] = []
    if own is not None and own.tag == "article":
        above = {own, *own.iterancestors()}
        everyone = zones.page.body.iter("article")
        others += [one for one in everyone if one not in above and own not in one.iterancestors()]
    said = classes(headline)
    if headline.tag == "h1" and said:
        above = {holding for one in (headline, first) if one is not None for holding in (one, *one.iterancestors())}
        for other in zones.page.body.iter("h1"):
            worn = classes(other)
            if other is not headline and worn and (worn <= said or worn >= said):
                others.append(_outermost(other, above))
    return {element for one in others for element in one.iter()}


def _outermost(element: Any, without: set[Any]) -> Any:
    """Return the largest element around *element* that contains none of *without*."""
    while (parent := element.getparent()) is not None and parent not in without:
        element = parent
    return element
