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
    run: list[str] = []
    for piece, element in _pieces(root, _Passed(without)):
        if element is None:
            run.append(piece)
            continue
        if run and (words := plain("".join(run))):
            yield words, element
        run = [piece] if piece else []
    if words := plain("".join(run)):
        yield words, root


class _Passed:
    """What is passed over whole."""

    def __init__(self, without: Collection[str]) -> None:
        self._steps = frozenset(without)
        self._tags = frozenset(step.split(".")[0].split("#")[0].split("[")[0] for step in without)

    def has(self, node: Any, root: Any) -> bool:
        tag = node.tag
        if not isinstance(tag, str) or tag in _PASSED:
            return True
        # Most paragraphs have no attribute at all, and so no name.
        if node is not root and node.keys() and furniture.by_name(node):
            return True
        return tag in self._tags and any(is_at(node, step) for step in self._steps)


def _pieces(root: Any, passed: _Passed) -> Iterator[tuple[str, Any]]:
    """Yield pieces of text with None, and where a block begins or ends what the next run begins with and the block."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, after = stack.pop()
        block = node.tag in BLOCKS
        if not after and not passed.has(node, root):
            if block:
                yield ("- " if node.tag == "li" else ""), node
            if node.text:
                yield node.text, None
            if len(node):
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(node))
                continue
        if block:
            yield "", node
        if node is not root and node.tail:
            yield node.tail, None
