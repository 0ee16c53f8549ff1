"""Greek, Turkish, and Croatian with Bosnian and Serbian: permissions are read in the commonest forms only."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def fields(words: str) -> dict[str, Any]:
    return reading_fields(read_wording(words))


GRANTS = (
    "Επιτρέπεται η αναδημοσίευση του υλικού με ενεργό σύνδεσμο προς την αρχική δημοσίευση.",
    "Μπορείτε να αναδημοσιεύσετε τα άρθρα μας, αρκεί να αναφέρετε την πηγή.",
    "Όλα τα κείμενα διανέμονται υπό την άδεια CC BY 4.0.",
    "Τα άρθρα μας μπορούν να αναδημοσιευτούν αυτούσια με αναφορά του συγγραφέα.",
    "Η ελεύθερη αναπαραγωγή και διανομή των άρθρων επιτρέπεται με την προϋπόθεση αναφοράς της πηγής.",
    "Sitedeki içerikler kaynak gösterilmek koşuluyla kullanılabilir.",
    "Makalelerimizi kaynak göstererek yayımlayabilirsiniz.",
    "Bu sitedeki yazılar CC BY 4.0 lisansı ile lisanslanmıştır.",
    "Haberlerimiz değiştirilmeden ve kaynak gösterilerek yayınlanabilir.",
    "Dopušteno je prenošenje tekstova uz navođenje izvora i autora.",
    "Naše tekstove možete slobodno objavljivati uz navođenje izvora.",
    "Sadržaj je dostupan pod licencom CC BY 4.0.",
    "Članke možete prenijeti bez izmjena uz navođenje autora.",
)

PICTURES = (
    "Επιτρέπεται η αναδημοσίευση των κειμένων με αναφορά της πηγής, εκτός από τις φωτογραφίες.",
    "Fotoğraflar hariç, yazılar kaynak gösterilerek yayımlanabilir.",
    "Tekstovi se mogu prenositi uz navođenje izvora, osim fotografija.",
)

OTHERS = (
    "Οι φωτογραφίες μπορούν να αναπαραχθούν ελεύθερα με αναφορά του φωτογράφου.",
    "Τα σχολεία μπορούν να αναπαράγουν ελεύθερα τα κείμενα.",
    "Υποβάλλοντας ένα άρθρο μας επιτρέπετε να το αναδημοσιεύσουμε ελεύθερα.",
    "Μπορώ να αναδημοσιεύσω τα άρθρα σας με αναφορά της πηγής;",
    "Τα δεδομένα μπορούν να αντιγραφούν και να διανεμηθούν ελεύθερα.",
    "Εφόσον συμφωνεί ο συγγραφέας, το άρθρο μπορεί να αναδημοσιευτεί.",
    "Τα σχόλια των χρηστών μπορούν να αναδημοσιευτούν.",
    "Τα άρθρα της Βικιπαίδειας μπορούν να αντιγραφούν ελεύθερα.",
    "Fotoğraflar kaynak gösterilerek kullanılabilir.",
    "Okullar yazılarımızı serbestçe çoğaltabilir.",
    "Gönderdiğiniz yazılar tarafımızca serbestçe yayımlanabilir.",
    "Veriler kaynak gösterilerek kopyalanabilir ve dağıtılabilir.",
    "Yazar izin verirse makale yayımlanabilir.",
    "Eskiden yazılarımız kaynak gösterilerek yayımlanabiliyordu.",
    "Kitap CC BY-NC lisansı ile yayımlanmıştır.",
    "Fotografije se mogu slobodno prenositi uz navođenje autora.",
    "Škole mogu slobodno umnožavati naše tekstove.",
    "Slanjem teksta dopuštate redakciji da ga slobodno objavi.",
    "Podaci se mogu slobodno kopirati i distribuirati.",
    "Ako autor pristane, članak se može prenijeti.",
    "Do 2019. članci su se mogli slobodno prenositi.",
    "Članci Wikipedije mogu se slobodno kopirati.",
    "Zakon dopušta umnožavanje članaka u nastavi.",
    "Μπορείτε να εκτυπώσετε τα άρθρα για προσωπική χρήση.",
    "Επιτρέπεται η κοινοποίηση των άρθρων στα κοινωνικά δίκτυα.",
    "Οι συγγραφείς μπορούν να αναδημοσιεύσουν τα άρθρα τους με αναφορά του περιοδικού.",
    "Σύμφωνα με τον εκδότη, τα άρθρα μπορούν να αναδημοσιευτούν ελεύθερα.",
    "Τα δελτία τύπου του υπουργείου μπορούν να αναδημοσιευτούν ελεύθερα.",
    "Η αναδημοσίευση των άρθρων δεν επιτρέπεται χωρίς αναφορά στην πηγή και γραπτή άδεια.",
    "Τα τραγούδια μπορούν να αναπαραχθούν ελεύθερα.",
    "Μπορείτε να χρησιμοποιήσετε τα άρθρα ως μέλος της ένωσης.",
    "Yazılarımızdan alıntılar kaynak gösterilerek yayımlanabilir.",
    "Yazılar ancak yazılı izinle yayımlanabilir.",
    "“Yazılarımız kaynak gösterilerek yayımlanabilir” diyor gazete.",
    "Sözleşme imzalandıktan sonra yazılarımızı yayımlayabilirsiniz.",
    "Bazı yazılarımız kaynak gösterilerek yayımlanabilir.",
    "Şarkılar serbestçe çoğaltılabilir.",
    "Üye olarak yazılarımızı yayımlayabilirsiniz.",
    "Yazılar editör onayından sonra yayımlanabilir.",
    "Dijelovi članaka mogu se prenositi uz navođenje izvora.",
    "Članci se mogu prenositi samo uz pisanu dozvolu redakcije.",
    "„Tekstovi se mogu slobodno prenositi“, piše na stranici časopisa.",
    "Nakon potpisivanja ugovora možete prenositi naše tekstove.",
    "Pjesme se mogu slobodno kopirati.",
    "Kao član možete prenositi naše tekstove.",
    "Članci se mogu prenositi nakon odobrenja urednika.",
    "Επιτρέπεται η αντιγραφή των κειμένων για εκπαιδευτικούς σκοπούς.",
    "Τα κείμενα μπορούν να διαβαστούν δωρεάν.",
    "Μπορούμε να αναδημοσιεύσουμε τα κείμενά σας.",
    "Επιτρέπεται η αναδημοσίευση έως 300 λέξεων των άρθρων.",
    "Το άρθρο αφορά την άδεια CC BY 4.0.",
    "Επιτρέπεται η χρήση των προσωπικών δεδομένων με τη συγκατάθεσή σας.",
    "Metinler eğitim amacıyla kopyalanabilir.",
    "Yazılar ücretsiz okunabilir.",
    "Yazılarınızı yayımlayabiliriz.",
    "Yazılardan en fazla 300 kelime kaynak gösterilerek kullanılabilir.",
    "Makale CC BY 4.0 lisansı hakkındadır.",
    "Bilgileriniz hizmet sunmak amacıyla kullanılabilir.",
    "Tekstovi se mogu kopirati u obrazovne svrhe.",
    "Tekstovi se mogu besplatno čitati.",
    "Možemo objaviti vaše tekstove.",
    "Dopušteno je prenošenje najviše 300 riječi uz navođenje izvora.",
    "Članak govori o licenci CC BY 4.0.",
    "Vaši podaci mogu se koristiti za pružanje usluga.",
)
"""Near-permissions: by others, for others, for things, or on conditions that no reader meets."""

BANS = (
    "Απαγορεύεται η αναπαραγωγή του συνόλου ή μέρους του περιεχομένου χωρίς την άδεια του εκδότη.",
    "Για την αναδημοσίευση των άρθρων απαιτείται η άδεια της σύνταξης.",
    "İçerikler yazılı izin alınmadan kopyalanamaz ve çoğaltılamaz.",
    "Yazıların yayımlanması için editörün izni gereklidir.",
    "Zabranjeno je kopiranje i distribucija tekstova bez dopuštenja izdavača.",
    "Sva prava zadržana.",
    "Tekstovi se ne smiju kopirati.",
)


@pytest.mark.parametrize("words", GRANTS)
def test_a_permission_is_read(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is True


@pytest.mark.parametrize("words", PICTURES)
def test_pictures_are_left_out(words: str) -> None:
    assert fields(words)["images_excluded"]


@pytest.mark.parametrize("words", OTHERS)
def test_a_sentence_that_only_sounds_like_permission_grants_nothing(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is not True


@pytest.mark.parametrize("words", BANS)
def test_a_ban_is_read(words: str) -> None:
    assert fields(words)["permits_text_reuse"] is False


def test_the_duties_of_a_permission_are_read() -> None:
    unaltered = fields("Τα άρθρα μας μπορούν να αναδημοσιευτούν αυτούσια με αναφορά του συγγραφέα.")
    assert unaltered["requires_credit"]
    assert unaltered["no_derivatives"]
    unsold = fields("Yazılar ticari olmayan amaçlarla kaynak gösterilerek çoğaltılabilir.")
    assert unsold["requires_credit"]
    assert unsold["noncommercial"]
    linked = fields("Dozvoljeno je preuzimanje sadržaja uz obavezno navođenje izvora i link.")
    assert linked["requires_link"]
