"""`export notes`: write a folder of Markdown notes with YAML front matter, for Obsidian, Zettlr and pandoc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.control_characters import replace_control_characters
from archive.disk import whole_folder
from db.citation import yaml_front_matter
from db.citation.address import Archive
from db.citation.markdown import escaped
from db.citation.work import key_of_edition
from db.model.item import Item, Tombstone
from ingest.collection.collection import archive_of
from ingest.exporting.markdown import markdown
from ingest.exporting.order import ExportResult, Order, empty_export_error
from ingest.exporting.readable_item import READING, readable
from ingest.progress import counted

INDEX = "index.md"


def export(order: Order) -> ExportResult:
    """Write one file for each item, named after its citation key, and an index that says what was exported."""
    target = order.folder()
    stated = archive_of(order.layout)
    archive = Archive(stated.name, stated.public_url)
    listed: list[str] = []
    withheld = 0
    # The folder gets its name only when it is complete, because an incomplete one looks the same.
    with whole_folder(target) as folder:
        for item in order.choice.items(order.catalogue):
            if isinstance(item, Tombstone):
                withheld += 1
                continue
            listed.append(_file(item, archive, folder))
        if not listed:
            raise empty_export_error(order.choice, withheld)
        (folder / INDEX).write_text("\n".join(_index(order, listed, withheld)), encoding="utf-8")
    return ExportResult(len(listed), withheld)


def _file(item: Item, archive: Archive, folder: Path) -> str:
    """Write the note for *item*, and return its line for the index."""
    text = readable(item, None)
    # The key of the edition: remarks that somebody adds to the note are about the text as it was then.
    key = key_of_edition(item.edition.id)
    head = "".join(yaml_front_matter.write([item], archive))
    terms = "\n".join(f"> - {escaped(line)}" for line in (*text.warnings, *text.terms))
    parts = [head.rstrip("\n"), markdown(text.blocks), terms]
    (folder / f"{key}.md").write_text(
        replace_control_characters("\n\n".join(filter(None, parts)) + "\n"), encoding="utf-8"
    )
    return f"- [{escaped(' '.join(text.title.split()))}]({key}.md) {escaped(text.byline)}"


def _index(order: Order, listed: list[str], withheld: int) -> Iterator[str]:
    """Yield the lines of the index."""
    yield f"# {counted(len(listed), 'item')}"
    yield ""
    left = f" {withheld} withheld left out." if withheld else ""
    yield f"{escaped(order.choice.in_words)}. Made {order.made:%Y-%m-%d %H:%M} UTC.{left}"
    yield ""
    yield f"> {READING}"
    yield ""
    # Titles come from pages and might contain terminal control characters.
    yield from (replace_control_characters(line) for line in listed)
    yield ""
