"""Shared by the crawling tests: a run over one of the site types."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ingest.collection.collection import Layout, make
from ingest.demo.server import serve
from ingest.settings.values import PublisherOptions, Settings


@dataclasses.dataclass
class Visited:
    """A site being served, and its collection."""

    site: Any
    layout: Layout
    settings: Settings
    run: Callable[..., Any]

    def again(self, **changes: Any) -> Any:
        """Do another run with these options of the publisher changed; return its report."""
        [publisher] = self.settings.publishers
        self.settings = dataclasses.replace(self.settings, publishers=(dataclasses.replace(publisher, **changes),))
        self.site.asked.clear()
        report, _ = self.run(self.layout, self.settings)
        return report


@pytest.fixture
def visited(tmp_path: Path, run_over: Callable[..., Any]) -> Iterator[Callable[..., Visited]]:
    """Serve a site and make a collection for it: ``visited(site)``; its `again` does the first run."""
    with ExitStack() as stack:

        def begin(site: Any, **options: Any) -> Visited:
            port = stack.enter_context(serve(site))
            hosts = ("institute.example", "blog.institute.example")
            institute = PublisherOptions(**({"url": "http://institute.example/", "id": "in"} | options))
            settings = Settings(connect=tuple((host, f"127.0.0.1:{port}") for host in hosts), publishers=(institute,))
            layout = Layout(tmp_path / "kept")
            make(layout, settings)
            return Visited(site, layout, settings, run_over)

        yield begin
