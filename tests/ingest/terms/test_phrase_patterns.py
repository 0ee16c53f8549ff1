"""A phrase is searched only where a word begins like it; all triggers are searched at once."""

from __future__ import annotations

import pytest

from ingest.terms import triggers
from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import Beginnings, Concept, Group, Keys, Phrase
from ingest.terms.sentences import sentences, without_names
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import tongues


def _shown(phrase: str, words: str) -> list[str]:
    """Return what a concept with this one phrase finds in *words*, if they may hold the phrase."""
    keys = Keys({"work": ["text*", "story"]})
    concept, folded = Concept("one", [{"one": [phrase]}], [keys]), fold(words)
    begun = Beginnings(folded)
    may: dict[Group, dict[Phrase, None]] = {}
    for key in concept.phrases.keys() & begun.keys:
        for group, one in concept.phrases[key]:
            if one.may_stand(begun):
                may.setdefault(group, {})[one] = None
    return [found.words for found in concept.find(folded, begun, may, False)]


@pytest.mark.parametrize(
    ("phrase", "words", "shown"),
    [
        ("licen?e", "A licence, a license.", ["licence", "license"]),
        ("reprodu*", "Reproduction of a reproduced text", ["reproduction", "reproduced"]),
        ("may", "Maybe you may", ["may"]),
        ("©", "All of it © 2024", ["©"]),
        ("(text|stor)*", "Our stories and texts", ["stories", "texts"]),
        ("(our )?<work>", "The story of our texts", ["story", "our texts"]),
        ("^ texts", "Texts of our texts", ["texts"]),
        ("l'articol*", "Riprodurre l'articolo", ["l'articolo"]),
        ("ma* prawo", "Każdy ma prawo", ["ma prawo"]),
        ("text ... text", "text text text text", ["text text", "text text"]),
        ("op-ed*", "An op-ed, op-eds and a co-op-ed", ["op-ed", "op-eds"]),
        ("(credit): (the )?text", "The credit: texts. A credit : the text", ["credit : the text"]),
        ("(may|can) not ..", "You may not, you can  not", ["may not", "can not"]),
        ("... text $", "All of our text.", ["all of our text"]),
    ],
)
def test_a_phrase_is_found_where_a_word_begins_like_it(phrase: str, words: str, shown: list[str]) -> None:
    assert _shown(phrase, words) == shown


def test_a_phrase_is_not_found_where_no_word_begins_like_it() -> None:
    assert _shown("licen?e", "The licensee is in silence") == []


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("all rights reserved", "All rights are held"),
        ("you (may|can) ... <work>", "You may reprint it"),
        ("^ texts", "Our texts"),
        ("(our )?<work> of ours", "Our text of theirs"),
        ("may not", "You may reprint it, but not all of it"),
        ("<work> .. reprint", "A text that we and others like to reprint"),
        ("^ (all )?texts", "Some of all texts"),
    ],
)
def test_a_phrase_is_not_searched_in_a_text_that_lacks_one_of_its_words(phrase: str, words: str) -> None:
    one, begun = Phrase(phrase, Keys({"work": ["text*", "story"]})), Beginnings(fold(words))
    assert not (one.rarest & begun.keys and one.may_stand(begun))


@pytest.mark.parametrize("tongue", sorted(triggers.triggers()))
def test_every_trigger_of_a_texts_language_is_found(tongue: str) -> None:
    known = triggers.triggers()[tongue]
    assert triggers.texts_with_triggers(f"x{word}x" for word in known) == set(range(len(known)))
    assert triggers.texts_with_triggers(f"X{word.upper()}X" for word in known) == set(range(len(known)))
    assert [word for word in known if not triggers.has_trigger(f"x{word}x", frozenset({tongue}))] == []
    assert tongue in triggers.likely_languages(" ".join(tongues()[tongue]["common"]))


def test_texts_without_a_trigger_are_skipped() -> None:
    assert (
        triggers.texts_with_triggers(
            [f"{' '.join(tongues()['en']['common'])} the public, the reserve and the print", "the re", "print"]
        )
        == set()
    )


def test_one_search_finds_texts_on_reuse_and_texts_on_a_rights_holder() -> None:
    reuse, holder, both = "All rights reserved", "WARSAW (PAP) - Salt", "This piece was reprinted with permission"
    speaking, noted = triggers.texts_worth_reading([both, "Salt", holder, "", reuse])
    assert (set(speaking), set(noted)) == ({reuse, both}, {holder, both})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Our Republican readers may use the republic's own texts"),
        ("de", "Die Republik darf unsere Texte nennen"),
        ("es", "La República puede usar nuestros textos"),
        ("fr", "La République peut citer nos textes"),
        ("pl", "Republika może cytować nasze teksty"),
        ("pt", "A República pode usar nossos textos"),
        ("cs", "Republika může citovat naše texty"),
    ],
)
def test_the_word_republic_is_not_read_as_republish(language: str, words: str) -> None:
    assert "deed" not in vocabulary().marks(fold(words), language)
    assert "distribute" not in vocabulary().marks(fold(words), language)
    republic = next(word for word in words.split() if word.lower().startswith(("republi", "républi", "repúbli")))
    assert triggers.texts_with_triggers([republic]) == set()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "Republishing and republication are welcome, and you may republish what others did",
        ),
        ("de", "Unsere Texte dürfen republiziert werden"),
        ("es", "Se permite republicar nuestros textos, y su republicación"),
        ("es", "Republica nuestros artículos"),
        ("es", "Los textos pueden ser republicados"),
        ("fr", "Vous pouvez republier nos textes"),
        ("fr", "Nos textes peuvent être republiés"),
        ("pl", "Zachęcamy do republikacji naszych tekstów"),
        ("pt", "É permitida a republicação dos textos"),
        ("pt", "Os textos podem ser republicados"),
        ("cs", "Texty lze republikovat"),
    ],
)
def test_republish_is_an_act_in_every_language(language: str, words: str) -> None:
    assert "distribute" in vocabulary().marks(fold(words), language)
    assert triggers.texts_with_triggers([words]) == {0}


def test_the_language_with_most_terms_phrases_wins_a_tie() -> None:
    assert vocabulary().language(fold("Alle Rechte vorbehalten")) == "de"
    assert vocabulary().language(fold("Todos los derechos reservados")) == "es"


@pytest.mark.parametrize("before", ["by", "przez", "par", "por", "the website of", "the site of"])
def test_a_name_after_by_or_similar_words_is_removed(before: str) -> None:
    assert without_names(f"Nothing that was printed {before} Free Copies Press is ours") == (
        f"Nothing that was printed {before} Xx is ours"
    )


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("All rights. “Copy.” Then ask", ["All rights.", "“Copy.", "Then ask"]),
        (
            "Ask Prof. Winter or Mr. Kos. No. 5 is ours. No. We",
            ["Ask Prof. Winter or Mr. Kos.", "No. 5 is ours.", "No.", "We"],
        ),
        ("It is sold by the inc. Copies of the zinc. Ours", ["It is sold by the inc. Copies of the zinc.", "Ours"]),
        ("转载请注明。谢谢", ["转载请注明。", "谢谢"]),
        ("One[…]two […] three", ["One", "two", "three"]),
        ("Text ©  2024 | Legal * Terms", ["Text", "©  2024", "Legal", "Terms"]),
    ],
)
def test_sentences_end_at_every_closing_sign(words: str, parts: list[str]) -> None:
    assert [words[slice(*span)] for span in sentences(words)] == parts


@pytest.mark.parametrize(
    ("phrase", "words", "stands"),
    [
        ("article", "our article may be copied", True),
        ("^ article", "our article may be copied", False),
        ("^ article", "article of ours", True),
        ("(the)? article", "our article may be copied", True),
    ],
)
def test_a_one_part_phrase_may_match_anywhere_unless_it_is_anchored(phrase: str, words: str, stands: bool) -> None:
    assert Phrase(phrase, Keys({})).may_stand(Beginnings(words)) is stands


def test_only_the_shortest_of_overlapping_triggers_is_searched() -> None:
    words = frozenset({"licence", "licences", "sublicence", "reprint", "print", "reprinted", "ce"})

    assert triggers.shortest(words) == ("ce", "print")
    for known in triggers.triggers().values():
        kept = triggers.shortest(known)
        assert all(any(word in one for word in kept) for one in known)
        assert not [one for one in kept if any(word in one for word in kept if word != one)]


@pytest.mark.parametrize(
    ("mixed", "meant"),
    [
        ("мат\u0435р\u0069ал\u0069в", "матеріалів"),
        ("о\u0444\u0069ц\u0069йний", "офіційний"),
        ("\u0063айт", "сайт"),
        ("CC BY на сайте", "CC BY на сайте"),
    ],
)
def test_latin_letters_in_a_cyrillic_word_are_read_as_cyrillic(mixed: str, meant: str) -> None:
    assert fold(mixed) == fold(meant)
