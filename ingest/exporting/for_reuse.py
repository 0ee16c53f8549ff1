"""For reuse: which items an export may hand to somebody who wants to publish them, and why the others are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db.model import Answer, Item, ItemTerm
from ingest.asked import Asked
from ingest.reuse import verdict_of

ALLOWED = (Answer.YES, Answer.WITH_DUTIES)
WITHHELD, PARTIAL, UNCONFIRMED = "withheld", "partial", "terms not confirmed lately"


@dataclass(frozen=True, slots=True)
class Lifted:
    """That a person hands an item out though its terms do not allow it; recorded before.

    Attributes:
        note: the id of the record that states it.
    """

    reason: str
    by: str | None
    note: str


@dataclass(frozen=True, slots=True)
class ForReuse:
    """What an export for reuse is for.

    Attributes:
        confirmed_within: how old the last confirmation of the terms may be.
        lifted: by item, what a person lifts.
    """

    asked: Asked
    confirmed_within: timedelta
    lifted: Mapping[str, Lifted] = field(default_factory=dict)


def left_out(item: Item, purpose: ForReuse, now: datetime) -> str | None:
    """Return in a word why *item* is left out of an export for reuse, or None where it is in it.

    A partial text is always left out; a person can lift *ask*, *no* and *unknown*. What is withheld never comes so far.
    """
    if item.edition.partial is not None:
        return PARTIAL
    if item.id in purpose.lifted:
        return None
    answer = verdict_of(item, purpose.asked.use, commercial=purpose.asked.commercial).answer
    if answer not in ALLOWED:
        return answer.value
    oldest = min(held.last_confirmed for held in deciding(item))
    return UNCONFIRMED if now - oldest > purpose.confirmed_within else None


def deciding(item: Item) -> list[ItemTerm]:
    """Return the statements that a verdict looks at: what speaks to machines alone decides no use."""
    return [held for held in item.terms if held.statement.has_a_say]
