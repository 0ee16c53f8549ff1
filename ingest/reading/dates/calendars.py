"""Calendars: the names of months in all languages, and dates with the years of other calendars as Gregorian dates.

Apart from `date_parsing.py`, because it knows nothing of how dates are printed and where.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from ingest.reading.vocabulary import by_language, pattern_of, phrases

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_ERA = re.compile(r"(令和|平成|昭和|民[國国])\s*(\d{1,3}|元)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_EARLY = "dates.january", "dates.february", "dates.march", "dates.april", "dates.may", "dates.june"
_LATE = "dates.july", "dates.august", "dates.september", "dates.october", "dates.november", "dates.december"
_LISTS = (*_EARLY, *_LATE)
_EACH = [(name, number) for number, held in enumerate(_LISTS, 1) for name in phrases(held)]
MONTHS = dict(_EACH)
"""The number of each month by its names, whole and short."""
# Names that are another month in another language.
_EARLIER = {name: number for name, number in _EACH if number < MONTHS[name]}
LONG_MONTHS = tuple(name for name in MONTHS if " " in name)
"""The names of several words."""


def _unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


# The names also without accents, as some people write them.
_PLAIN = {_unaccented(name): number for name, number in MONTHS.items()}
_PERSIAN = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
_PERSIAN_MONTHS = {name: number for number, name in enumerate(_PERSIAN.split(), 1)}
_JALALI = re.compile(rf"(?<!\d)(\d{{1,2}})\s*({'|'.join(_PERSIAN_MONTHS)})\s*(?:ماه\s*)?(1[34]\d\d)(?!\d)")
_JALALI_NUMBERS = re.compile(r"(?<![\d./-])(1(?:3[6-9]|40)\d)/(\d{1,2})/(\d{1,2})(?![\d/])")
_THAI_MONTHS = {name: number for number, held in enumerate(_LISTS, 1) for name in by_language(held)["th"]}
_THAI = re.compile(rf"(?<!\d)(\d{{1,2}})\s*({pattern_of(_THAI_MONTHS)})\s*(?:พ\.ศ\.\s*)?(25\d\d|[4-9]\d)(?!\d)")
_THAI_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(25[4-9]\d)(?!\d)")
_BUDDHA = 543
"""By how many years the Thai count is ahead of the Gregorian one."""
_NOWRUZ, _FIRST_YEAR = date(1960, 3, 21), 1339
# Which years in a cycle of 33 have a leap day. Correct from 1339 (1960) to the end of this century.
_LEAP = frozenset((1, 5, 9, 13, 17, 22, 26, 30))

Day = tuple[int, date, str]
"""The offset of a date in a text, the date, and the words that state it."""


@lru_cache(maxsize=4096)  # called for any word before a number
def month(word: str, *, dotted: bool = False) -> int | None:
    """Return the month, 1 to 12, that *word* names in any of the languages, or None.

    Args:
        dotted: the day before it has a dot. So *listopada* is October in Croatian, which writes the dot; it is November
            in Polish, which does not.
    """
    lowered = word.lower()
    if dotted and lowered in _EARLIER:
        return _EARLIER[lowered]
    return MONTHS.get(lowered) or _PLAIN.get(_unaccented(lowered))


def find(text: str) -> Iterator[Day]:
    """Yield the dates in *text* with Japanese or Taiwanese eras or with Thai or Iranian years.

    The digits of *text* must be ASCII.
    """
    if "年" in text:
        for match in _ERA.finditer(text):
            year = _ERAS[match[1]] + (1 if match[2] == "元" else int(match[2]))
            yield from _made(match, year, int(match[3]), int(match[4]))
    if any(letter in text for letter in "คยพ"):  # the name of each month has one of them
        for match in _THAI.finditer(text):
            yield from _made(match, 2500 - _BUDDHA + int(match[3][-2:]), _THAI_MONTHS[match[2]], int(match[1]))
    if any(mark in text for mark in ("/25", ".25", "-25")):
        for match in _THAI_NUMBERS.finditer(text):
            yield from _made(match, int(match[4]) - _BUDDHA, int(match[3]), int(match[1]))
    if any(letter in text for letter in "ردن"):
        for match in _JALALI.finditer(text):
            yield from _jalali(match, int(match[3]), _PERSIAN_MONTHS[match[2]], int(match[1]))
    if "/" in text and ("13" in text or "14" in text):
        for match in _JALALI_NUMBERS.finditer(text):
            yield from _jalali(match, int(match[1]), int(match[2]), int(match[3]))


def _made(match: re.Match[str], year: int, month: int, day: int) -> Iterator[Day]:
    try:
        yield match.start(), date(year, month, day), match[0]
    except ValueError:
        return


def _jalali(match: re.Match[str], year: int, month: int, day: int) -> Iterator[Day]:
    if not (year >= _FIRST_YEAR and 1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        return
    before = sum(366 if (y % 33) in _LEAP else 365 for y in range(_FIRST_YEAR, year))
    in_year = 31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day - 1
    yield match.start(), _NOWRUZ + timedelta(days=before + in_year), match[0]
