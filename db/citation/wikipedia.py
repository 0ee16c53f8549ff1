"""Wikipedia's citation templates: ``{{cite web}}`` of the English and ``{{Cytuj}}`` of the Polish edition.

Apart from `formats.py`, which lists them: each external format has a file of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from db.citation.address import Archive, citation_data
from db.citation.work import Name, Work, clean_url, is_replaced
from db.model.item import Item

_MARKUP = re.compile(r"[|{}\[\]<>=~]|'(?=')|(?<=')'")


def cite_web(items: Iterable[Item], archive: Archive) -> Iterator[str]:
    """Yield a ``{{cite web}}`` for each of *items*, one per line (Help:Citation Style 1)."""
    for item in items:
        cited = citation_data(item, archive)
        fields = [*_english(cited.authors), ("title", _plain(cited.title)), ("url", _address(item.url))]
        fields += [("website", _plain(cited.site))]
        fields += [("publisher", _plain(cited.publisher))] if cited.publisher != cited.site else []
        fields += [("date", cited.date), ("access-date", cited.archived[:10]), ("language", cited.language[:2])]
        fields += [("page", cited.page), ("format", cited.medium)]
        yield _template("cite web", [*fields, *_archived(item, cited, archive, ("archive-url", "archive-date"))])


def cytuj(items: Iterable[Item], archive: Archive) -> Iterator[str]:
    """Yield a ``{{Cytuj}}`` for each of *items*, one per line (Szablon:Cytuj)."""
    for item in items:
        cited = citation_data(item, archive)
        fields = [("autor", ", ".join(_plain(name.printed) for name in cited.authors)), ("tytuł", _plain(cited.title))]
        fields += [("url", _address(item.url)), ("opublikowany", _plain(cited.site)), ("data", cited.date)]
        fields += [("s", cited.page), ("data dostępu", cited.archived[:10]), ("język", cited.language[:2])]
        fields += _archived(item, cited, archive, ("archiwum", "zarchiwizowano"))
        yield _template("Cytuj", fields)


def _english(authors: Sequence[Name]) -> Iterator[tuple[str, str]]:
    for number, name in enumerate(authors, 1):
        which = str(number) if len(authors) > 1 else ""
        person = name.person
        if person is None:
            yield f"author{which}", _plain(name.printed)
            continue
        yield f"last{which}", _plain(f"{person.particle} {person.family}".strip())
        yield f"first{which}", _plain(f"{person.given} {person.suffix}".strip())


def _archived(item: Item, cited: Work, archive: Archive, names: tuple[str, str]) -> list[tuple[str, str]]:
    link = archive.permalink(item)
    # Without the address of a copy the template does not accept its date.
    if not link:
        return []
    told = [(names[0], link), (names[1], cited.archived[:10])]
    if names[0] != "archive-url":
        return told
    # It says to which of the two addresses the title links: only to a page that still shows what is cited
    # (Help:Citation Style 1).
    status = "dead" if item.gone else "deviated" if is_replaced(item) else "live"
    return [*told, ("url-status", status)]


def _plain(text: str) -> str:
    """Return *text* with MediaWiki markup as character references."""
    # In a template, | and = separate fields and }} ends it, which a title must not do. Three tildes would become the
    # signature of whoever saves the page.
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", text)


def _address(url: str) -> str:
    return clean_url(url).replace("|", "%7C").replace("[", "%5B").replace("]", "%5D").replace("~~~", "%7E%7E%7E")


def _template(name: str, fields: Sequence[tuple[str, str]]) -> str:
    said = "".join(f" |{field}={value}" for field, value in fields if value)
    return f"{{{{{name}{said}}}}}\n"
