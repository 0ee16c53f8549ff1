"""Text fragment: an address that a browser opens at certain words (WICG, URL Fragment Text Directives)."""

from __future__ import annotations

from urllib.parse import quote

# Up to this many words are included completely; of longer texts the first and the last words are.
_WHOLE = 10
_END = 5


def text_fragment(url: str, words: str) -> str:
    """Return *url* with a fragment that leads to *words* in the page."""
    said = words.split()
    if not said:
        return url
    ends = [words] if len(said) <= _WHOLE else [" ".join(said[:_END]), " ".join(said[-_END:])]
    # Hyphens, commas and ampersands are syntax in the fragment.
    text = ",".join(quote(" ".join(one.split()), safe="").replace("-", "%2D") for one in ends)
    return f"{url.partition('#')[0]}#:~:text={text}"
