"""Decisions on the command line: recorded beside a live run, proved, the same after a rebuild, and undone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.fixity.verifier import verify_file
from db.catalogue import Catalogue
from db.model.item import Item, Publisher
from ingest.collection.collection import Layout, open_for_work, read_settings
from ingest.collection.run_lock import run_lock

Command = Callable[..., Any]
URL = "http://institute.example/heat-pumps-in-granite-towns/"


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    """A copy of the collection of three articles."""
    return Path(shutil.copytree(small, tmp_path / "copy"))


@pytest.fixture
def review(creditline: Command, folder: Path) -> Command:
    """Call ``creditline review`` on the copy."""
    return lambda *words: creditline("-C", folder, "review", *words)


def held(folder: Path) -> Item:
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        found = catalogue.item(URL)
    assert found is not None
    return found


def listed(review: Command, *words: str) -> list[dict[str, Any]]:
    ended = review("--json", *words)
    assert ended.code == Exit.DONE
    return [json.loads(line) for line in ended.out.splitlines()]


PARAGRAPH = "<p>Harbour dues, cranes and the long quay of the old port, told by those who pay for all of them.</p>"
PAGE = f"""<!doctype html><html lang="en"><head><title>The price of a quiet port | Port Watch</title>
<meta property="og:title" content="Harbour dues explained"><meta property="og:site_name" content="Port Watch">
<meta name="author" content="Jan Kos"><script type="application/ld+json">{{"@context": "https://schema.org",
"@type": "Article", "author": {{"@type": "Person", "name": "Maria Ossowska"}}}}</script></head><body><article>
<h1>The price of a quiet port</h1><p class="byline">By Maria Ossowska</p>{PARAGRAPH * 9}</article></body></html>"""


@pytest.fixture
def doubtful(raw_server: Any, creditline: Command, tmp_path: Path) -> Command:
    """Call ``creditline review`` on a collection of one page with contradicting witnesses and no date."""

    def answer(wire: Any) -> None:
        found = b"robots.txt" not in wire.request
        path = wire.request.split()[1].decode()
        body = PAGE.replace("Harbour dues, cranes", f"At {path}, cranes").encode() if found else b"no"
        head = f"HTTP/1.0 {200 if found else 404} OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
        wire.send(head.encode() + body)

    raw_server.script = answer
    where = f"institute.example=127.0.0.1:{raw_server.address[1]}"
    saved = creditline("-C", tmp_path / "one", "save", "http://institute.example/quiet-port/", "--connect", where)
    assert saved.code in (Exit.DONE, Exit.ATTENTION), saved.err
    return lambda *words: creditline("-C", tmp_path / "one", "review", *words)


def test_the_list_ends_where_asked_and_says_how_many_there_are(
    doubtful: Command, raw_server: Any, creditline: Command, tmp_path: Path
) -> None:
    where = f"institute.example=127.0.0.1:{raw_server.address[1]}"
    creditline("-C", tmp_path / "one", "save", "http://institute.example/loud-port/", "--connect", where)
    ended = doubtful("-n", "1")
    assert ended.out.count("http://institute.example/") == 1
    assert "1 of 2 items are listed" in ended.err
    assert "2 items and" in ended.err
    named = [one["item"] for one in listed(doubtful) if "item" in one]
    assert [one["item"] for one in listed(doubtful, named[1]) if "item" in one] == named[1:]


def test_the_list_shows_each_question_with_its_reason(doubtful: Command) -> None:
    (item,) = [one for one in listed(doubtful) if "item" in one]
    asked = {(question["why"], question["field"]) for question in item["questions"]}
    assert asked == {("doubt", "title"), ("doubt", "author"), ("missing", "published")}
    told = doubtful()
    assert "or       “Jan Kos” (meta author)" in told.out
    assert "1 item and" in told.err
    (only,) = listed(doubtful, "--reason", "missing")
    assert [question["field"] for question in only["questions"]] == ["published"]
    assert doubtful("--publisher", "nobody").code == Exit.USAGE


def test_show_says_which_fields_are_in_doubt_and_why_a_value_won(
    doubtful: Command, creditline: Command, folder: Path, tmp_path: Path
) -> None:
    told = creditline("-C", tmp_path / "one", "show", "--all", "--evidence").out
    assert "in doubt     author “Jan Kos” (meta author): “Maria Ossowska” is stated by a witness" in told
    assert "in doubt     title “Harbour dues explained” (meta og:title)" in told
    assert "in doubt     nothing" in creditline("-C", folder, "show", URL, "--evidence").out


def test_decided_or_confirmed_fields_leave_the_list(doubtful: Command) -> None:
    (item,) = [one for one in listed(doubtful) if "item" in one]
    doubtful(item["item"], "--field", "published", "--set", "2023-04", "--by", "A. Nowak")
    doubtful(item["item"], "--field", "author", "--confirm", "--by", "A. Nowak")
    (left,) = [one for one in listed(doubtful) if "item" in one]
    assert [question["field"] for question in left["questions"]] == ["title"]
    doubtful(item["item"], "--confirm", "--by", "A. Nowak")
    assert [one for one in listed(doubtful) if "item" in one] == []


def test_confirming_an_item_confirms_only_the_questions_about_it(doubtful: Command) -> None:
    (item,) = [one for one in listed(doubtful) if "item" in one]
    doubtful(item["item"], "--field", "published", "--set", "2023-04", "--by", "A. Nowak")
    made = listed(doubtful, item["item"], "--confirm", "--by", "A. Nowak")
    assert {one["field"] for one in made} == {"title", "author"}
    decided = {(one["kind"], one["field"]) for one in listed(doubtful, "--decisions")}
    assert decided == {("set", "published"), ("confirm", "title"), ("confirm", "author")}
    again = doubtful(item["item"], "--confirm", "--by", "A. Nowak")
    assert again.code == Exit.USAGE
    assert "needs no decision" in again.err


def test_an_item_without_questions_says_how_to_confirm_a_field(review: Command) -> None:
    told = review(URL)
    assert (told.code, told.out) == (Exit.DONE, "")
    assert f"{URL} needs no decision; to confirm what you looked at: --field FIELD --confirm" in told.err


def test_without_doubts_review_prints_only_the_number_of_waiting_statements(review: Command, folder: Path) -> None:
    told = review().err.splitlines()
    assert told[0] == "nothing is in doubt, and no statement is unread"
    assert f"for one decision each: creditline -C {folder} review --terms" in told[1]
    assert len(told) == 2


def test_a_statement_is_listed_by_its_id_whether_it_waits_or_not(
    review: Command, creditline: Command, folder: Path
) -> None:
    from db.identity import statement_id

    named = statement_id("bl", held(folder).terms[0].statement.words)
    told = review(named.upper())
    assert (told.code, f"{named}, " in told.out, "0 statements need" in told.err) == (Exit.DONE, True, True)
    assert {one["id"] for one in listed(review, named)} == {named}
    assert "there is no statement" in review("bl~0000000000").err
    for verb in ("show", "terms", "credit"):
        ended = creditline("-C", folder, verb, named)
        assert (ended.code, f"`creditline -C {folder} review ID` shows it" in ended.err) == (Exit.USAGE, True)


def test_a_decision_during_a_run_is_recorded_in_its_own_file(review: Command, folder: Path) -> None:
    before = set((folder / "warcs").iterdir())
    with run_lock(folder, now=datetime(2026, 1, 1, tzinfo=UTC)):
        ended = review(URL, "--field", "title", "--set", "Heat pumps in towns of granite", "--by", "Anna Nowak")
    assert ended.code == Exit.DONE
    (made,) = set((folder / "warcs").iterdir()) - before
    assert made.name in ended.out
    assert verify_file(made).findings == ()
    title = held(folder).edition.title
    assert title is not None
    assert title.value == "Heat pumps in towns of granite"


def test_show_names_the_person_who_decided_and_the_value_on_the_page(
    review: Command, creditline: Command, folder: Path
) -> None:
    was = held(folder).edition.title
    assert was is not None
    review(URL, "--field", "title", "--set", "Granite", "--by", "Anna Nowak", "--because", "it was cut")
    told = creditline("-C", folder, "show", URL, "--evidence").out
    assert told.startswith("Granite\n")
    assert f"decided, was “{was.value}” (by Anna Nowak on " in told
    assert "it was cut" in told
    assert "decided by Anna Nowak" in told


@pytest.mark.damages_collection("a record is damaged")
def test_a_decision_verifies_and_a_flipped_byte_of_its_record_is_found(
    review: Command, creditline: Command, folder: Path
) -> None:
    before = set((folder / "warcs").iterdir())
    review(URL, "--field", "author", "--set", "Maria Ossowska", "--set", "translator: Jan Kos", "--by", "A. Nowak")
    (made,) = set((folder / "warcs").iterdir()) - before
    whole = creditline("-C", folder, "verify", URL)
    assert whole.code == Exit.DONE, whole.out
    data = bytearray(made.read_bytes())
    data[-40] ^= 0x10
    made.write_bytes(data)
    broken = creditline("-C", folder, "verify", URL)
    assert broken.code == Exit.INTEGRITY
    assert made.name in broken.out


def test_show_names_who_is_to_be_credited_next_to_the_authors(
    review: Command, creditline: Command, folder: Path
) -> None:
    named = ("Maria Ossowska", "translator: Jan Kos", "translator: Ewa Lis", "organisation editor: Port Watch")
    review(URL, "--field", "author", *(word for one in named for word in ("--set", one)), "--by", "A. Nowak")
    told = creditline("-C", folder, "show", URL).out.splitlines()
    assert told[4:7] == [
        "  author     Maria Ossowska",
        "  translator Jan Kos; Ewa Lis",
        "  editor     Port Watch",
    ]


def test_the_answer_to_a_decision_names_everybody_who_is_credited(review: Command) -> None:
    named = ("Maria Ossowska", "translator: Jan Kos", "organisation editor: Port Watch")
    told = review(URL, "--field", "author", *(word for one in named for word in ("--set", one)), "--by", "A. Nowak")
    credited = ", ".join(f"“{one}”" for one in named)
    assert f"    author: {credited}\n" in told.out
    assert f"author set to {credited}" in review("--decisions").out
    # A new decision replaces the whole of the old one.
    (made,) = listed(review, URL, "--field", "author", "--set", "organisation: Port Watch", "--by", "A. Nowak")
    assert made["shown"] == ["organisation: Port Watch"]


@pytest.mark.slow
def test_the_decisions_about_an_item_a_statement_or_a_publisher_are_listed_alone(review: Command, folder: Path) -> None:
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        other = next(one for one in catalogue.all_item_ids() if one != held(folder).id)
        statement = catalogue.statements()[0]
    review(URL, "--field", "tags", "--set", "Heat", "--by", "A. Nowak")
    review(other, "--field", "tags", "--set", "Cold", "--by", "A. Nowak")
    review(statement.id, "--nothing", "--by", "A. Nowak")

    def about(*words: str) -> list[str]:
        found = (one["about"] for one in listed(review, "--decisions", *words))
        return sorted("statement" if "“" in one else one for one in found)

    every = sorted([held(folder).id, other, "statement"])
    assert about() == every
    assert about(URL) == [held(folder).id]
    assert about(other, statement.id.upper()) == sorted([other, "statement"])
    assert about("--publisher", held(folder).publisher.id) == every
    with open_for_work(Layout(folder), read_settings(Layout(folder))) as work:
        work.record_publisher(Publisher("other", "http://other.example/", ("other.example",)))
    assert about("--publisher", "other") == []
    assert review("--decisions", "nothing").code == Exit.USAGE
    assert review("--decisions", "--publisher", "nobody").code == Exit.USAGE


def test_undoing_a_decision_restores_the_reading(review: Command, folder: Path) -> None:
    before = held(folder)
    made = json.loads(review("--json", URL, "--field", "tags", "--set", "Heat", "--by", "A. Nowak").out)
    assert [tag.value for tag in held(folder).tags] == ["Heat"]
    short = made["decision"].removeprefix("urn:uuid:")[:8]
    undone = review("--undo", short, "--by", "Jan Kos")
    assert undone.code == Exit.DONE
    assert held(folder) == before
    (told,) = listed(review, "--decisions")
    assert told["undone"]["by"] == "Jan Kos"
    again = review("--undo", short, "--by", "Jan Kos")
    assert again.code == Exit.USAGE
    assert "already been taken back" in again.err


def test_a_person_can_set_the_reading_of_a_statement(review: Command, creditline: Command, folder: Path) -> None:
    item = held(folder)
    from db.identity import statement_id

    words = item.terms[0].statement.words
    named = statement_id("bl", words)
    ended = review(named, "--permits", "reproduce", "--permits", "text:translate", "--asks", "images:use")
    assert ended.code == Exit.USAGE
    assert "--by" in ended.err
    ended = review(named, "--permits", "translate", "--duty", "attribute", "--asks", "images:use", "--by", "A. Nowak")
    assert ended.code == Exit.DONE, ended.err
    read = [(term.covers, term.act, term.permission) for term in held(folder).terms[0].statement.terms]
    assert read == [("text", "translate", "permitted with duties"), ("images", "use", "ask")]
    assert "of “" in creditline("-C", folder, "show", URL).out
    told = creditline("-C", folder, "terms", URL).out
    assert "looked at by A. Nowak on " in told
    assert "the rules read text: " in told
    assert f"    {named}, " in creditline("-C", folder, "terms").out
    first = json.loads(creditline("-C", folder, "--json", "terms").out.splitlines()[0])
    assert (first["id"], first["decided"]["by"]) == (named, "A. Nowak")


def test_the_reading_of_a_statement_can_be_confirmed_unchanged(
    review: Command, creditline: Command, folder: Path
) -> None:
    from db.identity import statement_id

    before = held(folder)
    named = statement_id("bl", before.terms[0].statement.words)
    ended = review(named, "--confirm", "--by", "A. Nowak", "--because", "asked them")
    assert ended.code == Exit.DONE, ended.err
    statement = held(folder).terms[0].statement
    assert statement.decided is not None
    assert statement.terms == before.terms[0].statement.terms
    assert "confirmed" in creditline("-C", folder, "show", URL).out
    (told,) = listed(review, "--decisions")
    assert (told["kind"], told["by"], told["because"]) == ("confirm", "A. Nowak", "asked them")
    assert creditline("-C", folder, "verify", URL).code == Exit.DONE


def test_a_decision_counts_the_items_of_a_statement_as_the_list_does(review: Command) -> None:
    counts = {one["statement"]: one["items"] for one in listed(review, "--terms")}
    assert max(counts.values()) > 1
    for named, items in counts.items():
        (made,) = listed(review, named, "--deny", "--by", "A. Nowak")
        assert made["items"] == items
        told = review(named, "--nothing", "--by", "A. Nowak").out
        assert f"    for {items} item{'s' if items > 1 else ''}, among them bl-" in told


def test_the_start_of_an_id_names_a_decision_and_an_undo_cannot_be_undone(review: Command, folder: Path) -> None:
    for value in ("Granite", "Granite and heat"):
        review(URL, "--field", "title", "--set", value, "--by", "A. Nowak")
    newest, _ = (one["decision"] for one in listed(review, "--decisions"))
    short = newest.removeprefix("urn:uuid:")
    assert review("--undo", short[:8], "--by", "A. Nowak").code == Exit.DONE
    assert held(folder).edition.title.value == "Granite"  # type: ignore[union-attr]  # a title was set
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        found = "SELECT id FROM decision WHERE kind = 'undo'"
        ((undoing,),) = catalogue.connection.execute(found).fetchall()
    ended = review("--undo", undoing, "--by", "A. Nowak")
    assert (ended.code, "that decision is itself an undo" in ended.err) == (Exit.USAGE, True)


def test_a_decision_prints_its_effect_and_closes_the_question(
    review: Command, creditline: Command, folder: Path
) -> None:
    from db.identity import statement_id

    item = held(folder)
    words = [one.statement.words for one in item.terms if not one.statement.is_for_machines]
    every = {json.loads(line)["id"] for line in creditline("-C", folder, "--json", "terms").out.splitlines()}
    for one in sorted(every):
        ended = review(one, "--nothing", "--by", "A. Nowak")
    assert "text: republish: unknown" in ended.out
    assert "a person found that the words here do not speak of reuse" in ended.out
    told = creditline("-C", folder, "terms", URL).out
    assert "a person should look" not in told
    assert "says nothing of reuse, looked at by A. Nowak" in told
    credit = creditline("-C", folder, "credit", URL)
    assert (words[0] in credit.err, "Text reused with credit" in credit.out) == (False, False)
    assert words[0] not in creditline("-C", folder, "cite", URL).out
    assert "usageInfo" not in json.loads(creditline("-C", folder, "terms", URL, "--format", "schema").out)
    named = statement_id("bl", words[0])
    grants = ("--permits", "reproduce", "--permits", "distribute", "--duty", "link", "--by", "A. Nowak")
    made = json.loads(review("--json", named, *grants).out)
    assert made["verdicts"]["text"]["republish"] == "yes with duties (link)"
    again = creditline("-C", folder, "credit", URL).err
    assert "condition: Link to the original" in again
    assert "looked at by A. Nowak" in again
    assert "decided by a person" in creditline("-C", folder, "terms", URL).out
    undone = review("--undo", made["decision"], "--by", "A. Nowak")
    assert "text: republish: unknown" in undone.out
    field = review(URL, "--field", "title", "--set", "Granite", "--by", "A. Nowak")
    assert "    title: “Granite”" in field.out


@pytest.mark.slow
def test_a_rebuild_restores_decisions(review: Command, creditline: Command, folder: Path) -> None:
    review(URL, "--field", "title", "--set", "Granite", "--by", "A. Nowak")
    made = json.loads(review("--json", URL, "--field", "published", "--set", "2024-02", "--by", "A. Nowak").out)
    review(URL, "--field", "author", "--nothing", "--by", "A. Nowak")
    review("--undo", made["decision"], "--by", "A. Nowak")
    checked = creditline("-C", folder, "rebuild", "--check")
    assert checked.code == Exit.DONE, checked.out
    before = held(folder)
    assert creditline("-C", folder, "rebuild").code == Exit.DONE
    assert held(folder) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((URL, "--field", "title", "--set", "Granite"), "a decision needs a name"),
        ((URL, "--field", "title", "--by", "A"), "--by means nothing here without --set"),
        ((URL, "--set", "Granite", "--by", "A"), "no field is named"),
        ((URL, "--field", "published", "--set", "soon", "--by", "A"), "'soon' is not a date"),
        ((URL, "--field", "title", "--set", "A", "--set", "B", "--by", "A"), "there is one title"),
        ((URL, "--field", "partial", "--set", "no", "--by", "A"), "partial cannot be set"),
        ((URL, "--field", "author", "--set", "translator: Jan Kos", "--by", "A"), "no author is among them"),
        ((URL, "--permits", "reproduce", "--by", "A"), "is an item"),
        ((URL, "--confirm", "--set", "x", "--by", "A"), "--confirm says that the reading is right"),
        (("--confirm", "--by", "A"), "no item or statement is named"),
        (("bl~0000000000", "--permits", "reproduce", "--by", "A"), "there is no statement"),
        (("bl~0000000000", "--permits", "fly", "--by", "A"), "is not an act"),
        (("bl~0000000000", "--permits", "use", "--license", "our own", "--by", "A"), "'our own' names no licence"),
        (("bl~0000000000", "--by", "A", "--nothing", "--asks", "use"), "it is not said how"),
        (("http://institute.example/nowhere", "--confirm", "--by", "A"), "is held"),
        (("--undo", "ffffffff", "--by", "A"), "there is no decision"),
    ],
    ids=[
        "no name", "no value", "no field", "no date", "two titles", "cannot be set", "no author", "terms of an item",
        "confirm and set", "no item", "no statement", "no act", "no licence", "two readings", "not held", "no decision",
    ],
)  # fmt: skip
def test_an_invalid_decision_is_refused_and_not_recorded(
    review: Command, folder: Path, words: tuple[str, ...], said: str
) -> None:
    before = sorted(path.name for path in (folder / "warcs").iterdir())
    ended = review(*words)
    assert ended.code == Exit.USAGE
    assert said in ended.err
    assert sorted(path.name for path in (folder / "warcs").iterdir()) == before


# ── A publisher's statement on reuse, decided once ──────────────────────────────────────────────────────────


def wordings(review: Command) -> dict[str, dict[str, Any]]:
    return {one["statement"]: one for one in listed(review, "--terms") if "statement" in one and "state" in one}


def test_each_wording_of_a_publisher_is_shown_once_with_roles_and_place(review: Command) -> None:
    found = wordings(review)
    assert len({one["words"] for one in found.values()}) == len(found)
    (credit,) = [one for one in found.values() if one["words"].startswith("All texts published by")]
    assert credit["state"] == "waits for a decision"
    assert credit["items"] > 5
    assert credit["republish"] == {"answer": "yes with duties", "grade": "plain", "reading": None}
    assert "bytes " in credit["places"][0]["stands"]
    grant = credit["roles"][0]
    assert (grant["object"], grant["missing"]) == (["texts"], [])
    assert "disseminated" in grant["act"]
    told = review("--terms", credit["statement"])
    for line in ("grantor    “All texts”", "addressee  everyone", "object     “texts”", "act        “disseminated”"):
        assert line in told.out
    assert f" review {credit['statement']} --confirm --by NAME, or --deny" in told.out
    assert (
        f"{len([one for one in found.values() if one['state'] == 'waits for a decision'])} waiting"
        in review("--terms").err
    )
    assert "wait for one decision each: creditline -C " in review().err


def test_a_denied_statement_requires_asking_and_undoing_opens_it_again(review: Command, folder: Path) -> None:
    (named,) = [name for name, one in wordings(review).items() if one["words"].startswith("All texts published by")]
    denied = review(named, "--deny", "--by", "Anna Nowak", "--because", "it is about another house")
    assert denied.code == Exit.DONE, denied.err
    assert "text: republish: ask" in denied.out
    assert wordings(review)[named]["state"] == "decided"
    refused = review(named, "--confirm", "--by", "Jan Kos")
    assert (refused.code, "Anna Nowak decided otherwise" in refused.err) == (Exit.USAGE, True)
    (made,) = listed(review, "--decisions")
    review("--undo", made["decision"], "--by", "Jan Kos")
    assert wordings(review)[named]["state"] == "waits for a decision"


@pytest.mark.damages_collection("terms are changed by hand")
def test_a_confirmed_statement_that_reads_differently_now_is_open_again(
    review: Command, folder: Path, creditline: Command
) -> None:
    (named,) = [name for name, one in wordings(review).items() if one["words"].startswith("All texts published by")]
    assert review(named, "--confirm", "--by", "Anna Nowak").code == Exit.DONE
    assert wordings(review)[named]["state"] == "decided"
    assert "text: republish: yes with duties (attribute), excerpt" in creditline("-C", folder, "terms", URL).out
    with Catalogue.open(folder / "catalogue.db") as catalogue, catalogue.transaction():
        catalogue.connection.execute("UPDATE term SET duties = '[]', permission = 'permitted' WHERE rule = 'grant'")
    assert wordings(review)[named]["state"] == "waits for a decision"
    told = review("--terms")
    assert "read otherwise now, so it is open again; Anna Nowak let it be reused" in told.out


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        (("--confirm", "--deny"), "--confirm says that the reading is right"),
        (("--deny", "--permits", "reproduce"), "--deny says that one must ask"),
    ],
)
def test_a_decision_that_sets_two_things_is_refused(review: Command, flags: tuple[str, ...], what: str) -> None:
    ended = review("bl~0000000000", *flags, "--by", "A. Nowak")
    assert (ended.code, what in ended.err) == (Exit.USAGE, True)
    assert listed(review, "--decisions") == []


@pytest.mark.damages_collection("terms are changed by hand")
def test_only_words_that_are_read_as_a_permission_can_be_confirmed_or_denied(
    review: Command, folder: Path, creditline: Command
) -> None:
    with Catalogue.open(folder / "catalogue.db") as catalogue, catalogue.transaction():
        catalogue.connection.execute("UPDATE term SET permission = 'ask', duties = '[]' WHERE rule = 'grant'")
    (named,) = [name for name, one in wordings(review).items() if one["words"].startswith("All texts published by")]
    denied = review(named, "--deny", "--by", "A. Nowak")
    assert (denied.code, "it was not read as a permission, so there is nothing to deny" in denied.err) == (
        Exit.USAGE,
        True,
    )
    assert review("--terms", "bl~0000000000").code == Exit.USAGE
    assert review(URL, "--deny", "--by", "A. Nowak").code == Exit.USAGE


def test_why_prints_roles_and_the_person_who_decided_otherwise(
    review: Command, creditline: Command, folder: Path
) -> None:
    (named,) = [name for name, one in wordings(review).items() if one["words"].startswith("All texts published by")]
    told = creditline("-C", folder, "terms", "--why", URL).out
    for line in ("grantor    “All texts”", "act        “disseminated”", "by         the rule “grant”: plain"):
        assert line in told
    assert "text: republish: yes with duties (attribute)" in told
    (found,) = [json.loads(line) for line in creditline("-C", folder, "--json", "terms", "--why", URL).out.splitlines()]
    first = next(one for one in found["statements"] if one["statement"] == named)
    assert first["roles"][0]["grades"] == ["plain"]
    assert found["verdicts"]["republish"]["grade"] == "plain"
    assert "grantor    “All texts”" in creditline("-C", folder, "terms", "--why", named).out
    review(named, "--deny", "--by", "Anna Nowak")
    assert "read otherwise by Anna Nowak" in creditline("-C", folder, "terms", "--why", named).out
    missing = creditline("-C", folder, "terms", "--why", "bl~0000000000")
    assert (missing.code, "there is no statement" in missing.err) == (Exit.USAGE, True)


def test_json_of_search_gives_the_grade_of_each_yes(folder: Path, creditline: Command) -> None:
    told = creditline("-C", folder, "--json", "search", "heat", "-n", "3").out
    for hit in map(json.loads, told.splitlines()):
        assert hit["reuse"]["republish"] == "yes with duties"
        assert hit["reuse"]["grade"] == "plain"


def test_a_field_alone_lists_only_what_waits_about_it(doubtful: Command) -> None:
    (only,) = listed(doubtful, "--field", "date")
    assert {question["field"] for question in only["questions"]} == {"published"}
    assert listed(doubtful, "--field", "published", only["item"]) == [only]
    for field in ("language", "tags"):
        ended = doubtful("--field", field)
        assert (ended.code, ended.out) == (Exit.DONE, "")
        assert f"0 items need a decision about {field}" in ended.err


def test_a_list_of_decisions_can_be_short(doubtful: Command) -> None:
    item = listed(doubtful)[0]["item"]
    for value in ("A quiet port", "Another port"):
        assert doubtful(item, "--field", "title", "--set", value, "--by", "Ewa").code == Exit.DONE
    assert len(listed(doubtful, "--decisions")) == 2
    ended = doubtful("--json", "--decisions", "-n", "1")
    assert (len(ended.out.splitlines()), "Another port" in ended.out) == (1, True)
    assert "1 of 2 decisions; more with -n N" in ended.err
