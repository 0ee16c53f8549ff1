"""BibLaTeX ``@online`` entries in UTF-8, with each field escaped as its type requires."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from db.citation.address import NOWHERE, Archive, address, citation_data
from db.citation.work import Name
from db.model.item import Item

_ESCAPED = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    # Balanced braces; for unbalanced ones see `escape`.
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}
_SPELT = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
_SPECIAL = re.compile(r"[&%$#_{}~^\\]")
# langid takes names from the babel package, not language codes.
_BABEL = {
    "be": "belarusian", "bg": "bulgarian", "ca": "catalan", "cs": "czech", "da": "danish", "de": "ngerman",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "fi": "finnish", "fr": "french",
    "hr": "croatian", "hu": "hungarian", "it": "italian", "lt": "lithuanian", "lv": "latvian", "nb": "norsk",
    "nl": "dutch", "no": "norsk", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sk": "slovak", "sl": "slovene", "sr": "serbian", "sv": "swedish", "tr": "turkish", "uk": "ukrainian",
}  # fmt: skip
# "and" separates names and "others" means more names, so a name that contains one must be kept together.
_AND = re.compile(r"\band\b|\bothers\b", re.I)


def one(item: Item, archive: Archive = NOWHERE) -> str:
    """Return *item* as one ``@online`` entry that ends with a line feed.

    Double braces keep the capitals of organisations and titles; the address is verbatim. Without a byline the publisher
    is the author. ``note`` names the archived edition, ``addendum`` quotes the terms.
    """
    cited = citation_data(item, archive)
    authors = cited.authors or (Name(cited.publisher or cited.site, None),)
    fields = [
        # An alias of the key (biblatex 3.4, section 2.2.3).
        ("ids", cited.alias),
        ("author", names(authors)),
        ("translator", names(cited.translators)),
        ("editor", names(cited.editors)),
        # Without the second pair of braces some styles would change capitals to lower case.
        ("title", "{" + escape(cited.title) + "}"),
        ("date", cited.date),
        ("organization", "" if _is_only(authors, cited.site) else escape(cited.site)),
        # Verbatim, because an escaped underscore would break the link.
        ("url", address(item, archive).url),
        ("pages", cited.page),
        # Styles print it after the title.
        ("titleaddon", cited.medium),
        ("urldate", cited.archived[:10]),
        ("langid", _BABEL.get(cited.language[:2].lower(), "")),
        ("note", escape(cited.note)),
        ("addendum", escape(cited.rights)),
        # A comma would split a keyword in two.
        ("keywords", ", ".join(escape(tag.replace(",", " ")) for tag in cited.tags)),
    ]
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields if value)
    return f"@online{{{cited.key},\n{lines},\n}}\n"


def write(items: Iterable[Item], archive: Archive = NOWHERE) -> Iterator[str]:
    """Yield the entries of *items*, one entry per chunk, separated by a blank line."""
    between = ""
    for item in items:
        yield between + one(item, archive)
        between = "\n"


def escape(text: str) -> str:
    """Return *text* escaped so that LaTeX prints it unchanged and every reader finds balanced braces.

    Readers count braces even after a backslash, so an unbalanced one would swallow the rest of the file; it is written
    as a command. Balanced ones are not, because some readers drop such commands.
    """
    if not _SPECIAL.search(text):
        return text
    alone = _alone(text) if "{" in text or "}" in text else frozenset()
    return _SPECIAL.sub(lambda special: _SPELT[special[0]] if special.start() in alone else _ESCAPED[special[0]], text)


def _alone(text: str) -> frozenset[int]:
    """Return the positions of unbalanced braces."""
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
    """Return names separated as in BibTeX, with braces around organisations and names that contain a separator."""
    if len(given) == 1 and given[0].person is None:
        # In braces it is one name, so that its last word is not taken for a family name.
        return "{" + escape(given[0].printed) + "}"
    return " and ".join(map(_bib_name, given))


def _bib_name(name: Name) -> str:
    person = name.person
    if person is None or _AND.search(name.printed):
        return "{" + escape(name.printed) + "}"
    # BibTeX recognises a lower-case particle by its case.
    family = f"{person.particle} {person.family}" if person.particle else person.family
    parts = (family, person.suffix, person.given) if person.suffix else (family, person.given)
    return escape(", ".join(parts))
