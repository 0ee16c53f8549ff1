"""Finnish "lainata" is to quote: a permission of it is none to reprint, and a ban of it bans reprinting too."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


@pytest.mark.parametrize(
    "words",
    [
        "Tekstejämme saa lainata vapaasti, kun lähde mainitaan.",
        "Sivuston sisältöä saa lainata, kunhan lähde mainitaan.",
        "Artikkelien lainaaminen on sallittua, kun lähde mainitaan.",
    ],
)
def test_a_permission_to_quote_is_one_for_excerpts(words: str) -> None:
    said = reading_fields(read_wording(words))
    assert (said["permits_text_reuse"], said["scope"]) == (False, "excerpt")


def test_a_permission_to_quote_and_copy_is_one_for_whole_texts() -> None:
    assert reading_fields(read_wording("Tekstejämme saa lainata ja kopioida, kun lähde mainitaan."))["scope"] == "full"


@pytest.mark.parametrize(
    "words",
    [
        "Tekstejämme ei saa lainata.",
        "Artikkelien lainaaminen ilman lupaa on kielletty.",
        "Tekstejämme saa lainata vain luvalla.",
        "Tekstien lainaaminen ilman lupaa ei ole mahdollista.",
    ],
)
def test_a_ban_of_quoting_is_a_ban_of_reprinting(words: str) -> None:
    said = reading_fields(read_wording(words))
    assert (said["permits_text_reuse"], said["scope"]) == (False, "none")
