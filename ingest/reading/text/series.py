"""Series: the posts of a thread or the entries of a list, in blocks side by side that bear the same names.

Apart from `article.py`, which asks other ways too, and takes the first that holds a text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ingest.reading.page.class_names import marks, says
from ingest.reading.page.passage import Passage
from ingest.reading.text import furniture
from ingest.reading.text.completing import classes, holder

FEWEST = 5
"""So many blocks make a series."""
ENOUGH, SAYING = 500, 80
"""So many characters it holds in all, and in each block if they are shared out evenly."""
SHARE = 3
"""It holds more than one part in so many of the words of the page that are no links."""
HEIGHT = 3
# What is numbered is named by itself.
_NUMBER = re.compile(r"\d")
_OTHER = re.compile(
    r"(?:^|[\s_-])(?:modal|popup|pop-up|overlay|dialog|teasers?|newsbox|related|menu|footer|sidebar|widget)(?:$|[\s_-])"
)


def series(passages: Sequence[Passage], words: int, prose: int) -> list[bool] | None:
    """Return for each of *passages* whether it stands in the series that is the text; None where there is none.

    Args:
        words: how many characters the page has that are no links.
        prose: how many characters of running text its best region holds, which a series must surpass.
    """
    groups: dict[tuple[Any, ...], dict[Any, int]] = {}
    names: dict[Any, tuple[Any, ...] | None] = {}
    blocks = [holder(one) for one in passages]
    for one, block in zip(passages, blocks, strict=True):
        # Lists of links are menus and lists of texts, however alike their entries are.
        if block is None or 2 * one.linked >= len(one.words):
            continue
        if block not in names:
            names[block] = _names(block)
        name = names[block]
        if name is not None:
            sizes = groups.setdefault(name, {})
            sizes[block] = sizes.get(block, 0) + len(one.words)
    best = max(groups.values(), key=lambda sizes: sum(sizes.values()), default={})
    size = sum(best.values())
    # Blocks without a name are of a kind where each stands in one of its own.
    kinds = {block if classes(block) else block.getparent() for block in best}
    if len(kinds) < FEWEST or size < max(ENOUGH, SAYING * len(best), prose) or SHARE * size <= words:
        return None
    return [block in best for block in blocks]


def _names(block: Any) -> tuple[Any, ...] | None:
    """Return what a block and what holds it are called; None where that is something else than a text."""
    said: list[Any] = []
    for node in (block, *block.iterancestors()):
        if len(said) == HEIGHT:
            break
        called = marks(node)
        if furniture.named(called) or says(_OTHER, called):
            return None
        # Names with a number ("post-4711") are of one block alone.
        said.append((node.tag, frozenset(one for one in classes(node) if not _NUMBER.search(one))))
    return tuple(said)
