"""A setting of the wrong kind, told to a person: what stands in the file, where, and what has to.

A file of its own, as the bounds of numbers have one: the file of all settings is long.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

from ingest.settings.errors import BadSettings

_Kind = TypeVar("_Kind")
_KINDS = {
    "str": "text in quotation marks",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}
# As msgspec tells what it cannot convert.
_WRONG = re.compile(r"Expected `(?P<meant>[^`]+)`, got `(?P<held>[^`]+)`")
_LACKS = re.compile(r"Object missing required field `(?P<name>[^`]+)`")
_AT = re.compile(r" - at `\$?\.?(?P<place>[^`]+)`")
_PUBLISHER = re.compile(r"^publishers(?:\[(\d+)\])?")


def converted(table: object, kind: type[_Kind], where: str, path: Path) -> _Kind:
    """Return a *table* of the file at *path* as a value of this *kind*; *where* is what it is called, if its own places
    tell nothing.

    Raises:
        BadSettings: something in it is of another kind, or missing.
    """
    # Loaded with the first settings: a command that reads none needs it not.
    import msgspec

    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        hint = "docs/settings.md lists every setting with its kind"
        raise BadSettings(path, _in_words(str(error), where), hint) from error


def _in_words(error: str, where: str) -> str:
    at, wrong, lacks = _AT.search(error), _WRONG.search(error), _LACKS.search(error)
    place = where or (_PUBLISHER.sub(_numbered, at["place"]) if at else "")
    if wrong:
        meant = " or ".join(_KINDS.get(one, one) for one in wrong["meant"].split(" | ") if one != "null")
        return f"{place} is {_KINDS.get(wrong['held'], wrong['held'])}, and has to be {meant}"
    if lacks:
        return f"{place} has no {lacks['name']}"
    return f"{place}: {_AT.sub('', error)}"


def _numbered(found: re.Match[str]) -> str:
    # As the file has it: [[publisher]] is decoded under the name of the field, and counted from 0.
    return f"publisher {int(found[1]) + 1}" if found[1] else "publisher"
