"""The catalogue is a function of the set of records, and every published id resolves for ever (laws 2 and 9)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.catalogue import Catalogue
from db.query.snapshot import compare
from ingest.cataloguing import rebuild

if TYPE_CHECKING:
    from tests.properties.conftest import Bench, Kit

Check = Callable[["Bench", "Kit", st.DataObject], None]
FEW, MANY, SHARES = 25, 10_000, 20
PLACES = ("file", "offset", "length")


def rows(catalogue: Catalogue, *, places: bool = True) -> list[tuple[str, str]]:
    """Return the rows; without *places*, leave out where records lie."""
    found = list(catalogue.snapshot())
    if places:
        _nothing_was_set_aside(catalogue)  # without a record that was lost, a revisit of it may well be
        return found
    bare = []
    for table, row in found:
        values = {name: value for name, value in json.loads(row).items() if name not in PLACES}
        bare.append((table, json.dumps(values, sort_keys=True)))
    return sorted(bare)


def _nothing_was_set_aside(catalogue: Catalogue) -> None:
    query = "SELECT id, unread FROM capture WHERE unread IS NOT NULL AND unread NOT LIKE '%repeats%'"
    assert catalogue.connection.execute(query).fetchall() == []
    assert catalogue.connection.execute("PRAGMA foreign_key_check").fetchall() == []


def nowhere(catalogue: Catalogue, shown: Iterable[str]) -> list[str]:
    return sorted(one for one in shown if catalogue.item(one, withheld=True) is None)


def check_any_order(bench: Bench, kit: Kit, data: st.DataObject, most: int = 4) -> None:
    """In any order of arrival, the result equals a rebuild from the files."""
    drawn = data.draw(kit.records(most))
    with tempfile.TemporaryDirectory() as name, bench.catalogue() as live, bench.catalogue() as anew:
        warcs = Path(name)
        kit.write(warcs, [drawn], drawn)
        order = data.draw(st.permutations(list(rebuild.records(warcs))))
        shown = kit.arrive(live, warcs, order)
        rebuild.rebuild(warcs, anew, kit.reader, clock=kit.clock)
        assert compare(rows(live), rows(anew)) == []
        assert (nowhere(live, shown), nowhere(anew, shown)) == ([], [])


def check_any_files(bench: Bench, kit: Kit, data: st.DataObject, most: int = 4) -> None:
    """In any files, and whatever else is damaged there, the same records give the same rows."""
    drawn = data.draw(kit.records(most))
    harmed = data.draw(st.sets(st.integers(0, len(drawn) - 1), max_size=2))
    sound = data.draw(st.permutations([one for one in drawn if one.number not in harmed]))
    middle = data.draw(st.integers(0, len(sound)))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        for spec, path, offset, length in kit.write(Path(one), [drawn], drawn):
            if spec.number in harmed:
                _harm(path, offset + length - 6)
        kit.write(Path(two), [sound[:middle], sound[middle:]], drawn)
        with bench.catalogue() as damaged, bench.catalogue() as whole:
            made = rebuild.rebuild(Path(one), damaged, kit.reader, clock=kit.clock)
            rebuild.rebuild(Path(two), whole, kit.reader, clock=kit.clock)
            assert made.records == len(sound)
            assert bool(made.damage) == bool(harmed)
            assert compare(rows(damaged, places=False), rows(whole, places=False)) == []


def check_all_at_once(bench: Bench, kit: Kit, data: st.DataObject, most: int = 5) -> None:
    """Order, settings and damage at once: the remaining records, in any order, give what a rebuild of them gives."""
    drawn = data.draw(kit.records(most))
    harmed = data.draw(st.sets(st.integers(0, len(drawn) - 1), max_size=2))
    sound = [one for one in drawn if one.number not in harmed]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        for spec, path, offset, length in kit.write(Path(one), [drawn], drawn):
            if spec.number in harmed:
                _harm(path, offset + length - 6)
        kit.write(Path(two), [sound], drawn)
        with bench.catalogue() as live, bench.catalogue() as damaged, bench.catalogue() as whole:
            order = data.draw(st.permutations(list(rebuild.records(Path(one)))))
            shown = kit.arrive(live, Path(one), order)
            rebuild.rebuild(Path(one), damaged, kit.reader, clock=kit.clock)
            rebuild.rebuild(Path(two), whole, kit.reader, clock=kit.clock)
            assert compare(rows(live, places=False), rows(damaged, places=False)) == []
            assert compare(rows(damaged, places=False), rows(whole, places=False)) == []
            assert [nowhere(held, shown) for held in (live, damaged, whole)] == [[], [], []]


def _harm(path: Path, offset: int) -> None:
    """Change a byte of a record's checksum."""
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.slow
@settings(max_examples=FEW)
@given(data=st.data())
def test_records_in_any_order_give_the_rows_and_ids_of_a_rebuild(bench: Bench, kit: Kit, data: st.DataObject) -> None:
    check_any_order(bench, kit, data, most=7)


@pytest.mark.slow
@settings(max_examples=FEW)
@given(data=st.data())
def test_sound_records_give_the_same_rows_in_any_files_next_to_any_damage(
    bench: Bench, kit: Kit, data: st.DataObject
) -> None:
    check_any_files(bench, kit, data, most=7)


@pytest.mark.slow
@settings(max_examples=FEW)
@given(data=st.data())
def test_sound_records_in_any_order_give_the_rows_of_a_rebuild_despite_damage(
    bench: Bench, kit: Kit, data: st.DataObject
) -> None:
    check_all_at_once(bench, kit, data, most=7)


CHECKS = (check_any_order, check_any_files, check_all_at_once)


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS, ids=["any order", "any files", "all at once"])
@pytest.mark.parametrize("share", range(SHARES))
def test_the_three_properties_hold_for_ten_thousand_examples(bench: Bench, kit: Kit, check: Check, share: int) -> None:
    """*share* only divides the work: each part draws its own examples."""
    assert share < SHARES

    @settings(max_examples=MANY // SHARES // len(CHECKS) + 1, database=None)
    @given(data=st.data())
    def go(data: st.DataObject) -> None:
        check(bench, kit, data)

    go()
