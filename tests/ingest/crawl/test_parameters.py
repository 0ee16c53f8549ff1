"""Parameters that change nothing are learned from pages, and pages with other parameters are not lost to that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.query.coverage import texts_with_parameters
from ingest.crawl.parameters import Parameters, because
from ingest.crawl.scope import Scope

SITE = "http://institute.example"


def told(name: str) -> str:
    return f"The tide of {name} came late. " * 20


def seen(*shown: tuple[str, str]) -> Parameters:
    found = Parameters()
    for path, text in shown:
        found.saw(SITE + path, told(text))
    return found


def of_links(name: str, *, texts: int = 3) -> list[tuple[str, str]]:
    return [(f"/text-{n}?{name}={where}", str(n)) for n in range(texts) for where in ("home", "list")]


def test_a_parameter_is_dropped_when_three_texts_are_the_same_with_and_without() -> None:
    known = seen(*of_links("src"))
    assert known.plain(f"{SITE}/text-9?id=4&src=menu") == (f"{SITE}/text-9?id=4", frozenset({"src"}))
    assert known.plain("http://other.example/text-9?src=menu")[1] == frozenset()


def test_urls_without_the_parameter_are_compared_in_either_order() -> None:
    bare = [(f"/text-{n}", str(n)) for n in range(3)]
    linked = [(f"/text-{n}?src=home", str(n)) for n in range(3)]
    assert seen(*bare, *linked).plain(f"{SITE}/x?src=1")[1] == {"src"}
    assert seen(*linked, *bare).plain(f"{SITE}/x?src=1")[1] == {"src"}


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        ("two texts are few", of_links("src", texts=2)),
        ("one of them shows another text", [*of_links("src"), ("/text-1?src=archive", "else")]),
        ("it is what tells texts apart", [(f"/show?text={n}", str(n)) for n in range(5)]),
        ("all show one page", [(f"/text-{n}?src={where}", "upkeep") for n in range(5) for where in "ab"]),
        ("a language tells, though nothing is translated yet", of_links("lang", texts=5)),
    ],
)
def test_a_parameter_that_may_matter_is_kept(why: str, shown: list[tuple[str, str]]) -> None:
    name = shown[0][0].partition("?")[2].partition("=")[0]
    assert seen(*shown).plain(f"{SITE}/text-9?{name}=x")[1] == frozenset(), why


def test_a_parameter_dropped_next_to_another_is_kept_when_it_is_alone() -> None:
    known = seen(*((f"/index.php?id={n}&Itemid={of}", str(n)) for n in range(3) for of in ("12", "13")))
    assert known.plain(f"{SITE}/index.php?id=9&Itemid=4")[1] == {"Itemid"}
    known = seen(*((f"/index.php?text={n}&Itemid={of}", str(n)) for n in range(3) for of in ("12", "13")))
    assert known.plain(f"{SITE}/index.php?Itemid=4&text=9") == (f"{SITE}/index.php?text=9", frozenset({"Itemid"}))
    assert known.plain(f"{SITE}/index.php?Itemid=4") == (f"{SITE}/index.php?Itemid=4", frozenset())


def test_two_parameters_with_the_same_effect_are_not_both_dropped() -> None:
    known = seen(*((f"/x{n}?a={a}&b={b}", str(n)) for n in range(3) for a, b in ("11", "12", "21")))
    url, taken = known.plain(f"{SITE}/x9?a=1&b=2")
    assert len(taken) == 1
    assert url in (f"{SITE}/x9?a=1", f"{SITE}/x9?b=2")


def test_pages_of_a_list_that_begin_alike_do_not_make_a_parameter_dropped() -> None:
    known = Parameters()
    for n in range(3):
        for part in range(4):
            known.saw(f"{SITE}/list-{n}?blatt={part}", told(f"list {n}"), lists=True)
            known.saw(f"{SITE}/more-{n}?seite={part}", told(f"more {n}"))
    assert known.plain(f"{SITE}/list-0?blatt=7")[1] == frozenset()
    assert known.plain(f"{SITE}/more-0?seite=7")[1] == frozenset()
    known.saw(f"{SITE}/list-0?src=a", told("one"), lists=True)
    known.saw(f"{SITE}/list-0?src=b", told("two"), lists=True)
    assert not any(known.saw(SITE + path, told(text)) for path, text in of_links("src"))


def test_a_parameter_that_turns_out_to_matter_is_no_longer_dropped() -> None:
    known = seen(*of_links("src"))
    assert known.plain(f"{SITE}/x?src=1")[1]
    assert not known.saw(f"{SITE}/text-0?src=other", told("another text"))
    assert not known.plain(f"{SITE}/x?src=1")[1]


def test_an_extra_line_below_a_text_does_not_make_it_another_text() -> None:
    known = Parameters()
    for n in range(3):
        known.saw(f"{SITE}/text-{n}?src=a", "\n\n".join(told(f"{n}{part}") for part in "xyz"))
        known.saw(f"{SITE}/text-{n}?src=b", "\n\n".join([*(told(f"{n}{part}") for part in "xyz"), "Next"]))
    assert known.plain(f"{SITE}/x?src=1")[1] == {"src"}


def test_short_texts_prove_nothing_and_a_parameter_is_reported_once() -> None:
    known = Parameters()
    assert not any(known.saw(SITE + path, text) for path, text in of_links("src"))
    assert [known.saw(SITE + path, told(text)) for path, text in of_links("src", texts=4)].count(True) == 1
    assert because({"src", "from"}) == "from and src changes nothing there"


@pytest.mark.parametrize(
    "path",
    [
        "/index.php?id=14&L=0&tx_news_pi1%5Bnews%5D=3&tx_news_pi1%5Bcontroller%5D=News&tx_news_pi1%5Baction%5D=detail&cHash=ab",
        "/index.php?option=com_content&view=article&id=5:a-text&catid=3&Itemid=7&lang=en",
        "/show.php?action=view&text=7",
    ],
)
def test_a_url_with_many_parameters_is_not_a_trap(path: str) -> None:
    assert Scope(("institute.example",)).admits(SITE + path).admitted


def visits(*, menus: int = 3, own: bool = True) -> Parameters:
    """Return what is known after *menus* pages whose links carry a number of the visit, and three texts."""
    known = seen(*((f"/show?id={n}&visit={at}", str(n)) for n in range(3) for at in "12"))
    for at in range(menus):
        here = at if own else "12"[at % 2]
        more = [] if own else [f"{SITE}/list?visit=7"]
        known.saw_links([f"{SITE}/{place}?visit={here}" for place in ("", "list", "about")] + more)
    return known


def test_a_number_of_the_visit_that_all_links_of_a_page_carry_is_dropped_from_lists_too() -> None:
    known = visits()
    assert known.plain(f"{SITE}/list?page=2&visit=9") == (f"{SITE}/list?page=2", frozenset({"visit"}))
    assert known.plain(f"{SITE}/about?visit=9")[1] == {"visit"}
    assert visits(menus=2).plain(f"{SITE}/about?visit=9")[1] == frozenset()


def test_a_parameter_with_two_values_in_the_links_of_one_page_selects_something() -> None:
    assert visits(own=False).plain(f"{SITE}/list?visit=9")[1] == frozenset()
    known = Parameters()
    for at in range(3):  # nothing shows that it changes no text
        known.saw_links([f"{SITE}/{place}?doc={at}" for place in ("one", "two", "three")])
    assert known.plain(f"{SITE}/one?doc=9")[1] == frozenset()


def test_links_report_once_that_a_parameter_belongs_to_the_visit() -> None:
    known = visits(menus=2)
    links = [[f"{SITE}/{place}?visit={at}" for place in ("", "list", "about")] for at in (8, 9)]
    assert [known.saw_links(one) for one in links] == [True, False]
    assert not Parameters().saw_links([f"{SITE}/about", "http://a..b/?visit=1", "mailto:a@b.example?visit=2"])


def test_addresses_with_many_parameters_show_no_parameter_of_the_visit() -> None:
    known = seen(*((f"/show?id={n}&visit={at}", str(n)) for n in range(3) for at in "12"))
    others = "&".join(f"x{number}=1" for number in range(9))
    assert not any(known.saw_links([f"{SITE}/{place}?visit={at}&{others}" for place in "abc"]) for at in range(9))


@pytest.mark.slow
def test_a_site_that_calls_its_parameters_ever_anew_fills_no_memory() -> None:
    known = seen(*((f"/show?id={n}&visit={at}", str(n)) for n in range(3) for at in "12"))
    known.saw_links(f"{SITE}/about?{number}=1" for number in range(50_000))
    assert not any(known.saw_links([f"{SITE}/{place}?visit={at}" for place in "abc"]) for at in range(9))


@pytest.mark.slow
def test_a_site_that_numbers_its_visits_in_every_link_has_an_end(samples: Any, visited: Callable[..., Any]) -> None:
    texts, numbers = samples.articles(6), iter(range(10_000, 20_000))

    def dynamic(_host: str, path: str, _query: Any) -> str | None:
        number = next(numbers)
        menu = "".join(f'<a href="{to}?besuch={number}">Menu</a> ' for to in ("/", "/list", "/about", "/more"))
        links = [(f"{one.path}?besuch={number}", one.title) for one in texts]
        at = next((one for one in texts if one.path == path), None)
        if at is not None:
            return str(samples.article(at, after=menu))
        known = path in ("/", "/list", "/about", "/more")
        return str(samples.listing("Texts", links if path in ("/", "/list") else [], menu)) if known else None

    site = visited(samples.Make(texts, dynamic=dynamic), pages=200)
    site.again()
    asked = set(site.site.asked)
    assert site.site.visits("besuch=") < 120  # what is under way until it is learnt
    site.again()
    assert len(set(site.site.asked) - asked) < 10


@pytest.mark.slow
def test_a_text_is_not_requested_for_every_tracking_parameter(samples: Any, visited: Callable[..., Any]) -> None:
    texts = samples.articles(40)

    def dynamic(_host: str, path: str, query: Any) -> str | None:
        if path in ("/", "/list"):
            return str(samples.listing("Texts", [(f"{one.path}?src={path[1:] or 'home'}", one.title) for one in texts]))
        at = next((n for n, one in enumerate(texts) if one.path == path), None)
        after = None if at is None else f'<a href="{texts[at - 1].path}?src=text-{at}">Next</a><a href="/list">All</a>'
        return None if at is None else str(samples.article(texts[at], after=after))

    site = visited(samples.Make(texts, dynamic=dynamic))
    first = site.again()
    asked = site.site.visits("src=")
    assert len(texts) <= asked < 2.5 * len(texts)  # of three addresses each; those on their way are kept
    assert [one.whole.missing for one in first.coverage] == [{}]
    later = Parameters()
    with Catalogue.open(site.layout.catalogue, read_only=True) as catalogue:
        for url, text in texts_with_parameters(catalogue.connection, "in", 100):
            later.saw(url, text)
    assert later.plain(f"{texts[0].url}?src=new") == (texts[0].url, frozenset({"src"}))
