"""What a sentence about reuse names besides the rule: whom to ask, and the words of credit that it prescribes."""

from __future__ import annotations

import re

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w.+-]+ ?[\[(](?:at|małpa)[\])] ?[\w-]+(?:[. ]\w+)+")
_ADDRESS = re.compile(r"https?://[^\s<>\"'”»)\]]+|www\.[^\s<>\"'”»)\]]+")
_PHONE = re.compile(r"\+\d[\d ()-]{7,}\d")
_LEAVE = re.compile(
    r"\b(?i:permission|consent|approval|authori[sz]ation|zgod\w+|zezwoleni\w+|genehmigung|zustimmung|erlaubnis|einwilligung|"
    r"autorisation|accord|autorizaci[óo]n|permiso|autorizzazione|consenso|autorização|permissão|toestemming|souhlas\w*|"
    r"svolení|дозвол\w+|згод\w+|разрешени\w+|согласи\w+)\s+(?:in writing\s+)?"
    r"(?:(?i:of|from|by|by the|ze strony|der|des|von|vom|de|du|de la|de l'|del|della|dell'|di|do|da|van|od)\s+)?"
    r"(?i:the\s+|la\s+|le\s+|het\s+|de\s+)?"
    r"(?P<name>[A-ZÀ-ÞĄĆĘŁŃŚŹŻА-ЯІЇЄ][\w.&'’-]*(?:(?: (?:of|for|on|and|the|dla|de|la|des|i|und|für|na|rzecz))* "
    r"[A-ZÀ-ÞĄĆĘŁŃŚŹŻА-ЯІЇЄ][\w.&'’-]*)*)",
)
_QUOTED = re.compile(r"[“„«\"]\s*([^“”„«»\"]{3,200}?)\s*[”“»\"]")
_AFTER_COLON = re.compile(r":\s+([^:]{3,200}?)\s*\.?$")


def contact_in(sentence: str) -> str | None:
    """Whom to ask, as printed: a mail address, else a telephone number, a web address or a name; or None."""
    for pattern in (_MAIL, _PHONE, _ADDRESS):
        match = pattern.search(sentence)
        if match is not None:
            return match.group().rstrip(".,;:")
    named = _LEAVE.search(sentence)
    return named["name"].rstrip(".,;:") if named else None


def credit_words_in(sentence: str) -> str | None:
    """The words of credit that a sentence prescribes: those in quotation marks, else those after its colon."""
    match = _QUOTED.search(sentence) or _AFTER_COLON.search(sentence)
    return match.group(1) if match else None
