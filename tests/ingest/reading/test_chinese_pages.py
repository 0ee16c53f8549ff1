"""Pages in Chinese: reporters, accounts, papers from which texts are taken, and what stands around the text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.http.exchange import Entity
from db.model.item import Reading, Role
from ingest.reading.byline import han_names
from ingest.reading.dates import date_parsing
from ingest.reading.metadata import site_names
from ingest.reading.page.page import open_page

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
HEADLINE = "江城港口改造方案对外公布"
SENTENCES = (
    "江城市近日公布了新一轮港口改造方案，计划在三年内完成主要码头的加固工程，并同步改善周边道路。",
    "方案提出，改造期间将分段施工，尽量减少对货运的影响，相关企业可以提前申请调整作业时间。",
    "业内人士认为，港口的作用正在从单纯的货运枢纽转向综合服务平台，配套设施也需要跟上。",
)
BODY = "".join(f"<p>{one}</p>" for one in SENTENCES)
TITLE = f"<title>{HEADLINE}</title>"


def titled(reading: Reading) -> str:
    return reading.title.value if reading.title is not None else ""


def credited(reading: Reading) -> list[str]:
    return [one.name for one in reading.attributions if one.role is Role.AUTHOR]


def chinese(make_page: PageMaker, above: str = "", body: str = BODY, below: str = "", head: str = TITLE) -> str:
    return make_page(head=head, top=f"<h1>{HEADLINE}</h1>{above}", body=body, bottom=below, lang="zh")


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("江城日报记者 陆一帆", ["陆一帆"]),
        ("江城日报记者 陆一帆 报道", ["陆一帆"]),
        ("江城日报记者 段超 廖小艳", ["段超", "廖小艳"]),
        ("《江城周刊》作者 周纯", ["周纯"]),
        ("【文/江城网专栏作者 王文】", ["王文"]),
        ("采写：江城见习记者 林沛", ["林沛"]),
        ("执笔/江姐姐、胡一舟&李飞", ["江姐姐", "胡一舟", "李飞"]),
        ("作者：段超 廖小艳", ["段超", "廖小艳"]),
        ("作者：廖小艳<a href='/'>返回江城，查看更多</a>", ["廖小艳"]),
        ("作者：网络整理", []),
        ("江城日报记者 摄于码头", []),
        ("来源：江城日报记者站 码头", []),
    ],
)
def test_a_line_names_the_reporters_of_a_paper(
    make_page: PageMaker, read_page: Read, line: str, authors: list[str]
) -> None:
    assert credited(read_page(chinese(make_page, f"<p>{line}</p>"))) == authors


@pytest.mark.parametrize(
    ("opening", "authors"),
    [
        ("江城网10月4日讯（记者陈智 整合）", ["陈智"]),
        ("江城社巴黎12月9日电（记者唐霁）", ["唐霁"]),
        ("（江城报记者 唐霁 陈智）", ["唐霁", "陈智"]),
        ("有人问他（记者唐霁）", []),
        ("江城网讯（通讯员供图）", []),
    ],
)
def test_brackets_in_the_first_sentence_name_the_reporters(
    make_page: PageMaker, read_page: Read, opening: str, authors: list[str]
) -> None:
    body = f"<p>{opening}{SENTENCES[0]}</p>{BODY}"
    assert credited(read_page(chinese(make_page, "<p>2020-10-04</p>", body))) == authors


def test_the_first_sentence_stands_below_the_headline(make_page: PageMaker, read_page: Read) -> None:
    above = f"<p>江城社电（记者唐霁）{SENTENCES[0]}</p><h1>{HEADLINE}</h1><p>2020-10-04</p>"
    page = make_page(head=TITLE, top=above, body=BODY, bottom="", lang="zh")
    assert credited(read_page(page)) == []


def test_a_line_of_reporters_stands_below_the_headline(make_page: PageMaker, read_page: Read) -> None:
    above = f"<p>江城日报记者 廖小艳</p><h1>{HEADLINE}</h1><p>2020-10-04</p>"
    page = make_page(head=TITLE, top=above, body=BODY, bottom="", lang="zh")
    assert credited(read_page(page)) == []


def test_only_the_first_paragraphs_can_open_with_the_reporters(make_page: PageMaker, read_page: Read) -> None:
    body = f"{BODY}{BODY}<p>江城社电（记者唐霁）{SENTENCES[0]}</p>"
    assert credited(read_page(chinese(make_page, "<p>2020-10-04</p>", body))) == []


@pytest.mark.parametrize(
    ("end", "authors"),
    [
        ("(文/图 刘东 易小楠)", ["刘东", "易小楠"]),
        ("（江城日报记者 刘东）", ["刘东"]),
        ("（江城日报记者站供稿）", []),
        ("（刘东摄）", []),
        ("（刘东）", ["刘东"]),
        ("（原文如此）", []),
    ],
)
def test_brackets_behind_the_last_sentence_name_the_reporters(
    make_page: PageMaker, read_page: Read, end: str, authors: list[str]
) -> None:
    body = f"{BODY}<p>工程预计明年开工。{end}</p>"
    assert credited(read_page(chinese(make_page, "<p>2020-10-04</p>", body))) == authors


def test_brackets_within_a_sentence_do_not_end_a_text(make_page: PageMaker, read_page: Read) -> None:
    body = f"{BODY}<p>有关情况可以询问他（江城日报记者 刘东）</p>"
    assert credited(read_page(chinese(make_page, "<p>2020-10-04</p>", body))) == []


def test_reporters_of_another_text_or_a_picture_are_not_the_authors(make_page: PageMaker, read_page: Read) -> None:
    beside = "<div class='related-posts'><p>江城社电（记者唐霁）别处的消息。</p></div>"
    assert credited(read_page(chinese(make_page, f"<p>2020-10-04</p>{beside}"))) == []
    picture = "<figure><img src='a.jpg' alt=''><figcaption><p>江城日报记者 刘东</p></figcaption></figure>"
    other = "<div class='related-posts'><p>江城日报记者 廖小艳</p><p>江城社电（记者唐霁）别处的消息。</p></div>"
    assert credited(read_page(chinese(make_page, f"<p>2020-10-04</p>{picture}", below=other))) == []


@pytest.mark.parametrize(
    ("source", "authors"),
    [("来源：港口周刊", []), ("稿源：港口周刊", []), ("来源：浪潮", ["浪潮"]), ("", ["浪潮"])],
)
def test_a_portal_is_not_the_author_of_a_text_from_a_paper(
    make_page: PageMaker, read_page: Read, source: str, authors: list[str]
) -> None:
    head = f'<title>{HEADLINE}_浪潮财经</title><meta name="author" content="浪潮">'
    page = chinese(make_page, f"<p>2019-09-07 13:43 {source}</p>", head=head)
    assert credited(read_page(page)) == authors


@pytest.mark.parametrize(
    "body", [f"{BODY * 16}<p>图表来源：港口周刊</p>", f"<p>{SENTENCES[0]}{SENTENCES[1]}（来源：港口周刊）</p>{BODY}"]
)
def test_the_source_of_a_figure_or_a_sentence_is_not_that_of_the_text(
    make_page: PageMaker, read_page: Read, body: str
) -> None:
    head = f'<title>{HEADLINE}_浪潮财经</title><meta name="author" content="浪潮">'
    assert credited(read_page(chinese(make_page, "<p>2019-09-07</p>", body, head=head))) == ["浪潮"]


def test_a_person_in_the_head_stays_the_author_of_a_text_from_a_paper(make_page: PageMaker, read_page: Read) -> None:
    head = f'<title>{HEADLINE}_浪潮财经</title><meta name="author" content="陆一帆">'
    page = chinese(make_page, "<p>2019-09-07 13:43 来源：港口周刊</p>", head=head)
    assert credited(read_page(page)) == ["陆一帆"]


def test_a_portal_that_the_page_itself_names_as_author_stays(make_page: PageMaker, read_page: Read) -> None:
    head = f"<title>{HEADLINE}_浪潮财经</title>"
    page = chinese(make_page, "<p>作者：浪潮财经</p><p>2019-09-07 13:43 来源：港口周刊</p>", head=head)
    assert credited(read_page(page)) == ["浪潮财经"]


def test_a_longer_latin_word_at_the_end_of_a_title_is_not_the_site_of_the_author() -> None:
    url = "https://port.example/a"
    html = b"<title>The plan - Harbor Watchers</title><meta name=author content='Harbor Watch'><h1>The plan</h1>"
    page = open_page(Entity(url, html, "text/html"), url)
    assert page is not None
    assert "harbor watchers" not in site_names.folded(page, [], None)


def test_the_badge_of_an_account_is_no_name(make_page: PageMaker, read_page: Read) -> None:
    line = '<p><a class="author" href="/author/8"><div>码头观察</div><span class="badge">企鹅号</span></a></p>'
    assert credited(read_page(chinese(make_page, line))) == ["码头观察"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("陆一帆 陈智", ("陆一帆", "陈智")),
        ("欧阳小凡、阿列克谢·伊万诺夫", ("欧阳小凡", "阿列克谢·伊万诺夫")),
        ("陆一帆 整理", ()),
        ("标准 打印", ()),
        ("陆一帆本地新闻", ()),
    ],
)
def test_a_name_in_chinese_characters_begins_with_a_family_name(words: str, names: tuple[str, ...]) -> None:
    assert han_names.listed(words) == names


@pytest.mark.parametrize("name", ["高橋 康太郎", "石川 高志", "石黒 康介", "陆一帆"])
def test_a_japanese_name_with_a_space_is_one_name(name: str) -> None:
    assert not han_names.spaced(name)


def test_three_names_are_a_list_although_one_could_be_japanese() -> None:
    assert han_names.spaced("高木 林森 陈智")


def test_a_list_of_names_ends_at_the_first_word_that_is_none() -> None:
    assert han_names.led("陆一帆 整理 陈智") == ("陆一帆",)


@pytest.mark.parametrize(
    "line",
    [
        "（原标题：港口方案公布：三年完成）",
        "您所在的位置：<a href='/'>首页</a> &gt; <a href='/n/'>快讯</a> &gt; <a href='/n/g/'>港口</a>",
        "现在位置：首页 &gt;&gt; 港口新闻 &gt;&gt; 正文",
        "来源于：江城办事处",
    ],
)
def test_the_former_title_and_the_place_on_the_site_are_no_text(
    make_page: PageMaker, read_page: Read, line: str
) -> None:
    assert read_page(chinese(make_page, body=f"<p>{line}</p>{BODY}")).text.startswith(SENTENCES[0])


@pytest.mark.parametrize(
    "line",
    ["【编辑：姚小昊】", "发布日期：2019-03-06 责任编辑：龙小慧", "【打印本页】【关闭窗口】", "本文来源：港口周刊"],
)
def test_the_editors_and_buttons_behind_a_text_are_not_part_of_it(
    make_page: PageMaker, read_page: Read, line: str
) -> None:
    assert read_page(chinese(make_page, body=f"{BODY}<p>{line}</p>")).text.endswith(SENTENCES[-1])


@pytest.mark.parametrize("behind", ["-JCDN 港口技术", " 江城办事处_江城网", "--江城学会官网"])
def test_a_title_ends_where_visitors_see_it_end(make_page: PageMaker, read_page: Read, behind: str) -> None:
    page = make_page(
        head=f"<title>{HEADLINE}{behind}</title>", top=f"<div>{HEADLINE}</div>", body=BODY, bottom="", lang="zh"
    )
    assert titled(read_page(page)) == HEADLINE


@pytest.mark.parametrize(("shown", "whole"), [("江城港口", True), ("江城港口改造方案", True)])
def test_a_title_is_not_cut_within_a_word_or_to_a_section(
    make_page: PageMaker, read_page: Read, shown: str, whole: bool
) -> None:
    title = f"{shown}对外公布" if len(shown) > 4 else f"{shown} 改造方案对外公布"
    page = make_page(head=f"<title>{title}</title>", top=f"<div>{shown}</div>", body=BODY, bottom="", lang="zh")
    assert (titled(read_page(page)) == title) is whole


def test_a_title_that_visitors_see_whole_stays_whole(make_page: PageMaker, read_page: Read) -> None:
    title = "江城港口改造方案 对外公布"
    below = f"<ul><li><a href='/a/'>{title}</a></li></ul>"
    top = "<div>江城港口改造方案</div>"
    page = make_page(head=f"<title>{title}</title>", top=top, body=BODY, bottom=below, lang="zh")
    assert titled(read_page(page)) == title


def test_a_title_in_latin_letters_is_not_cut_where_its_beginning_is_seen(make_page: PageMaker, read_page: Read) -> None:
    title = "Harbours of the North and what became of them"
    page = make_page(head=f"<title>{title}</title>", top="<div>Harbours of the North</div>", bottom="")
    assert titled(read_page(page)) == title


@pytest.mark.parametrize(
    ("keywords", "tags"),
    [
        ("江城 码头 港口改造", ["江城", "码头", "港口改造"]),
        ("江城 码头,港口改造", ["江城 码头", "港口改造"]),
        ("江城港口改造方案对外公布后的新变化 码头", ["江城港口改造方案对外公布后的新变化 码头"]),
        ("江城 2019", ["江城 2019"]),
        ("江城,\ue617,码头", ["江城", "码头"]),
        ("江城,&lt;meta name=,码头", ["江城", "码头"]),
    ],
)
def test_spaces_separate_keywords_in_chinese_characters(
    make_page: PageMaker, read_page: Read, keywords: str, tags: list[str]
) -> None:
    head = f'<title>方案公布</title><meta name="keywords" content="{keywords}">'
    assert [one.value for one in read_page(chinese(make_page, head=head)).tags] == tags


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("发布时间：18-03-08", "2018-03-08"),
        ("公開日：24-03-05", "2024-03-05"),
        ("18-03-08", None),
        ("Am: 18-03-08", None),
        ("发布时间：08-03-2018", "2018-03-08"),
    ],
)
def test_a_label_in_chinese_or_japanese_shows_that_the_year_stands_first(line: str, day: str | None) -> None:
    found = [one.value for one in date_parsing.find(line)]
    assert found == [day or "2008-03-18"]


def test_a_japanese_name_with_a_space_stays_whole_before_an_office_in_brackets(
    make_page: PageMaker, read_page: Read
) -> None:
    page = make_page(top="<h1>地方港の将来</h1><p>安田 健太郎（主任研究員）</p>", bottom="", lang="ja")
    assert credited(read_page(page)) == ["安田 健太郎"]


def test_a_chapter_of_a_law_is_no_name(make_page: PageMaker, read_page: Read) -> None:
    page = chinese(make_page, "<p>2018-05-17</p><p>第二章 监测机关的职责与教授</p>")
    assert credited(read_page(page)) == []


def test_the_heading_above_an_author_is_no_name(make_page: PageMaker, read_page: Read) -> None:
    below = "<section class='author-box'><h2>この記事を書いた人</h2><p>港の記者です。</p></section>"
    assert "この記事を書いた人" not in credited(read_page(make_page(below, lang="ja")))


def test_a_name_ends_with_its_element(make_page: PageMaker, read_page: Read) -> None:
    line = '<p>2020-10-04 作者： <b>陆一帆</b> <a href="#comments">发表评论</a></p>'
    assert credited(read_page(chinese(make_page, line))) == ["陆一帆"]
