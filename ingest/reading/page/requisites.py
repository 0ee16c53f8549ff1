"""Requisites: find what a page or style sheet needs to be shown: style sheets, images, fonts, icons. Pure.

Scripts are left out: archived scripts are never run. A page that only a script can build is imported as a WACZ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache

from archive.errors import UrlRefused
from archive.evidence.character_references import decode_references
from archive.http.url import read_target
from db.model.item import Requisite, RequisiteKind

MOST = 300
"""At most this many requisites of a page or style sheet are taken."""
# At most this many candidates of one `srcset` are taken: which one a browser shows depends on its screen.
_CANDIDATES = 8
CSS_LIMIT = 2 * 1024 * 1024
"""Only this many characters of a style sheet are read."""
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""", re.I)
_BASE = re.compile(r"""<base\b[^<>]{0,2000}\bhref\s*=\s*["']?([^"'\s>]+)""", re.I)
# The first letter rules out most other tags quickly.
_TAG = re.compile(r"<(?=[isvl])(img|source|video|link|style)\b([^<>]{0,8000})>", re.I)
_SAID = re.compile(r"""([a-z][\w:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_FONT = re.compile(r"\.(?:woff2?|ttf|otf|eot)(?:[?#]|$)", re.I)
_SHEET = re.compile(r"\.css(?:[?#]|$)", re.I)
# For lazy loading, themes put the address of an image below the fold here, and a script moves it to `src`.
_LATE = ("data-src", "data-lazy-src", "data-original")
_LATE_SETS = ("data-srcset", "data-lazy-srcset")
# Addresses that start like this are the same from every page of a site, so they are resolved once for all pages.
_ROOTED = ("/", "http://", "https://")


WANTED: Mapping[str, frozenset[RequisiteKind]] = {
    "none": frozenset(),
    "styles+images": frozenset({RequisiteKind.STYLE, RequisiteKind.IMAGE}),
    "all": frozenset(RequisiteKind),
}
"""The values of the setting ``requisites``, and the kinds that each of them keeps."""


def of_html(text: str, base: str) -> tuple[Requisite, ...]:
    """Return what the page *text* needs, in page order, each once, with addresses resolved against *base*.

    This takes the text and not the tree, because a learned reader leaves parts that it knows out of the tree.
    """
    return _resolved(_of_html(text), stated_base(text, base))


def stated_base(text: str, url: str) -> str:
    """Return the base address that the page *text* at *url* states, else *url*."""
    stated = _BASE.search(text)
    if stated is not None:
        with suppress(UrlRefused):
            return read_target(decode_references(stated[1]), url).url
    return url


def of_css(text: str, base: str) -> tuple[Requisite, ...]:
    """Return what a style sheet needs: the sheets that it imports, and the images and fonts that it names."""
    return _resolved(_of_css(text), base)


def _of_html(text: str) -> Iterator[tuple[RequisiteKind, str]]:
    for tag in _TAG.finditer(text):
        name = tag[1].lower()
        if name != "style":
            yield from _of_tag(name, tag[2])
            continue
        ends = text.find("</style", tag.end())
        sheet = text[tag.end() : ends if ends > 0 else tag.end()]
        # A quick test: most style sheets in a page name no address, and need no parsing.
        if "url(" in (lowered := sheet.lower()) or "@import" in lowered:
            yield from _of_css(sheet)


# Cached, because a site prints the same logo, icons and style sheets on every page.
@lru_cache(maxsize=1024)
def _of_tag(name: str, attributes: str) -> tuple[tuple[RequisiteKind, str], ...]:
    said = {
        found[1].lower(): decode_references(found[2] or found[3] or found[4] or "")
        for found in _SAID.finditer(attributes)
    }
    if name == "link":
        return tuple(_of_link(said))
    # The source of a picture has only candidates. The source of a video or a sound is not an image.
    named = {"img": ("src", *_LATE), "video": ("poster",)}.get(name, ())
    candidates = (url for one in ("srcset", *_LATE_SETS) for url in _candidates(said.get(one, "")))
    return tuple((RequisiteKind.IMAGE, url) for url in (*(said.get(one, "") for one in named), *candidates) if url)


def _of_link(said: Mapping[str, str]) -> Iterator[tuple[RequisiteKind, str]]:
    relations = said.get("rel", "").lower().split()
    if "stylesheet" in relations:
        yield RequisiteKind.STYLE, said.get("href", "")
    elif "icon" in relations or "apple-touch-icon" in relations:
        yield RequisiteKind.ICON, said.get("href", "")


def _candidates(said: str) -> list[str]:
    # Split only at commas that are followed by a space: addresses of image services contain commas.
    return [one.split()[0] for one in re.split(r",\s+", said[:20_000]) if one.split()][:_CANDIDATES]


def _of_css(text: str) -> Iterator[tuple[RequisiteKind, str]]:
    for found in _URL.finditer(_COMMENT.sub("", text[:CSS_LIMIT])):
        url = next(filter(None, found.groups()), "")
        if found[0].startswith("@") or _SHEET.search(url):
            yield RequisiteKind.STYLE, url
        else:
            yield (RequisiteKind.FONT if _FONT.search(url) else RequisiteKind.IMAGE), url


def _resolved(said: Iterable[tuple[RequisiteKind, str]], base: str) -> tuple[Requisite, ...]:
    origin = _origin(base)
    found: dict[str, Requisite] = {}
    for kind, location in said:
        location = location.strip()
        if not location or location.startswith(("data:", "blob:", "#")):
            continue
        one = _requisite(kind, location, origin if location.startswith(_ROOTED) else base)
        if one is not None:
            found.setdefault(one.url, one)
            if len(found) >= MOST:
                break
    return tuple(found.values())


def _origin(base: str) -> str:
    with suppress(UrlRefused):
        target = read_target(base)
        return target.url.removesuffix(target.path)
    return base


@lru_cache(maxsize=4096)
def _requisite(kind: RequisiteKind, location: str, base: str) -> Requisite | None:
    try:
        return Requisite(kind, read_target(location, base).url)
    except UrlRefused:
        return None
