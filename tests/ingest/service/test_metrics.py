"""Metrics are read by the parser that Prometheus publishes, and agree with `status`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from db.catalogue import Catalogue
from db.reading_room.room import app
from db.reading_room.room_settings import RoomSettings


def samples(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found["|".join((sample.name, *sample.labels.values()))] = sample.value
    return found


def test_metrics_agree_with_status(story: Any, creditline: Any) -> None:
    folder = story.second.layout.directory
    told = creditline("-C", folder, "status", "--prometheus")
    found = samples(told.out)
    status = json.loads(creditline("-C", folder, "--json", "status").out)
    assert found["creditline_items"] == status["items"] > 20
    assert found["creditline_captures"] == status["captures"]
    assert found["creditline_attention"] == len(status["attention"])
    assert found["creditline_disk_reserve_bytes"] == status["disk"]["reserve"]
    assert found["creditline_last_run_end_timestamp_seconds"] > 1.7e9
    named = [key for key in found if key.startswith("creditline_coverage_named|")]
    assert named
    assert told.code == 0


def test_figures_that_are_not_known_yet_are_left_out(creditline: Any, tmp_path: Path) -> None:
    Catalogue.open(tmp_path / "catalogue.db", create=True).close()
    found = samples(creditline("-C", tmp_path, "status", "--prometheus").out)
    assert found["creditline_items"] == 0
    assert not [key for key in found if "timestamp" in key or "last_run" in key]


def test_the_reading_room_has_the_same_figures_under_the_same_names(story: Any, creditline: Any) -> None:
    layout = story.second.layout
    told = samples(creditline("-C", layout.directory, "status", "--prometheus").out)
    with TestClient(app(RoomSettings(layout.catalogue, layout.warcs)), "http://127.0.0.1:8000") as room:
        found = samples(room.get("/metrics").text)
    # At the second look, due pages have been due for longer.
    still = found.keys() & told.keys() - {"creditline_pages_due_longest_seconds"}
    assert {name: found[name] for name in still} == {name: told[name] for name in still}
    assert found.keys() - told.keys() == {"creditline_failures_listed", "creditline_newest_record_seconds"}
