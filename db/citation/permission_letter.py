"""Permission letter: asks a publisher for permission. The sender adds a name; everything else comes from the catalogue.

Apart from the code that prints it, because people who do not read code edit its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from db.citation.credit_line import credit_line
from db.model.item import Covers, Item, Statement, Use, Verdict


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that is ready to be sent.

    Attributes:
        to: whom the publisher says to ask, as printed; if nobody is named, the publisher's name.
        language: of the letter, ``en`` or ``pl``.
    """

    to: str
    subject: str
    body: str
    language: str


@dataclass(frozen=True, slots=True)
class _Language:
    subject: str
    body: str
    stated: str
    silent: str
    uses: Mapping[tuple[Use, Covers], str]
    commercial: Mapping[bool, str]


# Template, not format, because titles and statements may contain braces.
_ENGLISH = _Language(
    subject="Permission to reuse “$title”",
    body="""Dear Sir or Madam,

we ask for your permission to $use, $purpose:

  $title
  $url

$stated

We would print this credit with it:

  $credit

Please tell us whether you agree, and whether you ask for other words of credit, a link, a fee or anything else. If the
rights are held by someone else, we should be grateful for the name.

With kind regards,
[name, organisation, address]
""",
    stated="Your site says about this, as we read it on $date:\n\n$quoted",
    silent="We found no statement on your site that says whether this is allowed.",
    uses={
        (Use.REPUBLISH, Covers.TEXT): "publish the following text, whole and unaltered",
        (Use.EXCERPT, Covers.TEXT): "publish excerpts of the following text",
        (Use.TRANSLATE, Covers.TEXT): "publish a translation of the following text",
        (Use.SHORTEN, Covers.TEXT): "publish a shortened version of the following text",
        (Use.REPUBLISH, Covers.IMAGES): "publish the images of the following text",
        (Use.EXCERPT, Covers.IMAGES): "publish details of the images of the following text",
        (Use.TRANSLATE, Covers.IMAGES): "publish the images of the following text with their captions translated",
        (Use.SHORTEN, Covers.IMAGES): "publish altered images of the following text",
    },
    commercial={True: "in a publication that may be sold or carry advertising", False: "for non-commercial purposes"},
)
_POLISH = _Language(
    subject="Prośba o zgodę na wykorzystanie: „$title”",
    body="""Szanowni Państwo,

prosimy o zgodę na $use, $purpose:

  $title
  $url

$stated

Zamieścilibyśmy następującą notę o źródle:

  $credit

Prosimy o odpowiedź, czy wyrażają Państwo zgodę i czy oczekują innego brzmienia noty, odnośnika, opłaty lub czegokolwiek
innego. Jeżeli prawa przysługują komu innemu, będziemy wdzięczni za wskazanie tej osoby.

Z wyrazami szacunku
[imię i nazwisko, organizacja, adres]
""",
    stated="Na Państwa stronie czytamy o tym (stan z $date):\n\n$quoted",
    silent="Na Państwa stronie nie znaleźliśmy informacji, czy jest to dozwolone.",
    uses={
        (Use.REPUBLISH, Covers.TEXT): "publikację poniższego tekstu w całości i bez zmian",
        (Use.EXCERPT, Covers.TEXT): "publikację fragmentów poniższego tekstu",
        (Use.TRANSLATE, Covers.TEXT): "publikację tłumaczenia poniższego tekstu",
        (Use.SHORTEN, Covers.TEXT): "publikację skróconej wersji poniższego tekstu",
        (Use.REPUBLISH, Covers.IMAGES): "publikację ilustracji do poniższego tekstu",
        (Use.EXCERPT, Covers.IMAGES): "publikację wycinków ilustracji do poniższego tekstu",
        (Use.TRANSLATE, Covers.IMAGES): "publikację ilustracji do poniższego tekstu z przetłumaczonymi podpisami",
        (Use.SHORTEN, Covers.IMAGES): "publikację zmienionych ilustracji do poniższego tekstu",
    },
    commercial={
        True: "w wydawnictwie, które może być sprzedawane lub zawierać reklamy",
        False: "w celach niekomercyjnych",
    },
)
_LANGUAGES = {"en": _ENGLISH, "pl": _POLISH}


def letter(item: Item, found: Verdict, *, language: str | None = None) -> Letter:
    """Return the letter that asks for the use in *found*, in *language*, or else the item's language, or else English.

    It quotes the deciding statements and offers the credit line.
    """
    wanted = (language or (item.language.value if item.language else "en"))[:2].lower()
    code = wanted if wanted in _LANGUAGES else "en"
    words = _LANGUAGES[code]
    title = item.edition.title.value if item.edition.title else item.url
    body = Template(words.body).substitute(
        use=words.uses[found.use, Covers.IMAGES if found.covers is Covers.IMAGES else Covers.TEXT],
        purpose=words.commercial[found.commercial],
        title=title,
        url=item.url,
        stated=_stated(item, found, words),
        # Without the sentence that a duty is met, because the letter only asks for permission.
        credit=credit_line(item, language=code).line,
    )
    to = "; ".join(found.contacts) or item.publisher.name or item.publisher.url
    return Letter(to, Template(words.subject).substitute(title=title), body, code)


def _stated(item: Item, found: Verdict, words: _Language) -> str:
    # Several terms of one statement may decide; it is quoted once.
    statements: list[Statement] = list(dict.fromkeys(statement for statement, _ in found.because))
    if not statements:
        return words.silent
    # The day of the last reading, because the publisher may have changed the words since.
    read = max(held.last_confirmed for held in item.terms)
    quoted = "\n".join(f"  “{statement.words}”" for statement in statements)
    return Template(words.stated).substitute(date=f"{read:%Y-%m-%d}", quoted=quoted)
