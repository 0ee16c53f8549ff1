"""Counts as they are printed: a table with bars, JSON, and a plot in SVG."""

from __future__ import annotations

import html
from collections.abc import Sequence

from archive.control_characters import in_json, neutral

Rows = Sequence[tuple[str, int]]
_BAR = 40
"""Characters of the longest bar."""
_ROW, _LEFT, _WIDTH = 22, 220, 720
"""Of the plot, in pixels: a row, where the bars begin, and all of it."""


def as_table(rows: Rows) -> list[str]:
    """Return a line for each of *rows*: value, count, and a bar."""
    most = max((count for _, count in rows), default=1)
    width = min(max((len(value) for value, _ in rows), default=0), 40)
    return [f"{value[:40]:<{width}}  {count:>8,}  {'█' * max(1, count * _BAR // most)}" for value, count in rows]


def as_json(query: str, kind: str, total: int, rows: Rows) -> str:
    """Return *rows* as one JSON object."""
    counts = [{"value": value, "items": count} for value, count in rows]
    return in_json({"query": query, "by": kind, "items": total, "counts": counts})


def as_svg(title: str, rows: Rows) -> str:
    """Return *rows* as a plot of bars, each with its value and count as text: it is read aloud, and printed."""
    most = max((count for _, count in rows), default=1)
    height = _ROW * (len(rows) + 2)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="13">',
        f"<title>{html.escape(title)}</title>",
        f'<text x="8" y="{_ROW - 6}" font-weight="bold">{html.escape(title)}</text>',
    ]
    for number, (value, count) in enumerate(rows, 1):
        y = _ROW * number
        length = (_WIDTH - _LEFT - 80) * count // most
        shown = html.escape(neutral(value if len(value) <= 30 else f"{value[:29]}…"))
        lines.append(f'<text x="{_LEFT - 8}" y="{y + 16}" text-anchor="end">{shown}</text>')
        lines.append(f'<rect x="{_LEFT}" y="{y + 4}" width="{length}" height="{_ROW - 8}" fill="#3b6ea5"/>')
        lines.append(f'<text x="{_LEFT + length + 6}" y="{y + 16}">{count:,}</text>')
    return "\n".join([*lines, "</svg>"])
