"""References: the addresses that a document cites, what became of each page, and where it is archived."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from archive.errors import Exit, NotAFile, Refused
from db.catalogue import Catalogue
from db.citation.address import Archive
from db.identity import parse_time
from db.model.item import Item, Tombstone
from db.search.effort import WITHOUT_END, Effort
from ingest.quoting import bibtex
from ingest.quoting.manuscript import LARGEST, text_of, with_links
from ingest.terms import licenses

KINDS = "bib, tex, md, txt, html, ris and docx"

_URL = re.compile(r"https?://[^\s<>\"\\{}|^`\[\]]+")
_KEY = r"[a-z0-9][a-z0-9-]*-[0-9a-hjkmnp-tv-z]{10,}-\d{14}(?:\d{6})?"
# Citations by key in LaTeX and in pandoc's Markdown.
_CITED = re.compile(r"\\\w*cite\w*\*?(?:\[[^\]]*\])*\{([^{}]*)\}|(?<![\w{])@{?([a-z0-9][a-z0-9-]*)")
_KEYS = re.compile(r"(?<![\w-])[a-z0-9][a-z0-9-]{10,}(?![\w-])")
_OUR_KEY = re.compile(_KEY)
_TIMED = re.compile(r"-(\d{14}(?:\d{6})?)\Z")
# An item's id, also in the id of an edition and in a citation key.
_NAMED = re.compile(r"(?<![\w-])[a-z0-9][a-z0-9-]*-[0-9a-hjkmnp-tv-z]{10,}(?:[@-]\d{14}(?:\d{6})?)?(?![\w-])")
_NAMED_MOST = 2000
# What a browser reads and no reader does: scripts and styles, and all tags but those of links and quotations.
_MARKUP = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<(?!(?:a|area|blockquote|q)\s)[a-z!?/][^<>]*>", re.I | re.S
)
# Between the two addresses of a link in HTML, Markdown and LaTeX.
_IN_LINK = re.compile(r"""["'][^<>\n]{0,200}>|\]\(|\}\{(?:\\\w{1,20}\{)?""")
_TRAILING = ".,;:!?'*_"
# When the author looked at a page, in the notation of BibLaTeX or as an ISO date.
_SEEN = re.compile(r"(?:urldate\s*=\s*[{\"]?|accessed[:,]?\s+|dostęp[:,]?\s+|abgerufen am\s+)(\d{4}-\d{2}-\d{2})", re.I)
# The number of characters after an address in which such a date is searched for.
_NEAR = 400


class ReferenceState(StrEnum):
    """What became of a cited page."""

    ARCHIVED = "archived"
    GONE = "gone"
    CHANGED = "changed since it was cited"
    NEVER = "never archived"
    WITHHELD = "withheld"
    NOT_LOOKED_AT = "not looked at"
    """The time limit was reached before this one."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An address in a document, or one of our citation keys for an edition.

    Attributes:
        start, end: its place in characters.
        detail: more in words, "" if there is no more to say.
        tail: what to add to the reference: when and where the page was archived.
    """

    url: str
    line: int
    start: int
    end: int
    state: ReferenceState
    item: str | None
    detail: str
    tail: str


def read(path: Path) -> str:
    """Return the document at *path*; for a Word file, its text with link addresses.

    Raises:
        Refused: it does not exist, is too large, or is not text (usage).
    """
    if not path.is_file():
        raise NotAFile(path, f"name one of {KINDS}")
    if path.suffix.lower() == ".docx":
        return with_links(path)
    if path.stat().st_size > LARGEST:
        raise Refused(f"{path} is larger than {LARGEST >> 20} MB", "check it in parts", Exit.USAGE)
    text = text_of(path, path.read_bytes(), f"{KINDS} are read")
    return _without_markup(text) if path.suffix.lower() in (".html", ".htm") else text


def _without_markup(text: str) -> str:
    """Return the source of a page with spaces in place of addresses that cite nothing: of name spaces, style sheets,
    scripts and pictures. All others keep their places.
    """
    return _MARKUP.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def named_items(catalogue: Catalogue, text: str) -> frozenset[str]:
    """Return the ids of the items that *text* names by an address or by an id, also of an edition."""
    said = {_meant(_trimmed(one[0])) for one in _URL.finditer(text)}
    said |= {one[0] for one in _NAMED.finditer(text)}
    found = (catalogue.item(one) for one in sorted(said)[:_NAMED_MOST])
    return frozenset(one.id for one in found if one is not None)


def check(catalogue: Catalogue, text: str, archive: Archive, effort: Effort = WITHOUT_END) -> list[Reference]:
    """Return what became of every address in *text*, and of every edition cited by key, in order.

    Of what is withheld, only the date and the reason are told. *effort* is the limit for all of them together; the
    rest is not looked at.
    """
    places = [(one, False) for one in _addresses(text)]
    for cited in _CITED.finditer(text):
        places += [(one, True) for one in _KEYS.finditer(text, *cited.span())]
    end, line, before = effort.clock() + effort.seconds, 1, 0
    told = []
    for found, is_key in sorted(places, key=lambda place: place[0].start()):
        # Count lines from the last place: from the beginning each time, a million addresses would take an hour.
        line, before = line + text.count("\n", before, found.start()), found.start()
        # A licence is named and not cited, as in the citations that are written here.
        if not is_key and _is_license(catalogue, _meant(_trimmed(found[0]))):
            continue
        if effort.clock() >= end:
            told.append(_not_looked_at(found, line, is_key=is_key))
        else:
            of = _of_key(catalogue, found, line) if is_key else _reference(catalogue, text, found, line, archive)
            told += [of] if of is not None else []
    return told


def _addresses(text: str) -> Iterator[re.Match[str]]:
    """Yield the addresses in *text*; of a link whose target and text are the same address, only the second."""
    waiting: re.Match[str] | None = None
    for found in _URL.finditer(text):
        if waiting is not None:
            url = _trimmed(waiting[0])
            between = text[waiting.start() + len(url) : found.start()]
            if url != _trimmed(found[0]) or _IN_LINK.fullmatch(between) is None:
                yield waiting
        waiting = found
    if waiting is not None:
        yield waiting


def _is_license(catalogue: Catalogue, url: str) -> bool:
    return licenses.at(url) is not None and catalogue.item(url) is None


def _not_looked_at(found: re.Match[str], line: int, *, is_key: bool) -> Reference:
    url = found[0] if is_key else _trimmed(found[0])
    state, detail = ReferenceState.NOT_LOOKED_AT, "the time that was given for it had passed"
    return Reference(url, line, found.start(), found.start() + len(url), state, None, detail, "")


def _of_key(catalogue: Catalogue, found: re.Match[str], line: int) -> Reference | None:
    """Return what became of the edition with the key or alias *found*; None if it is the key of another work."""
    item = catalogue.item(found[0])
    held = item or catalogue.tombstone(found[0])
    if held is None and _OUR_KEY.fullmatch(found[0]) is None:
        return None
    state, detail = ReferenceState.NEVER, "no edition of this key is held"
    if isinstance(held, Tombstone):
        state, detail = _withheld(held)
    elif item is not None and (time := _TIMED.search(found[0])) and not _was_captured(catalogue, item, time[1]):
        # It resolves, to what was held then, and yet nobody can have cited it from here.
        detail += f"; creditline show {item.id} --editions lists those that are"
    elif item is not None and item.gone is not None:
        state, detail = ReferenceState.GONE, f"since {item.gone:%Y-%m-%d}; archived as {item.edition.id}"
    elif item is not None and item.edition.number < item.editions:
        state, detail = ReferenceState.CHANGED, f"creditline show {item.id} --editions"
    elif item is not None:
        state, detail = ReferenceState.ARCHIVED, item.url
    # No tail: added after a key inside a macro, it would be taken for another key.
    return Reference(found[0], line, found.start(), found.end(), state, item.id if item else None, detail, "")


def _was_captured(catalogue: Catalogue, item: Item, digits: str) -> bool:
    time = parse_time(digits)
    return time is not None and catalogue.is_time_of_a_capture(item.id, time)


def _reference(catalogue: Catalogue, text: str, found: re.Match[str], line: int, archive: Archive) -> Reference:
    url = _trimmed(found[0])
    start = found.start()
    meant = _meant(url)
    item = catalogue.item(meant)
    hidden = catalogue.tombstone(meant) if item is None else None
    state, detail = _withheld(hidden) if hidden else _state(catalogue, item, _access_date(text, found))
    return Reference(
        url=url,
        line=line,
        start=start,
        end=start + len(url),
        state=state,
        item=item.id if item else None,
        detail=detail,
        tail=_tail(item, archive) if item else "",
    )


def _meant(url: str) -> str:
    # Undo the escapes of LaTeX and HTML in addresses.
    return url.replace("\\_", "_").replace("\\%", "%").replace("&amp;", "&")


def _trimmed(url: str) -> str:
    url = url.rstrip(_TRAILING)
    # A closing bracket belongs to the address if the address opened it.
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(_TRAILING)
    return url


def _access_date(text: str, found: re.Match[str]) -> datetime | None:
    # Search only after the address: before it may be the date of the previous reference.
    following = text[found.end() : found.end() + _NEAR]
    # What follows the next address belongs to that one.
    following = following[: nearest.start()] if (nearest := _URL.search(following)) else following
    said = _SEEN.search(following.partition("\n\n")[0].partition("\n@")[0])
    try:
        return datetime.fromisoformat(said[1]).replace(hour=23, minute=59, second=59, tzinfo=UTC) if said else None
    except ValueError:
        return None


def _withheld(item: Tombstone) -> tuple[ReferenceState, str]:
    return ReferenceState.WITHHELD, f"{f'since {item.since:%Y-%m-%d}: ' if item.since else ''}{item.reason}"


def _state(catalogue: Catalogue, item: Item | None, seen: datetime | None) -> tuple[ReferenceState, str]:
    if item is None:
        return ReferenceState.NEVER, "creditline save keeps it now"
    if item.gone is not None:
        return ReferenceState.GONE, f"since {item.gone:%Y-%m-%d}; archived as {item.edition.id}"
    # It has only changed if both an edition that the author can have seen and a later one are held.
    later = [one for one in catalogue.editions(item.id) if seen is not None and one.opened > seen]
    if seen is not None and later and item.editions > len(later):
        return ReferenceState.CHANGED, f"on {later[0].opened:%Y-%m-%d}: creditline show {item.id} --editions"
    return ReferenceState.ARCHIVED, ""


def _tail(item: Item, archive: Archive) -> str:
    link = archive.permalink(item)
    at = f", at {link}" if link else f" as {item.edition.id}"
    return f"archived {item.edition.opened:%Y-%m-%d}{at}"


def annotated(path: Path, text: str, found: Sequence[Reference]) -> str:
    """Return *text* with the archive address after each reference; in BibTeX, in a field of the entry.

    Raises:
        Refused: this kind of file is not written (usage).
    """
    if path.suffix.lower() in (".docx", ".html", ".htm", ".ris"):
        raise Refused(f"{path.name} can be checked, but not written", "leave out -o to see what to add", Exit.USAGE)
    if path.suffix.lower() == ".bib":
        return bibtex.with_notes(text, [(one.start, one.tail) for one in found if one.tail])
    pieces, at = [], 0
    for one in found:
        end = one.end
        if one.tail:
            # After the link or macro around the address.
            end += text[end : end + 1] in ("}", ">") or text[one.start - 2 : one.start] == "]("
            pieces.append(f"{text[at:end]} ({one.tail})")
        else:
            pieces.append(text[at:end])
        at = end
    return "".join([*pieces, text[at:]])
