"""Target: an http or https URL split into what a request needs, and where a redirect leads. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ada_url import URL

from archive.errors import UrlRefused
from archive.http.exchange import location
from archive.http.framing import Head

_DEFAULT_PORTS = {"http:": 80, "https:": 443}
# RFC 1035 section 2.3.4: 63 octets per label, 255 per name on the wire, which is 253 in text.
_LABEL_LIMIT = 63
_NAME_LIMIT = 253
# A URL that the standard leaves as it is: a domain name in ASCII without punycode, no port, and a path without dots at
# the beginning of a segment. Most URLs are like this, and parsing one takes ten times as long.
_PLAIN = re.compile(
    r"(https?)://((?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})"
    r"((?:/(?![.%])[\w~!$&()*+,;=:@%.-]*+)++(?:\?[\w~!$&()*+,;=:@%./?-]*+)?)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes.

    Attributes:
        url: normalised by the WHATWG URL standard, ASCII, without fragment.
        secure: whether it is https.
        host: the ASCII host, lower case; an IPv6 literal without brackets.
        port: the port, or the scheme's default.
        authority: the value of the Host field (RFC 9110 section 7.2).
        path: path and query, as in the request line.
    """

    url: str
    secure: bool
    host: str
    port: int
    authority: str
    path: str


@lru_cache(maxsize=4096)
def read_target(url: str, base: str | None = None) -> Target:
    """Split *url*, resolved against *base* if given.

    Raises UrlRefused if it is not a URL, has a scheme other than http or https, holds a user name or password, or names
    a host that cannot exist in DNS.
    """
    plainly = _PLAIN.fullmatch(url)
    if plainly is not None and len(plainly[2]) <= _NAME_LIMIT:
        secure, host = plainly[1] == "https", plainly[2]
        return Target(url, secure, host, _DEFAULT_PORTS[f"{plainly[1]}:"], host, plainly[3])
    try:
        # By the WHATWG standard, as browsers do: a link leads where a browser would go.
        parsed = URL(url, base)
    except ValueError:
        raise UrlRefused(url, "not a URL", "Write it as https://host/path.") from None
    scheme = parsed.protocol
    if scheme not in _DEFAULT_PORTS:
        raise UrlRefused(url, f"the scheme {scheme} is not fetched", "Only http and https are.")
    if parsed.username or parsed.password:
        raise UrlRefused(url, "holds a user name or password", "Leave it out; nothing is fetched with a login.")
    # The brackets of an IPv6 literal belong to the URL; sockets want the address without them.
    host = parsed.hostname.removeprefix("[").removesuffix("]")
    if not _is_possible_name(host):
        raise UrlRefused(url, f"no host can be called {host[:80]!r}", "Check the spelling of the host.")
    parsed.hash = ""
    plain = parsed.href.removesuffix("#")
    return Target(
        url=plain,
        secure=scheme == "https:",
        host=host,
        port=int(parsed.port) if parsed.port else _DEFAULT_PORTS[scheme],
        authority=parsed.host,
        # Cut from the URL, because path plus search would drop an empty query, and the request must match the URL
        # under which its answer is kept.
        path=plain.removeprefix(parsed.origin),
    )


def redirect_target(url: str, head: Head) -> str | None:
    """Return where the answer *head* to *url* redirects to, normalised and without fragment, or None.

    None if it leads nowhere (see `location`) or to a URL that is never requested: another scheme, a login.
    """
    leads_to = location(url, head)
    if leads_to is None:
        return None
    try:
        # Checked like any other URL, because a page could use a redirect to reach an address of our own network.
        return read_target(leads_to).url
    except UrlRefused:
        return None


def why_not_followed(url: str, head: Head) -> str:
    """Say in words why the redirect *head*, an answer to *url*, was not followed."""
    leads_to = location(url, head)
    if leads_to is None:
        return "it redirects and does not say where to"
    try:
        target = read_target(leads_to).url
    except UrlRefused as refused:
        return f"it redirects to {leads_to}, which is not asked for: {refused.why}"
    return "it redirects without end, to itself" if target == url else "it redirects without end"


def _is_possible_name(host: str) -> bool:
    # One more for an optional dot at the end.
    if not host or len(host) > _NAME_LIMIT + 1:
        return False
    labels = host.removesuffix(".").split(".")
    return all(0 < len(label) <= _LABEL_LIMIT for label in labels)
