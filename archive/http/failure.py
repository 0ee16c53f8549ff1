"""FetchFailure: a request that gave no answer to keep, as a value with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.errors import CreditlineError


class FailureReason(StrEnum):
    """Why there is no answer to keep."""

    BAD_URL = "bad-url"
    """Not a URL, or it has another scheme or holds a login."""
    DNS = "dns"
    """The host has no address."""
    ADDRESS_REFUSED = "address-refused"
    """None of the host's addresses may be connected to."""
    CONNECT = "connect"
    """No connection could be made."""
    TLS = "tls"
    """The certificate is not valid for the host, or the handshake failed."""
    TIMEOUT = "timeout"
    """The time limit was reached before the head arrived."""
    RESET = "reset"
    """The peer reset the connection before the head arrived."""
    NO_ANSWER = "no-answer"
    """The peer closed the connection without sending a byte."""
    BAD_HEAD = "bad-head"
    """The answer does not begin with an HTTP head, or ends inside it."""
    HTTP2 = "http-2"
    """The server speaks HTTP/2 only."""
    TOO_LARGE_HEAD = "too-large-head"
    TOO_MANY_INTERIM = "too-many-interim"
    """Endless 1xx answers."""
    SWITCHING = "switching"
    """101: the peer switches to a protocol that was not requested."""
    BAD_FRAMING = "bad-framing"
    """The head contradicts itself about the length of the body."""


UNREACHED = frozenset({FailureReason.DNS, FailureReason.ADDRESS_REFUSED, FailureReason.CONNECT, FailureReason.TLS})
"""Reasons that mean that the host cannot be reached at all; a retry a minute later would not help."""


# One hint for each reason, so that every message says what to do; a new reason needs a new hint.
_HINTS: dict[FailureReason, str] = {
    FailureReason.BAD_URL: "Write it as https://host/path, without a login.",
    FailureReason.DNS: "Check the spelling of the host and the name server of this machine.",
    # Before there are settings, only a flag can say it.
    FailureReason.ADDRESS_REFUSED: (
        "If that host is yours, map it: `init`, `add` and `save` take --connect HOST=ADDRESS:PORT, and the settings "
        '"HOST" = "ADDRESS:PORT" under [connect].'
    ),
    FailureReason.CONNECT: "The host may be down; it is tried again later.",
    FailureReason.TLS: "Look at the certificate in a browser; ca_file names an extra certificate authority.",
    FailureReason.TIMEOUT: "The host is slow; it is tried again later. [fetch] deadline gives it more time.",
    FailureReason.RESET: "It is tried again later; a host that does this always may turn crawlers away.",
    FailureReason.NO_ANSWER: "It is tried again later; a host that does this always may turn crawlers away.",
    FailureReason.BAD_HEAD: "No web server answers there; check scheme and port.",
    FailureReason.HTTP2: "Creditline asks in HTTP/1 only; a WACZ that a browser made of the site can be imported.",
    FailureReason.TOO_LARGE_HEAD: "The answer is not worth keeping; leave the URL out with exclude.",
    FailureReason.TOO_MANY_INTERIM: "The answer is not worth keeping; leave the URL out with exclude.",
    FailureReason.SWITCHING: "No page is served there; leave the URL out with exclude.",
    FailureReason.BAD_FRAMING: "The server is at fault (RFC 9112 section 6.3); tell its operator.",
}


ROBOTS_UNKNOWN = "robots-unknown"
"""A host's robots.txt could not be fetched, so it is not known what may be requested: nothing is."""


CIRCLE = "circle"
"""A page that redirects to itself, or in a circle."""


_OF_ANSWERS = {
    CIRCLE: "It may ask for a cookie first, and Creditline keeps none; a WACZ that a browser made can be imported.",
    "robots": "Ask the publisher to allow the agent creditline in robots.txt.",
    ROBOTS_UNKNOWN: "Nothing is asked of a host before its robots.txt answers; it is asked for again later.",
    "gone": "The publisher took it down; what was kept before stays.",
    "absent": "A link leads nowhere; nothing is to be done here.",
    "missing": "A link leads nowhere. A text that was held there stays: `creditline coverage --list displaced`.",
    "blocked": "It is asked for again later; if it stays so, ask the publisher to let the agent creditline in.",
    "protected": "Creditline never logs in; a WACZ that a browser made of the page can be imported.",
    "shell": "No script is run; a WACZ that a browser made of it can be imported.",
    "empty": "Look at it in a browser; it is asked for again later.",
    "partial": "It is asked for again later; what was held before stays.",
    "unproved": "It is asked for again later; what was held before stays.",
    "error": "Look at it in a browser; it is asked for again later.",
}


ANSWERED = frozenset({"robots", "gone", "absent", "missing", "protected"})
"""Reasons that are the publisher's own answer: they are listed, but nobody has to do anything."""


# Short reasons are stored and stand in JSON; these say too little to a person.
_SHOWN = {
    "robots": "refused by robots.txt",
    ROBOTS_UNKNOWN: "robots.txt not available",
    "protected": "needs a login or a browser",
    CIRCLE: "redirects in a circle",
}


def reason_in_words(reason: str) -> str:
    """Return *reason* as it is shown to a person."""
    return _SHOWN.get(reason, reason)


def hint_for(reason: str) -> str:
    """Return in one line what to do about a failure listed under *reason*; "" if nothing is known."""
    # Reasons of fetching first. The others, such as "robots", describe answers; both kinds are listed together.
    if reason in tuple(FailureReason):
        return _HINTS[FailureReason(reason)]
    return _OF_ANSWERS.get(reason, "")


class AnswerRefused(CreditlineError):
    """What arrived is not an answer that can be kept.

    Attributes:
        reason: the reason of the FetchFailure that this becomes.
        detail: what arrived, in words.
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
        url: normalised if it could be parsed, else as given.
        began: when the attempt began; aware, UTC.
        ip: the address that was connected to or tried last; None before that.
        request: the bytes sent.
        received: the bytes that arrived, at most the limit of a head plus one read.
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
