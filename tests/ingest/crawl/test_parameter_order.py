"""The order of parameters: an address is requested as its site prints it, and a page in two orders only once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make
from ingest.crawl.parameter_order import by_name, in_other_orders
from ingest.demo.server import serve
from ingest.demo.site import Response
from ingest.settings.values import Settings

BASE = "http://institute.example"
TEXT = "<p>The weir above the mill was raised twice, and both times the parish asked who would pay for it.</p>" * 5


class Strict:
    """A site that knows each address in one order of its parameters. One page links in another; if *odd*, all do."""

    PAGES = ("/read?type=note&id=4", "/read?type=note&id=9", "/list?what=notes&at=2")

    def __init__(self, *, odd: bool) -> None:
        self.asked: list[str] = []
        self.odd = odd

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert (method, headers["host"]) == ("GET", "institute.example")
        self.asked.append(path)
        if path == "/robots.txt":
            return Response(200, (("Content-Type", "text/plain"),), f"Sitemap: {BASE}/map?type=x&by=1\n".encode())
        if path == "/map?type=x&by=1":
            named = "".join(f"<url><loc>{BASE}{one.replace('&', '&amp;')}</loc></url>" for one in self.PAGES)
            body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{named}</urlset>'
            return Response(200, (("Content-Type", "text/xml"),), body.encode())
        if path not in ("/", *self.PAGES):
            return Response(404, (("Content-Type", "text/html"),), b"<html>nothing</html>")
        links = '<a href="/read?id=4&amp;type=note">4</a>' if self.odd or path == Strict.PAGES[2] else ""
        name = f"Page {path[-1]}"
        page = f"<html><head><title>{name}</title></head><body><h1>{name}</h1>{TEXT}{links}</body></html>"
        return Response(200, (("Content-Type", "text/html"),), page.encode())


@pytest.fixture
def runs(tmp_path: Path, settings_at: Callable[[int], Settings], run_over: Callable[..., Any]) -> Callable[..., Any]:
    """Return what visits a site once or twice, and returns the outcome at each address with parameters."""

    def visit(site: Strict, times: int) -> dict[str, str]:
        layout = Layout(tmp_path / "kept")
        with serve(site) as port:
            make(layout, settings_at(port))
            for _ in range(times):
                run_over(layout, settings_at(port))
        with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
            found = catalogue.connection.execute("SELECT url, outcome FROM visit WHERE url LIKE '%?%'").fetchall()
        return {url.removeprefix(BASE): outcome for url, outcome in found}

    return visit


@pytest.mark.slow
def test_an_address_is_requested_in_the_order_in_which_the_site_prints_it_and_once(runs: Callable[..., Any]) -> None:
    site = Strict(odd=False)
    assert runs(site, 1) == dict.fromkeys(Strict.PAGES, "new")
    assert sorted(path for path in site.asked if "?" in path) == sorted(("/map?type=x&by=1", *Strict.PAGES))


@pytest.mark.slow
def test_an_address_whose_first_order_led_nowhere_is_requested_in_the_order_of_the_sitemap(
    runs: Callable[..., Any],
) -> None:
    assert runs(Strict(odd=True), 2)[Strict.PAGES[0]] == "new"


@given(st.permutations(["a=1", "b=2", "c=3", "a=0"]))
def test_each_order_of_the_parameters_leads_to_each_other_but_values_of_one_name_keep_their_order(
    pairs: list[str],
) -> None:
    url = f"{BASE}/list?{'&'.join(pairs)}"
    others = set(in_other_orders(url))
    assert by_name(url) in {url, *others}
    assert len(others) == 11
    assert {by_name(one) for one in others} == {by_name(url)}


@pytest.mark.parametrize("url", [f"{BASE}/a", f"{BASE}/a?b=1"])
def test_an_address_with_fewer_than_two_parameters_has_one_order(url: str) -> None:
    assert list(in_other_orders(url)) == []
