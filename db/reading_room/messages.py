"""Messages: the room's own words in its languages; numbers and days as they are written.

What a template says in English is the key, or the ``en`` of a pair where it is longer than a line; values of the
catalogue are named by their kind (``answer: ask``), and have words in English too.
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
    # A key of TOML ends on its line: what is longer stands as a pair, each side wrapped as a reviewer reads it.
    return {**read["phrases"], **{pair["en"]: pair[language] for pair in read.get("sentences", ())}}


def phrase(language: str, english: str, **values: object) -> str:
    """Return *english* in *language*, with *values* in their places; English where it has no words for it."""
    found = _table(language).get(english, english)
    told = found if isinstance(found, str) else found[0]
    return told.format(**values) if values else told


def counted(language: str, number: int, singular: str, plural: str) -> str:
    """Return *number* with the noun in the form that goes with it: ``1 edition``, ``5 wydań``."""
    forms = _table(language).get(singular)
    if language == "pl" and isinstance(forms, list):
        return f"{grouped(language, number)} {forms[_polish(number)]}"
    return f"{grouped(language, number)} {singular if number == 1 else plural}"


def _polish(number: int) -> int:
    # CLDR's one, few and many: 1 wydanie, 2 wydania, 5 wydań, 22 wydania, 12 wydań.
    if number == 1:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


def grouped(language: str, number: int) -> str:
    """Return *number* with its digits in groups of three, as *language* does it."""
    return f"{number:,}".replace(",", "," if language == LANGUAGES[0] else "\u00a0")


def day(language: str, when: datetime | str | None) -> str:
    """Return a day as *language* writes it: ``24 April 2023``, ``24 kwietnia 2023``; else as stated."""
    if when is None:
        return ""
    said = when.astimezone(UTC).isoformat() if isinstance(when, datetime) else when
    parts = said[:10].split("-")
    if not all(part.isdigit() for part in parts) or not 1 <= len(parts) <= 3:
        return said
    # What a page states is not checked to be a day of the calendar.
    if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
        return said
    return month_names.written(said[:10], language)


def span(language: str, first: datetime, last: datetime) -> str:
    """Return the days from *first* to *last*; one day once."""
    one, other = day(language, first), day(language, last)
    return one if one == other else f"{one} – {other}"


def moment(language: str, when: datetime | str | None, beside: Iterable[datetime | str | None] = ()) -> str:
    """Return an instant with its minute, in UTC: ``24 April 2023, 10:00 UTC``; with its second where one that is shown
    *beside* it is of the same minute.
    """
    if when is None:
        return ""
    at = _instant(when)
    others = [_instant(one) for one in beside if one is not None]
    # Two lines that read alike and are not the same leave a reader at a loss.
    near = any(one != at and abs(one - at) < _MINUTE and one.minute == at.minute for one in others)
    return f"{day(language, at)}, {at:{'%H:%M:%S' if near else '%H:%M'}} UTC"


def _instant(when: datetime | str) -> datetime:
    return (datetime.fromisoformat(when) if isinstance(when, str) else when).astimezone(UTC)


def language_name(language: str, code: str) -> str:
    """Return what *language* calls the one with this *code*; the code where the room has no word for it."""
    found = phrase(language, f"language: {code.lower().partition('-')[0]}")
    return code if found.startswith("language: ") else found


_LETTERS = {letter: place for place, letter in enumerate("aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż")}


def alphabetical(text: str) -> tuple[tuple[int, ...], str]:
    """Return the key by which *text* stands in an alphabetical list: Ł behind L, as Polish has it, and not behind Z."""
    lower = text.lower()
    return tuple(
        _LETTERS.get(letter, ord(letter) - 1000 if ord(letter) < 97 else ord(letter)) for letter in lower
    ), text
