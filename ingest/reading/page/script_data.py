"""Script data: what a page hands to its scripts (Next.js, Nuxt and others), which may hold a text that nobody sees yet.

Apart from `nodes.py`, which reads structured data: these have no common form, so no value is read from them.
"""

from __future__ import annotations

import json
import re
from itertools import islice

from ingest.reading.page.outline import pieces
from ingest.reading.page.page import Page

_IDS = frozenset({"__NEXT_DATA__", "__NUXT_DATA__"})
_ASSIGNED = re.compile(r"\s*(?:window\.)?__(?:NUXT|INITIAL_STATE|PRELOADED_STATE|APOLLO_STATE)__\s*=")
# A shorter string may be a summary. Of data with very many strings, only the first are looked at.
_SHORTEST, _STRINGS, _LONGEST = 500, 40, 4_000_000
_STRING = re.compile(r'"((?:[^"\\]|\\.){500,})"')
_TAG = re.compile(r"<[^<>]*>")
# In running text, at least every twelfth character is a space.
_SPACED = 12
_COMPARED = 60
_LETTER = re.compile(r"[^\W_]")


def holds_unshown_text(page: Page) -> bool:
    """Return whether the data for scripts hold a long text of which the page shows nothing."""
    for script in page.tagged.get("script", ()):
        held = script.text or ""
        if len(held) < _SHORTEST or not (script.get("id") in _IDS or _ASSIGNED.match(held)):
            continue
        texts = filter(None, (_prose(found[1]) for found in islice(_STRING.finditer(held[:_LONGEST]), _STRINGS)))
        # The first text is the page's own; others are those of related pages.
        text = next(texts, None)
        if text is not None:
            return _letters(text)[:_COMPARED] not in _letters("".join(pieces(page.body)))
    return False


def _prose(literal: str) -> str | None:
    """Return the text of a string in JSON without its tags, or None if it is no running text."""
    try:
        text = _TAG.sub(" ", json.loads(f'"{literal}"', strict=False))
    except ValueError:
        return None
    return text if len(text) >= _SHORTEST and text.count(" ") * _SPACED >= len(text) else None


def _letters(words: str) -> str:
    return "".join(_LETTER.findall(words)).lower()
