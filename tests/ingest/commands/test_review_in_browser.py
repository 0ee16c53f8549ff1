"""Review in the browser: decisions are recorded as by the command, under the name of the signed-in person; nobody else,
and nothing but a form of the room, can record anything.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from httpx2 import Response
from starlette.testclient import TestClient

from archive.fixity.verifier import verify_file
from db.catalogue import Catalogue
from db.decisions import annotation_rows, decisions
from db.identity import statement_id
from db.query import review_queue, wordings
from db.query.wordings import State
from db.reading_room.review.reviewer_access import ReviewerAccess, SignInService
from db.reading_room.review.reviewers import Reviewers
from db.reading_room.room import app
from db.reading_room.room_settings import RoomSettings
from ingest.collection.collection import Layout
from ingest.collection.run_lock import run_lock
from ingest.commands.review_recorder import ReviewRecorder

PASSWORD = "a long enough one"  # noqa: S105 - not a real one
WRONG = "wrong wrong wrong"
HERE = "http://127.0.0.1:8000"
BROWSER = {"Accept": "text/html", "Origin": HERE}
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Browser:
    """A browser at the room over a copy of the institute's collection, and what is recorded there."""

    folder: Path
    client: TestClient
    access: ReviewerAccess

    def get(self, path: str, **more: Any) -> Response:
        return self.client.get(path, headers=BROWSER, **more)

    def post(self, path: str, headers: Any = BROWSER, **fields: str) -> Response:
        return self.client.post(path, data=fields, headers=headers, follow_redirects=False)

    def token(self, path: str = "/review") -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.get(path).text)
        assert found, path
        return found[1]

    def sign_in(self, name: str = "Anna Nowak", password: str = PASSWORD) -> Response:
        return self.post("/sign-in", token=self.token("/sign-in"), name=name, password=password)

    def decide(self, **fields: str) -> Response:
        return self.post("/review/decide", **{"token": self.token(), **fields})

    @property
    def recorded(self) -> int:
        with self.catalogue() as held:
            return int(held.connection.execute("SELECT count(*) FROM event").fetchone()[0])

    def catalogue(self) -> Catalogue:
        return Catalogue.open(self.folder / "catalogue.db", read_only=True)


@pytest.fixture
def browser(small: Path, tmp_path: Path) -> Iterator[Browser]:
    folder = Path(shutil.copytree(small, tmp_path / "copy"))
    file = tmp_path / "reviewers.txt"
    file.write_text(f"Anna Nowak:{CHEAP.hash(PASSWORD)}\nJan Kos:{CHEAP.hash(PASSWORD)}\n")
    file.chmod(0o600)
    access = ReviewerAccess(SignInService(Reviewers(file), ReviewRecorder(Layout(folder))))
    room_settings = RoomSettings(folder / "catalogue.db", folder / "warcs", name="The Archive", access=access)
    with TestClient(app(room_settings), HERE, raise_server_exceptions=False) as client:
        yield Browser(folder, client, access)


@pytest.fixture
def signed_in(browser: Browser) -> Browser:
    assert browser.sign_in().status_code == 303
    return browser


@pytest.fixture
def item(browser: Browser) -> str:
    with browser.catalogue() as held:
        found = held.item("http://institute.example/heat-pumps-in-granite-towns/")
    assert found is not None
    return found.id


@pytest.fixture
def statement(browser: Browser) -> str:
    """The id of a statement that a rule has read."""
    with browser.catalogue() as held:
        found = wordings.of_publishers(held.connection)
    return next(one.id for one in found if one.terms and one.state() in (State.READ, State.WAITS))


def seen(browser: Browser, path: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', browser.get(path).text)
    assert found, path
    return found[1]


# ── What is recorded ────────────────────────────────────────────────────────────────────────────────────────


def test_a_statement_is_confirmed_under_the_name_of_the_signed_in_reviewer(signed_in: Browser, statement: str) -> None:
    path = f"/terms/{statement}"
    answer = signed_in.decide(deed="confirm", about=statement, seen=seen(signed_in, path), because="  read   twice ")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(path)
    with signed_in.catalogue() as held:
        (made,) = decisions.every(held.connection)
        ref = decisions.record_of(held.connection, made.id)
    assert (made.by, made.because, made.kind.value) == ("Anna Nowak", "read twice", "confirm")
    # In a record of the WARC files, which verify.
    assert ref is not None
    assert not verify_file(signed_in.folder / "warcs" / ref.file).findings
    shown = signed_in.get(answer.headers["location"]).text
    assert "Recorded under your name" in shown
    assert "Looked at by" in shown


def test_fields_are_set_and_restored(signed_in: Browser, item: str) -> None:
    path = f"/review/items/{item}"
    answer = signed_in.decide(
        deed="set", about=item, aspect="author", values="Maria Ossowska\r\ntranslator: Jan Kos\r\n",
        seen=seen(signed_in, path),
    )  # fmt: skip
    assert answer.status_code == 303
    assert "Maria Ossowska" in signed_in.get(f"/items/{item}").text
    with signed_in.catalogue() as held:
        (made,) = decisions.every(held.connection)
    assert [one.value for one in made.values] == ["Maria Ossowska", "Jan Kos"]
    assert signed_in.decide(deed="undo", about=made.id).status_code == 303
    assert "Maria Ossowska" not in signed_in.get(f"/items/{item}").text
    assert "Taken back by Anna Nowak" in signed_in.get("/review/decisions").text


def test_an_empty_box_means_that_a_field_is_not_stated(signed_in: Browser, item: str) -> None:
    assert signed_in.decide(deed="set", about=item, aspect="published", values="").status_code == 303
    with signed_in.catalogue() as held:
        shown = held.item(item)
    assert shown is not None
    assert shown.edition.published is None


def test_a_reviewer_can_set_the_reading_of_a_statement(signed_in: Browser, statement: str) -> None:
    fields = {"act text:reproduce": "permits", "act images:use": "asks", "duty": "attribute"}
    assert signed_in.decide(deed="read", about=statement, **fields).status_code == 303
    with signed_in.catalogue() as held:
        (made,) = decisions.every(held.connection)
    assert {f"{one.covers}:{one.act}:{one.permission}" for one in made.terms} == {
        "text:reproduce:permitted with duties",
        "images:use:ask",
    }


def test_a_tag_and_a_note_are_added_and_removed(signed_in: Browser, item: str) -> None:
    assert signed_in.decide(deed="mark", about=item, aspect="tag", values="energy").status_code == 303
    assert signed_in.decide(deed="mark", about=item, aspect="note", values="look at it").status_code == 303
    with signed_in.catalogue() as held:
        put = annotation_rows.every(held.connection, [item])
    assert [(one.kind.value, one.value, one.by) for one in put] == [
        ("note", "look at it", "Anna Nowak"),
        ("tag", "energy", "Anna Nowak"),
    ]
    assert signed_in.decide(deed="unmark", about=item, aspect="tag", values="energy").status_code == 303
    with signed_in.catalogue() as held:
        assert [one.kind.value for one in annotation_rows.every(held.connection, [item])] == ["note"]


def test_an_item_is_withheld_and_shown_again(signed_in: Browser, item: str) -> None:
    assert signed_in.decide(deed="withhold", about=item, because="asked for by its author").status_code == 303
    assert signed_in.get(f"/items/{item}").status_code == 410
    assert "asked for by its author" in signed_in.get(f"/review/items/{item}").text
    assert signed_in.decide(deed="lift", about=item).status_code == 303
    assert signed_in.get(f"/items/{item}").status_code == 200


@pytest.mark.damages_collection("a page is made the file of another by hand")
def test_the_page_of_a_document_links_to_its_file_for_a_separate_decision(signed_in: Browser, item: str) -> None:
    with Catalogue.open(signed_in.folder / "catalogue.db") as held:
        file = next(one for one in held.all_item_ids() if one != item)
        made = "UPDATE item SET kind = 'document', language = NULL WHERE id = ?1"
        said = "UPDATE search_doc SET title = (SELECT title FROM search_doc WHERE item = ?2) WHERE item = ?1"
        linked = "INSERT INTO document_link SELECT ?2, key FROM item_alias WHERE item = ?1 AND current = 1"
        for written in (made, said, linked):
            held.connection.execute(written, (file, item) if "?2" in written else (file,))
    page = signed_in.get(f"/review/items/{item}").text
    assert re.search(rf'decide about it too: <a href="/review/items/{file}">', page)
    assert "decide about it too" not in signed_in.get(f"/review/items/{file}").text


def test_waiting_statements_and_items_are_listed_with_links_to_decide(signed_in: Browser) -> None:
    shown = signed_in.get("/review").text
    with signed_in.catalogue() as held:
        waits = review_queue.statements(held.connection)
        item = next(review_queue.items(held.connection), None)
    assert all(f"/terms/{one.id}#decide" in shown for one in waits)
    assert item is None or f"/review/items/{item.item.id}" in shown


# ── What is declined ────────────────────────────────────────────────────────────────────────────────────────


def test_a_decision_on_something_that_changed_meanwhile_is_refused(
    signed_in: Browser, item: str, statement: str
) -> None:
    for path, fields in (
        (f"/review/items/{item}", {"about": item, "deed": "confirm", "aspect": "title"}),
        (f"/terms/{statement}", {"about": statement, "deed": "confirm"}),
    ):
        looked = seen(signed_in, path)
        assert signed_in.decide(**fields, seen=looked).status_code == 303
        before = signed_in.recorded
        late = signed_in.decide(**fields, seen=looked)
        assert late.status_code == 409
        assert "Nothing was recorded" in late.text
        assert signed_in.recorded == before


@pytest.mark.parametrize(
    "fields",
    [
        {"deed": "set", "aspect": "title", "values": "one\ntwo"},
        {"deed": "set", "aspect": "published", "values": "last spring"},
        {"deed": "set", "aspect": "partial", "values": "x"},
        {"deed": "set", "aspect": "author", "values": "translator: Jan Kos"},
        {"deed": "deny"},
        {"deed": "withhold"},
        {"deed": "lift"},
        {"deed": "mark", "aspect": "tag", "values": ""},
        {"deed": "undo", "about": "deadbeef"},
        {"deed": "confirm", "about": "institute~nothing"},
    ],
)
def test_an_invalid_decision_is_refused_and_not_recorded(signed_in: Browser, item: str, fields: dict[str, str]) -> None:
    before = signed_in.recorded
    assert signed_in.decide(**{"about": item, **fields}).status_code == 422
    assert signed_in.recorded == before


def test_an_unknown_action_is_refused(signed_in: Browser, item: str) -> None:
    assert signed_in.decide(deed="erase", about=item).status_code == 400


def test_decisions_are_accepted_during_a_run(signed_in: Browser, item: str) -> None:
    with run_lock(signed_in.folder, now=datetime.now(UTC)):
        assert signed_in.decide(deed="confirm", about=item, aspect="title").status_code == 303


@pytest.mark.slow
def test_a_catalogue_locked_for_too_long_answers_503_and_records_nothing(
    signed_in: Browser, item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.file_lock.PATIENCE", 0.2)
    other = Catalogue.open(signed_in.folder / "catalogue.db")
    before = signed_in.recorded
    try:
        with other.transaction():
            late = signed_in.decide(deed="confirm", about=item, aspect="title")
    finally:
        other.close()
    assert (late.status_code, late.headers["retry-after"]) == (503, "5")
    assert "Nothing was recorded" in late.text
    assert signed_in.recorded == before
    assert signed_in.decide(deed="confirm", about=item, aspect="title").status_code == 303


# ── Who may decide, and how that is known ───────────────────────────────────────────────────────────────────


def refused(browser: Browser, status: int, headers: Any = BROWSER, **fields: str) -> None:
    before = browser.recorded
    answer = browser.post("/review/decide", headers, **{"deed": "mark", "aspect": "tag", "values": "x", **fields})
    assert answer.status_code == status, answer.text
    assert browser.recorded == before


def test_visitors_who_are_not_signed_in_cannot_write(browser: Browser, item: str) -> None:
    token = browser.token("/sign-in")
    refused(browser, 403, about=item, token=token)
    refused(browser, 403, about=item)
    for path in ("/review", "/review/decisions", f"/review/items/{item}"):
        answer = browser.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": HERE, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {},
    ],
)
def test_a_form_from_elsewhere_is_refused(signed_in: Browser, item: str, headers: dict[str, str]) -> None:
    refused(signed_in, 403, headers, about=item, token=signed_in.token())
    assert signed_in.post("/sign-out", headers, token=signed_in.token()).status_code == 403
    assert signed_in.get("/review", follow_redirects=False).status_code == 200


def test_a_form_without_its_token_or_with_anothers_is_refused(signed_in: Browser, item: str) -> None:
    refused(signed_in, 403, about=item)
    refused(signed_in, 403, about=item, token=WRONG)
    refused(signed_in, 403, about=item, token=signed_in.access.service.sessions.open("Jan Kos", "hash")[1].token)


def test_signing_in_does_not_reuse_an_earlier_session(browser: Browser) -> None:
    browser.client.cookies.set("reviewer", "fixed-by-another", domain="127.0.0.1", path="/")
    answer = browser.sign_in()
    given = re.search(r"reviewer=([^;]+)", answer.headers["set-cookie"])
    assert given is not None
    assert given[1] != "fixed-by-another"
    assert browser.access.service.session("fixed-by-another") is None


def test_the_sign_in_form_must_come_from_the_room_itself(browser: Browser) -> None:
    token = browser.token("/sign-in")
    fields = {"name": "Anna Nowak", "password": PASSWORD}
    assert browser.post("/sign-in", token=WRONG, **fields).status_code == 403
    assert browser.post("/sign-in", {"Origin": "https://evil.example"}, token=token, **fields).status_code == 403
    browser.client.cookies.clear()
    assert browser.post("/sign-in", token=token, **fields).status_code == 403


def test_the_cookie_is_restricted_to_this_room(browser: Browser) -> None:
    given = browser.sign_in().headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=strict" in given
    assert "Secure" not in given
    assert "Domain" not in given


def test_on_the_web_the_cookie_is_sent_only_over_https(browser: Browser) -> None:
    access = replace(browser.access, secure=True)
    public = "https://a.example"
    room_settings = RoomSettings(
        browser.folder / "catalogue.db", browser.folder / "warcs", public_url=public, access=access
    )
    with TestClient(app(room_settings), public, raise_server_exceptions=False) as client:
        web = replace(browser, client=client)
        headers = {"Origin": public, "Accept": "text/html"}
        answer = web.post("/sign-in", headers, token=web.token("/sign-in"), name="Anna Nowak", password=PASSWORD)
        given = answer.headers["set-cookie"]
        assert given.startswith("__Host-reviewer=")
        assert "Secure" in given
        assert web.get("/review").status_code == 200


def test_a_reviewer_who_signs_out_or_is_removed_cannot_decide(signed_in: Browser, item: str, tmp_path: Path) -> None:
    token = signed_in.token()
    file = tmp_path / "reviewers.txt"
    whole = file.read_text()
    file.write_text("".join(line for line in whole.splitlines(keepends=True) if not line.startswith("Anna")))
    refused(signed_in, 403, about=item, token=token)
    file.write_text(whole)
    # What ended stays ended.
    refused(signed_in, 403, about=item, token=token)
    assert signed_in.sign_in("Jan Kos").status_code == 303
    token = signed_in.token()
    kept = dict(signed_in.client.cookies)
    assert signed_in.post("/sign-out", token=token).status_code == 303
    signed_in.client.cookies.update(kept)
    refused(signed_in, 403, about=item, token=token)


def test_a_wrong_password_is_refused_and_guessing_is_limited(browser: Browser) -> None:
    for _ in range(10):
        assert browser.sign_in(password=WRONG).status_code == 401
    late = browser.sign_in()
    assert late.status_code == 429
    assert 0 < int(late.headers["retry-after"]) <= 901
    assert browser.sign_in("Jan Kos").status_code == 303


def test_no_get_request_writes(signed_in: Browser, item: str, statement: str) -> None:
    before = signed_in.recorded
    for path in ("/review", "/review/decisions", f"/review/items/{item}", f"/terms/{statement}", "/sign-in"):
        assert signed_in.get(path).status_code == 200
    refused = signed_in.get(f"/review/decide?deed=withhold&about={item}&because=x")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert signed_in.recorded == before


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", "GET, HEAD"),
        ("/sign-in", "GET, HEAD, POST"),
        ("/pl/sign-in", "GET, HEAD, POST"),
        ("/review/decide", "POST"),
        ("/nowhere", "GET, HEAD"),
    ],
)
def test_a_refused_method_is_answered_with_those_allowed_at_the_path(browser: Browser, path: str, allowed: str) -> None:
    answer = browser.client.request("PUT", path, headers=BROWSER)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_pages_of_a_signed_in_reviewer_are_not_cached(signed_in: Browser) -> None:
    assert signed_in.get("/").headers["cache-control"] == "no-store"


def test_an_oversized_form_or_another_media_type_is_refused(signed_in: Browser, item: str) -> None:
    refused(signed_in, 413, about=item, because="x" * 70_000, token=signed_in.token())
    refused(signed_in, 400, about=item, because="x" * 2000, token=signed_in.token())
    answer = signed_in.client.post("/review/decide", json={"deed": "undo"}, headers=BROWSER)
    assert answer.status_code == 415


def test_a_room_without_reviewers_accepts_no_forms(browser: Browser) -> None:
    room_settings = RoomSettings(browser.folder / "catalogue.db", browser.folder / "warcs")
    with TestClient(app(room_settings), HERE, raise_server_exceptions=False) as client:
        for path in ("/review/decide", "/sign-in", "/sign-out"):
            answer = client.post(path, data={"name": "x"}, headers=BROWSER)
            assert (answer.status_code, "POST" in answer.headers["allow"]) == (405, False)
        assert client.get("/sign-in", headers=BROWSER).status_code == 404


def test_only_reviewers_see_the_forms_of_a_statement(browser: Browser) -> None:
    with browser.catalogue() as held:
        publisher, words = held.connection.execute("SELECT publisher, words FROM statement LIMIT 1").fetchone()
    path = f"/terms/{statement_id(publisher, words)}"
    assert '<form class="deed"' not in browser.get(path).text
    browser.sign_in()
    assert browser.get(path).text.count('<form class="deed"') == 2
