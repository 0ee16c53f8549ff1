"""Manuscript: a text of somebody's own, in plain text, Markdown, HTML or Word, and the passages that it quotes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

from archive.http.charset import charset_of, decode
from ingest.errors import Exit, Refused

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
    """Return the manuscript at *path* as plain text, block quotations behind ``>``. Raises as `read` does."""
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
    return decode(data, charset_of(data))


def _quoted(text: str) -> Iterator[Quoted]:
    blocks = [(found.start(), _unmarked(found[0])) for found in _BLOCK.finditer(text)]
    # Quotation marks within a block quotation are those of the text that is quoted.
    rest = _BLOCK.sub(lambda found: " " * (found.end() - found.start() - 1) + "\n", text)
    marked = [(found.start(), next(filter(None, found.groups()))) for found in _QUOTED.finditer(_paragraphs(rest))]
    for start, words in sorted(blocks + marked):
        said = " ".join(words.split())
        if len(said.split()) >= _FEWEST:
            yield Quoted(said, text.count("\n", 0, start) + 1)


def _paragraphs(text: str) -> str:
    """Return *text* with its lines joined, so that a quotation goes on over their ends and never over a blank one."""
    return re.sub(r"(?<!\n)\n(?!\s*\n)", " ", text)


def _unmarked(block: str) -> str:
    lines = (re.sub(r"^[ \t]*>+ ?", "", line) for line in block.splitlines())
    # Who said it often stands in the last line, behind a dash.
    return " ".join(line for line in lines if not re.match(r"\s*[—–-]{1,2}\s*\S", line))


def _of_html(data: bytes) -> str:
    parser = lxml_html.HTMLParser(encoding=charset_of(data), no_network=True, huge_tree=False)
    root = lxml_html.document_fromstring(data or b"<p></p>", parser=parser)
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


def _of_word(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            told = packed.getinfo("word/document.xml")
            # Asked before it is unpacked: a small package may unpack to gigabytes.
            if told.file_size > LARGEST:
                raise Refused(f"{path} is larger than {LARGEST >> 20} MB", "check it in parts", Exit.USAGE)
            with packed.open(told) as member:
                data = member.read(LARGEST + 1)
        # No entities: by them a file from elsewhere could read files of this machine, or grow without end.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(data, parser)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, NotImplementedError) as error:
        raise Refused(f"{path} is not a Word file: {error}", "save it as .docx, .txt or .html", Exit.USAGE) from error
    lines = []
    for paragraph in root.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        quoted = style is not None and _WORD_STYLE.search(style.get(f"{_W}val") or "")
        runs = paragraph.iter(f"{_W}t", f"{_W}tab")
        text = "".join((node.text or "") if node.tag == f"{_W}t" else " " for node in runs)
        lines.append(f"> {text}" if quoted else text)
    return "\n\n".join(lines)
