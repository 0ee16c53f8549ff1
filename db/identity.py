"""Identifiers, derived and never counted: the key of a URL, the ids of items, editions and publishers.
Pure."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import ada_url

TRACKING_PARAMETERS_DATE = "2026-11-25"
TRACKING_PARAMETERS = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "utm_name", "utm_reader",
    "utm_brand", "utm_social", "utm_social-type", "fbclid", "gclid",
    "gclsrc", "dclid", "gbraid", "wbraid", "msclkid",
    "yclid", "twclid", "ttclid", "igshid", "igsh", "mc_cid",
    "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "__hstc",
    "__hssc", "__hsfp", "mkt_tok", "vero_id", "oly_anon_id",
    "oly_enc_id", "rb_clickid", "s_cid", "wickedid", "_openstat",
    "ml_subscriber", "ml_subscriber_hash", "srsltid",
)  # fmt: skip
"""Query parameters that name the way a reader came and never the page. Frozen: a change would change
identifiers."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LENGTH = 10
_EXTRA_LENGTH = 2
_ID = re.compile(r"(?P<item>[a-z0-9][a-z0-9-]*-[0-9a-hjkmnp-tv-z]{10,})(?:@(?P<time>\d{14}))?")
_INDEX_PAGE = re.compile(r"(?:index|default)\.(?:html?|php|aspx?)")


class ItemRef(NamedTuple):
    """What an id says: the item, and the last instant of the second that was named, or None."""

    item: str
    at: datetime | None


@lru_cache(maxsize=4096)
def url_key(url: str, tracking: tuple[str, ...] = TRACKING_PARAMETERS) -> str:
    """Return the key under which *url* is known: equal keys are one address.

    The WHATWG parse, without scheme, leading ``www.``, fragment, credentials, the parameters of *tracking*
    and trailing slashes.
    ValueError if *url* is not an absolute URL with a host.
    """
    try:
        parsed = ada_url.URL(url)
    except ValueError as error:
        raise ValueError(f"not an absolute URL: {url!r}") from error
    if not parsed.host:
        raise ValueError(f"a URL without host: {url!r}")
    query = _kept(parsed.search[1:], tracking)
    key = parsed.host.removeprefix("www.") + parsed.pathname.rstrip("/")
    return f"{key}?{query}" if query else key


def _kept(query: str, tracking: tuple[str, ...]) -> str:
    if not query:
        return ""
    unwanted = frozenset(tracking)
    return "&".join(pair for pair in query.split("&") if pair and pair.partition("=")[0].lower() not in unwanted)


def item_id(publisher: str, key: str, extra: int = 0) -> str:
    """Return the id of the item whose first key is *key*; each step of *extra* grows it by two characters."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    length = _ID_LENGTH + _EXTRA_LENGTH * extra
    # The first five bits of the digest are the first character, as in RFC 4648 with Crockford's letters.
    letters = (_ALPHABET[(number >> (256 - 5 * (place + 1))) & 31] for place in range(length))
    return f"{publisher}-{''.join(letters)}"


def statement_id(publisher: str, words: str) -> str:
    """Return the id of what *publisher* says in *words*, wherever it is printed: ``wi~7k3q9x2mab``."""
    return f"{publisher}~{item_id('', words).lstrip('-')}"


def edition_id(item: str, opened: datetime) -> str:
    """Return the id of the edition of *item* that a capture at *opened* (aware) opened."""
    return f"{item}@{opened.astimezone(UTC):%Y%m%d%H%M%S}"


def parse_id(text: str) -> ItemRef | None:
    """Read an item id, alone or with a 14-digit UTC time; None if *text* is neither.

    The time means the last microsecond of its second, so that an edition's own id finds the edition.
    """
    match = _ID.fullmatch(text.strip().lower())
    if match is None:
        return None
    if match["time"] is None:
        return ItemRef(match["item"], None)
    try:
        second = datetime.strptime(match["time"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return ItemRef(match["item"], second + timedelta(microseconds=999_999))


def publisher_id(host: str) -> str:
    """Return the default id of the publisher at *host*: without ``www.`` and port, dots as ``-``."""
    name = host.lower().partition(":")[0].removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", "-", name).strip("-") or "publisher"


def host_of(url: str) -> str:
    """Return the host of *url*, with its port where it is not the default, without leading ``www.``."""
    return url_key(url).partition("/")[0].partition("?")[0]


def is_front_page(url: str, languages: tuple[str, ...] = ()) -> bool:
    """Say whether *url* is the front page of a site, or of its part in one of *languages*."""
    parts = urlsplit(url)
    if parts.query and url_key(url).find("?") >= 0:
        return False
    segments = [segment.lower() for segment in parts.path.split("/") if segment]
    if segments and _INDEX_PAGE.fullmatch(segments[-1]):
        segments.pop()
    return not segments or (len(segments) == 1 and segments[0] in {*languages, "en", "pl"})
