"""Capacities: as what somebody may do something, where a permission says so: "as a member you may".

Apart from ``roles``, which asks who others are by lists of them: here whoever is not known to be anybody is not.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.vocabulary import packaged


def is_let_as(folded: str, language: str) -> bool:
    """Whether folded words let somebody do something as one of a few, as members or subscribers."""
    patterns = _patterns(language)
    if patterns is None:
        return False
    let, public = patterns
    return any(public.fullmatch(found["who"]) is None for found in let.finditer(folded))


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """What lets somebody do something as somebody, and those who are anybody."""
    said = packaged("reach/capacities").get(language)
    if said is None:
        return None
    before, articles, let, public = ("|".join(said[part]) for part in ("as", "articles", "let", "public"))
    as_who = rf"(?:^|[,;:(-] ?)(?:{before}) (?:(?:{articles}) )?(?P<who>[\w-]+)(?: [\w'-]+){{0,5}},?"
    return re.compile(rf"{as_who} (?:{let})(?!\w)"), re.compile(public)
