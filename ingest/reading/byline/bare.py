"""Bare bylines: persons named near the headline with no word that says so, known by a portrait, by bold, or by a common
given name beside a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

from ingest.reading.byline import given_names, names, offices
from ingest.reading.byline.line import parted
from ingest.reading.byline.names import Name
from ingest.reading.dates import date_parsing
from ingest.reading.page.class_names import says
from ingest.reading.page.outline import BLOCKS
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.page.zones import Zones
from ingest.terms.agencies import agency

LONGEST = 120
WITH_DEGREES = 240
"""How long a line may be in which names are followed by degrees, as nothing but a list of authors is."""
FAMILY = 4
"""A family name so long, in letters, is that of somebody whom the text is about if the title holds it."""
BEFORE, AFTER = -12, 30
"""How many elements may part such a line from the headline."""
ABOVE_TEXT = 120
"""So many may, where the text has not begun and a date stands beside."""
_AND = r"(?:and|und|et|y|e|i|oraz|og|och|en|и|та|&)"
# "Fox, Sowa, and Reed": the comma before the last name takes the word for "and" along.
_PARTS = re.compile(rf"\s*(?:,\s+{_AND}\s|\||•|·|,|;|/| – | — | - |\s{_AND}\s)\s*")
_MEASURED = re.compile(
    r"\b(?:(?:czas\s+czytania|lesezeit|temps\s+de\s+lecture|reading\s+time|lesedauer)\s*:?\s*)?(?:ca\.\s*)?\d+(?:[.,]\d+)?"
    r"\s*[- ]?(?:mins?|minut\w*|words?|słów|wörter|views?|comments?|komentarz\w*|kommentare?|shares?)\b"
    r"(?:[ -](?:read|lesezeit|czytania|de\s+lecture|de\s+lectura|di\s+lettura))?|\b\d{1,2}:\d\d(?:\s*(?:uhr|h|am|pm))?",
    re.I,
)
# What kind of text it is, behind a name.
_KIND = re.compile(
    r"\s+(?:(?:policy\s+)?(?:briefs?|papers?|notes?|memos?)|comment(?:ary)?|analysis|report|opinion|op-?ed|essay|interview|podcast|"
    r"blog|article|study|review|komentarz|analiza|raport|opinia|wywiad|felieton|artykuł|esej|kommentar|analyse|bericht|"
    r"meinung|beitrag|studie|commentaire|entretien|análisis|entrevista|opinión|informe|commento|analisi|intervista|komentář|"
    r"analýza|комментарий|анализ|коментар|аналіз)$",
    re.I,
)
# In Korean a word for "reporter" behind two to four syllables is a byline by itself.
_REPORTER = re.compile(r"^([\uac00-\ud7af]{2,4})\s*(?:기자|특파원|논설위원)(?:\s*\S+@\S+)?$")
_WITH_HANDLE = re.compile(r"([^@|(<\[]{5,40}?)\W{0,3}(?:@(\w+)|([\w.+-]+)@[\w.-]+\.\w+)\)?")
"""A name with a handle or a mail address behind it."""
_AVATAR = re.compile(r"//[\w.]*gravatar\.com/avatar/|^avatar(?:$|[\s-])")
"""The picture of an account: by the service that keeps them, or by the class that systems give to it."""
_OF_ACCOUNTS = re.compile(
    r"\b(?:accounts?|admin|comments?|compte|cuenta|edit|follow(?:ers|ing)?|gast|gość|guest|konto|log|login|members?|my|perfil|"
    r"posts?|profile?|read|repl(?:y|ies)|settings|share|sign|staff|users?|view|visitor|write)\b",
    re.I,
)
"""Words beside the picture of an account that are the system's: "Edit Profile", "Guest User"."""
HOUSE_LONGEST = 60
_DIGIT = re.compile(r"\d")
# What ends the names of places and things that bear a given name: "Carmel Valley", "Brent crude". Few families do.
_NO_FAMILY = re.compile(
    r"\b(?:accord|accords|affair|agreement|airport|asteroid|basin|canyon|city|climate|coast|county|crisis|crude"
    r"|damage|desert|district|dynasty|eruption|floods|fluss|gulf|harbor|harbour|hurricane|insel|isla|island"
    r"|islands|kreis|mission|mountains|ocean|peninsula|pipeline|policy|prize|project|protocol|province|provincia"
    r"|raid|rebellion|region|región|river|ruins|río|school|schule|sea|siege|strip|summit|university|valley"
    r"|volcano|war)$",
    re.I,
)
_PICTURED = re.compile(
    r"\b(?:photos?|fotos?|bild(?:er)?|images?|zdjęci[ae]|credits?|crédits?|caption)\s*[:：]|\bfot\.|"
    r"\((?:photo|foto|instagram|facebook|twitter|youtube|tiktok|courtesy|cortesía|archivo|screenshot|captura)\b",
    re.I,
)
TO_ASK = re.compile(
    r"(?:(?:media|press|further)\s+(?:contacts?|enquir\w+|inquir\w+|information|office)|(?:presse-?)?kontakte?|contactos?|contacts?|contatt[io]|"
    r"ansprechpartner\w*|pressestelle|biuro\s+prasowe|rzeczni\w+)\b",
    re.I,
)
"""How a line begins that names whom to ask about a text."""
_CHAIR = re.compile(r"^(?:prof|dr)\b", re.I)
# A Polish chair ends in a full stop ("prof. ucz."), which ends no sentence.
_CHAIRED = re.compile(r"\bprof\.\s+(?:ucz|uczelni|nadzw)\.$", re.I)
_DEGREE = re.compile(
    r"^(?:[A-Z]{2,8}|[BM]\.?(?:Sc|Ed|Phil|Res|Eng)|[A-Z]\w{0,2}\.(?:[A-Z]\w{0,2}\.)+|Ph\.?\s?D\.?)(?:\s*\([^()]*\))?$"
)
_DEGREES = re.compile(r"[^\W\d_]{2},\s+(?:Ph\.?\s?D|M\.D|J\.?D|DVM|VMD|MPH|MPP|MPA|MBA|M\.?Sc|RDN?|LL\.?M|DDS)\b")
"""A degree behind a name: those alone that stand for no house, no place and no agency."""
# In a title, behind one of these stands who wrote the text, and not whom it is about.
_BY = ("by", "von", "par", "por", "door", "av", "af")
_TOPIC = re.compile(
    r"(?:^|[\s_-])(?:tags?|topics?|categor(?:y|ies)|kategori\w*|kickers?|eyebrow|overline|themen?|subjects?|sections?|keywords?|"
    r"places?|location|dateline|lead|teaser|dek|event\w*|speakers?)(?:$|[\s_-])",
    re.I,
)
# Sites file experts under topics: a name that says people outweighs one that says topics.
_PEOPLE = re.compile(r"(?:^|[\s_-])(?:persons?|people|authors?|experts?|contributors?|autor(?:en|es|zy)?)(?:$|[\s_-])")
_TOPIC_PAGE = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|kategori\w*|themen?|thema|regions?|countr(?:y|ies)|search)/", re.I
)


def people(page: Page, zones: Zones, element: Any, words: str, text: int = 0) -> tuple[Name, ...]:
    """Return the persons whom *element*, which says *words*, names by the headline; none where it may speak of
    others.

    Args:
        text: how far from the headline the text begins.
    """
    longest = WITH_DEGREES if _DEGREES.search(words) else LONGEST
    if len(words) > longest or element.tag in ("h1", "h2", "h3", "time"):
        return ()
    if reporter := _REPORTER.match(words):
        return (Name(reporter[1], organisation=False),)
    distance = zones.distance(element)
    by_headline = BEFORE <= distance <= AFTER
    # A row of share buttons parts a byline from its headline by dozens of elements; a date beside it still tells.
    if AFTER < distance <= min(text, ABOVE_TEXT):
        by_headline = any(c.isdigit() for c in words)
    if not _quoted(element) and _marked(page, element, words, by_headline) and not of_topic(zones, element):
        listed = names.split(words.replace("/", " / "), printed=True)
        if all(names.person(n.name) and not n.organisation for n in listed):
            return listed
    # Above the headline a visitor's own account is shown, and below the text those of who liked it.
    signed = 0 < distance <= min(text or AFTER, AFTER) and not _quoted(element)
    if signed and (shown := _beside_avatar(zones, element, words)):
        return shown
    if by_headline and "@" in words and not _quoted(element) and (own := _with_handle(words)):
        return own
    if not by_headline or not given_names.among(words):
        return ()
    if of_topic(zones, element) or not _apart(page, element) or _captions(page, element, words):
        return ()
    # A sentence, or who is named below a quotation ("— Anna Fox").
    if (words.endswith((".", "!", "?")) and not _CHAIRED.search(words)) or words.startswith(("—", "–", "-", "―")):
        return ()
    # Links with nothing between them: only their ends part the names.
    linked = [plain(visible(a)) for a in element.iter("a")]
    if len(linked) > 1 and " ".join(linked) == words:
        words = " | ".join(linked)
    return _dated(page, parted(element) if len(element) and "|" not in words else words)


def _beside_avatar(zones: Zones, element: Any, words: str) -> tuple[Name, ...]:
    """Return the one person named by the picture of an account in the same line: "[face] Anna Fox in Roads"."""
    # The links of such a line lead to topics, and its class alone says whether it is one of topics.
    if sum(map(_is_avatar, element.iter("img"))) != 1 or says(_TOPIC, zones.marks[element]):
        return ()
    listed = names.split(words, printed=True)
    if len(listed) != 1 or not shaped(listed[0].name):
        return ()
    name = listed[0].name
    # Behind another word a common given name is called by it: "Hello Jane", "Ask Anna".
    none = given_names.among(name) or _OF_ACCOUNTS.search(name)
    return listed if given_names.known(name) or not none else ()


def _is_avatar(picture: Any) -> bool:
    # Not by what it is said to show: there is a film of that name.
    return any(_AVATAR.search(value) for name, value in picture.items() if name not in ("alt", "title"))


def _with_handle(words: str) -> tuple[Name, ...]:
    """Return the person with whose own handle or mail address *words* end: "Anna Fox @annafox"."""
    match = _WITH_HANDLE.fullmatch(words)
    name = names.tidy(match[1]) if match else ""
    if match is None or not shaped(name):
        return ()
    # Whose it is, is sure where it holds the family name: a newsroom's has nobody's.
    family = "".join(filter(str.isalpha, name.split()[-1])).casefold()
    own = len(family) >= FAMILY - 1 and family in (match[2] or match[3]).casefold()
    return (Name(name, organisation=False),) if own else ()


def house(element: Any, words: str, distance: int) -> tuple[Name, ...]:
    """Return the newsroom or the agency that stands alone by the headline with the day ("News Desk | 3 May 2024") or
    with where it wrote ("AFP, Manila").
    """
    if not 0 < distance <= AFTER or len(words) > HOUSE_LONGEST or _quoted(element):
        return ()
    wire, comma, place = (part.strip() for part in words.partition(","))
    if comma and agency(wire) and place.lower() not in ("", wire.lower()) and names.is_no_name(place):
        if _PICTURED.search(f"{place}:"):
            return ()
        return (Name(wire, organisation=True),)
    if not _DIGIT.search(words):
        return ()
    rest = _MEASURED.sub(" | ", words)
    found = [stated.words for stated in date_parsing.find(rest)]
    for day in found:
        rest = rest.replace(day, " | ")
    parts = [names.tidy(part) for part in _PARTS.split(rest) if part.strip(" .,:()")]
    # With one word more the line says what the newsroom did, or of whom an agency tells.
    able = found and len(parts) == 1 and (offices.desk(parts[0]) or agency(parts[0]))
    return (Name(parts[0], organisation=True),) if able else ()


def _marked(page: Page, element: Any, words: str, by_headline: bool) -> bool:
    """Say whether *words* are names alone that the page marks as such: by the headline with a portrait of that name, or
    in bold by themselves.
    """
    named = words.split("/")
    # Buttons in capitals ("SUBSCRIBE NOW") have the shape of a name, and are bold too.
    if len(words) > 40 * len(named) or words.isupper():
        return False
    if not all(names.person(one.strip()) for one in named) or names.organisation(words):
        return False
    parent = element.getparent()
    for block in (parent, parent.getparent() if parent is not None else None):
        # Far above the headline stand cards of other texts, with title and picture of the same words ("Summit Week").
        pictures = list(block.iter("img"))[:3] if by_headline and block is not None else ()
        if any(plain(i.get("alt") or "").casefold() == words.casefold() for i in pictures):
            return True
    inner = next((c for c in element if isinstance(c.tag, str)), None)
    return (
        element.tag == "p"
        and inner is not None
        and inner.tag in ("strong", "b", "em", "i")
        and page.short.get(inner) == words
        and all(given_names.known(one.strip()) or len(one.split()) == 2 for one in named)
    )


def _dated(page: Page, words: str) -> tuple[Name, ...]:
    """Return the persons of a line that holds, besides their names, at most a date, a measure of length and a word or
    two.
    """
    rest = _MEASURED.sub(" | ", words)
    for stated in date_parsing.find(rest) if any(c.isdigit() for c in rest) else ():
        rest = rest.replace(stated.words, " | ")
    parts = [_KIND.sub("", part.rstrip()) for part in _PARTS.split(rest)]
    parts = [part for part in parts if part.strip(" .,:()")]
    learned = {part for part, behind in pairwise(parts) if _DEGREE.match(behind)} if _DEGREES.search(words) else set()
    parts = [part for part in parts if not _DEGREE.match(part)]
    known = any(shaped(names.tidy(part)) and given_names.known(names.tidy(part)) for part in parts)
    # Beside a date one known given name vouches for all others of the line, and without a date for those with degrees
    # of their own; else each must be known.
    sure = set(parts) if rest != words else {part for part in learned if not names.organisation(part)}
    sure |= {part for part in parts if given_names.known(names.tidy(part))} if sure else set()
    found = [part for part in parts if known and part in sure and _of_this(page, part)]
    found = found or [part for part in parts if _of_this(page, part) and given_names.known(names.tidy(part))]
    others = [part for part in _others(parts, found) if rest != words or not _office(part)]
    if not found or len(others) > (2 if rest != words else 0):
        return ()
    # With more words, or a number, it says something of somebody.
    if any(len(part.split()) > 3 or any(c.isdigit() for c in part) for part in others):
        return ()
    listed = (names.tidy(part) for part in found)
    return tuple(Name(name, organisation=False) for name in dict.fromkeys(listed))


def _others(parts: list[str], found: list[str]) -> Iterator[str]:
    """Yield those of *parts* that are not among the names *found*; behind a name neither words of an interface nor
    where somebody holds the office that stands before.
    """
    named = held = False
    for part in parts:
        named = named or part in found
        if part not in found and not (named and (held or not names.split(part, printed=True))):
            yield part
        held = part not in found and (held or _office(part))


def _captions(page: Page, element: Any, words: str) -> bool:
    """Say whether *element*, which says *words*, holds the caption of a picture, or says whose one is, or stands right
    before what says so.
    """
    if element.find(".//figcaption") is not None or _PICTURED.search(words):
        return True
    # The name may be wrapped: what follows it follows the outermost element that says no more than it.
    while element.getnext() is None and page.short.get(element.getparent()) == words:
        element = element.getparent()
    below = element.getnext()
    return below is not None and _PICTURED.match(page.short.get(below, "")) is not None


def _office(part: str) -> bool:
    return bool(offices.jobs(part) or _CHAIR.match(part)) or offices.organisation_word(part)


def _of_this(page: Page, part: str) -> bool:
    """Say whether *part* is a person's name, and of nobody whom the text is about."""
    name = names.tidy(part)
    if not shaped(name) or names.is_no_name(name):
        return False
    # Interviews and obituaries print whom they are about beside the date, exactly as others print the author.
    family, title = name.rsplit(maxsplit=1)[-1].casefold(), page.title_text.casefold()
    return len(family) < FAMILY or family not in title or any(f" {by} {name.casefold()}" in title for by in _BY)


def shaped(words: str) -> bool:
    """Say whether *words* have the shape of a person's name, and of nothing else that bears a given name."""
    return (
        len(words) <= 40
        and _NO_FAMILY.search(words) is None
        and names.person(words)
        and not names.organisation(words)
        and not names.job(words)
        and not words.isupper()
    )


def _apart(page: Page, element: Any) -> bool:
    """Say whether the block that *element* stands in is a line of its own: no part of a text, a list or a quotation."""
    block = element
    while block.tag not in BLOCKS and block.getparent() is not None:
        block = block.getparent()
    words = page.short.get(block)
    if words is None or len(words) > (WITH_DEGREES if words == page.short[element] else LONGEST):
        return False
    # Without a date a list is a menu or a staff, and a block of more words than the name is a sentence.
    dated = any(c.isdigit() for c in words)
    if not dated and (block.tag in ("li", "ul", "ol", "dl") or words != page.short[element]):
        return False
    return not _quoted(element)


def _quoted(element: Any) -> bool:
    around = (element, *islice(element.iterancestors(), 4))
    return any(node.tag in ("blockquote", "q", "figure", "figcaption") for node in around) or _tabled(element)


def _tabled(element: Any) -> bool:
    """Say whether *element* stands in a row of a table that has a heading, as facts on somebody do."""
    cell = next((node for node in (element, *islice(element.iterancestors(), 2)) if node.tag == "td"), None)
    return cell is not None and cell.getparent().find("th") is not None


def of_topic(zones: Zones, element: Any) -> bool:
    """Say whether *element* names what the text is about, or where."""
    for node in (element, element.getparent()):
        if node is None:
            continue
        said = zones.marks[node]
        if leads_to_topic(node) or (says(_TOPIC, said) and not says(_PEOPLE, said)):
            return True
    return any(map(leads_to_topic, element.iter("a")))


def leads_to_topic(link: Any) -> bool:
    """Say whether *link* leads to the page of a topic or a category."""
    return _TOPIC_PAGE.search(link.get("href") or "") is not None or "tag" in (link.get("rel") or "")
