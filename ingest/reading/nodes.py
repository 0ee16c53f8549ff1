"""Nodes: what the JSON-LD of a page is made of, in document order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.reading.json_scripts import load
from ingest.reading.page import Page

NODES_AT_MOST = 5000
_HOLDING = (dict, list)
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of every JSON-LD block of a page, each with the script it stands in, and how to follow
    ``@id``.
    """

    nodes: tuple[tuple[Node, Any], ...]
    by_id: dict[str, Node]

    def follow(self, value: Any) -> Any:
        """Return the node that a bare ``{"@id": ...}`` names, or *value* as it is."""
        if isinstance(value, dict) and "@id" in value and "name" not in value:
            return self.by_id.get(str(value["@id"]), value)
        return value


def graph(page: Page) -> Graph:
    """Collect the nodes of every JSON-LD block of *page*, in document order; some sites put one into a ``meta``."""
    nodes: list[tuple[Node, Any]] = []
    by_id: dict[str, Node] = {}
    scripts = [s for s in page.tagged.get("script", ()) if "ld+json" in (s.get("type") or "").lower()]
    blocks = [(script, script.text or "") for script in scripts]
    blocks += [(element, content) for name, content, element in page.metas if "ld+json" in name]
    for holder, text in blocks:
        for node in _walk(load(text)):
            nodes.append((node, holder))
            identity = node.get("@id") if len(node) > 1 else None
            if isinstance(identity, str):
                known = by_id.get(identity)
                if known is None or ("name" in node and "name" not in known):
                    by_id[identity] = node
    return Graph(tuple(nodes), by_id)


def _walk(value: Any) -> list[Node]:
    found: list[Node] = []
    stack, budget = [value], NODES_AT_MOST
    while stack and budget:
        budget -= 1
        current = stack.pop()
        if type(current) is dict:
            found.append(current)
            held = [value for value in current.values() if type(value) in _HOLDING]
            if held:
                held.reverse()
                stack += held
        elif type(current) is list:
            stack += reversed(current)
    return found


def types(node: Node) -> tuple[str, ...]:
    """Return the names of the types of *node*, without their vocabulary."""
    named = node.get("@type", ())
    return tuple(map(_bare, map(str, named))) if isinstance(named, list) else (_bare(str(named)),)


@lru_cache(maxsize=1024)
def _bare(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
