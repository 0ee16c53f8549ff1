"""Policy: headers that tell the browser what to forbid, for each kind of answer from the second port."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

SHOWN: Mapping[str, str] = {
    # A sandbox without scripts has a unique, opaque origin. Nothing can be loaded from elsewhere, so a page cannot
    # report that it was viewed. A link that a person follows replaces the whole window.
    "Content-Security-Policy": (
        "sandbox allow-top-navigation-by-user-activation; default-src 'none'; img-src 'self' data:; media-src 'self';"
        " style-src 'self' 'unsafe-inline'; font-src 'self' data:; frame-src 'self'; base-uri 'none';"
        " form-action 'none'"
    ),
    # The banner frames the page, which may contain frames itself; sandboxed origins cannot be named here.
    "X-DNS-Prefetch-Control": "off",
}
"""For a captured page below its banner, and for its files."""
WITHOUT_PICTURES: Mapping[str, str] = {
    name: value.replace(" img-src 'self' data:; media-src 'self';", "") for name, value in SHOWN.items()
}
"""The same for a room limited by terms: pictures embedded in the page itself are blocked too."""
DOCUMENT: Mapping[str, str] = {
    # Browsers do not show PDFs in a sandbox.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'",
    "X-DNS-Prefetch-Control": "off",
}
"""For a PDF, which the browser's own viewer shows."""
RAW: Mapping[str, str] = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-DNS-Prefetch-Control": "off"}
"""For bytes as captured."""


def around(style: str) -> Mapping[str, str]:
    """Return the headers for a page of ours that contains only *style* and a frame of this origin."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; frame-src 'self'; base-uri 'none'; form-action 'self';"
            " frame-ancestors 'none'"
        ),
        "X-Frame-Options": "DENY",
        "X-DNS-Prefetch-Control": "off",
    }
