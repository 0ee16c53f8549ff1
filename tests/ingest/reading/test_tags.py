"""The subjects of a text: tags that its page marks or shows, before those listed in its head."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from db.model.item import Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
TITLE = "<title>The Amber Road Reopens</title>"


def tags(reading: Reading) -> list[str]:
    return [tag.value for tag in reading.tags]


def keywords(*words: str) -> str:
    said = {"@type": "Article", "headline": "The Amber Road Reopens", "keywords": list(words)}
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


@pytest.mark.parametrize("folder", ["tag", "tags", "topics", "themen", "temat", "etiqueta", "mot-cle", "argomenti"])
def test_a_list_of_links_to_tag_pages_is_read(make_page: PageMaker, read_page: Read, folder: str) -> None:
    listed = "".join(f'<li><a href="/{folder}/{n}">{name}</a></li>' for n, name in enumerate(("Amber", "Tolls")))
    assert tags(read_page(make_page(head=TITLE, bottom=f"<ul>{listed}</ul>"))) == ["Amber", "Tolls"]


def test_a_tag_link_inside_a_sentence_is_no_tag(make_page: PageMaker, read_page: Read) -> None:
    said = 'The carters of <a href="/tag/amber/">amber</a> and those of <a href="/tag/salt/">salt</a> wait for spring.'
    assert tags(read_page(make_page(head=TITLE, bottom=f"<p>{said}</p>"))) == []


def test_a_single_tag_link_counts_only_if_marked_as_a_topic(make_page: PageMaker, read_page: Read) -> None:
    link = '<a href="/tag/7">Roads</a>'
    assert tags(read_page(make_page(head=TITLE, bottom=f'<div class="article-topic">{link}</div>'))) == ["Roads"]
    assert tags(read_page(make_page(head=TITLE, bottom=f"<div>{link}</div>"))) == []


def test_tags_are_read_from_a_topics_menu_but_not_from_the_site_menu(make_page: PageMaker, read_page: Read) -> None:
    links = '<ul><li><a href="/themen/strasse/">Straße</a></li><li><a href="/themen/zoll/">Zoll</a></li></ul>'
    own = make_page(head=TITLE, bottom=f'<nav class="related-topics">{links}</nav>')
    assert tags(read_page(own)) == ["Straße", "Zoll"]
    assert tags(read_page(make_page(head=TITLE, bottom=f"<nav>{links}</nav>"))) == []


HEADINGS = ["Topics", "Mehr zum Thema", "Słowa kluczowe:", "Mots-clés", "Ämnen", "Read more on", "Temas relacionados"]


@pytest.mark.parametrize("heading", [*HEADINGS, "Artiklens emner", "Więcej o", "Lees meer over", "関連キーワード"])
def test_a_list_below_a_heading_for_tags_is_read(make_page: PageMaker, read_page: Read, heading: str) -> None:
    bottom = f'<div><h4>{heading}</h4></div><ul><li><a href="/a/1">Amber</a></li><li><a href="/a/2">Tolls</a></li></ul>'
    assert tags(read_page(make_page(head=TITLE, bottom=f"<section>{bottom}</section>"))) == ["Amber", "Tolls"]


def test_a_row_of_tags_after_a_label_is_read_to_its_end(make_page: PageMaker, read_page: Read) -> None:
    row = '<span>Tags</span> <a href="/a/1">Amber</a> <a href="/a/2">Tolls</a>'
    assert tags(read_page(make_page(head=TITLE, bottom=f"<div>{row}</div>"))) == ["Amber", "Tolls"]


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        (("Amber", "Carters", "Tolls"), ["Amber", "Carters", "Tolls"]),
        (("Newsletter", "Front page"), ["Amber", "Tolls"]),
    ],
)
def test_the_head_completes_a_labelled_line_of_tags_if_they_share_one(
    make_page: PageMaker, read_page: Read, stated: tuple[str, ...], read: list[str]
) -> None:
    row = "<p>Tags: Amber, Tolls</p>"
    assert tags(read_page(make_page(head=TITLE + keywords(*stated), bottom=row))) == read


def test_keywords_in_the_head_count_before_links_that_only_a_class_calls_tags(
    make_page: PageMaker, read_page: Read
) -> None:
    block = '<div class="tags"><a href="/x/1">Amber</a> <a href="/x/2">Summer sale</a></div>'
    assert tags(read_page(make_page(head=TITLE, bottom=block))) == ["Amber", "Summer sale"]
    head = TITLE + '<meta name="keywords" content="Amber, Tolls">'
    assert tags(read_page(make_page(head=head, bottom=block))) == ["Amber", "Tolls"]
    site = '<meta property="og:site_name" content="Harbour Wire">'
    head = TITLE + site + '<meta name="keywords" content="Harbour Wire, Amber road, News">'
    assert tags(read_page(make_page(head=head, bottom=block))) == ["Amber", "Summer sale"]


def test_related_texts_are_no_tags(make_page: PageMaker, read_page: Read) -> None:
    links = '<li><a href="/a/1">Why the salt road was never opened again</a></li><li><a href="/a/2">Tolls</a></li>'
    assert tags(read_page(make_page(head=TITLE, bottom=f"<h4>Mehr zum Thema</h4><ul>{links}</ul>"))) == []


def test_news_keywords_win_over_keywords_for_search_engines(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}{keywords("institute", "amber", "news today")}<meta name="news_keywords" content="amber, tolls">'
    assert tags(read_page(make_page(head=head, bottom=""))) == ["amber", "tolls"]


def test_the_tags_shown_on_the_page_select_the_right_metadata(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}<meta property="article:tag" content="Politics">{keywords("Amber", "Tolls", "Roads")}'
    bottom = '<div class="tags"><a href="/x/1">Amber</a> <a href="/x/2">Tolls</a></div>'
    assert tags(read_page(make_page(head=head, bottom=bottom))) == ["Amber", "Tolls", "Roads"]


def test_keywords_in_microdata_are_split(make_page: PageMaker, read_page: Read) -> None:
    bottom = '<meta itemprop="keywords" content="amber roads; tolls, ferries">'
    assert tags(read_page(make_page(head=TITLE, bottom=bottom))) == ["amber roads", "tolls", "ferries"]


def test_internal_keywords_of_a_newsroom_are_no_tags(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}<meta name="news_keywords" content="Salt, _tablet_feed, Roads, _event">'
    assert tags(read_page(make_page(head=head, bottom=""))) == ["Salt", "Roads"]


NAMES = [f"district {number}" for number in range(12)]
ROW = "".join(f'<a href="/tag/{number}">{name}</a> ' for number, name in enumerate(NAMES))


def test_a_long_row_of_tag_links_is_read_without_an_article_element(make_page: PageMaker, read_page: Read) -> None:
    plain = make_page(head=TITLE, bottom=f"<div>{ROW}</div>").replace("<article>", "").replace("<main>", "")
    assert tags(read_page(plain)) == NAMES


def test_a_block_of_related_tags_after_the_article_is_read(make_page: PageMaker, read_page: Read) -> None:
    page = make_page(head=TITLE, bottom="").replace("</article>", f'</article><div class="related-tags">{ROW}</div>')
    assert tags(read_page(page)) == NAMES


@pytest.mark.parametrize("holder", ['<section class="most-read">', '<div class="tagcloud">'])
def test_a_most_read_row_or_a_tag_cloud_gives_no_tags(make_page: PageMaker, read_page: Read, holder: str) -> None:
    page = make_page(head=TITLE, bottom="").replace("</article>", f"</article>{holder}{ROW}</section>")
    assert tags(read_page(page)) == []


def test_a_row_of_tag_links_above_the_headline_gives_no_tags(make_page: PageMaker, read_page: Read) -> None:
    page = make_page(head=TITLE, bottom="").replace("<article>", f"<div>{ROW}</div><article>")
    assert tags(read_page(page)) == []


def test_among_labelled_keywords_only_subjects_are_tags(make_page: PageMaker, read_page: Read) -> None:
    said = ("Page Type: Article", "Subject: Roads", "Category: Trade", "Day: Friday", "amber")
    reading = read_page(make_page(head=TITLE + keywords(*said), bottom=""))
    assert tags(reading) == ["Roads", "Trade", "amber"]


def test_internal_keys_are_no_tags(make_page: PageMaker, read_page: Read) -> None:
    said = ("amber", "98be933f-38cf-4fba-b6c6-ad438e82010a", "cat_roads", "institute.com")
    assert tags(read_page(make_page(head=TITLE + keywords(*said), bottom=""))) == ["amber"]


@pytest.mark.parametrize(("words", "read"), [("roads", []), ("amber road", ["Example Institute", "amber road"])])
def test_keywords_with_the_sites_name_count_only_if_others_fit_the_text(
    make_page: PageMaker, read_page: Read, words: str, read: list[str]
) -> None:
    head = f'<title>The Amber Road Reopens</title><meta name="keywords" content="Example Institute, {words}">'
    head += '<meta property="og:site_name" content="Example Institute">'
    assert tags(read_page(make_page(head=head, bottom=""))) == read


@pytest.mark.parametrize("name", ["classification-tags", "site:keywords", "page.topics"])
def test_a_nonstandard_meta_name_for_tags_is_read(make_page: PageMaker, read_page: Read, name: str) -> None:
    def read(content: str, of: str = name) -> list[str]:
        return tags(read_page(make_page(head=f'{TITLE}<meta name="{of}" content="{content}">', bottom="")))

    assert read("Amber, Tolls") == ["Amber", "Tolls"]
    assert read("post") == []
    assert read("site.example, published:false") == []
    assert read("Amber, Tolls", "og:video:tags") == read("Amber, Tolls", "dfp-ad-keywords") == []


@pytest.mark.parametrize("said", ["Amber, Tolls", "Amber; Tolls", "Amber | Tolls", "Amber、Tolls", "Amber，Tolls"])
def test_keywords_are_split_at_the_separators_of_every_script(make_page: PageMaker, read_page: Read, said: str) -> None:
    assert tags(read_page(make_page(head=f'{TITLE}<meta name="keywords" content="{said}">', bottom=""))) == [
        "Amber",
        "Tolls",
    ]


@pytest.mark.parametrize(
    ("field", "wanted"), [("topic", ["Amber"]), ("research-themes", ["Amber"]), ("issue", []), ("author", [])]
)
def test_the_name_of_a_drupal_field_shows_whether_it_holds_tags(
    make_page: PageMaker, read_page: Read, field: str, wanted: list[str]
) -> None:
    held = f'<div class="field field--name-field-{field}"><div class="field__item"><a href="/r/1">Amber</a></div></div>'
    assert tags(read_page(make_page(head=TITLE, bottom=held))) == wanted


def test_a_list_of_codes_gives_no_tags_but_a_few_acronyms_do(make_page: PageMaker, read_page: Read) -> None:
    codes = ("AER", "AIRS08", "CRSH", "INDG", "SWASIA", "TGLF", "NP")
    assert tags(read_page(make_page(head=TITLE + keywords(*codes), bottom=""))) == []
    assert tags(read_page(make_page(head=TITLE + keywords("NATO", "EU", "OSCE"), bottom=""))) == ["NATO", "EU", "OSCE"]


def test_a_kind_before_a_tag_is_removed(make_page: PageMaker, read_page: Read) -> None:
    paths = ("sections/harbours", "organization/port authority", "topic/tolls & fees")
    reading = read_page(make_page(head=TITLE + keywords(*paths), bottom=""))
    assert tags(reading) == ["harbours", "port authority", "tolls & fees"]
    assert tags(read_page(make_page(head=TITLE + keywords("km/h", "tolls"), bottom=""))) == ["km/h", "tolls"]


def test_the_count_of_posts_is_not_part_of_a_tag(make_page: PageMaker, read_page: Read) -> None:
    listed = "".join(
        f'<a href="/tag/{n}" rel="tag">{name}</a> ' for n, name in enumerate(("Tolls (611 posts)", "Amber"))
    )
    assert tags(read_page(make_page(head=TITLE, bottom=f"<p>{listed}</p>"))) == ["Tolls", "Amber"]


def test_specific_keywords_win_over_the_general_fields_of_a_network(make_page: PageMaker, read_page: Read) -> None:
    fields = '<meta property="article:tag" content="Business, Finance &amp; Economics">'
    assert tags(read_page(make_page(head=TITLE + fields + keywords("tolls", "amber"), bottom=""))) == ["tolls", "amber"]


def test_categories_do_not_select_which_metadata_hold_the_tags(make_page: PageMaker, read_page: Read) -> None:
    """The head lists what the site is about, including its sections; the structured data state the tags."""
    general = '<meta name="keywords" content="Harbours, News, Tolls of old, Bay watch">'
    filed = '<p><a href="/category/harbours/">Harbours</a> <a href="/category/news-of/">Inland news</a></p>'
    html = make_page(head=TITLE + general + keywords("tolls", "amber"), bottom=filed)
    assert tags(read_page(html)) == ["tolls", "amber"]


def test_the_words_of_the_url_are_no_tags(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}<meta name="keywords" content="amber, road, reopens, today">'
    url = "https://institute.example/2024/amber-road-reopens-today.html"
    assert tags(read_page(make_page(head=head, bottom=""), url=url)) == []


def test_the_author_of_a_text_is_no_tag(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}<meta name="news_keywords" content="Amber, Grażyna Żuraw, Trade">'
    assert tags(read_page(make_page(head=head, bottom=""))) == ["Amber", "Trade"]


def test_keywords_win_over_the_tags_of_a_mailing_system(make_page: PageMaker, read_page: Read) -> None:
    mailing = '<meta name="sailthru.tags" content="Activism, Labor, Politics">'
    head = f'{TITLE}{mailing}<meta name="keywords" content="Unions">'
    assert tags(read_page(make_page(head=head, bottom=""))) == ["Unions"]
