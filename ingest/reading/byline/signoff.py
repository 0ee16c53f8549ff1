"""Sign-offs: who is named under a text, in a note on its author ("Anna Fox is a fellow at ...") or by a bare name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.reading.byline import given_names, labels, marked, names, offices
from ingest.reading.byline.line import Line, line_of, text_with_bars
from ingest.reading.byline.names import Name
from ingest.reading.page.page import Page
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern

_AND = pattern("byline.and_words", "byline.short_and_words")
_DOCTOR = rf"(?:{pattern('byline.academic_titles')}\.?\s+)*"
_IS = rf"(?:{pattern('byline.is_words')}|[–—-])"
_WORKS = pattern("byline.work_words")
_NOTE = re.compile(
    rf"^{_DOCTOR}(?P<names>[^.!?:|]{{4,90}}?),?\s+(?:{_IS}|(?P<works>{_WORKS}))\s+(?P<rest>.{{8,}})$", re.S
)
# "Anna Fox is the director and Jan Sowa is a fellow": one sentence may be about several people.
_NEXT = re.compile(rf"(?:[,;]|\s{_AND})\s+{_DOCTOR}(?P<names>[^.!?:|,;()]{{4,60}}?)\s+(?:{_IS}|{_WORKS})\s+\S")
_CLAUSE_END = re.compile(r"[,;:]\s")
_MEMBER = re.compile(rf"\b{pattern('byline.member_words')}\b", re.I)
_SENTENCE = re.compile(r"(?<=[a-ząćęłńóśźż)]\.)\s+(?=[A-ZĄĆĘŁŃÓŚŹŻÄÖÜ])")
_MARKED = frozenset({"strong", "b", "em", "i", "a", "h2", "h3", "h4", "h5", "h6", "span"})
_DASHED = re.compile(r"^\s*[–—―-]{1,2}\s*")
# This many blocks at the end of the text are read, from the last one up.
_LOOKED_AT = 14
_LONG = 110
_RIGHT = re.compile(
    r"text-align\s*:\s*right|(?:^|[\s_-])(?:align-?right|text-?right|right|signature|sign-?off|"
    rf"{pattern('byline.signature_classes')})(?:$|[\s_-])",
    re.I,
)


def lines(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield who is named under the text: in notes in italics or led by a name, else by a bare name in the last line."""
    notes: list[Line] = []
    for block in _last_blocks(page, zones):
        words = page.short.get(block)
        # A paragraph too long for `short` is the text itself; notes stand below it.
        if words is None:
            break
        listed = noted(words) if _slanted(page, block) or _led_by_name(page, block) else ()
        if listed:
            notes.append(line_of(page, block, listed, "note", distance=zones.distance(block), bio=True))
        elif notes:
            break
        elif (signed := _signed(block, words)) and not (marked.to_ask(zones, block) or marked.of_another(zones, block)):
            yield line_of(page, block, signed, "signature", distance=zones.distance(block), bio=True)
            return
        # This is the text itself, reached from its end.
        elif len(words) > _LONG and not _slanted(page, block):
            return
    if notes:
        yield _one(notes[::-1])


def _one(notes: list[Line]) -> Line:
    """Return notes about one author each as a single byline."""
    first = notes[0]
    listed = tuple(name for note in notes for name in note.names)
    holders = tuple(holder for note in notes for holder in note.holders)
    urls = tuple(url for note in notes for url in note.urls)
    return Line(listed, holders, urls, first.how, first.distance, first.bio, first.words)


def _led_by_name(page: Page, block: Any) -> bool:
    """Return whether *block* begins with a name, in bold or linked, that stands nowhere else on the page."""
    inner = next((c for c in block if isinstance(c.tag, str)), None)
    if inner is None or inner.tag not in ("strong", "b", "a") or (block.text or "").strip():
        return False
    name = page.short.get(inner, "")
    # Just once on the page: somebody whom the text is about would be named in the text too.
    return names.person(name) and given_names.known(name) and page.short_text.count(name.lower()) == 1


def _last_blocks(page: Page, zones: Zones) -> Iterator[Any]:
    """Yield the last non-empty paragraphs of the article, from the end."""
    holder = zones.container if zones.container is not None else page.body
    seen = 0
    for block in reversed(list(holder.iter("p"))):
        if not page.short.get(block, "-") or zones.foreign(block) or zones.bio(block) or _quoted(block):
            continue
        seen += 1
        if seen > _LOOKED_AT:
            return
        yield block


def _quoted(block: Any) -> bool:
    """Return whether *block* is a quotation, or the source of the quotation before it."""
    before = block.getprevious()
    return any(node.tag == "blockquote" for node in block.iterancestors()) or (
        before is not None and before.tag == "blockquote"
    )


def _slanted(page: Page, block: Any) -> bool:
    """Return whether all of *block* is in italics."""
    inner = next((c for c in block if isinstance(c.tag, str)), None)
    held = inner is not None and inner.tag in ("em", "i")
    # Nearly all is enough: a full stop or a link may stand outside.
    return held and page.short.get(inner) is not None and len(page.short[inner]) >= 0.9 * len(page.short.get(block, ""))


def noted(words: str) -> tuple[Name, ...]:
    """Return the persons who hold an office according to a note ("Anna Fox is a fellow at ..."), for each sentence."""
    found: dict[str, Name] = {}
    for sentence in _SENTENCE.split(words):
        said = _NOTE.match(sentence)
        # "X is a ..." is a sentence of the text, unless an office follows.
        if said is None or not (said["works"] or _of_office(said["rest"])):
            continue
        listed = names.split(said["names"], printed=True)
        if listed and all(names.person(n.name) and not n.organisation for n in listed):
            found |= {name.name.casefold(): name for name in (*listed, *_named_after(said["rest"]))}
    return tuple(found.values())


def _named_after(rest: str) -> Iterator[Name]:
    """Yield the further persons in the same sentence of a note.

    Only common given names with an office count, because the note may also mention an organisation or the subject of a
    book.
    """
    for said in _NEXT.finditer(rest):
        if not _of_office(_CLAUSE_END.split(rest[said.end() - 1 :], maxsplit=1)[0]):
            continue
        listed = names.split(said["names"], printed=True)
        if all(names.person(n.name) and given_names.known(n.name) and not n.organisation for n in listed):
            yield from listed


def _of_office(words: str) -> bool:
    return bool(offices.jobs(words) or _MEMBER.search(words)) or offices.organisation_word(words)


def opening(page: Page, block: Any) -> tuple[Name, ...]:
    """Return the person with whom *block*, part of a box about the author, begins: marked, alone, or in a note."""
    words = page.short.get(block, "")
    if block.tag in _MARKED or len(words) <= 60:
        first = names.split(words, printed=True)
        starts = _starts(block)
        return first[:1] if starts and first and names.person(first[0].name) and not first[0].organisation else ()
    return noted(words)


def _starts(block: Any) -> bool:
    """Return whether *block* is the first thing in the block around it."""
    if block.tag not in _MARKED:
        return True
    parent, before = block.getparent(), block.getprevious()
    return before is None and not (parent is not None and (parent.text or "").strip())


def _signed(block: Any, words: str) -> tuple[Name, ...]:
    """Return the persons whose names are all of *block*, if it looks like a signature.

    It does after a dash or a label, in italics or bold, or aligned to the right.
    """
    said = (text_with_bars(block) if len(block) else _DASHED.sub("", words)).removesuffix(".")
    listed = names.split(said, printed=True)
    # The names must be most of the line: the last sentence of a text may also end with a name.
    if len(words) > 80 or not listed or len(" ".join(n.name for n in listed)) < len(labels.strip(said)) / 2:
        return ()
    if not all(names.person(n.name) and given_names.known(n.name) and not n.organisation for n in listed):
        return ()
    styled = " ".join(filter(None, (block.get("style"), block.get("class"), block.get("align"))))
    inner = next((c for c in block if isinstance(c.tag, str)), None)
    stressed = inner is not None and inner.tag in ("em", "i", "strong", "b")
    return listed if _DASHED.match(words) or _RIGHT.search(styled) or stressed or labels.after_label(words) else ()
