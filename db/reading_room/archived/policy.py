"""Policy: what the browser is told to forbid, on each kind of answer of the second port."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

SHOWN: Mapping[str, str] = {
    # A sandbox without scripts has an origin that is nobody's. Where nothing may be loaded from elsewhere, a page tells
    # nobody that it was looked at. A link leads the whole window on, when a person follows it.
    "Content-Security-Policy": (
        "sandbox allow-top-navigation-by-user-activation; default-src 'none'; img-src 'self' data:; media-src 'self';"
        " style-src 'self' 'unsafe-inline'; font-src 'self' data:; frame-src 'self'; base-uri 'none';"
        " form-action 'none'"
    ),
    # The banner frames it, and it may frame others; the sandbox around each has no origin that could be named here.
    "X-DNS-Prefetch-Control": "off",
}
"""For a captured page below its banner, and for what it is made of."""
WITHOUT_PICTURES: Mapping[str, str] = {
    name: value.replace(" img-src 'self' data:; media-src 'self';", "") for name, value in SHOWN.items()
}
"""The same in a room that shows what terms permit: pictures that stand in the page itself are left out too."""
DOCUMENT: Mapping[str, str] = {
    # Browsers show no PDF in a sandbox.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'",
    "X-DNS-Prefetch-Control": "off",
}
"""For a PDF, which the browser's own viewer shows."""
RAW: Mapping[str, str] = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-DNS-Prefetch-Control": "off"}
"""For bytes as they were captured."""


def around(style: str) -> Mapping[str, str]:
    """Return the headers of a page of ours that has *style* and nothing else in it, but for a frame of this origin."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; frame-src 'self'; base-uri 'none'; form-action 'self';"
            " frame-ancestors 'none'"
        ),
        "X-Frame-Options": "DENY",
        "X-DNS-Prefetch-Control": "off",
    }
