"""Link: turns an address in an archived page into the address under which its capture is shown here.

The form is that of replay tools, ``/web/20230424100000im_/https://institute.example/a.png``: the requested time, two
letters for the use of the address, and the address itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import ada_url

PREFIX = "/web/"
_FETCHED = ("http:", "https:")
# Characters that the URL standard removes: white space and controls at the ends, line breaks and tabs anywhere.
# Otherwise they would hide addresses ("java\nscript:") from checks of the beginning.
_ENDS = "".join(map(chr, range(33)))
_WITHIN = re.compile(r"[\t\n\r]")
_ASKED = re.compile(r"(?P<time>\d{1,14})(?P<use>[a-z]{2}_)?/(?P<url>.+)", re.DOTALL)
_BARE = re.compile(r"(?P<use>[a-z]{2}_)/(?P<url>.+)", re.DOTALL)
# A proxy may have merged two slashes into one.
_SLASHES = re.compile(r"(https?):/+", re.I)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)


class Use(StrEnum):
    """The use of an archived address, in the letters of replay tools."""

    PAGE = ""
    """A page inside its banner."""
    FRAMED = "mp_"
    """A page in the frame below the banner."""
    IMAGE = "im_"
    STYLE = "cs_"
    RAW = "id_"
    """The bytes as captured."""


@dataclass(frozen=True, slots=True)
class ArchivedAddress:
    """The parts of an address below `PREFIX`: the capture of *url* nearest to the time *digits* ("" for the newest),
    for
    *use*."""

    url: str
    digits: str
    use: Use

    @property
    def instant(self) -> datetime | None:
        """The time in the digits, None if there are none; for a year, a month or a day its first instant."""
        return instant_of(self.digits)


def archived(url: str, digits: str, use: Use = Use.PAGE) -> str:
    """Return the path at which the capture of *url* nearest to *digits* is shown."""
    return f"{PREFIX}{digits}{use}/{url}"


def read(path: str) -> ArchivedAddress | None:
    """Parse *path*, a path with its query as sent; None if it contains no address."""
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
        # Other tools have further codes (``js_``, ``fw_``), which request parts of a page.
        meant = Use.FRAMED
    digits = digits or ""
    return None if digits and instant_of(digits) is None else ArchivedAddress(url, digits, meant)


def target(said: str) -> str | None:
    """Return the address *said*, typed or sent, in the form of the URL standard; None if it is not one that could be
    fetched."""
    said = _SLASHES.sub(r"\1://", said, count=1) if _SLASHES.match(said) else said
    if not _SCHEME.match(said) or re.match(r"[a-z0-9.-]+:\d", said, re.I):
        said = "https://" + said
    return resolved(said, None)


def resolved(said: str, base: str | None) -> str | None:
    """Return the absolute address of *said* on a page at *base*, or None if it is not one that could be fetched."""
    said = _WITHIN.sub("", said).strip(_ENDS)
    try:
        url = str(ada_url.join_url(base, said)) if base else str(ada_url.URL(said).href)
        return url if url.startswith(_FETCHED) else None
    except ValueError:
        return None


def instant_of(digits: str) -> datetime | None:
    """Return the first instant that *digits* cover (a year, a month, a day ... a second), else None."""
    if len(digits) < 4:
        return None
    # "2023", "20230", "202304": completed in the same way as by the Wayback Machine.
    filled = digits + "00000101000000"[len(digits) :]
    if len(digits) == 5:
        filled = digits + "1" + filled[6:] if digits[4] == "0" else digits + "0" + filled[6:]
    try:
        return datetime.strptime(filled, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def digits_of(instant: datetime) -> str:
    """Return *instant* as the 14 digits in archived addresses."""
    return f"{instant.astimezone(UTC):%Y%m%d%H%M%S}"
