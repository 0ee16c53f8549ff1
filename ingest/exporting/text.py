"""`export text`: write texts as plain text, each with its credit line and terms."""

from __future__ import annotations

from archive.control_characters import replace_control_characters
from db.model.text_marks import MarkKind, bracketed
from ingest.exporting.order import ExportResult, Order
from ingest.exporting.readable_item import Readable, Texts

RULE = "-" * 72


def export(order: Order) -> ExportResult:
    """Write the texts in UTF-8. The file begins with the purpose of the export and ends with the counts."""
    texts = Texts(order)
    with order.stream() as out:
        out.write("\n".join([*texts.head, RULE, ""]).encode())
        for text in texts:
            out.write(replace_control_characters(_text(text)).encode())
        out.write(f"{texts.tail}\n".encode())
    return texts.result()


def _text(text: Readable) -> str:
    """Return one text as plain text with credit line and terms."""
    lines = [text.title, text.byline, *(f"! {warning}" for warning in text.warnings), ""]
    lines += [
        part
        for one in map(bracketed, text.blocks)
        # Leave out captions, because their pictures are missing.
        if one.mark.kind is not MarkKind.CAPTION
        for part in (one.printed, "")
    ]
    lines += [text.credit, *(f"  {line}" for line in text.terms), f"  {text.id}  {text.url}", RULE, ""]
    return "\n".join(lines)
