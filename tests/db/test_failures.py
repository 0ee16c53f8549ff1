"""The public view of failures when the same thing fails again and again."""

from __future__ import annotations

from typing import Any

import pytest

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.frontier import Discovery, Frontier, VisitKind
from db.model.item import PageKind
from db.query.overview import overview


def test_page_that_fails_repeatedly_is_listed_once_with_the_newest_reason(catalogue: Catalogue, builder: Any) -> None:
    url = "https://institute.example/private"
    for number, reason in enumerate(("timeout", "robots", "robots"), start=1):
        catalogue.add_note(builder.note(number, NoteKind.FAILURE, {"reason": reason, "detail": str(number)}, about=url))
    (failure,) = catalogue.failures()
    assert (failure.reason, failure.detail) == ("robots", "3")


def test_page_blocked_in_every_run_is_listed_once(catalogue: Catalogue, builder: Any) -> None:
    catalogue.add(builder.answer(1, "/closed", 403))
    catalogue.add(builder.answer(2, "/closed", 403))
    assert len(catalogue.failures()) == 1


def test_the_overview_counts_failures_by_reason(catalogue: Catalogue, builder: Any) -> None:
    for number, reason in enumerate(("timeout", "robots", "robots"), start=1):
        about = f"https://institute.example/{number}"
        catalogue.add_note(builder.note(number, NoteKind.FAILURE, {"reason": reason, "detail": ""}, about=about))
    seen = overview(catalogue.connection, builder.at(9))
    assert (seen.failures, dict(seen.reasons)) == (3, {"robots": 2, "timeout": 1})


def test_failed_requisites_and_their_robots_files_are_counted_separately(catalogue: Catalogue, builder: Any) -> None:
    pictures, page = "https://pictures.example", "https://institute.example/page"
    wanted = [
        (page, VisitKind.PAGE),
        (f"{page}.png", VisitKind.REQUISITE),
        (f"{pictures}/1.png", VisitKind.REQUISITE),
        # A picture that is linked like a page counts as a page.
        (f"{page}/both.png", VisitKind.REQUISITE),
        (f"{page}/both.png", VisitKind.PAGE),
    ]
    Frontier(catalogue).seed([Discovery(url, "institute", kind) for url, kind in wanted], now=builder.at(0))
    of_pictures = (f"{pictures}/1.png", f"{pictures}/robots.txt", f"{page}.png")
    of_pages = (
        page,
        f"{page}/both.png",
        "https://institute.example/robots.txt",
        "https://pictures.example2/robots.txt",
    )
    body = {"reason": "dns", "detail": ""}
    for number, about in enumerate((*of_pictures, *of_pages), start=1):
        catalogue.add_note(builder.note(number, NoteKind.FAILURE, body, about=about, publisher="institute"))
    seen = overview(catalogue.connection, builder.at(9))
    assert (dict(seen.reasons), dict(seen.requisites)) == ({"dns": 7}, {"dns": 3})


def test_failed_requisites_are_told_by_their_notes_where_a_rebuild_made_no_visit_for_them(
    catalogue: Catalogue, builder: Any
) -> None:
    page = "https://institute.example/page"
    Frontier(catalogue).seed([Discovery(page, "institute", VisitKind.PAGE)], now=builder.at(0))
    failed = [
        ("https://pictures.example/1.png", "requisite"),
        ("https://pictures.example/robots.txt", "robots"),
        (f"{page}.png", "requisite"),
        # These are of pages, or may be.
        ("https://institute.example/robots.txt", "robots"),
        ("https://other.example/robots.txt", "robots"),
        ("https://other.example/report", "page"),
        (page, "requisite"),
    ]
    for number, (about, purpose) in enumerate(failed, start=1):
        body = {"reason": "dns", "detail": "", "purpose": purpose}
        catalogue.add_note(builder.note(number, NoteKind.FAILURE, body, about=about, publisher="institute"))
    seen = overview(catalogue.connection, builder.at(9))
    assert (dict(seen.reasons), dict(seen.requisites)) == ({"dns": 7}, {"dns": 3})


def test_the_visit_of_one_page_does_not_hide_what_the_last_whole_run_found(catalogue: Catalogue, builder: Any) -> None:
    found = {"coverage": [{"publisher": "a"}], "budgets": {"a": {}}, "remarks": ["look"]}
    told = ({"new": 9, "coverage": []}, {"new": 7, **found}, {"new": 1})
    for number, (kind, summary) in enumerate(zip(("run", "run", "page"), told, strict=True), start=1):
        times = {"started": builder.at(number).isoformat(), "finished": builder.at(number).isoformat()}
        catalogue.add_note(builder.note(number, NoteKind.RUN, {"kind": kind, **times, "summary": summary}))
    last = overview(catalogue.connection, builder.at(9)).last
    assert last is not None
    assert (last["kind"], last["summary"]) == ("page", {"new": 1, **found})


def test_missing_robots_txt_and_sitemap_are_no_failures(catalogue: Catalogue, builder: Any) -> None:
    catalogue.add(builder.answer(1, "/robots.txt", 404))
    catalogue.add(builder.answer(2, "/wp-sitemap.xml", 404))
    catalogue.add(builder.answer(3, "/paper", 404))
    assert [failure.url for failure in catalogue.failures()] == ["https://institute.example/paper"]


@pytest.mark.parametrize("good", ["redirect", "file", "document", "not modified"])
def test_any_later_answer_that_is_good_ends_a_failure(catalogue: Catalogue, builder: Any, good: str) -> None:
    catalogue.add(builder.answer(1, "/report", 500))
    later = {
        "redirect": builder.redirect(3, "/report", "/2024/report"),
        "file": builder.entry(3, "/report", kind=PageKind.OTHER),
        "document": builder.entry(3, "/report", kind=PageKind.DOCUMENT),
        "not modified": builder.answer(3, "/report", 304),
    }
    assert [failure.reason for failure in catalogue.failures()] == ["error"]
    catalogue.add(later[good])
    assert catalogue.failures() == []


def test_redirect_ends_the_failure_of_a_host_that_could_not_be_reached(catalogue: Catalogue, builder: Any) -> None:
    url = "https://institute.example/old"
    catalogue.add_note(builder.note(1, NoteKind.FAILURE, {"reason": "dns", "detail": ""}, about=url))
    catalogue.add(builder.redirect(2, "/old", "/new"))
    assert catalogue.failures() == []


def test_of_a_failed_request_and_a_bad_answer_only_the_newest_is_listed(catalogue: Catalogue, builder: Any) -> None:
    url = "https://institute.example/paper"
    down = {"reason": "timeout", "detail": ""}
    catalogue.add_note(builder.note(1, NoteKind.FAILURE, down, about=url))
    catalogue.add(builder.answer(2, "/paper", 500))
    assert [failure.reason for failure in catalogue.failures()] == ["error"]
    catalogue.add_note(builder.note(3, NoteKind.FAILURE, down, about=url))
    assert [failure.reason for failure in catalogue.failures()] == ["timeout"]


def test_login_page_after_an_error_is_still_a_failure(catalogue: Catalogue, builder: Any) -> None:
    catalogue.add(builder.answer(1, "/members", 500))
    catalogue.add(builder.entry(2, "/members", kind=PageKind.PROTECTED))
    assert [failure.reason for failure in catalogue.failures()] == ["protected"]
