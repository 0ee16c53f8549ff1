"""Evidence as people read it: where the words of a claim are, and which other claims were rejected."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from db.model.item import Evidence, Item, Layer

if TYPE_CHECKING:
    from archive.warc.capture import Capture
    from db.catalogue import Catalogue


def span(evidence: Evidence) -> str:
    """Return the place of evidence in short: ``bytes 18233-18391``, or what the value was computed from."""
    if not evidence.ranges or evidence.layer in (Layer.PDF, Layer.PACKAGE):
        return evidence.basis or evidence.layer.value
    # Show at most three: a value assembled from many places would fill the screen.
    return "bytes " + ", ".join(f"{start}-{end}" for start, end in evidence.ranges[:3])


def evidence_lines(catalogue: Catalogue, item: Item) -> list[str]:
    """Return every claim about an item with its words and bytes; then the rejected claims, and why."""
    from db.fold.editions import rivals_of

    lines = [
        f"  {claim.field:<12} {claim.value}\n{'':15}“{claim.evidence.words}” {span(claim.evidence)}"
        f" of {held_in(catalogue.capture, claim.evidence, item)}"
        for claim in catalogue.evidence_of(item)
    ]
    rivals = rivals_of(catalogue.connection, item)
    for rival in rivals:
        word = "in doubt" if rival.doubt else "rejected"
        lines.append(f"  {word:<12} {rival.field} “{rival.value}” ({rival.witness}): {rival.because}")
        where = held_in(catalogue.capture, rival.evidence, item)
        lines.append(f"{'':15}“{rival.evidence.words}” {span(rival.evidence)} of {where}")
    sure = not any(rival.doubt for rival in rivals)
    return [*lines, "  in doubt     nothing: no witness disagrees in a way that matters"] if sure else lines


def page_of(catalogue: Catalogue, evidence: Evidence) -> str:
    """Return where evidence is found: the bytes, the capture, and its address if that is known."""
    capture = catalogue.capture(evidence.capture)
    return f"{span(evidence)} of {evidence.capture}" + (f" ({capture.url})" if capture else "")


def held_in(capture_of: Callable[[str], Capture | None], evidence: Evidence, item: Item) -> str:
    """Return the capture of *evidence*, with its address unless the capture is the item's own page."""
    capture = None if evidence.capture in item.edition.captures else capture_of(evidence.capture)
    return evidence.capture if capture is None or capture.url == item.url else f"{evidence.capture} ({capture.url})"
