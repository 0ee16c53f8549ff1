"""Find words in an entity, as byte ranges and the decoding that turns them into words; read them back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from heapq import merge
from itertools import chain, islice

from archive.errors import BadRange
from archive.evidence import markup, projection
from archive.evidence.markup import RawElements
from archive.evidence.passage import Decoding, Passage, Place
from archive.evidence.projection import Projection, Rule, find_backwards, find_forwards, unicode_forms
from archive.http.charset import Decoded, charset_of, decode_part, with_byte_order

__all__ = ["BadRange", "Decoding", "Passage", "Place", "Source", "charset_of", "fold", "locate", "words_at"]


def fold(words: str) -> str:
    """Return *words* with each run of white space (no-break spaces too) as one space, and none at the ends."""
    return " ".join(words.split())


# Joined: in text, words continue across tags and comments; two attributes or two JSON strings never join.
_RULES = {
    Place.TEXT: Rule(markup.text_spans, projection.REFERENCES, projection.undo_reference, joined=True),
    Place.ATTRIBUTE: Rule(markup.attribute_spans, projection.ATTRIBUTE_REFERENCES, projection.undo_in_attribute),
    Place.JSON: Rule(markup.json_spans, projection.ESCAPES, projection.undo_escape, signs="\\"),
    Place.JSON_HTML: Rule(markup.json_spans, projection.ESCAPES_OF_HTML, projection.undo_in_json, signs="\\<&"),
    Place.PLAIN: Rule(markup.plain_spans, projection.DAMAGE, projection.undo_nothing, joined=True),
}


def words_at(entity: bytes, ranges: tuple[tuple[int, int], ...], decoding: Decoding) -> str:
    """Return the words in *ranges* of *entity*, white space folded.

    Two ranges are joined without a space only if nothing but comments and inline tags stands between them.

    Raises:
        BadRange: the ranges are not ascending within the entity, or Python does not know the charset.
    """
    try:
        charset = with_byte_order(decoding.charset, entity)
    except LookupError:
        raise BadRange(f"unknown charset {decoding.charset}", ranges) from None
    rule = _RULES[decoding.place]
    words: list[str] = []
    before = 0
    for start, end in ranges:
        if not before <= start <= end <= len(entity):
            raise BadRange(f"not ascending within {len(entity)} bytes", ranges)
        # A block tag or white space separates two words; an inline tag may stand inside one.
        if words and (not rule.joined or markup.separates_words(decode_part(entity, before, start, charset))):
            words.append(" ")
        words.append(rule.decode(decode_part(entity, start, end, charset)))
        before = end
    return fold("".join(words))


# How many bytes around the wanted place are searched first, and second.
_NEAR = (4096, 65536)
# How many occurrences are compared before the best one so far is taken.
_TRIES = 64
# The most occurrences that are looked at.
_MOST = 10_000
# A stretch of at most this many bytes is first searched as it is, before anything in it is decoded.
_SHORT = 2048


class Source:
    """An entity and its charset, ready for many searches. Each projection is made once, when it is first needed.

    Args:
        text: returns the entity as `archive.http.charset.decode` does, if another caller needs that text too.

    Raises:
        LookupError: Python does not know the text encoding (ask charset_of first).
    """

    def __init__(self, entity: bytes, charset: str, text: Callable[[], str] | None = None) -> None:
        self.entity = entity
        # Most pages are UTF-8, so the codec need not be looked up.
        self.charset = charset if charset == "utf-8" else with_byte_order(charset, entity)
        self._text = text
        self._projections: dict[Place, Projection] = {}
        self._spans: dict[object, list[markup.Span]] = {}
        self._local: dict[tuple[Place, markup.Span], Projection] = {}
        self._parts: dict[markup.Span, Source] = {}
        self._as_it_is = self.charset == "utf-8"

    @property
    def text(self) -> str:
        """The decoded entity, including markup."""
        return self._decoded.text

    @cached_property
    def in_utf8(self) -> bytes:
        """The entity in UTF-8, whatever its own charset."""
        return self.entity if self._as_it_is else self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def raw_elements(self) -> RawElements:
        """The comments, scripts and styles in `in_utf8`."""
        return RawElements(self.in_utf8)

    def inside(self, words: str, place: Place, stretch: markup.Span) -> Passage | None:
        """Return where *words* are in a *stretch* of `in_utf8`, found as by `locate`, or None.

        The stretch is an element, a tag or a JSON value, quotation marks and brackets included. It is read alone, as if
        nothing surrounded it.
        """
        start, end = map(self._back, stretch)
        plain = self._verbatim(words, place, start, end) if self._as_it_is else None
        if plain is not None:
            return plain
        part = self._parts.get((start, end))
        if part is None:
            part = self._parts[start, end] = Source(self.entity[start:end], self.charset)
        found = part.locate(words, place=place)
        if found is None:
            return None
        ranges = tuple((start + low, start + high) for low, high in found.ranges)
        # A stateful charset reads differently when decoding starts in the middle.
        as_whole = self._as_it_is or words_at(self.entity, ranges, found.decoding) == found.words
        return found._replace(ranges=ranges) if as_whole else self.locate(words, place=place, within=(start, end))

    def _verbatim(self, words: str, place: Place, start: int, end: int) -> Passage | None:
        """Return *words* if they fill a run of the UTF-8 between *start* and *end* alone. The result equals that of
        `locate`, without squeezing or decoding anything. None means that the full search has to decide.
        """
        try:
            text = self.entity[start:end].decode() if end - start <= _SHORT else ""
        except UnicodeDecodeError:
            return None
        rule, folded = _RULES[place], fold(words)
        # The words must occur exactly once, ignoring white space; otherwise another occurrence may be preferred.
        if not folded or fold(text).count(folded) != 1 or "\ufffd" in text or any(map(text.__contains__, rule.signs)):
            return None
        runs = [(low, high) for low, high in rule.spans(text) if not text[low:high].isspace()]
        if rule.joined and len(runs) > 1:
            return None
        for low, high in runs:
            if text[low:high].strip() == folded:
                begin = start + len(text[: text.index(folded, low)].encode())
                ranges = ((begin, begin + len(folded.encode())),)
                return Passage(folded, ranges, Decoding(self.charset, place))
        return None

    @cached_property
    def _decoded(self) -> Decoded:
        return Decoded(self.entity, self.charset, self._text() if self._text is not None else None)

    def locate(
        self,
        words: str,
        *,
        place: Place = Place.TEXT,
        near: int | None = None,
        within: tuple[int, int] | None = None,
    ) -> Passage | None:
        """Return where *words* stand, or None.

        White space, and tags and comments between or inside words, make no difference; letter case does. Preferred is
        an occurrence with the same spaces that is not part of a longer word and is in one piece; among equals the
        nearest to the byte *near*, or else the first. If JSON strings do not hold the words as they are, they are
        searched as HTML too (JSON_HTML).

        Args:
            within: only occurrences that lie entirely in this byte range.
        """
        # Content systems put HTML into JSON. Words without tags are found in the first pass.
        for place_tried in (place, Place.JSON_HTML) if place is Place.JSON else (place,):
            for needle in unicode_forms(words):
                if found := self._best(needle, place_tried, near, within):
                    return found
        return None

    def _character(self, at: int) -> int:
        """Return the index of the character of the text that begins at byte *at* of its UTF-8."""
        if self._as_it_is:
            return self._index(at)
        return len(self.in_utf8[:at].decode("utf-8", "surrogatepass"))

    def _back(self, at: int) -> int:
        """Return the offset in the entity of the character that begins at byte *at* of its text in UTF-8."""
        return at if self._as_it_is else self._decoded.offset(self._character(at))

    def find_all(self, words: str, *, place: Place = Place.TEXT) -> Iterator[Passage]:
        """Yield every occurrence of *words*, in order, none overlapping; at most 10,000."""
        for needle in unicode_forms(words):
            found = (passage for passage, _ in self._occurrences(self._projection(place), needle, place, None, None))
            first = next(found, None)
            if first:
                yield from islice(chain((first,), found), _MOST)
                return

    def _best(self, needle: str, place: Place, near: int | None, within: tuple[int, int] | None) -> Passage | None:
        best: tuple[int, Passage] | None = None
        for projected, reach in self._projected(place, needle, near if within is None else None):
            for passage, whole in islice(self._occurrences(projected, needle, place, near, within), _TRIES):
                # Equal spaces count more than a whole word: "in to" is not "into".
                rank = 2 * (passage.words == needle) + whole
                if reach is not None and near is not None and abs(passage.ranges[0][0] - near) >= reach:
                    break  # an occurrence not looked at may be nearer
                if rank == 3:
                    return passage
                if best is None or rank > best[0]:
                    best = rank, passage
        return best[1] if best else None

    def _projected(self, place: Place, needle: str, near: int | None) -> Iterator[tuple[Projection, int | None]]:
        """Yield projections to search one after the other: first of the runs near *near*, where the words usually are,
        then of all runs. With each comes the distance from *near* up to which it is complete (None: everywhere).
        """
        if near is not None and place not in self._projections:
            yield from self._nearby(place, near, len("".join(needle.split())))
        yield self._projection(place), None

    def _nearby(self, place: Place, near: int, size: int) -> Iterator[tuple[Projection, int]]:
        """Yield projections of wider and wider surroundings of the byte *near*. With each comes a distance: any text of
        this
        *size* (squeezed) that begins closer to *near* is in the projection.
        """
        # The entity is cut into runs once; only the runs near *near* are squeezed.
        runs = self._runs(place)
        for reach in _NEAR:
            low, high = self._index(near - reach), self._index(near + reach)
            first = max(0, bisect_right(runs, (low, low)) - 1)
            last = bisect_right(runs, (high, high))
            local = self._local.get((place, (first, last)))
            if local is None:
                # Keep only the last one: claims of one record are near each other, and a projection takes as much
                # memory as the text.
                self._local = {(place, (first, last)): (local := self._squeezed(place, runs[first:last]))}
            # On either side everything up to these distances is in this projection. Text farther away may be
            # missing and is searched later.
            behind = near - self._decoded.offset(runs[first][0]) if first else len(self.entity)
            ahead = len(self.entity)
            if last < len(runs):
                begins = len(local.text) - size  # later text may continue in runs outside it
                ahead = self._decoded.offset(local.spans(begins, begins + 1)[0][0]) - near if begins >= 0 else 0
            if min(ahead, behind) > 0:
                yield local, min(ahead, behind)

    def _runs(self, place: Place) -> list[markup.Span]:
        find = _RULES[place].spans
        if find not in self._spans:
            self._spans[find] = list(find(self.text))
        return self._spans[find]

    def _occurrences(
        self, projected: Projection, needle: str, place: Place, near: int | None, within: tuple[int, int] | None
    ) -> Iterator[tuple[Passage, bool]]:
        """Yield each passage and whether it consists of whole words, the nearest to *near* first."""
        squeezed = "".join(needle.split())
        if not squeezed or squeezed not in projected.text:
            return
        # Search in the projection; only occurrences that are found are converted to byte ranges.
        low, high = (0, len(projected.text)) if within is None else projected.bounds(*map(self._index, within))
        if near is None:
            places = find_forwards(projected.text, squeezed, low, high)
        else:

            def distance(at: int) -> int:
                return abs(self._decoded.offset(projected.spans(at, at + 1)[0][0]) - near)

            ahead = find_forwards(projected.text, squeezed, max(low, projected.squeezed_index(self._index(near))), high)
            behind = find_backwards(projected.text, squeezed, low, projected.squeezed_index(self._index(near)))
            places = merge(ahead, behind, key=distance)
        for at in islice(places, _MOST):
            spans = projected.spans(at, at + len(squeezed))
            ranges = tuple((self._decoded.offset(start), self._decoded.offset(end)) for start, end in spans)
            if within is not None and not within[0] <= ranges[0][0] <= ranges[-1][1] <= within[1]:
                continue
            decoding = Decoding(self.charset, place)
            found = words_at(self.entity, ranges, decoding)
            # Decoded alone, these bytes may read differently, for example if a run was cut inside a reference.
            # Then they prove nothing.
            if "".join(found.split()) == squeezed:
                yield Passage(found, ranges, decoding), self._whole(spans[0][0], spans[-1][1], squeezed)

    def _whole(self, start: int, end: int, words: str) -> bool:
        text = self.text
        # A letter on both sides of an end means that the words are part of a longer one there.
        return not (
            (start > 0 and text[start - 1].isalnum() and words[0].isalnum())
            or (end < len(text) and text[end].isalnum() and words[-1].isalnum())
        )

    def _index(self, offset: int) -> int:
        return self._decoded.index(max(0, min(offset, len(self.entity))))

    def _projection(self, place: Place) -> Projection:
        if place not in self._projections:
            self._projections[place] = self._squeezed(place, self._runs(place))
        return self._projections[place]

    def _squeezed(self, place: Place, spans: Iterable[markup.Span]) -> Projection:
        return Projection(self.text, _RULES[place], spans, damage=self._damage)

    @cached_property
    def _damage(self) -> bool:
        return projection.has_decoding_damage(self.text)


def locate(
    entity: bytes, words: str, *, charset: str = "utf-8", place: Place = Place.TEXT, near: int | None = None
) -> Passage | None:
    """Return where *words* are in *entity*, or None. For several searches in one entity, keep a Source."""
    return Source(entity, charset).locate(words, place=place, near=near)
