"""Permissions "unless otherwise agreed", "if you cite us" and for "the content of the site", in ten languages."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

PERMITTED = [
    "Els textos es publiquen sota llicència CC BY-NC 4.0, llevat d'acord en contra.",
    "Podeu reproduir lliurement els nostres articles sempre que ens citeu.",
    "Der Inhalt der Website darf zu nicht-kommerziellen Zwecken mit Quellenangabe genutzt werden.",
    "Sie dürfen unsere Artikel frei veröffentlichen, sofern Sie uns als Quelle nennen.",
    "Unsere Texte erscheinen, wenn nichts anderes vereinbart ist, unter CC BY-NC 4.0.",
    "The content of this site may be used for non-commercial purposes with the source named.",
    "You may republish our articles freely, provided that you cite us.",
    "El contenido del sitio puede utilizarse con fines no comerciales citando la fuente.",
    "Los artículos se pueden reproducir gratuitamente con un enlace al original.",
    "Pueden republicar libremente nuestros artículos, siempre que nos citen.",
    "Puedes republicar libremente nuestros artículos siempre que nos cites.",
    "Salvo pacto en contrario, nuestros artículos tienen licencia CC BY 4.0.",
    "Todos los textos se publican bajo CC BY-NC 4.0 salvo acuerdo en contrario.",
    "Le contenu du site peut être utilisé à des fins non commerciales avec mention de la source.",
    "Les articles du site peuvent être repris par tous, pourvu que la source soit clairement indiquée.",
    "Nos contenus peuvent être repris librement, à condition de nous mentionner comme source.",
    "Sauf convention contraire, nos articles sont sous licence CC BY 4.0.",
    "Si vous nous citez, vous pouvez republier nos textes.",
    "Tous les textes sont publiés sous CC BY-NC 4.0 sauf accord contraire.",
    "Vous pouvez reprendre nos textes en nous citant et en plaçant un lien vers la page d'origine.",
    "Vous pouvez republier librement les textes de ce blog si vous respectez les conditions suivantes :",
    "Vous pouvez republier librement nos articles, à condition de nous citer.",
    "Vous pouvez republier nos textes si vous citez la source.",
    "Vous pouvez republier nos textes, si vous indiquez l'auteur et la source.",
    "I testi sono pubblicati con licenza CC BY-NC 4.0 salvo diverso accordo.",
    "Il contenuto del sito può essere utilizzato per fini non commerciali citando la fonte.",
    "Potete ripubblicare liberamente i nostri articoli, purché ci citiate come fonte.",
    "Puoi ripubblicare i nostri articoli citandoci e inserendo un link all'originale.",
    "Salvo accordi diversi, gli articoli sono rilasciati con licenza CC BY 4.0.",
    "De inhoud van de site mag voor niet-commerciële doeleinden worden gebruikt met bronvermelding.",
    "U mag onze artikelen overnemen als u ons als bron noemt.",
    "Możesz swobodnie publikować nasze artykuły, jeśli podasz nas jako źródło.",
    "Teksty publikujemy na licencji CC BY-NC 4.0, chyba że uzgodniono inaczej.",
    "Treści serwisu można wykorzystywać w celach niekomercyjnych z podaniem źródła.",
    "O conteúdo do site pode ser usado para fins não comerciais, com indicação da fonte.",
    "Os textos são publicados sob CC BY-NC 4.0, salvo acordo em contrário.",
    "Podem republicar livremente os nossos artigos, desde que citem a fonte.",
    "Salvo acordo em contrário, os nossos artigos têm licença CC BY 4.0.",
    "Você pode republicar nossos artigos, desde que nos cite como fonte.",
    "Conținutul site-ului poate fi folosit cu indicarea sursei.",
    "Conținutul site-ului poate fi folosit în scopuri necomerciale cu indicarea sursei.",
    "Textele pot fi reproduse gratuit, cu condiția menționării sursei.",
    "Toate textele sunt publicate sub licența CC BY-NC 4.0, dacă nu se specifică altfel.",
]
"""By language, then by letter."""
NOT_PERMITTED = [
    "Unless otherwise agreed in writing, no text may be reproduced.",
    "Puedes citarnos en tus trabajos.",
    "Salvo acuerdo por escrito en contrario, los textos no pueden reproducirse.",
    "Les textes peuvent être repris sous réserve d'accord contraire de leurs auteurs.",
    "Sauf accord contraire écrit, aucun texte ne peut être reproduit.",
    "Sauf accord de l'éditeur, la reproduction des articles sous CC BY est réservée aux abonnés.",
    "Si vous publiez un commentaire, nous pouvons reproduire ce texte librement.",
    "Si vous respectez les conditions suivantes, vous pouvez publier un commentaire sur ce blog :",
    "Vous pouvez citer nos articles à condition de nous mentionner.",
    "Vous pouvez nous citer dans vos travaux.",
    "Vous pouvez partager les articles si vous disposez d'un compte.",
    "Vous pouvez reproduire nos articles lorsque vous avez payé la redevance.",
    "Vous pouvez republier nos textes si vous signez notre charte.",
    "Vous pouvez republier nos textes si vous êtes abonné.",
    "Salvo diverso accordo scritto, i testi non possono essere riprodotti.",
    "Tenzij schriftelijk anders overeengekomen mag niets worden overgenomen.",
    "Salvo acordo escrito em contrário, os textos não podem ser reproduzidos.",
    "Conținutul site-ului poate fi folosit doar în scop personal.",
    "Informațiile dumneavoastră pot fi distribuite partenerilor noștri.",
]


@pytest.mark.parametrize("words", PERMITTED)
def test_texts_may_be_republished_unless_agreed_otherwise_or_if_the_source_is_cited(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize("words", NOT_PERMITTED)
def test_neither_an_agreement_nor_a_citation_alone_permits_anything(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is not True
