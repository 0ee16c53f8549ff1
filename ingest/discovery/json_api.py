"""JSON:API: read the lists of texts that a Drupal site offers, the last changed first. Pure.

A Drupal site has this interface switched on or off as a whole. If it is on, it names every published text, even those
that no list on the site shows any more
(https://www.drupal.org/docs/core-modules-and-themes/core-modules/jsonapi-module).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from archive.errors import UrlRefused
from archive.http.url import read_target
from ingest.discovery.listed import Listed, read_lastmod

PER_PAGE = 50
"""Texts per page; Drupal returns no more than this."""
KINDS = 8
"""How many kinds of text are requested."""
PAGES = 20
"""How many pages of one kind of text are requested in a run."""
_KIND = re.compile(r"node--(\w{1,60})")
# Kinds of content that are not articles; their pages are found by links.
_DESIGN = re.compile(r"page|webform|landing_?page|block|banner|slide|menu")


def root(home: str) -> str | None:
    """Return the URL of the interface of the site with the home page *home*."""
    return _absolute("/jsonapi", home)


def further(body: bytes, url: str) -> tuple[str, ...]:
    """Return the URLs of further lists named in the response *body*: its next page, or one list for each kind of text.

    Never raises.
    """
    said = _parsed(body)
    links = said.get("links")
    if not isinstance(links, Mapping):
        return ()
    following = _href(links.get("next"))
    if following is not None:
        return tuple(filter(None, (_absolute(following, url),)))
    kinds = ((_KIND.fullmatch(str(name)), _href(link)) for name, link in links.items())
    asked = (_list_url(kind[1], href, url) for kind, href in kinds if kind and href and not _DESIGN.fullmatch(kind[1]))
    return tuple(filter(None, asked))[:KINDS]


def pages(body: bytes, url: str) -> tuple[Listed, ...]:
    """Return the texts listed in the response *body*, with the time of their last change. Never raises."""
    found = list(_texts(_parsed(body), url))
    # Keep only the main language of the list. A text without a translation is listed with its address in another
    # language, but without the prefix of that language, so the address is wrong.
    spoken = Counter(one.language for one in found).most_common(1)
    return tuple(one for one in found if one.language == spoken[0][0])


def _texts(said: Mapping[str, Any], url: str) -> Iterator[Listed]:
    """Yield the texts in a response, by alias or else by number (``/node/7``)."""
    data = said.get("data")
    for one in data if isinstance(data, list) else ():
        stated = one.get("attributes") if isinstance(one, Mapping) else None
        if not isinstance(stated, Mapping) or not str(one.get("type")).startswith("node--"):
            continue
        path, number, code = stated.get("path"), stated.get("drupal_internal__nid"), stated.get("langcode")
        alias = path.get("alias") if isinstance(path, Mapping) else None
        address = alias if isinstance(alias, str) and alias else f"/node/{number}" if isinstance(number, int) else None
        changed = stated.get("changed")
        found = None if address is None else _absolute(address, url)
        if found is not None:
            lastmod = read_lastmod(changed if isinstance(changed, str) else None)
            yield Listed(found, lastmod, code.lower() if isinstance(code, str) else None)


def _list_url(kind: str, href: str, url: str) -> str | None:
    fields = "title,path,changed,langcode,drupal_internal__nid"
    query = f"fields[node--{kind}]={fields}&page[limit]={PER_PAGE}&sort=-changed"
    return _absolute(f"{href}{'&' if '?' in href else '?'}{query}", url)


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _href(link: object) -> str | None:
    href = link.get("href") if isinstance(link, Mapping) else link
    return href if isinstance(href, str) else None


def _absolute(location: str, base: str) -> str | None:
    try:
        return read_target(location, base).url
    except UrlRefused:
        return None
