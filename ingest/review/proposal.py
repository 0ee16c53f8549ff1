"""A proposal: what a person wants decided, as the flags of `creditline review` state it, and who that is."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.errors import Exit, Refused


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person wants decided of an item or a statement."""

    field: str | None
    values: tuple[str, ...]
    nothing: bool
    confirm: bool
    deny: bool
    permits: tuple[str, ...]
    asks: tuple[str, ...]
    forbids: tuple[str, ...]
    duties: tuple[str, ...]
    non_commercial: bool
    license_id: str | None
    contact: str | None
    credit_words: str | None

    @property
    def decides(self) -> bool:
        """Whether anything is decided at all."""
        return bool(self.field or self.values or self.nothing or self.confirm or self.deny or self.reads)

    @property
    def reads(self) -> bool:
        """Whether it says how a statement is to be read."""
        return bool(self.permits or self.asks or self.forbids or self.license_id)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who decides, and why."""

    by: str
    because: str | None = None

    def body(self) -> dict[str, object]:
        """Return it as a note holds it. Raises `Refused` where no name is given."""
        if not self.by.strip():
            raise Refused("a decision needs a name", "say who decides with --by NAME", Exit.USAGE)
        # Spaces evened out, so that one person is one name in the list of decisions.
        said: dict[str, object] = {"by": " ".join(self.by.split())}
        return said | ({"because": self.because} if self.because else {})
