"""What the rules took for the text and stands apart is weighed, and so is what they left, by learnt weights."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from db.model.item import Reading
from ingest.reading import weighing
from ingest.reading.passage import Passage
from ingest.reading.version import stamp
from ingest.reading.weighing import FEATURES, FILE, Weights, merged

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
WORDS = "The harbour master has begun to draw up a list of quays, and nobody expects the old prices to return soon."


def test_a_tree_asks_its_questions_and_ends_in_a_weight() -> None:
    weights = Weights(-1.0, ((0, 5.0, 0.25, (1, 0.5, 1.0, 3.0)), 0.5))
    assert weights.of((5.0, 9.0)) == -0.25
    assert weights.of((6.0, 0.5)) == 0.5
    assert weights.of((6.0, 0.6)) == 2.5


def test_what_is_not_sure_stays_as_the_rules_have_it() -> None:
    weights = Weights(0.0, ((0, 0.5, -1.0, (0, 1.5, 0.1, 1.0)),))
    assert weights.told([(4, (0.0,)), (5, (1.0,)), (6, (2.0,))]) == {4: False, 6: True}


def test_what_is_no_text_goes_and_what_is_comes_to_its_place() -> None:
    page = [Passage(f"{WORDS} {number}", None) for number in range(6)]
    stray = Passage("Said by no element.", None)
    taken = [page[1], stray, page[2], page[4]]
    assert merged(taken, page, {}) == taken
    assert merged(taken, page, {0: True, 2: False, 3: True, 5: True}) == [
        page[0],
        page[1],
        stray,
        page[3],
        page[4],
        page[5],
    ]
    assert merged(taken, page, {0: False, 1: True}) == taken


def test_the_weights_are_plain_and_ask_for_what_is_weighed() -> None:
    told = json.loads(FILE.read_text(encoding="utf-8"))

    def names(node: object) -> set[str]:
        return {str(node[0])} | names(node[2]) | names(node[3]) if isinstance(node, list) else set()

    asked = set().union(*map(names, told["trees"]))
    assert asked <= set(FEATURES)
    assert {"taken", "linked", "length"} <= asked
    assert len(weighing.weights().trees) == len(told["trees"])


def test_the_stamp_names_the_weights() -> None:
    weights = stamp().weights
    assert weights is not None
    assert f" weights {weights} profile p" in str(stamp("p"))


@pytest.mark.parametrize("extra", ["", '<div class="promo"><a href="/join">Join us</a> <a href="/give">Give</a></div>'])
def test_a_plain_text_is_read_whole(make_page: PageMaker, read_page: Read, extra: str) -> None:
    paragraphs = [f"{WORDS} Line {number}." for number in range(9)]
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    found = read_page(make_page(body=body + extra)).text
    assert found.split("\n\n") == paragraphs
