"""Pictures told to a person: in whose name each is, what its file states, and whether it may be used.

A file of its own, for only `show` tells of pictures so far, and it tells of much else.
"""

from __future__ import annotations

from collections.abc import Sequence

from db.model.picture import Picture
from ingest.cli.evidence_text import span


def picture_lines(pictures: Sequence[Picture]) -> list[str]:
    """Return the pictures of an item, with the bytes of each of their words."""
    lines = [] if pictures else ["  picture    none is known of its page"]
    for one in pictures:
        lines.append(f"  picture    {one.url}" + ("" if one.capture else "  (the file is not kept)"))
        said = [("alt", one.alt), ("caption", one.caption), ("credit", one.credit)]
        said += [(f"file: {stated.field}", stated.words) for stated in one.stated]
        lines += [
            f"    {name:<16} {words.value}  ({span(words.evidence)} of {words.evidence.capture})"
            for name, words in said
            if words is not None
        ]
        because = f": “{one.because}”" if one.because else ""
        lines.append(f"    {'may it be used?':<16} {one.answer}, by {one.ground}{because}")
    return lines
