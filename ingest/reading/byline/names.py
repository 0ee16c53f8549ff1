"""Names: split a printed list of authors into names, and tell persons from organisations and other words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.reading.byline import given_names, labels, offices
from ingest.reading.dates import calendars, date_parsing
from ingest.reading.page.once import remembered
from ingest.reading.page.page import JOINERS, plain
from ingest.reading.vocabulary import pattern, pattern_of, phrases, word_set
from ingest.terms.agencies import agency

_PARTS = re.compile(r"\s*(?:;|\||•|·|｜|／|/\s|\n|\t| – | — )\s*")
_AND, _SHORT = pattern("byline.and_words"), pattern("byline.short_and_words")
_LATER = rf"(?:{pattern('byline.later_bearers')}|I{{2,3}}|IV)"
# With a capital, a short word is part of a name: "Anna Fox, Dan Reed".
_SPLIT = re.compile(
    rf"(\s*,\s*(?:{_AND}|(?-i:{_SHORT}))\s+|\s+{_AND}\s+|\s*,\s+(?!{_LATER}\b)|\s*[、，،]\s*)",
    re.I,
)
_SHORT_AND = re.compile(rf"\s+(?:{_SHORT}|{pattern('byline.with_words')}|\+)\s+|\s*/\s*")
"""Words for "and" that separate names only with a person or an agency on both sides, since names of organisations
contain them too."""
_TITLE = re.compile(
    rf"^(?:{pattern('byline.titles')}\.?(?:\s*-?\s*{pattern('byline.title_parts')}\.)*"
    rf"(?:\s+{pattern('byline.title_ends')})*\s+)+(?=[^\W\d_]{{2}})",
    re.I,
)
# A rank that is written out may be half of a name, so it is dropped only if two or more words follow.
_RANK = re.compile(rf"^(?:{pattern('byline.ranks')}\s+)+(?=\S+\s+\S)", re.I)
# In Polish, the initials of the university stand inside the title: "prof. UW dr hab. Ewa Kos".
_ACADEMIC, _PROFESSOR = pattern("byline.academic_titles"), pattern("byline.title_parts")
_UNIVERSITY = re.compile(
    rf"^(?i:{_ACADEMIC})\.?\s+(?:[A-ZŁŚ]{{2,6}}|{_PROFESSOR}\.)\s+(?:(?i:{_ACADEMIC})\.?\s+)*(?=\S+\s+\S)"
)


def degree(listed: Iterable[str], dot: str = r"(?:[.]\s?)?") -> str:
    """Return an expression for a degree, with *dot* after each letter: "PhD", "Ph.D."."""
    # With one capital at most, it is a name: "Yo-Yo Ma".
    return rf"(?=[A-Z]\S*[A-Z.])(?i:{'|'.join(''.join(letter + dot for letter in one) for one in listed)})"


_DEGREE = degree([*phrases("byline.degrees"), *phrases("byline.degrees_or_names")])
_SUFFIX = re.compile(
    rf"(?:\s*,?\s+(?:{_DEGREE}|prof\.\s+(?:[A-ZŁŚ]\w{{1,6}}|{_PROFESSOR}\.?)|"
    rf"{pattern_of(map(str.capitalize, phrases('byline.author_nouns_behind')))}))+$"
)
_LATER_BEARER = re.compile(rf"\s*,\s+(?i:{_LATER})\.?$")
"""A part of the name that tells a person from another one of the same name; not a second person."""
_OTHERS = re.compile(rf"\s+{pattern('byline.and_others')}\.?$", re.I)
"""Words that stand for people who are not named."""
# At most 64 characters before the at sign (RFC 5321, section 4.5.3.1.1). Without a limit, a long value would be read
# again from each of its characters.
_EMAIL = re.compile(r"(?:[(<\[]\s*+)?[^\s@]{1,64}@[^\s@]+\.\S+\s*[)>\]]?")
_ADDRESS = re.compile(r"[(\[]?(?:https?://\S+|www\.\S+)", re.I)
_HANDLE = re.compile(r"(?:\s|\()@(?:\s[^\W\d_]+$|\w+\)?)")
_KICKER = re.compile(rf"\s{pattern('byline.by_words')}\s*$", re.I)
"""Words before a name that are not a name: "Opinion by"."""
_NOTE_MARK = re.compile(r"(?<=\w\w)(?<!\d)(?<=[^\W_])[\d*†‡§¶¹²³⁰-⁹]+(?:,[\d*†‡§¶]+)*$")
"""The mark of a note after a name: "Anna Fox1,2", "Jan Sowa*". Digits after a single word belong to a login."""
_ROLE_NEXT = re.compile(r"\.\s+(?=[A-Z])")
"""Where a sentence about somebody with another role may begin: "Words by Anna Fox. Photos by Jan Sowa"."""
_PICTURES = pattern("byline.photographer_nouns")
_PICTURING = re.compile(rf"{_PICTURES}\s+(?=\S+\s\S)|.*\(\s*{_PICTURES}\s*\)\s*$", re.I)
"""A person in a list who took the pictures: "photo Anna Fox", "Anna Fox (photos)"."""
_SPACED_HAN = re.compile("(?:[\u3400-\u9fff]{4,5}(?:\\s+|$)){2,}")
"""Several names in Chinese characters, with spaces between them and none inside. Four are a full name in Japan."""
_ROLE_BEHIND = re.compile(
    rf"(?<=\w)\s+(?:{pattern('byline.with_words')}\s+)?{pattern('byline.other_roles', 'byline.other_roles_by')}"
    rf"(?:\s+\w+)?\s+{pattern('byline.by_words')}\s.*$",
    re.I,
)
"""Somebody with another role, behind the author without a separator: "Anna Fox with photographs by Jan Sowa"."""
_AND_NEXT = re.compile(rf"\s*(?:\|\s*)+(?={_AND}\s)|\s*,\s+(?={pattern('byline.with_words')}\s)", re.I)
"""Signs before a word for "and" that begins the next line, and before a word for "with"."""
_DASH = re.compile(r"\s[–—-]\s")
_DEGREE_ALONE = re.compile(rf"{_DEGREE}$")
_DEGREES = re.compile(r"[A-Z]{2,5}$")
"""A degree or title after a person, in the value of a field: "Anna Fox, MS, RDN"."""
_PAREN = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_BRACKETED = re.compile(r"[(（]\s*([^()（）]+?)\s*[)）]\.?$")
_ASIDE = re.compile(r"\s*\([^()]*,[^()]*\)")
"""A remark about a person in brackets, with a comma that does not separate names."""
LONGEST = 6
"""A person's name has at most this many words."""
_OFFICE_WORDS = 4
"""At most this many words name the job before a name; more are a sentence about somebody."""
_SHORT_NAME = 6
"""An agency's name with at most this many letters is just as often a family name ("Lusa")."""
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
_PARTICLE = word_set("byline.name_particles")
_GIVEN = re.compile(r"^[^\W\d_][\w'’-]*\.?(?:(?:\s+|(?<=\.))[^\W\d_](?:\.(?:-?[^\W\d_]\.)*)?)*$")
"""A given name followed by initials: "Anna M."."""
_NICKNAME = re.compile(r"""(?<=\w)\s(?:"[^\W\d_]+"|“[^\W\d_]+”|‘[^\W\d_]+’)(?=\s)""")
"""What a person is called, between the other names: "Anna “Annie” Fox"."""
_ARTICLES = word_set("byline.articles")
_WORD = re.compile(r"^(?:[^\W\d_]|['’.`\-‐‑])+[,.]?$")
# Scripts without spaces show no shape of a name: any few characters may be one.
_CJK = re.compile(r"^[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af・･\s]{2,20}$")
# A name in Chinese characters alone is shorter than this.
_HAN_PHRASE = re.compile(r"[\u3400-\u9fff]{9}")
_AFFILIATED = re.compile(
    rf"(?P<name>[\uac00-\ud7af]{{3}}|[\u3040-\u30ff\u3400-\u9fff]{{2,4}}|"
    r"[\u3040-\u30ff\u3400-\u9fff]{5,6}(?=[（(])|"
    r"[\u3400-\u9fff]{1,3} [\u3040-\u30ff\u3400-\u9fff]{1,3})(?:\s*[（(，]|\s+)(?:[^。.!?！？]{2,40}?)?"
    rf"{pattern('byline.offices_behind')}[）)]?"
)
"""A name in a script without spaces, and behind it where the person works and as what: "山田太郎 港湾大学教授"."""
_HOUSE_BEHIND = re.compile(rf"{pattern('byline.houses_behind')}$")
_FIELD_BEHIND = re.compile(rf"(?=\S{{5}})[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+{pattern('byline.offices_behind')}")
_MIXED = re.compile(r"[A-Za-z]{2}.*[\u3040-\u30ff\u3400-\u9fff]")
"""Words in two scripts are two names, or a name and another word."""
_REPORTER = re.compile(
    rf"(?<=[\uac00-\ud7af])\s*{pattern('byline.reporter_words')}(?:\s*외\s*\d+명)?$|^[^=\s]{{2,12}}=(?=[\uac00-\ud7af]{{2,4}}\b)"
)
# In scripts of capitals and small letters, a name does not begin like this: "a carter who lives here".
_DESCRIBED = re.compile(rf"(?i:{pattern('byline.indefinite_articles')})\s+[a-z]{{3}}")
_REMARKS = re.compile(rf"(?<![^\s|•·(/–—-]){pattern('byline.behind_names')}(?=\W*(?:$|[|•·)/–—]))", re.I)
"""What a line says of comments behind a name: "Anna Fox 3 Comments", "Anna Fox Leave a Comment"."""
_CLOCK = re.compile(
    rf"\s(?:(?:{pattern('dates.at_words')}|@)\s+)?\d{{1,2}}[:.]\d\d(?:\s*{pattern('dates.clock_words')})?(?!\w)"
    r"(?:\s+(?-i:[A-Z]{1,3}T|UTC)\b)?",
    re.I,
)
"""The time of day behind a name: "Anna Fox at 10:04 AM"."""
_COUNT = re.compile(rf"\d+(?:\s*{pattern('byline.counted_words')}\b.*)?$")
_WHOLE = frozenset().union(
    word_set("byline.interface_words"),
    word_set("byline.day_words"),
    calendars.MONTHS.keys() - word_set("byline.months_as_names"),
    *map(word_set, ("byline.and_words", "byline.by_words")),
    word_set("byline.place_words"),
    word_set("byline.company_forms"),
    (said + dot for said in phrases("byline.academic_titles") for dot in ("", ".")),
    word_set("byline.degrees"),
    word_set("byline.places"),
    *map(word_set, ("byline.sections", "page.sections", "metadata.genres", "metadata.forms", "dates.published_labels")),
)
"""What stands where a name could and is none, as a whole."""
# With a capital, such a word is a name: "Dan", "Con".
_JOINING = word_set("byline.short_and_words") | word_set("byline.with_words")
# In scripts without spaces, and after signs, the next word follows at once.
_BEGINNINGS = tuple(
    said if said[-1] >= "\u3000" or not said[-1].isalpha() else f"{said} "
    for said in phrases("byline.no_name_beginnings")
)
_ENDS = tuple(said if said[0] >= "\u3000" else f" {said}" for said in phrases("byline.no_name_ends"))


@dataclass(frozen=True, slots=True)
class Name:
    """A name as printed, and whether it looks like an organisation's."""

    name: str
    organisation: bool


def tidy(name: str) -> str:
    """Return *name* as printed, without titles, e-mail addresses, handles, brackets and stray punctuation."""
    name = _EMAIL.sub(" ", name) if "@" in name else name
    name = _OTHERS.sub("", _HANDLE.sub(" ", name))
    name = _PAREN.sub(" ", name)
    name = plain(name)
    if " " in name.strip() or not name[-1:].isdigit():
        name = _NOTE_MARK.sub("", name)
    name = name.removeprefix("the ").strip(' ,;:|–—-•·*"“”„»«>…')
    half = len(name) // 2
    name = name[:half] if half > 3 and name[half] == " " and name[:half] == name[half + 1 :] else name  # printed twice
    name = _SUFFIX.sub("", _TITLE.sub("", _RANK.sub("", _UNIVERSITY.sub("", name))))
    name = _REPORTER.sub("", name.strip(" ,;:|–—-•·*").removesuffix(" /"))
    # The full stop ends the line and not the name, unless the last word is so short that it is an initial or "Jr.".
    last = name.split()[-1] if len(name) > 8 and name.endswith(".") else ""
    return name[:-1] if len(last) > 4 and last[:-1].isalpha() else name


@remembered(8192)  # several witnesses name the same people
def person(name: str) -> bool:
    """Return whether *name* looks like a person's: two to six words, each a particle or with a capital, no digits."""
    if _HAN_PHRASE.search(name):
        return False
    if _CJK.match(name):
        return True
    words = _NICKNAME.sub("", name if name.isascii() else _unmarked(name)).split()
    if not 2 <= len(words) <= LONGEST or any(c.isdigit() for c in name) or _begins_like_organisation(words):
        return False
    if not name.isascii() and _MIXED.search(name):
        return False
    # In scripts without capitals, every word counts as having one.
    capitals = 0
    for word in words:
        if not _WORD.match(word):
            return False
        if (
            word[0].isupper()
            or not (word[0].islower() or word[0].isupper())
            or (len(word) > 2 and word[1] in "'’" and word[2].isupper())
        ):
            capitals += 1
        elif word.casefold().rstrip(".") not in _PARTICLE and not word.startswith(("al-", "el-", "d’", "d'")):
            return False
    return capitals >= 2 or (capitals == 1 and len(words) == 2 and words[0].casefold() in _PARTICLE)


def _unmarked(name: str) -> str:
    """Return *name* without the marks on its letters and the joiners between them."""
    # The vowels of Indic and Thai scripts are such marks, and so are accents that are encoded on their own.
    return "".join(c for c in name if c not in JOINERS and unicodedata.category(c)[0] != "M")


def _begins_like_organisation(words: list[str]) -> bool:
    """Return whether *words* begin with an article, like "Le Figaro" and "The River Press"; names of persons do not."""
    first = words[0].casefold()
    return first == "the" or (len(words) == 2 and first in _ARTICLES)


def shapeless(name: str) -> bool:
    """Return whether *name* is in a script in which any few characters may be a person's name."""
    return _CJK.match(name) is not None


def affiliated(words: str) -> str:
    """Return the person whom *words* name before an office, in a script without spaces; "" if they do not."""
    said = _AFFILIATED.fullmatch(words)
    return said["name"] if said is not None and not _HOUSE_BEHIND.search(said["name"]) else ""


def job(name: str) -> bool:
    """Return whether *name* is a job title or a description, not a name."""
    if _FIELD_BEHIND.fullmatch(name):
        return True
    # Next to a person's name, one word for a job may be a family name. Two such words, or a comma, are a description.
    held = offices.jobs(name)
    return len(held) > 1 or (bool(held) and not (person(offices.without_jobs(name)) and "," not in name))


def organisation(name: str) -> bool:
    """Return whether *name* reads like an organisation's."""
    return offices.organisation_word(name) or (not person(name) and (name.isupper() or " " not in name))


def inverted(text: str) -> str:
    """Return *text* with the family name last, if a comma shows that it stands first: "Fox, Anna M."."""
    # The comma before "Jr" does not show that.
    later = _LATER_BEARER.search(text)
    if later:
        bare = text[: later.start()]
        return text if inverted(bare) == bare else inverted(bare) + later[0]
    family, comma, given = (part.strip() for part in text.partition(","))
    if (
        not comma
        or "," in given
        or not _GIVEN.match(given)
        or offices.organisation_word(family)
        or offices.organisation_word(given)
    ):
        return text
    # Before the comma, a family name must stand alone: two capitals are a full name, and the comma separates persons.
    *particles, last = family.split() or [""]
    if not last[:1].isupper() or any(word.casefold() not in _PARTICLE for word in particles):
        return text
    return f"{given} {family}"


def unbracketed(text: str) -> str:
    """Return *text* without the brackets around the whole of it: "(by Anna Fox)"."""
    inside = _BRACKETED.match(text)
    return text if inside is None else inside[1]


def split(text: str, *, printed: bool = False) -> tuple[Name, ...]:
    """Split *text* into the names it lists, in order, each once.

    Args:
        printed: the text was printed for people, so other words may stand around the names; otherwise it is the value
            of a field that holds only names.
    """
    return (_remembered if len(text) <= 200 else _split)(text, printed)


def _split(text: str, printed: bool) -> tuple[Name, ...]:
    text = labels.strip(_ADDRESS.sub(" ", unbracketed(plain(text))))
    if printed and "(" in text:
        text = _ASIDE.sub(" ", text)
    for stated in date_parsing.find(text) if printed and any(c.isdigit() for c in text) else ():
        text = text.replace(stated.words, " | ")
    text = _REMARKS.sub(" | ", _CLOCK.sub(" | ", text)) if printed else text
    # Now, while semicolons still separate the persons; later every comma would separate names.
    text = "; ".join(inverted(one) for one in text.split(";"))
    text = text.replace(" ", "、") if _SPACED_HAN.fullmatch(text) else text
    if printed:
        text = _without_others(_AND_NEXT.sub(" ", text))
    if printed and ". " in text:
        said, *others = _ROLE_NEXT.split(text)
        roled = next((at for at, other in enumerate(others) if labels.ROLE_FIRST.match(other)), len(others))
        text = ". ".join([said, *others[:roled]])
    found: dict[str, Name] = {}
    for said in _DASH.split(text) if printed else [text]:
        if printed and found and not given_names.among(said):
            # After a dash follows the place or employer they write from.
            continue
        for part in _PARTS.split(said):
            if printed and labels.ROLE_FIRST.fullmatch(part.strip()):
                # A line with just a role: the names after it have that role.
                break
            _read(labels.strip(part), found, printed=printed)
    whole = list(found.values())
    if ";" in text and any(person(n.name) for n in whole):
        # If semicolons separate the persons, a single word after a comma is where they write from.
        whole = [n for n in whole if " " in n.name or offices.organisation_word(n.name) or _CJK.match(n.name)]
    elif not printed and len(whole) > 2 and person(whole[0].name) and person(whole[-1].name):
        # A single word between persons is where the previous one writes from.
        whole = [n for n in whole if " " in n.name or offices.organisation_word(n.name) or _CJK.match(n.name)]
    words = Counter(word for n in whole for word in set(n.name.split()))
    return tuple(n for n in whole if " " in n.name or words[n.name] == 1)


def _without_others(text: str) -> str:
    """Return *text* up to somebody with another role who follows a person without a separator."""
    other = _ROLE_BEHIND.search(text)
    before = text[: other.start()] if other else text
    return before if any(person(tidy(part)) for part in _SPLIT.split(before)) else text


_remembered = lru_cache(maxsize=4096)(_split)  # the same people write on page after page


def _read(part: str, found: dict[str, Name], *, printed: bool) -> None:  # noqa: C901 - one case per shape of a name
    """Add the names in *part* to *found*. Only commas and words for "and" still separate names in it."""
    if labels.ROLE_FIRST.match(part):
        return
    before, in_office, closed = len(found), False, False
    for piece, listed in _pieces(part):
        piece = labels.strip(piece)
        if printed and closed and not listed and not given_names.known(tidy(piece)):
            # "Fox, Quay Institute, and Sowa, Port Office": after the last name of a list follows the employer.
            continue
        closed = closed or (listed and len(found) > before)
        if printed and (":" in piece or "：" in piece):
            return
        if ":" in piece or _KICKER.search(piece) or (found and _PICTURING.match(piece)):
            continue
        name = affiliated(piece) or _behind_office(tidy(_led(piece)) if printed else tidy(piece))
        if printed and listed and (given_names.known(bared := _bare_of_office(name)) or not found):
            name = bared
        if not name or "#" in name or len(name) > 80 or is_no_name(name):
            continue
        if _DATEISH.search(name) and not person(name):
            continue
        if found and offices.jobs(name):
            if printed:
                in_office = True
            continue
        able = person(name) and given_names.known(name) and not offices.organisation_word(name)
        if in_office and not (able and (listed or not found)):
            # After a job title follows the place where it is held.
            continue
        if printed and job(name) and not offices.desk(name):
            in_office = True
            continue
        # A few capitals after a person are a degree, unless they are an agency (AFP, PAP).
        if found and not listed and _DEGREES.match(name) and not agency(name):
            continue
        if printed and found and not (person(name) or agency(name)):
            continue
        if (
            printed
            and found
            and not (listed and len(found) > before)
            and _is_employer(name, (known.name for known in found.values()))
        ):
            # What follows a person without a word for "and" is the employer.
            continue
        found.setdefault(name.casefold(), Name(name, organisation(name) and not _CJK.match(name)))


def _is_employer(name: str, beside: Iterable[str] = ()) -> bool:
    """Return whether *name* is an organisation's: by its words, or in capitals next to names that are not."""
    if agency(name):
        return False
    # If the whole line is in capitals, they mean nothing; a single piece in capitals is the organisation.
    return offices.organisation_word(name) or (name.isupper() and any(not other.isupper() for other in beside))


def _bare_of_office(name: str) -> str:
    """Return a person's *name* without a job or agency that follows without a comma: "Anna Fox Contributor"."""
    words = name.split()
    of_desk = offices.desk(name)
    # The shortest name first: of "Anna Fox Staff Writer", only the first two words are the name.
    # No name has more than LONGEST words; without that limit, a long paragraph would take quadratic time.
    for kept in range(2, min(len(words), LONGEST + 1)):
        office = " ".join(words[kept:])
        job = all(offices.jobs(word) for word in words[kept:])
        sure = kept < len(words) - 1 or len(office) > _SHORT_NAME or (office.isupper() and not name.isupper())
        # After an initial, the next word is the family name: "Harriet B. Bloomberg".
        house = agency(office) and sure and len(words[kept - 1].rstrip(".")) > 1
        left = " ".join(words[:kept])
        # "Port Gazette Staff" is a newsroom, "Anna Fox Staff Writer" and "Anna Fox Port Gazette Staff Writer" are not.
        known = given_names.known(left)
        # Capitals may end where the employer begins: "ANNA FOX Port Gazette", "Anna Fox BBC News".
        whole, other = words[kept - 1].rstrip("."), words[kept]
        turned = len(whole) > 1 < len(other) and whole.isupper() is not other.isupper()
        hosted = known and (turned or bool(offices.jobs(words[-1])))
        house |= hosted and offices.organisation_word(office)
        # One word, "Staff", is what a newsroom calls itself; two are somebody's job.
        named = known or not of_desk or len(words) > kept + 1
        if (job or house) and named and person(left) and not offices.organisation_word(left):
            return left
    return name


def _behind_office(name: str) -> str:
    """Return a person's *name* without the job before it: "Port Correspondent Anna Fox", "our reporter Anna Fox"."""
    words = name.split()
    for at in range(1, min(len(words) - 1, _OFFICE_WORDS + 1)):
        # A compound of the house and the job ("Hafenblatt-Redakteurin") is one word.
        office, left = words[at - 1].rpartition("-")[2], " ".join(words[at:])
        if offices.jobs(office) and given_names.known(left) and person(left) and not offices.jobs(left):
            return name if given_names.among(" ".join(words[:at])) else left
    return name


def _led(piece: str) -> str:
    """Return *piece* without the words after a name that say when or where: "Anna Fox in Warsaw"."""
    stump = _TRAILING.sub("", piece)
    return piece if offices.organisation_word(stump) and not agency(tidy(stump)) and len(piece) < 80 else stump


def _pieces(part: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a list, each with whether it continues the list after a word for "and"."""
    listed = True
    for at, piece in enumerate(_joined_organisations(_SPLIT.split(part))):
        if at % 2:
            listed = bool(piece.strip(" ,、，،"))
            continue
        halves = _SHORT_AND.split(piece)
        if len(halves) > 1 and all(
            person(tidy(half)) or agency(half.strip()) or (n > 0 and _PICTURING.match(half))
            for n, half in enumerate(halves)
        ):
            yield from ((half, listed or n > 0) for n, half in enumerate(halves))
        elif piece.strip():
            yield piece, listed


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


@remembered(4096)
def is_no_name(words: str) -> bool:
    """Return whether *words*, taken as a whole, cannot be a name."""
    lowered = words.lower()
    return (
        lowered in _WHOLE
        or words in _JOINING
        or f"{lowered.rstrip('.')} ".startswith(_BEGINNINGS)
        or f" {lowered}".endswith(_ENDS)
        or _COUNT.match(lowered) is not None
        or _DESCRIBED.match(words) is not None
        or _DEGREE_ALONE.match(words) is not None
    )
