"""Press releases: whether a permission names press releases, speeches or yearly reports, and no other text.

Apart from prose, which reads each sentence: these are a few of a publisher's texts, and only the reader of a page sees
whether it is one of them, so a person has to confirm the permission.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged


def is_of_press_releases(folded: str, language: str) -> bool:
    """Return whether folded words name press releases or the like, and no other text."""
    rest = _named().sub("", folded)
    return rest != folded and "text" not in vocabulary().marks(rest, language)


@cache
def _named() -> re.Pattern[str]:
    words = (word for held in packaged("reach/press_releases").values() for word in held["words"])
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")
