"""A packed document (EPUB, DOCX, ODT) taken apart: its paragraphs in parts, and what it states of itself. Pure.

All three are ZIP files of XML (EPUB 3.3 section 4, ECMA-376 part 2, ODF 1.3 part 2). What a stranger packed is unpacked
within bounds, and its XML is read without entities.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.entities import name2codepoint
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from lxml import etree

from archive.http.exchange import Entity

READER = "packed 1"
"""The name and version of what takes them apart: spans of evidence count in its parts."""
MEMBERS_LIMIT = 5000
"""So many files may be packed in one."""
SIZE_LIMIT = 40_000_000
"""So many bytes of all files that are read, unpacked."""
TEXT_LIMIT = 10_000_000
"""So many characters of a document are read."""
PART = 40
"""So many paragraphs of a file are one part: evidence names the part, and the first is looked through for a day."""
# What the packages of all three formats may use (as EPUB 3.3 section 4.2.2 has it).
_COMPRESSIONS = frozenset({ZIP_STORED, ZIP_DEFLATED})
# So many values that a document states of itself are taken.
_VALUES = 40
_TYPES = {
    "application/epub+zip": "epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
}
_UNSTATED = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/zip", "application/force-download"}
)
_NAMED = re.compile(r"/[^/?#]+\.(epub|docx|odt)(?:[?#]|$)", re.IGNORECASE)
_DC = "{http://purl.org/dc/elements/1.1/}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STATED = frozenset({"title", "creator", "language", "publisher", "subject", "rights", "date"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {"p", "li", "blockquote", "dt", "dd", "pre", "figcaption", "td", "th", "div"}
_ENTITY = re.compile(rb"&(\w+);")
_PART = re.compile(r"part (\d{1,6}) of ")
_PLACE = re.compile(r"(dc:[a-z]+(?: \d+)?) in ")


@dataclass(frozen=True, slots=True)
class Part:
    """Paragraphs of one file of a document, each in a line of its own.

    Attributes:
        member: the file; *headings*: which of the lines are headings.
    """

    member: str
    lines: tuple[str, ...]
    headings: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """The text in which spans of evidence count."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Packed:
    """What a packed document holds.

    Attributes:
        stated: what it states of itself: ``dc:title``, ``dc:creator``, ``dc:creator 2`` ...
        about: the file that states it.
        unread: why there is no text, or not all of it.
    """

    kind: str = ""
    parts: tuple[Part, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    unread: str | None = None


class _TooMuch(Exception):
    """A bound was reached."""


def kind_of(entity: Entity) -> str | None:
    """Return which kind of packed document *entity* is: by its type, or by its address where the head names none."""
    # Every ZIP begins so, and all three kinds are ZIPs (APPNOTE.TXT 4.3.7).
    if not entity.body.startswith(b"PK"):
        return None
    named = _NAMED.search(entity.url)
    return _TYPES.get(entity.media_type) or (named[1].lower() if named and entity.media_type in _UNSTATED else None)


def read_packed(body: bytes, kind: str) -> Packed:
    """Take the document in *body* apart. Never raises: what cannot be read says why."""
    try:
        with ZipFile(BytesIO(body)) as opened:
            return _read(_Members(opened), kind)
    except _TooMuch as error:
        return Packed(kind, unread=str(error))
    except (BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, EOFError, OSError, NotImplementedError) as error:
        return Packed(kind, unread=f"damaged: {error}"[:200])
    except zlib.error as error:
        return Packed(kind, unread=f"damaged: {error}")


class _Members:
    """The files that are packed, unpacked within bounds."""

    def __init__(self, opened: ZipFile) -> None:
        self._opened, self._left = opened, SIZE_LIMIT
        self.names = frozenset(opened.namelist())
        if len(opened.infolist()) > MEMBERS_LIMIT:
            raise _TooMuch(f"more than {MEMBERS_LIMIT} files are packed in it")

    def tree(self, name: str) -> Any:
        """Return the root of an XML file, read without entities."""
        stated = self._opened.getinfo(name)
        if stated.flag_bits & 1:
            raise _TooMuch("encrypted: a password is asked for")
        # The others fail in ways of their own, and LZMA asks for as much memory as the file says.
        if stated.compress_type not in _COMPRESSIONS:
            raise ValueError(f"{name} is packed by a method that these documents do not know")
        with self._opened.open(name) as stream:
            data = stream.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise _TooMuch(f"more than {SIZE_LIMIT // 1_000_000} MB once it is unpacked")
        # Names that HTML knows and XML does not; what a document declares itself is left out.
        plain = _ENTITY.sub(_character, data)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
        root = etree.fromstring(plain, parser)
        if root is None:
            raise ValueError(f"{name} is no XML")
        return root


def _character(found: re.Match[bytes]) -> bytes:
    name = found[1].decode("ascii", "replace")
    if name in ("amp", "lt", "gt", "quot", "apos") or name not in name2codepoint:
        return found[0]
    return b"&#%d;" % name2codepoint[name]


def _read(members: _Members, kind: str) -> Packed:
    if kind == "epub":
        return _epub(members)
    member, about = ("word/document.xml", "docProps/core.xml") if kind == "docx" else ("content.xml", "meta.xml")
    if member not in members.names:
        # What LibreOffice and Word encrypt is no ZIP of XML any more, or has no such file.
        return Packed(kind, unread=f"damaged: there is no {member} in it")
    paragraphs = _of_word(members.tree(member)) if kind == "docx" else _of_writer(members.tree(member))
    parts, whole = _parts([(member, paragraphs)])
    stated = _stated(members.tree(about)) if about in members.names else {}
    return _packed(kind, parts, stated, about, None if whole else f"only {TEXT_LIMIT:,} characters of it")


def _packed(kind: str, parts: tuple[Part, ...], stated: Mapping[str, str], about: str, beyond: str | None) -> Packed:
    letters = any(character.isalpha() for part in parts for line in part.lines for character in line)
    return Packed(kind, parts, stated, about, beyond if letters else "there is no text in it")


def _epub(members: _Members) -> Packed:
    container = members.tree("META-INF/container.xml")
    about = next((one.get("full-path") or "" for one in container.iter("{*}rootfile") if one.get("full-path")), "")
    # EPUB 3.3: the container names the package document, its manifest the files, and its spine their order.
    package = members.tree(about)
    hrefs = {one.get("id"): one.get("href") for one in package.iter("{*}item") if one.get("href")}
    folder = posixpath.dirname(about)
    # What is not linear is not read in order: notes and answers in files of their own.
    spine = [hrefs.get(one.get("idref")) for one in package.iter("{*}itemref") if one.get("linear") != "no"]
    chapters = [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in spine if href]
    held = [name for name in dict.fromkeys(chapters) if name in members.names]
    parts, whole = _parts((name, _of_html(members.tree(name))) for name in held)
    lacking = len(dict.fromkeys(chapters)) - len(held)
    beyond = None if whole else f"only {TEXT_LIMIT:,} characters of it"
    beyond = f"{lacking} of its chapters are not in it" if lacking else beyond
    return _packed("epub", parts, _stated(package), about, beyond)


def _parts(files: Any) -> tuple[tuple[Part, ...], bool]:
    """Return the paragraphs of *files* in parts, and whether they are all."""
    made: list[Part] = []
    length = 0
    for member, paragraphs in files:
        lines: list[str] = []
        headings: set[int] = set()
        for words, heading in paragraphs:
            length += len(words)
            # What was read by then stays: a text that is cut says so, and is better than none.
            if length > TEXT_LIMIT:
                return (*made, Part(member, tuple(lines), frozenset(headings))), False
            headings |= {len(lines)} if heading else set()
            lines.append(words)
            if len(lines) == PART:
                made.append(Part(member, tuple(lines), frozenset(headings)))
                lines, headings = [], set()
        if lines:
            made.append(Part(member, tuple(lines), frozenset(headings)))
    return tuple(made), True


def _of_word(root: Any) -> Iterator[tuple[str, bool]]:
    for paragraph in root.iter(f"{_W}p"):
        style = next((one.get(f"{_W}val") or "" for one in paragraph.iter(f"{_W}pStyle")), "")
        # What stands in a box within is a paragraph by itself; deleted words are in `delText`.
        runs = (
            "".join(_told(one)) if one.tag == f"{_W}t" else " "
            for one in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br")
            if next(one.iterancestors(f"{_W}p")) is paragraph
        )
        if words := _words("".join(runs)):
            # Styles are named in the language of the program that wrote the file: Überschrift, Nagłówek.
            yield words, bool(re.match(r"(?i)title|heading|berschrift|nag", style))


def _of_writer(root: Any) -> Iterator[tuple[str, bool]]:
    for paragraph in root.iter(f"{_TEXT}h", f"{_TEXT}p"):
        if next(paragraph.iterancestors(f"{_TEXT}tracked-changes", f"{_TEXT}p", f"{_TEXT}h"), None) is not None:
            continue  # deleted, or a note in the midst of a paragraph
        style = paragraph.get(f"{_TEXT}style-name") or ""
        words = _words("".join(_told(paragraph)))
        if words:
            yield words, paragraph.tag == f"{_TEXT}h" or style == "Title"


_SPACES = frozenset(f"{_TEXT}{name}" for name in ("s", "tab", "line-break"))


def _told(element: Any) -> Iterator[str]:
    """Yield the words of *element*, without notes, and without what entities would stand for."""
    yield element.text or ""
    for child in element:
        if child.tag in _SPACES:
            yield " "
        elif isinstance(child.tag, str) and child.tag != f"{_TEXT}note":
            yield from _told(child)
        yield child.tail or ""


def _of_html(root: Any) -> Iterator[tuple[str, bool]]:
    for block in root.iter():
        name = block.tag.rpartition("}")[2].lower() if isinstance(block.tag, str) else ""
        # The innermost block alone: its words stand in the ones around it, too.
        if name not in _BLOCKS or any(_name(one) in _BLOCKS for one in block.iterdescendants()):
            continue
        if words := _words("".join(_told(block))):
            yield words, name in _HEADINGS


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _stated(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter(f"{_DC}*", "{*}keywords", "{*}keyword", "{*}initial-creator"):
        name = _name(element)
        name = {"keywords": "subject", "keyword": "subject", "initial-creator": "creator"}.get(name, name)
        words = _words("".join(_told(element)))
        if name not in _STATED or not words or len(found) >= _VALUES:
            continue
        # Several authors have a key each, so that evidence names one of them.
        number = sum(key.partition(" ")[0] == f"dc:{name}" for key in found)
        found[f"dc:{name}" if not number else f"dc:{name} {number + 1}"] = words
    return found


def _words(text: str) -> str:
    # Lone surrogates and NULs can be in no database.
    return " ".join(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text).split())


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_part(number: int, member: str) -> str:
    """Return the basis of evidence in a part, counted from 1."""
    return f"part {number} of {member}, {READER}"


def in_statement(name: str, member: str) -> str:
    """Return the basis of evidence in what a document states of itself."""
    return f"{name} in {member}, {READER}"


def evident(document: Packed, basis: str, ranges: tuple[tuple[int, int], ...]) -> str | None:
    """Return the words that stand where evidence says; None where there is no such place."""
    part, place = _PART.match(basis), _PLACE.match(basis)
    if part is not None and ranges and 0 < int(part[1]) <= len(document.parts):
        start, end = ranges[0]
        return " ".join(document.parts[int(part[1]) - 1].text[start:end].split())
    return document.stated.get(place[1]) if place is not None else None
