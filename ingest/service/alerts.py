"""Alerts: report once what needs attention in a collection, by webhook, mail and ping.

Apart from the service, which knows when something needs a look: this file only sends the messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.http.exchange import Exchange
from archive.http.failure import FetchFailure
from ingest.cli.command_line import to_type
from ingest.collection.collection import Clock
from ingest.http import mail
from ingest.http.client import FetchSettings, post
from ingest.settings.values import AlertOptions

USER, PASSWORD = "CREDITLINE_SMTP_USER", "CREDITLINE_SMTP_PASSWORD"
"""Environment variables, because many people can read a settings file; a unit or container sets them from a file."""
_NUMBER = re.compile(r"\d[\d.,:T-]*")

Tell = Callable[[dict[str, object]], None]


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways alerts are sent; *environment* contains the secrets."""

    options: AlertOptions
    fetching: FetchSettings
    environment: Mapping[str, str]
    clock: Clock

    @property
    def count(self) -> int:
        """The number of ways in which people are told."""
        return bool(self.options.webhook) + bool(self.options.mail)

    def send(self, collection: str, lines: Iterable[str]) -> list[str]:
        """Send *lines* about the *collection* in each way; return descriptions of the ways that failed."""
        # Text of a page may contain half of a surrogate pair, which cannot be encoded.
        told = tuple(line.encode("utf-8", "replace").decode() for line in lines)
        return [failed for failed in (self._post(collection, told), self._mail(collection, told)) if failed]

    def ping(self, *, failed: bool) -> str | None:
        """Tell the watcher that a job ended, or failed; return what went wrong, or None.

        The watcher raises an alarm if it hears nothing, which is the only way to notice a machine that is off.
        """
        if not self.options.ping:
            return None
        url = self.options.ping.rstrip("/") + ("/fail" if failed else "")
        return _problem(url, post(url, b"", "text/plain", settings=self.fetching, clock=self.clock))

    def _post(self, collection: str, lines: tuple[str, ...]) -> str | None:
        if not self.options.webhook:
            return None
        # Chat services print `text`; other receivers use the list.
        body = {"text": f"Creditline, {collection}:\n" + "\n".join(lines), "collection": collection, "alerts": lines}
        sent = post(
            self.options.webhook,
            json.dumps(body, ensure_ascii=False).encode(),
            "application/json",
            settings=self.fetching,
            clock=self.clock,
        )
        return _problem(self.options.webhook, sent)

    def _mail(self, collection: str, lines: tuple[str, ...]) -> str | None:
        if not self.options.mail:
            return None
        server = mail.MailServer(self.options.smtp, self.environment.get(USER), self.environment.get(PASSWORD))
        sender = self.options.sender or self.options.mail[0]
        subject = f"Creditline, {collection}: {lines[0][:100]}" + (f" (and {len(lines) - 1} more)" if lines[1:] else "")
        return mail.send(server, sender, self.options.mail, subject, "\n".join(lines) + "\n")


def _problem(url: str, sent: Exchange | FetchFailure) -> str | None:
    # Show the address without path and query, which may be secret.
    place = "/".join(url.split("/", 3)[:3])
    if isinstance(sent, FetchFailure):
        return f"{place}: {sent.reason}: {sent.detail}"
    return None if sent.head.status < 300 else f"{place} answers {sent.head.status}"


class Alerts:
    """Reports what needs attention once, until it no longer does."""

    def __init__(self, ways: Callable[[], Ways], collection: str, tell: Tell) -> None:
        self._ways, self._collection, self._tell = ways, collection, tell
        self._told: set[str] = set()

    def look(self, attention: Iterable[str]) -> None:
        """Report lines of *attention* that are new, ignoring numbers in them; also report when all is well again.

        Lines that reached nobody do not count as reported and are sent again next time.
        """
        lines = {_kind(line): line for line in attention}
        new = [line for kind, line in lines.items() if kind not in self._told]
        well = bool(self._told) and not lines
        if not (new or well) or self._send(new or ["nothing needs a look any more"]):
            self._told = set(lines)
        elif lines:
            # Forget what was repaired meanwhile, so that it is reported if it returns.
            self._told &= set(lines)

    def event(self, line: str) -> None:
        """Report an event, each time it happens."""
        self._send([line])

    def ended(self, *, failed: bool) -> None:
        """Tell the watcher that a job ended."""
        # Use the present settings, which a person may have changed.
        wrong = self._ways().ping(failed=failed)
        self._report([wrong] if wrong else [])

    def _send(self, lines: list[str]) -> bool:
        """Send *lines*; return True if no retry is needed: somebody was told, or no way is set."""
        ways = self._ways()
        if not ways.count:
            return True
        # Read far from the collection's folder, so command lines have to name it.
        wrong = ways.send(self._collection, [to_type(line, Path(self._collection)) for line in lines])
        self._report(wrong)
        return len(wrong) < ways.count

    def _report(self, wrong: Iterable[str]) -> None:
        # A failed alert does not end the job; it is reported in the service's own output.
        for what in wrong:
            self._tell({"event": "alert", "failed": what})


def _kind(line: str) -> str:
    """Return what *line* is about, without numbers: three failures and four are the same matter."""
    return _NUMBER.sub("#", line)
