"""The conditions in a list below a permission are read with it; what is not understood holds the yes back."""

from __future__ import annotations

import pytest
from lxml import html

from archive.evidence.locate import Source
from db.model.item import Answer, Duty, Statement, Use
from db.terms.verdict import verdict
from ingest.terms import PageView, read_terms

LEAD = "Our articles may be republished under the following conditions:"


def statements(body: str) -> tuple[Statement, ...]:
    entity = (
        '<!doctype html><html><head><meta property="og:site_name" content="Veldhaus"><title>Veldhaus</title></head>'
        f"<body><main><p>What we permit.</p>{body}</main></body></html>"
    ).encode()
    url = "https://veldhaus.example/terms-of-use/"
    return read_terms(PageView(url, html.fromstring(entity.decode()), Source(entity, "utf-8"), "c-1"))


@pytest.mark.parametrize(
    ("lead", "item"),
    [
        (LEAD, "you ask the editor first"),
        (LEAD, "no more than 250 words"),
        (LEAD, "for non-commercial purposes only"),
        ("Unsere Artikel dürfen unter folgenden Bedingungen nachgedruckt werden:", "die Redaktion stimmt vorher zu"),
        ("Onze artikelen mogen onder de volgende voorwaarden worden overgenomen:", "u betaalt een vergoeding"),
        ("Nasze artykuły można przedrukowywać na następujących warunkach:", "wyłącznie w celach niekomercyjnych"),
    ],
)
def test_a_condition_that_is_not_understood_holds_the_yes_back(lead: str, item: str) -> None:
    assert verdict(statements(f"<p>{lead.removesuffix(':')}.</p>"), Use.REPUBLISH).answer.is_yes
    for body in (f"<p>{lead}</p><ul><li>{item}</li></ul>", f"<div>{lead}<ol><li>{item}</li></ol></div>"):
        found = verdict(statements(body), Use.REPUBLISH)
        assert found.answer is Answer.ASK
        assert found.reading is not None


@pytest.mark.parametrize("mark", ["1. ", "(1) ", "a) ", "ii. ", "- ", "– ", "•", "✓ "])
def test_a_paragraph_with_a_number_or_a_dash_is_a_condition_too(mark: str) -> None:
    asked = f"<p>{LEAD}</p><!-- rules --><p>{mark}Name the author</p><p>{mark}You ask the editor first</p>"
    found = verdict(statements(asked), Use.REPUBLISH)
    assert (found.answer, found.reading, found.duties) == (Answer.ASK, Answer.WITH_DUTIES, (Duty.ATTRIBUTE,))
    # A paragraph without a mark ends the list.
    for body in (f"<p>{LEAD}</p><p>Contact</p><p>{mark}You ask the editor first</p>", f"<p>{LEAD}</p><p>{mark}</p>"):
        assert verdict(statements(body), Use.REPUBLISH).answer.is_yes


@pytest.mark.parametrize(
    "body",
    [
        f"<p>We say: {LEAD} 1. No more than 250 words. 2. Name the author.</p>",
        f"<div>{LEAD}<br>1. No more than 250 words<br>2. Name the author<p>Contact</p></div>",
    ],
)
def test_numbered_conditions_in_the_words_behind_a_permission_are_read(body: str) -> None:
    read = [one.words.rstrip(".") for one in statements(body)[1:]]
    assert sorted(read) == ["Name the author", "No more than 250 words"]
    found = verdict(statements(body), Use.REPUBLISH)
    assert (found.answer, found.reading, found.duties) == (Answer.ASK, Answer.WITH_DUTIES, (Duty.ATTRIBUTE,))


@pytest.mark.parametrize(("first", "second"), [("1.", "2."), ("(1)", "(2)"), ("1)", "12)")])
def test_of_numbered_conditions_one_in_the_words_of_the_permission_is_not_read_twice(first: str, second: str) -> None:
    read = statements(f"<p>{LEAD} {first} Name the author. {second} No more than 250 words.</p><p>Contact</p>")
    assert [one.words for one in read] == [f"{LEAD} {first} Name the author.", "No more than 250 words."]
    many = " ".join(f"{number}. Place {number}" for number in range(1, 50))
    assert len(statements(f"<p>{LEAD} {many}</p>")) == 31


@pytest.mark.parametrize(
    "shape", ["<p>{}</p><ul><li>{}</li><li>{}</li></ul>", "<p>{}</p><div><ol><li>{}</li><li>{}</li></ol></div>"]
)
def test_a_condition_that_is_understood_is_one_of_the_permission(shape: str) -> None:
    found = statements(shape.format(LEAD, "Name the author", "Include a link to the original article"))
    assert [one.words for one in found[1:]] == ["Name the author", "Include a link to the original article"]
    asked = verdict(found, Use.REPUBLISH)
    assert (asked.answer, set(asked.duties)) == (Answer.WITH_DUTIES, {Duty.ATTRIBUTE, Duty.LINK})


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{LEAD.replace(':', '.')}</p><ul><li>Contact</li></ul>",
        f"<p>{LEAD}</p><p>See below.</p><ul><li>Contact</li></ul>",
        f"<div>{LEAD}<p>See below.</p><ul><li>Contact</li></ul></div>",
        "<p>Our articles may not be republished, for these reasons:</p><ul><li>Contact</li></ul>",
    ],
    ids=["no colon", "not right behind", "not right behind, within", "below a ban"],
)
def test_other_lists_hold_no_conditions(body: str) -> None:
    assert "Contact" not in [one.words for one in statements(body)]


def test_what_is_read_anyway_is_no_condition_too_and_long_lists_are_none() -> None:
    words = [one.words for one in statements(f"<p>{LEAD}</p><ul><li>Photos may not be republished.</li></ul>")]
    assert words == [LEAD, "Photos may not be republished."]
    many = "".join(f"<li>Place {number}</li>" for number in range(50))
    assert len(statements(f"<p>{LEAD}</p><ul><li>{'word ' * 200}</li>{many}</ul>")) == 30
