"""Publication date: when the text was published and changed, weighed between structured data and what the page
prints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from archive.evidence.locate import Place
from db.model.item import Precision
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing, dated_address, late_witnesses, other_dates
from ingest.reading.dates.date_parsing import Stated
from ingest.reading.dates.printed_dates import BESIDE_HEADLINE, Printed, american
from ingest.reading.page.page import Page
from ingest.reading.page.zones import Zones

_MIDNIGHT = "T00:00:00+00:00"
FAR = 90
"""From so many elements away an update is another text's, or of a part of this one."""


@dataclass(frozen=True, slots=True)
class Dating:
    """What was decided on one date: the date, the candidate whose words state it, and the losers."""

    stated: Stated | None
    candidate: Candidate | None
    rivals: tuple[Candidate, ...] = ()


def published(page: Page, zones: Zones, offered: dict[Field, list[Candidate]], shown: list[Printed]) -> Dating:
    """Decide when the text was published.

    Rules: the first structured day, unless the address names an earlier one; where the page prints, by its headline, a
    day next to it, the printed day wins, for a machine's instant may be in another zone than the reader's; where the
    data give one instant for publication and change, an earlier day that the page labels as that of publication wins.
    Without structured data: the labelled, then the marked printed date nearest the headline; then the day in the
    address; then what scripts and attributes say, and htmldate; last a day printed where none is looked for. A year or
    month alone stays one, but for a day that the address seems to name. A page that prints no other day than that of
    its last change is dated by it.
    """
    told = offered[Field.PUBLISHED]
    # Data are written in numbers as the page is: 03/04 is read by what the page does elsewhere.
    us = american(page, " ".join(c.words for c in told))
    stated = [(s, c) for c in told if (s := date_parsing.read(c.words, american=us)) and _sane(s)]
    days = [pair for pair in stated if pair[0].day]
    # The day of a change is no day of publication, however near the headline it stands.
    fresh = [p for p in shown if not p.updated]
    if days:
        best, candidate = _stamped(*days[0], [c.words for c in offered[Field.MODIFIED]], fresh)
        best, candidate = _first(page, *_local(best, candidate, fresh))
        return Dating(best, candidate, _losers(best, [c for _, c in days] + [p.candidate for p in fresh[:3]]))
    # Ranks above are days far from the headline or behind the text: the address goes before these.
    if first := _first_printed([p for p in fresh if p.rank <= 4]):
        return Dating(first.stated, first.candidate, _losers(first.stated, [p.candidate for p in fresh[:4]]))
    if addressed := _addressed(dated_address.day(page)):
        return addressed
    # Asked late: a script may date something else, and htmldate goes through the page once more.
    if said := _late(page, zones, _of_others(shown)):
        return Dating(date_parsing.read(said.value), said)
    if fresh:
        return Dating(fresh[0].stated, fresh[0].candidate)
    if likely := _addressed(dated_address.likely_day(page)):
        return likely
    if stated:
        return Dating(stated[0][0], stated[0][1])
    return _addressed(dated_address.month(page)) or _last_changed(shown)


def _stamped(best: Stated, candidate: Candidate, changes: list[str], fresh: list[Printed]) -> tuple[Stated, Candidate]:
    """Return the one earlier day that the page labels as that of publication, where its data give the instant of the
    last change for that too, and the page prints that nowhere: some systems stamp a text anew whenever it is stored.
    """
    printed = {p.stated.value[:10]: p for p in fresh if p.stated.day}
    labelled = [p for p in printed.values() if p.labelled]
    instant = best.precision is Precision.INSTANT and candidate.words in changes
    if not instant or len(labelled) != 1 or best.value[:10] in printed:
        return best, candidate
    shown = labelled[0].stated
    assert shown.day is not None
    assert best.day is not None
    # A day apart is no sign of it: the instant in UTC and the day that is printed differ by that anyway.
    early = shown.day < best.day and not date_parsing.near(shown.day, best.day)
    return (shown, labelled[0].candidate) if early else (best, candidate)


def _last_changed(shown: list[Printed]) -> Dating:
    """Return the day of the last change, printed by the headline: a page that prints no other is dated by it."""
    last = next((p for p in shown if p.updated and p.stated.day and abs(p.distance) <= BESIDE_HEADLINE), None)
    return Dating(None, None) if last is None else Dating(last.stated, last.candidate)


def _first_printed(shown: list[Printed]) -> Printed | None:
    """Return the surest day; or a month or year that a label names, but for a day in it."""
    # A month or a year counts here where a label names it (rank 0): a report is dated so.
    first = next((p for p in shown if p.stated.day or p.rank == 0), None)
    if first is not None and first.stated.day:
        return next((p for p in shown if _says_locally(p, first)), first)
    if first is None:
        return first
    return next((p for p in shown if p.stated.day and p.stated.value.startswith(first.stated.value)), first)


def _says_locally(shown: Printed, stamped: Printed) -> bool:
    """Say whether the words of an element show the day of its own instant in UTC as the clocks of its readers do."""
    mine, instant = shown.stated, stamped.stated
    if shown.candidate.element is not stamped.candidate.element or mine.precision is not Precision.DAY or shown.updated:
        return False
    if instant.precision is not Precision.INSTANT or instant.offset != 0 or mine.day is None or instant.day is None:
        return False
    return mine.day != instant.day and date_parsing.near(mine.day, instant.day) and _zone_explains(instant, mine)


def _local(best: Stated, candidate: Candidate, fresh: list[Printed]) -> tuple[Stated, Candidate]:
    """Return the day printed by the headline where it is earlier than the machine's, or next to it by a change of
    zone, or where the machine states no more than when the text was created in a system: for its readers that may
    have been sooner or later.
    """
    if best.day is None:
        return best, candidate
    by_headline = [p for p in fresh if p.rank <= 3 and abs(p.distance) <= BESIDE_HEADLINE and p.stated.day]
    if not by_headline or any(p.stated.day == best.day for p in by_headline):
        return best, candidate
    for shown in by_headline:
        # Only what readers see may correct the data: an attribute is as much a machine's as they are.
        if shown.candidate.place is not Place.TEXT or shown.stated.day is None:
            continue
        if best.value.endswith(_MIDNIGHT) and date_parsing.near(shown.stated.day, best.day):
            return best, candidate  # whoever writes that means the day; what shows another moved it by a zone
        if (
            best.precision is Precision.INSTANT
            # With an offset of its own an instant is where the publisher is, and only a label speaks against it.
            and (best.offset == 0 or shown.rank <= 1)
            and date_parsing.near(shown.stated.day, best.day)
            and _zone_explains(best, shown.stated)
        ):
            return shown.stated, shown.candidate
        # An earlier day by the headline: the data of many systems are stamped anew when a text is moved or mended.
        early = abs(shown.distance) <= 12 and shown.stated.day < best.day
        if shown.rank <= 2 and (early or "creat" in candidate.witness.lower()):
            return shown.stated, shown.candidate
    return best, candidate


def _first(page: Page, best: Stated, candidate: Candidate) -> tuple[Stated, Candidate]:
    """Return the day in the page's address where it is earlier than what its data state, by more than a day or by the
    zone of an instant in UTC: an address is given once, and where the publisher is; a stated date is renewed.
    """
    addressed = _addressed(dated_address.day(page))
    if addressed is None or addressed.stated is None or addressed.candidate is None or best.day is None:
        return best, candidate
    early = addressed.stated.day
    if early is None or early >= best.day:
        return best, candidate
    in_zone = best.precision is Precision.INSTANT and best.offset == 0 and _zone_explains(best, addressed.stated)
    if date_parsing.near(early, best.day) and not in_zone:
        return best, candidate
    return addressed.stated, addressed.candidate


def _zone_explains(instant: Stated, shown: Stated) -> bool:
    """Say whether another zone can turn *instant* into the day that is shown (zones reach from -12 to +14
    hours).
    """
    # In hours of UTC, whatever zone the instant was written in.
    hour = int(instant.value[11:13]) - (instant.offset or 0) / 60
    assert instant.day is not None
    later = shown.day is not None and shown.day > instant.day
    return hour + 14 >= 24 if later else hour - 12 < 0


def _of_others(shown: list[Printed]) -> set[str]:
    """Return the days on which, by what the page prints far from its headline alone, something was updated."""
    updates = [p for p in shown if p.updated]
    # What is updated far from the headline is another text of a list; the same day near it would be this one's.
    near = {p.stated.value for p in updates if abs(p.distance) <= FAR}
    return {p.stated.value for p in updates} - near


def _late(page: Page, zones: Zones, others: set[str]) -> Candidate | None:
    found = chain(late_witnesses.in_scripts(page), late_witnesses.in_attributes(page, zones))
    return next(found, None) or _by_htmldate(page, zones, others)


def _by_htmldate(page: Page, zones: Zones, others: set[str]) -> Candidate | None:
    strangers = (*other_dates.STRANGERS, other_dates.of_the_visit)

    def able(day: Candidate) -> bool:
        if day.value in others or zones.foreign(day.element):
            return False
        return not any(theirs(zones, day.element) for theirs in strangers)

    return late_witnesses.by_htmldate(page, able, american=american(page))


def later(stated: Stated, day: str) -> bool:
    """Say whether *stated* is after the *day* of the capture ("" where that is not known), by more than a zone
    explains: the next review of a text, the end of an offer.
    """
    if not day:
        return False
    said = stated.value[: len("2000-01-01")]
    # Cut to the precision that is stated: 2025 is not after a day in 2025.
    return said > day[: len(said)] and not (
        stated.day is not None and date_parsing.near(stated.day, date.fromisoformat(day))
    )


def until(day: str, offered: list[Candidate]) -> list[Candidate]:
    """Return those *offered* that state no time after *day*."""
    return [one for one in offered if (stated := date_parsing.read(one.words)) is None or not later(stated, day)]


def _sane(stated: Stated) -> bool:
    # The web has nothing older: an earlier year is one that a text is about.
    return 1990 <= int(stated.value[:4]) <= 2100


def _addressed(candidate: Candidate | None) -> Dating | None:
    """Return what is decided where the address alone dates the page."""
    stated = date_parsing.read(candidate.value) if candidate is not None else None
    return Dating(replace(stated, words=candidate.words), candidate) if stated and candidate else None


def _losers(best: Stated, others: list[Candidate]) -> tuple[Candidate, ...]:
    kept: dict[str, Candidate] = {}
    for candidate in others:
        stated = date_parsing.read(candidate.words)
        # The same day at another minute contradicts nobody.
        if stated and stated.value[:10] != best.value[:10]:
            kept.setdefault(stated.value[:10], candidate)
    return tuple(kept.values())


def modified(offered: list[Candidate], shown: list[Printed]) -> Dating:
    """Decide when the text was last changed: structured data first, then a date printed as an update."""
    for candidate in offered:
        if (stated := date_parsing.read(candidate.words)) and _sane(stated):
            return Dating(stated, candidate)
    for one in shown:
        if one.updated:
            return Dating(one.stated, one.candidate)
    return Dating(None, None)
