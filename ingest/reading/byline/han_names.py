"""Han names: names of persons in Chinese characters, known by the family name that they begin with, and lists of them.

Any few characters may be a name, and a menu is a list of few characters. So where nothing else shows a name, it must
begin with one of the common family names of `words/zh.toml`.
"""

from __future__ import annotations

import re

from ingest.reading.vocabulary import pattern

_HAN = "[\u3400-\u9fff]"
_FAMILY = pattern("byline.family_names_unspaced")
_NAME = re.compile(rf"(?:{_FAMILY}{_HAN}{{1,2}}|{_HAN}{{1,6}}(?:[·•]{_HAN}{{1,6}})+)")
_REPORTER = re.compile(
    rf"(?:[\u3400-\u9fff《》A-Za-z]{{0,14}}?{pattern('byline.reporter_nouns_unspaced')})\s*[:：/／]?\s*(?P<names>.+)"
)
_MARKS = re.compile(r"\s*[、，,;；&＆/／]\s*|\s+")
"""What separates such names; a space too, since none stands within one."""
# Japanese family names that begin with a character that is a family name in China end with one of these.
_JAPANESE = re.compile(f"{_HAN}[上下中井内原口子山岡島崎川木本村松森橋沢沼津浦田石藤谷部野]")
_JAPANESE_GIVEN = re.compile(f"{_HAN}{{1,2}}[郎子介助美恵江]")


def is_name(words: str) -> bool:
    """Return whether *words* are the name of a person in Chinese characters, as it is printed in China."""
    return _NAME.fullmatch(words) is not None


def led(words: str) -> tuple[str, ...]:
    """Return the names with which *words* begin, up to the first that is none: "陆一帆 陈智 整理"."""
    found: list[str] = []
    for one in _MARKS.split(words.strip()):
        if not is_name(one):
            break
        found.append(one)
    return tuple(found)


def listed(words: str) -> tuple[str, ...]:
    """Return the names of which *words* are a list and nothing more, else none: "陆一帆、陈智"."""
    found = led(words)
    return found if len(found) == len(_MARKS.split(words.strip())) else ()


def spaced(words: str) -> bool:
    """Return whether *words* are several names with only spaces between them, and not one Japanese name."""
    parts = words.split()
    japanese = len(parts) == 2 and (_JAPANESE.fullmatch(parts[0]) or _JAPANESE_GIVEN.fullmatch(parts[1]))
    return len(parts) > 1 and not japanese and all(map(is_name, parts))


def reporters(words: str) -> tuple[str, ...]:
    """Return the names behind a word for a reporter, with the paper before it: "江城日报记者 陆一帆". Else none."""
    said = _REPORTER.fullmatch(words)
    return listed(said["names"]) if said is not None else ()
