"""Turns of phrase that need grammar and not only words: questions, quotations, limits, gaps."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields
from ingest.terms.phrase_patterns import any_of
from ingest.terms.sentences import as_printed


def fields(words: str) -> dict[str, Any]:
    return reading_fields(read_wording(words))


@pytest.mark.parametrize(
    "words",
    [
        "Want to reprint one of our articles? Go ahead, as long as you name the author.",
        "Möchten Sie unsere Texte nachdrucken? Gerne, bitte nennen Sie die Quelle.",
        "Wilt u onze artikelen overnemen? Dat mag, met bronvermelding.",
    ],
)
def test_a_yes_grants_what_the_question_asks(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True
    assert fields(words)["requires_credit"]


@pytest.mark.parametrize(
    "words",
    ["Want to reprint one of our articles?", "Want to reprint one of our articles? Ask the editor for permission."],
)
def test_a_question_without_a_yes_permits_nothing(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is not True


def test_a_quoted_credit_line_leaves_the_permission() -> None:
    words = 'You may republish our articles if they carry the line "This story was first published by Coast Wire".'
    assert fields(words)["permits_text_reuse"] is True


def test_the_publishers_name_is_not_read_as_the_license() -> None:
    words = "Materiały opublikowane przez Urząd są udostępniane na licencji CC BY 4.0."
    assert fields(words)["licence_id"] == "CC-BY-4.0"


@pytest.mark.parametrize(
    "words",
    [
        "Articles may be reproduced only in accordance with the rules of the club.",
        "Rozpowszechnianie artykułów możliwe jest tylko i wyłącznie w sposób określony w umowie.",
    ],
)
def test_a_limit_that_is_not_understood_is_no_permission(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is not True


def test_educational_or_other_noncommercial_means_noncommercial() -> None:
    words = "Our reports may be reproduced for educational or other non-commercial purposes if the source is cited."
    assert fields(words)["permits_text_reuse"] is True
    assert fields(words)["noncommercial"]
    assert fields("Our reports may be copied for educational purposes.")["permits_text_reuse"] is False


def test_a_ban_on_copying_and_selling_is_not_only_commercial() -> None:
    assert fields("You may not copy, distribute or sell our articles.")["permits_text_reuse"] is False
    assert fields("You may not sell our articles.")["permits_text_reuse"] is None


def test_permission_is_required_unless_non_commercial_use_is_granted() -> None:
    assert fields("Commercial use of our articles requires written permission.")["permission_required"]
    given = "Our articles may be reprinted with credit. Commercial use of them requires written permission."
    assert not fields(given)["permission_required"]


def test_phrases_match_optional_parts_and_commas_around_gaps() -> None:
    assert any_of(["unless ... (stated)?"]).search("unless otherwise stated it is").group() == "unless otherwise stated"  # type: ignore[union-attr] # it is found
    assert any_of(["rights ... reserved"]).search("all rights, of any kind, reserved")
    assert any_of(["ask us ..."]).search("ask us about it")


def test_a_short_sentences_language_is_detected_by_its_letters() -> None:
    assert fields("Zdjęć nie wolno kopiować ani publikować.")["images_excluded"]
    assert fields("Treści tekstowe: CC BY 4.0. Fotografie podlegają odrębnym prawom.")["licence_id"] == "CC-BY-4.0"


def test_phrases_may_nest_groups_and_put_commas_after_them() -> None:
    assert any_of(["no (puede*|se (permite|autoriza)) copiar"]).search("no se autoriza copiar")
    assert any_of(["(says|states), that"]).search("the site states, that")


def test_images_withheld_together_with_the_texts_are_not_excluded() -> None:
    assert not fields("No texts or images may be reproduced without permission.")["images_excluded"]
    assert fields("Texts may be reproduced. No images may be reproduced without permission.")["images_excluded"]


def test_a_license_is_recognised_by_its_elements_and_version() -> None:
    assert fields("This report is licensed under the Attribution-ShareAlike 3.0 Unported License.")["licence_id"] == (
        "CC-BY-SA-3.0"
    )
    assert fields("Please see attribution and version 3.0 of the report.")["licence_id"] is None


def test_an_unauthorised_copy_needs_permission_unless_credit_suffices() -> None:
    assert fields("Unauthorised reproduction of our articles is prohibited.")["permission_required"]
    met = "Unauthorised reproduction of our articles is prohibited unless the source is credited."
    assert fields(met)["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "words",
    [
        "Reproduction of our articles is prohibited unless the source is indicated.",
        "Unsere Artikel dürfen nicht nachgedruckt werden, es sei denn, die Quelle wird genannt.",
        "Przedruk naszych artykułów jest zabroniony, chyba że podano źródło.",
    ],
)
def test_a_ban_unless_the_source_is_named_permits_with_credit(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True
    assert fields(words)["requires_credit"]


def test_source_stated_is_not_read_as_unless_stated() -> None:
    assert fields("Teksty można przedrukowywać, o ile podano źródło.")["requires_credit"]
    assert fields("O ile nie zaznaczono inaczej, teksty można przedrukowywać z podaniem źródła.")["requires_credit"]


def test_a_final_not_excludes_the_pictures() -> None:
    assert fields("Los textos pueden reproducirse citando la fuente; las fotografías no.")["images_excluded"]
    assert any_of(["images not $"]).search("texts yes, images not.")
    assert not any_of(["images not $"]).search("images not shown")


def test_matched_words_are_shown_as_printed() -> None:
    assert as_printed("z podaniem zrodla", "Przedruk dozwolony „z podaniem źródła”.") == "z podaniem źródła"
    assert as_printed("by xx may", "Texts by Anna Berg may be copied.") == "by xx may"


def test_clauses_on_both_sides_of_a_semicolon_are_read_separately() -> None:
    words = "Reprinting is permitted, with credit to the author and the Harbour Post; images need separate clearance."
    assert fields(words)["permits_text_reuse"] is True
    assert fields(words)["requires_credit"]
    assert fields(words)["images_excluded"]


def test_if_you_do_not_edit_is_a_condition_and_no_ban() -> None:
    words = "Republication of our articles is allowed if you do not edit the article and name the author."
    assert fields(words)["permits_text_reuse"] is True
    assert fields(words)["no_derivatives"]
    assert fields("You may not edit the article.")["permits_text_reuse"] is None


def test_rights_reserved_for_pictures_only_leave_the_texts_licensed() -> None:
    words = "Texte: CC BY 4.0, Bilder: alle Rechte vorbehalten."
    assert fields(words)["permits_text_reuse"] is True
    assert fields(words)["images_excluded"]
    assert not fields(words)["all_rights_reserved"]


def test_a_personal_use_limit_and_a_credit_duty_are_both_read() -> None:
    words = "Our reports may be copied for educational purposes with acknowledgement of the source."
    assert fields(words)["permits_text_reuse"] is False
    assert fields(words)["requires_credit"]


@pytest.mark.parametrize(
    "words",
    [
        "Republishing our articles freely, with credit, is not something that we would want to offer.",
        "It has never been our policy that anyone can freely republish our articles with credit.",
        "Nie jest prawdą, że nasze teksty można swobodnie przedrukowywać z podaniem źródła.",
        "Es stimmt nicht, dass unsere Texte mit Quellenangabe nachgedruckt werden dürfen.",
        "Het klopt niet dat onze teksten met bronvermelding mogen worden overgenomen.",
        "Não é verdade que nossos textos podem ser reproduzidos citando a fonte.",
    ],
)
def test_a_distant_denial_removes_the_permission(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is not True


@pytest.mark.parametrize(
    "words",
    [
        "Don't forget to credit us when you republish our articles, which you may do freely.",
        "Our articles may be republished with credit, provided the text is not used in a misleading context.",
        "Our articles may be reprinted with credit; this does not apply to photographs.",
        "Nasze teksty można przedrukowywać z podaniem źródła, nie wprowadzając czytelników w błąd.",
    ],
)
def test_a_negation_of_something_else_leaves_the_permission(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True
    assert fields(words)["requires_credit"]


def test_a_conjunction_of_another_language_does_not_split_clauses() -> None:
    words = "Non è vero che i nostri testi possono essere riprodotti citando la fonte."
    assert fields(words)["permits_text_reuse"] is not True


@pytest.mark.parametrize(
    ("words", "identifier"),
    [
        ("Our texts are under Creative Commons 4.0 BY-SA.", "CC-BY-SA-4.0"),
        ("Our texts are under a Creative Commons Attribution NonCommercial License 4.0 (CC BY-NC).", "CC-BY-NC-4.0"),
        ("Unsere Texte stehen unter einer Creative-Commons-Lizenz vom Typ Namensnennung 4.0.", "CC-BY-4.0"),
        ("Unsere Texte stehen unter der Datenlizenz Deutschland Namensnennung 2.0.", "DL-DE-BY-2.0"),
        ("Der Text ist unter der Lizenz „Creative Commons Attribution/Share Alike“ verfügbar.", "CC-BY-SA"),
        ("Our texts are under creativecommons.org/licenses/by-nd/4.0.", "CC-BY-ND-4.0"),
        ("Our texts: Creative Commons Erkännande-IckeKommersiell 4.0", "CC-BY-NC-4.0"),
    ],
)
def test_a_license_is_recognised_in_any_spelling(words: str, identifier: str) -> None:
    assert fields(words)["licence_id"] == identifier


CHOSEN = "Tidewater Weekly by Ida Marsh is licensed under a Creative Commons Attribution 3.0 Unported License."


@pytest.mark.parametrize(
    ("words", "permits"),
    [
        (f"{CHOSEN} Based on a work at tidewater.example.", True),
        (CHOSEN, None),
        (f"“The Harbour” by {CHOSEN[20:]} Based on a work at tidewater.example.", None),
        (f"Photo: {CHOSEN} Based on a work at tidewater.example.", None),
        (f"{CHOSEN} Based on a work at https://www.flickr.com/photos/ida.", None),
    ],
)
def test_the_license_chooser_form_covers_the_site_that_it_names(words: str, permits: bool | None) -> None:
    assert fields(words)["permits_text_reuse"] is permits


def test_reproduced_accurately_is_a_condition_and_no_ban_on_changes() -> None:
    told = fields("Our reports may be reproduced free of charge provided that they are reproduced accurately.")
    assert (told["permits_text_reuse"], told["no_derivatives"]) == (True, False)


def test_excluding_pictures_leaves_the_permission_for_the_texts() -> None:
    told = fields(
        "Wszystkie teksty publikowane przez Fundację mogą być rozpowszechniane pod warunkiem podania źródła. "
        "Bez zgody Fundacji nie można wykorzystywać zdjęć."
    )
    assert (told["permits_text_reuse"], told["images_excluded"]) == (True, True)


@pytest.mark.parametrize(
    "words",
    [
        "Text and data mining of our articles is expressly reserved under Article 4(3) of Directive (EU) 2019/790.",
        "Die Nutzung der Inhalte für Text- und Data-Mining im Sinne von § 44b UrhG wird ausdrücklich vorbehalten.",
    ],
)
def test_a_reservation_that_quotes_the_directive_reserves_mining(words: str) -> None:
    assert fields(words)["tdm_reserved"]


@pytest.mark.parametrize(
    "words",
    [
        "Alle rettigheder forbeholdes.",
        "Alla rättigheter förbehållna.",
        "Kaikki oikeudet pidätetään.",
        "Minden jog fenntartva.",
        "Tüm hakları saklıdır.",
        "Με επιφύλαξη παντός δικαιώματος.",
        "جميع الحقوق محفوظة",
        "Sva prava pridržana.",
    ],
)
def test_all_rights_reserved_is_read_in_languages_without_a_grammar(words: str) -> None:
    assert fields(words)["all_rights_reserved"]
    assert fields(words)["permits_text_reuse"] is False


@pytest.mark.parametrize(
    "words",
    [
        "Kopiering forbudt uten tillatelse.",
        "Artikler må ikke kopieres uden tilladelse fra redaktionen.",
        "Ingen del av innehållet får kopieras utan tillstånd.",
        "無断での引用・転載はご遠慮ください。",
        "본 콘텐츠의 저작권은 해안일보에 있으며 무단 복제 및 배포를 금합니다.",
        "本報內容未經授權，請勿轉載",
    ],
)
def test_bans_are_read_in_scandinavian_and_east_asian_languages(words: str) -> None:
    assert (fields(words)["permits_text_reuse"], fields(words)["permission_required"]) == (False, True)


def test_a_permission_in_a_language_without_frames_is_left_to_a_person() -> None:
    terms = read_wording("本站内容可自由转载，但须注明出处。")
    assert {term.rule for term in terms} == {"grant-in-context"}


@pytest.mark.parametrize(
    ("words", "identifier"),
    [
        ("本作品采用知识共享署名-非商业性使用-相同方式共享 4.0 国际许可协议进行许可。", "CC-BY-NC-SA-4.0"),
        ("この記事はクリエイティブ・コモンズ・ライセンス（表示 4.0 国際）の下に提供されています。", "CC-BY-4.0"),
        (
            "이 저작물은 크리에이티브 커먼즈 저작자표시-비영리 4.0 국제 라이선스에 따라 이용할 수 있습니다.",
            "CC-BY-NC-4.0",
        ),
    ],
)
def test_creative_commons_is_recognised_in_scripts_without_spaces(words: str, identifier: str) -> None:
    assert fields(words)["licence_id"] == identifier


@pytest.mark.parametrize(
    "words",
    ["The above image is used with permission from the Reef Trust.", "Text mit freundlicher Genehmigung des Verlags."],
)
def test_a_note_on_permission_received_requires_no_permission(words: str) -> None:
    assert not fields(words)["permission_required"]
    assert not fields(words)["images_excluded"]


@pytest.mark.parametrize(
    "words",
    [
        "Alle Artikel zum Thema: CC BY 4.0",
        "Artikel über freie Lizenzen: CC BY 4.0",
        "Artikelen met de tag: CC BY 4.0",
        "Wszystkie artykuły na temat: CC BY 4.0",
        "Posts tagged: CC BY 4.0",
        "Our articles are under CC BY in other journals.",
        "Unsere Artikel stehen unter CC BY in anderen Zeitschriften.",
        "The chapter covered CC BY licences.",
        "If you wish to use the text of this form, you may do so.",
        "Der Nachdruck unserer Artikel bedarf ohne Rückfrage unserer Zustimmung.",
    ],
)
def test_a_license_named_as_a_topic_or_for_other_journals_permits_nothing(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is not True


@pytest.mark.parametrize("words", ["Texts on this blog: CC BY 4.0", "Lizenz der Texte: CC BY 4.0", "Teksty: CC BY 4.0"])
def test_a_license_after_the_name_of_the_works_covers_them(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "words",
    [
        "© 2023, Fox et al. This is an open access article distributed under the terms of the Creative Commons "
        "Attribution License, which permits unrestricted use, distribution, and reproduction in any medium.",
        "You may republish our articles with credit provided that they are neither edited nor shortened.",
    ],
)
def test_words_before_or_after_a_permission_leave_it_intact(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "words",
    [
        "© 2023, Fox et al. This figure is distributed under the terms of the Creative Commons Attribution License.",
        "Our articles may neither be reprinted nor shared.",
        "Our articles are intended for students.",
        "Our articles are intended for republication by our partners.",
        "Our stories are not meant to be republished.",
    ],
)
def test_a_permission_for_other_things_or_with_a_denial_permits_nothing(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is not True


@pytest.mark.parametrize(
    "words",
    [
        "Copiez nos textes et nos images en aucun cas.",
        "Kopieer onze teksten en foto's in geen geval.",
        "Kopieren Sie unsere Texte und Bilder bitte auf keinen Fall ohne Erlaubnis.",
        "Kopieren Sie unsere Texte und Bilder keinesfalls.",
        "You may copy our texts and pictures only with our permission.",
    ],
)
def test_a_ban_after_two_works_covers_both(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is False


@pytest.mark.parametrize(
    "words",
    [
        "Unsere Texte dürfen gerne übernommen werden, Bilder nicht.",
        "Unsere Texte dürfen übernommen werden und Bilder nicht.",
        "You may copy our texts and images may not be copied.",
    ],
)
def test_pictures_with_their_own_verb_or_clause_leave_the_texts_permitted(words: str) -> None:
    read = fields(words)
    assert (read["permits_text_reuse"], read["images_excluded"]) == (True, True)


@pytest.mark.parametrize(
    "words",
    [
        "As a nonprofit organization, we make our articles free to republish with credit.",
        "We are a non-profit newsroom, and you can republish our stories for free with credit.",
    ],
)
def test_a_publisher_without_profit_may_still_permit_sale(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True
    assert not fields(words)["noncommercial"]


def test_a_nonprofit_purpose_is_a_limit() -> None:
    assert fields("Our texts may be reproduced for educational or non-profit services with credit.")["noncommercial"]


def test_a_permission_notice_is_no_permission_to_ask_for() -> None:
    kept = "This article may be reproduced provided that this copyright and permission notice is preserved."
    assert fields(kept)["permits_text_reuse"] is True
    asked = "This article may be reproduced only with permission; this notice must be preserved."
    assert fields(asked)["permits_text_reuse"] is False


@pytest.mark.parametrize(
    "words",
    [
        "Any use beyond what the law permits requires our prior written permission.",
        "Jede Nutzung über die gesetzlich zulässigen Grenzen hinaus bedarf der vorherigen Zustimmung.",
    ],
)
def test_what_goes_beyond_the_law_has_to_be_asked_for(words: str) -> None:
    assert fields(words)["permission_required"]


def test_not_for_commerce_in_the_same_duty_as_credit_is_a_condition() -> None:
    given = "You are free to share the content on my blog as long as you do not use it for commercial purposes."
    assert fields(given)["permits_text_reuse"] is True
    assert fields(given)["noncommercial"]


def test_a_dutch_condition_that_texts_are_not_changed_is_no_ban() -> None:
    given = "U mag onze teksten overnemen mits ze niet worden gewijzigd."
    assert fields(given)["permits_text_reuse"] is True
    assert fields(given)["no_derivatives"]
    assert fields("U mag onze teksten niet overnemen.")["permits_text_reuse"] is False


@pytest.mark.parametrize(
    "words",
    [
        "You may copy our articles for AI training.",
        "Unsere Texte dürfen für das Training von KI-Modellen kopiert werden.",
        "Nuestros textos pueden reproducirse para entrenar modelos de IA.",
        "Nasze teksty można kopiować w celu trenowania modeli AI.",
    ],
)
def test_a_permission_for_machines_permits_no_reuse(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is None


@pytest.mark.parametrize(
    "words",
    [
        "Our articles may be republished with credit. They may not be used to train AI models.",
        "You may republish our articles for any purpose, including text and data mining.",
    ],
)
def test_what_machines_may_or_may_not_do_leaves_the_permission_for_people(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True


def test_a_licence_of_what_a_sentence_before_named_is_named_only() -> None:
    assert fields("Están bajo licencia CC BY 4.0 y se pueden usar.")["permits_text_reuse"] is None
