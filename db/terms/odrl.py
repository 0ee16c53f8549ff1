"""An item's terms as an ODRL 2.2 policy in JSON-LD: exactly what its publisher stated, rule by rule.

An act that is not mentioned has no rule, which ODRL leaves open as we do. A rule names the words that state it and the
record of the capture that holds them.
"""

from __future__ import annotations

from collections.abc import Mapping

from db.model.item import Act, Covers, Duty, Item, Permission, Statement, Term
from db.terms.verdict import spdx

Node = dict[str, object]

# By name, so that each of our terms is an address for readers of JSON-LD.
CONTEXT: list[object] = [
    "http://www.w3.org/ns/odrl.jsonld",
    {
        "cc": "http://creativecommons.org/ns#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "prov": "http://www.w3.org/ns/prov#",
        "tdm": "http://www.w3.org/ns/tdmrep#",
    },
]
ACTIONS: Mapping[Act, str] = {
    Act.REPRODUCE: "reproduce",
    Act.DISTRIBUTE: "distribute",
    # The name in ODRL 2.2, which has no mining; TDMRep does.
    Act.EXCERPT: "extract",
    Act.TRANSLATE: "translate",
    Act.ADAPT: "derive",
    Act.USE: "use",
    Act.MINE: "tdm:mine",
}
_COMMERCIAL = {"@id": "cc:CommercialUse"}


def policy(item: Item) -> Node:
    """Return the policy of *item* (ODRL Information Model 2.2, section 2.1: a Set) from the statements that apply.

    If permission has to be asked for, or a permission needs confirmation by a person, the rule is a permission with the
    duty to obtain consent. A non-commercial licence is a permission with a constraint on purpose. Duties that are
    stated without a permission apply to every permission.
    """
    said = [(held.statement, term) for held in item.terms for term in held.statement.terms]
    # A duty without a permission permits nothing; it is added to the permissions.
    bare = tuple(dict.fromkeys(d for _, t in said if t.permission is Permission.UNSTATED for d in t.duties))
    node: Node = {
        "@context": CONTEXT,
        "@type": "Set",
        "uid": f"{item.url}#terms",
        "dct:title": item.edition.title.value if item.edition.title else item.url,
    }
    granting = (Permission.PERMITTED, Permission.WITH_DUTIES, Permission.ASK)
    permissions = [_permission(item, *pair, bare) for pair in said if pair[1].permission in granting]
    prohibitions = [_rule(item, *pair) for pair in said if pair[1].permission is Permission.PROHIBITED]
    if permissions:
        node["permission"] = permissions
    if prohibitions:
        node["prohibition"] = prohibitions
    return node


def _permission(item: Item, statement: Statement, term: Term, bare: tuple[Duty, ...]) -> Node:
    rule = _rule(item, statement, term)
    if term.permission is Permission.ASK or (term.grade is None and statement.decided is None):
        # In ODRL, a permission that has to be asked for begins with the duty to obtain consent.
        duties: list[Node] = [{"action": "obtainConsent", "consentingParty": _publisher(item, term.contact)}]
    else:
        duties = [_duty(item, duty) for duty in dict.fromkeys((*term.duties, *bare))]
    return {**rule, "duty": duties} if duties else rule


def _rule(item: Item, statement: Statement, term: Term) -> Node:
    rule: Node = {"target": _target(item, term.covers), "action": ACTIONS[term.act], "assigner": _publisher(item)}
    if term.noncommercial:
        # Written in full because the published context misspells "neq". A ban is on commercial purposes, a permission
        # for all others.
        operator = "odrl:eq" if term.permission in (Permission.PROHIBITED, Permission.ASK) else "odrl:neq"
        rule["constraint"] = [{"leftOperand": "purpose", "operator": operator, "rightOperand": _COMMERCIAL}]
    if term.license_id:
        rule["dct:license"] = {"@id": term.license_url} if term.license_url else spdx(term.license_id)
    rule["dct:description"] = statement.words
    rule["prov:wasQuotedFrom"] = {"@id": statement.evidence.capture}
    return rule


def _target(item: Item, covers: Covers) -> Node:
    # Text and images of a page are two assets with separate terms.
    part = "" if covers is Covers.SITE else f"#{covers.value.replace(' ', '-')}"
    return {"@type": "Asset", "uid": f"{item.url}{part}"}


def _publisher(item: Item, contact: str | None = None) -> Node:
    party: Node = {"@type": "Party", "uid": item.publisher.url, "foaf:name": item.publisher.name or item.publisher.id}
    return {**party, "dct:description": contact} if contact else party


def _duty(item: Item, duty: Duty) -> Node:
    match duty:
        case Duty.ATTRIBUTE:
            return {"action": "attribute", "attributedParty": _publisher(item)}
        case Duty.LINK:
            return {"action": "include", "target": {"@type": "Asset", "uid": item.url}}
        case Duty.NOTICE:
            return {"action": "cc:Notice"}
        case Duty.SHARE_ALIKE:
            return {"action": "cc:ShareAlike"}
        case Duty.INFORM:
            return {"action": "inform", "informedParty": _publisher(item)}
