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


def test_an_english_line() -> None:
    assert credit_line(item("China Hails Stronger Ties with Russia", KUCZYNSKI)) == CreditLine(
        ENGLISH, "en", (), (), ENGLISH
    )


def test_a_polish_line() -> None:
    line = credit_line(item("Chiny chwalą więzi z Rosją", KUCZYNSKI, by("Anna Nowak"), language="pl-PL"))
    assert line.text == (
        "Grzegorz Kuczyński i Anna Nowak, „Chiny chwalą więzi z Rosją”, Warsaw Institute, 24 kwietnia 2023, "
        "https://institute.example/china-hails/."
    )
    assert line.language == "pl"


def test_the_language_asked_for_wins_and_an_unknown_one_is_english() -> None:
    assert credit_line(item(), language="pl").language == "pl"
    assert credit_line(item(language="uk")).language == "en"


@pytest.mark.parametrize("language", ["en", "pl-PL", "uk"])
def test_the_line_that_is_kept_is_that_of_the_whole_without_what_terms_add(language: str) -> None:
    held = item("Chiny chwalą więzi z Rosją", KUCZYNSKI, language=language)
    assert line_of(Credited.of(held)) == credit_line(held).line


def test_a_line_for_a_page_or_a_draft_has_links_and_its_signs_are_the_texts_own() -> None:
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


def test_a_body_that_is_author_and_site_is_named_once() -> None:
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
def test_a_title_keeps_its_marks_and_none_is_doubled(title: str, english: str, polish: str) -> None:
    assert english in credit_line(item(title)).text
    assert polish in credit_line(item(title), language="pl").text


@pytest.mark.parametrize(
    ("date", "english", "polish"),
    [("2023", ", 2023,", ", 2023,"), ("2023-04", ", April 2023,", ", kwiecień 2023,")],
)
def test_a_date_says_no_more_than_the_page(date: str, english: str, polish: str) -> None:
    assert english in credit_line(item(date=date)).text
    assert polish in credit_line(item(date=date), language="pl").text


def test_translators_are_credited() -> None:
    cited = item("T", KUCZYNSKI, by("Anna Nowak", Role.TRANSLATOR))
    assert "“T,” translated by Anna Nowak, Warsaw" in credit_line(cited).text
    assert "„T”, tłum. Anna Nowak, Warsaw" in credit_line(cited, language="pl").text


def with_terms(*terms: ItemTerm) -> Item:
    return item("China Hails Stronger Ties with Russia", KUCZYNSKI, terms=terms)


def test_a_duty_of_credit_is_said_to_be_met_and_listed() -> None:
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
def test_no_duty_is_claimed_where_no_term_permits_the_text_on_it(terms: tuple[ItemTerm, ...]) -> None:
    assert credit_line(with_terms(*terms)).text == ENGLISH


def test_a_superseded_term_claims_nothing() -> None:
    old = ItemTerm(granted(Duty.ATTRIBUTE).statement, SEEN, SEEN, superseded=SEEN)
    assert credit_line(with_terms(old)) == CreditLine(ENGLISH, "en", (), (), ENGLISH)


def test_a_prohibition_beside_a_permission_claims_nothing() -> None:
    ban = granted(permission=Permission.PROHIBITED)
    assert credit_line(with_terms(granted(Duty.ATTRIBUTE), ban)).text == ENGLISH


def test_prescribed_words_stand_in_place_of_ours() -> None:
    line = credit_line(with_terms(granted(Duty.ATTRIBUTE, credit_words="First published by Warsaw Institute")))
    assert line.text == f"{ENGLISH} First published by Warsaw Institute."


def test_prescribed_words_that_end_in_a_mark_get_no_second_one() -> None:
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


def test_a_named_license_is_named_and_its_limit_is_a_condition() -> None:
    line = credit_line(with_terms(granted(Duty.ATTRIBUTE, noncommercial=True, named="CC-BY-NC-4.0")))
    assert line.text == f"{ENGLISH} Text reused with credit under CC-BY-NC-4.0."
    assert line.conditions[-1] == "For non-commercial use only."
