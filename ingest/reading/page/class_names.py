"""Class names: what the authors of a page call its elements, and which words stand in that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from functools import lru_cache
from typing import Any

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=16384)
def _parted(said: str | None, named: str | None, *others: str | None) -> str:
    whole = f"{said} {named}" if said and named else said or named or ""
    if others:
        whole = " ".join(filter(None, (whole, *others)))
    lowered = whole.lower()
    return whole if whole == lowered else _CAMEL.sub("-", whole).lower()


def marks(element: Any) -> str:
    """Return the class names, id and test id of *element* in lower case, with camel case parted by hyphens."""
    said = named = tested = made = None
    for name, value in element.items():  # most have one or none: to ask for each by its name takes longer
        if name == "class":
            said = value
        elif name == "id":
            named = value
        elif name == "data-testid":
            tested = value
        elif name == "data-component":
            made = value
    return _parted(said, named, tested, made) if said or named or tested or made else ""


def worn(element: Any) -> str:
    """Return the class names of *element* as `marks` gives them, without its id."""
    return _parted(element.get("class"), None)


class Said(dict[str, bool]):
    """Whether a pattern finds a word of its own in class names; each is asked once, for pages repeat them.

    A pattern finds nothing across white space: class names are asked one by one, and few are of one site alone.
    """

    MOST = 16384

    def __init__(self, pattern: re.Pattern[str]) -> None:
        super().__init__({"": False})
        self._search = pattern.search
        self._names: dict[str, bool] = {}

    def __missing__(self, said: str) -> bool:
        if len(self) > self.MOST:
            self.clear()
        if len(self._names) > self.MOST:
            self._names.clear()
        found, names = False, self._names
        for name in said.split():
            known = names.get(name)
            if known is None:
                known = names[name] = self._search(name) is not None
            if known:
                found = True
                break
        self[said] = found
        return found


_SAID: dict[int, Said] = {}


def remembered(pattern: re.Pattern[str]) -> Said:
    """Return what is known of *pattern*, which must live as long as the program does."""
    # By its identity: to hash a pattern is to read the whole of its program, and these are long.
    return _SAID.get(id(pattern)) or _SAID.setdefault(id(pattern), Said(pattern))


def says(pattern: re.Pattern[str], said: str) -> bool:
    """Return whether *pattern*, a constant, finds a word of its own in class names as `marks` gives them; remembered."""
    return remembered(pattern)[said]


class Marks(dict[Any, str]):
    """What `marks` says of each element of one page, asked once."""

    def __missing__(self, element: Any) -> str:
        said = self[element] = marks(element)
        return said

    def of(self, elements: Iterable[Any], tested: Set[Any]) -> dict[str, list[Any]]:
        """Return those of *elements* that have marks, by what these say: a page says few things many times.

        Args:
            tested: those that have marks for testers, as elements of few pages have.
        """
        found: dict[str, list[Any]] = {}
        for element in elements:
            said, named = element.get("class"), element.get("id")
            if said or named or element in tested:
                words = self[element] = marks(element) if element in tested else _parted(said, named)
                if words in found:
                    found[words].append(element)
                elif words:
                    found[words] = [element]
            else:
                self[element] = ""
        return found
