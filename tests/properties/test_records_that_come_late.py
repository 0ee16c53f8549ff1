"""Cases that the properties found, one per test: late records change neither the rows nor where an id leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from db.catalogue import Catalogue
from db.identity import edition_id, item_id
from db.query.snapshot import compare
from ingest.cataloguing import rebuild
from ingest.cataloguing.cataloguer import Cataloguer

if TYPE_CHECKING:
    from tests.properties.conftest import Bench, Kit

BEGIN = datetime(2023, 4, 24, 10, tzinfo=UTC)
PORT = {"title": "Anaklia", "text": "A port.", "kind": "article", "language": "en"}


def specs(kit: Kit, *told: tuple[str, str, dict[str, Any] | None, int | None]) -> list[Any]:
    return [
        kit.spec(number, BEGIN + timedelta(minutes=number), what, path, said, of)
        for number, (what, path, said, of) in enumerate(told)
    ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of adding records: where the asked ids lead, and the texts of all editions by path, oldest first."""

    ids: list[str]
    texts: dict[str, list[str]]


def come(bench: Bench, kit: Kit, warcs: Path, drawn: list[Any], order: tuple[int, ...], seen: list[str]) -> Outcome:
    """Add the records in *order*, check that a rebuild makes the same, and return where the ids in *seen* lead."""
    kit.write(warcs, [drawn], drawn)
    found = list(rebuild.records(warcs))
    with bench.catalogue() as live, bench.catalogue() as anew:
        cataloguer = Cataloguer(live, warcs, kit.reader)
        for number in order:
            with live.transaction():
                live.add_captures([found[number]])  # type: ignore[list-item]  # there are no notes among these
                cataloguer.settle(cataloguer.begin(found[number]))  # type: ignore[arg-type]  # the same
        rebuild.rebuild(warcs, anew, kit.reader, clock=kit.clock)
        assert compare(live.snapshot(), anew.snapshot()) == []
        return Outcome([_shown(live, one) for one in seen], _texts(live))


def _texts(catalogue: Catalogue) -> dict[str, list[str]]:
    return {
        item.url.removeprefix("http://institute.example"): [one.text for one in catalogue.editions(item.id)]
        for item in catalogue.items(catalogue.all_item_ids())
    }


def _shown(catalogue: Catalogue, ref: str) -> str:
    held = catalogue.item(ref)
    assert held is not None, f"{ref} leads nowhere"
    return held.id


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_revisited_part_is_joined_to_its_text(bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...]) -> None:
    part = PORT | {"text": "The rest."}
    drawn = specs(
        kit,
        ("text", "/a?page=2", part, None),
        ("text", "/a", PORT | {"parts": ("/a?page=2",)}, None),
        ("revisit", "/a?page=2", None, 0),
    )
    found = come(bench, kit, tmp_path, drawn, order, [])
    assert found.texts["/a"] == ["A port.\n\nThe rest."]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["listing", "article"])
@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_a_revisited_page_has_the_parts_of_its_own_day(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...], kind: str
) -> None:
    whole = {"title": "Anaklia", "text": "A port.", "kind": kind, "parts": ("/a?page=2",)}
    part = {"title": "Anaklia", "text": "Its cranes.", "kind": "article"}
    drawn = specs(
        kit,
        ("text", "/a", whole, None),
        ("text", "/a?page=2", part, None),
        ("text", "/a?page=2", {**part, "text": "Its cranes, painted."}, None),
        ("revisit", "/a", None, 0),
    )
    found = come(bench, kit, tmp_path, drawn, order, [])
    parts = ["Its cranes.", "Its cranes, painted."]
    # A list has no text of its own, so its parts are not joined to it.
    joined = {"/a": [f"A port.\n\n{part}" for part in parts]} if kind == "article" else {"/a?page=2": parts}
    assert found.texts == joined


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_id_of_an_item_that_turns_out_to_be_a_part_resolves_to_the_whole(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...]
) -> None:
    drawn = specs(
        kit,
        ("text", "/a", PORT | {"parts": ("/a?page=2",)}, None),
        ("text", "/a?page=2", PORT | {"text": "The rest.", "canonical": "/b"}, None),
        ("text", "/a", PORT | {"parts": ("/a?page=2",)}, None),
    )
    shown = item_id("bl", "institute.example/b")  # the id of the part as long as the whole is unknown
    whole, led = come(bench, kit, tmp_path, drawn, order, ["http://institute.example/a", shown]).ids
    assert led == whole


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_edition_id_of_a_part_resolves_to_the_whole_not_to_another_work(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...]
) -> None:
    drawn = specs(
        kit,
        ("text", "/a", PORT | {"parts": ("/a?page=2",)}, None),
        ("text", "/a?page=2", PORT | {"text": "The rest.", "canonical": "/b"}, None),
        ("text", "/pl/a", PORT | {"title": "Batumi", "text": "A city.", "canonical": "/b"}, None),
    )
    named = item_id("bl", "institute.example/b")
    # The id of the part as long as the whole is unknown; and an id of the other work, which began later.
    shown = [edition_id(named, BEGIN + timedelta(minutes=1)), edition_id(named, BEGIN + timedelta(minutes=2))]
    whole, led, other = come(bench, kit, tmp_path, drawn, order, ["http://institute.example/a", *shown]).ids
    assert led == whole
    assert other == named


def test_a_lengthened_id_resolves_to_the_same_item_as_the_short_one(bench: Bench, kit: Kit, tmp_path: Path) -> None:
    polish = PORT | {"language": "pl", "canonical": "/a"}
    drawn = specs(kit, ("text", "/a", PORT, None), ("text", "/pl/a", polish, None), ("text", "/a", PORT, None))
    grown = item_id("bl", "institute.example/a", 1)  # the id of /a where the translation was seen first
    assert come(bench, kit, tmp_path, drawn, (1, 2, 0), [grown]).ids == [item_id("bl", "institute.example/a")]


A, GROWN = (item_id("bl", "institute.example/a", extra) for extra in (0, 1))
SAYINGS = {
    "withheld": {"note": "withholding", "reason": "withdrawn"},
    "decided": {"note": "decision", "by": "A. Nowak", "field": "title", "values": [{"value": "Port of Anaklia"}]},
}


@contextmanager
def told(
    bench: Bench, kit: Kit, warcs: Path, drawn: list[Any], order: tuple[int, ...]
) -> Iterator[Callable[[str], bool]]:
    """Add records and notes in *order*, check that a rebuild makes the same, and return what shows whether the item at
    an address is withheld, or has a title that somebody decided.
    """
    kit.write(warcs, [drawn], drawn)
    found = list(rebuild.records(warcs))
    with bench.catalogue() as live, bench.catalogue() as anew:
        kit.arrive(live, warcs, [found[number] for number in order])
        rebuild.rebuild(warcs, anew, kit.reader, clock=kit.clock)
        assert compare(live.snapshot(), anew.snapshot()) == []

        def heeded(path: str) -> bool:
            held = live.item(f"http://institute.example{path}", withheld=True)
            assert held is not None
            (found,) = live.connection.execute("SELECT count(*) FROM search_doc WHERE item = ?", (held.id,)).fetchone()
            assert bool(found) == (held.withheld is None), "what is withheld is never found, and all else is"
            return held.withheld is not None or "Port of Anaklia" in str(held.edition.title)

        yield heeded


@pytest.mark.parametrize("said", SAYINGS.values(), ids=SAYINGS.keys())
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_notes_on_a_lengthened_id_apply_to_the_item_that_it_resolves_to(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...], said: dict[str, Any]
) -> None:
    """Where the translation was seen first, /a had to get a longer id than it has when all records are known."""
    drawn = specs(
        kit,
        ("text", "/a", PORT, None),
        ("text", "/pl/a", PORT | {"language": "pl", "canonical": "/a"}, None),
        ("note", "/", said | {"item": GROWN, "edition": edition_id(GROWN, BEGIN)}, None),
    )
    with told(bench, kit, tmp_path, drawn, order) as heeded:
        assert (heeded("/a"), heeded("/pl/a")) == (True, False)


@pytest.mark.parametrize("named", ["/a?page=2", "/b"])
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_withholding_a_page_withholds_the_whole_that_it_turns_out_to_belong_to(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...], named: str
) -> None:
    """Under its own address, and under the one that it names, where another work stands by now."""
    page = item_id("bl", f"institute.example{named}")
    drawn = specs(
        kit,
        ("text", "/a?page=2", PORT | {"text": "The rest.", "canonical": named}, None),
        ("text", "/a", PORT | {"parts": ("/a?page=2",)}, None),
        ("note", "/", {"note": "withholding", "reason": "withdrawn", "item": page}, None),
    )
    with told(bench, kit, tmp_path, drawn, order) as heeded:
        assert heeded("/a")


@pytest.mark.parametrize("said", SAYINGS.values(), ids=SAYINGS.keys())
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_notes_on_an_id_that_turns_out_to_be_another_work_apply_to_that_work(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...], said: dict[str, Any]
) -> None:
    """As long as /a was not seen, its id leads to the translation that names it."""
    polish = PORT | {"language": "pl", "canonical": "/a", "translations": (("en", "/a"), ("pl", "/pl/a"))}
    drawn = specs(
        kit,
        ("text", "/pl/a", polish, None),
        ("text", "/a", PORT, None),
        ("note", "/", said | {"item": A, "edition": edition_id(A, BEGIN)}, None),
    )
    with told(bench, kit, tmp_path, drawn, order) as heeded:
        assert (heeded("/a"), heeded("/pl/a")) == (True, False)


@pytest.mark.parametrize("said", SAYINGS.values(), ids=SAYINGS.keys())
@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_notes_on_the_id_of_a_canonical_apply_to_the_page_that_names_it(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...], said: dict[str, Any]
) -> None:
    polish = PORT | {"language": "pl", "canonical": "/a", "translations": (("en", "/a"), ("pl", "/pl/a"))}
    drawn = specs(
        kit, ("text", "/pl/a", polish, None), ("note", "/", said | {"item": A, "edition": edition_id(A, BEGIN)}, None)
    )
    with told(bench, kit, tmp_path, drawn, order) as heeded:
        assert heeded("/pl/a")


def test_a_home_page_revisited_once_its_publisher_is_named_reads_as_rebuilt(
    bench: Bench, kit: Kit, tmp_path: Path
) -> None:
    """The first look archives it before the name is known; the run finds it unchanged, and learns a layout."""
    told = {"note": "settings", "publishers": [{"id": "bl", "url": "http://institute.example/"}]}
    named = {"note": "settings", "publishers": [{"id": "bl", "url": "http://institute.example/", "name": "Lantern"}]}
    learnt = {"note": "profile", "publisher": "bl", "digest": "p1", "layout": "{}"}
    home = PORT | {"kind": "listing", "authors": ("Lantern", "Jan Kos")}
    drawn = specs(
        kit,
        ("settings", "/", told, None),
        ("text", "/", home, None),
        ("settings", "/", named, None),
        ("revisit", "/", None, 1),
        ("note", "/", learnt, None),
        ("revisit", "/", None, 1),
    )
    kit.write(tmp_path, [drawn], drawn)
    found = sorted(rebuild.records(tmp_path), key=rebuild.moment)
    with bench.catalogue() as live, bench.catalogue() as anew:
        kit.arrive(live, tmp_path, found)
        rebuild.rebuild(tmp_path, anew, kit.reader, clock=kit.clock)
        assert compare(live.snapshot(), anew.snapshot()) == []
        digests = "SELECT reading_digest FROM capture ORDER BY began"
        before, *after = (row[0] for row in anew.connection.execute(digests))
        assert after == [after[0]] * 2
        assert after[0] != before, "a publisher is no author of its own pages once it is named"


@pytest.mark.parametrize("order", [(1, 3, 2, 0), (0, 1, 2, 3)], ids=str)
def test_a_page_revisited_after_a_redirect_agrees_with_a_rebuild(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...]
) -> None:
    drawn = specs(
        kit,
        ("text", "/a", PORT, None),
        ("redirect", "/a", {"to": "http://institute.example/pl/a"}, None),
        ("cut", "/pl/a", PORT | {"partial": "teaser"}, None),
        ("revisit", "/a", None, 0),
    )
    found = come(bench, kit, tmp_path, drawn, order, [])
    assert found.texts == {"/a": ["A port."]}


def test_a_part_belongs_to_the_previous_capture_of_its_page_even_a_late_one(
    bench: Bench, kit: Kit, tmp_path: Path
) -> None:
    """A list named the part; an article at its address was captured in between, and arrives last."""
    drawn = specs(
        kit,
        ("text", "/a", PORT | {"kind": "listing", "parts": ("/a?page=2",)}, None),
        ("text", "/a", PORT, None),
        ("text", "/a?page=2", PORT, None),
    )
    found = come(bench, kit, tmp_path, drawn, (0, 2, 1), [])
    # The article names no part, so the page at the part's address is an item of its own.
    assert found.texts == {"/a": ["A port."], "/a?page=2": ["A port."]}


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_page_keeps_its_part_after_a_redirect_in_between(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...]
) -> None:
    drawn = specs(
        kit,
        ("text", "/a", PORT | {"parts": ("/a?page=2",)}, None),
        ("redirect", "/a", {"to": "http://institute.example/b"}, None),
        ("text", "/a?page=2", PORT | {"text": "The rest."}, None),
    )
    found = come(bench, kit, tmp_path, drawn, order, [])
    assert found.texts == {"/a": ["A port.\n\nThe rest."]}


@pytest.mark.slow
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_part_over_the_join_limit_is_left_out_without_endless_rereading(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...]
) -> None:
    long = PORT | {"padding": "x" * 9 * 2**20}
    drawn = specs(
        kit,
        ("text", "/a", PORT | {"parts": ("/a?page=2", "/a?page=3")}, None),
        ("text", "/a?page=2", long | {"text": "The second page."}, None),
        ("text", "/a?page=3", long | {"text": "The third page."}, None),
    )
    found = come(bench, kit, tmp_path, drawn, order, [])
    assert found.texts["/a"] == ["A port.\n\nThe second page."]
    assert found.texts["/a?page=3"] == ["The third page."]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_reason_of_an_unread_revisit_agrees_with_a_rebuild(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...]
) -> None:
    moments = [BEGIN + timedelta(milliseconds=300 * number) for number in range(4)]
    # The first is lost. Another of its second, which is all the revisits' date says, says something else.
    told = [("text", PORT, None), ("revisit", None, 0), ("text", PORT | {"text": "A deep one."}, None)]
    told.append(("revisit", None, 0))
    drawn = [
        kit.spec(n, at, what, "/a", said, of)
        for n, (at, (what, said, of)) in enumerate(zip(moments, told, strict=True))
    ]
    kit.write(tmp_path, [drawn[1:]], drawn)
    found = list(rebuild.records(tmp_path))
    with bench.catalogue() as live, bench.catalogue() as anew:
        kit.arrive(live, tmp_path, [found[number] for number in order])
        rebuild.rebuild(tmp_path, anew, kit.reader, clock=kit.clock)
        assert compare(live.snapshot(), anew.snapshot()) == []


@pytest.mark.slow
@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_a_revisit_agrees_with_a_rebuild_if_two_pages_name_each_other_canonical(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...]
) -> None:
    drawn = specs(
        kit,
        ("text", "/a", PORT | {"canonical": "/b", "dated": True}, None),
        ("text", "/b", PORT | {"canonical": "/a"}, None),
        ("revisit", "/a", None, 0),
        ("text", "/a", PORT, None),
    )
    found = come(bench, kit, tmp_path, drawn, order, [])
    assert found.texts.keys() == {"/a"}


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 3, 1, 2), (1, 2, 0, 3), (3, 2, 1, 0)], ids=str)
def test_a_revisit_of_a_page_that_became_its_own_work_agrees_with_a_rebuild(
    bench: Bench, kit: Kit, tmp_path: Path, order: tuple[int, ...]
) -> None:
    drawn = specs(
        kit,
        ("text", "/b", PORT | {"canonical": "/a"}, None),
        ("text", "/a", PORT | {"language": "pl"}, None),
        ("revisit", "/a", None, 1),
        ("revisit", "/b", None, 0),
    )
    item = item_id("bl", "institute.example/a")
    found = come(bench, kit, tmp_path, drawn, order, [item])
    assert found.ids == [item]
    assert found.texts == {"/a": ["A port."], "/b": ["A port."]}
