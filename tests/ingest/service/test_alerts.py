"""What needs attention is reported once, by webhook, mail and ping; and if that fails, the service says so."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.http.mail import MailServer, send
from ingest.service.alerts import PASSWORD, USER, Alerts, Ways
from ingest.settings import recorded, toml_file, values
from ingest.settings.values import AlertOptions, Settings

HOOK = "http://institute.example/hook?key=secret"


def clock() -> datetime:
    return datetime(2026, 11, 28, tzinfo=UTC)


def answering(status: str) -> Callable[[Any], None]:
    return lambda wire: wire.send(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())


@pytest.fixture
def alerts(raw_server: Any) -> Callable[..., tuple[Alerts, list[dict[str, object]]]]:
    def made(**options: Any) -> tuple[Alerts, list[dict[str, object]]]:
        told: list[dict[str, object]] = []
        ways = Ways(AlertOptions(**options), raw_server.settings(), {}, clock)
        return Alerts(lambda: ways, "/srv/archive", told.append), told

    raw_server.script = answering("200 OK")
    return made


def bodies(raw_server: Any) -> list[dict[str, Any]]:
    return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in raw_server.requests]


def test_a_problem_is_reported_once_until_it_is_mended(alerts: Any, raw_server: Any) -> None:
    hook, told = alerts(webhook=HOOK)
    hook.look(["3 failures: `creditline failures`"])
    hook.look(["4 failures: `creditline failures`", "the disk will be full on 2026-12-01"])
    hook.look(["5 failures: `creditline failures`"])
    hook.look([])
    hook.look([])
    hook.look(["1 failure: `creditline failures`"])
    sent = [one["alerts"] for one in bodies(raw_server)]
    # The command lines can be pasted in any folder.
    assert sent == [
        ["3 failures: `creditline -C /srv/archive failures`"],
        ["the disk will be full on 2026-12-01"],
        ["nothing needs a look any more"],
        ["1 failure: `creditline -C /srv/archive failures`"],
    ]
    assert "/srv/archive" in bodies(raw_server)[0]["text"]
    assert raw_server.requests[0].startswith(b"POST /hook?key=secret HTTP/1.1\r\nHost: institute.example\r\n")
    assert told == []


def test_a_failed_alert_is_reported_without_its_secret_and_ends_nothing(alerts: Any, raw_server: Any) -> None:
    hook, told = alerts(webhook=HOOK)
    raw_server.script = answering("403 Forbidden")
    hook.event("terms changed")
    assert told == [{"event": "alert", "failed": "http://institute.example answers 403"}]
    private, told = alerts(webhook="http://127.0.0.1:1/")
    private.event("terms changed")
    assert "address" in str(told[0]["failed"])


def test_an_alert_that_reached_nobody_is_sent_again(alerts: Any, raw_server: Any) -> None:
    hook, _ = alerts(webhook=HOOK)
    for status, attention in (
        ("503 Busy", ["3 failures"]),
        ("200 OK", ["4 failures"]),
        ("503 Busy", []),
        ("200 OK", []),
        ("200 OK", []),
    ):
        raw_server.script = answering(status)
        hook.look(attention)
    well = ["nothing needs a look any more"]
    assert [one["alerts"] for one in bodies(raw_server)] == [["3 failures"], ["4 failures"], well, well]


def test_a_ping_reports_how_each_job_ended(alerts: Any, raw_server: Any) -> None:
    watched, _ = alerts(ping="http://institute.example/ping/")
    watched.ended(failed=False)
    watched.ended(failed=True)
    assert [request.split(b" ", 2)[1] for request in raw_server.requests] == [b"/ping", b"/ping/fail"]


def test_without_alert_settings_nothing_is_sent(alerts: Any, raw_server: Any) -> None:
    quiet, told = alerts()
    quiet.look(["3 failures"])
    quiet.event("terms changed")
    quiet.ended(failed=True)
    assert raw_server.requests == told == []


# ── Mail ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Post:
    """A mail server (RFC 5321) that accepts everything but the recipients it is told to refuse."""

    refuses: str = ""
    lines: list[str] = field(default_factory=list)
    port: int = 0


@contextmanager
def taking_mail(post: Post) -> Iterator[Post]:
    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 post\r\n")
            words = {"QUIT": "221 bye", "EHLO": "250-post\r\n250 AUTH PLAIN", "AUTH": "235 ok", "DATA": "354 go on"}
            in_data = False
            for line in iter(self.rfile.readline, b""):
                text = line.decode().rstrip("\r\n")
                post.lines.append(text)
                if in_data and text != ".":
                    continue
                verb = text.partition(" ")[0].upper()
                in_data = verb == "DATA"
                refused = verb == "RCPT" and post.refuses and post.refuses in text
                self.wfile.write(f"{'550 no such person' if refused else words.get(verb, '250 ok')}\r\n".encode())
                if verb == "QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield post
        server.shutdown()
        thread.join(60)


@pytest.mark.slow
def test_mail_names_the_collection_and_holds_every_line(raw_server: Any) -> None:
    with taking_mail(Post()) as post:
        options = AlertOptions(mail=("anna@example.org", "jan@example.org"), smtp=f"127.0.0.1:{post.port}")
        ways = Ways(options, raw_server.settings(), {USER: "archive", PASSWORD: "secret"}, clock)
        assert ways.send("/srv/archive", ["first line", "druga linia: ąę"]) == []
    said = "\n".join(post.lines)
    # Verbs are in upper or lower case, depending on the version of the library.
    assert "rcpt to:<jan@example.org>" in said.lower()
    assert "Creditline, /srv/archive: first line (and 1 more)" in said
    assert "mail from:<anna@example.org>" in said.lower()
    assert [line for line in post.lines if line.startswith("AUTH PLAIN")]


@pytest.mark.slow
def test_line_breaks_cannot_add_a_header_to_a_mail() -> None:
    with taking_mail(Post()) as post:
        server, lines = MailServer(f"127.0.0.1:{post.port}"), "disk image is malformed\nBcc: eve@example.org\r\nmore"
        assert send(server, "a@example.org", ("anna@example.org",), f"failed: {lines}", lines) is None
    subject = next(line for line in post.lines if line.startswith("Subject:"))
    assert subject == "Subject: failed: disk image is malformed Bcc: eve@example.org more"
    assert not [line for line in post.lines if "eve" in line and line.upper().startswith("RCPT")]


def test_an_invalid_mail_address_is_reported_and_ends_nothing() -> None:
    failed = send(MailServer("127.0.0.1:1"), "a@example.org\nX: y", ("anna@example.org",), "subject", "text")
    assert failed is not None
    assert "linefeed" in failed


@pytest.mark.slow
def test_characters_that_no_message_can_hold_are_replaced(raw_server: Any) -> None:
    raw_server.script = answering("200 OK")
    with taking_mail(Post()) as post:
        options = AlertOptions(webhook=HOOK, mail=("anna@example.org",), smtp=f"127.0.0.1:{post.port}")
        ways = Ways(options, raw_server.settings(), {}, clock)
        assert ways.send("/srv/archive", ["terms changed: half \ud83d of a sign"]) == []
    assert [one["alerts"] for one in bodies(raw_server)] == [["terms changed: half ? of a sign"]]
    assert "half ? of a sign" in "\n".join(post.lines)


@pytest.mark.slow
def test_refused_mail_is_reported() -> None:
    with taking_mail(Post(refuses="jan")) as post:
        server = MailServer(f"127.0.0.1:{post.port}")
        failed = send(server, "a@example.org", ("anna@example.org", "jan@example.org"), "subject", "text")
    assert failed is not None
    assert "jan@example.org" in failed
    assert send(server, "a@example.org", ("anna@example.org",), "subject", "text") is not None


def test_a_password_is_not_sent_without_tls() -> None:
    class Clear:
        def send_message(self, _message: object) -> dict[str, object]:
            raise AssertionError("handed in")

    from ingest.http.mail import _hand_in

    server = MailServer("mail.example", "archive", "secret")
    assert "no TLS" in str(_hand_in(Clear(), server, None, secure=False))  # type: ignore[arg-type]  # a stand-in


# ── Settings ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_recipients_of_alerts_are_in_the_settings_file_but_in_no_record(tmp_path: Any) -> None:
    settings = Settings(alert=AlertOptions(webhook=HOOK, mail=("anna@example.org",)))
    path = tmp_path / "creditline.toml"
    path.write_text(toml_file.render(settings))
    assert values.load(path).alert == settings.alert
    assert "secret" not in json.dumps(recorded.settings_as_json(settings))
    assert recorded.settings_from_record(recorded.settings_as_json(settings)).alert == AlertOptions()
