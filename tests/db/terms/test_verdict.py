"""The verdict for a use under each Creative Commons licence, a publisher's words, a reservation, and silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.model.item import (
    Act,
    Answer,
    Confidence,
    Covers,
    Duty,
    Evidence,
    Permission,
    ReviewState,
    Statement,
    StatementPlace,
    Term,
    Use,
)
from db.terms.verdict import address_of, license_of, spdx, verdict
from ingest.terms import read_wording
from ingest.terms.licenses import CODES, CreativeCommons, entailed_terms

SEED = (
    "All texts published by the Warsaw Institute Foundation may be disseminated on the condition that their "
    "origin is credited. Images may not be used without permission."
)
YES, DUTIES, ASK, NO, UNKNOWN = Answer.YES, Answer.WITH_DUTIES, Answer.ASK, Answer.NO, Answer.UNKNOWN


def stated(*terms: Term, place: StatementPlace = StatementPlace.ITEM_PROSE, words: str = "words") -> Statement:
    return Statement(words, place, Evidence(words, ""), terms)


def licensed(
    code: str,
    covers: Covers = Covers.SITE,
    place: StatementPlace = StatementPlace.ITEM_CARRIER,
    number: str | None = "4.0",
) -> Statement:
    return stated(*entailed_terms(CreativeCommons(code, number), covers, "rel-license"), place=place, words=code)


def answers(statements: list[Statement], covers: Covers, commercial: bool) -> list[Answer]:
    return [verdict(statements, use, covers=covers, commercial=commercial).answer for use in Use]


# code: republish, excerpt, translate, shorten; first commercially, then not
LICENSES = {
    "by": ([DUTIES] * 4, [DUTIES] * 4),
    "by-sa": ([DUTIES] * 4, [DUTIES] * 4),
    "by-nd": ([DUTIES, DUTIES, NO, NO], [DUTIES, DUTIES, NO, NO]),
    "by-nc": ([NO] * 4, [DUTIES] * 4),
    "by-nc-sa": ([NO] * 4, [DUTIES] * 4),
    "by-nc-nd": ([NO] * 4, [DUTIES, DUTIES, NO, NO]),
    "zero": ([YES] * 4, [YES] * 4),
    "mark": ([YES] * 4, [YES] * 4),
}


@pytest.mark.parametrize("number", ["3.0", "4.0"])
@pytest.mark.parametrize("covers", [Covers.TEXT, Covers.IMAGES])
@pytest.mark.parametrize("code", LICENSES)
def test_license_of_the_whole_site_answers_for_text_and_images(code: str, covers: Covers, number: str) -> None:
    for_sale, otherwise = LICENSES[code]
    statement = licensed(code, number=number)
    assert answers([statement], covers, True) == for_sale
    assert answers([statement], covers, False) == otherwise
    found = verdict([statement], covers=covers, commercial=False)
    named = {"zero": "CC0-1.0", "mark": "LicenseRef-PDM-1.0"}.get(code, f"CC-{code.upper()}-{number}")
    assert license_of(found, "institute") == named
    assert (found.confidence, found.review) == (Confidence.HIGH, ReviewState.NONE)


def test_every_creative_commons_license_is_in_the_table() -> None:
    assert set(LICENSES) == {*CODES, "zero", "mark"}


@pytest.mark.parametrize("code", LICENSES)
def test_text_license_says_nothing_about_images(code: str) -> None:
    assert answers([licensed(code, Covers.TEXT)], Covers.IMAGES, True) == [UNKNOWN] * 4


@pytest.mark.parametrize("commercial", [True, False])
def test_seed_wording_permits_republishing_with_credit_and_asks_for_the_rest(
    commercial: bool,
) -> None:
    seed = [stated(*read_wording(SEED), words=SEED)]
    assert answers(seed, Covers.TEXT, commercial) == [DUTIES, DUTIES, ASK, ASK]
    assert answers(seed, Covers.IMAGES, commercial) == [ASK] * 4
    republish = verdict(seed, commercial=commercial)
    assert republish.duties == (Duty.ATTRIBUTE,)
    assert not republish.conflict
    assert {term.act for _, term in republish.because[:2]} == {Act.REPRODUCE, Act.DISTRIBUTE}


@pytest.mark.parametrize("commercial", [True, False])
def test_all_rights_reserved_asks_for_everything(commercial: bool) -> None:
    reserved = [stated(*read_wording("© 2024 Example Centre. All rights reserved."))]
    for covers in (Covers.TEXT, Covers.IMAGES):
        assert answers(reserved, covers, commercial) == [ASK] * 4


@pytest.mark.parametrize("commercial", [True, False])
@pytest.mark.parametrize("statements", [[], [stated()]], ids=["nothing", "unread"])
def test_silence_is_not_a_license(statements: list[Statement], commercial: bool) -> None:
    for covers in (Covers.TEXT, Covers.IMAGES):
        assert answers(statements, covers, commercial) == [UNKNOWN] * 4


def test_the_stricter_statement_governs_and_both_are_shown() -> None:
    reserved = stated(*read_wording("All rights reserved."), place=StatementPlace.SITE_FOOTER, words="reserved")
    free = licensed("by", Covers.TEXT)
    found = verdict([free, reserved])
    assert found.answer is ASK
    assert found.conflict
    assert next(statement for statement, _ in found.because) == reserved
    assert free in [statement for statement, _ in found.because]


def test_unmentioned_act_does_not_conflict_with_a_permission() -> None:
    seed = stated(*read_wording(SEED), words=SEED)
    found = verdict([seed, licensed("by", Covers.TEXT)], Use.TRANSLATE)
    assert found.answer is DUTIES
    assert not found.conflict


def test_image_ban_is_an_exception_to_a_wider_grant_and_no_conflict() -> None:
    ban = Term(Covers.IMAGES, Act.USE, Permission.ASK, "test")
    both = stated(*entailed_terms(CreativeCommons("by", "4.0"), Covers.SITE, "rel-license"), ban)
    images = verdict([both], covers=Covers.IMAGES)
    assert images.answer is ASK
    assert not images.conflict
    assert verdict([both]).answer is DUTIES


def test_bare_condition_permits_nothing_but_adds_its_duty() -> None:
    bare = stated(Term(Covers.TEXT, Act.USE, Permission.UNSTATED, "test", (Duty.LINK,)), words="bare")
    assert verdict([bare]).answer is UNKNOWN
    found = verdict([bare, licensed("zero")])
    assert found.answer is DUTIES
    assert found.duties == (Duty.LINK,)


def test_ban_on_commercial_use_permits_no_other_use() -> None:
    ban = stated(Term(Covers.TEXT, Act.USE, Permission.PROHIBITED, "test", noncommercial=True))
    assert verdict([ban]).answer is NO
    assert verdict([ban], commercial=False).answer is UNKNOWN


def test_share_alike_binds_translations_and_not_whole_copies() -> None:
    assert Duty.SHARE_ALIKE not in verdict([licensed("by-sa")]).duties
    assert Duty.SHARE_ALIKE in verdict([licensed("by-sa")], Use.TRANSLATE).duties


def test_ban_on_copying_also_bans_translation() -> None:
    ban = stated(Term(Covers.TEXT, Act.DISTRIBUTE, Permission.PROHIBITED, "test"))
    assert verdict([ban], Use.TRANSLATE).answer is NO
    assert verdict([ban], Use.EXCERPT).answer is ASK


@pytest.mark.parametrize(
    ("read", "listed"),
    [
        ("CC-BY-4.0", "CC-BY-4.0"),
        ("CC-BY-NC-SA-3.0-IGO", "CC-BY-NC-SA-3.0-IGO"),
        ("CC-BY-3.0-PL", "LicenseRef-CC-BY-3.0-PL"),
        ("CC-BY", "LicenseRef-CC-BY"),
        ("CC-unspecified", "LicenseRef-CC-unspecified"),
        ("OGL-UK-3.0", "OGL-UK-3.0"),
        ("LicenseRef-PDM-1.0", "LicenseRef-PDM-1.0"),
    ],
)
def test_identifier_missing_from_the_spdx_list_becomes_a_licenseref(read: str, listed: str) -> None:
    assert spdx(read) == listed


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC-BY-NC-SA-3.0-PL", "https://creativecommons.org/licenses/by-nc-sa/3.0/pl/"),
        ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("CC-BY", None),
        ("OGL-UK-3.0", None),
    ],
)
def test_exactly_named_license_has_a_url(named: str, address: str | None) -> None:
    assert address_of(named) == address


def test_permission_in_own_words_gets_its_own_license_id() -> None:
    seed = stated(*read_wording(SEED), words=SEED)
    named = license_of(verdict([seed]), "wi")
    assert named is not None
    assert named.startswith("LicenseRef-wi-")
    unread = stated(words="unread")
    assert license_of(verdict([seed, unread]), "wi") is None
    assert license_of(verdict([replace(seed, decided="urn:uuid:1"), unread]), "wi") == named
    assert license_of(verdict([seed], Use.TRANSLATE), "wi") is None


def test_prose_has_medium_confidence_and_conflicts_have_low() -> None:
    seed = stated(*read_wording(SEED), words=SEED)
    assert verdict([seed]).confidence is Confidence.MEDIUM
    reserved = stated(*read_wording("All rights reserved."), words="reserved")
    for disagreeing in ([seed, reserved], [seed, stated(words="unread")], [licensed("", number=None)]):
        found = verdict(disagreeing)
        assert (found.confidence, found.review) == (Confidence.LOW, ReviewState.WANTED)


def test_silence_is_unknown_with_low_confidence_and_no_review() -> None:
    found = verdict([])
    assert (found.answer, found.confidence, found.review) == (UNKNOWN, Confidence.LOW, ReviewState.NONE)


def test_statement_read_by_a_person_is_decided() -> None:
    by_hand = Term(Covers.TEXT, Act.USE, Permission.PERMITTED, "urn:uuid:7b7ac2e4-0000-4000-8000-000000000001")
    found = verdict([replace(stated(by_hand), decided=by_hand.rule)])
    assert (found.confidence, found.review) == (Confidence.HIGH, ReviewState.DECIDED)


def test_decided_statements_need_no_review_and_undecided_ones_still_do() -> None:
    unread, nothing = stated(words="unread"), replace(stated(words="nothing"), decided="urn:uuid:1")
    assert verdict([nothing]).review is ReviewState.DECIDED
    assert (verdict([nothing]).answer, verdict([nothing]).confidence) == (UNKNOWN, Confidence.HIGH)
    assert verdict([nothing, unread]).review is ReviewState.WANTED
    seed = stated(*read_wording(SEED), words=SEED)
    assert verdict([seed, unread]).review is ReviewState.WANTED
    settled = verdict([seed, nothing])
    assert (settled.confidence, settled.review) == (Confidence.MEDIUM, ReviewState.NONE)
    let_stand = verdict([replace(seed, decided="urn:uuid:2")])
    assert (let_stand.confidence, let_stand.review) == (Confidence.HIGH, ReviewState.DECIDED)
    assert verdict([replace(seed, decided="urn:uuid:2"), unread]).review is ReviewState.WANTED


def test_conflict_is_settled_when_every_statement_is_decided() -> None:
    seed = replace(stated(*read_wording(SEED), words=SEED), decided="urn:uuid:1")
    reserved = stated(*read_wording("All rights reserved."), words="reserved")
    assert verdict([seed, reserved]).review is ReviewState.WANTED
    both = verdict([seed, replace(reserved, decided="urn:uuid:2")])
    assert (both.answer, both.conflict, both.confidence) == (ASK, True, Confidence.LOW)
    assert both.review is ReviewState.DECIDED


def test_verdict_names_contacts_and_credit_words_as_printed() -> None:
    ask = Term(Covers.TEXT, Act.USE, Permission.ASK, "test", contact="press@institute.example")
    found = verdict(
        [stated(ask, words="ask"), stated(Term(Covers.IMAGES, Act.USE, Permission.ASK, "t", contact="pics"))]
    )
    assert found.contacts == ("press@institute.example", "pics")
    plain = stated(
        Term(Covers.TEXT, Act.USE, Permission.ASK, "test"), words="Write to press@institute.example. Thank you."
    )
    assert verdict([plain]).contacts == ("press@institute.example",)
    grant = Term(Covers.TEXT, Act.USE, Permission.WITH_DUTIES, "grant", (Duty.ATTRIBUTE,), credit_words="First at X")
    assert verdict([stated(grant)]).credit_words == "First at X"


def test_equal_statements_are_weighed_once_and_each_is_shown_where_it_stands() -> None:
    first, second = (
        replace(stated(Term(Covers.TEXT, Act.USE, Permission.ASK, "a rule")), evidence=Evidence("words", capture))
        for capture in ("one", "other")
    )
    found = [verdict([one]) for one in (first, second)]
    assert [one.because[0][0].evidence.capture for one in found] == ["one", "other"]
    assert found[0] == replace(found[1], because=found[0].because)
    # What a person decided, and the place, are part of what is weighed.
    assert verdict([replace(first, decided="a decision")]).review is not found[0].review
