"""Find an entity's charset, decode it, and map its characters back to bytes."""

from __future__ import annotations

import codecs
import re
from array import array
from bisect import bisect_right

# The labels of the WHATWG Encoding standard. It reads Latin-1 and ASCII as windows-1252, as browsers have done for
# decades, because pages labelled latin1 contain its quotation marks and dashes.
_LABELS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    "utf-16le": "utf-16le utf-16 ucs-2 unicode iso-10646-ucs-2 csunicode unicodefeff",
    "utf-16be": "utf-16be unicodefffe",
    "windows-1252": "windows-1252 cp1252 x-cp1252 ascii us-ascii ansi_x3.4-1968 iso-8859-1 iso8859-1 "
    "iso88591 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 l1 cp819 ibm819 csisolatin1",
    "windows-1250": "windows-1250 cp1250 x-cp1250",
    "iso-8859-2": "iso-8859-2 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 iso-ir-101 latin2 l2 csisolatin2",
    "windows-1251": "windows-1251 cp1251 x-cp1251",
    "windows-1253": "windows-1253 cp1253 x-cp1253",
    "windows-1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 "
    "iso-ir-148 latin5 l5 csisolatin5",
    "windows-1255": "windows-1255 cp1255 x-cp1255",
    "windows-1256": "windows-1256 cp1256 x-cp1256",
    "windows-1257": "windows-1257 cp1257 x-cp1257",
    "windows-1258": "windows-1258 cp1258 x-cp1258",
    "cp874": "windows-874 dos-874 tis-620 iso-8859-11 iso8859-11 iso885911",
    "iso-8859-3": "iso-8859-3 iso8859-3 iso88593 iso_8859-3 latin3 l3 csisolatin3 iso-ir-109 iso_8859-3:1988",
    "iso-8859-4": "iso-8859-4 iso8859-4 iso88594 iso_8859-4 latin4 l4 csisolatin4 iso-ir-110 iso_8859-4:1988",
    "iso-8859-5": "iso-8859-5 iso8859-5 iso88595 iso_8859-5 cyrillic csisolatincyrillic iso-ir-144 iso_8859-5:1988",
    "iso-8859-6": "iso-8859-6 iso8859-6 iso88596 iso_8859-6 arabic ecma-114 asmo-708 csisolatinarabic iso-ir-127 "
    "iso_8859-6:1987 csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i",
    "iso-8859-7": "iso-8859-7 iso8859-7 iso88597 iso_8859-7 greek greek8 ecma-118 elot_928 sun_eu_greek "
    "iso-ir-126 iso_8859-7:1987 csisolatingreek",
    "iso-8859-8": "iso-8859-8 iso8859-8 iso88598 iso_8859-8 hebrew visual iso-8859-8-i iso-8859-8-e logical iso-ir-138 "
    "iso_8859-8:1988 csisolatinhebrew csiso88598e csiso88598i",
    "iso-8859-10": "iso-8859-10 iso8859-10 iso885910 latin6 l6 csisolatin6 iso-ir-157",
    "iso-8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso-8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso-8859-15": "iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 csisolatin9",
    "iso-8859-16": "iso-8859-16",
    "koi8-r": "koi8-r koi8 koi koi8_r cskoi8r",
    "koi8-u": "koi8-u koi8-ru",
    "ibm866": "ibm866 cp866 866 csibm866",
    "mac-roman": "macintosh mac x-mac-roman csmacintosh",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "gb18030 gbk x-gbk gb2312 gb_2312 gb_2312-80 csgb2312 csiso58gb231280 iso-ir-58 chinese",
    "big5-hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "cp932": "shift_jis shift-jis sjis x-sjis ms932 ms_kanji windows-31j csshiftjis",
    "euc-jp": "euc-jp x-euc-jp cseucpkdfmtjapanese",
    "iso-2022-jp": "iso-2022-jp csiso2022jp",
    "ms949": "euc-kr cseuckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 csksc56011987 "
    "iso-ir-149",
    # The standard refuses to show these, because they could smuggle scripts. Here they are only read.
    "iso2022_kr": "iso-2022-kr csiso2022kr",
    "hz": "hz-gb-2312",
}
_CHARSET = {label: name for name, labels in _LABELS.items() for label in labels.split()}
_CHARSET["x-user-defined"] = "windows-1252"  # if a page names it (HTML standard, 13.2.3.2)
# The standard looks at 1024 bytes; because of pages with long heads, browsers look at more.
_PRESCAN = 4096
# In a page with a longer head, so many bytes are looked at.
_LONGEST_HEAD = 1 << 20
# Charset labels inside a comment, a script, a style sheet or the title do not apply to the page.
_META = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|title)(?=[\s/>]).*?(?:</(?P=raw)(?=[\s/>])|\Z)|"
    rb"(?P<ends></head(?=[\s/>])|<body(?=[\s/>]))|(?P<meta><meta\b[^>]{0,1024})",
    re.I | re.S,
)
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([^\s\"'/>;]{1,40})", re.I)
_XML = re.compile(rb"\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']", re.I)


def charset_of(entity: bytes, header_charset: str | None = None) -> str:
    """Return the charset to read *entity* in, as a name that Python's codecs know.

    Sources, in the order of the WHATWG Encoding and HTML standards: byte order mark, the charset of Content-Type,
    ``<meta>``, XML declaration, the bytes themselves. A label that the Encoding standard does not know is skipped. A
    label inside the entity is overruled if the bytes are clearly UTF-8: pages get converted, by hand or by a proxy,
    without a change of the label.
    """
    # A byte order mark outranks the server's header, as in the Encoding standard ("decode").
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be")):
        if entity.startswith(mark):
            return name
    if named := charset_named(header_charset or ""):
        return named
    # UTF-16 without a byte order mark, recognised by its first two characters; no `meta` can be read in it.
    if entity[:4] in (b"<\0?\0", b"<\0!\0", b"<\0h\0"):
        return "utf-16le"
    if (labelled := _labelled(entity)) is not None:
        return _checked(labelled, entity)
    declared = _XML.match(entity[:_PRESCAN])
    if declared and (named := charset_named(declared[1].decode("latin-1"))):
        return _checked(named, entity)
    return _guess(entity)


def _labelled(entity: bytes) -> str | None:
    """Return the charset that a ``meta`` names, in the head or, without a head, among the first bytes."""
    ended = False
    # If there is a head, a label in it counts however far down; otherwise only the first bytes are searched.
    for tag in _META.finditer(entity[:_LONGEST_HEAD]):
        ended = ended or tag["ends"] is not None
        if ended and tag.start() >= _PRESCAN:
            return None
        found = _META_CHARSET.search(tag["meta"]) if tag["meta"] is not None else None
        if found and (named := charset_named(found[1].decode("latin-1"))):
            return named
    return None


def _checked(named: str, entity: bytes) -> str:
    """Return the charset that an entity states, or UTF-8 if its bytes show that it was converted.

    A label that was readable as ASCII cannot be in UTF-16, whatever it says. Text in a one-byte charset is so rarely
    well-formed UTF-8 by chance that a few such letters are proof.
    """
    if named.startswith("utf-16"):
        return "utf-8"
    # A few words in a multi-byte charset may happen to decode as UTF-8, but long text hardly ever does.
    enough = _ENOUGH if named.startswith(_ONE_BYTE) else _MANY
    if named == "utf-8" or len(entity.translate(None, _ASCII)) < enough:
        return named
    return "utf-8" if _guess(entity) == "utf-8" else named


def charset_named(label: str) -> str | None:
    """Return the charset that the WHATWG Encoding standard means by *label*, as Python names it, or None."""
    return _CHARSET.get(label.strip(" \t\r\n\f\"'").lower())


_ONE_BYTE = ("windows-", "iso-8859-", "koi8-", "mac-", "ibm", "cp874")
_ASCII = bytes(range(128))
# How many non-ASCII bytes prove UTF-8 against a label that names a one-byte charset, or a multi-byte one.
_ENOUGH = 12
_MANY = 300
_CENTRAL = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽőűŐŰöüÖÜäĺľŕĽßäÄ")
_WESTERN = frozenset("àâäæçèéêëîïñôöœùûüßáíóúãõåøÀÂÄÆÇÈÉÊËÎÏÑÔÖŒÙÛÜÁÍÓÚÃÕÅØ")
_IN_WORD = re.compile(r"(?<=[a-zA-Z])[^\x00-\x7f]|[^\x00-\x7f](?=[a-zA-Z])")


def _guess(entity: bytes) -> str:
    """Return UTF-8 if the entity decodes as such, else the one of three charsets that gives letters inside words."""
    try:
        entity.decode("utf-8")
    except UnicodeDecodeError as wrong:
        if wrong.end == len(entity):
            return "utf-8"  # cut inside its last character
    else:
        return "utf-8"
    scores = []
    for charset, letters in (
        ("windows-1252", _WESTERN),
        ("windows-1250", _CENTRAL),
        ("iso-8859-2", _CENTRAL),
    ):
        # A quarter of a megabyte holds enough letters to decide.
        text = entity[:262_144].decode(charset, "replace")
        inside = _IN_WORD.findall(text)
        good = sum(letter in letters for letter in inside)
        # Text has no C1 controls: where ISO-8859-2 reads one, the Windows charsets have a letter or a dash.
        bad = sum(not letter.isalpha() for letter in inside) + sum(text.count(chr(c)) for c in range(0x80, 0xA0))
        scores.append((good - 2 * bad, charset))
    return max(scores, key=lambda scored: scored[0])[1]


def with_byte_order(charset: str, entity: bytes) -> str:
    """Return *charset* with the byte order of UTF-16 or UTF-32 filled in from the entity. A BOM stays a character.

    Raises:
        LookupError: Python does not know the text encoding.
    """
    name = codecs.lookup(charset).name
    # utf-8-sig would drop the mark and shift every offset after it by three bytes.
    if name == "utf-8-sig":
        return "utf-8"
    if name == "utf-16":
        return "utf-16be" if entity.startswith(b"\xfe\xff") else "utf-16le"
    if name == "utf-32":
        return "utf-32be" if entity.startswith(b"\0\0\xfe\xff") else "utf-32le"
    return charset.lower()


def decode(data: bytes, charset: str) -> str:
    """Decode *data*, whatever it holds; invalid bytes become lone surrogates or U+FFFD."""
    if charset.startswith(("utf-16", "utf-32")):
        unit = 2 if charset.startswith("utf-16") else 4
        try:
            # An incomplete unit at the end is dropped; half a surrogate pair is kept, so that offsets stay right.
            return data[: len(data) // unit * unit].decode(charset, "surrogatepass")
        except UnicodeDecodeError:
            return data.decode(charset, "replace")
    try:
        return data.decode(charset, "surrogateescape")
    except UnicodeDecodeError:
        return data.decode(charset, "replace")


def decode_part(entity: bytes, start: int, end: int, charset: str) -> str:
    """Decode a byte range. In a stateful charset (ISO-2022-JP) earlier bytes are decoded first, for the state."""
    if not charset.startswith(("iso-2022", "iso2022", "hz", "utf-7", "utf7")):
        return decode(entity[start:end], charset)
    decoder = codecs.getincrementaldecoder(charset)("replace")
    try:
        # Only for the state it leaves: which alphabet the following bytes are in.
        decoder.decode(entity[:start])
        return decoder.decode(entity[start:end], final=True)
    except UnicodeError:  # an unterminated escape sequence: the decoder buffers at most eight bytes
        return decode(entity[start:end], charset)


_LONE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """Return *text* with U+FFFD for each lone surrogate, which no encoding can store."""
    try:
        text.encode()  # many times faster than looking for surrogates
    except UnicodeEncodeError:
        return _LONE.sub("\ufffd", text)
    return text


# Charsets of one to four bytes per character, in which each character is decoded by itself.
_WIDE = ("gb18030", "cp932", "euc-jp", "ms949")
_MEASURED = ("utf-", *_WIDE)


class Decoded:
    """The text of an entity, and the byte offset of each of its characters."""

    # Finding a place encodes at most one block. An offset per character would take more memory than the text.
    _BLOCK = 1024

    def __init__(self, entity: bytes, charset: str, text: str | None = None) -> None:
        self.text = decode(entity, charset) if text is None else text
        self._charset = charset
        self._entity = entity
        self._starts: array[int] | None = None
        self._marks = [0]
        # One byte per character: pure ASCII or a single-byte charset. Nothing to convert.
        self._plain = len(self.text) == len(entity)
        if self._plain:
            return
        # UTF-8 decodes in a way that always maps back to its bytes, so it is measured only as far as needed.
        if charset == "utf-8" or (charset.startswith(_MEASURED) and self._leads_back(len(entity))):
            return
        # Slow, but for the remaining few charsets the only way to map characters back to bytes.
        self.text, self._starts = _stepwise(entity, charset)

    def _measure(self) -> bool:
        """Record the byte offset of the next block of text; return False if there is none."""
        at = (len(self._marks) - 1) * self._BLOCK
        if at >= len(self.text):
            return False
        self._marks.append(self._marks[-1] + self._width(at, at + self._BLOCK))
        return True

    def _leads_back(self, length: int) -> bool:
        """Measure the whole text; return False if it does not encode back to the entity's bytes."""
        try:
            while self._measure():
                if self._charset.startswith(_WIDE) and not self._agrees():
                    return False
        except UnicodeEncodeError:
            return False
        # A unit that was cut off at the end is read as a whole character, which is longer than its bytes.
        return 0 <= length - self._marks[-1] < (4 if self._charset.startswith(("utf-16", "utf-32")) else 1)

    def _agrees(self) -> bool:
        """Say whether the block measured last decodes to its text: some characters have two codes."""
        at = (len(self._marks) - 2) * self._BLOCK
        begun, end = self._marks[-2:]
        try:
            return self._entity[begun:end].decode(self._charset) == self.text[at : at + self._BLOCK]
        except UnicodeDecodeError:
            return False

    def _width(self, start: int, end: int) -> int:
        # As it was decoded: each invalid byte is one lone surrogate and becomes one byte again.
        errors = "surrogateescape" if self._charset == "utf-8" else "surrogatepass"
        return len(self.text[start:end].encode(self._charset, errors))

    def offset(self, index: int) -> int:
        """Return the byte offset at which the character *index* begins."""
        if self._plain:
            return index
        if self._starts is not None:
            return self._starts[index]
        block = index // self._BLOCK
        while len(self._marks) <= block and self._measure():
            pass
        return self._marks[block] + self._width(block * self._BLOCK, index)

    def index(self, offset: int) -> int:
        """Return the index of the character at the byte *offset*, or of one near it."""
        if self._plain:
            return min(offset, len(self.text))
        if self._starts is not None:
            return max(0, bisect_right(self._starts, offset) - 1)
        while self._marks[-1] <= offset and self._measure():
            pass
        block = bisect_right(self._marks, offset) - 1
        begun = self._marks[block]
        return min(block * self._BLOCK + len(decode(self._entity[begun:offset], self._charset)), len(self.text))


def _stepwise(entity: bytes, charset: str) -> tuple[str, array[int]]:
    """Decode byte by byte, for charsets whose text does not show how many bytes it took."""
    decoder = codecs.getincrementaldecoder(charset)("replace")
    text: list[str] = []
    starts = array("Q")
    begun = 0
    for at in range(len(entity)):
        try:
            out = decoder.decode(entity[at : at + 1], at + 1 == len(entity))
        except UnicodeError:  # an unterminated escape sequence: the decoder buffers at most eight bytes
            decoder.reset()
            out = "\ufffd"
        if out:
            starts.append(begun)
            # If one byte completes several characters, all but the first begin at that byte.
            starts.extend([at] * (len(out) - 1))
            text.append(out)
            begun = at + 1
    starts.append(len(entity))
    return "".join(text), starts
