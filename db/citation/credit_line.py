"""The credit line: the sentence that a reuser prints, and the conditions that it is printed under."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from db.citation import month_names
from db.citation.styles import Markup
from db.citation.work import UNTITLED, clean, clean_url
from db.model.item import Answer, Covers, Credited, Duty, Item, Permission, Role, Statement, Term, Use, Verdict
from db.terms.verdict import verdict


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A credit line in one language.

    Attributes:
        text: what to print, on one line.
        line: its beginning: who, what, where and when, without a word on terms.
        language: of our own words in it, ``en`` or ``pl``.
        conditions: what the standing terms ask of a reuser, a sentence each; empty where they ask nothing.
        statements: the standing statements about reuse, as printed, whatever they permit.
    """

    text: str
    language: str
    conditions: tuple[str, ...]
    statements: tuple[str, ...]
    line: str


@dataclass(frozen=True, slots=True)
class _Language:
    """How one language writes a credit line."""

    code: str
    conjunction: str
    outer: tuple[str, str]
    inner: tuple[str, str]
    comma_inside: bool
    translated: str
    duty: str
    duty_licensed: str
    duties: dict[Duty, str]
    noncommercial: str


_LANGUAGES = {
    "en": _Language(
        code="en",
        conjunction="and",
        outer=("“", "”"),
        inner=("‘", "’"),
        comma_inside=True,
        translated="translated by",
        duty="Text reused with credit.",
        duty_licensed="Text reused with credit under {}.",
        duties={
            Duty.ATTRIBUTE: "Credit the author and the source.",
            Duty.LINK: "Link to the original.",
            Duty.NOTICE: "Reproduce the notice that the terms name.",
            Duty.SHARE_ALIKE: "Share what you make of it under the same terms.",
            Duty.INFORM: "Tell the publisher that you reuse it.",
        },
        noncommercial="For non-commercial use only.",
    ),
    "pl": _Language(
        code="pl",
        conjunction="i",
        outer=("„", "”"),
        inner=("«", "»"),
        comma_inside=False,
        translated="tłum.",
        duty="Tekst wykorzystano z podaniem źródła.",
        duty_licensed="Tekst wykorzystano z podaniem źródła na licencji {}.",
        duties={
            Duty.ATTRIBUTE: "Należy podać autora i źródło.",
            Duty.LINK: "Należy podać odnośnik do oryginału.",
            Duty.NOTICE: "Należy zamieścić notę wskazaną w warunkach.",
            Duty.SHARE_ALIKE: "Utwory zależne należy udostępniać na tych samych warunkach.",
            Duty.INFORM: "O wykorzystaniu należy powiadomić wydawcę.",
        },
        noncommercial="Wyłącznie do użytku niekomercyjnego.",
    ),
}


_LINK = r"https?://[^\s<>\"“”]*[^\s<>\"“”.,;:!?)]"
# What Markdown would take for its own (CommonMark 0.31, 2.4).
_SIGNS = re.compile(r"([\\`*_\[\]<>#])")


def marked_up(text: str, markup: Markup, address: str) -> str:
    """Return a credit line's *text* as *markup* writes it, with links: to the item's *address*, and to a licence."""
    if markup is Markup.TEXT:
        return text
    # The address first and whole: it may itself end in a sign that closes a sentence.
    links = re.compile(f"({re.escape(clean_url(address))}|{_LINK})")
    parts = links.split(text)
    if markup is Markup.HTML:
        shown = [html.escape(part) for part in parts]
        shown[1::2] = [f'<a href="{link}">{link}</a>' for link in shown[1::2]]
    else:
        shown = [_SIGNS.sub(r"\\\1", part) for part in parts]
        shown[1::2] = [f"<{link}>" for link in parts[1::2]]
    return "".join(shown)


def line_of(printed: Credited) -> str:
    """Return the line of `credit_line` in the item's own language; it has no words on terms, and needs none."""
    return _line(printed, _LANGUAGES[_code_of(printed.language)])


def _code_of(language: str | None) -> str:
    # The main subtag alone: en-GB is written as en.
    stated = (language or "en")[:2].lower()
    return stated if stated in _LANGUAGES else "en"


def credit_line(
    item: Item, *, language: str | None = None, use: Use = Use.REPUBLISH, commercial: bool | None = None
) -> CreditLine:
    """Return the credit line of *item* in *language*, else in the item's own, else in English.

    The line names who is credited as printed, title, site, date as far as it is stated, and address. A
    sentence that the duty of credit is met follows only where standing terms permit the text on that duty;
    words of credit that a term prescribes stand in its place.

    The terms are asked for *use*, *commercial* or not; where that is not said, for a commercial one, and where that is
    forbidden, for one that is not. Where the answer is that one must ask, the line names no licence.
    """
    printed = Credited.of(item)
    code = _code_of(language or printed.language)
    words = _LANGUAGES[code]
    # What was said once and is said no longer grants nothing now.
    standing = [one.statement for one in item.terms if one.superseded is None and one.statement.has_a_say]
    permitted = _permitted(standing, use, (True, False) if commercial is None else (commercial,))
    line = _line(printed, words)
    duty = _duty(permitted, words) if permitted else ""
    return CreditLine(
        text=f"{line} {duty}".rstrip(),
        language=code,
        conditions=_conditions(permitted, words) if permitted else (),
        statements=tuple(dict.fromkeys(statement.words for statement in standing)),
        line=line,
    )


def _permitted(standing: Sequence[Statement], use: Use, purposes: Sequence[bool]) -> Verdict | None:
    """The verdict on the first of *purposes*, commercial or not, that is not forbidden; if it is a yes with duties."""
    # With nothing stated there is nothing to ask.
    for commercial in purposes if standing else ():
        found = verdict(standing, use, covers=Covers.TEXT, commercial=commercial)
        if found.answer is not Answer.NO:
            return found if found.answer is Answer.WITH_DUTIES else None
    return None


def _line(printed: Credited, words: _Language) -> str:
    roles: dict[Role, list[str]] = {}
    for name, role in printed.credits:
        roles.setdefault(role, []).append(clean(name))
    # As `work` chooses them: an agency that is printed in the place of authors, and a container where none is stated.
    authors = roles.get(Role.AUTHOR) or roles.get(Role.AGENCY) or []
    site = clean(printed.site or "") or clean(printed.publisher.name or "") or printed.publisher.hosts[0]
    start = _joined(authors, words) + ", " if authors else ""
    after = []
    if Role.TRANSLATOR in roles:
        after.append(f"{words.translated} {_joined(roles[Role.TRANSLATOR], words)}")
    # A body that is author and site is named once.
    if authors != [site]:
        after.append(site)
    if printed.published:
        # No style prints the hour.
        after.append(month_names.written(printed.published[:10], words.code))
    after.append(clean_url(printed.url))
    title = clean(printed.title or "") or UNTITLED
    return f"{start}{_title(title, words)} {', '.join(after)}."


def _title(title: str, words: _Language) -> str:
    """The title in quotation marks, with the comma where the language has it."""
    opening, closing = words.outer
    # Words of ours: they are not quoted.
    if title == UNTITLED:
        return title + ","
    quoted = _inner(title, words.inner)
    if not words.comma_inside:
        return f"{opening}{quoted}{closing},"
    # A title that ends in a mark gets no second one.
    comma = "" if quoted.rstrip("’»").endswith(("?", "!", "…")) else ","
    return f"{opening}{quoted}{comma}{closing}"


_QUOTED = re.compile(r"“([^“”„]*)”|„([^“”„]*)[”“]|\"([^\"]*)\"")


def _inner(title: str, marks: tuple[str, str]) -> str:
    """Quotation marks within the title become the inner ones of the language, where they come in pairs."""
    return _QUOTED.sub(lambda found: f"{marks[0]}{found[found.lastindex or 0]}{marks[1]}", title)


def _joined(names: Sequence[str], words: _Language) -> str:
    if len(names) < 2:
        return names[0]
    return f"{', '.join(names[:-1])} {words.conjunction} {names[-1]}"


def _deciding(permitted: Verdict) -> list[tuple[Statement, Term]]:
    return [
        (statement, term)
        for statement, term in permitted.because
        if term.permission in (Permission.WITH_DUTIES, Permission.UNSTATED)
        # A condition on the images is none on the text.
        and term.covers in (Covers.TEXT, Covers.SITE)
    ]


def _duty(permitted: Verdict, words: _Language) -> str:
    """The sentence that shows that the duty of credit is met, "" where there is no such duty."""
    if Duty.ATTRIBUTE not in permitted.duties:
        return ""
    deciding = _deciding(permitted)
    # Where the publisher says what to print, that is what is printed.
    prescribed = next((term.credit_words for _, term in deciding if term.credit_words), None)
    if prescribed:
        return prescribed if prescribed.endswith((".", "!", "?")) else prescribed + "."
    named = next((term for _, term in deciding if term.license_id or term.license_url), None)
    if named is None:
        return words.duty
    name = named.license_id or ""
    where = f" ({named.license_url})" if name and named.license_url else named.license_url or ""
    return words.duty_licensed.format(name + where)


def _conditions(permitted: Verdict, words: _Language) -> tuple[str, ...]:
    conditions = [words.duties[duty] for duty in permitted.duties]
    if not permitted.commercial or any(term.noncommercial for _, term in _deciding(permitted)):
        conditions.append(words.noncommercial)
    return tuple(conditions)
