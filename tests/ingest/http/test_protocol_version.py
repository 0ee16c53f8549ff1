"""When a host is asked again in HTTP/1.1, and how long the working version is remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.http.exchange import Ending, Exchange
from archive.http.failure import FailureReason, FetchFailure
from ingest.http.protocol_version import HttpVersion, HttpVersions, needs_retry

NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)


def answer(status: int) -> Exchange:
    return Exchange("http://a/", NOW, b"GET", b"HTTP/1.0 %d X\r\n\r\n" % status, Ending.LENGTH)


@pytest.mark.parametrize("status", [400, 403, 406, 426, 501, 505])
def test_a_status_that_the_http_version_may_explain_is_retried(status: int) -> None:
    assert needs_retry(answer(status))


@pytest.mark.parametrize("status", [200, 301, 304, 401, 404, 429, 500, 503])
def test_any_other_status_is_not_retried(status: int) -> None:
    assert not needs_retry(answer(status))


@pytest.mark.parametrize(
    ("reason", "received", "again"),
    [
        (FailureReason.RESET, b"", True),
        (FailureReason.RESET, b"HTTP/1.0 2", True),
        (FailureReason.NO_ANSWER, b"", True),
        (FailureReason.TIMEOUT, b"", True),
        (FailureReason.TIMEOUT, b"HTTP/1.0 200 OK\r\n", False),
        (FailureReason.BAD_HEAD, b"<html>", False),
    ],
)
def test_a_reset_silence_or_close_without_a_byte_is_retried(
    reason: FailureReason, received: bytes, again: bool
) -> None:
    assert needs_retry(FetchFailure(reason, "d", "http://a/", NOW, "1.1.1.1", b"GET", received)) is again


@pytest.mark.parametrize("reason", [FailureReason.DNS, FailureReason.TLS, FailureReason.RESET])
def test_a_failure_before_the_request_was_sent_is_not_retried(reason: FailureReason) -> None:
    assert not needs_retry(FetchFailure(reason, "d", "http://a/", NOW))


def test_the_http_version_that_worked_is_remembered_for_thirty_days() -> None:
    versions = HttpVersions()
    assert versions.get("institute.example", NOW) is None
    versions.set("institute.example", HttpVersion.HTTP_1_1, NOW)
    assert versions.get("institute.example", NOW + timedelta(days=29)) is HttpVersion.HTTP_1_1
    assert versions.get("institute.example", NOW + timedelta(days=30)) is None
    assert versions.get("other.example", NOW) is None


def test_remembered_versions_survive_being_stored() -> None:
    versions = HttpVersions()
    versions.set("b.example", HttpVersion.HTTP_1_1, NOW)
    versions.set("a.example:8080", HttpVersion.HTTP_1_0, NOW)
    again = HttpVersions.from_rows(versions.rows())
    assert again.rows() == versions.rows()
    assert again.get("b.example", NOW) is HttpVersion.HTTP_1_1


def test_every_reason_has_a_hint() -> None:
    assert all(FetchFailure(reason, "d", "u", NOW).hint.endswith(".") for reason in FailureReason)
