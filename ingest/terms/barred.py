"""Why a rule did not read what sounds like its matter: the negation, exception or scope that barred it."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.terms.clause import clauses, plain
from ingest.terms.phrases import fold
from ingest.terms.sentences import as_printed, sentences
from ingest.terms.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Barred:
    """A rule that found all it stands on in *words*, and did not fire.

    Attributes:
        bars: the concepts that barred it, each with the words that showed it.
    """

    rule: str
    words: str
    bars: tuple[str, ...]


def barred(words: str) -> tuple[Barred, ...]:
    """The rules that *words* would have fired but for something else they say; each once for a clause."""
    book = vocabulary()
    folded = " ".join(words.split())
    language = book.language(fold(folded), folded)
    found: dict[Barred, None] = {}
    for span in sentences(folded):
        for clause in clauses(folded[slice(*span)], book, language):
            marks = book.marks(plain(clause), language)
            if clause.rstrip().endswith(("?", "？")):
                marks.setdefault("refused", ("?",))
            for rule in book.rules:
                if rule.bars & marks.keys() and all(group & marks.keys() for group in rule.needs):
                    bars = tuple(f"{bar} “{as_printed(marks[bar][0], clause)}”" for bar in marks if bar in rule.bars)
                    found[Barred(rule.name, clause.strip(), bars)] = None
    return tuple(found)
