"""An item's terms as ODRL 2.2 and as schema.org: their shape, and only words of these vocabularies."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from db.catalogue import Catalogue
from db.citation.schema_org import description
from db.model.item import Act, Covers, Duty, Item, Permission, Term
from db.terms.odrl import ACTIONS, policy
from ingest.terms.licenses import CreativeCommons, entailed_terms

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder

ODRL_ACTIONS = {"reproduce", "distribute", "extract", "translate", "derive", "use"}
ODRL_DUTIES = {"attribute", "include", "inform", "obtainConsent", "cc:Notice", "cc:ShareAlike"}
RULE = {"target", "action", "assigner", "duty", "constraint", "dct:license", "dct:description", "prov:wasQuotedFrom"}
SCHEMA_ORG = """@context @type @id url identifier name publisher creditText inLanguage datePublished author license
usageInfo text temporalCoverage"""
BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture
def item(catalogue: Catalogue, builder: EntryBuilder) -> Item:
    catalogue.add(builder.entry(1))
    found = catalogue.item("https://institute.example/anaklia")
    assert found is not None
    return found


def with_terms(item: Item, *terms: Term) -> Item:
    held = item.terms[0]
    return replace(item, terms=(replace(held, statement=replace(held.statement, terms=terms)),))


def rules(item: Item, kind: str = "permission") -> list[dict[str, Any]]:
    found = policy(item).get(kind, [])
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("permission", Permission)
def test_every_rule_uses_only_words_of_the_vocabulary(item: Item, permission: Permission) -> None:
    for act, noncommercial in product(Act, (True, False)):
        _check_vocabulary(item, act, permission, noncommercial)


def _check_vocabulary(item: Item, act: Act, permission: Permission, noncommercial: bool) -> None:
    duties = tuple(Duty) if permission is Permission.WITH_DUTIES else ()
    told = policy(with_terms(item, Term(Covers.TEXT, act, permission, "grant", duties, noncommercial)))
    assert told["@type"] == "Set"
    assert told["@context"][0] == "http://www.w3.org/ns/odrl.jsonld"  # type: ignore[index]  # a list
    for rule in [*told.get("permission", []), *told.get("prohibition", [])]:  # type: ignore[misc]  # lists
        assert rule.keys() <= RULE
        assert rule["action"] in ODRL_ACTIONS | {"tdm:mine"}
        assert {duty["action"] for duty in rule.get("duty", [])} <= ODRL_DUTIES
        for constraint in rule.get("constraint", []):
            assert constraint["leftOperand"] == "purpose"
            assert constraint["operator"] in {"odrl:eq", "odrl:neq"}


def test_every_act_has_an_action() -> None:
    assert set(ACTIONS) == set(Act)


def test_permission_names_target_duty_words_and_record(item: Item) -> None:
    (rule,) = rules(item)
    assert rule["target"] == {"@type": "Asset", "uid": "https://institute.example/anaklia#text"}
    assert [duty["action"] for duty in rule["duty"]] == ["attribute"]
    assert rule["dct:description"] == item.terms[0].statement.words
    assert rule["prov:wasQuotedFrom"] == {"@id": item.terms[0].statement.evidence.capture}


def test_asking_is_a_permission_with_the_duty_to_obtain_consent(item: Item) -> None:
    (rule,) = rules(
        with_terms(item, Term(Covers.IMAGES, Act.USE, Permission.ASK, "r", contact="press@institute.example"))
    )
    (duty,) = rule["duty"]
    assert duty["action"] == "obtainConsent"
    assert duty["consentingParty"]["dct:description"] == "press@institute.example"


def test_noncommercial_license_is_constrained_to_its_purpose(item: Item) -> None:
    licensed = with_terms(item, *entailed_terms(CreativeCommons("by-nc-nd", "4.0"), Covers.TEXT, "rel-license", BY))
    (constraint,) = rules(licensed)[0]["constraint"]
    assert (constraint["operator"], constraint["rightOperand"]) == ("odrl:neq", {"@id": "cc:CommercialUse"})
    assert {rule["action"] for rule in rules(licensed, "prohibition")} == {"translate", "derive"}


def test_silence_is_a_policy_without_rules(item: Item) -> None:
    told = policy(replace(item, terms=()))
    assert not {"permission", "prohibition", "obligation"} & told.keys()


def test_duties_stated_without_a_permission_bind_every_permission(item: Item) -> None:
    bare = Term(Covers.TEXT, Act.USE, Permission.UNSTATED, "r", (Duty.LINK,))
    (rule,) = rules(with_terms(item, Term(Covers.TEXT, Act.USE, Permission.PERMITTED, "grant"), bare))
    assert [duty["action"] for duty in rule["duty"]] == ["include"]


def test_schema_org_names_a_license_only_if_the_text_may_be_published(item: Item) -> None:
    licensed = description(
        with_terms(item, *entailed_terms(CreativeCommons("by", "4.0"), Covers.TEXT, "rel-license", BY))
    )
    assert licensed["license"] == BY
    asking = description(with_terms(item, Term(Covers.TEXT, Act.USE, Permission.ASK, "r")))
    assert "license" not in asking
    assert "license" not in description(replace(item, terms=()))
    whole = item.terms[0].statement
    allowed = description(with_terms(item, Term(Covers.TEXT, Act.USE, Permission.PERMITTED, "grant")))
    assert allowed["license"]["text"] == whole.words  # type: ignore[index]  # an object
    names = {*licensed, *asking["usageInfo"][0]}  # type: ignore[index]  # a list
    assert names <= set(SCHEMA_ORG.split())
