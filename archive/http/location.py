"""Location: where an answer says that what was asked for is found: the one reader of that field."""

from __future__ import annotations

import ada_url

from archive.http.framing import Head

REDIRECTS = frozenset({301, 302, 303, 307, 308})


def location(url: str, head: Head) -> str | None:
    """Return where the redirect *head*, which answered *url*, leads: absolute, of whatever scheme, or None.

    None where the status is no redirect, there is no Location, or it is no URL. The first Location counts (RFC 9110
    section 15.4). Bytes above 0x7F are percent-encoded as they came: that is right for UTF-8 in a path, it is the only
    form in which a server of another charset knows its own path again, and the host parser of the WHATWG URL standard
    decodes it in a host.
    """
    printed = (head.get("Location") or "").strip()
    if head.status not in REDIRECTS or not printed:
        return None
    # Head holds bytes as Latin-1, so each character is one byte of the wire.
    escaped = "".join(one if one < "\x80" else f"%{ord(one):02X}" for one in printed)
    try:
        return str(ada_url.join_url(url, escaped))
    except ValueError:
        return None
