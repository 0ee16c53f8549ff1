"""Session ids in URLs: recognise and remove them. Pure.

Every visitor gets a new id, so a site that puts it into its links shows each page under endless addresses.
"""

from __future__ import annotations

import re

# Servers append them to any path segment; ASP.NET uses a segment of its own: /(S(lit3py55t21z5v55vlm25s55))/.
_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/;?#]*|/\((?:[A-Z]\([A-Za-z0-9_-]{8,}\))+\)(?=[/?#]|$)", re.IGNORECASE
)
# These names always mean a session. Those below do so only if the value looks like a session id.
_NAMES = frozenset(
    {"phpsessid", "jsessionid", "sessionid", "session_id", "cfid", "cftoken", "zenid", "oscsid", "osclsid"}
)
_LIKELY = re.compile(r"(?:aspsessionid\w+|sess?id|sid|s_id)", re.IGNORECASE)
# A session id is long and has digits. `sid=12` is the number of a section.
_TOKEN = re.compile(r"(?=[^\d]*\d)[0-9A-Za-z,_-]{16,}")


def is_session(pair: str) -> bool:
    """Say whether *pair* (``name=value``) in a query is a session id."""
    name, _, value = pair.partition("=")
    return name.lower() in _NAMES or bool(_LIKELY.fullmatch(name) and _TOKEN.fullmatch(value))


def has_session(url: str) -> bool:
    """Say whether *url* carries a session id."""
    path, _, query = url.partition("#")[0].partition("?")
    return bool(_IN_PATH.search(path)) or any(map(is_session, query.split("&")))


def path_without_session(path: str) -> str:
    """Return *path* without session ids."""
    return _IN_PATH.sub("", path)


def without_session(url: str) -> str:
    """Return *url* without session ids, otherwise unchanged."""
    if not has_session(url):
        return url
    # Split by hand, because the rest must stay as the site wrote it, byte for byte.
    whole, hash_sign, fragment = url.partition("#")
    path, _, query = whole.partition("?")
    # The order of the other parameters stays: some servers give another page for another order.
    kept = "&".join(pair for pair in query.split("&") if not is_session(pair))
    return f"{path_without_session(path)}{'?' if kept else ''}{kept}{hash_sign}{fragment}"
