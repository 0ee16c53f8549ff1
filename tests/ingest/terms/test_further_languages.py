"""Further languages: Danish, Norwegian, Swedish, Finnish, Hungarian and Romanian notices have their own phrasings."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def fields(words: str) -> dict[str, Any]:
    return reading_fields(read_wording(words))


GRANTS = (
    "Texterna på webbplatsen får fritt kopieras och spridas om källan anges.",
    "Du får gärna återge våra artiklar om du anger källan.",
    "Innehållet får återges med angivande av källa.",
    "Eftertryck tillåts med angivande av källan.",
    "Eftertryck av artiklarna är tillåtet om källan anges.",
    "Våra texter får återpubliceras oförändrade med källhänvisning.",
    "Allt material på denna webbplats får användas fritt.",
    "Artiklerne må frit gengives med tydelig kildeangivelse.",
    "Du må gerne dele og kopiere vores artikler, hvis du angiver kilden.",
    "Eftertryk er tilladt med kildeangivelse.",
    "Teksterne på denne hjemmeside må kopieres, når kilden angives.",
    "Indholdet må gengives med kildeangivelse.",
    "Innholdet kan fritt gjengis med kildehenvisning.",
    "Du kan gjerne publisere våre artikler hvis du oppgir kilden.",
    "Ettertrykk tillatt med kildeangivelse.",
    "Tekstene kan brukes fritt så lenge kilden oppgis.",
    "Sivuston sisältöä saa kopioida vapaasti, kunhan lähde mainitaan.",
    "Artikkeleita saa julkaista uudelleen, kun lähde mainitaan.",
    "Tekstit ovat vapaasti käytettävissä, kun lähde mainitaan.",
    "Uudelleenjulkaisu sallittu, kunhan lähde mainitaan.",
    "A cikkek a forrás megjelölésével szabadon felhasználhatók.",
    "Cikkeink a forrás feltüntetésével szabadon közölhetők.",
    "Az oldal tartalma változatlan formában, a forrás megjelölésével bárki által szabadon terjeszthető.",
    "Az utánközlés a forrás megjelölésével engedélyezett.",
    "Az írások szabadon másolhatók, ha a forrást megjelölik.",
    "Articolele pot fi preluate gratuit cu citarea sursei.",
    "Textele pot fi reproduse cu condiția menționării sursei și a unui link activ.",
    "Preluarea articolelor este permisă cu citarea sursei.",
    "Reproducerea integrală sau parțială a materialelor este permisă cu condiția citării sursei.",
    "Puteți prelua articolele noastre dacă citați sursa.",
    "Conținutul poate fi distribuit liber cu menționarea autorului.",
)

LICENSES = (
    "Allt innehåll på denna webbplats är licensierat under CC BY 4.0.",
    "Texterna är publicerade under CC BY-SA 4.0.",
    "Indholdet er tilgængeligt under CC BY 4.0.",
    "Artiklerne er udgivet under licensen CC BY 4.0.",
    "Innholdet er lisensiert under CC BY 4.0.",
    "Sivuston tekstit on julkaistu lisenssillä CC BY 4.0.",
    "Tämä artikkeli on julkaistu CC BY 4.0 -lisenssillä.",
    "Az oldal tartalma CC BY 4.0 licenc alatt érhető el.",
    "A cikkek CC BY-SA 4.0 licenc alatt elérhetők.",
    "Conținutul acestui site este disponibil sub licența CC BY 4.0.",
    "Textele sunt publicate sub licența CC BY-SA 4.0.",
    "Licens: CC BY 4.0",
    "Lisens: CC BY 4.0",
    "Licenc: CC BY 4.0",
    "Lisenssi: CC BY 4.0",
)

OTHERS = (
    "Prenumeranter får kopiera våra texter.",
    "Texterna får kopieras av medlemmar.",
    "Texterna får kopieras för undervisning.",
    "Du får gärna dela länken till våra artiklar.",
    "Du får använda logotypen fritt.",
    "Texterna på våra partners webbplatser får kopieras fritt.",
    "Upphovsrättslagen säger att texter får kopieras för eget bruk.",
    "Artiklar från TT får återges med angivande av källa.",
    "Texterna får inte kopieras.",
    "Texterna får kopieras efter överenskommelse.",
    "Texterna får kopieras efter betalning.",
    "Får jag kopiera texterna på webbplatsen?",
    "Korta utdrag ur texterna får återges om källan anges.",
    "Tidigare fick texterna kopieras fritt.",
    "Användarnas texter får kopieras fritt.",
    "Texter som ni laddar upp får användas av oss.",
    "Du får kopiera dina egna texter.",
    "Artiklarna får läsas fritt.",
    "Texterna får kopieras om redaktionen godkänner det.",
    "Bilderna på webbplatsen får användas fritt.",
    "Koden får kopieras fritt.",
    "Abonnenter må kopiere artiklerne.",
    "Du må kopiere artiklerne til undervisning.",
    "Teksterne må kun gengives efter aftale.",
    "Du må gerne dele et link til vores artikler.",
    "Loven siger, at tekster må kopieres til privat brug.",
    "Billederne må frit gengives.",
    "Artikler fra Ritzau må ikke gengives.",
    "Medlemmer kan kopiere tekstene fritt.",
    "Tekstene kan kopieres etter avtale.",
    "Du kan fritt bruke bildene.",
    "Åndsverkloven tillater at tekster kan kopieres til privat bruk.",
    "Innholdet kan endres uten varsel.",
    "Artiklene kan leses gratis.",
    "Jäsenet saavat kopioida tekstejä vapaasti.",
    "Tekstejä saa kopioida opetuskäyttöön.",
    "Tekstejä ei saa kopioida ilman lupaa.",
    "Kuvia saa käyttää vapaasti.",
    "Laki sallii, että tekstejä saa kopioida omaan käyttöön.",
    "Lyhyitä otteita teksteistä saa lainata.",
    "Lukijoiden kirjoituksia saa julkaista vapaasti.",
    "Lomakkeen saa kopioida vapaasti.",
    "Saako tekstejä kopioida vapaasti?",
    "Tekstejä saa kopioida, jos toimitus antaa luvan.",
    "Sisältöä voi muuttaa ilman ilmoitusta.",
    "Artikkeleita voi lukea vapaasti.",
    "Tagjaink a cikkeket szabadon másolhatják.",
    "A cikkek csak engedéllyel közölhetők.",
    "A képek szabadon felhasználhatók.",
    "A cikkekhez fűzött hozzászólások szabadon másolhatók.",
    "Olvasóink írásai szabadon közölhetők.",
    "A törvény szerint a cikkek szabadon idézhetők.",
    "A cikkek oktatási célra szabadon felhasználhatók.",
    "A program szabadon másolható.",
    "A cikkek díj ellenében közölhetők.",
    "Szabadon másolhatók a cikkek?",
    "A törvények szövege szabadon másolható.",
    "A cikkek szabadon olvashatók.",
    "A tartalom szabadon módosítható a szerkesztőség által.",
    "Az MTI hírei nem közölhetők.",
    "Abonații pot copia articolele.",
    "Articolele pot fi preluate de către parteneri.",
    "Articolele pot fi preluate doar cu acordul redacției.",
    "Articolele pot fi preluate contra cost.",
    "Fotografiile pot fi preluate gratuit.",
    "Articolele altor autori pot fi preluate gratuit.",
    "Linkul către articolele noastre poate fi distribuit.",
    "Pot fi preluate maximum 500 de caractere din articole.",
    "Legea permite reproducerea textelor în scop privat.",
    "Preluarea articolelor este permisă în scop didactic.",
    "Preluarea articolelor este interzisă.",
    "Articolele pot fi citite gratuit.",
    "Pot prelua articolele de pe site?",
    "Conținutul poate fi modificat fără notificare.",
    "Textele utilizatorilor pot fi distribuite liber.",
    "Textele legilor pot fi reproduse liber.",
    "Datele pot fi copiate liber.",
    "Textele pot fi preluate dacă redacția este de acord.",
    "Majoritatea articolelor pot fi preluate liber.",
    "Du får kopiera våra artiklar om du är medlem.",
    "Våra artiklar får kopieras om ni betalar.",
    "Våra artiklar får kopieras av skolor.",
    "Vi får kopiera era texter.",
    "Texterna får kopieras av oss.",
    "Innehållet får användas av journalister med ackreditering.",
    "Innehållet får sparas och skrivas ut för eget bruk.",
    "Alla texter får kopieras, enligt ministern.",
    "Artikeln om CC BY får kopieras av eleverna.",
    "Texterna får visas på skärmen.",
    "Våra artiklar får gärna kommenteras.",
    "Du må gerne dele vores artikler på din egen profil på Facebook.",
    "Du må kopiere artiklerne, hvis du er abonnent.",
    "Teksterne må kopieres af skoler.",
    "Indholdet må kun anvendes til privat brug.",
    "Indholdet må ændres af redaktionen.",
    "Vi må kopiere jeres tekster.",
    "Teksterne på Wikipedia må frit kopieres.",
    "Artikler fra andre medier må frit kopieres.",
    "Du kan kopiere artiklene dersom du abonnerer.",
    "Innholdet kan brukes av medlemmer.",
    "Tekstene kan bare brukes privat.",
    "Tekstene kan kopieres når saken er avgjort.",
    "Andre medier kan publisere våre artikler etter avtale.",
    "Tekstejä saa kopioida tilaajille.",
    "Sisältöä saa käyttää vain omaan käyttöön.",
    "Saat kopioida omia tekstejäsi.",
    "Saamme julkaista tekstejä vapaasti.",
    "Wikipedian artikkeleita saa kopioida vapaasti.",
    "Artikkeleita saa julkaista, jos maksat.",
    "A cikkek szabadon felhasználhatók tagjaink számára.",
    "A cikkek felhasználhatók, ha Ön előfizető.",
    "A cikkek csak saját célra másolhatók.",
    "A Wikipédia szövegei szabadon másolhatók.",
    "A tartalom a szerzők által szabadon terjeszthető.",
    "Cikkeink megoszthatók a Facebookon.",
    "A cikkek részletei szabadon idézhetők.",
    "A cikkek jövőre szabadon közölhetők.",
    "Articolele pot fi copiate de abonați.",
    "Articolele pot fi utilizate doar în scop personal.",
    "Articolele de pe Wikipedia pot fi copiate liber.",
    "Puteți copia articolele dacă sunteți abonat.",
    "Puteți distribui articolele noastre pe Facebook.",
    "Articolele pot fi preluate după aprobare.",
    "Putem prelua articolele trimise de cititori.",
    "Articolele pot fi preluate de școli.",
    "Textele pot fi distribuite de autori.",
    "Artikeln handlar om CC BY 4.0.",
    "Kursen om CC BY 4.0 hålls på måndag.",
    "Artiklen om CC BY 4.0 er læst af mange.",
    "Artikkelit CC BY -lisensseistä löytyvät täältä.",
    "A cikk a CC BY 4.0 licencről szól.",
    "Articolul despre CC BY 4.0 a fost publicat ieri.",
)
"""Near-permissions: by others, for others, for things, or on conditions that no reader meets."""

BANS = (
    "Texterna får inte kopieras utan tillstånd.",
    "Innehållet får inte återges utan redaktionens medgivande.",
    "Artiklerne må ikke kopieres uden tilladelse.",
    "Eftertryk er forbudt uden skriftlig tilladelse.",
    "Innholdet kan ikke gjengis uten tillatelse fra redaksjonen.",
    "Ettertrykk er ikke tillatt.",
    "Teksterne må kun bruges efter aftale med redaktionen.",
    "Sivuston sisältöä ei saa kopioida ilman lupaa.",
    "Tekstien kopiointi ilman lupaa on kielletty.",
    "Tekstien julkaiseminen edellyttää toimituksen lupaa.",
    "A cikkek másolása engedély nélkül tilos.",
    "Az oldal tartalmának felhasználása csak a kiadó írásos engedélyével lehetséges.",
    "A cikkek utánközlése tilos.",
    "A tartalom csak előzetes engedéllyel használható fel.",
    "Reproducerea textelor fără acordul scris al redacției este interzisă.",
    "Articolele nu pot fi preluate fără acordul nostru.",
    "Preluarea integrală a articolelor este interzisă.",
    "Conținutul poate fi utilizat doar cu acordul scris al editorului.",
)

PICTURES = (
    "Texterna får kopieras om källan anges, men bilderna får inte användas utan tillstånd.",
    "Bilder och illustrationer får inte användas utan fotografens tillstånd.",
    "Billeder må ikke bruges uden fotografens tilladelse.",
    "Med undtagelse af billeder må indholdet frit gengives med kildeangivelse.",
    "Bilder kan ikke brukes uten tillatelse fra fotografen.",
    "Lisensen gjelder ikke bilder.",
    "Kuvia ei saa käyttää ilman lupaa.",
    "Lisenssi ei koske kuvia.",
    "A képek nem használhatók fel engedély nélkül.",
    "A licenc nem vonatkozik a képekre.",
    "A képek kivételével a tartalom szabadon másolható a forrás megjelölésével.",
    "Fotografiile nu pot fi preluate fără acordul autorului.",
    "Licența nu se aplică imaginilor.",
    "Cu excepția fotografiilor, conținutul poate fi preluat cu citarea sursei.",
)

CHANGES = (
    "Texterna får inte ändras.",
    "Artiklarna får återges oförändrade om källan anges.",
    "Du får inte ändra eller förkorta texterna.",
    "Teksterne må ikke ændres.",
    "Artiklerne må gengives i uændret form med kildeangivelse.",
    "Tekstene kan gjengis uendret med kildehenvisning.",
    "Innholdet må ikke endres.",
    "Tekstejä ei saa muuttaa.",
    "Artikkelit on julkaistava muuttamattomina.",
    "A cikkek változatlan formában, a forrás megjelölésével szabadon közölhetők.",
    "Textele nu pot fi modificate.",
    "Articolele pot fi preluate fără modificări, cu citarea sursei.",
)


@pytest.mark.parametrize("words", [*GRANTS, *LICENSES])
def test_a_permission_is_read_in_further_languages(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True


@pytest.mark.parametrize("words", OTHERS)
def test_a_sentence_that_only_sounds_like_permission_grants_nothing(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is not True


@pytest.mark.parametrize("words", BANS)
def test_a_ban_is_read_in_further_languages(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is False


@pytest.mark.parametrize("words", PICTURES)
def test_pictures_are_excluded_in_further_languages(words: str) -> None:
    assert fields(words)["images_excluded"]


@pytest.mark.parametrize("words", CHANGES)
def test_changes_are_barred_in_further_languages(words: str) -> None:
    assert fields(words)["no_derivatives"]
