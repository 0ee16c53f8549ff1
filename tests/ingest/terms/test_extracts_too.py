"""A permission of the whole that names extracts too is not limited to them."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


@pytest.mark.parametrize("part", ["Auszügen", "Teilen"])
def test_a_permission_that_names_extracts_too_is_one_of_the_whole(part: str) -> None:
    said = f"Vervielfältigung und Verbreitung, auch in {part}, mit Quellenangabe gestattet."
    read = reading_fields(read_wording(said))
    assert read["permits_text_reuse"] is True


def test_extracts_alone_are_still_extracts() -> None:
    read = reading_fields(read_wording("Nachdruck und Verbreitung nur in Auszügen mit Quellenangabe gestattet."))
    assert read["permits_text_reuse"] is False
    assert read["scope"] == "excerpt"
