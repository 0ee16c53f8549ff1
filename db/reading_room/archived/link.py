"""Link: an address that an archived page names, as the address under which its capture is shown here.

Replay tools write it as ``/web/20230424100000im_/https://institute.example/a.png``: the time that was asked for, two
letters on what the address is for, and the address itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import ada_url

PREFIX = "/web/"
_FETCHED = ("http:", "https:")
# White space and controls at the ends, line ends and tabs anywhere: the URL standard leaves them out, and so hide
# addresses ("java\nscript:") from whoever only looks at how they begin.
_ENDS = "".join(map(chr, range(33)))
_WITHIN = re.compile(r"[\t\n\r]")
_ASKED = re.compile(r"(?P<time>\d{1,14})(?P<use>[a-z]{2}_)?/(?P<url>.+)", re.DOTALL)
_BARE = re.compile(r"(?P<use>[a-z]{2}_)/(?P<url>.+)", re.DOTALL)
# A proxy may have made one slash of two.
_SLASHES = re.compile(r"(https?):/+", re.I)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)


class Use(StrEnum):
    """What an archived address is for, in the letters that replay tools know."""

    PAGE = ""
    """A page with its banner around it."""
    FRAMED = "mp_"
    """A page as it stands in the frame below the banner."""
    IMAGE = "im_"
    STYLE = "cs_"
    RAW = "id_"
    """The bytes as they were captured."""


@dataclass(frozen=True, slots=True)
class ArchivedAddress:
    """What an address below `PREFIX` asks for: the capture of *url* nearest to the time of *digits* ("" for the newest)
    for *use*."""

    url: str
    digits: str
    use: Use

    @property
    def instant(self) -> datetime | None:
        """The time of the digits, None where there are none; of a year, a month or a day the first instant."""
        return instant_of(self.digits)


def archived(url: str, digits: str, use: Use = Use.PAGE) -> str:
    """Return the path under which the capture of *url* nearest to *digits* is shown."""
    return f"{PREFIX}{digits}{use}/{url}"


def read(path: str) -> ArchivedAddress | None:
    """Read what *path*, a path with its query as it was sent, asks for; None where it names no address."""
    if not path.startswith(PREFIX):
        return None
    rest = path[len(PREFIX) :]
    found = _ASKED.fullmatch(rest) or _BARE.fullmatch(rest)
    said, digits, use = (
        (rest, "", None) if found is None else (found["url"], found.groupdict().get("time"), found["use"])
    )
    url = target(said)
    if url is None:
        return None
    try:
        meant = Use(use or "")
    except ValueError:
        # Other tools have letters of their own (``js_``, ``fw_``): what they ask for is a part of a page.
        meant = Use.FRAMED
    digits = digits or ""
    return None if digits and instant_of(digits) is None else ArchivedAddress(url, digits, meant)


def target(said: str) -> str | None:
    """Return the address that *said* writes, typed or sent, in the form of the URL standard; None where it is none that
    is ever fetched."""
    said = _SLASHES.sub(r"\1://", said, count=1) if _SLASHES.match(said) else said
    if not _SCHEME.match(said) or re.match(r"[a-z0-9.-]+:\d", said, re.I):
        said = "https://" + said
    return resolved(said, None)


def resolved(said: str, base: str | None) -> str | None:
    """Return what *said* means on a page at *base*: an absolute address, or None where it is none that is fetched."""
    said = _WITHIN.sub("", said).strip(_ENDS)
    try:
        url = str(ada_url.join_url(base, said)) if base else str(ada_url.URL(said).href)
        return url if url.startswith(_FETCHED) else None
    except ValueError:
        return None


def instant_of(digits: str) -> datetime | None:
    """Return the first instant that *digits* mean (a year, a month, a day ... a second), else None."""
    if len(digits) < 4:
        return None
    # "2023", "20230", "202304": what is missing is filled up as the Wayback Machine does it.
    filled = digits + "00000101000000"[len(digits) :]
    if len(digits) == 5:
        filled = digits + "1" + filled[6:] if digits[4] == "0" else digits + "0" + filled[6:]
    try:
        return datetime.strptime(filled, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def digits_of(instant: datetime) -> str:
    """Return *instant* in the 14 digits that archived addresses have."""
    return f"{instant.astimezone(UTC):%Y%m%d%H%M%S}"
