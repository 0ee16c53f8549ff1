"""The articles of the demonstration's institute: values, and how their texts are read from the data file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from importlib.resources import files
from typing import Any


class BlockKind(StrEnum):
    """What a block of an article's body is."""

    PARAGRAPH = "paragraph"
    SUBHEAD = "subhead"
    LIST = "list"
    QUOTATION = "quotation"
    TABLE = "table"
    PICTURE = "picture"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a body.

    Attributes:
        lines: a list's entries; a table's rows, cells parted by ``|``; a picture's file, caption and
            alternative text; a footnote's number and words; else the words alone.
    """

    kind: BlockKind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one language.

    Attributes:
        slug: the last step of its address, unique on the site.
        work: the slug that an article and its translations share the name of.
        parts: the blocks of each page it is spread over.
        formerly: slugs that it had before; they redirect.
        protected: whether a password is asked for.
    """

    slug: str
    language: str
    title: str
    authors: tuple[str, ...]
    published: datetime
    modified: datetime
    category: str
    tags: tuple[str, ...]
    parts: tuple[tuple[Block, ...], ...]
    work: str
    formerly: tuple[str, ...] = ()
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What the institute does between the demonstration's two states: slugs, edited text, new article."""

    edited: str
    parts: tuple[tuple[Block, ...], ...]
    removed: str
    published: Article


_PICTURE = re.compile(r'!\[(?P<alt>[^\]]*)\]\((?P<file>\S+) "(?P<caption>[^"]*)"\)')
_FOOTNOTE = re.compile(r"\[\^(?P<number>\d+)\]: (?P<words>.+)", re.DOTALL)


def blocks_of(body: str) -> tuple[tuple[Block, ...], ...]:
    """Return the blocks of each part of *body*, written as the data file's first lines say."""
    return tuple(
        tuple(_block(chunk.strip()) for chunk in part.split("\n\n") if chunk.strip()) for part in body.split("\n%%\n")
    )


def _block(chunk: str) -> Block:
    if picture := _PICTURE.fullmatch(chunk):
        return Block(BlockKind.PICTURE, (picture["file"], picture["caption"], picture["alt"]))
    if footnote := _FOOTNOTE.fullmatch(chunk):
        return Block(BlockKind.FOOTNOTE, (footnote["number"], footnote["words"]))
    lines = chunk.splitlines()
    if chunk.startswith("## "):
        return Block(BlockKind.SUBHEAD, (chunk[3:],))
    if chunk.startswith("> "):
        return Block(BlockKind.QUOTATION, (" ".join(line[2:] for line in lines),))
    if chunk.startswith("- "):
        return Block(BlockKind.LIST, tuple(line[2:] for line in lines))
    if chunk.startswith("| "):
        return Block(BlockKind.TABLE, tuple(line.strip("| ") for line in lines))
    return Block(BlockKind.PARAGRAPH, (" ".join(lines),))


def load() -> tuple[Article, ...]:
    """Return the articles of the first state, in the order of the data file."""
    return tuple(_article(entry) for entry in _data()["article"])


def load_changes() -> Changes:
    """Return what happens between the first state and the second."""
    entry = _data()["change"]
    return Changes(
        edited=entry["edited"],
        parts=blocks_of(entry["body"]),
        removed=entry["removed"],
        published=_article(entry["published"]),
    )


def _data() -> dict[str, Any]:
    return tomllib.loads(files("ingest.demo").joinpath("articles.toml").read_text(encoding="utf-8"))


def _article(entry: Mapping[str, Any]) -> Article:
    published = _instant(entry["date"])
    return Article(
        slug=entry["slug"],
        language=entry["language"],
        title=entry["title"],
        authors=tuple(entry["authors"]),
        published=published,
        modified=_instant(entry["modified"]) if "modified" in entry else published,
        category=entry["category"],
        tags=tuple(entry["tags"]),
        parts=blocks_of(entry["body"]),
        work=entry.get("translates", entry["slug"]),
        formerly=tuple(entry.get("formerly", ())),
        protected=entry.get("protected", False),
    )


def _instant(day: date) -> datetime:
    """The hour at which the institute publishes: the same day in UTC and on its own clocks."""
    return datetime.combine(day, time(8, 30), tzinfo=UTC)
