"""Judge: weigh what the witnesses offer for a field by rules that one can read; the losers stay as rivals."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.reading import names
from ingest.reading.byline import Line
from ingest.reading.candidate import Candidate, Field


@dataclass(frozen=True, slots=True)
class Author:
    """One who is to be credited, before evidence: the name, and the candidate whose words state it."""

    name: str
    organisation: bool
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Verdict:
    """The authors chosen, and those that other witnesses offered."""

    chosen: tuple[Author, ...]
    rivals: tuple[Author, ...] = field(default=())


def fold(name: str) -> str:
    """Return *name* for comparison: no case, no punctuation."""
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


def of_candidates(offered: list[Candidate]) -> list[Author]:
    """Return the names that a list of author candidates holds, each once, in order."""
    found: dict[str, Author] = {}
    for candidate in offered:
        for name in names.split(candidate.value):
            kind = (
                name.organisation
                if candidate.organisation is None
                else candidate.organisation and not (names.person(name.name) and not name.organisation)
            )
            found.setdefault(fold(name.name), Author(name.name, kind, candidate))
    return list(found.values())


def of_line(line: Line) -> list[Author]:
    """Return the names of a visible byline as authors."""
    return [
        Author(
            name.name,
            name.organisation,
            Candidate(Field.AUTHOR, name.name, name.name, f"byline {line.how}", line.place, holder, url),
        )
        for name, holder, url in zip(line.names, line.holders, line.urls, strict=True)
    ]


def authors(witnesses: list[list[Author]], lines: list[Line], sites: frozenset[str]) -> Verdict:
    """Choose the authors.

    Rules, in order: structured data before bylines; a login, a job title or the site's own name yields to whatever
    names someone; a byline that holds all the structured names and more persons completes them; a newsroom or the site's
    name stands where nobody else is named; a login never does.

    Args:
        witnesses: what each structured witness offers, the most trusted first.
        lines: visible bylines, the most trusted first.
        sites: folded names of the site.
    """
    structured = [good for offered in witnesses if (good := [a for a in offered if not _weak(a, sites)])]
    visible = [good for line in lines if (good := [a for a in of_line(line) if not _weak(a, sites)])]
    everything = [a for offered in witnesses for a in offered] + [a for line in lines for a in of_line(line)]
    if structured:
        chosen = _completed(_best_structured(structured, visible), visible)
    elif visible:
        chosen = _joined(visible, lines)
    else:
        chosen = _fallback(everything)
    known = {fold(a.name) for a in chosen}
    rivals = {fold(a.name): a for a in everything if fold(a.name) not in known}
    return Verdict(tuple(chosen), tuple(rivals.values()))


def _weak(author: Author, sites: frozenset[str]) -> bool:
    name = author.name
    return (
        names.desk(name)
        or names.job(name)
        or fold(name) in sites
        or "".join(fold(name).split()) in {"".join(s.split()) for s in sites}
    )


def _best_structured(offered: list[list[Author]], visible: list[list[Author]]) -> list[Author]:
    """Take the most trusted list, unless it names only organisations and another witness names a person."""
    first = offered[0]
    if all(a.organisation for a in first):
        for other in (*offered[1:], *visible[:1]):
            if any(names.person(a.name) and not a.organisation for a in other):
                return other
    longer = [
        o
        for o in offered[1:]
        if len(o) > len(first) and {fold(a.name) for a in first} <= {fold(a.name) for a in o}
    ]
    return longer[0] if longer else first


def _completed(chosen: list[Author], visible: list[list[Author]]) -> list[Author]:
    have = {fold(a.name) for a in chosen}
    for line in visible[:3]:
        shown = {fold(a.name) for a in line}
        if have < shown and all(names.person(a.name) for a in line) and len(line) <= 8:
            return line
    return chosen


def _joined(visible: list[list[Author]], lines: list[Line]) -> list[Author]:
    """Take the first byline, with further ones of the same kind that stand beside it (one element a name)."""
    first = visible[0]
    head = next(
        line
        for line in lines
        if line.names
        and fold(line.names[0].name) in {fold(a.name) for a in of_line(line)}
        and any(fold(a.name) == fold(first[0].name) for a in of_line(line))
    )
    joined = {fold(a.name): a for a in first}
    for line in lines:
        if (
            line.how == head.how
            and line.bio == head.bio
            and abs(line.distance - head.distance) <= 12
            and line is not head
        ):
            for author in of_line(line):
                if names.person(author.name):
                    joined.setdefault(fold(author.name), author)
    return list(joined.values())


def _fallback(everything: list[Author]) -> list[Author]:
    for author in everything:
        if not names.login(author.name) and not names.job(author.name):
            return [author]
    return []
