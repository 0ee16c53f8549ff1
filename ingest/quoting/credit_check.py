"""Credit check: whether a text that reuses items credits them as the terms ask: author, title, publisher, address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from db.catalogue import Catalogue
from db.citation.credit_line import credit_line
from db.citation.work import work
from db.model.item import Duty, Item, Role, Use
from db.search.effort import WITHOUT_END, Effort
from db.search.quotation import Quotation, QuotationVerdict, look_up_each
from db.search.words import fold, words
from db.terms.verdict import verdict
from ingest.quoting.manuscript import Quoted
from ingest.quoting.references import named_items


@dataclass(frozen=True, slots=True)
class Credited:
    """What a text takes from one item, and whether the item is credited.

    Attributes:
        passages: the number of passages of the item in the text.
        line: where the first of them begins.
        named: the parts of the credit in the text: ``author``, ``title``, ``publisher``, ``link``.
        missing: the parts that the terms require and the text lacks.
        credit: a credit line that would suffice.
    """

    item: str
    title: str
    passages: int
    line: int
    named: tuple[str, ...]
    missing: tuple[str, ...]
    credit: str


def check(
    catalogue: Catalogue, text: str, quoted: list[Quoted], effort: Effort = WITHOUT_END
) -> tuple[list[Credited], list[Quoted]]:
    """Return, for each item from which *text* takes passages, whether it is credited, in the order of the passages.

    Also returns the passages that *effort* did not reach. A passage is a quotation, or a paragraph that is word for
    word in an item.
    """
    taken: dict[str, list[int]] = {}
    passed = []
    passages = [*quoted, *_paragraphs(text)]
    said = f" {' '.join(words(fold(text)))} "
    named = named_items(catalogue, text)
    each = look_up_each(catalogue.connection, (one.words for one in passages), effort, named=named, limit=_CHOICE)
    for one, found in zip(passages, each, strict=True):
        if found.verdict in (QuotationVerdict.EXACT, QuotationVerdict.OLDER):
            taken.setdefault(_taken_from(catalogue, found, text, said), []).append(one.line)
        if found.verdict is QuotationVerdict.NOT_LOOKED_AT:
            passed.append(one)
    items = [(item, lines) for name, lines in taken.items() if (item := catalogue.item(name)) is not None]
    credited = [_credited(item, lines, text, said) for item, lines in sorted(items, key=lambda pair: min(pair[1]))]
    return credited, passed


# Of the items with the same words, so many are compared with the text.
_CHOICE = 20


def _taken_from(catalogue: Catalogue, found: Quotation, text: str, said: str) -> str:
    """Return the item from which the words are taken: of several that have them, the one that *text* credits best."""
    items = list(dict.fromkeys(one.item for one in found.found))
    if len(items) == 1:
        return items[0]
    held = [item for name in items if (item := catalogue.item(name)) is not None]
    parts = {item.id: _credited(item, [0], text, said) for item in held}
    # One whose title is printed comes before one that lacks nothing because nothing is known of it; of equals the
    # first, which is an item that the text names, if it names one.
    return min(held, key=lambda item: (len(parts[item.id].missing), -len(parts[item.id].named))).id


LONG = 12
"""Only paragraphs with this many words are checked for being somebody else's."""


# Lines with words, up to the next without.
_PARAGRAPH = re.compile(r"(?:^[^\n]*\S[^\n]*\n?)+", re.MULTILINE)


def _paragraphs(text: str) -> list[Quoted]:
    found, line, before = [], 1, 0
    for paragraph in _PARAGRAPH.finditer(text):
        line, before = line + text.count("\n", before, paragraph.start()), paragraph.start()
        said = " ".join(paragraph[0].split())
        if len(said.split()) >= LONG and not said.startswith(">"):
            found.append(Quoted(said, line))
    return found


def _credited(item: Item, lines: list[int], text: str, said: str) -> Credited:
    cited = work(item)
    authors = [one.name for one in item.edition.attributions if one.role is Role.AUTHOR]
    parts = {
        "author": all(_appears(name, said) for name in authors) if authors else None,
        "title": _appears(cited.title, said),
        "publisher": _appears(cited.site, said) or _appears(cited.publisher, said),
        "link": cited.url in text or item.url.rstrip("/") in text,
    }
    duties = verdict([held.statement for held in item.terms], Use.REPUBLISH).duties
    # Credit means naming author and publisher; more is required only if the terms ask for it.
    wanted = ["author", "publisher", *(["link"] if Duty.LINK in duties else [])]
    return Credited(
        item=item.id,
        title=cited.title,
        passages=len(lines),
        line=min(lines),
        named=tuple(name for name, stands in parts.items() if stands),
        missing=tuple(name for name in wanted if parts[name] is False),
        credit=credit_line(item).text,
    )


def _appears(name: str, said: str) -> bool:
    folded = " ".join(words(fold(name)))
    return bool(folded) and f" {folded} " in said
