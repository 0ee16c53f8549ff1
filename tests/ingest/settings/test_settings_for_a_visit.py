"""Settings for a visit: the publisher of a host, the contact, where a host is mapped, and what flags change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from archive.errors import Exit, Refused
from ingest.crawl.run_setup import fetch_settings
from ingest.settings.number_bounds import fault_of
from ingest.settings.values import (
    FetchOptions,
    PublisherOptions,
    ReadOptions,
    ScheduleOptions,
    ServeOptions,
    Settings,
    address_of,
    bare_hosts,
    check_id,
    check_new,
    known_part,
    on_loopback,
    publisher_of,
    require_contact,
    schedule_of,
    with_flags,
    with_host,
    with_publisher,
)

INSTITUTE = PublisherOptions("https://www.institute.example/")
TANK = PublisherOptions("https://tank.example/", id="tank", hosts=("tank.example", "blog.tank.example"))
BOTH = Settings(publishers=(INSTITUTE, TANK))
HERE = Settings(connect=(("Institute.example", "127.0.0.1:8123"), ("tank.example:443", "[::1]:8124")))


def refusal(*given: object, of: object) -> Refused:
    with pytest.raises(Refused) as refused:
        of(*given)  # type: ignore[operator]  # the function that refuses
    return refused.value


# ── Publishers ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_publisher_is_known_by_its_hosts_with_or_without_www() -> None:
    assert bare_hosts(publisher_of(INSTITUTE)) == {"institute.example"}
    assert bare_hosts(publisher_of(replace(TANK, hosts=("WWW.Tank.example",)))) == {"tank.example"}


def test_a_new_publisher_is_added_at_the_end() -> None:
    assert with_publisher(Settings(publishers=(INSTITUTE,)), TANK) == BOTH


@pytest.mark.parametrize(
    "said", ["blog.institute.example", "https://blog.institute.example/a?b=1", "HTTP://Blog.Institute.example"]
)
def test_a_host_is_added_only_to_its_publisher(said: str) -> None:
    changed = with_host(BOTH, "institute-example", said)
    assert publisher_of(changed.publishers[0]).hosts == ("institute.example", "blog.institute.example")
    assert changed.publishers[1] is TANK


def test_adding_a_known_host_changes_nothing() -> None:
    assert with_host(BOTH, "tank", "www.blog.tank.example") is BOTH


def test_a_host_of_another_publisher_cannot_be_added() -> None:
    refused = refusal(BOTH, "institute-example", "tank.example", of=with_host)
    assert "host of the publisher tank" in refused.what
    assert refused.code is Exit.USAGE


def test_an_unknown_publisher_is_refused_with_a_list_of_the_known_ones() -> None:
    refused = refusal(BOTH, "bank", "bank.example", of=with_host)
    assert (refused.code, refused.hint) == (Exit.USAGE, "known here: institute-example, tank")
    assert refusal(Settings(), "bank", "bank.example", of=with_host).hint == "known here: none"


def test_text_without_a_host_is_refused() -> None:
    assert refusal(BOTH, "tank", "https://", of=with_host).code is Exit.USAGE


@pytest.mark.parametrize("chosen", [None, "wi", "think-tank-2"])
def test_an_id_that_is_a_valid_file_name_is_accepted_and_used(chosen: str | None) -> None:
    check_id(chosen)
    publisher = publisher_of(replace(INSTITUTE, id=chosen))
    assert publisher.id == (chosen or "institute-example")


@pytest.mark.parametrize("chosen", ["", "W I", "collection", "../x", "Ü"])
def test_an_id_that_is_not_a_valid_file_name_is_refused_before_a_visit(chosen: str) -> None:
    refused = refusal(chosen, of=check_id)
    assert refused.code is Exit.USAGE
    assert repr(chosen) in refused.what


def test_a_new_publisher_cannot_have_a_host_of_another() -> None:
    refused = refusal(BOTH, PublisherOptions("https://blog.tank.example/"), of=check_new)
    assert "blog.tank.example is a host of the publisher tank" in refused.what


def test_a_new_publisher_cannot_have_the_id_of_another() -> None:
    refused = refusal(BOTH, PublisherOptions("https://other.example/", id="tank"), of=check_new)
    assert "already a publisher 'tank'" in refused.what
    other = PublisherOptions("https://other.example/")
    check_new(BOTH, other)
    assert with_publisher(BOTH, other).publishers == (INSTITUTE, TANK, other)


def test_the_times_of_a_publisher_override_the_general_ones() -> None:
    general = ScheduleOptions(discover=60.0, recheck=600.0)
    assert schedule_of(general, INSTITUTE) == general
    own = schedule_of(general, replace(INSTITUTE, recheck=5.0))
    assert (own.discover, own.recheck) == (60.0, 5.0)


# ── Where a host is mapped ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("127.0.0.1:8123", ("127.0.0.1", 8123)),
        ("[::1]:65535", ("::1", 65535)),
        ("192.0.2.7:1", ("192.0.2.7", 1)),
    ],
)
def test_a_target_is_an_address_and_a_port(said: str, address: tuple[str, int]) -> None:
    assert address_of(said) == address


@pytest.mark.parametrize(
    "said", ["", "127.0.0.1", "localhost:80", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x", ":80"]
)
def test_an_invalid_address_and_port_is_refused(said: str) -> None:
    assert refusal(said, of=address_of).code is Exit.SETTINGS


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://institute.example/", True),
        ("https://INSTITUTE.example:8443/a", True),
        ("https://tank.example/", True),
        ("http://tank.example/", False),
        ("https://www.institute.example/", False),
        ("https://elsewhere.example/", False),
    ],
)
def test_a_host_mapped_to_loopback_is_on_this_machine(url: str, is_here: bool) -> None:
    assert on_loopback(HERE, url) is is_here


def test_a_host_mapped_elsewhere_is_not_on_this_machine() -> None:
    assert not on_loopback(Settings(connect=(("institute.example", "192.0.2.7:80"),)), "http://institute.example/")


def test_only_this_machine_is_visited_without_a_contact() -> None:
    require_contact(HERE, ["http://institute.example/", "https://tank.example/"])
    require_contact(Settings(contact="me@example.org"), ["https://elsewhere.example/"])
    refused = refusal(HERE, ["http://institute.example/", "https://elsewhere.example/"], of=require_contact)
    assert refused.code is Exit.SETTINGS
    assert "--contact" in refused.hint


def test_connect_flags_override_the_file_only_for_their_host() -> None:
    before = Settings(contact="old@example.org", connect=(("a.example", "127.0.0.1:1"), ("b.example", "127.0.0.1:2")))
    after = with_flags(before, contact=None, connect=("b.example=127.0.0.1:3", "c.example=[::1]:4"))
    assert after.contact == "old@example.org"
    assert dict(after.connect) == {"a.example": "127.0.0.1:1", "b.example": "127.0.0.1:3", "c.example": "[::1]:4"}
    assert with_flags(before, contact="new@example.org", connect=()).contact == "new@example.org"


@pytest.mark.parametrize("said", ["institute.example", "=127.0.0.1:80", "institute.example=localhost:80"])
def test_an_invalid_connect_flag_is_refused_as_typed(said: str) -> None:
    with pytest.raises(Refused, match="--connect") as refused:
        with_flags(Settings(), contact=None, connect=(said,))
    assert refused.value.code is Exit.USAGE


# ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(fetch=FetchOptions(delay=0.0)),
        Settings(read=ReadOptions(workers=0)),
        Settings(read=ReadOptions(workers=256)),
        Settings(serve=ServeOptions(port=65_535)),
        Settings(publishers=(replace(INSTITUTE, delay=0.0, pages=0),)),
    ],
)
def test_a_number_within_its_limits_is_accepted(settings: Settings) -> None:
    assert fault_of(settings) is None


@pytest.mark.parametrize(
    ("settings", "what", "hint"),
    [
        (Settings(fetch=FetchOptions(delay=-1.0)), "fetch.delay is -1.0", "0 or more;"),
        (Settings(fetch=FetchOptions(delay=float("nan"))), "fetch.delay is nan", "0 or more;"),
        (Settings(fetch=FetchOptions(delay=float("inf"))), "fetch.delay is inf", "0 or more;"),
        (Settings(fetch=FetchOptions(deadline=0.0)), "fetch.deadline is 0.0", "more than 0;"),
        (Settings(read=ReadOptions(workers=257)), "read.workers is 257", "0 or more, 256 at most;"),
        (Settings(fetch=FetchOptions(threads=0)), "fetch.threads is 0", "more than 0, 1000 at most;"),
        (
            Settings(publishers=(INSTITUTE, replace(TANK, days=0.0))),
            "publisher.days is 0.0 for publisher 2 (tank)",
            "more than 0;",
        ),
    ],
)
def test_a_number_beyond_its_limits_is_refused_with_the_limits(settings: Settings, what: str, hint: str) -> None:
    found = fault_of(settings)
    assert found is not None
    assert found[0] == what
    assert found[1].startswith(f"write {hint}")


# ── Records of a newer program ───────────────────────────────────────────────────────────────────────────────────


def test_settings_of_a_newer_program_are_reduced_to_the_known_ones() -> None:
    stated = {
        "contact": "me@example.org",
        "later": 1,
        "fetch": {"delay": 2.0, "later": 3},
        "publisher": [{"url": "https://a.example/", "later": 4}],
        "connect": {"a.example": "127.0.0.1:1"},
    }
    assert known_part(stated) == {
        "contact": "me@example.org",
        "fetch": {"delay": 2.0},
        "publisher": [{"url": "https://a.example/"}],
        "connect": {"a.example": "127.0.0.1:1"},
    }


def test_a_certificate_authority_is_looked_for_in_the_folder_of_the_collection(tmp_path: Path) -> None:
    # A service is started in another folder than a command.
    settings = Settings(fetch=FetchOptions(ca_file="authority.pem"))
    refused = refusal(settings, tmp_path, of=fetch_settings)
    assert "fetch.ca_file = 'authority.pem'" in str(refused)
    assert str(tmp_path) in str(refused.hint)
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    assert fetch_settings(settings, tmp_path).ca_file == tmp_path / "authority.pem"
