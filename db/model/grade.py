"""Grade: how sure a *yes* is, and which rules of ours can give one that is sure enough."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Grade(StrEnum):
    """How sure a *yes* is, the surest first."""

    CONFIRMED = "confirmed"
    """A person confirmed the statement for this publisher."""
    MACHINE_READABLE = "machine-readable"
    """A licence is named exactly by an address or identifier, and what it reaches is resolved."""
    PLAIN = "plain"
    """Prose in a form that leaves no doubt who grants whom what."""

    def reaches(self, least: Grade) -> bool:
        """Whether it is as sure as *least*."""
        ranked = tuple(Grade)
        return ranked.index(self) <= ranked.index(least)


UNNAMED = "CC-unspecified"
"""A Creative Commons licence of which nothing says which."""

GRADED: Mapping[str, Grade] = {
    "rel-license": Grade.MACHINE_READABLE,
    "link-header": Grade.MACHINE_READABLE,
    "cc-link": Grade.MACHINE_READABLE,
    "cc-rel": Grade.MACHINE_READABLE,
    "schema-org": Grade.MACHINE_READABLE,
    "metadata": Grade.MACHINE_READABLE,
    "named-license": Grade.PLAIN,
    "grant": Grade.PLAIN,
    "public-domain": Grade.PLAIN,
    "excerpts": Grade.PLAIN,
}
"""The rules whose permission is a *yes*. What any other permits is a reading that a person has to confirm: a ban that
ends where credit is given, a sentence that says that nobody need be asked, an answer to a question, a
language without frames."""

LINKED = "named-license"
"""The rule that reads a licence out of a sentence: with a link of the sentence to it, it is as a carrier."""


def of_rule(rule: str, license_id: str | None, license_url: str | None) -> Grade | None:
    """Return the grade of a permission that *rule* read, or None where it is a reading that wants a person."""
    grade = GRADED.get(rule)
    if grade is None or license_id == UNNAMED:
        return None
    if rule == LINKED and license_id and license_url:
        return Grade.MACHINE_READABLE
    return None if grade is Grade.MACHINE_READABLE and license_id is None else grade
