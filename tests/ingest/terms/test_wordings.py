"""Prose on reuse: a publisher's grammar reworded, renamed and negated, and prose that must grant nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.model.item import Act, Covers, Duty, Permission, Term
from ingest.terms import read_wording, why
from ingest.terms.output import reading_fields

SEED = (
    "All texts published by the Warsaw Institute Foundation may "
    "be disseminated on the condition that their origin "
    "is credited. Images may not be used without permission."
)
SEED_PL = (
    "Wszystkie teksty (bez zdjęć) publikowane przez Fundację Warsaw Institute mogą być rozpowszechniane pod "
    "warunkiem podania ich źródła."
)
GRANTED = {Permission.PERMITTED, Permission.WITH_DUTIES}


def terms_covering(terms: tuple[Term, ...], covers: Covers) -> set[tuple[Act, Permission, tuple[Duty, ...]]]:
    return {(term.act, term.permission, term.duties) for term in terms if term.covers is covers}


def grants_text(words: str) -> bool:
    told = reading_fields(read_wording(words))
    return told["permits_text_reuse"] is True and told["scope"] != "some-items"


@pytest.mark.parametrize("words", [SEED, SEED_PL], ids=["English", "Polish"])
def test_the_first_publishers_texts_need_credit_and_images_permission(
    words: str,
) -> None:
    terms = read_wording(words)
    credit = (Duty.ATTRIBUTE,)
    assert terms_covering(terms, Covers.TEXT) == {
        (Act.REPRODUCE, Permission.WITH_DUTIES, credit),
        (Act.DISTRIBUTE, Permission.WITH_DUTIES, credit),
    }
    assert terms_covering(terms, Covers.IMAGES) == {(Act.USE, Permission.ASK, ())}


@pytest.mark.parametrize(
    "words",
    [
        "All articles published by the Example Centre may be distributed provided that the source is credited.",
        "Our publications may be republished as long as the source is given.",
        "All materials on this site can be reprinted freely with attribution.",
        "You are free to republish our articles on condition that you credit the author.",
        "Articles may be reproduced on other websites if the source is named.",
        "Wszystkie artykuły publikowane przez Centrum Przykład mogą "
        "być przedrukowywane pod warunkiem wskazania źródła.",
        "Nasze teksty wolno kopiować z podaniem źródła.",
        "Unsere Texte dürfen unter Angabe der Quelle weiterverbreitet werden.",
        "Tous les articles peuvent être reproduits à condition de citer la source.",
        "Todos los artículos pueden ser reproducidos siempre que se cite la fuente.",
        "Tutti gli articoli possono essere riprodotti purché si citi la fonte.",
    ],
)
def test_other_words_for_the_same_permission_are_read_alike(words: str) -> None:
    fields = reading_fields(read_wording(words))
    assert fields["permits_text_reuse"] is True
    assert fields["requires_credit"] is True


@pytest.mark.parametrize(
    ("words", "permission"),
    [
        ("Texts may not be disseminated even if the origin is credited.", Permission.PROHIBITED),
        ("All texts may be disseminated only with written permission.", Permission.ASK),
        (
            "No part of this publication may be reproduced without prior written consent of the publisher.",
            Permission.ASK,
        ),
        ("Reproduction of articles is strictly prohibited.", Permission.PROHIBITED),
        (
            "The material on this site may not be copied, except with the prior written permission of X.",
            Permission.ASK,
        ),
        ("Teksty nie mogą być rozpowszechniane nawet pod warunkiem podania źródła.", Permission.PROHIBITED),
        ("Wszystkie teksty mogą być rozpowszechniane wyłącznie za pisemną zgodą wydawcy.", Permission.ASK),
        ("Kopiowanie artykułów bez zgody redakcji jest zabronione.", Permission.ASK),
        ("Nachdruck verboten.", Permission.PROHIBITED),
        ("Die Vervielfältigung der Texte ist ohne Genehmigung nicht gestattet.", Permission.ASK),
        ("Toute reproduction est interdite sans autorisation.", Permission.ASK),
        ("Prohibida la reproducción total o parcial sin la autorización del editor.", Permission.ASK),
        ("Queda prohibida la reproducción parcial de los textos.", Permission.PROHIBITED),
        ("Queda prohibida la reproducción parcial sin autorización.", Permission.ASK),
        ("É proibida a reprodução parcial dos nossos artigos sem autorização.", Permission.ASK),
        ("A cópia parcial dos textos é proibida.", Permission.PROHIBITED),
        ("Não é permitida a reprodução parcial nem total dos textos.", Permission.PROHIBITED),
        ("La copia parziale dei testi è vietata.", Permission.PROHIBITED),
        ("No se permite la reproducción parcial ni total.", Permission.PROHIBITED),
        ("È vietata la riproduzione dei testi.", Permission.PROHIBITED),
        ("É proibida a reprodução do conteúdo sem autorização.", Permission.ASK),
        ("De teksten mogen niet worden overgenomen zonder toestemming.", Permission.ASK),
        ("Šíření textů je bez souhlasu vydavatele zakázáno.", Permission.ASK),
        ("Копирование материалов без разрешения запрещено.", Permission.ASK),
        ("Передрук матеріалів без дозволу заборонено.", Permission.ASK),
        ("未经许可，禁止转载。", Permission.ASK),
    ],
)
def test_bans_and_the_need_to_ask_are_distinguished(words: str, permission: Permission) -> None:
    terms = read_wording(words)
    assert terms
    assert {term.permission for term in terms if term.act is not Act.EXCERPT} == {permission}


@pytest.mark.parametrize(
    "words",
    [
        "© 2021 Example. All rights reserved.",
        "Wszelkie prawa zastrzeżone",
        "Alle Rechte vorbehalten.",
        "Tous droits réservés",
        "Todos los derechos reservados",
        "Riproduzione riservata",
        "Todos os direitos reservados",
        "Alle rechten voorbehouden",
        "Všechna práva vyhrazena",
        "Все права защищены",
        "Усі права захищені",
        "版权所有",
    ],
)
def test_all_rights_reserved_is_recognised_in_every_language(words: str) -> None:
    (term,) = read_wording(words)
    assert (term.covers, term.act, term.permission) == (Covers.SITE, Act.USE, Permission.ASK)
    assert reading_fields((term,))["all_rights_reserved"] is True


@pytest.mark.parametrize(
    "words",
    [
        "This article is republished from The Gazette under a Creative Commons license.",
        "Photo: J. Kowalski, via Wikimedia Commons | CC BY 4.0",
        "Fot. Anna Nowak, CC BY-SA 3.0",
        "Harbour at night. Screenshot by the author. CC BY 2.0.",
        "Our mission is to share knowledge with everyone.",
        "Readers can use a credit card to subscribe.",
        "We use cookies and may share your personal data with third parties.",
        "User contributions licensed under CC BY-SA 4.0.",
        "The Example Project aspires to publish all content under a Creative Commons license.",
        "Can our articles be republished under a Creative Commons license?",
        "If the text has been released under a Creative Commons license, you may republish it.",
        "© 2023 Example Institute",
        "The court held that the copyright act permits quotation of articles provided that the source is credited.",
        "Most of our articles are available under CC BY 4.0.",
        "Our photos may be reproduced as long as the photographer is credited.",
    ],
)
def test_a_statement_about_something_else_grants_no_text(words: str) -> None:
    assert not [t for t in read_wording(words) if t.covers in (Covers.TEXT, Covers.SITE) and t.permission in GRANTED]


@pytest.mark.parametrize(
    ("words", "identifier"),
    [
        (
            "This work is licensed under a Creative Commons Attribution-NoDerivatives 4.0 International License.",
            "CC-BY-ND-4.0",
        ),
        ("Alle Texte stehen unter CC BY-NC-SA 3.0 DE.", "CC-BY-NC-SA-3.0-DE"),
        ("Teksty dostępne na licencji Creative Commons Uznanie autorstwa 3.0 Polska.", "CC-BY-3.0-PL"),
        ("Our content is published under https://creativecommons.org/licenses/by-sa/4.0/.", "CC-BY-SA-4.0"),
        ("The texts are available under CC0.", "CC0-1.0"),
    ],
)
def test_a_license_is_recognised_by_its_name_code_or_url(words: str, identifier: str) -> None:
    assert {term.license_id for term in read_wording(words)} == {identifier}


def test_a_condition_alone_states_a_duty_and_permits_nothing() -> None:
    (term,) = read_wording("You must credit the source of our texts.")
    assert term.permission is Permission.UNSTATED
    assert term.duties == (Duty.ATTRIBUTE,)


@pytest.mark.parametrize(
    "words",
    [
        "You may reprint our articles if you ask us first.",
        "You may reprint our articles if you pay a fee.",
        "You may reprint our articles if you credit us and ask us first.",
        "All texts may be distributed provided that the board agrees.",
        "Wszystkie teksty mogą być rozpowszechniane, jeśli redakcja tak postanowi.",
    ],
)
def test_a_permission_with_an_unknown_condition_does_not_count(words: str) -> None:
    assert not grants_text(words)


def test_a_condition_to_name_the_author_is_a_duty_to_credit() -> None:
    assert grants_text("You may reprint our articles if you name the author.")
    assert {term.duties for term in read_wording("You may reprint our articles if you name the author.")} == {
        (Duty.ATTRIBUTE,)
    }


def test_a_permission_for_excerpts_does_not_cover_the_whole_text() -> None:
    terms = read_wording("You may publish excerpts of our articles with attribution.")
    assert {term.act for term in terms} == {Act.EXCERPT}
    assert reading_fields(terms)["permits_text_reuse"] is False


def test_a_permission_for_personal_use_is_none_for_the_public() -> None:
    assert reading_fields(read_wording("Our texts may be copied for personal use."))["permits_text_reuse"] is False


def test_why_names_the_rule_and_the_words_it_matched() -> None:
    grant, ban = why(SEED)
    assert (grant.rule, ban.rule) == ("grant", "images-withheld")
    assert dict(grant.marks)["on condition"] == ("on the condition",)


NAMES = st.lists(
    st.text(st.sampled_from("abcdeklmnoprstuwz"), min_size=3, max_size=9).map(str.title),
    min_size=1,
    max_size=3,
).map(" ".join)
ADVERBS = st.sampled_from(["freely", "also", "widely", "hereby", "at any time"])
VERBS = st.sampled_from(["disseminated", "distributed", "reproduced", "republished", "reprinted"])
SUBJECTS = st.sampled_from(["texts", "articles", "publications", "materials", "reports"])
NEGATIONS = st.sampled_from(
    [
        "may not",
        "must not",
        "cannot",
        "may never",
        "may under no circumstances",
        "may in no way",
        "may not, however,",
    ]
)


@settings(max_examples=60, deadline=None)
@given(name=NAMES, adverb=ADVERBS, verb=VERBS, subject=SUBJECTS)
def test_a_renamed_publisher_and_an_inserted_adverb_keep_the_reading(
    name: str, adverb: str, verb: str, subject: str
) -> None:
    words = f"All {subject} published by the {name} may {adverb} be {verb} provided that the source is credited."
    terms = read_wording(words)
    assert {term.permission for term in terms} == {Permission.WITH_DUTIES}
    assert {term.act for term in terms} == {Act.REPRODUCE, Act.DISTRIBUTE}
    assert {term.duties for term in terms} == {(Duty.ATTRIBUTE,)}


@settings(max_examples=60, deadline=None)
@given(name=NAMES, negation=NEGATIONS, verb=VERBS, subject=SUBJECTS)
def test_a_negation_removes_the_permission(name: str, negation: str, verb: str, subject: str) -> None:
    words = f"All {subject} published by the {name} {negation} be {verb}, even if the source is credited."
    terms = read_wording(words)
    assert terms
    assert not {term.permission for term in terms} & GRANTED
    assert not grants_text(words)


@settings(max_examples=40, deadline=None)
@given(name=NAMES, negated=st.booleans())
def test_a_polish_negation_removes_the_permission_too(name: str, negated: bool) -> None:
    modal = "nie mogą" if negated else "mogą"
    words = f"Teksty publikowane przez {name} {modal} być rozpowszechniane pod warunkiem podania źródła."
    assert grants_text(words) is not negated


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(words: str) -> None:
    read_wording(words)
