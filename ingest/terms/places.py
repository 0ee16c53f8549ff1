"""Places: where on a page something stands, and whether that part is the page's own, a comment, a card or an embed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from db.model.item import StatementPlace
from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import compiled, pattern_of
from ingest.terms.word_lists import either, packaged, word_set

# Names in English systems; those of comments in other languages are data.
_ANOTHERS = """
comments? comment-\\w+ commentlist replies reply respond responses? discussion disqus\\w* reactions? guestbook
isso-thread web-?mentions? h-cite track-?backs? ping-?backs? talk-?backs? ugc
letters-to-the-editor
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
# Complete names between spaces, hyphens and underscores, as themes build them: "comment", but not "commentary".
_FOREIGN = re.compile(
    rf"(?:^|[\s_-])(?:{'|'.join(_ANOTHERS.split())}|{either('places.comments')})(?:$|[\s_-])", re.IGNORECASE
)
# As programmers write names: "itemComments", "commentBody", "data-comment-id", "schema:Comment".
_COMMENT = re.compile(r"(?:(?<![A-Za-z])[Cc]|(?<=[a-z])C)omments?(?![a-z])")
_COMMENTS = re.compile(
    rf"comment|{either('places.comment begins')}|disqus|repl(?:y|ies)|reaction|discussion|guestbook|mention"
    "|(?:track|ping|talk)-?back",
    re.IGNORECASE,
)
_TAGS = frozenset({"iframe", "object", "embed", "audio", "video", "figure", "figcaption", "blockquote", "cite", "q"})
_STRUCK = frozenset({"del", "s", "strike"})
_UNSHOWN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:px|em|rem|%)?\s*(?:;|!|$)|(?:text-indent|left|top)\s*:\s*-\d{4,})",
    re.IGNORECASE,
)
_DIALOG = re.compile(
    r"republi|re-?print|re-?post|re-?use|syndicat|licen[cs]|copyright|permission"
    rf"|{either('places.dialog')}|modal|dialog|pop-?up|overlay|lightbox",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
# A longer heading is a headline, or a sentence in bold.
_LONGEST_HEADING = 60
_FEW = 12
# At most this many earlier siblings are searched for a heading.
_NEAR = 60
_FILE = re.compile(r"\.(?:pdf|docx?|odt|rtf|epub|xlsx?|ods|csv|tsv|json|zip|pptx?|odp|mp3|mp4|wav|shp|geojson)$", re.I)
_CONTROLS = ("aria-controls", "data-target", "data-bs-target", "data-toggle-target", "data-modal", "popovertarget")


@lru_cache(maxsize=8192)  # a site uses the same names on every page
def names_another(names: str) -> bool:
    """Return whether class names and an id mark something that is not the page's own text."""
    return "republi" not in names and _FOREIGN.search(names) is not None


def is_unshown(element: Any) -> bool:
    """Return whether an element itself is hidden, and not a dialog about reuse that a visitor can open."""
    # The content of a template is not part of the page until a script adds it.
    if element.tag == "template":
        return True
    said = element.get
    # ``until-found`` is shown to visitors who search the page (HTML, 6.1), so it counts as visible.
    hidden = said("hidden") is not None and said("hidden") != "until-found"
    if not hidden and not ((style := said("style")) and _UNSHOWN.search(style)):
        return False
    return not (_DIALOG.search(f"{said('class') or ''} {said('id') or ''}") or element.tag == "dialog") and not _opened(
        element
    )


def _opened(element: Any) -> bool:
    """Return whether something on the page opens a hidden element: a button or link that refers to its id."""
    # Without an id, no other element can open it.
    name = element.get("id")
    if not name or not re.fullmatch(r"[\w:.-]+", name):
        return False
    place = f"#{name}"
    for other in element.getroottree().iter():
        # All values first: on a long page, hardly any is the one looked for. XPath takes twice as long for this.
        values = other.values()
        if (name in values or place in values) and _opens(other, name, place):
            return True
    return False


def _opens(control: Any, name: str, place: str) -> bool:
    """Return whether *control* opens the element with the id *name*, which a link within the page calls *place*."""
    stated = map(control.get, _CONTROLS)
    return any(one in (name, place) for one in stated) or (control.tag == "a" and control.get("href") == place)


def is_another(element: Any, notice: bool, standing: bool) -> bool:
    """Return whether *element* holds something that is not the page's own text.

    Args:
        notice: whether its own names mark a notice of terms.
        standing: whether an element below it is a notice or a footer; then a heading before it does not matter.
    """
    if element.tag in _TAGS or element.tag in _STRUCK:
        return True
    if element.tag == "a" and _is_card(element):
        return True
    said = element.get
    # Microdata may be all that marks a comment: itemprop="comment", or a type that ends in "/Comment".
    kind = (said("itemtype") or "").rpartition("/")[2]
    names = f"{said('class') or ''} {said('id') or ''} {said('itemprop') or ''} {kind}"
    if any(map(_COMMENT.search, (element.tag, names, *_other_names(element)))):
        names += " comment"
    if names_another(names) and not notice and not _holds_the_text(element, names):
        return True
    # Last, because it walks back over the earlier siblings.
    return not (notice or standing) and _is_headed(element)


def _other_names(element: Any) -> Iterator[str]:
    """Yield what else may say what *element* is: its role, type and label, and the names of its ids."""
    for name, value in element.items():
        if name in ("role", "typeof", "aria-label"):
            yield value
        elif name.startswith("data-") and name.endswith("id"):
            yield name


def is_aside(element: Any) -> bool:
    """Return whether an element within a block does not belong to its words: it is hidden, struck out, or another
    page's card.
    """
    # A single struck word stays: it may be the "not", and then the stricter reading counts.
    if element.tag in _STRUCK and len(element.text_content().split()) > 1:
        return True
    if not element.keys():
        return False
    return is_unshown(element) or (element.tag == "a" and _is_card(element))


def _is_card(link: Any) -> bool:
    """Return whether a link is the card of another page: it holds more than words."""
    # A link within the page leads to no other page; it opens or closes something.
    href = link.get("href") or "#"
    return not href.startswith("#") and any(
        child.tag in ("a", "p", "div", "h2", "h3", "h4", "ul") for child in link.iterdescendants()
    )


def _holds_the_text(element: Any, names: str) -> bool:
    """Return whether an element holds the page's headline, or far more than a card; then its name means little."""
    # Themes may call the whole page a card or a box.
    if element.find(".//h1") is not None:
        return True
    # Except comments: hundreds of them may have more paragraphs than the text.
    return _COMMENTS.search(names) is None and len(element.findall(".//p")) > _FEW


def _is_headed(element: Any) -> bool:
    """Return whether the heading before *element*, among its siblings, heads something that is not the page's text."""
    for number, before in enumerate(element.itersiblings(preceding=True)):
        # The nearest heading decides, because one further up heads what stands between.
        if before.tag in _HEADINGS:
            words = " ".join(before.text_content().split())
            return len(words) <= _LONGEST_HEADING and heads_another(words)
        # Below its own headline stands the page's text.
        if before.tag == "h1" or number >= _NEAR:
            return False
    return False


@lru_cache(maxsize=4096)
def heads_another(words: str) -> bool:
    """Return whether *words* are a heading of something else than the page's text: "Related", "Komentarze", "Files"."""
    return _headings().fullmatch(fold(words).strip(" :.…»›>")) is not None


@cache
def _headings() -> re.Pattern[str]:
    # All languages at once, because a heading has too few words to tell its language.
    listed = [frame for frames in packaged("reach/headings").values() for frame in frames]
    return compiled("|".join(f"(?:{_whole(frame)})" for frame in listed))


def _whole(frame: str) -> str:
    """Return the pattern of a heading that begins like *frame*; "..." at the end of a frame is optional."""
    if frame.startswith("\\d* "):
        return rf"(?:\d+ )?(?:{_whole(frame[4:])})"
    if frame.endswith(" ..."):
        return rf"{pattern_of(fold(frame[:-4]), {})}(?: .*)?"
    return pattern_of(fold(frame), {})


def files_in(block: Any) -> Iterator[Any]:
    """Yield the links of a block that lead to files; words next to them are about the file."""
    for link in block.iter("a") if len(block) else ():
        try:
            path = urlsplit((link.get("href") or "").strip()).path
        except ValueError:
            continue
        if _FILE.search(path):
            yield link


_TERMS = tuple(sorted(word_set("places.terms")))
_TERMS_PATH = re.compile(rf"/(?:[\w-]*(?:{'|'.join(_TERMS)})[\w-]*)(?:\.\w+)?/?(?:[?#].*)?$", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:^|[\s_-])(?:copy-?right|licen[cs]e|terms|rights|legal|re-?print|republish\w*|disclaimer|colophon|imprint|"
    rf"syndication|cc|creative-?commons|reuse|{either('places.notice')})(?:$|[\s_-])",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:^|[\s_-])(?:site-?footer|page-?footer|footer|bottom-?bar|colophon"
    rf"|{either('places.footer')})(?:$|[\s_-])",
    re.IGNORECASE,
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
# Their classes belong to the theme and the kind of page, and say nothing about a place on it.
_ROOTS = frozenset({"body", "html"})
_NOTICE_TAGS = frozenset({"small", "address", "footer"})
_APART_TAGS = frozenset({"figure", "figcaption", "blockquote", "code", "pre", "nav", "form", "cite", "q", "table"})


def mentions_terms(url: str) -> bool:
    """Return whether the address mentions terms: /terms, /how-to-republish-us, but also /in-terms-of-trade."""
    told = url.lower()
    return any(map(told.__contains__, _TERMS)) and _TERMS_PATH.search(url) is not None


def about_another(element: Any, url: str) -> bool:
    """Return whether an ``about`` around an element (RDFa) names an address other than the page's."""
    while element is not None:
        # The nearest one decides, as in RDFa: an ``about`` further out is about what surrounds it.
        about = element.get("about")
        if about is not None:
            return about not in ("", url)
        element = element.getparent()
    return False


_NAMED = {"quoted": _QUOTED, "footer": _FOOTER, "article": _ARTICLE, "notice": _NOTICE}


@lru_cache(maxsize=8192)  # a site uses the same names on every page
def _marks(names: str) -> frozenset[str]:
    """Return what the class names and id of an element say about its place."""
    # A box for republishing may be named a modal or a quotation of its text, but it is still a notice.
    found = {mark for mark, pattern in _NAMED.items() if pattern.search(names)}
    return frozenset(found | {"apart"} if _APART.search(names) and "republi" not in names else found)


class Placement:
    """Where an element stands, by its ancestors.

    Attributes:
        apart: not a place for a notice.
        article: it stands in the article or the main part.
        footer: it stands in the site's footer.
        foreign: it is not part of the page's own text.
        notice: it stands in a notice.
        unshown: it is hidden.
    """

    __slots__ = ("apart", "article", "footer", "foreign", "notice", "unshown")

    def __init__(self, element: Any) -> None:
        """Look at *element* and everything around it, up to the root."""
        # A single walk for all answers: a notice is twenty elements deep, and many are asked.
        apart = article = footer = foreign = notice = unshown = False
        named = False
        while element is not None and isinstance(tag := element.tag, str) and tag not in _ROOTS:
            said = element.get
            marks = _marks(f"{said('class') or ''} {said('id') or ''}")
            # The footer of an article belongs to the article.
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
        """Return the place of a prose statement that stands here; *of_terms*: on a page of terms."""
        # The footer first: on a page of terms it is still the footer of the site.
        if self.footer:
            return StatementPlace.SITE_FOOTER
        if of_terms:
            return StatementPlace.TERMS_PAGE
        return StatementPlace.ITEM_PROSE
