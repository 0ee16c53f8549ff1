"""Creative Commons licences: their addresses, their names in prose, and the terms they entail."""

from __future__ import annotations

import re
from dataclasses import dataclass

from db.model.grade import UNNAMED
from db.model.item import Act, Covers, Duty, Permission, Term

ADDRESS = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/"
    r"(?:(?:licen[sc]es)/(?P<code>[a-z]{2}(?:-[a-z]{2,4})*)(?![a-z0-9-])(?:/(?P<number>\d\.\d)(?:/(?P<port>igo|[a-z]{2})(?![a-z.]))?)?"
    r"|publicdomain/(?P<public>zero|mark)(?:/(?P<edition>\d\.\d))?)[^\s\"'<>()\[\]]*",
    re.IGNORECASE,
)
"""An address of a licence or public-domain tool; groups name its parts."""

CODES = ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
UNNAMED_RULE = "which-license"


@dataclass(frozen=True, slots=True)
class CreativeCommons:
    """A licence of the family, as far as it is named.

    Attributes:
        code: one of CODES, "zero", "mark", or "" where only the family is named.
        number: "4.0", or None.
        port: "PL", "IGO" or None.
    """

    code: str
    number: str | None = None
    port: str | None = None

    @property
    def license_id(self) -> str:
        """SPDX identifier as far as the naming goes: ``CC-BY-3.0-PL``, ``CC-BY``, ``CC0-1.0``."""
        if self.code == "zero":
            return "CC0-1.0"
        if self.code == "mark":
            return "LicenseRef-PDM-1.0"
        if not self.code:
            return UNNAMED
        return "-".join(part for part in ("CC", self.code.upper(), self.number, self.port) if part)


def from_address(address: str) -> CreativeCommons | None:
    """The licence an address names, or None if it is not an address of one."""
    match = ADDRESS.match(address.strip())
    if match is None:
        return None
    if match["public"]:
        return CreativeCommons(match["public"].lower(), match["edition"] or "1.0")
    code = ordered(match["code"].lower().split("-"))
    if code is None:
        return None
    port = match["port"].upper() if match["port"] else None
    return CreativeCommons(code, match["number"], port)


def ordered(elements: list[str]) -> str | None:
    """The code with its elements in their usual order, or None if they make no licence."""
    code = "-".join(element for element in ("by", "nc", "nd", "sa") if element in elements)
    return code if code in CODES and set(elements) <= {"by", "nc", "nd", "sa"} else None


def entailed(named: CreativeCommons, covers: Covers, rule: str, url: str | None = None) -> tuple[Term, ...]:
    """The terms that the licence entails for what it *covers*.

    An unnamed member of the family grants what all of them do: whole, unaltered, non-commercial, with credit;
    whether commercial use is allowed too has to be asked.
    Excerpts are the "in part" of every licence (4.0 section 2(a)(1)); translations are adapted material.
    """
    acts = (Act.REPRODUCE, Act.DISTRIBUTE, Act.EXCERPT, Act.TRANSLATE, Act.ADAPT)
    if named.code in ("zero", "mark"):
        return tuple(_term(covers, act, rule, (), named, url) for act in acts)
    terms = []
    for act in acts:
        adapts = act in (Act.TRANSLATE, Act.ADAPT)
        if adapts and not named.code:
            continue
        duties: tuple[Duty, ...] = (Duty.ATTRIBUTE, Duty.NOTICE)
        if adapts and "-sa" in named.code:
            duties = (*duties, Duty.SHARE_ALIKE)
        terms.append(_term(covers, act, rule, duties, named, url))
    if not named.code:
        terms.append(Term(covers, Act.USE, Permission.ASK, UNNAMED_RULE, noncommercial=True))
    return tuple(terms)


def _term(
    covers: Covers, act: Act, rule: str, duties: tuple[Duty, ...], named: CreativeCommons, url: str | None
) -> Term:
    forbidden = "-nd" in named.code and act in (Act.TRANSLATE, Act.ADAPT)
    permission = Permission.WITH_DUTIES if duties else Permission.PERMITTED
    return Term(
        covers,
        act,
        Permission.PROHIBITED if forbidden else permission,
        rule,
        duties=() if forbidden else duties,
        noncommercial=("-nc" in named.code or not named.code) and not forbidden,
        license_id=named.license_id,
        license_url=url,
    )
