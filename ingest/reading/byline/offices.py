"""Offices: the words that tell newsrooms, organisations, jobs and accounts from persons."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.terms.agencies import agency


def words(text: str) -> frozenset[str]:
    """Return the words of *text* as a set."""
    return frozenset(text.split())


ACCOUNTS = words(
    """admin administrator wordpressadmin wpadmin siteadmin superadmin sysadmin root user guest webmaster anonymous
    anonym unknown none null undefined test dev developer default wordpress drupal joomla system cms author authors
    autor moderator contributor publisher support info kontakt contact n/a na adm wp import importer migration
    adminuser superuser editoradmin webadmin redaktionadmin adminwp mainadmin websiteadmin demo"""
)
"""Names of accounts that no author uses."""
_OF_ACCOUNTS = words("site web website super main master page blog portal news content new")
"""Words next to "Admin" in the name of an account with two words."""
DESKS = words(
    """redakcja redaktor redakteur redaktion editor editors editorial webredaktion onlineredaktion staff staffwriter
    webeditor team news newsdesk desk redazione redaccion redacción rédaction redactie redaktionen redakcia redakce
    toimitus редакция редакція uredništvo redacția szerkesztőség"""
)
"""Names of newsrooms, which are often names of accounts too."""
_DESK = re.compile(
    r"\b(?:redaktion|redakcja|redazione|redacci[oó]n|r[ée]daction|redactie|editorial\s+(?:team|staff|board)|newsroom|"
    r"news\s?desk|staff(?:\s+(?:writer|reporter)s?)?$|web\s?master|press\s+office|editors?)\b",
    re.I,
)
_JOB = re.compile(
    r"""(?:\b(?:
        editor|reporter|correspondent|journalist|writer|columnist|contributor|analyst|fellow|researcher|
        director|manager|producer|professor|lecturer|author\s+of|
        consultant|certified|chef(?:in)?|minister(?:in)?|staatssekretär(?:in)?|vorsitzende[rn]?|sprecher(?:in)?|strategist|engineer|developer|designer|attorney|lawyer|scientist|coach|chief|deputy|senior|staff|
        intern|bureau|head\s+of|staffer|photographer|specialist|expert|founder|co-?founder|president|chair(?:man|woman|person)?|vice|
        advis[eo]r|coordinator|economist|historian|assistant|associate|officer|ceo|cto|secretary|emeritus|scholar|
        redakteur(?:in)?|reporter(?:in)?|korrespondent(?:in)?|autor(?:in)?\s+bei|volontär(?:in)?|
        leiter(?:in)?|chefredakteur(?:in)?|ressortleiter(?:in)?|mitarbeiter(?:in)?|referent(?:in)?|geschäftsführer(?:in)?|
        dziennikarz|dziennikarka|redaktor|redaktorka|analityk|analityczka|ekspert(?:ka)?|publicyst(?:a|ka)|dyrektor(?:ka)?|
        korespondent(?:ka)?|politolog|ekonomist(?:a|ka)|kierownik|starszy|starsza|
        journaliste|rédacteur|rédactrice|chercheu(?:r|se)|directeur|directrice|periodista|redactor(?:a)?|investigador(?:a)?|
        giornalista|redatt(?:ore|rice)|ricercat(?:ore|rice)|direttore|direttrice|jornalista|pesquisador(?:a)?|
        advocate|campaigner|candidate|doctorante?|trainee|correspondant|correspondente|
        onderzoeker|medewerker|forsker|forskare|redaktør|redaktör
    )s?\b)""",
    re.I | re.X,
)
_ORGANISATION = re.compile(
    r"""\b(?:institut\w*|istituto|foundation|fundacja|fundación|fundação|fondation|fondazione|stiftung|association|
        stowarzyszenie|asociación|associazione|verein|verband|centre|center|centrum|zentrum|ośrodek|agency|agencja|
        agentur|press|news|times|post|magazine|team|zespół|redaktion|redakcja|staff|desk|university|universit\w+|
        uniwersytet|universidad\w*|école|school|college|academy|akademi[ea]|faculty|ministry|minister(?:ium|stwo|io|stvo)|
        bundes(?:amt|ministerium|regierung|agentur|bank|rat|tag)|council|commission|komisja|government|embassy|ambasada|
        botschaft|network|alliance|coalition|federation|forum|observatory|laborator\w+|society|group|media|studio|
        directorate|direction|dyrekcja|direzione|dirección|(?:news)?wire|grupa|gruppe|gruppo|grupo|groupe|
        tv|radio|verlag|gmbh|ltd|inc|llc|s\.a\.|sp\.\s?z|e\.v\.|office|department|committee|union|reuters|afp|dpa|
        pap|apa|ansa|efe|bank|organi[sz]ation|project|projekt|program(?:me|m)?s?|initiative|zeitung|journal|review|
        editors?|online|blog|podcast|bureau|service|club|partei|party|museum|library|international|policy|studies|
        affairs|research|analytics|consulting|collective|ressort|abteilung)\b|\.(?:com|org|net|de|pl|eu|info)\b""",
    re.I | re.X,
)

# Agencies whose names are also family names, which are not written in capitals.
_FAMILIES = re.compile(r"(?<=\s)(?:Pap|Apa|Ansa|Efe)\b|\b(?:Pap|Apa|Ansa|Efe)(?=\s)")


def account(name: str) -> bool:
    """Return whether *name* is an account that no author uses: ``admin``, ``wordpressadmin``, ``user3``."""
    said = re.split(r"[\W_]+", name.casefold())
    bare = "".join(said)
    # "User Admin", "Site Admin": a form that asks for two names gets two words for one account.
    paired = len(said) == 2 and "admin" in said and set(said) <= ACCOUNTS | _OF_ACCOUNTS
    return not bare or bare in ACCOUNTS or paired or bool(re.fullmatch(r"(?:user|admin|editor|author)\d+|\d+", bare))


def login(name: str) -> bool:
    """Return whether *name* looks like a login: one word in lower case, possibly with digits, dots or underscores."""
    # "dpa" looks like a login, but agencies are credited.
    if agency(name):
        return False
    return account(name) or (" " not in name and bool(re.fullmatch(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", name)))


def desk(name: str) -> bool:
    """Return whether *name* is a newsroom or an editorial team and not a person."""
    return re.sub(r"[\W_]+", "", name.casefold()) in DESKS or bool(_DESK.search(name))


@lru_cache(maxsize=4096)
def jobs(name: str) -> tuple[str, ...]:
    """Return the words in *name* that name a job."""
    return tuple(_JOB.findall(name))


def without_jobs(name: str) -> str:
    """Return *name* without the words that name a job."""
    return _JOB.sub("", name).strip(" ,")


@lru_cache(maxsize=4096)
def organisation_word(name: str) -> bool:
    """Return whether *name* is an agency, or holds a word that names of organisations contain."""
    return agency(name) or bool(_ORGANISATION.search(name))


def of_a_house(name: str) -> bool:
    """Return whether *name*, which is stated as a person, holds an organisation's word that is not a family name."""
    return organisation_word(_FAMILIES.sub("", name).strip())
