"""Settings: read once, refused by name where wrong, and written so that they read back the same."""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.settings import values
from ingest.settings.errors import BadSettings
from ingest.settings.toml_file import render
from ingest.settings.values import (
    FetchOptions,
    PublisherOptions,
    ReadOptions,
    ScheduleOptions,
    Settings,
    StoreOptions,
    publisher_of,
)

PATH = Path("creditline.toml")
WORD = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
WORDS = st.lists(WORD, max_size=3).map(tuple)
PUBLISHERS = st.builds(
    PublisherOptions,
    url=WORD,
    id=st.none() | st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    name=st.none() | WORD,
    hosts=WORDS,
    languages=WORDS,
    include=WORDS,
    exclude=WORDS,
)
SECONDS = st.floats(0, 1e6, allow_nan=False)
SETTINGS = st.builds(
    Settings,
    contact=st.none() | WORD,
    connect=st.dictionaries(WORD, WORD, max_size=3).map(lambda pairs: tuple(sorted(pairs.items()))),
    fetch=st.builds(FetchOptions, delay=st.none() | SECONDS, deadline=SECONDS, ca_file=st.none() | WORD),
    store=st.builds(StoreOptions, roll_bytes=st.integers(1, 10**12), batch=st.integers(1, 500)),
    read=st.builds(ReadOptions, workers=st.integers(0, 64), deadline=SECONDS),
    schedule=st.builds(ScheduleOptions, discover=SECONDS),
    publishers=st.lists(PUBLISHERS, max_size=3).map(tuple).filter(lambda listed: _is_apart(listed)),
)


def _is_apart(listed: tuple[PublisherOptions, ...]) -> bool:
    """Whether no two share an id or a host."""
    named: list[str] = []
    for options in listed:
        with contextlib.suppress(ValueError):
            publisher = publisher_of(options)
            named += [publisher.id, *{f"//{host.lower().removeprefix('www.')}" for host in publisher.hosts}]
    return len(set(named)) == len(named)


def refusal(raw: dict[str, Any]) -> BadSettings:
    with pytest.raises(BadSettings) as refused:
        values.parse(raw, PATH)
    return refused.value


@settings(max_examples=40)
@given(SETTINGS)
def test_settings_are_read_back_as_written(chosen: Settings) -> None:
    assert values.parse(tomllib.loads(render(chosen)), PATH) == chosen


def test_a_new_file_names_every_setting_and_its_default(tmp_path: Path) -> None:
    path = tmp_path / "creditline.toml"
    path.write_text(render(Settings()), "utf-8")
    assert values.load(path) == Settings()
    for section in (FetchOptions, StoreOptions, ReadOptions, ScheduleOptions):
        for key in section.__dataclass_fields__:
            assert f"# {key} = " in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ({"contcat": "a@example.org"}, "contcat"),
        ({"fetch": {"dealy": 1}}, "fetch.dealy"),
        (
            {"publisher": [{"url": "https://institute.example/", "nmae": "X"}]},
            "publisher 1 (https://institute.example/).nmae",
        ),
        ({"publisher": [{"url": "https://a.example/"}, {"id": "b", "hots": []}]}, "publisher 2 (b).hots"),
        ({"publishers": []}, None),
    ],
)
def test_an_unknown_key_is_refused_by_its_name(raw: dict[str, Any], named: str | None) -> None:
    if named is None:
        assert values.parse({}, PATH) == Settings()
        return
    told = refusal(raw)
    assert told.what == f"unknown setting {named!r}"
    meant = {"contcat": "contact", "fetch.dealy": "delay", "publisher 2 (b).hots": "hosts"}.get(named, "name")
    assert told.hint.startswith(f"perhaps {meant} is meant")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"fetch": {"delay": "soon"}}, "fetch.delay is text in quotation marks, and has to be a number"),
        ({"fetch": {"threads": 1.5}}, "fetch.threads is a number, and has to be a whole number"),
        ({"publisher": [{"url": "http://a.example/"}, {"name": "without a URL"}]}, "publisher 2 has no url"),
        ({"publisher": [{"url": 5}]}, "publisher 1.url is a whole number, and has to be text in quotation marks"),
        ({"publisher": [{"id": "a", "url": "x", "hosts": "b"}]}, "publisher 1 (a).hosts is text in quotation"),
        ({"connect": {"institute.example": 8123}}, "[connect] is a whole number, and has to be text in quotation"),
        ({"connect": "institute.example"}, "[connect] is text in quotation marks, and has to be a table"),
        ({"publisher": "institute"}, "publisher is text in quotation marks, and has to be a list"),
        ({"publisher": {"url": "http://a.example/"}}, "[publisher] is in single brackets"),
        ({"publishers": [{"url": "http://a.example/"}]}, "unknown setting 'publishers'"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_its_place(raw: dict[str, Any], said: str) -> None:
    assert refusal(raw).what.startswith(said)


@pytest.mark.parametrize("content", [b"contact = ", b"\xff\xfe", b"[fetch\n"])
def test_a_file_that_is_not_toml_is_refused_with_the_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "creditline.toml"
    path.write_bytes(content)
    with pytest.raises(BadSettings, match="is not TOML"):
        values.load(path)


def test_a_size_limit_above_what_can_be_read_again_is_refused(tmp_path: Path) -> None:
    path, most = tmp_path / "creditline.toml", 127 << 20
    for bytes_ in (most, most + 1):
        path.write_text(f"[fetch]\nmax_bytes = {bytes_}\n", encoding="utf-8")
        if bytes_ == most:
            assert values.load(path).fetch.max_bytes == most
            continue
        with pytest.raises(BadSettings) as refused:
            values.load(path)
    assert "more than 128 MB" in refused.value.what
    assert str(most) in refused.value.hint
    # Former settings are stated by records: a rebuild accepts them as they were.
    assert values.parse({"fetch": {"max_bytes": most + 1}}, PATH).fetch.max_bytes == most + 1


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("[read]\nworkers = -3", "read.workers is -3"),
        ("[read]\nworkers = 999999", "read.workers is 999999"),
        ("[fetch]\ndelay = -1.0", "fetch.delay is -1.0"),
        ("[fetch]\ndeadline = 0", "fetch.deadline is 0"),
        ("[schedule]\ndiscover = nan", "schedule.discover is nan"),
        ("[schedule]\nverify = inf", "schedule.verify is inf"),
        ("[serve]\nport = 99999", "serve.port is 99999"),
        ('[[publisher]]\nurl = "http://a.example/"\ndelay = -0.5', "publisher.delay is -0.5"),
        ('[[publisher]]\nurl = "http://a.example/"\npages = -1', "publisher.pages is -1"),
        ('[[publisher]]\nurl = "http://a.example/"\nrecheck = 0', "publisher.recheck is 0"),
    ],
)
def test_a_number_that_would_stop_all_work_or_never_end_is_refused(tmp_path: Path, said: str, named: str) -> None:
    path = tmp_path / "creditline.toml"
    path.write_text(said, encoding="utf-8")
    with pytest.raises(BadSettings) as refused:
        values.load(path)
    assert refused.value.what.startswith(named)
    assert "write " in refused.value.hint
    # Former settings are stated by records: a rebuild accepts them as they were.
    values.parse(tomllib.loads(said), PATH)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as refused:
        values.load(tmp_path / "creditline.toml")
    assert "creditline init URL" in refused.value.hint


def test_a_publisher_gets_its_id_and_hosts_from_its_url_by_default() -> None:
    plain = publisher_of(PublisherOptions("https://www.institute.example/"))
    assert plain.id == "institute-example"
    assert plain.hosts[0].removeprefix("www.") == "institute.example"
    chosen = publisher_of(PublisherOptions("https://institute.example/", id="wi", hosts=("a.example",)))
    assert (chosen.id, chosen.hosts) == ("wi", ("a.example",))


@pytest.mark.parametrize("taken", ["collection", "imported"])
def test_a_publisher_cannot_have_the_name_of_a_shared_file_series(taken: str) -> None:
    told = refusal({"publisher": [{"url": "http://institute.example/", "id": taken}]})
    assert taken in told.what


@pytest.mark.parametrize("taken", ["A b!", "a/b", "-a", "", "ł", "../up"])
def test_a_publisher_id_that_is_not_a_valid_file_name_is_refused(taken: str) -> None:
    told = refusal({"publisher": [{"url": "http://institute.example/", "id": taken}]})
    assert repr(taken) in told.what
    assert "small letters" in told.hint


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"url": "https://a.example/"}, {"url": "https://www.A.example/", "id": "b"}, "'a.example'"),
        ({"url": "https://a.example/"}, {"url": "https://b.example/", "hosts": ["a.example"]}, "'a.example'"),
        ({"url": "https://a.example/", "id": "x"}, {"url": "https://b.example/", "id": "x"}, "the id 'x'"),
    ],
)
def test_two_publishers_never_claim_one_host_or_one_id(one: dict[str, Any], other: dict[str, Any], said: str) -> None:
    assert said in refusal({"publisher": [one, other]}).what


@pytest.mark.parametrize(
    ("table", "what", "hint"),
    [
        ({"url": "a.example"}, "url of publisher 1 is 'a.example'", 'write url = "https://a.example"'),
        ({"url": "ftp://a.example/", "id": "a"}, "url of publisher 1 (a) is 'ftp://a.example/'", "Only http and https"),
        # Such hosts match no page, and so its pages would be left out without a word.
        ({"url": "https://a.example/", "hosts": ["https://a.example/"]}, "'https://a.example/', which", '"a.example"'),
        ({"url": "https://a.example/", "hosts": ["a.example", "b.example/"]}, "'b.example/', which", '"b.example"'),
        ({"url": "https://a.example/", "hosts": ["łódź.example"]}, "'łódź.example', which", '"xn--d-uga0v4h.example"'),
        ({"url": "https://a.example/", "hosts": ["a.example:443"]}, "'a.example:443', which", '"a.example"'),
        ({"url": "https://a.example/", "hosts": ["*.a.example"]}, "'*.a.example', which", "blog.example.org"),
        ({"url": "https://a.example/", "hosts": [""]}, "'', which", "blog.example.org"),
        ({"url": "https://a.example/", "exclude": ["/a/", "/tag/*"]}, "exclude of publisher 1 (http", "up to such"),
        ({"url": "https://a.example/", "include": ["/?print=1"]}, "include of publisher 1 (http", '"/tag/"'),
        ({"url": "https://a.example/", "exclude": ["/#top"]}, "names '/#top', with which no path begins", '"/tag/"'),
        ({"url": "https://a.example/", "exclude": [" "]}, "names ' ', with which no path begins", '"/tag/"'),
        ({"url": "https://a.example/", "exclude": ["/a%2Ab", "tag/"], "include": ["/książki/"]}, None, None),
        ({"url": "https://a.example/en/index.php?x=1#top", "hosts": ["A.example", "b.example:8080"]}, None, None),
    ],
)
def test_an_address_that_no_page_can_have_is_refused_with_the_right_one(
    tmp_path: Path, table: dict[str, Any], what: str | None, hint: str | None
) -> None:
    path = tmp_path / "creditline.toml"
    # JSON of such a table is TOML, too.
    path.write_text("[[publisher]]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in table.items()), "utf-8")
    if what is None or hint is None:
        assert values.load(path).publishers[0].url == table["url"]
        return
    with pytest.raises(BadSettings, match=re.escape(what)) as refused:
        values.load(path)
    assert hint in refused.value.hint


@pytest.mark.parametrize("name", ["alert.webhook", "alert.ping", "timestamp.url"])
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("stamps.example/secret", "not a URL"),
        ("htps://stamps.example/secret", "the scheme htps: is not fetched"),
        ("https://stamps.example/secret", None),
        ("", None),
    ],
)
def test_an_address_that_cannot_be_posted_to_is_refused_when_the_settings_are_read(
    tmp_path: Path, name: str, url: str, why: str | None
) -> None:
    path, (table, key) = tmp_path / "creditline.toml", name.split(".")
    path.write_text(f'[{table}]\n{key} = "{url}"\n', "utf-8")
    if why is None:
        assert getattr(getattr(values.load(path), table), key) == url
        return
    with pytest.raises(BadSettings, match=f"{re.escape(name)} is no web address that can be asked: {why}") as refused:
        values.load(path)
    assert "secret" not in str(refused.value), "an address of a webhook is often one"
    assert refused.value.hint


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "creditline.toml"
    path.write_bytes(b"\xef\xbb\xbf" + b'contact = "a@example.org"\n')
    assert values.load(path).contact == "a@example.org"
