"""Site types: every text of each is collected, its traps are avoided, and omissions are reported."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from db.query.coverage import Coverage, coverage, missing
from db.search.search import search
from ingest.collection.collection import Layout
from ingest.commands.run import code_of
from ingest.crawl.run import Order
from ingest.demo.server import serve
from ingest.demo.site import Response
from ingest.reading import read, stamp
from ingest.settings.values import FetchOptions, PublisherOptions
from ingest.verification.claims import Verifier

Begin = Callable[..., Any]


def held(layout: Layout) -> set[str]:
    """Return the URLs of all items that are articles."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return {item.url for item in catalogue.items(catalogue.all_item_ids())}


def covered(layout: Layout, languages: tuple[str, ...] = ()) -> Coverage:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return coverage(catalogue.connection, "in", languages)


def listed(layout: Layout, wanted: str) -> list[str]:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return [one.url for one in missing(catalogue.connection, "in", wanted)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["drupal", "drupal_api", "static", "faceted", "hreflang", "joomla", "ghost", "hugo"])
def test_every_text_is_held_no_list_is_and_coverage_agrees_exactly(name: str, samples: Any, visited: Begin) -> None:
    site = visited(getattr(samples, name)())
    report = site.again()
    assert held(site.layout) == {text.url for text in site.site.texts}
    found = covered(site.layout).whole
    assert found.held == len(site.site.texts)
    assert sum(found.missing.values()) == found.missing.get("trap", 0)
    assert [one.whole.named for one in report.coverage] == [found.named]


@pytest.mark.slow
def test_print_versions_and_share_links_are_neither_items_nor_missing(samples: Any, visited: Begin) -> None:
    site = visited(samples.drupal(12))
    site.again()
    found = covered(site.layout).whole
    assert site.site.visits("share=") == 0
    assert found.missing == {}
    assert found.sources["archives"] >= 12


def test_session_ids_are_removed_from_urls_and_reported(samples: Any, visited: Begin) -> None:
    site = visited(samples.faceted())
    report = site.again()
    assert site.site.visits("PHPSESSID") == 0
    assert len(site.site.asked) == len(set(site.site.asked))
    assert any("session ids: asked for without them" in remark for remark in report.remarks)


@pytest.mark.slow
def test_traps_are_avoided_and_reported_with_an_example(samples: Any, visited: Begin) -> None:
    site = visited(samples.faceted())
    site.again()
    assert site.site.visits("/find") + site.site.visits("/calendar") <= 20
    told = listed(site.layout, "trap")
    assert any("/find?" in url for url in told)
    assert any("/calendar/" in url for url in told)


@pytest.mark.slow
def test_a_blog_on_a_subdomain_is_reported_and_visited_once_it_is_added(samples: Any, visited: Begin) -> None:
    site = visited(samples.two_hosts())
    report = site.again()
    own = {text.url for text in site.site.texts if text.host == samples.HOST}
    assert held(site.layout) == own
    assert listed(site.layout, "other host") == [f"http://{samples.BLOG}/", f"http://{samples.BLOG}/post/text-0"]
    assert report.remarks == [f"in: 2 pages on {samples.BLOG}, not visited: `creditline add {samples.BLOG} --to in`"]
    # The pages that link there did not change, and are not read again for their links.
    report = site.again(hosts=(samples.HOST, samples.BLOG))
    assert held(site.layout) == {text.url for text in site.site.texts}
    assert report.remarks == []
    assert covered(site.layout).whole.missing == {}


@pytest.mark.slow
def test_a_host_that_another_publisher_lists_is_not_offered_to_this_one(samples: Any, visited: Begin) -> None:
    site = visited(samples.two_hosts())
    blog = PublisherOptions(f"http://{samples.BLOG}/", "blog")
    report, _ = site.run(site.layout, dataclasses.replace(site.settings, publishers=(*site.settings.publishers, blog)))
    assert listed(site.layout, "other host") == [f"http://{samples.BLOG}/", f"http://{samples.BLOG}/post/text-0"]
    assert report.remarks == []


@pytest.mark.slow
def test_pages_named_only_by_hreflang_are_found_and_counted_by_language(samples: Any, visited: Begin) -> None:
    site = visited(samples.hreflang(6))
    site.again()
    found = covered(site.layout, ("en", "pl", "de"))
    assert {code: count.held for code, count in found.languages.items() if count.held} == {"en": 6, "pl": 6, "de": 6}


@pytest.mark.slow
def test_a_sitemap_that_shrinks_to_half_is_reported(samples: Any, visited: Begin) -> None:
    site = visited(samples.hreflang(12))
    site.again()
    pages = site.site.pages
    kept = pages["/sitemap.xml"].split("</url>")
    pages["/sitemap.xml"] = "</url>".join(kept[:4]) + "</url></urlset>"
    report = site.again()
    assert any("its lists name 8 pages, 24 the time before" in remark for remark in report.remarks)
    # Nobody reads the remarks of a run that ends well.
    assert code_of(report) is Exit.ATTENTION


@pytest.mark.slow
def test_documents_linked_from_pages_are_kept_read_and_searchable(
    samples: Any, visited: Begin, creditline: Callable[..., Any]
) -> None:
    site = visited(samples.papers())
    site.again()
    files = {f"{samples.BASE}{path}" for path in site.site.pages if path.endswith(".pdf")}
    assert held(site.layout) == {text.url for text in site.site.texts} | files
    unread = {f"{samples.BASE}/files/{name}.pdf" for name in ("scan", "damaged", "locked")}
    assert set(listed(site.layout, "unread")) == unread
    with Catalogue.open(site.layout.catalogue, read_only=True) as catalogue:
        told = {one.url: one.because for one in missing(catalogue.connection, "in", "unread")}
        assert told[f"{samples.BASE}/files/locked.pdf"] == "encrypted: a password is asked for"
        reasons = {str(failure.url): failure.detail for failure in catalogue.failures()}
        [hit] = search(catalogue.connection, 'title:"annual report"').hits
        assert (hit.kind, hit.page) == ("document", 1)
        [first] = search(catalogue.connection, f'"{site.site.texts[1].title}" is:document').hits
        landing = catalogue.item(site.site.texts[1].url)
        assert landing is not None
        assert (first.form_of, [form.id for form in landing.forms]) == (landing.id, [first.item])
        permitted = search(catalogue.connection, '"republish this report free of charge"').hits
        assert {hit.page for hit in permitted} == {2}
        item = catalogue.item(f"{samples.BASE}/files/alone.pdf")
        assert item is not None
        verifier = Verifier(catalogue, site.layout.warcs, read, stamp)
        proof = verifier.item(item)
        verifier.close()
    # If only the page is withheld, its file stays public: the command says so.
    ended = creditline("-C", site.layout.directory, "withhold", landing.id, "--reason", "Asked to.", "--by", "A. Nowak")
    assert f"decide about it too: creditline -C {site.layout.directory} withhold {landing.forms[0].id} " in ended.err
    assert unread <= reasons.keys()
    assert "a password is asked for" in reasons[f"{samples.BASE}/files/locked.pdf"]
    assert proof.faults == ()
    assert proof.claims.read_again >= 6


@pytest.mark.slow
def test_ebooks_and_word_processor_files_are_items_with_claims_that_verify(samples: Any, visited: Begin) -> None:
    site = visited(samples.books())
    site.again()
    files = {f"{samples.BASE}{path}" for path in site.site.pages if path.startswith("/files/")}
    assert held(site.layout) == {text.url for text in site.site.texts} | files
    assert listed(site.layout, "unread") == [f"{samples.BASE}/files/spoilt.docx"]
    with Catalogue.open(site.layout.catalogue, read_only=True) as catalogue:
        titles = ("The book of rivers", "A letter on grain", "A brief on harbours")
        for title in titles:
            [hit] = search(catalogue.connection, f'title:"{title}" kind:document').hits
            item = catalogue.item(hit.item)
            assert item is not None
            verifier = Verifier(catalogue, site.layout.warcs, read, stamp)
            proof = verifier.item(item)
            verifier.close()
            assert proof.faults == ()
            assert proof.claims.read_again >= 2


@pytest.mark.slow
def test_documents_are_left_out_and_reported_if_the_settings_say_so(samples: Any, visited: Begin) -> None:
    site = visited(samples.papers(), documents=False)
    report = site.again()
    assert site.site.visits(".pdf") == 0
    assert len(listed(site.layout, "kind not kept")) == 9
    assert any("9 documents linked and not kept" in remark for remark in report.remarks)
    site.again(documents=True)
    assert site.site.visits(".pdf") >= 9


STYLES = {"/theme.css", "/more.css"}
IMAGES = {"/picture.png", "/picture-2.png", "/ground.png", "/lost.png", "/own-0.png", "/own-1.png", "/own-2.png"}
OTHERS = {"/icon.png", "/font.woff2"}


def needed(site: Any) -> list[str]:
    """Return the requests for anything but pages, robots.txt and lists."""
    return sorted(url for url in site.asked if url.endswith((".css", ".png", ".woff2")))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wanted", "kept"), [("styles+images", STYLES | IMAGES), ("all", STYLES | IMAGES | OTHERS), ("none", set())]
)
def test_requisites_are_kept_once_as_the_settings_say(
    wanted: str, kept: set[str], samples: Any, visited: Begin
) -> None:
    site = visited(samples.shown(), requisites=wanted)
    report = site.again()
    photo = {f"http://{samples.BLOG}/photo.png"} if kept else set()
    assert needed(site.site) == sorted({f"{samples.BASE}{path}" for path in kept} | photo)
    # They are not pages, not items, and not missing.
    assert held(site.layout) == {text.url for text in site.site.texts}
    assert report.tally.visits == 4
    assert covered(site.layout).whole.missing == {}
    assert report.requisites == ({"in": len(needed(site.site))} if kept else {})
    site.again()
    assert needed(site.site) == []


@pytest.mark.slow
def test_a_picture_that_failed_is_none_of_the_failed_pages_after_a_rebuild(
    samples: Any, visited: Begin, creditline: Callable[..., Any]
) -> None:
    site = visited(samples.shown())
    elsewhere = tuple(pair for pair in site.settings.connect if pair[0] != samples.BLOG)
    site.settings = dataclasses.replace(site.settings, connect=(*elsewhere, (samples.BLOG, "127.0.0.1:9")))
    site.again()
    before = creditline("-C", site.layout.directory, "status").out.splitlines()[0]
    assert "failures 0" in before
    assert "missing pictures and styles 2" in before, "the picture, and robots.txt of its host"
    assert creditline("-C", site.layout.directory, "rebuild").code == Exit.DONE
    assert creditline("-C", site.layout.directory, "status").out.splitlines()[0] == before


@pytest.mark.slow
def test_a_run_with_a_limit_leaves_requisites_to_the_next_run(samples: Any, visited: Begin) -> None:
    site = visited(samples.shown())
    report, _ = site.run(site.layout, site.settings, Order(limit=2))
    assert needed(site.site) == []
    assert report.wanting["in"] > 0
    assert report.summary()["requisites left"] == report.wanting
    after = site.again()
    assert len(needed(site.site)) == len(STYLES | IMAGES) + 1
    assert after.wanting == {}


def test_requisites_are_fetched_by_a_run_that_reaches_its_page_budget(samples: Any, visited: Begin) -> None:
    site = visited(samples.shown())
    site.settings = dataclasses.replace(site.settings, fetch=FetchOptions(pages=2))
    report = site.again()
    assert report.cut == ["in"]
    assert report.tally.visits == 2
    styles = {f"{samples.BASE}{path}" for path in STYLES}
    assert styles <= set(needed(site.site))
    assert report.requisites == {"in": len(needed(site.site))}
    assert report.wanting == {}


@pytest.mark.slow
def test_a_page_that_left_the_sitemap_is_visited_before_it_is_due(samples: Any, visited: Begin) -> None:
    site = visited(samples.hreflang(6))
    site.again()
    pages, lost = site.site.pages, site.site.texts[0]
    entries = pages["/sitemap.xml"].split("</url>")
    pages["/sitemap.xml"] = "</url>".join([entries[0].partition("<url>")[0] + entries[1], *entries[2:]])
    # Its German page was named in the entry that was removed, and still exists.
    del pages[lost.path]
    site.site.asked.clear()
    site.run(site.layout, site.settings, Order(due_only=True))
    asked = {url.removeprefix(samples.BASE) for url in site.site.asked}
    assert {lost.path, "/de/text-0"} <= asked
    assert not asked & {text.path for text in site.site.texts[1:6]}
    with Catalogue.open(site.layout.catalogue, read_only=True) as catalogue:
        item = catalogue.item(lost.url)
    assert item is not None
    assert item.gone is not None


@pytest.mark.slow
@pytest.mark.parametrize("validated", [True, False], ids=["etag", "no etag"])
def test_links_of_an_unchanged_home_page_are_followed_after_the_first_look(
    samples: Any, creditline: Any, tmp_path: Any, validated: bool
) -> None:
    site = samples.papers()

    class Site:
        def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
            found: Response = site.respond(method, path, headers if validated else {**headers, "if-none-match": ""})
            return found if validated else Response(found.status, found.headers[:1], found.body)

    with serve(Site()) as port:
        told = ("--contact", "archive@example.org", "--connect", f"institute.example=127.0.0.1:{port}")
        began = creditline("-C", tmp_path / "kept", "init", f"{samples.BASE}/", *told)
        assert began.code == 3, began.err  # it has neither a sitemap nor a feed
        ended = creditline("-C", tmp_path / "kept", "run")
        assert ended.code == 0, ended.err
    assert {text.url for text in site.texts} <= held(Layout(tmp_path / "kept"))


@pytest.mark.slow
def test_pages_that_answer_at_another_spelling_of_their_url_are_held(
    samples: Any, visited: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Static servers redirect from /text to /text/, and most sites from http to https: such addresses share a key."""
    site = samples.shown(3)
    spelt = {f"{text.path}/" for text in site.texts}
    respond = type(site).respond

    def slashed(self: Any, method: str, path: str, headers: Mapping[str, str]) -> Any:
        if f"{path}/" in spelt:
            self.asked.append(path)
            return Response(301, (("Location", f"{path}/"),))
        return respond(self, method, path.rstrip("/") if path in spelt else path, headers)

    monkeypatch.setattr(type(site), "respond", slashed)
    begun = visited(site)
    begun.again()
    assert held(begun.layout) == {f"http://institute.example{path}" for path in spelt}
    # The next run requests them in the spelling that answered.
    site.asked.clear()
    begun.again()
    assert [path for path in site.asked if f"{path}/" in spelt] == []


@pytest.mark.slow
def test_texts_stay_held_when_their_site_moves_to_a_host_that_is_not_visited(
    samples: Any, visited: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = samples.shown(3)
    begun = visited(site)
    begun.again()
    assert covered(begun.layout).whole.held == 3
    respond = type(site).respond

    def moved(self: Any, method: str, path: str, headers: Mapping[str, str]) -> Any:
        if path == "/robots.txt":
            return respond(self, method, path, headers)
        return Response(301, (("Location", f"http://moved.example{path}"),))

    monkeypatch.setattr(type(site), "respond", moved)
    report = begun.again()
    assert covered(begun.layout).whole.held == 3
    assert any("leads to moved.example: `creditline add moved.example --to in`" in one for one in report.remarks)


@pytest.mark.slow
def test_a_site_that_moved_to_another_host_without_redirects_is_told_and_found_once_the_host_is_added(
    samples: Any, visited: Begin
) -> None:
    site = samples.two_hosts(6)
    for path, body in site.pages.items():
        site.pages[path] = str(body).replace(f"http://{samples.BLOG}", "http://elsewhere.example")
    begun = visited(site)
    begun.again()
    own, blog = site.texts[:6], site.texts[6:]
    assert held(begun.layout) == {text.url for text in own}
    for path in [path for path in site.pages if path.startswith("/")]:
        del site.pages[path]
    report = begun.again()
    assert any(one.startswith("in: 6 of 6 texts are gone since the last run") for one in report.remarks)
    begun.again(hosts=(samples.HOST, samples.BLOG))
    assert {text.url for text in blog} <= held(begun.layout)


@pytest.mark.slow
def test_a_site_that_asks_for_a_consent_first_is_told_and_its_question_is_no_text(
    samples: Any, visited: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = samples.articles(3)
    site = samples.Make(texts)
    site.pages["/"] = samples.listing("Texts", [(one.path, one.title) for one in texts])
    asked = samples.page("Your choice", "<p>We and our partners ask you first.</p><form><button>Yes</button></form>")
    respond = type(site).respond

    def gated(self: Any, method: str, path: str, headers: Mapping[str, str]) -> Any:
        if path.startswith(("/choice", "/wp-login.php")):
            return Response(200, (("Content-Type", "text/html"),), asked.encode())
        if path not in {one.path for one in texts}:
            return respond(self, method, path, headers)
        gate = "/wp-login.php?redirect_to=" if path == texts[0].path else "/choice?return="
        return Response(302, (("Location", gate + path.replace("/", "%2F")),))

    monkeypatch.setattr(type(site), "respond", gated)
    begun = visited(site)
    report = begun.again()
    assert held(begun.layout) == set()
    assert report.tally.counts["blocked"] == 2
    assert covered(begun.layout).whole.missing == {"behind a wall": 3}
