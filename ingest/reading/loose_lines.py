"""Loose lines: what stands by the headline in no element of its own, but between others in a large one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.reading.outline import SILENT, squeeze
from ingest.reading.page import Page, visible
from ingest.reading.zones import Zones

BEFORE, BEHIND, LONGEST, LABEL = 12, 30, 80, 40
"""How many elements before and behind the headline such a line stands at most; how long it is, and its label."""
_DIGIT = re.compile(r"\d")
_LABELS = frozenset({"b", "strong", "span", "em", "i", "label", "font", "dt", "small"})


def find(page: Page, zones: Zones) -> Iterator[tuple[Any, str]]:
    """Yield the short lines with a number in them that stand loose by the headline, each with the element that it
    stands in or behind, and after the words of a label.
    """
    if zones.headline is None:
        return
    texts, tails = page.texts
    at = page.order[zones.headline]
    for place in range(max(0, at - BEFORE), min(len(tails), at + BEHIND)):
        element = page.elements[place]
        for words, holder in ((texts[place], element), (tails[place], element.getparent())):
            if words and _DIGIT.search(words) and holder is not None and holder not in page.short:
                line = squeeze(words)
                if len(line) > LONGEST or holder.tag in SILENT or zones.foreign(holder):
                    continue
                label = squeeze(visible(element))[-LABEL:] if words is tails[place] and element.tag in _LABELS else ""
                yield element, f"{label} {line}".strip()
