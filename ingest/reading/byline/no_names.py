"""No names: what stands where a name could and is none, in a dozen languages (`no_names.txt`): words of an interface,
days and months, forms of companies, degrees, sections."""

from __future__ import annotations

from pathlib import Path

from ingest.reading.page.short_words import remembered

_LISTED = [
    line
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
_WHOLE = frozenset(line for line in _LISTED if "*" not in line)
_BEGINNINGS = tuple(line[:-1] for line in _LISTED if line.endswith("*"))
_ENDS = tuple(line[1:] for line in _LISTED if line.startswith("*"))


@remembered(4096)
def listed(words: str) -> bool:
    """Say whether *words*, all that stands where a name could, are none."""
    lowered = words.lower()
    return lowered in _WHOLE or lowered.startswith(_BEGINNINGS) or lowered.endswith(_ENDS)
