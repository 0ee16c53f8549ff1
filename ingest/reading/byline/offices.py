"""Offices: the words that tell newsrooms, organisations, jobs and accounts from persons."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.reading.vocabulary import pattern, pattern_of, phrases, word_set
from ingest.terms.agencies import agency

_ACCOUNTS = frozenset(map(str.casefold, word_set("byline.accounts")))
_DESKS = word_set("byline.desks")
_DESK = re.compile(rf"\b{pattern('byline.desk_words')}\b", re.I)
# The plural in s, in most of the languages.
_JOB = re.compile(rf"\b{pattern('byline.jobs')}s?\b", re.I)
_ORGANISATION = re.compile(rf"\b{pattern('byline.organisation_words')}(?!\w)|\.(?:com|org|net|de|pl|eu|info)\b", re.I)
_FAMILY = pattern_of(map(str.title, phrases("byline.family_agencies")))
_FAMILIES = re.compile(rf"(?<=\s){_FAMILY}\b|\b{_FAMILY}(?=\s)")


def account(name: str) -> bool:
    """Return whether *name* is an account that no author uses: ``admin``, ``wordpressadmin``, ``user3``."""
    said = re.split(r"[\W_]+", name.casefold())
    bare = "".join(said)
    # "User Admin", "Site Admin": a form that asks for two names gets two words for one account.
    paired = len(said) == 2 and "admin" in said and set(said) <= _ACCOUNTS
    return not bare or bare in _ACCOUNTS or paired or bool(re.fullmatch(r"(?:user|admin|editor|author)\d+|\d+", bare))


def login(name: str) -> bool:
    """Return whether *name* looks like a login: one word in lower case, possibly with digits, dots or underscores."""
    # "dpa" looks like a login, but agencies are credited.
    if agency(name):
        return False
    return account(name) or (" " not in name and bool(re.fullmatch(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", name)))


def desk(name: str) -> bool:
    """Return whether *name* is a newsroom or an editorial team and not a person."""
    return re.sub(r"[\W_]+", "", name.casefold()) in _DESKS or bool(_DESK.search(name))


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
