"""Assertion: a sentence that only mentions a permission, defers it or has it paid for permits nothing."""

from __future__ import annotations

import pytest

from db.model.item import Permission
from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "words",
    [
        "It is a myth that our essays may be reprinted by whoever names the author.",
        "Readers often suppose that our columns may be copied with a link.",
        "Es ist ein Gerücht, dass unsere Aufsätze mit Quellenangabe nachgedruckt werden dürfen.",
        "Nieprawdą jest, że nasze eseje można kopiować z podaniem autora.",
        "Není pravda, že naše eseje lze volně šířit.",
        "Это заблуждение, что наши очерки можно перепечатывать со ссылкой на автора.",
        "Tévedés, hogy esszéink szabadon közölhetők.",
        "Todos los derechos reservados, salvo que un ensayo diga que puede copiarse.",
    ],
)
def test_a_permission_that_somebody_is_said_to_believe_is_none(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Please note that our essays may be reprinted with credit.",
        "This means that you can republish our essays with credit.",
        "Our essays are published so that others can use them: republish them in full, with credit.",
        "All essays on this site that we wrote ourselves may be reproduced with credit.",
        "Informujemy, że nasze teksty można przedrukowywać z podaniem źródła.",
        "Upozorňujeme, že naše texty lze přetisknout s uvedením zdroje.",
    ],
)
def test_a_permission_that_the_publisher_itself_states_after_that_is_one(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Reprints of our essays may be approved.",
        "Die Wiedergabe unserer Aufsätze kann im Einzelfall erlaubt werden.",
        "La reproduction de nos essais pourra être accordée.",
        "La riproduzione dei nostri saggi può essere concessa.",
        "Przedruk naszych esejów może zostać dozwolony.",
        "In a better world you could copy all our essays freely.",
    ],
)
def test_a_permission_that_may_be_given_is_not_given(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "You can republish our essays by paying 40 euros.",
        "Unsere Aufsätze dürfen nachgedruckt werden, eine Pauschale von 30 Euro ist fällig.",
        "Puede copiar nuestros ensayos pagando un canon.",
        "Nos essais peuvent être repris, paiement de 20 euros par texte.",
        "Nasze eseje można przedrukować, honorarium wynosi 100 zł.",
    ],
)
def test_a_permission_for_money_is_none(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Our essays may be reprinted without payment of a fee, with credit.",
        "Unsere Texte dürfen ohne Honorar mit Quellenangabe nachgedruckt werden.",
        "Nuestros textos pueden reproducirse sin pagar tarifa alguna, citando la fuente.",
        "Our texts may be reprinted with credit to FEE.",
        "Cikkeink díjmentesen, a forrás megjelölésével szabadon közölhetők.",
    ],
)
def test_money_that_is_not_asked_changes_nothing(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "I nostri saggi possono essere ripresi in accordo con la redazione.",
        "Nossos ensaios podem ser copiados com aval e autorização da editora.",
        "Our essays may be republished. Written consent is always required.",
        "I nostri saggi possono essere ripresi. È sempre necessaria l'autorizzazione scritta.",
        "Unsere Texte dürfen nachgedruckt werden. Eine schriftliche Genehmigung ist stets erforderlich.",
    ],
)
def test_a_permission_that_leave_is_needed_for_is_none(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "We hereby grant permission to reprint our essays in full, with attribution.",
        "Our essays may be republished with credit. For the photographs, written consent is required.",
        "Unsere Texte dürfen mit Quellenangabe nachgedruckt werden, Fotos nur mit Genehmigung.",
    ],
)
def test_leave_that_is_given_or_needed_for_something_else_changes_nothing(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "A sentence to copy, as an example: Our essays may be reprinted with credit.",
        "Textvorschlag: Unsere Aufsätze dürfen mit Quellenangabe nachgedruckt werden.",
        "Voorbeeld van een regel: Onze artikelen mogen met bronvermelding worden overgenomen.",
        "The back of the old almanac reads: Our essays may be reprinted with credit.",
        "Auf dem Umschlag steht: Unsere Texte dürfen mit Quellenangabe nachgedruckt werden.",
        "En la contraportada se lee: Se permite la reproducción de los textos citando la fuente.",
    ],
)
def test_a_model_or_a_quotation_behind_a_colon_permits_nothing(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Wir sagen: Unsere Texte dürfen mit Quellenangabe nachgedruckt werden.",
        "Republishing: our essays may be reprinted with credit.",
    ],
)
def test_the_publishers_own_words_behind_a_colon_permit(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Anyone may reprint our essays on",
        "You may republish our essays in full, under",
        "Nuestros ensayos pueden reproducirse con la",
        "I nostri saggi possono essere ripresi con",
        "Наши статьи можно перепечатывать при",
    ],
)
def test_a_statement_that_is_cut_off_permits_nothing(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Essays may be reprinted as long as the source is credited in",
        "All texts on this site are licensed under CC BY 4.0 unless otherwise stated in the",
    ],
)
def test_a_permission_whose_condition_is_read_may_be_cut_off_behind_it(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "The essays of our staff that are found on this site may be reprinted with credit.",
        "The content of this site, except that content which others drew, may be copied with credit.",
        "Our essays, provided that the source is named, may be reprinted.",
        "Please be advised that our essays may be reprinted with credit.",
    ],
)
def test_a_that_on_which_no_permission_depends_changes_nothing(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Die Druckfarbe, mit der unsere Texte gesetzt werden, darf frei verwendet werden.",
        "Okładkę, w której ukazują się nasze teksty, można kopiować i rozpowszechniać.",
    ],
)
def test_texts_in_a_relative_clause_are_not_what_is_permitted(words: str) -> None:
    assert not permits(words)


def test_a_relative_clause_about_the_texts_leaves_them_permitted() -> None:
    assert permits("Unsere Texte, die Sie hier finden, dürfen mit Quellenangabe nachgedruckt werden.")
    assert permits("Nasze teksty, które tu znajdziesz, można przedrukowywać z podaniem źródła.")


@pytest.mark.parametrize(
    "words",
    [
        "You are free to use our website as often as you like.",
        "Sie dürfen unsere Website frei nutzen.",
        "Można swobodnie korzystać z naszego serwisu.",
    ],
)
def test_to_use_a_site_is_to_visit_it(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "CC BY -lisenssillä jokainen saa kopioida ja levittää tekstiä.",
        "W przypadku CC BY każdy może rozpowszechniać tekst.",
    ],
)
def test_what_a_licence_lets_people_do_with_any_text_permits_nothing_here(words: str) -> None:
    assert not permits(words)
    assert all(term.permission is Permission.UNSTATED for term in read_wording(words) if term.license_id)


@pytest.mark.parametrize(
    "words",
    [
        "You may copy our essays with credit. But this is wrong.",
        "Unsere Aufsätze dürfen mit Quellenangabe nachgedruckt werden. Das ist ein Irrtum.",
        "Nuestros textos pueden reproducirse citando la fuente. Eso no es cierto.",
    ],
)
def test_a_sentence_that_calls_the_one_before_wrong_ends_it(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Licences: drawings CC BY 4.0; articles, all rights reserved.",
        "Lizenzen: Fotos CC BY 4.0; Texte, alle Rechte vorbehalten.",
        "Parts: reader | MIT; pens | Apache 2.0; brushes | CC BY 3.0",
    ],
)
def test_a_licence_in_a_list_is_that_of_its_own_entry(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Every essay has a note; wherever copying is allowed, the note says so.",
        "Wo der Nachdruck erlaubt ist, steht das unter dem Aufsatz.",
    ],
)
def test_a_permission_only_for_the_cases_in_which_there_is_one_is_none(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Wer unser Abkommen unterschrieben hat, darf unsere Texte nachdrucken.",
        "Kto podpisał z nami umowę, może przedrukowywać nasze teksty.",
        "Wie lid is van de vereniging, mag onze artikelen overnemen.",
    ],
)
def test_who_fulfils_what_is_not_known_is_not_everybody(words: str) -> None:
    assert not permits(words)


def test_who_names_the_source_may_be_everybody() -> None:
    assert permits("Wer die Quelle nennt, darf unsere Texte nachdrucken.")
    assert permits("Kto poda źródło, może przedrukowywać nasze teksty.")


@pytest.mark.parametrize(
    "words",
    [
        "Essays in the yellow series are licensed under CC BY, all others are protected.",
        "Die Aufsätze der gelben Reihe stehen unter CC BY, alle anderen Texte sind geschützt.",
    ],
)
def test_a_licence_next_to_others_that_are_not_under_it_is_that_of_some(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Our essays may rarely be reprinted with credit.",
        "Nos essais peuvent rarement être repris, même avec mention de la source.",
        "Nasze eseje rzadko można kopiować z podaniem autora.",
        "Onze essays mogen zelden met naamsvermelding worden overgenomen.",
        "Наши очерки редко можно перепечатывать со ссылкой на автора.",
    ],
)
def test_what_is_seldom_permitted_is_not_permitted(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Unsere Aufsätze dürfen weder mit noch ohne Quellenangabe nachgedruckt werden.",
        "Nos essais ne peuvent être repris ni avec ni sans mention de la source.",
    ],
)
def test_what_is_banned_with_and_without_a_credit_is_permitted_with_neither(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "I nostri saggi possono essere stati riprodotti altrove citando la fonte.",
        "Onze essays kunnen met bronvermelding elders zijn overgenomen.",
        "Nasze eseje mogły zostać przedrukowane gdzie indziej z podaniem źródła.",
    ],
)
def test_what_may_have_been_done_is_no_permission(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Дозволяється без згоди автора відтворення лекцій, прочитаних публічно.",
        "Bez souhlasu autora lze rozmnožovat a šířit texty úředních listin.",
    ],
)
def test_what_may_be_done_without_the_author_is_a_laws_permission(words: str) -> None:
    assert not permits(words)


def test_what_many_people_believe_permits_not_even_some_texts() -> None:
    assert not permits("Многие думают, что тексты из сети можно свободно перепечатывать со ссылкой на источник.")


def test_a_label_that_calls_something_an_error_is_heeded() -> None:
    assert not permits("Häufige Irrtümer: Aufsätze dürfen mit Quellenangabe nachgedruckt werden.")
    assert permits("Nachdruck: Aufsätze dürfen mit Quellenangabe nachgedruckt werden.")


def test_what_somebody_says_a_term_means_permits_nothing() -> None:
    means = "any user may copy and distribute the articles."
    assert not permits(f"The Budapest Initiative defines open access as follows: {means}")
    # The publisher's own definition of what it offers is a permission.
    assert permits(f"By open access we mean that {means}")


@pytest.mark.parametrize(
    "words",
    [
        "While this content may be free to read, it's not necessarily free to repost on your website.",
        "What is on our site isn't always free to copy and republish.",
        "Nasze artykuły niekoniecznie wolno przedrukowywać.",
        "Os nossos artigos nem sempre podem ser reproduzidos.",
        "Ikke alle artikler må gengives.",
        "Ikke alle våre artikler kan gjengis.",
        "Inte alla våra artiklar får återges.",
        "Nie všetky naše články možno šíriť.",
        "Nu toate articolele noastre pot fi republicate.",
        "Acest lucru nu înseamnă că puteți republica articolele noastre.",
        "Ne visi mūsu straipsniai gali būti perspausdinti.",
        "Ne visus mūsu rakstus drīkst pārpublicēt.",
        "No tots els nostres articles es poden reproduir.",
        "Не всички наши статии могат да се препечатват.",
    ],
)
def test_what_holds_for_some_works_or_at_times_permits_none(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "You do not necessarily have to ask us, you may republish our articles with credit.",
        "Nasze teksty można przedrukowywać, niekoniecznie w całości.",
    ],
)
def test_a_limit_apart_from_the_permission_leaves_it(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Dit betekent dat u de artikelen van deze website mag kopiëren en verspreiden.",
        "Dit betekent dat u onze artikelen mag overnemen, mits met bronvermelding.",
        "Das bedeutet, dass Sie unsere Artikel frei kopieren und verbreiten dürfen.",
        "Das heißt, dass jeder unsere Texte unter Nennung der Quelle kopieren und verbreiten darf.",
        "Det betyder att du fritt får kopiera och sprida våra artiklar.",
        "Det betyder, at du frit må kopiere og dele vores artikler.",
        "Dette betyr at alle kan gjengi våre artikler.",
    ],
)
def test_this_means_that_you_may_is_said_by_the_publisher(words: str) -> None:
    assert permits(words)


def test_this_means_that_you_may_copy_another_work_permits_nothing() -> None:
    assert not permits("Dit betekent dat u de lettertypen in onze teksten mag kopiëren en verspreiden.")
