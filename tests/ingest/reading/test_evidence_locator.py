"""A candidate is located by its words, or else by its value, independently of earlier requests."""

from __future__ import annotations

from archive.evidence.locate import Place
from archive.http.exchange import Entity
from ingest.reading.candidate import Candidate, Field
from ingest.reading.page.evidence_locator import Locator
from ingest.reading.page.nodes import graph
from ingest.reading.page.page import open_page

HTML = b"""<!doctype html><title>Amber</title>
<script type="application/ld+json">{"datePublished": "2023-02-04", "dateModified": "2023-02-05", "n": "roads"}</script>
<script type="application/ld+json">{"datePublished": "2023-02-04"}</script>
<p>4 February 2023</p>
"""


def test_script_claims_are_located_by_value_and_script_and_misses_counted() -> None:
    page = open_page(Entity("https://a.example/", HTML, "text/html"), "https://a.example/")
    assert page is not None
    locator = Locator(page, "", graph(page))
    scripts = list(page.tree.iter("script"))

    def start(words: str, value: str, element: object) -> int | None:
        found = locator.of(Candidate(Field.PUBLISHED, value, words, "JSON-LD", Place.JSON, element))
        return None if found is None else found.ranges[0][0]

    first, second = HTML.index(b"2023-02-04"), HTML.rindex(b"2023-02-04")
    for _ in range(2):
        assert start("2023-02-04", "2023-02-04", scripts[0]) == first
        assert start("2023-02-04", "2023-02-04", scripts[1]) == second
        assert start("absent", "2023-02-05", scripts[0]) == HTML.index(b"2023-02-05")
        assert start("absent", "4 February 2023", scripts[0]) == HTML.index(b"4 February 2023")
        assert start("absent", "absent too", scripts[0]) is None
