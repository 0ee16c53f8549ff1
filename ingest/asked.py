"""Asked: the use that a person has in mind, as a command line names it."""

from __future__ import annotations

from dataclasses import dataclass

from db.model import Covers, Use


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do, and with what.

    Attributes:
        commercial: for sale, with advertising, or by a business; assumed unless said otherwise.
    """

    use: Use = Use.REPUBLISH
    covers: Covers = Covers.TEXT
    commercial: bool = True
