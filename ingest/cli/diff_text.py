"""Comparing: the difference of two editions told to a person, word by word, or as JSON."""

from __future__ import annotations

from collections.abc import Sequence

import click

from db.model.item import Edition
from db.query.differences import ChangeKind, Difference, Op, Passage, Run, between

AROUND = 8
"""How many words that stayed are shown on either side of those that changed."""
_MARKS = {Op.REMOVED: ("[-", "-]", "red"), Op.ADDED: ("{+", "+}", "green")}


def summary(difference: Difference) -> str:
    """Return the classes of a change and its size: ``headline, text (+12 -3 words)``."""
    if not difference.kinds:
        return "how it was read"
    size = f" (+{difference.added} -{difference.removed} words)"
    of_text = (ChangeKind.TEXT, ChangeKind.TYPO)
    last = next((kind for kind in reversed(difference.kinds) if kind in of_text), None)
    return ", ".join(kind.value + (size if kind is last else "") for kind in difference.kinds)


def lines(one: Edition, other: Edition) -> list[str]:
    """Return what changed from *one* to *other*: each field, then each paragraph with the words that went and came."""
    difference = between(one, other)
    told = [f"--- {one.id}  {one.opened:%Y-%m-%d %H:%M}", f"+++ {other.id}  {other.opened:%Y-%m-%d %H:%M}"]
    told.append(f"changed: {summary(difference)}")
    for change in difference.fields:
        told += [change.kind.value, f"  - {change.was or 'not stated'}", f"  + {change.now or 'not stated'}"]
    for passage in difference.passages:
        told += [f"paragraph {passage.number}", f"  {_told(passage)}"]
    return told


def _told(passage: Passage) -> str:
    """Return a paragraph on one line, ``[-words that went-]`` and ``{+words that came+}`` marked."""
    shown = []
    for place, run in enumerate(passage.runs):
        if run.op is Op.SAME:
            shown.append(_shortened(run, first=place == 0, last=place == len(passage.runs) - 1))
        else:
            opening, closing, colour = _MARKS[run.op]
            shown.append(click.style(opening + " ".join(run.words.split()) + closing, fg=colour))
    return " ".join(shown)


def _shortened(run: Run, *, first: bool, last: bool) -> str:
    words = run.words.split()
    before, after = (0 if first else AROUND), (0 if last else AROUND)
    if len(words) <= before + after + 1:
        return " ".join(words)
    return " ".join([*words[:before], "…", *(words[-after:] if after else ())])


def as_json(one: Edition, other: Edition) -> dict[str, object]:
    """Return what changed from *one* to *other* as JSON values."""
    difference = between(one, other)
    return {
        "from": one.id,
        "to": other.id,
        "changed": list(difference.kinds),
        "words_added": difference.added,
        "words_removed": difference.removed,
        "fields": [{"field": change.kind, "was": change.was, "now": change.now} for change in difference.fields],
        "paragraphs": [
            {"number": passage.number, "runs": [{"op": run.op, "words": run.words} for run in passage.runs]}
            for passage in difference.passages
        ],
    }


def edition_lines(editions: Sequence[Edition]) -> list[str]:
    """Return an item's editions, one a line: when each stood, and what changed since the one before."""
    told = []
    for earlier, edition in zip([None, *editions], editions, strict=False):
        title = edition.title.value if edition.title else "[untitled]"
        changed = f"changed: {summary(between(earlier, edition))}" if earlier else title
        seen = f"opened {edition.opened:%Y-%m-%d %H:%M}, last seen {edition.last_seen:%Y-%m-%d %H:%M}"
        partial = f"  ({edition.partial})" if edition.partial else ""
        told.append(f"  edition {edition.number} of {len(editions)}  {edition.id}  {seen}  {changed}{partial}")
    return told


def editions_as_json(editions: Sequence[Edition]) -> list[dict[str, object]]:
    """Return an item's editions as JSON values, each with what changed since the one before."""
    told: list[dict[str, object]] = []
    for earlier, edition in zip([None, *editions], editions, strict=False):
        difference = between(earlier, edition) if earlier else None
        told.append(
            {
                "edition": edition.id,
                "opened": edition.opened.isoformat(),
                "last_seen": edition.last_seen.isoformat(),
                "partial": edition.partial,
                "changed": list(difference.kinds) if difference else [],
                "words_added": difference.added if difference else 0,
                "words_removed": difference.removed if difference else 0,
            }
        )
    return told
