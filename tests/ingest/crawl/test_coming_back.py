"""A returning run requests what is new, due or changed, and leaves the rest alone where lists say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.frontier import Frontier
from ingest.collection.collection import open_for_work
from ingest.crawl.run import Order
from ingest.settings.values import ScheduleOptions

Begin = Callable[..., Any]
BASE = "http://institute.example"


def editions(layout: Any, url: str) -> int:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        item = catalogue.item(url)
        assert item is not None
        return item.editions


def wait(layout: Any, url: str) -> timedelta:
    """Return the time until a page's next visit."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        visit = Frontier(catalogue).find("in", url)
    assert visit is not None
    assert visit.due is not None
    assert visit.visited_at is not None
    return visit.due - visit.visited_at


def change(site: Any, number: int, *, said: str | None) -> str:
    """Change text *number*; the sitemap dates the change *said*, or does not mention it."""
    pages, text = site.pages, site.texts[number]
    pages[text.path] = pages[text.path].replace("</p><p>", "</p><p>A line was mended, unnoticed. ", 1)
    if said is not None:
        before, _, after = pages["/sitemap.xml"].partition(text.url + "</loc><lastmod>")
        pages["/sitemap.xml"] = f"{before}{text.url}</loc><lastmod>{said}{after[after.index('<') :]}"
    return str(text.url)


@pytest.mark.slow
def test_with_dated_lists_the_second_run_requests_only_lists_and_changed_pages(samples: Any, visited: Begin) -> None:
    site = visited(samples.dated())
    first = site.again()
    assert first.tally.visits > 45
    asked = len(site.site.asked)
    now = datetime.now(UTC)
    told = change(site.site, 3, said=(now + timedelta(seconds=1)).isoformat())
    untold = change(site.site, 4, said=None)
    site.site.asked.clear()
    second = site.again()
    assert second.tally.counts["changed"] == 1
    # The list will show its next change too.
    assert wait(site.layout, told) == timedelta(days=7)
    assert (editions(site.layout, told), editions(site.layout, untold)) == (2, 1)
    assert len(site.site.asked) <= 0.15 * asked
    # All known pages are requested when a person asks for that.
    whole, _ = site.run(site.layout, site.settings, Order(whole=True))
    assert whole.tally.counts["unchanged"] >= 43
    assert editions(site.layout, untold) == 2
    assert wait(site.layout, untold) < timedelta(days=4)


@pytest.mark.slow
@pytest.mark.parametrize("day", ["now", "tomorrow"], ids=["today", "a future day"])
def test_a_date_without_a_time_may_mean_a_change_after_the_visit(samples: Any, visited: Begin, day: str) -> None:
    now = datetime.now(UTC)
    site = visited(samples.dated(day=f"{now if day == 'now' else now + timedelta(days=2):%Y-%m-%d}"))
    site.again()
    changed = change(site.site, 3, said=None)
    site.again()
    # A future date is not believed: the page waits until it is due.
    assert editions(site.layout, changed) == (2 if day == "now" else 1)


@pytest.mark.slow
def test_a_change_in_the_second_of_the_visit_is_found_by_the_next_run(samples: Any, visited: Begin) -> None:
    site = visited(samples.dated())
    site.again()
    respond, mended = site.site.respond, site.site.texts[3]
    change(site.site, 3, said=datetime.now(UTC).isoformat())

    def mending(method: str, path: str, headers: Any) -> Any:
        answer = respond(method, path, headers)
        if path == mended.path:
            site.site.respond = respond
            # Lists name the second in which the page was requested, but the page that was sent is the previous one.
            change(site.site, 3, said=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        return answer

    site.site.respond = mending
    site.again()
    assert editions(site.layout, mended.url) == 2
    site.again()
    assert editions(site.layout, mended.url) == 3


@pytest.mark.slow
def test_the_time_of_a_visit_is_that_of_its_request(samples: Any, visited: Begin) -> None:
    site = visited(samples.dated(3))
    site.again()
    with Catalogue.open(site.layout.catalogue, read_only=True) as catalogue:
        for text in site.site.texts:
            visit = Frontier(catalogue).find("in", text.url)
            assert visit is not None
            assert visit.capture is not None
            capture = catalogue.capture(visit.capture)
            assert capture is not None
            assert visit.visited_at == capture.began


@pytest.mark.slow
def test_a_list_that_misses_changes_loses_trust(samples: Any, visited: Begin) -> None:
    site = visited(samples.dated())
    site.again()
    for number in range(15):
        change(site.site, number, said=None)
    site.run(site.layout, site.settings, Order(whole=True))
    late = change(site.site, 20, said=None)
    site.again()
    assert editions(site.layout, late) == 2


@pytest.mark.slow
def test_a_site_without_dates_has_all_its_known_pages_visited(samples: Any, visited: Begin) -> None:
    site = visited(samples.drupal(45))
    site.again()
    changed = change(site.site, 3, said=None)
    site.again()
    assert editions(site.layout, changed) == 2


def test_a_changed_recheck_setting_applies_at_once(samples: Any, visited: Begin) -> None:
    site = visited(samples.dated(3))
    site.again()

    def dues(recheck: float) -> list[timedelta]:
        schedule = ScheduleOptions(recheck=recheck)
        settings = type(site.settings)(
            connect=site.settings.connect, publishers=site.settings.publishers, schedule=schedule
        )
        with open_for_work(site.layout, settings) as work:
            found = (Frontier(work.catalogue).find("in", text.url) for text in site.site.texts)
            return [one.due - one.visited_at for one in found if one and one.due and one.visited_at]

    day, week = timedelta(days=1), timedelta(days=7)
    assert dues(week.total_seconds()) == [week] * 3
    assert dues(day.total_seconds()) == [day] * 3
    assert dues(2 * week.total_seconds()) == [2 * week] * 3


@pytest.mark.slow
def test_a_page_that_answers_304_is_sometimes_requested_in_full(samples: Any, visited: Begin) -> None:
    site = visited(samples.dated(2))
    respond, whole = site.site.respond, []

    def noting(method: str, path: str, headers: Any) -> Any:
        if path == site.site.texts[0].path:
            whole.append("if-none-match" not in headers)
        return respond(method, path, headers)

    site.site.respond = noting
    for _ in range(12):
        site.run(site.layout, site.settings, Order(whole=True))
    assert [at for at, one in enumerate(whole) if one] == [0, 11]


def numbered(samples: Any, place: str) -> dict[str, str]:
    """Return the pages of a site with 45 texts, all below *place*, numbered the same each time."""
    home = samples.page("Institute", "<h1>Institute</h1>")
    pages = {"/": home, "/robots.txt": f"User-agent: *\nAllow: /\nSitemap: {BASE}/sitemap.xml\n"}
    rows = ""
    for number, one in enumerate(samples.articles(45), 1):
        pages[f"{place}{number}"] = samples.article(one, head=f'<link rel="shortlink" href="{BASE}/?p={number}">')
        rows += f"<url><loc>{BASE}{place}{number}</loc><lastmod>2020-01-31T10:00:00Z</lastmod></url>"
    pages["/sitemap.xml"] = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    return pages


@pytest.mark.slow
def test_texts_that_return_to_their_old_urls_are_not_counted_as_gone(samples: Any, visited: Begin) -> None:
    site = visited(samples.Make([], numbered(samples, "/text-")))
    site.again()
    for place, before in (("/2024/text-", 45), ("/text-", 45), ("/2024/text-", 45)):
        site.site.pages = numbered(samples, place)
        told = site.again().tally.counts
        assert (told["gone"], told["absent"]) == (0, before)
    removed = site.site.pages.pop("/2024/text-7")
    site.site.pages["/sitemap.xml"] = site.site.pages["/sitemap.xml"].replace(f"{BASE}/2024/text-7<", f"{BASE}/<")
    assert removed
    assert site.again().tally.counts["gone"] == 1


@pytest.mark.slow
def test_an_address_without_a_text_at_two_visits_is_asked_again_only_by_a_run_over_everything(
    samples: Any, visited: Begin
) -> None:
    pages = numbered(samples, "/text-")
    # Lists without dates: each run visits all pages that it knows.
    pages["/sitemap.xml"] = pages["/sitemap.xml"].replace("<lastmod>2020-01-31T10:00:00Z</lastmod>", "")
    pages["/"] = samples.page("Institute", '<h1>Institute</h1><a href="/nowhere">A text</a>')
    site = visited(samples.Make([], pages))
    asked = []
    for order in (Order(), Order(), Order(), Order(whole=True)):
        site.site.asked.clear()
        site.run(site.layout, site.settings, order)
        told = [str(one) for one in site.site.asked]
        asked.append((any("/nowhere" in one for one in told), any("/text-7" in one for one in told)))
    assert asked == [(True, True), (True, True), (False, True), (True, True)]
