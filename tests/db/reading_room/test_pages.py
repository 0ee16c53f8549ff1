"""Every page of the room in each language: it answers in that language, and no request breaks it."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from archive.warc.capture import NoteKind
from db import runs
from db.catalogue import Catalogue
from db.frontier import Discovery, Frontier
from db.identity import ids_of, statement_id, url_key
from db.instant import to_text
from db.query import review_queue, terms_history
from db.query.coverage import coverage
from db.reading_room import kept_figures, messages, room, template
from db.reading_room.guard import LANGUAGES
from db.reading_room.pages import editions as timeline
from db.reading_room.pages import work
from ingest.crawl.tally import Tally
from tests.db.reading_room.conftest import BROWSER

FOLDER = Path(room.__file__).parent
CABLES = "https://institute.example/cables"
PLAIN = (
    *("/", "/search", "/search?q=cables+in:editions", "/search?q=nothing+like+it", "/authors", "/tags", "/sections"),
    *("/timeline", "/terms", "/terms?publisher=institute", "/coverage", "/coverage/institute/failed", "/runs"),
    *("/failures", "/failures?reason=gone", "/help", "/about", "/accessibility", "/quote"),
    *("/quote?words=first+deep+sea+port+of+Georgia", "/quote?words=nothing+of+this+stands+anywhere"),
)
FORMS = (
    *("/index.json", "/search.json", "/authors.json", "/tags.json", "/sections.json", "/terms.json"),
    *("/coverage.json", "/runs.json", "/failures.json", "/quote.json?words=deep+sea+port+of", "/metrics", "/readyz"),
)


def item_paths(articles: Catalogue) -> list[str]:
    editions = articles.editions(CABLES)
    times = [one.id.partition("@")[2] for one in editions]
    item, capture = editions[0].item, editions[0].captures[0]
    words = statement_id("institute", "Texts may be republished with credit.")
    return [
        *(f"/items/{item}", f"/items/{editions[0].id}", f"/items/{item}?style=apa&lang=pl", f"/items/{item}/evidence"),
        *(f"/items/{item}/editions", f"/items/{item}/editions.json", f"/items/{item}/evidence.json"),
        *(f"/items/{item}/pictures", f"/items/{item}/pictures.json"),
        *(f"/items/{item}/diff/{times[0]}..{times[-1]}", f"/items/{item}/diff/{times[-1]}..{times[0]}.json"),
        *(f"/captures/{capture}", f"/captures/{capture}.json", f"/terms/{words}"),
    ]


@pytest.mark.slow
def test_every_page_answers_in_every_language(room: TestClient, articles: Catalogue) -> None:
    for language in LANGUAGES:
        before = "" if language == LANGUAGES[0] else f"/{language}"
        for address in (*PLAIN, *FORMS, *item_paths(articles)):
            answer = room.get(before + address, headers=BROWSER)
            assert answer.status_code == 200, (address, answer.text)
            if answer.headers["content-type"].startswith("text/html"):
                assert f'<html lang="{language}">' in answer.text
                assert len(re.findall("<h1[ >]", answer.text)) == 1
                assert len(answer.content) < 50_000


@pytest.mark.slow
def test_every_link_of_every_page_leads_somewhere(room: TestClient, articles: Catalogue) -> None:
    waiting, seen = ["/", "/pl/"], set[str]()
    while waiting and len(seen) < 400:
        address = waiting.pop()
        if address in seen or address.startswith(("/feed", "/search.atom", "/pl/feed", "/pl/search.atom", "/api")):
            continue
        seen.add(address)
        answer = room.get(address, headers=BROWSER)
        assert answer.status_code in (200, 400 if "/search." in address else 200), address
        if answer.headers["content-type"].startswith("text/html"):
            found = re.findall(r'(?:href|src)="(/[^"#]*)', answer.text)
            waiting += [one.replace("&amp;", "&").replace("&#34;", '"').replace("&#39;", "'") for one in found]
    assert len(seen) > 60


def test_comparison_shows_changes_word_by_word(room: TestClient, articles: Catalogue) -> None:
    editions = [one.id.partition("@")[2] for one in articles.editions(CABLES)]
    item = articles.editions(CABLES)[0].item
    shown = room.get(f"/items/{item}/diff/{editions[0]}..{editions[-1]}", headers=BROWSER).text
    assert "<del>Cables &amp; &lt;cords&gt;</del>" in shown
    assert re.search(r"<ins>[^<]*and of the Black one\.</ins>", shown)


def test_timeline_lists_a_bounded_number_of_editions_and_their_total(
    room: TestClient, articles: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = articles.editions(CABLES)
    assert len(known) > 1
    whole = room.get(f"/items/{known[0].item}/editions.json").json()
    assert (whole["count"], len(whole["editions"])) == (len(known), len(known))
    monkeypatch.setattr(timeline, "MOST", 1)
    cut = room.get(f"/items/{known[0].item}/editions.json").json()
    assert cut == {**whole, "editions": whole["editions"][:1]}
    shown = room.get(f"/items/{known[0].item}/editions", headers=BROWSER).text
    assert "Only the newest editions are listed" in shown
    assert (known[-1].id in shown, known[0].id in shown) == (True, False)


def test_quotation_is_found_and_its_changes_are_listed(one_room: TestClient) -> None:
    told = one_room.get("/quote.json?words=The+first+deep-sea+harbour+of+Georgia").json()
    assert told["verdict"] == "altered"
    assert told["places"][0]["changes"][0]["was"] == "port"


def test_every_phrase_of_the_pages_has_a_polish_translation() -> None:
    polish = messages._table("pl")
    said, counted = set(), set()
    for path in (FOLDER / "templates").glob("*.html"):
        text = path.read_text("utf-8")
        said |= {one for one, behind in re.findall(r'\bt\("([^"]+)"\s*([~),])', text) if behind != "~"}
        counted |= set(re.findall(r'\bn\([^()]*,\s*"([^"]+)",\s*"[^"]+"\)', text))
    assert sorted(said - polish.keys()) == []
    assert sorted(one for one in counted if not isinstance(polish.get(one), list)) == []
    assert sorted(messages._table("en").keys() - polish.keys()) == []


NASTY = [
    "\0",
    "..",
    "%2e%2e",
    "//",
    "%00",
    "\udcff",
    "é",
    "<script>",
    "'",
    '"',
    "{{1}}",
    "%",
    "@",
    "@2023",
    "?",
    ";",
    "~",
    " ",
]


@pytest.mark.slow
def test_random_requests_never_cause_an_internal_error(room: TestClient, articles: Catalogue) -> None:
    """Random paths, parameters and headers: each is answered, and none with 500."""
    chance = random.Random(18)  # noqa: S311 - no secret, and the same each time
    known = [*PLAIN, *FORMS, *item_paths(articles)]
    for _ in range(1500):
        base = chance.choice(known).partition("?")[0]
        parts = base.split("/")
        if chance.random() < 0.7:
            parts[chance.randrange(len(parts))] = "".join(chance.choices([*NASTY, "a", "0", "json", "."], k=3))
        path = "/".join(parts) or "/"
        names = ["q", "sort", "after", "n", "words", "item", "style", "lang", "reason", "publisher", "x"]
        asked = {chance.choice(names): "".join(chance.choices([*NASTY, "lang:", "OR", "(", "cables", "9"], k=4))}
        headers = {
            "Accept": chance.choice(["*/*", "text/html", "", "x"]),
            "If-None-Match": chance.choice(["*", '"', ""]),
        }
        encoded = quote(path.encode("utf-8", "replace"), safe="/@:+,.~%-_=")
        values = {name: value.encode("utf-8", "replace") for name, value in asked.items()}
        answer = room.get(f"http://127.0.0.1/{encoded.lstrip('/')}", params=values, headers=headers)
        assert answer.status_code in (200, 301, 304, 400, 404, 410), (encoded, asked, answer.status_code)


def test_words_on_reuse_of_a_withheld_item_are_on_no_page(articles: Catalogue, builder: Any, room: TestClient) -> None:
    words = "Reprinted from a secret paper with permission."
    said = (builder.statement(builder.capture(50, "/secret"), words),)
    articles.add(builder.entry(50, "/secret", text="A secret.", statements=said))
    address, item = f"/terms/{statement_id('institute', words)}", articles.item("https://institute.example/secret")
    assert item is not None
    assert words in room.get(address).text
    articles.add_note(builder.note(60, NoteKind.WITHHOLDING, {"reason": "by order"}, about=item.id))
    for one in (address, "/terms", "/terms.json"):
        assert "secret paper" not in room.get(one).text
    assert room.get(address).status_code == 404


def test_withheld_words_are_in_no_list_of_changes_or_decisions(
    articles: Catalogue, builder: Any, room: TestClient
) -> None:
    older, newer, common = (
        "Reprinted from a secret paper.",
        "Free to use, but for what is secret.",
        "Ask the press desk.",
    )
    articles.add(builder.saying(49, "/open", common, text="Open."))
    articles.add(builder.saying(50, "/secret", older, common, text="A secret."))
    body = {"publisher": "institute", "words": older, "field": "terms", "by": "A. Nowak", "values": []}
    articles.add_note(builder.note(51, NoteKind.DECISION, body))
    articles.add(builder.saying(52, "/secret", newer, text="A secret."))
    item = articles.item("https://institute.example/secret")
    assert item is not None
    doors = ("/terms", "/terms.json", "/api/v1/terms")
    assert all(older in room.get(one).text for one in doors)
    assert len(review_queue.made(articles.connection)) == 1
    articles.add_note(builder.note(60, NoteKind.WITHHOLDING, {"reason": "by order"}, about=item.id))
    for one in doors:
        assert "secret paper" not in room.get(one).text
        assert "what is secret" not in room.get(one).text
    # That it stopped repeating what others say is no secret either.
    (told,) = room.get("/terms.json").json()["changes"]
    assert (told["ended"], told["started"]) == ([common], [])
    assert review_queue.made(articles.connection) == []
    articles.add_note(builder.note(61, NoteKind.WITHHOLDING, {"lift": True}, about=item.id))
    assert older in room.get("/terms").text
    assert len(review_queue.made(articles.connection)) == 1


@pytest.mark.parametrize("path", ["//evil.example/a", "///evil.example", "/\\evil.example", "/a%22%3E%3Cb%3E%3F%23"])
def test_language_links_lead_to_this_room(one_room: TestClient, path: str) -> None:
    told = one_room.get(f"http://127.0.0.1:8000{path}?q=1", headers=BROWSER)
    assert told.status_code == 404
    found = re.findall(r'<a [^>]*hreflang="\w+"[^>]*>', told.text)
    leads = [re.findall(r'href="([^"]*)"', one)[0] for one in found]
    assert leads
    for one in leads:
        assert re.match(r"/(?![/\\])", one), one
        assert one.endswith("?q=1")
        assert one.count("?") == 1


def test_reason_why_the_catalogue_cannot_be_opened_is_only_logged(
    articles: Catalogue, room: TestClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    articles.close()
    (tmp_path / "catalogue.db").write_bytes(b"no database")
    told = room.get("/search")
    assert (told.status_code, str(tmp_path) in told.text) == (503, False)
    assert str(tmp_path) in caplog.text


def test_failures_are_described_in_words_with_a_link(articles: Catalogue, builder: Any, room: TestClient) -> None:
    articles.add(builder.answer(50, "/nowhere", 404))
    about = "https://institute.example/slow"
    articles.add_note(builder.note(51, NoteKind.FAILURE, {"reason": "dns", "detail": "no address"}, about=about))
    shown = room.get("/failures", headers=BROWSER).text
    assert '<a href="https://institute.example/slow" rel="noreferrer external">' in shown
    assert "host not found" in shown
    assert "nothing at this address" in shown
    assert "{&#34;" not in shown
    assert "nie znaleziono hosta" in room.get("/pl/failures", headers=BROWSER).text


def test_failures_omit_urls_of_withheld_and_erased_items(articles: Catalogue, builder: Any, room: TestClient) -> None:
    erased = "https://institute.example/an-erased-name"
    for number, about in ((50, "https://institute.example/anaklia"), (51, erased), (52, "https://institute.example/x")):
        articles.add_note(builder.note(number, NoteKind.FAILURE, {"reason": "timeout", "detail": "so"}, about=about))
    item = articles.item("https://institute.example/anaklia")
    assert item is not None
    order = {"order": "II C 1/26", "by": "Ewa", "items": [ids_of("institute", url_key(erased))[0]], "files": []}
    for path in ("/failures", "/failures.json", "/api/v1/failures"):
        assert "anaklia" in room.get(path).text
    articles.add_note(builder.note(60, NoteKind.WITHHOLDING, {"reason": "by order"}, about=item.id))
    articles.add_note(builder.note(61, NoteKind.ERASURE, {**order, "at": "2023-04-24T11:00:00+00:00", "gaps": []}))
    for path in ("/failures", "/failures.json", "/api/v1/failures"):
        told = room.get(path).text
        assert "anaklia" not in told
        assert "an-erased-name" not in told
        assert "institute.example/x" in told


def test_run_omits_words_on_reuse_that_were_withheld_since(articles: Catalogue, builder: Any, room: TestClient) -> None:
    articles.add(builder.saying(50, "/secret", "Reprinted from a secret paper.", text="A secret."))
    articles.add(builder.saying(52, "/secret", "Ask the press desk.", text="A secret."))
    item = articles.item("https://institute.example/secret")
    assert item is not None
    gone = "Free, as a page said that nothing is held of."
    lapsed = {"lapsed": "urn:x", "publisher": "institute", "words": gone, "ended": "2023-04-24T10:52:00+00:00"}
    changed = [one.as_json() for one in terms_history.changes(articles.connection)]
    summary = {"new": 1, "terms changed": changed, "decisions ended": [lapsed]}
    at = builder.at(53)
    with articles.transaction():
        runs.finish(articles.connection, "run", at, at, summary)
    for recorder in ("/runs.json", "/api/v1/runs"):
        assert "secret paper" in room.get(recorder).text
        assert gone not in room.get(recorder).text
    articles.add_note(builder.note(60, NoteKind.WITHHOLDING, {"reason": "by order"}, about=item.id))
    for recorder in ("/runs.json", "/api/v1/runs"):
        assert "secret paper" not in room.get(recorder).text
    (told,) = room.get("/runs.json").json()["runs"]
    assert told["summary"] == {"new": 1, "terms changed": [], "decisions ended": []}


def test_run_page_describes_counts_in_words_and_omits_zeros(room: TestClient, articles: Catalogue) -> None:
    summary = {**Tally().summary(), "new": 28, "refused by robots.txt": 1, "gone": 0, "remarks": ["odd"], "left": 3}
    started = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    with articles.transaction():
        articles.connection.execute(
            "INSERT INTO run (id, kind, started, finished, summary) VALUES (99, 'run', ?, ?, ?)",
            (to_text(started), to_text(started), json.dumps(summary)),
        )
    told = re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", room.get("/pl/runs/99", headers=BROWSER).text)
    assert told == [("nowe", "28"), ("zakazane przez robots.txt", "1"), ("left", "3")]
    # Everything that a run counts has words in each language.
    for language in LANGUAGES:
        for name, count in Tally().summary().items():
            if isinstance(count, int):
                assert not messages.phrase(language, f"count: {name}").startswith("count: "), name


def test_page_of_an_old_run_shows_what_failed_in_it_however_much_failed_since(
    room: TestClient, articles: Catalogue, builder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_MOST", 3)
    for day in range(10):
        about = f"https://institute.example/lost/{day}"
        articles.add_note(builder.note(50 + day, NoteKind.FAILURE, {"reason": "timeout"}, about=about))
    with articles.transaction():
        articles.connection.executemany(
            "INSERT INTO run (id, kind, started, finished, summary) VALUES (?, 'run', ?, ?, '{}')",
            [(90 + n, to_text(builder.at(52 + n)), to_text(builder.at(53 + n))) for n in range(2)],
        )
    shown = room.get("/runs/90", headers=BROWSER).text
    assert [day for day in range(10) if f"/lost/{day}" in shown] == [2, 3]
    for unknown in ("/runs/7", "/runs/090", "/runs/x", f"/runs/{'9' * 30}"):
        assert room.get(unknown, headers=BROWSER).status_code == 404, unknown


def test_coverage_that_took_long_to_count_is_not_counted_for_each_visitor(
    room: TestClient, articles: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_figures, "LONG", 0.0)
    monkeypatch.setattr(kept_figures, "_TIMES", 100_000)
    before = room.get("/coverage.json").json()
    Frontier(articles).seed(
        [Discovery("https://institute.example/unseen", "institute")], now=datetime(2023, 5, 1, tzinfo=UTC)
    )
    assert room.get("/coverage.json").json() == before
    assert "last-modified" not in room.get("/coverage", headers=BROWSER).headers


def test_coverage_counts_held_and_missing_texts_only(room: TestClient, articles: Catalogue) -> None:
    """Lists, tags and redirects have no text of their own, so none is missing."""
    found = coverage(articles.connection, "institute", ())
    lacks = sum(found.whole.missing.values())
    told = room.get("/coverage", headers=BROWSER).text
    assert f"{found.whole.held} of {found.whole.held + lacks} named texts are held" in told


def test_coverage_names_hosts_that_no_publisher_lists(room: TestClient, articles: Catalogue) -> None:
    lists = next(iter(articles.publishers())).hosts[0]
    with articles.transaction():
        for key, host in enumerate((f"www.{lists}", "blog.institute.example")):
            articles.connection.execute(
                "INSERT INTO left_out (publisher, key, url, standing, because, sources, added, named)"
                " VALUES ('institute', ?, ?, 'other host', '', 0, '2023-05-01', '2023-05-01')",
                (str(key), f"https://{host}/page"),
            )
    told = room.get("/coverage", headers=BROWSER).text
    assert "<li>blog.institute.example (1)</li>" in told
    assert "<li>www." not in told


def test_most_common_tags_are_listed_and_more_on_request(one_room: TestClient) -> None:
    whole = one_room.get("/tags", headers=BROWSER).text
    names = re.findall(r'<li><a href="/search\?q=tag[^"]*"><span>([^<]*)', whole)
    assert len(names) > 1
    assert "commonest" not in whole
    one = one_room.get("/tags?n=1", headers=BROWSER).text
    assert "The 1 commonest." in one
    assert 'href="/tags?n=2000">Show more' in one
    assert len(re.findall(r'<li><a href="/search\?q=tag', one)) == 1


def test_warm_up_compiles_the_templates_of_the_first_pages() -> None:
    template._environment.cache_clear()
    template.warm()
    ready = {name for _, name in template._environment().cache or ()}
    assert {"home.html", "search.html", "item.html"} <= ready


def test_list_of_runs_names_errors_if_a_run_met_any(room: TestClient, articles: Catalogue, builder: Any) -> None:
    def headings() -> list[str]:
        return re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', room.get("/runs", headers=BROWSER).text)

    for number, errors in ((53, 0), (54, 199)):
        at = builder.at(number)
        with articles.transaction():
            runs.finish(articles.connection, "run", at, at, {"new": 0, "failed": 0, "errors": errors})
        assert ("errors of the site" in headings()) is bool(errors)


def test_no_line_of_a_page_can_begin_with_the_dot_between_values() -> None:
    written = {path: path.read_text("utf-8") for path in sorted((FOLDER / "templates").rglob("*.html"))}
    # A title has one line.
    bodies = {path.name: re.sub(r"{% block title %}.*?{% endblock %}", "", text) for path, text in written.items()}
    assert [name for name, text in bodies.items() if " · " in text] == []
    assert any("&nbsp;· " in text for text in bodies.values())
    style = (FOLDER / "static" / "room.css").read_text("utf-8")
    assert re.findall(r'::(\w+) { content: "·"', style) == ["after"]
