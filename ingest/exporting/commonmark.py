"""CommonMark: write words with their links, emphasis and note references as CommonMark 0.31.

Apart from `markdown.py`, which writes the blocks of a text: this writes what stands inside a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from db.citation.markdown import marked
from db.model.spans import SpanFormat, SpanKind, Stretch

# The delimiters of emphasis; other spans become links, code or HTML.
_DELIMITERS = {SpanKind.EMPHASIS: "*", SpanKind.STRONG: "**"}
_CODE_LIKE = frozenset({SpanKind.CODE, SpanKind.FORMULA})
# Characters that would end an address, or the table cell that contains it.
_UNSAFE = re.compile(r"[\s<>\\|`]")
# Characters that end a table cell or the label of a definition even inside code.
_ENDS_CELL = re.compile(r"\||\]:")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# An address that needs no angle brackets.
_PLAIN = re.compile(r"[\w:/?&=#%.,+~-]+", re.ASCII)


def way(note: Callable[[str], str]) -> SpanFormat:
    """Return the rules for writing words with spans; *note* writes a reference to a note."""
    return SpanFormat(_before_sign, note, _span)


def _before_sign(words: str) -> str:
    # Escape a final "!": if a bracket follows, the two would start an image.
    return f"{marked(words[:-1])}\\!" if words.endswith("!") else marked(words)


def _span(one: Stretch) -> str:
    """Return the words of a span as a link, emphasis, code or HTML."""
    kind = one.span.kind
    if kind is SpanKind.LINK:
        return _link(one)
    if kind in _DELIMITERS:
        return _emphasis(one, _DELIMITERS[kind])
    if kind in _CODE_LIKE and one.bare and not _ENDS_CELL.search(one.words) and one.touching.isdisjoint(_CODE_LIKE):
        # Code needs no escapes. A formula is written in GitHub's form $`x`$.
        code = _code(one.words)
        return code if kind is SpanKind.CODE else f"${code}$"
    tag = "code" if kind is SpanKind.FORMULA else kind.value
    return f"<{tag}>{one.written}</{tag}>"


def _link(one: Stretch) -> str:
    url = one.span.url or ""
    if not url.startswith(("http://", "https://")):
        return one.written
    if not _PLAIN.fullmatch(url):
        url = f"<{_ENTITY.sub('%26', _UNSAFE.sub(lambda found: _percent(found[0]), url))}>"
    return f"[{one.written}]({url})"


def _percent(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode())


def _emphasis(one: Stretch, delimiter: str) -> str:
    """Return words between delimiters, or as HTML if the delimiters would be misread.

    A delimiter next to punctuation needs a space or punctuation on its other side (CommonMark section 6.2).
    """
    opens = one.written[:1].isalnum() or _separates(one.before)
    closes = one.written[-1:].isalnum() or _separates(one.after)
    # Next to another delimiter, the two would form one run.
    if opens and closes and one.touching.isdisjoint(_DELIMITERS):
        return f"{delimiter}{one.written}{delimiter}"
    tag = one.span.kind.value
    return f"<{tag}>{one.written}</{tag}>"


def _separates(sign: str) -> bool:
    return not sign or sign.isspace() or unicodedata.category(sign)[0] in "PS"


def _code(words: str) -> str:
    # Longer than any run of backquotes inside, and separated by a space from one at the ends (section 6.1).
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", words)), default=0))
    edge = " " if words[0] in "` " or words[-1] in "` " else ""
    return f"{fence}{edge}{words}{edge}{fence}"
