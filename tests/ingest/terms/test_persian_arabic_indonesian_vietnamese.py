"""Persian is read with frames; in Arabic, Indonesian and Vietnamese only bans, reservations and licences are read."""

from __future__ import annotations

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields


def permits(words: str) -> bool | None:
    permitted: bool | None = reading_fields(read_wording(words))["permits_text_reuse"]
    return permitted


@pytest.mark.parametrize(
    "words",
    [
        "بازنشر مقالات ما با ذکر منبع بلامانع است.",
        "استفاده از مطالب این وب‌سایت با ذکر منبع آزاد است.",
        "استفاده از مطالب این وب سایت با ذكر منبع آزاد است.",  # typed on an Arabic keyboard
        "هرگونه استفاده از محتوا با ذکر منبع و لینک مجاز می‌باشد.",
        "بازنشر مطالب مجله دریا تنها با ذکر منبع مجاز است.",
        "تمامی حقوق محفوظ است و بازنشر مطالب با ذکر منبع آزاد است.",
    ],
)
def test_persian_texts_may_be_reused_with_credit(words: str) -> None:
    reading = reading_fields(read_wording(words))
    assert (reading["permits_text_reuse"], reading["requires_credit"]) == (True, True)


@pytest.mark.parametrize(
    "words",
    [
        "بازنشر عکس‌های این سایت با ذکر منبع بلامانع است.",  # photographs
        "استفاده از نرم‌افزار با ذکر منبع آزاد است.",  # a program
        "استفاده از لوگو با ذکر نام بلامانع است.",  # the logo
        "بازنشر داده‌ها با ذکر منبع مجاز است.",  # data
        "استفاده اعضا از مطالب سایت مجاز است.",  # members
        "استفاده از مطالب برای دانشجویان مجاز است.",  # students
        "بازنشر مطالب در صورت موافقت نویسنده بلامانع است.",  # if the author agrees
        "بازنشر مطالب خبرگزاری‌ها با ذکر منبع بلامانع است.",  # texts of agencies
        "پیش از این بازنشر مطالب سایت با ذکر منبع آزاد بود.",  # was permitted
        "آیا بازنشر مطالب آزاد است؟",  # a question
        "قانون می‌گوید که بازنشر مطالب با ذکر منبع مجاز است.",  # the law
        "استفاده از نظرات کاربران با ذکر منبع بلامانع است.",  # comments
        "استفاده از خدمات سایت رایگان است.",  # a service
        "استفاده از بخشی از مطالب با ذکر منبع مجاز است.",  # a part
        "متن ویکی‌پدیا با مجوز CC BY-SA 4.0 منتشر شده است.",  # Wikipedia's text
    ],
)
def test_other_things_people_and_times_permit_nothing_in_persian(words: str) -> None:
    assert permits(words) is not True


@pytest.mark.parametrize(
    "words",
    [
        "بازنشر مطالب بدون اجازه ممنوع است.",
        "هرگونه کپی‌برداری از مطالب سایت ممنوع است.",
        "تمامی حقوق این سایت محفوظ است.",
        "لا يجوز نسخ المقالات أو إعادة نشرها دون إذن كتابي من المعهد.",
        "يُمنع نسخ محتوى الموقع أو توزيعه أو بيعه بدون إذن مسبق.",
        "جميع حقوق النصوص في هذا الموقع محفوظة.",
        "Dilarang menyalin atau menyebarluaskan artikel di situs ini tanpa izin tertulis dari redaksi.",
        "Artikel kami tidak boleh diperbanyak tanpa izin.",
        "Seluruh hak cipta dilindungi.",
        "Nghiêm cấm sao chép bài viết khi chưa có sự đồng ý bằng văn bản của tòa soạn.",
        "Không được sao chép hoặc sử dụng nội dung vào mục đích thương mại nếu chưa được phép.",
        "Chỉ được phát hành lại bài viết khi có sự đồng ý của tòa soạn.",
    ],
)
def test_bans_and_reservations_are_found(words: str) -> None:
    assert permits(words) is False


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Seluruh konten situs ini berlisensi CC BY 4.0.", True),
        ("Foto oleh Budi, lisensi CC BY 4.0.", False),
        ("Teks Wikipedia tersedia dengan lisensi CC BY-SA 4.0.", False),
        ("Toàn bộ nội dung trang web này theo giấy phép CC BY 4.0.", True),
        ("Phần mềm này theo giấy phép CC BY 4.0.", False),
        ("محتوى هذا الموقع متاح بموجب رخصة CC BY 4.0.", True),
        ("هذا التطبيق مرخص بموجب رخصة CC BY 4.0.", False),
    ],
)
def test_a_licence_is_for_the_works_that_the_sentence_names(words: str, text: bool) -> None:
    assert (permits(words) is True) == text


@pytest.mark.parametrize(
    "words",
    [
        "Artikel di situs ini boleh disebarluaskan dengan menyebutkan sumber.",
        "Có thể đăng lại bài viết nếu ghi rõ nguồn.",
        "يُسمح بإعادة نشر المقالات مع ذكر المصدر.",
    ],
)
def test_a_permission_in_a_language_without_words_for_it_stays_unread(words: str) -> None:
    assert permits(words) is None


def test_who_reuses_a_vietnamese_text_has_to_name_the_source() -> None:
    reading = reading_fields(read_wording("Ghi rõ nguồn khi phát hành lại bài viết từ trang này."))
    assert (reading["permits_text_reuse"], reading["requires_credit"]) == (None, True)


def test_a_persian_denial_of_a_permission_permits_nothing() -> None:
    denied = read_wording("این به معنای آن نیست که بازنشر مطالب سایت آزاد است.")
    assert reading_fields(denied)["permits_text_reuse"] is not True
