"""Other programs use the reading room: a harvester takes everything in pieces, and pywb answers as the room does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import closing
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.errors import Exit
from archive.warc.capture import Capture
from db.catalogue import Catalogue
from db.reading_room.pages import harvesting
from ingest.demo.server import serve as site_served
from ingest.demo.site import Site
from tests.real.served_room import Room, served

with warnings.catch_warnings():
    # Its source has escapes that Python 3.12 warns about, and here warnings are errors.
    warnings.simplefilter("ignore")
    from sickle import Sickle
    from sickle.oaiexceptions import NoRecordsMatch

if TYPE_CHECKING:
    from tests.real.conftest import Run

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("harvesters")]


@pytest.fixture(scope="module")
def room(creditline: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The collection of the demonstration's site, visited twice."""
    directory = tmp_path_factory.mktemp("demo") / "collection"
    site = Site()
    with site_served(site) as port:
        connect = f"institute.example=127.0.0.1:{port}"
        told = creditline(directory.parent, "init", "http://institute.example/", str(directory), "--connect", connect)
        assert told.code == Exit.DONE, told.err[-2000:]
        for change in (None, site.change):
            # An archived address names a second, so two captures of one second share an address; pywb and the room may
            # choose different ones.
            time.sleep(1.1)
            if change is not None:
                change()
            told = creditline(directory, "run", "--all")
            assert told.code in (Exit.DONE, Exit.ATTENTION), told.err[-2000:]
    with served(directory) as made:
        yield made


@pytest.fixture(scope="module")
def shortened(room: Room, creditline: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The same collection with one article withheld."""
    directory = tmp_path_factory.mktemp("shortened") / "collection"
    shutil.copytree(room.directory, directory)
    with closing(Catalogue.open(directory / "catalogue.db", read_only=True)) as catalogue:
        item = catalogue.all_item_ids()[3]
    told = creditline(directory, "withhold", item, "--reason", "by order", "--by", "A person")
    assert told.code == Exit.DONE, told.err
    with served(directory) as made:
        yield made


def test_a_harvester_gets_every_item_in_pages_and_learns_what_is_withheld(
    shortened: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harvesting, "AT_ONCE", 7)
    harvester = Sickle(f"{shortened.first}/oai")
    with closing(Catalogue.open(shortened.directory / "catalogue.db", read_only=True)) as catalogue:
        ids = set(catalogue.all_item_ids())
        withheld = catalogue.withheld()
        titles = {one.id: one.edition.title.value for one in catalogue.items(ids) if one.edition.title}
    records = list(harvester.ListRecords(metadataPrefix="oai_dc"))
    named = [record.header.identifier.rpartition(":")[2] for record in records]
    assert len(named) == len(set(named))
    assert set(named) == ids
    assert {one.header.identifier.rpartition(":")[2] for one in records if one.deleted} == withheld
    for record in records:
        item = record.header.identifier.rpartition(":")[2]
        if not record.deleted and item in titles:
            assert record.metadata["title"] == [" ".join(titles[item].split())]
    assert [one.setSpec for one in harvester.ListSets()] == sorted({one.header.setSpecs[0] for one in records})
    assert harvester.Identify().deletedRecord == "persistent"


def test_a_returning_harvester_gets_only_what_has_changed(shortened: Room) -> None:
    harvester = Sickle(f"{shortened.first}/oai")
    every = list(harvester.ListIdentifiers(metadataPrefix="oai_dc"))
    last = max(header.datestamp for header in every)
    changed = list(harvester.ListIdentifiers(**{"metadataPrefix": "oai_dc", "from": last}))
    # The article was withheld last, perhaps within a second of the last capture.
    assert {one.identifier for one in changed} == {one.identifier for one in every if one.datestamp == last}
    assert [one.identifier for one in changed if one.deleted] == [one.identifier for one in every if one.deleted]
    assert len(changed) < len(every)
    with pytest.raises(NoRecordsMatch):
        harvester.ListIdentifiers(**{"metadataPrefix": "oai_dc", "from": "2099-01-01"})


# Readers of feeds and of structured data.

STRICTLY = """
import json, sys, atoma
feed = atoma.parse_atom_bytes(sys.stdin.buffer.read())
print(json.dumps([[one.id_, one.title.value, one.updated.isoformat(), one.links[0].href] for one in feed.entries]))
"""
"""A reader that refuses a feed lacking something that RFC 4287 requires."""
VALIDATED = """
const validate = require('jsonfeed-validator');
console.log(JSON.stringify(validate(JSON.parse(require('fs').readFileSync(0, 'utf8')))));
"""
EMBEDDED = """
import json, sys, extruct
print(json.dumps(extruct.extract(sys.stdin.read(), base_url=sys.argv[1], syntaxes=["json-ld"])["json-ld"]))
"""


def got(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=300) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize("asked", ["", "?q=granite", "?q=nothing-says-so"])
def test_a_strict_reader_accepts_the_atom_feed_of_any_search(room: Room, api_oracles: Path, asked: str) -> None:
    feed = json.loads(got(f"{room.first}/feed.json{asked}"))["items"]
    reader = [str(api_oracles / "python"), "-c", STRICTLY]
    done = subprocess.run(reader, input=got(f"{room.first}/feed.atom{asked}"), capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    entries = json.loads(done.stdout)
    assert [(one[0], one[1], one[3]) for one in entries] == [(one["id"], one["title"], one["url"]) for one in feed]


@pytest.mark.parametrize("asked", ["", "?q=granite", "?q=nothing-says-so"])
def test_a_validator_finds_no_fault_in_the_json_feed(room: Room, node_oracles: Path, asked: str) -> None:
    told = json.loads(got(f"{room.first}/feed.json{asked}"))
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    # The validator only knows the previous version, and refuses what came with 1.1: languages, and several authors.
    told["version"] = "https://jsonfeed.org/version/1"
    for one in (told, *told["items"]):
        one.pop("language", None)
        one.update({"author": one.pop("authors")[0]} if "authors" in one else {})
    node = ["node", "-e", VALIDATED]
    done = subprocess.run(node, input=json.dumps(told).encode(), cwd=node_oracles, capture_output=True, timeout=300)
    assert (done.returncode, done.stdout.strip()) == (0, b"[]"), done.stdout + done.stderr


def test_structured_data_gives_the_author_date_and_terms_of_an_item(room: Room, api_oracles: Path) -> None:
    item = next(one for one in json.loads(got(f"{room.first}/feed.json?q=granite"))["items"] if "authors" in one)
    reader = [str(api_oracles / "python"), "-c", EMBEDDED, item["url"]]
    done = subprocess.run(reader, input=got(item["url"]), capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    (stated,) = json.loads(done.stdout)
    assert (stated["name"], stated["url"]) == (item["title"], item["external_url"])
    assert [one["name"] for one in stated["author"]] == [one["name"] for one in item["authors"]]
    assert stated["datePublished"][:10] == item["date_published"][:10]
    assert "may be disseminated" in stated["license"]["text"]
    assert item["title"] in stated["creditText"]


# pywb, with the same files and our index.


@pytest.fixture(scope="module")
def pywb(
    room: Room, creditline: Run, python_oracles: Path, free_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pywb")
    subprocess.run([python_oracles / "wb-manager", "init", "web"], cwd=folder, check=True, capture_output=True)
    index = folder / "collections/web/indexes/index.cdxj"
    assert creditline(room.directory, "export", "cdxj", "--all", "-o", str(index)).code == Exit.DONE
    for path in (room.directory / "warcs").glob("*.warc.gz"):
        (folder / "collections/web/archive" / path.name).symlink_to(path)
    command = [str(python_oracles / "wayback"), "--port", str(free_port), "--bind", "127.0.0.1"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as server:
        try:
            for _ in range(240):
                assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")[-3000:]
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{free_port}/", timeout=10).close()
                    break
                except OSError:
                    time.sleep(0.25)
            else:
                pytest.fail("pywb does not answer: " + (folder / "log").read_text(encoding="utf-8")[-3000:])
            yield f"http://127.0.0.1:{free_port}"
        finally:
            server.terminate()
            server.wait(300)


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stays)


def ask(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(address, headers={name.replace("_", "-"): one for name, one in headers.items()})
    try:
        with _OPENER.open(request, timeout=300) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


def shown(room: Room) -> list[Capture]:
    """Return the captures of pages and files with a plain answer, of addresses that are captured more than once."""
    held = room.captures()
    times = [one.url for one in held]
    found = [one for one in held if one.status == 200 and times.count(one.url) > 1]
    assert len({one.url for one in found}) > 10
    return found


def test_the_time_gate_chooses_as_pywb_does(room: Room, pywb: str) -> None:
    held = shown(room)
    asked = [(one.url, one.began) for one in held[::3]]
    for url, at in asked:
        when = format_datetime(at.replace(microsecond=0), usegmt=True)
        ours = ask(f"{room.second}/web/mp_/{url}", Accept_Datetime=when)
        theirs = ask(f"{pywb}/web/mp_/{url}", Accept_Datetime=when)
        assert ours[0] == theirs[0], url
        assert ours[1]["memento-datetime"] == theirs[1]["memento-datetime"], (url, when)
        assert "accept-datetime" in ours[1]["vary"].lower()
        assert _relations(ours[1]["link"], room.second) == _relations(theirs[1]["link"], pywb)
    assert ask(f"{room.second}/web/mp_/{held[0].url}", Accept_Datetime="x")[0] == 400
    assert ask(f"{pywb}/web/mp_/{held[0].url}", Accept_Datetime="x")[0] == 400


def _relations(link: str, root: str) -> set[tuple[str, str]]:
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"', link)
    return {(url.replace(root, ""), relation) for url, relation in found}


def test_the_time_map_lists_the_same_mementos_as_pywb(room: Room, pywb: str) -> None:
    for url in sorted({one.url for one in shown(room)}):
        ours, theirs = (ask(f"{root}/web/timemap/link/{url}") for root in (room.second, pywb))
        assert ours[1]["content-type"] == theirs[1]["content-type"]
        named = [
            {
                one[0].replace(root, "")
                for one in re.findall(r'<([^>]*)>; rel="[a-z ]*memento"; datetime="([^"]*)"', text.decode())
            }
            for root, text in ((room.second, ours[2]), (pywb, theirs[2]))
        ]
        assert named[0] == named[1]


def test_raw_bytes_equal_those_of_pywb(room: Room, pywb: str) -> None:
    for one in shown(room)[::4]:
        path = f"/web/{one.began:%Y%m%d%H%M%S}id_/{one.url}"
        ours = ask(room.second + path)
        assert ours[2] == ask(pywb + path)[2], path


QUESTIONS: tuple[dict[str, str], ...] = (
    {}, {"limit": "1"}, {"sort": "reverse"}, {"matchType": "host", "limit": "5"}, {"matchType": "host"},
    {"filter": "status:404", "matchType": "host"}, {"filter": "!status:200", "matchType": "host"},
    {"filter": "mime:text/html", "matchType": "prefix"}, {"filter": "=mime:image/png", "matchType": "host"},
    {"filter": "~url:.*feed.*", "matchType": "host"}, {"from": "2023"}, {"to": "2023"},
    {"matchType": "domain", "sort": "reverse", "limit": "7"},
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_the_cdx_server_answers_as_pywb_does(room: Room, pywb: str, question: dict[str, str]) -> None:
    told = []
    for root in (room.second, pywb):
        said = urllib.parse.urlencode({"url": "http://institute.example/", "output": "json", **question})
        status, _headers, body = ask(f"{root}/web/cdx?{said}")
        assert status == 200, body
        lines = [json.loads(line) for line in body.decode().splitlines()]
        lines = [line for line in lines if "is_fuzzy" not in line]
        told.append(
            [
                {name: line.get(name, "") for name in ("urlkey", "timestamp", "url", "digest", "offset")}
                for line in lines
            ]
        )
    assert told[0] == told[1]
