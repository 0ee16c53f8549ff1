"""Words around and between the paragraphs that are not part of the text; and what an extractor lost, put back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import html

from db.model.item import Attribution, Evidence, Reading, Role
from db.model.text_marks import PLAIN, Mark, MarkKind
from ingest.reading.page.passage import Passage
from ingest.reading.text.alignment import Aligned
from ingest.reading.text.article import cleared
from ingest.reading.text.blocks import passages
from ingest.reading.text.completing import completed
from ingest.reading.text.trimming import REPEATED_LONGEST, Known, trimmed

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
LONG = "The quay was mended in the spring of that year, and nobody who had seen the storm thought it would be so soon."
NEXT = "Merchants asked for their old place at the water, and the master of the harbour had none to give to them."
OPENING, CLOSING = f"<p>{LONG} {NEXT}</p>", f"<p>{NEXT} {LONG}</p>"


def passage(words: str, kind: MarkKind = MarkKind.PARAGRAPH) -> Passage:
    return Passage(words, None, Mark(kind))


@pytest.mark.parametrize(
    "line",
    [
        "The Amber Road Reopens",
        "Published 24 April 2023",
        "4 min read",
        "Monday, 24 April 2023, 11:01 am PT (02:01 pm ET)",
        "segunda-feira, 24 de abril de 2023 às 0:13",
        "WARSAW | Mon 24 April 2023 3:05pm EDT",
        "14 hours ago",
        "vor 3 Stunden",
        "3 godziny temu",
        "By Grażyna Żuraw",
        "By Grażyna Żuraw of the institute, with contributions from Terje Moland; edited by Prudence Akinyi",
        "Udostępnij",
    ],
    ids=[
        "headline",
        "date",
        "reading time",
        "two zones",
        "às",
        "place",
        "ago",
        "vor",
        "temu",
        "byline",
        "more",
        "share",
    ],
)
def test_lines_before_the_text_are_not_part_of_it(make_page: PageMaker, read_page: Read, line: str) -> None:
    text = read_page(make_page(body=f"<p>{line}</p>{OPENING}{CLOSING}", bottom="")).text
    assert text.startswith(LONG)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (
            passage("Posted: June 6, 2023 | Author: Anna Fox and Jan Nowak | Category: Quays and Docks | 2 Comments »"),
            False,
        ),
        (passage("June 6, 2023 in Quays and Docks, with pictures and a map, Anna Fox and Jan Nowak :: Rivers"), False),
        (passage("Autor: Anna Fox, Leiterin, Programm Seeverkehr; Jan Nowak, Referent im Institut für Häfen"), False),
        (passage("By Anna Fox of the institute, with much help from Terje Moland, and by Jan Nowak"), False),
        (passage("Anna Fox | Senior Fellow in the Programme for Coasts, Rivers and the Ships on them"), False),
        (passage("Jan NowakWissenschaftlicher MitarbeiterForschungsgruppe Küsten", MarkKind.ITEM), False),
        (passage("20. Mai 2023 / 5 Min. Lesezeit"), False),
        (passage("Anna Fox and Jan Nowak", MarkKind.HEADING), False),
        (
            passage("By Anna Fox, Director of Studies at the Estuary Institute, and by Jan Nowak", MarkKind.HEADING),
            False,
        ),
        (passage("5 min read", MarkKind.HEADING), True),
        (passage("Anna Fox"), False),
        (passage("On June 6, 2023, Anna Fox and Jan Nowak went along the quay and counted the ships in it."), True),
        (passage("A letter of June 6, 2023 in which Anna Fox asks the port for its accounts of the year"), True),
        (passage("What Anna Fox and Jan Nowak saw from the quay when the storm of the winter was over"), True),
        (passage("Anna Fox on what the storm of the winter left of the quay and of the ships in it"), True),
    ],
)
def test_a_line_that_names_the_authors_before_the_text_is_not_part_of_it(line: Passage, kept: bool) -> None:
    evidence = Evidence("", "")
    authors = Attribution("Anna Fox", evidence), Attribution("Jan Nowak", evidence)
    known = Known(credited=(*authors, Attribution("Ewa Kos", evidence, Role.PHOTOGRAPHER)))
    text = [passage(f"{number}: {LONG}") for number in range(3)]
    assert (line in trimmed([line, *text], known)) is kept


AUTHORS = tuple(Attribution(name, Evidence("", "")) for name in ("Anna Fox", "Jan Nowak"))


def test_the_other_lines_of_a_paragraph_or_list_with_a_name_are_not_part_of_the_text() -> None:
    text = [passage(f"{number}: {LONG}") for number in range(3)]
    listed = html.fromstring("<ul><li>Anna Fox</li><li>Quays and Docks</li><li>1 204</li></ul>")
    items = [Passage(item.text, item, Mark(MarkKind.ITEM)) for item in listed]
    line, other = html.fromstring("<p>Anna Fox<br>Director</p>"), html.fromstring("<p>Director</p>")
    lines = [Passage(words, line) for words in ("Anna Fox", "Director of Studies", "The road is open again.")]
    for top, left in (
        (items, []),
        (lines, lines[2:]),
        ([lines[0], Passage("Director", other)], [Passage("Director", other)]),
        ([passage("The road"), passage("The quay")], [passage("The road"), passage("The quay")]),
        ([lines[1], lines[0]], [lines[1]]),
    ):
        assert trimmed([*top, *text], Known(credited=AUTHORS)) == [*left, *text]


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["Anna Fox", "Director of Studies, Estuary Institute", "More by this author"], False),
        (["Anna Fox", "She counts the ships of the port."], True),
        (["Terje Moland", "Director of Studies, Estuary Institute"], True),
        (["Anna Fox"], True),
    ],
)
def test_the_card_of_an_author_behind_a_text_is_not_part_of_it(lines: list[str], kept: bool) -> None:
    found = [*(passage(f"{number}: {LONG}") for number in range(4)), *map(passage, lines)]
    left = trimmed(found, Known(credited=AUTHORS))
    assert left == (found if kept else found[:4])


def test_a_picture_is_no_part_of_the_card_of_an_author() -> None:
    ending = [passage("Anna Fox"), passage("The quay in winter", MarkKind.CAPTION)]
    found = [*(passage(f"{number}: {LONG}") for number in range(4)), *ending]
    assert trimmed(found, Known(credited=AUTHORS)) == found


def test_headings_above_the_headline_and_dates_are_not_part_of_the_text() -> None:
    known = Known("port.example", ("The Amber Road Reopens",))
    heading = [
        passage(words, MarkKind.HEADING) for words in ("Essay", "The Amber Road Reopens", "Published: 24 April 2023")
    ]
    assert trimmed([*heading, passage(LONG), passage(NEXT)], known) == [passage(LONG), passage(NEXT)]
    # Below the headline a heading belongs to the text, and so does a date that heads part of a chronicle.
    chronicle = [passage("Essay", MarkKind.HEADING), passage("24 April 2023", MarkKind.HEADING), passage(LONG)]
    assert trimmed([heading[1], *chronicle, passage(NEXT)], known) == [*chronicle, passage(NEXT)]
    for words in ("Updated rules of 24 April 2023 for ports", "Posted to the front, 24 April 1915"):
        part = passage(words, MarkKind.HEADING)
        assert trimmed([part, passage(LONG), passage(NEXT)], known)[0] is part
    # A title repeated below a paragraph says nothing about the words above that paragraph.
    why = passage("Why it matters", MarkKind.HEADING)
    assert trimmed([why, passage(LONG), heading[1], passage(NEXT)], known)[0] is why


@pytest.mark.parametrize(
    "lines",
    [
        ["24 April 2023"],
        ["Published: 24 April 2023", "Updated: 2 May 2023"],
        ["Aktualizacja: 24.04.2023 19:45 Publikacja: 24.04.2023 19:05"],
        ["Zuletzt bearbeitet: 24.04.2023, 08:27 Uhr"],
    ],
)
def test_the_line_of_the_date_below_an_introduction_is_not_part_of_the_text(lines: list[str]) -> None:
    stamps = [passage(line) for line in lines]
    text = [passage(NEXT), passage(LONG)]
    assert trimmed([passage(LONG), *stamps, *text], Known()) == [passage(LONG), *text]


def test_a_line_of_only_a_date_further_down_and_the_days_of_a_chronicle_are_text() -> None:
    day, other = passage("24 April 2023"), passage("2 May 2023")
    for text in (
        [passage(LONG), passage(NEXT), day, passage(LONG)],
        [passage(LONG), day, passage(NEXT), other, passage(LONG)],
        [passage(LONG), passage("The quay", MarkKind.HEADING), day, passage(NEXT)],
    ):
        assert trimmed(text, Known()) == text
    # A caption or a short line is no introduction: the text may begin behind it.
    for first in (passage(LONG, MarkKind.CAPTION), passage("The quay in spring")):
        text = [first, passage("The quay"), day, passage(NEXT), passage(LONG)]
        assert trimmed(text, Known()) == [first, passage("The quay"), passage(NEXT), passage(LONG)]


HEADLINE = "The Amber Road Reopens After the Storm"


@pytest.mark.parametrize(
    "line",
    [
        "Essay",
        "Harbours and Their Merchants",
        "Home News Harbours The Amber Road Reopens After the Storm",
        "https://port.example/news/harbours/2023/04/the-amber-road-reopens-after-the-storm-of-the-last-winter-1482",
        "Your browser is not supported any more. To see the pages of this site as they are, load another one here",
    ],
    ids=["kicker", "section", "path", "address", "notice"],
)
def test_lines_above_the_headline_are_not_part_of_the_text(line: str) -> None:
    known = Known("port.example", (HEADLINE,))
    headline = Passage(HEADLINE, None, Mark(MarkKind.HEADING, 1))
    assert trimmed([passage(line), headline, passage(LONG), passage(NEXT)], known) == [passage(LONG), passage(NEXT)]


@pytest.mark.parametrize("path", ["Port Institute/ notes/ ", "Port Institute › Notes › "])
def test_the_path_to_a_page_with_its_title_is_not_part_of_the_text(path: str) -> None:
    known = Known("port.example", (HEADLINE,))
    assert trimmed([passage(path + HEADLINE), passage(LONG), passage(NEXT)], known) == [passage(LONG), passage(NEXT)]
    said = passage(f"A clerk asked what was meant by {HEADLINE}")
    assert trimmed([said, passage(LONG), passage(NEXT)], known)[0] == said


def test_a_picture_or_a_paragraph_above_the_headline_is_kept() -> None:
    known = Known("port.example", (HEADLINE,))
    headline = Passage(HEADLINE, None, Mark(MarkKind.HEADING, 1))
    picture = passage("The quay in spring. Photo: M. Wilk", MarkKind.CAPTION)
    assert trimmed([picture, headline, passage(LONG), passage(NEXT)], known)[0] is picture
    assert trimmed([passage(LONG), headline, passage(NEXT)], known) == [passage(LONG), headline, passage(NEXT)]
    # Only a first-level heading is known to be the headline of the page.
    part = Passage(HEADLINE, None, Mark(MarkKind.HEADING, 2))
    assert trimmed([passage("Essay"), part, passage(LONG), passage(NEXT)], known)[0] == passage("Essay")


@pytest.mark.parametrize(
    "last",
    [
        "Since the storm the harbour has sent its merchants a newsletter, and most of them like the show it makes.",
        "With files from the archive in her arms she walked back to the harbour. Nobody stopped her.",
        "Quellen sind rar",
        "The mayor asked whether anybody had a question. Do you have any? Nobody did, and the road was closed.",
        "He asked all who came to the quay to sign up for the newsletter of his party, and they went home.",
        "Get the newsletter wrong and your readers leave; get it right and they stay.",
        "The mayor closed with a call. Join the union, she said, and read its newsletter.",
        "Die Händler lesen Briefe der Kammer. Ein Newsletter hält sie seit Jahren über die Zölle auf dem Laufenden.",
        "Wer den Newsletter der Stadt liest, kann sich dort jetzt anmelden; der Termin steht seit Mai fest.",
        "If you enjoyed the show in March, please wait for the second bridge, which will cost twice as much.",
        "Si vous avez aimé ce texte de Zola, la nouvelle gare vous plaira : on y a fait graver trois lignes.",
        "Si te gustó el texto del acuerdo de 2015, el nuevo te parecerá largo: tiene mil páginas y ningún mapa.",
        "With files from the archive, which had burnt twice, the clerk drew the bridges.",
        "Traducción de documentos oficiales al guaraní",
        "Übersetzung: Pflicht für alle Ämter der Stadt",
        "Sendung: Die Zeit läuft ab, und niemand weiß, wer das Ende der Brücke noch sehen wird.",
        "Got a tip for the waiter? In the port nobody leaves one.",
        "Der Bürgermeister sagte den Händlern: Ihre Meinung ist uns wichtig, aber die Zölle bleiben.",
        "The towns along the road expect their trade to return before the winter, and the harbour master has begun to "
        "draw up a list of quays. Sign up for our newsletter.",
    ],
    ids=[
        "newsletter",
        "files",
        "Quellen",
        "question",
        "party",
        "get it right",
        "join",
        "hält",
        "jetzt",
        "the show",
        "Zola",
        "acuerdo",
        "archive",
        "traducción",
        "Übersetzung",
        "Sendung",
        "waiter",
        "Meinung",
        "long",
    ],
)
def test_a_last_sentence_about_letters_or_files_is_text(make_page: PageMaker, read_page: Read, last: str) -> None:
    assert read_page(make_page(body=f"{OPENING}{CLOSING}<p>{last}</p>", bottom="")).text.endswith(last)


@pytest.mark.parametrize(
    "line",
    [
        "<h3>Our latest work</h3>",
        "<p>Copyright © 2023 Example Institute</p>",
        "<p>(dmk)</p>",
        "<p>aja/PAP</p>",
        "<p>Write to us at quay@institute.example, or follow us on Facebook, Instagram and TikTok for what is new.</p>",
        "<h4>Press contact</h4><p>Grażyna Żuraw</p><p>Telephone 22 555 01 23</p>",
        "<p>Join us on Telegram and Facebook for more</p>",
        "<p>Dr Grażyna Żuraw is a fellow of the institute and has written on the ports of the north since 2009.</p>",
        "<p>Example Papers is a house of its own. If you liked this article, please consider sharing it.</p>",
        "<p>Kick off your day with our daily email newsletter. The freshest news, served hot.</p>",
        "<p>Der Newsletter informiert Sie jeden Morgen über den Hafen – hier entlang.</p>",
        "<p>Suscríbete a nuestra newsletter.</p>",
        "<p>Do you have a story about the quay? Write to us.</p>",
        "<p>With files from The Harbour Press and Terje Moland</p>",
        "<p>Additional reporting by Terje Moland</p>",
        "<p>(Quelle: APA/sda/dpa)</p>",
        "<p>Mit Agenturmaterial.</p>",
        "<p>Sendung: Hafenfunk, 24.04.2023, 15:10 Uhr</p>",
        "<p>Aus dem Englischen von Terje Moland</p>",
    ],
    ids=[
        "heading of nothing",
        "copyright",
        "initials",
        "agency",
        "follow us too",
        "press",
        "follow us",
        "who the author is",
        "liked",
        "newsletter",
        "Newsletter",
        "suscríbete",
        "a story",
        "files",
        "reporting",
        "agencies",
        "Agenturmaterial",
        "Sendung",
        "translated",
    ],
)
def test_lines_below_the_text_are_not_part_of_it(make_page: PageMaker, read_page: Read, line: str) -> None:
    text = read_page(make_page(body=f"{OPENING}{CLOSING}{line}", bottom="")).text
    assert text.endswith(LONG)


@pytest.mark.parametrize(
    "line",
    [
        "The views expressed here are solely those of the author, and not of the Quay Institute.",
        "(Opinions and views expressed in this series do not necessarily reflect those of the harbour.)",
        "This commentary reflects the personal views of its author.",
        "Terje Moland keeps the tide tables. All opinions expressed are his own.",
        "Dieser Beitrag gibt die Meinung der Verfasserin wieder.",
        "Die hier vertretenen Ansichten sind die des Autors.",
        "Les propos ici exprimés n'engagent que leur auteur.",
        "Las ideas aquí vertidas son responsabilidad de quien firma.",
        "Todas las publicaciones expresan las opiniones de sus autoras.",
        "Le opinioni qui espresse sono strettamente personali.",
        "As ideias aqui contidas são da exclusiva responsabilidade de quem assina.",
        "De meningen die hier worden geuit zijn die van de auteur.",
        "Poglądy tu przedstawione są poglądami autorki.",
        "Мнение авторов рубрики может не отражать точку зрения редакции.",
        "Погляди авторів можуть не збігатися з позицією редакції.",
        "Åsikterna som uttrycks här är skribentens egna.",
        "Názory zde uvedené jsou názory autorky.",
        "Bu yazıda yer alan görüşler yazarına aittir.",
        "Have an idea for a report on the quay? Send a few lines to Terje Moland, and we will answer.",
    ],
)
def test_a_line_below_the_text_that_says_whose_opinion_it_is_is_not_part_of_it(
    make_page: PageMaker, read_page: Read, line: str
) -> None:
    text = read_page(make_page(body=f"{OPENING}{CLOSING}<p><em>{line}</em></p>", bottom="")).text
    assert text.endswith(LONG)


@pytest.mark.parametrize(
    "line",
    [
        "The views expressed at the quay that night were those of the authors of the petition, and of nobody else.",
        "In the end the board asked whether the views expressed in the petition do not reflect what all of them want.",
        "The opinions of the crew, which the captain had expressed in a letter to its author, are now in the archive.",
        "Der Bericht gibt einen Überblick über das, was die Autorin im Hafen gesehen hat, und nennt die Zahlen.",
    ],
)
def test_a_last_sentence_that_tells_of_the_opinions_of_others_stays(
    make_page: PageMaker, read_page: Read, line: str
) -> None:
    assert read_page(make_page(body=f"{OPENING}{CLOSING}<p>{line}</p>", bottom="")).text.endswith(line)


@pytest.mark.parametrize(
    "line",
    [
        "<p>******</p>",
        "<p>Sent from my telephone</p>",
        "<p>wikul napisał(a):</p>",
        "<p>Click to read more and view comments</p>",
        "<p>Buy now from one of our partners:</p>",
        "<p>We use cookies, and so do those who count our readers.</p>",
        "<p>This text may contain affiliate links. If you buy by them, we may earn a commission.</p>",
        "<p>Featured image: Harbour Archive</p>",
    ],
    ids=["stars", "device", "quoted", "more", "shop", "cookies", "affiliates", "credit"],
)
def test_furniture_between_paragraphs_is_not_part_of_the_text(make_page: PageMaker, read_page: Read, line: str) -> None:
    text = read_page(make_page(body=f"{OPENING}{line}{CLOSING}", bottom="")).text
    assert text == f"{LONG} {NEXT}\n\n{NEXT} {LONG}"


def test_a_forum_signature_is_not_part_of_the_text(make_page: PageMaker, read_page: Read) -> None:
    told = "The pumps were mended first, and the master of the harbour paid for them out of his own pocket."
    post = f"<div>{LONG}<br>{told}</div><div>__________________<br>TV: 40 inches<br>Radio: none</div>"
    text = read_page(make_page(body=f"{OPENING}{post}{CLOSING}", bottom="")).text
    assert "TV" not in text
    assert told in text


def test_a_permalink_sign_is_not_part_of_a_heading(make_page: PageMaker, read_page: Read) -> None:
    heading = '<h2 id="lock">The upper lock<a class="anchor" href="#lock">#</a></h2>'
    assert "\n\nThe upper lock\n\n" in read_page(make_page(body=f"{OPENING}{heading}{CLOSING}", bottom="")).text


def test_a_heading_that_stops_below_the_menu_of_the_site_is_part_of_the_text(
    make_page: PageMaker, read_page: Read
) -> None:
    heading = '<h2 class="stopsBelowStickyNavbar" id="lock">The upper lock</h2>'
    assert "\n\nThe upper lock\n\n" in read_page(make_page(body=f"{OPENING}{heading}{CLOSING}", bottom="")).text


def test_a_ruled_line_above_a_long_text_starts_no_signature(make_page: PageMaker, read_page: Read) -> None:
    below = "<br>".join(f"{LONG} {n}" for n in range(6))
    text = read_page(make_page(body=f"{OPENING}<div>__________<br>{below}</div>{CLOSING}", bottom="")).text
    assert f"{LONG} 5" in text


def test_a_pull_quote_is_not_repeated(make_page: PageMaker, read_page: Read) -> None:
    pulled = f"<figure><blockquote><p>{NEXT}</p></blockquote></figure>"
    other = "<blockquote><p>Nobody had seen such a storm, said the master, who had seen many of them.</p></blockquote>"
    text = read_page(make_page(body=f"{OPENING}{pulled}{other}{CLOSING}", bottom="")).text
    assert text.count(NEXT) == 2
    assert "who had seen many of them" in text


SPOKEN = (
    "“The gate was locked,” said the baker. “Nobody told us for more than a week.” "
    "Then she went back to her oven and its four hundred loaves."
)


@pytest.mark.parametrize(
    "box",
    [
        "<div class='kv-pulled'>The gate was locked. Nobody told us for more than a week.</div>",
        "<aside-box><blockquote>“The gate was locked. Nobody told us for more than a week.”</blockquote></aside-box>",
        "<div class='kv-pulled'><p>Then she went back to her oven and its four hundred loaves.</p></div>",
    ],
    ids=["spliced", "quotation", "one sentence"],
)
def test_a_box_that_repeats_sentences_of_a_paragraph_is_left_out(
    make_page: PageMaker, read_page: Read, box: str
) -> None:
    without = read_page(make_page(body=f"{OPENING}<p>{SPOKEN}</p>{CLOSING}", bottom="")).text
    assert read_page(make_page(body=f"{OPENING}{box}<p>{SPOKEN}</p>{CLOSING}", bottom="")).text == without


def test_a_quotation_whose_sentences_are_explained_one_by_one_is_text(make_page: PageMaker, read_page: Read) -> None:
    law = "Whoever locks the gate shall say so. Whoever opens the gate shall be paid."
    told = "".join(
        f"<p>“{one}” This line has been disputed since the harbour was built, and no court has settled it yet.</p>"
        for one in law.replace(". ", ".|").split("|")
    )
    page = make_page(body=f"{OPENING}<blockquote><p>{law}</p></blockquote>{told}{CLOSING}", bottom="")
    assert law in read_page(page).text


def test_a_sentence_that_an_author_repeats_is_text(make_page: PageMaker, read_page: Read) -> None:
    refrain = "<p>Then she went back to her oven and its four hundred loaves.</p>"
    text = read_page(make_page(body=f"{OPENING}<p>{SPOKEN}</p>{refrain}{CLOSING}", bottom="")).text
    assert text.count("Then she went back") == 2


def test_a_paragraph_linking_to_another_text_of_the_site_is_left_out(make_page: PageMaker, read_page: Read) -> None:
    own = '<p><a href="/salt-prices-in-the-port/">Salt prices in the port rise again</a></p>'
    other = '<p><a href="https://elsewhere.example/report">The report of the harbour board in full</a></p>'
    text = read_page(make_page(body=f"{OPENING}{own}{other}{CLOSING}", bottom="")).text
    assert "Salt prices" not in text
    assert "harbour board in full" in text


def test_headings_and_lists_between_paragraphs_are_not_lost(make_page: PageMaker, read_page: Read) -> None:
    within = '<h3><a id="works"><strong>1. The works</strong></a></h3>' + OPENING.replace("quay", "crane")
    listed = "<ul><li>bollards</li><li>pumps</li></ul>"
    text = read_page(make_page(body=f"{OPENING}{within}{listed}{CLOSING}", bottom="")).text
    assert "\n\n1. The works\n\n" in text
    assert "- bollards\n\n- pumps\n\n" in text


@pytest.mark.parametrize("parts", [{"bottom": ""}, {}], ids=["the text alone", "with a footer"])
@pytest.mark.parametrize("between", ["", "<h2>What it means</h2>"])
def test_a_text_that_a_page_shows_twice_is_read_once(
    make_page: PageMaker, read_page: Read, between: str, parts: dict[str, str]
) -> None:
    once = f"{OPENING}{between}{CLOSING}"
    text = read_page(make_page(body=f'<div class="wide">{once}</div><div class="narrow">{once}</div>', **parts)).text
    assert text.count(f"{LONG} {NEXT}") == text.count(f"{NEXT} {LONG}") == 1
    assert text.count("What it means") == (1 if between else 0)


def test_an_extracted_line_without_a_passage_keeps_its_place() -> None:
    aligned = Aligned(f"{LONG}\nWords from somewhere else on the page.\n{NEXT}", [passage(LONG), passage(NEXT)])
    assert aligned.held == [True, True]
    assert aligned.strays == {1: ["Words from somewhere else on the page."]}


def test_short_words_match_only_a_whole_line() -> None:
    text = f"Storms\n{LONG}\nAfter\n{NEXT}"
    found = Aligned(text, [passage("Storms"), passage("the storm"), passage(LONG), passage("After"), passage(NEXT)])
    assert found.held == [True, False, True, True, True]
    assert found.share == 1


def test_an_extracted_line_may_match_several_passages() -> None:
    found = Aligned(f"{LONG}\nthe quay is swept twice a day\n{NEXT}", [
        passage(LONG), passage("the quay is swept"), passage("twice a day"), passage(NEXT)
    ])  # fmt: skip
    assert all(found.held)


def test_a_repeated_passage_matches_once_per_extracted_line() -> None:
    assert Aligned(f"{LONG}\n{NEXT}", [passage(LONG), passage(NEXT), passage(LONG)]).held == [True, True, False]


def test_a_paragraph_equal_to_the_description_opens_the_text(make_page: PageMaker, read_page: Read) -> None:
    lead = "Nine harbours lost their quays in one night, and most of them have the cranes back that they had before."
    head = f'<title>The Amber Road Reopens</title><meta name="description" content="{lead}">'
    top = f'<h1>The Amber Road Reopens</h1><div class="intro-words"><span>{lead}</span></div>'
    assert read_page(make_page(head=head, top=top, body=f"{OPENING}{CLOSING}", bottom="")).text.startswith(lead)
    plain = read_page(make_page(top=top, body=f"{OPENING}{CLOSING}", bottom="")).text
    assert read_page(make_page(head=head, top="<h1>The Amber Road Reopens</h1>", bottom="")).text.count(lead) == 0
    assert plain.count(lead) <= 1


def test_titles_are_compared_by_letters_without_duplicates() -> None:
    assert Known("port.example", ("The Quay!", "", "the quay", "The Quay - Port")).titles == ("thequay", "thequayport")


@pytest.mark.parametrize("other", ["Tuesday", "Friday"], ids=["of another length", "of one length"])
def test_paragraphs_with_the_same_ending_are_all_kept(other: str) -> None:
    found = [passage(f"{day}: {LONG}") for day in ("Monday", other, "Monday")]
    assert [one.words for one in cleared(found, Known())] == [one.words for one in found[:2]]


def test_a_row_of_single_letter_links_is_not_text() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    row = html.fromstring("<p>" + " ".join(f'<a href="/{one}/">{one}</a>' for one in letters) + "</p>")
    found = [passage(f"{number}: {LONG}") for number in range(4)]
    found.insert(2, Passage(" ".join(letters), row, PLAIN, len(letters)))
    assert [one.words for one in trimmed(found, Known())] == [one.words for one in found if one.element is None]


@pytest.mark.parametrize(
    "line",
    [
        "(ak/jm)",
        f"{NEXT[:-1]}, Jan Nowak contributed to this report from the port {LONG[:45]}",
        "Reporting by Jan Nowak and Anna Kowal, additional reporting by Ewa Port, editing by Adam Quay",
    ],
)
def test_a_last_line_of_credits_is_not_part_of_the_text(line: str) -> None:
    found = [passage(f"{number}: {LONG}") for number in range(4)]
    assert trimmed([*found, passage(line)], Known()) == found


@pytest.mark.parametrize("opening", ["…", "“", "_", "- "])
def test_a_paragraph_that_begins_with_a_sign_is_text(opening: str) -> None:
    found = [passage(f"{opening}{number} {LONG}") for number in range(4)]
    assert trimmed([*found, passage("* * *"), found[0]], Known()) == [*found, found[0]]


@pytest.mark.parametrize(
    "notice",
    [
        "We use cookies to count who reads us. " * 6,
        "This page contains affiliate links. " * 8,
        "To view this content we ask for your consent. We use cookies to count who reads us. " * 9,
        "COOKIES: WE USE COOKIES",
    ],
)
def test_notices_between_paragraphs_are_not_part_of_the_text(notice: str) -> None:
    found = [passage(LONG), passage(notice.strip()), passage(f"{NEXT} Nobody sold cookies there. {LONG}")]
    assert [one.words for one in cleared(found, Known())] == [found[0].words, found[2].words]


def test_a_long_author_biography_at_the_start_is_not_part_of_the_text() -> None:
    credited = (Attribution("Jan Nowak", Evidence("Jan Nowak", "")),)
    bio = passage(f"Jan Nowak is the master of the harbour. {LONG} {NEXT}")
    found = [bio, *(passage(f"{number}: {LONG}") for number in range(3))]
    assert len(bio.words) > REPEATED_LONGEST
    assert trimmed(found, Known("port.example", (), credited)) == found[1:]
    assert trimmed(found, Known()) == found


def test_the_words_of_a_credited_speaker_in_an_interview_are_text() -> None:
    known = Known("port.example", (), (Attribution("Jan Nowak", Evidence("Jan Nowak", "")),))
    found = [passage(f"Jan Nowak: {LONG}"), *(passage(f"{n}: {LONG}") for n in range(3)), passage(f"Jan Nowak: {NEXT}")]
    assert trimmed(found, known) == found


@pytest.mark.parametrize(
    ("name", "words", "kept"),
    [
        ("Jan Nowak", "Jan Nowak is the master of the harbour and of its ferry.", False),
        ("Anna Fox", "Anna Fox is the master of the harbour and of its ferry.", False),
        ("Anna Fox", "Dr. Anna Fox’s history of the harbour is printed by the port.", False),
        ("Omnivore", "Omnivore keeps the articles of the port in one place for you.", True),
        ("Native Teacher", "Visit NativeTeacher.example for lessons about the harbour.", True),
        ("Harbour Dental Care", "Does Harbour Dental Care offer visits on the ferry itself?", True),
    ],
)
def test_below_a_text_its_author_is_introduced_by_the_whole_name(name: str, words: str, *, kept: bool) -> None:
    known = Known("port.example", (), (Attribution(name, Evidence(name, "")),))
    found = [*(passage(f"{number}: {LONG}") for number in range(4)), passage(words)]
    assert (trimmed(found, known) == found) is kept


def test_a_closing_note_on_an_author_by_first_name_is_not_text() -> None:
    known = Known("port.example", (), (Attribution("Ludwika Nowak", Evidence("Ludwika Nowak", "")),))
    found = [passage(f"{number}: {LONG}") for number in range(4)]
    for words in (
        "Ludwika has written on ports and on quays since 1998.",
        "Ludwika (Lusia) Nowak is the master of the harbour of Amber.",
    ):
        assert trimmed([*found, passage(words)], known) == found
    about = [
        passage("Ludwik is the king whom the text is about, and he came late."),
        *found,
        passage("Nowak has left it."),
    ]
    assert trimmed(about, known) == about


@pytest.mark.parametrize("line", ["Monday, 24 April 2023, 13:49", "lunes, 24 abril 2023 10:21 h"])
def test_a_date_below_a_long_subtitle_is_not_part_of_the_text(make_page: PageMaker, read_page: Read, line: str) -> None:
    below = f"<h2>{LONG}</h2><p>{line}</p>"
    assert line not in read_page(make_page(body=f"{below}{CLOSING}{OPENING}", bottom="")).text


@pytest.mark.parametrize("label", ["<h3>Story tools</h3>", "<div><p>Further reading</p></div>"])
def test_the_heading_of_a_list_of_other_texts_is_not_part_of_the_text(
    make_page: PageMaker, read_page: Read, label: str
) -> None:
    listed = '<ul><li><a href="/other/">Salt prices fall</a></li><li><a href="/third/">A new ferry</a></li></ul>'
    text = read_page(make_page(body=f"{OPENING}{CLOSING}{label}{listed}{OPENING}{CLOSING}", bottom="")).text
    assert "tools" not in text
    assert "Further" not in text


def test_a_picture_credit_is_not_part_of_the_text(make_page: PageMaker, read_page: Read) -> None:
    credit = '<div><img src="/quay.jpg" alt=""><div class="credit">Harbour archive</div></div>'
    assert "archive" not in read_page(make_page(body=f"{OPENING}{credit}{CLOSING}", bottom="")).text


@pytest.mark.parametrize("tag", ["div", "p"])
def test_a_picture_credit_is_a_caption_whatever_its_element(tag: str) -> None:
    page = html.document_fromstring(f'<div><p>{OPENING}</p><{tag} class="imageCredit">Harbour archive</{tag}></div>')
    assert [one.mark.kind for one in passages(page)][-1] is MarkKind.CAPTION


def test_the_heading_of_a_list_of_sources_is_text(make_page: PageMaker, read_page: Read) -> None:
    listed = (
        '<ul><li><a href="https://a.example/salt">Salt</a></li><li><a href="https://b.example/ice">Ice</a></li></ul>'
    )
    text = read_page(make_page(body=f"{OPENING}{CLOSING}<h3>Sources used</h3>{listed}{OPENING}{CLOSING}")).text
    assert "Sources used" in text


@pytest.mark.parametrize("called", ["post category-credit hentry", "node credit", "topic media-credit"])
def test_a_class_with_the_word_credit_does_not_make_a_text_a_caption(
    make_page: PageMaker, read_page: Read, called: str
) -> None:
    found = read_page(make_page(body=f'<div class="{called}">{OPENING}{CLOSING}</div>', bottom=""))
    assert found.text.startswith(LONG)
    assert not any(mark.kind is MarkKind.CAPTION for mark in found.marks)


LAST = ["商人们都走了。", "„Nun kommt das Salz wieder.“", "The harbour is open (again)", "व्यापारी चले गए।"]


@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize("below", ["Amber", '<a href="/other/">Salt prices fall</a>'], ids=["tags", "links"])
def test_a_short_last_sentence_in_any_script_is_text(
    make_page: PageMaker, read_page: Read, last: str, below: str
) -> None:
    head = '<title>The Amber Road Reopens</title><meta property="article:tag" content="Amber, Old tolls">'
    listed = f"<ul><li><p>{below}</p></li><li><p>{below.replace('Amber', 'Old tolls')}</p></li></ul>"
    assert last in read_page(make_page(head=head, body=f"{OPENING}{CLOSING}<p>{last}</p>{listed}", bottom="")).text


def test_links_below_loose_labels_are_resolved_once_each() -> None:
    links = '<a href="/a">Salt prices</a><br><a href="/b">A new ferry</a><br>'
    found = list(passages(html.fromstring(f"<div>{f'Story tools<br>{links}' * 20}</div>")))
    asked: list[str] = []

    def at_home(href: str) -> bool:
        asked.append(href)
        return True

    wanted = completed(found, [one.words == "Story tools" for one in found], lambda _: False, (), at_home)
    assert not any(wanted)
    assert len(asked) == 40


def test_words_cut_off_before_an_extractor_was_asked_are_not_put_back() -> None:
    text = list(passages(html.fromstring(f'<div class="text">{OPENING}{CLOSING}{OPENING}</div>')))
    cut = list(passages(html.fromstring(f"<ul>{LONG} {NEXT}</ul>")))
    cut[0].element.drop_tree()
    assert completed([*text, *cut], [True] * 3 + [False], lambda _: False) == [True] * 3 + [False]
