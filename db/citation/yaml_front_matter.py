"""Markdown with YAML front matter, one note per item, for Obsidian, Zettlr and pandoc."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from db.citation.address import Archive, address, citation_data
from db.citation.credit_line import credit_line, marked_up
from db.citation.markdown import heading
from db.citation.styles import Markup
from db.model.item import Item


def write(items: Iterable[Item], archive: Archive) -> Iterator[str]:
    """Yield, for each of *items*, front matter, the title as a heading, and the credit line, separated by a blank
    line.
    """
    between = ""
    for item in items:
        cited, at = citation_data(item, archive), address(item, archive)
        fields: dict[str, object] = {
            "citekey": cited.key,
            "title": cited.title,
            "author": [name.printed for name in cited.authors],
            "date": cited.date,
            "site": cited.site,
            "page": cited.page,
            "format": cited.medium,
            "url": at.url,
            "archived": cited.archived,
            "archive-url": at.archived,
            "id": item.edition.id,
            "lang": cited.language,
            "tags": list(cited.tags),
            "rights": cited.rights,
        }
        # Every JSON string is also valid YAML 1.2.
        lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items() if value]
        credit = marked_up(credit_line(item).text, Markup.MARKDOWN, item.url)
        yield between + "\n".join(["---", *lines, "---", "", heading(cited.title), "", credit, ""])
        between = "\n"
