"""Doubt: say why each value that a witness offered lost, and whether a person should look at it.

Apart from the page reader, which chooses the values: these rules are for people who ask why a value lost.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from db.model.item import AgentKind, Precision, Reading, Rival, Role
from ingest.reading.byline import names, offices
from ingest.reading.dates import date_parsing
from ingest.reading.page.page import fold

NEAR = 0.6
"""If two titles share at least this part of their words, they are wordings of one headline."""
_DIGITS = re.compile(r"\s*\d{1,2}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{4}\b")
# Witnesses that speak about the text itself. Other marked values may belong to a comment or to another text.
_OF_THE_TEXT = ("JSON-LD", "meta", "h1", "REST date")
# These also count where no person is named: bylines name a person wherever they stand.
_OF_NOBODY = (*_OF_THE_TEXT, "byline label", "byline lead")


def weighed(reading: Reading, sites: frozenset[str]) -> tuple[Rival, ...]:
    """Return the rivals of *reading*, each with why it lost and whether it leaves a doubt.

    *sites* are the folded names of the site. A doubt is a disagreement that matters and that no rule settles: an
    author who is a person with another name, a title with other words, a date more than one day away.
    """
    found = []
    for rival in reading.rivals:
        because, doubt = _judged(reading, rival, sites)
        found.append(replace(rival, because=because, doubt=doubt and _speaks(reading, rival)))
    return tuple(found)


def _judged(reading: Reading, rival: Rival, sites: frozenset[str]) -> tuple[str, bool]:
    """Return why *rival* lost, and whether the rules leave it open."""
    if rival.field == "author":
        return _author(reading, rival, sites)
    if rival.field == "title":
        return _title(reading, rival)
    return _published(reading, rival) if rival.field == "published" else ("another is believed before it", False)


def _speaks(reading: Reading, rival: Rival) -> bool:
    # A draft may be started long before its text is published, so this date says nothing.
    if rival.witness == "JSON-LD dateCreated":
        return False
    named = any(one.kind is AgentKind.PERSON and names.person(one.name) for one in reading.attributions)
    return rival.witness.startswith(_OF_NOBODY if rival.field == "author" and not named else _OF_THE_TEXT)


def _author(reading: Reading, rival: Rival, sites: frozenset[str]) -> tuple[str, bool]:
    said, chosen = rival.value, reading.attributions
    no_author = (
        (offices.account(said) or offices.login(said), "an account of the site's system, no name"),
        (fold(said) in sites, "the site itself"),
        (offices.desk(said), "a newsroom: it stands where nobody else is named"),
        (names.job(said), "a job, no name"),
        (not names.person(said), "not the shape of a person's name"),
    )
    if because := next((why for applies, why in no_author if applies), None):
        return because, False
    # One form holds all words of the other, plus a middle name, a degree or a second family name.
    words = set(fold(said).split())
    for one in chosen:
        if words <= set(fold(one.name).split()) or words >= set(fold(one.name).split()):
            return f"another form of “{one.name}”", False
    if any(one.role is not Role.AUTHOR and fold(one.name) == fold(said) for one in chosen):
        return "credited in another role", False
    if not chosen:
        return "not certain enough to name anyone", True
    return f"“{chosen[0].name}” is stated by a witness that is believed before this one", True


def _title(reading: Reading, rival: Rival) -> tuple[str, bool]:
    if reading.title is None:
        return "its words cannot be shown where they stand", True
    mine, other = fold(reading.title.value), fold(rival.value)
    if other in mine:
        return "a part of the headline", False
    if mine in other:
        return "the headline with more around it: a kicker, a section, the site", False
    one, two = set(mine.split()), set(other.split())
    if one and two and len(one & two) >= NEAR * min(len(one), len(two)):
        return "another wording of the same headline", False
    if rival.witness == "title element":
        return "written for the window of a browser", False
    return "the heading that the page shows, or that its title repeats, is believed before this one", True


def _published(reading: Reading, rival: Rival) -> tuple[str, bool]:
    stated, chosen = date_parsing.read(rival.evidence.words) or date_parsing.read(rival.value), reading.published
    if stated is None or stated.day is None or chosen is None or chosen.day is None:
        return "stated less exactly", False
    # If this is the day of the last change, it is that, whatever field states it.
    if reading.modified is not None and reading.modified.day == stated.value[:10]:
        return "the day on which the text was changed", False
    day = date.fromisoformat(stated.value[:10])
    # The other witness settles how such digits are meant.
    if chosen.day == f"{day:%Y-%d-%m}" and _DIGITS.match(rival.evidence.words):
        return "the same day, in digits that can be read in two ways", False
    apart = abs((date.fromisoformat(chosen.day) - day).days)
    # Around midnight, a time in UTC and the day printed by the site differ by one day.
    if apart == 1 and Precision.INSTANT in (stated.precision, chosen.precision):
        return "the same moment in another time zone", False
    if apart == 1:
        return "one day apart", False
    return f"{apart} days apart; what stands nearest to the headline or in the structured data is believed", True
