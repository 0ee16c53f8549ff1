"""Classic BibTeX: ``@misc`` entries with the address in ``howpublished``, and accents as LaTeX commands.

Apart from `formats.py`, which lists it: each external format has a file of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from db.citation.address import Archive, address, citation_data
from db.citation.biblatex import escape, names
from db.citation.work import Name
from db.model.item import Item

_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k",
}  # fmt: skip
_LETTERS = {
    "ł": r"{\l}", "Ł": r"{\L}", "ø": r"{\o}", "Ø": r"{\O}", "ß": r"{\ss}", "æ": r"{\ae}", "Æ": r"{\AE}", "œ": r"{\oe}",
    "Œ": r"{\OE}", "å": r"{\aa}", "Å": r"{\AA}", "ı": r"{\i}", "–": "--", "—": "---", "“": "``", "”": "''", "„": ",,",
    "‘": "`", "’": "'", "…": r"{\ldots}", "\u00a0": "~", "«": "<<", "»": ">>",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BEYOND = re.compile(r"[^\x00-\x7f]")


def one(item: Item, archive: Archive) -> str:
    """Return *item* as one ``@misc`` entry that ends with a line feed."""
    cited = citation_data(item, archive)
    at = address(item, archive)
    archived = f"Archived {cited.archived[:10]}" + (f" at \\url{{{at.archived}}}" if at.archived else "")
    fields = [
        # Without a byline, the publisher: BibTeX styles sort and label by the author and complain if there is none.
        ("author", names(cited.authors or (Name(cited.publisher or cited.site, None),))),
        ("title", "{" + escape(cited.title) + "}"),
        ("year", cited.date[:4]),
        ("month", _month(cited.date)),
        ("howpublished", f"{escape(cited.site)}, \\url{{{at.url}}}"),
        ("pages", cited.page),
        ("note", archived if at.archived else ""),
    ]
    lines = ",\n".join(f"  {name} = {_value(name, value)}" for name, value in fields if value)
    return f"@misc{{{cited.key},\n{lines},\n}}\n"


def write(items: Iterable[Item], archive: Archive) -> Iterator[str]:
    """Yield the entries of *items*, separated by a blank line."""
    between = ""
    for item in items:
        yield between + one(item, archive)
        between = "\n"


def _month(date: str) -> str:
    return _MONTHS[int(date[5:7]) - 1] if len(date) > 4 else ""


def _value(field: str, value: str) -> str:
    # The names of months are macros of the style, which writes "April" for them. It would print a number as it stands.
    return value if field == "month" else f"{{{in_latex(value)}}}"


def in_latex(text: str) -> str:
    """Return *text* in ASCII as far as LaTeX has commands for its characters; the others stay."""
    return _BEYOND.sub(lambda found: _letter(found[0]), text)


def _letter(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    parts = unicodedata.normalize("NFD", char)
    # Letters with two accents, as in Vietnamese, have no command and stay as they are.
    if len(parts) == 2 and parts[1] in _ACCENTS and parts[0].isascii():
        return "{\\" + _ACCENTS[parts[1]] + "{" + parts[0] + "}}"
    return char
