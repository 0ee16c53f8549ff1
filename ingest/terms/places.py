"""Places: where on a page something stands, and whether that is the page's own or a comment's, a card's, an embed's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from db.model.item import StatementPlace
from ingest.terms.phrase_patterns import compiled, fold, pattern_of
from ingest.terms.vocabulary import packaged

_ANOTHERS = """
comments? comment-\\w+ commentlist replies reply respond discussion disqus\\w* reactions? guestbook
kommentare? komentarz\\w*
commentaires? comentarios? commenti letters-to-the-editor
related\\w* teasers? cards? recommend\\w* recirculation read-?(?:next|also|more) see-also
more-(?:from|posts|stories|articles)
similar\\w* trending most-read popular-posts latest-posts recent-posts
embed\\w* oembed twitter-tweet instagram-media fb-post leaflet\\w* mapbox\\w* maplibre\\w* ol-attribution openlayers\\w*
map-(?:container|embed|canvas|attribution|credits?|box) datawrapper\\w* flourish\\w* infogram\\w*
highcharts\\w* chart-?(?:credits?|box)?
bio biograph\\w* author-?(?:bio|box|info|card|profile|description|about) about-?(?:the-?)?author\\w*
attachments? downloads? download-?(?:box|list|link) (?:field-(?:name-)?(?:field-)?)?files?
dataset\\w* supplementary-(?:files?|materials?|data)
podcasts? podcast-\\w+ podlove\\w* powerpress\\w* soundcloud\\w* episode-?(?:player|box|meta) mejs-\\w+
(?:audio|video|media|web|radio)-?players? players?
powered-?by theme-?credits? site-?design design-?credits? made-?(?:with|by) built-?with
"""
# Whole names between spaces, hyphens and underscores, as themes build them: "comment" is one, "commentary" none.
_FOREIGN = re.compile(rf"(?:^|[\s_-])(?:{'|'.join(_ANOTHERS.split())})(?:$|[\s_-])", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|kom+entar|coment|disqus|repl(?:y|ies)|reaction|discussion|guestbook", re.IGNORECASE)
_TAGS = frozenset({"iframe", "object", "embed", "audio", "video", "figure", "figcaption", "blockquote", "cite", "q"})
_UNSHOWN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:px|em|rem|%)?\s*(?:;|!|$)|(?:text-indent|left|top)\s*:\s*-\d{4,})",
    re.IGNORECASE,
)
_DIALOG = re.compile(
    r"republi|re-?print|re-?post|re-?use|syndicat|licen[cs]|copyright|przedruk|nachdruck|reprise|reproduc|permission"
    r"|modal|dialog|pop-?up|overlay|lightbox",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
# A longer one is a headline, or a sentence in bold.
_LONGEST_HEADING = 60
_FEW = 12
# So many elements before one are looked at for a heading.
_NEAR = 60
_FILE = re.compile(r"\.(?:pdf|docx?|odt|rtf|epub|xlsx?|ods|csv|tsv|json|zip|pptx?|odp|mp3|mp4|wav|shp|geojson)$", re.I)
_CONTROLS = ("aria-controls", "data-target", "data-bs-target", "data-toggle-target", "data-modal", "popovertarget")
_NAMING = " or ".join(f"name()='{key}'" for key in _CONTROLS)
# What opens an element: by the values of attributes first, of which hardly any is the one sought on a long page.
_OPENING = f"boolean(//@*[.=$id or .=$at][{_NAMING} or (name()='href' and .=$at and parent::a)])"


@lru_cache(maxsize=8192)  # a site names the elements of every page alike
def names_another(names: str) -> bool:
    """Whether class names and an id are those of what is not the page's own text."""
    return "republi" not in names and _FOREIGN.search(names) is not None


def is_unshown(element: Any) -> bool:
    """Whether an element is hidden by itself, by its attributes, and no dialog about reuse that a reader opens."""
    # Its content is no part of the page until a script makes it one.
    if element.tag == "template":
        return True
    said = element.get
    # ``until-found`` is shown to who searches the page for it (HTML, 6.1): it is there to be read.
    hidden = said("hidden") is not None and said("hidden") != "until-found"
    if not hidden and not ((style := said("style")) and _UNSHOWN.search(style)):
        return False
    return not (_DIALOG.search(f"{said('class') or ''} {said('id') or ''}") or element.tag == "dialog") and not _opened(
        element
    )


def _opened(element: Any) -> bool:
    """Whether something on the page opens a hidden element: a button or a link that names it."""
    # Only what can be named can be opened by another element.
    name = element.get("id")
    if not name or not re.fullmatch(r"[\w:.-]+", name):
        return False
    return bool(element.getroottree().xpath(_OPENING, id=name, at=f"#{name}"))


def is_another(element: Any, notice: bool, standing: bool) -> bool:
    """Whether *element*, around a place or itself, holds what is not the page's own text.

    Args:
        notice: whether its own names say that it is a notice of terms.
        standing: whether something on the way up to it is a notice or a footer, which no heading before it heads.
    """
    if element.tag in _TAGS:
        return True
    if element.tag == "a" and _is_card(element):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if names_another(names) and not notice and not _holds_the_text(element, names):
        return True
    # Last, for it walks back over what stands before.
    return not (notice or standing) and _is_headed(element)


def is_aside(element: Any) -> bool:
    """Whether an element among the words of a block says nothing of their matter: it is hidden, or another's card."""
    if not element.keys():
        return False
    return is_unshown(element) or (element.tag == "a" and _is_card(element))


def _is_card(link: Any) -> bool:
    """Whether a link holds more than words: the card of another page, to which it leads."""
    # A link within the page leads nowhere else: it opens or closes something.
    href = link.get("href") or "#"
    return not href.startswith("#") and any(
        child.tag in ("a", "p", "div", "h2", "h3", "h4", "ul") for child in link.iterdescendants()
    )


def _holds_the_text(element: Any, names: str) -> bool:
    """Whether an element holds the page's headline, or much more than a card does: then its name says little."""
    # Themes call the whole page a card or a box.
    if element.find(".//h1") is not None:
        return True
    # Comments excepted: there may be hundreds of them, with more paragraphs than the text.
    return _COMMENTS.search(names) is None and len(element.findall(".//p")) > _FEW


def _is_headed(element: Any) -> bool:
    """Whether the heading before *element* among its siblings is one of what is not the page's own text."""
    for number, before in enumerate(element.itersiblings(preceding=True)):
        # The nearest heading decides: one further up heads what stands between.
        if before.tag in _HEADINGS:
            words = " ".join(before.text_content().split())
            return len(words) <= _LONGEST_HEADING and heads_another(words)
        # Below its own headline stands the page's text.
        if before.tag == "h1" or number >= _NEAR:
            return False
    return False


@lru_cache(maxsize=4096)
def heads_another(words: str) -> bool:
    """Whether *words* are a heading of what is not the page's own text: "Related", "Komentarze", "Files"."""
    return _headings().fullmatch(fold(words).strip(" :.…»›>")) is not None


@cache
def _headings() -> re.Pattern[str]:
    # Of all languages at once: a heading has too few words to tell its own.
    listed = [frame for frames in packaged("reach/headings").values() for frame in frames]
    return compiled("|".join(f"(?:{_whole(frame)})" for frame in listed))


def _whole(frame: str) -> str:
    """The pattern of a heading that begins as *frame* does; what "..." at its end stands for may lack."""
    if frame.startswith("\\d* "):
        return rf"(?:\d+ )?(?:{_whole(frame[4:])})"
    if frame.endswith(" ..."):
        return rf"{pattern_of(fold(frame[:-4]), {})}(?: .*)?"
    return pattern_of(fold(frame), {})


def files_in(block: Any) -> Iterator[Any]:
    """The links of a block that lead to a file: what is said beside them is said of it."""
    for link in block.iter("a") if len(block) else ():
        try:
            path = urlsplit((link.get("href") or "").strip()).path
        except ValueError:
            continue
        if _FILE.search(path):
            yield link


_OF_TERMS = """
terms copyright license licence licensing republish republication reprint syndication legal-notice legal permissions
nota-prawna regulamin prawa-autorskie zasady-wykorzyst warunki impressum urheberrecht nutzungsbedingungen
mentions-legales conditions aviso-legal note-legali condizioni colofon disclaimer
"""
_TERMS = tuple(_OF_TERMS.split())
_TERMS_PATH = re.compile(rf"/(?:[\w-]*(?:{'|'.join(_TERMS)})[\w-]*)(?:\.\w+)?/?(?:[?#].*)?$", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:^|[\s_-])(?:copy-?right|licen[cs]e|licencja|terms|rights|legal|re-?print|republish\w*|disclaimer|colophon|imprint|"
    r"syndication|przedruk|prawa|zastrzezenie|cc|creative-?commons|reuse|nota-prawna)(?:$|[\s_-])",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:^|[\s_-])(?:site-?footer|page-?footer|footer|bottom-?bar|colophon|stopka)(?:$|[\s_-])", re.IGNORECASE
)
_APART = re.compile(
    r"(?:^|[\s_-])(?:caption|wp-caption\w*|comments?|comment-(?:list|body|content)|commentlist|related|credits?|photo-?credit|cookie\w*|consent|gdpr|"
    r"modal|newsletter|quote|disqus\w*|gallery|figure|image-?credit|author-?bio|testimonials?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"(?:^|[\s_-])(?:caption|wp-caption\w*|figure|gallery|photo-?credit|image-?credit)(?:$|[\s_-])", re.IGNORECASE
)
_ARTICLE = re.compile(r"(?:^|[\s_-])(?:entry|article|post|story|content|single)(?:$|[\s_-])", re.IGNORECASE)
# Their classes are of the theme and the kind of page, and tell of no place on it.
_ROOTS = frozenset({"body", "html"})
_NOTICE_TAGS = frozenset({"small", "address", "footer"})
_APART_TAGS = frozenset({"figure", "figcaption", "blockquote", "code", "pre", "nav", "form", "cite", "q", "table"})


def mentions_terms(url: str) -> bool:
    """Whether the address speaks of terms: /terms, /how-to-republish-us, and /in-terms-of-trade too."""
    told = url.lower()
    return any(map(told.__contains__, _TERMS)) and _TERMS_PATH.search(url) is not None


def about_another(element: Any, url: str) -> bool:
    """Whether an ``about`` around an element (RDFa) says that it speaks of another address than the page's."""
    while element is not None:
        # The nearest decides, as in RDFa: an ``about`` further out speaks of what is around.
        about = element.get("about")
        if about is not None:
            return about not in ("", url)
        element = element.getparent()
    return False


_NAMED = {"quoted": _QUOTED, "footer": _FOOTER, "article": _ARTICLE, "notice": _NOTICE}


@lru_cache(maxsize=8192)  # a site names the elements of every page alike
def _marks(names: str) -> frozenset[str]:
    """What the class names and the id of an element say of where it stands."""
    # A box for republishing may be called a modal, or a quotation of the text that it offers: it is a notice still.
    found = {mark for mark, pattern in _NAMED.items() if pattern.search(names)}
    return frozenset(found | {"apart"} if _APART.search(names) and "republi" not in names else found)


class Standing:
    """What the ancestors of an element say of where it stands.

    Attributes:
        apart: no notice is sought there; *foreign*: what stands there is not the page's own text; *unshown*: nobody
            sees it.
    """

    __slots__ = ("apart", "article", "footer", "foreign", "notice", "unshown")

    def __init__(self, element: Any) -> None:
        """Look at *element* and all around it, to the root."""
        # One way up for all of them: a notice stands twenty elements deep, and each is asked once.
        apart = article = footer = foreign = notice = unshown = False
        named = False
        while element is not None and isinstance(tag := element.tag, str) and tag not in _ROOTS:
            said = element.get
            marks = _marks(f"{said('class') or ''} {said('id') or ''}")
            # The footer of an article is the article's own.
            if (tag == "footer" and not article) or "footer" in marks or said("role") == "contentinfo":
                footer = True
            if tag in ("article", "main"):
                article = True
                # A footer within an article is the article's; one within main may be the site's.
                footer = footer and tag != "article"
            elif "article" in marks:
                article = True
            apart = apart or tag in _APART_TAGS or "apart" in marks
            foreign = foreign or "quoted" in marks or is_another(element, "notice" in marks, named or footer)
            unshown = unshown or is_unshown(element)
            named = named or "notice" in marks
            notice = notice or tag in _NOTICE_TAGS or "notice" in marks
            element = element.getparent()
        self.apart, self.article, self.footer, self.notice = apart or foreign or unshown, article, footer, notice
        self.foreign, self.unshown = foreign, unshown

    def place(self, of_terms: bool) -> StatementPlace:
        """The place of a statement in prose that stands here; *of_terms*: on a page of terms."""
        # Before the page of terms, whose footer says of the site what every footer does.
        if self.footer:
            return StatementPlace.SITE_FOOTER
        if of_terms:
            return StatementPlace.TERMS_PAGE
        return StatementPlace.ITEM_PROSE
