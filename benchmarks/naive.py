"""The naive chain: what the packages do when they are put together plainly; the peer of `chain.py`.

Each page is fetched with requests inside warcio's `capture_http`, read with `trafilatura.extract` (JSON, with its
metadata), and put into SQLite with an upsert of sqlite-utils a row, whose triggers keep a full-text index.

    python benchmarks/naive.py URLS.txt FOLDER

It needs requests, which the project does not; `chain.py` installs it for this program alone.
"""

import hashlib
import json
import sys
from pathlib import Path

from warcio.capture_http import capture_http

import requests  # isort: skip  # warcio patches http.client, so it must be imported first
import sqlite_utils
import trafilatura


def main(urls: list[str], folder: Path) -> None:
    """Bring *urls* from their server to a searchable table in *folder*."""
    database = sqlite_utils.Database(folder / "naive.db")
    table = database.table("items")
    table.create({"id": str, "url": str, "title": str, "author": str, "date": str, "tags": str, "text": str}, pk="id")
    table.enable_fts(["title", "author", "text"], create_triggers=True)
    session = requests.Session()
    with capture_http(str(folder / "naive.warc.gz"), warc_version="1.1"):
        for url in urls:
            page = session.get(url, timeout=30).text
            found = json.loads(trafilatura.extract(page, url=url, output_format="json", with_metadata=True) or "{}")
            row = {name: found.get(name) for name in ("title", "author", "date", "tags", "text")}
            table.upsert({"id": hashlib.sha256(url.encode()).hexdigest()[:16], "url": url, **row}, pk="id")
    print(table.count, "rows,", len(list(table.search("energy"))), "hits for 'energy'")


if __name__ == "__main__":
    main(Path(sys.argv[1]).read_text(encoding="utf-8").split(), Path(sys.argv[2]))
