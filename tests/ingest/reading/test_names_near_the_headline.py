"""Names near a headline that are not the author's, and bylines in unusual words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import AgentKind, Reading, Role

PageMaker = Callable[..., str]
Read = Callable[..., Reading]

HEADLINE = "<h1>The Amber Road Reopens</h1>"
FAR = "<div><i></i></div>" * 35


@pytest.fixture
def authors(make_page: PageMaker, read_page: Read) -> Callable[..., list[str]]:
    """Return the authors of a page with this top."""

    def named(top: str, head: str = "", **told: str) -> list[str]:
        title = "<title>The Amber Road Reopens - Example Institute</title>"
        found = read_page(make_page(head=f"{title}{head}", top=top, **told))
        return [one.name for one in found.attributions if one.role is Role.AUTHOR]

    return named


Authors = Callable[..., list[str]]


def test_an_editor_is_no_author_with_a_line_break_before_the_name(authors: Authors) -> None:
    written = '<p class="author-name">Written by<br><span><a href="/author/aw/">Anna Wood</a></span></p>'
    edited = '<p class="author-name">Edited by<br><span><a href="/author/ek/">Eva Kern</a></span></p>'
    assert authors(f"{HEADLINE}<div>{written}{edited}</div>") == ["Anna Wood"]


def test_an_editor_named_after_the_authors_is_no_author(authors: Authors) -> None:
    written = '<p>Written by: <a href="/w/1">Anna Wood</a></p>'
    edited = '<p>Edited by: <a href="/w/2">Eva Kern</a></p>'
    assert authors(f"{HEADLINE}<div>{written}{edited}<p>8 min read</p></div>") == ["Anna Wood"]


def test_a_job_title_in_its_own_element_is_no_second_author(authors: Authors) -> None:
    card = '<div class="writer-block">By <a class="author">Anna Wood</a><i class="author-2">EdTech Content writer</i>'
    assert authors(f"{HEADLINE}{card}</div>") == ["Anna Wood"]


def test_a_label_without_a_colon_counts_if_only_names_follow(authors: Authors) -> None:
    assert authors(f"{HEADLINE}<p>Autoren Anna Wald und Jan Sowa</p>") == ["Anna Wald", "Jan Sowa"]
    assert authors(f"{HEADLINE}<ul><li><strong>Autorin/Autor</strong> Anna Wald</li></ul>") == ["Anna Wald"]
    assert authors(f"{HEADLINE}<p>Author Anna Wood says that carters are content</p>") == []


def test_portraits_above_the_headline_give_no_authors(authors: Authors) -> None:
    card = '<div><img src="/s.jpg" alt="Summit Week"><h4><a href="/s">Summit Week</a></h4></div>' * 3
    assert authors(f"<div>{card}</div>" + "<div></div>" * 15 + HEADLINE) == []


def test_the_byline_wins_over_microdata_authors_of_other_texts(authors: Authors) -> None:
    others = '<p>by <b itemprop="author">Eva Kern</b></p><p>by <b itemprop="author">Ugo Neri</b></p>'
    top = f'{HEADLINE}<p class="byline">by <span itemprop="author">Anna Wood</span></p>'
    assert authors(top, bottom=f"{FAR}<div>{others}</div>") == ["Anna Wood"]


def test_a_newsroom_in_data_and_byline_wins_over_persons_in_the_text(authors: Authors) -> None:
    linked = f'{FAR}<p>It was <a class="author" href="/person/anna-wood/">Anna Wood</a> who began.</p>'
    head = '<meta name="author" content="EX News Desk">'
    top = f'{HEADLINE}<p>by <a rel="author" href="/desk">EX News Desk</a></p>{linked}'
    assert authors(top, head) == ["EX News Desk"]


def test_a_byline_near_the_headline_wins_over_who_posted_the_text(authors: Authors) -> None:
    top = f"{HEADLINE}<p><em>By Lena Wald, MS, RDN</em></p>"
    foot = f'{FAR}<div class="blog-author-name">Anna Wood</div>'
    assert authors(top, '<meta name="author" content="Anna Wood">', bottom=foot) == ["Lena Wald"]


@pytest.mark.parametrize("name", ["Wood & Wood", "Research and Development Institute"])
def test_an_organisations_name_with_and_is_not_split(authors: Authors, name: str) -> None:
    assert authors(HEADLINE, organisation(name)) == [name]


def test_an_editorial_board_that_the_data_call_an_organisation_is_no_person(
    make_page: PageMaker, read_page: Read
) -> None:
    page = make_page(head=f"<title>The Amber Road Reopens</title>{organisation('Editorial Board')}", top=HEADLINE)
    assert [(one.name, one.kind) for one in read_page(page).attributions] == [
        ("Editorial Board", AgentKind.ORGANISATION)
    ]


def organisation(name: str) -> str:
    author = f'"author":{{"@type":"Organization","name":"{name}"}}'
    data = f'{{"@type":"Article","headline":"The Amber Road Reopens",{author}}}'
    return f'<script type="application/ld+json">{data}</script>'


def test_links_for_authors_and_advertisers_give_no_authors(authors: Authors) -> None:
    box = '<div class="author-box"><a href="/1">Für Anzeigenkunden</a> <a href="/2">Für AutorInnen</a></div>'
    assert authors(f"{box}{HEADLINE}", lang="de") == []


def test_all_linked_names_of_a_byline_are_authors(authors: Authors) -> None:
    names = ("Ann Weller", "Mark Stone", "Julia Kern")
    one, two, three = (f'<a href="/author/{n}">{name}</a>' for n, name in enumerate(names))
    assert authors(f"{HEADLINE}<div>By {one}, {two} and {three}</div>") == list(names)


def test_author_cards_count_with_uncommon_given_names_too(authors: Authors) -> None:
    names = ["Ann Weller", "Mark Stone", "Julia Kern"]
    cards = (f'<h4><a href="/people/{n}/">{name}</a></h4><p>Senior Fellow</p>' for n, name in enumerate(names))
    listed = "".join(f'<div class="person-card"><div>{card}</div></div>' for card in cards)
    assert authors(f"{HEADLINE}{listed}") == names


def test_family_names_first_in_a_byline_are_reordered(authors: Authors) -> None:
    assert authors(f'{HEADLINE}<p class="author">Weller, Ann; Stone, Mark</p>') == ["Ann Weller", "Mark Stone"]


def test_a_posted_by_label_is_no_name(authors: Authors) -> None:
    line = '<p class="entry-author">投稿者 <a rel="author" href="/a">Masafumi Negishi</a></p>'
    assert authors(f"{HEADLINE}{line}", lang="ja") == ["Masafumi Negishi"]


def test_a_family_name_that_is_also_an_agency_is_kept(authors: Authors) -> None:
    assert authors(f'{HEADLINE}<p>By <span class="author">Anna Maria Lusa</span></p>') == ["Anna Maria Lusa"]


def test_a_byline_at_the_top_wins_over_a_wire_in_the_data(authors: Authors) -> None:
    data = '<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Person","name":"Port Wire"}}'
    told = authors(f"{HEADLINE}<p>By: Port Wire</p><div>By Anna Wood</div><p>Port</p>", f"{data}</script>")
    assert told == ["Anna Wood"]
    assert authors(f"{HEADLINE}<p>By: Port Wire</p>", f"{data}</script>") == ["Port Wire"]


@pytest.mark.parametrize(
    ("line", "named"), [("Submitted on Mon, 2023-04-24 13:49", []), ("Firmado por Redacción", ["Redacción"])]
)
def test_a_submitted_line_names_only_who_signed(authors: Authors, line: str, named: list[str]) -> None:
    assert authors(f'{HEADLINE}<p class="submitted">{line}</p>') == named


def test_a_menu_of_the_sites_authors_gives_no_author(authors: Authors) -> None:
    menu = '<ul><li class="menu_authors"><a href="/editors/">Authors</a></li><li><a href="/tip/">Send Tip</a></li></ul>'
    assert authors(f"{menu}{HEADLINE}<p>By <b>Anna Wood</b></p>") == ["Anna Wood"]


@pytest.mark.parametrize(
    "line",
    ["作者：未知", "作者：未知 责任编辑：王小明", "作者：佚名", '<span class="author">微信扫一扫赞赏作者</span>'],
)
def test_unknown_and_button_words_are_no_authors(authors: Authors, line: str) -> None:
    assert authors(f'{HEADLINE}<div class="post_author">{line}</div>') == []


def test_a_placeholder_of_a_template_is_no_author(authors: Authors) -> None:
    assert authors(HEADLINE, '<meta name="author" content="name, email@mail.example">') == []


def test_a_long_line_of_chinese_is_no_name(authors: Authors) -> None:
    assert authors(f"{HEADLINE}<p><b>琥珀之路重新开通以后 商人们在河港等候</b></p><p>2023-04-24</p>") == []
    assert authors(f"{HEADLINE}<p>执笔/王小明</p>") == ["王小明"]


def test_a_family_name_after_an_initial_is_not_taken_for_an_agency(authors: Authors) -> None:
    assert authors(f"{HEADLINE}<p class='byline'>By Harriet B. Bloomberg</p>") == ["Harriet B. Bloomberg"]


@pytest.mark.parametrize("name", ["Efe Kerem Söylemezgil", "Szebő Pap"])
def test_a_person_with_an_agencys_name_stays_a_person_if_stated(
    make_page: PageMaker, read_page: Read, name: str
) -> None:
    stated = f'{{"@type": "NewsArticle", "author": {{"@type": "Person", "name": "{name}"}}}}'
    head = f'<title>The Amber Road Reopens</title><script type="application/ld+json">{stated}</script>'
    found = read_page(make_page(head=head, top=HEADLINE))
    assert [(one.name, one.kind) for one in found.attributions] == [(name, AgentKind.PERSON)]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("By Port Correspondent Anna Wood", ["Anna Wood"]),
        ("By Senior Staff Reporter Anna Wood and Jan Reed", ["Anna Wood", "Jan Reed"]),
        ("Von Hafenblatt-Redakteurin Anna Wald", ["Anna Wald"]),
        ("Ein Kommentar von Chefredakteur Jan Wald", ["Jan Wald"]),
        ("Von unserem Korrespondenten Jan Wald", ["Jan Wald"]),
    ],
)
def test_a_job_before_a_name_is_not_part_of_it(authors: Authors, line: str, named: list[str]) -> None:
    assert authors(f"{HEADLINE}<p>{line}</p>") == named


def test_a_sentence_about_somebody_in_office_names_no_author(authors: Authors) -> None:
    assert authors(f"{HEADLINE}<p>By then the road had been praised by minister Anna Wood</p>") == []


@pytest.mark.parametrize(
    "lead",
    [
        "The amber road is open again, but the carters are not content. By Anna Wood",
        "The amber road is open again, and nobody thanked the carters, writes Anna Wood",
        "The amber road is open again, writes Anna Wood, reader in carting at the School of Roads.",
        "Die Bernsteinstraße ist wieder offen. Ein Kommentar von Anna Wood",
        "The amber road is open again. " + "The carters are not content with the tolls. " * 5 + "By Anna Wood",
    ],
)
def test_the_line_below_the_headline_may_end_with_its_author(authors: Authors, lead: str) -> None:
    assert authors(f'{HEADLINE}<div class="x">{lead}</div>') == ["Anna Wood"]


@pytest.mark.parametrize(
    "lead",
    [
        "The amber road is open again, writes Anna Wood in The River",
        "The amber road is open again, writes the River Gazette",
        "The amber road is open again, says Anna Wood",
        "The amber road was opened by Anna Wood",
        "The amber road is open. By Easter Monday",
    ],
)
def test_the_line_below_the_headline_may_end_with_somebody_else(authors: Authors, lead: str) -> None:
    assert authors(f'{HEADLINE}<div class="x">{lead}</div>') == []


LETTER = "<p>" + "The carters have waited long enough for the gate at the northern end of the road. " * 2 + "</p>"


@pytest.mark.parametrize(
    "end",
    [
        "<p>Anna Wood</p><p>Jan Reed</p>",
        f'<p><img src="/a.jpg">{"The gate at the northern end, as it was before the flood. " * 2}</p><p>Anna Wood</p>',
        f"<p>{'Nobody asked Wood about the gate, which was closed for the winter. ' * 2}</p><p>Anna Wood</p>",
        "<p>Gatefield Road</p>",
    ],
    ids=["list", "caption", "subject", "place"],
)
def test_a_last_line_without_a_writer(make_page: PageMaker, read_page: Read, end: str) -> None:
    found = read_page(make_page(top=HEADLINE, body=FAR + LETTER * 4 + end, bottom=""))
    assert [one.name for one in found.attributions] == []


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("ANNA WOOD | MARCH 12, 2019", ["ANNA WOOD"]),
        ("Anna Wood (March 12, 2019)", ["Anna Wood"]),
        ("(Anna Wood) March 12, 2019", ["Anna Wood"]),
        ("Anna Wood, 12. ožujka 2019.", ["Anna Wood"]),
        ("Άννα Παππά | 12 Μαρτίου 2019", ["Άννα Παππά"]),
        ("דנה לוי | 12 במרץ 2019", ["דנה לוי"]),
        ("سلمى حداد | 12 مارس 2019", ["سلمى حداد"]),
        ("SUMMER SALE | MARCH 12, 2019", []),
        ("Summer Sale (March 12, 2019)", []),
        ("Anna Wood (River Post) | March 12, 2019", ["Anna Wood"]),
        ("Anna Wood opened the gate on 12. 3. 2019.", []),
        ("أخبار الميناء | 12 مارس 2019", []),
    ],
)
def test_a_name_next_to_a_date_may_be_printed_in_capitals_or_brackets(
    authors: Authors, line: str, named: list[str]
) -> None:
    assert authors(f"{HEADLINE}<div>{line}</div>") == named


def test_capitals_without_a_date_are_a_button(authors: Authors) -> None:
    assert authors(f"{HEADLINE}<div>ANNA WOOD</div>") == []


def test_a_name_outside_all_blocks_of_a_page_is_read_like_any_other_words(read_page: Read) -> None:
    found = read_page(f"<body>{HEADLINE}<b>Anna Wood</b><p>{'The road runs along the old harbour. ' * 20}</p></body>")
    assert found.title is not None
    assert found.title.value == "The Amber Road Reopens"
    assert found.attributions == ()


def test_the_portrait_of_whom_the_headline_names_shows_no_author(make_page: PageMaker, read_page: Read) -> None:
    title = "Harbour Master Wilhelm Obcy Resigns"
    said = "The harbour master leaves his office at the end of the month, and the council has nobody in mind. " * 4
    body = f'<div class="side"><img src="/o.jpg" alt="Wilhelm Obcy"><p>Wilhelm Obcy</p></div><p>{said}</p>'
    found = read_page(make_page(head=f"<title>{title}</title>", top=f"<h1>{title}</h1>", body=body))
    assert found.attributions == ()


@pytest.mark.parametrize("name", ["szerzo", "avtor", "yazar"])
def test_class_names_of_many_languages_mark_a_byline(authors: Authors, name: str) -> None:
    assert authors(f'<h1>The Amber Road Reopens</h1><p class="{name}">Grażyna Żuraw | Riverport</p>') == [
        "Grażyna Żuraw"
    ]


@pytest.mark.parametrize("folder", ["columnists", "columnistas", "colunistas"])
def test_a_columnist_above_the_headline_with_a_link_to_their_columns_is_the_author(
    authors: Authors, folder: str
) -> None:
    line = f'<div class="upper"><a href="/{folder}/ormund-vasket">Ormund Vasket</a></div>'
    assert authors(f"{line}<h1>The Amber Road Reopens</h1>") == ["Ormund Vasket"]


def test_a_class_name_that_means_company_elsewhere_marks_no_byline(authors: Authors) -> None:
    assert authors(f'{HEADLINE}<div class="firma">Stocznia Zatoka</div><p>Tekst: Anna Wood</p>') == ["Anna Wood"]


@pytest.mark.parametrize(
    "top",
    [
        "<h1>The Amber Road Reopens<br><small>Anna Wood</small></h1>",
        "<h1>The Amber Road Reopens<br>By Ormund Vasket</h1>",
        '<div class="over">Opinion | Anna Wood</div><h1>The Amber Road Reopens</h1>',
        f'{HEADLINE}<p class="credit">Story by Ormund Vasket | Photos by Jan Reed</p>',
        f'{HEADLINE}<p>Posted in <a href="/category/roads">Roads and Ports</a> on March 12, 2024 by Ormund Vasket with '
        '<a href="#c">3 comments</a></p>',
        f"{HEADLINE}<p>Surveyor Tom Reed on a paper that nobody signed. Interview: Anna Wood</p>",
    ],
)
def test_the_author_in_an_unusual_line_is_read(authors: Authors, top: str) -> None:
    assert len(authors(top)) == 1
    assert authors(top)[0] in ("Anna Wood", "Ormund Vasket")


def test_a_person_in_the_headline_whom_the_title_names_too_is_no_author(make_page: PageMaker, read_page: Read) -> None:
    head, top = "<title>The Keeper of the Lock, Anna Wood</title>", "<h1>The Keeper of the Lock<br>Anna Wood</h1>"
    assert read_page(make_page(head=head, top=top)).attributions == ()


def test_a_second_author_behind_the_office_of_the_first_is_read(authors: Authors) -> None:
    line = "By Anna Wood, professor at the Port School, and Jan Reed, director, 12 March 2024"
    assert authors(f"{HEADLINE}<p>{line}</p>") == ["Anna Wood", "Jan Reed"]


def test_names_beside_the_titles_of_other_texts_are_no_authors(authors: Authors) -> None:
    names = ("Anna Wood", "Jan Reed", "Eva Kern")
    rows = (
        f'<p><a href="/part-{at}">Part {at} of the road</a><br><em>{name}</em> ..... {9 * at}</p>'
        for at, name in enumerate(names)
    )
    assert authors(f"{HEADLINE}<p>March 2024</p>{''.join(rows)}") == []


def test_names_under_a_heading_for_contacts_are_no_authors(authors: Authors) -> None:
    table = "<h2>Contacts for media</h2><table><tr><td>Anna Wood</td><td>+1 22 33</td></tr></table>"
    assert authors(f"{HEADLINE}<p>12 March 2024</p>{table}") == []


@pytest.mark.parametrize(
    "side",
    [
        "<aside><h3>Our experts</h3><ul><li>Anna Wood</li><li>Jan Reed</li></ul></aside>",
        "<div><h3>Speakers</h3><p>Anna Wood, Port School</p><p>Jan Reed, Port School</p></div>",
        "<div><h3>Goście</h3><p>Anna Wood</p></div>",
    ],
)
def test_names_under_a_heading_for_people_who_speak_or_work_somewhere_are_no_authors(
    authors: Authors, side: str
) -> None:
    assert authors(f"{HEADLINE}<p>12 March 2024</p>{side}") == []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("박민수·최지우 기자 pms@bay.example", ["박민수", "최지우"]),
        ("[만일보=김철수 기자]", ["김철수"]),
        ("홍길동 기자 hong@bay.example", ["홍길동"]),
    ],
)
def test_korean_reporters_sign_a_text_below_it(authors: Authors, line: str, names: list[str]) -> None:
    said = "두 항구를 잇는 나룻배는 전쟁 뒤부터 다녔고 그동안 선착장 비용을 누가 내는지 묻는 사람은 거의 없었다. " * 6
    body = f"<p>{said}</p><p>{said}</p><p>{line}</p>"
    assert authors(f"{HEADLINE}<p>2024.03.12 10:31</p>", body=body, bottom="", lang="ko") == names


def test_the_house_behind_of_is_no_part_of_a_name(authors: Authors) -> None:
    note = "<p><em>This is a guest post by Anna Wood of the Port School.</em></p>"
    assert authors(f"{HEADLINE}<p>12 March 2024</p>", bottom=note) == ["Anna Wood"]


def test_who_took_the_pictures_is_no_part_of_a_japanese_byline(authors: Authors) -> None:
    assert authors(f"{HEADLINE}<div>文＝佐藤花子　写真＝鈴木一郎</div>", lang="ja") == ["佐藤花子"]


def test_the_speaker_is_the_author_of_a_speech(authors: Authors) -> None:
    line = "Speech by Jane Porter, Minister for Harbours, at the Bay Conference"
    assert authors(f"{HEADLINE}<p>{line}</p>") == ["Jane Porter"]


def test_who_helped_is_no_author_in_polish(authors: Authors) -> None:
    helped = '<div class="wspolpraca">współpraca: <a href="/autorzy/jan-reed">Jan Reed</a></div>'
    line = '<div class="autorzy"><a href="/autorzy/anna-wood">Anna Wood</a></div>'
    assert authors(f"{HEADLINE}{line}{helped}", lang="pl") == ["Anna Wood"]


def test_a_name_with_the_address_of_another_site_built_the_site(authors: Authors) -> None:
    assert authors(HEADLINE, '<meta name="author" content="Anna Wood - http://wood-design.example">') == []
    assert authors(HEADLINE, '<meta name="author" content="Anna Wood - https://institute.example/wood">') == [
        "Anna Wood"
    ]


def test_the_line_of_an_entry_is_its_own_whatever_else_it_is_called(authors: Authors) -> None:
    line = "<i></i><p>24 April 2023 | Anna Wood</p>"
    assert authors(f'{HEADLINE}<div class="entry-meta site-comments">{line}</div>') == ["Anna Wood"]
    assert authors(f'{HEADLINE}<div class="entry-metadata site-comments">{line}</div>') == []


def test_the_person_in_a_caption_above_the_text_is_no_author(authors: Authors) -> None:
    picture = '<div><img src="/w.jpg" alt="Anna Wood"><p class="{}">Anna Wood</p><p>Port archive</p></div>'
    assert authors(HEADLINE + picture.format("person")) == ["Anna Wood"]
    assert authors(HEADLINE + picture.format("media--lead")) == []


@pytest.mark.parametrize("below", ["<ul><li>The road is open.</li></ul>", "<ol><li>The road is open.</li></ol>"])
def test_two_words_in_bold_above_a_list_are_its_heading(authors: Authors, below: str) -> None:
    line = "<p>24 April 2023</p><p><strong>Mohloai Mpesi</strong></p>"
    assert authors(f"{HEADLINE}<div>{line}<p>The road</p></div>") == ["Mohloai Mpesi"]
    assert authors(f"{HEADLINE}<div>{line}{below}</div>") == []


def test_a_path_to_the_headline_names_no_authors(authors: Authors) -> None:
    path = '<a href="/">River Post</a> > <a href="/n">Daily Views</a> > The Amber Road Reopens'
    assert authors(f'<div class="news-author">{path}</div>{HEADLINE}') == []


def test_a_remark_in_brackets_behind_the_second_author_says_no_job_of_that_author(authors: Authors) -> None:
    first, second = '<a rel="author" href="/a">Anna Wood</a>', '<a rel="author" href="/m">Mahua Quill{}</a>'
    line = f"{HEADLINE}<p>{first}, {second}</p>"
    assert authors(line.format(" (Special correspondent)")) == ["Anna Wood", "Mahua Quill"]


@pytest.mark.parametrize(
    ("above", "line", "named"),
    [
        ("", "<br><br>홍길동 기자 hong@bay.example<br>", ["홍길동"]),
        ("", "<br><br>홍길동 기자는 항구를 지켰다<br>", []),
        ("", "<b>.</b>홍길동 기자 hong@bay.example<br>", []),
        ("<div>Port<br>홍길동 기자 hong@bay.example</div>", "", []),
    ],
)
def test_a_korean_reporter_signs_between_line_breaks(
    make_page: PageMaker, read_page: Read, above: str, line: str, named: list[str]
) -> None:
    body = f"{'항구는 봄까지 문을 닫는다. ' * 20}<br><br>{'배는 강을 따라 올라간다. ' * 20}{line}"
    found = read_page(make_page(top=f"{above}{HEADLINE}", body=body, bottom="", lang="ko"))
    assert [one.name for one in found.attributions] == named
