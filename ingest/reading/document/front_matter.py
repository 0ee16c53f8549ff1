"""Front matter: read what covers, imprint and metadata say about a document of any format (PDF, EPUB, DOCX, ODT).

Apart from `document.py`, which supplies the words of each format with their evidence: this module decides which of them
are the title, an author, a date or a statement.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from lxml import html as lxml_html

from archive.evidence.locate import Source
from db.model.item import AgentKind, Attribution, Context, Evidence, Statement, StatementPlace, Words
from ingest.documents.pdf import find
from ingest.reading.byline import bare, given_names, labels, name_lists, names
from ingest.reading.dates import date_parsing, printed_dates
from ingest.reading.metadata import language
from ingest.reading.vocabulary import pattern, word_set
from ingest.terms import PageView, read_terms

# The language is computed for this many stretches of the text.
_STRETCHES = 12
# The date on a cover stands in a line of at most this many characters.
_LINE = 60
_NO_TITLE = re.compile(
    rf"{pattern('document.programs')}\b.*"
    # A file name, in brackets too, or with underscores instead of spaces.
    r"|\(?.*\.(?:docx?|od[tps]|indd|pdf|qxp|tex|dvi|rtf|pptx?|xlsx?|eps|ps|ai|cdr|fm|wpd|pub|html?|txt|png|jpe?g|svg|dia)\)?"
    r"|[^\s_]*_\S*|[\W\d_]+|[0-9a-f-]{20,}|.{0,3}"
    rf"|{pattern('metadata.placeholder_titles')}\W?\d*",
    re.IGNORECASE,
)
"""Titles that programs set by themselves: names of files and programs, numbers, default titles."""
_NO_COVER_TITLE = re.compile(
    rf"(?:{pattern('document.cover_headings')}\W*$|(?:https?://|www\.|doi:|arxiv:|©|\(c\)|copyright\b)|[\w.-]+@)",
    re.IGNORECASE,
)
_OTHER_DATE = re.compile(rf"\b{pattern('document.other_dates')}\b", re.IGNORECASE)
_PUBLISHED, _DATE_NOUNS = word_set("dates.published_labels"), tuple(word_set("dates.date_nouns"))
_NO_DATELINE = re.compile(r"\d{5}|\d[.,]\d{3}(?!\d)|\d\s?%|[€$£¥]|[^\W\d_]{4}[.;!?]\s+[^\W\d_]")
"""Numbers of tables and files, and the end of a sentence, beside which a date is not that of the document."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# A label above its date has at most this many characters.
_LABEL = 30
# A line of a cover has at most this many characters, and authors are looked for in this many lines next to the title.
_COVER_LINE, _COVER_LINES = 120, 24
_NOTES = 5
"""The notes to marks after the names begin within this many lines after the names."""
_INITIALS = re.compile(r"^(?:[^\W\d_]\.[\s-]?)+")
_EMPLOYER = re.compile(rf"{pattern('document.employers')}(?!\w)", re.IGNORECASE)
_MARKED = re.compile(r"(?<=[^\W\d_])\s?(?:[*∗†‡§¶¹²³⁰-⁹]+|\d(?:,\s?\d)*)(?=[\s,;]|$)")
"""The mark of a note after a name; it separates the name from the next."""
_AND = pattern("byline.and_words", "byline.short_and_words")
_COVER_PARTS = re.compile(rf"\s*(?:[,;|•·&]|\s{_AND}\s)\s*(?:{_AND}\s)?")
_GOES_ON = re.compile(rf"(?:[,;&]|{_AND}\b)\s*")
_NOTE = re.compile(r"[a-z](?:$|[A-Z])")
# Accents on their own: the font sets them apart from their letters, so the name cannot be read correctly.
_LOOSE_ACCENT = re.compile(r"[\u00b4\u00a8\u02c6-\u02dd`](?:\s|$)")
# After one of these lines the text begins, or people are named who did something else.
_NO_AUTHORS = re.compile(
    rf"{pattern('document.cover_headings')}(?!\w)\W*$"
    # The numbered heading of a section.
    r"|\d+(?:\.\d+)*\.?\s+\S.*[^\d\s].{3}"
    rf"|.*{pattern('document.other_roles')}(?!\w)",
    re.IGNORECASE,
)
_OPEN_END = re.compile(rf"(?:^|\s){pattern('document.open_ends')}\W*$", re.IGNORECASE)
"""After a line that ends like this, the next line names a dedicatee or a subject."""


def titles(stated: Iterable[Words]) -> list[Words]:
    """Return the *stated* titles that a person gave, without default titles and file names set by programs."""
    return [one for one in stated if not _NO_TITLE.fullmatch(one.value)]


def is_title(heading: str) -> bool:
    """Return whether the words in the largest type may be a title: no date, address, notice or heading of a part."""
    words = " ".join(heading.split())
    return not (_NO_COVER_TITLE.match(words) or any(day.words == words for day in date_parsing.find(words)))


def authors(stated: Iterable[Words], evidence_of: Callable[[Words, str], Evidence | None]) -> tuple[Attribution, ...]:
    """Return the names in *stated*, each once, if *evidence_of* finds evidence for the statement and the name."""
    made: dict[str, Attribution] = {}
    for one in stated:
        for name in name_lists.split(one.value):
            shown = evidence_of(one, name.name)
            # A single word is often the account that saved the file.
            if shown is None or len(name.name.split()) < 2:
                continue
            kind = AgentKind.ORGANISATION if name.organisation else AgentKind.PERSON
            made.setdefault(name.name, Attribution(name.name, shown, kind=kind))
    return tuple(made.values())


def on_cover(above: Sequence[str], below: Sequence[str], title: str) -> list[str]:
    """Return the persons that a cover names in lines of their own *below* its *title*, else *above* it.

    A cover does not say that it names authors. So each line must hold a common given name, and nobody from the title.
    """
    return _in_lines(below, title) or _in_lines(above[-_COVER_LINES:], title)


def of_names(words: str) -> bool:
    """Return whether every line of *words* holds names of persons and nothing else."""
    # Collapse the spaces first: a heading may be set with thousands of them.
    lines = [" ".join(line.split()) for line in words.splitlines()]
    return len(words) <= _COVER_LINE * _COVER_LINES and bool(_alone(", ".join(lines), ()))


def _in_lines(lines: Sequence[str], title: str) -> list[str]:
    about, found, behind = frozenset(re.findall(r"\w+", title.casefold())), list[str](), 0
    for number, line in enumerate(lines[:_COVER_LINES], start=1):
        if _NO_AUTHORS.match(line) or len(line) > _COVER_LINE:
            break
        goes_on = _GOES_ON.match(line)
        said = labels.strip(line[goes_on.end() :] if goes_on else line)
        named = [] if number > 1 and _OPEN_END.search(lines[number - 2]) else _alone(said, about)
        found += named
        behind = number if named else behind
    return list(dict.fromkeys(_without_marks(found, lines[behind : behind + _NOTES])))


def _without_marks(found: Sequence[str], following: Sequence[str]) -> Sequence[str]:
    """Return the names *found* without the letters that refer to notes.

    The same letters start the lines *following* that hold the notes.
    """
    marks = [line[0] for line in following if _NOTE.match(line)]
    # If a letter is missing from a name, a name was read wrongly or missed. Then nobody is named.
    ends = [name[-1:] for name in found]
    if marks[:1] != ["a"]:
        return found
    return [name[:-1] for name in found] if ends == marks[: len(ends)] else []


def _alone(line: str, about: Collection[str]) -> list[str]:
    """Return the persons in *line*, or none if it holds anything other than names and their employer.

    None either if a family name is among the words *about* the document.
    """
    if _LOOSE_ACCENT.search(line):
        return []
    found: list[str] = []
    for part in _COVER_PARTS.split(_MARKED.sub(",", line)):
        name = names.tidy(part) if part.strip(" .,") else ""
        if not name:
            continue
        if not bare.shaped(name) or names.is_no_name(name) or _EMPLOYER.search(name):
            # An employer may follow a person. Before a person, or with other words, this is another kind of line.
            if found and (names.organisation(name) or _EMPLOYER.search(name)):
                break
            return []
        if name.rsplit(maxsplit=1)[-1].casefold() in about:
            return []
        found.append(name)
    # One common given name is enough for all names of the line.
    return found if any(given_names.known(_INITIALS.sub("", name)) for name in found) else []


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A date and the number of its line, from 0; *labelled* if words before it say that it is that of publication."""

    number: int
    day: date_parsing.Stated
    labelled: bool = False


def dated_line(lines: Sequence[str]) -> DatedLine | None:
    """Return which of the *lines* of a cover dates the document: the first with a label of publication, else the first
    that holds one date and little else.

    Dates in running text, in tables and in lists of dates are those of what the document is about.
    """
    found = [_dated(line, lines[at - 1] if at else "", at) for at, line in enumerate(lines)]
    labelled = next((one for one in found if one is not None and one.labelled), None)
    if labelled is not None:
        return labelled
    days = ["", *(one.day.value if one is not None else "" for one in found), ""]
    alone = (
        one for one in found if one is not None and {days[one.number], days[one.number + 2]} <= {"", one.day.value}
    )
    return next(alone, None)


def _dated(line: str, above: str, number: int) -> DatedLine | None:
    if len(line) > _LINE or _OTHER_DATE.search(line):
        return None
    stated = list(date_parsing.find(line)) or list(filter(None, [date_parsing.read_month(line)]))
    # A label may have a line of its own.
    above, end = above if len(above) <= _LABEL else "", 0
    for one in stated:
        at = max(line.find(one.words, end), end)
        before, end = line[end:at].strip(), at + len(one.words)
        lead = (before or above).rstrip(" :：").casefold()
        label = printed_dates.kind(before or above)
        if label is printed_dates.Kind.PUBLISHED and (lead in _PUBLISHED or not lead.endswith(_DATE_NOUNS)):
            return DatedLine(number, one, labelled=True)
        # "Payment date", "Approved:"
        if label in (printed_dates.Kind.PUBLISHED, printed_dates.Kind.OTHER) or before.endswith((":", "：")):
            return None
    if len(stated) != 1 or _OTHER_DATE.search(above):
        return None
    rest = line.replace(stated[0].words, " ", 1)
    # In some languages the names of months begin in lower case.
    runs_on = line[:1].islower() and not line.startswith(stated[0].words)
    spans = any(year != stated[0].value[:4] for year in _YEAR.findall(rest))
    return None if runs_on or spans or _NO_DATELINE.search(rest) else DatedLine(number, stated[0])


def language_of(text: str, stated: Iterable[Words], capture: str) -> Words | None:
    """Return the language of *text*: as *stated*, unless most of the text is in another language; else as computed."""
    found = _computed(text)
    for one in stated:
        code = language.code_of(one.value)
        if code and found in (None, code):
            return Words(code, one.evidence)
    return language.derived(found, capture) if found else None


def _computed(text: str) -> str | None:
    # By a majority of stretches, not by the first words, which may be a table of contents.
    step = max(1, len(text) // _STRETCHES)
    said = Counter(code for at in range(0, len(text), step) if (code := language.computed(text[at : at + step])))
    first = next(iter(said.most_common(1)), None)
    return first[0] if first is not None and first[1] * 2 > said.total() else None


def imprint(
    paragraphs: Iterable[str], text: str, on: Callable[[tuple[int, int]], Evidence], context: Context
) -> Iterator[Statement]:
    """Yield what the *paragraphs* of a page or part state on reuse; *on* gives the evidence for a span of *text*."""
    # Read like an article, whose rules tell the publisher's own words from other people's.
    shown = "".join(f"<p>{escape(words)}</p>" for words in paragraphs)
    for one in _statements(f"<article>{shown}</article>", context):
        span = find(text, one.words)
        if span is not None:
            evidence = on(span)
            yield replace(one, words=evidence.words, evidence=evidence)


def rights(stated: Iterable[Words], context: Context) -> Iterator[Statement]:
    """Yield what the rights *stated* in the metadata say on reuse, if their whole text is read as one statement."""
    for said in stated:
        yield from _whole(said, f'<article><p class="license">{escape(said.value)}</p></article>', context)


def licenses(stated: Iterable[Words], context: Context) -> Iterator[Statement]:
    """Yield the licences that the *stated* addresses in the metadata name."""
    for said in stated:
        link = f'<article><p><a rel="license" href="{escape(said.value)}">licence</a></p></article>'
        yield from _whole(said, link, context)


def _whole(said: Words, body: str, context: Context) -> Iterator[Statement]:
    for one in _statements(body, context):
        if one.words == said.value:
            yield replace(one, evidence=said.evidence)


def each_once(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return *statements*, the first of each wording."""
    return tuple({one.words: one for one in reversed(list(statements))}.values())[::-1]


def _statements(body: str, context: Context) -> Iterator[Statement]:
    page = f'<!doctype html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'
    # Under a neutral address: words in the document's own file name could make this a terms page.
    view = PageView(
        "https://document.invalid/",
        lxml_html.document_fromstring(page),
        Source(page.encode(), "utf-8"),
        context.capture,
    )
    for one in read_terms(view):
        # A document cannot speak for its site, only for itself.
        if one.place in (StatementPlace.ITEM_PROSE, StatementPlace.ITEM_CARRIER):
            yield one
