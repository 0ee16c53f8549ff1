"""FetchFailure: a visit that ended without an answer that can be kept, as a value with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.errors import CreditlineError


class FailureReason(StrEnum):
    """Why there is no answer to keep."""

    BAD_URL = "bad-url"
    """No URL, another scheme, a login in it."""
    DNS = "dns"
    """The host has no address."""
    ADDRESS_REFUSED = "address-refused"
    """The host has no address that may be connected to."""
    CONNECT = "connect"
    """No connection could be made."""
    TLS = "tls"
    """The certificate is not good for the host, or the handshake failed."""
    TIMEOUT = "timeout"
    """The time was over before the head had come."""
    RESET = "reset"
    """The peer broke the connection before the head had come."""
    NO_ANSWER = "no-answer"
    """The peer closed without sending a byte."""
    BAD_HEAD = "bad-head"
    """What came does not begin with an HTTP head, or ends within it."""
    TOO_LARGE_HEAD = "too-large-head"
    TOO_MANY_INTERIM = "too-many-interim"
    """1xx answers without an end."""
    SWITCHING = "switching"
    """101: the peer changes to a protocol that was not asked for."""
    BAD_FRAMING = "bad-framing"
    """The head contradicts itself about the length of the body."""


UNREACHED = frozenset({FailureReason.DNS, FailureReason.ADDRESS_REFUSED, FailureReason.CONNECT, FailureReason.TLS})
"""Reasons for which a host is not to be had at all: a minute changes nothing in it."""


# One for each, so that nobody is left with a reason alone; whoever adds a reason adds what to do about it.
_HINTS: dict[FailureReason, str] = {
    FailureReason.BAD_URL: "Write it as https://host/path, without a login.",
    FailureReason.DNS: "Check the spelling of the host and the name server of this machine.",
    FailureReason.ADDRESS_REFUSED: 'If that host is yours, map it under [connect]: "HOST" = "ADDRESS:PORT".',
    FailureReason.CONNECT: "The host may be down; it is tried again later.",
    FailureReason.TLS: "Look at the certificate in a browser; ca_file names an extra certificate authority.",
    FailureReason.TIMEOUT: "The host is slow; it is tried again later. [fetch] deadline gives it more time.",
    FailureReason.RESET: "It is tried again later; a host that does this always may turn crawlers away.",
    FailureReason.NO_ANSWER: "It is tried again later; a host that does this always may turn crawlers away.",
    FailureReason.BAD_HEAD: "No web server answers there; check scheme and port.",
    FailureReason.TOO_LARGE_HEAD: "The answer is not worth keeping; leave the URL out with exclude.",
    FailureReason.TOO_MANY_INTERIM: "The answer is not worth keeping; leave the URL out with exclude.",
    FailureReason.SWITCHING: "No page is served there; leave the URL out with exclude.",
    FailureReason.BAD_FRAMING: "The server is at fault (RFC 9112 section 6.3); tell its operator.",
}


_OF_ANSWERS = {
    "robots": "Ask the publisher to allow the agent creditline in robots.txt.",
    "gone": "The publisher took it down; what was kept before stays.",
    "absent": "A link leads nowhere; nothing is to be done here.",
    "missing": "A link leads nowhere; nothing is to be done here.",
    "blocked": "Ask the publisher to let the agent creditline in.",
    "protected": "Nothing is fetched with a password or a login.",
    "shell": "No script is run; a WACZ that a browser made of it can be imported.",
    "empty": "Look at it in a browser; it is asked for again later.",
    "partial": "It is asked for again later; what was held before stays.",
    "unproved": "It is asked for again later; what was held before stays.",
    "error": "Look at it in a browser; it is asked for again later.",
}


ANSWERED = frozenset({"robots", "gone", "absent", "missing", "protected"})
"""Reasons that are the publisher's answer: they are listed, and nobody has anything to do."""


def way_out(reason: str) -> str:
    """Return what to do about a failure that is listed under *reason*, in one line; "" where nothing is known."""
    # Reasons of fetching first: "robots" and its like are reasons of what came, and share the list.
    if reason in tuple(FailureReason):
        return _HINTS[FailureReason(reason)]
    return _OF_ANSWERS.get(reason, "")


class AnswerRefused(CreditlineError):
    """What came is no answer that can be kept.

    Attributes:
        reason: as it becomes that of a FetchFailure.
        detail: what came, in words.
    """

    def __init__(self, reason: FailureReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """One attempt that gave no answer to keep.

    Attributes:
        detail: what happened, in words.
        url: normalised where it could be parsed, else as given.
        began: when the attempt began; aware, UTC.
        ip: the address that was connected to, or tried last; None before that.
        request: the bytes sent.
        received: the bytes that came, at most a head's limit and one read.
    """

    reason: FailureReason
    detail: str
    url: str
    began: datetime
    ip: str | None = None
    request: bytes = b""
    received: bytes = b""

    @property
    def hint(self) -> str:
        """What to do about it, in one line."""
        return _HINTS[self.reason]
