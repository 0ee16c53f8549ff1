"""Nodes: the JSON-LD nodes of a page, in document order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.markup.json_scripts import Loaded, loaded
from ingest.reading.page.page import Page

NODES_AT_MOST = 5000
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of all JSON-LD blocks of a page, each with its script, and how to follow ``@id``.

    Attributes:
        by_id: the node that an ``@id`` refers to.
        holders: the element that holds a node, by the node's identity.
        blocks: the JSON in each such element.
    """

    nodes: tuple[tuple[Node, Any], ...]
    by_id: dict[str, Node]
    holders: dict[int, Any]
    blocks: dict[Any, Loaded]

    def follow(self, value: Any) -> Any:
        """Return the node that a bare ``{"@id": ...}`` refers to, else *value* itself."""
        if isinstance(value, dict) and "@id" in value and "name" not in value:
            return self.by_id.get(str(value["@id"]), value)
        return value


def graph(page: Page) -> Graph:
    """Collect the nodes of all JSON-LD blocks of *page*, in document order."""
    nodes: list[tuple[Node, Any]] = []
    by_id: dict[str, Node] = {}
    holders: dict[int, Any] = {}
    blocks: dict[Any, Loaded] = {}
    for holder, text in _texts(page):
        block = blocks[holder] = loaded(text)
        for node in _nodes(block.value):
            nodes.append((node, holder))
            holders[id(node)] = holder
            if len(node) > 1 and type(identity := node.get("@id")) is str:
                known = by_id.get(identity)
                # Plug-ins split a node into pieces with one @id. The piece with a name is the one to follow.
                if known is None or ("name" in node and "name" not in known):
                    by_id[identity] = node
    return Graph(tuple(nodes), by_id, holders, blocks)


def _texts(page: Page) -> list[tuple[Any, str]]:
    """Return the elements with JSON-LD, each with its text. Some sites put a block into a ``meta``."""
    texts = [(s, s.text or "") for s in page.tagged.get("script", ()) if "ld+json" in (s.get("type") or "").lower()]
    if "ld+json" in "\n".join(page.named):
        texts += [(element, content) for name, content, element in page.metas if "ld+json" in name]
    return texts


def _nodes(value: Any) -> Iterator[Node]:
    """Yield the nodes in the *value* of a block, each before those inside it."""
    # With a stack and a limit, because a page's data may be nested without end.
    stack, budget = [value], NODES_AT_MOST
    while stack and budget:
        budget -= 1
        current = stack.pop()
        if type(current) is dict:
            yield current
            stack += [held for held in reversed(current.values()) if type(held) is dict or type(held) is list]
        elif type(current) is list:
            stack += reversed(current)


def types(node: Node) -> tuple[str, ...]:
    """Return the type names of *node*, without their vocabulary."""
    named = node.get("@type", ())
    return tuple(map(_bare, map(str, named))) if isinstance(named, list) else (_bare(str(named)),)


@lru_cache(maxsize=1024)
def _bare(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
