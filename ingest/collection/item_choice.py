"""Choice: the items that a person names by id, URL or query, or all items, as of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from archive.errors import Exit, Refused
from db.model.item import Item, Tombstone

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from ingest.progress import Steps


def is_statement(ref: str) -> bool:
    """Say whether *ref* has the form of a statement id: publisher, ``~`` and a key for its words."""
    # An address may contain a tilde, but then also a slash; an item id has neither.
    return "~" in ref and "/" not in ref


def is_move(ref: str) -> bool:
    """Say whether *ref* has the form of a pattern-of-moves id: publisher, ``+`` and a key for its shape."""
    return "+" in ref and "/" not in ref


def check(query: str) -> None:
    """Refuse a *query* if a part of it could never match (usage), and explain how to write it."""
    from db.search.query import find_mistake

    found = find_mistake(query)
    if found is not None:
        raise Refused(found.what, found.hint, Exit.USAGE)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person named.

    Attributes:
        refs: ids of items or editions, and URLs.
        query: also take all hits of this search.
        everything: take every item.
        at: the day as of which items are taken; None for now.
        report: told how many of the items were taken, each time one is.
    """

    refs: tuple[str, ...] = ()
    query: str | None = None
    everything: bool = False
    at: datetime | None = None
    report: Steps = field(default=lambda *_: None, compare=False)

    @property
    def named(self) -> bool:
        """Whether anything was named at all."""
        return bool(self.refs or self.query is not None or self.everything)

    @property
    def in_words(self) -> str:
        """Describe the choice, with the words of the search, for exports that may be kept for years."""
        named = [f"hits of the search “{self.query}”"] if self.query is not None else []
        named += ["everything"] if self.everything else []
        named += ["those named one by one"] if self.refs else []
        return "; ".join(named)

    def ids(self, catalogue: Catalogue) -> list[str]:
        """Return the references of the items as a complete, ordered list.

        Raises:
            Refused: nothing was named, or a reference names no item (usage).
        """
        from db.search.search import all_ids

        # Naming nothing must not mean everything: an accidental export of all items cannot be taken back.
        if not self.named:
            raise Refused("no item is named", "name ids or URLs, or use -q QUERY or --all", Exit.USAGE)
        if self.everything:
            return catalogue.all_item_ids()
        # Check all before the first is shown: output that ends early in an error looks complete.
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
        self, catalogue: Catalogue, absent: Callable[[str], None] = lambda _ref: None, *, bare: bool = False
    ) -> Iterator[Item | Tombstone]:
        """Yield the items one by one; call *absent* with the reference of each that was not held on that day.

        An item named twice comes once. For a withheld item, its tombstone comes instead. Items may be *bare*, as in
        `held_items.by_ids`.

        Raises:
            Refused: as for `ids`; or none of the named items was held on that day (usage).
        """
        missing: list[str] = []
        seen: set[str] = set()
        ids = self.ids(catalogue)
        for number, (ref, item) in enumerate(self._read(catalogue, ids, bare=bare), start=1):
            self.report(number, len(ids))
            # Report it only once something was held; if nothing was, the error below says it better.
            if item is None and not seen:
                missing.append(ref)
            elif item is None:
                absent(ref)
            # Compare editions, not items: two editions named by their ids are two answers.
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

    def _read(
        self, catalogue: Catalogue, ids: list[str], *, bare: bool
    ) -> Iterator[tuple[str, Item | Tombstone | None]]:
        """Yield each of *ids* with its item, or its tombstone, or None if nothing was held on that day."""
        from db.instant import maybe_text
        from db.query import held_items

        # What a person typed may be an address, or an id with a time. All others are ids of items, read many together.
        typed = 0 if self.everything else len(self.refs)
        for ref in ids[:typed]:
            yield ref, self._one(catalogue, ref)
        many = held_items.by_ids(catalogue.connection, ids[typed:], maybe_text(self.at), bare=bare)
        waiting = next(many, None)
        for ref in ids[typed:]:
            if waiting is None or waiting.id != ref:
                yield ref, self._one(catalogue, ref)
            else:
                yield ref, waiting
                waiting = next(many, None)

    def _one(self, catalogue: Catalogue, ref: str) -> Item | Tombstone | None:
        # A withheld item is never returned as such; its tombstone says that it was here, and why it is not shown.
        return catalogue.item(ref, at=self.at) or catalogue.tombstone(ref, at=self.at)
