"""Authors from structured data and bylines, and words that name nobody."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from archive.http.exchange import Entity
from db.model.item import AgentKind, Reading, Role
from ingest.reading.byline import attributions
from ingest.reading.page.page import open_page

PageMaker = Callable[..., str]
Read = Callable[..., Reading]


def authors(reading: Reading) -> list[str]:
    return [a.name for a in reading.attributions if a.role is Role.AUTHOR]


def yoast(author: object, **more: object) -> str:
    graph = [
        {
            "@type": "Article",
            "@id": "https://institute.example/amber-road-reopens/#article",
            "headline": "The Amber Road Reopens",
            "author": author,
            "datePublished": "2023-04-24T08:00:00+00:00",
            **more,
        },
        {"@type": "WebSite", "@id": "https://institute.example/#website", "name": "Example Institute"},
        {"@type": "Person", "@id": "https://institute.example/#/person/9", "name": "Olga Szubert"},
    ]
    block = json.dumps({"@context": "https://schema.org", "@graph": graph})
    return (
        "<title>The Amber Road Reopens - Example Institute</title>"
        f'<script type="application/ld+json" class="yoast-schema-graph">{block}</script>'
    )


@pytest.mark.parametrize("account", ["redakcja", "admin", "wordpressadmin", "Redakcja", "editor", "Example Institute"])
def test_a_labelled_byline_wins_over_an_account_or_the_sites_name(
    make_page: PageMaker, read_page: Read, account: str
) -> None:
    reading = read_page(make_page(head=yoast({"@type": "Person", "name": account})))
    assert authors(reading) == ["Grażyna Żuraw"]
    assert any(r.field == "author" and r.value == account for r in reading.rivals)


def test_structured_data_win_over_a_byline_if_the_page_shows_both_names(make_page: PageMaker, read_page: Read) -> None:
    head = yoast({"@id": "https://institute.example/#/person/9"})
    top = "<p>Author: Grażyna Żuraw</p><h1>The Amber Road Reopens</h1><p>Olga Szubert has walked the road.</p>"
    reading = read_page(make_page(head=head, top=top))
    assert authors(reading) == ["Olga Szubert"]
    assert any(r.value == "Grażyna Żuraw" for r in reading.rivals)


@pytest.mark.parametrize("line", ["Author: Grażyna Żuraw", "Autorzy: Grażyna Żuraw", "By Grażyna Żuraw"])
def test_an_explicit_byline_wins_over_data_that_name_someone_not_shown(
    make_page: PageMaker, read_page: Read, line: str
) -> None:
    head = yoast({"@id": "https://institute.example/#/person/9"})
    reading = read_page(make_page(head=head, top=f"<h1>The Amber Road Reopens</h1><p>{line}</p>"))
    assert authors(reading) == ["Grażyna Żuraw"]
    assert any(r.value == "Olga Szubert" and r.doubt for r in reading.rivals)


def test_authors_of_related_posts_are_not_authors(make_page: PageMaker, read_page: Read) -> None:
    reading = read_page(make_page(top="<h1>The Amber Road Reopens</h1>"))
    assert authors(reading) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Date: 24 April 2023 Author: Grażyna Żuraw", ["Grażyna Żuraw"]),
        ("Data: 25 lipca 2017 Autor: Maria Zielona", ["Maria Zielona"]),
        ("Autorzy: Jan Sowa, Ewa Kos i Piotr Lis", ["Jan Sowa", "Ewa Kos", "Piotr Lis"]),
        ("Autor: Anna Lis oraz Jan Sowa", ["Anna Lis", "Jan Sowa"]),
        ("Автор: Марія Лісова і д-р Ігор Дубенко", ["Марія Лісова", "Ігор Дубенко"]),
        ("By Anna Fox and Seán O’Brien", ["Anna Fox", "Seán O’Brien"]),
        ("Von Jörg Brandt und Käthe Möller", ["Jörg Brandt", "Käthe Möller"]),
        ("Par Zoé Lenoir et Luc Petit", ["Zoé Lenoir", "Luc Petit"]),
        ("Por Inés Vega y Raúl Soto", ["Inés Vega", "Raúl Soto"]),
        ("Di Carla Neri e Ugo Bianchi", ["Carla Neri", "Ugo Bianchi"]),
        ("De Andrei Popescu și Ioana Munteanu", ["Andrei Popescu", "Ioana Munteanu"]),
        ("Autore: De Luca Marco", ["De Luca Marco"]),
        ("Af Mette Holm og Lars Bo Krag", ["Mette Holm", "Lars Bo Krag"]),
        ("Autor: dr hab. Ewa Kos", ["Ewa Kos"]),
        ("Autor: płk Jan Sowa", ["Jan Sowa"]),
        ("Автор: Олена Коваль", ["Олена Коваль"]),
        ("Oprac. : Jan Maria van der Meer", ["Jan Maria van der Meer"]),
        ("Autor: prof. dr hab. n. med. Ewa Kos", ["Ewa Kos"]),
        ("Autor: prof. UW dr hab. Ewa Kos", ["Ewa Kos"]),
        ("Autor: gen. bryg. rez. Jan Sowa", ["Jan Sowa"]),
        ("Autor: kmdr por. Jan Sowa i st. sierż. Piotr Lis", ["Jan Sowa", "Piotr Lis"]),
        ("Erstellt von Jörg Brandt", ["Jörg Brandt"]),
        ("Recueilli par Zoé Lenoir.", ["Zoé Lenoir"]),
        ("By Anna Fox RN, BSN, Certified Pediatric Sleep Consultant", ["Anna Fox"]),
        ("By Anna Fox, AP Auto Writer", ["Anna Fox"]),
    ],
)
def test_a_byline_is_split_by_the_rules_of_its_language(
    make_page: PageMaker, read_page: Read, line: str, expected: list[str]
) -> None:
    assert authors(read_page(make_page(top=f"<h1>The Amber Road Reopens</h1><p>{line}</p>"))) == expected


def test_names_are_kept_as_printed(make_page: PageMaker, read_page: Read) -> None:
    reading = read_page(make_page(top='<h1>The Amber Road Reopens</h1><p class="byline">By ANNA McFOX-Żuraw</p>'))
    assert authors(reading) == ["ANNA McFOX-Żuraw"]
    assert reading.attributions[0].evidence.words == "ANNA McFOX-Żuraw"


def test_an_institute_is_the_author_if_nobody_else_is_named(make_page: PageMaker, read_page: Read) -> None:
    top = "<p>Date: 24 April 2023 Author: Example Institute</p><h1>The Amber Road Reopens</h1>"
    reading = read_page(make_page(top=top))
    assert authors(reading) == ["Example Institute"]
    assert reading.attributions[0].kind is AgentKind.ORGANISATION


def test_an_account_name_is_no_author(make_page: PageMaker, read_page: Read) -> None:
    head = '<title>The Amber Road Reopens</title><meta name="author" content="wordpressadmin">'
    assert authors(read_page(make_page(head=head, top="<h1>The Amber Road Reopens</h1>"))) == []


def test_a_byline_completes_structured_data_that_names_one_of_two(make_page: PageMaker, read_page: Read) -> None:
    top = '<h1>The Amber Road Reopens</h1><p class="byline">By Olga Szubert and Anna Fox</p>'
    reading = read_page(make_page(head=yoast({"@type": "Person", "name": "Olga Szubert"}), top=top))
    assert authors(reading) == ["Olga Szubert", "Anna Fox"]


def test_the_first_line_of_the_text_completes_a_byline_in_several_blocks(make_page: PageMaker, read_page: Read) -> None:
    link = '<div class="byline-name"><a class="author-name" href="/author/olga/">Olga Szubert</a></div>'
    line = f"<div><div><div><p>3 May 2024</p><p>—</p><p>by</p>{link}</div></div></div>"
    top = f"<h1>The Amber Road Reopens</h1>{line}<p>By Olga Szubert and Anna Fox</p>"
    assert authors(read_page(make_page(top=top))) == ["Olga Szubert", "Anna Fox"]


def test_a_name_with_the_family_name_first_is_reordered_and_located(make_page: PageMaker, read_page: Read) -> None:
    head = (
        "<title>The Amber Road Reopens</title>"
        '<meta name="citation_author" content="Szubert, Olga"><meta name="citation_author" content="Fox, Anna">'
    )
    reading = read_page(make_page(head=head, top="<h1>The Amber Road Reopens</h1>"))
    assert authors(reading) == ["Olga Szubert", "Anna Fox"]
    assert reading.attributions[0].evidence.words == "Szubert, Olga"


def test_a_particle_behind_the_given_name_belongs_to_the_family_name(make_page: PageMaker, read_page: Read) -> None:
    head = '<meta name="dc.creator" content="Jong, Michiel de"><meta name="dc.creator" content="Fox, Anna">'
    assert authors(read_page(make_page(head=head, top="<h1>The Amber Road Reopens</h1>"))) == [
        "Michiel de Jong",
        "Anna Fox",
    ]


def test_a_reviewer_or_photographer_is_no_author(make_page: PageMaker, read_page: Read) -> None:
    top = (
        '<h1>The Amber Road Reopens</h1><p class="byline">By Anna Fox</p>'
        '<p class="author-reviewer">Reviewed by <a href="/author/rita-check/">Rita Check</a></p><p>Photo: Otto Lens</p>'
    )
    assert authors(read_page(make_page(top=top))) == ["Anna Fox"]


def test_a_commenter_is_no_author(make_page: PageMaker, read_page: Read) -> None:
    bottom = (
        '<section class="comments-area"><ol class="commentlist"><li class="comment">'
        '<span class="comment-author fn">Loud Reader</span><p>Author: Loud Reader</p></li></ol></section>'
    )
    reading = read_page(make_page(top="<h1>The Amber Road Reopens</h1>", bottom=bottom))
    assert authors(reading) == []
    assert "Loud Reader" not in reading.text


def test_broken_json_still_names_the_author(make_page: PageMaker, read_page: Read) -> None:
    block = (
        '{"@type":"NewsArticle","headline":"The Amber Road Reopens","description":"he said "no" again",'
        '"author":[{"@type":"Person","name":"Olga Szubert"}],"datePublished":"2023-04-24",}'
    )
    head = f'<title>The Amber Road Reopens</title><script type="application/ld+json">{block}</script>'
    reading = read_page(make_page(head=head, top="<h1>The Amber Road Reopens</h1>"))
    assert authors(reading) == ["Olga Szubert"]
    assert reading.published is not None
    assert reading.published.value == "2023-04-24"


def test_an_author_keeps_the_page_and_identifier_from_the_data(make_page: PageMaker, read_page: Read) -> None:
    person = {
        "@type": "Person",
        "name": "Olga Szubert",
        "url": "https://institute.example/people/olga/",
        "sameAs": ["https://social.example/olga", "https://orcid.org/0000-0002-1825-0097"],
    }
    reading = read_page(make_page(head=yoast([person]), top="<h1>The Amber Road Reopens</h1>"))
    assert reading.attributions[0].url == "https://institute.example/people/olga/"
    assert reading.attributions[0].identifier == "https://orcid.org/0000-0002-1825-0097"


def test_a_byline_of_a_person_wins_over_that_of_a_team(make_page: PageMaker, read_page: Read) -> None:
    top = '<h1>The Amber Road Reopens</h1><p class="byline">By Team Amber Road</p><p>Written by Anna Fox</p>'
    assert authors(read_page(make_page(top=top))) == ["Anna Fox"]


def test_the_name_of_the_site_is_no_author(make_page: PageMaker, read_page: Read) -> None:
    top = '<h1 class="author"><a href="/">River Notes</a></h1><h2>The Amber Road Reopens</h2>'
    top += '<p class="author">River Notes</p>'
    assert authors(read_page(make_page(top=top, bottom='<p class="author">vom Flussfreund</p>'))) == ["Flussfreund"]


@pytest.mark.slow
def test_a_button_in_capitals_is_no_author(make_page: PageMaker, read_page: Read) -> None:
    top = "<h1>The Amber Road Reopens</h1><p><b>SUBSCRIBE NOW</b></p>"
    assert authors(read_page(make_page(top=top))) == []


def test_a_person_named_in_running_text_is_no_author(make_page: PageMaker, read_page: Read) -> None:
    link = '<a href="/people/anna-fox/">Anna Fox</a>'
    body = f"<p>The bridges were opened by {link}, who had the drawings kept. {'It snows on the road. ' * 12}</p>"
    assert authors(read_page(make_page(top="<h1>The Amber Road Reopens</h1>", body=body))) == []


@pytest.mark.parametrize(("paragraphs", "named"), [(2, ["Jan Kowal"]), (300, [])], ids=["near", "far"])
def test_a_line_that_begins_with_by_is_a_byline_only_near_the_headline(
    make_page: PageMaker, read_page: Read, paragraphs: int, named: list[str]
) -> None:
    lines = "".join(f"<p>It snows on road {number}, and its drawings were kept.</p>" for number in range(600))
    first, second = lines[: lines.index(f"<p>It snows on road {paragraphs},")], lines[len(lines) // 2 :]
    body = f"{first}<p>By Jan Kowal</p>{second}"
    assert authors(read_page(make_page(top="<h1>The Amber Road Reopens</h1>", body=body))) == named


def test_the_author_of_a_product_review_is_no_author_of_the_text(make_page: PageMaker, read_page: Read) -> None:
    review = {"@type": "Product", "review": {"@type": "Review", "author": {"@type": "Person", "name": "Renata Inna"}}}
    head = f'<title>The Amber Road Reopens</title><script type="application/ld+json">{json.dumps(review)}</script>'
    assert authors(read_page(make_page(head=head, top="<h1>The Amber Road Reopens</h1>"))) == []


def test_a_place_after_a_name_is_no_author_if_semicolons_separate_names(make_page: PageMaker, read_page: Read) -> None:
    head = '<title>x</title><meta name="author" content="Anna Fox, London; Jan Sowa">'
    assert authors(read_page(make_page(head=head, top="<h1>The Amber Road Reopens</h1>"))) == ["Anna Fox", "Jan Sowa"]


@pytest.mark.parametrize(
    ("line", "role", "name"),
    [
        ("Translated by Olga Fox", Role.TRANSLATOR, "Olga Fox"),
        ("Tłumaczenie: Olga Lis", Role.TRANSLATOR, "Olga Lis"),
        ("Übersetzt aus dem Polnischen von Käthe Möller", Role.TRANSLATOR, "Käthe Möller"),
        ("Traduit de l'anglais par Zoé Lenoir", Role.TRANSLATOR, "Zoé Lenoir"),
        ("Edited by Seán O’Brien", Role.EDITOR, "Seán O’Brien"),
        ("Redakcja: Jan Sowa", Role.EDITOR, "Jan Sowa"),
        ("Fot. Jan Sowa", Role.PHOTOGRAPHER, "Jan Sowa"),
        ("Text: Anna Fox, Foto: Jörg Brandt", Role.PHOTOGRAPHER, "Jörg Brandt"),
    ],
)
def test_a_contributor_gets_their_own_role_and_is_not_the_author(
    make_page: PageMaker, read_page: Read, line: str, role: Role, name: str
) -> None:
    top = f'<h1>The Amber Road Reopens</h1><p class="byline">By Anna Fox</p><p>{line}</p>'
    found = read_page(make_page(top=top)).attributions
    assert [(a.role, a.name) for a in found] == [(Role.AUTHOR, "Anna Fox"), (role, name)]


def test_an_agency_named_with_a_person_has_the_role_of_agency(make_page: PageMaker, read_page: Read) -> None:
    head = '<title>x</title><meta name="author" content="Felix Berg und Anna Fox, dpa">'
    found = read_page(make_page(head=head, top="<h1>The Amber Road Reopens</h1>")).attributions
    assert [(a.role, a.name) for a in found] == [
        (Role.AUTHOR, "Felix Berg"),
        (Role.AUTHOR, "Anna Fox"),
        (Role.AGENCY, "dpa"),
    ]
    alone = '<title>x</title><meta name="author" content="dpa">'
    (only,) = read_page(make_page(head=alone, top="<h1>The Amber Road Reopens</h1>")).attributions
    assert (only.role, only.kind) == (Role.AUTHOR, AgentKind.ORGANISATION)


def test_an_author_gets_the_page_linked_in_the_byline(make_page: PageMaker, read_page: Read) -> None:
    top = '<h1>The Amber Road Reopens</h1><p class="byline">By <a rel="author" href="/people/anna-fox">Anna Fox</a></p>'
    (anna,) = read_page(make_page(head=yoast({"@type": "Person", "name": "Anna Fox"}), top=top)).attributions
    assert anna.url == "https://institute.example/people/anna-fox"


@pytest.mark.parametrize("vocabulary", ["schema:", "dc:", "dcterms:", "http://schema.org/"])
def test_rdfa_names_the_author(make_page: PageMaker, read_page: Read, vocabulary: str) -> None:
    term = "author" if "schema" in vocabulary else "creator"
    body = f'<div typeof="x"><span property="{vocabulary}{term}">Anna Fox</span></div>{"<p>It snows here.</p>" * 40}'
    assert authors(read_page(make_page(top="<h1>The Amber Road Reopens</h1>", body=body))) == ["Anna Fox"]


LABELS = [
    *("Translated by", "Translation:", "tłumaczenie", "tłumaczyła", "tłum.", "przekład", "przełożył", "Übersetzt von"),
    *("Übersetzung aus dem Polnischen von", "traduit de l'anglais par", "traduction", "traducido por", "traducción"),
    *("traduzione di", "tradotto da", "vertaling", "překlad", "přeložila", "переклад", "перевод", "Edited by"),
    *("Redakcja:", "Redaktor:", "herausgegeben von", "Hrsg. von", "Redaktion:", "édité par", "editado por", "Editor:"),
    *("Photo by", "Photographs by", "Photo:", "Fotos von", "Fotografie von", "Fot.", "Zdjęcia:", "Bilder von", "Фото:"),
]


@pytest.mark.parametrize("label", LABELS)
def test_a_role_label_near_the_headline_may_name_a_contributor(label: str) -> None:
    def may(words: str) -> bool:
        body = f"<h1>The Amber Road</h1><p>{words}</p>"
        page = open_page(Entity("https://institute.example/x/", body.encode(), "text/html", "utf-8"), "")
        assert page is not None
        return attributions.may_name(page, page.tree.find(".//h1"))

    assert may(f"{label} Jane Roe")
    assert not may("Written by Jane Roe")
    assert not may("Accredited by Jane Roe")


def test_an_editor_is_no_author(make_page: PageMaker, read_page: Read) -> None:
    line = '<p class="byline">Redaktion: Roman Rotter und <a href="/redaktion/marc">Marc Sommer</a></p>'
    reading = read_page(make_page(top=f"<h1>The Amber Road Reopens</h1>{line}", lang="de"))
    assert [a.name for a in reading.attributions if a.role is Role.AUTHOR] == []


@pytest.mark.parametrize(
    "lines",
    [
        "<div>By Anna Fox<br>Translated by Ewa Sowa<br>Photographs by Jan Lis</div>",
        "<div>Author: Anna Fox<br>Translation: Ewa Sowa<br>Photos: Jan Lis</div>",
        "<p>By Anna Fox</p><p>Translated by Ewa Sowa</p><p>Photographs by Jan Lis</p>",
    ],
    ids=["broken lines", "labels", "paragraphs"],
)
def test_a_list_of_credits_gives_each_role_and_stays_out_of_the_text(
    make_page: PageMaker, read_page: Read, lines: str
) -> None:
    reading = read_page(make_page(top=f"<h1>The Amber Road Reopens</h1>{lines}"))
    named = [(one.name, one.role) for one in reading.attributions]
    assert named == [("Anna Fox", Role.AUTHOR), ("Ewa Sowa", Role.TRANSLATOR), ("Jan Lis", Role.PHOTOGRAPHER)]
    assert reading.text.startswith("The amber road between")


def test_words_between_author_and_section_are_not_part_of_the_text(make_page: PageMaker, read_page: Read) -> None:
    line = "<div><p>Written by</p><p>Anna Fox</p><p>in</p></div>"
    reading = read_page(make_page().replace("<p>The amber road between", f"{line}<p>The amber road between", 1))
    assert reading.text.startswith("The amber road between")


def test_the_only_article_element_is_the_text_even_with_a_linked_heading(make_page: PageMaker, read_page: Read) -> None:
    top = f"<header><h1>The Amber Road Reopens</h1>{'<i>share</i>' * 9}</header><article>"
    top += '<div class="inline-byline">By <span class="byline-name">Anna Fox</span></div>'
    top += '<h2><a href="/film/">See all of the amber road and of its bridges from the air</a></h2>'
    page = make_page(top=top, bottom="").replace("<main><article>", "<main>", 1)
    more = "<p>Carters say that the new stone holds well under load.</p>" * 60
    page = page.replace("</main>", f"<div>{more}</div></main>")
    assert authors(read_page(page)) == ["Anna Fox"]
    with_another = page.replace("</main>", "<article><p>Salt prices fall</p></article></main>")
    assert authors(read_page(with_another)) == []
