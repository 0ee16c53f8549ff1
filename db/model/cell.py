"""Cell: a value as a spreadsheet may read it, as text and never as a formula."""

from __future__ import annotations

from archive.control_characters import neutral

# What a spreadsheet takes for the beginning of a formula, the wide forms of East Asia too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """Return *value* as a cell that is read as text: behind an apostrophe where it would be reckoned or run."""
    if not isinstance(value, str):
        return value
    shown = neutral(value)
    # Spreadsheets pass over spaces at the beginning, so they do not protect from a formula.
    return f"'{shown}" if shown.lstrip(" \u00a0").startswith(_FORMULA) else shown
