"""Echoes: what gives a withheld item away elsewhere: its title, its first words, its address in a feed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from archive.evidence.markup import WordAutomaton
from archive.http.charset import charset_of, decode
from db.query.export_selection import Withheld
from db.search.words import fold

_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_NOT_WORDS = re.compile(r"[\W_]+")
SILENT = ("image/", "audio/", "video/", "font/")
"""Kinds of files in which nothing is written."""

# The first so many lines of a text are looked for, this much of each, unless it is shorter than the last.
_LINES, _OPENING, _OPENING_LEAST = 4, 60, 25
# So long a title tells an article from others by itself; a shorter one where its address stands there too.
_TELLING_WORDS, _TELLING_LENGTH = 3, 15


def plain(text: str) -> str:
    """Return the words of *text* folded, with one blank between, whatever markup or escapes they were written in."""
    # JSON first, then markup: what WordPress answers is HTML inside of JSON.
    text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text).replace("\\/", "/").replace("\\n", " ")
    for _ in range(2):  # a feed escapes the markup of what it carries
        text = html.unescape(_TAG.sub(" ", text))
    return f" {_NOT_WORDS.sub(' ', fold(_TAG.sub(' ', text))).strip()} "


def sayings(withheld: Withheld) -> Iterator[str]:
    """Yield what gives *withheld* away wherever it stands: a title that tells it, and how its text begins."""
    title = plain(withheld.title)
    if len(title.split()) >= _TELLING_WORDS and len(title) >= _TELLING_LENGTH:
        yield title
    lines = (plain(line) for line in withheld.text.splitlines())
    for line in [one for one in lines if len(one) >= _OPENING_LEAST][:_LINES]:
        # Cut between words, for what is looked for must not end in half of one.
        yield line if len(line) <= _OPENING else line[: line.rindex(" ", 0, _OPENING) + 1]


class Echo:
    """Knows what repeats the items of *withheld*; nothing where there are none."""

    def __init__(self, withheld: Iterable[Withheld]) -> None:
        held = list(withheld)
        words = {one.encode() for each in held for one in sayings(each)}
        keys = sorted({key.encode() for each in held for key in each.keys})
        # One automaton for all of them: an export goes once through each list and feed, however much is withheld.
        self._words = WordAutomaton(sorted(words)) if words else None
        # Not followed by a letter or hyphen: the address of one text may be how that of another begins.
        self._addresses = re.compile(b"|".join(re.escape(key) + rb"(?![\w-])" for key in keys)) if keys else None
        # For titles that are too short to tell a text by themselves.
        titled = [(each, plain(each.title)) for each in held]
        self._short = {key.encode(): title for each, title in titled if title.strip() for key in each.keys}

    def __bool__(self) -> bool:
        return self._addresses is not None

    def is_in(self, body: bytes, media_type: str) -> bool:
        """Say whether *body*, of *media_type*, shows a withheld item: its title, its first words, or in a feed its
        address. A sitemap that names the address alone says no more than that it was there."""
        # A feed or an answer of the API carries words beside each address; a sitemap carries none.
        listed = media_type.endswith(("xml", "json")) and _SITEMAP.search(body) is None
        return self.says(body, listed=listed)

    def named(self, data: bytes) -> bytes | None:
        """Return the first address of a withheld item in *data*, as a key, or None."""
        found = self._addresses.search(data) if self._addresses else None
        return found and found[0]

    def says(self, body: bytes, *, listed: bool = False) -> bool:
        """Say whether *body* has words of a withheld item; where it is *listed*, its address is enough."""
        # JSON may escape each slash.
        named = self.named(body.replace(b"\\/", b"/"))
        if named is not None and listed:
            return True
        said = plain(decode(body, charset_of(body)))
        if self._words is not None and next(self._words.find(said.encode("utf-8", "replace")), None) is not None:
            return True
        return named is not None and self._short.get(named, "\0") in said
