"""Sentences of terms with the words of a permission, in which one role is not that of a permission of texts."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize(
    "words",
    [
        "The following newspapers may reprint our essays with credit: the Herald and the Star.",
        "The platform lets you copy and distribute essays with credit to their writers.",
        "Other readers may copy and share the stories you post here, with credit to you.",
        "Essays may be reprinted with credit if the copyright holder agrees.",
        "Fair dealing of our essays, with credit, is permitted.",
        "You may reproduce essays with credit in your dissertation.",
        "Essays may be reproduced with credit in academic papers.",
        "You may copy the manual for use with the device, with credit.",
        "Texts from the almanac may be copied with attribution; ours are not.",
        "Handouts are free to copy with attribution; essays in the review are not.",
    ],
)
def test_other_grantors_addressees_objects_conditions_and_limits_permit_nothing(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "You may copy our essays into a toast, with credit.",
        "Essays may be pasted into your own presentation with credit.",
    ],
)
def test_what_publishes_nothing_is_no_place_for_a_reprint(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "You may copy our essays into your newsletter, with credit.",
        "Our essays may be put into another language and republished with credit.",
        "Essays may be reprinted with credit under the following conditions: name the author.",
        "Our essays may be republished with credit; photographs are not ours.",
        "The Program on Tides permits anyone to reprint our essays with credit.",
    ],
)
def test_what_only_resembles_these_permits(words: str) -> None:
    assert permits(words)
