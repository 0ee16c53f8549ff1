"""Quotations: which words of a passage somebody else says, or a model for others, so that they permit nothing here.

"“You may republish our articles”, says the magazine's site" and "Sample notice: “Our texts may be copied.”" are about
other texts than the publisher's own. Apart from `objects.py`, which asks the same of a block of a page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.terms.clause_reader import plain
from ingest.terms.vocabulary import vocabulary

_QUOTED = re.compile(
    r"[“„][^“”„]{12,600}[”“]|«[^«»]{12,600}»|»[^«»]{12,600}«|”[^”]{12,600}”|\"[^\"]{12,600}\"|(?<!\w)[‘‚].{12,400}?[’‘](?!\w)|(?<!\S)'(?=[^\W\d]).{12,400}?'(?!\w)"
)
_SIGNS = frozenset('“„”«»"‘‚')
_LEAST = 4
"""A quotation of fewer words is a name or an emphasis."""
_OUTSIDE = 1
"""At least this many words around it introduce it; a notice in quotation marks has none."""
_SPOKEN = frozenset({"banned", "is so", "licensed", "may", "nothing asked"})
_WORD = re.compile(r"[^\W\d_]{2,}")


def quoted(words: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return where *words*, whose sentences are at *spans*, quote what other words introduce."""
    if _SIGNS.isdisjoint(words) and " '" not in words:
        return ()
    return tuple(found.span() for found in _QUOTED.finditer(words) if _is_introduced(words, found, spans))


def _is_introduced(words: str, found: re.Match[str], spans: Sequence[tuple[int, int]]) -> bool:
    """Return whether a quotation is a sentence of its own, and its sentences have other words."""
    # The name of a licence is one word here.
    if len(_WORD.findall(plain(found.group()))) < _LEAST:
        return False
    touched = [(begins, ends) for begins, ends in spans if begins < found.end() and found.start() < ends]
    if not touched:
        return False
    around = f"{words[touched[0][0] : found.start()]} {words[found.end() : touched[-1][1]]}"
    if len(_WORD.findall(around)) < _OUTSIDE:
        return False
    return not _SPOKEN.isdisjoint(vocabulary().marks(plain(found.group())))


def without_quotations(words: str, span: tuple[int, int], quotations: Sequence[tuple[int, int]]) -> str | None:
    """Return the sentence at *span* without what it quotes; None if it quotes nothing."""
    begins, ends = span
    kept, at = "", begins
    for start, end in quotations:
        if start < ends and begins < end:
            kept += f"{words[at : max(start, at)]} "
            at = max(at, min(end, ends))
    return f"{kept}{words[at:ends]}".strip() if at > begins or kept else None
