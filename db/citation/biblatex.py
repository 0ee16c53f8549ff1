"""BibLaTeX ``@online`` entries, in UTF-8, each field escaped as its type wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from db.citation.address import NOWHERE, Archive, address, cited_of
from db.citation.work import Name
from db.model.item import Item

_ESCAPED = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    # One of a pair; see `escape` for one alone.
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}
_SPELT = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
_SPECIAL = re.compile(r"[&%$#_{}~^\\]")
# langid takes the names of the babel package, not codes.
_BABEL = {
    "be": "belarusian", "bg": "bulgarian", "ca": "catalan", "cs": "czech", "da": "danish", "de": "ngerman",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "fi": "finnish", "fr": "french",
    "hr": "croatian", "hu": "hungarian", "it": "italian", "lt": "lithuanian", "lv": "latvian", "nb": "norsk",
    "nl": "dutch", "no": "norsk", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sk": "slovak", "sl": "slovene", "sr": "serbian", "sv": "swedish", "tr": "turkish", "uk": "ukrainian",
}  # fmt: skip
# Between names "and" parts them, and "others" stands for more: a name that holds one must be kept whole.
_AND = re.compile(r"\band\b|\bothers\b", re.I)


def one(item: Item, archive: Archive = NOWHERE) -> str:
    """Return *item* as one ``@online`` entry that ends with a line feed.

    Bodies and titles keep their capitals in double braces; the address is verbatim. Without a byline the
    publisher is the author. ``note`` names the archived edition, ``addendum`` quotes the terms.
    """
    cited = cited_of(item, archive)
    authors = cited.authors or (Name(cited.publisher or cited.site, None),)
    fields = [
        # An alias of the key (biblatex 3.4, section 2.2.3).
        ("ids", cited.alias),
        ("author", names(authors)),
        ("translator", names(cited.translators)),
        ("editor", names(cited.editors)),
        # A second pair of braces, or styles would lower its capitals.
        ("title", "{" + escape(cited.title) + "}"),
        ("date", cited.date),
        ("organization", "" if _is_only(authors, cited.site) else escape(cited.site)),
        # Verbatim: an escaped underscore would break the link.
        ("url", address(item, archive).url),
        ("pages", cited.page),
        # As styles print it, behind the title.
        ("titleaddon", cited.medium),
        ("urldate", cited.archived[:10]),
        ("langid", _BABEL.get(cited.language[:2].lower(), "")),
        ("note", escape(cited.note)),
        ("addendum", escape(cited.rights)),
        # A comma would make two keywords of one.
        ("keywords", ", ".join(escape(tag.replace(",", " ")) for tag in cited.tags)),
    ]
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields if value)
    return f"@online{{{cited.key},\n{lines},\n}}\n"


def write(items: Iterable[Item], archive: Archive = NOWHERE) -> Iterator[str]:
    """Yield the entries of *items*, an entry a chunk, a blank line between two."""
    between = ""
    for item in items:
        yield between + one(item, archive)
        between = "\n"


def escape(text: str) -> str:
    """Return *text* such that LaTeX sets it as it is and every reader counts balanced braces.

    Braces are counted even behind a backslash, so that one without its fellow would swallow the rest of the file: it is
    spelt out. Those in pairs are not, for some readers drop what is.
    """
    if not _SPECIAL.search(text):
        return text
    alone = _alone(text) if "{" in text or "}" in text else frozenset()
    return _SPECIAL.sub(lambda special: _SPELT[special[0]] if special.start() in alone else _ESCAPED[special[0]], text)


def _alone(text: str) -> frozenset[int]:
    """Return where braces stand that have no fellow."""
    opened: list[int] = []
    alone: list[int] = []
    for at, char in enumerate(text):
        if char == "{":
            opened.append(at)
        elif char == "}" and opened:
            opened.pop()
        elif char == "}":
            alone.append(at)
    return frozenset((*opened, *alone))


def _is_only(authors: tuple[Name, ...], site: str) -> bool:
    return len(authors) == 1 and authors[0].printed == site


def names(given: tuple[Name, ...]) -> str:
    """Return names as BibTeX parts them; bodies, and names that hold what parts them, in braces."""
    if len(given) == 1 and given[0].person is None:
        # In braces it is one name, and nobody takes its last word for a family.
        return "{" + escape(given[0].printed) + "}"
    return " and ".join(map(_bib_name, given))


def _bib_name(name: Name) -> str:
    person = name.person
    if person is None or _AND.search(name.printed):
        return "{" + escape(name.printed) + "}"
    # A particle in lower case is told from the name by its case.
    family = f"{person.particle} {person.family}" if person.particle else person.family
    parts = (family, person.suffix, person.given) if person.suffix else (family, person.given)
    return escape(", ".join(parts))
