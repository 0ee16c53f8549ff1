"""Front matter: what covers, imprint and metadata of a document say of it, whichever its form (PDF, EPUB, DOCX, ODT).

A form brings its words with their evidence; what makes them a title, an author, a day or a statement is decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape

from lxml import html as lxml_html

from archive.evidence.locate import Source
from db.model.item import AgentKind, Attribution, Context, Evidence, Statement, StatementPlace, Words
from ingest.documents.pdf import find
from ingest.reading.byline import bare, given_names, labels, names
from ingest.reading.dates import date_parsing
from ingest.reading.metadata import language
from ingest.terms import PageView, read_terms

# So many stretches of the text are asked for their language.
_STRETCHES = 12
# A day on a cover stands in a line by itself, or nearly.
_LINE = 60
_NO_TITLE = re.compile(
    r"untitled|(?:microsoft|libreoffice|openoffice|powerpoint|adobe|quarkxpress)\b.*"
    # The name of a file, in brackets too, or with underscores for its spaces.
    r"|\(?.*\.(?:docx?|od[tps]|indd|pdf|qxp|tex|dvi|rtf|pptx?|xlsx?|eps|ps|ai|cdr|fm|wpd|pub|html?|txt|png|jpe?g|svg|dia)\)?"
    r"|[^\s_]*_\S*|[\W\d_]+|[0-9a-f-]{20,}|.{0,3}"
    r"|(?:slide|layout|document|dokument|cover|print|titel|tytuł|title|page|presentation|prezentacja|präsentation"
    r"|new document|no title|blank)\W?\d*",
    re.IGNORECASE,
)
"""What programs state as a title and is none: names of files and programs, numbers, what they begin with."""
_WRITTEN_OF = re.compile(
    r"\b(?:access(?:ed)?|retrieved|print(?:ed)?|dostęp|abgerufen|consulté|isbn|issn)\b", re.IGNORECASE
)
# A line of a cover is no longer, in characters, and is one of so many by the title.
_COVER_LINE, _COVER_LINES = 120, 24
_NOTES = 5
"""In so many lines behind the names begins what marks behind them lead to."""
_INITIALS = re.compile(r"^(?:[^\W\d_]\.[\s-]?)+")
# Parts of words too: a hyphen at the end of a line joins them.
_HOUSE = re.compile(
    r"universi|institut|academ|akadem|hochschul|college|school|facult|wydział|department|cent(?:re|er|rum)\b", re.I
)
_MARKED = re.compile(r"(?<=[^\W\d_])\s?(?:[*∗†‡§¶¹²³⁰-⁹]+|\d(?:,\s?\d)*)(?=[\s,;]|$)")
"""The mark of a note behind a name, which parts it from the next."""
_COVER_PARTS = re.compile(
    r"\s*(?:[,;|•·&]|\s(?:and|und|et|y|e|i|oraz|og|och|en|и|та)\s)\s*(?:(?:and|und|et|y|e|i|oraz|og|och|en)\s)?"
)
_GOES_ON = re.compile(r"(?:,|;|&|(?:and|und|et|y|e|i|oraz|og|och|en|и|та)\b)\s*")
_NOTE = re.compile(r"[a-z](?:$|[A-Z])")
# Accents that stand by themselves: the font sets them apart, and the name reads otherwise than it is.
_LOOSE_ACCENT = re.compile(r"[\u00b4\u00a8\u02c6-\u02dd`](?:\s|$)")
# Behind one of these the text begins, or those are named who did something else.
_NO_AUTHORS = re.compile(
    r"""(?:abstract|summary|executive\s+summary|contents|table\s+of\s+contents|keywords?|introduction|foreword|preface|
    streszczenie|spis\s+treści|wstęp|słowa\s+kluczowe|zusammenfassung|inhalt(?:sverzeichnis)?|einleitung|vorwort|résumé|
    sommaire|table\s+des\s+matières|resumen|índice|indice|sommario|(?:press|media)\s+contacts?|contacts?|kontakt|kontakty|
    contatti|contacto|in\s+memoriam|acknowledge?ments?|podziękowania|danksagung(?:en)?|remerciements|agradecimientos|
    ringraziamenti|agradecimentos|board(?:\s+of\s+(?:directors|trustees))?|discussants?|moderators?|chair|panell?ists?|
    applicants?|respondents?|plaintiffs?|defendants?|appellants?|witness(?:es)?|témoins?|laureates?|winners?|guests?|widmung|
    dedication|speakers?|participants?|members|distribution\s+list|opiekun\w*|pamięci)(?!\w)\W*$
    |(?:we\s+(?:\w+\s+)?|with\s+|many\s+|special\s+)?thanks?\b|acknowledge?ments?\s*:
    |\d+(?:\.\d+)*\.?\s+\S.*[^\d\s].{3}
    |.*(?:edit(?:ed|or)|translat|review|supervis|illustrat|photo|design|typeset|compil|prepared\s+for|presented\s+to|maintain|
    redakcj|redaktor|przekład|tłumacz|recenz|promotor|okładk|korekta|skład\b|zdjęci|herausg|übersetz|lektorat|gestaltung|
    betreu|contribut|organi[sz]|dirig|traduc|traduit|dirección|coordin|koordyn|commissioned|funded|sponsor|for\s+the\b)""",
    re.IGNORECASE | re.VERBOSE,
)


# A line that ends so goes on with whom it is meant for or about: "Dedicated to", "A conversation with".
_OPEN_END = re.compile(
    r"(?:^|\s)(?:about|against|for|of|to|with|dla|ku|für|mit|über|à|avec|pour|con|para|sobre|voor|met)\W*$", re.I
)


def titles(stated: Iterable[Words]) -> list[Words]:
    """Return those of the *stated* titles that an author gave: programs state their own, and names of files."""
    return [one for one in stated if not _NO_TITLE.fullmatch(one.value)]


def authors(stated: Iterable[Words], evidence_of: Callable[[Words, str], Evidence | None]) -> tuple[Attribution, ...]:
    """Return the names in *stated*, each once, for which *evidence_of* the statement and the name finds evidence."""
    made: dict[str, Attribution] = {}
    for one in stated:
        for name in names.split(one.value):
            shown = evidence_of(one, name.name)
            # One word is as often the account that saved the file.
            if shown is None or len(name.name.split()) < 2:
                continue
            kind = AgentKind.ORGANISATION if name.organisation else AgentKind.PERSON
            made.setdefault(name.name, Attribution(name.name, shown, kind=kind))
    return tuple(made.values())


def on_cover(above: Sequence[str], below: Sequence[str], title: str) -> list[str]:
    """Return the persons whom a cover names in lines of their own *below* its *title*, else *above* it.

    Each must have a common given name, and be nobody whom the title names: a cover says nowhere that it names authors.
    """
    return _in_lines(below, title) or _in_lines(above[-_COVER_LINES:], title)


def of_names(words: str) -> bool:
    """Say whether all lines of *words* hold the names of persons and nothing else."""
    # Without the spaces between: a heading may be set in thousands of them.
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
    """Return the names *found* without the letters that lead to notes: these stand again by themselves in the lines
    *following*.
    """
    marks = [line[0] for line in following if _NOTE.match(line)]
    # A name that one is missing from is read wrong, or another was not read: then nobody is named.
    ends = [name[-1:] for name in found]
    if marks[:1] != ["a"]:
        return found
    return [name[:-1] for name in found] if ends == marks[: len(ends)] else []


def _alone(line: str, about: Collection[str]) -> list[str]:
    """Return the persons in *line*, where it holds nothing else but the house that they are of, and nobody whose family
    name is among the words *about* the document.
    """
    if _LOOSE_ACCENT.search(line):
        return []
    found: list[str] = []
    for part in _COVER_PARTS.split(_MARKED.sub(",", line)):
        name = names.tidy(part) if part.strip(" .,") else ""
        if not name:
            continue
        if not bare.shaped(name) or names.is_no_name(name) or _HOUSE.search(name):
            # Behind a person stands where they work; before one, or with other words, it is another line.
            if found and (names.organisation(name) or _HOUSE.search(name)):
                break
            return []
        if name.rsplit(maxsplit=1)[-1].casefold() in about:
            return []
        found.append(name)
    # One common given name vouches for the others of the line.
    return found if any(given_names.known(_INITIALS.sub("", name)) for name in found) else []


def day_in(line: str) -> date_parsing.Stated | None:
    """Return the day that a *line* of a cover gives, unless it is one on which something else was written or seen."""
    if len(line) > _LINE or _WRITTEN_OF.search(line):
        return None
    return next(iter(date_parsing.find(line)), None) or date_parsing.read_month(line)


def language_of(text: str, stated: Iterable[Words], capture: str) -> Words | None:
    """Return the language of *text*: as it is *stated*, unless most of the text is in another; else as computed."""
    found = _computed(text)
    for one in stated:
        code = language.code_of(one.value)
        if code and found in (None, code):
            return Words(code, one.evidence)
    return language.derived(found, capture) if found else None


def _computed(text: str) -> str | None:
    # By most stretches, and not by the first words: the beginning may be a list of contents.
    step = max(1, len(text) // _STRETCHES)
    said = Counter(code for at in range(0, len(text), step) if (code := language.computed(text[at : at + step])))
    first = next(iter(said.most_common(1)), None)
    return first[0] if first is not None and first[1] * 2 > said.total() else None


def imprint(
    paragraphs: Iterable[str], text: str, on: Callable[[tuple[int, int]], Evidence], context: Context
) -> Iterator[Statement]:
    """Yield what the *paragraphs* of a page or part state on reuse, where *on* finds a span of its *text*."""
    # As an article is read: its rules tell the publisher's own words from those of others.
    shown = "".join(f"<p>{escape(words)}</p>" for words in paragraphs)
    for one in _statements(f"<article>{shown}</article>", context):
        span = find(text, one.words)
        if span is not None:
            evidence = on(span)
            yield replace(one, words=evidence.words, evidence=evidence)


def rights(stated: Iterable[Words], context: Context) -> Iterator[Statement]:
    """Yield what the rights *stated* in the metadata say on reuse, where all of them are read."""
    for said in stated:
        yield from _whole(said, f'<article><p class="license">{escape(said.value)}</p></article>', context)


def licenses(stated: Iterable[Words], context: Context) -> Iterator[Statement]:
    """Yield the licences whose addresses are *stated* in the metadata."""
    for said in stated:
        link = f'<article><p><a rel="license" href="{escape(said.value)}">licence</a></p></article>'
        yield from _whole(said, link, context)


def _whole(said: Words, body: str, context: Context) -> Iterator[Statement]:
    for one in _statements(body, context):
        if one.words == said.value:
            yield replace(one, evidence=said.evidence)


def each_once(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return *statements*, one of each wording: the first that was found."""
    return tuple({one.words: one for one in reversed(list(statements))}.values())[::-1]


def _statements(body: str, context: Context) -> Iterator[Statement]:
    page = f'<!doctype html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'
    # Under the address of its site: that of a file may hold words which make a page of terms of it.
    view = PageView(
        "https://document.invalid/",
        lxml_html.document_fromstring(page),
        Source(page.encode(), "utf-8"),
        context.capture,
    )
    for one in read_terms(view):
        # What holds for a site is not for a document to say: it holds for the document alone.
        if one.place in (StatementPlace.ITEM_PROSE, StatementPlace.ITEM_CARRIER):
            yield one
