"""Captions: the words below a picture or a table, known by the source that they name."""

from __future__ import annotations

import re

LONGEST = 250
_CREDIT = re.compile(
    r"(?:^|[.!?)\]\"”“»]\s*|\()(?:(?:Titelb|Beitragsb|B)ild(?:er)?|Fotos?|Photos?(?:\s+credits?)?|Picture|"
    r"(?:Featured?\s+i|Cover\s+i|Header\s+i|I)mage(?:\s+credits?)?|Zdjęcie(?:\s+(?:tytułowe|główne))?|"
    r"Crédits?(?:\s+photo)?|FOTOS?|PHOTOS?|IMAGE|Fot|Zdj)\s*[:.]\s*[A-ZĄĆĘŁŃÓŚŹŻÄÖÜÉ©@].{1,80}$"
)
_CREDITED = ("ild", "mage", "Fot", "Photo", "Picture", "Zdj", "Crédit", "FOTO", "PHOTO", "IMAGE")
"""One of these stands in all that `_CREDIT` finds: they are sooner looked for."""
_BELOW = re.compile(r"(?:Abbildung|Grafik|Chart|Source|Quelle|Źródło|Wykres|Fuente|Fonte)\s?\d*\s*:")


def credited(words: str) -> bool:
    """Say whether *words* begin or end as a caption does: with its source, in the name of who took the picture."""
    if len(words) > LONGEST:
        return False
    if ":" not in words and "." not in words:
        return False
    return bool((any(sign in words for sign in _CREDITED) and _CREDIT.search(words)) or _BELOW.match(words))
