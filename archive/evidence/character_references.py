"""Character references: text whose `&...;` are decoded as browsers do (HTML 13.2.5.72), however long they are."""

from __future__ import annotations

import html
import re

# Eight digits after the zeros are beyond every character, so that further ones change nothing.
_NUMBER = re.compile(r"&#0*+([0-9]{0,8})[0-9]*+")


def decode_references(text: str) -> str:
    """Return *text* with its character references decoded; numbers of no character become U+FFFD. Never raises."""
    try:
        return html.unescape(text)
    except ValueError:
        # Python refuses to parse numbers of more than 4,300 digits.
        return html.unescape(_NUMBER.sub(_shortened, text))


def _shortened(found: re.Match[str]) -> str:
    digits = found[0] != "&#"  # "&#x41;" and a bare "&#" have no decimal number
    return f"&#{found[1] or '0'}" if digits else found[0]
