"""Requisites: find what a page or style sheet needs to be shown: style sheets, images, fonts, icons. Pure.

Scripts are left out: archived scripts are never run. A page that only a script can build is imported as a WACZ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from archive.errors import UrlRefused
from archive.http.charset import decode
from archive.http.url import read_target
from db.model.item import Requisite, RequisiteKind
from ingest.reading.page.source_tags import SourceTag, said_by

MOST = 300
"""At most this many requisites of a page or style sheet are taken."""
# At most this many candidates of one `srcset` are taken: which one a browser shows depends on its screen.
_CANDIDATES = 8
CSS_LIMIT = 2 * 1024 * 1024
"""Only this many characters of a style sheet are read."""
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""", re.I)
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


def of_html(data: bytes, tags: Iterable[SourceTag], base: str) -> tuple[Requisite, ...]:
    """Return what a page in UTF-8 with these *tags* needs, in page order, each once, resolved against *base*."""
    return _resolved(_of_html(data, tags), base)


def of_css(text: str, base: str) -> tuple[Requisite, ...]:
    """Return what a style sheet needs: the sheets that it imports, and the images and fonts that it names."""
    return _resolved(_of_css(text), base)


def _of_html(data: bytes, tags: Iterable[SourceTag]) -> Iterator[tuple[RequisiteKind, str]]:
    for name, written, end in tags:
        if name != b"style":
            yield from _of_tag(name, written)
            continue
        ends = data.find(b"</style", end)
        sheet = data[end : ends if ends > 0 else end]
        # A quick test: most style sheets in a page name no address, and need no parsing.
        if b"url(" in (lowered := sheet.lower()) or b"@import" in lowered:
            yield from _of_css(decode(sheet, "utf-8"))


# Cached, because a site prints the same logo, icons and style sheets on every page.
@lru_cache(maxsize=1024)
def _of_tag(name: bytes, written: bytes) -> tuple[tuple[RequisiteKind, str], ...]:
    said = said_by(written)
    if name == b"link":
        return tuple(_of_link(said))
    # The source of a picture has only candidates. The source of a video or a sound is not an image.
    named = {b"img": ("src", *_LATE), b"video": ("poster",)}.get(name, ())
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
    """Return the start of *base* up to its path, from which rooted addresses lead to the same place."""
    scheme, mark, rest = base.partition("://")
    return scheme + mark + rest.partition("/")[0]


@lru_cache(maxsize=4096)
def _requisite(kind: RequisiteKind, location: str, base: str) -> Requisite | None:
    try:
        return Requisite(kind, read_target(location, base).url)
    except UrlRefused:
        return None
