"""Lesser texts: recognise an answer that shows less than the edition in force, although its page does not say so. Pure.

Apart from `editions.py`, which decides by what a page says about itself: a wall or an error may look like a whole text.
"""

from __future__ import annotations

from itertools import takewhile

from db.search.words import fold, words

# A free beginning is at most this part of the text. What a publisher cuts from a text is mostly less.
_BEGINNING = 0.5
# An error message is short, and much shorter than the text in whose place it stands.
_MESSAGE_LONGEST, _MESSAGE = 600, 0.25
BEGINNING = "only the beginning of the text"
MESSAGE = "a short text with another title, and nothing of the text"
_CUT_SIGNS = " .…[]()"
# The sentence below a free beginning, that asks for a subscription, and what it has to follow.
_OFFER_LONGEST, _TELLING = 200, 100


def why_less(title: str | None, text: str, held_title: str | None, held: str) -> str | None:
    """Return why *text* under *title* shows less than the text *held* under *held_title*; None if it may follow it.

    It is the beginning of the held text and at most half of it, or something short that neither names its title nor has
    any paragraph in common with it: the message of a site in trouble, a notice in front of all pages.
    """
    if not text or len(text) > _BEGINNING * len(held):
        return None
    if _begins(held, text):
        return BEGINNING
    short = len(text) <= min(_MESSAGE_LONGEST, _MESSAGE * len(held))
    if short and not _names(f"{title or ''} {text}", held_title) and not _shares(text, held):
        return MESSAGE
    return None


def _begins(held: str, text: str) -> bool:
    """Say whether *text* is a beginning of *held*; it may end amid a paragraph, or with a sentence about the rest."""
    shown = [passage for passage in text.split("\n") if passage.strip()]
    whole = [passage for passage in held.split("\n") if passage.strip()]
    equal = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(shown, whole, strict=False)))
    rest = shown[equal:]
    if len(rest) > 1 or equal == len(whole):
        return False
    if not rest or whole[equal].startswith(rest[0].rstrip(_CUT_SIGNS)):
        return True
    return len(rest[0]) <= _OFFER_LONGEST and sum(map(len, shown[:equal])) >= _TELLING


def _names(said: str, title: str | None) -> bool:
    """Say whether *said* names the *title*, as the page of a retracted text does, in its own title or in its text."""
    return bool(title) and f" {' '.join(words(fold(title or '')))} " in f" {' '.join(words(fold(said)))} "


def _shares(text: str, held: str) -> bool:
    """Say whether a paragraph of *text* stands in *held*."""
    passages = frozenset(held.split("\n"))
    return any(passage in passages for passage in text.split("\n") if passage.strip())
