"""Triggers: which texts of a page are read at all. What one reads as a permission, one must also look at on a page."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest
from lxml import html

from archive.evidence.locate import Source
from ingest.terms import PageView, read_terms, read_wording
from ingest.terms.output import reading_fields
from ingest.terms.triggers import ANYWHERE, has_trigger, likely_languages, triggers


def is_looked_at(words: str) -> bool:
    entity = f"<!doctype html><html><body><footer><p>{escape(words)}</p></footer></body></html>".encode()
    page = PageView("https://veldhaus.example/a", html.fromstring(entity.decode()), Source(entity, "utf-8"), "c-1")
    return bool(list(read_terms(page)))


@pytest.mark.parametrize(
    "words",
    [
        "Наши тексты можно свободно перепечатывать, если указан источник.",
        "Naše články můžete volně přetiskovat, pokud uvedete zdroj.",
    ],
)
def test_a_page_without_common_words_of_a_language_may_be_in_any(words: str) -> None:
    assert likely_languages(words.lower()) == frozenset(triggers()) | ANYWHERE
    assert is_looked_at(words)


def test_languages_with_equally_many_common_words_are_equally_likely() -> None:
    likely = likely_languages("je na to v se do po za nebo není také jsou")
    assert {"cs", "sk"} <= likely
    assert "fi" not in likely


def test_common_words_are_known_with_their_accents() -> None:
    likely = likely_languages("můžete této které řekl der die das und los las una uno")
    assert {"cs", "de", "es"} <= likely
    assert "fi" not in likely


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Take any of our essays for your magazine; all we ask is a credit and a link back."),
        ("de", "Sie dürfen unsere Texte gern veröffentlichen, wenn Sie uns als Quelle angeben."),
        ("fr", "Vous pouvez utiliser nos textes partout si vous nous citez comme source."),
        ("es", "Puede usar nuestros artículos en su web si menciona al autor."),
        ("pl", "Nasze teksty można publikować bezpłatnie, o ile zostanie podana nazwa fundacji."),
        ("it", "Potete usare i nostri testi dove volete, se ci citate come fonte."),
        ("nl", "Onze artikelen mogen gratis worden geplaatst met naam van de auteur."),
        ("cs", "Naše texty lze zdarma publikovat s odkazem na původní článek."),
        ("pt", "Pode usar os nossos textos onde quiser, se nos citar."),
        ("scandinavian", "Redaktioner är välkomna att trycka våra texter i sin helhet utan kostnad."),
        ("ru", "Наши материалы можно бесплатно использовать, если поставлена активная ссылка."),
        ("uk", "Усі матеріали сайту можна поширювати вільно."),
        ("zh-ja-ko", "只要注明出处，您可以将我们的文章用在自己的网站。"),
    ],
)
def test_own_works_and_the_duty_to_name_the_source_are_triggers(language: str, words: str) -> None:
    assert has_trigger(words.lower(), frozenset({language}))


def test_what_pages_say_of_other_things_has_no_trigger() -> None:
    everywhere = frozenset(triggers())
    assert not has_trigger("our readers write to us every week about the weather and the roads.", everywhere)
    assert not has_trigger("die minister trafen sich am montag in brüssel und berieten den haushalt.", everywhere)


@pytest.mark.slow
def test_what_is_read_as_a_permission_is_looked_at_in_a_footer() -> None:
    """Of the permissions in all files of statements here, one in three."""
    said = set()
    for path in sorted(Path(__file__).parent.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            said.add(" ".join((row.get("words") or row.get("text") or "").split()))
    permissions = [
        one for one in sorted(said)[::3] if one and reading_fields(read_wording(one))["permits_text_reuse"] is True
    ]
    assert len(permissions) > 1_000
    missed = [one for one in permissions if not is_looked_at(one)]
    assert len(missed) <= len(permissions) // 200, missed
