"""The naive chain: the usual packages in the simplest combination, as the peer in `chain.py`.

Each page is fetched with requests inside warcio's `capture_http`, read with `trafilatura.extract` (JSON with metadata),
and stored in SQLite with one upsert of sqlite-utils per row. Triggers keep a full-text index.

    python benchmarks/naive.py URLS.txt FOLDER

It needs requests, which the project itself does not; `chain.py` installs it for this program only.
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
    """Fetch *urls* and store them in a searchable table in *folder*."""
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
