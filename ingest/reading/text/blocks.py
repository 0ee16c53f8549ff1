"""Blocks: the paragraphs inside an element, as visitors see them, each with its kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from lxml import etree

from db.model.text_marks import CELL, PLAIN, Mark, MarkKind
from ingest.reading.page.class_names import ClassWords, marks, whole_words
from ingest.reading.page.outline import BLOCKS, SILENT
from ingest.reading.page.page import plain, visible
from ingest.reading.page.passage import Passage
from ingest.reading.page.spots import is_at
from ingest.reading.text import furniture
from ingest.reading.text.notes import Notes
from ingest.reading.vocabulary import pattern, stems, word_set

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
HEADING_LONGEST = 250
"""A longer heading is a paragraph styled as a heading."""
# Elements next to a text. If an extractor takes words from one, they are kept all the same.
_PASSED = frozenset({"button", "nav", "aside", "footer", "dialog"})
# Elements without visible text, and comments.
_SILENT: frozenset[Any] = SILENT | {"br", "img", etree.Comment, etree.ProcessingInstruction, etree.Entity}
# Elements that may be skipped or taken as a whole, whatever their class names are.
_WHOLE = (_SILENT - {"img"}) | _PASSED | {"pre", "table", "form"}
_PARTS = (BLOCKS | {"blockquote", "pre", "hr", "form", "nav", "dl", "main", "details", "summary", "dialog"}) - {"br"}
_CAPTIONS = frozenset({"p", "div", "dd"})
_CAPTION = whole_words("caption|wp-caption-(?:text|dd)|img-?caption|image-?caption|photo-?credit")
# An article on credit may have such a class too ("category-credit"), but the credit of a picture is short.
_WHOSE = ClassWords(r"(?:^|[\s_-])(?:(?:photo|image|img|media|picture)-?credits?(?:$|[\s_-])|credit(?:$|\s))", re.I)
_WHOSE_LONGEST = 150
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_CAPTIONED = Mark(MarkKind.CAPTION)
_FORM = 4
# Elements whose end means something for the run of text.
_ENDED = frozenset({*_PARTS, "a"})
_PANELS = frozenset(("region", "tabpanel"))
ASKING = 15
"""A question has at least this many characters; shorter ones are labels ("Search?")."""
_CELL_LONGEST = 400
_LISTED, _TITLED = 4, 3
"""The fewest rows of a table that lists other texts, and the fewest spaces in their titles."""
_LETTERS = re.compile(r"[^\W\d_]")


def passages(root: Any) -> Iterator[Passage]:
    """Yield the runs of text in *root*, in order, without menus, forms and asides."""
    return _Walk(root, None).passages()


def bare(root: Any, without: Collection[str] = ()) -> Iterator[Passage]:
    """Yield the runs of text in *root*, without elements that class names mark as furniture.

    Args:
        without: elements that are skipped, by step (see `ingest.reading.page.spots`).
    """
    return _Walk(root, frozenset(without)).passages()


class _Walk:
    """A walk through an element: the elements that are open now, and the run of text collected so far."""

    def __init__(self, root: Any, without: frozenset[str] | None) -> None:
        self._root, self._furnished = root, without is None
        self._without = without or frozenset()
        self._tags = frozenset(re.split(r"[.#\[]", step)[0] for step in self._without)
        self._run: list[str] = []
        self._open: list[Any] = []
        self._items: list[Any] = []
        self._begun: set[Any] = set()
        self._numbers: dict[Any, int] = {}
        self._captions: list[Any] = []
        self._quoted = self._heading = 0
        self._links: list[bool] = []
        self._linked = self._inner = 0
        self._notes = Notes()
        self._found: list[Passage] = []
        # Elements that need a look, because they may be skipped or taken whole: those with these tags, and those with
        # attributes, or only with a style if neither class names nor places matter.
        self._asked = _WHOLE | self._tags
        self._named = not self._furnished or bool(self._without)

    def passages(self) -> Iterator[Passage]:
        """Yield the runs of text, in order."""
        # Locals, and no call for what is common, because this runs for every node of a page.
        root, run, targets, asked, named = self._root, self._run, self._notes.targets, self._asked, self._named
        # The elements that are walked through, each with the nodes inside that are left, and the text after it.
        within: list[tuple[Iterator[Any], Any, str | None]] = [(iter((root,)), None, None)]
        while within:
            for node in within[-1][0]:
                tag, tail = node.tag, None if node is root else node.tail
                if run and (tag in _PARTS or tag == "br"):
                    self._flush()
                looked = tag in asked or (node.keys() if named else node.get("style"))
                if not (looked and self._is_taken(node, tag)) and self._is_entered(node, tag):
                    within.append((iter(node), node, tail))
                    break
                if tail and self._links:
                    self._say(tail)
                elif tail and (run or targets or not tail.isspace()):
                    run.append(tail)
            else:
                _, node, tail = within.pop()
                if node is not None and node.tag in _ENDED:
                    self._left(node)
                if tail:
                    self._say(tail)
        self._flush()
        return iter(self._found)

    def _is_taken(self, node: Any, tag: Any) -> bool:
        """Take an element that need not be walked through; False for others."""
        if tag in _SILENT or self._passed(node, tag):
            return True
        if tag == "pre":
            if lines := _typed(node):
                self._found.append(Passage(lines, node, Mark(MarkKind.PREFORMATTED)))
            return True
        rows = _rows_of(node) if tag == "table" else None
        self._found += rows or ()
        return rows is not None

    def _is_entered(self, node: Any, tag: str) -> bool:
        """Begin an element that is walked through; return whether there are nodes inside it."""
        if self._notes.targets:
            self._notes.enter(node)
        if tag in _ENDED:
            self._enter(node, tag)
        if text := node.text:
            self._say(text)
        if len(node):
            return True
        if tag in _ENDED:
            self._left(node)
        return False

    def _is_page(self, node: Any) -> bool:
        """Return whether an aside or the like holds most paragraphs: then it was never closed in the source."""
        size, whole = (sum(len(one.text_content()) for one in held.iter("p")) for held in (node, self._root))
        return 2 * size > whole

    def _passed(self, node: Any, tag: str) -> bool:
        """Return whether an element is skipped: by its tag, its place, or its class names."""
        if node is self._root:
            return False
        if tag in _PASSED and not (self._is_page(node) if _has(node, _FORM) else tag == "button" and _asks(node)):
            return True
        if tag in self._tags and any(is_at(node, step) for step in self._without):
            return True
        style, hidden = node.get("style"), node.get("hidden") is not None
        if (hidden or (style and _HIDDEN.search(style))) and not _unfolds(node):
            return True
        if tag == "form":  # some systems put the whole page into a form
            return next(node.iter("h1", "article"), None) is None and not _has(node, _FORM)
        return not self._furnished and furniture.named(marks(node))

    def _enter(self, node: Any, tag: str) -> None:
        if tag == "a":
            self._links.append((node.get("href") or "").startswith("#"))
            if self._links[-1]:
                self._run.append(self._notes.pointing(node))
            return
        self._open.append(node)
        if tag == "li":
            self._items.append(node)
            parent = node.getparent()
            if parent is not None and parent.tag == "ol":
                self._numbers[node] = self._numbers[parent] = self._numbers.get(parent, _start(parent)) + 1
        elif tag == "blockquote":
            self._quoted += 1
        elif tag in HEADINGS:
            self._heading = HEADINGS[tag]
        elif tag == "figcaption" or (tag in _CAPTIONS and node.keys() and _captions(node)):
            self._captions.append(node)

    def _left(self, node: Any) -> None:
        tag = node.tag
        if tag == "a":
            if self._links.pop():
                self._run.append(self._notes.pointed())
            return
        if self._run:
            self._flush()
        self._open.pop()
        if tag == "li":
            self._items.pop()
        elif tag == "blockquote":
            self._quoted -= 1
        elif tag in HEADINGS:
            self._heading = 0
        if self._captions and self._captions[-1] is node:
            self._captions.pop()
        if self._notes.targets:
            self._notes.leave(node)

    def _say(self, words: str) -> None:
        if not self._run and words.isspace() and not self._notes.targets:
            return  # white space between blocks; with notes it is needed, because it takes the label of one
        self._run.append(words)
        if self._links:
            length = len(words.strip())
            self._linked += length
            self._inner += length if self._links[-1] else 0

    def _flush(self) -> None:
        if not self._run:
            return
        words = plain("".join(self._run))
        self._run.clear()
        linked, inner, self._linked, self._inner = self._linked, self._inner, 0, 0
        refs: tuple[tuple[int, int, str], ...] = ()
        label = None
        if self._notes.targets:
            words, refs = self._notes.found(words)
            # White space before the first words of a note does not use up its label.
            label = self._notes.label() if words else None
            words = self._notes.bare(words, label) if label is not None else words
        if words:
            mark = Mark(MarkKind.NOTE, label=label or None) if label is not None else self._mark(words, refs)
            holder = self._open[-1] if self._open else self._root
            self._found.append(Passage(words, holder, mark, linked, inner))

    def _mark(self, words: str, refs: tuple[tuple[int, int, str], ...]) -> Mark:
        if self._captions or _credited(words):
            return _CAPTIONED
        if self._heading and len(words) <= HEADING_LONGEST and not self._items:
            return Mark(MarkKind.HEADING, self._heading, refs=refs)
        if self._items:
            item, depth = self._items[-1], len(self._items)
            if item in self._begun:
                return Mark(MarkKind.PARAGRAPH, depth, refs=refs)
            self._begun.add(item)
            number = self._numbers.get(item)
            return Mark(MarkKind.ITEM, depth, None if number is None else str(number), refs=refs)
        if self._quoted:
            return Mark(MarkKind.QUOTATION, refs=refs)
        return Mark(MarkKind.PARAGRAPH, refs=refs) if refs else PLAIN


def _asks(button: Any) -> bool:
    """Return whether a button asks a question that its unfolded text answers; other buttons are controls."""
    words = visible(button)
    return words.endswith("?") and len(words) >= ASKING


def _unfolds(hidden: Any) -> bool:
    """Return whether a hidden element is the panel that a heading unfolds, as WAI-ARIA marks it (accordion pattern)."""
    return any(node.get("role") in _PANELS and node.get("aria-labelledby") for node in (hidden, *hidden))


def _captions(node: Any) -> bool:
    """Return whether class names mark a block as a caption, or as a picture's credit if it is short enough."""
    said = marks(node)
    return _CAPTION[said] or (_WHOSE[said] and len(node.text_content()) <= _WHOSE_LONGEST)


def _has(node: Any, number: int) -> bool:
    """Return whether *node* holds more than *number* paragraphs."""
    return next(islice(node.iter("p"), number, None), None) is not None


def _start(ordered: Any) -> int:
    said = (ordered.get("start") or "").strip()
    return int(said) - 1 if said.isdecimal() and len(said) < 6 else 0


# ── Captions, known by the source that they name, and preformatted text ───────────────────────────

_CREDIT_LONGEST = 250
_SOURCED = "text.picture_labels"
# A label begins with a capital letter, if its script has any, and so does a name.
_CAPITAL = r"[^\W\d_a-zß-ÿąćęłńóśźżěščřžůőűа-яёіїєґα-ωά-ώ]"
_CREDIT = re.compile(
    rf"^(?i:{pattern(_SOURCED)})\s*[:：.]\s*(?:{_CAPITAL}|[©@])[^.!?]{{1,60}}$|(?:^|[.!?)\]\"”“»]\s*|\()(?={_CAPITAL})(?:[A-Z]{{2,5}}\s)?(?i:{pattern(_SOURCED)})\s*[:：.]\s*(?:{_CAPITAL}|[©@]).{{1,80}}$"
)
_NEWS = "text.press_agencies", "text.caption_agencies"
_AGENCIES = *_NEWS, "text.picture_agencies"
_AGENCY = re.compile(
    rf"(?:\((?=[A-Z]|dpa)(?i:{pattern(*_NEWS)})(?:\s(?i:{pattern(_SOURCED)})\b|/)[^()]{{0,60}}\)|"
    rf"(?:/|\b{pattern('text.via_words')}\s)(?=[A-Z]|i[A-Z])(?i:{pattern(*_AGENCIES)})\)?)$"
)
_AGENCY_LONGEST = 450
# Everything that the patterns match contains one of these; this is a faster search.
_LABELS, _NAMES = stems(_SOURCED), stems(*_AGENCIES)
_ENDS = frozenset(end for kind in _AGENCIES for name in word_set(kind) for end in (name[-1], name[-1].upper(), ")"))
_AFTER_LABELS = frozenset(":：.")
_BELOW = re.compile(rf"(?={_CAPITAL})(?i:{pattern('text.figure_labels')})\s?\d*\s*[:：]")


def _credited(words: str) -> bool:
    """Return whether *words* begin or end like a caption: with the source or the photographer's name."""
    if len(words) > _AGENCY_LONGEST:
        return False
    # Plain strings first, because this is called for every paragraph of every page.
    if words[-1:] in _ENDS and _contains(_NAMES, words[-80:]) and _AGENCY.search(words):
        return True
    if len(words) > _CREDIT_LONGEST or _AFTER_LABELS.isdisjoint(words):
        return False
    return bool((_contains(_LABELS, words) and _CREDIT.search(words)) or _BELOW.match(words))


def _contains(wanted: tuple[str, ...], words: str) -> bool:
    lowered = words.lower()
    return any(stem in lowered for stem in wanted)


def _typed(node: Any) -> str:
    """Return the lines of preformatted text, without blank lines at its start and end."""
    said = []
    for event, part in etree.iterwalk(node, events=("start", "end")):
        if event == "start":
            said.append("\n" if part.tag == "br" else part.text or "")
        elif part is not node:
            said.append(part.tail or "")
    # Invisible spaces at line ends, or tabs of unknown width, would look like changes of the text.
    lines = "".join(said).expandtabs(4).replace("\r", "").split("\n")
    # An empty line inside becomes a space, because blank lines separate the paragraphs of a text.
    return re.sub(r"\n(?=\n)", "\n ", "\n".join(line.rstrip() for line in lines).strip("\n"))


def _rows_of(table: Any) -> list[Passage] | None:
    """Return the caption and the rows of a data table; None for a layout table."""
    held = list(table.iter("tr"))
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in held]
    # A data table has at least two rows with several cells, and no table inside it.
    if sum(len(row) > 1 for row in cells) < 2 or next(table.iterdescendants("table"), None) is not None:
        return None
    said = [[plain(visible(cell)) for cell in row] for row in cells]
    # A cell with a paragraph in it is a column of the page.
    if any(len(words) > _CELL_LONGEST for row in said for words in row):
        return None
    title = next((plain(visible(caption)) for caption in table.iter("caption")), "")
    found = [Passage(title, table, Mark(MarkKind.CAPTION))] if title else []
    # Each row of such a list is a link beside an hour or a count. Its head and the hours are no text either.
    listing = 2 * sum(map(_is_title, cells)) > len(held) >= _LISTED
    for row, words, inside in zip(held, said, cells, strict=True):
        if any(words):
            # Only the first row can be the head; later rows of th are headings inside the table.
            first = len(found) <= bool(title)
            head = first and (row.getparent().tag == "thead" or all(cell.tag == "th" for cell in inside))
            mark = Mark(MarkKind.HEAD_ROW if head else MarkKind.ROW, cells=tuple(map(len, words)))
            whole = CELL.join(words)
            found.append(Passage(whole, row, mark, len(whole) if listing else 0))
    return found


def _is_title(row: Collection[Any]) -> bool:
    """Return whether a row is the linked title of another text, and no other word."""
    said = [cell for cell in row if _LETTERS.search(cell.text_content())]
    words = plain(visible(said[0])) if len(said) == 1 else ""
    # With fewer words, it is the name of a place or a person beside a figure.
    return words.count(" ") >= _TITLED and words == " ".join(plain(visible(link)) for link in said[0].iter("a"))
