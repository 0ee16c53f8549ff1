"""Permissions of a work, or for people, that no list knows: by default nothing is permitted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

UNKNOWN = Path(__file__).with_name("own") / "unknown.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in UNKNOWN.read_text(encoding="utf-8").splitlines()]


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


# One test per kind: there are hundreds of rows, and each test has its own cost.
@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted({row["kind"] for row in ROWS}))
def test_what_is_not_known_to_be_a_text_or_the_public_is_permitted_nothing(kind: str) -> None:
    assert [row["text"] for row in ROWS if row["kind"] == kind and permits(row["text"])] == []


@pytest.mark.parametrize(
    "words",
    [
        "You may copy it, change it and pass it on, as long as you name the source.",
        "Vous pouvez le copier, le modifier et le redistribuer librement, à condition de citer la source.",
        "Distribuição permitida desde que citada a fonte.",
        "Wykorzystanie dozwolone pod warunkiem podania źródła.",
        "(c) You may use it and share it, with credit.",
        "The new app is here. You are free to use it and share it, with credit.",
    ],
)
def test_a_permission_that_does_not_say_of_what_permits_no_text(words: str) -> None:
    assert not permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "All our articles are free. You may copy and share them, as long as you name the source.",
        "© Harbour Institute 2024. Reuse is permitted with attribution.",
        "Reprinting is welcome, with credit.",
        "Reproduction autorisée avec mention de la source.",
        "Nachdruck mit Quellenangabe gestattet.",
        "Przedruk dozwolony z podaniem źródła.",
        "Wszystkie teksty udostępniamy bezpłatnie. Można je rozpowszechniać, podając autora.",
        "Die Weiterverwendung von IHS-Berichten ist unter Angabe der Quelle zulässig.",
        "转载请注明出处，欢迎转载。",
    ],
)
def test_the_passage_or_an_act_done_to_texts_alone_says_what_is_permitted(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "This zorble is licensed under CC BY 4.0.",
        "Zorbles are licensed under CC BY 4.0.",
        "Dieser Zorbel steht unter der Lizenz CC BY 4.0.",
        "Les zorbles sont publiés sous licence CC BY 4.0.",
        "Nasze zorble są dostępne na licencji CC BY 4.0.",
    ],
)
def test_a_licence_of_an_unknown_work_is_named_and_permits_no_text(words: str) -> None:
    fields = reading_fields(read_wording(words))
    assert (fields["permits_text_reuse"], fields["licence_id"]) == (None, "CC-BY-4.0")


@pytest.mark.parametrize(
    "words",
    [
        "Reef Review is licensed under CC BY 4.0.",
        "Licensed under CC BY 4.0.",
        "© 2024 Harbour Lab, CC BY 4.0",
        "Unless otherwise noted, the zorbles on this blog are under CC BY 4.0.",
        "Cette création est mise à disposition selon les termes de la licence CC BY 4.0.",
        "What you read here is available under CC BY 4.0.",
        "This tutorial is licensed under CC BY 4.0.",
    ],
)
def test_a_licence_next_to_a_name_a_text_or_no_work_is_that_of_the_texts(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize(
    "words",
    [
        "Our readers may republish our articles with credit.",
        "Our papers may be reprinted with credit.",
        "Our texts are free to use for any purpose, with credit.",
        "Tous les lecteurs peuvent reproduire nos articles en citant la source.",
        "Tout le monde peut reproduire nos articles en citant la source.",
        "Animamos a los demás medios a republicar nuestras crónicas, con crédito.",
        "Wszyscy czytelnicy mogą przedrukowywać nasze artykuły z podaniem źródła.",
        "Все читатели могут перепечатывать наши статьи с указанием источника.",
        "Met bronvermelding mogen lezers onze artikelen overnemen.",
    ],
)
def test_a_permission_for_the_public_is_read_whatever_stands_before_it(words: str) -> None:
    assert permits(words)
