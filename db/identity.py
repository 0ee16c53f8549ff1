"""Identifiers, always derived and never counted: the key of a URL, the ids of items, editions and publishers, and the
digest by which equal values are recognised. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple
from urllib.parse import urlsplit

import ada_url

from db.model.compact_json import in_compact_json

TRACKING_PARAMETERS = frozenset((
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "utm_name", "utm_reader",
    "utm_brand", "utm_social", "utm_social-type", "fbclid", "gclid",
    "gclsrc", "dclid", "gbraid", "wbraid", "msclkid",
    "yclid", "twclid", "ttclid", "igshid", "igsh", "mc_cid",
    "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "__hstc",
    "__hssc", "__hsfp", "mkt_tok", "vero_id", "oly_anon_id",
    "oly_enc_id", "rb_clickid", "s_cid", "wickedid", "_openstat",
    "ml_subscriber", "ml_subscriber_hash", "srsltid",
))  # fmt: skip
"""Query parameters that say how a reader came to the page, not which page it is. Frozen on 2026-11-25: a change
would change identifiers."""

# Crockford's base32, without i, l, o and u, which people mistake for digits or which form words.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# Fifty bits: for a million items, the chance of any collision is about one in two thousand; then the id is extended.
_ID_LENGTH = 10
_SECOND_DIGITS = 14
_EXTRA_LENGTH = 2
_STEPS = 2
# 720 orders, which take two milliseconds.
_MOST_PARAMETERS = 6
_ID = re.compile(r"(?P<item>[a-z0-9][a-z0-9-]*-[0-9a-hjkmnp-tv-z]{10,})(?:@(?P<time>\d{14}(?:\d{6})?))?")
_INDEX_PAGE = re.compile(r"(?:index|default)\.(?:html?|php|aspx?)")
# ISO 639-1, and country codes that sites use for a language. Frozen: a change would change identifiers.
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo"
    " es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka"
    " kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng"
    " nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su"
    " sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
    " cn cz dk gr jp ua"
)
_LANGUAGES = frozenset(_CODES.split())
_PART_OF_A_SITE = re.compile(r"(?P<code>[a-z]{2})(?:[-_](?:[a-z]{2}|hans|hant|latn|cyrl))?")


class Span(NamedTuple):
    """The first and the last instant that a written time covers: a whole second, or a single instant."""

    first: datetime
    last: datetime


class ItemRef(NamedTuple):
    """The parts of an id: the item, and what its time covers, or None."""

    item: str
    span: Span | None


@lru_cache(maxsize=4096)
def url_key(url: str) -> str:
    """Return the key of *url*; URLs with equal keys count as one address.

    The key is the WHATWG parse without scheme, leading ``www.``, fragment, credentials, tracking parameters, and the
    slashes at the end.

    Raises:
        ValueError: *url* is not an absolute URL with a host.
    """
    try:
        parsed = ada_url.URL(url)
    except ValueError as error:
        raise ValueError(f"not an absolute URL: {url!r}") from error
    if not parsed.host:
        raise ValueError(f"a URL without host: {url!r}")
    query = _kept(parsed.search[1:])
    key = parsed.host.removeprefix("www.") + parsed.pathname.rstrip("/")
    return f"{key}?{query}" if query else key


def _kept(query: str) -> str:
    if not query:
        return ""
    # In the given order, because on some sites `a=1&b=2` and `b=2&a=1` are two pages.
    return "&".join(
        pair for pair in query.split("&") if pair and pair.partition("=")[0].lower() not in TRACKING_PARAMETERS
    )


def item_id(publisher: str, key: str, extra: int = 0) -> str:
    """Return the id of the item whose first key is *key*; each step of *extra* adds two characters."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    length = _ID_LENGTH + _EXTRA_LENGTH * extra
    # The first character holds the first five bits of the digest, as in RFC 4648 but with Crockford's letters.
    letters = (_ALPHABET[(number >> (256 - 5 * (place + 1))) & 31] for place in range(length))
    return f"{publisher}-{''.join(letters)}"


def shorter_id(shown: str) -> str | None:
    """Return the id that *shown* extends by one step for the same key, or None if it is not extended."""
    publisher, _, letters = shown.rpartition("-")
    shorter = letters[:-_EXTRA_LENGTH]
    return f"{publisher}-{shorter}" if publisher and len(shorter) >= _ID_LENGTH else None


def ids_of(publisher: str, key: str) -> tuple[str, ...]:
    """Return the ids that *key* may have, the shortest first."""
    # Extensions are needed if two works claim one address or two keys give one id. More steps will not occur.
    return tuple(item_id(publisher, key, extra) for extra in range(_STEPS + 1))


def ids_in_any_order(publisher: str, key: str) -> tuple[str, ...]:
    """Return the ids that *key* may have, followed by those of its parameters in every other order.

    Only for what must not be requested again: elsewhere, another order is another address. With more than
    `_MOST_PARAMETERS`, the orders are too many to try, and only *key* itself counts.
    """
    path, _, query = key.partition("?")
    pairs = query.split("&")
    if not 1 < len(pairs) <= _MOST_PARAMETERS:
        return ids_of(publisher, key)
    # The given order comes first.
    keys = (f"{path}?{'&'.join(order)}" for order in permutations(pairs))
    return tuple(dict.fromkeys(one for made in keys for one in ids_of(publisher, made)))


def statement_id(publisher: str, words: str) -> str:
    """Return the id of the statement *words* by *publisher*, wherever it is printed: ``wi~7k3q9x2mab``."""
    return f"{publisher}~{item_id('', words).lstrip('-')}"


def digest_of(values: object) -> str:
    """Return a short digest of JSON *values*; equal values give equal digests."""
    # The form must not change: catalogues hold these digests and compare them with new ones.
    packed = in_compact_json(values)
    # 128 bits are plenty to detect a change. These digests prove nothing to others; the records do.
    return hashlib.sha256(packed).hexdigest()[:32]


def edition_id(item: str, opened: datetime, *, follows: bool = False) -> str:
    """Return the id of the edition of *item* that a capture at *opened* (aware) opened.

    If it *follows* an edition that opened in the same second, six more digits distinguish the two, so that the earlier
    edition keeps its id.
    """
    return f"{item}@{opened.astimezone(UTC):{'%Y%m%d%H%M%S%f' if follows else '%Y%m%d%H%M%S'}}"


def parse_id(text: str) -> ItemRef | None:
    """Read an item id, alone or with a UTC time of 14 or 20 digits; None if *text* is neither."""
    # An id typed from paper may be in capitals.
    match = _ID.fullmatch(text.strip().lower())
    if match is None:
        return None
    if match["time"] is None:
        return ItemRef(match["item"], None)
    span = parse_time(match["time"])
    return None if span is None else ItemRef(match["item"], span)


def parse_key(text: str) -> ItemRef | None:
    """Read a citation key: an edition id with a hyphen instead of ``@``; None if *text* is not one.

    The text may also be an item id, so try `parse_id` first.
    """
    item, _, time = text.strip().rpartition("-")
    return parse_id(f"{item}@{time}") if item else None


def parse_time(digits: str) -> Span | None:
    """Read the time in an edition id: a second (14 digits) or a microsecond (20 digits), UTC; None if invalid."""
    whole = len(digits) == _SECOND_DIGITS
    try:
        first = datetime.strptime(digits, "%Y%m%d%H%M%S" if whole else "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Span(first, first + timedelta(microseconds=999_999 if whole else 0))


def resolve_span(span: Span, opened: Iterable[datetime]) -> datetime:
    """Return the instant that *span* stands for, given when an item's editions *opened*.

    Usually the end of the span, so that an edition's id finds that edition. If several editions opened within the span,
    the first of them is meant, because only its id has no more than seconds.
    """
    # Two editions in one second occur if other programs date to the second; see `edition_id`.
    inside = sorted(one for one in opened if span.first <= one <= span.last)
    return inside[1] - timedelta(microseconds=1) if len(inside) > 1 else span.last


def publisher_id(host: str) -> str:
    """Return the default id of the publisher at *host*: without ``www.`` and port, with ``-`` for dots."""
    name = host.lower().partition(":")[0].removeprefix("www.")
    # It is used in file names and ids. A host without such characters, as in another script, gets a fixed id.
    return re.sub(r"[^a-z0-9]+", "-", name).strip("-") or "publisher"


def host_of(url: str) -> str:
    """Return the host of *url* without a leading ``www.``, with its port if that is not the default."""
    return url_key(url).partition("/")[0].partition("?")[0]


@lru_cache(maxsize=4096)
def is_front_page(url: str, languages: tuple[str, ...] = ()) -> bool:
    """Say whether *url* is the front page of a site or of one of its language sections. A section may have any
    two-letter language code, or one of *languages*.

    Identifiers depend on the address alone, never on the settings, which come later and change.
    """
    part = front_part(url)
    if not part:
        return part is not None
    named = _PART_OF_A_SITE.fullmatch(part)
    return part in languages or (named is not None and named["code"] in _LANGUAGES)


@lru_cache(maxsize=4096)
def front_part(url: str) -> str | None:
    """Return the name of the site section of which *url* would be the front page, "" for the whole site; None if it
    cannot be a front page.
    """
    parts = urlsplit(url)
    # A query with only tracking parameters (?utm_source=...) is still the front page.
    if parts.query and url_key(url).find("?") >= 0:
        return None
    segments = [segment.lower() for segment in parts.path.split("/") if segment]
    if segments and _INDEX_PAGE.fullmatch(segments[-1]):
        segments.pop()
    return "".join(segments) if len(segments) < 2 else None
