"""Name order: the words of a printed name that are the family name, where these are not the last word alone.

Apart from `work.py`, which splits names: most of this file is lists of names.
"""

from __future__ import annotations

import re
import unicodedata

# Vietnamese names begin with one of few family names. Without its letters a name may be anyone's.
# fmt: off
_VIETNAMESE = frozenset((
    "bui", "cao", "chau", "chu", "dang", "dao", "dinh", "do", "doan", "duong", "ha", "ho", "hoang", "huynh", "kieu",
    "la", "lam", "le", "luong", "luu", "ly", "mai", "nghiem", "ngo", "nguyen", "ninh", "pham", "phan", "phung",
    "quach", "ta", "thai", "to", "ton", "tong", "tran", "trieu", "trinh", "truong", "tu", "van", "vo", "vu", "vuong",
))
# Chinese family names in Latin letters.
_CHINESE = frozenset((
    "cai", "cao", "chen", "cheng", "deng", "ding", "dong", "du", "fang", "feng", "gao", "guo", "han", "he", "hong",
    "hsieh", "hsu", "hu", "huang", "jia", "jiang", "kuo", "lai", "li", "liang", "liao", "lin", "liu", "lu", "luo",
    "ma", "mao", "pan", "peng", "qian", "qin", "shen", "shi", "song", "su", "sun", "tang", "tian", "tsai", "tseng",
    "tu", "wang", "wei", "wen", "wu", "xi", "xiao", "xie", "xu", "xue", "yang", "yao", "ye", "yeh", "yi", "yin",
    "yu", "yuan", "zeng", "zhang", "zhao", "zheng", "zhong", "zhou", "zhu",
))
# Korean ones; some are given names elsewhere, so they count only before a given name that is written as in Korea.
_KOREAN = frozenset((
    "ahn", "bae", "baek", "ban", "byun", "cha", "chang", "cho", "choe", "choi", "chun", "chung", "do", "eom", "gil",
    "goh", "gong", "ha", "han", "heo", "hong", "huh", "hwang", "hyun", "im", "jang", "jeon", "jeong", "ji", "jin",
    "jo", "joo", "jun", "jung", "kang", "kim", "ko", "koo", "kwak", "kwon", "lee", "lim", "ma", "min", "moon", "na",
    "nam", "noh", "oh", "pai", "pak", "park", "pyo", "rhee", "roh", "ryu", "seo", "seok", "seol", "shim", "shin",
    "sim", "sohn", "son", "song", "suh", "sung", "um", "won", "woo", "yang", "yi", "yim", "yoo", "yoon", "yu", "yum",
    "yun",
))
# What Hungarians are called: on a Hungarian page such a word at the end is the given name.
_HUNGARIAN_GIVEN = frozenset((
    "adrienn", "adél", "aladár", "albert", "alexandra", "alfréd", "alíz", "ambrus", "amália", "anasztázia", "andor",
    "andrea", "andrás", "anett", "anikó", "anita", "anna", "antal", "aranka", "attila", "balázs", "barbara",
    "barnabás", "bence", "benedek", "bernadett", "bertalan", "bettina", "bianka", "boglárka", "borbála", "botond",
    "brigitta", "bálint", "béla", "csaba", "csilla", "csongor", "dezső", "domonkos", "dorina", "dorottya", "dániel",
    "dávid", "dénes", "dóra", "edina", "edit", "elemér", "emese", "emil", "emília", "emőke", "endre", "enikő",
    "erik", "erika", "ernő", "ervin", "erzsébet", "eszter", "etelka", "evelin", "fanni", "ferenc", "flóra",
    "frigyes", "félix", "gabriella", "gellért", "gergely", "gergő", "gizella", "gusztáv", "gyula", "gyöngyi",
    "gyöngyvér", "györgy", "györgyi", "gábor", "géza", "hajnalka", "hanna", "hedvig", "henrietta", "huba", "ibolya",
    "ignác", "ildikó", "ilona", "imre", "irén", "istván", "iván", "izabella", "jenő", "judit", "julianna", "jákob",
    "jános", "józsef", "júlia", "karolina", "kata", "katalin", "kinga", "klára", "kornél", "kornélia", "kristóf",
    "krisztina", "krisztián", "kálmán", "károly", "lajos", "levente", "leó", "lilla", "luca", "lászló", "lívia",
    "lőrinc", "magdolna", "marcell", "margit", "mariann", "melinda", "mihály", "miklós", "mária", "márk", "márta",
    "márton", "mátyás", "máté", "mónika", "nikolett", "nikoletta", "norbert", "noémi", "nándor", "nóra", "olga",
    "olivér", "orsolya", "ottó", "panna", "petra", "piroska", "pál", "péter", "rezső", "richárd", "rita", "roland",
    "rudolf", "réka", "róbert", "rózsa", "sarolta", "soma", "szabolcs", "szilvia", "szilárd", "sándor", "sára",
    "tamás", "tekla", "teréz", "tibor", "tivadar", "tímea", "tünde", "valéria", "vera", "veronika", "viktor",
    "viktória", "vilmos", "vince", "viola", "virág", "vivien", "zalán", "zita", "zoltán", "zsolt", "zsombor",
    "zsuzsa", "zsuzsanna", "zsófia", "zénó", "ádám", "ágnes", "ákos", "áron", "árpád", "éva",
))
# Common first ones of two Spanish family names, without those that are given names too.
_SPANISH = frozenset((
    "aguilar", "aguirre", "arias", "blanco", "cabrera", "calvo", "campos", "cano", "carrasco", "castillo", "castro",
    "cortés", "delgado", "díaz", "domínguez", "durán", "fuentes", "garcía", "garrido", "guerrero", "herrera",
    "hidalgo", "iglesias", "lozano", "medina", "molina", "montero", "mora", "morales", "moreno", "muñoz", "navarro",
    "nieto", "ortega", "ortiz", "parra", "peña", "prieto", "ramos", "rivera", "rojas", "romero", "rubio", "ruiz",
    "serrano", "soler", "soto", "torres", "vargas", "vega", "velasco",
))
# fmt: on
# Spanish on a page in any language: González, Gomez, García, Muñoz.
_CASTILIAN = re.compile(r"\w{2,}[eéi]z|garc[ií]a|muñoz|d[ií]az|ruiz|ortiz|peña", re.I)
_NOT_CASTILIAN = frozenset(("inez", "inéz"))
_SPANISH_PAGES = frozenset(("ast", "ca", "es", "eu", "gl"))
_OF = frozenset(("de", "del", "la", "las", "los"))

# Words before a family name that belong to it if they have a capital: "Ursula K. Le Guin", "Jan Van den Broeck". None
# is a common second given name.
_CAPITALISED = frozenset((
    "abu", "al", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la", "las", "le",
    "lo", "los", "ní", "st", "st.", "ter", "uí", "van", "von", "ó",
))  # fmt: skip

# Two syllables of Mandarin in pinyin, written as one word.
_SYLLABLE = (
    r"(?:[bpmfw]?o|(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|a|e|i|u))"
)
_PINYIN = re.compile(rf"{_SYLLABLE}{{2}}", re.I)
# "Jae-in", "Ing-wen": a given name of two syllables, the second in lower case.
_TWO_SYLLABLES = re.compile(r"[A-Z][a-z]{1,6}[-‐‑][a-z]{1,6}")
# Vietnamese is the only language in Latin letters with a horn, a hook above or two marks on one letter. The stroke and
# the other marks occur elsewhere too, but not after its family names.
_VIETNAMESE_LETTERS = frozenset("ơưđ")
_VIETNAMESE_MARKS = frozenset("\u0306\u0309\u0323")
# These stand last if the name is written in Western order, and are no given names.
_VIETNAMESE_LAST = frozenset((
    "bui", "dang", "duong", "hoang", "huynh", "ngo", "nguyen", "pham", "phan", "tran", "vo", "vu",
))  # fmt: skip


def family_words(words: list[str], language: str) -> tuple[int, int] | None:
    """Return where the family name begins and ends in *words*, the words of a person's name in order.

    None if nothing says that it is not the last word. *language* is that of the page, "" if unknown.
    """
    return _in_capitals(words) or _first(words, language) or _double(words, language) or _capitalised(words)


def _in_capitals(words: list[str]) -> tuple[int, int] | None:
    """Find a family name in capitals beside other words: "NGUYEN Van An", "Gabriel GARCÍA MÁRQUEZ"."""
    # Shorter ones are initials: "JD Vance", "John F. Kennedy".
    capital = [word.isupper() and "." not in word and len(word) > 2 for word in words]
    if all(capital) or True not in capital:
        return None
    if capital[0]:
        # So are longer ones, if they are no known family name: "JRR Tolkien".
        known = len(words[0]) > 3 or words[0].lower() in _CHINESE | _KOREAN
        return (0, 1) if known and not any(capital[1:]) else None
    begin = capital.index(True)
    return (begin, len(words)) if all(capital[begin:]) else None


def _first(words: list[str], language: str) -> tuple[int, int] | None:
    """Find a family name that stands first, as in Vietnam, China, Korea and Hungary."""
    first, last = words[0].lower(), words[-1].lower()
    if _bare(first) in _VIETNAMESE and _bare(last) not in _VIETNAMESE_LAST and (language == "vi" or _accented(words)):
        return 0, 1
    if len(words) == 2:
        joined = bool(_TWO_SYLLABLES.fullmatch(words[1]))
        if joined and first in _CHINESE | _KOREAN:
            return 0, 1
        if first in _CHINESE and last not in _CHINESE and _PINYIN.fullmatch(last):
            return 0, 1
    if language == "hu" and last in _HUNGARIAN_GIVEN and first not in _HUNGARIAN_GIVEN:
        # A second given name stands behind the first: "Kovács Anna Mária".
        return 0, next(at for at, word in enumerate(words) if word.lower() in _HUNGARIAN_GIVEN)
    return None


def _double(words: list[str], language: str) -> tuple[int, int] | None:
    """Find two Spanish family names: "Gabriel García Márquez", "José Ortega y Gasset"."""
    end = len(words)
    if end > 3 and (words[-2] == "y" or (words[-2] == "i" and language == "ca")):
        return end - 3, end
    # The second may have a particle: "María Ruiz de la Prada".
    before = end - 2
    while before > 0 and words[before] in _OF:
        before -= 1
    # In Portuguese the last name alone is the family name, whatever stands before it.
    if before < 1 or language == "pt":
        return None
    said = words[before].lower()
    castilian = _CASTILIAN.fullmatch(said) is not None and said not in _NOT_CASTILIAN
    return (before, end) if castilian or (language in _SPANISH_PAGES and said in _SPANISH) else None


def _capitalised(words: list[str]) -> tuple[int, int] | None:
    """Find a family name that begins with a particle in capitals: "Robert De Niro", "Seán Ó Briain"."""
    end = len(words)
    begin = end - 1
    while begin > 1 and words[begin - 1].lower() in _CAPITALISED:
        begin -= 1
    # Lower-case ones before it are no part of the family name: "Maurice de La Tour".
    while begin < end - 1 and words[begin][0].islower():
        begin += 1
    # In names from Vietnam, China and Korea these words are syllables of the given name: "Nguyen Van An".
    eastern = any(_bare(word.lower()) in _VIETNAMESE | _CHINESE | _KOREAN for word in (words[0], words[-1]))
    return (begin, end) if begin < end - 1 and not eastern else None


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(part for part in decomposed if not unicodedata.combining(part))


def _accented(words: list[str]) -> bool:
    """Say whether *words* have letters of Vietnamese."""
    letters = "".join(words).lower()
    marks = [unicodedata.normalize("NFD", letter)[1:] for letter in letters]
    return not _VIETNAMESE_LETTERS.isdisjoint(letters) or any(
        len(of) > 1 or not _VIETNAMESE_MARKS.isdisjoint(of) for of in marks
    )
