"""BibTeX: where the fields of a bibliography's entries are, and how a note is added to an entry.

Apart from `references.py`, which says what became of the pages that a document cites: this file knows one notation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

# A sign in at the beginning of a line opens an entry, whatever braces were left open before it.
_SIGN = re.compile(r"^[ \t]*@[A-Za-z]+\s*\{|[{}\",]", re.MULTILINE)
_NAME = re.compile(r"\s*([A-Za-z][\w-]*)\s*=")
_NO_ENTRIES = ("@string", "@preamble", "@comment")
_NOTE = "addendum"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: the number of its *entry*, its *name* in lower case, and its place from *start* to *end*, with white
    space around it and without the comma or brace that ends it.
    """

    entry: int
    name: str
    start: int
    end: int


def fields(text: str) -> Iterator[Field]:
    """Yield the fields of all entries in braces, in order."""
    # BibTeX counts every brace, also one behind a backslash.
    entry, depth, start, is_quoted = -1, 0, 0, False
    for found in _SIGN.finditer(text):
        sign = found[0]
        if len(sign) > 1:
            is_entry = not sign.lstrip().lower().startswith(_NO_ENTRIES)
            entry, depth, start, is_quoted = entry + 1, int(is_entry), found.end(), False
        elif sign == "{":
            depth += depth > 0
        elif sign == '"':
            is_quoted ^= depth == 1
        elif depth == 1 and not is_quoted:
            if (named := _NAME.match(text, start, found.start())) is not None:
                yield Field(entry, named[1].lower(), start, found.start())
            start = found.end()
            depth -= sign == "}"
        elif sign == "}":
            depth -= depth > 0


def with_notes(text: str, notes: list[tuple[int, str]]) -> str:
    """Return *text* with each of *notes*, a place in the text and words, as a note of the entry that has the place.

    An entry gets one note: the words follow a note that it has already. Places outside of fields get none.
    """
    known = list(fields(text))
    starts = [field.start for field in known]
    said: dict[int, list[str]] = {}
    last: dict[int, Field] = {}
    for place, words in notes:
        at = bisect_right(starts, place) - 1
        if at >= 0 and place < known[at].end:
            last.setdefault(known[at].entry, known[at])
            told = said.setdefault(known[at].entry, [])
            told += [words] if words not in told else []
    own = {field.entry: field for field in known if field.name == _NOTE}
    pieces, done = [], 0
    places = sorted((own.get(entry, field).end, entry) for entry, field in last.items())
    for end, entry in places:
        before, words = text[done:end].rstrip(), "; ".join(said[entry])
        if entry in own and before.endswith(("}", '"')):
            stop = "" if before[:-1].endswith((".", "!", "?")) else "."
            pieces.append(f"{before[:-1]}{stop} {_begun(words)}{before[-1]}")
        elif entry in own:  # the name of a string, or a number
            pieces.append(f"{before} # {{. {_begun(words)}}}")
        else:
            pieces.append(f"{before},\n  {_NOTE} = {{{_begun(words)}}}")
        done += len(text[done:end].rstrip())
    return "".join([*pieces, text[done:]])


def _begun(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
