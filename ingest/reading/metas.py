"""Metas: the ``meta`` elements of a page, by what names them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_NAMING = ("property", "name", "itemprop", "http-equiv")


def named(metas: Iterable[Any]) -> tuple[tuple[str, str, Any], ...]:
    """Return those of *metas* that have a name: (name or property in lower case, content as parsed, element), in order,
    once for each of its names.
    """
    found = []
    for element in metas:
        said = element.items()
        if len(said) == 2 and said[1][0] == "content" and said[0][0] in _NAMING:  # as nearly all are written
            (_, name), (_, content) = said
            if name and content:
                found.append((name.strip().lower(), content, element))
            continue
        held = dict(said)
        stated = held.get("content") or held.get("value")
        if stated is not None:
            found += [(name.strip().lower(), stated, element) for key in _NAMING if (name := held.get(key))]
    return tuple(found)
