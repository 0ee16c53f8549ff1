"""Where on a page something stands: in the item, in the footer, on a page of terms, or apart from all."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from db.model.item import StatementPlace
from ingest.terms.owner import is_another, is_unshown

_NAMES = """
terms copyright license licence licensing republish republication reprint syndication legal-notice legal permissions
nota-prawna regulamin prawa-autorskie zasady-wykorzyst warunki impressum urheberrecht nutzungsbedingungen
mentions-legales conditions aviso-legal note-legali condizioni colofon disclaimer
"""
_TERMS = tuple(_NAMES.split())
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
