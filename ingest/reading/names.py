"""Names: split a printed list of authors into names, and tell people, organisations, logins and job titles
apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.reading import dates
from ingest.reading.page import plain

_LABEL = re.compile(
    r"""^\s*(?:
        (?:written|posted|published|reported|submitted|words|story|text|interview|analysis|opinion|report|
        by-?line|article)\s+by|(?:gespeichert|eingestellt|veröffentlicht|gepostet|erstellt|recherchiert)\s+von|recueilli(?:e?s)?\s+par|
        by|authors?|author\(s\)|autor(?:ka|zy|stwo|in|en|innen|es|as|i|e)?|autor/in|tekst|text|teksty|
        opracowa(?:ł|ła|nie|li)|oprac\.?|napisa(?:ł|ła)|przygotowa(?:ł|ła)|
        von|vom|par|por|di|da|de|door|af|av|ein\s+(?:kommentar|beitrag|artikel|gastbeitrag|essay|
        interview)\s+von|(?:kommentar|gastbeitrag|analyse|interview|bericht|essay|kolumne|reportage|
        rezension)\s+von|
        verfasst\s+von|geschrieben\s+von|écrit\s+par|propos\s+recueillis\s+par|escrito\s+por|texto|testo|
        scritto\s+da|a\s+cura\s+di|geschreven\s+door|skrevet\s+a[vf]|skriven\s+av|foto\s*&\s*text|
        napsal(?:a|i)?|autoři|автор(?:и|ы|ка)?|текст|yazan|kirjoittaja|toimittaja|forfatter|skribent|
        journalist
    )\s*(?::|：|\s)\s*""",
    re.I | re.X,
)
_BARE_LABEL = re.compile(r"^(?:by|von|par|por|di|da|de|door|af|av|text|tekst|autor\w*|authors?)\s*[:：]?\s*$", re.I)
_SPLIT = re.compile(
    r"\s*(?:;|\||•|·|／|/\s|\n|\t| – | — )\s*|\s*,\s*(?:and|und|i|oraz|y|e|et|en|og|och|ve|a|и|і|та|ja)\s+"
    r"|\s+(?:and|und|oraz|&)\s+|\s*,\s+",
    re.I,
)
_SHORT_AND = re.compile(r"\s+(?:i|y|e|et|en|og|och|ve|и|і|й|та|ja|\+|with|mit)\s+")
"""Words for "and" that part names only where persons stand on both sides: they stand in names of houses
too."""
_TITLE = re.compile(
    r"^(?:(?:dr|prof|professor|mgr|inż|hab|lic|ks|o|s|bp|abp|kard|br|st|płk|ppłk|gen|kpt|mjr|kmdr|adm|por|ppor|chor|"
    r"sierż|asp|kom|podkom|insp|nadkom|bryg|amb|red|mec|adw|doc|mag|dipl|ing|univ|col|lt|maj|capt|sir|dott|dra?|avv|д-р|проф|доц|акад|"
    r"on|mudr|phdr|judr|rndr|paeddr|bc)\.?"
    r"(?:\s*-?\s*(?:ing|hab|nat|med|jur|phil|rer|pol|oec|theol|h\.?\s?c|dr|prof|bryg|dyw|broni|pil|rez|inż|n|med|sztab|"
    r"lek|ucz|uczelni|st|chor|sierż|społ|hum|techn)\.)*\s+)+(?=[^\W\d_]{2})",
    re.I,
)
_UNIVERSITY = re.compile(
    r"^(?i:prof|professor|dr|hab)\.?\s+(?:[A-ZŁŚ]{2,6}|ucz\.)\s+(?:(?i:dr|hab|inż)\.?\s+)*(?=\S+\s+\S)"
)
_SUFFIX = re.compile(r"\s*,?\s+(?:Ph\.?\s?D\.?|M\.?D\.?|J\.?D\.?|MBA|M\.?Sc\.?|MPH|R\.?N\.?|LL\.?M\.?|Esq\.?|CFA|CPA)$")
_EMAIL = re.compile(r"[(<\[]?\s*\S+@\S+\.\S+\s*[)>\]]?")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+", re.I)
_HANDLE = re.compile(r"(?:\s|\()@\w+\)?")
_PAREN = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_DATEISH = re.compile(r"\d{1,2}[./:]\d{1,2}|\b(?:19|20)\d\d\b|\b\d{1,2}\s*(?:min|am|pm|uhr)\b|\d+\s+\w+\s+ago", re.I)
_TRAILING = re.compile(
    r"\s+(?:on|am|le|el|op|il|veröffentlicht|published|updated|posted|in|for|from|at|is|für|aus)(?:\s.*)?$",
    re.I,
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PARTICLE = _set(
    """von van de der den del della di da dos das du la le el al bin ibn abu ben y e ten ter zu zur zum vom
    und af av
    d' o' mac st san bint ul ur"""
)
_WORD = re.compile(r"^(?:[^\W\d_]|['’.`\-‐‑])+[,.]?$")
_CJK = re.compile(r"^[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af・･\s]{2,20}$")
_REPORTER = re.compile(
    r"(?<=[\uac00-\ud7af])\s*(?:기자|특파원|선임기자|논설위원)(?:\s*외\s*\d+명)?$|^[^=\s]{2,12}=(?=[\uac00-\ud7af]{2,4}\b)"
)
_AGENCY = re.compile(
    r"^(?:(?:the\s+)?associated\s+press|ap|agence\s+france[- ]presse|afp|reuters|dpa|deutsche\s+presse-?agentur|apa|"
    r"pap|polska\s+agencja\s+prasowa|iar|efe|agencia\s+efe|ansa|adnkronos|tass|xinhua|sda|keystone-sda|ats|sid|epd|kna|"
    r"ritzau|ntb|tt|stt|čtk|ctk|tasr|sita|mti|anp|belga|lusa|upi|aap|pa\s+media|press\s+association|interfax|ukrinform|"
    r"unian|agerpres|hina|tanjug|bta|anadolu(?:\s+ajansı|\s+agency)?|kyodo|yonhap|bloomberg|europa\s+press|dow\s+jones)"
    r"(?:[-/ ](?:de|afx|wire|news|infocom|tmn|ap|afp|dpa|reuters|pap|sid))?$",
    re.I,
)
ACCOUNTS = _set(
    """admin administrator wordpressadmin wpadmin siteadmin superadmin sysadmin root user guest webmaster
    anonymous
    anonym unknown none null undefined test dev developer default wordpress drupal joomla system cms author
    authors
    autor moderator contributor publisher support info kontakt contact n/a na adm wp import importer
    migration"""
)
"""Names of accounts that nobody writes under."""
DESKS = _set(
    """redakcja redaktor redakteur redaktion editor editors editorial webredaktion onlineredaktion staff
    staffwriter
    webeditor team news newsdesk desk redazione redaccion redacción rédaction redactie redaktionen redakcia
    redakce
    toimitus редакция редакція"""
)
"""Names of newsrooms: accounts too, as often as not."""
_DESK = re.compile(
    r"\b(?:redaktion|redakcja|redazione|redacci[oó]n|r[ée]daction|redactie|editorial\s+(?:team|"
    r"staff|board)|newsroom|news\s?desk|staff\s+(?:writer|reporter)s?|web\s?master|press\s+office|"
    r"editors?)\b",
    re.I,
)
_JOB = re.compile(
    r"""(?:\b(?:
        editor|reporter|correspondent|journalist|writer|columnist|contributor|analyst|fellow|researcher|
        director|manager|producer|professor|lecturer|author\s+of|
        consultant|certified|strategist|engineer|attorney|lawyer|scientist|coach|chief|deputy|senior|staff|
        intern|bureau|head\s+of|staffer|photographer|specialist|expert|founder|president|chair|vice|
        redakteur(?:in)?|reporter(?:in)?|korrespondent(?:in)?|autor(?:in)?\s+bei|volontär(?:in)?|
        leiter(?:in)?|chefredakteur(?:in)?|ressortleiter(?:in)?|mitarbeiter(?:in)?|
        dziennikarz|dziennikarka|redaktor|redaktorka|analityk|ekspert(?:ka)?|publicyst(?:a|ka)|dyrektor|
        korespondent(?:ka)?|
        journaliste|rédacteur|rédactrice|periodista|redactor(?:a)?|giornalista|redatt(?:ore|rice)|jornalista|
        correspondant|correspondente
    )\b)""",
    re.I | re.X,
)
_NOT_NAMES = re.compile(
    r"""^(?:share|follow|subscribe|read\s+more|more|comments?|view\s+all\s+posts?(?:\s+by)?|see\s+all|all\s+posts|posts?\s+by|about(?:\s+the)?\s+authors?|profile|email|e-mail|twitter|x|facebook|linkedin|instagram|
        updated?|published|date|data|datum|home|news|contact|login|log\s+in|sign\s+in|bio|website|
        author\s+archive|show\s+more|more\s+\w+.*|about\s+\w+|mehr|weitere\s+artikel.*|alle\s+artikel.*|
        artikel\s+von|zur\s+person|publiziert.*|veröffentlicht.*|gespeichert|twitter\b.*|facebook\b.*|
        bild\b.*|foto\b.*|photos?\b.*|history|advertisement|anzeige|guest\s+columnists?|©.*|
        all\s+(?:articles|stories).*|latest.*|related.*|
        \d+(?:\s*(?:comments?|min\w*|shares?|views?|posts?|hours?|days?|articles?|uhr|replies|votes?|kommentare?|stunden?|jahre?)\b.*)?)$""",
    re.I | re.X,
)
_ORGANISATION = re.compile(
    r"""\b(?:institut\w*|foundation|fundacja|stiftung|association|stowarzyszenie|centre|center|centrum|agency|agencja|agentur|press|news|times|post|magazine|
        team|redaktion|redakcja|staff|desk|university|universit\w+|uniwersytet|ministry|council|commission|
        network|society|group|media|studio|tv|radio|verlag|gmbh|ltd|inc|llc|s\.a\.|sp\.\s?z|e\.v\.|
        office|department|committee|union|reuters|afp|dpa|pap|apa|ansa|efe|bank|organi[sz]ation|project|
        initiative|zeitung|journal|review|editors?|online|blog|podcast|bureau|service|club|partei|party|
        museum|library|international)\b|\.(?:com|org|net|de|pl|eu|info)\b""",
    re.I | re.X,
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as printed, and whether it looks like an organisation's."""

    name: str
    organisation: bool


def strip_label(text: str) -> str:
    """Return *text* without the words that say "written by" before it."""
    if _BARE_LABEL.match(text):
        return ""
    before = None
    while before != text:
        before, text = text, _LABEL.sub("", text, count=1)
    return text


def tidy(name: str) -> str:
    """Return one *name* without titles, e-mail addresses, handles, brackets and stray punctuation; spelling
    as printed.
    """
    name = _EMAIL.sub(" ", name)
    name = _HANDLE.sub(" ", name)
    name = _PAREN.sub(" ", name)
    name = plain(name).strip(' ,;:|–—-•·*"“”„»«>…')
    name = _SUFFIX.sub("", _TITLE.sub("", _UNIVERSITY.sub("", name)))
    name = _REPORTER.sub("", name.strip(" ,;:|–—-•·*").removesuffix(" /"))
    return (
        name[:-1]
        if len(name) > 8 and name.endswith(".") and name.split()[-1][:-1].isalpha() and len(name.split()[-1]) > 4
        else name
    )


def person(name: str) -> bool:
    """Say whether *name* has the shape of a person's: two to six words, capital or particle, no digits."""
    if _CJK.match(name):
        return True
    words = name.split()
    if not 2 <= len(words) <= 6 or any(c.isdigit() for c in name):
        return False
    capitals = 0
    for word in words:
        if not _WORD.match(word):
            return False
        if (
            word[0].isupper()
            or not (word[0].islower() or word[0].isupper())
            or (len(word) > 2 and word[1] in "'’" and word[2].isupper())
        ):
            capitals += 1
        elif word.casefold().rstrip(".") not in _PARTICLE and not word.startswith(("al-", "el-", "d’", "d'")):
            return False
    return capitals >= 2 or (capitals == 1 and len(words) == 2 and words[0].casefold() in _PARTICLE)


def account(name: str) -> bool:
    """Say whether *name* is an account that nobody writes under: ``admin``, ``wordpressadmin``, ``user3``."""
    bare = re.sub(r"[\W_]+", "", name.casefold())
    return not bare or bare in ACCOUNTS or bool(re.fullmatch(r"(?:user|admin|editor|author)\d+|\d+", bare))


def agency(name: str) -> bool:
    """Say whether *name* is that of a news agency."""
    return bool(_AGENCY.match(name))


def login(name: str) -> bool:
    """Say whether *name* has the shape of a login: one word in lower case, or with digits, dots or
    underscores in it.
    """
    if agency(name):
        return False
    return account(name) or (" " not in name and bool(re.fullmatch(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", name)))


def desk(name: str) -> bool:
    """Say whether *name* is a newsroom or an editorial team rather than who wrote the text."""
    return re.sub(r"[\W_]+", "", name.casefold()) in DESKS or bool(_DESK.search(name))


def job(name: str) -> bool:
    """Say whether *name* is a job title or a description, not a name."""
    held = _JOB.findall(name)
    return len(held) > 1 or (bool(held) and not (person(_JOB.sub("", name).strip(" ,")) and "," not in name))


def organisation_word(name: str) -> bool:
    """Say whether *name* is an agency, or holds a word that organisations have in theirs."""
    return agency(name) or bool(_ORGANISATION.search(name))


def organisation(name: str) -> bool:
    """Say whether *name* reads like an organisation's."""
    return organisation_word(name) or (not person(name) and (name.isupper() or " " not in name))


def split(text: str, *, printed: bool = False) -> tuple[Name, ...]:
    """Split *text* into the names it lists, in order, each once.

    Args:
        printed: the text stood on the page for people to read, so that other words may stand round the names;
            otherwise it is the value of a field that holds names alone.
    """
    return (_remembered if len(text) <= 200 else _split)(text, printed)


def _split(text: str, printed: bool) -> tuple[Name, ...]:
    text = strip_label(_ADDRESS.sub(" ", plain(text)))
    if printed and any(c.isdigit() for c in text):
        for stated in dates.find(text):
            text = text.replace(stated.words, " | ")
    if _family_first(text):
        family, given = text.split(",", 1)
        text = f"{given.strip()} {family.strip()}"
    found: dict[str, Name] = {}
    for piece in _pieces(text):
        if printed:
            piece = _TRAILING.sub("", piece)
        name = tidy(strip_label(piece))
        if not name or _NOT_NAMES.match(name) or len(name) > 80 or (_DATEISH.search(name) and not person(name)):
            continue
        if found and printed and _JOB.search(name):
            # What follows a job title is where it is held.
            break
        if (found and _JOB.search(name)) or (printed and job(name)):
            continue
        if printed and found and not (person(name) or agency(name)):
            continue
        found.setdefault(name.casefold(), Name(name, organisation(name) and not _CJK.match(name)))
    whole = list(found.values())
    if ";" in text and any(person(n.name) for n in whole):
        # Where semicolons part the persons, one word after a comma is where they write from.
        whole = [n for n in whole if " " in n.name or organisation_word(n.name) or _CJK.match(n.name)]
    return tuple(n for n in whole if " " in n.name or not any(n.name in o.name.split() for o in whole if o is not n))


_remembered = lru_cache(maxsize=4096)(_split)  # the same people write page after page


def _family_first(text: str) -> bool:
    parts = [part.strip() for part in text.split(",")]
    return (
        len(parts) == 2
        and all(len(p.split()) == 1 and p[:1].isupper() and not organisation(p + " X") for p in parts)
        and bool(parts[1])
    )


def _pieces(text: str) -> list[str]:
    pieces = []
    for piece in _SPLIT.split(text):
        halves = _SHORT_AND.split(piece)
        pieces.extend(halves if len(halves) > 1 and all(person(tidy(h)) for h in halves) else [piece])
    return [piece for piece in pieces if piece and piece.strip()]
