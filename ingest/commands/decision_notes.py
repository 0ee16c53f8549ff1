"""Decision notes: turn the decision of a person about an item or a statement into the note that records it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.errors import Exit, Refused
from archive.warc.capture import Note, NoteKind
from db import erasures
from db.decisions import decisions
from db.decisions.overlay import current_value
from db.errors import BadDecision
from db.model.annotation import AnnotationKind
from db.model.decision import (
    SETTABLE,
    DecidedValue,
    Decision,
    DecisionField,
    DecisionKind,
    term_body,
    value_body,
    value_of,
)
from db.model.item import Act, Covers, Duty, Item, Permission, Role, Term, Tombstone
from db.query import moved, review_queue, wordings
from ingest.collection.item_choice import Choice, is_statement
from ingest.collection.notes import Notary
from ingest.terms import licenses
from ingest.terms.license_names import named_in
from ingest.terms.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision proposed for an item or a statement; each attribute is a flag of ``creditline review``."""

    field: str | None
    values: tuple[str, ...]
    nothing: bool
    confirm: bool
    deny: bool
    permits: tuple[str, ...]
    asks: tuple[str, ...]
    forbids: tuple[str, ...]
    duties: tuple[str, ...]
    non_commercial: bool
    license_id: str | None
    contact: str | None
    credit_words: str | None

    @property
    def decides(self) -> bool:
        """Whether the proposal decides anything; a field alone does not."""
        return bool(self.values or self.nothing or self.confirm or self.deny or self.reads)

    @property
    def reads(self) -> bool:
        """Whether the proposal says how to read a statement."""
        return bool(self.permits or self.asks or self.forbids or self.license_id)


@dataclass(frozen=True, slots=True)
class Signer:
    """The person who decides, and why."""

    by: str
    because: str | None = None

    def body(self) -> dict[str, object]:
        """Return the fields for a note. Raises `Refused` if the name is empty (exit code: usage)."""
        if not self.by.strip():
            raise Refused("a decision needs a name", "say who decides with --by NAME", Exit.USAGE)
        # Normalise spaces, so a person has one name in the list of decisions.
        said: dict[str, object] = {"by": " ".join(self.by.split())}
        return said | ({"because": self.because} if self.because else {})


# ── Decisions, from the command or from a form of the reading room ───────────────────────────────────────────────


def check(proposal: Proposal) -> None:
    """Refuse a proposal that contradicts itself (exit code: usage)."""
    if proposal.confirm and (proposal.values or proposal.nothing or proposal.reads or proposal.deny):
        raise Refused(
            "--confirm says that the reading is right", "leave out the options that would change it", Exit.USAGE
        )
    if proposal.deny and (proposal.values or proposal.nothing or proposal.reads):
        raise Refused("--deny says that one must ask", "leave out what says otherwise", Exit.USAGE)


def decide(notary: Notary, target: str, proposal: Proposal, *, signer: Signer) -> list[Note]:
    """Record the proposed decision about *target*, the id of an item or a statement.

    Raises:
        Refused: there is no such target, it is withheld, or the proposal does not fit it (exit code: usage).
    """
    if is_statement(target):
        return [_decide_statement(notary, target, proposal, signer)]
    if proposal.reads or proposal.deny:
        raise Refused(f"{target} is an item", "permissions are decided for a statement: name it by its id", Exit.USAGE)
    # One item at a time, never a query: a person decides about what they looked at.
    (item,) = Choice((target,)).items(notary.catalogue)
    if isinstance(item, Tombstone):
        hint = f"nothing of it is shown to decide about; show it again first: creditline withhold {item.id} --lift"
        raise Refused(f"{item.id} is withheld: {item.reason}", hint, Exit.USAGE)
    field = DecisionField(proposal.field) if proposal.field else None
    if proposal.confirm:
        return confirm(notary, item, field, signer=signer)
    if field is None:
        raise Refused("no field is named", "add --field title, author, published ...", Exit.USAGE)
    # Exactly one of the two: a forgotten value must not mean "not stated".
    if bool(proposal.values) == proposal.nothing:
        raise Refused(f"no value is given for {field}", "add --set VALUE, or --nothing", Exit.USAGE)
    return [set_field(notary, item, field, values(field, proposal.values), signer=signer)]


def _decide_statement(notary: Notary, target: str, proposal: Proposal, signer: Signer) -> Note:
    """Record the proposed decision about the statement *target*."""
    if proposal.field or proposal.values:
        raise Refused(f"{target} is a statement", "say --permits, --asks, --forbids, or --nothing", Exit.USAGE)
    if not (proposal.confirm or proposal.deny) and bool(proposal.reads) == proposal.nothing:
        hint = "say --confirm, --deny, --permits ACT, --asks ACT, --forbids ACT or --nothing"
        raise Refused("it is not said how to read the statement", hint, Exit.USAGE)
    # Parsed before the statement is looked up, so a wrong flag is reported for any statement.
    terms = terms_of(proposal)
    named = statement_named(notary, target)
    if proposal.confirm:
        return confirm_statement(notary, named, signer=signer)
    if proposal.deny:
        return deny_statement(notary, named, signer=signer)
    return read_statement(notary, named, terms, signer=signer)


# ── Decided terms: make terms from the flags of ``review`` ───────────────────────────────────────────────────────

_LICENSE_REF = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
"""An id for a licence that is not in the SPDX list (SPDX 2.3, clause 10.1)."""
_LONGEST_NAME = 6
_LICENSE_HINT = (
    "give an SPDX id (CC-BY-4.0, OGL-UK-3.0), a licence's address, or LicenseRef- and a name of letters, digits, . -"
)


def terms_of(proposal: Proposal) -> list[Term]:
    """Return the terms stated by the flags. Raises `Refused` for an unknown act, cover or licence (usage)."""
    named = None if proposal.license_id is None else license_named(proposal.license_id)
    permitted = Permission.WITH_DUTIES if proposal.duties else Permission.PERMITTED
    stated = (
        *((permitted, act) for act in proposal.permits),
        *((Permission.ASK, act) for act in proposal.asks),
        *((Permission.PROHIBITED, act) for act in proposal.forbids),
    )
    found = []
    for permission, words in stated:
        covers, act = _covered(words)
        # Duties, licence and credit are conditions of a permission; other terms have none.
        free = permission is permitted
        found.append(
            Term(
                covers=covers,
                act=act,
                permission=permission,
                rule="",
                duties=tuple(Duty(duty) for duty in proposal.duties) if free else (),
                noncommercial=proposal.non_commercial and free,
                license_id=named if free else None,
                contact=proposal.contact,
                credit_words=proposal.credit_words if free else None,
            )
        )
    if not found and named:
        raise Refused("a licence alone does not say what it permits", "add --permits ACT", Exit.USAGE)
    return found


def _covered(words: str) -> tuple[Covers, Act]:
    # Without a colon the act is about texts, like nearly every decision.
    covers, mark, act = words.partition(":")
    try:
        return (Covers(covers) if mark else Covers.TEXT), Act(act if mark else covers)
    except ValueError as error:
        hint = f"acts: {', '.join(Act)}; before an act you may write {', '.join(f'{one}:' for one in Covers)}"
        raise Refused(f"{words!r} is not an act", hint, Exit.USAGE) from error


def license_named(words: str) -> str:
    """Return the id of the licence that *words* name: by its SPDX id, its address, its name, or a LicenseRef- id.

    Raises `Refused` for anything else, and for Creative Commons without a variant (exit code: usage).
    """
    if _LICENSE_REF.fullmatch(words):
        return words
    # Addresses and ids first, because they are exact, while a name may fit several licences.
    found = licenses.at(words) or licenses.of_spdx(words)
    if found is None:
        # Refuse whole sentences: a sentence may say that the licence does not apply.
        named = named_in(words, vocabulary()) if words.count(" ") <= _LONGEST_NAME else None
        found = named.license if named is not None and named.exact else None
    if found is None:
        raise Refused(f"{words!r} names no licence", _LICENSE_HINT, Exit.USAGE)
    return found.license_id


def values(field: DecisionField, said: Sequence[str]) -> tuple[DecidedValue, ...]:
    """Parse the values typed for *field*; no values mean "not stated".

    Raises:
        Refused: a value is invalid, or there are too many (exit code: usage).
    """
    if field not in SETTABLE:
        known = ", ".join(SETTABLE)
        raise Refused(f"{field} cannot be set", f"these can: {known}; anything can be confirmed", Exit.USAGE)
    try:
        read = tuple(value_of(field, one) for one in said)
    except BadDecision as bad:
        raise Refused(str(bad), bad.hint, Exit.USAGE) from bad
    if len(read) > 1 and field not in (DecisionField.AUTHOR, DecisionField.TAGS):
        raise Refused(f"there is one {field}, and {len(read)} were given", "give --set once", Exit.USAGE)
    # The values replace all people, so a translator alone would remove the authors.
    if field is DecisionField.AUTHOR and read and not any(one.role is Role.AUTHOR for one in read):
        raise Refused("no author is among them", "give the authors too: they are set as a whole", Exit.USAGE)
    return read


def set_field(
    notary: Notary, item: Item, field: DecisionField, chosen: Iterable[DecidedValue], *, signer: Signer
) -> Note:
    """Record *chosen* as the values of *field* for the current edition and all with the same reading of it."""
    body = _item_body(item, signer) | {
        "field": field.value,
        "values": [value_body(one) for one in chosen],
        # The values that were read. The decision applies to every edition with this reading, and to no other.
        "was": list(current_value(item, field)),
    }
    return notary.note(NoteKind.DECISION, body, about=item.id)


def confirm(notary: Notary, item: Item, field: DecisionField | None, *, signer: Signer) -> list[Note]:
    """Record that *field* of *item* was read correctly; if None, all fields that wait for review.

    Raises:
        Refused: no field is named, and no field of the item waits for review (exit code: usage).
    """
    # Without a field, confirm only those that wait for review: the person was not shown the others.
    fields = (field,) if field else review_queue.asked_of(notary.catalogue.connection, item.id)
    if not fields:
        hint = "name what you looked at: --field title --confirm"
        raise Refused(f"{item.id} needs no decision", hint, Exit.USAGE)
    about = _item_body(item, signer)
    bodies = (about | {"confirms": True, "field": one.value} for one in fields)
    return [notary.note(NoteKind.DECISION, body, about=item.id) for body in bodies]


def _item_body(item: Item, signer: Signer) -> dict[str, object]:
    return {"item": item.id, "edition": item.edition.id, **signer.body()}


def read_statement(notary: Notary, statement: tuple[str, str], terms: Sequence[Term], *, signer: Signer) -> Note:
    """Record how a person reads *statement* (publisher, words); no terms mean that it says nothing about reuse.

    The decision applies wherever the publisher prints these words.
    """
    return notary.note(NoteKind.DECISION, _statement_body(statement, terms, signer))


def confirm_statement(notary: Notary, statement: tuple[str, str], *, signer: Signer) -> Note:
    """Record that the rules read *statement* (publisher, words) correctly, with the terms that they read.

    The decision applies wherever the publisher prints these words, as long as the rules read the same terms.

    Raises:
        Refused: no rule understands the words, they are no longer printed, or a person has decided on another reading
            (exit code: usage).
    """
    connection = notary.catalogue.connection
    earlier = decisions.deciding(connection, *statement)
    # A confirmation does not replace an earlier decision on another reading, so it would have no effect.
    if earlier is not None and earlier[1] == DecisionKind.SET:
        what = f"{earlier[2]} decided otherwise on {earlier[3][:10]}"
        short = earlier[0].removeprefix("urn:uuid:")[:8]
        raise Refused(what, f"take that back first: creditline review --undo {short} --by NAME", Exit.USAGE)
    read = _terms_read(notary, statement)
    return notary.note(NoteKind.DECISION, _statement_body(statement, read, signer) | {"confirms": True})


def deny_statement(notary: Notary, statement: tuple[str, str], *, signer: Signer) -> Note:
    """Record that *statement* (publisher, words) does not give the permissions that the rules read: one must ask.

    Prohibitions stay as they were read.

    Raises:
        Refused: no permission was read, or the words are no longer printed (exit code: usage).
    """
    read = _terms_read(notary, statement)
    granted = [term for term in read if term.permission in (Permission.PERMITTED, Permission.WITH_DUTIES)]
    if not granted:
        hint = "nothing changes; to read it otherwise: --asks ACT, --forbids ACT or --nothing"
        raise Refused("it was not read as a permission, so there is nothing to deny", hint, Exit.USAGE)
    kept = [term for term in read if term.permission in (Permission.ASK, Permission.PROHIBITED)]
    # For any use: after a denial nothing may be done without asking.
    asked = [Term(covers, Act.USE, Permission.ASK, "") for covers in dict.fromkeys(term.covers for term in granted)]
    return read_statement(notary, statement, [*asked, *kept], signer=signer)


def _terms_read(notary: Notary, statement: tuple[str, str]) -> tuple[Term, ...]:
    found = wordings.read_as(notary.catalogue.connection, *statement)
    if not found:
        hint = "say how it reads: --permits ACT, --asks ACT, --forbids ACT, or --nothing; see docs/review.md"
        raise Refused("no rule understands these words as they are printed now", hint, Exit.USAGE)
    return found


def _statement_body(statement: tuple[str, str], terms: Sequence[Term], signer: Signer) -> dict[str, object]:
    publisher, words = statement
    body: dict[str, object] = {"publisher": publisher, "words": words, "field": "terms", **signer.body()}
    # A confirmation records the terms too, because it applies only as long as the words are read like this.
    return body | {"values": [term_body(term) for term in terms]}


def confirm_moves(notary: Notary, named: str, *, signer: Signer) -> tuple[Note, int]:
    """Confirm the moves of the pattern *named*: its works are now at their new addresses.

    Returns the note and the number of works. Raises `Refused` if no such pattern waits for review (exit code: usage).
    """
    found = next((one for one in moved.patterns(notary.catalogue.connection) if one.id == named.lower()), None)
    if found is None:
        hint = "`creditline review --reason moved` lists what seems to have moved"
        raise Refused(f"no moved texts named {named!r} wait for a decision", hint, Exit.USAGE)
    body: dict[str, object] = {
        "publisher": found.publisher,
        "field": DecisionField.ADDRESS.value,
        "pattern": found.words,
        # List each move instead of the pattern alone, because the person has seen only these.
        "moved": [[one.source, one.target] for one in found.moves],
        **signer.body(),
    }
    return notary.note(NoteKind.DECISION, body), len(found.moves)


def undo(notary: Notary, named: str, *, signer: Signer) -> tuple[Note, Decision]:
    """Undo the decision whose id begins with *named*; return the note and the decision.

    Raises:
        Refused: there is no such decision, more than one, or it was undone already (exit code: usage).
    """
    # People type the beginning of the id. If two ids begin like this, refuse, because only one is meant.
    found = decisions.by_short_id(notary.catalogue.connection, named)
    if len(found) != 1:
        what = f"{len(found)} decisions begin with {named!r}" if found else f"there is no decision {named!r}"
        raise Refused(what, "`creditline review --decisions` lists them with their ids", Exit.USAGE)
    (decision,) = found
    if decision.kind is DecisionKind.UNDO:
        raise Refused("that decision is itself an undo", "decide again instead", Exit.USAGE)
    if decisions.is_undone(notary.catalogue.connection, decision.id):
        raise Refused(f"decision {named} has already been taken back", "decide again instead", Exit.USAGE)
    note = notary.note(NoteKind.DECISION, {"undo": decision.id, **signer.body()}, about=decision.item)
    return note, decision


def statement_named(notary: Notary, named: str) -> tuple[str, str]:
    """Return publisher and words of the statement with the id *named*. Raises `Refused` if there is none (usage)."""
    found = review_queue.statement(notary.catalogue.connection, named)
    if found is None:
        hint = "`creditline review` and `creditline terms` list the statements with their ids"
        raise Refused(f"there is no statement {named!r}", hint, Exit.USAGE)
    return found


# ── Withholding and annotations, which do not change the reading ─────────────────────────────────────────────────


def withholdable(notary: Notary, ref: str, *, lift: bool) -> Item:
    """Return the item *ref*. Raises `Refused` if withholding, or lifting, would change nothing (exit code: usage)."""
    # Include withheld items, because they may be the ones to lift.
    item = notary.catalogue.item(ref, withheld=True)
    if item is None and (stone := notary.catalogue.erased(ref)) is not None:
        hint = "nothing of it is left to withhold or to show; `creditline erase` lists what was erased"
        raise Refused(f"{ref} was {stone.reason} on {stone.since:%Y-%m-%d}", hint, Exit.USAGE)
    if item is None:
        raise Refused(f"no item {ref!r} is held", "`creditline search` finds the ids", Exit.USAGE)
    if item.withheld is not None and not lift:
        since = f" since {item.withheld_since:%Y-%m-%d}" if item.withheld_since else ""
        what = f"{item.id} is withheld{since} already: {item.withheld}"
        raise Refused(what, "to give another reason, lift it first: --lift", Exit.USAGE)
    if lift and item.withheld is None:
        raise Refused(f"{item.id} is not withheld", "`creditline show` shows it", Exit.USAGE)
    # After an erasure, an item that an import brought back is hidden by the order, not by a withholding.
    connection = notary.catalogue.connection
    if lift and erasures.forbidden(connection) & erasures.ids_of_item(connection, item.id):
        hint = f"where the order no longer holds: creditline erase {item.id} --lift --by NAME"
        raise Refused(f"{item.id} is not withheld, but {item.withheld}", hint, Exit.USAGE)
    return item


def withhold(notary: Notary, item: Item, reason: str, *, by: str, lift: bool) -> Note:
    """Record that *item* is withheld for *reason*; with *lift*, that it is shown again."""
    body: dict[str, object] = {"item": item.id, "by": by, "lift": lift}
    return notary.note(NoteKind.WITHHOLDING, {**body, "reason": reason} if reason else body)


def mark(notary: Notary, item: str, kind: AnnotationKind, value: str, *, by: str, remove: bool) -> Note:
    """Record that *value* is added to the item as a tag, a note or a set; with *remove*, that it is removed."""
    body: dict[str, object] = {"item": item, "annotation": kind.value, "value": value, "by": by}
    return notary.note(NoteKind.ANNOTATION, {**body, "remove": True} if remove else body, about=item)
