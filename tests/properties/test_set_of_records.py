"""The catalogue is a function of the set of records, and every published id resolves for ever (laws 2 and 9)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from db.catalogue import Catalogue
from db.query.snapshot import compare
from ingest.cataloguing import rebuild

if TYPE_CHECKING:
    from tests.properties.conftest import Bench, Kit

FEW, EACH, SHARES = 25, 200, 5
PLACES = ("file", "offset", "length")


def rows(catalogue: Catalogue) -> list[tuple[str, str]]:
    return list(catalogue.snapshot())


def without_places(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return rows without what says where records lie."""
    bare = []
    for table, row in found:
        values = {name: value for name, value in json.loads(row).items() if name not in PLACES}
        bare.append((table, json.dumps(values, sort_keys=True)))
    return sorted(bare)


def assert_nothing_was_set_aside(catalogue: Catalogue) -> None:
    """Without a record that was lost, a revisit of it may well be set aside."""
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
        for held in (live, anew):
            assert_nothing_was_set_aside(held)
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
            assert compare(without_places(rows(damaged)), without_places(rows(whole))) == []


def check_all_at_once(bench: Bench, kit: Kit, data: st.DataObject, most: int = 5) -> None:
    """Order, settings, files and damage at once: the remaining records, in any order of arrival, give the rows of a
    rebuild, and of a rebuild from any other files.
    """
    drawn = data.draw(kit.records(most))
    harmed = data.draw(st.sets(st.integers(0, len(drawn) - 1), max_size=2))
    sound = data.draw(st.permutations([one for one in drawn if one.number not in harmed]))
    middle = data.draw(st.integers(0, len(sound)))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        for spec, path, offset, length in kit.write(Path(one), [drawn], drawn):
            if spec.number in harmed:
                _harm(path, offset + length - 6)
        kit.write(Path(two), [sound[:middle], sound[middle:]], drawn)
        with bench.catalogue() as live, bench.catalogue() as damaged, bench.catalogue() as whole:
            order = data.draw(st.permutations(list(rebuild.records(Path(one)))))
            shown = kit.arrive(live, Path(one), order)
            made = rebuild.rebuild(Path(one), damaged, kit.reader, clock=kit.clock)
            rebuild.rebuild(Path(two), whole, kit.reader, clock=kit.clock)
            assert (made.records, bool(made.damage)) == (len(sound), bool(harmed))
            if not harmed:
                assert_nothing_was_set_aside(live)
            found = rows(damaged)
            assert compare(rows(live), found) == []
            assert compare(without_places(found), without_places(rows(whole))) == []
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


@pytest.mark.slow
@pytest.mark.hypothesis  # not seen by its plugin, which marks the tests of `make explore`
@pytest.mark.parametrize("share", range(SHARES))
def test_the_three_properties_hold_together_for_a_thousand_examples(bench: Bench, kit: Kit, share: int) -> None:
    """*share* divides the work: each part draws its own examples, and in `make explore` ten times as many others."""
    steady = settings.get_current_profile_name() != "explore"

    @settings(max_examples=EACH if steady else 10 * EACH, database=None)
    @given(data=st.data())
    def go(data: st.DataObject) -> None:
        check_all_at_once(bench, kit, data)

    # Without a number of its own, each part would draw the examples that follow from the name of this function.
    (seed(share)(go) if steady else go)()
