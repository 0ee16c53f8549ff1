"""The credit line: the sentence for a reuser to print, and the conditions of the reuse."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from db.citation import month_names
from db.citation.markdown import escaped, marked
from db.citation.styles import Markup
from db.citation.work import UNTITLED, clean, clean_url
from db.model.item import Answer, Covers, Credited, Duty, Item, Permission, Role, Statement, Term, Use, Verdict
from db.terms.verdict import verdict


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A credit line in one language.

    Attributes:
        text: what to print, on one line.
        line: its first part, without terms: who, what, where and when.
        language: of our own words in it, ``en`` or ``pl``.
        conditions: what the current terms require of a reuser, one sentence each; empty if nothing.
        statements: the current statements about reuse, as printed, whatever they permit.
    """

    text: str
    language: str
    conditions: tuple[str, ...]
    statements: tuple[str, ...]
    line: str


@dataclass(frozen=True, slots=True)
class _Language:
    """How a credit line is written in one language."""

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


def marked_up(text: str, markup: Markup, address: str) -> str:
    """Return the *text* of a credit line in *markup*, with links to the item's *address* and to a licence."""
    if markup is Markup.TEXT:
        return text
    # Match the item's address first and completely, because it may end with punctuation.
    links = re.compile(f"({re.escape(clean_url(address))}|{_LINK})")
    parts = links.split(text)
    if markup is Markup.HTML:
        shown = [html.escape(part) for part in parts]
        shown[1::2] = [f'<a href="{link}">{link}</a>' for link in shown[1::2]]
    else:
        shown = [escaped(parts[0]), *(marked(part) for part in parts[1:])]
        shown[1::2] = [f"<{link}>" for link in parts[1::2]]
    return "".join(shown)


def line_of(printed: Credited) -> str:
    """Return the first part of `credit_line` in the item's own language; it does not depend on terms."""
    return _line(printed, _LANGUAGES[_code_of(printed.language)])


def _code_of(language: str | None) -> str:
    # Only the main subtag: en-GB is written as en.
    stated = (language or "en")[:2].lower()
    return stated if stated in _LANGUAGES else "en"


def credit_line(
    item: Item, *, language: str | None = None, use: Use = Use.REPUBLISH, commercial: bool | None = None
) -> CreditLine:
    """Return the credit line of *item* in *language*, or else in the item's language, or else in English.

    The line names the credited persons as printed, title, site, date as far as stated, and address. A sentence that the
    duty of credit is met follows only if current terms permit the text under that duty. If a term prescribes a credit,
    its words replace that sentence.

    The terms are evaluated for *use*, commercial or not as given; if *commercial* is None, for commercial use, or for
    non-commercial use if that is forbidden. If the answer is to ask, the line names no licence.
    """
    printed = Credited.of(item)
    code = _code_of(language or printed.language)
    words = _LANGUAGES[code]
    # A statement that has been withdrawn no longer grants anything.
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
    """Return the verdict for the first of *purposes* that is not forbidden, if it is a yes with duties."""
    # Without statements there is nothing to evaluate.
    for commercial in purposes if standing else ():
        found = verdict(standing, use, covers=Covers.TEXT, commercial=commercial)
        if found.answer is not Answer.NO:
            return found if found.answer is Answer.WITH_DUTIES else None
    return None


def _line(printed: Credited, words: _Language) -> str:
    roles: dict[Role, list[str]] = {}
    for name, role in printed.credits:
        roles.setdefault(role, []).append(clean(name))
    # As in `work`: an agency printed instead of authors, and the publisher if no site name is stated.
    authors = roles.get(Role.AUTHOR) or roles.get(Role.AGENCY) or []
    site = clean(printed.site or "") or clean(printed.publisher.name or "") or printed.publisher.hosts[0]
    start = _joined(authors, words) + ", " if authors else ""
    after = []
    if Role.TRANSLATOR in roles:
        after.append(f"{words.translated} {_joined(roles[Role.TRANSLATOR], words)}")
    # An organisation that is both author and site is named once.
    if authors != [site]:
        after.append(site)
    if printed.published:
        # No style prints the time of day.
        after.append(month_names.write_date(printed.published[:10], words.code))
    after.append(clean_url(printed.url))
    title = clean(printed.title or "") or UNTITLED
    return f"{start}{_title(title, words)} {', '.join(after)}."


def _title(title: str, words: _Language) -> str:
    """Return the title in quotation marks, with the comma where the language puts it."""
    opening, closing = words.outer
    # Our own words, so not quoted.
    if title == UNTITLED:
        return title + ","
    quoted = _inner(title, words.inner)
    if not words.comma_inside:
        return f"{opening}{quoted}{closing},"
    # No comma after a title that ends with punctuation.
    comma = "" if quoted.rstrip("’»").endswith(("?", "!", "…")) else ","
    return f"{opening}{quoted}{comma}{closing}"


_QUOTED = re.compile(r"“([^“”„]*)”|„([^“”„]*)[”“]|\"([^\"]*)\"")


def _inner(title: str, marks: tuple[str, str]) -> str:
    """Return the title with paired quotation marks replaced by the inner ones of the language."""
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
        # A condition on images does not apply to the text.
        and term.covers in (Covers.TEXT, Covers.SITE)
    ]


def _duty(permitted: Verdict, words: _Language) -> str:
    """Return the sentence that shows that the duty of credit is met, "" if there is no such duty."""
    if Duty.ATTRIBUTE not in permitted.duties:
        return ""
    deciding = _deciding(permitted)
    # If the publisher prescribes a credit, that is printed.
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
