"""Work: what every citation format says about an item: the edition in force as plain, cleaned strings."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from db.citation.name_order import family_words
from db.model.item import AgentKind, Attribution, Item, Partial, Role

# Persons' names as bibliographies sort them: family, given, particle, suffix; and names folded for keys.

# fmt: off
# Only in lower case: a capital "Van" is part of the family name (`name_order`).
_PARTICLES = frozenset((
    "af", "al", "av", "ben", "bin", "da", "das", "de", "dei", "del", "della", "den", "der", "di",
    "do", "dos", "du", "el", "la", "las", "le", "los", "op", "ten", "ter", "und", "van", "von", "y", "zu",
    "zum", "zur", "'t", "’t", "בן", "בר", "ابن", "آل", "بن",
))
# fmt: on
_SUFFIXED = re.compile(r"(.+?)(,?)\s+(Jr\.?|Sr\.?|II|III|IV)")
"""A name with a generational suffix; its comma is the only one that a name may contain."""
_UNSAFE = re.compile(r"[^\w\s.'’‘`\-‐‑]|[\d_]|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Characters that show that a name is more than a name, and scripts that put the family name first."""


class PersonName(NamedTuple):
    """The parts of a person's name as printed; particle and suffix may be empty.

    Attributes:
        comma: whether there is one before the suffix.
    """

    family: str
    given: str
    particle: str = ""
    suffix: str = ""
    comma: bool = False


def person_name(attribution: Attribution, language: str = "") -> PersonName | None:
    """Split a person's name if that is safe, else return None, so that the name stays in one piece.

    The last word is the family name, with lower-case particles before it and a suffix after it, unless `name_order`
    knows better; *language* is that of the page. Single words, organisations, and names with other commas, digits or
    brackets are not split.
    """
    return None if attribution.kind is AgentKind.ORGANISATION else _split(attribution.name, language)


@lru_cache(4096)  # a publisher has few authors, named on every page
def _split(name: str, language: str) -> PersonName | None:
    found = _SUFFIXED.fullmatch(name)
    if found and len(found[1].split()) > 1:
        name, comma, suffix = found.groups()
    else:
        comma = suffix = ""
    # A wrong split would be sorted wrongly in every bibliography; unsplit it is at least as printed.
    if _UNSAFE.search(name):
        return None
    words = name.split()
    if len(words) < 2:
        return None
    if (family := family_words(words, language)) is not None:
        begin, end = family
        given = " ".join((*words[:begin], *words[end:]))
        return PersonName(" ".join(words[begin:end]), given, "", suffix, bool(comma))
    at = len(words) - 1
    while at > 1 and words[at - 1] in _PARTICLES:
        at -= 1
    return PersonName(words[-1], " ".join(words[:at]), " ".join(words[at:-1]), suffix, bool(comma))


# Letters that Unicode does not decompose.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_NO_KEY = re.compile(r"[^a-z0-9]+")


@lru_cache(4096)
def key_part(text: str) -> str:
    """Return the part of *text* that is allowed in a key: ASCII letters and digits in lower case, without accents."""
    lower = text.lower()
    if not lower.isascii():
        lower = unicodedata.normalize("NFKD", lower.translate(_PLAIN))
    return _NO_KEY.sub("", lower)


UNTITLED = "[untitled]"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_UNFIT_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\"<>\\^`{|}\ud800-\udfff]")
_PARTIAL = {
    Partial.TEASER: "The archived text is a teaser.",
    Partial.TRUNCATED: "The archived text is cut short.",
    Partial.UNPROVED: "The archived text may be incomplete.",
    Partial.PARTS_MISSING: "Parts of the archived text are missing.",
    Partial.SCRIPT: "The archived page holds no text: a script puts it in.",
    Partial.UNREAD: "The archived text has not been read.",
}


class Name(NamedTuple):
    """One name: *printed* as by the publisher, and *person* if it could be split safely."""

    printed: str
    person: PersonName | None

    @property
    def split_by_readers(self) -> str:
        """The name for programs that take the last of several words for the family name.

        If it is another one, it stands first, before a comma. Two family names do not, because programs such as Zotero
        take several words before a comma for a person.
        """
        person = self.person
        if person is None or person.suffix or " " in person.family or self.printed.endswith(person.family):
            return self.printed
        return f"{person.family}, {person.given}"


class Work(NamedTuple):
    """An item as a citation names it. Every string is one line; "" if not stated.

    Attributes:
        key: ``[a-z0-9-]``, of the edition, permanent; see `key_of_edition`.
        alias: a key that is easier to type: author or site, year, id. It may change with these.
        authors: the authors or, if there are none, the agency.
        date: ISO 8601 as precisely as the page states it, at most to the day.
        archive: the collection that holds the edition.
        archived: when the edition was captured, ``YYYY-MM-DDTHH:MM:SSZ``.
        publisher: its name in the language of the item, if the site states it.
        note: which edition is held, and what is wrong with it.
        rights: the current terms in the publisher's words.
        page: for a document, the cited page.
        medium: for a document, the file format: ``PDF``.
    """

    key: str
    alias: str
    title: str
    authors: tuple[Name, ...]
    translators: tuple[Name, ...]
    editors: tuple[Name, ...]
    site: str
    publisher: str
    date: str
    url: str
    language: str
    archive: str
    archived: str
    note: str
    rights: str
    tags: tuple[str, ...]
    page: str = ""
    medium: str = ""
    is_past: bool = False
    """Its address leads to another edition now, or to none."""


def work(item: Item, collection: str | None = None, link: str = "") -> Work:
    """Collect the citation data of *item*; *collection* names the archive that holds it, *link* its address there."""
    edition, landing = item.edition, item.form_of
    language = clean(item.language.value) if item.language else ""
    roles: dict[Role, list[Name]] = {}
    for attribution in edition.attributions:
        roles.setdefault(attribution.role, []).append(_name(attribution, language))
    # An agency that is printed instead of authors is cited as the author.
    authors = tuple(roles.get(Role.AUTHOR) or roles.get(Role.AGENCY) or ())
    # One work: what its file does not state comes from its page.
    stated = landing.attributions if landing else ()
    authors = authors or tuple(_name(one, language) for one in stated if one.role is Role.AUTHOR)
    published = edition.published or (landing.published if landing else None)
    site = clean(item.site_name.value) if item.site_name else ""
    # "Instytut Latarnia Bałtycka" on a page and "Baltic Lantern Institute" in the settings are one organisation.
    publisher = site if _speaks_otherwise(item) else clean(item.publisher.name or "")
    # There must be some name, because styles print nothing sensible without a container.
    site = site or publisher or item.publisher.hosts[0]
    # No style prints the time of day.
    date = published.value[:10] if published else ""
    archive, archived = clean(collection or ""), instant(edition.opened)
    return Work(
        key=key_of_edition(edition.id),
        alias=_alias(authors, site, date, item),
        # The page's title, because a cover is often set in capitals.
        title=clean(landing.title if landing else edition.title.value if edition.title else "") or UNTITLED,
        authors=authors,
        translators=tuple(roles.get(Role.TRANSLATOR, ())),
        editors=tuple(roles.get(Role.EDITOR, ())),
        site=site,
        publisher=publisher,
        date=date,
        url=clean_url(item.url),
        language=language,
        archive=archive,
        archived=archived,
        note=_note(item, archive, archived, link),
        rights=_rights(item),
        tags=tuple(filter(None, [clean(tag.value) for tag in item.tags])),
        medium=item.format or "",
        is_past=item.gone is not None or is_replaced(item),
    )


def _speaks_otherwise(item: Item) -> bool:
    """Say whether *item* is not in the publisher's main language and its site has a name of its own."""
    languages = item.publisher.languages
    if item.site_name is None or item.language is None or not languages:
        return False
    return item.language.value.lower().partition("-")[0] != languages[0].lower().partition("-")[0]


def key_of_edition(edition: str) -> str:
    """Return the key under which *edition* is cited: its id with a hyphen instead of ``@``, which means something in
    LaTeX and pandoc. It never changes, and two editions have two keys.
    """
    return edition.replace("@", "-")


def clean(text: str) -> str:
    """Return *text* as one line, without control characters and half surrogates, white space folded."""
    # Nearly all fields are printable, so the pattern below would find nothing.
    if text.isprintable():
        # Then a plain space is the only possible white space.
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    return " ".join(_CONTROL.sub(" ", text).split())


def clean_url(url: str) -> str:
    """Return *url* with characters that URLs may not contain (RFC 3986 section 2) percent-encoded, otherwise
    unchanged.
    """
    return _UNFIT_IN_URL.sub(_percent, url) if _UNFIT_IN_URL.search(url) else url


def _percent(unfit: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in unfit[0].encode("utf-8", "replace"))


def instant(when: datetime) -> str:
    """Return *when* in UTC to the second, ``2023-04-24T10:00:00Z``."""
    if when.tzinfo is not UTC:
        when = when.astimezone(UTC)
    return when.isoformat(timespec="seconds")[:19] + "Z"


def _name(attribution: Attribution, language: str) -> Name:
    printed = clean(attribution.name)
    # A name that had to be cleaned is not a plain name.
    person = person_name(attribution, language[:2].lower()) if printed == attribution.name else None
    return Name(printed, person)


def _alias(authors: tuple[Name, ...], site: str, date: str, item: Item) -> str:
    first = authors[0] if authors else None
    who = (first.person.family if first.person else first.printed) if first else site
    # The id makes it unique, as does the time for a replaced edition; the rest is for people who type it.
    replaced = f"-{item.edition.id.partition('@')[2]}" if is_replaced(item) else ""
    return f"{key_part(who)[:24]}{date[:4]}-{item.id.replace('-', '')}{replaced}".lstrip("-")


def is_replaced(item: Item) -> bool:
    """Say whether the page of *item* has shown another edition since this one."""
    return item.edition.number < item.editions


def _note(item: Item, archive: str, archived: str, link: str) -> str:
    """Return the remarks of a citation: where it is archived, its other forms, and whether it is partial or gone."""
    held = f" in {archive}" if archive else ""
    note = f"Archived {archived}{held} as {item.edition.id}{f', {link}' if link else ''}."
    if item.form_of:
        note += f" The {item.format} of {item.form_of.id}."
    if item.forms:
        note += f" Also held as {', '.join(f'{form.format} {form.id}' for form in item.forms)}."
    if item.edition.partial:
        note += " " + _PARTIAL[item.edition.partial]
    if is_replaced(item):
        note += " The page has shown another edition since."
    if item.gone:
        note += f" Gone from the site since {instant(item.gone)[:10]}."
    return note


def _rights(item: Item) -> str:
    held = [term.statement for term in item.terms if term.superseded is None]
    standing = [clean(statement.words) for statement in held if statement.has_a_say]
    return " ".join(dict.fromkeys(standing)) if len(standing) > 1 else "".join(standing)
