"""Preformatted: the lines of a text that is shown as it was typed."""

from __future__ import annotations

from typing import Any

from lxml import etree


def lines(node: Any) -> str:
    """Return the lines of preformatted text, without blank lines at its ends."""
    said = []
    for event, part in etree.iterwalk(node, events=("start", "end")):
        if event == "start":
            said.append("\n" if part.tag == "br" else part.text or "")
        elif part is not node:
            said.append(part.tail or "")
    typed = [line.rstrip() for line in "".join(said).expandtabs(4).replace("\r", "").split("\n")]
    while typed and not typed[0]:
        typed.pop(0)
    while typed and not typed[-1]:
        typed.pop()
    return "\n".join(line or " " for line in typed)
