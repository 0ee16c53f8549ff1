"""No permission needed: who says that nobody has to ask permits everybody, and who asks for it permits nobody."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

FREE = [
    "Permission is not required to reprint our articles.",
    "There is no need to request permission to republish our articles.",
    "Prior permission is not needed for reprinting our articles with credit.",
    "Zum Nachdruck unserer Artikel bedarf es keiner Genehmigung.",
    "Pour reproduire nos articles, aucune autorisation n'est nécessaire.",
    "Aucune autorisation n'est nécessaire pour reproduire nos articles.",
    "La reproduction de nos articles ne nécessite pas d'autorisation.",
    "La reproduction de nos articles n'est soumise à aucune autorisation.",
    "Il n'est pas nécessaire de demander l'autorisation pour reproduire nos articles.",
    "Vous n'avez pas besoin d'autorisation pour reproduire nos articles.",
    "Non è necessaria alcuna autorizzazione per riprodurre i nostri articoli.",
    "La riproduzione dei nostri articoli non richiede autorizzazione.",
    "A reprodução dos nossos artigos não requer autorização.",
    "Do przedruku naszych artykułów nie jest potrzebna zgoda.",
    "W celu przedruku naszych artykułów nie trzeba zgody.",
    "Toestemming voor overname van onze artikelen is niet nodig.",
    "U hebt geen toestemming nodig om onze artikelen over te nemen.",
    "Přetisk našich článků nevyžaduje souhlas.",
    "Вам не нужно разрешение, чтобы перепечатывать наши статьи.",
    "За препечатване на нашите статии не е нужно разрешение.",
    "Препечатването на нашите статии не изисква разрешение.",
    "Reproducerea articolelor noastre nu necesită acord.",
    "Για την αναδημοσίευση των άρθρων μας δεν απαιτείται άδεια.",
    "Η αναδημοσίευση των άρθρων μας δεν απαιτεί άδεια.",
    "Det krävs inget tillstånd för att återge våra artiklar.",
    "Tillstånd krävs inte för att återge våra artiklar.",
    "Ni behöver inte be om lov för att återge våra artiklar.",
    "Det kreves ingen tillatelse for å gjengi våre artikler.",
    "Der kræves ingen tilladelse for at gengive vores artikler.",
    "Na preberanie našich článkov nie je potrebný súhlas.",
    "Preberanie našich článkov nevyžaduje súhlas.",
    "Pre preberanie našich článkov netreba súhlas.",
    "La reproduction de nos articles n'exige aucune autorisation.",
    "Vous n'avez pas besoin d'une autorisation pour reproduire nos articles.",
    "Il n'y a pas besoin de demander l'autorisation pour reproduire nos articles.",
    "Our articles may be reprinted; there is no need for permission.",
    "No need to obtain permission to reprint our articles.",
    "Sie benötigen keine Genehmigung für den Nachdruck unserer Artikel.",
    "Men behoeft geen toestemming om onze artikelen over te nemen.",
    "Přetisk našich článků nevyžadují souhlas.",
    "K přetisku našich článků nepotřebujete souhlas.",
    "Вам не потрібен дозвіл, щоб передруковувати наші статті.",
    "Det behövs inget tillstånd för att återge våra artiklar.",
    "Du trenger ikke be om tillatelse for å gjengi våre artikler.",
]
NOT_FREE = [
    "Permission is not required to link to our articles.",
    "Permission is not required to quote short passages of our articles.",
    "Permission is not required to print a copy of our articles for personal use.",
    "Permission is not required for members to reprint our articles.",
    "No need to request permission to link to our articles.",
    "No need for permission to read our articles.",
    "There is no need to obtain permission to attend our events.",
    "No permission is needed to reprint our articles if you are a subscriber.",
    "Permission is not required to use our photos.",
    "You have no permission to reprint our articles.",
    "Without permission, our articles may not be reprinted.",
    "Permission to reprint our articles is not granted.",
    "La reproduction de nos articles nécessite une autorisation.",
    "La reproduction de nos articles n'est pas autorisée.",
    "La citation de nos articles ne nécessite pas d'autorisation.",
    "La reproduction des logos ne nécessite pas d'autorisation.",
    "La reproduction de nos photos ne nécessite aucune autorisation.",
    "La reproduction de nos articles par les abonnés ne nécessite pas d'autorisation.",
    "Il n'est pas nécessaire de demander l'autorisation pour créer un lien vers nos articles.",
    "La riproduzione dei nostri articoli non è consentita senza autorizzazione.",
    "Non è necessaria alcuna autorizzazione per collegarsi al sito.",
    "La riproduzione delle foto non richiede autorizzazione.",
    "A reprodução dos nossos artigos não é permitida sem autorização.",
    "A reprodução das fotografias não requer autorização.",
    "Do przedruku naszych artykułów jest potrzebna zgoda.",
    "Do cytowania naszych artykułów nie jest potrzebna zgoda.",
    "Do 2015 roku zgoda na przedruk naszych artykułów nie była wymagana.",
    "Do niedawna nasze artykuły można było przedrukowywać.",
    "Na przedruk zdjęć nie potrzeba zgody.",
    "U hebt geen toestemming om onze artikelen over te nemen.",
    "U hebt geen toestemming nodig om naar onze artikelen te linken.",
    "Toestemming voor overname van onze foto's is niet nodig.",
    "Toestemming voor overname van onze artikelen is nodig.",
    "Zum Verlinken unserer Artikel bedarf es keiner Genehmigung.",
    "Zum Nachdruck unserer Fotos bedarf es keiner Genehmigung.",
    "Zum Nachdruck unserer Artikel bedarf es einer Genehmigung.",
    "Přetisk fotografií nevyžaduje souhlas.",
    "Přetisk našich článků vyžaduje souhlas.",
    "Вам не нужно разрешение, чтобы ссылаться на наши статьи.",
    "Перепечатка наших фотографий не требует разрешения.",
    "Препечатването на снимките не изисква разрешение.",
    "Reproducerea fotografiilor nu necesită acord.",
    "Η αναδημοσίευση των φωτογραφιών δεν απαιτεί άδεια.",
    "Det krävs tillstånd för att återge våra artiklar.",
    "Tillstånd krävs för att återge våra artiklar.",
    "Det krävs inget tillstånd för att länka till våra artiklar.",
    "Det krävs inget tillstånd för att återge våra bilder.",
    "Det kreves ingen tillatelse for å lenke til våre artikler.",
    "Der kræves tilladelse for at gengive vores artikler.",
    "Ni behöver inte be om lov för att citera våra artiklar.",
]


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize("words", FREE)
def test_where_no_permission_is_needed_everybody_may(words: str) -> None:
    assert permits(words)
    assert reading_fields(read_wording(words))["permission_required"] is False


@pytest.mark.parametrize("words", NOT_FREE)
def test_where_it_is_needed_or_for_something_else_nobody_may(words: str) -> None:
    assert not permits(words)
