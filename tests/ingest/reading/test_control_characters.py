"""Characters that no page may hold are blanks to whoever reads it."""

from __future__ import annotations

import pytest

from ingest.reading.tree import parse

CONTROLS = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127)]


@pytest.mark.parametrize("control", [*CONTROLS, "\ufffe", "\uffff"])
@pytest.mark.parametrize("form", ["<p>a{}b</p>", "{}<p>a b</p>", "<p>a b</p>{}"])
def test_each_is_blanked_wherever_it_stands(control: str, form: str) -> None:
    text = form.format(control)
    tree = parse(text, text.encode())
    assert [p.text for p in tree.iter("p")] == ["a b"]
    assert control not in "".join(tree.itertext())


def test_white_space_is_none_of_them() -> None:
    text = "<p>a\tb\nc\u0085d\u00a0e</p>"
    assert [p.text for p in parse(text, text.encode()).iter("p")] == ["a\tb\nc\u0085d\u00a0e"]
