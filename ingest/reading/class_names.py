"""Class names: what the authors of a page call its elements, and which words stand in that."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


_NAMING = ("class", "id", "data-testid", "data-component")


@lru_cache(maxsize=16384)
def _parted(*said: str | None) -> str:
    whole = " ".join(filter(None, said))
    lowered = whole.lower()
    return whole if whole == lowered else _CAMEL.sub("-", whole).lower()


def marks(element: Any) -> str:
    """Return the class names, id and test id of *element* in lower case, with camel case parted by hyphens."""
    names = element.keys()  # to ask for what an element has not takes as long as to read what it has
    if not names:
        return ""
    said = [element.get(name) for name in _NAMING if name in names]
    return _parted(*said) if said else ""


class Said(dict[str, bool]):
    """Whether a pattern finds a word of its own in class names; each is asked once, for pages repeat them."""

    MOST = 65536

    def __init__(self, pattern: re.Pattern[str]) -> None:
        super().__init__({"": False})
        self._pattern = pattern

    def __missing__(self, said: str) -> bool:
        if len(self) > self.MOST:
            self.clear()
        found = self[said] = bool(said and self._pattern.search(said))
        return found


_SAID: dict[int, Said] = {}


def remembered(pattern: re.Pattern[str]) -> Said:
    """Return what is known of *pattern*, which must live as long as the program does."""
    # By its identity: to hash a pattern is to read the whole of its program, and these are long.
    return _SAID.get(id(pattern)) or _SAID.setdefault(id(pattern), Said(pattern))


def says(pattern: re.Pattern[str], said: str) -> bool:
    """Say whether *pattern*, a constant, finds a word of its own in class names as `marks` gives them; remembered."""
    return remembered(pattern)[said]


class Marks(dict[Any, str]):
    """What `marks` says of each element of one page, asked once."""

    def __missing__(self, element: Any) -> str:
        said = self[element] = marks(element)
        return said

    def of(self, elements: Iterable[Any]) -> dict[str, list[Any]]:
        """Return those of *elements* that have marks, by what these say: a page says few things many times."""
        found: dict[str, list[Any]] = {}
        for element in elements:
            if said := self[element]:
                found.setdefault(said, []).append(element)
        return found
