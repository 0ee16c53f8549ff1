"""Named works: in ten languages a permission covers the publisher's texts or nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ingest.terms import read_wording
from ingest.terms.named_works import are_known
from ingest.terms.output import reading_fields

FORMS = {
    "de": (
        "Sie dürfen {} mit Quellenangabe kostenlos nachdrucken.",
        "Mit Quellenangabe dürfen {} kostenlos nachgedruckt werden.",
        "Jeder darf {} kopieren und weiterverbreiten, sofern die Quelle genannt wird.",
    ),
    "pl": (
        "Możesz bezpłatnie przedrukować {}, podając źródło.",
        "Wolno przedrukowywać {} bez pytania o zgodę, z podaniem źródła.",
        "Każdy może kopiować {} pod warunkiem podania źródła.",
    ),
    "fr": (
        "Vous pouvez reproduire gratuitement {}, à condition de citer la source.",
        "Chacun peut copier et rediffuser {} à condition de mentionner la source.",
        "Vous êtes libre de reproduire {} avec mention de la source.",
    ),
    "es": (
        "Puede reproducir gratuitamente {} siempre que cite la fuente.",
        "Cualquiera puede copiar y difundir {} siempre que se mencione la fuente.",
        "Permitimos a todos reproducir {} citando la fuente.",
    ),
    "it": (
        "Potete riprodurre gratuitamente {} a condizione di citare la fonte.",
        "Chiunque può copiare e diffondere {} purché sia citata la fonte.",
        "È consentito riprodurre {} citando la fonte.",
    ),
    "pt": (
        "Pode reproduzir gratuitamente {} desde que cite a fonte.",
        "Qualquer pessoa pode copiar e divulgar {} desde que seja citada a fonte.",
        "É permitido reproduzir {} citando a fonte.",
    ),
    "nl": (
        "{} mogen met bronvermelding gratis worden overgenomen.",
        "U mag {} met bronvermelding kopiëren en verspreiden.",
        "Het is toegestaan {} te kopiëren, mits de bron wordt vermeld.",
    ),
    "cs": (
        "Můžete bezplatně přetisknout {} s uvedením zdroje.",
        "Kdokoli smí kopírovat a šířit {} pod podmínkou uvedení zdroje.",
    ),
    "ru": (
        "Вы можете бесплатно перепечатывать {} с указанием источника.",
        "Разрешается копировать и распространять {} при условии указания источника.",
    ),
    "uk": (
        "Ви можете безкоштовно передруковувати {} із зазначенням джерела.",
        "Дозволяється копіювати та поширювати {} за умови зазначення джерела.",
    ),
}
THINGS = {
    "de": ("die Wappen", "unsere Eintrittskarten", "die Landkarten unserer Berichte", "die Vordrucke", "die Stempel"),
    "pl": ("herby", "nasze bilety", "mapy do naszych artykułów", "reguły gry", "pieczątki"),
    "fr": ("les blasons", "nos tarifs", "les cartes de nos articles", "les règles du jeu", "nos affiches"),
    "es": ("los escudos", "nuestras tarifas", "los mapas de nuestros artículos", "las reglas del juego", "los sellos"),
    "it": ("gli stemmi", "i prezzi minimi", "le mappe dei nostri articoli", "le locandine"),
    "pt": ("os brasões", "os preços mínimos", "os mapas dos nossos artigos", "os cartazes"),
    "nl": ("de wapens", "de tarieven", "de landkaarten", "de posters"),
    "cs": ("znaky", "naše ceníky", "mapy k našim článkům", "plakáty"),
    "ru": ("гербы", "наши тарифы", "карты к нашим статьям", "плакаты"),
    "uk": ("герби", "наші тарифи", "мапи до наших статей", "плакати"),
}
OTHERS = {
    "de": ("die Artikel unserer Partner", "Texte von Gastautoren", "die Beiträge anderer Anbieter", "Texte Dritter"),
    "pl": ("artykuły naszych partnerów", "teksty innych wydawców", "ich artykuły", "teksty naszych czytelników"),
    "fr": ("les articles de nos partenaires", "les contenus de tiers", "leurs articles", "les textes d'autres sites"),
    "es": ("los artículos de nuestros socios", "los contenidos de terceros", "los textos de autores invitados"),
    "it": ("gli articoli dei nostri partner", "i contenuti di terzi", "i testi di autori ospiti"),
    "pt": ("os artigos dos nossos parceiros", "os conteúdos de terceiros", "os textos de autores convidados"),
    "nl": ("de artikelen van onze partners", "teksten van derden", "andermans teksten"),
    "cs": ("články našich partnerů", "texty třetích stran", "texty jiných vydavatelů"),
    "ru": ("статьи наших партнеров", "тексты третьих лиц", "материалы других изданий"),
    "uk": ("статті наших партнерів", "тексти третіх осіб", "матеріали інших видань"),
}
TEXTS = {
    "de": ("unsere Artikel", "alle Texte", "unsere Analysen", "die Beiträge dieser Website"),
    "pl": ("nasze artykuły", "wszystkie teksty", "raporty instytutu", "artykuły naszych autorów"),
    "fr": ("nos articles", "tous les textes", "les rapports de l'institut", "les articles de nos auteurs"),
    "es": ("nuestros artículos", "todos los textos", "los informes del instituto", "nuestros análisis"),
    "it": ("i nostri articoli", "tutti i testi", "i rapporti dell'istituto", "le nostre analisi"),
    "pt": ("os nossos artigos", "todos os textos", "os relatórios do instituto", "as nossas análises"),
    "nl": ("onze artikelen", "alle teksten", "de rapporten van het instituut", "onze analyses"),
    "cs": ("naše články", "všechny texty", "zprávy ústavu", "naše analýzy"),
    "ru": ("наши статьи", "все тексты", "доклады института", "любые материалы сайта"),
    "uk": ("наші статті", "усі тексти", "доповіді інституту", "будь-які матеріали сайту"),
}


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


def sentences_about(works: Mapping[str, tuple[str, ...]], language: str) -> list[str]:
    return [form.format(work) for form in FORMS[language] for work in works[language]]


@pytest.mark.parametrize("language", FORMS)
def test_a_permission_for_things_other_than_texts_does_not_count(language: str) -> None:
    assert [words for words in sentences_about(THINGS, language) if permits(words)] == []


@pytest.mark.parametrize("language", FORMS)
def test_a_permission_for_other_peoples_texts_does_not_count(language: str) -> None:
    assert [words for words in sentences_about(OTHERS, language) if permits(words)] == []


@pytest.mark.parametrize("language", FORMS)
def test_the_publishers_texts_are_permitted_in_every_language(language: str) -> None:
    assert [words for words in sentences_about(TEXTS, language) if not permits(words)] == []


@pytest.mark.parametrize(
    "words",
    [
        "Nachdruck mit Quellenangabe gestattet.",
        "Sie dürfen unsere Kurzstudien kostenlos nachdrucken, wenn Sie die Quelle nennen.",
        "Die Länderberichte dürfen mit Quellenangabe frei vervielfältigt werden.",
        "Redaktionen können die Interviews kostenlos abdrucken. Bedingung: Nennung des Instituts als Quelle.",
        "Die Weiterverwendung von IHS-Berichten ist unter Angabe der Quelle zulässig.",
        "Материалы сайта можно копировать и распространять любым способом с указанием источника.",
        "Передрук матеріалів сайту тільки за наявності гіперпосилання на джерело.",
        "Unsere Texte dürfen von Leser_innen frei kopiert werden, wenn der/die Autor*in genannt wird.",
        "Przedruk dozwolony z podaniem źródła.",
        "Publikacje Instytutu są bezpłatne i mogą być powielane z podaniem źródła.",
        "Reproduction autorisée à condition de citer la source.",
        "El Banco autoriza la reproducción de sus boletines siempre que se mencione la procedencia.",
    ],
)
def test_a_permission_is_read_with_no_work_named_or_with_unusual_words(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    ("words", "language"),
    [("filmy i teksty mozna kopiowac", "pl"), ("les schemas et les textes peuvent etre reproduits", "fr")],
)
def test_texts_named_together_with_something_else_are_known_works(words: str, language: str) -> None:
    assert are_known(words, language, frozenset())
    assert not are_known(words.replace(" i teksty", "").replace(" et les textes", ""), language, frozenset())


GRANTS = (
    "Die Publikationen der Stiftung dürfen mit Quellenangabe frei nachgedruckt werden.",
    "Die Veröffentlichungen des Instituts dürfen bei Nennung der Quelle abgedruckt werden.",
    "Les publications de l'Institut peuvent être reproduites en citant la source.",
    "Unsere Texte dürfen ins Englische übersetzt und mit Quellenangabe verbreitet werden.",
    "Unsere Texte dürfen inklusive Fußnoten mit Quellenangabe verbreitet werden.",
    "Die Weitergabe dieses Dokuments ist mit Quellenangabe erlaubt.",
    "Nuestros textos pueden reproducirse en otros medios citando la fuente.",
    "Está permitida la reproducción en medios digitales e impresos de nuestros artículos citando la fuente.",
    "Puede reproducir en su web nuestros artículos citando la fuente.",
    "Nuestros artículos pueden compartirse gratis citando la fuente.",
    "Vous pouvez reproduire en ligne nos articles en citant la source.",
)
NO_GRANTS = (
    "Les publications de nos partenaires peuvent être reproduites en citant la source.",
    "Die Veröffentlichungen anderer Verlage dürfen mit Quellenangabe nachgedruckt werden.",
    "Die Veröffentlichung der Fahrpläne ist mit Quellenangabe gestattet.",
    "La publication des horaires est autorisée avec mention de la source.",
    "Puede reproducir en su web nuestras tarifas citando la fuente.",
    "Nuestros textos pueden reproducirse en clase citando la fuente.",
    "Nuestros textos pueden reproducirse en la intranet de los socios citando la fuente.",
    "Unsere Texte dürfen vor Ort mit Quellenangabe kopiert werden.",
    "Unsere Texte dürfen innerhalb von Schulen mit Quellenangabe nachgedruckt werden.",
    "Vous pouvez reproduire en ligne nos tarifs en citant la source.",
)


@pytest.mark.parametrize("words", GRANTS)
def test_publications_and_places_of_display_are_no_unknown_object(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize("words", NO_GRANTS)
def test_a_permission_for_things_shown_on_a_site_covers_no_text(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Puede reproducir las respuestas a nuestros informes citando la fuente.",
        "Vous pouvez reproduire librement les liens à nos articles.",
        "Vous pouvez reproduire librement les réponses à nos articles.",
        "Pode reproduzir as capas para o artigo, desde que cite a fonte.",
        "Potete riprodurre le copertine con i testi a condizione di citare la fonte.",
    ],
)
def test_a_work_after_a_preposition_is_not_what_is_permitted(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Les communiqués de presse de l'institut peuvent être reproduits en citant la source.",
        "Queda autorizada la reproducción de las notas de prensa, citando su origen.",
        "É permitida a reprodução das notas de imprensa do instituto, desde que citada a fonte.",
    ],
)
def test_the_publishers_press_releases_count_as_its_texts(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True
