"""Series: the posts of a thread or the entries of a list, in neighbouring blocks with the same class names.

Apart from `article.py`, which also tries other ways, and uses the first that finds a text.
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
"""The fewest blocks of a series."""
ENOUGH, SAYING = 500, 80
"""The fewest characters of a series in all, and per block on average."""
SHARE = 3
"""A series holds more than the page's words outside links divided by this."""
HEIGHT = 3
# A class name with a number belongs to a single element.
_NUMBER = re.compile(r"\d")
_OTHER = re.compile(
    r"(?:^|[\s_-])(?:modal|popup|pop-up|overlay|dialog|teasers?|newsbox|related|menu|footer|sidebar|widget)(?:$|[\s_-])"
)


def series(passages: Sequence[Passage], words: int, prose: int) -> list[bool] | None:
    """Return for each of *passages* whether it stands in the series that is the text; None if there is no series.

    Args:
        words: how many characters of the page are not in links.
        prose: how many characters of running text the best region holds; a series must have more.
    """
    groups: dict[tuple[Any, ...], dict[Any, int]] = {}
    names: dict[Any, tuple[Any, ...] | None] = {}
    blocks = [holder(one) for one in passages]
    for one, block in zip(passages, blocks, strict=True):
        # Lists of links are menus or lists of texts, however alike their entries are.
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
    # Blocks without a class name count only if each has its own parent.
    kinds = {block if classes(block) else block.getparent() for block in best}
    if len(kinds) < FEWEST or size < max(ENOUGH, SAYING * len(best), prose) or SHARE * size <= words:
        return None
    return [block in best for block in blocks]


def _names(block: Any) -> tuple[Any, ...] | None:
    """Return the tags and class names of a block and the elements around it; None if one is not a text."""
    said: list[Any] = []
    for node in (block, *block.iterancestors()):
        if len(said) == HEIGHT:
            break
        called = marks(node)
        if furniture.named(called) or says(_OTHER, called):
            return None
        # Class names with a number ("post-4711") belong to a single block.
        said.append((node.tag, frozenset(one for one in classes(node) if not _NUMBER.search(one))))
    return tuple(said)
