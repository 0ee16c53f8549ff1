"""A block of furniture more or less on a page does not change its text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading

Read = Callable[..., Reading]
RUNNING = [
    f"Pilots of basin {n} asked the council for a deeper channel, and were told to wait for the next spring. " * 2
    for n in range(12)
]
TEXT = "".join(f"<p>{words}</p>" for words in RUNNING)
LOOSE = "<br><br>".join(RUNNING)
HEADING = "<h1>A Deeper Channel</h1>"
LINKS = "".join(f'<li><a href="/n/{n}">What the ferry of pier {n} carried</a></li>' for n in range(5))
RECENT = f"<h3>Recent posts</h3><ul>{LINKS}</ul>"
ABOUT = f"<div><p>{'The Basin Review is a journal of trade and of the sea, made in four harbours. ' * 2}</p></div>"
FORM = '<div><p>Letters of the harbour, monthly.</p><form><input type="email" name="email"></form></div>'


def page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>A Deeper Channel</title></head><body>{body}</body></html>"


def text_of(read_page: Read, body: str) -> list[str]:
    return read_page(page(body)).text.split("\n\n")


@pytest.mark.parametrize(
    "body",
    [
        f"{HEADING}<div>{TEXT}</div>",
        f"{HEADING}<div>{TEXT}</div>{ABOUT}",
        f"{ABOUT}{HEADING}<div>{TEXT}</div>",
        f"{ABOUT}{HEADING}<div>{TEXT}</div>{ABOUT}",
        f"{HEADING}<div>{TEXT}</div>{RECENT}{ABOUT}",
        f"{ABOUT}<div>{TEXT}</div>{ABOUT}",
    ],
    ids=["alone", "above", "below", "between", "below others", "without a headline"],
)
def test_what_stands_loose_in_the_body_around_a_text_is_not_part_of_it(
    read_page: Read, extractor_calls: list[bool], body: str
) -> None:
    assert [words for words in text_of(read_page, body) if words in map(str.strip, RUNNING)] == [
        words.strip() for words in RUNNING
    ]
    assert extractor_calls == []


@pytest.mark.parametrize("above", ["", ABOUT], ids=["at the top", "below others"])
def test_in_the_body_a_text_begins_below_its_headline(read_page: Read, above: str) -> None:
    lead = "Six basins of the harbour wait for one dredger, which the council has promised since the last flood came."
    body = f"{above}{HEADING}<p>{lead}</p><div>{TEXT}</div>{ABOUT}"
    assert text_of(read_page, body) == [lead, *(words.strip() for words in RUNNING)]


@pytest.mark.parametrize("first", [4, 8])
def test_a_text_in_two_parts_of_the_body_is_read_whole(read_page: Read, first: int) -> None:
    above, mark, below = TEXT.partition(f"<p>Pilots of basin {first} ")
    assert text_of(read_page, f"{HEADING}<div>{above}</div><div>{mark}{below}</div>") == [
        words.strip() for words in RUNNING
    ]


def test_in_a_part_of_the_body_a_text_may_begin_above_its_headline(read_page: Read) -> None:
    above, mark, below = TEXT.partition("<p>Pilots of basin 1 ")
    said = text_of(read_page, f"<div><div>{above}{HEADING}{mark}{below}</div></div>")
    assert [one for one in said if one != "A Deeper Channel"] == [words.strip() for words in RUNNING]


def test_a_few_words_without_a_paragraph_below_a_list_of_other_texts_go_with_it(read_page: Read) -> None:
    others = f"{RECENT}<div>From all four harbours<p>The Basin Review has them all, day by day.</p></div>"
    said = text_of(read_page, f"<main>{HEADING}{TEXT}{others}</main>")
    assert said == [words.strip() for words in RUNNING]


def test_a_list_of_other_texts_above_a_text_without_paragraphs_leaves_it_alone(read_page: Read) -> None:
    assert text_of(read_page, f"<main>{HEADING}{RECENT}<div>{LOOSE}</div></main>") == [
        words.strip() for words in RUNNING
    ]


def test_a_form_for_mail_in_a_part_of_the_text_without_paragraphs_takes_only_its_own_box(read_page: Read) -> None:
    part = f"<div>{RUNNING[10]}<br>{RUNNING[11]}{FORM}</div>"
    said = text_of(read_page, f"<main>{HEADING}{TEXT.partition('<p>Pilots of basin 10')[0]}{part}</main>")
    assert said == [words.strip() for words in RUNNING]
    assert "Letters of the harbour, monthly." not in said


@pytest.mark.parametrize(
    ("entries", "kept"),
    [
        (("200 grams of rye flour", "Two spoons of harbour salt"), True),
        (("Flour of another mill can be had",), True),
        (("The miller recommends", "", "", "", ""), False),
    ],
    ids=["most are words", "half are words", "few are words"],
)
def test_an_entry_that_is_a_link_stays_in_a_list_of_which_half_is_text(
    read_page: Read, extractor_calls: list[bool], entries: tuple[str, ...], kept: bool
) -> None:
    link = '<a href="/mill">Where the mill by the sea sells it</a>'
    listed = "".join(f"<li>{words or link}</li>" for words in entries)
    recipe = f"<div class='recipe'><h3>Notes</h3><ul>{listed}<li>{link}</li></ul></div>"
    said = text_of(read_page, f"{ABOUT}{HEADING}<div>{TEXT}{recipe}</div>{ABOUT}")
    assert ("- Where the mill by the sea sells it" in said) is kept
    assert extractor_calls == []


@pytest.mark.parametrize(
    ("words", "target", "boxed", "kept"),
    [
        ("The miller recommends", "/mill", False, True),
        ("The miller recommends", "https://mill.example/", True, False),
        ("", "https://mill.example/", False, True),
        ("", "https://mill.example/", True, False),
    ],
    ids=[
        "beside the text",
        "few words in a block of its own",
        "to other sites",
        "to other sites in a block of its own",
    ],
)
def test_beside_the_paragraphs_one_entry_of_words_or_links_to_other_sites_are_enough_for_a_list(
    read_page: Read, words: str, target: str, boxed: bool, kept: bool
) -> None:
    link = f'<li><a href="{target}">Where the mill by the sea sells it</a></li>'
    listed = f"<ul>{f'<li>{words}</li>' if words else ''}{link * 4}</ul>"
    listed = f"<div><h3>Notes</h3>{listed}</div>" if boxed else listed
    body = f"{ABOUT}{HEADING}<div>{TEXT}{listed}<p>{RUNNING[0].replace('0', '20')}</p></div>{ABOUT}"
    assert ("- Where the mill by the sea sells it" in text_of(read_page, body)) is kept
