"""Blocks: the paragraphs inside one element, as a reader sees them, without parts that are left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from ingest.reading import furniture
from ingest.reading.page import BLOCKS, SILENT, plain
from ingest.reading.spots import is_at

_PASSED = SILENT | {"form", "button", "nav", "figure", "figcaption", "aside"}


def paragraphs(root: Any, without: Collection[str] = ()) -> Iterator[tuple[str, Any]]:
    """Yield (words, element) of each run of text in *root* that no block parts, in order; list items begin with ``- ``.

    Captions, forms and what its class names as furniture are no text.

    Args:
        without: elements that are passed over whole, by step (see `ingest.reading.spots`).
    """
    passed = _Passed(without)
    run: list[str] = []
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, after = stack.pop()
        tag = node.tag
        inside = not after and not passed.has(node, tag, root)
        starts_and_ends = tag in BLOCKS
        if starts_and_ends:
            if run and (words := plain("".join(run))):
                yield words, node
            run = ["- "] if inside and tag == "li" else []
        if inside:
            if text := node.text:
                run.append(text)
            if len(node):
                stack.append((node, True))
                stack += [(child, False) for child in reversed(node)]
                continue
            if starts_and_ends:
                if run and (words := plain("".join(run))):
                    yield words, node
                run = []
        if node is not root and (tail := node.tail):
            run.append(tail)
    if words := plain("".join(run)):
        yield words, root


class _Passed:
    """What is passed over whole."""

    def __init__(self, without: Collection[str]) -> None:
        self._steps = frozenset(without)
        self._tags = frozenset(step.split(".")[0].split("#")[0].split("[")[0] for step in without)

    def has(self, node: Any, tag: Any, root: Any) -> bool:
        if not isinstance(tag, str) or tag in _PASSED:
            return True
        if not node.keys():  # as most paragraphs have no attribute, and so no name
            return tag in self._steps
        if node is not root and furniture.by_name(node):
            return True
        return tag in self._tags and any(is_at(node, step) for step in self._steps)
