"""The address of a gate names the page behind it; the address of a page that was linked from somewhere does not."""

from __future__ import annotations

import pytest

from archive.http.return_address import return_address

SITE = "https://institute.example"


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("/consent?return=%2Fessay%2Fports", "/essay/ports"),
        ("/login?next=/essay/ports", "/essay/ports"),
        ("/wp-login.php?redirect_to=https%3A%2F%2Fwww.institute.example%2Fessay%2F&reauth=1", None),
        ("/gate?lang=en&ReturnUrl=%252Fessay%252Fports", "/essay/ports"),
        ("/sso/check?destination=https://institute.example/essay", "/essay"),
    ],
)
def test_a_gate_names_the_page_that_it_leads_back_to(url: str, page: str | None) -> None:
    found = return_address(SITE + url)
    assert found == (SITE + page if page else "https://www.institute.example/essay/")


@pytest.mark.parametrize(
    "url",
    [
        "/essay/ports",
        "/essay/ports?from=newsletter",
        "/essay/ports?url=/essay/ports",
        "/share?url=https://other.example/essay",
        "/go?to=//other.example/essay",
        "/search?q=/essay/ports",
        "/essay?return=http://[bad",
    ],
)
def test_other_addresses_name_no_page_to_return_to(url: str) -> None:
    assert return_address(SITE + url) is None
    assert return_address("mailto:a@b.example?next=/x") is None
