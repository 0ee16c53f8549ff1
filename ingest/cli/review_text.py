"""Review as text: what waits for a person, and what people decided, for a person or as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.errors import Exit, Refused
from db.decisions.overlay import current_value, describe_term
from db.model.decision import DecidedValue, Decision, DecisionField, DecisionKind
from db.model.item import AgentKind, Covers, Item, Role, Use
from db.model.json_values import json_values
from db.query import review_queue, wordings
from db.query.moved import Pattern
from db.query.review_queue import ItemInDoubt, Question, ReviewReason, UnreadStatement
from db.terms.verdict import in_words, verdict_of
from ingest.cli.console import Console
from ingest.cli.terms_text import statement_lines, verdict_lines
from ingest.progress import counted

if TYPE_CHECKING:
    from db.catalogue import Catalogue


def short(decision: str) -> str:
    """Return a short name for a decision: the first eight characters of its record id."""
    # Eight hexadecimal digits usually suffice within a collection; if they do not, `review.undo` refuses.
    return decision.removeprefix("urn:uuid:")[:8]


def said_of(value: DecidedValue) -> str:
    """Return the value as it is typed after --set: a name with its role before it, unless it is that of an author."""
    kind = value.kind if value.kind is AgentKind.ORGANISATION else None
    role = value.role if value.role is not Role.AUTHOR else None
    before = " ".join(word for word in (kind, role) if word)
    return f"{before}: {value.value}" if before else value.value


def _shown(item: Item, field: DecisionField) -> tuple[str, ...]:
    """Return what *field* of *item* shows, with everybody who is credited beside the authors."""
    if field is not DecisionField.AUTHOR:
        return current_value(item, field)
    return tuple(said_of(DecidedValue(one.name, one.role, one.kind)) for one in item.edition.attributions)


def quoted(values: Iterable[str]) -> str:
    """Return *values* in quotation marks, or "not stated"."""
    return ", ".join(f"“{value}”" for value in values) or "not stated"


def print_questions(console: Console, one: ItemInDoubt) -> None:
    """Print what is asked about an item."""
    title = one.item.edition.title
    if console.as_json:
        console.out_json(
            {
                "item": one.item.id,
                "edition": one.item.edition.id,
                "title": title.value if title else None,
                "url": one.item.url,
                "questions": [_as_json(question) for question in one.questions],
            }
        )
        return
    lines = [f"{one.item.id}  {title.value if title else '[untitled]'}", f"    {one.item.url}"]
    for question in one.questions:
        lines += question_lines(question)
    console.out("\n".join(lines))


def _as_json(question: Question) -> dict[str, object]:
    rivals = [{"value": r.value, "witness": r.witness, "because": r.because} for r in question.rivals]
    return {"why": question.why, "field": question.field, "shown": list(question.shown), "rivals": rivals}


def question_lines(question: Question) -> list[str]:
    """Return a question as lines: the value shown, and what else the page says."""
    if question.why is ReviewReason.PARTIAL:
        return [f"    partial    {', '.join(question.shown)}"]
    lines = [f"    {question.field:<10} {quoted(question.shown)}"]
    return lines + [f"      or       “{rival.value}” ({rival.witness}): {rival.because}" for rival in question.rivals]


def print_unread(console: Console, statement: UnreadStatement) -> None:
    """Print words that no rule understands."""
    if console.as_json:
        named = {"statement": statement.id, "publisher": statement.publisher}
        console.out_json({**named, "words": statement.words, "items": statement.items})
        return
    console.out(f"{statement.id}  {counted(statement.items, 'item')}\n    not understood: “{statement.words}”")


# The number of moves shown for a pattern.
_EXAMPLES = 3


def print_moves(console: Console, pattern: Pattern) -> None:
    """Print which works of a publisher seem to be at other addresses now."""
    if console.as_json:
        moves = [{"from": one.source, "to": one.target, "title": one.title} for one in pattern.moves]
        console.out_json(
            {"moved": pattern.id, "publisher": pattern.publisher, "pattern": pattern.words, "moves": moves}
        )
        return
    number = len(pattern.moves)
    seem = "seems" if number == 1 else "seem"
    lines = [f"{pattern.id}  {counted(number, 'item')} {seem} to have moved", f"    {pattern.words}"]
    for one in pattern.moves[:_EXAMPLES]:
        lines += [f"      {one.title or '[untitled]'}", f"        {one.source}", f"        {one.target}"]
    console.out("\n".join(lines))


def read_already(console: Console, catalogue: Catalogue, named: Collection[str]) -> None:
    """Print how the statements with the ids *named* are read; these wait for nobody.

    Raises `Refused` if there is no such statement (usage).
    """
    found = [record for record in catalogue.statements() if record.id in named] if named else []
    for one in sorted(set(named) - {record.id for record in found}):
        raise Refused(f"there is no statement {one!r}", "`creditline terms` lists them with their ids", Exit.USAGE)
    for record in found:
        if console.as_json:
            console.out_json({"id": record.id, **json_values(record)})
        else:
            console.advise("\n".join(statement_lines(record)))


def decision(console: Console, made: Decision, undone: Decision | None) -> None:
    """Print a decision, and who took it back, if someone did."""
    about = made.item or (f"{made.publisher} “{made.words}”" if made.words else made.publisher)
    if console.as_json:
        console.out_json(
            {
                "decision": made.id,
                "about": about,
                "kind": made.kind,
                "field": made.field,
                "values": [value.value for value in made.values] or [describe_term(term) for term in made.terms],
                "by": made.by,
                "made": made.made.isoformat(),
                "because": made.because,
                "undone": None if undone is None else {"by": undone.by, "made": undone.made.isoformat()},
            }
        )
        return
    said = quoted([said_of(value) for value in made.values] or [describe_term(term) for term in made.terms])
    what = f"{made.field} " + ("confirmed" if made.kind is DecisionKind.CONFIRM else f"set to {said}")
    lines = [f"{short(made.id)}  {made.made:%Y-%m-%d %H:%M}  {made.by}  {about}", f"    {what}"]
    lines += [f"    because {made.because}"] if made.because else []
    lines += [f"    taken back by {undone.by}, {undone.made:%Y-%m-%d %H:%M}"] if undone else []
    console.out("\n".join(lines))


# Consequence: what is printed after a decision: the field, what is still asked, the verdicts.


@dataclass(frozen=True, slots=True)
class Consequence:
    """The effect of a decision.

    Attributes:
        item: the item concerned; for a statement, the first item that shows its words, or None.
        field: the field of the item; None for a statement.
        open: the fields of the item about which a person is still asked.
        applies: the number of items that the words of the statement are for, as the list of statements counts them.
    """

    item: Item | None
    field: DecisionField | None = None
    open: tuple[DecisionField, ...] = ()
    applies: int = 0


def consequence(catalogue: Catalogue, decision: Decision) -> Consequence:
    """Return the effect of *decision* in the present catalogue."""
    if decision.words is not None and decision.publisher is not None:
        # The first item is an example: the decision holds for all that show the words, and each may show other
        # statements too.
        showing = review_queue.items_showing(catalogue.connection, decision.publisher, decision.words)
        applies = wordings.items_of(catalogue.connection, decision.publisher, decision.words)
        return Consequence(catalogue.item(showing[0]) if showing else None, applies=applies)
    item = catalogue.item(decision.item) if decision.item else None
    still = review_queue.asked_of(catalogue.connection, item.id) if item else ()
    return Consequence(item, decision.field, still)


def lines(found: Consequence) -> Iterator[str]:
    """Return a consequence as lines for a person."""
    if found.item is None:
        return
    if found.field is not None:
        yield f"    {found.field}: {quoted(_shown(found.item, found.field))}"
        if found.open:
            yield f"    still asked about: {', '.join(found.open)}"
        return
    title = found.item.edition.title
    example = f"{found.item.id}  {title.value if title else '[untitled]'}"
    yield f"    for {counted(found.applies, 'item')}, among them {example}"
    yield from (f"  {line}" for line in verdict_lines(found.item))


def as_json(found: Consequence) -> dict[str, object]:
    """Return a consequence as JSON values, with verdicts in short."""
    if found.item is None:
        return {}
    if found.field is not None:
        return {"shown": list(_shown(found.item, found.field)), "still_asked": list(found.open)}
    item = found.item
    # Verdicts in short; `creditline terms` shows what leads to them.
    verdicts = {
        covers.value: {use.value: in_words(verdict_of(item, use, covers)) for use in Use}
        for covers in (Covers.TEXT, Covers.IMAGES)
    }
    return {"items": found.applies, "example": item.id, "verdicts": verdicts}
