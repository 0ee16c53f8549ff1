"""Terms pages: recognised by address or title alone, so that every machine with the page gives the same answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

from ingest.terms.phrase_patterns import fold

# Words that alone name a terms page at the end of an address.
_ALONE = """
terms tos tou copyright copyrights legal license licence licenses licences licensing permissions republish republishing
republication reprint reprints reprinting syndication disclaimer imprint impressum colophon reuse
creativecommons termsofuse termsofservice termsandconditions podminky licencja licencje
regulamin przedruk przedruki warunki zasady urheberrecht nutzungsbedingungen nutzungsrechte nachdruck
rechtliches haftungsausschluss cgu licencia licenza colofon gebruiksvoorwaarden auteursrecht auteursrechten regolamento
"""

_NAMING = """
terms copyright copyrights license licence licenses licences licensing permission permissions republish republishing
republication reprint reprints reprinting syndication syndicate disclaimer imprint impressum colophon reuse
regulamin prawna autorskie autorskich autorske przedruk przedruki
licencja licencje urheberrecht urheberrechte urheberrechtshinweis
nutzungsbedingungen nutzungsrechte nachdruck haftungsausschluss cgu terminos licencia termini licenza termos licenca
colofon gebruiksvoorwaarden auteursrecht auteursrechten autorska avtorski avtorskie авторские авторські лицензия
ліцензія
"""
# Words that name a terms page only with one of the next list, and mean other things alone: "rights", "conditions".
_HALF = """
legal legales legali rights conditions prawne warunki zasady rechtliche droits condiciones derechos condizioni diritti
direitos condicoes podminky umovy pravila usloviya умови условия правила правовая правова voorwaarden
"""

_OTHER_HALF = """
use usage uses using notice notices information info statement aviso nota note mentions hinweise hinweis korzystania
wykorzystania wykorzystywania uzytkowania uzycia kopiowania informacja informacje nutzung utilisation reproduction
auteur uso reproduccion autor utilizzo riproduzione autore autorais gebruik hergebruik uziti pouziti використання
использования перепечатки vykorystannia vykorystannya ispolzovaniya інформація информация
"""
_USING = """
use usage using reuse wykorzystania wykorzystanie korzystanie użycia nutzung utilisation uso utilizzo gebruik
использования использование використання ispolzovaniya vykorystannia
"""
# Next to a word for using: "use of site materials".
_MATTER = """
materials material content contents texts articles publications publikacji materialow tresci tekstow inhalte contenus
contenidos contenuti materialov материалов матеріалів
"""

_FILLING = """
want post posts crown
a an and of the our we your you to for in on use uses usage user using re us how can may with from by creative reserved
policy policies notice notices information info statement statements guidelines guideline rules page site website web
content contents material materials text texts article articles work works story stories publication publications media
service services general privacy cookie cookies security accessibility data protection credit credits attribution public
nota z i o do na w praw prawa prawa polityka korzystania wykorzystania wykorzystywania uzytkowania uzycia serwisu strony
portalu tresci tekstow materialow artykulow informacja informacje prywatnosci kopiowania publikacji autorskiego
und der die das zu zum zur fur hinweise hinweis recht rechte datenschutz allgemeine inhalte bild texte nutzung
et du de des la le les l d en mentions informations utilisation generales reproduction contenus credits auteur site
y el los las aviso uso del autor reproduccion politica sitio contenidos
e di dei delle del note uso utilizzo autore informazioni riproduzione sito
da do dos das autorais aviso
van het voor gebruik hergebruik tekst
a uziti pouziti prava pravo obchodni obsahu webu
та и і на сайту сайта використання использования матеріалів материалов права право інформація информация перепечатки
vykorystannia vykorystannya materialiv ispolzovaniya materialov prava sajta sayta
"""
# A word from each side of a pair together name a terms page.
_PAIRS = ((_HALF, _OTHER_HALF), (_USING, _MATTER), ("attribution", "policy guidelines"))
# Path segments below which a page is an article about such matters, or a list of articles.
_LISTS = """
tag tags category categories kategoria kategorie topic topics temat tematy thema themen author authors autor archive
archives search news blog blogs event events
"""
_YEAR = re.compile(r"(?:19|20)\d\d")
_ENDING = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_TITLE_SEPARATOR = re.compile(r"\s[-–—|·»:]\s|\s?\|\s?")
# Deeper addresses belong to texts and files, whatever their last segment is.
_DEPTH = 4
# Sites link to their terms in the menu or, mostly, in the footer, which has more links.
_HEAD, _FOOT = 40, 60
# With more words it is a headline or a sentence.
_LONGEST = 9


@cache
def _words(listed: str) -> frozenset[str]:
    return frozenset(fold(listed).split())


@cache
def _known() -> frozenset[str]:
    return _words(_NAMING).union(_words(_FILLING), *(_words(side) for pair in _PAIRS for side in pair))


@cache
def _alone() -> frozenset[str]:
    return _known() | _words(_ALONE)


def _otherwise(words: str, known: frozenset[str]) -> bool:
    """Return whether the first of *words* is clearly not in *known*, a quick test for most titles and addresses."""
    # Only the first word, because this is called for the title and the links of every page.
    first = _WORD.search(words)
    if first is None:
        return words.isascii()
    start, end = first.span()
    word = first[0].lower()
    if not word.isascii():
        word = fold(word)
    # A neighbour outside ASCII may be an accent or hyphen that folds away, or a sign that folds to letters.
    return words[:start].isascii() and words[end : end + 1].isascii() and word.isalnum() and word not in known


def names_terms(words: str, *, alone: bool = False) -> bool:
    """Return whether *words* are the name of a terms page and nothing else: "Terms of use", "Nota prawna".

    Every word must be one that such names are made of, so "In terms of trade" and "Copyright wars" are not. With
    *alone*, a single word is enough if it is hardly the whole name of anything else.
    """
    if _otherwise(words, _alone() if alone else _known()):
        return False
    found = _WORD.findall(fold(words))
    if not found or len(found) > _LONGEST:
        return False
    if len(found) == 1:
        return alone and found[0] in _words(_ALONE)
    if not _known().issuperset(found):
        return False
    beside = any(not (_words(one).isdisjoint(found) or _words(other).isdisjoint(found)) for one, other in _PAIRS)
    return beside or not _words(_NAMING).isdisjoint(found)


def is_terms_address(url: str) -> bool:
    """Return whether the address is that of a terms page: ``/terms``, ``/en/copyright-notice/``, ``/nota-prawna``.

    Pages below a year, a tag or a category are articles about such matters.
    """
    if _plainly_none(url):
        return False
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return False
    parts = [part for part in path.lower().split("/") if part]
    if not parts or len(parts) > _DEPTH:
        return False
    last = _ENDING.sub("", parts[-1])
    if _otherwise(last, _alone()) or any(part in _words(_LISTS) or _YEAR.fullmatch(part) for part in parts[:-1]):
        return False
    return names_terms(last, alone=True)


def _plainly_none(url: str) -> bool:
    """Return whether the last segment of an address begins with a word that no name of terms has.

    Most do, and need no further parsing.
    """
    step = url.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    return "%" not in step and step.isprintable() and _otherwise(step, _alone())


def naming_terms(links: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the first and last *links* of a page that lead to terms pages; sites put them there."""
    # Each link once, though in a short list it is among both the first and the last.
    edges = (*links[:_HEAD], *links[_HEAD:][-_FOOT:])
    return tuple(url for url in edges if _may_name(url) and is_terms_address(url))


@lru_cache(maxsize=8192)  # the first and last links of a page are those of the site's menus
def _may_name(url: str) -> bool:
    """Return whether the last segment of an address holds a word that names terms, a quick test that most fail."""
    step = url.partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    if "%" in step:
        step = fold(unquote(step))
    return not _telling().isdisjoint(step.replace("_", "-").replace(".", "-").replace("+", "-").split("-"))


@cache
def _telling() -> frozenset[str]:
    return _words(_ALONE).union(_words(_NAMING), *(_words(one) for one, _ in _PAIRS))


def is_terms_page(url: str, titles: Iterable[str]) -> bool:
    """Return whether a page is one of terms, by its address or by one of its *titles* without the site's name."""
    if is_terms_address(url):
        return True
    # Titles must say more than addresses: "Legal" alone may be the title of a section.
    known = _known()
    for title in titles:
        if not _otherwise(title, known) and names_terms(_TITLE_SEPARATOR.split(" ".join(title.split()), maxsplit=1)[0]):
            return True
    return False
