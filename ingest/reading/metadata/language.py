"""Language: what the page declares, checked against the most common words of its text."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from db.model.item import Evidence, Layer, Words
from ingest.reading.candidate import Candidate
from ingest.reading.vocabulary import by_language

_COMMON = by_language("language.common")
# The languages of each of these words.
_SPOKEN = {
    word: tuple(code for code, others in _COMMON.items() if word in others)
    for words in _COMMON.values()
    for word in words
}
_CODE = re.compile(r"^([a-zA-Z]{2,3})(?:[-_]([A-Za-z]{2,8}))*$")
_WORD = re.compile(r"[^\W\d_]+")
# Characters that are neither Latin nor Cyrillic letters.
_NEITHER = re.compile(r"[^A-Za-z\u00c0-\u024f\u0400-\u04ff]+")
_SCRIPTS = tuple(
    (code, re.compile(pattern))
    for code, pattern in (
        ("ja", "[\u3040-\u30ff]"),
        ("ko", "[\uac00-\ud7af]"),
        ("zh", "[\u4e00-\u9fff]"),
        ("ar", "[\u0600-\u06ff]"),
        ("he", "[\u0590-\u05ff]"),
        ("el", "[\u0370-\u03ff]"),
        ("hi", "[\u0900-\u097f]"),
        ("th", "[\u0e00-\u0e7f]"),
    )
)
# Letters that Arabic lacks. Urdu has the first, and the other languages in this script the second too.
_URDU, _PERSIAN = re.compile("[\u0679\u0688\u0691\u06ba\u06d2]"), re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc]")
_LACKED = 0.01
"""From this share of such letters on, a text is not in Arabic."""
SAMPLE = 2000
OPENING = 700
"""If this many characters at the beginning agree with the declared language, that is enough."""
# Languages whose common words are so alike that none of them contradicts another.
_ALIKE = ({"no", "nb", "nn", "da"}, {"hr", "sr", "bs", "sh"}, {"id", "ms"}, {"pt", "gl"})
# The languages of each script that the search for a script does not tell from the one it names.
_IN_SCRIPT = {
    "ar": {"acm", "aeb", "apc", "arz", "ary"},
    "fa": {"az", "bal", "ckb", "glk", "ku", "lrc", "mzn", "pnb", "prs", "ps", "sd", "ug"},
    "he": {"yi", "lad"},
    "hi": {"awa", "bho", "brx", "doi", "kok", "ks", "mai", "mr", "ne", "new", "sa"},
    "ur": {"ks", "pnb", "sd", "skr"},
    "zh": {"cdo", "gan", "hak", "lzh", "nan", "wuu", "yue"},
}
_TRUSTED = {"html lang": 0, "meta og:locale": 1}


def computed(text: str) -> str | None:
    """Return the code of the language of *text*, by its most common words or its script, or None if that is unclear."""
    sample = text[:SAMPLE]
    # Most texts are in Latin or Cyrillic letters, and skip the search for each of the other scripts.
    if len(_NEITHER.sub("", sample)) < 0.7 * len(sample):
        letters = max(1, sum(c.isalpha() for c in sample))
        for code, pattern in _SCRIPTS:
            if len(pattern.findall(sample)) > (0.1 if code == "ja" else 0.3) * letters:
                return _of_arabic_script(sample, letters) if code == "ar" else code
    words = _WORD.findall(sample.casefold())
    # In fewer words, the common words of a language may not occur.
    if len(words) < 30:
        return None
    counts = Counter(code for word in words for code in _SPOKEN.get(word, ()))
    (code, most), (_, second) = (*counts.most_common(2), ("", 0), ("", 0))[:2]
    return code if most >= 0.12 * len(words) and most > second * 1.1 else None


def _of_arabic_script(sample: str, letters: int) -> str:
    """Return which language in Arabic letters *sample* is in: Arabic, Persian, Urdu."""
    if len(_URDU.findall(sample)) > _LACKED * letters:
        return "ur"
    return "fa" if len(_PERSIAN.findall(sample)) > _LACKED * letters else "ar"


@lru_cache(maxsize=256)
def code_of(declared: str) -> str | None:
    """Return the primary subtag (RFC 5646) of a declared language, or None if it is not a language code."""
    match = _CODE.match(declared.split(",")[0].strip())
    return match[1].lower() if match else None


def stated(offered: list[Candidate]) -> str | None:
    """Return the code of the first of the *offered* declarations that has one, or None."""
    return next((code for said in offered if (code := code_of(said.value))), None)


def choose(offered: list[Candidate], text: str) -> Candidate | str | None:
    """Return the declaration that the text does not contradict, else the computed code, else None.

    A declared language that the lists of common words do not cover is believed.
    """
    ranked = sorted(offered, key=lambda candidate: _TRUSTED.get(candidate.witness, len(_TRUSTED)))
    first = code_of(ranked[0].value) if ranked else None
    if first and (early := computed(text[:OPENING])) is not None and _same(first, early):
        return ranked[0]
    found = computed(text)
    for candidate in ranked:
        code = code_of(candidate.value)
        if code and (found is None or _same(code, found)):
            return candidate
    return found


def _same(declared: str, found: str) -> bool:
    known = declared == found or declared in _IN_SCRIPT.get(found, ())
    return known or any({declared, found} <= codes for codes in _ALIKE)


def derived(code: str, capture: str) -> Words:
    """Return a computed language as a claim that names its input and points to no bytes."""
    return Words(code, Evidence(code, capture, Layer.DERIVED, basis="the commonest words of the main text"))
