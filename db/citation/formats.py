"""Formats: every citation format by name; each turns items into pieces of text, one item at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from db.citation import biblatex, bibtex, csl, persistent_links, ris, schema_org, styles, wikipedia, yaml_front_matter
from db.citation.address import Archive
from db.citation.styles import Markup, Style
from db.model.item import Item

Writer = Callable[[Iterable[Item], Archive], Iterator[str]]


def _json_ld(items: Iterable[Item], archive: Archive) -> Iterator[str]:
    for item in items:
        node = schema_org.description(item)
        copy = archive.permalink(item)
        if copy:
            node["archivedAt"] = copy
        yield json.dumps(node, ensure_ascii=False) + "\n"


_WRITERS: dict[str, Writer] = {
    "biblatex": biblatex.write,
    "bibtex": bibtex.write,
    "csl-json": csl.write,
    "ris": ris.write,
    "wikipedia": wikipedia.cite_web,
    "cytuj": wikipedia.cytuj,
    "robust-links": persistent_links.robust,
    "json-ld": _json_ld,
    "markdown": yaml_front_matter.write,
    "pwid": persistent_links.pwid,
}
FORMATS = (*_WRITERS, *Style)
"""Every format, by name."""


@dataclass(frozen=True, slots=True)
class CitationForm:
    """A format; for citation styles also the markup for italics and the language."""

    form: str
    markup: Markup = Markup.TEXT
    language: str | None = None


def write(items: Iterable[Item], wanted: CitationForm, archive: Archive) -> Iterator[str]:
    """Yield *items* in the *wanted* format, piece by piece."""
    if wanted.form in _WRITERS:
        return _WRITERS[wanted.form](items, archive)
    return styles.write(items, Style(wanted.form), archive, wanted.markup, wanted.language)
