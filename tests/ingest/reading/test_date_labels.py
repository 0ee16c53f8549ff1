"""What the words before a date say about its meaning."""

from __future__ import annotations

from ingest.reading.dates import date_parsing
from ingest.reading.dates.printed_dates import Kind, kind, lead

PUBLISHED = """Published:|Published on|Posted on |First published: |Post time: |Date: Monday, |Opublikowano: |
    Data publikacji:|Data: |Dodano: wtorek, |Utworzono: wtorek, |Veröffentlicht am |Erstellt am: |Stand: |Publié le |
    Mis en ligne le |Date de publication : |Publicado el |Fecha de publicación: |Pubblicato il |Publicado em |
    Gepubliceerd op: |Vydáno: |Zveřejněno |Megjelent: |Objavljeno: |Publicat: |Publicerad |Publiceret |Publisert |
    Julkaistu |Дата публикации: |Опубликовано: |Опубліковано: |Публикувано на |Δημοσίευση: |Yayınlanma: |تاريخ النشر: |
    公開日：|投稿日 |입력 |등록 : |发布时间：|發布日期：|Zverejnené dňa: |Avaldatud: |Kuupäev: |Paskelbta: |Publicēts: |
    Објављено: |Објавено на |Апублікавана |Dato: |Birt: |Publicat el |Diterbitkan pada |Ngày xuất bản: |
    Updated 3 May 2021 Published """
UPDATED = """Updated |Last updated on |Last modified: |Last reviewed: |(aktualizacja: |Ostatnia aktualizacja: |
    Data ostatniej modyfikacji: |Poprawiono: czwartek, |Zuletzt aktualisiert: |Letzte Änderung: |mis à jour le |
    Modifié le |Actualizado: |Última modificación: |Ultimo aggiornamento: |Atualizado em |Laatst gewijzigd: |
    Aktualizováno: |Frissítve: |Ažurirano: |Ultima actualizare: |Uppdaterad |Sist oppdatert |Päivitetty |Обновлено: |
    Дата изменения: |Оновлено: |Обновена на |Ажурирано: |Абноўлена: |Uuendatud: |Atjaunināts: |Atnaujinta: |
    Posodobljeno: |Uppfært: |Darrera modificació: |Posledná zmena: |Τελευταία ενημέρωση: |
    Güncelleme: |آخر تحديث: |更新日：|最終更新日：|수정 |更新时间：|
    Published 3 May 2021, updated """
OTHERS = """Event date: |Meeting date: |Deadline: |Data wydarzenia: |Termin: |Joined |Member since |born |Dołączył: |
    Date de l'événement : |Fecha del evento: |Launch date: |Date of birth: |Date de sortie : |Data premiery: """
NOTHING = """|Anna Fox |the reforms of |Warsaw, |Working paper no. |Date of delivery: """


def labels_in(written: str) -> list[str]:
    return [" ".join(one.split()) for one in written.split("|")]


def test_a_label_gives_the_kind_of_its_date_in_each_language() -> None:
    for written, expected in (
        (PUBLISHED, Kind.PUBLISHED),
        (UPDATED, Kind.UPDATED),
        (OTHERS, Kind.OTHER),
        (NOTHING, None),
    ):
        assert {one: found for one in labels_in(written) if (found := kind(one)) is not expected} == {}


def test_the_label_of_a_date_ends_before_the_month() -> None:
    assert [lead(words) for words in ("Joined March 2007", "Posted on: April 24, 2023", "24 April", "")] == [
        "Joined",
        "Posted on:",
        "",
        "",
    ]


def test_the_number_of_a_working_paper_is_no_day() -> None:
    assert [stated.value for stated in date_parsing.find("Working Paper No. 12, April 2023")] == []
    assert [stated.value for stated in date_parsing.find("Working Paper No. 12, 24 April 2023")] == ["2023-04-24"]


def test_a_roman_numeral_month_is_read_alone_or_after_a_label() -> None:
    found = {
        words: date_parsing.read_month(words) for words in ("XII 2021", "Data: XII 2021 r.", "Henry V 2021 on stage")
    }
    assert [stated and stated.value for stated in found.values()] == ["2021-12", "2021-12", None]


def test_digits_of_other_scripts_are_read_and_shown_as_printed() -> None:
    (stated,) = date_parsing.find("نشر في ٢٤ أبريل ٢٠٢٣ م")
    assert (stated.value, stated.words) == ("2023-04-24", "٢٤ أبريل ٢٠٢٣")
