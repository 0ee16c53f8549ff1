"""Tags: the subjects in which the publisher files the text, as printed: which words are tags, and which list counts."""

from __future__ import annotations

import re

from ingest.reading.candidate import Candidate
from ingest.reading.page.once import remembered
from ingest.reading.page.page import fold
from ingest.reading.vocabulary import pattern, word_set

LABELS = word_set("metadata.tag_labels")
"""Labels before a colon and tags."""
CALLED = LABELS | word_set("metadata.tag_headings")
"""Words that by themselves announce tags."""
_CONTROLS = pattern("metadata.tag_controls")
_CONTROL = re.compile(rf"\+?\s*(?:{_CONTROLS})\W*|\+\s?\d{{1,3}}(?:\s{_CONTROLS})?", re.I)
_COUNT = re.compile(rf"\s*[(\[]\d{{1,5}}(?:\s+{pattern('byline.counted_words')})?[)\]]$", re.I)
NUMBER = re.compile(r"\d{5,}")
# The prefix of tags that only a newsroom's own programs read.
_INTERNAL = "_"
_PLACED = re.compile(rf"(?:{pattern('metadata.placements')})(?:\s+\d+)?(?:\s+slider)?|slider(?:\s.*)?", re.I)
_LABELLED = re.compile(r"^([A-Za-z][\w ]{1,24}):\s*(\S.*)$")
# A tag after its type, as a path in the publisher's system.
_PATHED = re.compile(
    r"(?:sections?|topics?|tags?|subjects?|keywords?|categor(?:y|ies)|organi[sz]ations?|persons?|people|"
    r"places?|locations?)/(\S.*)"
)
_CODE = re.compile(r"[A-Z]{2,7}\d{0,3}")
CODES = 5
"""At least this many codes are marks of a system; fewer may be names that people know ("NATO", "EU")."""
_SUBJECTS = word_set("metadata.subject_labels")
# What only a system reads: its own numbers, a key, a host.
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}.*|[a-z0-9]+_[a-z0-9_-]+|[a-z0-9-]+\.(?:com|org|net|eu|co\.uk|[a-z]{2})")
# The signs of a font of icons, and markup that was written into a field.
_GLYPH = re.compile("[<>\ue000-\uf8ff]")
MOST = 60
PIECE = 4
CLOUD = 15
"""A list with more tags than this is the whole site's if the head states only some of them."""
_FIELDS = word_set("metadata.broad_fields")
# Witnesses in the head that count before headed lists and blocks of tags on the page.
_STATED = ("meta article:tag", "meta news_keywords", "meta dc.subject", "meta dcterms.subject", "JSON-LD keywords")
# Witnesses in the head that count after them.
_SPELT = (
    *("meta og:article:tag", "meta parsely-tags", "meta keywords", "itemprop keywords"),
    *("meta citation_keywords", "meta article:tags", "meta tags", "meta sailthru.tags"),
)


def choose(
    shown: dict[str, list[Candidate]],
    offered: list[Candidate],
    *,
    sites: frozenset[str] = frozenset(),
    title: str = "",
    described: str = "",
    slug: str = "",
) -> list[Candidate]:
    """Choose the tags, each once.

    Marked tags count first, then what the head states about this text, then what looks like tags on the page, then what
    the head lists for search engines.

    Args:
        sites: folded names of the site. A list with one of them is the whole site's, unless it has a tag that the page
            shows, or something of the *title* if the page shows none.
        described: the description in the head. A list of pieces of it, or of the *title*, holds no tags.
        slug: the last words of the address. A list of these words holds no tags.
    """
    by_witness: dict[str, list[Candidate]] = {}
    for candidate in offered:
        by_witness.setdefault(candidate.witness, []).append(candidate)
    # What the page shows is about this text, so it decides which stated list is about it too.
    seen = {fold(c.value) for name, found in shown.items() for c in found if name != "filed"}
    told = f" {fold(title)} {fold(described)} "
    heard = {n: found for n, found in by_witness.items() if not (_of_address(found, slug) or _of_sentence(found, told))}
    stated = [_of_the_text(heard.get(name, []), sites, fold(title), seen) for name in (*_STATED, *_SPELT)]
    # The broad fields of a network ("Business, Finance & Economics") count only if nothing narrower is stated.
    if _broad(stated[0]) and any(found and not _broad(found) for found in stated[1:]):
        stated[0] = []
    order = _in_order(shown, stated, by_witness)
    first = next((found for found in order if each_once(found)), [])
    chosen = _in_a_cloud(_shown_too(first, stated, seen), stated)
    return each_once(_with_more(chosen, order))


def _in_order(
    shown: dict[str, list[Candidate]], stated: list[list[Candidate]], by_witness: dict[str, list[Candidate]]
) -> list[list[Candidate]]:
    """Return all lists, the most trusted first."""
    # The head often lists more tags than the page has room for. If it lists none of those, it is about something else.
    order = [shown["rel"], *_sharing(stated[: len(_STATED)], shown["label"]), shown["label"]]
    order += [shown[name] for name in ("headed", "led", "unlinked")]
    order += [*stated[len(_STATED) :], shown["class"], shown["filed"]]
    # A publisher's own meta may hold anything. Most lists of tags have two entries or more, and no marks of a system.
    own = [found for name, found in by_witness.items() if name not in (*_STATED, *_SPELT) and len(found) > 1]
    return order + [found for found in own if not any(":" in candidate.value for candidate in found)]


def _with_more(chosen: list[Candidate], others: list[list[Candidate]]) -> list[Candidate]:
    """Return the first of the *others* that has the one tag of *chosen* and more: it says the same and more."""
    alone = {fold(c.value) for c in chosen}
    if len(alone) != 1:
        return chosen
    return next((found for found in others if alone < {fold(c.value) for c in found}), chosen)


def _sharing(stated: list[list[Candidate]], shown: list[Candidate]) -> list[list[Candidate]]:
    """Return the *stated* lists that share a tag with the *shown* one; all of them if none is shown."""
    said = {fold(c.value) for c in shown}
    return [found for found in stated if not said or said & {fold(c.value) for c in found}]


def _in_a_cloud(chosen: list[Candidate], stated: list[list[Candidate]]) -> list[Candidate]:
    """Return what the head states about the text if *chosen* has all of it among many more, as the site's list has."""
    said = {fold(c.value) for c in chosen}
    # If the head states the same long list, it is this text's; another stated list then has only the main tags.
    if len(said) <= CLOUD or any(said <= {fold(c.value) for c in found} for found in stated):
        return chosen
    inside = ({fold(c.value): c for c in found} for found in stated)
    return next((list(one.values()) for one in inside if 1 < len(one) <= len(said) // 2 and one.keys() <= said), chosen)


def _of_address(found: list[Candidate], slug: str) -> bool:
    """Return whether a list is just the words of the address, one by one, which some systems state as tags."""
    said = [c.value for c in found]
    return len(said) > 3 and set(said) <= set(slug.split("-"))


def _of_sentence(found: list[Candidate], told: str) -> bool:
    """Return whether a list is a sentence split at its commas: at least half of it are long pieces of *told*."""
    said = [fold(c.value) for c in found]
    pieces = [one for one in said if one.count(" ") >= PIECE - 1 and f" {one} " in told]
    return 2 * len(pieces) >= len(said) > 0 and sum(one.count(" ") + 1 for one in said) >= 2 * PIECE


def _broad(found: list[Candidate]) -> bool:
    """Return whether a list holds only the broad fields in which a network files all texts."""
    return len(found) > 1 and all(fold(c.value) in _FIELDS for c in found)


def _of_the_text(found: list[Candidate], sites: frozenset[str], title: str, seen: set[str]) -> list[Candidate]:
    """Return *found*, or nothing if it names the site and no tag that the page shows, or nothing of the *title* if it
    shows none.
    """
    others = {fold(c.value) for c in found} - sites
    if len(others) == len({fold(c.value) for c in found}):
        return found
    return found if (others & seen if seen else any(other in title for other in others)) else []


def _shown_too(chosen: list[Candidate], stated: list[list[Candidate]], seen: set[str]) -> list[Candidate]:
    """Return *chosen*; or, if the page shows none of it, the first *stated* list of which it shows something."""
    return next((found for found in (chosen, *stated) if seen & {fold(c.value) for c in found}), chosen)


@remembered(4096)  # a site has the same tags on many pages
def tag_of(words: str) -> str:
    """Return the tag that *words*, an entry of a list, name; "" if they name none.

    The label of the list, its controls, and numbers are not tags.
    """
    value = _COUNT.sub("", words.lstrip("#").strip(" ,;"))
    if not value or len(value) > 80 or NUMBER.fullmatch(value) or _CONTROL.fullmatch(value):
        return ""
    return "" if value.rstrip(" :：").casefold() in CALLED else value


def _plainly(found: list[Candidate]) -> list[Candidate]:
    """Return *found* without entries that only a system uses.

    If the entries have labels ("Page Type: Article"), only tags, or else subjects, are kept, without their labels.
    """
    if sum(_CODE.fullmatch(c.value) is not None for c in found) > max(CODES, 0.8 * len(found)):
        return []
    if len(pathed := [_PATHED.fullmatch(c.value) for c in found]) > 1 and all(pathed):
        return [c._replace(value=one[1], words=one[1]) for c, one in zip(found, pathed, strict=True) if one]
    labelled = [match for c in found if ":" in c.value and (match := _LABELLED.match(c.value))]
    if len(labelled) < 2:
        return [c for c in found if not _is_key(c.value)]
    named = {match[1].casefold() for match in labelled}
    subjects = {"tag"} if "tag" in named else _SUBJECTS
    kept = []
    for candidate in found:
        match = _LABELLED.match(candidate.value)
        if match and match[1].casefold() in subjects:
            kept.append(candidate._replace(value=match[2], words=match[2]))
        elif match is None and not _is_key(candidate.value):
            kept.append(candidate)
    return kept


def each_once(chosen: list[Candidate]) -> list[Candidate]:
    """Return the tags, each once, at most MOST, without entries that only a system uses."""
    kept: dict[str, Candidate] = {}
    for candidate in _plainly(chosen[:MOST]):
        if key := _key(candidate.value):
            kept.setdefault(key, candidate)
    return list(kept.values())


@remembered(4096)
def _key(value: str) -> str:
    """Return the form in which two spellings of a tag are equal; "" if *value* is not a tag for people."""
    if value.startswith(_INTERNAL) or _PLACED.fullmatch(value) or NUMBER.fullmatch(value):
        return ""
    return fold(value) or value


@remembered(4096)
def _is_key(value: str) -> bool:
    return _KEY.fullmatch(value) is not None or _GLYPH.search(value) is not None
