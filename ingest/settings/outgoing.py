"""Outgoing: whom the settings of a collection make it talk to, for a person who takes over somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ingest.settings.values import Settings


def outgoing(settings: Settings) -> Iterator[str]:
    """Yield in words, for each of *settings*, in whose name and to which machines `run` and `start` will talk."""
    if settings.contact:
        yield f"every site is told to write to {settings.contact} (contact)"
    for host, address in settings.connect:
        yield f"pages of {host} are asked for at {address} ([connect])"
    alert = settings.alert
    for name, url in (("alert.webhook", alert.webhook), ("alert.ping", alert.ping)):
        if url:
            # Without path and query, which are often a secret.
            yield f"what happens is posted to {urlsplit(url).hostname} ({name})"
    if alert.mail:
        yield f"what needs attention is mailed to {', '.join(alert.mail)} through {alert.smtp} (alert.mail)"
    if settings.timestamp.url:
        yield f"time stamps are asked for at {urlsplit(settings.timestamp.url).hostname} (timestamp.url)"
    if settings.serve.with_start:
        yield f"the reading room is opened at {settings.serve.host}:{settings.serve.port} (serve.with_start)"
