"""Labels: the words, in many languages, that announce the name of the author."""

from __future__ import annotations

import re
from functools import lru_cache

NOUNS = (
    r"autorin/autor|autor/autorin|authors?|author\(s\)|(?:contributing|lead|guest)\s+(?:authors?|writers?)|guest\s+contributors?|co-?authors?|writers?|gast-?autor(?:in|en|innen)?|byline|"
    r"(?:współ)?autor(?:ka|ki|zy)?\s+(?:tekstu|artykułu|raportu|analizy|opracowania|komentarza|wpisu|publikacji|wywiadu|notatki)|"
    r"współautor(?:ka|ki|zy)?|autor(?:ka|ki|ky|zy|stwo|in|en|innen|es|as|i|e|ii|ul|s|ius|iai|ė)?|autor(?:[*:_/]in(?:nen)?|\(in(?:nen)?\)|\(?es\)?|\(?as\)?)|"
    r"verfasser(?:in|innen)?|auteur(?:e|es|s|rice|rices|\(s\)|[·.]e[·.]?s?)?|autric[ei]|autore|autori|auteurs?|autoř(?:i|ka)|redacteur|"
    r"автор(?:и|ы|ка|ки)?|аутор(?:и|ка)?|yazar(?:lar)?|kirjoittaja(?:t)?|toimittaja|forfattere?|författare|skribent|"
    r"szerző(?:k)?|συγγραφ(?:έας|είς)|penulis|tác\s+giả|"
    r"نویسنده|الكاتب|الكاتبة|كاتب|المؤلف|כותב(?:ת)?"
)
"""Nouns: the name that follows is the author, wherever the line stands."""
DEEDS = (
    r"(?:text|texto?|testo|tekst)\s*(?:&|\+|und|and|i|et|e|y|en|og)\s*(?:fotos?|photos?|bild(?:er)?|zdjęcia|fotogra\w+)|"
    r"(?:written|reported|researched|authored|compiled|prepared|posted|published|submitted|words|story|text|interview|analysis|"
    r"opinion|report|article|commentary|research|op-?ed|column|essay|perspective|viewpoint|blog(?:\s+post)?|review|"
    r"guest\s+(?:post|article|essay|column|blog|commentary|contribution))\s+by|rozmawia(?:ł|ła|li)(?!\s+z\b)|"
    r"(?:doda|opublikowa|zamieści)(?:ł|ła)|oprac\.?|opracowa(?:ł|ła|nie|li)|napisa(?:ł|ła|li)|przygotowa(?:ł|ła|li)|napisane\s+przez|"
    r"(?:erstellt|verfasst|geschrieben|aufgezeichnet|eingestellt|gespeichert|veröffentlicht|gepostet|recherchiert)\s+von|"
    r"écrit\s+par|rédigé\s+par|publié\s+par|recueilli(?:e?s)?\s+par|propos\s+recueillis\s+par|escrito\s+por|publicado\s+por|"
    r"redactado\s+por|firmad[oa]\s+por|firmato\s+da|signé\s+par|"
    r"scritto\s+da|a\s+cura\s+di|pubblicato\s+da|geschreven\s+door|skrevet\s+a[vf]|skriven\s+av|"
    r"napsal(?:a|i)?|napísal(?:a|i)?|írta|scris\s+de|piše|pišu|пише|yazan|ditulis\s+oleh|"
    r"(?:une\s+)?tribune\s+de|une\s+chronique\s+de|un\s+billet\s+de|un\s+(?:article|texte)\s+de|un\s+art[ií]culo\s+de|"
    r"(?:ein(?:e)?\s+)?(?:kommentar|gastkommentar|beitrag|artikel|gastbeitrag|essay|analyse|interview|bericht|kolumne|reportage|rezension)"
    r"\s+von|بقلم|كتب|كتبت|מאת"
)
"""What was done by the person whose name follows."""
SHORT = r"by|von|vom|par|por|door|af|av|oleh|text|texto|texte|testo|tekst|teksty|текст|foto\s*&\s*text|journalist"
"""Short words that stand before other things as well."""
GENITIVE = r"di|da|de|του|της|των"
"""Words that also begin family names: a label only if two or more words follow."""
KINDS = (
    r"interview|protokoll|reportage|gespräch|kommentar|analyse|rezension|wywiad|rozmowa|entretien|entrevista|intervista"
)
"""The kind of a text, before a colon; a label if the name after it is marked as the author's."""
EASTERN = (
    r"作者|投稿者|作\s*者|文字|文|撰文|撰稿|执笔|采写|記者|记者|本报记者|著者|執筆者|執筆|筆者|取材・文|"
    r"글쓴이|글|저자|기자"
)
"""Words that are separated from the name by a bar, a colon, an equals sign or a space."""

_COLON = re.compile(
    rf"(?:^|[\s|•·(–'’-])(?P<label>{NOUNS}|{DEEDS}|{SHORT}|di|{EASTERN})\s*[:：]\s*(?P<names>[^:：|•·\n]{{2,160}}[:：]?)"
)
# Words before "by" that announce people other than the authors.
_OF_OTHERS = re.compile(r"(?:edit|review|check|translat|illustrat|photo|produc|verifi|narrat)\w*\s*$")
_STRONG = re.compile(rf"(?:{NOUNS}|{DEEDS}|{EASTERN})\s*[:：]?\s*$", re.I)
_BEFORE = re.compile(
    rf"^\s*(?:(?:{NOUNS}|{DEEDS}|{SHORT})\s*(?:[:：]|\s)\s*|(?:{GENITIVE})\s+(?=\S+\s+\S)|(?:{GENITIVE})\s*[:：]\s*|"
    rf"(?:{EASTERN})\s*(?:[:：／/＝=｜|]|\s)\s*|(?:{KINDS})\s*[:：]\s*|durch\s+)",
    re.I,
)
ALONE = frozenset(
    """author|authors|author(s)|authored by|by|written by|words by|story by|text by|posted by|published by|report by|
    lead author|lead authors|contributing author|contributing authors|co-author|co-authors|coauthors|writer|writers|
    byline|autor|autorka|autorzy|autorki|autorstwo|tekst|teksty|oprac|oprac.|opracowanie|opracował|opracowała|
    opracowali|współautor|współautorka|współautorzy|autor tekstu|autorka tekstu|autorzy tekstu|napisał|napisała|
    napisali|przygotował|przygotowała|napisane przez|autorin|autoren|autorinnen|autor/in|
    autor*in|autor*innen|autor:in|autor:innen|autor_in|autor_innen|autorin/autor|autor/autorin|autor(in)|autorinnen/autoren|
    autorinnen und autoren|von|verfasst von|
    geschrieben von|erstellt von|veröffentlicht von|verfasser|verfasserin|text|texte|auteur|auteurs|auteure|auteures|
    autrice|autrices|auteur(s)|auteur·e·s|par|écrit par|rédigé par|publié par|autores|autora|autoras|autor(es)|
    autor/a|por|escrito por|publicado por|texto|autore|autori|autrici|di|a cura di|scritto da|testo|door|
    geschreven door|af|av|skrevet av|skrevet af|skriven av|forfatter|forfattere|författare|skribent|skribenter|
    kirjoittaja|kirjoittajat|napsal|napsal(a)|napsala|autoři|autorka|autorky|írta|szerző|szerzők|scris de|piše|autorius|
    autoriai|autors|autori|yazan|yazar|yazarlar|автор|автори|авторы|авторка|авторки|текст|аутор|пише|συγγραφέας|penulis|
    oleh|tác giả|作者|投稿者|文|撰文|记者|記者|著者|執筆者|執筆|筆者|글쓴이|글|저자|기자|بقلم|الكاتب|الكاتبة|المؤلف|מאת|
    כותב|نویسنده""".replace("\n    ", "").split("|")
)
"""Labels, in lower case, that can stand alone, as a heading or in the left column of a table."""
_AND = re.compile(
    r"(?:^|[\s,)])(?:and|und|i|oraz|y|e|et|en|og|och|ve|a|şi|și|és|dan|và|και|и|і|й|та|ja|ir|un|&)\s+$", re.I
)
# A line that begins with a label, in lower case.
_LEAD = re.compile(
    rf"^(?:(?:{DEEDS}|{SHORT}|di|του|της|των)\s*[:：]?\s+|(?:{EASTERN})\s*[:：／/＝=｜|\s]\s*)(?P<names>\S.{{1,140}})$"
)
_NOUN = re.compile(rf"(?:{NOUNS})\s+(?=\S+\s+\S)")


def after_label(words: str) -> str:
    """Return what follows the label at the beginning of the line *words*, or "" if there is no label."""
    # The Turkish İ has two characters in lower case, which would shift every position after it.
    found = _LEAD.match(words.replace("\u0130", "i").lower())
    return words[found.start("names") :] if found else ""


def after_noun(words: str) -> str:
    """Return what follows the noun at the beginning of the line *words*, without a colon ("Autoren A und B").

    Returns "" if there is no such noun.
    """
    found = _NOUN.match(words.replace("\u0130", "i").lower())
    return words[found.end() :] if found else ""


@lru_cache(maxsize=2048)  # a block and the blocks around it have the same words
def before_colon(words: str) -> tuple[str, str]:
    """Return the first label in *words* that a colon follows, and the words after it up to the next colon.

    Returns "" twice if there is none.
    """
    if ":" not in words and "：" not in words:
        return "", ""
    # Search in lower case, because patterns that fold case themselves are slow. İ would change the length.
    lowered = words.replace("\u0130", "i").lower()
    for found in _COLON.finditer(lowered):
        if not _OF_OTHERS.search(lowered[max(0, found.start() - 20) : found.start("label")]):
            return words[slice(*found.span("label"))], words[slice(*found.span("names"))]
    return "", ""


def and_before(words: str, name: str) -> bool:
    """Return whether a word for "and" stands right before *name* in *words*."""
    return bool(_AND.search(words.partition(name)[0]))


def strong(label: str) -> bool:
    """Return whether *label* by itself announces the author: "Author" does, "Text" does not."""
    return bool(_STRONG.match(label))


def alone(words: str) -> bool:
    """Return whether *words* are a label and nothing more."""
    return len(words) <= LONGEST and words.strip().rstrip(" :：").lower() in ALONE


LONGEST = 40
"""No label has more characters than this."""


def strip(text: str) -> str:
    """Return *text* without the labels before it; "" if it holds nothing else."""
    if alone(text):
        return ""
    before = None
    # Labels may follow each other: "Text: von Anna Fox".
    while before != text:
        before, text = text, _BEFORE.sub("", text, count=1)
    return text
