"""Roles: the words and addresses that tell an author's name from that of a reviewer, a photographer, a
translator."""

from __future__ import annotations

import re
from typing import Any

from ingest.reading.page import plain, visible

_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|zy|es|as|i|in)?|auteurs?|people|persons?|persones?|personen|staff|writers?|contributors?|"
    r"profiles?|profil|experts?|experti|experten|expertos?|eksperci|ekspert|columnists?|reporters?|by|team|zespol|equipe|"
    r"equipo|bio|journalists?|redakteure|our-people|our-team|our-experts|our-staff|fellows?|researchers?|scholars?|"
    r"mitarbeiter(?:innen)?|mitarbeitende|chercheurs?|pessoas?|persone|medewerkers?|members?|analysts?|analitycy|"
    r"expert-profile|staff-profile|person-profile)/[^/?#]+/?(?:[?#]|$)|[?&]author=",
)
ROLE_FIRST = re.compile(
    r"(?:medically\s+|fact[- ]?|expert\s+)?(?:review|check|edit|photo|illustrat|translat|verifi|foto|bild|zdjęci|image|"
    r"graphic|video|cover|podcast|produc|design|narrat|audio|redaktion|redakcj)\w*(?:\s+\w+)?\s*(?:by\b|von\b|par\b|por\b|:)",
    re.I,
)
_OTHER_ROLE = re.compile(
    r"(?:review\w*|fact[- ]?check\w*|edit(?:ed|or|ing)|photo\w*|illustrat\w*|translat\w*|foto\w*|"
    r"bild\w*|zdjęci\w*|fot\.|korekta|redakcja|tłumacz\w*|"
    r"przekład|tłum\.|übersetz\w*|traduc\w*|traduit|medically|verified|image|graphics?|video|"
    r"producer|produced|interviewed?|source|źródło|quelle)"
    r"\s*(?:by|von|par|por|di|door|:)?\s*[:：]?\s*$",
    re.I,
)


def of_author(href: str | None) -> bool:
    """Say whether *href* leads to the page of one author."""
    return href is not None and _AUTHOR_PAGE.search(href.lower()) is not None


def other_role(element: Any) -> bool:
    """Say whether the words before *element* give the name another part than author's: "Reviewed by",
    "Foto:".
    """
    previous, parent = element.getprevious(), element.getparent()
    before = (
        (plain(visible(previous))[-60:] + " " + (previous.tail or ""))
        if previous is not None
        else (parent.text or "" if parent is not None else "")
    )
    if not before.strip() and parent is not None and parent.getprevious() is not None and len(parent) <= 3:
        before = plain(visible(parent.getprevious()))[-60:]
    return bool(_OTHER_ROLE.search(before[-60:]))
