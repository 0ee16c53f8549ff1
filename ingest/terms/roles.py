"""Roles: whether a clause that sounds like a grant says who grants whom what, by frames a person can review."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.terms.clause import plain
from ingest.terms.phrases import fold, pattern_of, spaced

_FRAMES = Path(__file__).parent / "wordings" / "frames"


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """The frames of one language.

    Attributes:
        grants: a grant fits one of them; *public_domain*: or, if it is a waiver, one of these; *licensed*: a clause
            that names a licence. () asks for none.
        spoilers: whatever fits one of these grants the public nothing.
        other_licenses: whatever fits one of these names a licence of something else.
    """

    grants: tuple[re.Pattern[str], ...]
    public_domain: tuple[re.Pattern[str], ...]
    licensed: tuple[re.Pattern[str], ...]
    spoilers: tuple[re.Pattern[str], ...]
    other_licenses: tuple[re.Pattern[str], ...]

    def fit(self, folded: str, rule: str) -> bool:
        """Whether a folded clause says what a permission of *rule* must say."""
        if rule == "named-license":
            return not _any(self.other_licenses, folded) and (not self.licensed or _any(self.licensed, folded))
        wanted = self.grants
        if rule == "ban-met-by-credit":
            wanted = ()  # the rule itself asks for both the ban and the credit that lifts it
        elif rule == "public-domain":
            wanted = (*self.grants, *self.public_domain) if self.public_domain else ()
        return not _any(self.spoilers, folded) and (not wanted or _any(wanted, folded))


def is_grant(clause: str, rule: str, language: str) -> bool:
    """Whether a *clause*, from which *rule* reads a permission, says who grants whom what.

    Where there are no frames for a *language* the rule alone decides.
    """
    frames = _frames(language)
    return frames is None or frames.fit(plain(clause), rule)


def _any(patterns: tuple[re.Pattern[str], ...], folded: str) -> bool:
    return any(pattern.search(folded) for pattern in patterns)


@cache
def _frames(language: str) -> Frames | None:
    path = _FRAMES / f"{language}.toml"
    if not path.exists():
        return None
    held = tomllib.loads(path.read_text("utf-8"))
    words = held["words"]

    def patterns(name: str) -> tuple[re.Pattern[str], ...]:
        return tuple(spaced((pattern_of(fold(frame), words),)) for frame in held.get(name, ()))

    return Frames(
        patterns("frames"),
        patterns("public_domain"),
        patterns("licensed"),
        patterns("spoilers"),
        patterns("other_licenses"),
    )
