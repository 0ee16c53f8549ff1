"""Messages: the room's own texts in its languages; numbers and dates as written in each.

The English text in a template is the key (or the ``en`` of a pair, if it is longer than a line). Values of the
catalogue have keys with their kind (``answer: ask``), which have English texts too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources

from db.citation import month_names
from db.reading_room.guard import LANGUAGES

_MINUTE = timedelta(minutes=1)


@cache
def _table(language: str) -> Mapping[str, str | list[str]]:
    read = tomllib.loads(resources.files("db.reading_room").joinpath("phrases", f"{language}.toml").read_text("utf-8"))
    # A TOML key cannot be wrapped, so long texts are pairs, each side wrapped for reviewers.
    return {**read["phrases"], **{pair["en"]: pair[language] for pair in read.get("sentences", ())}}


def phrase(language: str, english: str, **values: object) -> str:
    """Return *english* in *language* with *values* filled in; the English text if there is no translation."""
    found = _table(language).get(english, english)
    told = found if isinstance(found, str) else found[0]
    return told.format(**values) if values else told


def counted(language: str, number: int, singular: str, plural: str) -> str:
    """Return *number* with the noun in the right form: ``1 edition``, ``5 wydań``."""
    forms = _table(language).get(singular)
    if language == "pl" and isinstance(forms, list):
        return f"{grouped(language, number)} {forms[_polish(number)]}"
    return f"{grouped(language, number)} {singular if number == 1 else plural}"


def _polish(number: int) -> int:
    # The CLDR categories one, few and many: 1 wydanie, 2 wydania, 5 wydań, 22 wydania, 12 wydań.
    if number == 1:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


def grouped(language: str, number: int) -> str:
    """Return *number* with its digits in groups of three, as *language* separates them."""
    return f"{number:,}".replace(",", "," if language == LANGUAGES[0] else "\u00a0")


def day(language: str, when: datetime | str | None) -> str:
    """Return a day as *language* writes it, ``24 April 2023``, ``24 kwietnia 2023``; otherwise as stated."""
    if when is None:
        return ""
    said = when.astimezone(UTC).isoformat() if isinstance(when, datetime) else when
    parts = said[:10].split("-")
    if not all(part.isdigit() for part in parts) or not 1 <= len(parts) <= 3:
        return said
    # A date stated by a page may not be a valid calendar date.
    if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
        return said
    return month_names.write_date(said[:10], language)


def span(language: str, first: datetime, last: datetime) -> str:
    """Return the days from *first* to *last*; a single day if they are equal."""
    one, other = day(language, first), day(language, last)
    return one if one == other else f"{one} – {other}"


def moment(language: str, when: datetime | str | None, beside: Iterable[datetime | str | None] = ()) -> str:
    """Return an instant to the minute, in UTC: ``24 April 2023, 10:00 UTC``; with seconds if an instant shown *beside*
    it is in the same minute.
    """
    if when is None:
        return ""
    at = _instant(when)
    others = [_instant(one) for one in beside if one is not None]
    # Otherwise two different lines would look the same.
    near = any(one != at and abs(one - at) < _MINUTE and one.minute == at.minute for one in others)
    return f"{day(language, at)}, {at:{'%H:%M:%S' if near else '%H:%M'}} UTC"


def _instant(when: datetime | str) -> datetime:
    return (datetime.fromisoformat(when) if isinstance(when, str) else when).astimezone(UTC)


def language_name(language: str, code: str) -> str:
    """Return the name of the language *code* in *language*, or the code if there is no name for it."""
    found = phrase(language, f"language: {code.lower().partition('-')[0]}")
    return code if found.startswith("language: ") else found


_LETTERS = {letter: place for place, letter in enumerate("aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż")}


def alphabetical(text: str) -> tuple[tuple[int, ...], str]:
    """Return the sort key of *text* for an alphabetical list, in which Ł follows L as in Polish."""
    lower = text.lower()
    return tuple(
        _LETTERS.get(letter, ord(letter) - 1000 if ord(letter) < 97 else ord(letter)) for letter in lower
    ), text
