"""Month names in English and Polish, as written with a day and alone, and dates written with them."""

from __future__ import annotations

from collections.abc import Mapping

_ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

WITH_DAY: Mapping[str, tuple[str, ...]] = {
    "en": _ENGLISH,
    "pl": (
        "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
        "lipca", "sierpnia", "września", "października", "listopada", "grudnia",
    ),
}  # fmt: skip

# Polish uses the genitive after a day (24 kwietnia 2023) and the nominative without one (kwiecień 2023).
ALONE: Mapping[str, tuple[str, ...]] = {
    "en": _ENGLISH,
    "pl": (
        "styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec",
        "lipiec", "sierpień", "wrzesień", "październik", "listopad", "grudzień",
    ),
}  # fmt: skip


def write_date(date: str, language: str) -> str:
    """Return *date* (ISO 8601, at most to the day) as *language* writes it: ``24 April 2023``, ``kwiecień 2023``."""
    year, *rest = date.split("-")
    if not rest:
        return year
    month = int(rest[0]) - 1
    return (
        f"{ALONE[language][month]} {year}" if len(rest) == 1 else f"{int(rest[1])} {WITH_DAY[language][month]} {year}"
    )
