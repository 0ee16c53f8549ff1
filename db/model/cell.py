"""Cell: a value for spreadsheets, always read as text and never as a formula."""

from __future__ import annotations

from archive.control_characters import replace_control_characters

# Characters that begin a formula in spreadsheets, including the full-width forms.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """Return *value* for a spreadsheet cell, with an apostrophe in front if it would be taken for a formula."""
    if not isinstance(value, str):
        return value
    shown = replace_control_characters(value)
    # Spreadsheets skip leading spaces, so spaces do not protect against a formula.
    return f"'{shown}" if shown.lstrip(" \u00a0").startswith(_FORMULA) else shown
