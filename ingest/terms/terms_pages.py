"""Terms pages: told by their address or their title alone, so that every machine that has the page says the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

from ingest.terms.phrase_patterns import fold

# Words that name a terms page by themselves, as the end of an address.
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
# Words that name a terms page beside one of the next, and other things by themselves: "rights", "conditions".
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
# Beside a word of using: "use of site materials".
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
# Words of which one of each side names a terms page.
_PAIRS = ((_HALF, _OTHER_HALF), (_USING, _MATTER), ("attribution", "policy guidelines"))
# Steps of an address below which a page is a text about the matter, or a list of such.
_LISTS = """
tag tags category categories kategoria kategorie topic topics temat tematy thema themen author authors autor archive
archives search news blog blogs event events
"""
_YEAR = re.compile(r"(?:19|20)\d\d")
_ENDING = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_PARTED = re.compile(r"\s[-–—|·»:]\s|\s?\|\s?")
# Deeper addresses are those of texts and files, whatever their last step is called.
_DEPTH = 4
# Sites link their terms in the menu or, mostly, in the footer, which has more links.
_HEAD, _FOOT = 40, 60
# A name of more words is a headline or a sentence.
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
    """Whether the first of *words* is plainly none of those *known*: most titles and addresses are told by that."""
    # By its first word alone: this is asked of the title and the links of every page.
    first = _WORD.search(words)
    if first is None:
        return words.isascii()
    start, end = first.span()
    word = first[0].lower()
    if not word.isascii():
        word = fold(word)
    # What is not ASCII beside it may be an accent or a hyphen that folds away, or a sign that folds to letters.
    return words[:start].isascii() and words[end : end + 1].isascii() and word.isalnum() and word not in known


def names_terms(words: str, *, alone: bool = False) -> bool:
    """Whether *words* are the name of a page of terms and of nothing else: "Terms of use", "Nota prawna".

    Every word must be one of those that such names are made of, so that "In terms of trade" and "Copyright wars" are
    none. With *alone* a single word is enough where it is hardly the whole name of anything else.
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
    """Whether the address is that of a page of terms: ``/terms``, ``/en/copyright-notice/``, ``/nota-prawna``.

    Pages under a year, a tag or a category are texts about the matter.
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
    """Whether the last step of an address, as it is spelt there, begins with a word that no name of terms has: most do,
    and need not be taken apart.
    """
    step = url.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    return "%" not in step and step.isprintable() and _otherwise(step, _alone())


def naming_terms(links: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of a page's *links* that name a page of terms, of the first and the last: there sites put theirs."""
    # Each once, though a short list is both its beginning and its end.
    edges = (*links[:_HEAD], *links[_HEAD:][-_FOOT:])
    return tuple(url for url in edges if _may_name(url) and is_terms_address(url))


@lru_cache(maxsize=8192)  # the first and the last links of a page are those of the site's menus
def _may_name(url: str) -> bool:
    """Whether the last step of an address holds a word of those that name terms: few do, and most end here."""
    step = url.partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    if "%" in step:
        step = fold(unquote(step))
    return not _telling().isdisjoint(step.replace("_", "-").replace(".", "-").replace("+", "-").split("-"))


@cache
def _telling() -> frozenset[str]:
    return _words(_ALONE).union(_words(_NAMING), *(_words(one) for one, _ in _PAIRS))


def is_terms_page(url: str, titles: Iterable[str]) -> bool:
    """Whether a page is one of terms by its address, or by one of its *titles*, taken without the site's name."""
    if is_terms_address(url):
        return True
    # Titles have to say more than addresses: "Legal" alone may be the title of a section.
    known = _known()
    for title in titles:
        if not _otherwise(title, known) and names_terms(_PARTED.split(" ".join(title.split()), maxsplit=1)[0]):
            return True
    return False
