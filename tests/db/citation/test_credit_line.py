"""The credit line is what a newsroom prints; it claims that a duty is met only where terms name one."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml.html import fragment_fromstring

from db.citation.credit_line import CreditLine, credit_line, line_of, marked_up
from db.citation.styles import Markup
from db.model.item import (
    Act,
    AgentKind,
    Attribution,
    Covers,
    Credited,
    Dated,
    Duty,
    Edition,
    Evidence,
    Item,
    ItemTerm,
    PageKind,
    Permission,
    Precision,
    Publisher,
    Role,
    Statement,
    StatementPlace,
    Term,
    Words,
)

SEEN = dt.datetime(2023, 4, 25, tzinfo=dt.UTC)
URL = "https://institute.example/china-hails/"


def words(value: str) -> Words:
    return Words(value, Evidence(value, ""))


def by(name: str, role: Role = Role.AUTHOR, kind: AgentKind = AgentKind.PERSON) -> Attribution:
    return Attribution(name, Evidence(name, ""), role, kind)


def item(
    title: str = "China Hails Stronger Ties with Russia",
    *authors: Attribution,
    date: str = "2023-04-24",
    language: str = "en",
    terms: tuple[ItemTerm, ...] = (),
) -> Item:
    precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(date)]
    edition = Edition(
        id="wi-7k3q9x2mab@20230425000000",
        item="wi-7k3q9x2mab",
        number=1,
        opened=SEEN,
        last_seen=SEEN,
        stamp="",
        title=words(title),
        text="",
        attributions=authors,
        published=Dated(date, precision, Evidence(date, "")),
        captures=(),
    )
    return Item(
        id="wi-7k3q9x2mab",
        kind=PageKind.ARTICLE,
        url=URL,
        publisher=Publisher("wi", "https://institute.example/", ("institute.example",), "Warsaw Institute"),
        edition=edition,
        editions=1,
        first_seen=SEEN,
        last_seen=SEEN,
        language=words(language),
        terms=terms,
    )


def granted(
    *duties: Duty,
    permission: Permission = Permission.WITH_DUTIES,
    covers: Covers = Covers.TEXT,
    noncommercial: bool = False,
    credit_words: str | None = None,
    named: str | None = None,
    at: str | None = None,
) -> ItemTerm:
    terms = tuple(
        Term(
            covers,
            act,
            permission,
            "rel-license" if named else "grant",
            duties,
            noncommercial,
            license_id=named,
            license_url=at,
            credit_words=credit_words,
        )
        for act in (Act.REPRODUCE, Act.DISTRIBUTE)
    )
    statement = Statement("As stated.", StatementPlace.ITEM_PROSE, Evidence("As stated.", ""), terms)
    return ItemTerm(statement, SEEN, SEEN)


KUCZYNSKI = by("Grzegorz Kuczyński")
ENGLISH = (
    "Grzegorz Kuczyński, “China Hails Stronger Ties with Russia,” Warsaw Institute, 24 April 2023, "
    "https://institute.example/china-hails/."
)


def test_credit_line_in_english() -> None:
    assert credit_line(item("China Hails Stronger Ties with Russia", KUCZYNSKI)) == CreditLine(
        ENGLISH, "en", (), (), ENGLISH
    )


def test_credit_line_in_polish() -> None:
    line = credit_line(item("Chiny chwalą więzi z Rosją", KUCZYNSKI, by("Anna Nowak"), language="pl-PL"))
    assert line.text == (
        "Grzegorz Kuczyński i Anna Nowak, „Chiny chwalą więzi z Rosją”, Warsaw Institute, 24 kwietnia 2023, "
        "https://institute.example/china-hails/."
    )
    assert line.language == "pl"


def test_requested_language_wins_and_unknown_languages_get_english() -> None:
    assert credit_line(item(), language="pl").language == "pl"
    assert credit_line(item(language="uk")).language == "en"


@pytest.mark.parametrize("language", ["en", "pl-PL", "uk"])
def test_stored_credit_line_equals_the_full_line_without_terms(language: str) -> None:
    held = item("Chiny chwalą więzi z Rosją", KUCZYNSKI, language=language)
    assert line_of(Credited.of(held)) == credit_line(held).line


def test_marked_up_credit_line_links_urls_and_escapes_the_text() -> None:
    address = "https://institute.example/a_b?c=1&d=(2)."
    text = f"Jan *Kowal*, “A <b> & [x]_1”, {address}. Under CC BY 4.0 (https://cc.example/by/4.0/)."
    assert marked_up(text, Markup.TEXT, address) == text
    found = fragment_fromstring(marked_up(text, Markup.HTML, address), create_parent="p")
    assert found.text_content() == text
    assert [one.get("href") for one in found.iter("a")] == [address, "https://cc.example/by/4.0/"]
    assert marked_up(text, Markup.MARKDOWN, address) == (
        f"Jan \\*Kowal\\*, “A \\<b\\> & \\[x\\]\\_1”, <{address}>. Under CC BY 4.0 (<https://cc.example/by/4.0/>)."
    )


def test_a_line_without_author_starts_with_the_title() -> None:
    assert credit_line(item("T")).text.startswith("“T,” Warsaw Institute, 24 April")


def test_organisation_that_is_author_and_site_is_named_once() -> None:
    line = credit_line(item("T", by("Warsaw Institute", kind=AgentKind.ORGANISATION)))
    assert line.text == f"Warsaw Institute, “T,” 24 April 2023, {URL}."


@pytest.mark.parametrize(
    ("title", "english", "polish"),
    [
        ("Who Won?", "“Who Won?” Warsaw", "„Who Won?”, Warsaw"),
        ("Stop!", "“Stop!” Warsaw", "„Stop!”, Warsaw"),
        ("The “Deal” Holds", "“The ‘Deal’ Holds,” Warsaw", "„The «Deal» Holds”, Warsaw"),
        ('Why "Deal"', "“Why ‘Deal’,” Warsaw", "„Why «Deal»”, Warsaw"),
        ("Czym jest „Ład”?", "“Czym jest ‘Ład’?” Warsaw", "„Czym jest «Ład»?”, Warsaw"),
        ('15" Guns', '“15" Guns,” Warsaw', '„15" Guns”, Warsaw'),
    ],
)
def test_title_keeps_its_marks_and_no_mark_is_doubled(title: str, english: str, polish: str) -> None:
    assert english in credit_line(item(title)).text
    assert polish in credit_line(item(title), language="pl").text


@pytest.mark.parametrize(
    ("date", "english", "polish"),
    [("2023", ", 2023,", ", 2023,"), ("2023-04", ", April 2023,", ", kwiecień 2023,")],
)
def test_credit_line_date_is_as_precise_as_the_date_on_the_page(date: str, english: str, polish: str) -> None:
    assert english in credit_line(item(date=date)).text
    assert polish in credit_line(item(date=date), language="pl").text


def test_translators_are_credited() -> None:
    cited = item("T", KUCZYNSKI, by("Anna Nowak", Role.TRANSLATOR))
    assert "“T,” translated by Anna Nowak, Warsaw" in credit_line(cited).text
    assert "„T”, tłum. Anna Nowak, Warsaw" in credit_line(cited, language="pl").text


def with_terms(*terms: ItemTerm) -> Item:
    return item("China Hails Stronger Ties with Russia", KUCZYNSKI, terms=terms)


def test_credit_line_says_that_credit_is_given_and_lists_conditions() -> None:
    line = credit_line(with_terms(granted(Duty.ATTRIBUTE, Duty.LINK)))
    assert line.text == f"{ENGLISH} Text reused with credit."
    assert line.conditions == ("Credit the author and the source.", "Link to the original.")
    assert line.statements == ("As stated.",)
    polish = credit_line(with_terms(granted(Duty.ATTRIBUTE)), language="pl")
    assert polish.text.endswith(" Tekst wykorzystano z podaniem źródła.")


@pytest.mark.parametrize(
    "terms",
    [
        (),
        (granted(permission=Permission.PERMITTED),),
        (granted(Duty.LINK),),
        (granted(Duty.ATTRIBUTE, covers=Covers.IMAGES),),
        (granted(permission=Permission.PROHIBITED),),
        (granted(Duty.ATTRIBUTE, permission=Permission.UNSTATED),),
    ],
)
def test_credit_line_claims_no_duty_unless_a_term_permits_text_with_credit(terms: tuple[ItemTerm, ...]) -> None:
    assert credit_line(with_terms(*terms)).text == ENGLISH


def test_superseded_term_adds_nothing_to_the_credit_line() -> None:
    old = ItemTerm(granted(Duty.ATTRIBUTE).statement, SEEN, SEEN, superseded=SEEN)
    assert credit_line(with_terms(old)) == CreditLine(ENGLISH, "en", (), (), ENGLISH)


def test_prohibition_next_to_a_permission_adds_nothing_to_the_credit_line() -> None:
    ban = granted(permission=Permission.PROHIBITED)
    assert credit_line(with_terms(granted(Duty.ATTRIBUTE), ban)).text == ENGLISH


def test_prescribed_words_replace_our_words() -> None:
    line = credit_line(with_terms(granted(Duty.ATTRIBUTE, credit_words="First published by Warsaw Institute")))
    assert line.text == f"{ENGLISH} First published by Warsaw Institute."


def test_prescribed_words_that_end_in_a_mark_get_no_full_stop() -> None:
    line = credit_line(with_terms(granted(Duty.ATTRIBUTE, credit_words="Read more at Warsaw Institute!")))
    assert line.text == f"{ENGLISH} Read more at Warsaw Institute!"


@pytest.mark.parametrize(
    ("named", "said"),
    [(None, "https://institute.example/licence"), ("CC-BY-4.0", "CC-BY-4.0 (https://institute.example/licence)")],
    ids=["an address alone", "a name and an address"],
)
def test_a_license_is_named_with_its_address(named: str | None, said: str) -> None:
    line = credit_line(with_terms(granted(Duty.ATTRIBUTE, named=named, at="https://institute.example/licence")))
    assert line.text == f"{ENGLISH} Text reused with credit under {said}."


def test_named_license_is_printed_and_its_limit_becomes_a_condition() -> None:
    line = credit_line(with_terms(granted(Duty.ATTRIBUTE, noncommercial=True, named="CC-BY-NC-4.0")))
    assert line.text == f"{ENGLISH} Text reused with credit under CC-BY-NC-4.0."
    assert line.conditions[-1] == "For non-commercial use only."
