"""A column beside a text that is named after it says who wrote it and when; any other column is the site's."""

from __future__ import annotations

from collections.abc import Callable

from db.model.item import PageKind, Reading

PageMaker = Callable[..., str]
Read = Callable[..., Reading]
TITLE = "<title>The Amber Road Reopens</title>"
COLUMN = """
<div class="col-sidebar {}"><nav class="col-nav"><a class="col-nav__link" href="/">All notes</a>
<div class="note__authors">
  <div class="profile"><img src="/a.png" alt=""><span class="text"><strong>Anna Fox</strong><br>Fellow</span></div>
  <div class="profile"><img src="/b.png" alt=""><span class="text"><strong>Jan Sowa</strong><br>Clerk</span></div>
</div>
<ul class="col-nav__list"><li class="col-nav__item"><time datetime="2024-03-05 00:00:00+00:00">March 5, 2024</time></li>
<li class="col-nav__item"><time datetime="2024-06-07 00:00:00+00:00">June 7, 2024</time></li></ul></nav></div>
"""


def page(make_page: PageMaker, name: str) -> str:
    made = make_page(head=TITLE, top="<h1>The Amber Road Reopens</h1>", bottom="")
    plain = made.replace("single single-post postid-7", "")
    return plain.replace("<article>", f"{COLUMN.format(name)}<article>")


def test_the_column_of_a_text_names_its_authors_and_its_days(make_page: PageMaker, read_page: Read) -> None:
    found = read_page(page(make_page, "col-sidebar--post"))
    assert [one.name for one in found.attributions] == ["Anna Fox", "Jan Sowa"]
    assert found.published is not None
    assert found.published.value[:10] == "2024-03-05"
    assert found.kind is PageKind.ARTICLE
    assert "Fellow" not in found.text


def test_a_column_that_is_not_named_after_the_text_is_the_sites(make_page: PageMaker, read_page: Read) -> None:
    found = read_page(page(make_page, "col-sidebar--main"))
    assert found.attributions == ()
    assert found.published is None
