"""The policy and the description of an item, read by rdflib: every word is from ODRL 2.2 or schema.org."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from db.catalogue import Catalogue
from db.citation.schema_org import description
from db.model.item import Act, Covers, Duty, Item, Permission, Term
from db.terms.odrl import policy
from ingest.terms.licenses import CreativeCommons, entailed_terms

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

rdflib = pytest.importorskip("rdflib", reason="linked data is read with the package rdflib")

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # used by rdflib's own parser
BY = "https://creativecommons.org/licenses/by-nc-sa/4.0/"
ODRL = "http://www.w3.org/ns/odrl/2/"
_ID, _VOCAB = {"@type": "@id"}, {"@type": "@vocab"}
# What http://www.w3.org/ns/odrl.jsonld says about the words we use; a word it does not know makes no triple.
WORDS: dict[str, Any] = {
    "odrl": ODRL,
    **{kind: f"odrl:{kind}" for kind in ("Set", "Asset", "Party")},
    **{name: {"@id": f"odrl:{name}"} for name in ("permission", "prohibition", "duty", "constraint", "rightOperand")},
    **{name: {"@id": f"odrl:{name}", **_ID} for name in ("uid", "target", "assigner")},
    **{name: {"@id": f"odrl:{name}", **_ID} for name in ("attributedParty", "consentingParty", "informedParty")},
    **{name: {"@id": f"odrl:{name}", **_VOCAB} for name in ("action", "leftOperand", "operator")},
    **{
        name: f"odrl:{name}" for name in ("reproduce", "distribute", "extract", "translate", "derive", "use", "purpose")
    },
    **{name: f"odrl:{name}" for name in ("attribute", "include", "inform", "obtainConsent")},
}


@pytest.fixture
def item(catalogue: Catalogue, builder: EntryBuilder) -> Item:
    """An item with a term of every kind, and the licence of a publisher with many conditions."""
    catalogue.add(builder.entry(1))
    found = catalogue.item("https://institute.example/anaklia")
    assert found is not None
    held = found.terms[0]
    terms = [
        Term(Covers.TEXT, act, permission, "grant", tuple(Duty) if permission is Permission.WITH_DUTIES else (), sold)
        for act in Act
        for permission in Permission
        for sold in (True, False)
    ]
    terms += entailed_terms(CreativeCommons("by-nc-sa", "4.0"), Covers.TEXT, "named-license", BY)
    return replace(found, terms=(replace(held, statement=replace(held.statement, terms=tuple(terms))),))


def graph(told: dict[str, Any], context: object) -> Any:
    read = rdflib.Graph()
    return read.parse(data=json.dumps({**told, "@context": context}), format="json-ld")


def test_policy_is_read_as_rules_in_odrl_vocabulary(item: Item) -> None:
    told: Any = policy(item)
    read = graph(told, [WORDS, *told["@context"][1:]])
    spoken = {term for triple in read for term in triple if str(term).startswith(ODRL)}
    assert {word for word in spoken if word not in rdflib.ODRL2} == set()
    assert {rdflib.ODRL2.permission, rdflib.ODRL2.obtainConsent, rdflib.ODRL2.purpose, rdflib.ODRL2.derive} <= spoken
    for kind in ("permission", "prohibition"):
        rules = set(read.objects(None, rdflib.ODRL2[kind]))
        assert len(rules) == len(told[kind])
        for rule in rules:
            assert {len(set(read.objects(rule, rdflib.ODRL2[name]))) for name in ("target", "action", "assigner")} == {
                1
            }


def test_every_rule_targets_an_asset_and_every_action_is_a_uri(item: Item) -> None:
    told: Any = policy(item)
    read = graph(told, [WORDS, *told["@context"][1:]])
    actions = set(read.objects(None, rdflib.ODRL2.action))
    assert all(isinstance(action, rdflib.URIRef) and ":" in action for action in actions)
    targets = set(read.objects(None, rdflib.ODRL2.target))
    assert all((target, rdflib.RDF.type, rdflib.ODRL2.Asset) in read for target in targets)
    operators = set(read.objects(None, rdflib.ODRL2.operator))
    assert operators == {rdflib.ODRL2.eq, rdflib.ODRL2.neq}


def test_description_uses_only_schema_org_vocabulary(item: Item) -> None:
    held = item.terms[0]
    licensed = replace(held.statement, terms=held.statement.terms[-5:])
    told = description(replace(item, terms=(replace(held, statement=licensed),)))
    read = graph(told, {"@vocab": "https://schema.org/"})
    words = {predicate for predicate in read.predicates() if predicate != rdflib.RDF.type}
    words |= set(read.objects(None, rdflib.RDF.type))
    assert {word for word in words if word not in rdflib.SDO} == set()
    assert rdflib.SDO.license in words
