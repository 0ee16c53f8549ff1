"""HTML: rewrite an archived page for display: addresses lead to their captures, and nothing in it runs. Pure.

Apart from `page.py`, which queries the catalogue: this file only rewrites bytes.

The page is scanned tag by tag and written anew, so that the browser builds the same tree as from the captured bytes.
Every ``<`` that could begin a tag begins one that is written here: whatever a parser takes for a comment, a script or
the inside of an attribute, it finds no other tags in the output. Anything that slips through is stopped by the policy
in the answer's headers (see `db/reading_room/archived/policy.py`).
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from archive.evidence.character_references import decode_references
from db.reading_room.archived import css
from db.reading_room.archived.css import Place
from db.reading_room.archived.link import Use, resolved
from db.reading_room.archived.marks import Marks

_NAME = re.compile(r"[a-zA-Z][^\t\n\f\r />]*")
_ATTRIBUTE = re.compile(r"""[\s/]*(=?[^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*|(?=>))))?""")
_BETWEEN = re.compile(r"[\s/]*")
_NOT_WRITTEN = re.compile(r"[\s\"'<>/=\x00-\x1f`]")
_REFERENCE = re.compile(r"&(?:#[xX]?[0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]*;?)")
_COMMENT_END = re.compile(r"--!?>")
_DOCTYPE = re.compile(r"<!doctype\b([^<>\[\]]{0,500})>", re.I)
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?[\"']?\s*([^\"']*)", re.I)
_SVG_CASE = re.compile(r"[a-zA-Z][\w:.-]*")

# Elements that are left out with their content.
_WITHOUT_END = frozenset({"script", "noembed", "noframes"})
# Elements inside which HTML recognises only their own end tag.
_RAW = frozenset({"style", "title", "textarea", "xmp", "iframe", *_WITHOUT_END})
# Tags that are left out; their content stays, because it is what is shown without a plugin.
_DROPPED = frozenset({"object", "embed", "applet", "param", "base", "portal", "fencedframe", "animate", "set"})
# Attributes that send, fetch or open something, or that describe the original bytes.
_GONE = frozenset({
    "ping", "integrity", "crossorigin", "nonce", "srcdoc", "action", "formaction", "manifest", "autofocus",
    "attributionsrc", "download", "target", "referrerpolicy", "codebase", "classid", "archive", "cite", "longdesc",
    "imagesrcset", "imagesizes", "profile", "usemap-src", "xml:base", "http-equiv", "is", "elementtiming",
    "browsingtopics", "sharedstoragewritable",
    "credentialless", "allow", "csp", "sandbox", "fetchpriority", "blocking", "charset",
})  # fmt: skip
_IN_STYLE = frozenset({
    "style", "fill", "stroke", "clip-path", "mask", "filter", "marker-start", "marker-mid", "marker-end", "cursor",
})  # fmt: skip
_SOURCES = frozenset({"src", "poster", "background", "lowsrc", "dynsrc"})
_LATE = ("data-src", "data-lazy-src", "data-original")
_LATE_SETS = ("data-srcset", "data-lazy-srcset")
_KEPT_LINKS = frozenset({"stylesheet", "icon", "apple-touch-icon", "mask-icon"})
_KEPT_META = frozenset({"viewport", "color-scheme", "theme-color", "description", "author"})
_DRAWN = frozenset({"image", "feimage", "use", "pattern", "lineargradient", "radialgradient", "textpath", "mpath"})
# The most candidates of one ``srcset`` that are used.
_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in a page: its name in lower case, its attributes decoded, each once."""

    name: str
    ends: bool
    attributes: dict[str, str]
    closes: bool = False
    printed: str = ""


@dataclass(slots=True)
class Dead:
    """What the page had that does not work here.

    Attributes:
        scripts, forms, plugins: how many of each there were.
        refresh: where the page redirects its reader automatically, or None.
    """

    scripts: int = 0
    forms: int = 0
    plugins: int = 0
    refresh: str | None = None


@dataclass(slots=True)
class Rewriter:
    """Rewrites one page.

    Attributes:
        base: the address to which the page's relative addresses refer.
        place: returns where the capture of an absolute address is shown.
        xml: whether the page is XML, in which names keep their case and empty elements close themselves.
        marks: what to mark; the text that is rewritten contains their signs.
    """

    base: str
    place: Place
    xml: bool = False
    marks: Marks | None = None
    dead: Dead = field(default_factory=Dead)
    _page: str = field(default="", init=False)
    _marked: bool = field(default=False, init=False)

    def write(self, text: str) -> str:
        """Return *text* rewritten."""
        text = text.replace("\0", "\ufffd")
        self._page = self.base.partition("#")[0]
        # A <base> also applies to what comes before it; most pages have none.
        if "<base" in text[:200_000].lower():
            self.base = self._stated_base(text)
        return "".join(self._pieces(text))

    def _stated_base(self, text: str) -> str:
        for piece in self._read(text):
            if isinstance(piece, Tag) and piece.name == "base" and not piece.ends and "href" in piece.attributes:
                return resolved(piece.attributes["href"], self.base) or self.base
        return self.base

    def _read(self, text: str) -> Iterator[Tag | str]:
        """Yield the pieces of a page; the signs of marks are removed from tags."""
        marks = self.marks
        for piece in _tokens(text, xml=self.xml):
            if marks is None or isinstance(piece, str):
                yield piece
            else:
                said = {marks.left_out(key): marks.left_out(value) for key, value in piece.attributes.items()}
                yield replace(piece, attributes=said)

    def _pieces(self, text: str) -> Iterator[str]:
        doctype = _DOCTYPE.search(self._plain(text[:5000]))
        # Without it browsers use the quirks layout of the nineties.
        if doctype and not self.xml:
            yield f"<!DOCTYPE{doctype[1]}>"
        within: list[str] = []
        for piece in self._read(text):
            if isinstance(piece, str):
                yield self._inside(piece, within[-1] if within else "")
                continue
            name = piece.name
            if name in _RAW:
                if not piece.ends and not piece.closes:
                    within.append(name)
                elif within and within[-1] == name:
                    within.pop()
            yield self._tag(piece)

    def _plain(self, text: str) -> str:
        return text if self.marks is None else self.marks.left_out(text)

    def _inside(self, text: str, element: str) -> str:
        """Return the text inside *element*, escaped and marked; rewrite style sheets, and drop scripts and frames."""
        if self.marks is not None and not element:
            first = not self._marked and self.marks.is_in(text)
            self._marked = self._marked or first
            return self.marks.shown(text.replace("<", "&lt;"), first=first)
        text = self._plain(text)
        if element in _WITHOUT_END or element == "iframe":
            return ""
        if element == "style":
            return css.rewrite(text.replace("<![CDATA[", "").replace("]]>", ""), self._placed)
        if element == "xmp":
            text = text.replace("&", "&amp;")
        return text.replace("<", "&lt;")

    def _placed(self, said: str, use: Use) -> str:
        url = resolved(said, self.base)
        return self.place(url, use) if url else ""

    def _tag(self, tag: Tag) -> str:
        name = tag.name
        # A tag may have nearly any name, but pages need no other names than these.
        if not _SVG_CASE.fullmatch(name):
            return ""
        if name in _WITHOUT_END:
            self.dead.scripts += name == "script" and not tag.ends
            return ""
        if name in _DROPPED:
            self.dead.plugins += name in {"object", "embed", "applet"} and not tag.ends
            return ""
        shown = {"xmp": "pre", "plaintext": "pre"}.get(name, tag.printed if self.xml else name)
        if tag.ends:
            return f"</{shown}>"
        attributes = self._attributes(tag)
        if attributes is None:
            return ""
        written = "".join(f' {key}="{_escaped(value)}"' for key, value in attributes.items())
        return f"<{shown}{written}{'/' if self.xml and tag.closes else ''}>"

    def _attributes(self, tag: Tag) -> dict[str, str] | None:
        """Return the attributes to write for *tag*; None if the whole tag is left out."""
        said = tag.attributes
        if tag.name == "link":
            return self._link(said)
        if tag.name == "meta":
            return self._meta(said)
        self.dead.forms += tag.name == "form"
        if tag.name in {"img", "source"}:
            said = _at_once(said)
        found: dict[str, str] = {}
        for key, value in said.items():
            kept = self._attribute(tag.name, key, value)
            if kept is not None:
                found[key] = kept
        href = "href" if "href" in found else "xlink:href"
        # Replace the whole window, because the banner above the frame belongs to the page now shown.
        if href in found and tag.name not in _DRAWN and not found[href].startswith("#"):
            found["target"] = "_top"
        return found

    def _attribute(self, element: str, key: str, value: str) -> str | None:
        """Return what to write instead of *value*; None if the attribute is left out."""
        name = key.lower()
        if name.startswith("on") or name in _GONE or (name == "data" and element != "data"):
            return None
        if name in {"href", "xlink:href"} or name.endswith(":href"):
            return self._href(element, value)
        if name in _SOURCES:
            return self._source(element, name, value)
        if name == "srcset":
            return ", ".join(self._candidates(value))
        if name in _IN_STYLE and ("(" in value or "\\" in value):
            return css.rewrite(value, self._placed)
        return value

    def _href(self, element: str, value: str) -> str | None:
        """Return a link rewritten to stay in the archive; None if its address cannot be resolved."""
        if value.strip().startswith("#"):
            return value.strip()
        url = resolved(value, self.base)
        if url is None:
            return None
        if element in _DRAWN:
            return self.place(url, Use.IMAGE)
        page, mark, part = url.partition("#")
        if mark and page == self._page:
            return "#" + part
        return self.place(page, Use.PAGE) + mark + part

    def _source(self, element: str, name: str, value: str) -> str | None:
        framed = element in {"iframe", "frame"}
        # Pictures inside the page itself stay there.
        if value.strip()[:11].lower() == "data:image/" and not framed:
            return value.strip()
        url = resolved(value, self.base)
        if url is None or (name == "src" and element == "script"):
            return None
        return self.place(url, Use.FRAMED if framed else Use.IMAGE)

    def _candidates(self, value: str) -> Iterator[str]:
        # Split at commas followed by a space, because addresses of image services may contain commas.
        for one in re.split(r",\s+|,(?=https?:)", value)[:_CANDIDATES]:
            url, _, size = one.strip().partition(" ")
            placed = self._placed(url.rstrip(","), Use.IMAGE)
            if placed:
                # Escaped, because a comma ends a candidate.
                yield f"{placed.replace(',', '%2C')} {size.strip()}".strip()

    def _link(self, said: dict[str, str]) -> dict[str, str] | None:
        relations = set(said.get("rel", "").lower().split())
        loaded = said.get("onload", "")
        # Two ways in which scripts delay a style sheet, which would wait for ever here.
        if "preload" in relations and said.get("as", "").lower() == "style" and "stylesheet" in loaded:
            relations = {"stylesheet"}
        kept = relations & _KEPT_LINKS
        if not kept or "href" not in said:
            return None
        late = "stylesheet" in kept and "media" in loaded and said.get("media", "").lower() != "all"
        placed = self._placed(said["href"], Use.STYLE if "stylesheet" in kept else Use.IMAGE)
        if not placed:
            return None
        found = {"rel": " ".join(sorted(kept | (relations & {"alternate"}))), "href": placed}
        for key in ("media", "title", "type", "sizes", "id", "class"):
            if key in said and not (key == "media" and late):
                found[key] = said[key]
        return found

    def _meta(self, said: dict[str, str]) -> dict[str, str] | None:
        """Return a meta element without dangerous attributes, or None; notes a refresh to another page."""
        if said.get("http-equiv", "").strip().lower() == "refresh":
            found = _REFRESH.match(said.get("content", ""))
            onward = resolved(found[1], self.base) if found and found[1] else None
            if onward and onward.partition("#")[0] != self._page:
                self.dead.refresh = self.dead.refresh or onward
        if said.get("name", "").strip().lower() not in _KEPT_META:
            return None
        return {key: value for key, value in said.items() if key in {"name", "content", "media"}}


def _at_once(said: dict[str, str]) -> dict[str, str]:
    """Return a picture's attributes with its delayed source, which a script would load later, as the immediate one."""
    said = dict(said)
    source = said.get("src", "")
    late = next((said[one] for one in _LATE if said.get(one)), None)
    late_set = next((said[one] for one in _LATE_SETS if said.get(one)), None)
    if late and (not source or source.startswith("data:")):
        said["src"] = late
    if late_set and not said.get("srcset"):
        said["srcset"] = late_set
    return said


# Tokens: the tags of a page and the text between them, split as by the HTML standard's tokenizer (13.2.5).


def _tokens(text: str, *, xml: bool) -> Iterator[Tag | str]:
    """Yield tags and the text between them, without comments, declarations and unfinished markup."""
    at = 0
    while at < len(text):
        begins = text.find("<", at)
        if begins < 0:
            yield text[at:]
            return
        if begins > at:
            yield text[at:begins]
        # In an end tag the name comes after the slash.
        name = _NAME.match(text, begins + 1 + text.startswith("/", begins + 1))
        if name is None:
            at, left = _past_markup(text, begins)
            if left:
                yield left
            continue
        tag, at = _read_tag(text, name, ends=name.start() == begins + 2)
        if tag is None:
            return
        yield tag
        if tag.name in _RAW and not tag.ends and not (xml and tag.closes):
            ends = _raw_end(text, at, tag.name)
            if ends > at:
                yield text[at:ends]
            at = ends
        elif tag.name == "plaintext" and not tag.ends:
            yield text[at:].replace("&", "&amp;")
            return


def _past_markup(text: str, begins: int) -> tuple[int, str]:
    """Return the end of something that begins with ``<`` but is not a tag, and the part of it that is text."""
    following = text[begins + 1 : begins + 2]
    if text.startswith("<!--", begins):
        # Two short forms that close immediately.
        for short in ("<!-->", "<!--->"):
            if text.startswith(short, begins):
                return begins + len(short), ""
        ends = _COMMENT_END.search(text, begins + 4)
        return (ends.end() if ends else len(text)), ""
    if text.startswith("<![CDATA[", begins):
        # Its content is text in XML and a comment in HTML; only the marker is skipped and the content is scanned.
        return begins + 9, ""
    if following and following in "!?/":
        ends_at = text.find(">", begins)
        return (ends_at + 1 if ends_at >= 0 else len(text)), ""
    return begins + 1, "<"


def _read_tag(text: str, name: re.Match[str], *, ends: bool) -> tuple[Tag | None, int]:
    """Return the tag with *name*, and its end; None if the page ends inside it."""
    attributes: dict[str, str] = {}
    at = name.end()
    while True:
        blank = _BETWEEN.match(text, at)
        assert blank is not None
        if blank.end() >= len(text):
            return None, len(text)
        if text[blank.end()] == ">":
            closes = text[blank.end() - 1] == "/"
            return Tag(name[0].lower(), ends, attributes, closes, _printed(name[0])), blank.end() + 1
        found = _ATTRIBUTE.match(text, at)
        if found is None or _is_open(text, found):
            # An unclosed quotation mark extends to the end of the page.
            return None, len(text)
        at = found.end()
        key = found[1] if found[1].lower() != found[1] else found[1].lower()
        if not _NOT_WRITTEN.search(key) and key.lower() not in attributes:
            value = next((one for one in found.groups()[1:] if one is not None), "")
            attributes[key.lower() if _printed(key) == key.lower() else key] = _decoded(value)


def _is_open(text: str, found: re.Match[str]) -> bool:
    rest = text[found.end() : found.end() + 200].lstrip()
    if not rest.startswith("="):
        return False
    quoted = rest[1:].lstrip()[:1]
    return quoted in {'"', "'"} or not quoted


def _printed(name: str) -> str:
    return name if _SVG_CASE.fullmatch(name) else name.lower()


def _raw_end(text: str, at: int, name: str) -> int:
    found = re.compile(rf"</{name}(?=[\s/>])", re.I).search(text, at)
    return found.start() if found else len(text)


def _decoded(value: str) -> str:
    return _REFERENCE.sub(_reference, value) if "&" in value else value


def _reference(found: re.Match[str]) -> str:
    said = found[0]
    if said[1] != "#" and not said.endswith(";"):
        # In an attribute "&copy=1" is a parameter, not a character reference (HTML 13.2.5.73).
        following = found.string[found.end() : found.end() + 1]
        return said if following == "=" else html.entities.html5.get(said[1:], said)
    return decode_references(said)


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
