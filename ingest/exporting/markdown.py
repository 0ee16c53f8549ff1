"""`export markdown`: texts as CommonMark, each with its credit line and terms."""

from __future__ import annotations

from archive.controls import neutral
from ingest.exporting.commonmark import escaped, markdown
from ingest.exporting.order import Handed, Order
from ingest.exporting.readable import Readable, Texts


def export(order: Order) -> Handed:
    """Write the texts; what they are for stands first, the counts stand last."""
    texts = Texts(order)
    with order.stream() as out:
        out.write("".join(f"> {escaped(line)}\n" for line in texts.head).encode())
        for number, text in enumerate(texts, start=1):
            terms = "\n".join(f"> - {escaped(line)}" for line in (*text.terms, f"{text.id} {text.url}"))
            out.write(neutral(f"\n{article(text, number)}\n>\n{terms}\n").encode())
        out.write(f"\n---\n\n{escaped(texts.tail)}\n".encode())
    return texts.handed()


def article(text: Readable, number: int | None = None) -> str:
    """Return *text* under its title and byline, the credit line below it.

    Args:
        number: its place in a file of several.
    """
    parts = [f"# {escaped(' '.join(text.title.split()))}", f"*{escaped(text.byline)}*"]
    parts += [f"**{escaped(warning)}**" for warning in text.warnings]
    body = markdown(text.blocks, number)
    return "\n\n".join([*parts, *([body] if body else []), f"> {escaped(text.credit)}"])
