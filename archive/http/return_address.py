"""Return addresses: the page that a login or consent page leads back to, as its own URL names it. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote

from archive.errors import UrlRefused
from archive.http.url import read_target

# Parameters that frameworks and consent managers use for it. Others (`q`, `share`) may hold an address too.
_NAMES = re.compile(
    r"(?:return|redirect|back|dest|destination|continue|next|forward|goto|go|target|origin|orig|original|requested|"
    r"came|referer|referrer|ref|from|url|uri|page|path)(?:[_-]?(?:to|url|uri|path|page|from|link|address))?",
    re.IGNORECASE,
)
# Encoded twice by sites that redirect to their gate twice.
_DECODED = 3


def return_address(url: str) -> str | None:
    """Return the page of the same host that a parameter of *url* names as the one to return to, or None.

    None too if that is the page itself.
    """
    place, _, query = url.partition("#")[0].partition("?")
    if not query:
        return None
    try:
        here = read_target(place)
    except UrlRefused:
        return None
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if not _NAMES.fullmatch(name):
            continue
        for _ in range(_DECODED):
            value = unquote(value)
        if not value.startswith(("/", "http://", "https://")) or value.startswith("//"):
            continue
        try:
            there = read_target(value, place)
        except UrlRefused:
            continue
        if _bare(there.authority) == _bare(here.authority) and there.path.partition("?")[0] != here.path:
            return there.url
    return None


def _bare(authority: str) -> str:
    return authority.removeprefix("www.")
