"""Way: how many of our modules are involved in one page, from the network to the catalogue.

A page of the demo site on loopback is saved into a new collection, with the code that runs use. It is read in a
separate process that cannot be watched, so the same bytes are read again in this process. Only modules whose functions
are called count, in any thread; importing a module does not. It also counts how often heads are parsed.

    python benchmarks/way.py [--list]
"""

import os
import sys

if not sys.flags.safe_path:  # otherwise `import archive` would find the benchmark archive.py
    os.execv(  # noqa: S606 - restarts this script
        sys.executable, [sys.executable, "-P", *sys.argv]
    )

import argparse
import tempfile
import threading
from collections import Counter
from pathlib import Path
from types import FrameType

from archive.http import framing
from archive.replay import entity_of
from db.catalogue import Catalogue
from db.identity import url_key
from db.model.item import Context
from ingest.collection.collection import Layout, make, open_for_work
from ingest.crawl.run_setup import visiting
from ingest.crawl.save import save
from ingest.demo.server import ReceivedRequest, serve
from ingest.demo.site import Site
from ingest.reading import read
from ingest.settings.values import Settings

HOST, PAGE = "institute.example", "a-note-on-borrowed-maps"
PACKAGES = ("archive", "db", "ingest")
_WATCHED = {framing.read_head.__code__: "heads parsed", framing.framing.__code__: "framings worked out"}


class Watch:
    """Record the modules whose functions are called inside the block, and which module calls which."""

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self.calls: set[tuple[str, str]] = set()
        self.watched: Counter[str] = Counter()

    def _look(self, frame: FrameType, event: str, _: object) -> None:
        name = frame.f_globals.get("__name__", "")
        # Leave out the demo site, which runs in this process too.
        if event != "call" or name.partition(".")[0] not in PACKAGES or name.startswith("ingest.demo."):
            return
        self.modules.add(name)
        before = frame.f_back.f_globals.get("__name__", "") if frame.f_back is not None else ""
        if before != name and before.partition(".")[0] in PACKAGES:
            self.calls.add((before, name))
        if frame.f_code in _WATCHED:
            self.watched[_WATCHED[frame.f_code]] += 1

    def __enter__(self) -> "Watch":
        threading.setprofile(self._look)
        sys.setprofile(self._look)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)


def main() -> None:
    """Save a page, read it again, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="name the modules")
    asked = parser.parse_args()
    site, requests = Site(), list[ReceivedRequest]()
    url = site.url(PAGE)
    kept, reading = Watch(), Watch()
    with tempfile.TemporaryDirectory() as folder, serve(site, asked=requests) as port:
        layout, settings = Layout(Path(folder) / "collection"), Settings(connect=((HOST, f"127.0.0.1:{port}"),))
        make(layout, settings)
        with open_for_work(layout, settings) as work, visiting(work) as (pipeline, _), kept:
            save(work, pipeline, [url], notify=lambda _: None, stopped=lambda: False)
        with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
            if catalogue.item(url) is None:
                sys.exit(f"{url} is not in the catalogue")
            capture = catalogue.captures_of(url_key(url))[-1]
            entity = entity_of(layout.warcs, capture, catalogue.original)
    with reading:
        read(entity, Context(url))
    modules = kept.modules | reading.modules
    print(f"modules that the page enters     {len(modules)}")
    print(f"  kept and catalogued            {len(kept.modules)}")
    print(f"  read, its terms too            {len(reading.modules)}")
    print(f"calls from one to another        {len(kept.calls | reading.calls)}")
    # Other responses, such as robots.txt, have heads too.
    for what in _WATCHED.values():
        print(f"{what:32} {kept.watched[what] + reading.watched[what]}, of {len(requests)} answers")
    if asked.list:
        print(*sorted(modules), sep="\n")


if __name__ == "__main__":
    main()
