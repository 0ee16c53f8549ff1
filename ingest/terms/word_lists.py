"""Word lists: the packaged files of words, and the lists in ``wordings/names/LANG.toml``.

Code asks for such a list by its name and gets the phrases of all languages, or one regular expression for all of
them. So a new language needs a file, and no change of code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import pattern_of

WORDINGS = Path(__file__).parent / "wordings"
"""The directory of the packaged files."""


@cache
def packaged(name: str) -> dict[str, Any]:
    """Return the content of the packaged file *name*, read once per process."""
    return tomli.loads((WORDINGS / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def tongues() -> dict[str, dict[str, Any]]:
    """Return the content of each language's file, by language."""
    # Sorted, so that ties between languages are broken in the same way on every machine.
    languages = sorted({path.stem for path in WORDINGS.glob("*.toml")} - {"agencies", "licenses", "rules"})
    return {language: packaged(language) for language in languages}


@cache
def by_language(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the phrases of the list *name* (``house.works``) by language; languages without the list are left out.

    Raises:
        KeyError: no language has a list of this name.
    """
    room, _, key = name.partition(".")
    files = {path.stem: packaged(f"names/{path.stem}") for path in sorted((WORDINGS / "names").glob("*.toml"))}
    found = {language: tuple(held[room][key]) for language, held in files.items() if key in held.get(room, {})}
    if not found:
        raise KeyError(name)
    return found


@cache
def word_set(*names: str) -> frozenset[str]:
    """Return the folded words of some lists in all languages; they have no signs.

    Raises:
        KeyError: no language has one of these lists.
    """
    return frozenset(fold(word) for name in names for listed in by_language(name).values() for word in listed)


def either(*names: str, folded: bool = False) -> str:
    """Return a regular expression for any phrase of some lists, in any language: one group, which does not capture.

    With *folded*, it is for folded text; otherwise for text as printed.

    Raises:
        KeyError: no language has one of these lists.
    """
    phrases = (phrase for name in names for listed in by_language(name).values() for phrase in listed)
    return any_phrase(map(fold, phrases) if folded else phrases)


def before(*names: str, capital: bool = False) -> str:
    """Return the expression of any phrase of some lists with the space after it; after an apostrophe there is none.

    With *capital*, the phrase begins a sentence.
    """
    listed = [phrase for name in names for listed in by_language(name).values() for phrase in listed]
    return any_phrase(map(str.capitalize, listed) if capital else listed, after=" ")


def any_phrase(phrases: Iterable[str], after: str = "") -> str:
    """Return the expression of any of *phrases*, with *after* behind it unless it ends with an apostrophe."""
    # The longest first: of two that begin alike, it is meant.
    patterns = {pattern_of(phrase, {}) + ("" if phrase.endswith("'") else after) for phrase in phrases}
    listed = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return f"(?:{'|'.join(listed)})".replace("'", "['’]")
