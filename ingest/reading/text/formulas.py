"""Formulas: write MathML, and TeX in scripts, as a line of text: the TeX if the page has it, else its signs."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

FORMULA = "data-formula"
"""The attribute of an element that holds a formula as one line."""
LONGEST = 2000
"""A formula with more signs than this is dropped."""
DEPTH = 40
_TEX = ("application/x-tex", "tex", "latex", "application/x-latex")
# Wikipedia states the display size around every formula.
_STYLED = re.compile(r"\{\\(?:displaystyle|textstyle)\s+(.*)\}")
# Class names of elements that show a formula a second time, sign by sign.
_DRAWN = ("katex-html", "MathJax_Preview", "mathjax_preview", "MJX_Assistive_MathML")
# Spaces inside brackets and before a comma.
_TIGHT = re.compile(r"(?<=[(\[{]) | (?=[)\]},;.])")
_TABLED = {"mtable": "; ", "mtr": " "}
_OVER = {"msup": "^", "mover": "^", "msub": "_", "munder": "_"}


def write(root: Any) -> None:
    """Write each formula in *root* as a line of text, in an element that is marked as a formula."""
    for math in list(root.iter("math")):
        _replace(math, _tex(math) or _typed(math))
        _uncover(math)
    for script in list(root.iter("script")):
        if (script.get("type") or "").startswith("math/tex"):
            _replace(script, (script.text or "").strip())


def _replace(element: Any, line: str) -> None:
    element.clear(keep_tail=True)
    element.tag = "span"
    line = " ".join(line.split())
    if line and len(line) <= LONGEST:
        element.text = line
        element.set(FORMULA, "")


def _tex(math: Any) -> str:
    notes = (note.text for note in math.iter("annotation") if (note.get("encoding") or "").lower() in _TEX)
    said = next((text for text in notes if text and text.strip()), None) or math.get("alttext") or ""
    shown = _STYLED.fullmatch(" ".join(said.split()))
    return shown[1] if shown else said


def _typed(node: Any, depth: int = 0) -> str:
    """Return the signs of MathML in one line: ``x^2``, ``(a)/(b)``."""
    if not isinstance(node.tag, str) or depth > DEPTH or node.tag.startswith("annotation"):
        return ""
    said = [_typed(child, depth + 1) for child in node]
    if node.tag == "mfrac" and len(said) == 2:
        return f"({said[0]})/({said[1]})"
    if node.tag in _OVER and len(said) == 2:
        return f"{said[0]}{_OVER[node.tag]}{_held(said[1])}"
    if node.tag in ("msubsup", "munderover") and len(said) == 3:
        return f"{said[0]}_{_held(said[1])}^{_held(said[2])}"
    if node.tag in _TABLED:
        return _TABLED[node.tag].join(said)
    if node.tag == "msqrt":
        return f"√({' '.join(said)})"
    # With spaces, because two letters without one would read as a single name.
    return _TIGHT.sub("", " ".join(filter(None, [(node.text or "").strip(), *said])))


def _held(said: str) -> str:
    return said if len(said) == 1 else f"{{{said}}}"


def _uncover(math: Any) -> None:
    """Show a formula that its page hides behind a picture, and drop elements next to it that draw it again."""
    for holder in islice(math.iterancestors(), 2):
        if "none" in (holder.get("style") or ""):
            del holder.attrib["style"]
        for other in list(holder):
            if other is not math and any(name in (other.get("class") or "") for name in _DRAWN):
                other.clear(keep_tail=True)
