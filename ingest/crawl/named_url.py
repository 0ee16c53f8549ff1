"""Named URL: a URL that some list or page names, before it is known whether it is a page of the publisher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.model.coverage import Source


@dataclass(frozen=True, slots=True)
class NamedUrl:
    """A URL that some list or page names, with what is said about it there.

    Attributes:
        via: the URL of the list or page that names it.
        source: what kind of place that is.
        lastmod: when the page changed last, according to that place.
        language: the language of the page, according to that place.
    """

    url: str
    via: str
    source: Source
    lastmod: datetime | None = None
    language: str | None = None
