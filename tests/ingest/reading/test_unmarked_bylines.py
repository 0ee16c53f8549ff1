"""Authors without a class, link or data: recognised by the words, the place and the elements of a line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading, Role

PageMaker = Callable[..., str]
Read = Callable[..., Reading]


def authors(reading: Reading) -> list[str]:
    return [a.name for a in reading.attributions if a.role is Role.AUTHOR]


def top_and_head(line: str, title: str = "The Amber Road Reopens") -> tuple[str, str]:
    return f"<h1>The Amber Road Reopens</h1>{line}", f"<title>{title}</title>"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("<p>By <a href='/x/1'>Anna Fox</a> <a href='/x/2'>View In Digital Edition</a></p>", ["Anna Fox"]),
        ("<p>Von <span>Anna Fox</span> <span>Landespolitische Korrespondentin</span></p>", ["Anna Fox"]),
        ("<div><a href='/x/1'>Anna Fox</a><b>The West Harbour</b><p>3 May 2024</p></div>", ["Anna Fox"]),
        ("<div><a href='/x/1'>Anna Fox</a> Political Correspondent <p>3 May 2024, 9:33pm</p></div>", ["Anna Fox"]),
        ("<p><b>Anna Fox</b> <b>Jan Sowa</b> <time>3 May 2024</time></p>", ["Anna Fox", "Jan Sowa"]),
    ],
)
def test_a_name_ends_with_its_element(make_page: PageMaker, read_page: Read, line: str, named: list[str]) -> None:
    top, head = top_and_head(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("<p>by <a href='/x/1'>kathrin</a></p>", ["kathrin"]),
        ("<p>Gespeichert von rasos am 24. Juli 2017 - 18:55</p>", ["rasos"]),
        ("<p>Von dpa 30.04.2024, 18:58</p>", ["dpa"]),
        ("<p>MANILA, May 3 (AFP) - The road was closed.</p>", ["AFP"]),
        ("<p>Hamburg (dpa) - The road was closed.</p><p>By Anna Fox</p>", ["Anna Fox"]),
        ("<p>The agency (AFP) - and others - wrote of it.</p>", []),
        ("<div><img src='/a'><div>AFP</div></div><p>3 May 2024</p>", []),
        ("<br><i>Anna Fox</i><br>3 May 2024<br><br>It rained.", ["Anna Fox"]),
        ("<br><font><b>Anna Fox</b></font><br><br>It rained.", ["Anna Fox"]),
        ("<br>It rained on <i>Anna Fox</i><br>3 May 2024<br>", []),
        ("<p>By The Editorial Board</p>", ["The Editorial Board"]),
        ("<p>文・山本 太郎</p>", ["山本 太郎"]),
        ("<p>Texto de João Marques</p>", ["João Marques"]),
        ("<p>박지영 기자 jy@port.example</p>", ["박지영"]),
        ("<p>January 17, 2017 at 6:08 PM ET by <a href='/x/1'>Kori Schulman</a></p>", ["Kori Schulman"]),
    ],
)
def test_by_may_introduce_a_pen_name_or_an_agency(
    make_page: PageMaker, read_page: Read, line: str, named: list[str]
) -> None:
    top, head = top_and_head(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


def test_a_name_in_the_title_is_the_author_only_after_by(make_page: PageMaker, read_page: Read) -> None:
    top, head = top_and_head(
        "<div>Anna Wood</div><div>Dec 14, 2025</div>", "The Amber Road Reopens - by Anna Wood - Wood on Roads"
    )
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Wood"]
    top, head = top_and_head("<div>Anna Wood</div><div>Dec 14, 2025</div>", "The Amber Road Reopens: Wood on Roads")
    assert authors(read_page(make_page(head=head, top=top))) == []


def test_a_caption_ending_in_photo_gives_the_byline_below_no_other_role(make_page: PageMaker, read_page: Read) -> None:
    caption = "<div><p>The port at night, as it was drawn for the fair. | Illustration by the Port / AP Photo</p>"
    top, head = top_and_head(f"{caption}<p>By <span>Anna Fox</span></p></div>")
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox"]


def test_a_dated_line_names_the_author_at_any_distance_from_the_headline(make_page: PageMaker, read_page: Read) -> None:
    share = "<ul>" + "<li><a href='/s'><i></i></a></li>" * 15 + "</ul>"
    top, head = top_and_head(f"{share}<div><p>Anna Fox</p><p>Gdańsk</p><p>25/04/2026</p></div>")
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox"]


def test_et_al_is_not_part_of_a_name(make_page: PageMaker, read_page: Read) -> None:
    top, head = top_and_head("<p>By Anna Fox, Jan Sowa et al.</p>")
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox", "Jan Sowa"]


def test_a_note_on_the_author_wins_over_a_newsroom_with_the_date(make_page: PageMaker, read_page: Read) -> None:
    top, head = top_and_head("<div>News Desk | 3 May 2024</div>")
    note = "<p><em>Anna Fox is a fellow at the River Institute.</em></p>"
    assert authors(read_page(make_page(head=head, top=top, bottom=note))) == ["Anna Fox"]


@pytest.mark.parametrize("address", ["/r/author-ozzo-quaywright-479.cms", "/news/autor-ozzo-quaywright-100.html"])
def test_a_link_to_a_page_named_author_and_a_name_is_a_byline(
    make_page: PageMaker, read_page: Read, address: str
) -> None:
    top, head = top_and_head(f"<div><a href='{address}'>Ozzo Quaywright</a> / PORT.EXAMPLE / May 3, 2024</div>")
    assert authors(read_page(make_page(head=head, top=top))) == ["Ozzo Quaywright"]


@pytest.mark.parametrize(
    "name", ["Fouzia Fox", "Melchior Fox", "Gwyneth Fox", "Ffion Fox", "Thandeka Fox", "Dilnoza Fox", "Mark Fox"]
)
def test_less_common_given_names_are_recognised(make_page: PageMaker, read_page: Read, name: str) -> None:
    top, head = top_and_head(f"<div>{name}</div><div>3 May 2024</div>")
    assert authors(read_page(make_page(head=head, top=top))) == [name]


NO_PEOPLE = (
    "Summer Tolls",
    "April Fairs",
    "Chelsea Quay",
    "Christian Aid",
    "Global Roads",
    "Carmel Valley",
    "Brent Crude",
    "Bradford City",
    "Cameron County",
    "Celeste Mission",
    "Askja Volcano",
    "Jordan River",
)


@pytest.mark.parametrize("words", NO_PEOPLE)
def test_words_and_places_that_are_also_given_names_are_no_authors(
    make_page: PageMaker, read_page: Read, words: str
) -> None:
    top, head = top_and_head(f"<div>{words}</div><div>3 May 2024</div>")
    assert authors(read_page(make_page(head=head, top=top))) == []


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("<p>Anna Fox, PhD, and Peter Wood, MPH</p>", ["Anna Fox", "Peter Wood"]),
        (
            "<div>Anna Fox, VMD, DACVB; Jan Sowa, BSc, LVT, VTS (Behavior); Peter Wood, DVM, DECAWBM (Behavior) &amp; "
            "Ewa Kowalska, DVM, DACVB, of the fourth year</div>",
            [],
        ),
        (
            "<div>Anna Fox, VMD, DACVB; Jan Sowa, BSc, LVT, VTS (Behavior); Peter Wood, DVM, DECAWBM (Behavior) &amp; "
            "Ewa Kowalska, DVM, DACVB</div>",
            ["Anna Fox", "Jan Sowa", "Peter Wood", "Ewa Kowalska"],
        ),
        ("<p>Austin, TX, and Buffalo, NY</p>", []),
        ("<p>Mahua Quill, PhD, Harbour Board, Anna Wood, MPA, River Board</p>", []),
        ("<p>Anna Fox, Jan Sowa, and Peter Wood | 3 May 2024</p>", ["Anna Fox", "Jan Sowa", "Peter Wood"]),
    ],
)
def test_a_line_of_names_with_degrees_or_a_date_is_a_byline(
    make_page: PageMaker, read_page: Read, line: str, named: list[str]
) -> None:
    top, head = top_and_head(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (
            '<p>3 May 2024 &bull; <img src="https://2.gravatar.com/avatar/e5f6?s=96"> Mahua Quill in '
            '<a href="/category/roads">Roads</a></p>',
            ["Mahua Quill"],
        ),
        ('<p><img class="avatar avatar-60 photo" src="/7.jpg"> Mahua Quill</p>', ["Mahua Quill"]),
        ('<p><img class="lazyload avatar" src="/7.jpg"> Mahua Quill</p>', ["Mahua Quill"]),
        ('<p><img class="quay" src="/7.jpg"> Mahua Quill</p>', []),
        ('<p><img alt="avatar of the water" src="/7.jpg"> Mahua Quill</p>', []),
        ('<p><img class="avatar" src="/7.jpg"> Ask Anna</p>', []),
        ('<p><img class="avatar" src="/7.jpg"> Edit Profile</p>', []),
        ('<p><img class="avatar" src="/7.jpg"> Guest User</p>', []),
        ('<p><img class="avatar" src="/7.jpg"> Mein Konto</p>', []),
        ('<p class="topics"><img class="avatar" src="/7.jpg"> Mahua Quill</p>', []),
        ('<p><img class="avatar" src="/7.jpg"> Mahua Quill <img class="avatar" src="/8.jpg"> Jan Sowa</p>', []),
    ],
)
def test_a_name_next_to_an_avatar_is_a_byline(
    make_page: PageMaker, read_page: Read, line: str, named: list[str]
) -> None:
    top, head = top_and_head(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


def test_a_byline_near_the_headline_wins_over_an_account_far_below(make_page: PageMaker, read_page: Read) -> None:
    buttons = "".join(f"<i><b>{n}</b></i>" for n in "abcdefghijklmnopqrstuvwxyzabcdefghij")
    account = f"<div>{buttons}</div><p class='author'>Quill Marten</p>"
    top, head = top_and_head(f"<p><em>By Anna Fox, MS, RDN, LD</em></p>{account}")
    head += "<meta name='author' content='Quill Marten'>"
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox"]


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("Anna Fox is the director and Jan Sowa is a fellow of the River Institute.", ["Anna Fox", "Jan Sowa"]),
        ("Anna Fox is the director of the River Institute, and its Harbour is a port.", ["Anna Fox"]),
        ("Anna Fox is a fellow of the River Institute and Martin Wood is the hero of her book.", ["Anna Fox"]),
        ("Anna Fox and Jan Sowa are fellows of the River Institute.", ["Anna Fox", "Jan Sowa"]),
        ("Die Autoren: Prof. Dr. Anna Fox ist Leiterin hier; Jan Sowa ist Mitarbeiter.", ["Anna Fox", "Jan Sowa"]),
        ("Autor: Jan Sowa jest ekspertem Instytutu Rzecznego.", ["Jan Sowa"]),
    ],
)
def test_a_note_below_the_text_may_name_several_authors(
    make_page: PageMaker, read_page: Read, note: str, named: list[str]
) -> None:
    top, head = top_and_head("")
    page = make_page(head=head, top=top, bottom=f"<p><em>{note}</em></p>")
    assert authors(read_page(page)) == named


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("<p>Author: Anna Fox | Carmel Valley | Jan Sowa</p>", ["Anna Fox"]),
        ("<p>Author: Anna Fox | Madison Square</p>", ["Anna Fox"]),
        ("<p>Author: Anna Fox | Photo: Jan Sowa</p>", ["Anna Fox"]),
        ("<p>Text: Anna Fox, Foto: Jan Sowa</p>", ["Anna Fox"]),
        (
            "<div class='meta-author'><div>Authors</div><div>Affiliations</div>"
            "<div><p class='author'>Anna Fox</p></div><div><p class='affiliation'>Quay Works</p></div>"
            "<div><p class='author'>Jan Sowa</p></div></div>",
            ["Anna Fox", "Jan Sowa"],
        ),
    ],
)
def test_a_bar_ends_the_names_after_a_label(make_page: PageMaker, read_page: Read, line: str, named: list[str]) -> None:
    top, head = top_and_head(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


def test_related_experts_are_no_authors(make_page: PageMaker, read_page: Read) -> None:
    top, head = top_and_head("<p>3 May 2024</p>")
    block = "<section class='related-experts'><h3>Related experts</h3><a href='/experts/anna'>Anna Fox</a></section>"
    assert authors(read_page(make_page(head=head, top=top, bottom=block))) == []


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("<p class='byline'>Words by Anna Fox. Illustrations by Jan Sowa</p>", ["Anna Fox"]),
        ("<p class='byline'>By Anna Fox and J. R. Wood</p>", ["Anna Fox", "J. R. Wood"]),
        (
            "<p class='byline'>By Anna Fox, Quay Institute, and Peter Wood, Primavera Capital</p>",
            ["Anna Fox", "Peter Wood"],
        ),
        ("<p class='byline'>By Anna Fox and Peter Wood, Maria Reed</p>", ["Anna Fox", "Peter Wood", "Maria Reed"]),
        ("<p class='author'>Των Θάνος Ντόκος και Γιώργος Τζογόπουλος</p>", ["Θάνος Ντόκος", "Γιώργος Τζογόπουλος"]),
    ],
)
def test_other_words_after_the_last_name_are_no_author(
    make_page: PageMaker, read_page: Read, line: str, named: list[str]
) -> None:
    top, head = top_and_head(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


@pytest.mark.parametrize(
    "block",
    [
        "<div class='contact'><a href='mailto:a@quay.example'>Anna Fox</a></div>",
        "<div><h3>Media contact</h3><p><a href='mailto:a@quay.example'>Anna Fox</a><br>Press officer</p></div>",
        "<p>Kontakt: Anna Fox, 3 May 2024</p>",
        "<p>Rzeczniczka prasowa Anna Fox</p>",
    ],
)
def test_a_contact_person_is_no_author(make_page: PageMaker, read_page: Read, block: str) -> None:
    top, head = top_and_head("<p>3 May 2024</p>")
    body = "<p>The amber road has reopened after eleven years, and the towns along it expect trade to return soon.</p>"
    assert authors(read_page(make_page(head=head, top=top, body=body, bottom=block))) == []


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("<p>Autorky: <strong>Jana Sowa</strong> a <strong>Alena Fox</strong></p>", ["Jana Sowa", "Alena Fox"]),
        ("<p><i>L’auteur : Anna Fox est chercheuse à Harbour Europe.</i></p>", ["Anna Fox"]),
        ("<p>Authors: Anna Fox, Nonresident Senior Fellow, Harbour Europe</p>", ["Anna Fox"]),
        (
            "<div><h4>Authors</h4><p><a href='/x/1'>Anna Fox</a></p><p>Nonresident Senior Fellow, Harbour Europe</p>"
            "<p><a href='/x/2'>Jan Sowa</a></p><p>Senior Fellow, Harbour Europe</p></div>",
            ["Anna Fox", "Jan Sowa"],
        ),
        ("<p class='byline'>Senior Editor, Anna Fox</p>", ["Anna Fox"]),
        ("<p class='byline'>Anna Fox, Palma de Mallorca</p>", ["Anna Fox"]),
        ("<div class='authors'><p>Research Fellow, Asia Programme</p><h4>Anna Fox</h4></div>", ["Anna Fox"]),
        ("<p class='author'>Guest contribution by Anna Fox and Jan Sowa</p>", ["Anna Fox", "Jan Sowa"]),
        ("<p>Tribune de Anna Fox et Jan Sowa</p>", ["Anna Fox", "Jan Sowa"]),
        ("<p>Tribune de la ville de Paris</p>", []),
        ("<p>Billet de Train Paris Lyon</p>", []),
        ("<p>Chronique de Marie Stuart</p>", []),
        ("<p>Un billet de Anna Fox</p>", ["Anna Fox"]),
        ("<div><p>“Roads matter.”</p><span class='quote-author'>Anna Fox</span></div><p>3 May 2024</p>", []),
    ],
)
def test_the_place_of_an_office_is_no_author(
    make_page: PageMaker, read_page: Read, line: str, named: list[str]
) -> None:
    top, head = top_and_head(line)
    assert authors(read_page(make_page(head=head, top=top))) == named


def test_an_avatar_above_the_headline_or_below_the_text_gives_no_author(make_page: PageMaker, read_page: Read) -> None:
    account = '<div><img class="avatar" src="/7.jpg"> Mahua Quill</div>'
    top, head = top_and_head("<p>3 May 2024</p>")
    assert authors(read_page(make_page(head=head, top=f"{account}{top}"))) == []
    body = f"<p>{'The towns along the road expect their trade to return before the winter. ' * 5}</p>"
    assert authors(read_page(make_page(head=head, top=top, body=body, bottom=account))) == []


def test_a_field_named_related_authors_gives_the_authors(make_page: PageMaker, read_page: Read) -> None:
    field = '<div class="field--name-field-related-authors"><a href="/people/anna-fox">Anna Fox</a></div>'
    top, head = top_and_head(field)
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox"]


@pytest.mark.parametrize(
    "headline",
    [
        "Contacts between the ports resume",
        "Press office closes",
        "Kontakte zwischen den Häfen",
        "Rzecznik Praw Obywatelskich pisze do premiera",
    ],
)
def test_a_text_about_contacts_has_an_author(make_page: PageMaker, read_page: Read, headline: str) -> None:
    top = f"<header><h1>{headline}</h1><p class='author'>Anna Fox</p></header>"
    assert authors(read_page(make_page(head=f"<title>{headline}</title>", top=top))) == ["Anna Fox"]


@pytest.mark.parametrize("byline", ["By Anna Fox", "Author: Anna Fox"])
def test_a_byline_next_to_a_contact_link_names_the_author(make_page: PageMaker, read_page: Read, byline: str) -> None:
    top, head = top_and_head(f"<div class='meta'><a href='/contact'>Contact</a> <span>{byline}</span></div>")
    assert authors(read_page(make_page(head=head, top=top))) == ["Anna Fox"]


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("<p><b>Anna Fox</b> is a fellow at the River Institute.</p>", ["Anna Fox"]),
        ("<p><a href='/x/1'>Anna Fox</a> is a fellow at the River Institute.</p>", ["Anna Fox"]),
        ("<p><span>Anna Fox</span> is a fellow at the River Institute.</p>", []),
        ("<p>Here, <b>Anna Fox</b> is a fellow at the River Institute.</p>", []),
        ("<p><b>Key Takeaways</b> Anna Fox is a fellow at the River Institute.</p>", []),
        ("<p>Written by <b>Anna Fox</b> who keeps bees by the river.</p>", ["Anna Fox"]),
        ("<div class='bio'><p>Written by <b>Anna Fox</b> who keeps bees by the river.</p></div>", ["Anna Fox"]),
    ],
)
def test_a_note_that_begins_with_a_marked_name_names_the_author(
    make_page: PageMaker, read_page: Read, note: str, named: list[str]
) -> None:
    top, head = top_and_head("")
    assert authors(read_page(make_page(head=head, top=top, bottom=note))) == named


FAR = "<i></i>" * 70


@pytest.mark.parametrize(
    ("beside", "signed", "named"),
    [
        ("<div class='sidebar'>Jan Sowa</div>", "<p>Post author: Anna Fox</p>", "Anna Fox"),
        ("<div><div class='sidebar'>Jan Sowa</div></div>", "<p>Post author: Anna Fox</p>", "Anna Fox"),
        ("<p>Jan Sowa</p>", "<p>Post author: Anna Fox</p>", "Jan Sowa"),
        ("<div class='sidebar'>Jan Sowa</div>", "<p>By: Anna Fox</p>", "Jan Sowa"),
        ("<div class='sidebar'>Jan Sowa</div>", "<p class='author'>Anna Fox</p>", "Jan Sowa"),
        ("<div class='sidebar'>Jan Sowa</div>", "<div class='author-bio'>Author: Anna Fox</div>", "Jan Sowa"),
    ],
)
def test_a_label_anywhere_wins_over_data_whose_author_only_the_parts_around_the_article_show(
    make_page: PageMaker, read_page: Read, beside: str, signed: str, named: str
) -> None:
    top, head = top_and_head("")
    head += '<meta property="article:author" content="Jan Sowa">'
    assert authors(read_page(make_page(head=head, top=top, bottom=f"{FAR}{beside}{signed}"))) == [named]
