"""Site types, as small as possible: each knows which addresses are its texts, its lists and its traps."""

from __future__ import annotations

import hashlib
import io
import json
import textwrap
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from urllib.parse import parse_qs, urlsplit

from ingest.demo.site import Response

HOST, BLOG = "institute.example", "blog.institute.example"
BASE = f"http://{HOST}"
_WORDS = {
    "en": (
        "the budget of the city council was drawn up in spring although nobody had read the report on water that the "
        "committee for rivers and harbours asked for last year when prices rose and farmers wrote to their deputies "
        "about grain storage railways ports energy pensions schools courts elections trade borders research"
    ),
    "pl": (
        "budżet rady miasta powstał wiosną chociaż nikt nie czytał raportu o wodzie którego komisja do spraw rzek i "
        "portów żądała w zeszłym roku gdy ceny rosły a rolnicy pisali do posłów o magazynach zboża kolei portach "
        "energii emeryturach szkołach sądach wyborach handlu granicach i badaniach"
    ),
    "de": (
        "der haushalt des stadtrats wurde im frühjahr aufgestellt obwohl niemand den bericht über das wasser gelesen "
        "hatte den der ausschuss für flüsse und häfen im letzten jahr verlangte als die preise stiegen und bauern an "
        "ihre abgeordneten über getreide bahnen energie renten schulen gerichte wahlen handel und grenzen schrieben"
    ),
}


def prose(name: str, language: str = "en", paragraphs: int = 5) -> list[str]:
    """Return paragraphs unique to *name*."""
    chance, words = Random(name), _WORDS[language].split()  # noqa: S311 - the same words each time
    made = []
    for _ in range(paragraphs):
        sentences = [" ".join(chance.choices(words, k=14)).capitalize() + "." for _ in range(5)]
        made.append(" ".join(sentences))
    return made


@dataclass(frozen=True)
class Article:
    """A text of a site."""

    path: str
    title: str
    language: str = "en"
    day: str = "2021-03-04"
    host: str = HOST

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"


def articles(number: int, place: str = "/analysis/", language: str = "en", host: str = HOST) -> list[Article]:
    """Return *number* texts, the newest first."""
    return [
        Article(
            f"{place}text-{n}",
            f"{prose(f'{place}{n}', language, 1)[0].split('.')[0][:60]} {n}",
            language,
            f"{2023 - n // 12}-{12 - n % 12:02}-{1 + n % 28:02}",
            host,
        )
        for n in range(number)
    ]


def page(title: str, body: str, head: str = "", language: str = "en") -> str:
    """Return a page of HTML."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title} | Institute</title>'
        f'{head}</head><body><header><a href="/">Institute</a></header><main>{body}</main>'
        f"<footer>Institute, 1 Harbour Street</footer></body></html>"
    )


def article(one: Article, *, after: str = "", head: str = "") -> str:
    """Return the page of a text."""
    told = "".join(f"<p>{paragraph}</p>" for paragraph in prose(one.url, one.language))
    return page(
        one.title,
        f'<article><h1>{one.title}</h1><p class="byline">By <span class="author">Ada Berg</span>, '
        f'<time datetime="{one.day}">{one.day}</time></p>{told}{after}</article>',
        '<meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{one.day}">{head}',
        one.language,
    )


def listing(title: str, links: Iterable[tuple[str, str]], more: str = "") -> str:
    """Return a page that lists others."""
    rows = "".join(
        f'<article class="node--view-mode-teaser"><h2><a href="{url}">{name}</a></h2><p>{name[:40]} ...</p></article>'
        for url, name in links
    )
    return page(title, f"<h1>{title}</h1>{rows}{more}")


@dataclass
class Make:
    """A site of one type. *dynamic* makes pages that depend on their query; it returns None for pages that do not
    exist.

    Attributes:
        texts: the pages that an archivist wants.
        asked: the requested addresses, with repetitions.
    """

    texts: list[Article]
    pages: dict[str, str | bytes] = field(default_factory=dict)
    dynamic: Callable[[str, str, Mapping[str, list[str]]], str | None] = lambda _host, _path, _query: None
    asked: list[str] = field(default_factory=list)

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert method == "GET"
        host = headers.get("host", HOST)
        self.asked.append(f"http://{host}{path}")
        parts = urlsplit(path)
        found = self.pages.get(f"{host}{path}", self.pages.get(path) if host == HOST else None)
        body = found if found is not None else self.dynamic(host, parts.path, parse_qs(parts.query))
        if body is None:
            return Response(404, (("Content-Type", "text/html"),), b"<html><body><h1>Not found</h1></body></html>")
        kinds = {
            "xml": "application/xml",
            "txt": "text/plain",
            "pdf": "application/pdf",
            "epub": "application/epub+zip",
            "docx": "application/octet-stream",
            "odt": "application/vnd.oasis.opendocument.text",
            "css": "text/css",
            "png": "image/png",
            "woff2": "font/woff2",
        }
        kind = kinds.get(parts.path.rpartition(".")[2], "text/html; charset=utf-8")
        # Many sites answer 200 with a page of their own for a missing image.
        kind = "text/html" if isinstance(body, str) and body.startswith("<!doctype") else kind
        kind = "application/vnd.api+json" if isinstance(body, str) and body.startswith("{") else kind
        data = body.encode() if isinstance(body, str) else body
        etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        if headers.get("if-none-match") == etag:
            return Response(304, (("ETag", etag),))
        return Response(200, (("Content-Type", kind), ("ETag", etag)), data)

    def visits(self, part: str) -> int:
        """Return how many requested addresses contain *part*."""
        return sum(part in url for url in self.asked)


def pdf(pages: list[list[str]], info: Mapping[str, str] | None = None, xmp: str = "", *, locked: bool = False) -> bytes:
    """Return a PDF: each page in lines of Helvetica, the first line of the first page in large type.

    A *locked* one needs a password.
    """
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    def stream(body: bytes, more: str = "") -> bytes:
        return f"<< /Length {len(body)} {more}>>\nstream\n".encode() + body + b"\nendstream"

    def quoted(text: str) -> bytes:
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return b"(" + escaped.encode("cp1252", "replace") + b")"

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    contents = []
    for number, lines in enumerate(pages):
        told = b"BT /F1 24 Tf 50 780 Td 14 TL " if number == 0 else b"BT /F1 10 Tf 50 780 Td 14 TL "
        for at, line in enumerate(lines):
            told += quoted(line) + b" Tj T* " + (b"/F1 10 Tf T* " if number == at == 0 else b"")
        contents.append(add(stream(told + b"ET")))
    tree = len(objects) + len(pages) + 1
    kids = [
        add(
            f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
            f"/Resources << /Font << /F1 {font} 0 R >> >> >>".encode()
        )
        for content in contents
    ]
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    add(f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode())
    metadata = add(stream(xmp.encode(), "/Type /Metadata /Subtype /XML ")) if xmp else 0
    root = add(f"<< /Type /Catalog /Pages {tree} 0 R {f'/Metadata {metadata} 0 R ' if metadata else ''}>>".encode())
    told_of = b" ".join(b"/" + name.encode() + b" " + quoted(value) for name, value in (info or {}).items())
    information = add(b"<< " + told_of + b" >>")
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >> /ID [<00> <00>] "
    trailer = f"<< /Size {size} /Root {root} 0 R /Info {information} 0 R {lock if locked else ''}>>"
    ends = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(body)}\n%%EOF\n"
    return body + ends.encode()


def xmp(**stated: str) -> str:
    """Return an XMP packet that states dc: values."""
    inner = "".join(
        f"<dc:{name}><rdf:Alt><rdf:li>{value}</rdf:li></rdf:Alt></dc:{name}>" for name, value in stated.items()
    )
    return (
        '<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<rdf:Description>{inner}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=''?>"
    )


RIGHTS = "You may republish this report free of charge if you name the author and link to us."


def report(one: Article, pages: int = 3) -> bytes:
    """Return a report as a PDF: a cover, an imprint, and the text, under a running head and with page numbers."""
    cover = [one.title, "Ada Berg and Jan Kowal", "12 May 2021"]
    imprint = ["Institute, 1 Harbour Street", RIGHTS]
    told = [
        [
            "Institute Report",
            *(line for words in prose(f"{one.url} {n}", one.language, 3) for line in _wrapped(words)),
            str(n),
        ]
        for n in range(3, pages + 3)
    ]
    info = {"Title": one.title, "Author": "Ada Berg, Jan Kowal, J. Clerk", "Keywords": "rivers, harbours"}
    return pdf([cover, imprint, *told], info, xmp(title=one.title))


def _wrapped(words: str) -> list[str]:
    return textwrap.wrap(words, 90)


def papers(number: int = 5) -> Make:
    """A publisher of PDFs: each on a landing page, one only on a list; one is a scan, one damaged, one locked."""
    texts = articles(number, "/publication/")
    made = Make(texts)
    links = [(one.path, one.title) for one in texts]
    made.pages["/"] = listing("Publications", links, '<a href="/files/alone.pdf">Annual report</a>')
    for number, one in enumerate(texts):
        file = f"/files/report-{number}.pdf"
        made.pages[one.path] = article(one, after=f'<p><a href="{file}">Download</a></p>')
        # One of them has the title of its page, and is a form of that item.
        made.pages[file] = report(Article(file, one.title if number == 1 else f"Report on {one.title}"))
    made.pages["/files/alone.pdf"] = report(Article("/files/alone.pdf", "The annual report on harbours"))
    extra = "".join(f'<p><a href="/files/{name}.pdf">{name}</a></p>' for name in ("scan", "damaged", "locked"))
    made.pages[texts[0].path] = article(texts[0], after=f'<p><a href="/files/report-0.pdf">Download</a></p>{extra}')
    made.pages["/files/scan.pdf"] = pdf([[""], [""]])
    made.pages["/files/damaged.pdf"] = b"%PDF-1.4\nnothing of the kind"
    made.pages["/files/locked.pdf"] = pdf([["A secret report"]], locked=True)
    return made


def _zipped(members: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            # A fixed date, so that the same words give the same bytes.
            packed.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), text)
    return made.getvalue()


def _dublin_core(stated: Mapping[str, str]) -> str:
    return "".join(f"<dc:{name}>{value}</dc:{name}>" for name, value in stated.items())


def epub(chapters: Iterable[Iterable[str]], **stated: str) -> bytes:
    """Return an EPUB: each chapter a heading and paragraphs."""
    files = {
        f"OEBPS/c{number}.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>'
        + "".join(f"<h1>{words}</h1>" if at == 0 else f"<p>{words}</p>" for at, words in enumerate(chapter))
        + "</body></html>"
        for number, chapter in enumerate(chapters)
    }
    items = "".join(f'<item id="{name[6:]}" href="{name[6:]}"/>' for name in files)
    spine = "".join(f'<itemref idref="{name[6:]}"/>' for name in files)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"{_dublin_core(stated)}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    return _zipped(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/book.opf": package, **files}
    )


def docx(paragraphs: Iterable[str], **stated: str) -> bytes:
    """Return a DOCX whose first paragraph is its title."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    told = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{"Normal" if at else "Title"}"/></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>'
        for at, words in enumerate(paragraphs)
    )
    core = f'<core xmlns:dc="http://purl.org/dc/elements/1.1/">{_dublin_core(stated)}</core>'
    document = f"<w:document {space}><w:body>{told}</w:body></w:document>"
    return _zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, "docProps/core.xml": core})


def odt(paragraphs: Iterable[str], **stated: str) -> bytes:
    """Return an ODT whose first paragraph is a heading."""
    told = "".join(
        f"<text:{'p' if at else 'h'}>{words}</text:{'p' if at else 'h'}>" for at, words in enumerate(paragraphs)
    )
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        f'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>{told}</office:body>'
        "</office:document-content>"
    )
    meta = f'<meta xmlns:dc="http://purl.org/dc/elements/1.1/">{_dublin_core(stated)}</meta>'
    return _zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "meta.xml": meta})


def books() -> Make:
    """A publisher of a book, a letter and a brief in the formats of word processors and e-readers."""
    texts = articles(1, "/publication/")
    made = Make(texts)
    files = ("/files/book.epub", "/files/letter.docx", "/files/brief.odt", "/files/spoilt.docx")
    links = "".join(f'<p><a href="{file}">{file[7:]}</a></p>' for file in files)
    made.pages["/"] = listing("Publications", [(one.path, one.title) for one in texts])
    made.pages[texts[0].path] = article(texts[0], after=links)
    chapters = [["Rivers of the north", RIGHTS, *prose("north")], ["Rivers of the south", *prose("south")]]
    made.pages[files[0]] = epub(
        chapters, title="The book of rivers", creator="Ada Berg", language="en", date="2022-05-01"
    )
    letter = ["A letter on grain", "By Jan Kowal", "3 June 2021", *prose("grain")]
    made.pages[files[1]] = docx(letter, title="letter-final.docx", creator="Jan Kowal")
    brief = ["A brief on harbours", "Ada Berg", *prose("brief")]
    made.pages[files[2]] = odt(brief, title="A brief on harbours", creator="Ada Berg")
    made.pages[files[3]] = b"PK\x03\x04 nothing of the kind"
    return made


def _sitemap(urls: Iterable[str]) -> str:
    entries = "".join(f"<url>{inner}</url>" for inner in urls)
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:xhtml="http://www.w3.org/1999/xhtml">{entries}</urlset>'
    )


def drupal(number: int = 36, per_page: int = 10) -> Make:
    """No sitemap, no feed: a list that continues at `?page=`, with print versions and share links."""
    texts = articles(number)

    def dynamic(_host: str, path: str, query: Mapping[str, list[str]]) -> str | None:
        if path not in ("/", "/topic/water"):
            return None
        at = int(query.get("page", ["0"])[0])
        shown = texts[at * per_page : (at + 1) * per_page]
        more = f'<a rel="next" href="{path}?page={at + 1}">next</a>' if (at + 1) * per_page < number else ""
        return listing("Analyses", [(one.path, one.title) for one in shown], more) if shown else None

    made = Make(texts, dynamic=dynamic)
    for one in texts:
        after = f'<p><a href="/print{one.path}">print</a> <a href="{one.path}?share=mail">share</a></p>'
        made.pages[one.path] = article(one, after=after, head=f'<link rel="canonical" href="{one.url}">')
        made.pages[f"/print{one.path}"] = article(one, head=f'<link rel="canonical" href="{one.url}">')
    return made


def drupal_api(number: int = 12) -> Make:
    """A home page that shows three texts and a JSON:API that lists them all; half of them by alias."""
    texts = [
        Article(one.path if n % 2 else f"/node/{n}", one.title, one.language, one.day)
        for n, one in enumerate(articles(number))
    ]
    shown = listing("Institute", [(one.path, one.title) for one in texts[:3]])
    made = Make(texts)
    made.pages["/"] = shown.replace("<head>", '<head><meta name="Generator" content="Drupal 10 (https://drupal.org)">')
    kinds = ("node--article", "node--page", "menu--menu")
    links = {kind: {"href": f"{BASE}/jsonapi/{kind.replace('--', '/')}"} for kind in kinds}
    made.pages["/jsonapi"] = json.dumps({"jsonapi": {"version": "1.0"}, "data": [], "links": links})

    def dynamic(_host: str, path: str, query: Mapping[str, list[str]]) -> str | None:
        if path != "/jsonapi/node/article" or query.get("sort") != ["-changed"]:
            return None
        at = int(query.get("page[offset]", ["0"])[0])
        data = [
            {"type": "node--article", "attributes": {
                "path": {"alias": one.path if "node" not in one.path else None}, "langcode": "en",
                "drupal_internal__nid": n, "changed": f"{one.day}T09:00:00+00:00"}}
            for n, one in enumerate(texts[at : at + 5], at)
        ]  # fmt: skip
        following = {"next": {"href": f"{BASE}{path}?sort=-changed&page%5Boffset%5D={at + 5}"}}
        return json.dumps({"data": data, "links": following if at + 5 < number else {}})

    made.dynamic = dynamic
    for one in texts:
        made.pages[one.path] = article(one)
    return made


def static(number: int = 30) -> Make:
    """Files with a feed of the ten newest and an archive for each year."""
    texts = [
        Article(f"/{one.day[:4]}{one.path}.html", one.title, one.language, one.day) for one in articles(number, "/")
    ]
    years = sorted({one.day[:4] for one in texts}, reverse=True)
    feed = "".join(
        f"<item><title>{one.title}</title><link>{one.url}</link><guid>{one.url}</guid></item>" for one in texts[:10]
    )
    made = Make(texts)
    made.pages["/"] = page(
        "Institute",
        "<h1>Archive</h1>" + "".join(f'<p><a href="/{year}/index.html">{year}</a></p>' for year in years),
        '<link rel="alternate" type="application/rss+xml" href="/feed.xml">',
    )
    made.pages["/feed.xml"] = f'<rss version="2.0"><channel><title>Institute</title>{feed}</channel></rss>'
    for year in years:
        shown = [(one.path, one.title) for one in texts if one.day.startswith(year)]
        made.pages[f"/{year}/index.html"] = listing(f"Texts of {year}", shown)
    for one in texts:
        made.pages[one.path] = article(one)
    return made


def faceted(number: int = 20) -> Make:
    """Filters that multiply, an endless calendar, and a session id in every link, different in every answer."""
    texts, visits = articles(number), count(1)

    def dynamic(_host: str, path: str, query: Mapping[str, list[str]]) -> str | None:
        session = f"PHPSESSID={hashlib.sha256(str(next(visits)).encode()).hexdigest()[:26]}"
        if path == "/":
            links = [(f"{one.path}?{session}", one.title) for one in texts]
            facets = "".join(
                f'<a href="/find?a={n}&b={m}&c=1&d=1&e={n}&{session}">filter</a>' for n in range(6) for m in range(6)
            )
            return listing("Texts", links, f'{facets}<a href="/calendar/?month=1&{session}">calendar</a>')
        if path == "/calendar/":
            month = int(query["month"][0])
            return listing("Calendar", [(f"/calendar/?month={month + n}&{session}", f"month {n}") for n in (1, 2)])
        one = next((one for one in texts if one.path == path), None)
        return article(one, after=f'<p><a href="/?{session}">home</a></p>') if one else None

    return Make(texts, dynamic=dynamic)


def two_hosts(number: int = 8) -> Make:
    """A publisher with a blog on a subdomain, which its home page links as its own."""
    own, blog = articles(number), articles(number, "/post/", host=BLOG)
    made = Make([*own, *blog])
    made.pages["/"] = listing("Institute", [(one.path, one.title) for one in own], f'<a href="http://{BLOG}/">blog</a>')
    made.pages[f"{BLOG}/"] = listing("Blog", [(one.path, one.title) for one in blog])
    for one in own:
        made.pages[one.path] = article(one, after=f'<p><a href="{blog[0].url}">on our blog</a></p>')
    for one in blog:
        made.pages[f"{BLOG}{one.path}"] = article(one)
    return made


def hreflang(number: int = 6) -> Make:
    """English in a sitemap; Polish named only in heads of pages, German only by the sitemap's links."""
    english, polish, german = (articles(number, f"/{code}/", code) for code in ("en", "pl", "de"))
    made = Make([*english, *polish, *german])
    made.pages["/robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {BASE}/sitemap.xml\n"
    made.pages["/sitemap.xml"] = _sitemap(
        f'<loc>{en.url}</loc><xhtml:link rel="alternate" hreflang="de" href="{de.url}"/>'
        for en, de in zip(english, german, strict=True)
    )
    made.pages["/"] = listing("Institute", [(one.path, one.title) for one in english])
    for en, pl in zip(english, polish, strict=True):
        head = (
            f'<link rel="alternate" hreflang="en" href="{en.url}"><link rel="alternate" hreflang="pl" href="{pl.url}">'
        )
        made.pages[en.path], made.pages[pl.path] = article(en, head=head), article(pl, head=head)
    for one in german:
        made.pages[one.path] = article(one)
    return made


def dated(number: int = 45, day: str = "2020-01-31T10:00:00Z") -> Make:
    """A sitemap that dates each text's last change, and a list that continues at `?page=`."""
    made = drupal(number)
    made.pages["/robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {BASE}/sitemap.xml\n"
    made.pages["/sitemap.xml"] = _sitemap(f"<loc>{one.url}</loc><lastmod>{day}</lastmod>" for one in made.texts)
    return made


def shown(number: int = 3) -> Make:
    """Pages with a style sheet that needs another, images, one of them on another host, an icon and a font."""
    texts = articles(number)
    made = Make(texts)
    head = '<link rel="stylesheet" href="/theme.css"><link rel="icon" href="/icon.png">'
    images = f'<p><img src="/picture.png" srcset="/picture-2.png 2x"><img src="http://{BLOG}/photo.png"></p>'
    made.pages["/"] = listing("Institute", [(one.path, one.title) for one in texts])
    for one in texts:
        made.pages[one.path] = article(one, after=f'{images}<img src="/own-{one.path[-1]}.png">', head=head)
        made.pages[f"/own-{one.path[-1]}.png"] = b"a picture of " + one.path.encode()
    made.pages["/theme.css"] = "@import 'more.css'; @font-face { src: url(font.woff2) }"
    made.pages["/more.css"] = "main { background: url(ground.png) }"
    made.pages["/lost.png"] = article(texts[0])
    for name in ("/picture.png", "/picture-2.png", "/icon.png", "/ground.png", f"{BLOG}/photo.png"):
        made.pages[name] = b"a picture: " + name.encode()
    made.pages["/font.woff2"] = b"a font"
    made.pages[texts[0].path] = str(made.pages[texts[0].path]).replace("</main>", '<img src="/lost.png"></main>')
    return made


def joomla(number: int = 14, per_page: int = 5) -> Make:
    """No sitemap: categories that continue at `?start=`, feeds by query, tags, versions to print and to send."""
    texts = [
        Article(f"/index.php/analyses/{n + 1}-text-{n}", one.title, one.language, one.day)
        for n, one in enumerate(articles(number))
    ]

    def dynamic(_host: str, path: str, query: Mapping[str, list[str]]) -> str | None:
        lists = ("/", "/index.php/analyses", "/index.php/component/tags/tag/3-water")
        if path.startswith("/component/mailto/"):
            return page("Send", '<form class="com-mailto"><label>E-mail to</label><input name="mailto"></form>')
        if path in lists and "format" in query:
            rows = "".join(f"<item><title>{one.title}</title><link>{one.url}</link></item>" for one in texts[:per_page])
            return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Institute</title>{rows}</channel></rss>'
        if path in lists:
            at = int(query.get("start", ["0"])[0])
            pages = "".join(
                f'<li><a class="page-link" href="{path}?start={start}">{start // per_page + 1}</a></li>'
                for start in range(0, number, per_page)
            )
            shown = [(one.path, one.title) for one in texts[at : at + per_page]]
            feed = f'<a href="{path}?format=feed&amp;type=rss">RSS</a> <a href="{lists[2]}">water</a>'
            return listing("Analyses", shown, f'<ul class="pagination">{pages}</ul>{feed}') if shown else None
        one = next((one for one in texts if one.path == path), None)
        if one is None or (query and "tmpl" not in query):
            return None
        told = "".join(f"<p>{paragraph}</p>" for paragraph in prose(one.url))
        actions = (
            f'<a href="{path}?tmpl=component&amp;print=1&amp;layout=default" rel="nofollow">Print</a>'
            f'<a href="/component/mailto/?link={hashlib.sha256(path.encode()).hexdigest()}">Email</a>'
        )
        return page(
            one.title,
            '<div class="com-content-article item-page" itemscope itemtype="https://schema.org/Article">'
            f'<div class="page-header"><h2 itemprop="headline">{one.title}</h2></div><dl class="article-info">'
            '<dd class="createdby" itemprop="author" itemscope itemtype="https://schema.org/Person">Written by: '
            '<span itemprop="name">Ada Berg</span></dd><dd class="category-name">Category: '
            f'<a href="{lists[1]}">Analyses</a></dd><dd class="published"><time datetime="{one.day}T09:00:00+00:00" '
            f'itemprop="datePublished">Published: {one.day}</time></dd></dl>{"" if query else actions}'
            f'<div itemprop="articleBody">{told}</div><a class="tag" href="{lists[2]}">water</a></div>',
            '<meta name="robots" content="noindex, nofollow">' if query else "",
        )

    return Make(texts, dynamic=dynamic)


def ghost(number: int = 17, per_page: int = 6) -> Make:
    """Sitemaps by kind, a feed, pages of cards that continue at `/page/2/`, tags and authors, mobile versions."""
    texts = [Article(f"/text-{n}/", one.title, one.language, one.day) for n, one in enumerate(articles(number))]
    about = Article("/about/", "About the institute")
    made = Make([*texts, about])
    made.pages["/robots.txt"] = f"User-agent: *\nSitemap: {BASE}/sitemap.xml\nDisallow: /ghost/\nDisallow: /p/\n"
    kinds = {"posts": [one.url for one in texts], "pages": [f"{BASE}/", about.url]}
    kinds |= {"tags": [f"{BASE}/tag/water/"], "authors": [f"{BASE}/author/ada/"]}
    index = "".join(f"<sitemap><loc>{BASE}/sitemap-{kind}.xml</loc></sitemap>" for kind in kinds)
    made.pages["/sitemap.xml"] = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{index}</sitemapindex>'
    )
    for kind, urls in kinds.items():
        made.pages[f"/sitemap-{kind}.xml"] = _sitemap(
            f"<loc>{url}</loc><lastmod>2023-02-01T10:00:00.000Z</lastmod>" for url in urls
        )
    for place in ("/", "/tag/water/", "/author/ada/"):
        for at in range(0, number, per_page):
            name = place if at == 0 else f"{place}page/{at // per_page + 1}/"
            older = f'<a class="older-posts" href="{place}page/{at // per_page + 2}/">Older</a>'
            cards = "".join(
                f'<article class="post-card"><a class="post-card-image-link" href="{one.path}"></a><div><h2>{one.title}'
                f'</h2><div class="excerpt">{prose(one.url)[0][:120]}</div><time>{one.day}</time></div></article>'
                for one in texts[at : at + per_page]
            )
            more = '<a href="#/portal/signup">Subscribe</a><a href="/about/">About</a><a href="/tag/water/">Water</a>'
            made.pages[name] = page("Institute", f"{cards}{older if at + per_page < number else ''}{more}")
    for one in texts:
        stated = (
            f'{{"@context": "https://schema.org", "@type": "Article", "headline": "{one.title}", "url": "{one.url}", '
            f'"datePublished": "{one.day}T09:00:00.000Z", "author": {{"@type": "Person", "name": "Ada Berg"}}}}'
        )
        head = f'<link rel="canonical" href="{one.url}"><script type="application/ld+json">{stated}</script>'
        made.pages[one.path] = article(one, head=f'{head}<link rel="amphtml" href="{one.url}amp/">')
        made.pages[f"{one.path}amp/"] = article(one, head=head)
    made.pages[about.path] = page(
        about.title, f"<article><h1>{about.title}</h1>{''.join(f'<p>{one}</p>' for one in prose('about'))}</article>"
    )
    return made


def hugo(number: int = 9, per_page: int = 4) -> Make:
    """Two languages, each with its sitemap, sections and tags; old addresses are pages that redirect by themselves."""
    made = Make([])
    made.pages["/robots.txt"] = f"User-agent: *\nSitemap: {BASE}/sitemap.xml\n"
    codes = ("en", "pl")
    index = "".join(f"<sitemap><loc>{BASE}/{code}/sitemap.xml</loc></sitemap>" for code in codes)
    made.pages["/sitemap.xml"] = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{index}</sitemapindex>'
    )
    for code in codes:
        root = "/" if code == "en" else f"/{code}/"
        texts = [
            Article(f"{root}posts/text-{n}/", one.title, code, one.day)
            for n, one in enumerate(articles(number, f"/{code}/", code))
        ]
        made.texts.extend(texts)
        links = [(one.path, one.title) for one in texts]
        other = f'<a href="/{"pl/" if code == "en" else ""}">other language</a><a href="{root}tags/">tags</a>'
        made.pages[root] = listing("Institute", links[:per_page], f'<a href="{root}posts/">all</a>{other}')
        for at in range(0, number, per_page):
            name = f"{root}posts/" if at == 0 else f"{root}posts/page/{at // per_page + 1}/"
            more = f'<a rel="next" href="{root}posts/page/{at // per_page + 2}/">next</a>'
            made.pages[name] = listing("Posts", links[at : at + per_page], more if at + per_page < number else "")
        made.pages[f"{root}tags/"] = page(
            "Tags", f'<h1>Tags</h1><ul><li><a href="{root}tags/water/">water</a></li></ul>'
        )
        made.pages[f"{root}tags/water/"] = listing("water", links)
        lists = [f"{BASE}{root}", f"{BASE}{root}posts/", f"{BASE}{root}tags/", f"{BASE}{root}tags/water/"]
        made.pages[f"/{code}/sitemap.xml"] = _sitemap(f"<loc>{url}</loc>" for url in [*lists, *(t.url for t in texts)])
        for n, one in enumerate(texts):
            sent = f'<a href="{root}old/{n}.html">as it was</a>'
            made.pages[one.path] = article(one, after=f"<p>{sent}</p>", head=f'<link rel="canonical" href="{one.url}">')
            made.pages[f"{root}old/{n}.html"] = (
                f'<!doctype html><html><head><title>{one.url}</title><link rel="canonical" href="{one.url}">'
                f'<meta charset="utf-8"><meta http-equiv="refresh" content="0; url={one.url}"></head></html>'
            )
    return made
