"""Lines that sites put around and into texts, recognised by their words, and text lines that resemble them."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from archive.http.exchange import Entity
from db.model.item import Context
from ingest.reading import read
from ingest.reading.text import furniture

URL = "https://port.example/news/quay"
LONG = "It was a long winter for the port and everybody in it, and nobody thought of what would come then. " * 3


def text_of(body: str) -> str:
    page = f"<html><head><title>The Quay</title></head><body><article><h1>The Quay</h1>{body}</article></body></html>"
    return read(Entity(URL, page.encode(), "text/html"), Context(URL)).text


@pytest.mark.parametrize(
    "words",
    [
        "Advertisement: New book on ports",
        "Article réservé aux abonnés",
        "Lecture 4 min.",
        "A lire aussi : Le vieux port rouvre",
        "Spotted an error? Tell us about it",
        "Found a typo? Write to us",
        "Found a mistake in this article? Let us know",
        "See an error, please tell the editor",
        "Une erreur dans l'article ?",
        "Most popular stories this week",
        "Most read",
        "This entry was posted on Friday, May 3rd, 2024 at 10:04 am and is filed under Quays. You can follow any "
        "comments on it through the feed.",
        "You can follow any responses to this entry through the feed. Both comments and pings are closed.",
        "Kapcsolódó cikkek",
        "関連記事",
        "Διαβάστε επίσης",
        "Lue myös: Satama avataan",
        "Hozzászólások",
        "Käytämme evästeitä, jotta sivusto toimii.",
        "Sähköpostiosoitettasi ei julkaista.",
        "您的邮箱地址不会被公开。",
        "이메일 주소는 공개되지 않습니다.",
        "Fehler gefunden?",
        "Нашли ошибку? Выделите текст",
        "To hear this story, the Flash player must be installed.",
        "Iezīmējiet tekstu un spiediet uz pogas.",
        "Tu suscripción se está usando en otro dispositivo",
        "有料会員の方のみご利用になれます。",
        "Vous pouvez lire ce journal sur un seul appareil à la fois",
        "Navy archive / Getty Images",
        "Photo: Anna Wood via Shutterstock",
        "This copy is for your personal, non-commercial use only. To order copies for your colleagues, ask the office.",
        "Page 1 of 8",
        "Jump to the list",
        "Like it? Pin it!",
        "Was this page helpful?",
        "War dieser Artikel hilfreich?",
        "Download the report",
        "Download the full report (PDF, 1.2 MB)",
        "Lataa PDF (1,2 MB)",
        "Pobierz raport",
        "[CTA_MODULE]",
        "Copy link",
        "Il vous reste 57.09% de cet article à lire. La suite est réservée aux abonnés.",
        "Um eingebettete Inhalte anzuzeigen, ist deine widerrufliche Einwilligung notwendig.",
        "Please enable JavaScript to view this chart.",
        "An dieser Stelle finden Sie einen externen Inhalt, der den Artikel ergänzt.",
        "Якщо ви знайшли помилку, виділіть її та натисніть Ctrl+Enter.",
        "Thanks for reading River Letter! This post is public so feel free to share it.",
        "Leave a comment",
        "Get the news of the port delivered straight to your inbox.",
        "Sign up for our weekly letter and have it in your inbox on Friday",
        "By signing up, you agree to our terms and to letters from the port.",
        "Your email address will not be published. Required fields are marked *",
        "This form is protected by reCAPTCHA and has a policy of its own.",
        "Oops! Something went wrong while submitting the form.",
        "We apologize, but this video has failed to load.",
        "Already a subscriber? Log in",
        "You have full access to this article via your institution.",
        "You do not have access to this content",
        "This is a preview of subscription content, log in via an institution to check access.",
        "Create a free account to continue reading.",
        "Mit der Anmeldung zu diesem Brief stimmen Sie unseren Regeln zu.",
        "Bereits Abonnent? Hier anmelden",
        "Dieser Artikel ist nur für Abonnenten lesbar.",
        "Votre adresse e-mail ne sera pas publiée.",
        "Déjà abonné ? Identifiez-vous",
        "Contenido exclusivo para suscriptores",
        "Il tuo indirizzo email non sarà pubblicato.",
        "Twój adres e-mail nie zostanie opublikowany.",
        "Masz już konto? Zaloguj się",
        "Je e-mailadres wordt niet gepubliceerd.",
        "この記事は会員限定です。",
        "Article continues below",
        "Der Artikel wird unter der Anzeige fortgesetzt",
        "La suite après la publicité",
        "Tekst gaat verder onder de foto",
        "Dalsza część artykułu pod wideo",
        "Juttu jatkuu mainoksen jälkeen",
        "Continua a leggere dopo la pubblicità",
        "Articolul continuă după publicitate",
        "Sledujte nás na Instagramu a nepřijdete o nic.",
        "Folgen Sie uns auf Mastodon!",
        "Síguenos en Facebook",
        "Bizi Facebook'ta takip edin",
        "Подписывайтесь на наш канал",
        "Únete a nuestro canal de WhatsApp",
        "Prenumerera på vårt nyhetsbrev",
        "Přihlaste se k odběru novinek",
        "Inscrivez-vous gratuitement à notre newsletter du soir",
        "Did you like this article?",
        "Podoba Ci się ten tekst? Postaw nam kawę!",
        "Heb je een tip? Laat het ons weten.",
        "Do you know more about the quay? Write to tips@port.example, and nobody will learn your name.",
        "Haben Sie etwas gesehen? Schreiben Sie uns: Redaktion@Mail.Port.example",
        "To może Cię zaciekawić? Napisz do nas na redakcja@port.example",
        "Te puede interesar: Los faros del norte",
        "Ayrıca okuyun: Limanın son kışı",
        "Подпишитесь на рассылку порта",
        "Dieser Beitrag enthält Affiliate-Links.",
        "この記事が気に入ったらシェアしてください",
        "(With inputs from agencies)",
        "Přečteno 3982×",
        "Liczba odsłon: 1 204",
        "1,204 views",
        "This article has been read 87 times",
        "Přečteno 1918×",
        "Visits: 2019",
        "浏览次数：3982",
    ],
)
def test_a_furniture_line_is_not_part_of_the_text(words: str) -> None:
    assert furniture.lines([words], "port.example")
    assert words not in text_of(f"<p>{LONG}</p><p>{words}</p><p>{LONG} So it ended.</p>")


@pytest.mark.parametrize(
    "words",
    [
        "Download speeds in the port rose by half.",
        "The report was a download for members alone.",
        "This entry was posted late, as the harbour master found, and nobody asked why.",
        "The port can follow any responses to this treaty through its envoy.",
        "Page 1 of the report says so.",
        "Was this page of history helpful to those who came later?",
        "The suite was kept for subscribers.",
        "Comments of the ministers were off topic.",
        "Copy links were sold to the ministry for years.",
        "The agency (EPA regulations apply) said so.",
        "Letters that nobody answers stay in your inbox for years, the minister said.",
        "By signing the treaty, the ports agree to share their tolls.",
        "Subscribers of the old gazette were asked to continue reading it at the quay.",
        "The ferry is free for a month, and no credit card is required.",
        "Thanks for nothing, the captains replied.",
        "Whoever saw the boat is asked to write to the harbour police at tips@police.example before Monday noon.",
        "Letters of protest went to editor@airport.example, and none of them was answered in time.",
        "[Methods]",
        "The article continues to be the longest that the port ever printed.",
        "Folgen Sie dem Weg am Wasser bis zum alten Speicher.",
        "Folgt man dem Fluss, so kommt man ans Meer.",
        "Síguenos, gritaban los prácticos a los barcos que llegaban de noche.",
        "Suivez-nous, disait le pilote, et nul ne le suivait.",
        "Volg ons niet, zei de loods tegen de schippers.",
        "Siga o canal até à ponte e vire à esquerda.",
        "If you try this recipe with rye, add more water.",
        "Developing story after story, the harbour gazette lost its readers.",
        "Der Text wird nach der Sitzung des Rates veröffentlicht.",
        "Le texte fut lu après la publicité des débats, en mai.",
        "Reklama kosztowała tyle, co jajko, i płacono za nią jajkami.",
        "Share prices of the port rose on Tuesday.",
        "Subscribe rates rose by a fifth, said the editor.",
        "Read also the report of the auditors, which runs to two hundred pages.",
        "The letter to the editor@ was never sent.",
        "Heb je een vraag over de haven, dan bel je de havenmeester.",
        "Comments are closed to nobody, the clerk said.",
        "Play video games at the port, said the pilot, and sleep.",
        "Scroll to continue was what the screen of the harbour master said.",
        "Sign in hand, the clerk walked to the quay.",
        "The video shows how the pilot needs your consent to enter the port.",
    ],
)
def test_a_line_that_resembles_furniture_is_text(words: str) -> None:
    assert not furniture.lines([words], "port.example")
    assert words in text_of(f"<p>{LONG}</p><p>{words}</p><p>{LONG} So it ended.</p>")


@pytest.mark.parametrize(
    "words",
    [
        "A mother sells bread at the quay on Tuesday. (AP Photo/Anna Nowak, File)",
        "Ships wait outside the harbour. Jan Kowal/Getty Images",
        "Ships wait outside the harbour (EPA/Jan Kowal)",
        "Фото: Анна Иванова",
        "写真：港湾局",
        "Источник: Портовое управление",
        "Lähde: Satamalaitos",
        "fot. Jan Kowal",
    ],
)
def test_a_caption_is_recognised_by_its_label_or_its_agency(words: str) -> None:
    assert words not in text_of(f"<p>{words}</p><p>{LONG}</p><p>{LONG} So it ended.</p>")


@pytest.mark.parametrize("named", ["what-is-social-commerce", "toc_2", "share-of-the-port"])
def test_the_words_of_a_headings_id_do_not_make_it_furniture(named: str) -> None:
    found = text_of(f"<p>{LONG}</p><h2 id='{named}'>What is it?</h2><p>{LONG} So it ended.</p>")
    assert "What is it?" in found
    assert "What is it?" not in text_of(f"<p>{LONG}</p><h2 class='related'>What is it?</h2><p>{LONG} So it ended.</p>")


def test_removing_a_related_box_keeps_the_words_of_its_paragraph() -> None:
    box = "<aside><h4>Related Article</h4><a href='/ships/'>Ships of salt</a></aside>"
    found = text_of(f"<p>{LONG}</p><p>It was said.{box} So it ended.</p><p>{LONG} Nobody came.</p>")
    assert "It was said." in found
    assert "Ships of salt" not in found


@pytest.mark.parametrize(
    "heading",
    [
        "There are 16 comments to “We built a quay in spring, and this is what came of it a year later”",
        "12 responses to “The quay”",
        "12 comments so far",
        "Comments (3)",
        "View all comments",
        "Readers’ comments",
        "Discussion about this post",
        "Join our commenting forum",
        "Have your say",
        "Around the web",
        "Sponsored stories",
        "Editors’ picks",
        "In case you missed it",
        "Don’t miss",
        "Keep reading",
        "More like this",
        "Recommended for you",
        "Previous article",
        "What to read next",
        "Trending",
        "Explore more",
        "Also read",
        "Stay connected",
        "Leserkommentare",
        "3 Kommentare zu „Der Kai“",
        "Weiterlesen",
        "Warto przeczytać",
        "Najnowsze",
        "Lees meer",
    ],
)
def test_what_stands_below_a_heading_of_furniture_is_no_text(heading: str) -> None:
    below = "<div>The quay is fine.</div><div>It is not.</div>"
    assert text_of(f"<p>{LONG}</p><h3>{heading}</h3>{below}") == LONG.strip()


@pytest.mark.parametrize(
    "heading", ["Trending upwards", "The 3 comments on the quay", "Stay informed", "Discussion", "References"]
)
def test_what_stands_below_a_heading_that_resembles_furniture_is_text(heading: str) -> None:
    below = f"<h3>{heading}</h3><ul><li>The quay is fine.</li></ul><h3>So it ended</h3><p>{LONG}</p>"
    assert "The quay is fine." in text_of(f"<p>{LONG}</p>{below}")
    assert "The quay is fine." not in text_of(f"<p>{LONG}</p>{below.replace(heading, 'Trending')}")


@pytest.mark.parametrize(
    "follows",
    [
        "<div><ul><li><a href='/ships/'>Ships of salt</a></li></ul></div><p>{0}</p>",
        "<div><h4>On quays</h4><p>{0}</p></div><div><h4>On ships</h4><p>{0}</p></div>",
    ],
)
def test_running_text_after_a_furniture_heading_is_text(follows: str) -> None:
    below = f"{LONG[:200]} So it went on."
    found = text_of(f"<p>{LONG}</p><h5>Recommended courses</h5>{follows.format(below)}<p>{LONG} So it ended.</p>")
    assert "So it went on." in found
    assert "Ships of salt" not in found
    assert "Join" not in text_of(f"<p>{LONG}</p><h5>Newsletter</h5><p>Join those who read. {LONG[:180]}</p>")


@pytest.mark.parametrize(
    ("panel", "held"),
    [
        ("<div style='display:none' role='region' aria-labelledby='b'><p>{}</p></div>", True),
        (
            "<div style='overflow:hidden; display: none'><div role='region' aria-labelledby='b'><p>{}</p></div></div>",
            True,
        ),
        ("<div style='display:none' role='dialog' aria-labelledby='b'><p>{}</p></div>", False),
        ("<div style='display:none'><p>{}</p></div>", False),
        ("<div hidden role='region' aria-labelledby='b'><p>{}</p></div>", True),
        ("<pre hidden id='raw'>{}</pre>", False),
    ],
)
def test_a_question_in_a_button_and_its_unfolded_answer_are_text(panel: str, held: bool) -> None:
    asked = "<button id='b' aria-expanded='false'>Was the winter long?</button>"
    found = text_of(f"<p>{LONG}</p><div>{asked}{panel.format(f'It was. {LONG}')}</div><p>{LONG} So it ended.</p>")
    assert ("It was." in found) is held
    assert "Was the winter long?" in found.split("\n\n")


def test_other_buttons_are_not_text() -> None:
    buttons = "<button>Show all of the answers</button><button>Search?</button>"
    found = text_of(f"<p>{LONG}</p><div>{buttons}<p>It was. {LONG}</p></div><p>{LONG} So it ended.</p>")
    assert "It was." in found
    assert "Show all" not in found
    assert "Search" not in found


def test_a_minute_by_minute_report_is_text() -> None:
    minutes = "".join(f"<div class='minute'><p>{n}' {LONG}</p></div>" for n in range(6))
    found = text_of(f"<p>Live</p><div class='live-match-comments clearfix'>{minutes}</div>")
    assert found.count("a long winter") >= 6


@pytest.mark.parametrize("name", ["page-grid-toc-content-sidebar", "has-sidebar", "layout--with-left-sidebar"])
def test_a_container_named_after_its_sidebar_holds_the_text(name: str) -> None:
    menu = "".join(
        f"<li><a href='/{n}/'>A long name of one of the parts of the site, number {n}</a></li>" for n in range(60)
    )
    first = f"<div class='{name}'><p>{LONG}</p><p>{LONG} So it began.</p></div>"
    assert "So it began." in text_of(f"{first}<div class='{name}'><p>{LONG} So it ended.</p></div><ul>{menu}</ul>")


@pytest.mark.parametrize("name", ["sidebar", "layout__sidebar", "sidebar-content"])
def test_a_sidebar_is_not_text(name: str) -> None:
    assert "Buy" not in text_of(
        f"<p>{LONG}</p><p>{LONG} So it ended.</p><div class='{name}'><p>Buy ships. {LONG}</p></div>"
    )


def test_a_text_in_pieces_directly_in_the_body_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_piece(*_: object, **__: object) -> SimpleNamespace:
        return SimpleNamespace(text=f"Piece 1. {LONG}")

    monkeypatch.setattr("trafilatura.bare_extraction", one_piece)
    # Each piece has boxes of its own, because equal boxes would count as a series.
    ways = ("<{0}>{1}</{0}>", "<div><{0}>{1}</{0}></div>", "<section><div><{0}>{1}</{0}></div></section>")
    told = [f"<p>Piece {n}. {LONG}</p>" for n in range(6)]
    pieces = "".join(ways[n % 3].format(("div", "section")[n % 2], one) for n, one in enumerate(told))
    page = f"<html><head><title>The Quay</title></head><body><h1>The Quay</h1>{pieces}</body></html>"
    found = read(Entity(URL, page.encode(), "text/html"), Context(URL)).text
    assert [f"Piece {n}." in found for n in range(6)] == [True] * 6


def test_a_long_paragraph_that_mentions_forms_is_text() -> None:
    words = f"By subscribing to the port's letter, you agree to its terms. {LONG}".strip()
    assert not furniture.lines([words], "port.example")
    assert words in text_of(f"<p>{LONG}</p><p>{words}</p><p>{LONG} So it ended.</p>")


@pytest.mark.parametrize(
    "words",
    [
        "Newspapers have learned that readers will not subscribe to keep reading unless the story is theirs.",
        "Half of all adults say they would register to keep reading a local paper.",
        "Every day, phishing messages are sent straight to your inbox by criminals in three countries.",
        "Under the law, customers must be able to unsubscribe at any time and without a fee.",
        "Users must be logged in to post comments on the new portal, a rule that critics call censorship.",
        "This story is for members of the parliament who never read the treaty.",
        "The law says that an email address will not be published without consent.",
        "Thank you for registering your concern, wrote the minister to the mayor.",
        "Verbraucher müssen Verträge jederzeit kündbar halten, verlangt die neue Richtlinie.",
        "Der Text ist nur für Mitgliedstaaten gedacht, die dem Abkommen beitreten.",
        "Der Artikel ist für Mitglieder des Bundestages bindend, sagt das Gericht.",
        "Die Behörde schickte die Bescheide direkt in ihr Postfach, ohne zu fragen.",
        "Cet article réservé aux membres du Conseil fixe la durée du mandat.",
        "Artykuł jest dostępny tylko dla zalogowanych, co krytykują bibliotekarze.",
        "Already registered? asked the officer at the polling station, and turned her away.",
        "Libraries pay so that you have access to this article and to all the others of its volume.",
    ],
)
def test_a_sentence_about_forms_or_subscriptions_is_text(words: str) -> None:
    assert not furniture.lines([words], "port.example")


@pytest.mark.parametrize(
    "words",
    [
        "We found an error in the books of the port, and nobody could say whose it was or when it was made.",
        "The agency AFP says so.",
        "He sold it to Reuters",
        "How word of the storm came through Reuters",
        "See a mistake as a chance to learn",
        "Found an error in the rolls of the port",
        "Une erreur dans le système des péages",
        "Most popular harbours of the north",
        "Most viewed films",
        "Kapcsolódó költségek",
    ],
)
def test_a_sentence_about_errors_or_agencies_is_text(words: str) -> None:
    assert not furniture.lines([words], "port.example")


@pytest.mark.parametrize("line", [f"|{' ' * 150}x", f"photo:{' ' * 150}x", "| " * 80, "via " * 40], ids=repr)
def test_a_line_of_many_separators_is_checked_quickly(line: str) -> None:
    def taken() -> float:
        before = time.process_time()
        furniture.lines([line], "port.example")
        return time.process_time() - before

    # Garbage collection in between counts too, but not every time.
    assert any(taken() < 0.2 for _ in range(3))


def test_the_box_that_asks_for_a_subscription_is_not_part_of_the_text() -> None:
    box = '<div class="paywall"><h2>For those who pay</h2><p>One coin a week. <a href="/buy">Offers</a></p></div>'
    assert text_of(f"<p>{LONG}</p>{box}") == LONG.strip()
    paid = '<div class="paywall"><p>' + "The port paid for <a href='/ice'>ice</a>, as the carters had asked it. " * 4
    assert "as the carters had asked" in text_of(f"<p>{LONG}</p>{paid}</p></div>")
    linked = '<p class="paywall">The port paid for <a href="/ice">ice</a>, as the carters had asked it in autumn.</p>'
    assert "as the carters had asked" in text_of(f"<p>{LONG}</p>{linked}")
