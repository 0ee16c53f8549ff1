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
    tags = frozenset(step.split(".")[0].split("#")[0].split("[")[0] for step in without)
    run: list[str] = []
    for piece, element in _pieces(root, frozenset(without), tags):
        if element is None:
            run.append(piece)
            continue
        if words := plain("".join(run)):
            yield words, element
        run = [piece] if piece else []
    if words := plain("".join(run)):
        yield words, root


def _pieces(root: Any, without: frozenset[str], tags: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Yield pieces of text with None, and where a block begins or ends what the next run begins with and the block."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, after = stack.pop()
        tag = node.tag
        if after:
            if tag in BLOCKS:
                yield "", node
            if node is not root and node.tail:
                yield node.tail, None
            continue
        stack.append((node, True))
        if not isinstance(tag, str) or tag in _PASSED:
            continue
        if node is not root and furniture.by_name(node):
            continue
        if tag in tags and any(is_at(node, step) for step in without):
            continue
        if tag in BLOCKS:
            yield ("- " if tag == "li" else ""), node
        if node.text:
            yield node.text, None
        stack.extend((child, False) for child in reversed(node))
