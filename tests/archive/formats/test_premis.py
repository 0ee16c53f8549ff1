"""PREMIS: each element holds only what version 3.0 allows, in the order it requires."""

from __future__ import annotations

import io
from typing import Any

from lxml import etree

from archive.formats.premis import NAMESPACE, Agent, Event, FileObject, Identifier, Premis, Rights, Work, write

MODEL = {
    "premis": "object+ event* agent* rights*",
    "object file": "objectIdentifier+ objectCharacteristics+",
    "object intellectualEntity": "objectIdentifier+ originalName? linkingRightsStatementIdentifier*",
    "objectCharacteristics": "fixity* size? format+",
    "fixity": "messageDigestAlgorithm messageDigest",
    "format": "formatDesignation",
    "formatDesignation": "formatName formatVersion?",
    "event": "eventIdentifier eventType eventDateTime eventDetailInformation* eventOutcomeInformation* "
    "linkingAgentIdentifier* linkingObjectIdentifier*",
    "eventDetailInformation": "eventDetail?",
    "eventOutcomeInformation": "eventOutcome eventOutcomeDetail*",
    "eventOutcomeDetail": "eventOutcomeDetailNote",
    "agent": "agentIdentifier+ agentName* agentType? agentVersion?",
    "rights": "rightsStatement",
    "rightsStatement": "rightsStatementIdentifier rightsBasis licenseInformation?",
    "licenseInformation": "licenseDocumentationIdentifier+ licenseTerms? licenseNote*",
}
"""The content of each element that we write, following the schema of version 3.0 (January 2016)."""


def allowed(element: Any) -> str | None:
    name = etree.QName(element).localname
    if name == "object":
        return MODEL[f"object {element.get('{http://www.w3.org/2001/XMLSchema-instance}type')}"]
    return f"{name}Type {name}Value" if name.endswith("Identifier") else MODEL.get(name)


def check(element: Any) -> None:
    """Check *element* and all below it against MODEL."""
    assert etree.QName(element).namespace == NAMESPACE
    model = allowed(element)
    names = [etree.QName(child).localname for child in element]
    if model is None:
        assert (names, bool(element.text)) == ([], True), element.tag
        return
    for part in model.split():
        name, many = part.rstrip("+*?"), part[-1] in "+*"
        count = 0
        while names and names[0] == name and (many or not count):
            names.pop(0)
            count += 1
        assert count or part[-1] in "*?", f"{name} is missing in {element.tag}"
    assert names == [], f"{names} may not stand in {element.tag}"
    for child in element:
        check(child)


def test_premis_document_follows_the_schema_and_its_links_resolve() -> None:
    record, agent = Identifier("WARC-Record-ID", "urn:uuid:1"), Identifier("software", "creditline/1")
    work = Work([Identifier("creditline item", "wi-1"), Identifier("URL", "http://x.example/")], "Rivers", ["terms-1"])
    seen = Event(record, "capture", "2026-11-25T14:00:00Z", "http://x.example/", "status 200", "cut", [agent], [record])
    document = Premis(
        files=[
            FileObject("data/a.warc.gz", 6, "SHA-512", "00", "WARC", "1.1"),
            FileObject("b", 0, "SHA-512", "0", "CSV"),
        ],
        works=[work, Work([Identifier("creditline item", "wi-2")])],
        events=[seen, Event(record, "recovery", "2026", "words \x00\ud800 & <more>", "done")],
        agents=[
            Agent(agent, "creditline", "software", "1"),
            Agent(Identifier("contact", "a@b"), "a@b", "organization"),
        ],
        rights=[Rights("terms-1", "Credit us.", "http://x.example/terms", "CC-BY-4.0"), Rights("terms-2", "Ask.", "u")],
    )
    out = io.BytesIO()
    write(out, document)
    root = etree.fromstring(out.getvalue())
    assert root.get("version") == "3.0"
    check(root)
    assert root.findtext(f".//{{{NAMESPACE}}}licenseTerms") == "Credit us."
    details = [element.text for element in root.iter(f"{{{NAMESPACE}}}eventDetail")]
    assert details[1] == "words \ufffd\ufffd & <more>", "what XML cannot hold is told to have stood there"
    linked = {element.text for element in root.iter(f"{{{NAMESPACE}}}linkingRightsStatementIdentifierValue")}
    assert linked <= {element.text for element in root.iter(f"{{{NAMESPACE}}}rightsStatementIdentifierValue")}
    linked = {element.text for element in root.iter(f"{{{NAMESPACE}}}linkingAgentIdentifierValue")}
    assert linked <= {element.text for element in root.iter(f"{{{NAMESPACE}}}agentIdentifierValue")}
