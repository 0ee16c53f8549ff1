"""Headlines: find the headline on pages that mark another heading as their first, or none at all.

Apart from `zones.py`, which divides the page around the headline once it is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from ingest.reading.page.class_names import ClassWords, marks
from ingest.reading.page.page import Page, plain, visible

_WORD = re.compile(r"\w{5,}")
_ELSEWHERE = frozenset({"li", "nav", "aside", "footer", "form", "a", "figure", "button"})
# Elements that hold a text, whatever their class names are.
_WHOLE = frozenset({"article", "main", "section", "body"})
_UP, _DOWN, _FEWEST = 6, 120, 3


def below_path(page: Page, firsts: list[Any]) -> Any:
    """Return the h2 that is the headline below *firsts*, if all of these stand in a breadcrumb path or menu; or None.

    It is the first h2 that follows closely, has no link, and shares a longer word with the path or the title.
    """
    if not firsts or not all(_in_path(heading) for heading in firsts):
        return None
    place = page.order[firsts[0]]
    about = set(_WORD.findall(f"{plain(visible(firsts[0]))} {page.title_text}".casefold()))
    for heading in page.inside("h2"):
        words = plain(visible(heading)).casefold()
        if not 0 < page.order[heading] - place <= _DOWN or len(words.split()) < _FEWEST:
            continue
        if any(a.tag in _ELSEWHERE for a in heading.iterancestors()) or next(heading.iter("a"), None) is not None:
            continue
        return heading if about & set(_WORD.findall(words)) else None
    return None


def _in_path(heading: Any) -> bool:
    around = [heading, *islice(heading.iterancestors(), _UP)]
    return any(a.tag in ("li", "nav") or (a.tag not in _WHOLE and "readcrumb" in a.get("class", "")) for a in around)


# ── Without a mark, as on old pages and in forums ─────────────────────────────────────────────────

# Class names of an h2 or h3 that is a text's own headline.
_HEADLINE = ClassWords(r"(?:^|[\s_-])(?:headline|(?:entry|post|article|news|story|page)[_-]{1,2}title)(?:$|\s)")
_SECONDS = 8
# The fewest characters of such a headline, and the largest factor by which ``title`` may be longer.
_SHORTEST, _SHARE = 15, 3
# In scripts without spaces, a headline has fewer characters, and the site's name follows without a space.
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_WIDE_SHORTEST = 8
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_WIDE_LONGEST = 300
_WIDE_AFFIX = re.compile(r"_+|(?<=[^\x00-\x7f])-+|-+(?=[^\x00-\x7f])")


def below_section(page: Page, sections: list[Any], seconds: list[Any], foreign: Callable[[Any], bool]) -> list[Any]:
    """Return each of *seconds* that is marked as a headline below *sections*, headings that only name a section."""
    first = page.order[sections[0]] if sections else len(page.order)
    return [h for h in seconds if page.order[h] > first and not foreign(h) and _is_marked(h)]


def seconds(page: Page) -> list[Any]:
    """Return the headings that may be the headline below an h1 that names the site: each h2, and one marked h3.

    Of several marked ones, each is the title of another text.
    """
    thirds = [h for h in page.inside("h3") if _is_marked(h)]
    return [*page.inside("h2")[:_SECONDS], *(thirds if len(thirds) == 1 else ())]


def _is_marked(heading: Any) -> bool:
    return _HEADLINE[f"{heading.get('itemprop') or ''} {marks(heading)}"]


def unmarked(page: Page, foreign: Callable[[Any], bool], affix: re.Pattern[str]) -> Any:
    """Return the element of any tag with the text of ``title`` or ``og:title``, or with the largest part, or None.

    *affix* separates the parts. A part after the first must be more than half of the title, because it usually names
    the site. *foreign* elements do not count.
    """
    wanted = set()
    for title in (page.title_text, *(content for content, _ in page.meta("og:title"))):
        said = plain(title).casefold()
        first, *others = affix.split(said)
        parts = [
            said,
            *([first] if _SHARE * len(first) >= len(said) else ()),
            *(p for p in (*others, said.partition(": ")[2]) if 2 * len(p) > len(said)),
        ]
        shortest = _WIDE_SHORTEST if _HANGUL.search(said) else _SHORTEST
        wanted |= {part for part in parts if len(part) >= shortest and " " in part}
        if _WIDE.search(said):
            wanted |= {part for part in (said, *beginnings(said)) if len(part) >= _WIDE_SHORTEST}
    short, least = page.short.items() if wanted else (), min(map(len, wanted), default=0)
    saying = [(words, e) for e, words in short if len(words) >= least and plain(words).casefold() in wanted]
    own = [(len(words), element) for words, element in reversed(saying) if not foreign(element)]
    return max(own, key=lambda one: one[0])[1] if own else None


# The size of type in pages from before style sheets; 3 is that of the text.
_LARGE = {"4": 1, "5": 2, "6": 3, "7": 4, "+1": 1, "+2": 2, "+3": 3, "+4": 4}
_COLUMNS = frozenset({"td", "div", "body", "center", "article", "main"})
# What a headline in large type stands over: this many characters, and this many times its own.
_COLUMN_SHORTEST, _COLUMN_SHARE = 500, 8
_MOST_WORDS, _LONGEST = 30, 200


def in_large_type(page: Page, foreign: Callable[[Any], bool]) -> Any:
    """Return the element in the largest type that stands over the text, on a page without any heading; or None.

    Pages from before style sheets set their headline in large type, and many have the same ``title`` everywhere.
    """
    if any(tag in page.tagged for tag in ("h1", "h2", "h3", "h4")) or not (
        "font" in page.tagged or "big" in page.tagged
    ):
        return None
    title = plain(page.title_text).casefold()
    best, largest = None, 0
    for element in (*page.inside("font"), *page.inside("big")):
        size = 1 if element.tag == "big" else _LARGE.get((element.get("size") or "").strip(), 0)
        words = plain(page.short.get(element, ""))
        if size <= largest or not 1 < len(words.split()) <= _MOST_WORDS or words.casefold() == title:
            continue
        around = list(element.iterancestors())
        if foreign(element) or next(element.iter("a"), None) is not None or any(a.tag in _ELSEWHERE for a in around):
            continue
        column = next((a for a in around if a.tag in _COLUMNS), None)
        held = 0 if column is None else len(visible(column))
        if len(words) <= _LONGEST and held >= max(_COLUMN_SHORTEST, _COLUMN_SHARE * len(words)):
            best, largest = element, size
    return best


def beginnings(title: str) -> Iterator[str]:
    """Yield the beginnings of *title*, up to each sign that may separate it from a section or site name."""
    # Only within the length of a headline: all beginnings of a very long title would fill the memory.
    return (title[: sign.start()].strip() for sign in _WIDE_AFFIX.finditer(title[:_WIDE_LONGEST]))
