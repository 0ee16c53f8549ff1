"""Spots: where a field stands on the pages of one publisher, as a short path that a person can check."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

# No digits: a name with a number in it ("post-1234") is on one page only.
_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]+")
_STEP = re.compile(r"^([a-z][a-z0-9-]*)(?:([.#])([\w-]+)|\[(rel|itemprop)=([\w-]+)\])?$")
# Elements whose tags alone say something.
_TELLING = frozenset({"h1", "time", "article", "main", "address"})


class How(StrEnum):
    """How the value of a field is taken from its spot."""

    WORDS = "words"
    """The words of the first such element."""
    EACH = "each"
    """The words of every such element: one value each."""
    LISTED = "listed"
    """The words of the first such element, which lists several values."""
    LABELLED = "labelled"
    """The names after the label ("Author:") in the first such element."""
    STAMP = "stamp"
    """The ``datetime`` of the first such element."""
    WITNESS = "witness"
    """What a machine-readable witness says; *at* is its name."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a field stands.

    Attributes:
        at: one or two steps, such as ``div.entry-meta > a[rel=author]``: a tag with a class, id, rel or itemprop, and
            before ``>`` the same for its parent. For WITNESS, the name of the witness.
        fit: on how many of the pages it was learned from it gave the same value as the general reader.
    """

    at: str
    how: How
    fit: int


@lru_cache(maxsize=4096)
def _parsed(step: str) -> tuple[str, str, str]:
    found = _STEP.match(step)
    if found is None:
        raise ValueError(f"{step!r} names no element")
    tag, sign, name, attribute, value = found.groups()
    if sign:
        return tag, "class" if sign == "." else "id", name
    return tag, attribute or "", value or ""


def is_at(element: Any, step: str) -> bool:
    """Return whether *step* matches *element*.

    Raises:
        ValueError: *step* is not a step.
    """
    tag, attribute, value = _parsed(step)
    if element is None or element.tag != tag:
        return False
    # A substring test first, which is cheap: few of the thousands of class lists on a page pass it.
    return not attribute or (value in (said := element.get(attribute) or "") and value in said.split())


def named(step: str) -> bool:
    """Return whether *step* names more than a tag."""
    return bool(_parsed(step)[1])


class Sayings(dict[tuple[str, str], list[tuple[Any, str]]]):
    """The elements with a tag that have an attribute, each with its value, in order, computed once.

    Without an attribute name, all elements with the tag, each with "".
    """

    def __init__(self, tagged: Mapping[Any, Sequence[Any]]) -> None:
        """Use the elements in *tagged*, by tag."""
        super().__init__()
        self._tagged = tagged

    def __missing__(self, asked: tuple[str, str]) -> list[tuple[Any, str]]:
        tag, attribute = asked
        able = self._tagged.get(tag, ())
        if attribute:
            found = [(element, said) for element in able if (said := element.get(attribute))]
        else:
            found = [(element, "") for element in able]
        self[asked] = found
        return found


def among(saying: Sayings, at: str) -> list[Any]:
    """Return the elements that match *at*, in order.

    Raises:
        ValueError: *at* cannot be read.
    """
    above, tag, attribute, value = _path(at)
    found = [one for one, said in saying[tag, attribute] if value in said and (not value or value in said.split())]
    return [one for one in found if is_at(one.getparent(), above)] if above else found


@lru_cache(maxsize=4096)
def _path(at: str) -> tuple[str, str, str, str]:
    above, _, step = at.rpartition(" > ")
    return above, *_parsed(step)


def steps(element: Any) -> list[str]:
    """Return the steps that may match *element* on other pages too, without any that contain a number."""
    tag = element.tag
    if not isinstance(tag, str) or _STEP.match(tag) is None:
        return []
        # Not by position: the third child here is the fourth on a page with one more picture.
    named = [f"{tag}.{name}" for name in (element.get("class") or "").split() if _NAME.fullmatch(name)]
    if _NAME.fullmatch(element.get("id") or ""):
        named.append(f"{tag}#{element.get('id')}")
    for attribute in ("rel", "itemprop"):
        named += [
            f"{tag}[{attribute}={name}]" for name in (element.get(attribute) or "").split() if _NAME.fullmatch(name)
        ]
    # A tag alone counts only for a few tags: a page has too many elements with any other tag.
    return [*named, tag] if tag in _TELLING else named


def paths(element: Any) -> list[str]:
    """Return the paths that may lead to *element*: its own steps, and these after a step of its parent."""
    own, parent = steps(element), element.getparent()
    above = steps(parent) if parent is not None else []
    tag = [element.tag] if isinstance(element.tag, str) and _STEP.match(element.tag) else []
    return [*own, *(f"{one} > {other}" for one in above for other in dict.fromkeys([*own, *tag]))]
