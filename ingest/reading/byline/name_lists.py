"""Name lists: split a printed list of authors, or the value of a field, into names.

Apart from `names.py`, which tells what one name is: this knows what stands between names, before and after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ingest.reading.byline import given_names, han_names, labels, names, offices
from ingest.reading.byline.names import LATER_BEARERS, Name, person, tidy
from ingest.reading.dates import date_parsing
from ingest.reading.page.once import remembered
from ingest.reading.page.page import plain
from ingest.reading.vocabulary import pattern
from ingest.terms.agencies import agency

_PARTS = re.compile(r"\s*(?:;|\||•|·|｜|／|/\s|\n|\t| – | — )\s*")
_AND, _SHORT = pattern("byline.and_words"), pattern("byline.short_and_words")
# With a capital, a short word is part of a name: "Anna Fox, Dan Reed". "Ada von und zu Stein" is one person.
_SPLIT = re.compile(
    rf"(\s*,\s*(?:{_AND}|(?-i:{_SHORT}))\s+|\s+{_AND}\s+(?!(?-i:zu)\s)|\s*,\s+(?!{LATER_BEARERS}\b)|\s*[、，،]\s*|(?<=[\u3400-\u9fff])\s?[&＆]\s?(?=[\u3400-\u9fff]))",
    re.I,
)
_SHORT_AND = re.compile(rf"\s+(?:{_SHORT}|{pattern('byline.with_words')}|\+)\s+|\s*/\s*")
_SHORT_CAPITALS = re.compile(rf"\s+{_SHORT}\s+", re.I)
"""Words for "and" that separate names only with a person or an agency on both sides, since names of organisations
contain them too."""
_ADDRESS = re.compile(r"[(\[]?(?:https?://\S+|www\.\S+)", re.I)
_ASIDE = re.compile(r"\s*\([^()]*,[^()]*\)")
"""A remark about a person in brackets, with a comma that does not separate names."""
_KICKER = re.compile(rf"\s{pattern('byline.by_words')}\s*$", re.I)
"""Words before a name that are not a name: "Opinion by"."""
_ROLE_NEXT = re.compile(r"\.\s+(?=[A-Z])")
"""Where a sentence about somebody with another role may begin: "Words by Anna Fox. Photos by Jan Sowa"."""
_PICTURES = pattern("byline.photographer_nouns")
_PICTURING = re.compile(rf"{_PICTURES}\s+(?=\S+\s\S)|.*\(\s*{_PICTURES}\s*\)\s*$", re.I)
"""A person in a list who took the pictures: "photo Anna Fox", "Anna Fox (photos)"."""
_PICTURES_NEXT = re.compile(rf"\s(?P<family>\S+)\s{_PICTURES}\s+(?=(?P<given>\S+)\s+\S)", re.I)
"""Where somebody follows who took the pictures, with no colon: "Anna Fox Photos Jan Sowa"."""
_SPACED_HAN = re.compile("(?:[\u3400-\u9fff]{4,5}(?:\\s+|$)){2,}")
"""Several names in Chinese characters, with spaces between them and none inside. Four are a full name in Japan."""
_LINK_BEHIND = re.compile(rf"(?<=[\u3400-\u9fff])\s*{pattern('byline.links_behind_unspaced')}.*$")
_AND_NEXT = re.compile(rf"\s*(?:\|\s*)+(?={_AND}\s)|\s*,\s+(?={pattern('byline.with_words')}\s)", re.I)
"""Signs before a word for "and" that begins the next line, and before a word for "with"."""
_DASH = re.compile(r"\s[–—-]\s")
_NAME_LONGEST = 80
"""A name has at most this many characters."""
_OFFICE_WORDS = 4
"""At most this many words name the job before a name; more are a sentence about somebody."""
_DATEISH = re.compile(
    rf"\d{{1,2}}[./:]\d{{1,2}}|\b(?:19|20)\d\d\b|\b\d{{1,2}}\s*(?:min|{pattern('dates.clock_words')})\b|"
    rf"{pattern('text.ages')}",
    re.I,
)
_TRAILING = re.compile(
    rf"\s+(?:{pattern('dates.posted_words', 'byline.place_words')}|(?-i:{pattern('dates.prepositions')}))(?:\s.*)?$",
    re.I,
)
"""What follows a name."""
_OF_HOUSE = re.compile(rf"\s{pattern('byline.house_words')}\s(?=[^\W\d_])")
"""Words between a person's name and the house the person belongs to."""
_REMARKS = re.compile(
    rf"(?<![^\s|•·(/–—-])(?:{pattern('byline.with_words')}\s+)?{pattern('byline.behind_names')}"
    r"(?=\W*(?:$|[|•·)/–—]))",
    re.I,
)
"""What a line says of comments behind a name: "Anna Fox 3 Comments", "Anna Fox Leave a Comment"."""
_CLOCK = re.compile(
    rf"\s(?:(?:{pattern('dates.at_words')}|@)\s+)?\d{{1,2}}[:.]\d\d(?:\s*{pattern('dates.clock_words')})?(?!\w)"
    r"(?:\s+(?-i:[A-Z]{1,3}T|UTC)\b)?",
    re.I,
)
"""The time of day behind a name: "Anna Fox at 10:04 AM"."""


@remembered(4096)  # the same people write on page after page
def split(text: str, *, printed: bool = False) -> tuple[Name, ...]:
    """Split *text* into the names it lists, in order, each once.

    Args:
        printed: the text was printed for people, so other words may stand around the names; otherwise it is the value
            of a field that holds only names.
    """
    text = labels.strip(_ADDRESS.sub(" ", names.unbracketed(plain(text))))
    if printed:
        return _of_line(_without_other_roles(_in_reading_order(_without_remarks(text))))
    return _of_field(_in_reading_order(text))


# ── The text as a whole ─────────────────────────────────────────────────────────────────────────────────────


def _without_remarks(text: str) -> str:
    """Return a printed *text* without remarks in brackets, and with bars instead of dates, times and counts."""
    text = _LINK_BEHIND.sub("", text)
    if "(" in text:
        text = _ASIDE.sub(" ", text)
    for stated in date_parsing.find(text) if any(c.isdigit() for c in text) else ():
        text = text.replace(stated.words, " | ")
    return _REMARKS.sub(" | ", _CLOCK.sub(" | ", text))


def _in_reading_order(text: str) -> str:
    """Return *text* with family names last, and with commas between Chinese names that only spaces separate."""
    # Now, while semicolons still separate the persons; later every comma would separate names.
    text = "; ".join(names.inverted(one) for one in text.split(";"))
    if reporters := han_names.reporters(text):
        return "、".join(reporters)
    return text.replace(" ", "、") if _SPACED_HAN.fullmatch(text) or han_names.spaced(text) else text


def _without_other_roles(text: str) -> str:
    """Return a printed *text* up to somebody who took the pictures, or has another role in a sentence of their own."""
    text = _AND_NEXT.sub(" ", text)
    pictured = _PICTURES_NEXT.search(text)
    if pictured is not None and pictured["family"][0].isupper() and given_names.known(pictured["given"]):
        text = text[: pictured.end("family")]
    if ". " not in text:
        return text
    said, *others = _ROLE_NEXT.split(text)
    roled = next((at for at, other in enumerate(others) if labels.ROLE_FIRST.match(other)), len(others))
    return ". ".join([said, *others[:roled]])


def _of_field(text: str) -> tuple[Name, ...]:
    found: dict[str, Name] = {}
    for part in map(labels.strip, _PARTS.split(text)):
        if not labels.ROLE_FIRST.match(part):
            _read_field(part, found)
    return tuple(found.values())


def _of_line(text: str) -> tuple[Name, ...]:
    found: dict[str, Name] = {}
    in_office = False
    for said in _DASH.split(text):
        # After a dash follows the place or employer they write from.
        if found and not given_names.among(said):
            continue
        for part in _PARTS.split(said):
            # A line with just a role: the names after it have that role.
            if labels.ROLE_FIRST.fullmatch(part.strip()):
                break
            if not labels.ROLE_FIRST.match(stripped := labels.strip(part)):
                in_office = _read_line(stripped, found, in_office)
    return tuple(found.values())


# ── One part of it, in which only commas and words for "and" still separate names ───────────────────────────


def _read_field(part: str, found: dict[str, Name]) -> None:
    for piece, _ in _pieces(part):
        piece = labels.strip(piece)
        if ":" in piece or _is_beside_names(piece, found):
            continue
        name = _behind_office(tidy(piece))
        if _may_be_name(name) and not (found and offices.jobs(name)):
            _add(name, found)


def _read_line(part: str, found: dict[str, Name], in_office: bool) -> bool:
    """Add the names in *part* to *found*, and return whether it ends with a job title, as the part before it does if
    *in_office*.
    """
    before, closed, carried = len(found), False, in_office
    for piece, listed in _pieces(part):
        piece, goes_on = labels.strip(piece), listed and len(found) > before
        # "Fox, Quay Institute, and Sowa, Port Office": after the last name of a list follows the employer.
        if closed and not listed and not given_names.known(tidy(piece)):
            continue
        closed = closed or goes_on
        # What stands behind a colon is labelled as something else.
        if ":" in piece or "：" in piece:
            return in_office
        name = "" if _is_beside_names(piece, found) else names.affiliated(piece) or _without_office(tidy(_led(piece)))
        if not _may_be_name(name):
            continue
        if (found and offices.jobs(name)) or (names.job(name) and not offices.desk(name)):
            in_office = True
            continue
        # After a job title follows the place where it is held; in the next part or after a word for "and", perhaps the
        # next person.
        in_office = in_office and not ((listed or carried) and given_names.known(name))
        if in_office:
            continue
        if not found or _is_further(name, found, goes_on=goes_on):
            _add(name, found)
    return in_office


def _is_beside_names(piece: str, found: dict[str, Name]) -> bool:
    """Return whether *piece* only leads to a name, or names somebody in the list who took the pictures."""
    return _KICKER.search(piece) is not None or (bool(found) and _PICTURING.match(piece) is not None)


def _may_be_name(name: str) -> bool:
    if not name or "#" in name or len(name) > _NAME_LONGEST or names.is_no_name(name):
        return False
    return not _DATEISH.search(name) or person(name)


def _is_further(name: str, found: dict[str, Name], *, goes_on: bool) -> bool:
    """Return whether *name* is one more person or agency next to those *found*, and not where these work.

    Args:
        goes_on: a word for "and" stands before it; without one, an organisation is the employer.
    """
    if agency(name):
        return True
    return person(name) and (goes_on or not _is_employer(name, (known.name for known in found.values())))


def _add(name: str, found: dict[str, Name]) -> None:
    found.setdefault(name.casefold(), Name(name, names.organisation(name) and not names.shapeless(name)))


def _is_employer(name: str, beside: Iterable[str] = ()) -> bool:
    """Return whether *name* is an organisation's: by its words, or in capitals next to names that are not."""
    # If the whole line is in capitals, they mean nothing; a single piece in capitals is the organisation.
    return offices.organisation_word(name) or (name.isupper() and any(not other.isupper() for other in beside))


def _behind_office(name: str) -> str:
    """Return a person's *name* without the job before it: "Port Correspondent Anna Fox", "our reporter Anna Fox"."""
    words = name.split()
    for at in range(1, min(len(words) - 1, _OFFICE_WORDS + 1)):
        # A compound of the house and the job ("Hafenblatt-Redakteurin") is one word.
        office, left = words[at - 1].rpartition("-")[2], " ".join(words[at:])
        if offices.jobs(office) and given_names.known(left) and person(left) and not offices.jobs(left):
            return name if given_names.among(" ".join(words[:at])) else left
    return name


def _without_office(name: str) -> str:
    """Return a person's printed *name* without the job before or behind it: "Anna Fox Staff Writer"."""
    words = name.split()
    for kept in range(2, min(len(words), names.LONGEST + 1)):
        left = " ".join(words[:kept])
        if all(offices.jobs(word) for word in words[kept:]) and given_names.known(left) and person(left):
            return left
    return _behind_office(name)


def _led(piece: str) -> str:
    """Return *piece* without the words after a name that say when or where: "Anna Fox in Warsaw", "Fox of the Port"."""
    who = _OF_HOUSE.split(piece)[0]
    if given_names.known(who) and person(who):
        piece = who
    stump = _TRAILING.sub("", piece)
    return piece if offices.organisation_word(stump) and not agency(tidy(stump)) and len(piece) < 80 else stump


def _pieces(part: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a list, each with whether it continues the list after a word for "and"."""
    listed = True
    for at, piece in enumerate(_joined_organisations(_SPLIT.split(part))):
        if at % 2:
            listed = bool(piece.strip(" ,、，،"))
            continue
        # "Anna Fox y Ada Lis en Riga": what says where is no name.
        halves = _halves(piece) or _halves(_led(piece))
        if halves:
            yield from ((half, listed or n > 0) for n, half in enumerate(halves))
        elif piece.strip():
            yield piece, listed


def _halves(piece: str) -> list[str]:
    """Return the names between which short words for "and" stand in *piece*, or none if not all of them are names."""
    halves = (_SHORT_CAPITALS if piece.isupper() else _SHORT_AND).split(piece)
    able = len(halves) > 1 and all(
        person(tidy(half)) or agency(half.strip()) or (n > 0 and _PICTURING.match(half))
        for n, half in enumerate(halves)
    )
    return halves if able else []


def _joined_organisations(split: list[str]) -> list[str]:
    """Join again what a word for "and" split inside an organisation's name: "Foundation for Roads and Ports"."""
    joined = split[:1]
    for mark, piece in zip(split[1::2], split[2::2], strict=True):
        name = tidy(piece)
        other = person(name) or agency(name) or offices.organisation_word(name)
        if mark.strip(" ,、，،") and _is_employer(joined[-1]) and not other:
            joined[-1] += mark + piece
        else:
            joined += [mark, piece]
    return joined
