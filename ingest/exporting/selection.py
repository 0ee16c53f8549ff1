"""Selection: which items and records an export holds, found once and fixed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archive.errors import BadHead, CannotReplay, Damaged
from archive.evidence.markup import WordAutomaton
from archive.http.charset import charset_of, decode
from archive.replay import entity_of
from archive.warc.capture import Capture, CaptureKind
from archive.warc.reader import read_record_at
from archive.warc.record import Record, RecordType
from archive.warc.writer import locate_file
from db.model.item import Item, Tombstone
from db.query.export_selection import Chosen, Withheld
from db.search.words import fold
from ingest.exporting.order import Handed, Order, nothing
from ingest.progress import counted

# Echoes: what repeats a withheld item somewhere else: lists and feeds with its title or first words, text records.

_OF_CAPTURES = frozenset({RecordType.RESPONSE, RecordType.REVISIT, RecordType.REQUEST, RecordType.WARCINFO})
_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_NOT_WORDS = re.compile(r"[\W_]+")
_SILENT = ("image/", "audio/", "video/", "font/")
"""Kinds of files in which nothing is written."""

_LINES, _OPENING, _OPENING_LEAST = 4, 60, 25
"""The first so many lines of a text are looked for, this much of each, unless it is shorter than the last."""
_TELLING_WORDS, _TELLING_LENGTH = 3, 15
"""So long a title tells an article from others by itself; a shorter one where its address stands there too."""


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


@dataclass(slots=True)
class Echoes:
    """Finds what repeats the items of *withheld*; nothing where there are none.

    Attributes:
        records: how many records beside captures and notes were left out for that reason.
    """

    order: Order
    withheld: Iterable[Withheld]
    records: int = 0
    _words: WordAutomaton | None = field(default=None, init=False)
    _addresses: re.Pattern[bytes] | None = field(default=None, init=False)
    _short: dict[bytes, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        held = list(self.withheld)
        words = {one.encode() for each in held for one in sayings(each)}
        keys = sorted({key.encode() for each in held for key in each.keys})
        # One automaton for all of them: an export goes once through each list and feed, however much is withheld.
        self._words = WordAutomaton(sorted(words)) if words else None
        if keys:
            # Not followed by a letter or hyphen: the address of one text may be how that of another begins.
            self._addresses = re.compile(b"|".join(re.escape(key) + rb"(?![\w-])" for key in keys))
        for each in held:
            title = plain(each.title)
            if title.strip():
                # For titles that are too short to tell a text by themselves.
                self._short |= {key.encode(): title for key in each.keys}

    def __bool__(self) -> bool:
        return self._addresses is not None

    def repeats(self, capture: Capture) -> bool:
        """Say whether *capture* shows a withheld item: its title, its first words, or in a feed its address.

        A sitemap that names the address alone says no more than that it was there. A record that cannot be read
        repeats nothing: whoever copies it will find that out.
        """
        if not self or capture.kind is not CaptureKind.RESPONSE or capture.media_type.startswith(_SILENT):
            return False
        try:
            body = entity_of(self.order.layout.warcs, capture, self.order.catalogue.original).body
        except (Damaged, CannotReplay, BadHead, OSError):
            return False
        # A feed or an answer of the API carries words beside each address; a sitemap carries none.
        listed = capture.media_type.endswith(("xml", "json")) and _SITEMAP.search(body) is None
        return self._says(body, listed=listed)

    def states(self, file: str, offset: int) -> bool:
        """Say whether the note at *offset* of *file* holds words of a withheld item."""
        if not self:
            return False
        try:
            return self._says(read_record_at(locate_file(self.order.layout.warcs, file), offset).block)
        except (Damaged, OSError):
            return False

    def carries(self, record: Record) -> bool:
        """Say whether a record beside the captures, such as the text of a page, is about a withheld item."""
        if not self or record.type in _OF_CAPTURES:
            return False
        about = (record.get("WARC-Target-URI") or "").encode()
        found = self._named(about) is not None or self._says(record.block)
        self.records += found
        return found

    def _named(self, data: bytes) -> bytes | None:
        found = self._addresses.search(data) if self._addresses else None
        return found and found[0]

    def _says(self, body: bytes, *, listed: bool = False) -> bool:
        # JSON may escape each slash.
        named = self._named(body.replace(b"\\/", b"/"))
        if named is not None and listed:
            return True
        said = plain(decode(body, charset_of(body)))
        if self._words is not None and next(self._words.find(said.encode("utf-8", "replace")), None) is not None:
            return True
        return named is not None and self._short.get(named, "\0") in said


@dataclass(slots=True)
class Selection:
    """What an export holds.

    Attributes:
        echoes: finds what repeats a withheld item; whoever copies records the catalogue does not know asks it.
        withheld: how many of the items that were named are withheld.
        absent: references of items that were not held yet on the day asked for.
    """

    chosen: Chosen
    echoes: Echoes
    withheld: int = 0
    absent: list[str] = field(default_factory=list)

    def items(self, order: Order) -> Iterator[Item]:
        """Yield the items that are handed on, as they stood on the day asked for."""
        shown: set[str] = set()
        for item in order.choice.items(order.catalogue):
            if not isinstance(item, Tombstone) and item.id not in shown:
                if not order.choice.everything:  # there each comes once
                    shown.add(item.id)
                yield item

    def handed(self, **contents: int) -> Handed:
        """Return what was handed on, with how many there are of each thing in *contents*."""
        notes = [f"{ref} was not held on that day" for ref in self.absent]
        if self.chosen.echoes:
            pages = counted(self.chosen.echoes, "capture")
            notes.append(f"left out too: {pages} of lists, feeds and other pages with its title or first words")
        if self.echoes.records:
            notes.append(f"left out too: {counted(self.echoes.records, 'record')} about what is withheld")
        if self.chosen.unshown:
            notes.append(
                f"left out too: {counted(self.chosen.unshown, 'capture')} with the same bytes as what is withheld"
            )
        named = {noun.replace("_", " "): number for noun, number in contents.items()}
        return Handed(self.chosen.count(), self.withheld, named, tuple(notes))


def select(order: Order) -> Selection:
    """Find what *order* names.

    Raises:
        Refused: nothing was named, or nothing is left of it (usage).
    """
    choice, catalogue = order.choice, order.catalogue
    chosen = Chosen(catalogue.connection, until=choice.at)
    selection = Selection(chosen, Echoes(order, chosen.withheld()))
    # Of all, the records too that no item was made of: only so is an export of all a copy of the archive.
    if choice.everything and not choice.refs and choice.query is None:
        selection.chosen.add_everything(settings=order.with_settings)
        selection.withheld = catalogue.counts()["withheld"]
    else:
        for item in choice.items(catalogue, selection.absent.append):
            if isinstance(item, Tombstone):
                selection.withheld += 1
            else:
                selection.chosen.add_item(item)
    selection.chosen.settle(selection.echoes.repeats, selection.echoes.states)
    # By records and not by items: what was collected and makes no item is worth handing on.
    if not selection.chosen.files():
        raise nothing(choice, selection.withheld)
    return selection
