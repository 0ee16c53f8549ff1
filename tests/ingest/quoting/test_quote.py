"""`creditline quote`: words found in the collection, proved down to the bytes, and checked without the collection."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from archive.errors import Exit, Refused
from db.catalogue import Catalogue
from db.reading_room.room import app
from db.reading_room.room_settings import RoomSettings
from db.search.effort import Effort
from db.search.passage import find
from db.search.quotation import Quotation, QuotationVerdict, QuotedPassage
from ingest.collection.collection import Layout
from ingest.quoting import credit_check
from ingest.quoting.manuscript import plain, quoted_in, read
from ingest.quoting.proof import checker, faults, prove

Command = Callable[..., Any]
QUOTING = Path(__file__).resolve().parents[3] / "docs" / "quoting.md"
PAGE = "http://institute.example/essays/tides/"
BODY = (
    "<p>The <a href='/p'>port of Anaklia</a> was to be the first deep&#8209;sea port of Georgia. In 2020 the "
    "government cancelled the contract &mdash; “a mistake,” as one minister put it &mdash; and the works stopped.</p>"
    "<p>Łódź is far away. Nobody there has asked for a port, and nobody will. NATO did not object to it, and its "
    "members said so in public more than once during the spring of that year.</p>"
)


def page(body: str = BODY) -> bytes:
    return f"""<!doctype html><html lang="en"><head><title>On ports</title><meta name="author" content="Ada Berg">
<meta property="og:type" content="article"></head><body><article><h1>On ports</h1>
<p class="byline">By Ada Berg</p><time datetime="2019-02-28">28 February 2019</time>{body}
{body.replace("Łódź", "Gdynia")}</article></body></html>""".encode()


@pytest.fixture
def collected(creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path, once: Callable[..., Path]) -> Path:
    def bring(folder: Path) -> None:
        warc = foreign_warc()
        warc.response(PAGE, page(), date="2019-03-01T10:00:00Z")
        warc.response(PAGE, page(BODY.replace("the works stopped", "all work has ended")), date="2019-04-01T10:00:00Z")
        brought = creditline("-C", folder, "import", warc.path, "--publisher", "http://institute.example/")
        assert brought.code == Exit.DONE, brought.err

    return once(tmp_path / "collection", bring)


def test_a_proof_is_saved_from_the_reading_room_and_verifies(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    layout = Layout(collected)
    room_settings = RoomSettings(layout.catalogue, layout.warcs, archived_url="http://127.0.0.1:1", prove=prove)
    words = "In 2020 the government cancelled the contract"
    with TestClient(app(room_settings), base_url="http://127.0.0.1") as room:
        shown = room.get("/quote", params={"words": words}, headers={"accept": "text/html"}).text
        leads = re.search(r'href="(/quote/proof\.json[^"]+)"', shown)
        assert leads, shown
        saved = room.get(leads[1].replace("&amp;", "&"))
        assert (saved.status_code, saved.headers["content-type"]) == (200, "application/json")
        assert "attachment" in saved.headers["content-disposition"]
        nothing = room.get("/quote/proof.json", params={"words": words, "edition": "wi-none@20200101000000"})
        assert nothing.status_code == 404
    file = tmp_path / "proof.json"
    file.write_bytes(saved.content)
    checked = creditline("-C", collected, "verify", file)
    assert checked.code == Exit.DONE, checked.err


def proof_of(creditline: Command, folder: Path, words: str) -> dict[str, Any]:
    told = json.loads(creditline("-C", folder, "--json", "quote", words).out)
    held: dict[str, Any] = told["proofs"][0]
    return held


@pytest.mark.damages_collection("the text of an edition loses a space, as where a reader joins two cells of a table")
def test_white_space_that_a_text_lacks_is_not_a_fault_of_its_proof(collected: Path) -> None:
    layout = Layout(collected)
    with Catalogue.open(layout.catalogue, create=True) as catalogue:
        catalogue.connection.execute("UPDATE edition SET text = replace(text, 'was to be', 'wasto be')")
        item = catalogue.item(PAGE)
        assert item is not None
        passage = find("wasto be the first deep", item.edition.text)
        assert passage is not None
        found = QuotedPassage(item.id, item.edition.id, True, item.edition.text, passage)
        quotation = Quotation("wasto be the first deep", QuotationVerdict.EXACT, (found,))
        held = prove(catalogue, layout.warcs, quotation, found)
        assert held["bytes"]["words"].startswith("was to be the first")
        assert list(faults(catalogue, layout.warcs, held)) == []


@pytest.mark.parametrize(
    ("words", "verdict", "code"),
    [
        ("Nobody there has asked for a port, and nobody will.", "exact", Exit.DONE),
        ("The port of Anaklia was to be the first deep-sea port", "exact", Exit.DONE),
        ("Nobody here has asked for a port, and nobody will.", "altered", Exit.ATTENTION),
        ("as one minister put it — and the works stopped", "older edition", Exit.ATTENTION),
        ("no sentence that anybody here has ever printed", "not found", Exit.ATTENTION),
    ],
)
def test_each_quotation_gets_its_verdict_and_its_exit_code(
    creditline: Command, collected: Path, words: str, verdict: str, code: Exit
) -> None:
    ended = creditline("-C", collected, "quote", words)
    assert (ended.code, ended.out.startswith(verdict)) == (code, True), ended.out
    if verdict != "not found":
        assert "#:~:text=" in ended.out
        assert "record     " in ended.out


def test_checking_a_proof_names_what_was_changed_in_it(creditline: Command, collected: Path, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    assert (
        creditline("-C", collected, "quote", "The port of Anaklia was to be the first", "--proof", path).code
        == Exit.DONE
    )
    ended = creditline("-C", collected, "verify", path)
    assert (ended.code, ended.out[:4]) == (Exit.DONE, "ok  ")
    sound = json.loads(path.read_text())
    with Catalogue.open(collected / "catalogue.db", read_only=True) as catalogue:
        warcs = Layout(collected).warcs
        assert faults(catalogue, warcs, sound) == []
        for named in (
            *("words", "edition", "text.start", "text.sha256", "bytes.entity_sha256", "bytes.words", "bytes.ranges"),
            *("bytes.place", "record.offset", "record.block_digest", "capture.id"),
        ):
            place = named.split(".")
            forged = json.loads(path.read_text())
            held = forged
            for name in place[:-1]:
                held = held[name]
            old = held[place[-1]]
            held[place[-1]] = old + 1 if isinstance(old, int) else [[0, 5]] if isinstance(old, list) else f"x{old}"
            assert faults(catalogue, warcs, forged), place
        assert faults(catalogue, warcs, {"form": sound["form"]})
    path.write_text("{}")
    assert creditline("-C", collected, "verify", path).code == Exit.USAGE


def test_a_proof_pack_can_be_checked_with_only_python(creditline: Command, collected: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    words = "first deep-sea port of Georgia. In 2020 the government cancelled the contract"
    assert creditline("-C", collected, "quote", words, "--proof-pack", folder).code == Exit.DONE
    run = [sys.executable, "-I", "-S", str(folder / "check.py"), str(folder)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stdout.startswith("It holds: http://institute.example/")) == (0, True), done.stderr
    proof = folder / "proof.json"
    sound = json.loads(proof.read_text())
    digest = sound["record"]["block_digest"]
    for forged in (
        {"words": "other words", "bytes": {**sound["bytes"], "words": "other words"}},
        {"record": {**sound["record"], "block_digest": digest[:-1] + ("A" if digest[-1] != "A" else "B")}},
        {"bytes": {**sound["bytes"], "ranges": [[0, 9]]}},
    ):
        proof.write_text(json.dumps(sound | forged))
        assert subprocess.run(run, capture_output=True, check=False, timeout=300).returncode == 1
    assert len(checker().splitlines()) <= 40
    assert f"```python\n{checker()}```" in QUOTING.read_text(encoding="utf-8")


def test_if_one_of_two_outputs_exists_neither_is_written(collected: Path, creditline: Any, tmp_path: Path) -> None:
    proof, folder = tmp_path / "proof.json", tmp_path / "pack"
    folder.mkdir()
    said = creditline("-C", collected, "quote", "The port of Anaklia", "--proof", proof, "--proof-pack", folder)
    assert (said.code, said.out, proof.exists()) == (Exit.USAGE, "", False)


def test_a_proof_of_a_whole_manuscript_is_refused(collected: Path, creditline: Any, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text("“The port of Anaklia was to be the first”")
    proof = tmp_path / "proof.json"
    said = creditline("-C", collected, "quote", "--check", tmp_path / "draft.txt", "--proof", proof)
    assert (said.code, proof.exists()) == (Exit.USAGE, False)


def test_words_without_quotation_marks_are_refused_with_the_line_to_type(collected: Path, creditline: Any) -> None:
    loose = creditline("-C", collected, "quote", "The", "port's", "dues")
    assert loose.code == Exit.USAGE
    assert "the words are not in quotation marks" in loose.err
    assert f"""creditline -C {collected} quote 'The port'"'"'s dues'; an item goes behind --item""" in loose.err
    assert creditline("-C", collected, "quote").code == Exit.USAGE


@pytest.mark.parametrize("said", ["moved 3.5×10⁶ tonnes of stone", "moved 3.5×106 tonnes of stone"])
def test_an_exponent_in_superscript_is_found_and_proved(
    creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path, said: str
) -> None:
    warc = foreign_warc()
    note = "<p id='n1'>1. Interview with the harbour master, 2 March 2024.</p>"
    body = BODY.replace("the works stopped", "they moved 3.5×10<sup>6</sup> tonnes of stone")
    body = body.replace("Nobody there", "Nobody<sup><a href='#n1'>1</a></sup> there") + note
    warc.response(PAGE, page(body), date="2019-03-01T10:00:00Z")
    folder = tmp_path / "collection"
    assert creditline("-C", folder, "import", warc.path, "--publisher", "http://institute.example/").code == Exit.DONE
    proof = proof_of(creditline, folder, said)
    assert proof["words"] == "moved 3.5×10⁶ tonnes of stone"
    assert proof["bytes"] is not None
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        assert faults(catalogue, Layout(folder).warcs, proof) == []
    pack = tmp_path / "pack"
    assert creditline("-C", folder, "quote", proof["words"], "--proof-pack", pack).code == Exit.DONE
    run = [sys.executable, "-I", "-S", str(pack / "check.py"), str(pack)]
    assert subprocess.run(run, capture_output=True, check=False, timeout=300).returncode == 0
    # With a note between the words there are no bytes to prove them by.
    beyond = tmp_path / "beyond.json"
    refused = creditline("-C", folder, "quote", "is far away. Nobody1 there has asked", "--proof", beyond)
    assert (refused.code, refused.out.startswith("exact: "), beyond.exists()) == (Exit.ATTENTION, True, False)


@pytest.mark.slow
def test_a_text_that_only_a_script_holds_with_its_tags_can_be_checked_with_only_python(
    creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path
) -> None:
    warc = foreign_warc()
    data = {"@type": "Article", "headline": "On ports", "author": {"name": "Ada Berg"}, "articleBody": BODY * 2}
    held = json.dumps(data | {"@context": "https://schema.org"}).replace("<", "\\u003c")
    shell = '<!doctype html><html lang="en"><title>On ports</title><script type="application/ld+json">'
    warc.response(PAGE, f"{shell}{held}</script><body><div id='app'></div></body></html>".encode())
    folder, pack = tmp_path / "collection", tmp_path / "pack"
    assert creditline("-C", folder, "import", warc.path, "--publisher", "http://institute.example/").code == Exit.DONE
    words = "The port of Anaklia was to be the first deep-sea port of Georgia."
    assert creditline("-C", folder, "quote", words, "--proof-pack", pack).code == Exit.DONE
    assert json.loads((pack / "proof.json").read_text())["bytes"]["place"] == "json html"
    run = [sys.executable, "-I", "-S", str(pack / "check.py"), str(pack)]
    checked = subprocess.run(run, capture_output=True, text=True, check=False, timeout=300)
    assert (checked.returncode, checked.stdout.startswith("It holds: ")) == (0, True), checked.stderr


def test_nothing_of_a_withheld_item_is_quoted_or_proved(creditline: Command, collected: Path, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    words = "Nobody there has asked for a port"
    creditline("-C", collected, "quote", words, "--proof", path)
    creditline("-C", collected, "withhold", PAGE, "--reason", "an order", "--by", "A. Nowak")
    ended = creditline("-C", collected, "quote", words)
    assert (ended.code, ended.out) == (Exit.ATTENTION, "not found: no edition held here contains these words\n")
    assert creditline("-C", collected, "verify", path).code == Exit.INTEGRITY


TEXT = """He wrote that “nobody there has asked for a port, and
nobody will”, and then:

> NATO did not object to it, and its members said so in public

> Nobody here has asked for a port, and nobody will.
> — Ada Berg

An “own idea” is none. "A sentence that nobody has ever printed anywhere", he said.
"""


def word_file(path: Path) -> Path:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    said = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in (("Normal", "He wrote „NATO did not object to it, and its members” once."),
                            ("IntenseQuote", "Nobody there has asked for a port, and nobody will."),
                            ("Quote", "the first deep</w:t><w:noBreakHyphen/><w:t>sea port of Georgia"))
    )  # fmt: skip
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", f'<w:document xmlns:w="{w}"><w:body>{said}</w:body></w:document>')
    return path


@pytest.mark.parametrize("kind", ["md", "docx", "html"])
def test_quote_check_checks_every_quotation_of_a_manuscript(
    creditline: Command, collected: Path, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"draft.{kind}"
    meant = ["altered", "exact", "altered", "not found"]
    if kind == "md":
        path.write_text(TEXT)
    elif kind == "docx":
        word_file(path)
        meant = ["exact", "exact", "exact"]
    else:
        path.write_text(
            "<p>See <q>Nobody there has asked for a port, and nobody will</q>.</p>"
            "<blockquote><p>NATO did object to it, and its members said so</p></blockquote>"
        )
        meant = ["exact", "altered"]
    ended = creditline("-C", collected, "--json", "quote", "--check", path)
    assert [json.loads(line)["verdict"] for line in ended.out.splitlines()] == meant
    assert ended.code == (Exit.ATTENTION if set(meant) != {"exact"} else Exit.DONE)


SHARED = "The harbour master signs this sentence under each of his reports."


@pytest.fixture
def repeated(creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path, once: Callable[..., Path]) -> Path:
    """Three items of different authors with one sentence in common."""

    def bring(folder: Path) -> None:
        warc = foreign_warc()
        for name in ("Ada", "Eva", "Ida"):
            held = page(BODY.replace("NATO did", f"{SHARED} NATO did")).replace(b"Ada", name.encode())
            warc.response(f"{PAGE}{name.lower()}/", held.replace(b"On ports", f"Ports of {name}".encode()))
        brought = creditline("-C", folder, "import", warc.path, "--publisher", "http://institute.example/")
        assert brought.code == Exit.DONE, brought.err

    return once(tmp_path / "repeated", bring)


def test_a_sentence_of_several_items_is_credited_to_those_that_the_text_names(
    creditline: Command, repeated: Path, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.md"

    def checked(said: str) -> list[str]:
        draft.write_text(f"{said}\n\n> {SHARED}\n\nThat was all.\n")
        out: str = creditline("-C", repeated, "quote", "--check", draft).out
        return out.splitlines()[1:]

    for name in ("ada", "eva", "ida"):
        url = f"{PAGE}{name}/"
        place, others = checked(f"As <{url}> says:")
        assert place.endswith(f"  {url}  (named in the text)")
        assert others == "    the same words are in 2 other items"
        # An id names it, too.
        assert checked(f"As said in {place.split()[0]}:") == [place, others]
    # All are told if the text names none.
    assert sorted(line.split()[-1] for line in checked("As a report says:")) == [
        f"{PAGE}{name}/" for name in ("ada", "eva", "ida")
    ]


@pytest.mark.parametrize("name", ["Ada", "Eva", "Ida"])
def test_the_credit_of_one_of_several_items_with_the_same_words_is_enough(
    creditline: Command, repeated: Path, tmp_path: Path, name: str
) -> None:
    draft = tmp_path / "draft.md"
    titled = f"“Ports of {name}”, institute.example"
    for said in (f"{name} Berg, institute.example", f"From {PAGE}{name.lower()}/", titled):
        draft.write_text(f"{said}\n\n> {SHARED}\n")
        [told] = creditline("-C", repeated, "--json", "credit", "--check", draft).out.splitlines()
        assert json.loads(told)["title"] == f"Ports of {name}"


def test_a_draft_in_which_nothing_is_recognised_is_not_said_to_reuse_nothing(
    creditline: Command, repeated: Path, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("> Under each of the reports there is a signature of the man who runs this harbour.\n")
    ended = creditline("-C", repeated, "credit", "--check", draft)
    assert (ended.code, ended.out) == (Exit.DONE, "")
    assert "draft.md: nothing of this collection was recognised, so no credit was checked" in ended.err
    assert "quotations of 4 words or more and paragraphs of 12 or more are, word for word" in ended.err
    draft.write_text(f"> {SHARED}\n")
    ended = creditline("-C", repeated, "credit", "--check", draft)
    assert (ended.code, "1 item reused, 1 without enough credit" in ended.err) == (Exit.ATTENTION, True)


def test_cite_page_is_refused_for_an_item_without_pages(creditline: Command, collected: Path) -> None:
    refused = creditline("-C", collected, "cite", PAGE, "--page", "3")
    assert (refused.code, "is no document: it has no pages" in refused.err) == (Exit.USAGE, True)


def test_passages_that_were_not_checked_in_time_are_listed_by_credit_check(collected: Path) -> None:
    with Catalogue.open(collected / "catalogue.db", read_only=True) as catalogue:
        credited, passed = credit_check.check(catalogue, TEXT, quoted_in(TEXT), Effort(0.0))
    assert credited == []
    assert [one.line for one in passed][:4] == [1, 4, 6, 9]


def test_a_manuscript_is_read_with_the_lines_of_its_quotations(tmp_path: Path) -> None:
    path = tmp_path / "draft.txt"
    path.write_text(TEXT)
    assert [one.line for one in read(path)] == [1, 4, 6, 9]
    assert read(path)[2].words == "Nobody here has asked for a port, and nobody will."


@pytest.mark.parametrize("name", ["draft.txt", "draft.tex"])
def test_a_manuscript_written_on_windows_reads_like_any_other(tmp_path: Path, name: str) -> None:
    path, other = tmp_path / name, tmp_path / f"windows-{name}"
    written = (TEX if name.endswith("tex") else TEXT).encode()
    path.write_bytes(written)
    other.write_bytes(written.replace(b"\n", b"\r\n"))
    assert read(other) == read(path)


@pytest.mark.parametrize("between", ["\n\n", "\r\n\r\n", "\n \t\n\n"])
def test_a_paragraph_that_was_taken_is_known_whatever_ends_the_lines(
    collected: Path, tmp_path: Path, between: str
) -> None:
    path = tmp_path / "draft.txt"
    taken = "Nobody there has asked for a port, and nobody will. NATO did not object to it, and its members"
    path.write_bytes(between.join(["My own words about ports.", taken, "More of my own."]).encode())
    with Catalogue.open(collected / "catalogue.db", read_only=True) as catalogue:
        text = plain(path)
        (found,), _ = credit_check.check(catalogue, text, quoted_in(text))
    assert found.line == 1 + text[: text.index("Nobody")].count("\n")


@pytest.mark.parametrize(
    "body",
    [
        "<div>He wrote “{words}”.<p>And more.</p></div>",
        "He wrote “{words}”.<p>And more.</p>",
        "<p>And more.</p><dl><dt>Berg</dt><dd>“{words}”</dd></dl>",
        "<p>And more.</p><figure><img src=a.png><figcaption>“{words}”</figcaption></figure>",
        "<ul><li>“{words}”<ul><li>And more.</li></ul></li></ul>",
        "<p>And more.</p><blockquote>{words}<footer>Berg</footer></blockquote>",
        "<p>And more.</p><p><script>var a = “1 2 3 4 5”;</script><q>{words}</q></p>",
        "<p>And more.</p><p>“{lines}”</p>",
    ],
)
def test_a_quotation_is_found_wherever_it_stands_in_a_page(tmp_path: Path, body: str) -> None:
    path = tmp_path / "draft.html"
    words = "Nobody there has asked for a port"
    path.write_text(body.format(words=words, lines=words.replace(" has", "<br>has")))
    assert [one.words for one in read(path)] == [words]


@pytest.mark.parametrize("charset", ["euc-kr", "macintosh", "iso-2022-kr", "x-mac-cyrillic", "windows-1250"])
def test_a_page_is_read_in_each_charset_that_it_may_name(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "draft.html"
    page = f'<meta charset="{charset}"><p>"Nobody there has asked for a port"</p>'
    path.write_bytes(page.encode("ascii"))
    assert [one.words for one in read(path)] == ["Nobody there has asked for a port"]


ASKED = "Łódź is far away. Nobody there has asked for a “port”, and nobody will."
TEX = r"""% ``A quotation that stands in a comment''
``Nobody there has asked for a `port', and nobody will''\footnote{See Berg, ``Ports''.} and \enquote{Nobody
there has asked\footnote{No.} for a ``port'', and nobody will}.

\begin{quote}
Nobody there \emph{has} asked for a `port', and nobody will
\end{quote}
\textcquote[12]{berg2019}{No\-body there has asked for a `port', and nobody will}
,,Nobody there has asked for a `port', and nobody will''
\textquote[{\cite[1]{berg2019}}]{\L\'od\'{z} is far away. Nobody there has asked \ldots{} and nobody will}
"""
TYPED = """The workers’ ‘new port’ of the ‘90s: ‘Nobody there has asked for a “port”, and nobody will’.
„Nobody there has asked for a «port», and nobody will" or ”Nobody there has asked for a ’port’, and nobody will”
“Nobody there has asked for a ‘port’, and nobody will”
‘Nobody there has paid for the workers’ port, and nobody will’
"""


@pytest.mark.parametrize(
    ("name", "text", "lines"), [("draft.tex", TEX, [2, 2, 6, 8, 9, 10]), ("draft.txt", TYPED, [1, 2, 2, 3, 4])]
)
def test_quotations_are_known_by_the_marks_of_each_way_of_writing(
    tmp_path: Path, name: str, text: str, lines: list[int]
) -> None:
    path = tmp_path / name
    path.write_text(text)
    found = read(path)
    assert [one.line for one in found] == lines
    for one in found:
        passage = find(one.words.replace("paid for the workers’ port", "asked for a ‘port’"), ASKED)
        assert passage is not None, one.words
        assert passage.is_exact, one.words


def test_a_manuscript_without_quotations_is_not_said_to_be_right(
    creditline: Command, collected: Path, tmp_path: Path
) -> None:
    path = tmp_path / "draft.txt"
    path.write_text("Nobody there has asked for a port.")
    assert "so nothing was checked" in creditline("-C", collected, "quote", "--check", path).err


@pytest.mark.parametrize("harm", ["damaged", "encrypted", "cut"])
def test_a_word_file_that_cannot_be_unpacked_is_refused(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "draft.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", " ".join(map(str, range(2000))))
    held = bytearray(path.read_bytes())
    entry = held.find(b"PK\x01\x02")
    if harm == "damaged":
        held[60:80] = b"\xff" * 20
    elif harm == "encrypted":
        held[6], held[entry + 8] = held[6] | 1, held[entry + 8] | 1
    else:
        held = held[: entry // 2]
    path.write_bytes(held)
    with pytest.raises(Refused, match="is not a Word file"):
        read(path)


@pytest.mark.parametrize(
    ("name", "data"), [("draft", b"\x7fELF\0\0"), ("draft.txt", b"%PDF-1.7\n"), ("draft.md", b"{\\rtf1 said}")]
)
def test_a_file_that_is_not_text_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Refused, match=f"{name} is no text"):
        read(path)


@pytest.mark.parametrize("data", [b"", b" \n", b"<!-- a note -->"])
def test_a_page_without_words_has_no_quotations(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "draft.html"
    path.write_bytes(data)
    assert read(path) == []


def test_the_page_on_quoting_names_every_verdict() -> None:
    from db.search.quotation import QuotationVerdict

    named = re.findall(r"^\| ([a-z ]+) \|", QUOTING.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(QuotationVerdict) <= set(named)


def test_a_proof_file_of_an_older_form_is_still_valid(
    creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path
) -> None:
    warc = foreign_warc(version="WARC/0.18")
    warc.response(PAGE, page(), date="2010-03-01T10:00:00Z")
    folder = tmp_path / "older"
    assert creditline("-C", folder, "import", warc.path, "--publisher", "http://institute.example/").code == Exit.DONE
    proof = proof_of(creditline, folder, "Nobody there has asked for a port")
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        assert faults(catalogue, folder / "warcs", proof) == []
