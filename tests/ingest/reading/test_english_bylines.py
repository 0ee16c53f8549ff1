"""The lines with which English sites name an author: by themes of blogs, by newspapers and by magazines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.model.item import Reading, Role
from ingest.reading.byline import name_lists

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
Authors = Callable[[str], list[str]]


@pytest.fixture
def authors(make_page: PageMaker, read_page: Read) -> Authors:
    """Read the authors of a page with this line below its headline."""

    def of(line: str) -> list[str]:
        top = f"<h1>The Amber Road Reopens</h1>{line if line.startswith('<') else f'<p>{line}</p>'}"
        found = read_page(make_page(head="<title>The Amber Road Reopens</title>", top=top, bottom=""))
        return [one.name for one in found.attributions if one.role is Role.AUTHOR]

    return of


@pytest.mark.parametrize(
    "line",
    [
        "Published on Friday, May 3, 2024 by {}",
        "Friday, May 3rd, 2024 by {}",
        "on May 3, 2024 by {}",
        "3 May 2024 — by {}",
        "3 May 2024 / by {}",
        "May 3, 2024 @ 10:04 am by {}",
        "Posted by {} at 10:04 AM on May 3, 2024",
        "May 3, 2024 by {} 3 Comments",
        "May 3, 2024 by {} · Leave a comment",
        "Posted on 3 May 2024 by {} under Tolls",
    ],
)
@pytest.mark.parametrize("name", ["Ozzo Quaywright", "ozzo"])
def test_a_line_may_begin_with_the_day_and_end_with_remarks(authors: Authors, line: str, name: str) -> None:
    assert authors(line.format(name)) == [name]


def test_a_single_name_after_by_counts_next_to_links_to_topics(authors: Authors) -> None:
    linked = '<a href="/category/tolls/" rel="category tag">Tolls</a>'
    assert authors(f"<p>Posted by ozzo in {linked} on May 3, 2024</p>") == ["ozzo"]
    assert authors(f"<p>May 3, 2024 by {linked}</p>") == []


@pytest.mark.parametrize(
    "line",
    [
        "Closes on 3 May 2024 by noon",
        "May 3, 2024 by admin",
        "May 3, 2024 by the quay",
        "The road opens on Friday, May 3, 2024 by order of the port",
    ],
)
def test_other_lines_with_a_day_and_by_name_nobody(authors: Authors, line: str) -> None:
    assert authors(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "By Anna Fox Special to the Port Gazette",
        "By Anna Fox Staff Writer",
        "By Anna Fox Contributor",
        "By Anna Fox, Port Gazette",
        "By Anna Fox | May 3, 2024 | No Comments",
        "By Anna Fox | Leave a Reply",
        "By Anna Fox as told to Jan Sowa",
        "Words: Anna Fox | Photos: Jan Sowa",
        "Story and photos by Anna Fox",
        "Contributed by Anna Fox",
        "Review by Anna Fox",
        "A guest post by Anna Fox",
        "<div><span>by Anna Fox</span><span>on May 3, 2024</span></div>",
    ],
)
def test_a_name_ends_where_a_job_an_employer_a_remark_or_another_role_begins(authors: Authors, line: str) -> None:
    assert authors(line) == ["Anna Fox"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("By Port Gazette Staff Writer", ["Port Gazette Staff Writer"]),
        ("By Port Gazette Staff", ["Port Gazette Staff"]),
        ("By the Anna Fox Trust", ["Anna Fox Trust"]),
        ("By Anna “Annie” Fox", ["Anna “Annie” Fox"]),
        ("<p>by Anna Fox<br>and Jan Sowa</p>", ["Anna Fox", "Jan Sowa"]),
        ("By Anna Fox, with Jan Sowa", ["Anna Fox", "Jan Sowa"]),
        ("Anna Fox, Ph.D., and Jan Sowa, M.D.", ["Anna Fox", "Jan Sowa"]),
        ("Reviewed by Anna Fox", []),
        ("Anna Fox and Jan Sowa kept the port.", []),
    ],
)
def test_persons_newsrooms_and_houses_are_told_apart(authors: Authors, line: str, named: list[str]) -> None:
    assert authors(line) == named


def test_what_somebody_is_in_a_box_about_the_author_is_no_name(authors: Authors) -> None:
    assert authors('<div class="author-info"><h3>About Ozzo</h3><p>A carter who lives in Port.</p></div>') == []
    assert [one.name for one in name_lists.split("A Fox", printed=True)] == ["A Fox"]


@pytest.mark.parametrize("name", ["Dan", "Con"])
def test_a_single_given_name_that_joins_words_elsewhere_is_the_author(authors: Authors, name: str) -> None:
    assert authors(f'<p>By <a rel="author" href="/author/{name}">{name}</a></p>') == [name]
    assert name_lists.split(name.lower()) == ()


def test_a_note_may_say_where_its_author_lives_or_what_the_author_runs(make_page: PageMaker, read_page: Read) -> None:
    head, top = "<title>The Amber Road Reopens</title>", "<h1>The Amber Road Reopens</h1>"
    for note in ("lives in Port with two dogs", "runs a ferry at the quay", "is a teacher in Port"):
        page = make_page(head=head, top=top, bottom=f"<p><em>Anna Fox {note}.</em></p>")
        assert [one.name for one in read_page(page).attributions] == ["Anna Fox"], note
    page = make_page(head=head, top=top, bottom="<p><em>Anna Fox saw the first cart.</em></p>")
    assert read_page(page).attributions == ()


def test_the_sites_name_in_its_head_is_no_author_though_its_link_is_marked(
    make_page: PageMaker, read_page: Read
) -> None:
    def named(site: str) -> list[str]:
        top = f'<a class="site-title" rel="author" href="/">{site}</a><h1>The Amber Road Reopens</h1>'
        page = make_page(head=f"<title>The Amber Road Reopens | {site}</title>", top=top, bottom="")
        return [one.name for one in read_page(page).attributions]

    assert named("Quay notes and things") == []
    assert named("Anna Fox") == ["Anna Fox"]
