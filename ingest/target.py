"""Target: an http or https URL taken apart into what a request needs, and where a redirect leads. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ada_url import URL

from archive.exchange import Head
from ingest.exits import UrlRefused

_DEFAULT_PORTS = {"http:": 80, "https:": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LABEL_LIMIT = 63
_NAME_LIMIT = 253


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes.

    Attributes:
        url: normalised after the WHATWG URL standard, ASCII, without fragment.
        secure: whether it is https.
        host: the ASCII host, lower case; an IPv6 literal without brackets.
        port: the port, the scheme's own where none is named.
        authority: what the Host field says (RFC 9110 section 7.2).
        path: path and query: what the request line says.
    """

    url: str
    secure: bool
    host: str
    port: int
    authority: str
    path: str


@lru_cache(maxsize=4096)
def read_target(url: str, base: str | None = None) -> Target:
    """Take *url* apart, resolved against *base* where given.

    Raises UrlRefused for what is no URL, has another scheme than http or https, holds a user name or
    password, or names a host that the DNS cannot hold.
    """
    try:
        parsed = URL(url, base)
    except ValueError:
        raise UrlRefused(url, "not a URL", "Write it as https://host/path.") from None
    scheme = parsed.protocol
    if scheme not in _DEFAULT_PORTS:
        raise UrlRefused(url, f"the scheme {scheme} is not fetched", "Only http and https are.")
    if parsed.username or parsed.password:
        raise UrlRefused(url, "holds a user name or password", "Leave it out; nothing is fetched with a login.")
    host = parsed.hostname.removeprefix("[").removesuffix("]")
    if not _is_possible_name(host):
        raise UrlRefused(url, f"no host can be called {host[:80]!r}", "Check the spelling of the host.")
    parsed.hash = ""
    return Target(
        url=parsed.href.removesuffix("#"),
        secure=scheme == "https:",
        host=host,
        port=int(parsed.port) if parsed.port else _DEFAULT_PORTS[scheme],
        authority=parsed.host,
        path=parsed.pathname + parsed.search,
    )


def redirect_target(url: str, head: Head) -> str | None:
    """Return where the answer *head* to *url* sends us, normalised and without fragment, or None.

    None where the status is no redirect, there is no Location, or it leads to what is never asked for
    (another scheme, a login). The first Location counts (RFC 9110 section 15.4). Raw bytes above 0x7F are
    percent-encoded as they came, which is right for UTF-8 in a path and, by the host parser of the WHATWG URL
    standard, in a host too.
    """
    location = head.get("Location")
    if head.status not in _REDIRECTS or location is None:
        return None
    try:
        return read_target(_escape(location), url).url
    except UrlRefused:
        return None


def _escape(location: str) -> str:
    # Head holds bytes as Latin-1, so each character is one byte of the wire.
    return "".join(character if character < "\x80" else f"%{ord(character):02X}" for character in location)


def _is_possible_name(host: str) -> bool:
    if not host or len(host) > _NAME_LIMIT + 1:
        return False
    labels = host.removesuffix(".").split(".")
    return all(0 < len(label) <= _LABEL_LIMIT for label in labels)
