"""A text that a page only hands to its scripts is not read, and its page is known to be incomplete."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from db.model.item import Partial, Reading

Read = Callable[..., Reading]
FRAME = "<nav>" + "".join(f"<a href='/{n}'>All about the harbour, part {n}</a>" for n in range(4)) + "</nav>"
SENTENCE = "The łock above the mill was mended twice, and both times the parish asked who would pay. "
POST = {"props": {"post": {"title": "The Lock", "body": f"<p>{SENTENCE * 8}</p><p>{SENTENCE * 4}</p>"}}}


def page(script: str, shown: str = "<p>Loading</p>") -> str:
    head = "<head><title>The Lock</title></head>"
    return f"<html lang='en'>{head}<body>{FRAME}<main><h1>The Lock</h1>{shown}</main>{script}</body></html>"


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(POST)}</script>',
        f"<script>window.__NUXT__={json.dumps(POST, ensure_ascii=False)};</script>",
    ],
    ids=["Next.js", "Nuxt"],
)
def test_a_page_whose_text_only_its_scripts_hold_is_incomplete(read_page: Read, script: str) -> None:
    assert read_page(page(script)).partial is Partial.SCRIPT
    # The same data beside the text that they hold.
    assert read_page(page(script, POST["props"]["post"]["body"])).partial is None


@pytest.mark.parametrize(
    "script",
    [
        f"<script>var text = {json.dumps(POST)};</script>",
        '<script id="__NEXT_DATA__">{"a": "' + "abcdefghij" * 90 + '"}</script>',
        '<script id="__NEXT_DATA__">{"a": "A short summary."}</script>',
    ],
    ids=["another script", "no prose", "a summary"],
)
def test_other_scripts_and_other_data_hold_no_text(read_page: Read, script: str) -> None:
    assert read_page(page(script)).partial is None
