"""Exceptions: whether a permission leaves some kinds of the publisher's own texts out: "except interviews".

Apart from prose, which reads each sentence: only the reader of a page sees whether it is one of these texts, so a
person has to confirm the permission.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

_OTHERS = frozenset({"data", "images"})
"""What else may be left out: it is no text of the publisher."""


def leaves_some_out(folded: str, language: str) -> bool:
    """Return whether folded words leave a kind of the publisher's texts out of what they say."""
    said = (one.group() for one in _left_out().finditer(folded))
    return any(_OTHERS.isdisjoint(vocabulary().marks(words, language)) for words in said)


@cache
def _left_out() -> re.Pattern[str]:
    held = packaged("reach/exceptions").values()
    but, ends, kinds = (
        "|".join(words for one in held for words in one.get(key, ())) for key in ("but", "ends", "kinds")
    )
    # "Except for the longer analyses"; Finnish and Hungarian say that behind them.
    return re.compile(rf"(?<!\w)(?:(?:{but})(?: [\w'’-]+){{0,2}}? (?:{kinds})|(?:{kinds}) (?:{ends}))(?!\w)")
