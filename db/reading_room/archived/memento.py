"""Memento (RFC 7089): captures by requested time, and the list of all captures of an address. Pure.

Addresses and answers are like pywb's, so that clients written for one work with the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

import msgspec

from archive.warc.capture import Capture
from db.reading_room.archived.link import PREFIX, Use, archived, digits_of

LINK_FORMAT = "application/link-format"


def http_date(instant: datetime) -> str:
    """Return *instant* in the form for headers."""
    # Headers have whole seconds in GMT (RFC 9110 section 5.6.7).
    return format_datetime(instant.astimezone(UTC).replace(microsecond=0), usegmt=True)


def accepted(said: str | None) -> datetime | None:
    """Return the instant in an Accept-Datetime field, None if there is none.

    Raises:
        ValueError: *said* is not a date (section 4.5.3: the answer is 400).
    """
    if said is None:
        return None
    try:
        found = parsedate_to_datetime(said)
        # RFC 7089, section 2.1.1: the field is in GMT, so a date without a zone means GMT. With a zone, the last day of
        # the calendar can be one that GMT does not have.
        return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (TypeError, IndexError, OverflowError) as error:
        raise ValueError(said) from error


def timegate(root: str, url: str) -> str:
    """Return the address below *root* that answers with the capture of *url* nearest to the requested time."""
    return f"{root}{PREFIX}{url}"


def timemap(root: str, url: str) -> str:
    """Return the address of the list of captures of *url*."""
    return f"{root}{PREFIX}timemap/link/{url}"


def memento(root: str, capture: Capture) -> str:
    """Return the address of the captured page as shown in the frame below the banner."""
    return root + archived(capture.url, digits_of(capture.began), Use.FRAMED)


def links(root: str, url: str, capture: Capture | None) -> str:
    """Return the Link field for an answer about *url* with *capture*."""
    told = [
        f'<{escaped(url)}>; rel="original"',
        f'<{escaped(timegate(root, url))}>; rel="timegate"',
        f'<{escaped(timemap(root, url))}>; rel="timemap"; type="{LINK_FORMAT}"',
    ]
    if capture is not None:
        told.append(_as_memento(root, capture))
    return ", ".join(told)


def as_link_format(root: str, url: str, held: Sequence[Capture]) -> str:
    """Return the list of *held*, in record order, as links (RFC 7089 section 5)."""
    return ",\n".join(_lines(root, url, held)) + "\n"


def _lines(root: str, url: str, held: Sequence[Capture]) -> Iterator[str]:
    first, last = http_date(held[0].began), http_date(held[-1].began)
    yield f'<{escaped(timemap(root, url))}>; rel="self"; type="{LINK_FORMAT}"; from="{first}"; until="{last}"'
    yield f'<{escaped(timegate(root, url))}>; rel="timegate"'
    yield f'<{escaped(url)}>; rel="original"'
    for place, capture in enumerate(held):
        ends = [name for name, at in (("first", 0), ("last", len(held) - 1)) if at == place]
        yield _as_memento(root, capture, " ".join([*ends, "memento"]))


def as_json(root: str, url: str, held: Sequence[Capture]) -> bytes:
    """Return the list of *held* as JSON, in the form of Memento aggregators."""

    def one(capture: Capture) -> dict[str, str]:
        return {"datetime": f"{capture.began.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "uri": memento(root, capture)}

    told = {
        "original_uri": url,
        "timegate_uri": timegate(root, url),
        "timemap_uri": {
            "link_format": timemap(root, url),
            "json_format": f"{root}{PREFIX}timemap/json/{url}",
        },
        "mementos": {"first": one(held[0]), "last": one(held[-1]), "list": [one(capture) for capture in held]},
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=1)


def _as_memento(root: str, capture: Capture, relation: str = "memento") -> str:
    return f'<{escaped(memento(root, capture))}>; rel="{relation}"; datetime="{http_date(capture.began)}"'


def escaped(url: str) -> str:
    """Return *url* in a form that is safe in a header or in angle brackets."""
    # It comes from a page; a bracket, a quotation mark or a line break in it would end the field.
    return "".join(one if " " < one < "\x7f" and one not in '<>"' else _percent(one) for one in url)


def _percent(one: str) -> str:
    return "".join(f"%{byte:02X}" for byte in one.encode("utf-8", "replace"))
