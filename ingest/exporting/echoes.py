"""Echoes: feeds and answers of programs that repeat a withheld item, perhaps with its whole text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from archive.capture import Capture, CaptureKind
from archive.errors import CannotReplay, Damaged
from archive.replay import entity_of
from ingest.exporting.order import Order

_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")


def finder(order: Order, keys: Sequence[str]) -> Callable[[Capture], bool]:
    """Return what says whether a capture is a feed or JSON that names one of *keys*, addresses of withheld items.

    A sitemap says no more than that the address was there, and is none. A record that cannot be read is none either:
    whoever copies it will find that out.
    """
    if not keys:
        return lambda _capture: False
    named = re.compile(b"|".join(re.escape(key.encode()) + rb"(?![\w-])" for key in keys))

    def repeats(capture: Capture) -> bool:
        if capture.kind is not CaptureKind.RESPONSE or not capture.media_type.endswith(("xml", "json")):
            return False
        try:
            body = entity_of(order.layout.warcs, capture, order.catalogue.original).body
        except (Damaged, CannotReplay, OSError):
            return False
        return named.search(body.replace(b"\\/", b"/")) is not None and _SITEMAP.search(body) is None

    return repeats
