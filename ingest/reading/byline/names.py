"""Names: tell persons from organisations and other words, and take from a name what does not belong to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.reading.byline import offices
from ingest.reading.dates import calendars
from ingest.reading.page.once import remembered
from ingest.reading.page.page import JOINERS, plain
from ingest.reading.vocabulary import pattern, pattern_of, phrases, word_set

LATER_BEARERS = rf"(?:{pattern('byline.later_bearers')}|I{{2,3}}|IV)"
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
_LATER_BEARER = re.compile(rf"\s*,\s+(?i:{LATER_BEARERS})\.?$")
"""A part of the name that tells a person from another one of the same name; not a second person."""
_OTHERS = re.compile(rf"\s+{pattern('byline.and_others')}\.?$", re.I)
"""Words that stand for people who are not named."""
# At most 64 characters before the at sign (RFC 5321, section 4.5.3.1.1). Without a limit, a long value would be read
# again from each of its characters.
_EMAIL = re.compile(r"(?:[(<\[]\s*+)?[^\s@]{1,64}@[^\s@]+\.\S+\s*[)>\]]?")
_HANDLE = re.compile(r"(?:\s|\()@(?:\s[^\W\d_]+$|\w+\)?)")
_NOTE_MARK = re.compile(r"(?<=\w\w)(?<!\d)(?<=[^\W_])[\d*†‡§¶¹²³⁰-⁹]+(?:,[\d*†‡§¶]+)*$")
"""The mark of a note after a name: "Anna Fox1,2", "Jan Sowa*". Digits after a single word belong to a login."""
_DEGREE_ALONE = re.compile(rf"{_DEGREE}$")
_PAREN = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_BRACKETED = re.compile(r"[(（]\s*([^()（）]+?)\s*[)）]\.?$")
LONGEST = 6
"""A person's name has at most this many words."""
_PARTICLE = word_set("byline.name_particles")
_GIVEN = re.compile(r"^[^\W\d_][\w'’-]*\.?(?:(?:\s+|(?<=\.))[^\W\d_](?:\.(?:-?[^\W\d_]\.)*)?)*$")
"""A given name followed by initials: "Anna M."."""
_NICKNAME = re.compile(r"""(?<=\w)\s(?:"[^\W\d_]+"|“[^\W\d_]+”|‘[^\W\d_]+’)(?=\s)""")
"""What a person is called, between the other names: "Anna “Annie” Fox"."""
_ARTICLES = word_set("byline.articles")
_WORD = re.compile(r"^['’.`\-‐‑]*[^\W\d_](?:[^\W\d_]|['’.`\-‐‑])*[,.]?$")
# Scripts without spaces show no shape of a name: any few characters may be one.
_CJK = re.compile(r"^[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af・･\s]{2,20}$")
# A name in Chinese characters alone is shorter than this.
_HAN_PHRASE = re.compile(r"[\u3400-\u9fff]{9}")
_AFFILIATED = re.compile(
    r"(?P<name>[\u3400-\u9fff]{1,3} [\u3040-\u30ff\u3400-\u9fff]{1,3}(?=\s*[（(])|"
    r"[\uac00-\ud7af]{3}|[\u3040-\u30ff\u3400-\u9fff]{2,4}|"
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
_SIGNED = re.compile(
    r"[\[(]?(?:[^=\s]{2,12}=)?(?P<names>[\uac00-\ud7af]{2,4}(?:\s?[·ㆍ,]\s?[\uac00-\ud7af]{2,4})*)\s*"
    rf"{pattern('byline.reporter_words')}[\])]?(?:[\s/|]*\(?\S+@\S+)?"
)
# In scripts of capitals and small letters, a name does not begin like this: "a carter who lives here".
_DESCRIBED = re.compile(rf"(?i:{pattern('byline.indefinite_articles')})\s+[a-z]{{3}}")
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

    @property
    def is_person(self) -> bool:
        """Whether it has the shape of a person's name, and no organisation is called like this."""
        return person(self.name) and not self.organisation


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
        if not word[0].islower() or (len(word) > 2 and word[1] in "'’" and word[2].isupper()):
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


def reporters(words: str) -> tuple[str, ...]:
    """Return the names of the Korean reporters who sign a text with *words*: "김철수·이영희 기자 kim@port.example"."""
    said = _SIGNED.fullmatch(words)
    return tuple(re.findall(r"[\uac00-\ud7af]+", said["names"])) if said is not None else ()


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
    """Return *text* with the family name last, if a comma shows that it stands first: "Fox, Anna M.", "Fox, A. de"."""
    # The comma before "Jr" does not show that.
    later = _LATER_BEARER.search(text)
    if later:
        bare = text[: later.start()]
        return text if inverted(bare) == bare else inverted(bare) + later[0]
    family, comma, given = (part.strip() for part in text.partition(","))
    # In catalogues, a particle of the family name stands behind the given name.
    first, _, behind = given.rpartition(" ")
    if behind in _PARTICLE:
        given, family = first, f"{behind} {family}"
    if not comma or "," in given or not _GIVEN.match(given) or any(map(offices.organisation_word, (family, given))):
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
