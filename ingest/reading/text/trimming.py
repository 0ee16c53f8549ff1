"""Trimming: remove what stands between and around the paragraphs of a text: repeated headlines, lines with date and
byline, links to other texts, headings with nothing below them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from db.model.item import AgentKind, Attribution, Role
from db.model.text_marks import MarkKind
from ingest.reading.byline import labels, names
from ingest.reading.dates import date_parsing
from ingest.reading.page.hrefs import host_of
from ingest.reading.page.once import once
from ingest.reading.page.passage import Passage
from ingest.reading.text.alignment import letters
from ingest.reading.vocabulary import pattern

# Lines before a text are among its first few paragraphs; further down, a line like that is the author's.
LEAD = 8
TELLING = 80
REPEATED_LONGEST = 250
"""A longer passage is neither a repeated headline nor a line with date and byline nor an introduction of the author."""
LABEL = 8
JOINT = 4
CREDIT = 14
"""This many letters next to the credited names may say what they did ("Photographs by")."""
FEWEST = 2
STAMPS = 2
"""So many lines below an introduction say when a text was published and changed; a chronicle has more, further on."""
DATING = 3
"""This many words in a heading may say what a date is the date of ("Date of publication:")."""
HEADING = 30
TAIL = 5
BIO_LONGEST = 700
BIO_OPENING = 60
SHORTEST_LINK = 20
RIGHTS_LONGEST = 120
# The words for an update are stems, and often follow another word: "zuletzt bearbeitet".
_LABELS = pattern("dates.posted_words", "dates.published_labels")
_DATED = rf"(?:{_LABELS}|(?:\w+\s)?{pattern('dates.updated_words')}\w*)"
_TIMES = re.compile(
    rf"""^\W*(?:
        \d{{1,3}}\s*{pattern("text.minutes")}\.?(?:\s+{pattern("text.reading_words")})?|
        {pattern("text.reading_time_labels")}\b.{{0,30}}|
        (?:{_DATED}\W+)?{pattern("text.ages")}|
        {pattern("dates.posted_words")}(?:\s+{pattern("dates.prepositions", "byline.by_words")})?
    )\W*$""",
    re.I | re.X,
)
_BEFORE_DATE = re.compile(rf"^\W*(?:{_DATED}\b.{{0,60}}|.{{0,4}})$", re.I)
# What is left of a line without its date: the place of an agency report, the weekday, the time in one or two zones.
_DAY_AND_TIME = re.compile(
    r"\W*(?:(?-i:[A-Z][A-Z .-]{2,24})[|,]\W*)?"
    rf"(?:[^\W\d_]{{2,14}}(?:-[^\W\d_]{{2,8}})?\b\W*)?"
    rf"(?:(?:{pattern('dates.at_words')}\b\W*)?\d{{1,2}}[:.h]\d\d\W*(?:(?:h|[ap]\.?m\.?|[a-z]{{2,4}})\b\W*){{0,2}}){{0,2}}",
    re.I,
)
_LINES = frozenset({MarkKind.PARAGRAPH, MarkKind.ITEM, MarkKind.HEADING})
_STOPS = (".", "!", "?", "…", "。", "！", "？", "।", "؟")
_ABOVE = frozenset({MarkKind.CAPTION, MarkKind.HEADING})
_OVER = frozenset({MarkKind.PARAGRAPH, MarkKind.ITEM, MarkKind.HEADING})
_RIGHTS = re.compile(rf"^\W*(?:{pattern('text.rights_openings')}\b|©|ⓒ|\(c\)\s*\d{{4}})", re.I)
_BIO = re.compile(rf"\b{pattern('byline.is_words', 'byline.work_words')}\b")
_NAMED = r"(?-i:[^\W\d_a-zß-ÿ])"
# A line that credits further reporters, agencies, translators or a broadcast.
_CONTRIBUTED = re.compile(
    rf"""^[^.]{{3,220}}\b{pattern("text.contribution_phrases")}\b.{{0,60}}$|^\W*(?:
        {pattern("text.helper_labels")}\s+{_NAMED}[^.!?,]{{2,60}}(?:,[^.!?,]{{3,30}}){{0,3}}\.?|
        {pattern("text.source_labels")}\s+(?:[a-zäöü]{{2,7}}\b[\s/,.|]*){{1,5}}|
        {pattern("text.broadcast_labels")}\s*:\s(?=\D*\d)[^!?]{{5,140}}|
        {pattern("byline.translator_labels")}(?:\s*[:：])?\s+{_NAMED}\S+\s+(?:{pattern("byline.name_particles")}\s+)*{_NAMED}[^.!?]{{2,60}}\.?
    )\W*$""",
    re.I | re.X,
)
_OWNER = re.compile(r"['’]s(?!\S)")
_NICKNAME = re.compile(r"\s*[(\"“][^()\"”]{1,20}[)\"”]")
FOLLOW_LONGEST = 300
_FOLLOW = re.compile(rf"\b{pattern('text.following_verbs')}\b", re.I)
_NETWORK = re.compile(rf"\b{pattern('text.networks')}\b", re.I)
INVITING_LONGEST = 400
# What a publisher asks its readers below a text: to share it, to subscribe to a newsletter, to write. It must be about
# itself and addressed to the reader, because a text may mention newsletters, or people who liked an article. Also whose
# opinion the text is.
_INVITES = re.compile(
    rf"\b{pattern('text.liking_phrases')}\b[^.!?]{{0,80}}\b{pattern('text.liking_requests')}\b|"
    rf"(?:^|[.!?]\s+)\W*{pattern('text.invitations', 'text.disclaimer_openings')}\b",
    re.I,
)
INVITING_FIRST = 120
"""An invitation begins within this many characters of a passage; after more words, it is the end of a text."""
DANGLING_LONGEST = 250
"""A passage at the end of a text that means nothing by itself has at most this many characters."""
_LETTER = re.compile(r"\w")
_SHORT_CREDIT = re.compile(
    r"^(?:\((?:[a-zäöü]{2,5}(?:\s*[/,]\s*[a-zäöü]{2,5}){0,3})\)|[a-zäöü]{2,5}(?:\s*/\s*[a-zäöü]{2,5}){1,3})$", re.I
)
# Two steps of the path to a page.
_PATH = re.compile(r"\w/\s+\w|\w\s+[/>›»]\s+\w")
# The line between a post and its author's signature.
_SIGNATURE = re.compile(r"^_{5,}$")
SIGNATURE_LONGEST = 400
# The heading over the names and numbers of press contacts.
_CONTACT = re.compile(rf"^\W*{pattern('text.press_contact_headings')}\W*$", re.I)
CONTACT_LONGEST = 600


@dataclass(frozen=True)
class Known:
    """What is known about a page before its text is trimmed.

    Attributes:
        host: the page's host, without ``www.``.
        said: the headline and the title of the page, unchanged.
        credited: who is credited.
        absolute: makes an href of the page an address; None if links are not wanted.
        repeated: paragraphs that the site prints on page after page, with the sign of an item before it.
    """

    host: str = ""
    said: tuple[str, ...] = ()
    credited: tuple[Attribution, ...] = ()
    absolute: Callable[[str], str | None] | None = None
    repeated: Set[str] = frozenset()

    @once
    def titles(self) -> tuple[str, ...]:
        """The titles as letters only, each once; computed late, because most texts begin with a longer paragraph."""
        return tuple(dict.fromkeys(filter(None, map(_folded, self.said))))

    @once
    def names(self) -> frozenset[str]:
        """The credited names, as letters only."""
        return frozenset([_folded(one.name) for one in self.credited])

    @once
    def people(self) -> frozenset[str]:
        """The persons among them."""
        return frozenset([_folded(one.name) for one in self.credited if one.kind is AgentKind.PERSON])

    @once
    def writers(self) -> tuple[Attribution, ...]:
        """Those who wrote the text, among them; whoever took the pictures is not named in the line at the headline."""
        return tuple(one for one in self.credited if one.kind is AgentKind.PERSON and one.role is Role.AUTHOR)

    @once
    def whole(self) -> frozenset[str]:
        """The people whose names have several words: a single word ("Omnivore") may be the subject of a text."""
        people = (one.name for one in self.credited if one.kind is AgentKind.PERSON)
        return frozenset([_folded(name) for name in people if " " in name])


def _folded(words: str) -> str:
    return letters(words).casefold()


def trimmed(found: Sequence[Passage], known: Known) -> list[Passage]:
    """Return the passages of *found* that are the text."""
    # Lines of dashes, stars or dots only separate other lines.
    kept = [one for one in _begun(_unsigned(found), known) if one.words[0].isalnum() or _LETTER.search(one.words)]
    kept = [one for one in kept if not _leads_away(one, known)]
    del kept[_contact(kept) :]
    # One after another: a credit stands above a line on rights, and a heading with nothing below it above that.
    while len(kept) > FEWEST and (_dangles(kept[-1]) or _invites(kept[-1])):
        kept.pop()
    if known.people:
        # Only near the end, because the text itself may mention its author.
        tail = max(FEWEST, len(kept) - TAIL)
        card = next((number for number in range(tail, len(kept)) if _is_card(kept[number:], known)), len(kept))
        del kept[card:]
        kept[tail:] = [one for one in kept[tail:] if not (_introduces(one, known) or _tells_of(one, known))]
    if len(kept) > FEWEST and _calls_to_follow(kept[-1]):
        kept.pop()
    return kept


def _begun(found: Sequence[Passage], known: Known) -> list[Passage]:
    """Return the passages from the beginning of the text."""
    kept: list[Passage] = []
    introduction: Passage | None = None
    byline: Any = None
    head = next((number for number, one in enumerate(found[:LEAD]) if _is_headline(one, known)), 0)
    # Below the first real paragraph, it is the title of the page again, and the text began before it.
    if any(_tells(one, found[head]) for one in found[:head]):
        head = 0
    for number, one in enumerate(found[:LEAD]):
        signed = introduction is None and _signs(one, known)
        byline = _holder(one) if signed else byline
        if (
            introduction is None
            and (
                signed
                # Above the headline stand a section, a kicker, and what the site prints on every page.
                or (number < head and _stands_over(one, found[head]))
                or (_joins(one) and number + 1 < len(found))
                or _repeats(one, known)
                or _dates(one, known)
                # The other lines of a paragraph or list in which a name stands: the office, where it is held, comments.
                or (_holder(one) is byline is not None and not one.words.endswith(_STOPS))
                or (len(found) > FEWEST and _introduces(one, known) and _BIO.search(one.words[:BIO_OPENING]))
            )
        ):
            continue
        # Directly below the first real paragraph, which may be the introduction; further down, such a line is part of
        # the text, as all of several are.
        below = bool(kept) and kept[-1] is introduction
        if below and _dates(one, known) and not any(_dates(later, known) for later in found[number + STAMPS :]):
            continue
        # A line below the headline, or the caption of a picture, may stand before the byline.
        if introduction is None and len(one.words) >= TELLING and one.mark.kind not in _ABOVE:
            introduction = one
        kept.append(one)
    kept += found[LEAD:]
    return kept


def _tells(one: Passage, headline: Passage) -> bool:
    """Return whether a passage above the *headline* is a real paragraph.

    Above the first heading of a page, it must end like a sentence and not contain the headline, as a breadcrumb does.
    """
    if len(one.words) < TELLING or one.mark.kind in _ABOVE:
        return False
    if headline.mark.level > 1:
        return True
    return one.ends and letters(headline.words) not in letters(one.words)


def _stands_over(one: Passage, headline: Passage) -> bool:
    if one.mark.kind is MarkKind.HEADING and len(one.words) <= HEADING:
        return True
    return headline.mark.level == 1 and one.mark.kind in _OVER


def _unsigned(found: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages without the signature below a line in a post, if it is short."""
    signed: set[int] = set()
    for number, one in enumerate(found):
        if one.words[0] == "_" and one.element is not None and _SIGNATURE.match(one.words):
            # Forums put a line of underscores between a post and its author's signature, in one element.
            below = [n for n in range(number, len(found)) if found[n].element is one.element]
            if sum(len(found[n].words) for n in below) <= SIGNATURE_LONGEST:
                signed.update(below)
    return [one for number, one in enumerate(found) if number not in signed] if signed else found


def _contact(kept: Sequence[Passage]) -> int:
    """Return the number of the heading over press contacts at the end of a text, or the number of all passages."""
    size = 0
    for number in range(len(kept) - 1, FEWEST - 1, -1):
        if _CONTACT.match(kept[number].words):
            return number
        # A heading with much text below it is a part of the text, not names and numbers.
        size += len(kept[number].words)
        if size > CONTACT_LONGEST:
            break
    return len(kept)


def _joins(one: Passage) -> bool:
    """Return whether a passage is a single small word that stood between a name and a section: "in", "by"."""
    return (
        one.mark.kind is MarkKind.PARAGRAPH and one.words.isalpha() and one.words.islower() and len(one.words) <= JOINT
    )


def _is_headline(one: Passage, known: Known) -> bool:
    """Return whether a passage is the headline: a heading with all its words."""
    return one.mark.kind is MarkKind.HEADING and _folded(one.words) in known.titles


def _repeats(one: Passage, known: Known) -> bool:
    """Return whether a passage is a title, a part of one that is long or a heading, a heading around a title, or the
    path to the page with its title at the end.
    """
    if len(one.words) > REPEATED_LONGEST or len(said := _folded(one.words)) < 4:
        return False
    heading = one.mark.kind is MarkKind.HEADING
    telling = heading or len(said) >= 12
    return any(
        said == title
        or (telling and (title.startswith(said) or title.endswith(said)))
        or (heading and len(title) >= 12 and title in said)
        or (said.endswith(title) and _PATH.search(one.words))
        for title in known.titles
    )


def _dates(one: Passage, known: Known) -> bool:
    heading = one.mark.kind is MarkKind.HEADING
    if one.mark.kind not in _OVER or len(one.words) >= TELLING:
        return False
    if _credits(one.words, known) or (not heading and _TIMES.match(one.words)):
        return True
    stated = next(date_parsing.find(one.words), None)
    if stated is None:
        return False
    left = one.words.replace(stated.words, "")
    if heading:
        # A date alone may be the heading of a part of a chronicle; after "Published" it is not.
        label = one.words.endswith(stated.words) and left.count(" ") <= DATING
        return label and len(left) > JOINT and bool(_BEFORE_DATE.match(left))
    return _credits(left, known) or bool(
        _BEFORE_DATE.match(left) or _TIMES.match(left) or _DAY_AND_TIME.fullmatch(left)
    )


def _signs(one: Passage, known: Known) -> bool:
    """Return whether a passage is a byline: it begins with a credited name, or names all authors and begins like a
    byline or has a label or date.
    """
    if one.mark.kind not in _LINES or not known.writers or len(one.words) > REPEATED_LONGEST:
        return False
    said = _folded(one.words)
    named = all(_folded(author.name) in said for author in known.writers)
    if named and labels.after_label(one.words):
        return True
    # A sentence of the text may be about the author.
    if one.words.endswith(_STOPS):
        return False
    stated = named and (labels.before_colon(one.words)[0] or next(date_parsing.find(one.words), None))
    return bool(stated) or any(_is_signed(one.words, author.name) for author in known.writers)


def _is_signed(words: str, name: str) -> bool:
    """Return whether *words* begin with *name* and no sentence goes on behind it, as in "Anna Fox | Fellow"."""
    return words.startswith(name) and not words[len(name) :].lstrip()[:1].islower()


def _holder(one: Passage) -> Any:
    """Return the element that holds a passage and the lines beside it: the list around an item, or None."""
    return one.element.getparent() if one.mark.kind is MarkKind.ITEM and one.element is not None else one.element


def _is_card(found: Sequence[Passage], known: Known) -> bool:
    """Return whether the last passages of a text are the name of an author and more lines, none of them a sentence."""
    lines = all(one.mark.kind is not MarkKind.CAPTION and not one.words.endswith(_STOPS) for one in found)
    return len(found) > 1 and lines and _signs(found[0], known)


def _credits(words: str, known: Known) -> bool:
    """Return whether *words* are little more than credited names, with ranks and a label."""
    if not known.names:
        return False
    bare = _folded(names.tidy(words.rpartition(":")[2]))
    if bare in known.names:
        return True
    left = said = _folded(words)
    for name in sorted(known.names, key=len, reverse=True):
        left = left.replace(name, "")
    return left != said and len(left) <= CREDIT


def _introduces(one: Passage, known: Known) -> bool:
    """Return whether a paragraph introduces an author: it begins with the name, possibly after a title."""
    if not known.whole or one.mark.kind is not MarkKind.PARAGRAPH or not TELLING / 2 < len(one.words) <= BIO_LONGEST:
        return False
    if one.words.endswith("?"):
        return False  # what a text asks about an office that is credited
    if _folded(one.words[:BIO_OPENING].partition(":")[0]) in known.people:
        return False  # a speaker in an interview
    words = _OWNER.sub("", _NICKNAME.sub("", one.words[: BIO_OPENING + 20])[:BIO_OPENING])
    said = _folded(words)
    places = [(at, at + len(name)) for name in known.whole if 0 <= (at := said.find(name)) <= LABEL]
    # Only whole words: the address of a site may contain the name of its author.
    bounds = {*accumulate((len(_folded(word)) for word in words.split()), initial=0)} if places else set()
    return any(bounds.issuperset(place) for place in places)


def _tells_of(one: Passage, known: Known) -> bool:
    """Return whether a paragraph below a text says what an author is or does, calling them by the first name."""
    if one.mark.kind is not MarkKind.PARAGRAPH or not TELLING / 2 < len(one.words) <= BIO_LONGEST:
        return False
    first, _, after = _NICKNAME.sub("", one.words[:BIO_OPENING]).partition(" ")
    given = _folded(first)
    return len(given) >= JOINT and bool(_BIO.match(after)) and any(name.startswith(given) for name in known.people)


def _calls_to_follow(one: Passage) -> bool:
    """Return whether a paragraph asks readers to follow somebody on social networks."""
    return (
        one.mark.kind is MarkKind.PARAGRAPH
        and len(one.words) <= FOLLOW_LONGEST
        and bool(_FOLLOW.search(one.words) and _NETWORK.search(one.words))
    )


def _leads_away(one: Passage, known: Known) -> bool:
    """Return whether a paragraph is only a link to another page of the site."""
    return (
        one.mark.kind is MarkKind.PARAGRAPH
        and not one.mark.level
        and one.element is not None
        and len(one.words) >= SHORTEST_LINK
        and one.is_link
        and not one.inner
        and all(host_of(link.get("href") or "") in ("", known.host) for link in one.element.iter("a"))
    )


def _invites(one: Passage) -> bool:
    """Return whether a passage at the end of a text asks readers to share it, or says whose opinion it is."""
    if one.mark.kind not in (MarkKind.PARAGRAPH, MarkKind.ITEM) or len(one.words) > INVITING_LONGEST:
        return False
    return (found := _INVITES.search(one.words)) is not None and found.start() <= INVITING_FIRST


def _dangles(one: Passage) -> bool:
    """Return whether a passage at the end of a text means nothing by itself."""
    # What stood below this heading was removed before: related texts, comments.
    if one.mark.kind is MarkKind.HEADING:
        return True
    if len(one.words) > DANGLING_LONGEST:
        return False
    if _SHORT_CREDIT.match(one.words) or _CONTRIBUTED.match(one.words):
        return True
    return len(one.words) <= RIGHTS_LONGEST and bool(_RIGHTS.match(one.words))
