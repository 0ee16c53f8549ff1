"""Posts of a thread and entries of a list: the text of a page without running text of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading

Read = Callable[..., Reading]
WORDS = "The crane of quay {n} was mended in spring, and holds since."
FEW = "Well, it does not hold at quay {n}."


def post(number: int, words: str, name: str = "message-body") -> str:
    return (
        f'<article class="message m{number}"><h4><a href="/people/{number}/">Halina{number}</a></h4>'
        f"<dl><dt>Joined</dt><dd>May 2017</dd></dl><div><time>3 May</time> <a href='#p{number}'>#{number}</a></div>"
        f'<div class="{name}"><div class="wrap">{words}<br>{words.replace("spring", "autumn")}<br>Come and see!</div>'
        "</div></article>"
    )


def thread_page(posts: str) -> str:
    menu = "<ul>" + "".join(f'<li><a href="/{n}/">Salt prices of year {n}</a></li>' for n in range(20)) + "</ul>"
    head = "<head><title>Cranes of the port</title></head>"
    return f"<html>{head}<body>{menu}<h1>Cranes of the port</h1><div class='thread'>{posts}</div></body></html>"


def test_the_posts_of_a_thread_are_its_text_without_the_extractor(read_page: Read, extractor_calls: list[bool]) -> None:
    posts = "".join(post(n, (WORDS if n % 4 else FEW).format(n=n)) for n in range(10))
    text = read_page(thread_page(posts)).text
    assert all((WORDS if n % 4 else FEW).format(n=n) in text for n in range(10))
    assert "Halina" not in text
    assert "Joined" not in text
    assert extractor_calls == []


def test_the_entries_of_a_list_are_its_text(read_page: Read, extractor_calls: list[bool]) -> None:
    entry = '<li class="app"><a href="/{n}/">Crane {n}</a><div class="desc"><p>{words}</p><p>{words}</p></div></li>'
    entries = "".join(entry.format(n=n, words=WORDS.format(n=n)) for n in range(8))
    text = read_page(thread_page(f"<ul>{entries}</ul>")).text
    assert all(WORDS.format(n=n) in text for n in range(8))
    assert extractor_calls == []


@pytest.mark.parametrize("name", ["modal-body", "teaser-text", "related"])
def test_blocks_named_as_something_else_are_no_series(read_page: Read, extractor_calls: list[bool], name: str) -> None:
    read_page(thread_page("".join(post(n, WORDS.format(n=n), name) for n in range(10))))
    assert extractor_calls


def test_unnamed_sections_of_one_text_are_no_series(read_page: Read, extractor_calls: list[bool]) -> None:
    sections = "".join(f"<section><span>{WORDS.format(n=n)}</span></section>" for n in range(10))
    text = read_page(thread_page(sections)).text
    assert extractor_calls
    assert WORDS.format(n=9) in text


def test_few_blocks_or_few_words_are_no_series(read_page: Read, extractor_calls: list[bool]) -> None:
    read_page(thread_page("".join(post(n, WORDS.format(n=n)) for n in range(4))))
    read_page(thread_page("".join(post(n, "Well.") for n in range(40))))
    assert len(extractor_calls) == 2
