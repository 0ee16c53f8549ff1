"""Dates: read what a page prints or states as a date, to the precision it states and no further."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.model import Precision

_MONTHS = {
    1: "january jan januar jänner jän stycznia styczeń sty janvier janv enero ene gennaio gen janeiro "
    "januari ledna leden січня січень января январь янв leden ocak januára január ianuarie jaan "
    "tammikuuta tammikuu",
    2: "february feb februar lutego luty lut février févr fév febrero febbraio febb fevereiro fev "
    "februari února únor лютого лютий февраля февраль фев şubat februára február februarie helmikuuta",
    3: "march mar märz mrz maerz marca marzec mars marzo março maart mrt března březen березня березень "
    "марта март мар mart martie maaliskuuta",
    4: "april apr kwietnia kwiecień kwi avril avr abril abr aprile dubna duben квітня квітень апреля "
    "апрель апр nisan apríla apríl aprilie huhtikuuta",
    5: "may mai maja maj mayo maggio mag maio mei května květen травня травень мая май mayıs mája máj toukokuuta",
    6: "june jun juni czerwca czerwiec cze juin junio giugno giu junho června červen червня червень июня "
    "июнь июн haziran júna jún iunie kesäkuuta",
    7: "july jul juli lipca lipiec lip juillet juil julio luglio lug julho července červenec липня липень "
    "июля июль июл temmuz júla júl iulie heinäkuuta",
    8: "august aug sierpnia sierpień sie août aout agosto ago augustus srpna srpen серпня серпень августа "
    "август авг ağustos augusta elokuuta augusti",
    9: "september sep sept września wrzesień wrz septembre septiembre settembre sett set setembro září "
    "вересня вересень сентября сентябрь сен eylül septembra septembrie syyskuuta",
    10: "october oct oktober okt października październik paź octobre octubre ottobre ott outubro out "
    "října říjen жовтня жовтень октября октябрь окт ekim októbra október octombrie lokakuuta",
    11: "november nov listopada listopad lis novembre noviembre novembro листопада листопад ноября ноябрь "
    "ноя kasım novembra noiembrie marraskuuta listopadu",
    12: "december dec dezember dez grudnia grudzień gru décembre déc diciembre dic dicembre dezembro "
    "prosince prosinec грудня грудень декабря декабрь дек aralık decembra decembrie joulukuuta "
    "desember des",
}
MONTHS = {word: number for number, words in _MONTHS.items() for word in words.split()}
_MONTH = "(?:" + "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True)) + ")"
_ISO = re.compile(
    r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|"
    r"GMT|[+-]\d\d(?::?\d\d)?)?)?(?!\d)"
)
_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:[T ]?\d{4,6}Z?)?$")
_YEAR_MONTH = re.compile(r"^((?:19|20)\d\d)[-/](\d{1,2})$")
_YEAR = re.compile(r"^((?:19|20)\d\d)$")
_DAY_MONTH_YEAR = re.compile(
    rf"(?<![\w.])(\d{{1,2}})(?:\.|st|nd|rd|th|er|º|°|ª)?(?:\s+(?:de|di|of|d['’])\s*|"
    rf"\s*[-/,]?\s*)({_MONTH})\.?(?:\s+(?:de|del|of)\s+|\s*[-/,.]?\s*)((?:19|20)\d\d)(?!\d)",
    re.I,
)
_MONTH_DAY_YEAR = re.compile(rf"(?<!\w)({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)(?!\d)", re.I)
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d|\d\d)(?![\d./]\d|\d)")
_YEAR_FIRST = re.compile(r"(?<![\d./-])((?:19|20)\d\d)([./-])(\d{1,2})\2(\d{1,2})(?!\d)")
_CJK = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
_YEAR_MONTH_DAY = re.compile(rf"(?<!\d)((?:19|20)\d\d)[,.]?\s+({_MONTH})\.?\s+(\d{{1,2}})(?!\d)", re.I)
_FULL_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY_YEAR = re.compile(r"\d(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d", re.I)
"""What stands behind a month that comes first; to look for all names of months takes longer."""
_MONTH_YEAR = re.compile(rf"(?<!\w)({_MONTH})\.?,?\s+(?:de\s+)?((?:19|20)\d\d)(?!\d)", re.I)
_RFC = re.compile(r"^\w{3},\s+\d{1,2}\s+\w{3}\s+\d{4}\s+\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date as far as words state it: the value, its precision, and the words.

    Attributes:
        offset: minutes east of UTC where the words name one, else None.
    """

    value: str
    precision: Precision
    words: str
    offset: int | None = None

    @property
    def day(self) -> date | None:
        """The local day, or None where less is stated."""
        return date.fromisoformat(self.value[:10]) if self.precision in (Precision.DAY, Precision.INSTANT) else None


def read(text: str, *, american: bool = False) -> Stated | None:
    """Return the date that the whole value *text* states: ISO 8601, a compact or printed day, a month, a
    year.
    """
    text = " ".join(text.split())
    if match := _ISO.search(text):
        return _instant(match)
    if match := _COMPACT.match(text):
        return _made(match, (1, 2, 3), text)
    if match := _YEAR_MONTH.match(text):
        return _month(int(match[1]), int(match[2]), text)
    if match := _YEAR.match(text):
        return Stated(match[1], Precision.YEAR, text)
    return next(find(text, american=american), None) or _named_month(text)


def _named_month(text: str) -> Stated | None:
    match = _MONTH_YEAR.search(text)
    return _month(int(match[2]), MONTHS[match[1].lower()], match[0]) if match else None


def find(text: str, *, american: bool = False) -> Iterator[Stated]:
    """Yield every day that *text* prints, in order of place.

    Args:
        american: read ``4/5/2023`` as April 5. Where one number is over 12, or dots part them, the order is
        plain.
    """
    found = list(_with_full_years(text)) if _FULL_YEAR.search(text) else []
    for match in _NUMERIC.finditer(text):
        flip = american and match[2] != "." if int(match[3]) <= 12 else True
        if stated := _made(match, (4, 1, 3) if flip else (4, 3, 1), match[0]):
            found.append((match.start(), stated))
    yield from (stated for _, stated in sorted(found, key=lambda pair: pair[0]))


def _with_full_years(text: str) -> Iterator[tuple[int, Stated]]:
    for pattern, order in (
        (_DAY_MONTH_YEAR, (3, 2, 1)),
        (_MONTH_DAY_YEAR if _DAY_YEAR.search(text) else None, (3, 1, 2)),
        (_CJK, (1, 2, 3)),
        (_YEAR_MONTH_DAY, (1, 2, 3)),
    ):
        if pattern is not None:
            yield from ((m.start(), s) for m in pattern.finditer(text) if (s := _made(m, order, m[0])))
    yield from ((m.start(), s) for m in _ISO.finditer(text) if (s := _instant(m)))
    yield from ((m.start(), s) for m in _YEAR_FIRST.finditer(text) if m[2] != "-" and (s := _made(m, (1, 3, 4), m[0])))


def _made(match: re.Match[str], order: tuple[int, int, int], words: str) -> Stated | None:
    year, month, day = (match[group] for group in order)
    number = MONTHS.get(month.lower()) or (int(month) if month.isdigit() else 0)
    full = int(year) if len(year) == 4 else 2000 + int(year)
    try:
        return Stated(date(full, number, int(day)).isoformat(), Precision.DAY, words)
    except ValueError:
        return None


def _month(year: int, month: int, words: str) -> Stated | None:
    return Stated(f"{year:04}-{month:02}", Precision.MONTH, words) if 1 <= month <= 12 else None


def _instant(match: re.Match[str]) -> Stated | None:
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        when = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001 - the zone is kept as printed
    except ValueError:
        return None
    if hour is None:
        return Stated(when.date().isoformat(), Precision.DAY, match[0])
    minutes = _offset(zone)
    if minutes is None:
        return Stated(when.date().isoformat(), Precision.DAY, match[0])
    sign = "-" if minutes < 0 else "+"
    printed = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    return Stated(f"{when:%Y-%m-%dT%H:%M:%S}{printed}", Precision.INSTANT, match[0], minutes)


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone in ("Z", "UTC", "GMT"):
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if zone[0] == "-" else minutes


def near(one: date, other: date, days: int = 1) -> bool:
    """Say whether two days lie no more than *days* apart: what a change of time zone can do."""
    return abs(one - other) <= timedelta(days=days)
