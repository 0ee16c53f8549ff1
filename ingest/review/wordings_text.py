"""Wordings told to a person who decides: the words, where they stand, how they are read, what may be decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import msgspec

from db.model.item import Answer, Covers, Evidence, Grade, Statement, Use
from db.query.wordings import Lapsed, State, Wording
from db.terms.verdict import verdict
from ingest.cli.console import Console
from ingest.cli.review_text import short
from ingest.cli.terms_text import terms_in_words, with_grade
from ingest.progress import counted
from ingest.review.roles_text import role_lines
from ingest.terms.roles_read import roles_of


def tell_wordings(
    console: Console, found: Sequence[Wording], least: Grade, stands_at: Callable[[Evidence], str]
) -> None:
    """Tell the wordings of each publisher; *least* is how sure a *yes* must be, *stands_at* says where words stand."""
    for publisher, group in groupby(found, key=lambda one: one.first.publisher):
        wordings = list(group)
        if not console.as_json:
            console.out(f"{publisher}: {counted(len(wordings), 'statement')} about reuse")
        for one in wordings:
            if console.as_json:
                console.out_json(wording_json(one, least, stands_at))
            else:
                console.out("\n".join(["", *wording_lines(one, least, stands_at)]))
    waiting = [one for one in found if one.state(least) is State.WAITS]
    unread = [one for one in found if one.state(least) is State.UNREAD]
    console.talk(
        f"{counted(len(found), 'statement')}: {len(waiting)} waiting for a decision, {len(unread)} not understood"
        if found
        else "No statement about reuse was found. Silence is not a licence."
    )


def wording_lines(one: Wording, least: Grade, stands_at: Callable[[Evidence], str]) -> Iterator[str]:
    """Tell a wording: the words, where they stand, how they are read, what they answer, what may be decided."""
    first, state = one.first, one.state(least)
    yield f"{one.id}  {state}, {counted(one.items, 'item')}"
    yield f"  “{first.statement.words}”"
    for record in one.statements:
        yield f"    {record.statement.place}, {counted(record.items, 'item')}: {stands_at(record.statement.evidence)}"
    # A decision is about the words, so it is the same wherever they stand.
    made = next((record.decided for record in one.statements if record.decided), None)
    if made is not None:
        reads = "confirmed" if made.confirms else "read"
        yield f"    {reads} by {made.by} on {made.made:%Y-%m-%d}" + (f": {made.because}" if made.because else "")
    if made is not None and not made.confirms:
        yield from (f"      read as    {told}" for told in terms_in_words(one.terms))
        if not one.terms:
            yield "      says nothing of reuse"
    else:
        yield from role_lines(roles_of(first.statement))
    if answer := _alone(first.statement):
        yield f"    by itself  {answer}"
    if state is State.WAITS:
        yield f"    decide     creditline review {one.id} --confirm --by NAME, or --deny"
    elif state is State.UNREAD:
        yield f"    decide     creditline review {one.id} --nothing --by NAME, or say what it permits, asks or forbids"
    elif made is not None:
        yield f"    take back  creditline review --undo {short(made.decision)} --by NAME"


def _alone(statement: Statement) -> str:
    """What a statement answers where it stands alone, for the text and for the images; "" where that is nothing."""
    told = []
    for covers in (Covers.TEXT, Covers.IMAGES):
        # Both, because a licence may refuse commerce and allow all else: one answer would hide the other.
        sold, free = (verdict([statement], covers=covers, commercial=commercial) for commercial in (True, False))
        if sold.answer is not Answer.UNKNOWN or free.answer is not Answer.UNKNOWN:
            other = "" if with_grade(sold) == with_grade(free) else f" (non-commercial: {with_grade(free)})"
            told.append(f"{covers}: {Use.REPUBLISH}: {with_grade(sold)}{other}")
    return "; ".join(told)


def wording_json(one: Wording, least: Grade, stands_at: Callable[[Evidence], str]) -> dict[str, object]:
    """Return a wording as JSON values."""
    first = one.first
    found = verdict([first.statement])
    return {
        "statement": one.id,
        "publisher": first.publisher,
        "words": first.statement.words,
        "state": one.state(least).value,
        "items": one.items,
        "places": [
            {
                "place": record.statement.place.value,
                "items": record.items,
                "stands": stands_at(record.statement.evidence),
                "first_seen": record.first_seen.isoformat(),
                "last_confirmed": record.last_confirmed.isoformat(),
            }
            for record in one.statements
        ],
        "terms": msgspec.to_builtins(one.terms),
        "roles": [msgspec.to_builtins(role) for role in roles_of(first.statement)],
        "republish": {"answer": found.answer.value, "grade": found.grade, "reading": found.reading},
        "decided": msgspec.to_builtins(next((record.decided for record in one.statements if record.decided), None)),
    }


def tell_lapsed(console: Console, found: Sequence[Lapsed]) -> None:
    """Tell the decisions that hold for nothing any more."""
    for one in found:
        if console.as_json:
            console.out_json(one.as_json())
        else:
            console.out("\n".join(["", *lapsed_lines(one)]))


def lapsed_lines(one: Lapsed) -> Iterator[str]:
    """Tell a decision that holds for nothing any more, and why."""
    why = f"not printed any more since {one.ended:%Y-%m-%d}" if one.ended else "read otherwise now, so it is open again"
    what = "let it be reused" if one.allowed else "decided"
    yield f"{one.statement}  the words are {why}; {one.by} {what} on {one.made:%Y-%m-%d}, which holds for nothing now"
    yield f"  “{one.words}”"
