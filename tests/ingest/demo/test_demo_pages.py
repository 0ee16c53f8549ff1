"""What the pages of the demonstration's institute contain besides what its articles say."""

from __future__ import annotations

import gzip
import json
from functools import cache
from typing import Any
from urllib.parse import urljoin

import feedparser
import pytest
from lxml import etree, html
from protego import Protego

from ingest.demo.articles import Article, blocks_of, load, slug_of
from ingest.demo.house import ENGLISH, HOUSES, LOGIN
from ingest.demo.site import BASE, Response, Site
from ingest.demo.theme import png
from ingest.demo.truth import truth

SITE = Site()
ROWS = truth(SITE)
STRICT = etree.XMLParser(resolve_entities=False, no_network=True)


def get(url: str, site: Site = SITE) -> Response:
    return site.respond("GET", url.removeprefix(BASE), {"Host": "institute.example"})


@cache
def tree(url: str) -> Any:
    return html.fromstring(get(url).body.decode())


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def html_paths() -> list[str]:
    return [path for path in SITE.paths if str(get(path).get("Content-Type")).startswith("text/html")]


def locations(path: str) -> list[str]:
    body = get(path).body
    plain = gzip.decompress(body) if path.endswith(".gz") else body
    found = etree.fromstring(plain, STRICT).xpath("//*[local-name()='loc']/text()")
    return [str(location) for location in found]


def row_named(slug: str) -> dict[str, object]:
    return next(row for row in ROWS if str(row["url"]).endswith(f"/{slug}/"))


def test_sixteen_articles_are_english_and_eight_polish() -> None:
    languages = [row["language"] for row in ROWS]
    assert (languages.count("en"), languages.count("pl")) == (16, 8)


def test_every_link_of_the_sitemaps_answers_200() -> None:
    listed = [url for sitemap in locations("/sitemap_index.xml") for url in locations(sitemap.removeprefix(BASE))]
    assert {str(row["url"]) for row in ROWS} < set(listed)
    assert [url for url in listed if get(url).status != 200] == []


def test_every_link_on_every_page_has_a_target() -> None:
    dead = set()
    for path in html_paths():
        for element, _, link, _ in tree(path).iterlinks():
            if element.tag != "form" and get(urljoin(BASE + path, link).partition("#")[0]).status != 200:
                dead.add((path, link))
    assert dead == set()


def test_every_page_and_file_of_markup_is_well_formed() -> None:
    for path in SITE.paths:
        response = get(path)
        kind = str(response.get("Content-Type"))
        if "html" in kind or "xml" in kind:
            etree.fromstring(response.body, STRICT)
    for missing in ("/nothing/", "/pl/nic/"):
        etree.fromstring(get(missing).body, STRICT)


def test_articles_have_the_size_of_real_pages() -> None:
    assert all(20_000 <= len(get(str(row["url"])).body) <= 40_000 for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["url"]).removeprefix(BASE))
def test_the_truth_table_matches_what_the_page_shows(row: dict[str, Any]) -> None:
    url = row["url"]
    page = tree(url)
    house = HOUSES[row["language"]]
    parts = [page, *(tree(f"{url}{part}/") for part in range(2, row["pages"] + 1))]
    content = [part.find_class("entry-content")[0] for part in parts]
    shown = [words(block) for part in content for block in part.xpath("./p|./h2|.//blockquote/p|./ul/li")]
    for mark in page.xpath("//sup/a/text()"):
        shown = [paragraph.removesuffix(str(mark)) for paragraph in shown]
    assert shown == row["paragraphs"]
    assert words(page.find("body").find(".//h1")) == row["title"]
    assert page.get("lang")[:2] == row["language"]
    byline = words(page.xpath("//header/p[@class='entry-byline']")[0])
    day = house.date(next(a.published for a in load() if SITE.shelf.url(a) == url))
    assert byline == f"{house.labels['date']} {day} {house.labels['author']} {row['byline']}"
    assert [words(tag) for tag in page.xpath("//a[@rel='tag']")] == row["tags"]
    assert [words(caption) for caption in page.iter("figcaption")] == row["captions"]
    assert [words(line) for line in page.find_class("terms-line")] == [row["terms"]]
    assert page.xpath("string(//link[@rel='canonical']/@href)") == url
    assert page.xpath("string(//meta[@property='article:published_time']/@content)")[:10] == row["date"]
    assert page.xpath("string(//meta[@property='article:modified_time']/@content)")[:10] == row["modified"]
    alternates = page.xpath("//link[@rel='alternate'][@hreflang]/@href")
    assert sorted(alternates) == sorted([url, *row["translations"]] if row["translations"] else [])


def test_tables_and_footnotes_are_in_the_page_and_in_the_truth_table() -> None:
    row = row_named("ports-after-the-storm-a-survey-of-repair")
    page = tree(str(row["url"]))
    assert [[words(cell) for cell in line] for line in page.iter("tr")] == row["rows"]
    assert [words(note).removesuffix(" ↩") for note in page.xpath("//ol/li")] == row["notes"]


def test_a_date_and_a_joint_byline_are_printed_in_each_language() -> None:
    english = words(tree(f"{BASE}/winter-load-on-the-amber-cable/").find_class("entry-byline")[0])
    polish = words(tree(f"{BASE}/pl/porty-po-sztormie-przeglad-napraw/").find_class("entry-byline")[0])
    assert english == "Date: 24 April 2023 Author: Anna Łukasik and Piotr Zawada"
    assert polish == "Data: 21 maja 2024 Autor: Maria Żelazny i Jan Kowal"
    assert ENGLISH.byline(("A", "B", "C")) == "A, B and C"


def test_structured_data_names_a_login_as_author() -> None:
    for row in ROWS:
        graph = json.loads(tree(str(row["url"])).xpath("string(//script[@type='application/ld+json'])"))["@graph"]
        node = next(node for node in graph if node["@type"] == "Article")
        assert node["author"]["name"] == LOGIN
        assert LOGIN not in row["authors"]  # type: ignore[operator] # the row's value is a list
        assert (node["headline"], node["keywords"]) == (row["title"], row["tags"])
        assert (node["datePublished"][:10], node["dateModified"][:10]) == (row["date"], row["modified"])


def test_every_article_has_a_support_block_and_related_posts_with_bylines() -> None:
    for row in ROWS:
        page = tree(str(row["url"]))
        support = page.find_class("support-box")[0]
        assert words(support).startswith(HOUSES[str(row["language"])].support[0])
        related = page.find_class("related-posts")[0]
        assert len(related.xpath(".//h3/a")) == len(related.find_class("entry-byline")) == 3
        assert row["url"] not in related.xpath(".//h3/a/@href")


def test_a_page_in_two_parts_links_them_both_ways() -> None:
    url = str(row_named("the-long-road-to-a-nuclear-workforce")["url"])
    first, second = tree(url), tree(f"{url}2/")
    assert first.xpath("//link[@rel='next']/@href") == [f"{url}2/"]
    assert second.xpath("//link[@rel='prev']/@href") == [url]
    assert words(first.find_class("page-links")[0]) == words(second.find_class("page-links")[0]) == "Pages: 1 2"
    assert "exchange of inspectors" not in words(first)
    assert get(f"{url}3/").status == 404


def test_a_long_category_has_several_pages() -> None:
    first = tree(f"{BASE}/category/energy/")
    assert first.xpath("//link[@rel='next']/@href") == [f"{BASE}/category/energy/page/2/"]
    pages = [first, tree(f"{BASE}/category/energy/page/2/")]
    titles = [title for page in pages for title in page.xpath("//main//h2[@class='entry-title']/a/text()")]
    assert len(titles) == len(set(titles)) == 6


def test_the_protected_article_shows_a_form_and_none_of_its_words() -> None:
    protected = next(article for article in SITE.shelf.articles if article.protected)
    url = SITE.shelf.url(protected)
    assert tree(url).xpath("//form[@class='post-password-form']//input[@type='password']")
    assert url in tree(f"{BASE}/category/economy/").xpath("//a/@href")
    assert url not in {row["url"] for row in ROWS}
    assert [path for path in SITE.paths if b"quixotic" in get(path).body] == []


def test_feeds_name_the_newest_articles_of_their_language() -> None:
    for house in HOUSES.values():
        parsed = feedparser.parse(get(f"{house.root}feed/").body)
        assert not parsed.bozo
        newest = sorted((row for row in ROWS if row["language"] == house.language), key=lambda row: str(row["date"]))
        assert {entry.link for entry in parsed.entries} == {row["url"] for row in newest[-10:]}
        assert {entry.author for entry in parsed.entries} == {LOGIN}


def test_robots_txt_closes_the_private_pages() -> None:
    robots = Protego.parse(get("/robots.txt").body.decode())
    private = f"{BASE}/private/board-minutes/"
    assert get(private).status == 200
    assert not robots.can_fetch(private, "creditline")
    assert robots.can_fetch(f"{BASE}/about/", "creditline")
    assert list(robots.sitemaps) == [f"{BASE}/sitemap_index.xml"]


def test_the_terms_are_also_on_the_terms_pages() -> None:
    for house in HOUSES.values():
        assert house.terms in words(tree(f"{BASE}{house.root}{house.terms_page[0]}/"))


def test_pictures_are_different_png_files() -> None:
    files = {path: get(path) for path in SITE.paths if path.endswith(".png")}
    assert len({response.body for response in files.values()}) == len(files) == 5
    assert all(response.body.startswith(b"\x89PNG\r\n\x1a\n") for response in files.values())
    assert png("a.png") == png("a.png")


def test_no_other_institute_is_named() -> None:
    everything = b"".join(get(path).body for path in html_paths()).decode().lower()
    for name in (
        "warsaw",
        "warszaw",
        "chatham",
        "brookings",
        "carnegie",
        "csis",
        "rand corporation",
    ):
        assert name not in everything


def test_a_tag_becomes_a_segment_of_a_url() -> None:
    assert slug_of("energy & security") == "energy-security"
    assert slug_of("Łódź, żółć i 5 wysp") == "lodz-zolc-i-5-wysp"


def test_words_are_distinct_enough_to_search_for() -> None:
    for word, slug in (
        ("theodolite", "borrowed-maps"),
        ("greenhouses", "amber-cable"),
        ("kocioł", "archiwum"),
    ):
        holders = [row["url"] for row in ROWS if any(word in text for text in row["paragraphs"])]  # type: ignore[attr-defined] # a list
        assert len(holders) == 1
        assert slug in str(holders[0])


def test_markup_in_a_title_is_escaped_and_cannot_end_the_script() -> None:
    wild = Article(
        slug="wild",
        language="en",
        title='</script><b>Fish & "Chips"',
        authors=("A <b> B",),
        published=load()[0].published,
        modified=load()[0].modified,
        category="Energy",
        tags=("<i>",),
        parts=blocks_of("One & <two>."),
        work="wild",
    )
    body = get("/wild/", Site([wild])).body
    page = etree.fromstring(body, STRICT)
    assert page.xpath("string(//h1)") == wild.title
    assert json.loads(page.xpath("string(//script[@type])"))["@graph"][0]["headline"] == wild.title
