"""`export markdown`: texts as CommonMark, each with its credit line and terms."""

from __future__ import annotations

import re

from ingest.exporting.order import Handed, Order
from ingest.exporting.readable import Readable, Texts

_MARKS = re.compile(r"([\\`*_\[\]<>&])")
_AT_LINE_START = re.compile(r"^(\s*)([#+=~-]|\d+(?=[.)]))", re.MULTILINE)


def export(order: Order) -> Handed:
    """Write the texts; what they are for stands first, the counts stand last."""
    texts = Texts(order)
    with order.stream() as out:
        out.write("".join(f"> {escaped(line)}\n" for line in texts.head).encode())
        for text in texts:
            out.write(_text(text).encode())
        out.write(f"\n---\n\n{escaped(texts.tail)}\n".encode())
    return texts.handed()


def escaped(words: str) -> str:
    """Return *words* so that CommonMark shows them as they are."""
    plain = _MARKS.sub(r"\\\1", words)
    return _AT_LINE_START.sub(lambda found: f"{found[1]}{_kept(found[2])}", plain)


def _kept(mark: str) -> str:
    # A number that begins a line is a list's: its point is what must not be read so.
    return f"{mark}\u200b" if mark.isdigit() else f"\\{mark}"


def _text(text: Readable) -> str:
    parts = [f"\n# {escaped(' '.join(text.title.split()))}", f"*{escaped(text.byline)}*"]
    parts += [f"**{escaped(warning)}**" for warning in text.warnings]
    parts += [escaped(paragraph) for paragraph in text.paragraphs]
    terms = "\n".join(f"> - {escaped(line)}" for line in (*text.terms, f"{text.id} {text.url}"))
    return "\n\n".join([*parts, f"> {escaped(text.credit)}\n>\n{terms}"]) + "\n"
