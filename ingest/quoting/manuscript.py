"""Manuscript: a text of somebody's own, in plain text, Markdown, HTML or Word, and the passages that it quotes."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

from archive.errors import Exit, Refused
from archive.http.charset import charset_of, decode

LARGEST = 32 << 20
"""Bytes of a manuscript that are read, unpacked."""
# Words that a quotation has at least: fewer in quotation marks are titles and turns of phrase.
_FEWEST = 4
_QUOTED = re.compile(
    r"“([^“”]{8,4000})”|„([^„“”]{8,4000})[”“]|«([^«»]{8,4000})»|»([^«»]{8,4000})«|(?<!\w)\"([^\"]{8,4000})\"(?!\w)"
)
_BLOCK = re.compile(r"(?:^[ \t]{0,3}>[^\n]*\n?)+", re.MULTILINE)
_WORD_STYLE = re.compile(r"quote|cytat|zitat|citation", re.I)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage that a manuscript quotes; *line* is where it begins, in a Word file the paragraph."""

    words: str
    line: int


def read(path: Path) -> list[Quoted]:
    """Return what the manuscript at *path* quotes, in order.

    Raises:
        Refused: there is none, it is too large, or of a kind that is not read (usage).
    """
    return quoted_in(plain(path))


def quoted_in(text: str) -> list[Quoted]:
    """Return what *text*, as `plain` returns it, quotes, in order."""
    return list(_quoted(text))


def plain(path: Path) -> str:
    """Return the manuscript at *path* as plain text, block quotations behind ``>``; of a Word file its notes too.
    Raises as `read` does."""
    if not path.is_file():
        raise Refused(f"there is no file {path}", "name a text, a Markdown, HTML or Word file", Exit.USAGE)
    kind = path.suffix.lower()
    if kind == ".docx":
        return _of_word(path)
    if path.stat().st_size > LARGEST:
        raise Refused(f"{path} is larger than {LARGEST >> 20} MB", "check it in parts", Exit.USAGE)
    data = path.read_bytes()
    if kind in (".html", ".htm", ".xhtml"):
        return _of_html(data)
    if kind not in (".txt", ".md", ".markdown", ".tex", ".rst", ""):
        raise Refused(
            f"{path.name} is not a kind of file that can be read", "txt, md, tex, html and docx are", Exit.USAGE
        )
    return text_of(path, data, "txt, md, tex, html and docx are read")


NO_TEXT = (b"%PDF-", b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0")
"""How PDFs, packages, RTF and Word files of before 2007 begin."""


def text_of(path: Path, data: bytes, hint: str) -> str:
    """Return the text that *data*, what is in the file at *path*, is.

    Raises:
        Refused: it is none, which *hint* answers (usage). Of a PDF or a picture nothing would be found, and nothing
            would seem to be wrong.
    """
    text = decode(data, charset_of(data))
    if "\0" in text or data.startswith(NO_TEXT):
        raise Refused(f"{path.name} is no text", hint, Exit.USAGE)
    return text


def with_links(path: Path) -> str:
    """Return the Word file at *path* as plain text, with the addresses that it leads to. Raises as `read` does."""
    return _of_word(path, links=True)


def _quoted(text: str) -> Iterator[Quoted]:
    blocks = [(found.start(), _unmarked(found[0])) for found in _BLOCK.finditer(text)]
    # Quotation marks within a block quotation are those of the text that is quoted.
    rest = _BLOCK.sub(lambda found: " " * (found.end() - found.start() - 1) + "\n", text)
    marked = [(found.start(), next(filter(None, found.groups()))) for found in _QUOTED.finditer(_paragraphs(rest))]
    line, before = 1, 0
    for start, words in sorted(blocks + marked):
        line, before = line + text.count("\n", before, start), start
        said = " ".join(words.split())
        if len(said.split()) >= _FEWEST:
            yield Quoted(said, line)


def _paragraphs(text: str) -> str:
    """Return *text* with its lines joined, so that a quotation goes on over their ends and never over a blank one."""
    return re.sub(r"(?<!\n)\n(?!\s*\n)", " ", text)


def _unmarked(block: str) -> str:
    lines = (re.sub(r"^[ \t]*>+ ?", "", line) for line in block.splitlines())
    # Who said it often stands in the last line, behind a dash.
    return " ".join(line for line in lines if not re.match(r"\s*[—–-]{1,2}\s*\S", line))


def _of_html(data: bytes) -> str:
    parser = lxml_html.HTMLParser(encoding=charset_of(data), no_network=True, huge_tree=False)
    try:
        root = lxml_html.document_fromstring(data, parser=parser)
    except etree.ParserError:  # nothing but white space or comments
        return ""
    for element in root.iter("script", "style", "q", "blockquote"):
        if element.tag in ("script", "style"):
            element.text = ""
        elif element.tag == "q":
            # HTML leaves the marks of a <q> to whoever shows it, so they stand nowhere in the page.
            element.text, element.tail = f"“{element.text or ''}", f"”{element.tail or ''}"
    lines = []
    for block in root.iter("p", "li", "h1", "h2", "h3", "h4", "td", "blockquote", "div"):
        # The innermost alone: one that holds others would tell their words a second time.
        if any(child.tag in ("p", "li", "div", "blockquote", "td") for child in block.iterdescendants()):
            continue
        quoted = block.tag == "blockquote" or any(one.tag == "blockquote" for one in block.iterancestors())
        text = " ".join("".join(block.itertext()).split())
        lines.append(f"> {text}" if quoted else text)
    return "\n\n".join(lines) or " ".join("".join(root.itertext()).split())


def _of_word(path: Path, *, links: bool = False) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
            # Notes at the foot and at the end stand in files of their own; a text without them is one, too.
            parts = [_WORD_PARTS[0], *(part for part in _WORD_PARTS[1:] if f"word/{part}.xml" in names)]
            lines = [line for part in parts for line in _paragraphs_of(packed, part, names, links=links)]
    # RuntimeError: it is encrypted. What was cut or changed on the way shows only as it is inflated.
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, RuntimeError, EOFError, zlib.error) as error:
        raise Refused(f"{path} is not a Word file: {error}", "save it as .docx, .txt or .html", Exit.USAGE) from error
    return "\n\n".join(lines)


_WORD_PARTS = ("document", "footnotes", "endnotes")


def _paragraphs_of(packed: zipfile.ZipFile, part: str, names: Set[str], *, links: bool) -> Iterator[str]:
    """Yield the paragraphs of a *part* of a Word file; with *links* where each leads, before the words it stands on."""
    named = f"word/_rels/{part}.xml.rels"
    targets = {}
    if links and named in names:
        targets = {one.get("Id"): one.get("Target") or "" for one in _parsed(packed, named)}
    for paragraph in _parsed(packed, f"word/{part}.xml").iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        quoted = style is not None and _WORD_STYLE.search(style.get(f"{_W}val") or "")
        text = "".join(_words_of(node, targets, links=links) for node in paragraph.iter(*_WORD_NODES))
        yield f"> {text}" if quoted else text


_WORD_NODES = tuple(f"{_W}{name}" for name in ("t", "tab", "br", "hyperlink", "instrText"))
# A field that leads somewhere; citations are fields too, and hold what a citation program needs.
_LEADS = re.compile(r'\bHYPERLINK\s+"([^"]+)"')


def _words_of(node: etree._Element, targets: Mapping[str | None, str], *, links: bool) -> str:
    if node.tag == f"{_W}t":
        return node.text or ""
    if node.tag == f"{_W}hyperlink":
        target = targets.get(node.get(_RELATION), "")
        said = "".join(one.text or "" for one in node.iter(f"{_W}t"))
        # An address that stands there in full is not told twice.
        return "" if not target or target.rstrip("/") in said else f" <{target}> "
    if node.tag == f"{_W}instrText":
        found = _LEADS.search(node.text or "") if links else None
        return f" <{found[1]}> " if found else ""
    return " "


def _parsed(packed: zipfile.ZipFile, name: str) -> etree._Element:
    told = packed.getinfo(name)
    # Asked before it is unpacked: a small package may unpack to gigabytes.
    if told.file_size > LARGEST:
        raise Refused(f"{packed.filename} is larger than {LARGEST >> 20} MB", "check it in parts", Exit.USAGE)
    with packed.open(told) as member:
        data = member.read(LARGEST + 1)
    # No entities: by them a file from elsewhere could read files of this machine, or grow without end.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(data, parser)
