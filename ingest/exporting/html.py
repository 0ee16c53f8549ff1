"""`export html`: texts as one HTML page without script, style or image, each with its credit line and terms."""

from __future__ import annotations

from html import escape

from ingest.exporting.order import Handed, Order
from ingest.exporting.readable import Readable, Texts


def export(order: Order) -> Handed:
    """Write the page; what the texts are for stands first, the counts stand last."""
    texts = Texts(order)
    with order.stream() as out:
        head = "".join(f"<p>{escape(line)}</p>\n" for line in texts.head)
        out.write(
            f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Texts</title></head>\n'
            f"<body>\n<header>\n{head}</header>\n<main>\n".encode()
        )
        for text in texts:
            out.write(_text(text).encode())
        out.write(f"</main>\n<footer><p>{escape(texts.tail)}</p></footer>\n</body>\n</html>\n".encode())
    return texts.handed()


def _text(text: Readable) -> str:
    language = f' lang="{escape(text.language)}"' if text.language else ""
    warnings = "".join(f'<p lang="en"><strong>{escape(warning)}</strong></p>\n' for warning in text.warnings)
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in text.paragraphs)
    terms = "".join(f"<li>{escape(line)}</li>\n" for line in text.terms)
    return (
        f'<article id="{escape(text.id)}"{language}>\n<h1>{escape(text.title)}</h1>\n<p>{escape(text.byline)}</p>\n'
        f"{warnings}{paragraphs}<footer>\n<p>{escape(text.credit)}</p>\n"
        f'<ul lang="en">\n{terms}<li><a href="{escape(text.url)}">{escape(text.id)}</a></li>\n</ul>\n'
        "</footer>\n</article>\n"
    )
