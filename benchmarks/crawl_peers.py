"""The peers of `crawl.py`: Scrapy and aiohttp, each with warcio's writer, used as in their documentation.

python benchmarks/crawl_peers.py scrapy|aiohttp URLS.txt PAUSE FOLDER
"""

import asyncio
import io
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


def write(writer: Any, url: str, status: int, fields: list[tuple[str, str]], body: bytes) -> None:
    """Write one response as a record."""
    head = StatusAndHeaders(f"{status} Fine", fields, protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=head))


def with_aiohttp(urls: list[str], pause: float, writer: Any) -> None:
    """Visit *urls* with one task per host, which sleeps after each page."""
    import aiohttp

    hosts: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        hosts[url.split("/")[2]].append(url)

    async def visit(session: aiohttp.ClientSession, pages: list[str]) -> None:
        for url in pages:
            async with session.get(url) as answer:
                write(writer, url, answer.status, list(answer.headers.items()), await answer.read())
            await asyncio.sleep(pause)

    async def visit_all() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            await asyncio.gather(*(visit(session, pages) for pages in hosts.values()))

    asyncio.run(visit_all())


def with_scrapy(urls: list[str], pause: float, writer: Any) -> None:
    """Visit *urls* with one slot per host, which waits between two pages."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Keeper(scrapy.Spider):
        name = "keeper"
        start_urls = urls
        custom_settings = {  # noqa: RUF012 - as the library has it
            "DOWNLOAD_DELAY": pause,
            "RANDOMIZE_DOWNLOAD_DELAY": False,
            "CONCURRENT_REQUESTS": 1000,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 100_000_000,
            "LOG_LEVEL": "WARNING",
            "ROBOTSTXT_OBEY": True,
        }

        def parse(self, response: Any) -> None:
            fields = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, values in response.headers.items()
                for value in values
            ]
            write(writer, response.url, response.status, fields, response.body)

    process = CrawlerProcess()
    process.crawl(Keeper)
    process.start()


def main(name: str, urls: list[str], pause: float, folder: Path) -> None:
    """Keep *urls* in one WARC file."""
    with (folder / f"{name}.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="1.1")
        {"aiohttp": with_aiohttp, "scrapy": with_scrapy}[name](urls, pause, writer)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).read_text(encoding="utf-8").split(), float(sys.argv[3]), Path(sys.argv[4]))
