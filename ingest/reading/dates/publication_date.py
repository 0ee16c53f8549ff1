"""Publication date: decide when the text was published and changed, from structured data and printed dates."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from archive.evidence.locate import Place
from db.model.item import Precision
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing, other_dates, unprinted_dates
from ingest.reading.dates.date_parsing import Stated
from ingest.reading.dates.printed_dates import BESIDE_HEADLINE, Printed, american
from ingest.reading.page.page import Page
from ingest.reading.page.zones import Zones

_MIDNIGHT = "T00:00:00+00:00"
FAR = 90
"""An update more than this many elements away belongs to another text or to a part of this one."""


@dataclass(frozen=True, slots=True)
class Dating:
    """The decision on one date: the date, the candidate whose words state it, and the losers.

    Attributes:
        renewed: the page says only when it was last changed.
    """

    stated: Stated | None
    candidate: Candidate | None
    rivals: tuple[Candidate, ...] = ()
    renewed: bool = False


def published(page: Page, zones: Zones, offered: dict[Field, list[Candidate]], shown: list[Printed]) -> Dating:
    """Decide when the text was published.

    With structured data, the first stated day counts, with these exceptions:

    - The address names an earlier day.
    - The page prints the neighbouring day near its headline. A machine's instant may be in another time zone.
    - The page prints an earlier day right next to its headline. Many systems renew the date in the data.
    - The data state only when the text was created in a system, and the page prints another day near its headline.
    - The data give the same instant for publication and change, and the page labels one earlier day as published.

    Without structured data, in this order: the labelled or else marked printed date nearest the headline; the day in
    the address; scripts, attributes and htmldate; a day printed anywhere else. A month or year alone stays as stated,
    unless the address seems to name a day. A page that prints only the day of its last change is dated by that.
    """
    told = offered[Field.PUBLISHED]
    # Dates in the data are written like those on the page: the page decides how to read 03/04.
    us = american(page, " ".join(c.words for c in told))
    stated = [(s, c) for c in told if (s := date_parsing.read(c.words, american=us)) and _sane(s)]
    days = [pair for pair in stated if pair[0].day]
    # The day of a change is not the day of publication, however near the headline it stands.
    fresh = [p for p in shown if not p.updated and _sane(p.stated)]
    if days:
        best, candidate = _stamped(*days[0], [c.words for c in offered[Field.MODIFIED]], fresh)
        best, candidate = _first(page, fresh, *_local(best, candidate, fresh))
        return Dating(best, candidate, _losers(best, [c for _, c in days] + [p.candidate for p in fresh[:3]]))
    # Ranks above 4 are days far from the headline or after the text; the address is better than those.
    if first := _first_printed([p for p in fresh if p.rank <= 4]):
        return Dating(first.stated, first.candidate, _losers(first.stated, [p.candidate for p in fresh[:4]]))
    if addressed := _addressed(page, unprinted_dates.DAYS):
        return Dating(*addressed)
    # Asked late: a script may date something else, and htmldate needs another pass over the page.
    if said := _late(page, zones, _of_others(shown)):
        return Dating(date_parsing.read(said.value), said)
    if fresh:
        return Dating(fresh[0].stated, fresh[0].candidate)
    likely = _addressed(page, unprinted_dates.LOOSE) or next(iter(stated), None)
    if likely := likely or _addressed(page, unprinted_dates.MONTHS):
        return Dating(*likely)
    return _last_changed(shown)


def _stamped(best: Stated, candidate: Candidate, changes: list[str], fresh: list[Printed]) -> tuple[Stated, Candidate]:
    """Return the date, corrected for systems that give a text a new date whenever it is saved.

    In such data the date of publication is the instant of the last change, and the page does not print that day. If the
    page labels exactly one day as published, and it is earlier, that day is returned.
    """
    printed = {p.stated.value[:10]: p for p in fresh if p.stated.day}
    labelled = [p for p in printed.values() if p.labelled]
    instant = best.precision is Precision.INSTANT and candidate.words in changes
    if not instant or len(labelled) != 1 or best.value[:10] in printed:
        return best, candidate
    shown = labelled[0].stated
    # One day is not enough: an instant in UTC and the printed day differ by that anyway.
    early = shown.value < best.value and not date_parsing.near(shown.value, best.value)
    return (shown, labelled[0].candidate) if early else (best, candidate)


def _last_changed(shown: list[Printed]) -> Dating:
    """Return the day of the last change, printed near the headline, for a page that prints no other date."""
    last = next((p for p in shown if p.updated and p.stated.day and abs(p.distance) <= BESIDE_HEADLINE), None)
    return Dating(None, None) if last is None else Dating(last.stated, last.candidate, renewed=True)


def _first_printed(shown: list[Printed]) -> Printed | None:
    """Return the surest day, or a labelled month or year, made precise by a printed day in it if there is one."""
    # A month or year counts only with a label (rank 0), as on reports.
    first = next((p for p in shown if p.stated.day or p.rank == 0), None)
    if first is None or first.stated.day:
        return first
    return next((p for p in shown if p.stated.day and p.stated.value.startswith(first.stated.value)), first)


def _local(best: Stated, candidate: Candidate, fresh: list[Printed]) -> tuple[Stated, Candidate]:
    """Return the day printed near the headline instead of the data's, if it is the better one.

    It is better if it is the day before or after, which a time zone may explain, or if it is earlier and stands right
    next to the headline, or if the data state only when the text was created in a system.
    """
    by_headline = [p for p in fresh if p.rank <= 3 and abs(p.distance) <= BESIDE_HEADLINE and p.stated.day]
    if not by_headline or any(p.stated.day == best.day for p in by_headline):
        return best, candidate
    for shown in by_headline:
        # Only visible text may correct the data. An attribute is written by a machine, like the data.
        if shown.candidate.place is not Place.TEXT:
            continue
        near = date_parsing.near(shown.stated.value, best.value)
        if near and best.value.endswith(_MIDNIGHT):
            return best, candidate  # midnight means the day itself; a printed day next to it was shifted by a zone
        # An instant with its own offset is in the publisher's time zone, so only a label counts against it.
        in_zone = best.precision is Precision.INSTANT and (best.offset == 0 or shown.rank <= 1)
        if near and in_zone:
            return shown.stated, shown.candidate
        # An earlier day near the headline: many systems renew the date in the data when a text is moved or edited.
        early = abs(shown.distance) <= 12 and shown.stated.value < best.value[:10]
        if shown.rank <= 2 and (early or "creat" in candidate.witness.lower()):
            return shown.stated, shown.candidate
    return best, candidate


def _first(page: Page, fresh: list[Printed], best: Stated, candidate: Candidate) -> tuple[Stated, Candidate]:
    """Return the day in the page's address, if it is earlier than the day in the data.

    It must be earlier by more than a day, or by the time zone of a UTC instant whose day the page does not print. An
    address is given once, in the publisher's time zone; a stated date may be renewed.
    """
    addressed = _addressed(page, unprinted_dates.DAYS)
    if addressed is None or addressed[0].value >= best.value[:10]:
        return best, candidate
    printed = any(p.stated.day == best.day for p in fresh)
    in_zone = best.precision is Precision.INSTANT and best.offset == 0 and not printed
    return (best, candidate) if date_parsing.near(addressed[0].value, best.value) and not in_zone else addressed


def _of_others(shown: list[Printed]) -> set[str]:
    """Return the days on which, as printed only far from the headline, something was updated."""
    updates = [p for p in shown if p.updated]
    # An update far from the headline belongs to another text in a list; the same day near it would be this text's.
    near = {p.stated.value for p in updates if abs(p.distance) <= FAR}
    return {p.stated.value for p in updates} - near


def _late(page: Page, zones: Zones, others: set[str]) -> Candidate | None:
    strangers = (*other_dates.STRANGERS, other_dates.of_the_visit, other_dates.of_a_list)

    def able(day: Candidate) -> bool:
        if day.value in others or zones.foreign(day.element):
            return False
        return not any(theirs(zones, day.element) for theirs in strangers)

    return unprinted_dates.in_scripts(page) or unprinted_dates.by_htmldate(page, able, american=american(page))


def later(stated: Stated, day: str) -> bool:
    """Return whether *stated* is after the *day* of the capture by more than a time zone explains.

    Such a day is the next review of a text or the end of an offer. *day* is "" if it is not known.
    """
    if not day:
        return False
    said = stated.value[: len("2000-01-01")]
    # Compare at the stated precision: 2025 is not after a day in 2025.
    return said > day[: len(said)] and not (len(said) == len(day) and date_parsing.near(said, day))


def until(day: str, offered: list[Candidate]) -> list[Candidate]:
    """Return the candidates in *offered* that do not state a time after *day*."""
    return [one for one in offered if (stated := date_parsing.read(one.words)) is None or not later(stated, day)]


def _sane(stated: Stated) -> bool:
    # Nothing on the web is older, so an earlier year is what the text is about.
    return 1990 <= int(stated.value[:4]) <= 2100


def _addressed(page: Page, forms: tuple[re.Pattern[str], ...]) -> tuple[Stated, Candidate] | None:
    """Return the date in the address of *page* that has one of the *forms*, or None."""
    candidate = unprinted_dates.in_address(page, forms)
    stated = date_parsing.read(candidate.value) if candidate is not None else None
    return (replace(stated, words=candidate.words), candidate) if stated and candidate else None


def _losers(best: Stated, others: list[Candidate]) -> tuple[Candidate, ...]:
    kept: dict[str, Candidate] = {}
    for candidate in others:
        stated = date_parsing.read(candidate.words)
        # The same day at another minute is no contradiction.
        if stated and stated.value[:10] != best.value[:10]:
            kept.setdefault(stated.value[:10], candidate)
    return tuple(kept.values())


def modified(offered: list[Candidate], shown: list[Printed]) -> Dating:
    """Decide when the text was last changed: from structured data, else from a date printed as an update."""
    for candidate in offered:
        if (stated := date_parsing.read(candidate.words)) and _sane(stated):
            return Dating(stated, candidate)
    for one in shown:
        if one.updated:
            return Dating(one.stated, one.candidate)
    return Dating(None, None)
