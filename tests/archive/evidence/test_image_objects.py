"""Image objects: what a page's JSON-LD states about single files, each value with its byte range."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest

from archive.evidence.image_objects import image_objects
from archive.evidence.locate import Source, words_at

BY = "https://creativecommons.org/licenses/by/4.0/"
OTHER = "https://institute.example/terms/"


def stated(page: str) -> list[tuple[tuple[str, ...], list[tuple[str, str]]]]:
    body = page.encode()
    found = image_objects(Source(body, "utf-8"))
    for one in found:
        for _, passage in one.stated:
            assert words_at(body, passage.ranges, passage.decoding) == passage.words
    return [(one.addresses, [(name, said.words) for name, said in one.stated]) for one in found]


def script(value: Any) -> str:
    return f'<html><script type="application/ld+json">{json.dumps(value)}</script></html>'


def test_image_object_states_its_own_words_and_not_those_of_its_parent() -> None:
    """The article states the same licence in the same words, before and after the picture's."""
    picture = {
        "@type": "ImageObject",
        "contentUrl": "/a.jpg",
        "license": BY,
        "acquireLicensePage": OTHER,
        "creditText": "Ada Berg / Harbour House",
        "copyrightNotice": "© Ada Berg",
        "creator": {"@type": "Person", "name": "Ada Berg"},
    }
    page = script({"@type": "Article", "license": BY, "image": picture, "usageInfo": BY})
    assert stated(page) == [
        (
            ("/a.jpg",),
            [
                ("license", BY),
                ("acquire", OTHER),
                ("credit", "Ada Berg / Harbour House"),
                ("copyright", "© Ada Berg"),
                ("creator", "Ada Berg"),
            ],
        )
    ]
    [one] = image_objects(Source(page.encode(), "utf-8"))
    [(begin, _)] = next(said.ranges for name, said in one.stated if name == "license")
    assert page.index("ImageObject") < begin < page.index("usageInfo")


def test_image_objects_are_found_in_graphs_lists_and_any_type_spelling() -> None:
    graph = [
        {"@type": "http://schema.org/ImageObject", "url": "/a.jpg", "license": {"@id": BY}},
        {"@type": ["Photograph", "ImageObject"], "url": ["/b.jpg"], "creator": ["Jan Kowal", {"name": "Ewa Lis"}]},
        {"@type": "WebPage", "primaryImageOfPage": {"@type": "ImageObject", "url": "/c.jpg", "caption": "A ship"}},
        {"@type": "ImageObject", "license": BY},
    ]
    assert stated(script({"@graph": graph})) == [
        (("/a.jpg",), [("license", BY)]),
        (("/b.jpg",), [("creator", "Jan Kowal"), ("creator", "Ewa Lis")]),
    ]


def test_a_script_in_a_comment_or_of_another_type_states_nothing() -> None:
    held = script({"@type": "ImageObject", "url": "/a.jpg", "license": BY})
    assert len(stated(held)) == 1
    assert stated(f"<!-- {held} -->") == []
    assert stated(held.replace("application/ld+json", "application/json")) == []


@pytest.mark.parametrize(
    "body", ["", "{", '{"@type": "ImageObject", "url": ', "[" * 5000, '{"a": }', "null", "]", '"x"']
)
def test_broken_json_raises_nothing(body: str) -> None:
    assert stated(f'<script type="application/ld+json">{body}</script>') == []
    assert stated(f'<script type="application/ld+json">{body}') == []


def test_too_long_script_is_skipped_and_later_ones_are_read() -> None:
    held = script({"@type": "ImageObject", "url": "/a.jpg", "license": BY})
    long = '<script type="application/ld+json">' + "[" * 300_001 + "</script>"
    assert len(stated(long + held)) == 1


@pytest.mark.parametrize(
    "body",
    [
        # Each quotation mark could open a string, and none closes it.
        '{"' + '\\"' * 100_000,
        '{"@type": "ImageObject", "url": "/a.png", "creditText": [' + ",".join(['"Ewa"'] * 40_000) + "]}",
    ],
    ids=["a string that never ends", "thousands of names"],
)
def test_endless_json_is_read_quickly_and_bounded(body: str) -> None:
    began = process_time()
    found = stated(f'<script type="application/ld+json">{body}</script>')
    assert process_time() - began < 2
    assert sum(len(said) for _, said in found) <= 20
