"""Which licence a person names for a statement, in any spelling."""

from __future__ import annotations

import pytest

from archive.errors import Refused
from ingest.commands.decision_notes import license_named


@pytest.mark.parametrize(
    ("words", "license_id"),
    [
        ("CC-BY-4.0", "CC-BY-4.0"),
        ("cc-by-nc-sa-3.0-pl", "CC-BY-NC-SA-3.0-PL"),
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("CC0-1.0", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by-nc/4.0/deed.pl", "CC-BY-NC-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("ogl-uk-3.0", "OGL-UK-3.0"),
        ("GFDL-1.3-only", "GFDL-1.3-only"),
        ("LicenseRef-Institute.1", "LicenseRef-Institute.1"),
    ],
)
def test_a_license_is_named_by_its_id_its_url_or_a_custom_id(words: str, license_id: str) -> None:
    assert license_named(words) == license_id


@pytest.mark.parametrize(
    "words", ["free", "Creative Commons", "LicenseRef-two words", "https://institute.example/terms", ""]
)
def test_text_that_names_no_license_is_refused_with_the_accepted_forms(words: str) -> None:
    with pytest.raises(Refused, match="names no licence") as refused:
        license_named(words)
    assert "SPDX id" in (refused.value.hint or "")
