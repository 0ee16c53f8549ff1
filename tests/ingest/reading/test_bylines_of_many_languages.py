"""Bylines in some thirty languages: the label, the words for "and", the marks between names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading, Role

PageMaker = Callable[..., str]
Read = Callable[..., Reading]

BYLINES = [
    ("hu", "Szerző: Nagy Anna", ["Nagy Anna"]),
    ("ro", "Autor: Ana Pop și Ion Rusu", ["Ana Pop", "Ion Rusu"]),
    ("hr", "Piše: Ana Marić", ["Ana Marić"]),
    ("sr", "Аутор: Ана Марић", ["Ана Марић"]),
    ("bg", "Автор: Ана Иванова", ["Ана Иванова"]),
    ("cs", "Autor: Jana Nová, Petr Malý a Eva Bílá", ["Jana Nová", "Petr Malý", "Eva Bílá"]),
    ("sk", "Autor: Jana Nová a Peter Malý", ["Jana Nová", "Peter Malý"]),
    ("tr", "Yazar: Ayşe Demir ve Ali Kaya", ["Ayşe Demir", "Ali Kaya"]),
    ("fi", "Kirjoittaja: Aino Mäki ja Eero Lahti", ["Aino Mäki", "Eero Lahti"]),
    ("sv", "Av Anna Lind och Erik Berg", ["Anna Lind", "Erik Berg"]),
    ("no", "Av: Anna Lind og Erik Berg", ["Anna Lind", "Erik Berg"]),
    ("da", "Skrevet af Anna Lind og Erik Berg", ["Anna Lind", "Erik Berg"]),
    ("nl", "Door Anna de Vries en Jan van Dijk", ["Anna de Vries", "Jan van Dijk"]),
    ("nl", "Auteur: Anna de Vries", ["Anna de Vries"]),
    ("it", "di Anna Neri e Ugo Bianchi", ["Anna Neri", "Ugo Bianchi"]),
    ("it", "a cura di Anna Neri", ["Anna Neri"]),
    ("pt", "Por Ana Sá e Rui Dias", ["Ana Sá", "Rui Dias"]),
    ("pt", "Texto: Ana Sá", ["Ana Sá"]),
    ("es", "Por Inés Vega y Raúl Soto", ["Inés Vega", "Raúl Soto"]),
    ("es", "Escrito por Inés Vega e Ignacio Soto", ["Inés Vega", "Ignacio Soto"]),
    ("es", "Autores: Inés Vega, Raúl Soto y Ana Ruiz", ["Inés Vega", "Raúl Soto", "Ana Ruiz"]),
    ("fr", "Par Zoé Lenoir et Luc Petit", ["Zoé Lenoir", "Luc Petit"]),
    ("fr", "Écrit par Zoé Lenoir", ["Zoé Lenoir"]),
    ("fr", "Un article de Zoé Lenoir", ["Zoé Lenoir"]),
    ("de", "Von Jörg Brandt, Käthe Möller und Uwe Kern", ["Jörg Brandt", "Käthe Möller", "Uwe Kern"]),
    ("de", "Autorinnen: Käthe Möller und Eva Kern", ["Käthe Möller", "Eva Kern"]),
    ("de", "Ein Gastbeitrag von Käthe Möller", ["Käthe Möller"]),
    ("de", "Autor*innen: Käthe Möller, Uwe Kern", ["Käthe Möller", "Uwe Kern"]),
    ("de", "Text: Käthe Möller", ["Käthe Möller"]),
    ("pl", "Napisała: Ewa Kos", ["Ewa Kos"]),
    ("pl", "Autorka: dr Ewa Kos", ["Ewa Kos"]),
    ("pl", "Autorzy: Ewa Kos, Jan Lis, współpraca: Ola Mak", ["Ewa Kos", "Jan Lis"]),
    ("pl", "Tekst: Ewa Kos, zdjęcia: Jan Lis", ["Ewa Kos"]),
    ("uk", "Автори: Олена Коваль та Ігор Дубенко", ["Олена Коваль", "Ігор Дубенко"]),
    ("uk", "Авторка: Олена Коваль", ["Олена Коваль"]),
    ("ru", "Текст: Ольга Белова", ["Ольга Белова"]),
    ("ru", "Авторы: Ольга Белова и Иван Орлов", ["Ольга Белова", "Иван Орлов"]),
    ("lt", "Autorius: Ona Kalnė", ["Ona Kalnė"]),
    ("lv", "Autors: Anna Kalniņa", ["Anna Kalniņa"]),
    ("et", "Autor: Anna Kask ja Jaan Tamm", ["Anna Kask", "Jaan Tamm"]),
    ("el", "Συγγραφέας: Άννα Παππά", ["Άννα Παππά"]),
    ("sl", "Avtorica: Ana Novak", ["Ana Novak"]),
    ("is", "Höfundur: Anna Jónsdóttir og Jón Helgason", ["Anna Jónsdóttir", "Jón Helgason"]),
    ("af", "Deur Anna de Wet en Jan Botha", ["Anna de Wet", "Jan Botha"]),
    ("be", "Аўтары: Ганна Новік і Ян Колас", ["Ганна Новік", "Ян Колас"]),
    ("az", "Müəllif: Leyla Əliyeva və Rauf Quliyev", ["Leyla Əliyeva", "Rauf Quliyev"]),
    ("sq", "Autorë: Ana Hoxha dhe Ilir Kola", ["Ana Hoxha", "Ilir Kola"]),
    ("ga", "Údar: Áine Ní Bhriain", ["Áine Ní Bhriain"]),
    ("cy", "Awdur: Siân Rhys", ["Siân Rhys"]),
    ("eu", "Egileak: Ane Etxe eta Jon Mendi", ["Ane Etxe", "Jon Mendi"]),
    ("sw", "Mwandishi: Asha Juma", ["Asha Juma"]),
    ("ka", "ავტორი: ანა ბერიძე", ["ანა ბერიძე"]),
    ("hi", "लेखक: राहुल वर्मा", ["राहुल वर्मा"]),
    ("ur", "تحریر: احمد علی", ["احمد علی"]),
    ("zh", "作者：张三丰", ["张三丰"]),
    ("zh", "文／張三豐", ["張三豐"]),
    ("zh", "记者 张三丰", ["张三丰"]),
    ("ja", "著者：山田太郎", ["山田太郎"]),
    ("ja", "文＝山田太郎", ["山田太郎"]),
    ("ja", "執筆者：山田太郎、佐藤花子", ["山田太郎", "佐藤花子"]),
    ("ko", "글: 김민수", ["김민수"]),
    ("ar", "بقلم: سلمى حداد", ["سلمى حداد"]),
    ("ar", "الكاتب: سلمى حداد", ["سلمى حداد"]),
    ("he", "מאת: דנה לוי", ["דנה לוי"]),
    ("fa", "نویسنده: سلمى حداد", ["سلمى حداد"]),
    ("id", "Oleh: Siti Rahma dan Budi Santoso", ["Siti Rahma", "Budi Santoso"]),
    ("vi", "Tác giả: Nguyễn Văn An", ["Nguyễn Văn An"]),
    ("ar", "إعداد: سلمى حداد", ["سلمى حداد"]),
    ("bg", "Публикувано от Ана Иванова", ["Ана Иванова"]),
    ("ca", "Un article de Joan Puig", ["Joan Puig"]),
    ("cs", "Připravila Jana Nová", ["Jana Nová"]),
    ("cs", "Autor článku: Petr Malý", ["Petr Malý"]),
    ("da", "Læserbrev af Anna Lind", ["Anna Lind"]),
    ("de", "Ein Leserbrief von Käthe Möller", ["Käthe Möller"]),
    ("el", "Γράφει η Άννα Παππά", ["Άννα Παππά"]),
    ("en", "A guest post by Anna Wood", ["Anna Wood"]),
    ("en", "Words: Anna Wood", ["Anna Wood"]),
    ("es", "Artículo de Raúl Soto", ["Raúl Soto"]),
    ("es", "Una entrevista de Inés Vega", ["Inés Vega"]),
    ("et", "Intervjueeris Jaan Tamm", ["Jaan Tamm"]),
    ("fa", "به قلم سلمى حداد", ["سلمى حداد"]),
    ("fi", "Teksti: Aino Mäki", ["Aino Mäki"]),
    ("fr", "(Article de Zoé Lenoir)", ["Zoé Lenoir"]),
    ("fr", "De notre correspondant Luc Petit", ["Luc Petit"]),
    ("hr", "Razgovarala Ana Marić", ["Ana Marić"]),
    ("hu", "Összeállította: Nagy Anna", ["Nagy Anna"]),
    ("id", "Laporan: Budi Santoso", ["Budi Santoso"]),
    ("it", "Un articolo di Ugo Bianchi", ["Ugo Bianchi"]),
    ("it", "dal nostro inviato Ugo Bianchi", ["Ugo Bianchi"]),
    ("ja", "聞き手：山田太郎", ["山田太郎"]),
    ("ja", "山田太郎 港湾大学教授", ["山田太郎"]),
    ("ja", "水島真由美（港湾大学教授）", ["水島真由美"]),
    ("ko", "김민수 항만대 경제학부 교수", ["김민수"]),
    ("ko", "필자: 김민수", ["김민수"]),
    ("lt", "Parengė Jonas Kalnas", ["Jonas Kalnas"]),
    ("lv", "Sagatavoja Anna Kalniņa", ["Anna Kalniņa"]),
    ("nl", "Door onze correspondent Jan van Dijk", ["Jan van Dijk"]),
    ("no", "Kronikk av Erik Berg", ["Erik Berg"]),
    ("pl", "Rozmawia Ewa Kos", ["Ewa Kos"]),
    ("pt", "Reportagem: Rui Dias", ["Rui Dias"]),
    ("pt", "Artigo de Ana Sá", ["Ana Sá"]),
    ("ro", "Articol de Ion Rusu", ["Ion Rusu"]),
    ("ru", "Беседовала Ольга Белова", ["Ольга Белова"]),
    ("sk", "Spracovala Jana Nová", ["Jana Nová"]),
    ("sl", "Pripravila Ana Novak", ["Ana Novak"]),
    ("sr", "Разговарао Иван Марић", ["Иван Марић"]),
    ("sv", "Krönika av Erik Berg", ["Erik Berg"]),
    ("tr", "Haber: Ali Kaya", ["Ali Kaya"]),
    ("uk", "Спілкувалася Олена Коваль", ["Олена Коваль"]),
    ("vi", "Nguyễn Văn An", ["Nguyễn Văn An"]),
    ("zh", "（張三豐，港灣大學教授）", ["張三豐"]),
]
NO_BYLINES = [
    ("ar", "إعداد الأرصفة الجديدة"),
    ("en", "Words Matter Here"),
    ("es", "Crónica de San Telmo"),
    ("fr", "Article de la Gazette du Port"),
    ("fr", "Reportage de Radio Fleuve"),
    ("id", "Laporan Keuangan Tahunan"),
    ("ja", "港湾大学 経済学教授"),
    ("ko", "작성자: 관리자"),
    ("pt", "Reportagem Jornal Popular"),
    ("tr", "Haber Merkezi Arşivi"),
]


@pytest.mark.slow
@pytest.mark.parametrize("paragraph", ["<p>", '<p class="byline">'], ids=["plain", "marked"])
def test_a_byline_is_read_in_its_language(make_page: PageMaker, read_page: Read, paragraph: str) -> None:
    wrong = {}
    for lang, line, expected in BYLINES:
        found = read_page(make_page(top=f"<h1>The Amber Road Reopens</h1>{paragraph}{line}</p>", lang=lang))
        names = [credit.name for credit in found.attributions if credit.role is Role.AUTHOR]
        if names != expected:
            wrong[line] = names, expected
    assert wrong == {}, "of each byline the authors that are read, and those that it names"


@pytest.mark.parametrize(("lang", "line"), NO_BYLINES)
def test_words_that_can_announce_an_author_also_begin_headings(
    make_page: PageMaker, read_page: Read, lang: str, line: str
) -> None:
    found = read_page(make_page(top=f"<h1>The Amber Road Reopens</h1><p>{line}</p>", lang=lang))
    assert [credit.name for credit in found.attributions if credit.role is Role.AUTHOR] == []
