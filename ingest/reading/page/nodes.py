"""Nodes: what the JSON-LD of a page is made of, in document order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.markup.json_scripts import Loaded, loaded
from ingest.reading.page.page import Page

NODES_AT_MOST = 5000
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of every JSON-LD block of a page, each with the script it stands in, and how to follow
    ``@id``.

    Attributes:
        holders: the element that holds a node, by the node's identity.
        blocks: what each such element holds.
    """

    nodes: tuple[tuple[Node, Any], ...]
    by_id: dict[str, Node]
    holders: dict[int, Any]
    blocks: dict[Any, Loaded]

    def follow(self, value: Any) -> Any:
        """Return the node that a bare ``{"@id": ...}`` names, or *value* as it is."""
        if isinstance(value, dict) and "@id" in value and "name" not in value:
            return self.by_id.get(str(value["@id"]), value)
        return value


def graph(page: Page) -> Graph:
    """Collect the nodes of every JSON-LD block of *page*, in document order; some sites put one into a ``meta``."""
    nodes: list[tuple[Node, Any]] = []
    by_id: dict[str, Node] = {}
    holders: dict[int, Any] = {}
    blocks: dict[Any, Loaded] = {}
    texts = [(s, s.text or "") for s in page.tagged.get("script", ()) if "ld+json" in (s.get("type") or "").lower()]
    if "ld+json" in "\n".join(page.named):
        texts += [(element, content) for name, content, element in page.metas if "ld+json" in name]
    for holder, text in texts:
        block = blocks[holder] = loaded(text)
        # In pieces from a stack and so many at most: what a page states may nest without end.
        stack, budget = [block.value], NODES_AT_MOST
        while stack and budget:
            budget -= 1
            current = stack.pop()
            if type(current) is dict:
                nodes.append((current, holder))
                holders[id(current)] = holder
                if len(current) > 1 and type(identity := current.get("@id")) is str:
                    known = by_id.get(identity)
                    # Plug-ins state a node in pieces under one @id: the piece that has a name is the one to follow.
                    if known is None or ("name" in current and "name" not in known):
                        by_id[identity] = current
                stack += [held for held in reversed(current.values()) if type(held) is dict or type(held) is list]
            elif type(current) is list:
                stack += reversed(current)
    return Graph(tuple(nodes), by_id, holders, blocks)


def types(node: Node) -> tuple[str, ...]:
    """Return the names of the types of *node*, without their vocabulary."""
    named = node.get("@type", ())
    return tuple(map(_bare, map(str, named))) if isinstance(named, list) else (_bare(str(named)),)


@lru_cache(maxsize=1024)
def _bare(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
