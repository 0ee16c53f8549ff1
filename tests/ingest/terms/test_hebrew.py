"""In Hebrew only bans, reservations and licences are read: no words of a permission are known."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


@pytest.mark.parametrize(
    "words",
    [
        "אין להעתיק, לשכפל או להפיץ את התכנים ללא אישור בכתב.",
        "העתקה או הפצה של הכתבות אסורה ללא הסכמת המערכת.",
        "אסור לפרסם את המאמרים ללא רשות.",
        "אין לעשות שימוש בטקסטים אלא באישור מראש ובכתב.",
        "כל התכנים באתר הם רכוש האתר ואין לשכפלם ללא אישור.",
    ],
)
def test_a_ban_without_permission_is_read_in_hebrew(words: str) -> None:
    reading = reading_fields(read_wording(words))
    assert (reading["permits_text_reuse"], reading["permission_required"]) == (False, True)


@pytest.mark.parametrize(
    "words",
    [
        "מותר להעתיק את התכנים תוך ציון המקור.",  # a permission, which a person has to read
        "אין צורך באישור כדי להעתיק את התכנים.",  # no permission is needed
        "אין לפרסם תגובות ללא אישור.",  # comments
        "התמונות באתר מוגנות ואין להעתיק אותן ללא רשות.",  # pictures
        "אין להחנות כאן ללא אישור.",  # parking
    ],
)
def test_permissions_and_bans_of_other_things_say_nothing_in_hebrew(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is None
