"""Path headings: an h1 that is only the last step of the path above an article, and the h2 that is its headline."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from ingest.reading.page import Page, plain, visible

_WORD = re.compile(r"\w{5,}")
_ELSEWHERE = frozenset({"li", "nav", "aside", "footer", "form", "a", "figure", "button"})
_WHOLE = frozenset({"article", "main", "section", "body"})
"""Parts that hold a text, whatever they are called."""
UP, DOWN, FEWEST = 6, 120, 3


def below(page: Page, firsts: list[Any]) -> Any:
    """Return the h2 that stands as the headline below *firsts*, if these all stand in a path or a menu; or None.

    It is the first that follows soon after, has no link, and shares a word of some length with the path or the title.
    """
    if not firsts or not all(_in_path(heading) for heading in firsts):
        return None
    place = page.order[firsts[0]]
    about = set(_WORD.findall(f"{plain(visible(firsts[0]))} {page.title_text}".casefold()))
    for heading in page.inside("h2"):
        words = plain(visible(heading)).casefold()
        if not 0 < page.order[heading] - place <= DOWN or len(words.split()) < FEWEST:
            continue
        if any(a.tag in _ELSEWHERE for a in heading.iterancestors()) or next(heading.iter("a"), None) is not None:
            continue
        return heading if about & set(_WORD.findall(words)) else None
    return None


def _in_path(heading: Any) -> bool:
    around = [heading, *islice(heading.iterancestors(), UP)]
    return any(
        a.tag in ("li", "nav") or (a.tag not in _WHOLE and "readcrumb" in (a.get("class") or "")) for a in around
    )
