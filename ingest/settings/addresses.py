"""Addresses: the url and the hosts of each publisher, of which no page could ever match some; where to post to. Pure.

Apart from `values.py`, which names every setting and is long: this file only says which addresses make sense.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from archive.errors import UrlRefused
from archive.http.url import read_target


def fault_of(settings: Any) -> tuple[str, str] | None:
    """Return the first fault of an address in *settings*, with a hint on what to write; None if there is none."""
    posted = (
        ("alert.webhook", settings.alert.webhook),
        ("alert.ping", settings.alert.ping),
        ("timestamp.url", settings.timestamp.url),
    )
    for name, url in posted:
        try:
            if url:
                read_target(url)
        except UrlRefused as refused:
            # Without the address, which is often a secret.
            return f"{name} is no web address that can be asked: {refused.why}", refused.hint
    return _fault_of_publisher(settings.publishers)


def _fault_of_publisher(publishers: Iterable[Any]) -> tuple[str, str] | None:
    """Return the first fault of an address of *publishers*, with a hint on what to write; None if there is none."""
    for number, options in enumerate(publishers, 1):
        # Each path through a home page is right, but it has to be one that can be visited.
        try:
            read_target(options.url)
        except UrlRefused as refused:
            bare = "://" not in options.url and _authorities(options.url)
            hint = f'write url = "https://{options.url}"' if bare else refused.hint
            return f"url of {called(number, options.id)} is {options.url!r}: {refused.why}", hint
        for host in options.hosts:
            if _authorities(host) != {host.lower()} or "*" in host:
                whose = called(number, options.id, options.url)
                return f"hosts of {whose} names {host!r}, which no page has", _hint(host)
        for key, prefixes in (("include", options.include), ("exclude", options.exclude)):
            if (prefix := next((one for one in prefixes if _begins_no_path(one)), None)) is not None:
                whose = called(number, options.id, options.url)
                hint = 'write only how the paths begin, up to such a sign, as in "/tag/"'
                return f"{key} of {whose} names {prefix!r}, with which no path begins", hint
    return None


def _begins_no_path(prefix: str) -> bool:
    """Whether *prefix* is a pattern, or has a query: it would leave out nothing, or everything, without a word."""
    return not prefix.strip() or any(sign in prefix for sign in "*?#")


def called(number: int, *names: object) -> str:
    """Return what to call the publisher with this *number* in the file: by the first of *names* that is a text."""
    said = next((one for one in names if isinstance(one, str) and one), None)
    return f"publisher {number}" + (f" ({said})" if said else "")


def called_in(raw: Mapping[str, Any], number: int) -> str:
    """Return what to call the publisher with this *number*, from 1, in the decoded file *raw*, wrong as it may be."""
    listed = raw.get("publishers")
    table = listed[number - 1] if isinstance(listed, list) and number <= len(listed) else None
    return called(number, *(table.get(key) for key in ("id", "url"))) if isinstance(table, dict) else called(number)


def _authorities(host: str) -> set[str]:
    """Return *host* as addresses of pages name it; empty if none can, two if it depends on http or https."""
    try:
        return {read_target(f"{scheme}://{host}").authority for scheme in ("https", "http")}
    except UrlRefused:
        return set()


def _hint(host: str) -> str:
    """Return what to write instead of *host*. There are no wildcards."""
    bare = host.partition("://")[2] or host
    meant = _authorities(bare) - {host} or _authorities(bare.partition(":")[0])
    return f'write "{min(meant)}"' if meant and "*" not in host else "write it as in blog.example.org"
