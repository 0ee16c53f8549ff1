"""Refresh: where a page sends whoever opens it, as static sites do that cannot redirect. Pure."""

from __future__ import annotations

import re
from html import unescape

from ingest.errors import UrlRefused
from ingest.http.url import read_target

_META = re.compile(r"""<meta\b(?=[^<>]{0,400}\bhttp-equiv\s*=\s*["']?refresh\b)[^<>]{0,2000}>""", re.I)
_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)
_SAYS = re.compile(r"""\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.I)
_HEAD = 20_000
# A page that waits for longer is meant to be read.
_SOON = 10


def sent_on(text: str, url: str) -> str | None:
    """Return the address to which the page *text* at *url* sends at once by ``<meta http-equiv="refresh">``; None where
    it sends nowhere, or to itself.
    """
    meta = _META.search(text, 0, _HEAD)
    content = _CONTENT.search(meta[0]) if meta is not None else None
    said = _SAYS.match(unescape(next(filter(None, content.groups()), ""))) if content is not None else None
    if said is None or int(said[1]) > _SOON:
        return None
    try:
        target = read_target(said[2].strip(), url).url
    except UrlRefused:
        return None
    return target if target != url else None
