"""A ban of changes "when you republish our articles" bans changes alone; so does a request, and so do exceptions."""

from __future__ import annotations

import pytest

from db.model.item import Act, Permission
from ingest.terms.clause_reader import grants
from ingest.terms.prose import read_notice

CHANGES = {
    "when": "When republishing our articles, you may not edit them.",
    "when, behind": "You may not change the text when you republish it.",
    "if": "If you republish our stories, do not alter them.",
    "if, without a comma": "If you republish our stories you may not alter them.",
    "part of a word": "If you use our articles, do not alter them because of that.",
    "before": "You may not edit our articles before publication.",
    "except": "Do not change our articles, apart from minor edits needed for publication in your house style.",
    "except, two acts": "You can't alter our stories except to make style changes or to reproduce them in part.",
    "asked": "Texts may not be altered without our permission when they are reprinted.",
    "bg": "При препечатване е забранено да се променят текстовете ни.",
    "ca": "En cas de reproducció, està prohibit modificar els nostres textos.",
    "cs": "Při přetisku není dovoleno texty upravovat.",
    "de": "Wenn Sie unsere Texte nachdrucken, dürfen Sie diese nicht verändern.",
    "de, asked": "Die Beiträge dürfen ohne unsere Zustimmung nicht bearbeitet werden, wenn sie nachgedruckt werden.",
    "el": "Σε περίπτωση αναδημοσίευσης απαγορεύεται η τροποποίηση των κειμένων μας.",
    "es": "Al reproducir nuestros artículos no se permite modificar el texto.",
    "fr": "En cas de republication, il est interdit de modifier nos articles.",
    "hr": "Pri prenošenju nije dopušteno mijenjati tekstove.",
    "it": "In caso di ripubblicazione i testi non possono essere modificati.",
    "nl": "Bij overname mogen onze artikelen niet worden gewijzigd.",
    "pl": "Przy przedruku nie wolno zmieniać tekstów.",
    "pl, asked": "W przypadku przedruku nie wolno skracać artykułów bez zgody redakcji.",
    "pt": "Ao republicar os nossos artigos, não é permitido alterar o texto.",
    "ro": "La republicare, textele nu pot fi modificate.",
    "ru": "При перепечатке запрещается изменять тексты.",
    "sk": "Pri pretlači nie je dovolené texty meniť.",
    "sl": "Pri ponatisu besedil ni dovoljeno spreminjati.",
    "uk": "Під час передруку забороняється змінювати тексти.",
}
MORE = {
    "no occasion": ("You may not republish or edit our articles.", {Act.DISTRIBUTE, Act.ADAPT}),
    "a part and changes": ("You may not quote or edit our articles.", {Act.EXCERPT, Act.ADAPT}),
    "the occasion is asked for": (
        "You have to ask us if you want to republish them, and may not edit them.",
        {Act.DISTRIBUTE, Act.ADAPT},
    ),
    "asked before": ("You must ask us before republishing and may not edit the text.", {Act.DISTRIBUTE, Act.ADAPT}),
    "a list up to the verb": (
        "If you want to copy, translate or shorten our articles, please ask.",
        {Act.REPRODUCE, Act.TRANSLATE, Act.ADAPT},
    ),
    "a list of occasions": (
        "When copying, translating or shortening our articles, you need our permission.",
        {Act.REPRODUCE, Act.TRANSLATE, Act.ADAPT},
    ),
    "a list, Polish": (
        "W przypadku przedruku, tłumaczenia lub skracania tekstów potrzebna jest zgoda redakcji.",
        {Act.DISTRIBUTE, Act.TRANSLATE, Act.ADAPT},
    ),
    "a list, German": (
        "Bei Abdruck oder Übersetzung ist unsere Zustimmung erforderlich.",
        {Act.DISTRIBUTE, Act.TRANSLATE},
    ),
    "behind an exception": (
        "Our texts may not be modified except with permission and may not be republished.",
        {Act.DISTRIBUTE, Act.ADAPT},
    ),
    "an exception before all": (
        "Except as permitted by law, you may not copy or modify our texts.",
        {Act.REPRODUCE, Act.ADAPT},
    ),
    "an exception between commas": (
        "Our texts may not be modified or, except by libraries, copied.",
        {Act.REPRODUCE, Act.ADAPT},
    ),
    "the question names the act": (
        "May I republish your articles? No, and you may not edit them.",
        {Act.DISTRIBUTE, Act.ADAPT},
    ),
    "no act": ("Please ask for our permission if you need our articles.", {Act.USE}),
}


def _withheld(words: str) -> set[Act]:
    read = read_notice(words, None)
    assert {term.permission for term in read} <= {Permission.PROHIBITED, Permission.ASK}
    return {term.act for term in read}


@pytest.mark.parametrize("words", CHANGES.values(), ids=CHANGES)
def test_a_ban_of_changes_on_an_occasion_bans_nothing_else(words: str) -> None:
    assert _withheld(words) == {Act.ADAPT}


@pytest.mark.parametrize(("words", "acts"), MORE.values(), ids=MORE)
def test_what_is_banned_or_asked_for_itself_is_no_occasion(words: str, acts: set[Act]) -> None:
    assert _withheld(words) == acts


def test_a_permission_covers_its_occasion() -> None:
    given = read_notice("Feel free to shorten our articles when you republish them, with credit.", None)
    assert {term.act for term in given if grants(term)} >= {Act.DISTRIBUTE, Act.ADAPT}


def test_what_is_excepted_from_a_ban_is_not_banned() -> None:
    assert _withheld("You may not republish our articles, except to quote short passages.") == {Act.DISTRIBUTE}


@pytest.mark.parametrize(
    ("words", "acts"),
    [
        ("To translate our articles, please contact us.", {Act.TRANSLATE}),
        ("If you need to shorten a story, please contact us for permission.", {Act.ADAPT}),
        ("To use our articles, please contact us.", {Act.USE}),
        ("To reprint or translate our articles, please contact us.", {Act.USE}),
    ],
)
def test_a_request_to_be_asked_is_about_the_acts_that_it_names(words: str, acts: set[Act]) -> None:
    assert _withheld(words) == acts
