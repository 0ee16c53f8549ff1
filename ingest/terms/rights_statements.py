"""RightsStatements.org addresses: what each of the twelve statements lets one do, as far as it says so."""

from __future__ import annotations

import re

from db.model.item import Act, Covers, Permission, Term

_ADDRESS = re.compile(
    r"https?://(?:www\.)?rightsstatements\.org/(?:vocab|page)/(?P<code>[A-Za-z-]+)/(?P<number>\d\.\d)"
)
_ASKS = frozenset({"InC", "InC-OW-EU", "InC-EDU", "InC-RUU", "NoC-CR", "NoC-OKLR", "NoC-US"})
"""In copyright, or restricted otherwise: the holder of the rights, or who restricts them, has to be asked."""
_NONCOMMERCIAL = frozenset({"InC-NC", "NoC-NC"})


def terms_at(address: str, covers: Covers, rule: str) -> tuple[Term, ...]:
    """The terms of the statement at *address*; none for an unknown one or one that leaves the rights open."""
    match = _ADDRESS.match(address.strip())
    if match is None:
        return ()
    license_id = f"LicenseRef-RightsStatements-{match['code']}-{match['number']}"
    if match["code"] in _ASKS:
        return (Term(covers, Act.USE, Permission.ASK, rule, license_id=license_id, license_url=address),)
    if match["code"] in _NONCOMMERCIAL:
        return tuple(
            Term(
                covers,
                act,
                Permission.PERMITTED,
                rule,
                noncommercial=True,
                license_id=license_id,
                license_url=address,
            )
            for act in (Act.REPRODUCE, Act.DISTRIBUTE)
        )
    return ()
