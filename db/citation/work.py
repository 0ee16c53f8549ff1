"""What every format says of an item: the edition in force as plain strings, clean of control characters."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from db.citation.names import PersonName, key_part, person_name
from db.model import Attribution, Item, Partial, Role

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
    """One name: *printed* as the publisher prints it, and *person* where it is safe to take it apart."""

    printed: str
    person: PersonName | None


class Work(NamedTuple):
    """An item as a citation names it. Every string is one line; "" where nothing is stated.

    Attributes:
        key: ``[a-z0-9-]``, unique as the item's id is: author or site, year, id.
        authors: the authors; where there are none, the agency.
        date: ISO 8601 to the precision that the page states, at most a day.
        archive: the collection that holds the edition.
        archived: when the edition was captured, ``YYYY-MM-DDTHH:MM:SSZ``.
        note: which edition is held, and what is wrong with it.
        rights: the standing terms in the publisher's words.
    """

    key: str
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


def work(item: Item, collection: str | None = None) -> Work:
    """Gather what is cited of *item*; *collection* names the archive that holds it."""
    edition = item.edition
    roles: dict[Role, list[Name]] = {}
    for attribution in edition.attributions:
        roles.setdefault(attribution.role, []).append(_name(attribution))
    authors = tuple(roles.get(Role.AUTHOR) or roles.get(Role.AGENCY) or ())
    site = clean(item.site_name.value) if item.site_name else ""
    publisher = clean(item.publisher.name or "")
    site = site or publisher or item.publisher.hosts[0]
    date = edition.published.value[:10] if edition.published else ""
    archive, archived = clean(collection or ""), instant(edition.opened)
    return Work(
        key=_key(authors, site, date, item.id),
        title=(clean(edition.title.value) if edition.title else "") or UNTITLED,
        authors=authors,
        translators=tuple(roles.get(Role.TRANSLATOR, ())),
        editors=tuple(roles.get(Role.EDITOR, ())),
        site=site,
        publisher=publisher,
        date=date,
        url=clean_url(item.url),
        language=clean(item.language.value) if item.language else "",
        archive=archive,
        archived=archived,
        note=_note(item, archive, archived),
        rights=_rights(item),
        tags=tuple(filter(None, [clean(tag.value) for tag in item.tags])),
    )


def clean(text: str) -> str:
    """Return *text* as one line: control characters and half surrogates gone, white space folded."""
    if text.isprintable():
        # A plain space is then the only white space there can be.
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    return " ".join(_CONTROL.sub(" ", text).split())


def clean_url(url: str) -> str:
    """Return *url* with what no URL may hold (RFC 3986 section 2) percent-encoded; nothing else changes."""
    return _UNFIT_IN_URL.sub(_percent, url) if _UNFIT_IN_URL.search(url) else url


def _percent(unfit: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in unfit[0].encode("utf-8", "replace"))


def instant(when: datetime) -> str:
    """Return *when* in UTC to the second, ``2023-04-24T10:00:00Z``."""
    if when.tzinfo is not UTC:
        when = when.astimezone(UTC)
    return when.isoformat(timespec="seconds")[:19] + "Z"


def _name(attribution: Attribution) -> Name:
    printed = clean(attribution.name)
    person = person_name(attribution) if printed == attribution.name else None
    return Name(printed, person)


def _key(authors: tuple[Name, ...], site: str, date: str, item: str) -> str:
    first = authors[0] if authors else None
    who = (first.person.family if first.person else first.printed) if first else site
    return f"{key_part(who)[:24]}{date[:4]}-{item.replace('-', '')}".lstrip("-")


def _note(item: Item, archive: str, archived: str) -> str:
    held = f" in {archive}" if archive else ""
    note = f"Archived {archived}{held} as {item.edition.id}."
    if item.edition.partial:
        note += " " + _PARTIAL[item.edition.partial]
    if item.gone:
        note += f" Gone from the site since {instant(item.gone)[:10]}."
    return note


def _rights(item: Item) -> str:
    held = [term.statement for term in item.terms if term.superseded is None]
    standing = [clean(statement.words) for statement in held if statement.has_a_say]
    return " ".join(dict.fromkeys(standing)) if len(standing) > 1 else "".join(standing)
