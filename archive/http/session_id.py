"""Session ids in URLs: how they are known, and a URL without them. Pure.

Every visitor is given another one, so that a site whose links carry them shows each page under endless addresses.
"""

from __future__ import annotations

import re

# Servers put them behind any segment of the path, ASP.NET in a segment of their own: /(S(lit3py55t21z5v55vlm25s55))/.
_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/;?#]*|/\((?:[A-Z]\([A-Za-z0-9_-]{8,}\))+\)(?=[/?#]|$)", re.IGNORECASE
)
# Whatever their value: nothing else goes by these names. Those below are sessions only with the value of one.
_NAMES = frozenset(
    {"phpsessid", "jsessionid", "sessionid", "session_id", "cfid", "cftoken", "zenid", "oscsid", "osclsid"}
)
_LIKELY = re.compile(r"(?:aspsessionid\w+|sess?id|sid|s_id)", re.IGNORECASE)
# What a session looks like: long, with digits. `sid=12` is the number of a section.
_TOKEN = re.compile(r"(?=[^\d]*\d)[0-9A-Za-z,_-]{16,}")


def is_session(pair: str) -> bool:
    """Say whether *pair* (``name=value``) of a query names a session."""
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
    """Return *url* without session ids, and otherwise as it is."""
    if not has_session(url):
        return url
    # Taken apart by hand: what is kept must stay as the site wrote it, byte for byte.
    whole, hash_sign, fragment = url.partition("#")
    path, _, query = whole.partition("?")
    # The order of the others stays: some servers answer another page in another order.
    kept = "&".join(pair for pair in query.split("&") if not is_session(pair))
    return f"{path_without_session(path)}{'?' if kept else ''}{kept}{hash_sign}{fragment}"
