"""Notes: who is named as author apart from the line at the headline: under a heading ("Authors"), in a box about the
author, in a note under the text ("Anna Fox is a fellow at ..."), or by a bare name at its end.

Apart from `byline.py`, which weighs them against names near the headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ingest.reading.byline import given_names, han_names, labels, marked, name_lists, names, offices
from ingest.reading.byline.line import Line, line_of, text_with_bars
from ingest.reading.byline.names import Name
from ingest.reading.page.class_names import whole_words
from ingest.reading.page.hrefs import of_author
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern, word_set

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "th"})
_ABOUT = word_set("byline.author_pages")
_ENOUGH = 12
"""At most this many blocks under a label are read."""
_LONGEST = 600
SOUGHT = _HEADINGS | {"p", "div", "span", "strong", "b", "em", "label", "small", "td", "li", "header"}
_REACH = 60
_AUTHOR = pattern("byline.author_classes")
_BOX = whole_words(
    rf"(?:author|{_AUTHOR}|writer|contributor|expert)s?[_-]*(?:box|bio|wrapper|card|info|about|profile|details?|"
    r"text|section|block|container|area|content|meta)"
)
_BOXES = frozenset({"div", "section", "aside"})
NEAR = 60
"""Within this many elements below the headline, a link to a person's page may name the author in a side column."""
LONGEST_NAME = 40
BLOCK = 20
"""How many elements may stand between the authors that a block next to the text names."""
ASIDE_LINK = 50
"""In a block next to the text, a longer link is the title of another text."""
_DOCTOR = rf"(?:{pattern('byline.academic_titles')}\.?\s+)*"
_IS = rf"(?:{pattern('byline.is_words')}|[–—-])"
_WORKS = pattern("byline.work_words")
_NOTE = re.compile(
    rf"^{_DOCTOR}(?P<names>(?:[^\W\d_]\.\s)*[^.!?:|]{{4,90}}?),?\s+(?:{_IS}|(?P<works>{_WORKS}))\s+(?P<rest>.{{8,}})$",
    re.S,
)
# "Anna Fox is the director and Jan Sowa is a fellow": one sentence may be about several people.
_AND = pattern("byline.and_words", "byline.short_and_words")
_NEXT = re.compile(rf"(?:[,;]|\s{_AND})\s+{_DOCTOR}(?P<names>[^.!?:|,;()]{{4,60}}?)\s+(?:{_IS}|{_WORKS})\s+\S")
_CLAUSE_END = re.compile(r"[,;:]\s")
_MEMBER = re.compile(rf"\b{pattern('byline.member_words')}\b", re.I)
_SENTENCE = re.compile(r"(?<=[a-ząćęłńóśźż)]\.)\s+(?=[A-ZĄĆĘŁŃÓŚŹŻÄÖÜ])")
_MARKED = frozenset({"strong", "b", "em", "i", "a", "h2", "h3", "h4", "h5", "h6", "span"})
_STRESSED = frozenset({"strong", "b", "a"})
_DASHED = re.compile(r"^\s*[–—―-]{1,2}\s*")
# This many blocks at the end of the text are read, from the last one up.
_LOOKED_AT = 14
_CLOSING = re.compile(r"[.!?。！？…»”“\"]\s*[(（](?P<names>[^()（）]{2,90})[)）][\s.+*]*$")
_PICTURED = re.compile(rf"{pattern('byline.photographed_unspaced')}$")
_LONG = 110


def headed(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield the authors under a label of their own, outside comments, menus and other texts."""
    for _, element, tag, words in page.rows:
        if len(words) > labels.LONGEST or tag not in SOUGHT:
            continue
        said = words.rstrip(" :：").lower()
        about = said.replace("’", "'") in _ABOUT
        if not (about or labels.alone(said)) or not _is_label(page, zones, element, words, sure=about):
            continue
        found = _about(page, element) if about else _listed(page, element)
        # Weak labels ("By", "Text") are also headings of lists of topics.
        if not found or any(marked.of_topic(zones, holder) for _, holder in found):
            continue
        how = "about" if about else "label" if labels.strong(said) else "lead"
        # Far from the headline, a weak label is the filter of a list or a form field.
        if how != "lead" or abs(zones.distance(element)) <= _REACH:
            listed, held = zip(*found, strict=True)
            yield line_of(zones, element, listed, how, held)


def _is_label(page: Page, zones: Zones, element: Any, words: str, *, sure: bool) -> bool:
    """Return whether *element*, with the *words* of a label, stands where it may announce the authors of this text.

    Args:
        sure: the words announce a box about the author, and nothing else.
    """
    # Many sites put the box about the author into a sidebar. Only among comments does it belong to somebody else.
    if zones.commented(element):
        return False
    # "Authors" in a site menu is a link to the list of authors.
    if not sure and zones.distance(element) < 0 and any(page.short.get(a) == words for a in element.iter("a")):
        return False
    # The wrapper of the label is found as a label itself.
    parent = element.getparent()
    return parent is None or page.short.get(parent) != words or parent.tag not in SOUGHT


def _following(page: Page, label: Any) -> Iterator[Any]:
    """Yield the siblings after *label*, up to the next heading, as long as they are of one kind.

    If the label is alone in its block, the siblings of the block are taken.
    """
    last = label.tag
    while label.getnext() is None and label.getparent() is not None and label.getparent() in page.short:
        if page.short[label.getparent()] != page.short[label]:
            return
        label = label.getparent()
    kind = None
    for block in islice(label.itersiblings(), _ENOUGH):
        if not isinstance(block.tag, str) or page.short.get(block) == "":
            continue
        # Below a small heading, each name may itself be a heading. A heading of the same level begins another part.
        if block.tag in _HEADINGS and (block.tag == last or last not in ("h4", "h5", "h6")):
            return
        # Cards of one list have the same tag and class; any other block is the text.
        kind = kind or (block.tag, block.get("class"))
        if kind != (block.tag, block.get("class")):
            return
        yield block


def _listed(page: Page, label: Any) -> list[tuple[Name, Any]]:
    """Return the names in the blocks after a label, as long as each block begins with a name; none if other words
    follow the label."""
    found: list[tuple[Name, Any]] = []
    for block in _following(page, label) if not (label.tail or "").strip() else ():
        words = text_with_bars(block)
        held = _people(block) if 2 <= len(words) <= _LONGEST else []
        if not held or not (names.person(held[0][0].name) or offices.organisation_word(held[0][0].name)):
            break
        found += [(name, holder) for name, holder in held if names.person(name.name) or name.organisation]
    return found


def _people(block: Any) -> list[tuple[Name, Any]]:
    """Return the names in *block*, each with its element. Adjacent links count as separate names."""
    held = marked.holders(block)
    apart = held if len(held) > 1 else [block]
    return [(name, holder) for holder in apart for name in name_lists.split(text_with_bars(holder), printed=True)]


def _about(page: Page, label: Any) -> list[tuple[Name, Any]]:
    """Return the names with which the blocks under "About the author" begin."""
    found: dict[str, tuple[Name, Any]] = {}
    for block in _following(page, label):
        for part in (block, *block.iterdescendants()):
            if not isinstance(part.tag, str) or page.short.get(part) == "":
                continue
            for name in opening(page, part):
                found.setdefault(name.name.casefold(), (name, part))
    return list(found.values())


def _heads_other(block: Any) -> bool:
    """Return whether *block* holds a heading that is a link, but not to an author."""
    links = (next(heading.iter("a"), None) for heading in block.iter("h2", "h3", "h4", "h5"))
    return any(link is not None and not of_author(link.get("href")) for link in links)


def boxes(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield the first name in each box about an author that is too long for a byline."""
    for box in sorted(zones.marked(_BOX), key=page.order.__getitem__):
        # Shorter boxes were read as bylines already.
        if box.tag not in _BOXES or len(page.short.get(box, " " * marked.FAR)) < marked.FAR or zones.commented(box):
            continue
        first = next((e for e in box.iterdescendants() if page.short.get(e) and not any(map(page.short.get, e))), None)
        if first is None:
            continue
        said = name_lists.split(page.short[first], printed=True)
        if len(said) == 1 and said[0].is_person:
            yield line_of(zones, first, said, "about")


def asides(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield who is marked as an author next to the text, in a block that links to no other text."""
    found: list[Line] = []
    linked = (a for a in page.inside("a") if 0 < zones.distance(a) <= NEAR and of_author(a.get("href")))
    able = {*zones.marked(marked.CLASS), *linked}
    for element in sorted(able, key=page.order.__getitem__, reverse=True):
        words = page.short.get(element, "")
        if not 0 < len(words) <= LONGEST_NAME or not zones.foreign(element):
            continue
        if not marked.is_marked(page, zones, element, words) or zones.commented(element):
            continue
        # A block with links as long as titles lists other texts, and its names are their authors.
        around = [node for node in islice(element.iterancestors(), 4) if zones.foreign(node)]
        if around and (any(len(visible(a)) > ASIDE_LINK for a in around[-1].iter("a")) or _heads_other(around[-1])):
            continue
        said = name_lists.split(words, printed=True)
        if said and all(" " in one.name and one.is_person for one in said):
            found.append(line_of(zones, element, said, "about"))
    # One person, or several close together: names far apart belong to other texts, or are the staff.
    last = max((line.distance for line in found), default=0)
    if len({line.names for line in found}) == 1 or all(last - line.distance <= BLOCK for line in found):
        yield from found


def signed(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield who is named under the text: in notes in italics, else by a bare name in the last line."""
    notes: list[Line] = []
    for block in _last_blocks(page, zones):
        words = page.short.get(block)
        # A paragraph too long for `short` is the text itself; notes stand below it.
        if words is None:
            if closing := _bracketed(visible(block)):
                yield line_of(zones, block, closing, "signature")
            break
        if listed := _begun(block, words) or (noted(words) if _slanted(page, block) else ()):
            notes.append(line_of(zones, block, listed, "note"))
        elif notes:
            break
        elif (signed := _signed(block, words)) and not marked.of_another(zones, block):
            yield line_of(zones, block, signed, "signature")
            return
        # This is the text itself, reached from its end.
        elif len(words) > _LONG and not _slanted(page, block):
            return
    yield from notes[::-1] or _between_breaks(page, zones)


def _between_breaks(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield the Korean reporters who sign in a line between line breaks, in a text without paragraphs."""
    for element, behind in zip(page.elements, page.texts[1], strict=True):
        if element.tag == "br" and behind and (found := names.reporters(plain(behind))) and zones.distance(element) > 0:
            said = tuple(Name(name, organisation=False) for name in found)
            yield line_of(zones, element, said, "signature")
            return


def _last_blocks(page: Page, zones: Zones) -> Iterator[Any]:
    """Yield the last non-empty paragraphs of the article, from the end."""
    holder = zones.container if zones.container is not None else page.body
    seen = 0
    for block in reversed(list(holder.iter("p"))):
        if not page.short.get(block, "-") or zones.foreign(block) or _quoted(block):
            continue
        seen += 1
        if seen > _LOOKED_AT:
            return
        yield block


def _quoted(block: Any) -> bool:
    """Return whether *block* is a quotation, or the source of the quotation before it."""
    before = block.getprevious()
    quoted = before is not None and before.tag == "blockquote"
    return quoted or next(block.iterancestors("blockquote"), None) is not None


def _begun(block: Any, words: str) -> tuple[Name, ...]:
    """Return whom a note in *block* is about that begins with the names in bold or linked, maybe behind a label.

    Behind a label ("Written by Anna Fox, who ..."), the note may say anything; else it is one about an office.
    """
    inner, before = next(iter(block), None), (block.text or "").strip()
    if inner is None or inner.tag not in _STRESSED:
        return ()
    listed = name_lists.split(visible(inner), printed=True)
    if labels.strong(before):
        return listed
    return noted(words) if not before and all(given_names.known(n.name) for n in listed) else ()


def _slanted(page: Page, block: Any) -> bool:
    """Return whether all of *block* is in italics."""
    inner = next((c for c in block if isinstance(c.tag, str)), None)
    held = inner is not None and inner.tag in ("em", "i")
    # Nearly all is enough: a full stop or a link may stand outside.
    return held and page.short.get(inner) is not None and len(page.short[inner]) >= 0.9 * len(page.short.get(block, ""))


def noted(words: str, *, sure: bool = False) -> tuple[Name, ...]:
    """Return the persons who hold an office according to a note ("Anna Fox is a fellow at ..."), for each sentence.

    If the note is *sure* to be about the authors, because its heading says so, they may be anything.
    """
    found: dict[str, Name] = {}
    for sentence in _SENTENCE.split(words):
        said = _NOTE.match(sentence)
        # "X is a ..." is a sentence of the text, unless an office follows.
        if said is None or not (sure or said["works"] or _of_office(said["rest"])):
            continue
        listed = name_lists.split(said["names"], printed=True)
        if listed and all(n.is_person for n in listed):
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
        listed = name_lists.split(said["names"], printed=True)
        if all(n.is_person and given_names.known(n.name) for n in listed):
            yield from listed


def _of_office(words: str) -> bool:
    return bool(offices.jobs(words) or _MEMBER.search(words)) or offices.organisation_word(words)


def opening(page: Page, block: Any) -> tuple[Name, ...]:
    """Return the person with whom *block*, part of a box about the author, begins: marked, alone, or in a note."""
    words = page.short.get(block, "")
    if block.tag in _MARKED or len(words) <= 60:
        first = name_lists.split(words, printed=True)
        if _starts(block) and first and first[0].is_person:
            return first[:1]
    return () if block.tag in _MARKED else noted(words, sure=True)


def _starts(block: Any) -> bool:
    if block.tag not in _MARKED:
        return True
    parent = block.getparent()
    return block.getprevious() is None and (parent is None or not (parent.text or "").strip())


def _signed(block: Any, words: str) -> tuple[Name, ...]:
    """Return the persons whose names are all of *block*, if they stand after a dash or a label, in italics or bold."""
    if reporters := names.reporters(words):
        return tuple(Name(name, organisation=False) for name in reporters)
    if closing := _bracketed(words):
        return closing
    said = (text_with_bars(block) if len(block) else _DASHED.sub("", words)).removesuffix(".")
    listed = name_lists.split(said, printed=True)
    # The names must be most of the line: the last sentence of a text may also end with a name.
    if len(words) > 80 or not listed or len(" ".join(n.name for n in listed)) < len(labels.strip(said)) / 2:
        return ()
    known = [n for n in listed if given_names.known(n.name)]
    if 2 * len(known) <= len(listed) or not all(names.person(n.name) for n in listed):
        return ()
    inner = next((c for c in block if isinstance(c.tag, str)), None)
    stressed = inner is not None and inner.tag in ("em", "i", "strong", "b")
    return listed if _DASHED.match(words) or stressed or labels.after_label(words) else ()


def _bracketed(words: str) -> tuple[Name, ...]:
    """Return the persons in brackets behind the last sentence of *words*: "... until spring. (Anna Fox)"."""
    closing = _CLOSING.search(words[-_LONG:])
    if closing is None:
        return ()
    listed = name_lists.split(closing["names"], printed=True)
    # In scripts without spaces, any few characters may be a name, and "（刘东摄）" is a picture's.
    able = (n.is_person and (not names.shapeless(n.name) or han_names.is_name(n.name)) for n in listed)
    return listed if all(able) and not _PICTURED.search(closing["names"]) else ()
