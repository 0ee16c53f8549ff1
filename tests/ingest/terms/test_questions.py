"""An answer permits only what its question asks leave for: "Do you charge for reprints? Yes" permits nothing."""

from __future__ import annotations

import pytest

from db.model.item import Term
from ingest.terms.clause_reader import grants
from ingest.terms.prose import read_notice

PERMITTED = [
    "Мога ли да препечатам вашите статии? Да, с посочване на източника.",
    "Puc reproduir els vostres articles? Sí, citant la font.",
    "Mohu přetisknout vaše články? Ano, s uvedením zdroje.",
    "Darf ich Ihre Artikel nachdrucken? Ja, mit Quellenangabe.",
    "Möchten Sie unsere Artikel nachdrucken? Gern, mit Quellenangabe.",
    "Μπορώ να αναδημοσιεύσω τα άρθρα σας; Ναι, με αναφορά της πηγής.",
    "Is it OK to republish your articles? Yes, with credit.",
    "Is republishing your articles allowed? Yes.",
    "Want to republish our articles? Go ahead, with credit.",
    "Republish our articles? Sure, with credit.",
    "¿Puedo reproducir sus artículos? Sí, citando la fuente.",
    "Kas tohin teie artikleid avaldada? Jah, viidates allikale.",
    "Saako artikkeleitanne julkaista uudelleen? Kyllä, kunhan lähde mainitaan.",
    "Puis-je reproduire vos articles ? Oui, en citant la source.",
    "Mogu li prenijeti vaše članke? Da, uz navođenje izvora.",
    "Újraközölhetem a cikkeiket? Igen, a forrás megjelölésével.",
    "Posso riprodurre i vostri articoli? Sì, citando la fonte.",
    "Ar galiu perspausdinti jūsų straipsnius? Taip, nurodžius šaltinį.",
    "Vai drīkst pārpublicēt jūsu rakstus? Jā, norādot avotu.",
    "Mag ik uw artikelen overnemen? Ja, met bronvermelding.",
    "Czy mogę przedrukować wasze artykuły? Tak, z podaniem źródła.",
    "Chcesz przedrukować nasze artykuły? Tak, z podaniem źródła.",
    "Posso republicar os vossos artigos? Sim, citando a fonte.",
    "Pot reproduce articolele dumneavoastră? Da, cu menționarea sursei.",
    "Можно ли перепечатывать ваши статьи? Да, со ссылкой на источник.",
    "Må jeg gengive jeres artikler? Ja, med kildeangivelse.",
    "Môžem prevziať vaše články? Áno, s uvedením zdroja.",
    "Ali lahko ponatisnem vaše članke? Da, z navedbo vira.",
    "Чи можна передруковувати ваші статті? Так, з посиланням на джерело.",
]
SAYS_NOTHING = [
    "Таксувате ли препечатването на статиите си? Да.",
    "Cobreu per reproduir els vostres articles? Sí.",
    "Platí se za přetisk vašich článků? Ano.",
    "Kostet der Nachdruck Ihrer Artikel etwas? Ja.",
    "Ist es verboten, Ihre Artikel zu kopieren? Ja.",
    "Do you charge for republishing your articles? Yes.",
    "Do you ever charge for reprints of our articles? Yes.",
    "Do I have to pay to republish your articles? Yes.",
    "Do I have to pay to republish your articles? No.",
    "Is there a fee for reprinting articles? Yes.",
    "Is it illegal to copy your articles? Yes.",
    "Are there articles that I cannot republish? Yes.",
    "Are there stories that may not be republished? Yes.",
    "Are there limits on republishing your articles? Yes.",
    "Do you track who republishes our articles? Yes.",
    "Have your articles been republished? Yes, with credit.",
    "Can I submit an article for publication? Yes.",
    "¿Cobran por reproducir sus artículos? Sí.",
    "Est-il interdit de copier vos articles ? Oui.",
    "La reproduction de vos articles est-elle payante ? Oui.",
    "Naplaćujete li prenošenje svojih članaka? Da.",
    "La riproduzione dei vostri articoli è a pagamento? Sì.",
    "Vraagt u geld voor het overnemen van uw artikelen? Ja.",
    "Czy przedruk waszych artykułów jest płatny? Tak.",
    "Cobram pela reprodução dos vossos artigos? Sim.",
    "Percepeți o taxă pentru reproducerea articolelor? Da.",
    "Перепечатка ваших статей платная? Да.",
    "Tar ni betalt för att återpublicera era artiklar? Ja.",
    "Передрук ваших статей платний? Так.",
]


def _granted(words: str) -> list[Term]:
    return [term for term in read_notice(words, None) if grants(term)]


@pytest.mark.parametrize("words", PERMITTED)
def test_yes_permits_what_the_question_asks_leave_for(words: str) -> None:
    assert _granted(words)


@pytest.mark.parametrize("words", SAYS_NOTHING)
def test_the_answer_to_another_question_neither_permits_nor_forbids(words: str) -> None:
    assert read_notice(words, None) == ()


def test_the_answer_to_any_question_may_ask_for_a_request() -> None:
    assert [term.permission for term in read_notice("Republishing? Ask first.", None)] == ["ask"]
