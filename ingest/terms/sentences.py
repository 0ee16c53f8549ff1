"""Sentences: find sentences and clauses, and the contact and the credit line that a sentence names."""

from __future__ import annotations

import re
from itertools import chain

from ingest.terms.folding import fold
from ingest.terms.word_lists import by_language, either, word_set

# Tried only where a sentence can end, which is at few places.
_END = re.compile(
    r"(?=[\s\[\"'”’)\]]|(?<=[。！？]))(?:"
    r"(?<=[.!?;؟。！？])[\"'”’)\]]*\s+(?=[\"'“„«(\[]?[^\Wa-z_])|(?<=[。！？])|\s*\[…\]\s*|\s+\|\s+"
    # The same in another language: "Nachdruck verboten. / Reprinting prohibited."
    r"|(?<=[.!?])\s+/\s+(?=[^\Wa-z_])"
    # "Photos: © their authors" is one sentence.
    r"|(?<!:)\s+(?=©)|\s+(?=©\s?\d)|\s[*•]\s)"
)
_ABBREVIATED = re.compile(rf"(?:\b(?:[A-Z]|{either('sentences.abbreviations')}))\.$", re.IGNORECASE)
_OPENING = re.compile(rf"{either('sentences.openings')}\b")
_OTHERS = tuple(chain.from_iterable(by_language("sentences.and others").values()))
# Short for "number" only before a digit; otherwise it ends an answer, as in "Sorry, no. We sell reprints".
_NUMBERED = re.compile(rf"\b{either('sentences.number')}\.$", re.IGNORECASE)
# No abbreviation is longer than this with its point, so only so much is searched.
_LONGEST = 8
_END_LONGEST = max(_LONGEST + 1, *map(len, _OTHERS))
_JOINTS = re.compile(
    rf"(?=[\s,;:])(?:\s*[;:]\s+|,?\s+{either('sentences.joints', 'sentences.own joints')}\s+|,\s+)", re.IGNORECASE
)
_OWN_JOINTS = by_language("sentences.own joints")
_FOREIGN = word_set("sentences.own joints")

# A name follows one of these.
_NAMING = tuple(f"{word} " for words in by_language("sentences.before names").values() for word in words)
_BEFORE_NAMES = "|".join(rf"(?<=\b{word})" for word in _NAMING)
_NAME = re.compile(
    # Each word in a look-behind of its own, because these must know how long they are.
    rf"(?:{_BEFORE_NAMES})(?:the )?"
    r"(?!CC\b|Creative Commons)"  # the name of a licence
    r"[A-ZÀ-ÞĄĆĘŁŃŚŹŻ][\w.'’-]*"
    rf"(?:(?: {either('sentences.in names')})* [A-ZÀ-ÞĄĆĘŁŃŚŹŻ][\w.'’-]*)*"
)

_QUOTATION = re.compile(r"[“„«\"](?=(?:[^\s“”„«»\"]+\s+){3})[^“”„«»\"]{12,200}[”“»\"]")

_LICENSE = re.compile(rf"creative[ -]?commons|\bcc[ -]by\b|{either('sentences.licenses')}", re.IGNORECASE)


# "© The Institute, 2024 Reproduction is permitted": a copyright line often has no full stop.
_LINE = re.compile(
    r"(?:©|\([Cc]\))\s*(?![Cc]opyright\b)(?=[^\W\d_])[^.;:|©\d]{2,80}?,?\s+(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?"
    # Words that reserve all rights belong to the line that names the holder. So does a name after "© Copyright 2024".
    rf"(?P<end>\s+)(?=[^\W\d_a-z]\w+ )(?!{either('sentences.all rights')} )"
)


def _ends(words: str) -> list[tuple[int, int]]:
    """Return the spans between the possible sentences in *words*."""
    ends = [match.span() for match in _END.finditer(words)]
    if "©" in words or "(c)" in words or "(C)" in words:
        ends = sorted({*ends, *(match.span("end") for match in _LINE.finditer(words))})
    return ends


def sentences(words: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences in *words*, without the white space between them."""
    spans, start = [], 0
    for left, right in _ends(words):
        # Only its end is looked at, because a sentence of abbreviations may be as long as the page.
        before = words[max(start, left - _END_LONGEST) : left]
        if before.endswith(".") and (
            (_ABBREVIATED.search(before, max(0, len(before) - _LONGEST)) and not _ends_names(before, words, right))
            or _numbers(before, words[right : right + 1])
        ):
            continue
        spans.append((start, left))
        start = right
    # The rest needs no full stop, because notices often have none.
    spans.append((start, len(words)))
    return [span for span in spans if words[slice(*span)].strip()]


def _ends_names(before: str, words: str, after: int) -> bool:
    return before.endswith(_OTHERS) and _OPENING.match(words, after) is not None


def _numbers(before: str, after: str) -> bool:
    return after.isdigit() and _NUMBERED.search(before, max(0, len(before) - _LONGEST)) is not None


def joints(sentence: str, language: str) -> list[tuple[int, int]]:
    """Return the spans where a sentence may be split: conjunctions of its *language*, commas and semicolons."""
    found = ((match.span(), match.group().strip(" ,").lower()) for match in _JOINTS.finditer(sentence))
    own = _OWN_JOINTS.get(language, ())
    return [span for span, word in found if word in own or word not in _FOREIGN]


_OF_CREDIT = re.compile(rf"\b(?i:{either('sentences.credit')})\b")


def without_names(sentence: str) -> str:
    """Return the sentence without quotations, and with "Xx" for the name after "by", "przez" and the like.

    These say nothing about terms. A sentence that is mostly a quotation is left unchanged.
    """
    # The quotation marks stay, so that the words around them do not join. A licence called by its name stays too.
    told = _QUOTATION.sub(lambda quoted: quoted.group() if _LICENSE.search(quoted.group()) else "“”", sentence)
    # Mostly a quotation: it may be the notice itself, unless the quotation is a credit line that is asked for.
    if 2 * len(told) <= len(sentence) and _OF_CREDIT.search(told) is None:
        told = sentence
    return _NAME.sub("Xx", told) if any(map(told.__contains__, _NAMING)) else told


_MAIL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w.+-]+ ?[\[(]"
    rf"{either('sentences.at')}[\])] ?[\w-]+(?:[. ]\w+)+"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"'”»)\]]+|www\.[^\s<>\"'”»)\]]+")
_PHONE = re.compile(r"\+\d[\d ()-]{7,}\d")
_LEAVE = re.compile(
    rf"\b(?i:{either('sentences.leave')})\s+(?:{either('sentences.in writing')}\s+)?"
    rf"(?:(?i:{either('sentences.leave of')})\s+)?(?:(?i:{either('sentences.articles')})\s+)?"
    r"(?P<name>[A-ZÀ-ÞĄĆĘŁŃŚŹŻА-ЯІЇЄ][\w.&'’-]*"
    rf"(?:(?: {either('sentences.in names')})* [A-ZÀ-ÞĄĆĘŁŃŚŹŻА-ЯІЇЄ][\w.&'’-]*)*)"
)
_QUOTED = re.compile(r"[“„«\"]\s*([^“”„«»\"]{3,200}?)\s*[”“»\"]")
_AFTER_COLON = re.compile(r":\s+([^:]{3,200}?)\s*\.?$")


def contact_in(sentence: str) -> str | None:
    """Return whom to ask, as printed: an e-mail address, else a phone number, a web address or a name; or None."""
    # E-mail first: a web address may be that of the licence or the site.
    for pattern in (_MAIL, _PHONE, _ADDRESS):
        match = pattern.search(sentence)
        if match is not None:
            return match.group().rstrip(".,;:")
    named = _LEAVE.search(sentence)
    return named["name"].rstrip(".,;:") if named else None


def credit_words_in(sentence: str) -> str | None:
    """Return the credit line that a sentence prescribes: the quoted words, else the words after its colon; or None."""
    # Quotation marks first, because the quotation may contain a colon.
    match = _QUOTED.search(sentence) or _AFTER_COLON.search(sentence)
    return match.group(1) if match else None


_POINTS = " .,;:!?()[]\"'„“”«»"


def as_printed(found: str, sentence: str) -> str:
    """Return the words of *sentence* that fold to *found*, with their accents and capitals.

    Return *found* itself if names or licences among them were replaced, so that it is not printed like that.
    """
    words = sentence.split()
    folded = [fold(word).strip(_POINTS) for word in words]
    sought = [word.strip(_POINTS) for word in found.split()]
    if not any(sought):
        return found
    # Word by word and not by offset, because folding changes the length of words.
    length = len(sought)
    for start in range(len(words) - length + 1):
        if folded[start : start + length] == sought:
            return " ".join(words[start : start + length]).strip(_POINTS)
    return found
