"""URL to sort key (SURT): the host turned round, so that what belongs together sorts together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import ada_url

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_WWW = re.compile(r"www\d*\.(?=.*\.)")
_SESSION_IN_PATH = re.compile(r";jsessionid=[0-9a-z]{10,}(?=$|[/;])", re.IGNORECASE)
_SESSION_IN_QUERY = re.compile(
    r"(?:^|(?<=&))(?:jsessionid|phpsessid|sid|aspsessionid[a-z]{8}|cfid|cftoken)=[^&]*(?:&|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A URL in the parts that its key is made of; *query* is None where there is no question mark."""

    scheme: str
    host: str
    port: str
    path: str
    query: str | None


def surt(url: str) -> str:
    """Return the sort key of *url*: ``http://www.think.example/a?b`` becomes ``example,think)/a?b``.

    The key of what is not http(s), or is no URL, is the text itself in lower case.
    """
    parts = _parse(url)
    if parts is None:
        return url.lower()
    for step in STEPS:
        parts = step(parts)
    query = "" if parts.query is None else f"?{parts.query}"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.host}{port}){parts.path}{query}"


def _parse(url: str) -> Parts | None:
    try:
        read = ada_url.URL(url)
    except ValueError:
        return None
    scheme = read.protocol.removesuffix(":")
    if scheme not in _DEFAULT_PORTS:
        return None
    query = read.search.removeprefix("?") if read.search else None
    return Parts(scheme, read.hostname, read.port, read.pathname, query)


def without_default_port(parts: Parts) -> Parts:
    """Drop the port that the scheme has anyway."""
    return replace(parts, port="") if parts.port == _DEFAULT_PORTS[parts.scheme] else parts


def without_www(parts: Parts) -> Parts:
    """Drop a leading ``www.``, ``www2.`` and the like, if a name of two labels is left."""
    return replace(parts, host=_WWW.sub("", parts.host, count=1)) if _WWW.match(parts.host) else parts


def in_lower_case(parts: Parts) -> Parts:
    """Lower the case of path and query."""
    return replace(parts, path=parts.path.lower(), query=parts.query.lower() if parts.query else parts.query)


def without_session(parts: Parts) -> Parts:
    """Drop session ids from path and query."""
    query = parts.query and _SESSION_IN_QUERY.sub("", parts.query).removesuffix("&")
    return replace(parts, path=_SESSION_IN_PATH.sub("", parts.path), query=query)


def with_sorted_query(parts: Parts) -> Parts:
    """Sort the parameters of the query; an empty query goes."""
    return replace(parts, query="&".join(sorted(parts.query.split("&"))) if parts.query else None)


def without_trailing_slash(parts: Parts) -> Parts:
    """Drop the slash that ends a path, but for the root's."""
    return replace(parts, path=parts.path.rstrip("/") or "/")


def with_host_turned(parts: Parts) -> Parts:
    """Turn the labels of a name round, joined by commas; addresses stay."""
    is_address = parts.host.startswith("[") or parts.host.replace(".", "").isdigit()
    if is_address:
        return parts
    return replace(parts, host=",".join(reversed(parts.host.rstrip(".").split("."))))


STEPS: tuple[Callable[[Parts], Parts], ...] = (
    without_default_port,
    without_www,
    in_lower_case,
    without_session,
    with_sorted_query,
    without_trailing_slash,
    with_host_turned,
)
"""What is done to a URL, in this order."""
