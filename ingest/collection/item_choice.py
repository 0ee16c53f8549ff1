"""Choice: the items that somebody names, by id, URL, query or all of them, as they stood on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive.errors import Exit, Refused
from db.model.item import Item, Tombstone

if TYPE_CHECKING:
    from db.catalogue import Catalogue


def is_statement(ref: str) -> bool:
    """Say whether *ref* is written as the id of a statement: publisher, ``~`` and what names its words."""
    # An address may hold a tilde too, though never without a slash; the id of an item has neither.
    return "~" in ref and "/" not in ref


def is_move(ref: str) -> bool:
    """Say whether *ref* is written as the id of a pattern of moves: publisher, ``+`` and what names its shape."""
    return "+" in ref and "/" not in ref


def check(query: str) -> None:
    """Refuse a *query* of which some part would be looked for in vain (usage), and say how it is meant."""
    from db.search.query import misread

    found = misread(query)
    if found is not None:
        raise Refused(found.what, found.hint, Exit.USAGE)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person named.

    Attributes:
        refs: ids of items or editions, and URLs.
        query: take all hits of this search too.
        everything: take every item.
        at: as they stood then; None for now.
    """

    refs: tuple[str, ...] = ()
    query: str | None = None
    everything: bool = False
    at: datetime | None = None

    @property
    def named(self) -> bool:
        """Whether anything was named at all."""
        return bool(self.refs or self.query is not None or self.everything)

    @property
    def in_words(self) -> str:
        """What was asked for, with the words of the search: what lies about for years should say what it is of."""
        named = [f"hits of the search “{self.query}”"] if self.query is not None else []
        named += ["everything"] if self.everything else []
        named += ["those named one by one"] if self.refs else []
        return "; ".join(named)

    def ids(self, catalogue: Catalogue) -> list[str]:
        """Return the references of the items, complete and in order: a fixed list.

        Raises:
            Refused: nothing was named, or a reference names no item (usage).
        """
        from db.search.search import all_ids

        # Nothing named is not everything: an export of all by mistake cannot be taken back.
        if not self.named:
            raise Refused("no item is named", "name ids or URLs, or use -q QUERY or --all", Exit.USAGE)
        if self.everything:
            return catalogue.all_item_ids()
        # All before the first is shown: an output that ends half way in an error looks like a whole one.
        for ref in self.refs:
            if not catalogue.holds(ref):
                hint = "`creditline search` finds the ids"
                if is_statement(ref):
                    hint = (
                        "that is the id of a statement: `creditline review ID` shows it, `creditline terms` lists all"
                    )
                elif "@" in ref:
                    item = ref.partition("@")[0]
                    hint = f"an edition's id ends in @ and 14 or 20 digits; or name a day: {item} --at 2023-04-24"
                elif "/" in ref:
                    hint = (
                        f"{hint}; `creditline failures` lists pages that did not come; lists of articles are no items"
                    )
                raise Refused(f"no item {ref!r} is held", hint, Exit.USAGE)
        if self.query is not None:
            check(self.query)
        hits = all_ids(catalogue.connection, self.query) if self.query is not None else []
        return [*self.refs, *hits]

    def items(
        self, catalogue: Catalogue, absent: Callable[[str], None] = lambda _ref: None
    ) -> Iterator[Item | Tombstone]:
        """Yield the items one by one; call *absent* with the reference of each that was not held on that day.

        An item that is named twice comes once. In the place of one that is withheld comes its tombstone.

        Raises:
            Refused: as `ids` does; or none of those that are named was held on that day (usage).
        """
        missing: list[str] = []
        seen: set[str] = set()
        for ref in self.ids(catalogue):
            # The door to items gives none that is withheld; that it was here, and why it is not shown, is told all the
            # same.
            item = catalogue.item(ref, at=self.at) or catalogue.tombstone(ref, at=self.at)
            # Told only once something was held: where nothing was, the error says it better.
            if item is None and not seen:
                missing.append(ref)
            elif item is None:
                absent(ref)
            # By edition and not by item: two editions that were named by their ids are two answers.
            elif (name := item.id if isinstance(item, Tombstone) else item.edition.id) not in seen:
                seen.add(name)
                for before in missing:
                    absent(before)
                missing.clear()
                yield item
        if missing and self.refs:
            what = f"{missing[0]} was not" if len(missing) == 1 else f"none of these {len(missing)} items was"
            hint = f"`creditline show {missing[0]} --editions` says since when"
            raise Refused(f"{what} held on {self.at:%Y-%m-%d}", hint, Exit.USAGE)
