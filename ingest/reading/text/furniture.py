"""Furniture: what stands in an article's own container but is not part of its text, by class names and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, takewhile
from typing import Any

from lxml import etree

from archive.evidence.markup import WordAutomaton
from ingest.reading.page.class_names import HEADED, whole_words, worn
from ingest.reading.page.page import Page, lowered, plain, visible
from ingest.reading.page.zones import SPREAD, Zones
from ingest.reading.text import consent
from ingest.reading.vocabulary import core, pattern, stems, whole_lines

_REMARKS = "page.comment_classes", "text.remark_classes"
_LARGER = "page.related_classes", "text.large_classes", *_REMARKS
_CLASS = whole_words(
    f"{pattern('text.furniture_classes', *_LARGER)}|"
    "author[_-]{0,2}(?:box|bio|info|card|name|meta|area|section|description|details)"
)
LARGE = whole_words(pattern(*_LARGER))
"""Class names of elements that may hold almost as many words as the article."""
_COMMENTS = whole_words(pattern(*_REMARKS))  # which may hold more
# What may hold the article's own text.
_ARTICLE = "descendant-or-self::*[@itemprop='articleBody' or self::article or self::h1]"
GATE = whole_words(pattern("text.gate_classes"))
"""Class names of the block that asks for a subscription to read on, and of the text that only subscribers see."""
# Live reports of a match or a session, minute by minute; they are the text of their page.
_LIVE = re.compile(r"(?:^|[_-])live-?(?:\w+-)?comments?")
# Class names of elements that hold the text together with other things.
_LAYOUT = re.compile(r"grid|layout|column|content|container")
# Words in class names for space and corners.
_STYLED = re.compile(r"padding|margin|radius|spacing|gutter")
# Headings that begin furniture: they are these words, or begin with these words.
_HEADINGS, _OTHER_HEADINGS = whole_lines(
    "text.furniture_headings", "metadata.tag_headings", "metadata.tag_labels", "byline.author_pages"
)
_HEADING = re.compile(
    rf"""^\W*(?:{_OTHER_HEADINGS}\W*|
        {pattern("text.heading_openings")}\b[^.]{{0,60}}(?:\.{{2,}})?
    )$""",
    re.X,
)
_TAGS_LINE = re.compile(rf"^\s*{pattern('metadata.tag_labels')}\s*[:：]")
_BYLINE = re.compile(rf"^\s*{pattern('byline.author_nouns', 'dates.date_nouns')}\s*[:：].{{3,80}}$")
_VIA = pattern("text.via_words")
_PICTURE, _AGENCY = pattern("text.picture_labels"), pattern("text.picture_agencies")
_PRESS = pattern("text.press_agencies")
# A number with or without groups of thousands, also with a sign for "times"; without a colon before it, it is no year.
_NO_YEAR = r"(?!(?:19|20)\d\d\s*$)"
_COUNT = r"\d{1,3}(?:[\d.,'’\s]{0,12}\d)?\s*[×x]?"
_MINUTES = rf"\d+[\s-]*{pattern('text.minutes')}\.?"
_LINES, _OTHER_LINES = whole_lines("text.furniture_lines")
# "Download PDF (2.3 MB)", "Full text (PDF, 120 kB)".
_SIZE = re.compile(r"\s*(?:\((?:pdf\W*)?)?[\d.,]+\s*[km]b\)?\W*$")
_LINE = re.compile(
    rf"""^\W*(?:{_OTHER_LINES}(?:\s*\(?(?:pdf\W*)?[\d.,]+\s*[km]b\)?)?|
        {pattern("text.line_openings")}\b.{{0,40}}|
        {pattern("text.furniture_openings")}\b.{{0,100}}|
        {pattern("byline.author_deeds")}\s+[^.]{{3,50}}|
        {pattern("text.see_also_labels")}\s*[:：].{{3,140}}|
        [^\s:]{{2,30}}\s+{pattern("text.wrote_words")}\s*:|
        {pattern("text.reading_time_labels")}\s*[:：]?\s*{_MINUTES}|{_MINUTES}\s*{pattern("text.reading_words")}|
        {pattern("text.visit_labels")}\s*(?:[:：(]\s*|{_NO_YEAR}){_COUNT}(?:\s*{pattern("text.visit_words")})?|
        {_COUNT}\s*{pattern("text.visit_words")}|
        (?:{_PICTURE}\s*[:：]?|[:：])?[^.!?:]{{0,60}}
            (?:[/|]\s*(?:{_AGENCY}|{_PRESS})|\b{_VIA}\b\s*{_AGENCY})(?:\s*/\s*[^.!?:]{{2,40}})?|
        {_PICTURE}\s*[:：][^.!?:]{{0,60}}\b{_VIA}\s+{_PRESS}|{_AGENCY}|
        \[[a-z]+_[a-z_]{{2,30}}\]|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}|\d{{4}}-\d\d-\d\d
    )\W*$""",
    re.X,
)
NOTICE_LONGEST = 900
# In lower case: a pattern of many phrases takes a third of the time if it need not ignore case.
_NOTICE = re.compile(rf"\b{pattern('text.notices')}\b")
FORM_LONGEST = 320
"""The text of a form is short: a longer paragraph is about forms, and the author's."""
# In scripts without spaces, a phrase begins and ends anywhere.
_START, _END = r"(?:\b|(?<=[\u3040-\u9fff]))", r"(?:\b|(?=[\u3040-\u9fff]))"
# What forms ask and answer, and what visitors are told who may not read on: the same words on many sites.
_FORM = re.compile(
    rf"""{_START}{pattern("text.form_phrases")}(?!\s+{pattern("text.of_words")}\b){_END}|
    \b{pattern("text.form_questions")}\s*\?""",
    re.X,
)
# Every paragraph that one of the two patterns matches holds one of these, and most texts hold none.
_STEMS = WordAutomaton(map(str.encode, stems("text.notices", "text.form_phrases", "text.form_questions")))
_MAILBOX = re.compile(rf"(?<![\w.]){pattern('text.newsroom_mailboxes')}@(?P<host>[\w-]+(?:\.[\w-]+)+)", re.I)
# Up to a few words at the start of a sentence may come before the words of a form: "We apologise, but this".
_LEAD = re.compile(r"(?:^|[.!?:*|…»”\"\n])\W*(?:(?:[\w'’-]+[\W_]+){0,4}|[\u3040-\u9fff]{0,12})\Z")
_REPORTED = re.compile(rf"\b{pattern('text.reporting_words')}\b")
# fmt: off
BLOCKS = frozenset((
    "div", "p", "section", "aside", "ul", "ol", "span", "footer", "nav", "form", "table", "article", "header",
    "h2", "h3", "h4", "h5", "h6", "strong", "b", "a", "figure", "details", "dl",
))
_BOXES = frozenset({"div", "section", "aside"})
# fmt: on
LINE_LONGEST = 160
MAILED = 40
"""A sentence with an address has at least this many characters; shorter ones are entries of a directory."""
ASKING_LONGEST, SMALL = 600, 0.15
"""The box around a form has at most this many characters, and this part of the running text of the page."""
_NAMES = ("name", "placeholder", "id", "aria-label")
MOST = 0.5
RUNNING = 150
"""A paragraph of at least this many characters, few of them in links, is running text."""
LONG = 400
"""More characters than this are running text without a paragraph around them, too."""
_LOOSE = ("div", "section", "td")
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6", "strong", "b", "p", "div", "span"})
CARDS, TITLED = 2, 20
"""The fewest boxes that introduce other texts below a furniture heading; the fewest characters of the title of one."""
_LINKED_HEADING = etree.XPath(
    ".//*[self::h2 or self::h3 or self::h4 or self::h5][.//a[@href] or ancestor::a[@href]]", smart_strings=False
)
LABELLED = frozenset({"p", "div", "span"})
"""Elements that are furniture by their words only if these begin with a label and a colon."""


def find(page: Page, zones: Zones, statements: tuple[str, ...]) -> Iterator[Any]:
    """Yield the elements of the page that are furniture; none holds the headline or most of the page.

    Args:
        statements: the words of statements of terms. The smallest block that holds one, and little more, is furniture.
    """
    shares = _Shares(page)
    # An element around the headline holds the article, whatever a theme calls it.
    guarded = set(zones.headline.iterancestors()) if zones.headline is not None else set()
    known = _called(zones, guarded, shares)
    yield from known
    asking = chain(consent.of_services(zones, guarded), consent.dialogs(page, guarded))
    yield from (dialog for dialog in asking if not dialog.xpath(_ARTICLE))
    for _, element, tag, words in page.rows:
        # A heading announces what follows. A paragraph must look like a label, because texts mention such things too.
        able = tag in HEADINGS and (tag not in LABELLED or ":" in words or "：" in words)
        if able and 3 <= len(words) <= 120 and element not in known and element not in guarded:
            yield from _by_words(element, words, shares, guarded)
    yield from _asking_for_mail(page, shares, guarded)
    for gate in zones.marked(GATE):
        # A paragraph of this name is a part of the text that only subscribers see.
        able = gate.tag in _BOXES and gate not in guarded and gate.find(".//a") is not None
        if able and _is_small_box(gate, shares, most=MOST):
            yield gate
    yield from _terms(page, statements)


def _asking_for_mail(page: Page, shares: _Shares, guarded: set[Any]) -> Iterator[Any]:
    """Yield the boxes around forms that ask for an e-mail address, which say what the visitor will get for it."""
    # Forms share the elements around them.
    small = lru_cache(maxsize=None)(lambda element: element not in guarded and _is_small_box(element, shares))
    for form in page.inside("form"):
        if any(map(_is_for_mail, form.iter("input"))):
            around = list(takewhile(small, form.iterancestors()))
            yield from around[-1:]


def _is_small_box(element: Any, shares: _Shares, most: float = SMALL) -> bool:
    few = element.tag not in ("body", "article", "main") and shares[element] < most
    return few and len(visible(element)) <= ASKING_LONGEST and not _holds_running_text(element)


def _is_for_mail(asked: Any) -> bool:
    return asked.get("type") == "email" or any("mail" in (asked.get(name) or "").lower() for name in _NAMES)


def _called(zones: Zones, guarded: set[Any], shares: _Shares) -> set[Any]:
    """Return the elements that are furniture by their class names.

    Elements that share the name of a layout ("sidebar-grid") do not count if they hold most of the running text.
    """
    found: dict[str, list[Any]] = {}
    for element in zones.called(named):
        said = zones.marks[element]
        if element.tag in HEADED and not named(worn(element)):
            continue  # the id repeats its words ("what-is-social-media"), or is its number in a table of contents
        if element.tag in BLOCKS and element not in guarded and _is_named(element, said, shares):
            found.setdefault(said, []).append(element)
    kept = (alike for said, alike in found.items() if not (_LAYOUT.search(said) and _hold_most(alike, shares)))
    return {element for alike in kept for element in alike}


def _hold_most(alike: list[Any], shares: _Shares) -> bool:
    if len(alike) < 2 or sum([shares[element] for element in alike]) <= MOST:
        return False
    inside = set(alike)
    return sum(shares[e] for e in alike if inside.isdisjoint(e.iterancestors())) > MOST


@lru_cache(maxsize=65536)
def named(said: str) -> bool:
    """Return whether class names, in the form of `marks`, mark an element as furniture."""
    return any(map(_calls, said.split()))


@lru_cache(maxsize=65536)
def _calls(name: str) -> bool:
    # "cta-padding-top" says how an element looks, not what it is.
    if _STYLED.search(name):
        return False
    # "with-sidebar" describes the layout of an element that holds the text as well.
    if "sidebar" in name and SPREAD.search(name):
        return False
    return _CLASS[name] and not _LIVE.search(name)


def _is_named(element: Any, said: str, shares: _Shares) -> bool:
    """Return whether an element with the class names of furniture is only that, and not a part of the article."""
    share = shares[element]
    if LARGE[said] and (share < 0.5 or (_COMMENTS[said] and not element.xpath(_ARTICLE))):
        return True
    return _CLASS[said] and share < 0.25


def _holds_running_text(element: Any) -> bool:
    loose = (" ".join([one.text or "", *(child.tail or "" for child in one)]) for one in element.iter(*_LOOSE))
    if any(len(plain(said)) > LONG for said in loose):
        return True
    sizes = ((len(visible(paragraph)), paragraph.iter("a")) for paragraph in element.iter("p"))
    return any(size >= RUNNING and 3 * sum(len(a.text_content()) for a in links) < size for size, links in sizes)


@lru_cache(maxsize=1024)
def titled(words: str) -> bool:
    """Return whether a few *words* are a heading that begins furniture: "Support us", "Related posts".

    Remembered, because pages repeat headings and a learned page asks twice.
    """
    return _is_heading(lowered(words))


def _is_heading(small: str) -> bool:
    return core(small) in _HEADINGS or _HEADING.match(small) is not None


def lines(said: Sequence[str], host: str) -> set[str]:
    """Return the paragraphs that are furniture by their words alone, on a page of *host* (without ``www.``)."""
    some = [words for words in said if len(words) <= NOTICE_LONGEST]
    able = [(words, lowered(words)) for words in map(some.__getitem__, _STEMS.texts_with_words(some))]
    found = {words for words, small in able if _NOTICE.search(small) or _is_of_a_form(small)}
    found.update(words for words in said if len(words) <= LINE_LONGEST and _short(words))
    mailed = (words for words in said if "@" in words and MAILED <= len(words) <= FORM_LONGEST)
    return found.union(words for words in mailed if any(_is_own(box["host"], host) for box in _MAILBOX.finditer(words)))


def _is_own(mailed: str, host: str) -> bool:
    """Return whether mail to *mailed* reaches those who publish at *host*: one of the two is part of the other."""
    first, second = sorted((f".{mailed.lower()}", f".{host.lower()}"), key=len)
    return second.endswith(first)


def _short(words: str) -> bool:
    small = lowered(words)
    if core(_SIZE.sub("", small)) in _LINES or _LINE.match(small) is not None:
        return True
    return len(words) <= 60 and titled(words)


def _is_of_a_form(small: str) -> bool:
    """Return whether a paragraph is that of a form or a barrier: a question, an answer, what is needed to read on."""
    found = _FORM.search(small) if len(small) <= FORM_LONGEST else None
    # A form says this directly to the visitor. After other words, or with words of reporting, it belongs to a text.
    return found is not None and _LEAD.search(small, 0, found.start()) is not None and not _REPORTED.search(small)


class _Shares(dict[Any, float]):
    """The part of a page's running text that an element holds: in paragraphs, or in all of it if it has few."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._sizes = {p: len(p.text_content()) for p in page.body.iter("p")}
        self._total = max(1, self._prose(page.body))

    def __missing__(self, element: Any) -> float:
        share = self[element] = self._prose(element) / self._total
        return share

    def _prose(self, element: Any) -> int:
        inside = sum([self._sizes[p] for p in element.iter("p")])
        # This much in paragraphs is a text. Pages without paragraphs have it loose in div and td.
        if inside > 600:
            return inside
        words = self._page.short.get(element)
        return max(inside, len(visible(element) if words is None else words))


def _by_words(element: Any, words: str, shares: _Shares, guarded: set[Any]) -> Iterator[Any]:
    words = lowered(words)
    if _TAGS_LINE.match(words) or (element.tag in ("p", "div") and _BYLINE.match(words)):
        yield element
    elif element.tag not in LABELLED and _is_heading(words):
        yield from _section(element, shares, guarded)


def _section(heading: Any, shares: _Shares, guarded: set[Any]) -> Iterator[Any]:
    """Yield the block that *heading* begins: its parent if that holds little else, else the heading and its section."""
    if heading.tag in ("strong", "b"):
        # Words in bold are a heading only if they are the whole paragraph.
        holder = heading.getparent()
        if holder is None or visible(holder) != visible(heading):
            return
        heading = holder
    parent = heading.getparent()
    while (
        parent is not None
        and parent not in guarded
        and parent.tag not in ("body", "article", "main", "p")
        and next(parent.iterchildren(etree.Element)) is heading
        and (shares[parent] < 0.25 or _holds_cards(parent))
    ):
        heading, parent = parent, parent.getparent()
    yield heading
    if (heading.tag[0] == "h" and heading.tag[1:].isdigit()) or heading.tag == "p":
        passed = False
        for following in heading.itersiblings(etree.Element):
            if following.tag in ("h1", "h2", "h3", "h4", heading.tag) or _goes_on(following, passed):
                break
            passed = passed or following.tag != "p"
            yield following


def _goes_on(following: Any, passed: bool) -> bool:
    """Return whether the article continues with what follows a furniture heading.

    It does with a long paragraph, with a block of running text, or, once the box below the heading has been *passed*,
    with any paragraph of running text.
    """
    if following.tag == "p":
        return len(visible(following)) > LONG or (passed and _holds_running_text(following))
    return following.tag in ("div", "section") and _holds_running_text(following) and not _holds_cards(following)


def _holds_cards(element: Any) -> bool:
    """Return whether all running text in *element* introduces other texts: each paragraph of it stands in a box of its
    own, with a heading that is a link. A short link there is the name of whoever wrote what is below it, as in a forum.
    """
    boxes: set[Any] = set()
    for paragraph in element.iter("p"):
        if len(visible(paragraph)) >= RUNNING:
            inside = takewhile(lambda above: above is not element, paragraph.iterancestors())
            box = next(filter(_LINKED_HEADING, inside), None)
            if box is None or box in boxes or len(visible(_LINKED_HEADING(box)[0])) < TITLED:
                return False
            boxes.add(box)
    return len(boxes) >= CARDS


def _terms(page: Page, statements: tuple[str, ...]) -> Iterator[Any]:
    # Shorter words, such as "CC BY", are also part of longer ones that are not about terms.
    wanted = [words for words in statements if len(words) > 12]
    if not wanted:
        return
    for element, words in page.short.items():
        if len(words) > 12 and any(said in words and len(words) <= len(said) * 1.6 + 40 for said in wanted):
            yield element
