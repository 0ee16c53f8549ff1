"""JSON:API: where the interface of a Drupal site lists its texts, the one changed last first. Pure.

Drupal has it switched on or off as a whole; where it answers, it names every text that is published, also those that no
list on the site shows any more (https://www.drupal.org/docs/core-modules-and-themes/core-modules/jsonapi-module).
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
"""So many Drupal gives at most."""
KINDS = 8
"""So many kinds of text are asked for."""
PAGES = 20
"""So many pages of one kind are asked for in a run."""
_KIND = re.compile(r"node--(\w{1,60})")
# Kinds of Drupal that are no texts which appear by and by; their pages are found by links.
_DESIGN = re.compile(r"page|webform|landing_?page|block|banner|slide|menu")


def root(home: str) -> str | None:
    """Return the address of the interface of the site whose home page is at *home*."""
    return _absolute("/jsonapi", home)


def further(body: bytes, url: str) -> tuple[str, ...]:
    """Return the lists that the answer *body* names: of each kind of text, or the page that follows. Never raises."""
    said = _said(body)
    links = said.get("links")
    if not isinstance(links, Mapping):
        return ()
    following = _href(links.get("next"))
    if following is not None:
        return tuple(filter(None, (_absolute(following, url),)))
    kinds = ((_KIND.fullmatch(str(name)), _href(link)) for name, link in links.items())
    asked = (_asked(kind[1], href, url) for kind, href in kinds if kind and href and not _DESIGN.fullmatch(kind[1]))
    return tuple(filter(None, asked))[:KINDS]


def pages(body: bytes, url: str) -> tuple[Listed, ...]:
    """Return the texts that the answer *body* lists, with the time of their last change. Never raises."""
    found = list(_texts(_said(body), url))
    # A text that is not there in the language of the list is named by its address in another, without that's prefix.
    spoken = Counter(one.language for one in found).most_common(1)
    return tuple(one for one in found if one.language == spoken[0][0])


def _texts(said: Mapping[str, Any], url: str) -> Iterator[Listed]:
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


def _asked(kind: str, href: str, url: str) -> str | None:
    fields = "title,path,changed,langcode,drupal_internal__nid"
    query = f"fields[node--{kind}]={fields}&page[limit]={PER_PAGE}&sort=-changed"
    return _absolute(f"{href}{'&' if '?' in href else '?'}{query}", url)


def _said(body: bytes) -> Mapping[str, Any]:
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
