"""RIS, for EndNote, Zotero and Mendeley: CRLF, UTF-8, one value per line.

Apart from `formats.py`, which lists it: each external format has a file of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from db.citation.address import NOWHERE, Archive, address, citation_data
from db.citation.work import Name
from db.model.item import Item


def one(item: Item, archive: Archive = NOWHERE) -> str:
    """Return *item* as one record of type ``ELEC``, from ``TY`` to ``ER``.

    No value contains a line break, so a value can never end the record. A name that is not split, such as an
    organisation's, ends with a comma, which keeps it together. Dates are ``YYYY/MM/DD/``; parts that are not stated are
    empty.
    """
    cited = citation_data(item, archive)
    # TY begins a record in every reader, so it comes first.
    fields = [("TY", "ELEC"), ("ID", cited.key)]
    fields += [("AU", _ris_name(name)) for name in cited.authors]
    if not cited.authors and cited.publisher not in ("", cited.site):
        fields.append(("AU", _ris_name(Name(cited.publisher, None))))
    fields += [("A2", _ris_name(name)) for name in cited.editors]
    fields += [("A4", _ris_name(name)) for name in cited.translators]
    fields += [
        ("TI", cited.title),
        ("T2", cited.site),
        ("PB", cited.publisher),
        ("PY", cited.date[:4]),
        ("DA", _date(cited.date)),
        # The access date is that of the capture, because that is what was seen.
        ("Y2", _date(cited.archived[:10])),
        ("UR", address(item, archive).url),
        ("SP", cited.page),
        ("M3", cited.medium),
        ("LA", cited.language),
        # Accession number and database: where to find the archived text.
        ("AN", item.id),
        ("DB", cited.archive),
        ("N1", cited.note),
        ("C1", cited.rights),
    ]
    fields += [("KW", tag) for tag in cited.tags]
    # Readers recognise a tag by the two spaces, the hyphen and the space.
    return "".join([f"{tag}  - {value}\r\n" for tag, value in fields if value]) + "ER  - \r\n"


def write(items: Iterable[Item], archive: Archive = NOWHERE) -> Iterator[str]:
    """Yield the records of *items*, one record per chunk, separated by a blank line."""
    between = ""
    for item in items:
        yield between + one(item, archive)
        between = "\r\n"


# The comma before a legal form, which stands there or not: "Sons, Ltd.".
_COMPANY = re.compile(r",\s+(?=(?:inc|ltd|llc|llp|plc|corp|co|gmbh|ag|s\.?a|b\.?v|sp\. z o\. ?o)\.?(?:$|[\s,]))", re.I)


def _ris_name(name: Name) -> str:
    person = name.person
    if person is None:
        # Without a final comma readers take the last of several words for the family name, and they take any comma
        # inside for the end of one.
        printed = _COMPANY.sub(" ", name.printed)
        whole = " – ".join(part.strip() for part in printed.split(",") if part.strip())
        return f"{whole}," if " " in whole else whole
    family = f"{person.particle} {person.family}" if person.particle else person.family
    return f"{family}, {person.given}" + (f", {person.suffix}" if person.suffix else "")


def _date(date: str) -> str:
    parts = date.split("-") if date else []
    return "/".join((*parts, "", "")[:3]) + "/" if parts else ""
