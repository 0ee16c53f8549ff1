"""Manuscripts: a user's text in plain text, Markdown, TeX, HTML or Word, and the passages that it quotes."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from archive.errors import Exit, NotAFile, Refused
from archive.http.charset import charset_of, decode
from ingest.markup.tree import parse
from ingest.quoting.tex import words_of

LARGEST = 32 << 20
"""The most bytes of a manuscript that are read, after unpacking."""
FEWEST = 4
"""The fewest words of a quotation: fewer words in quotation marks are usually titles or figures of speech."""
_QUOTED = re.compile(
    r"“([^“”]{8,4000})”|„([^„“”\"]{8,4000})[”“\"](?!\w)|„([^„“”]{8,4000})[”“]|”([^„“”]{8,4000})”"
    r"|«([^«»]{8,4000})»|»([^«»]{8,4000})«|»([^«»]{8,4000})»|(?<!\w)\"([^\"]{8,4000})\"(?!\w)"
)
# Quotations in single marks end at a mark that is no apostrophe: not in ``don’t``, nor after a plural if another mark
# follows (``workers’ pay’``).
_IN_SINGLES = re.compile(
    r"(?<!\w)‘(?!\d)((?:[^‘’\n]|’(?=\w)|(?<=s)’(?=\s+[a-z][^‘’\n]*(?:’\w[^‘’\n]*)*’(?!\w))){8,4000})’(?!\w)"
)
_BLOCK = re.compile(r"(?:^[ \t]{0,3}>[^\n]*\n?)+", re.MULTILINE)
_WORD_STYLE = re.compile(r"quote|cytat|zitat|citation", re.I)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage that a manuscript quotes; *line* is where it begins; in a Word file, it is the paragraph."""

    words: str
    line: int


def read(path: Path) -> list[Quoted]:
    """Return the quotations in the manuscript at *path*, in order.

    Raises:
        Refused: it does not exist, is too large, or is of an unknown kind (usage).
    """
    return quoted_in(plain(path))


def quoted_in(text: str) -> list[Quoted]:
    """Return the quotations in *text*, as returned by `plain`, in order."""
    return list(_quoted(text))


def plain(path: Path) -> str:
    """Return the manuscript at *path* as plain text, with ``>`` before block quotations; with the notes of a Word file.

    Raises the same as `read`.
    """
    if not path.is_file():
        raise NotAFile(path, "name a text, a Markdown, HTML or Word file")
    kind = path.suffix.lower()
    if kind == ".docx":
        return _word_text(path)
    if path.stat().st_size > LARGEST:
        raise Refused(f"{path} is larger than {LARGEST >> 20} MB", "check it in parts", Exit.USAGE)
    data = path.read_bytes()
    if kind in (".html", ".htm", ".xhtml"):
        return _html_text(data)
    if kind == ".tex":
        return words_of(_with_plain_line_ends(text_of(path, data, _READ)))
    if kind not in (".txt", ".md", ".markdown", ".rst", ""):
        raise Refused(
            f"{path.name} is not a kind of file that can be read", "use txt, md, tex, html or docx", Exit.USAGE
        )
    return _with_plain_line_ends(text_of(path, data, _READ))


def _with_plain_line_ends(text: str) -> str:
    """Return *text* with a line feed for each line end of Windows, which would hide the empty lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


_READ = "txt, md, tex, html and docx are read"
NO_TEXT = (b"%PDF-", b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0")
"""The first bytes of PDFs, packages, RTF, and Word files from before 2007."""


def text_of(path: Path, data: bytes, hint: str) -> str:
    """Return the text in *data*, the content of the file at *path*.

    Raises:
        Refused: it is not text (usage, with *hint*). Without this, nothing would be found in a PDF or a picture,
            and nothing would seem wrong.
    """
    text = decode(data, charset_of(data))
    if "\0" in text or data.startswith(NO_TEXT):
        raise Refused(f"{path.name} is no text", hint, Exit.USAGE)
    return text


def with_links(path: Path) -> str:
    """Return the Word file at *path* as plain text with its link addresses. Raises the same as `read`."""
    return _word_text(path, links=True)


def _quoted(text: str) -> Iterator[Quoted]:
    blocks = [(found.start(), _without_marks(found[0])) for found in _BLOCK.finditer(text)]
    # Quotation marks within a block quotation belong to the quoted text.
    rest = _paragraphs(_BLOCK.sub(lambda found: " " * (found.end() - found.start() - 1) + "\n", text))
    inside = [(found.span(), next(filter(None, found.groups()))) for found in _QUOTED.finditer(rest)]
    singles = [(found.start(), found[1]) for found in _IN_SINGLES.finditer(rest)]
    # Single marks inside double ones belong to the quoted text.
    singles = [one for one in singles if not any(first < one[0] < last for (first, last), _ in inside)]
    line, before = 1, 0
    for start, words in sorted([*blocks, *((first, words) for (first, _), words in inside), *singles]):
        line, before = line + text.count("\n", before, start), start
        said = " ".join(words.split())
        if len(said.split()) >= FEWEST:
            yield Quoted(said, line)


def _paragraphs(text: str) -> str:
    """Return *text* with its lines joined: quotations may cross line ends, but not empty lines."""
    return re.sub(r"(?<!\n)\n(?!\s*\n)", " ", text)


def _without_marks(block: str) -> str:
    lines = (re.sub(r"^[ \t]*>+ ?", "", line) for line in block.splitlines())
    # The last line often names the source after a dash.
    return " ".join(line for line in lines if not re.match(r"\s*[—–-]{1,2}\s*\S", line))


# Elements of HTML before and after which a line begins.
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
        "thead", "tr", "ul",
    }
)  # fmt: skip


def _html_text(data: bytes) -> str:
    root = parse(data, charset_of(data))
    if root is None:  # nothing but white space or comments
        return ""
    body = root if root.find("body") is None else root.find("body")
    lines: list[str] = []
    said: list[str] = []
    quoted = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        starts = event == "start"
        if element.tag in _BLOCKS:
            if text := " ".join("".join(said).split()):
                lines.append(f"> {text}" if quoted else text)
            said.clear()
        if element.tag == "blockquote":
            quoted += 1 if starts else -1
        elif element.tag == "br":
            said.append(" ")
        # Browsers add the quotation marks of a <q> when they show it; the page does not contain them.
        elif element.tag == "q":
            said.append("“" if starts else "”")
        if not starts:
            said.append(element.tail or "")
        elif element.tag not in ("script", "style"):
            said.append(element.text or "")
    return "\n\n".join(lines)


def _word_text(path: Path, *, links: bool = False) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
            # Footnotes and endnotes are in separate files, which not every document has.
            parts = [_WORD_PARTS[0], *(part for part in _WORD_PARTS[1:] if f"word/{part}.xml" in names)]
            lines = [line for part in parts for line in _paragraphs_of(packed, part, names, links=links)]
    # RuntimeError means encryption. Damage to the data only shows while it is being unpacked.
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, RuntimeError, EOFError, zlib.error) as error:
        raise Refused(f"{path} is not a Word file: {error}", "save it as .docx, .txt or .html", Exit.USAGE) from error
    return "\n\n".join(lines)


_WORD_PARTS = ("document", "footnotes", "endnotes")


def _paragraphs_of(packed: zipfile.ZipFile, part: str, names: Set[str], *, links: bool) -> Iterator[str]:
    """Yield the paragraphs of a *part* of a Word file; with *links*, each link address before its words."""
    named = f"word/_rels/{part}.xml.rels"
    targets = {}
    if links and named in names:
        targets = {one.get("Id"): one.get("Target") or "" for one in _parsed(packed, named)}
    for paragraph in _parsed(packed, f"word/{part}.xml").iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        quoted = style is not None and _WORD_STYLE.search(style.get(f"{_W}val") or "")
        text = "".join(_words_of(node, targets, links=links) for node in paragraph.iter(*_WORD_NODES))
        yield f"> {text}" if quoted else text


_WORD_NODES = tuple(f"{_W}{name}" for name in ("t", "tab", "br", "noBreakHyphen", "hyperlink", "instrText"))
# A field with a link; citations are fields too, with the data of a citation program.
_LEADS = re.compile(r'\bHYPERLINK\s+"([^"]+)"')


def _words_of(node: etree._Element, targets: Mapping[str | None, str], *, links: bool) -> str:
    if node.tag == f"{_W}t":
        return node.text or ""
    if node.tag == f"{_W}noBreakHyphen":
        return "\u2011"
    if node.tag == f"{_W}hyperlink":
        target = targets.get(node.get(_RELATION), "")
        said = "".join(one.text or "" for one in node.iter(f"{_W}t"))
        # Do not repeat an address that is already written out in the text.
        return "" if not target or target.rstrip("/") in said else f" <{target}> "
    if node.tag == f"{_W}instrText":
        found = _LEADS.search(node.text or "") if links else None
        return f" <{found[1]}> " if found else ""
    return " "


def _parsed(packed: zipfile.ZipFile, name: str) -> etree._Element:
    told = packed.getinfo(name)
    # Check before unpacking: a small package may unpack to gigabytes.
    if told.file_size > LARGEST:
        raise Refused(f"{packed.filename} is larger than {LARGEST >> 20} MB", "check it in parts", Exit.USAGE)
    with packed.open(told) as member:
        data = member.read(LARGEST + 1)
    # No entities: with them, a foreign file could read files of this machine or grow without end.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(data, parser)
