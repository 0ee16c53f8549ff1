"""Boxes: what stands in the midst of a text and is none of it, by class names and by what it holds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ingest.reading.page.class_names import says
from ingest.reading.page.page import plain, visible

_BOX = re.compile(
    r"""(?:^|[\s_-])(?:
        fact-?box|info-?box|side-?box|expandable-?box|testimonials?|reviews?-?widget|rev-?widg|
        instagram-media|tiktok-embed|lightbox|swiper|nav-?box|marquee|stock-?bar|legend|
        sign-?in|log-?in|register|podcast-?player|sticky-?player|offers?|disclaimers?|(?:affiliate-?)?disclosures?|
        ai-?(?:content|summary)|(?:press|story)-?footer|abh_box|prev[_-]?next|next[_-]?prev|print-?warning|excerpts?
    )(?:$|[\s_-])""",
    re.X,
)
_HIDDEN = re.compile(r"(?:^|\s)(?:hidden|d-none|is-hidden|hide|invisible)(?:$|\s)")
_SHOWN = re.compile(
    r"accordion|collaps|expand|toggle|tab|faq|answer|"
    r"(?:^|\s)(?:(?:xs|sm|md|lg|xl|2xl):(?:block|flex|grid|inline|table)|d-(?:sm|md|lg|xl)-(?:block|flex))"
)
"""What is hidden on small screens alone, or until somebody clicks."""
_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:figure|legend|foto|bild|content-?image|(?:image|img|photo|picture)-?\w*)(?:$|[\s_-])"
)
PICTURED = 400
"""So few words stand below a picture."""


@lru_cache(maxsize=65536)
def named(said: str) -> bool:
    """Say whether class names, as `marks` gives them, call an element a box that holds something else than a text."""
    return bool(_BOX.search(said) or (_HIDDEN.search(said) and not _SHOWN.search(said)))


def pictures(element: Any, said: str) -> bool:
    """Say whether an element of these class names is a picture and little more."""
    if not says(_PICTURE, said) or next(element.iter("img", "picture", "figure"), None) is None:
        return False
    return len(plain(visible(element))) <= PICTURED
