"""Capacities: in which capacity a permission lets somebody do something, as in "as a member you may".

Apart from `roles.py`, which lists people who are not the public. This module works the other way round: a capacity that
is not listed as public is not public.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.word_lists import packaged


def is_let_as(folded: str, language: str) -> bool:
    """Return whether folded words let somebody do something only as one of a few, such as a member or a subscriber."""
    patterns = _patterns(language)
    if patterns is None:
        return False
    let, public = patterns
    return any(public.fullmatch(found["who"]) is None for found in let.finditer(folded))


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Return the patterns of a permission in a capacity, and of the capacities that are public."""
    said = packaged("reach/capacities").get(language)
    if said is None:
        return None
    before, articles, let, public = ("|".join(said[part]) for part in ("as", "articles", "let", "public"))
    as_who = rf"(?:^|[,;:(-] ?)(?:{before}) (?:(?:{articles}) )?(?P<who>[\w-]+)(?: [\w'-]+){{0,5}},?"
    return re.compile(rf"{as_who} (?:{let})(?!\w)"), re.compile(public)
