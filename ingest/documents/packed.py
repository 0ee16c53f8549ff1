"""Packed documents (EPUB, DOCX, ODT): extract the paragraphs, in parts, and the metadata. Pure.

All three formats are ZIP files of XML (EPUB 3.3 section 4, ECMA-376 part 2, ODF 1.3 part 2). Because the files come
from strangers, they are unpacked within limits, and their XML is read without expanding entities.
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
"""The name and version of this extractor; spans of evidence are valid for the parts that it makes."""
MEMBERS_LIMIT = 5000
"""The largest number of files in one document."""
SIZE_LIMIT = 40_000_000
"""The largest total size of the files that are read, in bytes after unpacking."""
TEXT_LIMIT = 10_000_000
"""How many characters of a document are read."""
PART = 40
"""How many paragraphs of a file make one part. Evidence names the part, and the first part is searched for a date."""
# The methods that all three formats allow (see EPUB 3.3 section 4.2.2).
_COMPRESSIONS = frozenset({ZIP_STORED, ZIP_DEFLATED})
# How many values of metadata are read.
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
    """Some paragraphs of one file of a document.

    Attributes:
        member: the name of the file inside the document.
        lines: the paragraphs, one per line.
        headings: the indexes of the lines that are headings.
    """

    member: str
    lines: tuple[str, ...]
    headings: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """The text to which spans of evidence refer."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Packed:
    """The contents of a packed document.

    Attributes:
        stated: the metadata: ``dc:title``, ``dc:creator``, ``dc:creator 2`` ...
        about: the name of the file with the metadata.
        unread: why the text is missing or incomplete; None if it is complete.
    """

    kind: str = ""
    parts: tuple[Part, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    unread: str | None = None


class _TooMuch(Exception):
    """A limit was exceeded."""


def kind_of(entity: Entity) -> str | None:
    """Return the kind of packed document (``epub``, ``docx``, ``odt``); None if *entity* is none.

    The kind follows from the media type, or from the address if the server states no useful type.
    """
    # Every ZIP file begins with these bytes (APPNOTE.TXT 4.3.7).
    if not entity.body.startswith(b"PK"):
        return None
    named = _NAMED.search(entity.url)
    return _TYPES.get(entity.media_type) or (named[1].lower() if named and entity.media_type in _UNSTATED else None)


def read_packed(body: bytes, kind: str) -> Packed:
    """Extract the document in *body*. Never raises; if it cannot be read, *unread* says why."""
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
    """The files inside a document, unpacked within limits."""

    def __init__(self, opened: ZipFile) -> None:
        self._opened, self._left = opened, SIZE_LIMIT
        self.names = frozenset(opened.namelist())
        if len(opened.infolist()) > MEMBERS_LIMIT:
            raise _TooMuch(f"more than {MEMBERS_LIMIT} files are packed in it")

    def tree(self, name: str) -> Any:
        """Return the root element of the XML file *name*, parsed without expanding entities."""
        stated = self._opened.getinfo(name)
        if stated.flag_bits & 1:
            raise _TooMuch("encrypted: a password is asked for")
        # Other methods fail in various ways, and LZMA would allocate as much memory as the file claims to need.
        if stated.compress_type not in _COMPRESSIONS:
            raise ValueError(f"{name} is packed by a method that these documents do not know")
        with self._opened.open(name) as stream:
            data = stream.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise _TooMuch(f"more than {SIZE_LIMIT // 1_000_000} MB once it is unpacked")
        # Replace the entities of HTML, which XML does not know. Entities declared in the document are ignored.
        plain = _ENTITY.sub(_as_reference, data)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
        root = etree.fromstring(plain, parser)
        if root is None:
            raise ValueError(f"{name} is no XML")
        return root


def _as_reference(found: re.Match[bytes]) -> bytes:
    name = found[1].decode("ascii", "replace")
    if name in ("amp", "lt", "gt", "quot", "apos") or name not in name2codepoint:
        return found[0]
    return b"&#%d;" % name2codepoint[name]


def _read(members: _Members, kind: str) -> Packed:
    """Read a document of one *kind*."""
    if kind == "epub":
        return _epub(members)
    member, about = ("word/document.xml", "docProps/core.xml") if kind == "docx" else ("content.xml", "meta.xml")
    if member not in members.names:
        # Also the case for files encrypted by LibreOffice or Word.
        return Packed(kind, unread=f"damaged: there is no {member} in it")
    paragraphs = _docx_paragraphs(members.tree(member)) if kind == "docx" else _odt_paragraphs(members.tree(member))
    parts, whole = _parts([(member, paragraphs)])
    stated = _metadata(members.tree(about)) if about in members.names else {}
    return _document(kind, parts, stated, about, None if whole else f"only {TEXT_LIMIT:,} characters of it")


def _document(kind: str, parts: tuple[Part, ...], stated: Mapping[str, str], about: str, beyond: str | None) -> Packed:
    letters = any(character.isalpha() for part in parts for line in part.lines for character in line)
    return Packed(kind, parts, stated, about, beyond if letters else "there is no text in it")


def _epub(members: _Members) -> Packed:
    """Read an EPUB: its chapters in reading order, and its metadata."""
    container = members.tree("META-INF/container.xml")
    about = next((one.get("full-path") or "" for one in container.iter("{*}rootfile") if one.get("full-path")), "")
    # EPUB 3.3: the container names the package document; its manifest lists the files, and its spine their order.
    package = members.tree(about)
    hrefs = {one.get("id"): one.get("href") for one in package.iter("{*}item") if one.get("href")}
    folder = posixpath.dirname(about)
    # Files that are not linear are outside the reading order, such as notes and answers.
    spine = [hrefs.get(one.get("idref")) for one in package.iter("{*}itemref") if one.get("linear") != "no"]
    chapters = [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in spine if href]
    held = [name for name in dict.fromkeys(chapters) if name in members.names]
    parts, whole = _parts((name, _html_paragraphs(members.tree(name))) for name in held)
    lacking = len(dict.fromkeys(chapters)) - len(held)
    beyond = None if whole else f"only {TEXT_LIMIT:,} characters of it"
    beyond = f"{lacking} of its chapters are not in it" if lacking else beyond
    return _document("epub", parts, _metadata(package), about, beyond)


def _parts(files: Any) -> tuple[tuple[Part, ...], bool]:
    """Return the paragraphs of *files* in parts, and whether they are complete."""
    made: list[Part] = []
    length = 0
    for member, paragraphs in files:
        lines: list[str] = []
        headings: set[int] = set()
        for words, heading in paragraphs:
            length += len(words)
            # Keep what was read so far: a text that is cut off, and says so, is better than none.
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


def _docx_paragraphs(root: Any) -> Iterator[tuple[str, bool]]:
    """Yield (words, whether it is a heading) for each paragraph of a DOCX file."""
    for paragraph in root.iter(f"{_W}p"):
        style = next((one.get(f"{_W}val") or "" for one in paragraph.iter(f"{_W}pStyle")), "")
        # Leave out text boxes inside the paragraph, which are paragraphs of their own. Deleted words are in `delText`.
        runs = (
            "".join(_text_of(one)) if one.tag == f"{_W}t" else " "
            for one in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br")
            if next(one.iterancestors(f"{_W}p")) is paragraph
        )
        if words := _clean("".join(runs)):
            # Style names are in the language of the program that wrote the file: Überschrift, Nagłówek.
            yield words, bool(re.match(r"(?i)title|heading|berschrift|nag", style))


def _odt_paragraphs(root: Any) -> Iterator[tuple[str, bool]]:
    for paragraph in root.iter(f"{_TEXT}h", f"{_TEXT}p"):
        if next(paragraph.iterancestors(f"{_TEXT}tracked-changes", f"{_TEXT}p", f"{_TEXT}h"), None) is not None:
            continue  # deleted text, or a note inside another paragraph
        style = paragraph.get(f"{_TEXT}style-name") or ""
        words = _clean("".join(_text_of(paragraph)))
        if words:
            yield words, paragraph.tag == f"{_TEXT}h" or style == "Title"


_SPACES = frozenset(f"{_TEXT}{name}" for name in ("s", "tab", "line-break"))


def _text_of(element: Any) -> Iterator[str]:
    """Yield the text of *element* without notes and entities."""
    yield element.text or ""
    for child in element:
        if child.tag in _SPACES:
            yield " "
        elif isinstance(child.tag, str) and child.tag != f"{_TEXT}note":
            yield from _text_of(child)
        yield child.tail or ""


def _html_paragraphs(root: Any) -> Iterator[tuple[str, bool]]:
    for block in root.iter():
        name = block.tag.rpartition("}")[2].lower() if isinstance(block.tag, str) else ""
        # Only the innermost blocks, because outer blocks contain the same words.
        if name not in _BLOCKS or any(_local_name(one) in _BLOCKS for one in block.iterdescendants()):
            continue
        if words := _clean("".join(_text_of(block))):
            yield words, name in _HEADINGS


def _local_name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _metadata(root: Any) -> dict[str, str]:
    """Return the metadata in the form of `Packed.stated`."""
    found: dict[str, str] = {}
    for element in root.iter(f"{_DC}*", "{*}keywords", "{*}keyword", "{*}initial-creator"):
        name = _local_name(element)
        name = {"keywords": "subject", "keyword": "subject", "initial-creator": "creator"}.get(name, name)
        words = _clean("".join(_text_of(element)))
        if name not in _STATED or not words or len(found) >= _VALUES:
            continue
        # Number repeated values, so that evidence can name one of several authors.
        number = sum(key.partition(" ")[0] == f"dc:{name}" for key in found)
        found[f"dc:{name}" if not number else f"dc:{name} {number + 1}"] = words
    return found


def _clean(text: str) -> str:
    # Lone surrogates and control characters cannot be stored in the database.
    return " ".join(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text).split())


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_part(number: int, member: str) -> str:
    """Return the basis of evidence in part *number* (from 1) of the file *member*."""
    return f"part {number} of {member}, {READER}"


def in_statement(name: str, member: str) -> str:
    """Return the basis of evidence in the metadata."""
    return f"{name} in {member}, {READER}"


def evident(document: Packed, basis: str, ranges: tuple[tuple[int, int], ...]) -> str | None:
    """Return the words at the place of evidence (*basis* and *ranges*); None if there is no such place."""
    part, place = _PART.match(basis), _PLACE.match(basis)
    if part is not None and ranges and 0 < int(part[1]) <= len(document.parts):
        start, end = ranges[0]
        return " ".join(document.parts[int(part[1]) - 1].text[start:end].split())
    return document.stated.get(place[1]) if place is not None else None
