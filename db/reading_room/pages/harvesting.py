"""OAI-PMH 2.0: gives harvesters the items in pieces, as Dublin Core; withheld items appear as deleted."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import msgspec
from lxml import etree
from starlette.responses import Response

from archive.control_characters import in_xml
from db.citation.work import instant, work
from db.model.item import Item, Role
from db.query import harvest, held_items
from db.query.harvest import Entry, HarvestSelection
from db.reading_room import answer
from db.reading_room.visit import Visit, page

AT_ONCE = 100
"""The most records, headers or sets in one answer."""
KIND = "text/xml; charset=utf-8"
_OAI = "http://www.openarchives.org/OAI/2.0/"
_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_ELEMENTS = "http://purl.org/dc/elements/1.1/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = f"{_OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_DC_SCHEMA = f"{_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
PREFIX = "oai_dc"
_EMAIL = re.compile(r"[^\s@]+@(?:[^\s@.]+\.)+[^\s@.]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

_LIST = frozenset({"metadataPrefix", "from", "until", "set", "resumptionToken"})
# Verb: the arguments it accepts, and those it requires.
_ARGUMENTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset({"identifier"}), frozenset()),
    "ListSets": (frozenset({"resumptionToken"}), frozenset()),
    "ListIdentifiers": (_LIST, frozenset({"metadataPrefix"})),
    "ListRecords": (_LIST, frozenset({"metadataPrefix"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset({"identifier", "metadataPrefix"})),
}


class Refused(Exception):
    """The request cannot be answered: an error code of OAI-PMH (section 3.6), and the reason."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


@dataclass(frozen=True, slots=True)
class Token:
    """A resumption token: where a list continues.

    Attributes:
        after: the id of the last item sent.
        told: how many items were sent before.
    """

    wanted: HarvestSelection
    after: str
    told: int

    def __str__(self) -> str:
        since, until = (None if one is None else instant(one) for one in (self.wanted.since, self.wanted.until))
        held = [since, until, self.wanted.publisher, self.after, self.told]
        return base64.urlsafe_b64encode(msgspec.json.encode(held)).decode().rstrip("=")

    @classmethod
    def read(cls, said: str) -> Token:
        """Read a token that an earlier answer contained.

        Raises:
            Refused: it is not a valid token.
        """
        try:
            # Longer than any token made here; its content is checked like any other input.
            held = msgspec.json.decode(base64.urlsafe_b64decode(said[:2000] + "=" * (-len(said) % 4)), type=list)
            since, until, publisher, last, told = held
            wanted = HarvestSelection(_maybe(since), _maybe(until), None if publisher is None else str(publisher))
            return cls(wanted, str(last), int(told))
        # Deeply nested brackets exhaust the decoder's stack.
        except (ValueError, TypeError, binascii.Error, msgspec.DecodeError, OverflowError, RecursionError) as error:
            raise Refused("badResumptionToken", "no list goes on there") from error


def _moment(said: object) -> datetime:
    if not isinstance(said, str) or not _SECOND.fullmatch(said):
        raise ValueError(said)
    return datetime.strptime(said, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _maybe(said: object) -> datetime | None:
    return None if said is None else _moment(said)


def oai(visit: Visit) -> Response:
    """Answer a request of a harvester."""
    # Not the framework's parsing, which hides repeated arguments; here they are an error. The guard bounds the URL.
    said = parse_qsl(visit.request.url.query, keep_blank_values=True)
    root = etree.Element(f"{{{_OAI}}}OAI-PMH", nsmap={None: _OAI, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", _SCHEMA)
    _add(root, "responseDate", instant(visit.settings.clock()))
    request = _add(root, "request", visit.full("/oai"))
    try:
        verb, arguments = _understood(said)
        request.set("verb", verb)
        for name, value in arguments.items():
            request.set(name, in_xml(value))
        # Build the answer first and append it last, so that an error replaces it and does not follow half of it.
        made = etree.Element(f"{{{_OAI}}}{verb}")
        _VERBS[verb](visit, arguments, made)
        root.append(made)
    except Refused as refused:
        if refused.code in ("badVerb", "badArgument"):
            # In these cases the request is given without its arguments (section 3.2).
            request.attrib.clear()
        _add(root, "error", refused.why).set("code", refused.code)
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return answer.body_or_not_modified(visit, body, KIND, dated=False)


def _understood(said: Iterable[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    pairs = list(said)
    arguments = dict(pairs)
    if len(arguments) < len(pairs):
        # The standard has two codes: a repeated verb is a bad verb (section 3.6).
        code = "badVerb" if sum(name == "verb" for name, _ in pairs) > 1 else "badArgument"
        raise Refused(code, "an argument is there twice")
    verb = arguments.pop("verb", "")
    if verb not in _ARGUMENTS:
        raise Refused("badVerb", f"the verb is one of {', '.join(_ARGUMENTS)}")
    may, must = _ARGUMENTS[verb]
    if "resumptionToken" in arguments and "resumptionToken" in may:
        # An exclusive argument (section 4.5): the token contains all other arguments.
        if len(arguments) > 1:
            raise Refused("badArgument", "a resumptionToken stands alone")
        return verb, arguments
    for name in arguments:
        if name not in may:
            raise Refused("badArgument", f"{verb} takes no argument {name!r}")
    if lacking := must - arguments.keys():
        raise Refused("badArgument", f"{verb} needs {', '.join(sorted(lacking))}")
    if arguments.get("metadataPrefix", PREFIX) != PREFIX:
        raise Refused("cannotDisseminateFormat", f"records come as {PREFIX} alone")
    return verb, arguments


def _add(parent: etree._Element, name: str, text: str | None = None, space: str = _OAI) -> etree._Element:
    made = etree.SubElement(parent, f"{{{space}}}{name}")
    made.text = None if text is None else in_xml(text)
    return made


def _identify(visit: Visit, _arguments: Mapping[str, str], made: etree._Element) -> None:
    oldest = harvest.earliest(visit.connection)
    for name, value in (
        ("repositoryName", visit.settings.name or "Creditline"),
        ("baseURL", visit.full("/oai")),
        ("protocolVersion", "2.0"),
        ("adminEmail", _contact(visit.settings.contact)),
        ("earliestDatestamp", instant(oldest or visit.settings.clock())),
        # Withheld items are reported for as long as they are withheld, and items are never deleted otherwise.
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    ):
        _add(made, name, value)


def _contact(stated: str | None) -> str:
    # An address is required; this one cannot belong to anybody (RFC 6761).
    return stated if stated and _EMAIL.fullmatch(stated) else "nobody@contact.invalid"


def _formats(visit: Visit, arguments: Mapping[str, str], made: etree._Element) -> None:
    if "identifier" in arguments:
        _named(visit, arguments["identifier"])
    told = _add(made, "metadataFormat")
    _add(told, "metadataPrefix", PREFIX)
    _add(told, "schema", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    _add(told, "metadataNamespace", _DC)


def _sets(visit: Visit, arguments: Mapping[str, str], made: etree._Element) -> None:
    """Add one set per publisher."""
    if "resumptionToken" in arguments:
        raise Refused("badResumptionToken", "the list of sets comes in one piece")
    for publisher, name in harvest.publishers(visit.connection):
        told = _add(made, "set")
        _add(told, "setSpec", publisher)
        _add(told, "setName", name or publisher)
    if not len(made):
        raise Refused("noSetHierarchy", "nothing is held yet")


def _record(visit: Visit, arguments: Mapping[str, str], made: etree._Element) -> None:
    _write(visit, [_named(visit, arguments["identifier"])], made)


def _named(visit: Visit, identifier: str) -> Entry:
    # Accept the bare item id too, because people type it.
    found = harvest.one(visit.connection, identifier.rpartition(":")[2])
    if found is None or "/" in identifier:
        raise Refused("idDoesNotExist", "nothing is held under that identifier")
    return found


def _records(visit: Visit, arguments: Mapping[str, str], made: etree._Element) -> None:
    _list(visit, arguments, made, _write)


def _identifiers(visit: Visit, arguments: Mapping[str, str], made: etree._Element) -> None:
    _list(visit, arguments, made, _headers)


def _list(
    visit: Visit,
    arguments: Mapping[str, str],
    made: etree._Element,
    write: Callable[[Visit, Sequence[Entry], etree._Element], None],
) -> None:
    said = arguments.get("resumptionToken")
    token = Token.read(said) if said is not None else None
    wanted = token.wanted if token else _wanted(visit, arguments)
    # Ask for one more than is sent, to know whether the list continues.
    found = harvest.page(visit.connection, wanted, after=token.after if token else "", limit=AT_ONCE + 1)
    if not found:
        code = "badResumptionToken" if token else "noRecordsMatch"
        raise Refused(code, "nothing of that is held")
    write(visit, found[:AT_ONCE], made)
    told = (token.told if token else 0) + len(found[:AT_ONCE])
    more = len(found) > AT_ONCE
    if not more and token is None:
        return
    last = found[AT_ONCE - 1] if more else None
    # The last piece of a list sent in pieces has an empty token (section 3.5).
    goes_on = _add(made, "resumptionToken", str(Token(wanted, last.item, told)) if last else None)
    goes_on.set("cursor", str(token.told if token else 0))


def _wanted(visit: Visit, arguments: Mapping[str, str]) -> HarvestSelection:
    said = {name: arguments[name] for name in ("from", "until") if name in arguments}
    # Section 2.7.1: either both dates are days, or both have seconds.
    if len({len(one) for one in said.values()}) > 1:
        raise Refused("badArgument", "from and until are of one granularity")
    since, until = _date(said.get("from")), _date(said.get("until"))
    if until is not None and _DAY.fullmatch(said["until"]):
        # Inclusive: a day lasts until its end.
        until += timedelta(days=1) - timedelta(seconds=1)
    if since is not None and until is not None and since > until:
        raise Refused("badArgument", "from is later than until")
    known = {publisher for publisher, _ in harvest.publishers(visit.connection)}
    if arguments.get("set", next(iter(known), "")) not in known:
        raise Refused("noRecordsMatch", "there is no such set")
    return HarvestSelection(since, until, arguments.get("set"))


def _date(said: str | None) -> datetime | None:
    """Parse a date argument, if there is one: a day, or an instant in UTC."""
    if said is None:
        return None
    try:
        if _DAY.fullmatch(said):
            return datetime.strptime(said, "%Y-%m-%d").replace(tzinfo=UTC)
        return _moment(said)
    except ValueError as error:
        raise Refused("badArgument", "a date is YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ") from error


def _headers(visit: Visit, entries: Sequence[Entry], into: etree._Element) -> None:
    for entry in entries:
        _header(visit, entry, into)


def _header(visit: Visit, entry: Entry, into: etree._Element) -> None:
    header = _add(into, "header")
    if entry.withheld:
        header.set("status", "deleted")
    _add(header, "identifier", identifier(visit, entry.item))
    _add(header, "datestamp", instant(entry.changed))
    _add(header, "setSpec", entry.publisher)


def identifier(visit: Visit, item: str) -> str:
    """Return the identifier of *item* in the scheme ``oai``, with the host name under which the room is known."""
    host = visit.full("/").partition("://")[2].partition("/")[0].partition(":")[0]
    return f"oai:{host}:{item}"


def _write(visit: Visit, entries: Sequence[Entry], into: etree._Element) -> None:
    """Add records: for each its header, and the metadata unless the item is withheld."""
    asked = [entry.item for entry in entries if not entry.withheld]
    found = {held.id: held for held in held_items.by_ids(visit.connection, asked, bare=True)}
    for entry in entries:
        record = _add(into, "record")
        _header(visit, entry, record)
        if entry.item in found:
            _describe(visit, found[entry.item], record)


def _describe(visit: Visit, held: Item, record: etree._Element) -> None:
    metadata = _add(record, "metadata")
    described = etree.SubElement(metadata, f"{{{_DC}}}dc", nsmap={"oai_dc": _DC, "dc": _ELEMENTS})
    described.set(f"{{{_XSI}}}schemaLocation", _DC_SCHEMA)
    for name, value in dublin_core(visit, held):
        if value:
            _add(described, name, value, _ELEMENTS)


def dublin_core(visit: Visit, held: Item) -> list[tuple[str, str]]:
    """Return the metadata of *held* as elements of Dublin Core."""
    told = work(held, visit.settings.name)
    contributors = [*told.translators, *told.editors]
    described = [
        ("title", told.title),
        *(("creator", one.printed) for one in told.authors),
        *(("subject", one) for one in told.tags),
        ("description", held.subtitle.value if held.subtitle else ""),
        ("publisher", told.publisher or told.site),
        *(("contributor", one.printed) for one in contributors),
        *(("contributor", one.name) for one in held.edition.attributions if one.role is Role.PHOTOGRAPHER),
        ("date", told.date),
        ("type", "Text"),
        ("identifier", told.url),
        ("identifier", visit.full(f"/items/{held.id}")),
        ("source", told.site),
        ("language", told.language),
        ("format", told.medium),
        *(("relation", url) for _, url in held.translations),
        *(("relation", visit.full(f"/items/{form.id}")) for form in held.forms),
        *([("relation", visit.full(f"/items/{held.form_of.id}"))] if held.form_of else []),
        ("rights", told.rights),
    ]
    return list(dict.fromkeys(described))


_VERBS: Mapping[str, Callable[[Visit, Mapping[str, str], etree._Element], None]] = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "ListIdentifiers": _identifiers,
    "ListRecords": _records,
    "GetRecord": _record,
}

ROUTES = (page("/oai", oai),)
