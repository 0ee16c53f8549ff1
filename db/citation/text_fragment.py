"""Text fragment: an address that a browser opens at some words (WICG, URL Fragment Text Directives)."""

from __future__ import annotations

from urllib.parse import quote

# Up to so many words stand in the address whole; of more the first and the last ones do.
_WHOLE = 10
_END = 5


def text_fragment(url: str, words: str) -> str:
    """Return *url* with the fragment that leads to *words* in the page."""
    said = words.split()
    if not said:
        return url
    ends = [words] if len(said) <= _WHOLE else [" ".join(said[:_END]), " ".join(said[-_END:])]
    # A hyphen, a comma and an ampersand are syntax there.
    text = ",".join(quote(" ".join(one.split()), safe="").replace("-", "%2D") for one in ends)
    return f"{url.partition('#')[0]}#:~:text={text}"
