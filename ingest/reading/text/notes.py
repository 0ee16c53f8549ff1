"""Notes: the footnotes of a text, known by the short links that point to them; and the powers that it raises."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

from db.model.text_marks import RAISED

_LABEL = re.compile(r"[\[(]?\s*([0-9]{1,3}|[a-z]|[ivxlc]{1,6}|[*†‡§]{1,3})\s*[\])]?", re.I)
_INLINE = frozenset({"a", "span", "sup", "small"})
_HOLDERS = frozenset({"li", "p", "dd", "td", "div"})
_LONGEST = 1500
_ROLES = frozenset({"doc-footnote", "doc-endnote", "doc-endnotes"})
_BACK = re.compile(r"^(?:[\^↑]\s*)+|\s*(?:↩|⤴|↑|\^|⏎)[\ufe0e\ufe0f]?(?:\s*\d+)?\s*$")
# These signs are not in the text, because the parser turns control characters into blanks.
_FROM, _TO = "\x02", "\x03"
_POWER = re.compile(r"[-−–+]?\d{1,3}")
# What a power follows: a digit, or a unit of one or two letters.
_BASE = re.compile(r"(?:\d|(?<![^\W\d_])[^\W\d_]{1,2})$")
_ABOVE = str.maketrans({**RAISED, "−": RAISED["-"], "–": RAISED["-"]})


class Notes:
    """The notes seen so far in a walk through a text; a note stands after the link that points to it.

    Attributes:
        targets: by the id or name of an element that a link pointed to, the label of the note that it may be.
    """

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self._open: list[tuple[Any, str]] = []
        self._inline: str | None = None
        self._led: list[bool] = []

    def pointing(self, link: Any) -> str:
        """Return the sign to put before the words of *link* so that `found` finds them; "" if it leads to no note."""
        label = _label(link)
        self._led.append(label is not None)
        if label is None:
            return ""
        self.targets.setdefault(link.get("href")[1:], label)
        return _FROM

    def pointed(self) -> str:
        """Return the sign to put after the words of the last link passed to `pointing`."""
        return _TO if self._led.pop() else ""

    def enter(self, node: Any) -> None:
        """Record that *node* begins."""
        label = self.targets.get(node.get("id") or node.get("name") or "")
        if label is None:
            return
        # A mark within a line stands before its note. A block is the note itself, unless it is as long as a chapter.
        if node.tag in _INLINE:
            self._inline = label
        elif node.tag in _HOLDERS and len(node.text_content()) <= _LONGEST:
            self._open.append((node, label))

    def leave(self, node: Any) -> None:
        """Record that *node* ends."""
        if self._open and self._open[-1][0] is node:
            self._open.pop()

    def label(self) -> str | None:
        """Return the label of the finished run's note, "" if it continues one, or None if it is not a note."""
        if self._inline is not None:
            label, self._inline = self._inline, None
            return label
        if not self._open:
            return None
        node, label = self._open[-1]
        self._open[-1] = (node, "")
        return label

    def found(self, words: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
        """Return *words* without the inserted signs, and the places that point to notes: offset, length, label."""
        if _FROM not in words:
            return words, ()
        said, refs = "", []
        for at, piece in enumerate(re.split(f"{_FROM}([^{_FROM}{_TO}]*){_TO}", words)):
            if at % 2 and (label := _LABEL.fullmatch(piece.strip())):
                refs.append((len(said), len(piece), label[1]))
            said += piece
        return said.replace(_FROM, "").replace(_TO, ""), tuple(refs)

    def bare(self, words: str, label: str) -> str:
        """Return the words of a note without its own *label* and the sign that links back."""
        words = _BACK.sub("", words)
        own = re.match(rf"[\[(]?\s*{re.escape(label)}\s*[\]).:]*\s+", words) if label else None
        return words[own.end() :] if own else words


def _label(link: Any) -> str | None:
    href = link.get("href") or ""
    said = _LABEL.fullmatch("".join(link.itertext()).strip()) if href.startswith("#") and href != "#" else None
    return said[1] if said else None


# ── Notes beside the text ─────────────


def bring_in(root: Any) -> None:
    """Make the footnotes in *root* that stand in an `aside` blocks of the text, without the label before each.

    Docutils and some themes write them like this. What else stands in an `aside` is not part of the text.
    """
    for aside in list(root.iter("aside")):
        if not (aside.get("role") in _ROLES or (len(aside) and all(one.get("role") in _ROLES for one in aside))):
            continue
        aside.tag = "div"
        first = aside[0] if len(aside) else None
        if first is not None and first.tag in _INLINE and _LABEL.fullmatch("".join(first.itertext()).strip()):
            first.drop_tree()


# ── Powers ───────────────────────────


def write_powers(root: Any) -> None:
    """Write the powers in *root* as raised characters ("10⁶", "km²"), because plain digits would be another number."""
    for sup in root.iter("sup"):
        said = (sup.text or "").strip()
        linked = next(chain(sup.iter("a"), sup.iterancestors("a")), None) is not None
        if len(sup) or linked or not _POWER.fullmatch(said):
            continue
        before, around = sup.getprevious(), sup.getparent()
        words = (around.text if before is None else before.tail) if around is not None else None
        if words and _BASE.search(words):
            sup.text = said.translate(_ABOVE)
