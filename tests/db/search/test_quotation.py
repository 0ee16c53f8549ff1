"""Whether words stand in a text as somebody quotes them."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.model.text_marks import Mark, MarkKind
from db.search.effort import Effort, EffortExceeded
from db.search.passage import ChangeKind, find
from db.search.quotation import QuotationVerdict, look_up, look_up_each

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder, Filled

TEXT = (
    "The port of Anaklia was to be the first deep-sea port of Georgia. In 2020 the government cancelled the contract — "
    "“a mistake,” as one minister put it — and the works stopped.\n\n"
    "Łódź is far away. Nobody there has asked for a port, and nobody will. NATO did not object to it."
)


@pytest.mark.parametrize(
    "said",
    [
        "the first deep-sea port of Georgia",
        "the  first deep‑sea\nport of Georgia.",
        "the first deep-sea port of Georgia,",
        "cancelled the contract - \"a mistake,\" as one minister put it",
        "cancelled the contract—‘a mistake,’ as one minister put it",
        "[I]n 2020 the government cancelled the contract",
        "[T]he works stopped",
        "The port of Anaklia […] was to be the first",
        "The port of Anaklia ... the first deep-sea port",
        "The port [near Batumi] was to be the first",
        "In 2020 the government cancelled … the works stopped",
        "the works stopped. Łódź is far away",
        "the works stopped. Ło\u0301dz\u0301 is far away",
    ],
)  # fmt: skip
def test_quotation_is_exact_despite_different_typography(said: str) -> None:
    found = find(said.replace("The port [near Batumi] was", "The port [near Batumi] of Anaklia was"), TEXT)
    assert found is not None
    assert found.changes == ()
    assert found.likeness == 1.0


@pytest.mark.parametrize(
    ("said", "kind", "was", "now"),
    [
        ("the first deep-sea port of Armenia", ChangeKind.WORDS, "Georgia", "Armenia"),
        ("In 2021 the government cancelled the contract", ChangeKind.WORDS, "2020", "2021"),
        ("NATO did object to it", ChangeKind.WORDS, "not", ""),
        ("The port of Anaklia was never to be the first", ChangeKind.WORDS, "", "never"),
        ("the port of anaklia was to be the first", ChangeKind.CASE, "The", "the"),
        ("Lodz is far away. Nobody there has asked", ChangeKind.WORDS, "Łódź", "Lodz"),
        ("asked for a port; and nobody will", ChangeKind.SIGNS, "port,", "port;"),
        ("anaklia", ChangeKind.CASE, "Anaklia", "anaklia"),
        ("Port of", ChangeKind.CASE, "port", "Port"),
        ("lodz is Far", ChangeKind.CASE, "far", "Far"),
        ("Lodz", ChangeKind.WORDS, "Łódź", "Lodz"),
        ("port; and nobody", ChangeKind.SIGNS, "port,", "port;"),
        ("object to It", ChangeKind.CASE, "it", "It"),
    ],
)
def test_changes_in_a_quotation_are_named(said: str, kind: ChangeKind, was: str, now: str) -> None:
    found = find(said, TEXT)
    assert found is not None
    assert (kind, was, now) in [(one.kind, one.was, one.now) for one in found.changes]
    assert not found.is_exact


def test_soft_hyphens_are_no_change_beside_a_change() -> None:
    found = find(
        "the first deep-sea port of Ar\u00admenia in the gov\u00adern\u00adment",
        "the first deep-sea port of Georgia in the government",
    )
    assert found is not None
    assert [(one.was, one.now) for one in found.changes] == [("Georgia", "Armenia")]


@pytest.mark.parametrize("sign", ["- ", "• ", "* ", "– "])
def test_the_sign_of_a_list_before_a_quotation_is_no_part_of_it(sign: str) -> None:
    """A text has it, and so do words copied from it; a page need not have it among its words."""
    text = "The report asks for:\n\n- a port at Anaklia\n- a road to the port"
    found = find(f"{sign}a road to the port", text)
    assert found is not None
    assert (text[found.start : found.end], found.changes) == ("a road to the port", ())


@pytest.mark.parametrize("said", ["nothing of the kind was ever said by anyone here", "the firs", "", "…", "ʼ",
    "Anaklia of", "port Anaklia", "Works … Stopped", "Works … stopped", "to it all"])  # fmt: skip
def test_words_that_are_not_in_the_text_are_not_found(said: str) -> None:
    assert find(said, TEXT) is None


def test_two_words_are_found_where_they_first_stand() -> None:
    found = find("port of", TEXT)
    assert found is not None
    assert (TEXT[found.start : found.end], found.start, found.is_exact) == ("port of", 4, True)


def test_few_words_that_are_spelt_otherwise_are_found_where_they_first_stand() -> None:
    found = find("PORT of", TEXT)
    assert found is not None
    assert (TEXT[found.start : found.end], found.likeness) == ("port of", 1.0)
    assert found.start == 4


def test_parts_of_a_quotation_in_the_wrong_order_are_no_exact_quotation() -> None:
    found = find("works stopped … deep-sea port", TEXT)
    assert found is not None
    assert TEXT[found.start : found.end] == "the first deep-sea port"
    assert [(one.was, one.now) for one in found.changes] == [("the first", "works stopped")]
    assert not found.is_exact


@given(st.text(max_size=60), st.text(max_size=200))
def test_no_input_raises_and_a_passage_lies_within_the_text(said: str, text: str) -> None:
    found = find(said, text)
    assert found is None or 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The eco\u00adnomy of the Baltic states grows.", "The economy of the Baltic states grows"),
        ("A cafe\u0301 beside the harbour in Gdynia.", "A caf\u00e9 beside the harbour in Gdynia"),
        ("Measured in 300 \u212a beside the old harbour.", "Measured in 300 K beside the old harbour"),
        ("Some say the ports were closed in May.", "[T]he ports were closed in May"),
        ("Ports may open, and soon the ferries go.", "Ports may open … [T]he ferries go"),
        ("Ports that open. Later words. And those that close again.", "Ports that open […] those that close"),
    ],
)
def test_quotation_is_found_despite_soft_hyphens_accents_and_brackets(text: str, said: str) -> None:
    found = find(said, text)
    assert found is not None
    assert found.is_exact


@given(st.text("abcé \u00ad.A", max_size=60), st.integers(0, 50), st.integers(4, 40))
def test_words_cut_from_a_text_are_found_in_it(text: str, begin: int, size: int) -> None:
    cut = " ".join(text.split()[begin // 8 :][: size // 4])
    if any(map(str.isalnum, cut)):
        found = find(cut, text)
        assert found is not None
        assert found.likeness == 1.0


WORDS = st.lists(
    st.sampled_from(["the", "The", "ports", "closed", "a", "A", "2020", "Łódź", "école", "NATO", "(b)", "c-d", "“e”"]),
    min_size=6,
    max_size=16,
)


def bracketed(words: list[str]) -> str:
    """Return *words* with a changed first letter in brackets."""
    said = " ".join(words)
    return f"[{said[0].swapcase()}]{said[1:]}" if said[0].isalpha() else said


@given(WORDS, st.integers(0, 4), st.integers(5, 9), st.booleans(), st.booleans())
def test_fast_path_of_the_quotation_search_changes_no_answer(
    words: list[str], first: int, second: int, change_first: bool, change_second: bool
) -> None:
    pieces = [words[first : first + 3], words[second : second + 4]]
    told = [bracketed(piece) if change else " ".join(piece)
            for piece, change in zip(pieces, (change_first, change_second), strict=True) if piece]  # fmt: skip
    text = " ".join(words)
    # An invisible character changes no passage, and forces a check of each character.
    assert find(" … ".join(told), text) == find(" … ".join(told), f"{text}\u200b")


def test_quoted_words_in_another_order_are_not_found() -> None:
    text = "One two three four five six seven eight."
    assert find("eight two seven four one six", text) is None
    assert find("one nine ten eleven two twelve", text) is None


@pytest.fixture
def shelf(catalogue: Catalogue, builder: EntryBuilder, filled: Filled) -> Catalogue:

    def fill() -> None:
        catalogue.add(builder.entry(1, text=TEXT))
        catalogue.add(builder.entry(2, text=TEXT.replace("the works stopped", "all work has ended")))
        catalogue.add(
            builder.entry(3, "/other", title="Other", text="Grain went through Odesa, and later by the Danube.")
        )

    return filled(catalogue, fill)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("the first deep-sea port of Georgia", QuotationVerdict.EXACT),
        ("Grain went through Odesa, and later by the Danube.", QuotationVerdict.EXACT),
        ("Grain went through Odessa, and later by the Dnieper.", QuotationVerdict.ALTERED),
        ("as one minister put it — and the works stopped", QuotationVerdict.OLDER),
        ("a sentence that no publisher of ours has printed", QuotationVerdict.NOT_FOUND),
        ("\x00\ud800 \" OR )", QuotationVerdict.NOT_FOUND),
        ("", QuotationVerdict.NOT_FOUND),
    ],
)  # fmt: skip
def test_a_quotation_is_found_in_the_edition_that_has_it(
    shelf: Catalogue, said: str, verdict: QuotationVerdict
) -> None:
    found = look_up(shelf.connection, said)
    assert found.verdict is verdict
    for one in found.found:
        assert one.words == one.text[one.passage.start : one.passage.end]
        assert one.edition.startswith(one.item)
    if verdict is QuotationVerdict.OLDER:
        assert [one.in_force for one in found.found] == [False]
    elif found.found:
        assert found.found[0].in_force


def test_named_items_come_first_however_many_have_the_words(
    catalogue: Catalogue, builder: EntryBuilder, filled: Filled
) -> None:
    def fill() -> None:
        for number in range(42):
            catalogue.add(builder.entry(number + 1, f"/{number}", title=f"No. {number}", text=f"{number}. {TEXT}"))

    held, said = filled(catalogue, fill).connection, "the first deep-sea port of Georgia"
    ids = [one for (one,) in held.execute("SELECT id FROM item ORDER BY id")]
    for name in ids[::20]:
        found = look_up(held, said, named=[name, "institute-unknown"])
        assert [one.item for one in found.found][:1] == [name]
    assert (len(found.found), found.is_counted) == (5, False)
    assert found.elsewhere >= 35
    (one,) = look_up(held, "deep-sea port", within=ids[7], named=ids).found
    assert one.item == ids[7]
    catalogue.add(builder.entry(99, "/other", title="Other", text="Grain went through Odesa. " + "Later by rail."))
    alone = look_up(held, "Grain went through Odesa")
    assert (alone.elsewhere, alone.is_counted) == (0, True)


NOTED = "So says the council[1]. It counts 12 ports[12], CO2 apart."


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("So says the council. It counts 12 ports, CO2", QuotationVerdict.EXACT),
        ("So says the council.1 It counts 12 ports12", QuotationVerdict.EXACT),
        ("So says the council¹. It counts 12 ports¹², CO2", QuotationVerdict.EXACT),
        ("So says the council [1]. It counts 12 ports[12], CO2", QuotationVerdict.EXACT),
        ("So says the council.2 It counts 12 ports", QuotationVerdict.ALTERED),
        ("So says the council. It counts ports, CO2 apart", QuotationVerdict.ALTERED),
    ],
)
def test_numbers_of_notes_copied_with_a_quotation_do_not_alter_it(
    catalogue: Catalogue, builder: EntryBuilder, said: str, verdict: QuotationVerdict
) -> None:
    refs = tuple((NOTED.index(one), len(one), one.strip("[]")) for one in ("[1]", "[12]"))
    catalogue.add(builder.entry(1, text=NOTED, marks=(Mark(MarkKind.PARAGRAPH, refs=refs),)))
    assert look_up(catalogue.connection, said).verdict is verdict


def test_withheld_text_is_not_quoted(shelf: Catalogue, builder: EntryBuilder) -> None:
    (one,) = look_up(shelf.connection, "later by the Danube").found
    shelf.add_note(builder.note(50, NoteKind.WITHHOLDING, {"item": one.item, "reason": "asked to"}))
    assert look_up(shelf.connection, "later by the Danube").verdict is QuotationVerdict.NOT_FOUND


def test_quotations_beyond_the_time_limit_are_marked_not_looked_at(shelf: Catalogue) -> None:
    ticks = iter(range(1000))
    effort = Effort(seconds=30.0, clock=lambda: float(next(ticks)))
    said = ["the first deep-sea port of Georgia"] * 40
    told = [one.verdict for one in look_up_each(shelf.connection, said, effort)]
    assert len(told) == 40
    assert told[0] is QuotationVerdict.EXACT
    assert set(told[30:]) == {QuotationVerdict.NOT_LOOKED_AT}


def test_slow_quotation_leaves_time_for_the_others(shelf: Catalogue) -> None:
    # The clock is read when all begin and when the first begins; then half a minute has passed.
    clock = chain(repeat(0.0, 3), repeat(30.0))
    said = ["later by the Danube", "the first deep-sea port of Georgia"]
    told = look_up_each(shelf.connection, said, Effort(600.0, clock=lambda: next(clock)))
    assert [one.verdict for one in told] == [QuotationVerdict.NOT_LOOKED_AT, QuotationVerdict.EXACT]


def test_larger_time_limit_applies_to_each_quotation(shelf: Catalogue) -> None:
    clock = chain(repeat(0.0, 3), repeat(30.0))
    told = look_up_each(shelf.connection, ["later by the Danube"], Effort(1200.0, clock=lambda: next(clock)))
    assert [one.verdict for one in told] == [QuotationVerdict.EXACT]


def test_changes_are_not_searched_in_very_long_quotations() -> None:
    words = " ".join(f"word{number}" for number in range(5001))
    assert find(words, f"Before. {words} After.") is not None
    assert find(words.replace("word7 ", "other "), words) is None
    assert find(words.replace("word7 word8 ", "other "), words) is not None


def test_single_quotation_has_a_time_limit_too(shelf: Catalogue) -> None:
    with pytest.raises(EffortExceeded):
        look_up(shelf.connection, "the first deep-sea port of Georgia", effort=Effort(0.0, steps=1))
    assert look_up(shelf.connection, "the first deep-sea port of Georgia").verdict is QuotationVerdict.EXACT
