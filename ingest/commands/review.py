"""`creditline review`: what waits for a person, and what a person decides."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import click

from archive.errors import Exit, Refused
from db.identity import statement_id
from db.model.decision import DecisionField
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.decision_notes import Proposal, Signer
from ingest.commands.flags import at_least, packing
from ingest.progress import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.warc.capture import Note
    from db.catalogue import Catalogue
    from db.model.decision import Decision
    from db.query.review_queue import ReviewReason
    from ingest.collection.notes import Notary

FIELDS = ("title", "author", "published", "language", "tags", "partial")
REASONS = ("doubt", "missing", "partial", "statement", "moved")
DUTIES = ("attribute", "link", "notice", "share alike")


@dataclass(frozen=True, slots=True)
class Listed:
    """What to list: the decisions, the statements on reuse, or what waits; by publisher or reason; how many."""

    made: bool
    terms: bool
    publisher: str | None
    reason: str | None
    limit: int | None


class _Field(click.Choice[str]):
    """The name of a field. `show` and the room print what the catalogue calls "published" as "date"."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(super().convert("published" if value == "date" else value, param, ctx))


def _add_decision_flags(command: Any) -> Any:
    """Add the flags that describe a decision."""
    flags = (
        click.option(
            "--field",
            type=_Field(FIELDS),
            help="The field of the item to decide; alone: list only what waits about it.",
        ),
        click.option(
            "--set",
            "values",
            multiple=True,
            metavar="VALUE",
            help="Its value; repeat for each author or tag. A role or kind may come before an author:"
            " 'translator: NAME', 'organisation: NAME'.",
        ),
        click.option(
            "--nothing", is_flag=True, help="The page states none; or the statement says nothing about reuse."
        ),
        click.option(
            "--confirm", is_flag=True, help="Checked: the fields in question are right; with --field, that field."
        ),
        click.option(
            "--deny",
            is_flag=True,
            help="The statement permits nothing of what was read from it: users must ask.",
        ),
        click.option(
            "--permits", multiple=True, metavar="ACT", help="The statement permits this act: reproduce, images:use."
        ),
        click.option("--asks", multiple=True, metavar="ACT", help="The statement requires permission for this act."),
        click.option("--forbids", multiple=True, metavar="ACT", help="The statement forbids this act."),
        click.option(
            "--duty", "duties", multiple=True, type=click.Choice(DUTIES), help="A duty that comes with --permits."
        ),
        click.option("--non-commercial", is_flag=True, help="It permits only non-commercial use."),
        click.option(
            "--license",
            "license_id",
            metavar="ID",
            help="The licence that the statement names: CC-BY-4.0, its address, or LicenseRef-NAME.",
        ),
        click.option("--contact", metavar="WORDS", help="Whom the statement says to ask."),
        click.option("--credit-words", metavar="WORDS", help="The credit that the statement prescribes."),
    )

    packed = packing(Proposal, "proposal")(command)
    # In reverse, because each flag wraps the ones before: the help then lists them in the order above.
    for flag in reversed(flags):
        packed = flag(packed)
    return packed


@click.command(cls=Verb)
@click.argument("targets", nargs=-1, metavar="[ITEM | STATEMENT]...")
@_add_decision_flags
@click.option("--by", default="", metavar="NAME", help="Who decides; kept with the decision.")
@click.option("--because", metavar="TEXT", help="Why; kept with the decision.")
@click.option("--undo", metavar="DECISION", help="Take a decision back; what it replaced is valid again.")
@click.option(
    "--decisions", "made", is_flag=True, help="List what was decided, of all or of what is named, the newest first."
)
@click.option(
    "--terms",
    "terms",
    is_flag=True,
    help="List what the publishers say about reuse, each wording once: how it is read, and what waits for a decision.",
)
@click.option("--publisher", metavar="ID", help="List only what waits from this publisher.")
@click.option("--reason", type=click.Choice(REASONS), help="List only what waits for this reason.")
@click.option("-n", "limit", type=at_least(1), metavar="N", help="List N of them; all by default, 100 on a terminal.")
@packing(Signer, "signer")
@packing(Listed, "listed")
@click.pass_obj
def command(
    console: Console,
    targets: tuple[str, ...],
    undo: str | None,
    proposal: Proposal,
    listed: Listed,
    signer: Signer,
) -> None:
    """List what needs a person: doubtful readings, articles without author or date, incomplete texts, and statements
    that no rule understands. With an item or a statement and --by NAME, record a decision.
    """
    # Check for decisions first: a flag that should record something must never be ignored.
    if undo is not None:
        _undo(console, undo, signer)
    elif proposal.decides:
        _decide(console, targets, proposal, signer)
    elif listed.made:
        _list_decisions(console, targets, listed)
    elif listed.terms:
        _terms(console, targets, listed.publisher)
    else:
        _list(console, targets, listed, proposal.field)


# ── Listing ─────────────────────────────────────────────────────────────────────────────────────────────────


def _list(console: Console, targets: tuple[str, ...], listed: Listed, field: str | None) -> None:
    """List what needs a decision, or of that what *targets* name, or what concerns *field*."""
    from db.query import review_queue
    from ingest.cli.review_text import read_already
    from ingest.collection.collection import Layout, open_for_reading
    from ingest.collection.item_choice import is_move, is_statement

    publisher = listed.publisher
    why = review_queue.ReviewReason(listed.reason) if listed.reason else None
    about = DecisionField(field) if field else None
    moves = [target.lower() for target in targets if is_move(target)]
    # Ids are Crockford base32, where upper and lower case mean the same.
    words = {target.lower() for target in targets if is_statement(target)}
    named = tuple(target for target in targets if not is_move(target) and not is_statement(target))
    only_moves = why is review_queue.ReviewReason.MOVED or (moves and not words and not named)
    with open_for_reading(Layout(console.directory)) as catalogue:
        _check(catalogue, publisher)
        if why in (None, review_queue.ReviewReason.MOVED) and (moves or not targets) and about is None:
            _moved(console, catalogue, publisher, moves)
        if only_moves:
            return
        everything = not named and not words
        ids = None if everything else _ids(catalogue, named)
        items = _questions(console, catalogue, _Narrowing(publisher, why, about), ids, listed.limit)
        # Statements have no fields.
        statements = set() if about else _unread(console, catalogue, publisher, why, None if everything else words)
        # Also show statements that wait for nobody: whoever names one wants to see how it is read.
        read_already(console, catalogue, words.difference(statements))
        waiting = _waiting(catalogue, publisher) if everything and why is None and about is None else 0
    if about is None:
        _sum_up(console, items, len(statements), waiting, looked=not everything or why is not None)
    else:
        console.talk(f"{counted(items, 'item')} need{'s' * (items == 1)} a decision about {about}")
    for target in named if not items else ():
        console.talk(f"  {target} needs no decision; to confirm what you looked at: --field FIELD --confirm --by NAME")
    if items or statements:
        console.talk("  creditline review ID --field FIELD --set VALUE --by NAME, or --confirm; see docs/review.md")


def _ids(catalogue: Catalogue, named: tuple[str, ...]) -> list[str]:
    """Return the ids of the *named* items, each once."""
    from ingest.collection.item_choice import Choice

    return list(dict.fromkeys(item.id for item in catalogue.items(Choice(named).ids(catalogue)))) if named else []


@dataclass(frozen=True, slots=True)
class _Narrowing:
    """Of which publisher, for which reason and about which field items are listed; None means all."""

    publisher: str | None
    why: ReviewReason | None
    field: DecisionField | None


def _questions(
    console: Console, catalogue: Catalogue, wanted: _Narrowing, ids: Sequence[str] | None, limit: int | None
) -> int:
    """Print at most *limit* items in doubt, or of them those with these *ids*; return how many there are."""
    from db.query import review_queue
    from ingest.cli.review_text import print_questions

    if wanted.why is review_queue.ReviewReason.STATEMENT:
        return 0
    narrowed = asdict(wanted)
    if ids is not None:
        asked = (review_queue.items(catalogue.connection, **narrowed, item=one) for one in ids)
        found = list(chain.from_iterable(asked))
        for one in found:
            print_questions(console, one)
        return len(found)
    most = console.most(limit)
    shown = 0
    for one in islice(review_queue.items(catalogue.connection, **narrowed), most):
        print_questions(console, one)
        shown += 1
    if most is None or shown < most:
        return shown
    # Counted only here: the questions of a large collection take as long to count as to find.
    total = review_queue.count(catalogue.connection, **narrowed)
    if total > shown:
        console.talk(f"{shown} of {counted(total, 'item')} are listed; more with -n N")
    return total


def _unread(
    console: Console, catalogue: Catalogue, publisher: str | None, why: ReviewReason | None, named: set[str] | None
) -> set[str]:
    """Print the statements that no rule understands, or of them those *named*, and return their ids."""
    from db.query import review_queue
    from ingest.cli.review_text import print_unread

    found: set[str] = set()
    if why not in (None, review_queue.ReviewReason.STATEMENT):
        return found
    for statement in review_queue.statements(catalogue.connection, publisher):
        if named is None or statement.id in named:
            found.add(statement.id)
            print_unread(console, statement)
    return found


def _sum_up(console: Console, items: int, statements: int, waiting: int, *, looked: bool) -> None:
    """Say how many need a decision. *looked*: the person asked for some of them, by name or reason."""
    # "0 items and 0 statements" above "2 statements wait" would be contradictory.
    asks = f"{counted(items, 'item')} and {counted(statements, 'statement')} need a decision"
    console.talk(asks if items or statements or looked else "nothing is in doubt, and no statement is unread")
    if waiting:
        wait = "waits for a decision" if waiting == 1 else "wait for one decision each"
        console.talk(f"  {counted(waiting, 'statement')} about reuse {wait}: creditline review --terms")


def _moved(console: Console, catalogue: Catalogue, publisher: str | None, named: Sequence[str]) -> None:
    """List which works seem to be at other addresses now, one pattern each."""
    from db.query import moved
    from ingest.cli import review_text

    found = [one for one in moved.patterns(catalogue.connection, publisher) if not named or one.id in named]
    for pattern in found:
        review_text.print_moves(console, pattern)
    if found:
        console.talk("  one answer for all of a pattern: creditline review ID --confirm --by NAME")
    elif named:
        console.talk(f"no decision is needed about {', '.join(named)}")


def _check(catalogue: Catalogue, publisher: str | None) -> None:
    known = [one.id for one in catalogue.publishers()]
    if publisher is not None and publisher not in known:
        raise Refused(f"there is no publisher {publisher!r}", f"here: {', '.join(known) or 'none'}", Exit.USAGE)


def _waiting(catalogue: Catalogue, publisher: str | None) -> int:
    from db.query.wordings import State, of_publishers

    return sum(one.state() is State.WAITS for one in of_publishers(catalogue.connection, publisher))


def _terms(console: Console, targets: tuple[str, ...], publisher: str | None) -> None:
    """List the publishers' wordings, or the ones named, and the decisions that no longer apply to anything."""
    from db.model.item import Grade
    from db.query import wordings
    from ingest.cli.evidence_text import page_of
    from ingest.collection.collection import Layout, open_for_reading, read_settings
    from ingest.commands.wordings_text import tell_lapsed, tell_wordings

    layout = Layout(console.directory)
    # What waits depends on the settings: if only confirmed texts may go out, every permission waits.
    least = Grade.CONFIRMED if read_settings(layout).reuse.confirmed_only else Grade.MACHINE_READABLE
    with open_for_reading(layout) as catalogue:
        _check(catalogue, publisher)
        found = wordings.of_publishers(catalogue.connection, publisher, least)
        named = {target.lower() for target in targets}
        if missing := sorted(named - {one.id for one in found}):
            hint = "`creditline review --terms` lists what is printed now"
            raise Refused(f"there is no statement {missing[0]!r}", hint, Exit.USAGE)
        shown = [one for one in found if not named or one.id in named]
        tell_wordings(console, shown, least, lambda evidence: page_of(catalogue, evidence))
        tell_lapsed(console, wordings.lapsed(catalogue.connection, publisher) if not named else [])


def _list_decisions(console: Console, targets: tuple[str, ...], listed: Listed) -> None:
    """List what was decided: all of it, or of that what *targets* name, or what concerns a publisher."""
    from db.query import review_queue
    from ingest.cli.review_text import decision
    from ingest.collection.collection import Layout, open_for_reading
    from ingest.collection.item_choice import Choice, is_statement

    with open_for_reading(Layout(console.directory)) as catalogue:
        publisher = listed.publisher
        _check(catalogue, publisher)
        found = review_queue.made(catalogue.connection)
        statements = {target.lower() for target in targets if is_statement(target)}
        refs = tuple(target for target in targets if not is_statement(target))
        named = statements | ({item.id for item in Choice(refs).items(catalogue)} if refs else set())
        # Show an undo with the decision it undid, and not on a line of its own.
        shown = [one for one in found if not one.undoes]
        if targets or publisher is not None:
            about = [(one, *_about(catalogue, one)) for one in shown]
            shown = [
                one for one, theirs, which in about if publisher in (None, theirs) and (not targets or which in named)
            ]
    undone = {one.undoes: one for one in found if one.undoes}
    most = console.most(listed.limit)
    for one in shown[:most]:
        decision(console, one, undone.get(one.id))
    told = counted(len(shown), "decision")
    console.talk(told if most is None or len(shown) <= most else f"{most} of {told}; more with -n N")


def _about(catalogue: Catalogue, one: Decision) -> tuple[str | None, str | None]:
    """Return the publisher that a decision concerns, and the id of its statement or item."""
    if one.publisher and one.words:
        return one.publisher, statement_id(one.publisher, one.words)
    # Decisions keep the id that was shown then.
    item = catalogue.item(one.item) if one.item else None
    return (one.publisher, None) if item is None else (item.publisher.id, item.id)


# ── Deciding ────────────────────────────────────────────────────────────────────────────────────────────────


def _decide(console: Console, targets: tuple[str, ...], proposal: Proposal, signer: Signer) -> None:
    from ingest.collection.collection import Layout
    from ingest.collection.item_choice import is_move
    from ingest.collection.notes import open_for_notes
    from ingest.commands import decision_notes

    if not targets:
        raise Refused("no item or statement is named", "name an item or a statement", Exit.USAGE)
    decision_notes.check(proposal)
    # Check the name before opening the collection, so that it does not fail after half of the targets.
    signer.body()
    with open_for_notes(Layout(console.directory)) as notary:
        for target in targets:
            if is_move(target):
                _move(console, notary, target, proposal, signer)
                continue
            for note in decision_notes.decide(notary, target, proposal, signer=signer):
                _print_decision(console, notary.catalogue, target, note)
    if any(map(is_move, targets)):
        _fold_again(console)


def _move(console: Console, notary: Notary, target: str, proposal: Proposal, signer: Signer) -> None:
    """Record that a pattern of moves is confirmed, the only decision possible about one."""
    from ingest.cli.review_text import short
    from ingest.commands import decision_notes

    others = (proposal.field, proposal.values, proposal.nothing, proposal.reads, proposal.deny)
    if not proposal.confirm or any(others):
        raise Refused(f"{target} is a pattern of moves", "it can be confirmed: --confirm", Exit.USAGE)
    note, moved = decision_notes.confirm_moves(notary, target, signer=signer)
    if console.as_json:
        console.out_json({"about": target, "decision": note.id, "made": note.made.isoformat(), **note.body})
        return
    console.out(f"{target}: {counted(moved, 'move')} recorded as decision {short(note.id)} in {note.ref.file}")
    console.talk(f"  take it back: creditline review --undo {short(note.id)} --by NAME")


def _fold_again(console: Console) -> None:
    """Read again what depends on the addresses decided about; during another run, leave it to that run."""
    from ingest.cataloguing.backlog import read_waiting
    from ingest.collection.collection import Layout, open_for_work, read_settings
    from ingest.collection.run_lock import Locked

    layout = Layout(console.directory)
    try:
        with open_for_work(layout, read_settings(layout), command="review") as work:
            read_waiting(work)
    except Locked as busy:
        console.talk(f"  {busy.what}: the next run makes one item of each two")


def _print_decision(console: Console, catalogue: Catalogue, target: str, note: Note) -> None:
    """Print a recorded decision and its effect."""
    from db.model.decision import read_note
    from ingest.cli.review_text import as_json, consequence, lines, short

    made = read_note(note)
    assert made is not None, "what was just recorded is a decision"
    follows = consequence(catalogue, made)
    if console.as_json:
        told = {"about": target, "decision": note.id, "made": note.made.isoformat(), **note.body}
        console.out_json(told | as_json(follows))
        return
    console.advise("\n".join((f"{target}: recorded as decision {short(note.id)} in {note.ref.file}", *lines(follows))))
    console.talk(f"  take it back: creditline review --undo {short(note.id)} --by NAME")


def _undo(console: Console, named: str, signer: Signer) -> None:
    """Record that a decision is taken back, and print the effect."""
    from ingest.cli.review_text import as_json, consequence, lines, short
    from ingest.collection.collection import Layout
    from ingest.collection.notes import open_for_notes
    from ingest.commands import decision_notes

    with open_for_notes(Layout(console.directory)) as notary:
        _, decision = decision_notes.undo(notary, named, signer=signer)
        follows = consequence(notary.catalogue, decision)
    if decision.field is DecisionField.ADDRESS:
        _fold_again(console)
    if console.as_json:
        console.out_json({"undone": decision.id, "item": decision.item} | as_json(follows))
    else:
        console.advise("\n".join((f"decision {short(decision.id)} of {decision.by} is taken back", *lines(follows))))
