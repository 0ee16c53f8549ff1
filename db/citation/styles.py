"""Formatted citations: Chicago 18, APA 7, MLA 9 and ISO 690, in English and Polish, with the archived address.

Titles keep their publishers' capitals. docs/citing.md lists how each style differs from what its CSL file prints.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from db.citation.address import Address, Archive, address, citation_data
from db.citation.markdown import escaped, marked
from db.citation.month_names import ALONE, WITH_DAY
from db.citation.work import UNTITLED, Name, Work
from db.model.item import Item


class Style(StrEnum):
    """A citation style."""

    CHICAGO_NOTES = "chicago-notes"
    CHICAGO_AUTHOR_DATE = "chicago-author-date"
    APA = "apa"
    MLA = "mla"
    ISO690 = "iso690"


class Markup(StrEnum):
    """How italics are marked."""

    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"


# Temporary marks around italics, until the markup is known. No text contains them, because it was cleaned.
_ON, _OFF = "\x02", "\x03"
_PARAGRAPHS = {Markup.TEXT: "{}\n", Markup.HTML: "<p>{}</p>\n", Markup.MARKDOWN: "{}\n\n"}
_RENDERED = {Markup.TEXT: ("", ""), Markup.HTML: ("<i>", "</i>"), Markup.MARKDOWN: ("*", "*")}


@dataclass(frozen=True, slots=True)
class _Tongue:
    """The words and conventions of one language."""

    months: tuple[str, ...]
    alone: tuple[str, ...]
    short: tuple[str, ...]
    conjunction: str
    and_others: str
    undated: str
    without_date: str
    accessed: str
    archived: str
    retrieved: str
    online: str
    available: str
    archived_at: str
    quotes: tuple[str, str]
    inner: tuple[str, str]
    page: str
    month_first: bool


_SHORT = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_TONGUES = {
    "en": _Tongue(
        WITH_DAY["en"], ALONE["en"], _SHORT, "and", "et al.", "n.d.", "no date", "accessed {}", "archived {}, at {}",
        "Retrieved {}, from {}", "Online", "Available from: {}", "Archived at: {} [{}]", ("“", "”"), ("‘", "’"), "p.",
        month_first=True,
    ),
    "pl": _Tongue(
        WITH_DAY["pl"], ALONE["pl"], WITH_DAY["pl"], "i", "i in.", "b.d.", "b.d.", "dostęp {}", "zarchiwizowano {}, {}",
        "Pobrano {} z {}", "Online", "Dostępny w: {}", "Kopia w archiwum: {} [{}]", ("„", "”"), ("«", "»"), "s.",
        month_first=False,
    ),
}  # fmt: skip


def one(item: Item, style: Style, archive: Archive, language: str | None = None) -> str:
    """Return the citation of *item* on one line, with temporary marks around italics, which `rendered` replaces.

    *language* (``en`` or ``pl``) is that of the citing text; by default the item's language, or else English.
    """
    cited = citation_data(item, archive)
    cited = cited._replace(title=_APOSTROPHE.sub("’", cited.title))
    code = (language or cited.language or "en")[:2].lower()
    return _STYLES[style](_Cited(cited, address(item, archive), _TONGUES.get(code, _TONGUES["en"])))


def rendered(citation: str, markup: Markup, cited_at: Address) -> str:
    """Return a *citation* from `one` in *markup*, with its italics and, in Markdown, its addresses as links."""
    shown = html.escape(citation, quote=False) if markup is Markup.HTML else citation
    if markup is Markup.MARKDOWN:
        # Not by a pattern for addresses, because one may end with punctuation.
        links = "|".join(re.escape(one) for one in sorted(filter(None, cited_at), key=len, reverse=True))
        parts = re.split(f"({links})", citation)
        shown = escaped(parts[0]) + "".join(
            f"<{url}>{marked(said)}" for url, said in zip(parts[1::2], parts[2::2], strict=True)
        )
    on, off = _RENDERED[markup]
    return shown.replace(_ON, on).replace(_OFF, off)


def write(
    items: Iterable[Item], style: Style, archive: Archive, markup: Markup = Markup.TEXT, language: str | None = None
) -> Iterator[str]:
    """Yield the citations of *items*, one per line, in order."""
    for item in items:
        line = rendered(one(item, style, archive, language), markup, address(item, archive))
        yield (
            f"<p>{line}</p>\n" if markup is Markup.HTML else f"{line}\n\n" if markup is Markup.MARKDOWN else f"{line}\n"
        )


@dataclass(frozen=True, slots=True)
class _Cited:
    work: Work
    address: Address
    words: _Tongue

    @property
    def authors(self) -> tuple[Name, ...]:
        """The authors; without a byline the publisher, unless the site has the same name."""
        if self.work.authors or not self._publisher:
            return self.work.authors
        return (Name(self._publisher, None),)

    @property
    def _publisher(self) -> str:
        return "" if self.work.publisher == self.work.site else self.work.publisher

    @property
    def publisher(self) -> str:
        """The publisher, unless the site or the author already names it."""
        return self.beside(self.authors)

    def beside(self, names: Sequence[Name]) -> str:
        """Return the publisher, unless the site or one of *names* already names it."""
        return "" if self._publisher in {name.printed for name in names} else self._publisher

    def quoted(self, title: str, end: str) -> str:
        """Return *title* in quotation marks with the punctuation *end*, which is left out if the title ends with a
        mark.
        """
        words = self.words
        opening, closing = words.quotes
        if title == UNTITLED:
            return title + end
        shown = _requoted(title, words.inner)
        if not words.month_first:
            return f"{opening}{shown}{closing}{end}"
        return f"{opening}{shown}{'' if _ends(shown) else end}{closing}"

    def day(self, date: str, *, months: Sequence[str] | None = None, month_first: bool | None = None) -> str:
        """Return *date* (ISO 8601, at most to the day) as the language writes it."""
        words = self.words
        parts = date.split("-")
        if len(parts) == 1:
            return parts[0]
        if len(parts) == 2:
            return f"{(months or words.alone)[int(parts[1]) - 1]} {parts[0]}"
        month, day = (months or words.months)[int(parts[1]) - 1], int(parts[2])
        first = words.month_first if month_first is None else month_first
        return f"{month} {day}, {parts[0]}" if first else f"{day} {month} {parts[0]}"

    @property
    def page(self) -> list[str]:
        """The cited page, if any: ``p. 12``."""
        return [f"{self.words.page} {self.work.page}"] if self.work.page else []

    @property
    def file(self) -> list[str]:
        """The cited file format, if it is a file: ``PDF``."""
        return [self.work.medium] if self.work.medium else []

    @property
    def captured(self) -> str:
        return self.day(self.work.archived[:10])

    @property
    def needs_access(self) -> bool:
        """Whether the date of access is printed: the work has no date of its own, or its address alone would lead to
        other words than those that are cited.
        """
        leads_there = self.address.archived or self.address.url != self.work.url
        return not self.work.date or (self.work.is_past and not leads_there)


_QUOTED = re.compile(r"“([^“”„]*)”|„([^“”„]*)[”“]|\"([^\"]*)\"")


_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def _requoted(title: str, marks: tuple[str, str]) -> str:
    return _QUOTED.sub(lambda found: f"{marks[0]}{found[found.lastindex or 0]}{marks[1]}", title)


def _ends(text: str) -> bool:
    return text.rstrip("’”»").endswith(("?", "!", "…", "."))


def _stopped(text: str) -> str:
    """Return *text* with a full stop at its end, unless it ends with punctuation."""
    return text if _ends(text) else f"{text}."


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _forward(name: Name) -> str:
    return name.printed


def _inverted(name: Name, *, upper: bool = False) -> str:
    person = name.person
    if person is None:
        return name.printed.upper() if upper else name.printed
    family = f"{person.particle} {person.family}" if person.particle else person.family
    parts = [family.upper() if upper else family, person.given, *([person.suffix] if person.suffix else [])]
    return ", ".join(parts)


def _initialled(name: Name) -> str:
    person = name.person
    if person is None:
        return name.printed
    family = f"{person.particle} {person.family}" if person.particle else person.family
    initials = " ".join("-".join(f"{part[0]}." for part in word.split("-") if part) for word in person.given.split())
    return ", ".join([family, initials, *([person.suffix] if person.suffix else [])])


def _chicago_names(cited: _Cited) -> str:
    """Return names as in a bibliography: the first one inverted, at most six."""
    names, words = cited.authors, cited.words
    shown = [_inverted(names[0]), *(_forward(name) for name in names[1:])]
    if len(shown) > 6:
        return f"{', '.join(shown[:3])}, {words.and_others}"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])}, {words.conjunction} {shown[-1]}"


# ── Styles ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chicago_notes(cited: _Cited) -> str:
    held, words = cited.work, cited.words
    names = [_forward(name) for name in cited.authors if cited.work.authors]
    # More than two authors become the first and "et al." (Chicago 18, 13.23).
    named = f"{names[0]} {words.and_others}" if len(names) > 2 else f" {words.conjunction} ".join(names)
    dated = cited.day(held.date) if held.date else ""
    accessed = words.accessed.format(cited.captured) if cited.needs_access else ""
    site = "" if names == [held.site] else held.site
    publisher = cited.publisher or ("" if names else cited.beside(()))
    rest = [one for one in (site, publisher, dated, accessed, held.page, held.medium, cited.address.url) if one]
    if cited.address.archived:
        rest.append(words.archived.format(cited.captured, cited.address.archived))
    title = cited.quoted(held.title, ",")
    return f"{named + ', ' if named else ''}{title} {', '.join(rest)}."


def _chicago_author_date(cited: _Cited) -> str:
    held, words = cited.work, cited.words
    year = held.date[:4] or words.undated
    title = cited.quoted(held.title, ".")
    lead = (
        f"{_stopped(_chicago_names(cited))} {_stopped(year)} {title}" if cited.authors else f"{title} {_stopped(year)}"
    )
    place = [one for one in (held.site, cited.publisher) if one]
    if len(held.date) > 4:
        place.append(_without_year(cited, held.date))
    place += [*cited.page, *cited.file]
    parts = [lead, _stopped(", ".join(place))]
    if cited.needs_access:
        parts.append(_sentence(words.accessed.format(cited.captured)))
    return " ".join([*parts, *_tail(cited)])


def _without_year(cited: _Cited, date: str) -> str:
    shown = cited.day(date)
    return shown.removesuffix(f", {date[:4]}").removesuffix(f" {date[:4]}")


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _tail(cited: _Cited) -> list[str]:
    tail = [f"{cited.address.url}."]
    if cited.address.archived:
        tail.append(_sentence(cited.words.archived.format(cited.captured, cited.address.archived)))
    return tail


def _apa(cited: _Cited) -> str:
    held, words = cited.work, cited.words
    names = [_initialled(name) for name in cited.authors]
    # APA 7 section 9.8: of 21 or more authors the first 19, an ellipsis, and the last.
    if len(names) > 20:
        names = [*names[:19], f"… {names[-1]}"]
        named = ", ".join(names[:-1]) + f", {names[-1]}"
    else:
        named = names[0] if len(names) == 1 else ", ".join(names[:-1]) + f", & {names[-1]}" if names else ""
    date = f"({_apa_date(cited, held.date)})."
    title = f"{_ON}{held.title}{_OFF}" + ("" if _ends(held.title) else ".")
    # In parentheses what identifies it, in brackets its kind (APA 7, 9.21 and 9.22).
    behind = [*(f"({page})" for page in cited.page), *(f"[{file}]" for file in cited.file)]
    if behind:
        title = f"{_ON}{held.title}{_OFF} {' '.join(behind)}."
    lead = f"{_stopped(named)} {date} {title}" if named else f"{title} {date}"
    # A site that is its own author is named once.
    site = "" if [held.site] == [name.printed for name in cited.authors] else held.site
    place = [one for one in (cited.publisher, site) if one]
    parts = [lead, *(_stopped(one) for one in place)]
    url = cited.address.url
    parts.append(words.retrieved.format(cited.captured, url) if cited.needs_access else url)
    if cited.address.archived:
        parts.append(f"[{_sentence(words.archived.format(cited.captured, cited.address.archived))[:-1]}]")
    return " ".join(parts)


def _apa_date(cited: _Cited, date: str) -> str:
    if not date:
        return cited.words.undated
    if len(date) == 4:
        return date
    return f"{date[:4]}, {_without_year(cited, date)}"


def _mla(cited: _Cited) -> str:
    held, words = cited.work, cited.words
    names = held.authors
    named = ""
    # MLA 9 names two authors; of three or more only the first.
    if len(names) > 2:
        named = f"{_inverted(names[0])}, {words.and_others}"
    elif names:
        named = f", {words.conjunction} ".join([_inverted(names[0]), *(_forward(name) for name in names[1:])])
    months = words.short if words.month_first else words.months
    place = [f"{_ON}{held.site}{_OFF}"]
    if publisher := cited.beside(names):
        place.append(publisher)
    if held.date:
        alone = words.short if words.month_first else words.alone
        place.append(cited.day(held.date, months=months if len(held.date) > 7 else alone, month_first=False))
    place += [*cited.page, cited.address.url, *cited.file]
    lead = f"{_stopped(named)} " if named else ""
    parts = [lead, f"{cited.quoted(held.title, '.')} ", ", ".join(filter(None, place)), "."]
    captured = cited.day(held.archived[:10], months=months, month_first=False)
    if cited.needs_access:
        parts.append(f" {_sentence(words.accessed.format(captured))}")
    if cited.address.archived:
        parts.append(f" {_sentence(words.archived.format(captured, cited.address.archived))}")
    return "".join(parts)


def _iso690(cited: _Cited) -> str:
    held, words = cited.work, cited.words
    names = [_inverted(name, upper=True) for name in cited.authors]
    named = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {words.conjunction} {names[-1]}" if names else ""
    date = held.date[:4] or f"[{words.without_date}]"
    title = _stopped(held.title)
    lead = f"{named}, {_stopped(date)} {title}" if named else f"{held.title}, {_stopped(date)}"
    day = f" {cited.day(held.date, month_first=False)}." if held.date else ""
    day += "".join(f" {one}." for one in (*cited.page, *cited.file))
    place = f"{_ON}{held.site}{_OFF}."
    captured = cited.day(held.archived[:10], month_first=False)
    accessed = words.accessed.format(captured)
    seen = f"[{accessed[:1].upper()}{accessed[1:]}]" if words.month_first else f"[{accessed}]"
    tail = f" {words.archived_at.format(cited.address.archived, captured)}." if cited.address.archived else ""
    return f"{lead} {place} {words.online}.{day} {words.available.format(cited.address.url)} {seen}.{tail}"


_STYLES: dict[Style, Callable[[_Cited], str]] = {
    Style.CHICAGO_NOTES: _chicago_notes,
    Style.CHICAGO_AUTHOR_DATE: _chicago_author_date,
    Style.APA: _apa,
    Style.MLA: _mla,
    Style.ISO690: _iso690,
}
