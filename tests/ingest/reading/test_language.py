"""The language of a text, by its commonest words."""

from __future__ import annotations

import pytest

from archive.evidence.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.metadata.language import choose, computed

ENGLISH = "It was the best of the times, and in the age of wisdom it was not for us that they said this. " * 2
SPOKEN = {
    "en": ENGLISH,
    "pl": "Nie wiadomo, czy to jest dla nich, ale z tego, że się na to zgodzili, i od tego, co jest w umowie. " * 2,
    "ru": "Все счастливые семьи похожи, но каждая из них и на них не была так по-своему для него, что был бы. " * 2,
    "uk": "Це було для нього, що він не був на роботі, і за це від нього до них про який у з та як його був. " * 2,
}
# In words that languages close to them have too.
CLOSE = {
    "af": (
        "Die hawe in die noorde van die land het in die afgelope jaar verander en die inwoners sê dat die "
        "veerboot, wat twee keer per week vaar, vir hulle belangrik is. Die skool en die winkel is net oop as die "
        "skip kom, en die onderwysers kom van die stad met hul boeke en bly nie oornag nie."
    ),
    "be": (
        "Порт на поўначы краіны за апошні год змяніўся, і жыхары кажуць, што паром, які ходзіць два разы на "
        "тыдзень, важны для іх. Школа і крама адчынены толькі тады, калі прыходзіць судна, а настаўнікі "
        "прыязджаюць з горада і не застаюцца на ноч, але гэта было так і раней. Пра гэта пішуць у газеце."
    ),
    "bg": (
        "Пристанището в северната част на страната се промени през миналата година и жителите казват, че "
        "фериботът, който пътува два пъти седмично, е важен за тях. Училището и магазинът са отворени само когато "
        "корабът идва, а учителите пристигат от града за целия ден."
    ),
    "ca": (
        "El port del nord del país ha canviat en l'últim any i els habitants diuen que el transbordador, que surt "
        "dues vegades per setmana, és important per a ells. L'escola i la botiga només obren quan arriba el "
        "vaixell, i els mestres vénen de la ciutat amb els seus llibres i no es queden a la nit."
    ),
    "cs": (
        "Přístav na severu země se v minulém roce změnil a obyvatelé říkají, že trajekt, který jezdí dvakrát do "
        "týdne, je pro ně důležitý. Škola i obchod jsou otevřené jen tehdy, když připluje loď, a učitelé "
        "přijíždějí z města na celý den. Je to tak již mnoho let, ale ve škole si zvykli."
    ),
    "es": (
        "El puerto del norte del país ha cambiado en el último año y los habitantes dicen que el transbordador, "
        "que sale dos veces por semana, es importante para ellos. La escuela y la tienda solo abren cuando llega "
        "el barco, y los maestros vienen de la ciudad con sus libros y no se quedan por la noche."
    ),
    "et": (
        "Sadam riigi põhjaosas on viimase aasta jooksul muutunud ja elanikud ütlevad, et praam, mis sõidab kaks "
        "korda nädalas, on nende jaoks tähtis. Kool ja pood on avatud ainult siis, kui laev tuleb, aga õpetajad "
        "tulevad linnast ning ei jää ööseks. See ei ole uus, nii on see olnud ka enne."
    ),
    "hr": (
        "Luka na sjeveru zemlje promijenila se u prošloj godini i stanovnici kažu da je trajekt, koji plovi "
        "dvaput tjedno, važan za njih. Škola i trgovina otvorene su samo kad brod dođe, a učitelji dolaze iz "
        "grada i ne ostaju preko noći. Nije jasno što će biti s linijom, kako kažu u luci."
    ),
    "id": (
        "Pelabuhan di bagian utara negara ini telah berubah dalam satu tahun terakhir dan penduduk mengatakan "
        "bahwa feri yang berlayar dua kali seminggu itu penting untuk mereka. Sekolah dan toko hanya buka ketika "
        "kapal datang, dan para guru datang dari kota dengan buku dan tidak menginap pada malam hari."
    ),
    "lt": (
        "Uostas šalies šiaurėje per pastaruosius metus pasikeitė ir gyventojai sako, kad keltas, kuris plaukia du "
        "kartus per savaitę, jiems yra svarbus. Mokykla ir parduotuvė dirba tik tada, kai atplaukia laivas, o "
        "mokytojai atvyksta iš miesto ir čia nelieka nakvoti, bet tai jau buvo taip nuo pat pradžių."
    ),
    "lv": (
        "Osta valsts ziemeļos pagājušajā gadā ir mainījusies, un iedzīvotāji saka, ka prāmis, kas kursē divas "
        "reizes nedēļā, viņiem ir svarīgs. Skola un veikals ir atvērti tikai tad, kad atnāk kuģis, bet skolotāji "
        "ierodas no pilsētas uz visu dienu un nepaliek pa nakti. Tas tika teikts arī par citām ostām."
    ),
    "mk": (
        "Пристаништето на север од земјата се промени во минатата година и жителите велат дека траектот, кој вози "
        "двапати неделно, е важен за нив. Училиштето и продавницата се отворени само кога доаѓа бродот, а "
        "наставниците доаѓаат од градот и не остануваат во текот на ноќта."
    ),
    "nl": (
        "De haven in het noorden van het land is in het afgelopen jaar veranderd en de bewoners zeggen dat de "
        "veerboot, die twee keer per week vaart, voor hen belangrijk is. De school en de winkel zijn alleen open "
        "als het schip komt, en de leraren komen uit de stad met hun boeken en blijven niet slapen."
    ),
    "pt": (
        "O porto do norte do país mudou no último ano e os moradores dizem que a balsa, que sai duas vezes por "
        "semana, é importante para eles. A escola e a loja só abrem quando o barco chega, e os professores vêm da "
        "cidade com os seus livros e não ficam para a noite."
    ),
    "ru": (
        "Порт на севере страны за последний год изменился, и жители говорят, что паром, который ходит два раза в "
        "неделю, важен для них. Школа и магазин открыты только тогда, когда приходит судно, а учителя приезжают "
        "из города и не остаются на ночь. Это было так и раньше, но об этом не писали."
    ),
    "sk": (
        "Prístav na severe krajiny sa v minulom roku zmenil a obyvatelia hovoria, že trajekt, ktorý jazdí dvakrát "
        "do týždňa, je pre nich dôležitý. Škola, ako aj obchod, sú otvorené len vtedy, keď pripláva loď, a "
        "učitelia prichádzajú z mesta na celý deň."
    ),
    "sl": (
        "Pristanišče na severu države se je v zadnjem letu spremenilo in prebivalci pravijo, da je trajekt, ki "
        "vozi dvakrat na teden, za njih pomemben. Šola in trgovina sta odprti le, ko pride ladja, učitelji pa "
        "pridejo iz mesta in ne ostanejo čez noč. Tudi po koncu leta naj bi bilo tako."
    ),
    "sr": (
        "Лука на северу земље се променила у прошлој години и становници кажу да је трајект, који плови два пута "
        "недељно, важан за њих. Школа и продавница су отворене само када брод дође, а наставници долазе из града "
        "и не остају преко ноћи у месту."
    ),
    "uk": (
        "Порт на півночі країни за останній рік змінився, і жителі кажуть, що пором, який ходить двічі на "
        "тиждень, важливий для них. Школа і крамниця відчинені лише тоді, коли приходить судно, а вчителі "
        "приїжджають з міста та не залишаються на ніч. Це було так і раніше, але про це не писали."
    ),
}


@pytest.mark.parametrize("code", SPOKEN)
def test_a_language_is_detected_by_its_commonest_words_in_any_case(code: str) -> None:
    assert [computed(said) for said in (SPOKEN[code], SPOKEN[code].upper())] == [code, code]


@pytest.mark.parametrize("code", CLOSE)
def test_a_language_is_told_from_those_that_are_close_to_it(code: str) -> None:
    assert computed(CLOSE[code]) == code


def test_a_czech_text_with_many_words_that_slovak_has_too_is_czech_whatever_the_page_declares() -> None:
    text = (
        "Domy na nábřeží jsou z kamene a stojí tu od doby, kdy se do města jezdilo po řece. V přízemí jsou sklady "
        "nebo dílny, v patrech byty. Opravit je však nikdo nechce, protože o nich rozhoduje úřad, a ten na to "
        "peníze nemá."
    )
    assert choose([Candidate(Field.LANGUAGE, "en", "en", "html lang", Place.ATTRIBUTE, None)], text) == "cs"


@pytest.mark.parametrize(("declared", "code"), [("bs", "hr"), ("gl", "pt"), ("ms", "id"), ("sr", "hr")])
def test_a_declared_language_is_believed_of_a_text_in_one_with_nearly_the_same_words(declared: str, code: str) -> None:
    said = Candidate(Field.LANGUAGE, declared, declared, "html lang", Place.ATTRIBUTE, None)
    assert choose([said], CLOSE[code]) is said
    assert choose([said], SPOKEN["pl"]) == "pl"


@pytest.mark.parametrize("signs", ["“”", "‘’", "——", "…\u2009", "«»", "()", "\u00a0\u00a0", "„\u201f", "_1"])
def test_words_between_any_signs_are_counted(signs: str) -> None:
    assert computed("".join(f"{signs[0]}{word}{signs[1]}" for word in ENGLISH.split())) == "en"


def test_parts_of_longer_words_are_not_counted() -> None:
    """ "thé" does not contain "th", and "of²" is not "of"."""
    assert computed(ENGLISH.replace(" ", "² ")) is None
    assert computed(ENGLISH.replace("th", "thé").replace("o", "ö").replace("i", "ï").replace("a", "å")) is None


# In scripts of several languages.
SHARED = {
    "fa": "بندر از شن پر شده است و هیچ کس نمی گوید که چه کسی باید هزینه را بپردازد. پل چوبی هم شکسته است. " * 3,
    "ur": "بندرگاہ ریت سے بھر گئی ہے اور کوئی نہیں بتاتا کہ خرچ کون اٹھائے گا۔ لکڑی کا پل بھی ٹوٹ گیا ہے۔ " * 3,
    "ar": "امتلأ الميناء بالرمل ولا يقول أحد من سيدفع التكاليف. والجسر الخشبي مكسور أيضا منذ الربيع الماضي. " * 3,
    "mr": "बंदर वाळूने भरले आहे आणि खर्च कोण करणार हे कोणीही सांगत नाही. लाकडी पूलही तुटला आहे. " * 3,
}


@pytest.mark.parametrize("code", ["fa", "ur", "ar"])
def test_languages_in_arabic_letters_are_told_apart_by_letters_that_arabic_lacks(code: str) -> None:
    assert computed(SHARED[code]) == code


@pytest.mark.parametrize(
    ("declared", "code"), [("mr-IN", "mr"), ("ckb", "fa"), ("fa-IR", "fa"), ("ur", "ur"), ("arz", "ar")]
)
def test_a_declared_language_in_the_script_of_the_text_is_believed(declared: str, code: str) -> None:
    said = Candidate(Field.LANGUAGE, declared, declared, "html lang", Place.ATTRIBUTE, None)
    assert choose([said], SHARED[code]) == said


@pytest.mark.parametrize(("declared", "code"), [("ar", "fa"), ("fa", "ar"), ("en", "ur"), ("he", "ar")])
def test_a_declared_language_that_lacks_the_letters_of_the_text_is_not_believed(declared: str, code: str) -> None:
    said = Candidate(Field.LANGUAGE, declared, declared, "html lang", Place.ATTRIBUTE, None)
    assert choose([said], SHARED[code]) == code
