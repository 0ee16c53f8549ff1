"""Lead-ins: whether the line above a list, or the heading of a passage, takes back what a block below it permits.

Apart from `notices`, which finds what the words of a block say by themselves. Behind "With our consent you may:" or
"Not allowed", "republish our articles" permits nothing. A lead-in is read by its effect: put in front of a plain
permission, it leaves one or it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from db.model.item import Permission, Term
from ingest.terms.assertion import dictates, disowns
from ingest.terms.blocks import INLINE, words_of
from ingest.terms.clause_reader import grants
from ingest.terms.folding import fold
from ingest.terms.headings import own_heading
from ingest.terms.people import are_subject, include_public
from ingest.terms.prose import read_notice
from ingest.terms.sentences import sentences
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

LISTS = frozenset({"dl", "menu", "ol", "ul"})
_FIRST = 5
"""How many words of a heading may say that what stands below is a model, or somebody else's."""
# Lists in lists, and the boxes around them.
_UP = 8
_CROSSES = tuple("✗✘❌✖🚫⛔☒")
_WITHHELD = frozenset({Permission.PROHIBITED, Permission.ASK})


def is_taken_back(words: str, block: Any, *, told: bool) -> bool:
    """Return whether *words* of a *block* permit nothing because of what leads in its list, its heading or a cross.

    Headings count on a page of terms (*told*) alone: elsewhere they are about anything.
    """
    if words.startswith(_CROSSES):
        return True
    folded = fold(words)
    language = vocabulary().language(folded, words)
    heading = own_heading(block) if told else None
    if heading is not None and (disowns(f"{_opening(fold(heading))}:") or _bans(heading, language)):
        return True
    line = line_before(block)
    if line.endswith(":") and dictates(fold(line.rstrip(" :")), language):
        return True
    public = include_public(folded, language)
    return any(_takes_back(lead, language) or (not public and _names_few(lead, language)) for lead in _leads(block))


def _opening(heading: str) -> str:
    """Return the first words of a folded *heading*, which say what it is: "1. Proposed policy" of a longer one."""
    return " ".join(heading.split()[:_FIRST])


def _leads(block: Any) -> Iterator[str]:
    """Yield the lines that lead in the lists around a block, without their colons."""
    around = block
    for _ in range(_UP):
        if around is None:
            return
        if around.tag in LISTS:
            words = line_before(around)
            if words.endswith(":"):
                start, end = sentences(words)[-1]
                yield words[start:end].rstrip(" :")
        around = around.getparent()


def line_before(element: Any) -> str:
    """Return the words right before an element: those of the line it ends, else those of the element before it."""
    line = []
    before = element.getprevious()
    while before is not None and (before.tag in INLINE or not isinstance(before.tag, str)):
        line += [before.tail or "", words_of(before) if isinstance(before.tag, str) else ""]
        before = before.getprevious()
    line.append((element.getparent().text if before is None else before.tail) or "")
    words = " ".join(" ".join(reversed(line)).split())
    return words if words or before is None else words_of(before)


def _names_few(lead: str, language: str) -> bool:
    """Return whether a *lead* is about people of whom a reader may be none: "Only our members may"."""
    folded = fold(lead)
    return are_subject(folded, language) and not include_public(folded, language)


def _takes_back(lead: str, language: str) -> bool:
    """Return whether a permission behind a *lead*, as the end of its sentence or as a sentence, is one no more."""
    told = _behind(lead, language)
    return told is not None and not any(map(grants, told))


def _bans(heading: str, language: str) -> bool:
    """Return whether a *heading* makes a permission behind it a ban, or one on request: "You may not".

    One that only makes it unread is no such heading: "Permissions".
    """
    told = _behind(heading, language)
    return told is not None and not any(map(grants, told)) and any(map(_withholds, told))


def _withholds(term: Term) -> bool:
    return term.permission in _WITHHELD


@lru_cache(maxsize=1024)  # a site prints the same lists and headings on every page
def _behind(lead: str, language: str) -> list[Term] | None:
    """Return what a plain permission behind a *lead* says: as the end of its sentence if that withholds, else as one.

    None if there is none in this language, or the lead is a question: its answer is a sentence by itself.
    """
    plain = packaged("reach/lead_ins").get(language)
    if plain is None or lead.endswith("?"):
        return None
    ended = [term for act in plain.get("act", ()) for term in read_notice(f"{lead} {act}", None)]
    # "You have to ask us before you": what it says together is what counts.
    if any(map(_withholds, ended)):
        return ended
    return [term for whole in plain["sentence"] for term in read_notice(f"{lead}: {whole}", None)]
