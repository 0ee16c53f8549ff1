"""Connectives: words at the beginning of a sentence that only tie it to the one before: "moreover", "ponadto".

Apart from prose, which reads each sentence: most languages put the verb or the works right behind such words, where the
forms of a permission do not expect them, and a few of the words have another meaning as well ("in summary").
"""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.folding import fold
from ingest.terms.word_lists import packaged


def without_connective(sentence: str) -> str | None:
    """Return a *sentence* without the connective that it begins with; None if there is none."""
    found = _connectives().match(fold(sentence))
    if found is None:
        return None
    # Folding may change the number of letters, but not that of words.
    rest = sentence.split(None, found[0].count(" "))
    return rest[-1] if len(rest) > found[0].count(" ") else None


@cache
def _connectives() -> re.Pattern[str]:
    words = (word for held in packaged("reach/connectives").values() for word in held["words"])
    return re.compile(rf"(?:{'|'.join(words)})[,:]? ")
