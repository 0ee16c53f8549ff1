"""What buttons and labels of a page say is no text, in the usual words of 57 languages (`interface_lines.tsv`).

None of these pages gives its parts a class name.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from db.model.item import Reading
from tests.ingest.reading.conftest import BODY

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
FEW = 10
LINES = [line.split("\t") for line in Path(__file__).with_name("interface_lines.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("language", sorted({language for language, _ in LINES}))
def test_what_a_page_says_of_itself_is_no_text(make_page: PageMaker, read_page: Read, language: str) -> None:
    said = [f"<p>{escape(line)}</p>" for code, line in LINES if code == language]
    first, *rest = BODY.split("</p>")
    for at in range(0, len(said), FEW):  # with all of them at once, little of the page would be its text
        lines = said[at : at + FEW]
        within = "</p>".join([first, "".join(lines[::2]) + rest[0], *rest[1:]]) + "".join(lines[1::2])
        assert read_page(make_page(body=within, lang=language)).text == read_page(make_page(lang=language)).text


@pytest.mark.parametrize(
    "sentence",
    [
        "Loading of grain began at noon.",
        "Next article of the treaty: the tolls.",
        "Read more books, the teacher said.",
        "Print this article in every paper, he asked the clerks.",
        "Your browser history tells more than your diary.",
        "Table of contents and index fill forty pages of the report.",
        "Der Inhalt der Kiste blieb geheim.",
        "Weiterlesen wollte an diesem Abend niemand.",
        "Artikel teilen sich in drei Gruppen.",
        "Stampa e radio tacevano.",
        "Stampa",
        "Deli",
        "Udostępnij artykuł rybakom, prosił kapitan portu.",
        "Ändrad lagstiftning om hamnar",
        "Uppdaterad karta saknas",
        "Обновлено меню столовой порта",
        "Содержание письма никто не знал.",
        "Actualizado por la guerra, el mapa quedó inútil.",
        "Mise à jour des cartes du port",
        "Aktualizováno bylo jen málo map.",
        "Compartir artículo de fe era su consuelo.",
        "Našli jste v přístavu loď bez jména a bez posádky, psal kapitán.",
        "Una errore del capitano costò la nave.",
        "Skip to the contents page of any report and you will find the same three names.",
        "Jump to the quay was all the pilot could shout.",
        "Zum Hauptinhalt springen die Redner selten sofort.",
        "Przejdź do głównej zawartości listu, prosił sędzia.",
        "Edit this page of history and another one opens, she wrote.",
        "Diese Seite bearbeiten zu wollen wäre eitel, schrieb der Chronist.",
        "Editer cette page du journal demandait du courage.",
        "Copy to clipboard makers went the orders for ten thousand boards.",
        "In die Zwischenablage kopieren ist kein Verbrechen, urteilte das Gericht.",
        "Copiar al portapapeles era su único oficio.",
        "Accept all the tolls or none, the villages said.",
        "Alle akzeptieren den Preis, nur der Hafen nicht.",
        "Tout accepter sans lire, voilà ce que le port a fait.",
        "Akceptuj wszystko, radził mu brat, i milcz.",
        "Older posts of the guard stood empty by then.",
        "Ältere Einträge im Logbuch fehlen.",
        "Nowsze wpisy w księdze portowej są nieczytelne.",
        "Next topic was the price of salt.",
        "On this page of the ledger the sum is missing.",
        "Auf dieser Seite des Flusses wohnte niemand.",
        "Sur cette page, le capitaine a signé deux fois.",
        "Na tej stronie rzeki nie było nikogo.",
        "Back to the top of the hill they carried the bell.",
        "Zurück nach oben scrollen muss dort keiner mehr.",
        "Retour en haut de la page de garde: un sceau.",
        "Also available in amber, the seal costs twice as much.",
        "Auch verfügbar in kleinen Mengen war das Salz.",
        "También disponible en el puerto, el mapa se agotó.",
        "Continue reading the law, the clerk told him.",
        "Seguir leyendo a oscuras le costó la vista.",
        "Czytaj dalej w myślach, szepnął.",
        "Weiter lesen als schreiben konnte in dem Dorf keiner.",
        "Show source of the river to the commission, the order said.",
        "Quellcode anzeigen wollte die Firma erst nach dem Urteil.",
        "Back to index cards went the archive after the fire.",
        "Voir tous les tags gravés dans la pierre prit un jour.",
        "Related links between the two wars and the toll are missing in the record.",
        "Liens connexes ou non, les deux affaires pèsent.",
        "In 5 minutes you can read the whole treaty.",
        "Reading the charter took the clerk 5 minutes.",
        "5 minutes of reading aloud tired the herald.",
        "5 Minuten Lesezeit gönnte sich der Richter vor dem Urteil.",
        "Czas czytania w domu: 5 minut dziennie, zalecał nauczyciel.",
        "Lecture de 5 minutes au conseil: personne n'écoutait.",
        "Last update of the charts was made in the year of the flood.",
        "Letztes Update der Karte war ein Fehler.",
        "Posledná aktualizácia mapy je stará.",
        "Select language teachers were paid in salt.",
        "Wybierz język, którym mówi port, radził ojciec.",
        "Table of contents of the chest: two coins and a letter.",
        "Daftar isi peti itu hilang.",
        "RSS feed prices for cattle rose again.",
        "View all ships from the tower and you can count the masts.",
        "Subscribe to no cause that you cannot explain, he said.",
        "Be the first to comment on a law, and the last to break it.",
        "Cite this law and every clerk falls silent.",
    ],
)
def test_a_sentence_or_heading_that_resembles_such_a_line_stays(
    make_page: PageMaker, read_page: Read, sentence: str
) -> None:
    first, *rest = BODY.split("</p>")
    within = "</p>".join([first, f"<p>{sentence}</p>{rest[0]}", *rest[1:]])
    assert sentence in read_page(make_page(body=within)).text
