"""CSL-JSON 1.0.2, for Zotero, pandoc and citeproc."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from db.citation.address import NOWHERE, Archive, address, citation_data
from db.citation.work import Name, Work
from db.model.item import Item

_ENCODER = msgspec.json.Encoder()


def one(item: Item, archive: Archive = NOWHERE) -> dict[str, object]:
    """Return *item* as one CSL item of type ``webpage``.

    There is no ``archive_location``, because APA, Chicago and MLA would print it, and an edition's id should not be
    printed. Data without a CSL field (edition, archiving time, terms) are in ``custom`` and, for people to read, in
    ``note``, which styles do not print.
    """
    cited = citation_data(item, archive)
    entry: dict[str, object] = {
        # Two editions of one item must be two works for a processor, which distinguishes works only by id.
        "id": cited.key,
        "citation-key": cited.key,
        "type": "webpage",
        "title": cited.title,
    }
    for role, names in _names(cited):
        entry[role] = [_csl_name(name) for name in names]
    if cited.date:
        entry["issued"] = _date(cited.date)
    entry["accessed"] = _date(cited.archived[:10])
    # Styles print this as the site; a publisher with the same name would be printed twice.
    entry["container-title"] = cited.site
    if cited.publisher not in ("", cited.site):
        entry["publisher"] = cited.publisher
    entry["URL"] = address(item, archive).url
    if cited.page:
        entry["page"] = cited.page
    if cited.medium:
        entry["medium"] = cited.medium
    if cited.language:
        entry["language"] = cited.language
    if cited.archive:
        entry["archive"] = cited.archive
    entry["note"] = f"{cited.note} {cited.rights}".rstrip()
    if cited.tags:
        entry["keyword"] = ", ".join(cited.tags)
    entry["custom"] = _custom(item, cited, archive.permalink(item))
    return entry


def write(items: Iterable[Item], archive: Archive = NOWHERE) -> Iterator[str]:
    """Yield a JSON array of *items*, one item per chunk, in constant memory."""
    # The array is opened with its first item, so that nothing is printed before there is one.
    before = "[\n"
    for item in items:
        yield before + _ENCODER.encode(one(item, archive)).decode()
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _names(cited: Work) -> Iterator[tuple[str, tuple[Name, ...]]]:
    if cited.authors:
        yield "author", cited.authors
    elif cited.publisher not in ("", cited.site):
        # Without a byline the publisher is responsible for the text, unless the site has the same name.
        yield "author", (Name(cited.publisher, None),)
    if cited.translators:
        yield "translator", cited.translators
    if cited.editors:
        yield "editor", cited.editors


def _csl_name(name: Name) -> dict[str, object]:
    if name.person is None:
        # Processors print a literal unchanged.
        return {"literal": name.printed}
    parts: dict[str, object] = {"family": name.person.family, "given": name.person.given}
    if name.person.particle:
        parts["non-dropping-particle"] = name.person.particle
    if name.person.suffix:
        parts["suffix"] = name.person.suffix
    if name.person.comma:
        parts["comma-suffix"] = True
    return parts


def _date(date: str) -> dict[str, object]:
    return {"date-parts": [[int(part) for part in date.split("-")]]}


def _custom(item: Item, cited: Work, link: str) -> dict[str, object]:
    custom: dict[str, object] = {"edition": item.edition.id, "archived": cited.archived}
    if link:
        custom["archived_url"] = link
    # Only if noteworthy: a complete text that is still online has neither of the two.
    if item.edition.partial:
        custom["partial"] = item.edition.partial.value
    if item.gone:
        custom["gone"] = True
    if cited.rights:
        custom["rights"] = cited.rights
    return custom
