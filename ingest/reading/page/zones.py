"""Zones: tell the article's own parts of a page from parts about other things (related posts, comments, menus)."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from ingest.reading.page import headlines
from ingest.reading.page.class_names import HEADED, ClassWords, Marks, marks, whole_words, worn
from ingest.reading.page.once import once
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.vocabulary import pattern, word_set

FOREIGN_TAGS = frozenset({"nav", "footer", "form", "noscript", "template", "dialog", "select", "button"})
_SECTIONS = word_set("page.sections")
# Not the second color of a design: "border-secondary-700", "marker:text-secondary".
_COLORED = "".join(
    rf"(?<!{of}-)" for of in ("text", "bg", "border", "btn", "fill", "from", "to", "ring", "color", "link")
)
_REMARKS = rf"comments?|commentlist|comment-?\w*|(?<![_-]){pattern('page.comment_classes')}"
_REMARK = whole_words(_REMARKS)
_FOREIGN = whole_words(
    rf"{pattern('page.related_classes', 'page.recommending_classes', 'page.foreign_classes')}|related(?!-to-)|"
    rf"{_REMARKS}|{_COLORED}secondary"
)
_AUTHOR = pattern("byline.author_classes")
_BIO = whole_words(
    rf"{_AUTHOR}[_-]*(?:bio|box|info-?box|about|profile|description|desc)|about-?(?:the-?)?{_AUTHOR}|"
    r"bio|biography|molongui[\w-]*"
)
_COMMENTED = whole_words(rf"{_REMARKS}|related\w*|site-?footer|colophon|recommend\w*|latest|popular")
_SPLIT = re.compile(r"\s+[-|–—·•»«]+\s+|\s*\|\s*")
_SITE_HEADING = ClassWords(
    r"(?:^|\s)(?:\w+-)?(?:site-?(?:title|name|branding|logo)|blog-?title|branding|logo)(?:$|[\s_-])"
)
# Class names that page builders give to every block, including the text, and Blogger to the part that holds the text.
_BUILDER = re.compile(
    r"\belementor-widget(?=[\s-]|$)|\bso-panel\s+widget\b|\bwidget_(?:sow-|siteorigin-)[\w-]+"
    r"|\bwidget\s+blog(?=\s|$)"
)
SPREAD = re.compile(
    r"(?=\S*(?:grid|layout))(?=\S*content)\S*sidebar\S*|(?<!\S)(?:\S*-)?(?:has|with|no|without)-(?:\w+-)?sidebar\S*"
)
"""Class names of a part of the page that holds the text with or without a sidebar."""
# The footer of a text, not of the site.
_OWN_FOOTER = ClassWords(r"(?:^|[\s_-])(?:article|entry|post|story)[_-]{1,2}footer(?:$|\s)")
_FOOTER = re.compile(r"\b(?:site-)?footer\b")
# The column that says who wrote a text and when, and not the one that is the same beside every text.
_OWN_SIDE = ClassWords(r"(?:^|[\s_-])sidebar--(?:article|entry|post|story)(?:$|\s)")
# The line that says who wrote a text and when, whatever else it is called: themes put the number of comments into it.
_OWN_LINE = ClassWords(r"^(?:entry|post|article)-meta$")
# What may follow a text's address in the address of one of its parts or another form of it.
_OF_TEXT = re.compile(rf"(?:{pattern('page.part_folders')}?[/_-]?\d{{1,3}}|{pattern('page.form_folders')})?/?", re.I)
# An article element with more characters than this is a text, and not the teaser of one.
_LONG = 1500
# This many characters of paragraphs count as most of a text.
_BULK = 600
_WORD = re.compile(r"\w+")


class Zones:
    """The zones of one page.

    Attributes:
        headline: the article's own heading, or None.
        masthead: the heading that names the site and not the article, or None.
        above: the elements around the headline.
        container: the nearest ``article`` or ``main`` around the headline, or None.
        marks: the class names of each element.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.marks = Marks()
        self._foreign, self._bio, self._remark = (dict[Any, bool]() for _ in range(3))
        self.above: set[Any] = set()
        self.headline: Any = None
        self.container: Any = None
        self.masthead: Any = None
        self._home: Any = None
        self._front = not urlsplit(page.url).path.strip("/") and not urlsplit(page.url).query
        self._size = len(page.body.text_content())
        self.headline = self._choose_headline()
        if self.headline is not None:
            self.above = set(self.headline.iterancestors())
            # A heading around the headline, with a link to the front page beside it, does not only name the site.
            self.masthead = None if self.masthead in self.above else self.masthead
            # Answers from before the headline was known may be wrong: nothing around the headline is foreign.
            self._foreign.clear()
        self.container = self._container()
        # Inside this element, a footer is the article's own.
        self._home = self._round_headline() if self.container is None else self.container

    def marked(self, words: ClassWords) -> list[Any]:
        """Return the elements of the body in whose class names *words* finds a word, in no order."""
        return self.called(words.__getitem__)

    def called(self, test: Callable[[str], bool]) -> list[Any]:
        """Return the elements of the body whose class names pass *test*, in no order."""
        return [element for said, elements in self._said.items() if test(said) for element in elements]

    @once
    def _said(self) -> dict[str, list[Any]]:
        """The elements of the body by their class names: a page repeats few names many times."""
        found: dict[str, list[Any]] = {}
        for element in self.page.body.iter(etree.Element):
            if said := self.marks[element]:
                found.setdefault(said, []).append(element)
        return found

    def _round_headline(self) -> Any:
        above = list(islice(self.headline.iterancestors(), 2)) if self.headline is not None else []
        return above[1] if len(above) > 1 and above[1].tag not in ("body", "html") else None

    def _choose_headline(self) -> Any:
        """Return the headline, or None.

        Rules, in order:

        1. The h2 below an h1 that ends a breadcrumb path.
        2. The h1 that ``title`` contains.
        3. The h2 or marked h3 that ``title`` contains, unless an h1 is a rewording of ``title`` or ``og:title``.
        4. The first h1 outside foreign zones, or any h1.
        5. An unmarked element with the text of the title.
        6. Without any heading on the page: what stands over the text in the largest type.
        """
        title = plain(self.page.title_text).casefold()
        everyone = self.page.inside("h1")[:20]
        seconds = headlines.seconds(self.page) if title else []
        general = [h for h in everyone if not self._heads_site(h)]
        sections = self._section_names(title, seconds)
        firsts = [h for h in general if plain(visible(h)).casefold() not in sections]
        self.masthead = next((h for h in everyone if h not in (firsts or general) and visible(h)), None)
        ways: tuple[Callable[[], Any], ...] = (
            lambda: headlines.below_path(self.page, firsts),
            lambda: self._in_title(firsts, general, seconds, title),
            lambda: self._first(firsts or general, title),
            lambda: headlines.unmarked(self.page, self.foreign, _SPLIT),
            lambda: headlines.in_large_type(self.page, self.foreign),
        )
        return next((found for way in ways if (found := way()) is not None), None)

    def _section_names(self, title: str, seconds: list[Any]) -> frozenset[str]:
        """Return what an h1 says that names only a section or the site."""
        parts = _SPLIT.split(title)
        said = {plain(visible(h)).casefold(): h for h in seconds}
        # If "title" is "Headline | Reports" and an h2 has the headline, an h1 "Reports" is the section. Older blogs
        # have "River Notes » Archive » Headline", and the h2 links to its page.
        own = parts[0] if parts[0] in said or not self._is_linked_here(said.get(parts[-1])) else parts[-1]
        if own not in said or self.page.body.find(".//article//h1") is not None:
            return _SECTIONS
        return _SECTIONS.union(part for part in parts if part != own)

    def _is_linked_here(self, heading: Any) -> bool:
        links = () if heading is None else heading.iter("a")
        return any(self.page.is_here(link.get("href")) for link in links)

    def _in_title(self, firsts: list[Any], general: list[Any], seconds: list[Any], title: str) -> Any:
        """Return the heading that *title* contains, or None."""
        if (found := self._titled(firsts, title)) is not None:
            return found
        if (found := self._titled(seconds, title)) is not None:
            reworded = self._reworded(firsts)
            return found if reworded is None else reworded
        below = headlines.below_section(self.page, [] if firsts else general, seconds, self.foreign)
        return below[0] if below else self._titled(general, title)

    def _first(self, headings: list[Any], title: str) -> Any:
        """Return the heading that begins like *title*, else the first outside foreign zones, else any; or None."""
        for heading in headings if title else ():
            words = plain(visible(heading)).casefold()
            # A long heading that begins like `title` is enough, because any sign may separate what follows.
            if len(words) >= 15 and title.split(" | ")[0][:30] in words:
                return heading
        # A headline in a foreign part is better than none.
        clean = [h for h in headings if len(visible(h)) >= 3 and not self.foreign(h)] or filter(visible, headings)
        return next(iter(clean), None)

    def _titled(self, headings: list[Any], title: str) -> Any:
        """Return the longest of *headings* that *title* contains, the first among equals, or None."""
        # Shorter ones may stand in "title" by chance.
        found, longest = None, 7
        for heading in headings:
            words = plain(visible(heading)).casefold()
            stands = longest < len(words) and words in title and (" " in words or words in _SPLIT.split(title))
            if stands and not self._names_site(words, title):
                found, longest = heading, len(words)
        return found

    def _reworded(self, headings: list[Any]) -> Any:
        """Return the first heading outside menus that shares half its words with ``title`` or ``og:title``, or None."""
        titles = (self.page.title_text, *(content for content, _ in self.page.meta("og:title")))
        stated = [set(_WORD.findall(plain(title).casefold())) for title in titles]
        for heading in headings:
            words = set(_WORD.findall(plain(visible(heading)).casefold()))
            if len(words) < 2 or any(map(self.apart, heading.iterancestors())):
                continue
            if any(2 * len(words & said) >= len(words) for said in stated):
                return heading
        return None

    def _heads_site(self, heading: Any) -> bool:
        """Return whether a heading names the site.

        It is marked as such, stands with the menu, while ``title`` names it and the heading of the main part, or is a
        single link to the front page.
        """
        parent = heading.getparent()
        if _SITE_HEADING[marks(heading)] or (parent is not None and _SITE_HEADING[marks(parent)]):
            return not self._front and not self._entitled(heading)
        with_menu = any(header.find(".//nav") is not None for header in heading.iterancestors("header"))
        if with_menu and plain(visible(heading)).casefold() in self._beside_title:
            return not self._front
        link = parent if parent is not None and parent.tag == "a" else next(heading.iter("a"), None)
        if link is None or self._front or plain(visible(link)) != plain(visible(heading)):
            return False
        # WordPress themes mark the name of the site like this.
        if "home" in (link.get("rel") or "").lower().split():
            return True
        target = self.page.absolute(link.get("href"))
        if target is None or not self.page.same_site(target):
            return False
        folder = urlsplit(target).path
        # On another form or a further part of a text, the headline links to the text: "/amber-road/amp/".
        rest = urlsplit(self.page.url).path.removeprefix(folder)
        if folder.strip("/") and (self.page.is_here(target) or _OF_TEXT.fullmatch(rest)):
            return False
        return not folder.strip("/")

    def _entitled(self, heading: Any) -> bool:
        """Return whether the head states the words of *heading* as this page's title, beside another name of the site.

        Some themes write the title of a page where the front page has the name of the site.
        """
        title, name = (next((c for c, _ in self.page.meta(key)), "") for key in ("og:title", "og:site_name"))
        return bool(name) and plain(title) == plain(visible(heading)) != plain(name)

    @once
    def _beside_title(self) -> frozenset[str]:
        """The parts of ``title`` beside the one that is the only h1 of the main part."""
        inner = self.page.body.findall(".//main//h1")
        parts = frozenset(_SPLIT.split(plain(self.page.title_text).casefold()))
        own = frozenset(plain(visible(heading)).casefold() for heading in inner)
        return parts - own if len(own) == 1 and own < parts else frozenset()

    def _names_site(self, words: str, title: str) -> bool:
        """Return whether a heading is just the part of ``title`` that names the site."""
        parts = _SPLIT.split(title)
        stated = plain(next((c for c, _ in self.page.meta("og:site_name")), "")).casefold()
        return words == stated or (
            len(parts) > 1
            and words in (parts[-1], parts[0])
            and "".join(c for c in words if c.isalnum()) in self.page.host.replace("-", "").replace(".", "")
        )

    def _container(self) -> Any:
        if self.headline is None:
            # A single one is the text's; several are a list of texts.
            articles = self.page.inside("article")
            return articles[0] if len(articles) == 1 else None
        return next((a for a in self.headline.iterancestors() if a.tag in ("article", "main")), None)

    def shows(self, words: str) -> bool:
        """Return whether *words* are visible in a short element of the part of the page that is about this article."""
        short, said = self.page.short, words.lower()
        if not self.page.shows(words):
            return False
        held = {element for element, shown in short.items() if said in shown.lower()}
        return any(not self.foreign(element) for element in held if held.isdisjoint(element))

    def foreign(self, element: Any) -> bool:
        """Return whether *element* stands in a part of the page that is not about this article."""
        known = self._foreign.get(element)
        if known is not None or element in self._own_side:
            return bool(known)
        above = self._foreign.get(element.getparent())
        if above is not None:  # nothing around the headline is remembered here, so the element is not around it
            verdict = self._foreign[element] = above or self._is_foreign(element)
            return verdict
        return self._inherited(self._foreign, element, self._is_foreign, ("body", "html"))

    def _is_foreign(self, node: Any) -> bool:
        tag, said = node.tag, self.marks[node]
        if not isinstance(tag, str):
            return True
        if not said and tag != "article" and tag not in FOREIGN_TAGS:
            return False  # true for most elements
        if tag == "footer" and self.container is not None and self.container in node.iterancestors():
            return False
        if tag == "li" and "wp-block-post" in said and "wp-block-post" in (node.get("class") or "").split():
            return True
        if _OWN_LINE[said] or ("footer" in said and _OWN_FOOTER[said]):
            return False
        if tag in FOREIGN_TAGS:
            return self.apart(node)
        if tag == "article" and self.headline is not None and self._has_own_link_heading(node):
            return not self._holds_most(node) and node is not self._longest
        if tag in HEADED and said:
            # The id of a heading repeats its words, which may be about anything: "the-latest-update". Some systems say
            # in its class how far below a sticky menu it stops.
            said = worn(node).replace("navbar", "")
        if "widget" in said:
            said = _BUILDER.sub("", said)
        if "sidebar" in said:
            said = SPREAD.sub("", said)
        if "footer" in said and self._home is not None and self._home in node.iterancestors():
            said = _FOOTER.sub("", said)
        # On an element that holds most of the page, a name means nothing: themes call whole layouts "sidebar".
        return _FOREIGN[said] and not self._holds_most(node)

    @once
    def _own_side(self) -> dict[Any, int]:
        """The elements in the column of the text, where lists and menus say who wrote it and when; and their places."""
        places: dict[Any, int] = {}
        for column in sorted(self.marked(_OWN_SIDE), key=self.page.order.__getitem__):
            if column not in places:  # else it stands in another
                places.update((element, place) for place, element in enumerate(column.iter(etree.Element)))
        return places

    @once
    def _longest(self) -> Any:
        """The only article element, or the only one of its class that is long enough for a text; else None."""
        articles = list(self.page.body.iter("article"))
        longest = max(articles, key=lambda one: len(one.text_content()), default=self.page.body)
        alike = sum(one.get("class") == longest.get("class") for one in articles)
        return longest if alike == 1 and (len(articles) == 1 or len(longest.text_content()) > _LONG) else None

    @once
    def bulk(self) -> int:
        """The position up to which most of the text has been shown; the end of the page if no text is seen."""
        page, read = self.page, 0
        start = page.order[self.headline] if self.headline is not None else len(page.order)
        for paragraph in page.inside("p"):
            if page.order[paragraph] > start and not self.foreign(paragraph):
                length = len(paragraph.text_content())
                if read + length >= _BULK:
                    return _place_in(page, paragraph, _BULK - read)
                read += length
        return len(page.order)

    def apart(self, node: Any) -> bool:
        """Return whether *node* is by its tag a part without text: a menu, a footer, a form."""
        # ASP.NET and similar systems put the whole page into one form, which is not a form for visitors.
        return node.tag in FOREIGN_TAGS and not (node.tag == "form" and self._holds_most(node))

    def _holds_most(self, node: Any) -> bool:
        return len(node.text_content()) > 0.6 * self._size

    def _has_own_link_heading(self, node: Any) -> bool:
        heading = next((h for h in node.iter("h1", "h2", "h3", "h4")), None)
        return heading is not None and (next(heading.iter("a"), None) is not None or heading.getparent().tag == "a")

    def commented(self, element: Any) -> bool:
        """Return whether *element* stands among comments, in a footer or a menu."""
        around = (node for node in (element, *element.iterancestors()) if isinstance(node.tag, str))
        return any(self.apart(node) or _COMMENTED[self.marks[node]] for node in around)

    def remark(self, element: Any) -> bool:
        """Return whether *element* stands among the comments of readers, by class names."""
        return self._inherited(self._remark, element, lambda node: _REMARK[self.marks[node]], ("body", "html"))

    def bio(self, element: Any) -> bool:
        """Return whether *element* stands in a box about an author."""
        return self._inherited(self._bio, element, lambda node: _BIO[self.marks[node]])

    def _inherited(
        self, known: dict[Any, bool], element: Any, is_one: Callable[[Any], bool], until: tuple[str, ...] = ()
    ) -> bool:
        """Return whether *is_one* holds for *element* or one around it, up to the headline's ancestors; remembered.

        Each element is asked for several fields. Without *known*, deep pages would cost their depth each time.
        """
        path, verdict, node = [], False, element
        while node is not None and node not in self.above and node.tag not in until:
            if node in known:
                verdict = known[node]
                break
            path.append(node)
            node = node.getparent()
        for node in reversed(path):
            known[node] = verdict = verdict or is_one(node)
        return verdict

    def distance(self, element: Any) -> int:
        """Return how many elements after the headline *element* stands: negative before it.

        Without a headline, this is the position in the document. A column of the text begins beside the headline.
        """
        if (place := self._own_side.get(element)) is not None:
            return place
        if self.headline is None:
            return self.page.order[element]
        return self.page.order[element] - self.page.order[self.headline]


def _place_in(page: Page, paragraph: Any, wanted: int) -> int:
    """Return the position of the element in *paragraph* at which *wanted* of its characters have been read."""
    # Old pages have tables in a paragraph or never close it, so what is in it may stand before or after its text.
    read, node = 0, paragraph
    for node in paragraph.iter(etree.Element):
        read += len(node.text or "") + (0 if node is paragraph else len(node.tail or ""))
        if read >= wanted:
            break
    return page.order[node]
