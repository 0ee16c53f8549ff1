"""Slovak, Slovene, Bulgarian and Catalan: permissions are read in the commonest forms only."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def fields(words: str) -> dict[str, Any]:
    return reading_fields(read_wording(words))


GRANTS = (
    "Články je možné prebrať s uvedením zdroja.",
    "Naše texty môžete voľne šíriť, ak uvediete zdroj.",
    "Preberanie textov je povolené s uvedením zdroja a odkazom na pôvodný článok.",
    "Obsah tejto stránky je dostupný pod licenciou CC BY 4.0.",
    "Texty na tomto webe sú publikované pod licenciou Creative Commons Uvedenie autora 4.0.",
    "Texty možno kopírovať a šíriť na nekomerčné účely s uvedením zdroja.",
    "Články možno zverejniť bez zmien s uvedením autora.",
    "Ak nie je uvedené inak, obsah je dostupný pod licenciou CC BY-SA 4.0.",
    "Povoľujeme voľné šírenie našich článkov s uvedením zdroja.",
    "Članke je dovoljeno objaviti z navedbo vira.",
    "Naša besedila lahko prosto objavite, če navedete vir.",
    "Ponatis besedil je dovoljen z navedbo vira in povezavo na izvirni članek.",
    "Vsebina spletne strani je dostopna pod licenco CC BY 4.0.",
    "Besedila na tej strani so objavljena pod licenco Creative Commons Priznanje avtorstva 4.0.",
    "Besedila je dovoljeno kopirati in razširjati v nekomercialne namene z navedbo vira.",
    "Članke lahko objavite brez sprememb in z navedbo avtorja.",
    "Če ni navedeno drugače, so vsebine dostopne pod licenco CC BY-SA 4.0.",
    "Dovoljujemo prosto razširjanje naših člankov z navedbo vira.",
    "Разрешава се препечатването на статиите с посочване на източника.",
    "Можете свободно да публикувате нашите текстове, ако посочите източника.",
    "Препубликуването на материалите е разрешено с посочване на източника и активна връзка към оригинала.",
    "Съдържанието на този сайт е достъпно под лиценз CC BY 4.0.",
    "Текстовете могат да се копират и разпространяват за нетърговски цели с посочване на източника.",
    "Статиите могат да бъдат публикувани без промени и с посочване на автора.",
    "Освен ако не е посочено друго, съдържанието е достъпно под лиценз CC BY-SA 4.0.",
    "Позволяваме свободното разпространение на нашите статии с посочване на източника.",
    "Es permet la reproducció dels articles citant la font.",
    "Podeu reproduir lliurement els nostres textos sempre que citeu la font.",
    "La reproducció dels textos està permesa citant la font i amb un enllaç a l'article original.",
    "Els continguts d'aquest web estan disponibles sota una llicència CC BY 4.0.",
    "Els textos d'aquest lloc es publiquen amb llicència Creative Commons Reconeixement 4.0.",
    "Els textos es poden copiar i difondre per a usos no comercials citant la font.",
    "Els articles es poden publicar sense modificacions i citant l'autor.",
    "Si no s'indica el contrari, els continguts estan subjectes a una llicència CC BY-SA 4.0.",
    "S'autoritza la difusió dels nostres articles amb menció de la font.",
)

PICTURES = (
    "Texty možno preberať s uvedením zdroja, okrem fotografií.",
    "Besedila je dovoljeno objaviti z navedbo vira, razen fotografij.",
    "Текстовете могат да се препечатват с посочване на източника, с изключение на снимките.",
    "Els textos es poden reproduir citant la font, excepte les fotografies.",
)

BANS = (
    "Preberanie článkov bez písomného súhlasu redakcie je zakázané.",
    "Všetky práva vyhradené.",
    "Na publikovanie alebo ďalšie šírenie obsahu je potrebný súhlas vydavateľa.",
    "Kopírovanie a šírenie obsahu je zakázané.",
    "Žiadna časť tejto stránky nesmie byť reprodukovaná bez predchádzajúceho písomného súhlasu.",
    "Texty sa nesmú kopírovať ani ďalej šíriť.",
    "Objava člankov brez pisnega dovoljenja uredništva je prepovedana.",
    "Vse pravice pridržane.",
    "Za objavo ali nadaljnje razširjanje vsebin je potrebno soglasje založnika.",
    "Kopiranje in razširjanje vsebin je prepovedano.",
    "Noben del te strani ne sme biti reproduciran brez predhodnega pisnega soglasja.",
    "Besedil ni dovoljeno kopirati ali razširjati.",
    "Препечатването на материали без писменото съгласие на редакцията е забранено.",
    "Всички права запазени.",
    "За публикуване или разпространение на съдържанието е необходимо разрешение от издателя.",
    "Копирането и разпространението на съдържанието е забранено.",
    "Никоя част от този сайт не може да бъде възпроизвеждана без предварително писмено разрешение.",
    "Текстовете не могат да бъдат копирани и разпространявани.",
    "Queda prohibida la reproducció dels articles sense l'autorització escrita de la redacció.",
    "Tots els drets reservats.",
    "Per publicar o difondre els continguts cal el permís de l'editor.",
    "Queda prohibida la còpia i la difusió dels continguts.",
    "Cap part d'aquest web no es pot reproduir sense permís previ per escrit.",
    "No es permet copiar ni difondre els textos.",
)

OTHERS = (
    "Fotografie možno voľne šíriť s uvedením autora.",
    "Logo možno použiť s uvedením zdroja.",
    "Členovia môžu naše články voľne šíriť.",
    "Školy môžu naše texty kopírovať a šíriť.",
    "Neziskové organizácie môžu naše články prebrať s uvedením zdroja.",
    "Novinári môžu prebrať naše články s uvedením zdroja.",
    "Odoslaním textu nám dávate súhlas na jeho voľné šírenie.",
    "Zákon povoľuje kopírovať články na vzdelávacie účely.",
    "Môžem prebrať vaše články s uvedením zdroja?",
    "Do roku 2019 bolo možné naše články voľne preberať.",
    "Údaje možno voľne kopírovať a šíriť.",
    "Články možno prebrať za poplatok.",
    "Ak autor súhlasí, článok možno prebrať s uvedením zdroja.",
    "Po dohode s redakciou možno články prebrať s uvedením zdroja.",
    "Softvér je dostupný pod licenciou MIT.",
    "Komentáre používateľov možno preberať.",
    "Kniha je dostupná pod licenciou CC BY-NC.",
    "Články Wikipédie možno voľne kopírovať.",
    "Text prevzatý z Wikipédie, dostupný pod licenciou CC BY-SA 3.0.",
    "Formulár možno kopírovať a rozdávať.",
    "CC BY znamená, že dielo možno kopírovať a šíriť s uvedením autora.",
    "Naše články môžete čítať zadarmo.",
    "Fotografije lahko prosto objavite z navedbo avtorja.",
    "Logotip lahko uporabite z navedbo vira.",
    "Člani lahko naše članke prosto objavijo.",
    "Šole lahko naša besedila kopirajo in razširjajo.",
    "Neprofitne organizacije lahko naše članke objavijo z navedbo vira.",
    "Novinarji lahko naše članke objavijo z navedbo vira.",
    "Z oddajo besedila nam dovoljujete njegovo prosto objavo.",
    "Zakon dovoljuje kopiranje člankov v izobraževalne namene.",
    "Ali lahko objavim vaše članke z navedbo vira?",
    "Do leta 2019 je bilo dovoljeno naše članke prosto objavljati.",
    "Podatke lahko prosto kopirate in razširjate.",
    "Članke lahko objavite proti plačilu.",
    "Če avtor soglaša, lahko članek objavite z navedbo vira.",
    "Po dogovoru z uredništvom lahko članke objavite z navedbo vira.",
    "Program je dostopen pod licenco MIT.",
    "Komentarje uporabnikov lahko objavite.",
    "Knjiga je dostopna pod licenco CC BY-NC.",
    "Članke Wikipedije lahko prosto kopirate.",
    "Besedilo je povzeto po Wikipediji, dostopno pod licenco CC BY-SA 3.0.",
    "Obrazec lahko kopirate in razdelite.",
    "CC BY pomeni, da je delo dovoljeno kopirati in razširjati z navedbo avtorja.",
    "Naše članke lahko berete brezplačno.",
    "Снимките могат да се публикуват свободно с посочване на автора.",
    "Логото може да се използва с посочване на източника.",
    "Членовете могат да публикуват свободно нашите статии.",
    "Училищата могат да копират и разпространяват нашите текстове.",
    "Неправителствените организации могат да препубликуват нашите статии с посочване на източника.",
    "Журналистите могат да публикуват нашите статии с посочване на източника.",
    "С изпращането на текст вие ни разрешавате да го публикуваме свободно.",
    "Законът разрешава копирането на статии за образователни цели.",
    "Мога ли да публикувам вашите статии с посочване на източника?",
    "До 2019 г. беше разрешено статиите ни да се препечатват свободно.",
    "Данните могат да се копират и разпространяват свободно.",
    "Статиите могат да се публикуват срещу заплащане.",
    "Ако авторът е съгласен, статията може да се публикува с посочване на източника.",
    "След съгласуване с редакцията статиите могат да се препечатват с посочване на източника.",
    "Програмата се разпространява под лиценз MIT.",
    "Коментарите на потребителите могат да се публикуват.",
    "Книгата е достъпна под лиценз CC BY-NC.",
    "Статиите от Уикипедия могат да се копират свободно.",
    "Текстът е взет от Уикипедия и е достъпен под лиценз CC BY-SA 3.0.",
    "Формулярът може да се копира и раздава.",
    "CC BY означава, че произведението може да се копира и разпространява с посочване на автора.",
    "Можете да четете нашите статии безплатно.",
    "Les fotografies es poden difondre lliurement citant l'autor.",
    "El logotip es pot utilitzar citant la font.",
    "Els socis poden difondre lliurement els nostres articles.",
    "Les escoles poden copiar i difondre els nostres textos.",
    "Les entitats sense ànim de lucre poden reproduir els nostres articles citant la font.",
    "Els periodistes poden reproduir els nostres articles citant la font.",
    "En enviar un text ens autoritzeu a difondre'l lliurement.",
    "La llei permet la còpia d'articles amb finalitats educatives.",
    "Puc reproduir els vostres articles citant la font?",
    "Fins al 2019 es permetia la reproducció lliure dels nostres articles.",
    "Les dades es poden copiar i difondre lliurement.",
    "Els articles es poden reproduir previ pagament.",
    "Si l'autor hi està d'acord, l'article es pot reproduir citant la font.",
    "Previ acord amb la redacció, els articles es poden reproduir citant la font.",
    "El programari es distribueix amb llicència MIT.",
    "Els comentaris dels usuaris es poden reproduir.",
    "El llibre està disponible amb llicència CC BY-NC.",
    "Els articles de la Viquipèdia es poden copiar lliurement.",
    "Text extret de la Viquipèdia, disponible amb llicència CC BY-SA 3.0.",
    "El formulari es pot copiar i repartir.",
    "CC BY significa que l'obra es pot copiar i difondre citant l'autor.",
    "Podeu llegir gratuïtament els nostres articles.",
    "Autori môžu svoje články zverejniť s uvedením časopisu.",
    "Naše podcasty sú dostupné pod licenciou CC BY-NC.",
    "Plagát možno voľne kopírovať a šíriť.",
    "Podľa zákona možno články voľne kopírovať na osobné použitie.",
    "Zdieľajte tento článok na sociálnych sieťach.",
    "Ikony na tejto stránke sú dostupné pod licenciou CC BY 3.0.",
    "Články z projektov musia byť zverejnené pod licenciou CC BY.",
    "Denník N povoľuje preberanie svojich článkov.",
    "Súťažné texty možno voľne zverejniť.",
    "Úryvky z článkov možno zverejniť s uvedením zdroja.",
    "Po registrácii môžete texty voľne šíriť.",
    "Avtorji lahko svoje članke objavijo z navedbo revije.",
    "Naši podkasti so dostopni pod licenco CC BY-NC.",
    "Plakat lahko prosto kopirate in razširjate.",
    "Članke lahko objavite z navedbo vira s soglasjem uredništva.",
    "Po zakonu je dovoljeno kopirati članke za osebno uporabo.",
    "Delite ta članek na družbenih omrežjih.",
    "Ikone na tej strani so dostopne pod licenco CC BY 3.0.",
    "Članki iz projektov morajo biti objavljeni pod licenco CC BY.",
    "Časnik Delo dovoljuje ponatis svojih člankov.",
    "Natečajna besedila je dovoljeno objaviti.",
    "Odlomke člankov lahko objavite z navedbo vira.",
    "Po registraciji lahko besedila prosto razširjate.",
    "Авторите могат да публикуват статиите си с посочване на списанието.",
    "Нашите подкасти са достъпни под лиценз CC BY-NC.",
    "Плакатът може свободно да се копира и разпространява.",
    "Статиите могат да се публикуват с посочване на източника със съгласието на редакцията.",
    "По закон статиите могат да се копират за лична употреба.",
    "Споделете тази статия в социалните мрежи.",
    "Иконите на този сайт са достъпни под лиценз CC BY 3.0.",
    "Статиите от проектите трябва да се публикуват под лиценз CC BY.",
    "Вестник Сега разрешава препечатването на своите статии.",
    "Конкурсните текстове могат да се публикуват свободно.",
    "Откъси от статиите могат да се публикуват с посочване на източника.",
    "След регистрация можете свободно да разпространявате текстовете.",
    "Els autors poden publicar els seus articles citant la revista.",
    "Els nostres pòdcasts estan disponibles amb llicència CC BY-NC.",
    "El cartell es pot copiar i difondre lliurement.",
    "Els articles es poden publicar citant la font amb el permís de la redacció.",
    "Segons la llei, els articles es poden copiar per a ús personal.",
    "Compartiu aquest article a les xarxes socials.",
    "Les icones d'aquest web estan disponibles amb llicència CC BY 3.0.",
    "Els articles dels projectes s'han de publicar amb llicència CC BY.",
    "El diari Ara permet la reproducció dels seus articles.",
    "Els textos del concurs es poden publicar lliurement.",
    "Els fragments dels articles es poden publicar citant la font.",
    "Després de registrar-vos podeu difondre lliurement els textos.",
)

# Near them in other languages: these must not be taken for one of the four.
NEIGHBOURS = (
    "Články lze převzít s uvedením zdroje.",
    "Tekstovi se mogu prenositi uz navođenje izvora.",
    "Материалы сайта можно перепечатывать со ссылкой на источник.",
    "Матеріали сайту можна передруковувати з посиланням на джерело.",
    "Les articles peuvent être reproduits en citant la source.",
    "Los artículos pueden reproducirse citando la fuente.",
)


@pytest.mark.parametrize("words", [*GRANTS, *PICTURES, *NEIGHBOURS])
def test_a_permission_is_read(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True


@pytest.mark.parametrize("words", PICTURES)
def test_pictures_are_left_out(words: str) -> None:
    assert fields(words)["images_excluded"]


@pytest.mark.parametrize("words", BANS)
def test_a_ban_is_read(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is False


# One test: each of the sentences has the same cause and its own cost.
def test_what_permits_the_public_nothing_is_no_permission() -> None:
    assert [words for words in OTHERS if fields(words)["permits_text_reuse"] is True] == []
