"""What a tag, a set or a note of an item may contain."""

from __future__ import annotations

import pytest

from db.errors import BadDecision
from db.model.annotation import LONGEST, AnnotationKind, value_of


@pytest.mark.parametrize("kind", list(AnnotationKind))
def test_annotation_is_reduced_to_one_line(kind: AnnotationKind) -> None:
    assert value_of(kind, "  two\n words\t") == "two words"


@pytest.mark.parametrize("kind", list(AnnotationKind))
def test_empty_or_too_long_annotation_is_refused(kind: AnnotationKind) -> None:
    for said in ("", " \n", "x" * (LONGEST[kind] + 1)):
        with pytest.raises(BadDecision) as refused:
            value_of(kind, said)
        assert refused.value.hint
    assert len(value_of(kind, "x" * LONGEST[kind])) == LONGEST[kind]


def test_too_long_annotation_can_be_removed() -> None:
    assert len(value_of(AnnotationKind.TAG, "x" * 9000, remove=True)) == 9000
