"""Author choice: weigh the names that the witnesses offer by readable rules; the names that lose are kept as rivals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from archive.evidence.locate import Place
from ingest.reading.byline import given_names, labels, name_lists, names, offices
from ingest.reading.byline.line import Line
from ingest.reading.candidate import Candidate, Field
from ingest.reading.page.hrefs import of_author
from ingest.reading.page.page import fold
from ingest.terms.agencies import agency

BESIDE = 8
"""How many elements may stand between two bylines of one text."""
ALIKE = 12
"""The same, if both have the same class names."""
NEAR = 60
"""How many elements may stand between a byline and its headline."""
# Systems put digits or underscores into account names ("editor_2"); printed names have none.
_MADE = re.compile(r"^\S*[\d_]\S*$")
_REMARK = re.compile(r"\s*[(（][^()（）]*[)）]")
_OF_SITES = frozenset({"meta author", "meta creator", "meta dc.creator"})
"""Witnesses that on many sites say the same on every page: who built the site or owns it."""
_MARKED = frozenset({"label", "rel", "class", "lead", "about"})
"""The kinds of byline that something on the page marks as naming the author."""


@dataclass(frozen=True, slots=True)
class Author(names.Name):
    """A person or organisation to be credited, before evidence: a name, and the candidate whose words state it."""

    candidate: Candidate


def of_candidates(offered: list[Candidate]) -> list[Author]:
    """Return the names in a list of author candidates, each once, in order."""
    found: dict[str, Author] = {}
    for candidate in offered:
        for name in _split(candidate):
            is_organisation = _is_organisation(name, candidate.organisation)
            found.setdefault(fold(name.name), Author(name.name, is_organisation, candidate))
    return list(found.values())


def _is_organisation(name: names.Name, stated: bool | None) -> bool:
    """Return whether *name* is an organisation's. *stated* is what the data say of it, None if they say nothing."""
    # Some data state everybody as Person: a word for an organisation means an organisation ("Harbour Wire").
    if offices.of_a_house(name.name):
        return True
    if stated is None:
        return name.organisation
    # Plug-ins state newsrooms and single persons alike as Organization. So a name in the shape of a person's name,
    # without a word for an organisation, is a person whatever its type.
    shaped = names.person(name.name) and not names.shapeless(name.name)
    return stated and (not shaped or name.organisation or offices.desk(name.name))


def _split(candidate: Candidate) -> tuple[names.Name, ...]:
    """Return the names that a candidate lists. An organisation is one name, even if it could be split."""
    listed = name_lists.split(candidate.value)
    parts = [one.name for one in listed]
    # "Wood & Wood" is one organisation if the data say so; splitting at the sign would make two names.
    stated = candidate.organisation and not all(one.is_person for one in listed)
    if (stated and parts) or (len(parts) > 1 and candidate.organisation is None and _is_one_organisation(parts)):
        return (names.Name(names.tidy(candidate.value), organisation=True),)
    return listed


def _is_one_organisation(parts: list[str]) -> bool:
    """Return whether *parts* are pieces of an organisation's long name: "Department of Roads", "Bridges and Ports"."""
    # A first piece of two words is more often a person than the beginning of a department.
    return parts[0].count(" ") >= 2 and not any(given_names.known(part) or agency(part) for part in parts)


def identified(author: Author, known: dict[str, Candidate]) -> Author:
    """Return *author* with the identifier that *known*, by folded name, has for this author."""
    other = known.get(fold(author.name))
    if other is None or author.candidate.identifier:
        return author
    return replace(author, candidate=author.candidate._replace(identifier=other.identifier))


def of_line(line: Line) -> list[Author]:
    """Return the names of a visible byline as authors."""
    found = []
    for name, holder, url in zip(line.names, line.holders, line.urls, strict=True):
        words = _printed_as(name.name, line)
        said = Candidate(Field.AUTHOR, name.name, words, f"byline {line.how}", Place.TEXT, holder, url)
        found.append(Author(name.name, name.organisation, said))
    return found


def _printed_as(name: str, line: Line) -> str:
    """Return *name* as *line* prints it: it may put the family name first, as in "Fox, Anna"."""
    # A comma can stand inside a name only if semicolons separate the names. Evidence needs the words as printed,
    # because the reordered name is not in the bytes.
    if name not in line.words and ";" in line.words:
        words = name.split()
        turned = (f"{' '.join(words[at:])}, {' '.join(words[:at])}" for at in range(1, len(words)))
        return next((one for one in turned if one in line.words), name)
    return name


def authors(
    witnesses: list[list[Author]], lines: list[Line], sites: frozenset[str], shows: Callable[[str], bool]
) -> tuple[list[Author], list[Author]]:
    """Choose the authors; return them, and the rivals that other witnesses offered.

    Rules, in order:

    - Structured data come before bylines. The exception is a page that shows nobody whom the data name, and has a
      byline that says in words who wrote the text.
    - A login, a job title or the site's own name gives way to any name of a person.
    - A byline that holds all the structured names and further persons completes them.
    - A newsroom or the site's name counts if nobody else is named; a login never counts.

    Args:
        witnesses: what each structured witness offers, the most trusted first.
        lines: visible bylines, the most trusted first.
        sites: folded names of the site.
        shows: returns whether a visitor of the page sees a name.
    """
    lines = [line for line in lines if not _heads_site(line, sites) and not _of_a_far_class(line)]
    witnesses = [_of_this_text(offered, lines) for offered in witnesses]
    chosen = _chosen(witnesses, lines, sites, shows) or _fallback(witnesses, lines, shows)
    known = {fold(a.name) for a in chosen}
    everything = [*chain.from_iterable(witnesses), *chain.from_iterable(map(of_line, lines))]
    rivals = {fold(a.name): a for a in everything if fold(a.name) not in known}
    return _whole(chosen), list(rivals.values())


def _chosen(
    witnesses: list[list[Author]], lines: list[Line], sites: frozenset[str], shows: Callable[[str], bool]
) -> list[Author]:
    """Return the authors if data or bylines name any surely."""
    structured = [good for offered in witnesses if (good := _strong(offered, sites))]
    visible = [good for line in lines if (good := _strong(of_line(line), sites))]
    if structured:
        best = _best_structured(structured, [*visible[:1], *_led(lines, sites)], visible)
        return _completed(_printed(best, lines, sites, shows) or best, lines, sites)
    # If data and byline both name a desk, any person linked below the text would else win.
    if not visible or _newsroom(witnesses, lines):
        return []
    named = [line for line in visible if any(a.is_person for a in line)]
    if not named and not _counts_without_person(visible[0], witnesses, lines):
        return []
    return _first_post(_joined(named or visible, lines, sites), lines, sites)


def _counts_without_person(line: list[Author], witnesses: list[list[Author]], lines: list[Line]) -> bool:
    """Return whether a byline counts that names no person.

    It does if the data name nobody, or if they say the same on every page and the byline names an agency.
    """
    weak = [a for a in chain.from_iterable(witnesses) if not offices.account(a.name) and not offices.login(a.name)]
    return not weak or (_vague(weak, lines) and all(agency(a.name) for a in line))


def _strong(offered: list[Author], sites: frozenset[str]) -> list[Author]:
    """Return the names of a list that may come before a byline.

    The site is one of them only if the witness names a person too and states the site as an organisation.
    """
    able = [a for a in offered if not offices.account(a.name) and not names.job(a.name)]
    if able and _is_site(able[0], sites) and not any(a.is_person for a in able):
        return []
    # Next to a person, the site counts as author only if the data call it an organisation. Otherwise it comes from a
    # template, the same on every page.
    beside = any(a.is_person and not a.candidate.organisation for a in able)
    strong = [a for a in able if not offices.desk(a.name) and (a.candidate.organisation or not offices.login(a.name))]
    return [a for a in strong if not _is_site(a, sites) or (beside and a.candidate.organisation)]


def _of_this_text(offered: list[Author], lines: list[Line]) -> list[Author]:
    """Return the authors of this text, where microdata also mark the authors of other texts.

    These are the ones that a byline near the headline names too.
    """
    # Lists of related texts use the same itemprop for their authors, without an item around each to tell them apart.
    if len(offered) < 2 or not offered[0].candidate.witness.startswith("itemprop"):
        return offered
    near = (line for line in lines if 0 < line.distance <= NEAR and not line.bio)
    by_headline = {fold(name.name) for line in near for name in line.names}
    own = [a.candidate.element for a in offered if fold(a.name) in by_headline]
    # If no byline confirms any of them, there is no reason to drop the others.
    return [a for a in offered if a.candidate.element in own] or offered


def _is_site(author: Author, sites: frozenset[str]) -> bool:
    # Account names run the words together: "rivernotes" is the "River Notes" of the title.
    return fold(author.name) in sites or "".join(fold(author.name).split()) in {"".join(s.split()) for s in sites}


def _led(lines: list[Line], sites: frozenset[str]) -> list[list[Author]]:
    """Return the bylines below the headline in which persons with common given names follow a word for "by"."""
    near = (line for line in lines if line.how == "lead" and 0 < line.distance <= NEAR and not line.bio)
    said = [
        line for line in near if labels.after_label(line.words) and all(given_names.known(n.name) for n in line.names)
    ]
    return [_strong(of_line(line), sites) for line in said]


def _best_structured(offered: list[list[Author]], led: list[list[Author]], visible: list[list[Author]]) -> list[Author]:
    """Return the most trusted list, unless it names only organisations and another witness names a person.

    Args:
        led: the bylines that may name that person. Other *visible* bylines further down belong to other texts.
    """
    first = offered[0]
    if all(a.organisation for a in first):
        for other in (*offered[1:], *led):
            if any(a.is_person for a in other):
                return other
    # If two witnesses contradict each other, take the one that the page's own bylines confirm.
    shown = {fold(a.name) for line in visible for a in line}
    if shown and not shown & {fold(a.name) for a in first}:
        for other in offered[1:]:
            if shown & {fold(a.name) for a in other}:
                return other
    # A list that holds all of a shorter one, and more, is the complete one: some meta elements give only the first
    # author. Microdata do not count here, because they also mark the authors of related texts.
    longer = [
        o
        for o in offered[1:]
        if len(o) > len(first)
        and not o[0].candidate.witness.startswith("itemprop")
        and {fold(a.name) for a in first} <= {fold(a.name) for a in o}
    ]
    return longer[0] if longer else first


def _printed(
    best: list[Author], lines: list[Line], sites: frozenset[str], shows: Callable[[str], bool]
) -> list[Author]:
    """Return a byline that names persons in words, if the page shows none of the persons in its data.

    The data then name whoever entered the text or built the site.
    """
    shown = any(shows(a.name) for a in best)
    unsure = _vague(best, lines)
    vague = unsure and not (shown and any(given_names.known(a.name) for a in best))
    # Those near the headline first: an account shown far below agrees with the data, which name it on every page.
    for line in sorted(lines, key=lambda line: abs(line.distance) > NEAR):
        # A class name is not enough: themes give it to any card. Only words can contradict the data.
        near = not line.bio and line.how in ("label", "rel", "lead") and abs(line.distance) <= NEAR
        near |= not line.bio and labels.strong(labels.before_colon(line.words)[0])
        if not near and not (vague and line.how in _MARKED):
            continue
        said = _strong(of_line(line), sites)
        if not said or not all(a.is_person for a in said):
            continue
        # One name in common is agreement: the data count, and `_completed` adds the missing names.
        agreed = not {fold(a.name) for a in best}.isdisjoint(fold(a.name) for a in said)
        if agreed or (shown and not unsure):
            return []
        if near or all(given_names.known(a.name) for a in said):
            return said
    return []


def _newsroom(witnesses: list[list[Author]], lines: list[Line]) -> bool:
    """Return whether the data and the byline at the headline name the same newsroom, and nobody else is named there."""
    desks = {fold(a.name) for offered in witnesses for a in offered if offices.desk(a.name)}
    beside = [line for line in lines if 0 < line.distance <= BESIDE and not line.bio] if desks else []
    return bool(beside) and all(fold(name.name) in desks for line in beside for name in line.names)


def _vague(offered: list[Author], lines: list[Line]) -> bool:
    """Return whether only witnesses that repeat on every page give these names, and no near byline confirms them."""
    said = {fold(a.name) for a in offered}
    by_headline = (line for line in lines if abs(line.distance) <= NEAR)
    return all(a.candidate.witness in _OF_SITES for a in offered) and not any(
        fold(name.name) in said for line in by_headline for name in line.names
    )


def _completed(chosen: list[Author], lines: list[Line], sites: frozenset[str]) -> list[Author]:
    """Return the byline near the headline that holds all of *chosen* and further persons, or *chosen*."""
    have = {fold(a.name) for a in chosen}
    near: dict[tuple[names.Name, ...], Line] = {}
    for one in lines:
        if not one.bio and abs(one.distance) <= NEAR:
            near.setdefault(one.names, one)  # the elements around a byline say the same as it
    beside = {holder for line in lines if abs(line.distance) <= BESIDE and not line.bio for holder in line.holders}
    # Limited in both directions: a list of all staff members also holds every author and would complete any byline.
    for line in islice(filter(None, (_strong(of_line(line), sites) for line in near.values())), 6):
        shown = {fold(a.name) for a in line}
        added = (a for a in line if fold(a.name) not in have)
        people = len(line) <= 8 and all(names.person(a.name) for a in line)
        pages = {_folder(a) for a in line if fold(a.name) in have and a.candidate.element in beside} - {None}
        # The words next to a name may be an office or a topic in capitals. They have no page next to the author's.
        if have < shown and people and all(given_names.known(a.name) or _folder(a) in pages for a in added):
            return line
    return chosen


def _folder(author: Author) -> str | None:
    """Return the folder of the author's page, if that page is one of a folder of authors."""
    url = author.candidate.url
    return url.rstrip("/").rpartition("/")[0] if url and of_author(url) else None


def _joined(visible: list[list[Author]], lines: list[Line], sites: frozenset[str]) -> list[Author]:
    """Return the first byline, with the names next to it that are marked the same way, one element each."""
    first = visible[0]
    joined = {fold(a.name): a for a in first}
    alone = {line.words for line in lines}
    whole: list[str] = []
    for line in _continuing(first[0].candidate.element, lines):
        bare = not offices.jobs(_REMARK.sub("", line.words))  # the rest of "EdTech Content writer" is not a name
        said = _strong(of_line(line), sites)
        for author in said:
            known = bare or author.name in alone or given_names.known(author.name)
            if known and author.is_person and not _same(author, joined):
                joined.setdefault(fold(author.name), author)
        whole = max(whole, [fold(a.name) for a in said], key=len)
    # Bylines come by their distance from the headline, so above it the last name comes first. The element around all
    # names has them in their order.
    order = whole if joined.keys() == set(whole) else _as_printed(joined, lines)
    return _completed([joined[name] for name in order], lines, sites)


def _as_printed(joined: dict[str, Author], lines: list[Line]) -> list[str]:
    """Return the folded names of authors in the order of their bylines on the page."""
    places: dict[str, int] = {}
    for line in lines:
        for name in line.names:
            places.setdefault(fold(name.name), line.distance)
    return sorted(joined, key=places.__getitem__)


def _continuing(lead: Any, lines: list[Line]) -> Iterator[Line]:
    """Yield the bylines that continue the list that begins in the element *lead*."""
    head = next((line for line in lines if lead in line.holders), None)
    last = head.distance if head is not None else 0
    for line in lines:
        if head is None or line is head or line.bio != head.bio:
            continue
        # The names in one block are one list, even if a link marks the first and a class the second.
        if line.how != head.how and line.holders[0].getparent() is not lead.getparent():
            continue
        alike = line.holders[0].get("class") == lead.get("class")
        if abs(line.distance - last) <= (ALIKE if alike else BESIDE):
            # Near the headline, the list continues as long as each name stands next to the previous one.
            last = line.distance if abs(line.distance) <= NEAR else last
            yield line


def _same(author: Author, joined: dict[str, Author]) -> bool:
    """Return whether *author* is already in *joined*, with more or fewer words in the name."""
    name = f" {fold(author.name)} "
    return any(name in f" {known} " or f" {known} " in name for known in joined)


def _first_post(chosen: list[Author], lines: list[Line], sites: frozenset[str]) -> list[Author]:
    """Return the author of the first of several posts on a page, if *chosen* is the author of a later one.

    The two must be signed in elements of the same class; any kind of name counts.
    """
    head = next((line for line in lines if chosen[0].candidate.element in line.holders), None)
    marks = chosen[0].candidate.element.get("class")
    if head is None or head.how not in ("class", "lead") or not marks:
        return chosen
    alike = [line for line in lines if 0 < line.distance < head.distance and line.holders[0].get("class") == marks]
    # The element around a name may have its class, or one around a list that begins with it. That is no other post.
    alike = [line for line in alike if not line.words.startswith(chosen[0].name)]
    first = of_line(min(alike, key=lambda line: line.distance))[:1] if alike else []
    named = first and not (_is_site(first[0], sites) or offices.account(first[0].name) or offices.desk(first[0].name))
    return first if named else chosen


def _fallback(witnesses: list[list[Author]], lines: list[Line], shows: Callable[[str], bool]) -> list[Author]:
    """Return the first newsroom, organisation or pen name that a witness offers.

    An account never counts. Nor does a generated login that the page does not show.
    """
    for author in chain.from_iterable((*witnesses, *map(of_line, lines))):
        # Only one: these are hardly names, so a whole list would be as many errors.
        if not offices.account(author.name) and (shows(author.name) or not _MADE.search(author.name)):
            return [author]
    return []


def _heads_site(line: Line, sites: frozenset[str]) -> bool:
    """Return whether *line* is the name of the site above the headline, which themes link with ``rel=author``."""
    return line.how == "rel" and line.distance < 0 and fold(line.words) in sites and not given_names.known(line.words)


def _of_a_far_class(line: Line) -> bool:
    """Return whether only class names mark *line*, far from the headline, and its words do not show an author.

    A common given name or a word for "by" would show one.
    """
    # There, class names for authors also mark cards of other texts, lists of staff and those who wrote comments.
    far = line.how == "class" and abs(line.distance) > NEAR
    return far and not (all(given_names.known(n.name) for n in line.names) or labels.after_label(line.words))


def _whole(offered: list[Author]) -> list[Author]:
    """Drop a single-word name that is part of another name in the list."""
    # "Fox" next to "Anna Fox": a link and its caption name the same person twice.
    words = Counter(word for a in offered for word in set(a.name.split()))
    return [a for a in offered if " " in a.name or words[a.name] == 1]
