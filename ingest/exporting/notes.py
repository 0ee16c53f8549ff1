"""`export notes`: a folder of Markdown, a file an item with YAML in front, as Obsidian, Zettlr and pandoc take it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.control_characters import neutral
from archive.disk import whole_folder
from db.citation import yaml_front_matter
from db.citation.address import Archive
from db.citation.work import key_of_edition
from db.model.item import Item, Tombstone
from ingest.collection.collection import archive_of
from ingest.exporting.commonmark import escaped
from ingest.exporting.markdown import markdown
from ingest.exporting.order import Handed, Order, nothing
from ingest.exporting.readable_item import READING, readable
from ingest.progress import counted

INDEX = "index.md"


def export(order: Order) -> Handed:
    """Write the folder: a file an item, named by its key, and one that lists them and says what was asked for."""
    target = order.file()
    stated = archive_of(order.layout)
    archive = Archive(stated.name, stated.public_url)
    listed: list[str] = []
    withheld = 0
    # Under its name once it is whole: half a folder looks like a whole one.
    with whole_folder(target) as folder:
        for item in order.choice.items(order.catalogue):
            if isinstance(item, Tombstone):
                withheld += 1
                continue
            listed.append(_file(item, archive, folder))
        if not listed:
            raise nothing(order.choice, withheld)
        (folder / INDEX).write_text("\n".join(_index(order, listed, withheld)), encoding="utf-8")
    return Handed(len(listed), withheld)


def _file(item: Item, archive: Archive, folder: Path) -> str:
    text = readable(item, None)
    # By edition: what somebody writes beside a note is about the text as it was then.
    key = key_of_edition(item.edition.id)
    head = "".join(yaml_front_matter.write([item], archive))
    terms = "\n".join(f"> - {escaped(line)}" for line in (*text.warnings, *text.terms))
    parts = [head.rstrip("\n"), markdown(text.blocks), terms]
    (folder / f"{key}.md").write_text(neutral("\n\n".join(filter(None, parts)) + "\n"), encoding="utf-8")
    return f"- [{escaped(' '.join(text.title.split()))}]({key}.md) {escaped(text.byline)}"


def _index(order: Order, listed: list[str], withheld: int) -> Iterator[str]:
    yield f"# {counted(len(listed), 'item')}"
    yield ""
    left = f" {withheld} withheld left out." if withheld else ""
    yield f"{escaped(order.choice.in_words)}. Made {order.made:%Y-%m-%d %H:%M} UTC.{left}"
    yield ""
    yield f"> {READING}"
    yield ""
    # Titles are words of pages, and could drive the terminal that prints the file.
    yield from (neutral(line) for line in listed)
    yield ""
