"""The institute's site as state: validators, redirects, and what each operation changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.demo.articles import blocks_of, load_changes
from ingest.demo.site import BASE, Response, Site
from ingest.demo.truth import truth

AMBER = "/winter-load-on-the-amber-cable/"
MAPS = "/a-note-on-borrowed-maps/"


def get(site: Site, path: str, **headers: str) -> Response:
    return site.respond("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})


def bodies(site: Site) -> dict[str, Response]:
    return {path: get(site, path) for path in site.paths}


def rows(site: Site) -> dict[str, dict[str, object]]:
    return {str(row["url"]).removeprefix(BASE): row for row in truth(site)}


def test_the_same_operations_give_the_same_bytes() -> None:
    first, second = Site(), Site()
    assert bodies(first) == bodies(second)
    assert first.change() == second.change()
    assert bodies(first) == bodies(second)


@pytest.mark.parametrize("path", [AMBER, "/feed/", "/pl/feed/", "/sitemap_index.xml", "/post-sitemap2.xml.gz"])
def test_a_conditional_request_is_answered_304_without_a_body(path: str) -> None:
    site = Site()
    full = get(site, path)
    etag, modified = full.get("ETag"), full.get("Last-Modified")
    assert etag is not None
    assert modified is not None
    for answer in (
        get(site, path, If_None_Match=etag),
        get(site, path, if_none_match=f'"other", W/{etag}'),
        get(site, path, If_Modified_Since=modified),
    ):
        assert (answer.status, answer.body, answer.get("etag")) == (304, b"", etag)


def test_a_validator_that_does_not_match_gets_the_full_page() -> None:
    site = Site()
    modified = str(get(site, AMBER).get("Last-Modified"))
    for headers in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": modified},
        {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert site.respond("GET", AMBER, headers).status == 200


def test_commentary_has_no_validators_and_repeats_the_same_bytes() -> None:
    site = Site()
    for path in (MAPS, "/pl/trzy-pytania-przed-szczytem/"):
        answer = get(site, path, If_None_Match="*", If_Modified_Since="Mon, 01 Jan 2035 00:00:00 GMT")
        assert (answer.status, answer.get("ETag"), answer.get("Last-Modified")) == (200, None, None)
        assert answer == get(site, path)


def test_change_does_exactly_three_things() -> None:
    site = Site()
    before = rows(site)
    changed = site.change()
    after = rows(site)
    edited, removed, published = (
        url.removeprefix(BASE) for url in (changed.edited, changed.removed, changed.published)
    )
    assert set(before) - set(after) == {removed}
    assert set(after) - set(before) == {published}
    differing = {path for path in set(before) & set(after) if before[path] != after[path]}
    assert differing == {edited}
    fields = {key for key, value in before[edited].items() if after[edited][key] != value}
    assert fields == {"paragraphs", "modified"}
    assert get(site, removed).status == 410
    assert get(site, published).status == 200
    assert get(site, edited).get("Last-Modified") == "Mon, 02 Dec 2024 10:00:00 GMT"


def test_after_a_change_an_old_validator_gets_the_new_bytes() -> None:
    site = Site()
    path = "/heat-pumps-in-granite-towns/"
    old = get(site, path)
    site.change()
    answer = get(site, path, If_None_Match=str(old.get("ETag")), If_Modified_Since=str(old.get("Last-Modified")))
    assert answer.status == 200
    assert "forty-two households" in answer.body.decode()
    assert get(site, path, If_Modified_Since=str(old.get("Last-Modified"))).status == 200


def test_most_articles_are_untouched_by_the_change() -> None:
    site = Site()
    tags = {path: str(get(site, path).get("ETag")) for path in rows(site) if get(site, path).get("ETag")}
    feed = get(site, "/pl/feed/").get("ETag")
    site.change()
    unmodified = [path for path, tag in tags.items() if get(site, path, If_None_Match=tag).status == 304]
    assert len(tags) / 2 < len(unmodified) < len(tags) - 1
    assert get(site, "/pl/feed/", If_None_Match=str(feed)).status == 304


def test_last_modified_changes_whenever_the_bytes_change() -> None:
    site = Site()
    before = bodies(site)
    site.change()
    for path, answer in bodies(site).items():
        old = before.get(path)
        if old is not None and answer.get("ETag"):
            assert (answer.body == old.body) == (answer.get("Last-Modified") == old.get("Last-Modified"))


def test_the_removed_article_leaves_lists_feeds_and_sitemaps() -> None:
    site = Site()
    removed = site.change().removed
    assert [path for path, answer in bodies(site).items() if removed.encode() in answer.body] == []


def test_edit_changes_only_the_given_fields_and_the_modified_date() -> None:
    site = Site()
    before = rows(site)[AMBER]
    site.edit("winter-load-on-the-amber-cable", "Only *this*.", title="New", authors=("Z",), tags=("t",))
    after = rows(site)[AMBER]
    assert (after["title"], after["authors"], after["tags"]) == ("New", ["Z"], ["t"])
    assert (after["paragraphs"], after["modified"]) == (["Only this."], "2024-12-02")
    assert after["date"] == before["date"]
    assert b"<em>this</em>" in get(site, AMBER).body


def test_a_removed_article_answers_with_the_given_status() -> None:
    site = Site()
    site.remove("a-note-on-borrowed-maps", 404)
    site.remove("winter-load-on-the-amber-cable")
    assert (get(site, MAPS).status, get(site, AMBER).status) == (404, 410)


def test_an_old_slug_redirects_and_so_does_a_renamed_one() -> None:
    site = Site()
    old = get(site, "/ports-after-the-storm/")
    assert (old.status, old.get("location")) == (301, f"{BASE}/ports-after-the-storm-a-survey-of-repair/")
    site.rename("a-note-on-borrowed-maps", "borrowed-maps")
    renamed = get(site, MAPS)
    assert (renamed.status, renamed.get("Location")) == (301, f"{BASE}/borrowed-maps/")
    assert get(site, "/borrowed-maps/").status == 200


def test_set_terms_changes_the_words_in_one_language() -> None:
    site = Site()
    site.set_terms("en", "All rights reserved.")
    by_language = {str(row["language"]): str(row["terms"]) for row in truth(site)}
    assert by_language["en"] == "All rights reserved."
    assert by_language["pl"].startswith("Wszystkie teksty (bez zdjęć)")
    assert b"All rights reserved." in get(site, "/terms-of-use/").body
    site.set_terms("en", "")
    assert b'class="terms-line"' not in get(site, AMBER).body


def test_a_taken_slug_cannot_be_published_and_an_unknown_one_not_removed() -> None:
    site = Site()
    new = load_changes().published
    with pytest.raises(ValueError, match="choose another"):
        site.publish(replace(new, slug="a-note-on-borrowed-maps"))
    with pytest.raises(KeyError):
        site.remove("never-written")


def test_a_protected_article_can_be_published() -> None:
    site = Site()
    site.publish(replace(load_changes().published, protected=True, parts=blocks_of("Hidden words.")))
    assert b"Hidden words" not in get(site, "/ice-watch-on-the-northern-fairway/").body


def test_a_url_without_its_slash_redirects_and_a_query_is_ignored() -> None:
    site = Site()
    assert get(site, AMBER.rstrip("/")).get("Location") == BASE + AMBER
    assert get(site, f"{AMBER}?utm_source=letter").body == get(site, AMBER).body


def test_a_missing_page_answers_404_and_another_method_405() -> None:
    site = Site()
    assert get(site, "/nothing/").status == 404
    assert "Nie znaleziono" in get(site, "/pl/nic/").body.decode()
    refused = site.respond("POST", AMBER, {})
    assert (refused.status, refused.get("Allow")) == (405, "GET, HEAD")


def test_a_site_can_have_another_base_url() -> None:
    site = Site(base="http://other.example:8080")
    assert site.url("a-note-on-borrowed-maps") == "http://other.example:8080/a-note-on-borrowed-maps/"
    assert [path for path, answer in bodies(site).items() if b"institute.example" in answer.body] == []
