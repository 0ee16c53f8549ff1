"""Names and words in scripts without capitals, in which the shape of a word does not say that it is a name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import AgentKind, Reading, Role
from ingest.reading.byline import name_lists, names, offices
from ingest.reading.page.page import plain

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
TITLE = "<title>The Amber Road Reopens</title>"
HEADLINE = "<h1>The Amber Road Reopens</h1>"


def authors(reading: Reading) -> list[str]:
    return [one.name for one in reading.attributions if one.role is Role.AUTHOR]


@pytest.mark.parametrize(
    "name",
    [
        "अन्वी त्रिवेदी",  # vowels are marks on a letter
        "মৌসুমী বিশ্বাস",
        "สมหญิง ใจดี",
        "Rene\u0301 Cha\u0302teau",  # accents encoded on their own
        "மீனா ராஜா",
    ],
)
def test_a_name_whose_letters_carry_marks_is_a_persons(name: str) -> None:
    assert names.person(name)


def test_a_single_word_with_marks_is_no_persons_name() -> None:
    assert not names.person("त्रिवेदी")


@pytest.mark.parametrize(
    "words", ["अन्वी त्रिवेदी, नई दिल्ली", "अन्वी त्रिवेदी, विशेष संवाददाता", "अन्वी त्रिवेदी, स्टाफ रिपोर्टर, नयी दिल्ली"], ids=ascii
)
def test_a_place_or_a_job_of_two_words_is_no_second_author(words: str) -> None:
    assert [one.name for one in name_lists.split(words, printed=True)] == ["अन्वी त्रिवेदी"]


@pytest.mark.parametrize("words", ["নিজস্ব প্রতিবেদক", "नदी न्यूज़ डेस्क", "اسٹاف رپورٹر"], ids=ascii)
def test_an_unnamed_reporter_or_a_newsroom_is_no_person(words: str) -> None:
    assert names.job(words) or offices.desk(words)


def test_the_byline_of_a_person_counts_and_not_the_site_in_the_head(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}<meta name="author" content="नदी पत्रिका">'
    top = f'{HEADLINE}<p class="author">By <a href="/author/7">अन्वी त्रिवेदी</a></p>'
    assert authors(read_page(make_page(head=head, top=top, lang="hi"))) == ["अन्वी त्रिवेदी"]


def test_an_organisation_is_one_if_the_data_say_so(make_page: PageMaker, read_page: Read) -> None:
    head = f"""{TITLE}<script type="application/ld+json">
        {{"@type": "NewsArticle", "author": {{"@type": "Organization", "name": "琥珀日日新聞"}}}}</script>"""
    (agent,) = read_page(make_page(head=head, top=HEADLINE, lang="ja")).attributions
    assert (agent.name, agent.kind) == ("琥珀日日新聞", AgentKind.ORGANISATION)
    top = f'{HEADLINE}<p class="author">小野寺琥珀</p>'
    assert authors(read_page(make_page(head=head, top=top, lang="ja"))) == ["小野寺琥珀"]


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        ("小野寺琥珀 湯川真砂", ["小野寺琥珀", "湯川真砂"]),
        ("湯川 真砂", ["湯川 真砂"]),  # a family name and a given name
        ("琥珀日日新聞記者 湯川真砂", ["湯川真砂"]),
        ("特约撰稿人 温小砂 发自琥珀港", ["温小砂"]),
    ],
)
def test_full_names_next_to_each_other_are_several(words: str, listed: list[str]) -> None:
    assert [one.name for one in name_lists.split(words, printed=True)] == listed


@pytest.mark.parametrize(
    "words", ["نمی\u200cکند", "कर्\u200dता", "क्\u200cष", "👩\u200d🚀", "🏴\u200d☠\ufe0f"], ids=ascii
)
def test_joiners_that_belong_to_the_spelling_are_kept(words: str) -> None:
    assert plain(f"  {words} ") == words


@pytest.mark.parametrize(
    "words", ["Auf\u200clage", "\u200dRoad", "مرز\u200c ", "Road\u200c 7", "PDF\u200cها"], ids=ascii
)
def test_other_joiners_are_dropped_like_soft_hyphens(words: str) -> None:
    assert plain(words) == words.replace("\u200c", "").replace("\u200d", "").strip()


def test_the_title_and_the_text_are_spelled_as_on_the_page(make_page: PageMaker, read_page: Read) -> None:
    said = "بندر کهربا از شن پر شده و هیچ\u200cکس نمی\u200cداند چه کسی هزینه را می\u200cپردازد. " * 4
    found = read_page(
        make_page(
            head="<title>جاده\u200cای از کهربا</title>",
            top="<h1>جاده\u200cای از کهربا</h1>",
            body=f"<p>{said}</p>" * 4,
            lang="fa",
        )
    )
    assert found.title is not None
    assert found.title.value == "جاده\u200cای از کهربا"
    assert "هیچ\u200cکس نمی\u200cداند" in (found.text or "")


def test_of_several_joiners_in_a_word_one_is_kept() -> None:
    assert plain("نمی\u200c\u200cکند") == "نمی\u200cکند"
