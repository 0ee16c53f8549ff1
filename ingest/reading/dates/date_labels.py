"""Date labels: the words before a date that say what it is the date of, in many languages.

Apart from the rules that use them, because people add words here.
"""

from __future__ import annotations

import re
from enum import Enum

from ingest.reading.dates.months import month

_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"[^\W\d_]+")
_BEFORE_NUMBERS = re.compile(r"\D*")
_WEEKDAY = re.compile(r"[^\W\d_]{2,14}[.,]{1,2}\s*$")
_PHRASE = re.compile(r"(?:[^\W\d_]+\s+){0,3}[^\W\d_]+$")
# How many characters before a date are searched for its label, and how many of them for an update.
_REACH, _NEAR = 60, 34

_PUBLISHED = """
    date, date of publication, publication date, publish date, published date, date published, publishing date,
    published, published on, published at, publish time, posted, posted on, post time, post date, date posted,
    posted at, first published, first published on, originally published, originally published on, release date,
    release time, date of release, released on, issued on, date of issue, submitted on, added on, created, created on,
    data, data publikacji, data dodania, data wydania, data utworzenia, data wytworzenia, opublikowano,
    opublikowano dnia, opublikowany, opublikowana, opublikowane, publikacja, dodano, dodano dnia, dodany, dodana,
    utworzono, wytworzono, zamieszczono, zamieszczono dnia, wprowadzono, data zamieszczenia, data wprowadzenia,
    datum, veröffentlicht, veröffentlicht am, erschienen, erschienen am, stand, erstellt, erstellt am, eingestellt am,
    geschrieben am, gepostet am, veröffentlichung, veröffentlichungsdatum, erscheinungsdatum, publiziert am,
    datum der veröffentlichung, online seit, verfasst am,
    publié, publié le, publiée le, publiée, mis en ligne le, mise en ligne le, date de publication, paru le, parue le,
    posté le, rédigé le, écrit le, publication,
    fecha, fecha de publicación, publicado, publicado el, publicada el, publicado en, publicación, creado el,
    pubblicato, pubblicato il, pubblicata il, data di pubblicazione, inserito il, scritto il,
    publicado em, publicado a, postado em, data de publicação, publicação,
    gepubliceerd, gepubliceerd op, geplaatst op, publicatiedatum, datum publicatie,
    zveřejněno, publikováno, vydáno, datum vydání, datum zveřejnění, datum publikace, vloženo, zverejnené,
    publikované, dátum, dátum vydania, megjelent, megjelenés, közzétéve, közzététel, objavljeno, objavljeno dne,
    objavljen, objavljeno u, publicat, publicat pe, publicat la, publicat în, data publicării, data publicației,
    publicerad, publicerat, publiceringsdatum, publiceret, publicerad den, udgivet, offentliggjort, publisert,
    publisert den, julkaistu, julkaisupäivä, avaldatud, publicēts, publicēta, paskelbta,
    дата, дата публикации, дата размещения, опубликовано, опубликован, размещено, создано, добавлено, дата создания,
    дата публікації, опубліковано, розміщено, додано, створено, дата створення, публикувано, публикувано на,
    објављено, апублікавана, δημοσιεύτηκε, δημοσιεύθηκε, δημοσίευση, ημερομηνία, ημερομηνία δημοσίευσης,
    yayın tarihi, yayınlanma tarihi, yayınlanma, yayımlanma, giriş tarihi, giriş, tarih,
    diterbitkan, dipublikasikan, tanggal, ngày đăng, تاريخ النشر, نشر في, التاريخ, פורסם, תאריך, פורסם ב,
    公開日, 公開日時, 公開, 投稿日, 投稿日時, 掲載日, 掲載日時, 掲載, 配信日, 配信, 発行日, 発表日, 作成日, 日付,
    입력, 등록, 작성일, 등록일, 게시일, 발행일, 게재일, 기사입력, 승인, 송고, 등록일시, 입력일,
    发布时间, 发布日期, 发布, 发布于, 发表时间, 发表日期, 发表于, 时间, 日期, 发稿时间, 刊登日期, 發布時間, 發佈時間,
    發布日期, 發佈日期, 發表時間, 發表日期, 日期時間, 刊登時間"""
_PUBLISHING = frozenset(" ".join(label.split()) for label in _PUBLISHED.split(","))
_UPDATED = """updated modifi revised amended aktualiz zaktualiz uaktualn modyfik zmodyfik poprawiono zmieniono
    aktualis geändert überarbeitet bearbeitet actualisé actualizad actualizaci actualizare modificad modificat modificaç
    aggiornat aggiornament atualizad atualizaç bijgewerkt gewijzigd změněno upraveno zmenené upravené frissít módosít
    ažurir uppdatera ändrad ändrat opdatere ændret redigert oppdater endret päivitetty muokattu обновл оновл изменено
    изменён змінено отредактир актуализ ενημερ ενημέρωσ τροποπο güncelle diperbarui עודכן עדכון 更新 最終更新 最后更新
    最後更新 修改 最后修改 最後修改 改訂 修正 수정 최종수정 업데이트 변경"""
_UPDATING = tuple(_UPDATED.split())
_RENEWED = """last update, last reviewed, reviewed on, date of update, update:, letzte änderung, letzte aktualisierung,
    mis à jour, mise à jour,
    última modificación, ultima modifica, laatste wijziging, ostatnia zmiana, data zmiany, poslední změna,
    последнее изменение, дата изменения, остання зміна, дата зміни, cập nhật, آخر تحديث, تم التحديث"""
_RENEWING = tuple(" ".join(said.split()) for said in _RENEWED.split(","))
_DAYS = frozenset(("date", "day", "time", "data", "datum", "termin", "fecha", "дата"))
_OCCASION = """event start end due closing meeting conference webinar deadline filing expiry expiration effective
    hearing exam launch opening founding birth sale lancement sortie ouverture lanzamiento estreno lancio
    uscita premiery otwarcia review revision überprüfungs przeglądu
    wydarzenia spotkania konferencji rozpoczęcia zakończenia urodzenia termin veranstaltung veranstaltungs
    beginn ende geburts événement début fin naissance evento inicio nacimiento inizio fine события мероприятия події
    заходу"""
# Things other than a text that have a date: "Event date:", "Data wydarzenia:", "Deadline:".
_OCCASIONS = frozenset(_OCCASION.split())
_OTHER = """joined, member since, registered, founded, established, born, died, mitglied seit, gegründet, geboren,
    gestorben, membre depuis, né le, née le, dołączył, dołączyła, urodzony, urodzona, zmarł, zmarła, miembro desde,
    nacido el, iscritto dal, nato il, зарегистрирован, регистрация, родился, accessed, retrieved, visited, abgerufen,
    aufgerufen, abruf, zugriff, consulté, consultée, consultado, consulta, consultato, geraadpleegd, dostęp, data
    dostępu, дата обращения, valid until, expires, ends, until, when, wann, kiedy, quand, cuándo, gültig bis, ważne
    do, valable jusqu'au, review due, due for review, review by, next review, next revision, to be reviewed, effective
    until, expires on, expiry, nächste überprüfung, następny przegląd, obowiązuje do, ważny do, ważna do, prochaine
    révision, próxima revisión, válido hasta, válida hasta, vigente hasta, prossima revisione, valido fino al, válido
    até, geldig tot, platí do, platnost do, дійсний до, действителен до, действует до, gäller till, gyldig til,
    voimassa"""
_OTHERS = tuple(" ".join(said.split()) for said in _OTHER.split(","))
# What people and organisations do on a date, what an author did with a source, and when something takes place.
_OTHER_AT_END = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _OTHERS))})$")
# A site's policies have dates of their own.
_PAPER = re.compile(
    r"\b(?:privacy|cookie) (?:policy|notice|statement)|\bterms\b|\bdatenschutz|\bpolityk\w+ prywatności|\bregulamin|"
    r"\bpolitique de confidentialité|\bpolítica de privacidad"
)
_PREPOSITION = re.compile(r"\s(?:on|am|le|el|il|em|op|w dniu|dnia)$")


class Kind(Enum):
    """What the words before a date say it is the date of."""

    PUBLISHED = "published"
    UPDATED = "updated"
    OTHER = "something else"


def lead(words: str) -> str:
    """Return the text in *words* before the first number or the month that belongs to it."""
    before = _BEFORE_NUMBERS.match(words)
    found = before[0].rstrip(" ,") if before else ""
    rest, _, last = found.rpartition(" ")
    # "Published May 3": the month belongs to the date, not to its label.
    return rest if month(last) else found


def kind(lead: str) -> Kind | None:
    """Return what *lead*, the words before a date, says it is the date of, or None if it says nothing.

    A word for an update may stand anywhere in the same sentence, after any earlier date. A label of publication must
    stand right before the date; only a colon and a weekday may come between.
    """
    tail = lead[-_REACH:].lower().rstrip()
    if not tail:
        return None
    # Words before an earlier year belong to that date: "Published 3 May 2020, updated 4 June 2023".
    if earlier := [year.end() for year in _YEAR.finditer(tail)]:
        tail = tail[earlier[-1] :]
    sentence = tail.rstrip(".").rpartition(".")[2][-_NEAR:]
    if _PAPER.search(sentence):
        return Kind.OTHER
    # Match stems, because languages inflect these words, and whole phrases where a stem would match too many words.
    if any(word.startswith(_UPDATING) for word in _WORD.findall(sentence)) or any(r in sentence for r in _RENEWING):
        return Kind.UPDATED
    return _right_before(_WEEKDAY.sub("", tail).rstrip() or tail)


def _right_before(tail: str) -> Kind | None:
    label = tail.rstrip(" :：([")
    if _OTHER_AT_END.search(_PREPOSITION.sub("", label)):
        return Kind.OTHER
    found = _PHRASE.search(label)
    words = found[0].split() if found else []
    occasions = _OCCASIONS.intersection(words[-3:])
    # Many lines above a date end in "Review" or "start". They count only before a colon or next to a word for "date".
    called = words[-1] in occasions and tail.endswith((":", "：")) if words else False
    if called or (occasions and _DAYS.intersection(words[-3:]) - occasions):
        return Kind.OTHER
    phrases = (" ".join(words[-count:]) for count in range(len(words), 0, -1))
    return Kind.PUBLISHED if any(phrase in _PUBLISHING for phrase in phrases) else None
