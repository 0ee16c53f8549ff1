"""Echoes: traces of a withheld item elsewhere: its title, its first words, its address in a feed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from itertools import islice

from archive.evidence.character_references import decode_references
from archive.evidence.markup import WordAutomaton
from archive.http.charset import charset_of, decode
from db.query.export_selection import Withheld, withheld_editions
from db.search.words import fold

_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_GOES_ON = re.compile(rb"[\w-]")
_NOT_WORDS = re.compile(r"[\W_]+")
SILENT = ("image/", "audio/", "video/", "font/")
"""File types without text."""

# The first lines of a text are searched for: so many, this much of each, and only lines of this minimum length.
_LINES, _OPENING, _OPENING_LEAST = 4, 60, 25
# A title of this length identifies an article; a shorter one does so only together with the article's address.
_TELLING_WORDS, _TELLING_LENGTH = 3, 15
# Words that so many shown items contain identify none: the standing first line of a series, "The future of Europe".
_STANDING = 3


def plain(text: str) -> str:
    """Return the words of *text* folded and separated by single blanks, with all markup and escapes removed."""
    # JSON first, then markup, because WordPress answers with HTML inside JSON.
    text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text).replace("\\/", "/").replace("\\n", " ")
    for _ in range(2):  # a feed escapes the markup inside it
        text = decode_references(_TAG.sub(" ", text))
    return f" {_NOT_WORDS.sub(' ', fold(_TAG.sub(' ', text))).strip()} "


def identifying_words(withheld: Withheld) -> Iterator[str]:
    """Yield the words that identify *withheld* anywhere: a title that is long enough, and the beginnings of its
    lines.
    """
    title = plain(withheld.title)
    if len(title.split()) >= _TELLING_WORDS and len(title) >= _TELLING_LENGTH:
        yield title
    lines = (plain(line) for line in withheld.text.splitlines())
    for line in islice((one for one in lines if len(one) >= _OPENING_LEAST), _LINES):
        # Cut between words, because the search text must not end inside a word.
        yield line if len(line) <= _OPENING else line[: line.rindex(" ", 0, _OPENING) + 1]


def _stand_elsewhere(connection: sqlite3.Connection, words: str) -> bool:
    """Say whether several shown items contain *words*; the index knows no withheld ones."""
    query = "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT ?)"
    (found,) = connection.execute(query, (f'{{title text}} : "{words.strip()}"', _STANDING)).fetchone()
    return bool(found >= _STANDING)


class Echo:
    """Recognises content that repeats the withheld items of a catalogue.

    Words that several shown items contain do not count, or these would be taken for repetitions too.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        held = list(withheld_editions(connection))
        # Whether shown items contain them too is asked of the few that occur, because each question takes time.
        self._words = sorted({one.encode() for each in held for one in identifying_words(each)})
        self._sure: set[bytes] = set()
        self._sought = self._automaton()
        self._keys = sorted({key.encode() for each in held for key in each.keys})
        # One pattern of all would try each of them at every byte, where several publishers' addresses are withheld.
        self._addresses = WordAutomaton(self._keys) if self._keys else None
        # Titles, because one that is too short or too common to identify a text does so beside its address.
        self._titles: dict[bytes, set[str]] = {}
        for each in held:
            if (title := plain(each.title)).strip():
                for key in each.keys:
                    self._titles.setdefault(key.encode(), set()).add(title)

    def _automaton(self) -> WordAutomaton | None:
        # One for all words, so that each list and feed is scanned once, however much is withheld.
        return WordAutomaton(self._words) if self._words else None

    def __bool__(self) -> bool:
        return self._addresses is not None

    def occurs_in(self, body: bytes, media_type: str) -> bool:
        """Say whether *body*, of *media_type*, shows a withheld item: its title, its first words, or its address in a
        feed. An address in a sitemap only says that the page existed."""
        # A feed or an API answer has text with each address; a sitemap has none.
        listed = media_type.endswith(("xml", "json")) and _SITEMAP.search(body) is None
        return self.contains_words(body, listed=listed)

    def named(self, data: bytes) -> bytes | None:
        """Return the first address of a withheld item in *data*, as a key, or None."""
        return next(self._named(data), None)

    def _named(self, data: bytes) -> Iterator[bytes]:
        for found, _, end in self._addresses.find(data, overlapping=True) if self._addresses else ():
            # One text's address may be the beginning of another's.
            if not _GOES_ON.match(data, end):
                yield self._keys[found]

    def contains_words(self, body: bytes, *, listed: bool = False) -> bool:
        """Say whether *body* contains words of a withheld item; in a *listed* body its address is enough."""
        # JSON may escape each slash.
        named = set(self._named(body.replace(b"\\/", b"/")))
        if named and listed:
            return True
        said = plain(decode(body, charset_of(body)))
        if self._identifies(said.encode("utf-8", "replace")):
            return True
        return any(title in said for key in named for title in self._titles.get(key, ()))

    def _identifies(self, said: bytes) -> bool:
        """Say whether *said* contains words that no other item, or few of them, contain."""
        while self._sought is not None:
            common: set[bytes] = set()
            for found, _, _ in self._sought.find(said):
                words = self._words[found]
                if words in common:
                    continue
                if words in self._sure or not _stand_elsewhere(self._connection, words.decode()):
                    self._sure.add(words)
                    return True
                common.add(words)
            if not common:
                return False
            # Searched again without them, because of two that overlap only one is found.
            self._words = [words for words in self._words if words not in common]
            self._sought = self._automaton()
        return False
