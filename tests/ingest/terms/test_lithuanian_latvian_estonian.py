"""Lithuanian, Latvian and Estonian: bans, duties, licences and pictures; permissions are in plain_forms.jsonl."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import StatementPlace
from ingest.terms import PageView, read_terms, read_wording
from ingest.terms.output import reading_fields


def fields(words: str) -> dict[str, Any]:
    return reading_fields(read_wording(words))


@pytest.mark.parametrize(
    "words",
    [
        "Centro leidinius kopijuoti, versti ar skelbti galima tik gavus raštišką centro sutikimą.",
        "Žurnalo tekstus perspausdinti be išankstinio redakcijos leidimo griežtai draudžiama.",
        "Be rašytinio leidėjo leidimo negalima atgaminti jokios šio leidinio dalies.",
        "Straipsniams perpublikuoti būtinas redakcijos leidimas.",
        "Mūsų apžvalgas platinti galima tik redaktoriui suderinus su autoriumi.",
        "Institūta publikāciju pārdrukāšana pieļaujama vienīgi ar institūta rakstveida atļauju.",
        "Stingri aizliegts kopēt vai pārpublicēt žurnāla tekstus bez redakcijas rakstiskas piekrišanas.",
        "Mājaslapas lietotājs bez fonda atļaujas nedrīkst reproducēt vai izplatīt mājaslapas saturu.",
        "Rakstu pārpublicēšanai nepieciešama redakcijas piekrišana.",
        "Stingri aizliegts parpublicet rakstus bez rakstiskas atlaujas.",  # as typed without accents
        "Keskuse väljaandeid võib paljundada vaid keskuse kirjalikul loal.",
        "Ajakirja tekstide kopeerimine ilma toimetuse kirjaliku nõusolekuta on rangelt keelatud.",
        "Ilma väljaandja eelneva kirjaliku loata ei tohi selle raamatu ühtegi osa reprodutseerida.",
        "Artiklite taasavaldamiseks tuleb küsida toimetuse luba.",
        "Blogi tekstide loata levitamine on keelatud.",
    ],
)
def test_what_may_be_done_only_with_permission_is_withheld_until_it_is_asked_for(words: str) -> None:
    reading = fields(words)
    assert (reading["permits_text_reuse"], reading["permission_required"]) == (False, True)


@pytest.mark.parametrize(
    "words",
    [
        "Bet koks mūsų tekstų kopijavimas draudžiamas.",
        "Leidinių turinio platinti neleidžiama.",
        "Jebkāda mūsu tekstu kopēšana ir aizliegta.",
        "Vietnes saturu izplatīt nav atļauts.",
        "Igasugune meie tekstide kopeerimine on keelatud.",
        "Väljaannete sisu levitada ei ole lubatud.",
    ],
)
def test_a_ban_is_read(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is False


@pytest.mark.parametrize(
    "words",
    [
        "Visos teisės saugomos.",
        "© 2024 Gintaro centras. Visos autorių teisės saugomos.",
        "Visas tiesības aizsargātas.",
        "© 2024 Dzintara centrs. Visas autortiesības aizsargātas.",
        "Kõik õigused kaitstud.",
        "© 2024 Merevaigu Keskus. Kõik autoriõigused on reserveeritud.",
    ],
)
def test_a_reservation_of_all_rights_is_read(words: str) -> None:
    reading = fields(words)
    assert (reading["all_rights_reserved"], reading["permits_text_reuse"]) == (True, False)


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ("Cituojant centro apžvalgas būtina nurodyti šaltinį.", False),
        ("Perspausdinant tekstus privaloma aktyvi nuoroda į originalą.", True),
        ("Citējot centra apskatus, obligāti jānorāda avots.", False),
        ("Pārpublicējot tekstus, obligāta hipersaite uz oriģinālu.", True),
        ("Keskuse ülevaadete tsiteerimisel tuleb viidata allikale.", False),
        ("Tekste taasavaldades tuleb lisada aktiivne link originaalile.", True),
    ],
)
def test_a_duty_alone_is_kept_and_permits_nothing(words: str, link: bool) -> None:
    reading = fields(words)
    assert reading["permits_text_reuse"] is None
    assert (reading["requires_credit"], reading["requires_link"]) == (True, link)


@pytest.mark.parametrize(
    "words",
    [
        "Svetainės straipsniai skirti tik asmeniniam skaitytojų naudojimui.",
        "Portāla raksti paredzēti tikai lasītāju personīgai lietošanai.",
        "Portaali artikleid tohib kasutada ainult isiklikuks otstarbeks.",
    ],
)
def test_personal_use_is_no_permission_for_the_public(words: str) -> None:
    assert fields(words)["scope"] == "personal"


@pytest.mark.parametrize(
    "words",
    [
        "Mūsų tekstus galima laisvai platinti nekomerciniais tikslais.",
        "Mūsu tekstus drīkst brīvi izplatīt nekomerciālos nolūkos.",
        "Meie tekste võib vabalt levitada mitteärilisel eesmärgil.",
    ],
)
def test_a_permission_without_money_is_limited_to_that(words: str) -> None:
    reading = fields(words)
    assert (reading["permits_text_reuse"], reading["noncommercial"]) == (True, True)


@pytest.mark.parametrize(
    "words",
    [
        "Kai kuriuos straipsnius galima perspausdinti nurodžius šaltinį.",
        "Dažus rakstus drīkst pārpublicēt, norādot avotu.",
        "Mõningaid artikleid võib taasavaldada viitega allikale.",
    ],
)
def test_a_permission_of_some_works_is_one_of_no_single_text(words: str) -> None:
    assert fields(words)["scope"] == "some-items"


@pytest.mark.parametrize(
    ("words", "license_id"),
    [
        ("Tekstams taikoma Creative Commons Priskyrimas 4.0 Tarptautinė licencija.", "CC-BY-4.0"),
        ("Tekstams taikoma CC BY-NC-ND 4.0 licencija.", "CC-BY-NC-ND-4.0"),
        ("Tekstams taikoma Creative Commons licencija BY-SA 4.0.", "CC-BY-SA-4.0"),
        (
            "Tekstai skelbiami pagal Creative Commons Priskyrimo – Nekomercinio naudojimo 4.0 licenciją.",
            "CC-BY-NC-4.0",
        ),
        (
            "Tekstai skelbiami pagal Creative Commons Priskyrimas – Jokių išvestinių darbų 4.0 licenciją.",
            "CC-BY-ND-4.0",
        ),
        (
            "Tekstai skelbiami pagal Creative Commons Priskyrimas – Analogiškas platinimas 4.0 licenciją.",
            "CC-BY-SA-4.0",
        ),
        ("Teksti ir publicēti ar Creative Commons Attiecinājums 4.0 Starptautisks licenci.", "CC-BY-4.0"),
        ("Teksti ir publicēti ar Creative Commons Attiecinājums-Nekomerciāls 4.0 licenci.", "CC-BY-NC-4.0"),
        ("Teksti ir publicēti ar Creative Commons Attiecinājums-Bez atvasinājumiem 4.0 licenci.", "CC-BY-ND-4.0"),
        ("Teksti ir publicēti ar Creative Commons Attiecinājums-Dalīties līdzīgi 4.0 licenci.", "CC-BY-SA-4.0"),
        ("Teksti ir publicēti ar Creative Commons Atsaucoties-Nemainot licenci 3.0.", "CC-BY-SA-3.0"),
        ("Tekstid on avaldatud Creative Commonsi litsentsi „Autorile viitamine 4.0“ alusel.", "CC-BY-4.0"),
        ("Tekstid on avaldatud Creative Commonsi litsentsiga BY-NC 4.0.", "CC-BY-NC-4.0"),
        (
            "Tekstid on avaldatud Creative Commonsi litsentsi Autorile viitamine + Mitteäriline eesmärk + Tuletatud "
            "teoste keeld 3.0 Eesti alusel.",
            "CC-BY-NC-ND-3.0-EE",
        ),
        (
            "See teos on litsentseeritud Creative Commonsi Autorile viitamine + Jagamine samadel tingimustel 3.0 "
            "Eesti litsentsiga.",
            "CC-BY-SA-3.0-EE",
        ),
        ("Tekstid on avaldatud litsentsi CC BY-SA 3.0 EE alusel.", "CC-BY-SA-3.0-EE"),
    ],
)
def test_licences_are_known_by_their_official_names(words: str, license_id: str) -> None:
    reading = fields(words)
    assert (reading["permits_text_reuse"], reading["licence_id"]) == (True, license_id)


@pytest.mark.parametrize(
    "words",
    [
        "Straipsnius galima perspausdinti nurodžius šaltinį, išskyrus nuotraukas.",
        "Straipsnius galima perspausdinti nurodžius šaltinį. Nuotraukos priklauso jų autoriams.",
        "Straipsnius galima perspausdinti nurodžius šaltinį. Nuotraukoms šis leidimas netaikomas.",
        "Tekstus, bet ne nuotraukas, galima perspausdinti nurodžius šaltinį.",
        "Straipsnius (be nuotraukų) galima perspausdinti nurodžius šaltinį.",
        "Rakstus drīkst pārpublicēt, norādot avotu, izņemot fotoattēlus.",
        "Rakstus drīkst pārpublicēt, norādot avotu. Fotoattēli pieder to autoriem.",
        "Rakstus drīkst pārpublicēt, norādot avotu. Uz fotoattēliem šī atļauja neattiecas.",
        "Tekstus, bet ne fotoattēlus, drīkst pārpublicēt, norādot avotu.",
        "Rakstus (bez fotoattēliem) drīkst pārpublicēt, norādot avotu.",
        "Artikleid võib taasavaldada viitega allikale, välja arvatud fotod.",
        "Artikleid võib taasavaldada viitega allikale. Fotod kuuluvad nende autoritele.",
        "Artikleid võib taasavaldada viitega allikale. Fotodele see luba ei laiene.",
        "Tekste, kuid mitte fotosid, võib taasavaldada viitega allikale.",
        "Artikleid (ilma fotodeta) võib taasavaldada viitega allikale.",
    ],
)
def test_pictures_are_left_out_of_a_permission(words: str) -> None:
    reading = fields(words)
    assert (reading["permits_text_reuse"], reading["images_excluded"]) == (True, True)


PAGES = {
    "lt": (
        "Ministras kalbėjo apie biudžetą, tačiau į klausimus, kurie buvo nepatogūs, taip ir neatsakė.",
        "© 2024 Gintaro centras. Visos teisės saugomos. Straipsnius galima perspausdinti nurodžius šaltinį.",
    ),
    "lv": (
        "Ministrs runāja par budžetu, bet uz jautājumiem, kas bija neērti, tā arī neatbildēja.",
        "© 2024 Dzintara centrs. Visas tiesības aizsargātas. Rakstus drīkst pārpublicēt, norādot avotu.",
    ),
    "et": (
        "Minister ütles, et eelarve on vastu võetud, kuid ei vastanud, kes selle üle enne otsustas.",
        "© 2024 Merevaigu Keskus. Kõik õigused kaitstud. Artikleid võib taasavaldada viitega allikale.",
    ),
}


@pytest.mark.parametrize("language", PAGES)
def test_the_footer_of_a_page_is_read_in_its_language(language: str) -> None:
    text, footer = PAGES[language]
    body = f"<main><article>{f'<p>{text}</p>' * 6}</article></main><footer><p>{footer}</p></footer>"
    entity = f"<!doctype html><html><head><meta charset=utf-8></head><body>{body}</body></html>".encode()
    page = PageView("https://centre.example/a", html.fromstring(entity.decode()), Source(entity, "utf-8"), "capture-1")
    (statement,) = read_terms(page)
    assert (statement.language, statement.place) == (language, StatementPlace.SITE_FOOTER)
    reading = reading_fields(statement.terms)
    assert (reading["permits_text_reuse"], reading["requires_credit"]) == (True, True)


@pytest.mark.parametrize("words", ["Visos teisės saugomos.", "Visas tiesības aizsargātas.", "Kõik õigused kaitstud."])
def test_a_reservation_alone_is_read_below_a_text_in_english_too(words: str) -> None:
    text = "<p>The minister spoke of the power of the state and of what it is to be in the house.</p>" * 6
    body = f"<main><article>{text}</article></main><footer><p>© 2024 Amber Centre. {words}</p></footer>"
    entity = f"<!doctype html><html><head><meta charset=utf-8></head><body>{body}</body></html>".encode()
    page = PageView("https://centre.example/a", html.fromstring(entity.decode()), Source(entity, "utf-8"), "capture-1")
    (statement,) = read_terms(page)
    assert reading_fields(statement.terms)["all_rights_reserved"] is True
