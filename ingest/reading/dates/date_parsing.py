"""Date parsing: read a date that a page prints or states, exactly to the precision that it states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain

from db.model.item import Precision
from ingest.reading.dates import calendars
from ingest.reading.dates.calendars import LONG_MONTHS, month
from ingest.reading.page.once import remembered
from ingest.reading.vocabulary import pattern, pattern_of, phrases

_WORD = r"[^\W\d_][^\s\d.,،，;:/|()\[\]–—-]*"
_YEAR_4 = r"(?:19|20)\d\d"
_ORDINAL = pattern("dates.ordinals")
_OF = pattern("dates.of_words")
_YEAR_NOUN = pattern("dates.year_nouns")
_HOUR = rf",?\s(?:{pattern('dates.at_words')}\s)?\d{{1,2}}[:.h]\d\d(?!\d)"
_ISO = re.compile(
    r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?(?:\s*(Z|UTC|"
    r"GMT|[+-]\d\d(?::?\d\d)?))?)?(?!\d)"
)
_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:[T ]?\d{4,6}Z?)?$")
_YEAR_MONTH = re.compile(r"^((?:19|20)\d\d)[-/](\d{1,2})$")
_YEAR = re.compile(r"^((?:19|20)\d\d)$")
_DAY_MONTH_YEAR = re.compile(
    rf"(?<![\w.])(\d{{1,2}})(?:\.|{_ORDINAL})?"
    rf"(?:\s+{_OF}(?:\s+|(?<=['’])\s*)|\s*[-/,]?\s*)({_WORD})\.?"
    rf"(?:\s+{_OF}\s+|\s*[-/,.،，]?\s*)({_YEAR_4})(?!\d)",
    re.I,
)
# Arabic and Vietnamese month names of two words, or a name followed by a slash and another name of the same month.
_LEVANT = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+({pattern_of(LONG_MONTHS)}|{_WORD})(?:\s?/\s?[\u0600-\u06ff ]+)?"
    rf"[,،]?\s+({_YEAR_4})(?!\d)",
    re.I,
)
_MONTH_DAY_YEAR = re.compile(
    rf"(?<!\w)({pattern_of(LONG_MONTHS)}|{_WORD})\.?\s*(\d{{1,2}})(?:{_ORDINAL}|\.(?=\s))?,?\s*({_YEAR_4})(?!\d)", re.I
)
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d|\d\d)(?![\d./]\d|\d)")
# Only in English: elsewhere, the month does not stand before the day in numbers.
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(rf"\b({'|'.join(_DAYS)})[a-z]*[.,]*\s$", re.I)
_WEEKDAY_LONGEST = 14
_LABELLED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff][:：]\s?$")
_SPACED = re.compile(rf"(?<![\d.,/-])(\d{{1,2}})\s?([./|-])\s(\d{{1,2}})\s?\2\s({_YEAR_4})(?!\d)")
_DOTTED = re.compile(rf"(?<![\d.,/·•∙–—-])(\d{{1,2}})\s?([·•∙–—])\s?(\d{{1,2}})\s?\2\s?({_YEAR_4})(?!\d)")
_ALONE = re.compile(rf"^(\d\d)( )(\d\d) ({_YEAR_4})$")
_SPREAD, _LINE = len("24 04 2023"), 60
_SHORT_YEAR = re.compile(
    rf"(?<![\w.])(\d{{1,2}})(?:[\s.]\s?|-)({_WORD})(?:\.?,?\s?['’‘]|[-.]|\.?\s(?=\d\d(?:$|\s[|•·]\s|{_HOUR})))(\d\d)"
    r"(?![\w'’])",
    re.I,
)
_SHORT_YEAR_LAST = re.compile(rf"(?<!\w)({_WORD})\.?\s+(\d{{1,2}}){_ORDINAL}?,?\s*['’‘](\d\d)(?![\w'’])", re.I)
# A year without its century. A quick test, because searching for every word before a year is slow.
_TWO_DIGITS = re.compile(r"(?:['’‘.-]|[^\W\d]\s)\d\d(?!\w)")
_YEAR_FIRST = re.compile(rf"(?<![\d./-])({_YEAR_4})\s?([./-])\s?(\d{{1,2}})\s?\2\s?(\d{{1,2}})(?!\d)")
_ROMAN = re.compile(rf"(?<![\w.])(\d{{1,2}})[.\s]\s?(I{{1,3}}|I?V|VI{{1,3}}|I?X|XI{{1,2}})[.\s]\s?({_YEAR_4})(?!\d)")
_CJK = re.compile(rf"({_YEAR_4})\s*[年년]\s*(\d{{1,2}})\s*[月월]\s*(\d{{1,2}})\s*[日일]?")
_YEAR_MONTH_DAY = re.compile(
    rf"(?<!\d)({_YEAR_4})(?:(?:\s?{_YEAR_NOUN}|[,.])?\s+|-)({_WORD})(?:\.?\s+|-)(\d{{1,2}})(?!\d)",
    re.I,
)
_YEAR_DAY_MONTH = re.compile(
    rf"(?<!\d)({_YEAR_4})\s*{pattern('dates.year_before_day')}\s+(\d{{1,2}})[.-]?\s*({_WORD})", re.I
)
# The month as a number, with words that say so.
_YEAR_NUMBERED_MONTH_DAY = re.compile(
    rf"(?<!\d)({_YEAR_4})\s+{pattern('dates.year_before_day')}\s+(\d{{1,2}})\s*{_ORDINAL}"
    rf"\s+{pattern('dates.month_nouns')}\s+(\d{{1,2}})",
    re.I,
)
_DAY_NUMBERED_MONTH_YEAR = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+{pattern('dates.month_nouns')}\s+(\d{{1,2}})(?:,|\s+{_YEAR_NOUN})?\s+({_YEAR_4})(?!\d)",
    re.I,
)
_MONTH_YEAR = re.compile(rf"(?<!\w)({_WORD})\.?,?\s+(?:{_OF}\s+)?({_YEAR_4})(?!\d)", re.I)
_NUMBERED_MONTH = re.compile(rf"^(\d{{1,2}})[./]({_YEAR_4})$|^({_YEAR_4})[年년]\s*(\d{{1,2}})[月월]$")
_ROMAN_YEAR = re.compile(
    rf"(?:^|[:,|]\s*)((I{{1,3}}|I?V|VI{{1,3}}|I?X|XI{{1,2}})[.\s/]\s?({_YEAR_4}))(?=\s*{_YEAR_NOUN}|$)"
)
# The format in which Java prints a date.
_PLATFORM = re.compile(rf"^\w{{3}} ({_WORD}) (\d{{1,2}}) \d\d:\d\d:\d\d (?:[A-Z]{{2,5}}|[+-]\d{{4}}) ({_YEAR_4})$")
_ROMANS = dict(
    zip(("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"), range(1, 13), strict=True)
)
# The patterns for printed dates, their groups for year, month and day, and signs that the text must contain in lower
# case, which is a quicker test than the pattern.
_PRINTED = (
    (_DAY_MONTH_YEAR, (3, 2, 1), ()),
    (_MONTH_DAY_YEAR, (3, 1, 2), ()),
    (_CJK, (1, 2, 3), ("年", "년")),
    (_YEAR_MONTH_DAY, (1, 2, 3), ()),
    (_YEAR_DAY_MONTH, (1, 3, 2), tuple(said.split()[-1] for said in phrases("dates.year_before_day"))),
    (_LEVANT, (3, 2, 1), (*(name.split()[0] for name in LONG_MONTHS), "/")),
    (_YEAR_NUMBERED_MONTH_DAY, (1, 2, 3), phrases("dates.month_nouns")),
    (_DAY_NUMBERED_MONTH_YEAR, (3, 2, 1), phrases("dates.month_nouns")),
    (_ROMAN, (3, 2, 1), ("i", "v", "x")),
)
# Before the last day of a range: something lasts that long, and is not published on those days. Or before the number of
# a paper or a version: a month may follow the number, but the number is not its day.
_MISLEADING = re.compile(rf"\d\.?\s?[–—-]\s?$|(?:\b{pattern('dates.number_nouns')}\.?|[#№])\s*$", re.I)
_FULL_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
_ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐၀០０"
# The digits of Asian scripts, and full-width digits.
_DIGITS = {ord(zero) + number: str(number) for zero in _ZEROS for number in range(10)}
_WRITTEN = re.compile(f"[{''.join(map(chr, _DIGITS))}]")
_FAR_YEAR, _FIRST_YEAR = 40, 90
# The day and year after a month name. A quick test, because searching for every word before them is slow.
_DAY_YEAR = re.compile(rf"\d(?:{_ORDINAL}|\.)?,?\s*(?:19|20)\d\d", re.I)


@dataclass(frozen=True, slots=True)
class Stated:
    """A date as stated in words: its value, its precision and the words.

    Attributes:
        value: ISO 8601, cut to the precision.
        offset: minutes east of UTC if the words name a time zone, else None.
    """

    value: str
    precision: Precision
    words: str
    offset: int | None = None

    @property
    def day(self) -> date | None:
        """The local day, or None if the date is less precise."""
        return date.fromisoformat(self.value[:10]) if self.precision in (Precision.DAY, Precision.INSTANT) else None


@remembered(2048)  # a page states the same moment in several places
def read(text: str, *, american: bool = False) -> Stated | None:
    """Return the date that *text* as a whole states: ISO 8601, a compact or printed day, a month, or a year."""
    text = " ".join(text.split())
    if match := _ISO.search(text):
        return _instant(match)
    if match := _COMPACT.match(text):
        return _made(match, (1, 2, 3), text)
    if match := _YEAR_MONTH.match(text):
        return _month(int(match[1]), int(match[2]), text)
    if match := _YEAR.match(text):
        return Stated(match[1], Precision.YEAR, text)
    if match := _PLATFORM.match(text):
        return _made(match, (3, 1, 2), text)
    return next(find(text, american=american), None) or read_month(text)


def read_month(text: str) -> Stated | None:
    """Return the first month with a year in *text*, by name or in numbers, or None."""
    if match := _NUMBERED_MONTH.match(text):
        number, year = (match[1], match[2]) if match[1] else (match[4], match[3])
        return _month(int(year), int(number), match[0])
    if match := _ROMAN_YEAR.search(text):
        return _month(int(match[3]), _ROMANS[match[2]], match[1])
    for match in _MONTH_YEAR.finditer(text) if _FULL_YEAR.search(text) else ():
        if named := month(match[1]):
            return _month(int(match[2]), named, match[0])
    return None


def find(text: str, *, american: bool = False) -> Iterator[Stated]:
    """Yield every day that *text* prints, in order of place.

    Args:
        american: read ``4/5/2023`` as April 5. If one number is over 12, or dots separate them, the order is clear
            without this.
    """
    return iter(_found(text, american))


@remembered(2048)  # a block and the blocks around it have the same words
def _found(text: str, american: bool) -> tuple[Stated, ...]:
    if not _DIGIT.search(text):
        return ()
    if not text.isascii() and _WRITTEN.search(text):
        return tuple(_as_written(text, text.translate(_DIGITS), american))
    full = _FULL_YEAR.search(text) is not None
    found = list(_with_full_years(text)) if full else []
    if not text.isascii() or any(mark in text for mark in ("/", "-25", ".25")):  # the latter begin Thai years
        found += [(at, Stated(day.isoformat(), Precision.DAY, words)) for at, day, words in calendars.find(text)]
    if not full and len(text) <= _LINE and _TWO_DIGITS.search(text):
        found += (*_each(_SHORT_YEAR, (3, 2, 1), text), *_each(_SHORT_YEAR_LAST, (3, 1, 2), text))
    found += _in_numbers(text, american, full)
    kept = {
        place: stated for place, stated in reversed(found) if not _MISLEADING.search(text[max(0, place - 16) : place])
    }
    return tuple(kept[place] for place in sorted(kept))


def _each(form: re.Pattern[str], order: tuple[int, int, int], text: str) -> Iterator[tuple[int, Stated]]:
    """Yield the days that *text* has in this *form*, each with its place; *order* as in ``_PRINTED``."""
    yield from ((m.start(), s) for m in form.finditer(text) if (s := _made(m, order, m[0])))


def _in_numbers(text: str, american: bool, full: bool) -> Iterator[tuple[int, Stated]]:
    """Yield the days that are all numbers and do not begin with a year of four digits, each with its place.

    Args:
        full: the text has a year of four digits. Only then signs other than those of ``_NUMERIC`` may separate numbers.
    """
    spread = (_SPACED, *(() if text.isascii() else (_DOTTED,)), *((_ALONE,) if len(text) == _SPREAD else ()))
    for match in chain(_NUMERIC.finditer(text), *(form.finditer(text) for form in spread if full)):
        if stated := _of_numbers(match, american):
            yield match.start(), stated


def _of_numbers(match: re.Match[str], american: bool) -> Stated | None:
    """Return the day that three numbers state, the year last, or None."""
    first, sign, second = int(match[1]), match[2], int(match[3])
    if len(match[4]) == 2 and match.string[match.start() - 1 : match.start()].isalpha():
        return None  # a version number
    named = _WEEKDAY.search(match.string, max(0, match.start() - _WEEKDAY_LONGEST), match.start())
    if named is not None:
        # If only one order falls on the day of the week before the numbers, it is that one.
        ways = (_made(match, order, match[0]) for order in ((4, 3, 1), (4, 1, 3)))
        right = [way for way in ways if way and way.day and _DAYS[way.day.weekday()] == named[1].lower()]
        if len(right) == 1:
            return right[0]
    # In Chinese and Japanese the year stands first; behind a label and between hyphens, it may have two digits.
    if sign == "-" and len(match[4]) == 2 and _LABELLED.search(match.string, 0, match.start()):
        return _made(match, (1, 3, 4), match[0])
    flip = second > 12 or (american and sign in "/-|" and first <= 12)
    return _made(match, (4, 1, 3) if flip else (4, 3, 1), match[0])


def _as_written(text: str, plain: str, american: bool) -> Iterator[Stated]:
    """Yield the days in *text* with its original digits; *plain* is the same text with ASCII digits."""
    at = 0
    for stated in _found(plain, american):
        at = plain.index(stated.words, at)
        yield replace(stated, words=text[at : at + len(stated.words)])


def _with_full_years(text: str) -> Iterator[tuple[int, Stated]]:
    lowered = text.lower()
    for form, order, signs in _PRINTED:
        if signs and not any(sign in lowered for sign in signs):
            continue
        if form is not _MONTH_DAY_YEAR or _DAY_YEAR.search(text):
            yield from _each(form, order, text)
    if "-" in text:
        yield from ((m.start(), s) for m in _ISO.finditer(text) if (s := _instant(m)))
    yield from _each(_YEAR_FIRST, (1, 3, 4), text)


def _made(match: re.Match[str], order: tuple[int, int, int], words: str) -> Stated | None:
    year, named, day = (match[group] for group in order)
    if named.isdigit():
        number = int(named)
    else:
        dotted = match[0].startswith(f"{day}.")
        number = _ROMANS.get(named) or month(" ".join(named.split()), dotted=dotted) or 0
    try:
        # An impossible day, such as that of a version, is none.
        on = date(int(year) if len(year) == 4 else _century(int(year)), number, int(day))
    except ValueError:
        return None
    return Stated(on.isoformat(), Precision.DAY, words)


def _century(year: int) -> int:
    """Return the year for two digits, or 0 if it would be before the first years of the web or far in the future."""
    return 2000 + year if year < _FAR_YEAR else 1900 + year if year >= _FIRST_YEAR else 0


def _month(year: int, number: int, words: str) -> Stated | None:
    return Stated(f"{year:04}-{number:02}", Precision.MONTH, words) if 1 <= number <= 12 else None


def _instant(match: re.Match[str]) -> Stated | None:
    year, month, day, hour, minute, second, zone = match.groups()
    zone = "Z" if zone in ("UTC", "GMT") else zone or ""
    clock = f"T{hour}:{minute}:{second or '00'}{zone}" if hour else ""
    try:
        when = datetime.fromisoformat(f"{year}-{month}-{day}{clock}")
    except ValueError:
        return None
    offset = when.utcoffset()
    # Without a time zone it is no instant.
    if offset is None:
        return Stated(when.date().isoformat(), Precision.DAY, match[0])
    return Stated(when.isoformat(), Precision.INSTANT, match[0], round(offset.total_seconds()) // 60)


def near(one: str, other: str) -> bool:
    """Return whether the days of two ISO dates are at most one apart, which a change of time zone explains."""
    return abs(date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])) <= timedelta(days=1)
