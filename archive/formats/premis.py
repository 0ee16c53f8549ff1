"""PREMIS 3.0: what is preserved, what was done to it, by whom, and on what terms, written as XML piece by piece.

Apart from the bag that contains it, which is a format of its own: PREMIS is an outside standard and knows no
collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from archive.control_characters import in_xml

NAMESPACE = "http://www.loc.gov/premis/v3"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name, and what kind of name it is."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class FileObject:
    """A file, with the digest that proves it unchanged.

    Attributes:
        digest: hexadecimal, by *algorithm* (``SHA-512``).
        format, version: of the file format; the version is "" if the format has none.
    """

    path: str
    bytes: int
    algorithm: str
    digest: str
    format: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """An item: in PREMIS an intellectual entity.

    Attributes:
        rights: identifiers of the statements (`Rights`) that apply to it.
    """

    identifiers: Sequence[Identifier]
    title: str | None = None
    rights: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        kind: a term of the Library of Congress vocabulary eventType.
        at: ISO 8601, as EDTF has it.
        detail, outcome, note: in words; *note* explains the outcome.
        agents: identifiers of the agents.
    """

    identifier: Identifier
    kind: str
    at: str
    detail: str
    outcome: str
    note: str = ""
    agents: Sequence[Identifier] = ()
    objects: Sequence[Identifier] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """Who or what did something: *kind* is ``software``, ``person`` or ``organization``."""

    identifier: Identifier
    name: str
    kind: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """The publisher's words about reuse, where they are, and the licence they name, if any."""

    identifier: str
    words: str
    url: str
    license_name: str | None = None


@dataclass(frozen=True, slots=True)
class Premis:
    """The contents of one document. Iterables are written as they are consumed, *rights* last."""

    files: Iterable[FileObject]
    works: Iterable[Work]
    events: Iterable[Event]
    agents: Iterable[Agent]
    rights: Iterable[Rights]


def write(out: BinaryIO, document: Premis) -> None:
    """Write *document* to *out*."""
    # Imported here because lxml takes time to load and bags are rarely written.
    from lxml import etree

    names = {None: NAMESPACE, "xsi": _XSI}
    # Element by element, because a collection may have more events than fit into memory as a tree.
    with etree.xmlfile(out, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element(f"{{{NAMESPACE}}}premis", {"version": "3.0"}, nsmap=names):
            for element in chain(
                map(_file, document.files),
                map(_work, document.works),
                map(_event, document.events),
                map(_agent, document.agents),
                map(_rights, document.rights),
            ):
                xml.write(element, pretty_print=True)


def _file(value: FileObject) -> Any:
    told = _element("object", **{f"{{{_XSI}}}type": "file"})
    _identify(told, "objectIdentifier", Identifier("path in the package", value.path))
    like = _add(told, "objectCharacteristics")
    fixity = _add(like, "fixity")
    _add(fixity, "messageDigestAlgorithm", value.algorithm)
    _add(fixity, "messageDigest", value.digest)
    _add(like, "size", str(value.bytes))
    named = _add(_add(like, "format"), "formatDesignation")
    _add(named, "formatName", value.format)
    if value.version:
        _add(named, "formatVersion", value.version)
    return told


def _work(value: Work) -> Any:
    told = _element("object", **{f"{{{_XSI}}}type": "intellectualEntity"})
    for identifier in value.identifiers:
        _identify(told, "objectIdentifier", identifier)
    if value.title:
        _add(told, "originalName", value.title)
    for one in value.rights:
        _identify(told, "linkingRightsStatementIdentifier", Identifier("local", one))
    return told


def _event(value: Event) -> Any:
    told = _element("event")
    _identify(told, "eventIdentifier", value.identifier)
    _add(told, "eventType", value.kind)
    _add(told, "eventDateTime", value.at)
    _add(_add(told, "eventDetailInformation"), "eventDetail", value.detail)
    ended = _add(told, "eventOutcomeInformation")
    _add(ended, "eventOutcome", value.outcome)
    if value.note:
        _add(_add(ended, "eventOutcomeDetail"), "eventOutcomeDetailNote", value.note)
    for agent in value.agents:
        _identify(told, "linkingAgentIdentifier", agent)
    for linked in value.objects:
        _identify(told, "linkingObjectIdentifier", linked)
    return told


def _agent(value: Agent) -> Any:
    told = _element("agent")
    _identify(told, "agentIdentifier", value.identifier)
    _add(told, "agentName", value.name)
    _add(told, "agentType", value.kind)
    if value.version:
        _add(told, "agentVersion", value.version)
    return told


def _rights(value: Rights) -> Any:
    told = _element("rights")
    statement = _add(told, "rightsStatement")
    _identify(statement, "rightsStatementIdentifier", Identifier("local", value.identifier))
    _add(statement, "rightsBasis", "license")
    about = _add(statement, "licenseInformation")
    _identify(about, "licenseDocumentationIdentifier", Identifier("URL", value.url))
    _add(about, "licenseTerms", value.words)
    if value.license_name:
        _add(about, "licenseNote", value.license_name)
    return told


def _identify(parent: Any, name: str, identifier: Identifier) -> None:
    """Add the element *name* with its two parts, whose names begin with *name*."""
    told = _add(parent, name)
    _add(told, f"{name}Type", identifier.kind)
    _add(told, f"{name}Value", identifier.value)


def _element(name: str, **attributes: str) -> Any:
    from lxml import etree

    return etree.Element(f"{{{NAMESPACE}}}{name}", attributes, nsmap={None: NAMESPACE, "xsi": _XSI})


def _add(parent: Any, name: str, text: str | None = None) -> Any:
    from lxml import etree

    told = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if text is not None:
        # Archived text may contain any character.
        told.text = in_xml(text)
    return told
