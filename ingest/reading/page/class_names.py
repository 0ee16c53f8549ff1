"""Class names: the class names and ids that a page's authors give to elements, and the words in them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

HEADED = frozenset({"h2", "h3", "h4", "h5", "h6"})
"""Headings of parts; sites make their ids of their words."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=16384)
def _words_of(said: str | None, named: str | None, *others: str | None) -> str:
    whole = f"{said} {named}" if said and named else said or named or ""
    if others:
        whole = " ".join(filter(None, (whole, *others)))
    lowered = whole.lower()
    return whole if whole == lowered else _CAMEL.sub("-", whole).lower()


def marks(element: Any) -> str:
    """Return the class names, id, test id and component of *element* in lower case, with camel case hyphenated."""
    said, named, tested, made = map(element.get, ("class", "id", "data-testid", "data-component"))
    return _words_of(said, named, tested, made)


def worn(element: Any) -> str:
    """Return the class names of *element* in the form of `marks`, without its id."""
    return _words_of(element.get("class"), None)


class ClassWords(dict[str, bool]):
    """Tells of class names, in the form of `marks`, whether an expression finds a word in them: ``words["x byline"]``.

    Answers are kept, because sites repeat them. The expression matches nothing across white space, so each class name
    is searched alone and once: pages share most of them.
    """

    MOST = 16384

    def __init__(self, expression: str, flags: int = 0) -> None:
        super().__init__({"": False})
        self._search = re.compile(expression, flags).search
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


def whole_words(listed: str, flags: int = 0) -> ClassWords:
    """Return what finds any of the words *listed*, an expression, between the separators of class names."""
    return ClassWords(rf"(?:^|[\s_-])(?:{listed})(?:$|[\s_-])", flags)


class Marks(dict[Any, str]):
    """The `marks` of each element of one page, computed once."""

    def __missing__(self, element: Any) -> str:
        said = self[element] = marks(element)
        return said
