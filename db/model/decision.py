"""Decision: what a person decided about an item or a statement, as its note states it. Frozen values, no SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.warc.capture import Note
from db.errors import BadDecision
from db.model.claim import AgentKind, Precision, Role
from db.model.terms import Act, Covers, Duty, Permission, Term

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?P<time>T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?)?)?"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class DecisionField(StrEnum):
    """What a decision is about."""

    TITLE = "title"
    AUTHOR = "author"
    PUBLISHED = "published"
    LANGUAGE = "language"
    TAGS = "tags"
    PARTIAL = "partial"
    """The text is as complete as it will get. This can be confirmed, but not set."""
    TERMS = "terms"
    """What a publisher's statement means, wherever it is printed."""
    ADDRESS = "address"
    """Works of a publisher moved from one address to another."""


# Without computed fields (partial) and fields that belong to words instead of an item (terms).
SETTABLE = (
    DecisionField.TITLE,
    DecisionField.AUTHOR,
    DecisionField.PUBLISHED,
    DecisionField.LANGUAGE,
    DecisionField.TAGS,
)
"""The fields of an item that a person can set."""


class DecisionKind(StrEnum):
    """What a person did."""

    SET = "set"
    CONFIRM = "confirm"
    """Checked: the reading is right."""
    UNDO = "undo"
    """Withdraws another decision."""


@dataclass(frozen=True, slots=True)
class DecidedValue:
    """One value that a person set.

    Attributes:
        value: a title, a name, a date as precisely as known, a language code, a tag.
        role, kind: for an author.
        precision: for a date.
    """

    value: str
    role: Role | None = None
    kind: AgentKind | None = None
    precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A recorded decision.

    Attributes:
        id: the record that states it.
        by: the name of the person.
        item: the item, by the id that was used; None for a statement or an undo.
        edition: the edition that the person saw.
        publisher, words: the statement concerned.
        field: None for an undo.
        values: for SET, in order; empty means "not stated".
        moved: pairs of URLs, from which address to which a work moved; *values* hold the pattern in words.
        terms: for a statement, how the person reads it; empty means that it says nothing about reuse.
        undoes: the id of the decision that it withdraws.
    """

    id: str
    kind: DecisionKind
    made: datetime
    by: str
    because: str | None = None
    item: str | None = None
    edition: str | None = None
    publisher: str | None = None
    words: str | None = None
    field: DecisionField | None = None
    values: tuple[DecidedValue, ...] = ()
    terms: tuple[Term, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision in force, as it applies to what is shown.

    Attributes:
        values: what is shown now, as text; empty for "not stated" and for a confirmed field.
        was: what was read from the publisher's page, as text.
    """

    field: DecisionField
    values: tuple[str, ...]
    was: tuple[str, ...]
    by: str
    made: datetime
    decision: str
    because: str | None = None
    confirms: bool = False
    words: str | None = None


def value_of(field: DecisionField, said: str) -> DecidedValue:
    """Parse what a person typed for *field*.

    For an author, a role and a kind may come before a colon: ``translator: Anna Nowak``, ``organisation: Port Watch``.

    Raises:
        BadDecision: the text is empty, or not a date or language code as required, or names several people or tags.
    """
    value = " ".join(said.split())
    # Empty input is probably a mistake; "not stated" has a flag of its own.
    if not value:
        raise BadDecision(f"an empty {field.value} says nothing", "to state that there is none, use --nothing")
    if field is DecisionField.PUBLISHED:
        return DecidedValue(value, precision=precision_of(value))
    if field is DecisionField.LANGUAGE and not _LANGUAGE.fullmatch(value):
        raise BadDecision(f"{value!r} is not a language code", "write it as en, pl or pt-BR")
    # As `show` prints several; taken for one, they would be cited as one name.
    if field in (DecisionField.AUTHOR, DecisionField.TAGS) and "; " in value:
        first, second = value.split("; ", 1)
        hint = f'give each by itself: --set "{first}" --set "{second}"; in the browser, one a line'
        raise BadDecision(f"{value!r} is more than one value", hint)
    return _named(value) if field is DecisionField.AUTHOR else DecidedValue(value)


def precision_of(value: str) -> Precision:
    """Return the precision of the ISO 8601 date *value*. Raises `BadDecision` if it is not one."""
    found = _DATE.fullmatch(value)
    hint = "write it as 2023, 2023-04, 2023-04-24 or 2023-04-24T10:00:00+02:00"
    if found is None:
        raise BadDecision(f"{value!r} is not a date", hint)
    try:
        # The pattern does not know how many days a month has.
        datetime.fromisoformat(value if found["day"] else f"{value[:7]}-01" if found["month"] else f"{value}-01-01")
    except ValueError as error:
        raise BadDecision(f"there is no day {value}", hint) from error
    stated = (found["time"] and Precision.INSTANT, found["day"] and Precision.DAY, found["month"] and Precision.MONTH)
    return next((one for one in stated if isinstance(one, Precision)), Precision.YEAR)


def _named(value: str) -> DecidedValue:
    before, mark, name = value.partition(":")
    marks = before.lower().split()
    known = {one.value for one in (*Role, *AgentKind)}
    # A name may contain a colon, so only roles and kinds before it count.
    if not mark or not marks or not known.issuperset(marks) or not name.strip():
        # By default a person who is the author; anything else has to be stated.
        return DecidedValue(value, Role.AUTHOR, AgentKind.PERSON)
    role = next((Role(one) for one in marks if one in set(Role)), Role.AUTHOR)
    kind = next((AgentKind(one) for one in marks if one in set(AgentKind)), AgentKind.PERSON)
    return DecidedValue(name.strip(), role, kind)


# ── As a note states it ─────────────────────────────────────────────────────────────────────────────────────


def value_body(value: DecidedValue) -> dict[str, object]:
    """Return *value* in the form of a decision's note."""
    told = {"value": value.value, "role": value.role, "kind": value.kind, "precision": value.precision}
    return {name: str(held) for name, held in told.items() if held is not None}


def term_body(term: Term) -> dict[str, object]:
    """Return *term* in the form of a decision's note, without its rule, which is the decision itself."""
    told: dict[str, object] = {
        "covers": term.covers.value,
        "act": term.act.value,
        "permission": term.permission.value,
        "duties": [duty.value for duty in term.duties],
        "noncommercial": term.noncommercial,
        "license_id": term.license_id,
        "license_url": term.license_url,
        "contact": term.contact,
        "credit_words": term.credit_words,
    }
    # Default values are left out, so that notes stay short and old notes stay valid.
    return {name: held for name, held in told.items() if held not in (None, [], False)}


def read_note(note: Note) -> Decision | None:
    """Return the decision that *note* states, or None if it states none that this program understands."""
    body = note.body
    try:
        # First, because an undo names only the decision that it withdraws.
        if body.get("undo"):
            return _decision(note, DecisionKind.UNDO, undoes=str(body["undo"]))
        if body.get("words") is not None:
            publisher, words = str(body["publisher"]), str(body["words"])
            kind = DecisionKind.CONFIRM if body.get("confirms") else DecisionKind.SET
            terms = tuple(term_of(one, note.id) for one in _listed(body.get("values")))
            return _decision(note, kind, publisher=publisher, words=words, field=DecisionField.TERMS, terms=terms)
        if body.get("moved") is not None:
            return _of_moves(note, body)
        field = DecisionField(str(body["field"]))
        item, edition = str(body["item"]), str(body["edition"])
        if body.get("confirms"):
            return _decision(note, DecisionKind.CONFIRM, item=item, edition=edition, field=field)
        values = tuple(_value(one) for one in _listed(body.get("values")))
        # A partial text can be confirmed, but not set.
        if field not in SETTABLE:
            return None
        return _decision(note, DecisionKind.SET, item=item, edition=edition, field=field, values=values)
    # A note of a later program, or in an imported file: it states no decision, and must not make a rebuild fail.
    except (KeyError, ValueError, TypeError):
        return None


def _of_moves(note: Note, body: Mapping[str, object]) -> Decision:
    moved = body["moved"]
    if not isinstance(moved, list | tuple):
        raise TypeError("moves are pairs in a list")
    pairs = tuple((str(source), str(target)) for source, target in moved)
    pattern = (DecidedValue(str(body["pattern"])),)
    publisher, field = str(body["publisher"]), DecisionField.ADDRESS
    return _decision(note, DecisionKind.SET, publisher=publisher, field=field, values=pattern, moved=pairs)


def _decision(note: Note, kind: DecisionKind, **fields: object) -> Decision:
    because = note.body.get("because")
    said = {"by": str(note.body["by"]), "because": None if because is None else str(because)}
    return Decision(id=note.id, kind=kind, made=note.made, **said, **fields)  # type: ignore[arg-type]  # names of its own


def _listed(values: object) -> list[Mapping[str, object]]:
    if values is None:
        return []
    # Anybody may have written the note, so anything but a list of objects is rejected.
    if not isinstance(values, list | tuple) or not all(isinstance(one, Mapping) for one in values):
        raise TypeError("values are objects in a list")
    return list(values)


def _value(body: Mapping[str, object]) -> DecidedValue:
    role, kind, precision = (body.get(name) for name in ("role", "kind", "precision"))
    return DecidedValue(
        str(body["value"]),
        None if role is None else Role(str(role)),
        None if kind is None else AgentKind(str(kind)),
        None if precision is None else Precision(str(precision)),
    )


def term_of(body: Mapping[str, object], rule: str) -> Term:
    """Return the term in the *body* that `term_body` wrote; *rule* is the id of the decision.

    Raises:
        KeyError, ValueError, TypeError: *body* is not a term.
    """
    duties = body.get("duties", ())
    if not isinstance(duties, list | tuple):
        raise TypeError("duties are a list")
    printed = {
        name: None if body.get(name) is None else str(body[name])
        for name in ("license_id", "license_url", "contact", "credit_words")
    }
    return Term(
        covers=Covers(str(body["covers"])),
        act=Act(str(body["act"])),
        permission=Permission(str(body["permission"])),
        rule=rule,
        duties=tuple(Duty(str(duty)) for duty in duties),
        noncommercial=bool(body.get("noncommercial")),
        **printed,
    )
