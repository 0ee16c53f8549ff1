"""The institute's own words in each of its languages: name, labels, support block, terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

# RFC 2606 reserves this domain for examples, so nobody can ever own it.
HOST = "institute.example"
LOGIN = "redakcja"
"""The account under which everything is entered, and which structured data wrongly names as the author."""


@dataclass(frozen=True, slots=True)
class House:
    """The institute in one language.

    Attributes:
        root: the path below which this language is published.
        months: the names of the months in printed dates.
        about, terms_page, support: title and paragraphs; the page of terms also prints the terms.
        unvalidated: the category whose pages have neither ETag nor Last-Modified.
    """

    language: str
    locale: str
    root: str
    name: str
    motto: str
    months: tuple[str, ...]
    conjunction: str
    labels: Mapping[str, str]
    about: tuple[str, str, tuple[str, ...]]
    terms_page: tuple[str, str, tuple[str, ...]]
    support: tuple[str, tuple[str, ...]]
    terms: str
    unvalidated: str

    def date(self, when: datetime) -> str:
        """Return the day of *when* as the institute prints it: ``24 April 2023``, ``24 kwietnia 2023``."""
        return f"{when.day} {self.months[when.month - 1]} {when.year}"

    def byline(self, authors: tuple[str, ...]) -> str:
        """Return the names joined as in a byline: with commas, and the conjunction before the last."""
        if len(authors) < 2:
            return "".join(authors)
        return f"{', '.join(authors[:-1])} {self.conjunction} {authors[-1]}"


ENGLISH = House(
    language="en",
    locale="en_US",
    root="/",
    name="Baltic Lantern Institute",
    motto="Light on the northern shore",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    conjunction="and",
    labels=MappingProxyType(
        {
            "date": "Date:",
            "author": "Author:",
            "tags": "TAGS:",
            "related": "Related posts",
            "selected": "From our shelves",
            "topics": "Topics",
            "pages": "Pages:",
            "older": "Older posts",
            "newer": "Newer posts",
            "page": "Page",
            "latest": "Latest publications",
            "tagged": "Tagged",
            "home": "Home",
            "board": "Board area",
            "letter": "Our letter",
            "letter_words": "One message a month, on the first Tuesday.",
            "address": "Your e-mail",
            "sign_up": "Sign up",
            "menu": "Menu",
            "read": "Read on",
            "protected": "Protected:",
            "password": "This content is password protected. To view it, please enter the password below.",
            "enter": "Enter",
            "missing": "Page not found",
            "missing_words": "Nothing lives at this address. Perhaps the front page knows more.",
            "gone": "No longer published",
            "gone_words": "This text has been taken down by its publisher.",
            "feed": "Feed",
        }
    ),
    about=(
        "about",
        "About the Institute",
        (
            "The institute was founded by three harbour pilots and a librarian who thought that a coast "
            "deserves "
            "an opinion of its own. It studies how the countries round a cold sea trade, heat their "
            "houses and "
            "keep the peace.",
            "We take no money from governments. Our reports are written by the people who sign them.",
        ),
    ),
    terms_page=(
        "terms-of-use",
        "Terms of Use",
        ("The rules for those who wish to print or post what we publish are short.",),
    ),
    support=(
        "Support Us",
        (
            "Careful work is slow, and slow work needs patient friends. If this text was of use to you, a "
            "standing "
            "order of any size keeps the lamp burning.",
            "Every donor receives our yearbook in December.",
        ),
    ),
    terms=(
        # Modelled on the first publisher's own sentence: a condition for texts, and a prohibition for images.
        "All texts published by the Baltic Lantern Institute may be disseminated on the condition that their "
        "origin is credited. Images may not be used without permission."
    ),
    unvalidated="Commentary",
)

POLISH = House(
    language="pl",
    locale="pl_PL",
    root="/pl/",
    name="Instytut Latarnia Bałtycka",
    motto="Światło na północnym brzegu",
    months=(
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ),
    conjunction="i",
    labels=MappingProxyType(
        {
            "date": "Data:",
            "author": "Autor:",
            "tags": "TAGI:",
            "related": "Powiązane wpisy",
            "selected": "Z naszych półek",
            "topics": "Tematy",
            "pages": "Strony:",
            "older": "Starsze wpisy",
            "newer": "Nowsze wpisy",
            "page": "Strona",
            "latest": "Najnowsze publikacje",
            "tagged": "Oznaczone",
            "home": "Strona główna",
            "board": "Dla zarządu",
            "letter": "Nasz list",
            "letter_words": "Jedna wiadomość w miesiącu, w pierwszy wtorek.",
            "address": "Adres e-mail",
            "sign_up": "Zapisz się",
            "menu": "Menu",
            "read": "Czytaj dalej",
            "protected": "Zabezpieczone:",
            "password": "Treść jest chroniona hasłem. Aby ją zobaczyć, wpisz hasło poniżej.",
            "enter": "Wejdź",
            "missing": "Nie znaleziono strony",
            "missing_words": "Pod tym adresem nic nie mieszka. Może strona główna wie więcej.",
            "gone": "Tekst wycofany",
            "gone_words": "Wydawca wycofał ten tekst.",
            "feed": "Kanał",
        }
    ),
    about=(
        "o-nas",
        "O Instytucie",
        (
            "Instytut założyło trzech pilotów portowych i bibliotekarka, którzy uznali, że wybrzeże "
            "zasługuje na "
            "własne zdanie. Badamy, jak kraje wokół zimnego morza handlują, ogrzewają domy i strzegą pokoju.",
            "Nie bierzemy pieniędzy od rządów. Raporty piszą ci, którzy je podpisują.",
        ),
    ),
    terms_page=(
        "zasady-korzystania",
        "Zasady korzystania",
        ("Zasady dla tych, którzy chcą drukować lub zamieszczać nasze publikacje, są krótkie.",),
    ),
    support=(
        "Wesprzyj nas",
        (
            "Staranna praca jest powolna, a powolna praca potrzebuje cierpliwych przyjaciół. Jeśli ten "
            "tekst się "
            "przydał, stałe zlecenie w dowolnej kwocie podtrzyma płomień.",
            "Każdy darczyńca dostaje w grudniu nasz rocznik.",
        ),
    ),
    terms=(
        # The same in Polish, but with images excepted in brackets instead of in a sentence of their own.
        "Wszystkie teksty (bez zdjęć) publikowane przez Instytut Latarnia Bałtycka mogą być "
        "rozpowszechniane pod "
        "warunkiem podania ich źródła."
    ),
    unvalidated="Komentarze",
)

HOUSES: Mapping[str, House] = MappingProxyType({house.language: house for house in (ENGLISH, POLISH)})
