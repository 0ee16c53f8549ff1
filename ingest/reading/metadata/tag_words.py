"""Tag words: which words in a list of tags are tags, and which belong to the page or the newsroom."""

from __future__ import annotations

import re

from ingest.reading.author_choice import fold
from ingest.reading.candidate import Candidate
from ingest.reading.page.short_words import remembered

LABELLING = """tag, tags, tagged, tagged with, tagi, tematy, schlagwort, schlagwörter, schlagwoerter, schlagworte,
    stichworte, stichwörter, themen, keyword, keywords, key words, słowa kluczowe, hasła, mots-clés, mots clés, mot-clé,
    etiquetas, palabras clave, étiquettes, thèmes, trefwoorden, tagy, štítky, klíčová slova, kľúčové slová, теги, мітки,
    ключові слова, метки, ключевые слова, темы, topics, filed under, parole chiave, argomenti, palavras-chave,
    palavras chave, nyckelord, ämnesord, emneord, nøkkelord, nøgleord, avainsanat, asiasanat, kulcsszavak, címkék,
    ključne besede, ključne riječi, cuvinte cheie, etichete, raktiniai žodžiai, atslēgvārdi, võtmesõnad,
    related topics, related tags, subjects, themes, thématiques, sujets, temi, témata, onderwerpen, emner, ämnen,
    aiheet, tunnisteet, etiketten, λέξεις-κλειδιά, λέξεις κλειδιά, anahtar kelimeler, etiketler, kata kunci, từ khóa,
    タグ, 关键词, 關鍵詞, 关键字, 標籤, 标签, 키워드, 태그, كلمات مفتاحية, الكلمات المفتاحية, מילות מפתח, תגיות"""
LABELS = frozenset(" ".join(label.split()) for label in LABELLING.split(","))
"""Labels before a colon and tags."""
_HEADINGS = (
    "tags,topics,related topics,keywords,filed under,more on,read more about,read more on,more about,"
    "find more on,in this story,topics in this article,topics in this story,explore topics,"
    "explore related topics,subject areas,research topics,research areas,policy areas,issue areas,focus areas,"
    "themen,schlagwörter,schlagworte,stichworte,stichwörter,mehr lesen über,mehr zum thema,mehr zu,"
    "mehr zu den themen,themen in diesem artikel,themen des artikels,verwandte themen,tagi,tematy,"
    "słowa kluczowe,więcej na temat,więcej o,powiązane tematy,zagadnienia,obszary tematyczne,mots-clés,"
    "mots clés,étiquettes,thèmes,thèmes associés,sujets associés,sur le même sujet,temas,temas relacionados,"
    "más sobre,etiquetas,palabras clave,tags relacionadas,tags relacionados,argomenti,parole chiave,"
    "palavras-chave,mais sobre,trefwoorden,onderwerpen,lees meer over,meer over,štítky,témata,"
    "související témata,klíčová slova,ämnen,ämnen i artikeln,läs mer om,emner,emner i artiklen,"
    "artiklens emner,læs mere om,les mer om,lue lisää aiheesta,теги,метки,темы,ключевые слова,мітки,теми,"
    "etiketler,címkék,関連キーワード,関連タグ,トピックス,キーワード"
)
HEADS = frozenset(_HEADINGS.split(","))
"""Headings over a list of tags."""
CALLED = LABELS | HEADS
"""Words that by themselves announce tags."""
# Controls of the list.
_CONTROL = re.compile(
    r"""(?:show|see|view|load|explore|browse)\s(?:more|all|less|fewer|related)(?:\s[\w ]{1,20})?|
    (?:get|receive|set|create|email)\s(?:\w+\s)?alerts?(?:\s[\w ]{1,30})?\W*|
    more|more\s(?:tags|topics)|less|all\s(?:tags|topics|keywords)|
    \+?\s*(?:follow|following|unfollow)(?:\s(?:this\s)?(?:tag|topic))?|
    edit(?:\s(?:tags|topics))?|manage\s(?:tags|topics)|\+\s?\d{1,3}(?:\smore)?|
    mehr(?:\s(?:anzeigen|zeigen|laden|themen|tags))?|weniger(?:\sanzeigen)?|alle\s(?:themen|tags|anzeigen|schlagw\w+)|
    (?:themen|tags)\s(?:bearbeiten|verwalten|anzeigen)|folgen|
    voir\s(?:plus|tout|moins|tous\sles\s\w+)|suivre|ver\s(?:más|mais|menos|todos?|todas)(?:\s[\w ]{1,20})?|seguir|
    więcej|(?:pokaż|zobacz)\s(?:więcej|wszystkie|mniej)(?:\s\w+)?|wszystkie\s(?:tagi|tematy)|obserwuj|
    mostra\s(?:altro|tutti|di\spiù)|vedi\stutti|segui|toon\s(?:meer|alle\w*)|vis\s(?:mere?|alle)|visa\s(?:mer|alla)|
    følg|följ|zobrazit\s(?:více|vše)|показать\s(?:ещё|еще|все)""",
    re.I | re.X,
)
_COUNT = re.compile(
    r"\s*[(\[]\d{1,5}(?:\s+(?:posts?|articles?|stories|items|texts?|beiträge|artikel|artykuł\w*|wpis\w*|entradas|artículos|"
    r"articoli|artigos))?[)\]]$",
    re.I,
)
NUMBER = re.compile(r"\d{5,}")
# The prefix of tags that only a newsroom's own programs read.
_INTERNAL = "_"
# Places on the site where a newsroom puts a text, kept among its tags.
_PLACED = re.compile(
    r"(?:home-?\s?page|front-?\s?page|速報|eilmeldung(?:en)?|featured(?:\s+(?:post|article)s?)?|uncategori[sz]ed|sin\s+categoría|non\s+classé|"
    r"popular|headlines?|top[\s-]*(?:stor(?:y|ies)|news|thema|headlines)(?:\s+\d+)?|"
    r"(?:(?:breaking|latest|top|live|today'?s?|current|trending|general|ap)\s+)+news|"
    r"(?:(?:breaking|latest|top|live|world|national)\s+)*news\s+(?:today|live|updates?|now|online|headlines|in\s+\w+)|"
    r"(?:aktuelle|neueste)\s+nachrichten|nachrichten\s+(?:heute|aktuell)|(?:últimas|ultimas)\s+not[ií]cias|noticias\s+de\s+hoy|"
    r"ultime\s+notizie|dernières\s+(?:nouvelles|infos)|najnowsze\s+wiadomości|"
    r"strona\s+główna|bez\s+kategorii|wyróżnione|polecane|startseite|slider|unkategorisiert)(?:\s+slider)?|slider\s.*",
    re.I,
)
_LABELLED = re.compile(r"^([A-Za-z][\w ]{1,24}):\s*(\S.*)$")
# A tag after its type, as a path in the publisher's system.
_PATHED = re.compile(
    r"(?:sections?|topics?|tags?|subjects?|keywords?|categor(?:y|ies)|organi[sz]ations?|persons?|people|places?|locations?)"
    r"/(\S.*)"
)
_CODE = re.compile(r"[A-Z]{2,7}\d{0,3}")
CODES = 5
"""At least this many codes are marks of a system; fewer may be names that people know ("NATO", "EU")."""
_SUBJECTS = frozenset(
    {"category", "subject", "topic", "tag", "keyword", "theme", "thema", "tema", "kategorie", "kategoria"}
)
# What only a system reads: its own numbers, a key, a host.
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}.*|[a-z0-9]+_[a-z0-9_-]+|[a-z0-9-]+\.(?:com|org|net|eu|co\.uk|[a-z]{2})")
MOST = 60


@remembered(4096)  # a site has the same tags on many pages
def tag_of(words: str) -> str:
    """Return the tag that *words*, an entry of a list, name; "" if they name none.

    The label of the list, its controls, and numbers are not tags.
    """
    value = _COUNT.sub("", words.lstrip("#").strip(" ,;"))
    if not value or len(value) > 80 or NUMBER.fullmatch(value) or _CONTROL.fullmatch(value):
        return ""
    return "" if value.rstrip(" :：").casefold() in CALLED else value


def _plainly(found: list[Candidate]) -> list[Candidate]:
    """Return *found* without entries that only a system uses.

    If the entries have labels ("Page Type: Article"), only tags, or else subjects, are kept, without their labels.
    """
    if sum(_CODE.fullmatch(c.value) is not None for c in found) > max(CODES, 0.8 * len(found)):
        return []
    if len(pathed := [_PATHED.fullmatch(c.value) for c in found]) > 1 and all(pathed):
        return [c._replace(value=one[1], words=one[1]) for c, one in zip(found, pathed, strict=True) if one]
    labelled = [match for c in found if ":" in c.value and (match := _LABELLED.match(c.value))]
    if len(labelled) < 2:
        return [c for c in found if not _is_key(c.value)]
    named = {match[1].casefold() for match in labelled}
    subjects = {"tag"} if "tag" in named else _SUBJECTS
    kept = []
    for candidate in found:
        match = _LABELLED.match(candidate.value)
        if match and match[1].casefold() in subjects:
            kept.append(candidate._replace(value=match[2], words=match[2]))
        elif match is None and not _is_key(candidate.value):
            kept.append(candidate)
    return kept


def each_once(chosen: list[Candidate]) -> list[Candidate]:
    """Return the tags, each once, at most MOST, without entries that only a system uses."""
    kept: dict[str, Candidate] = {}
    for candidate in _plainly(chosen[:MOST]):
        if key := _key(candidate.value):
            kept.setdefault(key, candidate)
    return list(kept.values())


@remembered(4096)
def _key(value: str) -> str:
    """Return the form in which two spellings of a tag are equal; "" if *value* is not a tag for people."""
    if value.startswith(_INTERNAL) or _PLACED.fullmatch(value) or NUMBER.fullmatch(value):
        return ""
    return fold(value) or value


@remembered(4096)
def _is_key(value: str) -> bool:
    return _KEY.fullmatch(value) is not None
