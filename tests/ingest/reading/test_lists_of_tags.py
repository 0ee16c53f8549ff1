"""Lists of tags as publishing systems print them: linked or not, under a label or in a block named after tags."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
TITLE = "<title>The Amber Road Reopens</title>"
WANTED = ["Amber", "Old tolls"]


def tags(reading: Reading) -> list[str]:
    return [tag.value for tag in reading.tags]


UNLINKED = {
    "a list": '<ul class="news-list-tags"><li>Amber</li><li>Old tolls</li></ul>',
    "a field with its label": '<div class="field--name-field-tags"><div>Tags</div><div><div>Amber</div>'
    "<div>Old tolls</div></div></div>",
    "pills": '<div class="Post_tagsContainer__V2w"><span class="pill">Amber</span><span>Old tolls</span></div>',
    "buttons": '<div class="tags"><button>Amber</button><button>Old tolls</button></div>',
    "topics": '<div class="topics"><div class="topic">Amber</div><div class="topic">Old tolls</div></div>',
}


@pytest.mark.parametrize("system", UNLINKED)
def test_unlinked_tags_are_read_from_their_own_block(make_page: PageMaker, read_page: Read, system: str) -> None:
    assert tags(read_page(make_page(head=TITLE, bottom=UNLINKED[system]))) == WANTED


NO_TAGS = {
    "data for other sites": '<span id="social-tags" itemscope style="display: none"><span itemprop="name">A road</span>'
    '<span itemprop="url">https://institute.example/road</span></span>',
    "counts": '<div class="tags"><span>Amber</span><b>38</b><span>texts</span></div>',
    "one entry without a label": '<div class="tags"><span>New</span></div>',
    "a filter": '<div class="tags filter-bar"><span>Amber</span><span>Old tolls</span></div>',
    "fields to fill in": '<div class="tags"><input name="a"><span>Amber</span><span>Old tolls</span></div>',
    "the tags of another text": '<div class="related-posts"><div class="tags"><i>Salt</i><i>Ferry</i></div></div>',
    "a heading above the text": "<h4>Topics</h4><p>Amber, tolls and what the carters think of both.</p>",
    "one word below a heading": "<h4>Topics</h4><div>Amber</div>",
}


@pytest.mark.parametrize("block", NO_TAGS)
def test_a_block_that_is_no_list_of_subjects_gives_no_tags(make_page: PageMaker, read_page: Read, block: str) -> None:
    assert tags(read_page(make_page(head=TITLE, bottom=NO_TAGS[block]))) == []


def test_printed_tags_win_over_keywords_for_search_engines(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}<meta name="keywords" content="best amber road, amber road guide, cheap amber road">'
    assert tags(read_page(make_page(head=head, bottom=UNLINKED["a list"]))) == WANTED


def test_the_tag_block_nearest_to_the_headline_is_used(make_page: PageMaker, read_page: Read) -> None:
    other = '<div class="card"><div class="tags"><span>Salt</span><span>Ferries</span></div></div>'
    assert tags(read_page(make_page(head=TITLE, bottom=UNLINKED["a list"] + other))) == WANTED


CONTROLS = (
    "Show more,More,+3 more,Follow,All topics,Manage your alerts here,"
    "Themen bearbeiten,Alle Themen,Voir plus,Ver más,Pokaż więcej,Tags:"
)


@pytest.mark.parametrize("control", CONTROLS.split(","))
def test_a_control_in_a_list_of_tags_is_no_tag(make_page: PageMaker, read_page: Read, control: str) -> None:
    listed = f'<a href="/t/1">Amber</a> <a href="/t/2">Old tolls</a> <a href="/t">{control}</a>'
    assert tags(read_page(make_page(head=TITLE, bottom=f'<div class="article-tags">{listed}</div>'))) == WANTED


@pytest.mark.parametrize(
    "name", ["More Europe", "Following orders", "All the king's men", "Follow the money", "Managed trade"]
)
def test_a_tag_that_begins_like_a_control_is_a_tag(make_page: PageMaker, read_page: Read, name: str) -> None:
    listed = f'<a href="/t/1">Amber</a> <a href="/t/2">{name}</a>'
    assert tags(read_page(make_page(head=TITLE, bottom=f'<div class="article-tags">{listed}</div>'))) == ["Amber", name]


def test_the_count_after_a_tag_is_not_part_of_it(make_page: PageMaker, read_page: Read) -> None:
    listed = '<a href="/t/1">Amber (12)</a> <a href="/t/2"><b>Old tolls<i>3</i></b></a> <a href="/t/3">Agenda 2030</a>'
    found = tags(read_page(make_page(head=TITLE, bottom=f'<div class="article-tags">{listed}</div>')))
    assert found == [*WANTED, "Agenda 2030"]


def test_a_link_marked_as_a_tag_counts_in_a_line_with_other_words(make_page: PageMaker, read_page: Read) -> None:
    line = 'Published 21 November 2019 · Tagged with <a href="/blog/tags/a" class="tag">Amber</a> '
    line += '<a href="/blog/tags/t" class="tag">Old tolls</a>'
    assert tags(read_page(make_page(head=TITLE, bottom=f'<p class="meta">{line}</p>'))) == WANTED
    assert tags(read_page(make_page(head=TITLE, bottom=f'<p class="meta">{line.replace("tags/", "")}</p>'))) == []


def test_links_to_tag_pages_behind_a_label_are_tags_whatever_stands_before_it(
    make_page: PageMaker, read_page: Read
) -> None:
    line = '<p>Sent to the press on 21 November 2019 · {} <a href="/tags/a">#Amber</a>'
    line += ' and <a href="/tags/t">Old tolls</a></p>'
    assert tags(read_page(make_page(head=TITLE, bottom=line.format("tagged with")))) == WANTED
    assert tags(read_page(make_page(head=TITLE, bottom=line.format("with a note on")))) == []


def test_a_cloud_of_tags_is_that_of_the_site(make_page: PageMaker, read_page: Read) -> None:
    cloud = "".join(f'<a href="/on/{n}">Quay {chr(65 + n)}</a> ' for n in range(12))
    page = make_page(head=TITLE, bottom="<div><h4>Tags</h4><div class='card-tag-cloud'>{}</div></div>")
    assert tags(read_page(page.format(cloud))) == []
    assert tags(read_page(page.format('<a href="/on/1">Amber</a> <a href="/on/2">Old tolls</a>'))) == WANTED


def test_a_menu_that_is_called_tags_holds_those_of_the_text(make_page: PageMaker, read_page: Read) -> None:
    menu = '<nav class="{}"><span>Amber</span> <span>Old tolls</span></nav>'
    assert tags(read_page(make_page(head=TITLE, bottom=menu.format("post-tags")))) == WANTED
    assert tags(read_page(make_page(head=TITLE, bottom=menu.format("steps")))) == []
    after = make_page(head=TITLE, bottom="").replace("</article>", f"</article>{menu.format('post-tags')}")
    assert tags(read_page(after)) == []


def test_a_block_around_the_line_of_tags_is_not_the_line(make_page: PageMaker, read_page: Read) -> None:
    line = '<p>Filed under: <a href="/1">Amber</a> <a href="/2">Old tolls</a></p>'
    around = f'<div>{line}<p><a href="/3">40 remarks</a> <a href="/4">Send by post</a></p></div>'
    assert tags(read_page(make_page(head=TITLE, bottom=around))) == WANTED


def test_a_link_that_holds_only_a_tag_element_is_a_tag(make_page: PageMaker, read_page: Read) -> None:
    listed = "".join(f'<a href="/list/{n}"><span class="tag-like">{name}</span></a>' for n, name in enumerate(WANTED))
    assert tags(read_page(make_page(head=TITLE, bottom=f"<div>{listed}</div>"))) == WANTED
    card = '<a href="/other"><span class="tag">Salt</span> Salt prices fall again</a>'
    assert tags(read_page(make_page(head=TITLE, bottom=f"<div>{card}</div>"))) == []


def test_a_tag_list_after_the_article_in_the_main_part_is_used(make_page: PageMaker, read_page: Read) -> None:
    listed = '<ul><li><a href="/a/1">Amber</a></li><li><a href="/a/2">Old tolls</a></li></ul>'
    after = f"</article><section><div><h4>Read more about</h4></div>{listed}</section>"
    page = make_page(head=TITLE, bottom="")
    assert tags(read_page(page.replace("</article>", after))) == WANTED
    assert tags(read_page(page.replace("</main>", f"</main><section><h4>Topics</h4>{listed}</section>"))) == []


def test_double_escaped_keywords_are_read_correctly(make_page: PageMaker, read_page: Read) -> None:
    said = "Amber &amp;amp; salt, carters&amp;#39; rights; tolls"
    head = f'{TITLE}<meta name="keywords" content="{said}">'
    assert tags(read_page(make_page(head=head, bottom=""))) == ["Amber & salt", "carters' rights", "tolls"]


def test_only_keywords_with_the_prefix_tag_are_tags_if_any_have_it(make_page: PageMaker, read_page: Read) -> None:
    said = '["Lite:true", "Tag:Amber", "Tag:Old tolls", "Topic:Business", "Elevated:false"]'
    data = (
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "x", "keywords": {said}}}</script>'
    )
    assert tags(read_page(make_page(head=TITLE + data, bottom=""))) == WANTED


def test_subjects_in_dcterms_are_tags(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}<meta name="DCTERMS.subject" content="Amber; Old tolls">'
    assert tags(read_page(make_page(head=head, bottom=""))) == WANTED


def category_links(*names: str) -> str:
    return "".join(f'<a href="/category/{n}/" rel="category tag">{name}</a> ' for n, name in enumerate(names))


def test_categories_are_read_as_tags_if_the_page_has_none(make_page: PageMaker, read_page: Read) -> None:
    row = f"<div>{category_links(*WANTED)}</div>"
    assert tags(read_page(make_page(head=TITLE, bottom=row))) == WANTED
    tagged = f'{row}<p><a href="/tag/salt" rel="tag">Salt</a></p>'
    assert tags(read_page(make_page(head=TITLE, bottom=tagged))) == ["Salt"]
    stated = f'{TITLE}<meta name="keywords" content="Salt">'
    assert tags(read_page(make_page(head=stated, bottom=row))) == ["Salt"]


@pytest.mark.parametrize(
    "names",
    [["Amber"], ["News", "Blog"], ["Amber", "Uncategorized"], ["Amber", "Sem categoria"], ["Popular", "Top Story 1"]],
)
def test_a_single_category_or_a_general_one_gives_no_tags(
    make_page: PageMaker, read_page: Read, names: list[str]
) -> None:
    assert tags(read_page(make_page(head=TITLE, bottom=f"<div>{category_links(*names)}</div>"))) == []


def test_the_categories_nearest_to_the_headline_are_read(make_page: PageMaker, read_page: Read) -> None:
    far = f"{'<p>The carters wait for the ice to go.</p>' * 9}<div>{category_links('Salt', 'Ferries')}</div>"
    assert tags(read_page(make_page(head=TITLE, bottom=f"<div>{category_links(*WANTED)}</div>{far}"))) == WANTED


@pytest.mark.parametrize("holder", ["ul", "nav"])
def test_a_list_with_an_aria_label_tags_is_read(make_page: PageMaker, read_page: Read, holder: str) -> None:
    listed = '<li><a href="/a/1">Amber</a></li><li><a href="/a/2">Old tolls</a></li>'
    page = make_page(head=TITLE, bottom=f'<{holder} aria-label="Tags">{listed}</{holder}>')
    assert tags(read_page(page)) == WANTED
    assert tags(read_page(page.replace('"Tags"', '"Pages"'))) == []


@pytest.mark.parametrize(
    "bottom",
    [
        "<p>Subjects: Amber; Old tolls</p>",
        "<p>Related topics: Amber, Old tolls</p>",
        "<p>Thématiques : Amber, Old tolls</p>",
        "<p>Temas: Amber, Old tolls</p>",
        "<p>Märksõnad: Amber, Old tolls</p>",
    ],
)
def test_other_words_for_tags_are_recognised(make_page: PageMaker, read_page: Read, bottom: str) -> None:
    assert tags(read_page(make_page(head=TITLE, bottom=bottom))) == WANTED


def test_keywords_of_another_object_on_the_page_are_ignored(make_page: PageMaker, read_page: Read) -> None:
    data = '[{"@type": "Article", "headline": "x"}, {"@type": "Article", "name": "y", "keywords": "Salt"}]'
    data = data.replace('"Article", "name"', '"VideoObject", "name"')
    script = f'<script type="application/ld+json">{data}</script>'
    assert tags(read_page(make_page(head=TITLE + script, bottom=""))) == []


def test_tags_for_readers_win_over_a_list_of_internal_keys(make_page: PageMaker, read_page: Read) -> None:
    head = f'{TITLE}<meta name="sailthru.tags" content="cat_roads, k1_other"><meta name="tags" content="Amber">'
    assert tags(read_page(make_page(head=head, bottom=""))) == ["Amber"]


def test_a_long_list_of_tags_is_read_whole(make_page: PageMaker, read_page: Read) -> None:
    links = "".join(f'<a href="/tag/{n}" rel="tag">district {n}</a> ' for n in range(50))
    assert len(tags(read_page(make_page(head=TITLE, bottom=f"<p>{links}</p>")))) == 50


BESIDE = '<aside class="sidebar"><div class="widget"><h3>Topics</h3>{}</div></aside>'


def topic_items(names: list[str]) -> str:
    return "".join(f'<li><a href="/topic/{n}">{name}</a></li>' for n, name in enumerate(names))


@pytest.mark.parametrize("part", ["div", "nav", "footer", "form", 'div class="footer"', 'div class="tag-cloud"'])
def test_a_list_in_a_column_menu_or_footer_gives_no_tags(make_page: PageMaker, read_page: Read, part: str) -> None:
    column = BESIDE.format(f"<ul>{topic_items(WANTED)}</ul>")
    held = f"<{part}>{column}</{part.split()[0]}>"
    page = make_page(head=TITLE, bottom="")
    assert tags(read_page(page.replace("</main>", f"</main>{held}"))) == []


def test_a_long_sidebar_list_or_a_list_of_headlines_gives_no_tags(make_page: PageMaker, read_page: Read) -> None:
    many = BESIDE.format(f"<ul>{topic_items([f'district {n}' for n in range(12)])}</ul>")
    assert tags(read_page(make_page(head=TITLE, bottom=many))) == []
    texts = BESIDE.format(f"<ul>{topic_items(['Salt prices fall again this week', 'A new ferry for the north'])}</ul>")
    assert tags(read_page(make_page(head=TITLE, bottom=texts))) == []


def test_a_bold_label_with_a_colon_introduces_a_list_of_tags(make_page: PageMaker, read_page: Read) -> None:
    row = '<section><strong>Tags:</strong> <a href="/a/1">Amber</a> <a href="/a/2">Old tolls</a></section>'
    assert tags(read_page(make_page(head=TITLE, bottom=row))) == WANTED
    line = f"<p><strong>Tags:</strong> Amber, Old tolls</p><ul>{topic_items(['Salt', 'Ferries'])}</ul>"
    assert tags(read_page(make_page(head=TITLE, bottom=line))) == WANTED


def test_tags_with_relative_links_are_read(make_page: PageMaker, read_page: Read) -> None:
    row = '<div><a href="tags/amber">Amber</a>, <a href="mot/old-tolls">Old tolls</a></div>'
    assert tags(read_page(make_page(head=TITLE, bottom=row))) == WANTED


@pytest.mark.parametrize(
    "kept",
    ["Breaking News", "latest news", "World news today", "News in English", "Aktuelle Nachrichten", "AP Top News"],
)
def test_a_newsrooms_catch_all_category_is_no_tag(make_page: PageMaker, read_page: Read, kept: str) -> None:
    head = f'{TITLE}<meta name="news_keywords" content="Amber, Old tolls, {kept}">'
    assert tags(read_page(make_page(head=head, bottom=""))) == WANTED


@pytest.mark.parametrize("name", ["World news", "News deserts", "Business news", "Local news in decline"])
def test_a_subject_that_contains_the_word_news_is_a_tag(make_page: PageMaker, read_page: Read, name: str) -> None:
    head = f'{TITLE}<meta name="news_keywords" content="Amber, Old tolls, {name}">'
    assert tags(read_page(make_page(head=head, bottom=""))) == [*WANTED, name]


SENTENCE = "The old amber road is open again, and whoever walks it, pays no toll at the river, as kings once did"


@pytest.mark.parametrize("told", [f'<meta name="description" content="{SENTENCE}.">', f"<title>{SENTENCE}</title>"])
def test_a_sentence_with_commas_is_no_list_of_tags(make_page: PageMaker, read_page: Read, told: str) -> None:
    stated = f'<meta name="news_keywords" content="{SENTENCE}">'
    assert tags(read_page(make_page(head=f"{told}{stated}", bottom=""))) == []
    other = '<meta name="keywords" content="Amber, Old tolls">'
    assert tags(read_page(make_page(head=f"{told}{stated}{other}", bottom=""))) == WANTED


def test_a_long_tag_that_the_description_repeats_is_a_tag(make_page: PageMaker, read_page: Read) -> None:
    told = '<meta name="description" content="On the Union of Ports and Rivers, amber and old tolls.">'
    stated = '<meta name="keywords" content="Amber, Old tolls, Union of Ports and Rivers">'
    wanted = [*WANTED, "Union of Ports and Rivers"]
    assert tags(read_page(make_page(head=f"{TITLE}{told}{stated}", bottom=""))) == wanted


@pytest.mark.parametrize("offer", ["Get Alerts for these topics »", "Get email alerts", "Create alert"])
def test_an_offer_of_alerts_in_a_list_of_tags_is_no_tag(make_page: PageMaker, read_page: Read, offer: str) -> None:
    listed = '<a href="/category/amber">Amber</a>, <a href="/category/old-tolls">Old tolls</a>'
    line = f'<p>Tags: {listed} | <a href="#">{offer}</a></p>'
    assert tags(read_page(make_page(head=TITLE, bottom=line))) == WANTED


def test_the_head_selects_the_texts_tags_from_a_tag_cloud(make_page: PageMaker, read_page: Read) -> None:
    cloud = "".join(f'<a href="/tag/{n}">Subject {n}</a> ' for n in range(20))
    shown = f'<div class="tags"><a href="/tag/amber">Amber</a> <a href="/tag/tolls">Old tolls</a> {cloud}</div>'
    stated = f'{TITLE}<meta name="keywords" content="Amber, Old tolls">'
    assert tags(read_page(make_page(head=stated, bottom=shown))) == WANTED
    # A tag that the page does not show means that the lists differ.
    other = f'{TITLE}<meta name="keywords" content="Amber, Ferries">'
    assert len(tags(read_page(make_page(head=other, bottom=shown)))) > 20


def test_many_tags_in_the_head_are_all_read(make_page: PageMaker, read_page: Read) -> None:
    many = [f"Old toll {letter}" for letter in "abcdefghijklmnop"]
    stated = "".join(f'<meta property="article:tag" content="{tag}">' for tag in many)
    head = f'{TITLE}{stated}<meta name="news_keywords" content="{", ".join(many[:3])}">'
    assert tags(read_page(make_page(head=head, bottom=""))) == many


def test_a_picture_may_stand_between_a_label_and_its_tags(make_page: PageMaker, read_page: Read) -> None:
    line = '<span>Filed Under</span> <i class="icon"></i> <a href="/about/amber">Amber</a>'
    assert tags(read_page(make_page(head=TITLE, bottom=f"<p>{line}</p>"))) == ["Amber"]
    assert tags(read_page(make_page(head=TITLE, bottom=f"<p>{line.replace('Filed Under', 'Open')}</p>"))) == []


def test_a_single_link_to_the_page_of_a_tag_counts_behind_a_label(make_page: PageMaker, read_page: Read) -> None:
    line = '<p>{} <a href="/tags/amber">Amber</a></p>'
    assert tags(read_page(make_page(head=TITLE, bottom=line.format("Tagged")))) == ["Amber"]
    assert tags(read_page(make_page(head=TITLE, bottom=line.format("See also")))) == []


def test_the_subjects_of_the_site_in_a_column_do_not_complete_a_single_tag(
    make_page: PageMaker, read_page: Read
) -> None:
    names = ("Amber", "Salt", "Ferries")
    column = "".join(f'<tr><td><a href="/list/{name}">{name}</a></td></tr>' for name in names)
    side = f'<div class="sidebar"><div><h2>Topics</h2><table>{column}</table></div></div>'
    own = '<div class="field--name-topics"><div><a href="/list/Amber">Amber</a></div></div>'
    page = make_page(head=TITLE, top=f"<h1>The Amber Road Reopens</h1>{own}", bottom="")
    assert tags(read_page(page.replace("</main>", f"</main>{side}"))) == ["Amber"]
