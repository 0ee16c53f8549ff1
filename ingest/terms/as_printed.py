"""Words that phrases found, which are folded, as the sentence prints them: with its accents and capitals."""

from __future__ import annotations

from ingest.terms.phrases import fold

_POINTS = " .,;:!?()[]\"'„“”«»"


def as_printed(found: str, sentence: str) -> str:
    """The words of *sentence* that fold to *found*; *found* itself where names or licences stand among them."""
    words = sentence.split()
    folded = [fold(word).strip(_POINTS) for word in words]
    sought = [word.strip(_POINTS) for word in found.split()]
    if not any(sought):
        return found
    length = len(sought)
    for start in range(len(words) - length + 1):
        if folded[start : start + length] == sought:
            return " ".join(words[start : start + length]).strip(_POINTS)
    return found
