"""Wrong kind: explain to a person which setting has a value of the wrong type, and which type is needed.

Apart from `values.py`, which names every setting and is long: this file only puts an error into words.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

from ingest.settings.addresses import called_in
from ingest.settings.errors import BadSettings

_Kind = TypeVar("_Kind")
# The types of msgspec's messages, in words for people.
_KINDS = {
    "str": "text in quotation marks",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}
# The messages of msgspec.
_WRONG_TYPE = re.compile(r"Expected `(?P<meant>[^`]+)`, got `(?P<held>[^`]+)`")
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]+)`")
# The place in a message, and the index of a publisher in it.
_AT = re.compile(r" - at `\$?\.?(?P<place>[^`]+)`")
_PUBLISHER = re.compile(r"^publishers(?:\[(\d+)\])?")


def converted(table: object, kind: type[_Kind], where: str, path: Path) -> _Kind:
    """Convert *table*, from the settings file at *path*, to a value of the type *kind*.

    *where* names the table in messages; if empty, the place inside the table is named.

    Raises:
        BadSettings: a value has the wrong type or is missing.
    """
    # Imported late, because commands that read no settings do not need it.
    import msgspec

    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        hint = "docs/settings.md lists every setting with its kind"
        raise BadSettings(path, _in_words(str(error), where, table), hint) from error


def _in_words(error: str, where: str, table: object) -> str:
    """Return an error of msgspec about *table* in words for people."""
    at, wrong, lacks = _AT.search(error), _WRONG_TYPE.search(error), _MISSING.search(error)
    place = where or (_PUBLISHER.sub(lambda found: _table_name(found, table), at["place"]) if at else "")
    if wrong:
        meant = " or ".join(_KINDS.get(one, one) for one in wrong["meant"].split(" | ") if one != "null")
        return f"{place} is {_KINDS.get(wrong['held'], wrong['held'])}, and has to be {meant}"
    if lacks:
        return f"{place} has no {lacks['name']}"
    return f"{place}: {_AT.sub('', error)}"


def _table_name(found: re.Match[str], table: object) -> str:
    # Name the table as in the file. msgspec uses the name of the field, `publishers`, and counts from 0.
    if not found[1] or not isinstance(table, dict):
        return "publisher"
    return called_in(table, int(found[1]) + 1)
