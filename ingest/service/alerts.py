"""Alerts: what of a collection needs a look, told once to those who asked to be told: by webhook, mail and ping.

Apart from the service, which knows when something needs a look: here it is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from archive.http.exchange import Exchange
from archive.http.failure import FetchFailure
from ingest.collection.collection import Clock
from ingest.http import mail
from ingest.http.client import FetchSettings, post
from ingest.settings.values import AlertOptions

USER, PASSWORD = "CREDITLINE_SMTP_USER", "CREDITLINE_SMTP_PASSWORD"
"""Of the environment, since a settings file is read by many; a unit or container sets them from a file of secrets."""
_NUMBER = re.compile(r"\d[\d.,:T-]*")

Tell = Callable[[dict[str, object]], None]


@dataclass(frozen=True, slots=True)
class Ways:
    """How alerts go out; *environment* has what is secret."""

    options: AlertOptions
    fetching: FetchSettings
    environment: Mapping[str, str]
    clock: Clock

    @property
    def count(self) -> int:
        """How many ways people are told by."""
        return bool(self.options.webhook) + bool(self.options.mail)

    def send(self, collection: str, lines: Iterable[str]) -> list[str]:
        """Tell *lines* of the *collection* by each way, and return in words which failed."""
        # Words of a page may hold half a surrogate, which no message can be written with.
        told = tuple(line.encode("utf-8", "replace").decode() for line in lines)
        return [failed for failed in (self._post(collection, told), self._mail(collection, told)) if failed]

    def ping(self, *, failed: bool) -> str | None:
        """Say to who counts on it that a job ended, or failed; return in words what went wrong.

        The watcher raises the alarm when nothing comes: it alone tells of a machine that is off.
        """
        if not self.options.ping:
            return None
        url = self.options.ping.rstrip("/") + ("/fail" if failed else "")
        return _wrong(url, post(url, b"", "text/plain", settings=self.fetching, clock=self.clock))

    def _post(self, collection: str, lines: tuple[str, ...]) -> str | None:
        if not self.options.webhook:
            return None
        # `text` is what chat services print; others take the list.
        body = {"text": f"Creditline, {collection}:\n" + "\n".join(lines), "collection": collection, "alerts": lines}
        sent = post(
            self.options.webhook,
            json.dumps(body, ensure_ascii=False).encode(),
            "application/json",
            settings=self.fetching,
            clock=self.clock,
        )
        return _wrong(self.options.webhook, sent)

    def _mail(self, collection: str, lines: tuple[str, ...]) -> str | None:
        if not self.options.mail:
            return None
        server = mail.MailServer(self.options.smtp, self.environment.get(USER), self.environment.get(PASSWORD))
        sender = self.options.sender or self.options.mail[0]
        subject = f"Creditline, {collection}: {lines[0][:100]}" + (f" (and {len(lines) - 1} more)" if lines[1:] else "")
        return mail.send(server, sender, self.options.mail, subject, "\n".join(lines) + "\n")


def _wrong(url: str, sent: Exchange | FetchFailure) -> str | None:
    # Without its path and query, which may be the secret of it.
    place = "/".join(url.split("/", 3)[:3])
    if isinstance(sent, FetchFailure):
        return f"{place}: {sent.reason}: {sent.detail}"
    return None if sent.head.status < 300 else f"{place} answers {sent.head.status}"


class Alerts:
    """Tells what needs a look once, until it needs none any more."""

    def __init__(self, ways: Callable[[], Ways], collection: str, tell: Tell) -> None:
        self._ways, self._collection, self._tell = ways, collection, tell
        self._told: set[str] = set()

    def look(self, attention: Iterable[str]) -> None:
        """Tell those lines of *attention* that were not told yet, numbers in them aside; and when all is well again.

        What reached nobody was not told: it is told at the next look.
        """
        lines = {_kind(line): line for line in attention}
        new = [line for kind, line in lines.items() if kind not in self._told]
        well = bool(self._told) and not lines
        if not (new or well) or self._send(new or ["nothing needs a look any more"]):
            self._told = set(lines)
        elif lines:
            # What was mended meanwhile is told again should it come back.
            self._told &= set(lines)

    def event(self, line: str) -> None:
        """Tell what happened, each time that it does."""
        self._send([line])

    def ended(self, *, failed: bool) -> None:
        """Say to the watcher that a job ended."""
        # By the settings in force now, which a person may have changed.
        wrong = self._ways().ping(failed=failed)
        self._report([wrong] if wrong else [])

    def _send(self, lines: list[str]) -> bool:
        """Tell *lines*; say whether that needs no further try: somebody was told, or nobody asked to be."""
        ways = self._ways()
        if not ways.count:
            return True
        wrong = ways.send(self._collection, lines)
        self._report(wrong)
        return len(wrong) < ways.count

    def _report(self, wrong: Iterable[str]) -> None:
        # An alert that cannot be sent ends no job: it is told where the service tells everything.
        for what in wrong:
            self._tell({"event": "alert", "failed": what})


def _kind(line: str) -> str:
    """Return what *line* is about: three failures and four are one matter."""
    return _NUMBER.sub("#", line)
