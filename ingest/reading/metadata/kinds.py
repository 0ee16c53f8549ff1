"""Kinds: decide by readable marks what a page is: an article, a listing, a password form, a bot wall, a shell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from archive.http.return_address import return_address
from db.identity import is_front_page
from db.model.item import PageKind
from ingest.reading.metadata import rows
from ingest.reading.metadata.structured import Structured, is_article, names_article
from ingest.reading.page.class_names import marks
from ingest.reading.page.nodes import Node, types
from ingest.reading.page.page import Page, fold, visible
from ingest.reading.page.script_data import holds_unshown_text
from ingest.reading.page.zones import Zones
from ingest.reading.text.furniture import GATE
from ingest.reading.vocabulary import pattern, stems

_CHALLENGE_TITLE = re.compile(rf"^(?:{pattern('metadata.challenge_titles')})\b", re.I)
_CHALLENGE_BODY = re.compile(
    r"(?:cf-chl-|cf_chl_|challenge-platform|/cdn-cgi/challenge|g-recaptcha|h-captcha|cf-turnstile|"
    r"captcha-delivery|_incapsula_resource|px-captcha|ddos-guard|awswafintegration|"
    r"anubis_challenge)",
    re.I,
)
_CONSENT_TITLE = re.compile(rf"^\W*{pattern('metadata.consent_titles')}", re.I)
_CONSENT_REQUEST = re.compile(rf"\b{pattern('metadata.consent_requests')}", re.I)
CONSENT_SHORTER = 600
"""A page with more characters than this holds more than a question for consent, unless its title is one."""
_MISSING = re.compile(rf"\b{pattern('metadata.missing_titles')}\b", re.I)
# A whole title or heading, or a part of a title, with a status number at most: the headline of a text may begin with
# such words ("Fatal error: how Europe misread a war").
_FAILED = re.compile(
    rf"^\W*(?:[45]\d\d\W+)?(?:error\W+)?{pattern('metadata.failure_titles')}(?:\W+[45]\d\d)?\W*$", re.I
)
_TITLE_PARTS = re.compile(r"\s[-|–—·»]\s")
_SINGLES = frozenset({"single", "single-post", "singular", "page"})
_SINGLE_CLASS = re.compile(r"page-template.*|(?:postid|page-id)-\d+")
_ONE_POST = re.compile(r"\s(?:single-post|postid-\d+)\s")
_LIST_CLASSES = frozenset({"archive", "home"})
_FOLDERS = pattern("byline.author_classes", "metadata.category_folders")
_LISTING_PATH = re.compile(
    r"^(?:/[a-z]{2}(?=/))?/?(?:archives?/?)?(?:(?:category|tag|author|page|search|tags|categories|date|"
    rf"{_FOLDERS})/[^?]*|\d{{4}}/(?:\d{{1,2}}/(?:\d{{1,2}}/)?)?)?/?$|/page/\d+/?$",
    re.I,
)
# The index of all tags or of all texts, which some systems date and call an article.
_INDEX = re.compile(r"/(?:[a-z]{2}/)?(?:tags|categories|archives?)(?:/|\.html?)?$")
# Plone writes "@@search", below any folder.
_SEARCH = re.compile(r"/(?:@@)?search(?:\.[a-z]+)?/?$", re.I)
_FRONT = re.compile(r"^(?:/(?:[a-z]{2}(?:[-_][a-z]{2})?))?/?(?:index\.(?:html?|php))?$", re.I)
TEXTLESS = frozenset(
    {PageKind.CHALLENGE, PageKind.PROTECTED, PageKind.MISSING, PageKind.SHELL, PageKind.EMPTY, PageKind.OTHER}
)
# Reports of a match state a SportsEvent.
_EVENTS = frozenset({"Event", "BusinessEvent", "EducationEvent", "ExhibitionEvent", "LiteraryEvent", "SocialEvent"})
SHORT = 250


_GATE_WORDS = re.compile(pattern("metadata.subscription_requests"), re.I)
_GATE_STEMS = stems("metadata.subscription_requests")
_UNGATED = frozenset({"li", "a", "label", "button", "body"})
MANY, _LONG = 3000, 8000
MISSING_SHORTER, WALLED_SHORTER, MOUNTED_SHORTER = 2500, 1500, 200
"""The most characters on a page of "not found", on a bot wall, a login form or the message of a site in trouble, and
around an empty root for a script."""
_MOUNTS = frozenset({"root", "app", "__next", "__nuxt", "svelte"})
_SHORTEST = 20
GATED_SHORTER = 3000
"""A text of at most this many characters may be the free part of a longer one; a longer text was shown completely."""
_BLOG_ALONE = re.compile(r"^(?!.*\s(?:archive|paged|category|tag|author|search|home)\s).*\sblog\s")
_LISTS = re.compile(r"\s(?:home|blog|archive|paged|search)\s")


def front(url: str) -> bool:
    """Return whether *url* is a front page: ``/``, ``/pl/``, ``/index.html``."""
    parts = urlsplit(url)
    return bool(_FRONT.match(parts.path)) and not parts.query


def before_text(page: Page, head: bytes) -> PageKind | None:
    """Return CHALLENGE or PROTECTED if the marks alone show that the page has no text, else None."""
    # A challenge is a short page; an article may also be called "Just a moment".
    named = _CHALLENGE_TITLE.match(page.title_text) is not None
    short = named and len(page.text) < 200_000 and len(visible(page.body)) < 3000
    # Cloudflare sets this field when it answers instead of the site (its docs, "Detect a Challenge Page response").
    if short or b"cf-mitigated:" in head.lower():
        return PageKind.CHALLENGE
    # The password form of WordPress. On a list, a protected text stands among open ones.
    forms = ((form.get("class") or "", form.get("action") or "") for form in page.tagged.get("form", ()))
    asked = any("post-password-form" in named or "postpass" in target for named, target in forms)
    alone = asked and not front(page.url) and not _LISTS.search(f" {page.body.get('class') or ''} ")
    return PageKind.PROTECTED if alone else None


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that show the kind of a page, recorded before its tree is cut down to the text.

    Attributes:
        shown: how many characters a visitor sees, counted up to MANY.
        scripts: the page has scripts.
        listing: the address or the body class names a list of posts.
        single: the body class or ``og:type`` names one post (True) or one page (False); None if neither does.
        wall: what a page with few words is instead of a text; EMPTY if the site is in trouble; None if nothing says so.
        consent: its title is such a question, or its address names the page that it leads to once a question is
            answered.
        linked: the number of characters in links.
        cards: the number of ``article`` elements.
        unshown: its scripts hold a long text that no element shows: another script will draw it.
        gated: class names mark a block that asks for a subscription to read on.
        rows: the letters of the lists of texts on the page; "" if there are none or it is certainly one text.
        few: the letters of a list with few entries, if nothing says that the page is one text.
        further: its address has the number of a page of that list.
        archive: its address names a tag, a category, an author, a year or a month.
        bare: the letters of its lists of mere links to the site's own pages.
    """

    shown: int
    scripts: bool
    listing: bool
    single: bool | None
    wall: PageKind | None
    consent: bool
    linked: int
    cards: int
    gated: bool
    unshown: bool = False
    rows: str = ""
    few: str = ""
    further: bool = False
    archive: bool = False
    bare: str = ""

    @staticmethod
    def of(page: Page, data: Structured, zones: Zones, *, signed: bool = True) -> Marks:
        """Record the marks of *page*. Unless it is *signed*, its data say nothing about its kind."""
        body = page.body
        body_class = f" {body.get('class') or ''} "
        shown = _shown(page)
        sure = (signed and data.node is not None and is_article(data.node)) or bool(_ONE_POST.search(body_class))
        single, archive = _single(page, data, body_class, signed=signed), rows.is_archive(page)
        return Marks(
            shown=shown,
            scripts="script" in page.tagged,
            listing=lists(page, data),
            single=single,
            wall=_wall(page, body_class, shown) if shown < MISSING_SHORTER else None,
            consent=(shown < WALLED_SHORTER and any(map(_CONSENT_TITLE.match, _headings(page))))
            or (shown < MISSING_SHORTER and _leads_back(page)),
            linked=sum(len(words) for _, _, tag, words in page.rows if tag == "a"),
            cards=len(page.inside("article")),
            gated=_gated(page, zones),
            unshown=holds_unshown_text(page),
            rows="" if sure else rows.list_letters(page, teaser=rows.TEASER if single else rows.LONG_TEASER),
            # Some systems state on every page that it is an article, also in their archives.
            few="" if sure or (single and not archive) else rows.few_letters(page),
            further=rows.is_further(page),
            archive=archive,
            bare="" if sure else rows.link_list_letters(page),
        )


def _wall(page: Page, body_class: str, shown: int) -> PageKind | None:
    """Return what a page with few words is by its marks, the surest first; None if there are none."""
    headings, few = _headings(page), shown < WALLED_SHORTER
    # The message of a site in trouble, or of one that is not there any more.
    if few and any(_FAILED.match(part) for one in headings for part in (one, *_TITLE_PARTS.split(one))):
        return PageKind.EMPTY
    if _MISSING.search(" ".join(headings)) or "error404" in body_class:
        return PageKind.MISSING
    # The script of a bot wall, or little more than the question whether cookies are accepted.
    asks = shown < CONSENT_SHORTER and _CONSENT_REQUEST.search(visible(page.body))
    if asks or (few and _challenges(page)):
        return PageKind.CHALLENGE
    if few and page.body.xpath(".//input[@type='password']"):
        return PageKind.PROTECTED
    waits = shown < MOUNTED_SHORTER and any(_waits_for_script(e) for e in page.body.iter("div"))
    return PageKind.SHELL if waits else None


def _headings(page: Page) -> list[str]:
    return [page.title_text, *(visible(h) for h in page.inside("h1")[:2])]


def _challenges(page: Page) -> bool:
    scripts = " ".join(f"{s.get('src') or ''} {(s.text or '')[:2000]}" for s in page.tree.iter("script"))
    return _CHALLENGE_BODY.search(scripts + " ".join(map(marks, page.body.iter("div", "form")))) is not None


def _leads_back(page: Page) -> bool:
    """Return whether the page asks something before it leads to the page that its address names."""
    asks = any(tag in page.tagged for tag in ("form", "button", "input"))
    return asks and return_address(page.url) is not None and stated(page) != "article"


def _gated(page: Page, zones: Zones) -> bool:
    marked = (element for element in zones.marked(GATE) if element.tag not in _UNGATED)
    return any(len(page.short.get(element, "")) >= _SHORTEST for element in marked)


def asks(page: Page) -> bool:
    """Return whether a block of the page asks visitors to subscribe or log in for the rest of the text."""
    stems = tuple(stem for stem in _GATE_STEMS if stem in page.short_text)
    return any(
        _SHORTEST <= len(words) <= 300 and tag not in _UNGATED and _asks(words, stems)
        for _, _, tag, words in (page.rows if stems else ())
    )


def _asks(words: str, stems: tuple[str, ...]) -> bool:
    lowered = words.lower()
    return any(stem in lowered for stem in stems) and bool(_GATE_WORDS.search(words))


def _shown(page: Page) -> int:
    """Return how many characters a visitor sees, counted up to MANY."""
    # Called for every page, so the cheap tests for "many" come first.
    if len(page.short_text) >= 2 * _LONG:  # at most every other character of it is white space
        return MANY
    scripts = sum(len(s.text or "") for s in page.body.iter("script", "style"))
    if len(page.body.text_content()) - scripts >= _LONG:
        return MANY
    return min(len(visible(page.body)), MANY)


def kind(said: Marks, text: str, *, dated: bool, found: int = 0) -> PageKind:
    """Return the kind of a page from its marks, its main text and whether it states a date of publication.

    Args:
        found: how many characters were first taken as its text.
    """
    # Pages without a text come first: the few words of an error page or a wall look like a short article.
    if said.shown < 40 and not text:
        return PageKind.SHELL if said.scripts else PageKind.EMPTY
    if len(text) < SHORT and said.wall is not None:
        return said.wall
    if said.consent and not dated:
        return PageKind.CHALLENGE
    # Rows make a list only if there is little running text outside them, because articles end with rows of others.
    if said.listing or (said.rows and rows.outside(text, said.rows) < rows.OUTSIDE):
        return PageKind.LISTING
    # A short list has to be nearly all of the text: the foot of an article links to a few others as well.
    apart = said.archive and rows.outside(text, said.few) < rows.OUTSIDE
    if said.few and (apart or rows.mostly(text, said.few) or (said.further and not text)):
        return PageKind.LISTING
    if said.single or (said.single is None and dated):
        return PageKind.ARTICLE
    # Around a text that a script will draw, menus are all that is left.
    if said.unshown:
        return PageKind.PAGE
    if said.bare and rows.mostly(text, said.bare):
        return PageKind.LISTING
    size = max(1, len(text), found)  # so that the menu of a page with one line does not make it a list
    # Without other marks: cards, or links with much more text than the page itself, make a list.
    links_only = (said.cards >= 4 and len(text) < 1500) or (len(text) < SHORT and said.linked > 4 * size)
    return PageKind.LISTING if links_only and said.single is None else PageKind.PAGE


def _waits_for_script(element: Any) -> bool:
    """Return whether *element* is the root of a script and has no heading yet: at most a word that it is loading."""
    return element.get("id") in _MOUNTS and not any(visible(heading) for heading in element.iter("h1", "h2", "h3"))


def lists(page: Page, data: Structured) -> bool:
    """Return whether the address or the body class names a list of posts, or a front page."""
    body_class = f" {page.body.get('class') or ''} "
    if "error404" in body_class:
        return False
    named = body_class.split()
    # The body class is written by the system, and decides before `og:type`, which is stated on archives too.
    # Any two letters may name a language, but "/nc" is also an address: then the page's own data decide.
    section = front(page.url) and (is_front_page(page.url) or data.node is None or not is_article(data.node))
    if _LIST_CLASSES.isdisjoint(named) and (not _SINGLES.isdisjoint(named) or any(map(_SINGLE_CLASS.fullmatch, named))):
        return section
    if section:
        return True
    article = any(map(names_article, data.kinds))
    # Other systems use these words for a part of the site. There, a stated article counts more.
    if re.search(r"\s(?:archive|paged|category|tag|author|search|blog)\s", body_class) and (
        " wp-" in body_class or not article
    ):
        # In WordPress, class "blog" is the list of posts; elsewhere it may be the part of the site that has the post.
        wordpress = "//link[contains(@href, '/wp-')] | //script[contains(@src, '/wp-')]"
        return not (_BLOG_ALONE.search(body_class) and stated(page) == "article" and not page.tree.xpath(wordpress))
    parts = urlsplit(page.url)
    query = parse_qs(parts.query)
    # WordPress shows a list for these keys, and one text for `p` and `page_id` (WP_Query), even if both are present.
    if query.keys() & {"s", "cat", "author", "paged", "m"} and not query.keys() & {"p", "page_id"}:
        return not article
    if query and _SEARCH.search(parts.path):
        return not article
    bare = bool(_FRONT.match(parts.path))
    if _INDEX.match(parts.path) and _has_no_prose(page):
        return True
    return bool(_LISTING_PATH.search(parts.path)) and not article and not (bare and query)


def _has_no_prose(page: Page) -> bool:
    said = (visible(paragraph) for paragraph in page.inside("p"))
    return sum(len(words) for words in said if len(words) >= rows.PROSE) < rows.OUTSIDE


def _single(page: Page, data: Structured, body_class: str, *, signed: bool) -> bool | None:
    if _ONE_POST.search(body_class):
        return True
    # The class that WordPress' body_class() gives to a page, which is not a post.
    if not signed or re.search(r"\spage-id-\d+\s", body_class):
        return False
    if stated(page) == "article" or data.node is not None:
        return True
    return False if _is_event(page, data) else None


def _is_event(page: Page, data: Structured) -> bool:
    """Return whether the page announces an event: its structured data describes one with the page's own headline."""
    named = {fold(name) for node in _events(data) if isinstance(name := node.get("name"), str)}
    return any(fold(words) in named for words in _headings(page))


def event_days(data: Structured) -> frozenset[str]:
    """Return the days on which the events begin and end that the page states as data."""
    return frozenset(str(node.get(key))[:10] for node in _events(data) for key in ("startDate", "endDate"))


def _events(data: Structured) -> list[Node]:
    # Most pages have no such node, and the set of kinds shows that without a loop.
    none = _EVENTS.isdisjoint(data.kinds)
    return [] if none else [node for node, _ in data.data.nodes if not _EVENTS.isdisjoint(types(node))]


def states_article(page: Page, data: Structured) -> bool:
    """Return whether the head of *page* states that it is an article, whatever its body holds."""
    return stated(page) == "article" or (data.node is not None and is_article(data.node))


def stated(page: Page) -> str:
    """Return the value of ``og:type``, in lower case."""
    return next((content for content, _ in page.meta("og:type")), "").strip().lower()
