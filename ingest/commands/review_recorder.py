"""Review recorder: records decisions made in the browser the same way as the commands do.

Apart from `reading_room.py`, which starts the server: this file decides nothing about it and can be tested without one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from archive.errors import CreditlineError, DiskFailed, Exit, HeldByAnother, Refused
from archive.warc.capture import Note
from db.catalogue import Catalogue
from db.errors import BadDecision
from db.model.annotation import AnnotationKind, value_of
from db.model.item import Tombstone
from db.query import moved, review_queue
from db.reading_room.review.review_request import (
    Declined,
    Recorded,
    ReviewAction,
    ReviewRequest,
    Why,
    sign_of_item,
    sign_of_moves,
    sign_of_statement,
)
from ingest.collection.collection import Layout
from ingest.collection.item_choice import Choice, is_move, is_statement
from ingest.collection.notes import Notary, open_for_notes
from ingest.commands import decision_notes
from ingest.commands.decision_notes import Proposal, Signer

# Seconds that a decision waits for the one before it.
_PATIENCE = 10.0
_CHANGED = Declined(Why.CHANGED, "somebody decided about it, or it is read differently now", "Look at it again")


class ReviewRecorder:
    """Records decisions in the collection at *layout*, one at a time, even during a run."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        # One at a time, so that of two simultaneous decisions the second sees the first.
        self._turn = threading.Lock()

    def record(self, said: ReviewRequest, by: str) -> Recorded | Declined:
        """Record *said*; see `db.reading_room.review.review_request.DecisionRecorder`."""
        if not self._turn.acquire(timeout=_PATIENCE):
            return Declined(Why.BUSY, "another decision is being recorded", "Send it again in a moment")
        try:
            # Opened for this one decision; between decisions, nothing in the room can write.
            with open_for_notes(self._layout) as notary:
                return self._record(notary, said, by)
        except Refused as refused:
            # Leave out hints that name flags: they are for the command line.
            return Declined(Why.NOT_SO, refused.what, "" if "--" in refused.hint else refused.hint)
        except BadDecision as bad:
            return Declined(Why.NOT_SO, str(bad), "" if "--" in bad.hint else bad.hint)
        except HeldByAnother as error:
            return Declined(Why.BUSY, str(error), "Send it again in a moment")
        except DiskFailed as error:
            return Declined(Why.BUSY, str(error), "Nothing more can be recorded before there is room")
        except CreditlineError as error:
            return Declined(Why.BUSY, str(error), error.hint)
        finally:
            self._turn.release()

    def _record(self, notary: Notary, said: ReviewRequest, by: str) -> Recorded | Declined:
        # Finding moves means looking through all works, which is too long to block a run from writing.
        if is_move(said.about):
            return _of_moves(notary, said, by)
        # In one transaction, so that nothing changes between checking what the person saw and recording.
        with notary.catalogue.transaction():
            if said.seen and said.seen != _sign(notary.catalogue, said.about):
                return _CHANGED
            return Recorded(tuple(note.id for note in _DEEDS[said.deed](notary, said, by)))


def _sign(catalogue: Catalogue, about: str) -> str:
    if not is_statement(about):
        return sign_of_item(catalogue, about)
    found = review_queue.statement(catalogue.connection, about)
    return "" if found is None else sign_of_statement(catalogue.connection, *found)


def _of_moves(notary: Notary, said: ReviewRequest, by: str) -> Recorded | Declined:
    if said.deed is not ReviewAction.CONFIRM:
        return Declined(Why.NOT_SO, "a pattern of moves can be confirmed, and no more")
    found = next((one for one in moved.patterns(notary.catalogue.connection) if one.id == said.about.lower()), None)
    if found is None or (said.seen and sign_of_moves(found) != said.seen):
        return _CHANGED
    note, _ = decision_notes.confirm_moves(notary, said.about, signer=Signer(by, said.because or None))
    return Recorded((note.id,))


def _decided(notary: Notary, said: ReviewRequest, by: str) -> Sequence[Note]:
    # Build what the flags of the command would give, so that the same things are refused.
    terms, sets = said.terms, said.deed is ReviewAction.SET
    acts = (*terms.permits, *terms.asks, *terms.forbids)
    proposal = Proposal(
        field=said.aspect or None,
        values=said.values if sets else (),
        nothing=(sets and not said.values) or (said.deed is ReviewAction.READ and not acts),
        confirm=said.deed is ReviewAction.CONFIRM,
        deny=said.deed is ReviewAction.DENY,
        permits=terms.permits,
        asks=terms.asks,
        forbids=terms.forbids,
        duties=terms.duties,
        non_commercial=terms.noncommercial,
        license_id=terms.license_id,
        contact=None,
        credit_words=None,
    )
    decision_notes.check(proposal)
    return decision_notes.decide(notary, said.about, proposal, signer=Signer(by, said.because or None))


def _undone(notary: Notary, said: ReviewRequest, by: str) -> Sequence[Note]:
    return [decision_notes.undo(notary, said.about, signer=Signer(by, said.because or None))[0]]


def _withheld(notary: Notary, said: ReviewRequest, by: str) -> Sequence[Note]:
    lift = said.deed is ReviewAction.LIFT
    # Whoever finds the tombstone later has only this reason to go by.
    if not lift and not said.because:
        raise Refused("no reason is given", "it is shown in the item's place", Exit.USAGE)
    item = decision_notes.withholdable(notary, said.about, lift=lift)
    return [decision_notes.withhold(notary, item, said.because, by=by, lift=lift)]


def _marked(notary: Notary, said: ReviewRequest, by: str) -> Sequence[Note]:
    """Record a tag, set or note on an item, or its removal."""
    kinds = {kind.value: kind for kind in AnnotationKind}
    if said.aspect not in kinds:
        raise Refused("an empty tag, set or note says nothing", "give it words", Exit.USAGE)
    remove = said.deed is ReviewAction.UNMARK
    value = value_of(kinds[said.aspect], " ".join(said.values), remove=remove)
    (item,) = Choice((said.about,)).items(notary.catalogue)
    if isinstance(item, Tombstone):
        raise Refused(f"{item.id} is withheld", "nothing is put to it", Exit.USAGE)
    return [decision_notes.mark(notary, item.id, kinds[said.aspect], value, by=by, remove=remove)]


_DEEDS: dict[ReviewAction, Callable[[Notary, ReviewRequest, str], Sequence[Note]]] = {
    ReviewAction.CONFIRM: _decided,
    ReviewAction.SET: _decided,
    ReviewAction.DENY: _decided,
    ReviewAction.READ: _decided,
    ReviewAction.UNDO: _undone,
    ReviewAction.WITHHOLD: _withheld,
    ReviewAction.LIFT: _withheld,
    ReviewAction.MARK: _marked,
    ReviewAction.UNMARK: _marked,
}
