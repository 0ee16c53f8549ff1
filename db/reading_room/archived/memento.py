"""Memento (RFC 7089): captures by the time that is asked for, and the list of all that are held of an address. Pure.

Addresses and answers are those of pywb, so that clients that were written for one find their way about the other.
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
    """Return *instant* as headers have it."""
    # Headers know no fractions of a second, and name GMT (RFC 9110 section 5.6.7).
    return format_datetime(instant.astimezone(UTC).replace(microsecond=0), usegmt=True)


def accepted(said: str | None) -> datetime | None:
    """Return the instant that the field Accept-Datetime names, None where there is none.

    Raises:
        ValueError: it is no date (section 4.5.3: the answer is 400).
    """
    if said is None:
        return None
    try:
        found = parsedate_to_datetime(said)
    except (TypeError, IndexError, OverflowError) as error:
        raise ValueError(said) from error
    # RFC 7089, section 2.1.1: the field is in GMT, so a date that names no zone means that.
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def timegate(root: str, url: str) -> str:
    """Return the address at *root* that answers with the capture of *url* nearest to the time that is asked for."""
    return f"{root}{PREFIX}{url}"


def timemap(root: str, url: str) -> str:
    """Return the address of the list of captures of *url*."""
    return f"{root}{PREFIX}timemap/link/{url}"


def memento(root: str, capture: Capture) -> str:
    """Return the address of the captured page, as it stands in the frame below its banner."""
    return root + archived(capture.url, digits_of(capture.began), Use.FRAMED)


def links(root: str, url: str, capture: Capture | None) -> str:
    """Return the field Link of what is answered for *url* with *capture*."""
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
    """Return the list of *held* as JSON, as the aggregators of Memento have it."""

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
    """Return *url* as it may stand in a header, or between angle brackets."""
    # It comes from a page, and a bracket, a quotation mark or a line end of its would end the field.
    return "".join(one if " " < one < "\x7f" and one not in '<>"' else _percent(one) for one in url)


def _percent(one: str) -> str:
    return "".join(f"%{byte:02X}" for byte in one.encode("utf-8", "replace"))
