"""Letters: what is on file in good words, what is not in brackets, and only what a reader may know."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from docx import Document
from docx.enum.text import WD_COLOR_INDEX

from app.config import settings
from app.i18n import words
from app.letters.offers import offers
from app.letters.words import day, dear, honorific_in, is_vietnamese, span, when, you
from app.standings.schemas import ReasonOut
from app.templating import LOCALE_COOKIE
from app.vocabulary import (
    DatePrecision,
    DelegationDirection,
    DelegationState,
    LetterKind,
    Locale,
    OwedBy,
    ReasonCode,
)
from tests.staging import staged

VI, EN = words(Locale.vi), words(Locale.en)
HOSTILE = '</w:t><w:evil/> & "q" {{ 7*7 }} {% for x in y %} %(n)s [\ufdd0x\ufdd1]'
LONG = "Nguyễn-Montalembert de la Tour " * 6


@staged
def fukuoka(make):
    """A partner with everything a letter asks for."""
    partner = make.partner(
        slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka Prefecture",
        friendship_since=date(2008, 2, 20),
        officer=make.user(name="Trần Thị Đầu Mối", email="contact@city.example"),
        strengths=[make.sector(name_vi="Môi trường", name_en="Environment")],
    )  # fmt: skip
    person = make.person(name="Sato Yuriko", honorific="Bà", email="sato@fukuoka.example")
    make.post(person, partner, title_vi="Phó Thống đốc", title_en="Vice Governor")
    trip = make.visit(
        partner, on=date(2026, 5, 28), ends_on=date(2026, 6, 2), title="Đoàn Hà Nội thăm Fukuoka",
        direction=DelegationDirection.outbound, minutes="Điều kín.", report="Báo cáo kín.", confidential=True,
        state=DelegationState.reported,
    )  # fmt: skip
    unit = make.unit(code="so-xd", name_vi="Sở Xây dựng", name_en="Department of Construction")
    theirs = make.follow_up(
        partner, title="Send the experts", owed_by=OwedBy.partner, raised_on=date(2026, 3, 1),
        due_on=date(2026, 4, 5), delegation=trip,
    )  # fmt: skip
    later = make.follow_up(partner, title="Name two schools", owed_by=OwedBy.partner, due_on=date(2026, 9, 5))
    ours = make.follow_up(
        partner, title="Gửi dự thảo chương trình", owed_by=OwedBy.home, unit=unit, due_on=date(2026, 6, 5)
    )
    return SimpleNamespace(
        partner=partner, person=person.id, trip=trip.id, theirs=theirs.id, later=later.id, ours=ours.id
    )


@staged
def bare(make):
    """A partner of which nothing is known but its name."""
    return make.partner(slug="bare", name_vi="Thành phố Trống", name_en="Bare")


def paper(answer):
    """The text of a Word file and what is marked in it."""
    assert answer.status_code == 200, answer.text
    document = Document(io.BytesIO(answer.content))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    lines = [*document.paragraphs, *(line for cell in cells for line in cell.paragraphs)]
    runs = [run for line in lines for run in line.runs]
    marked = [run.text for run in runs if run.font.highlight_color == WD_COLOR_INDEX.YELLOW]
    return "\n".join(line.text for line in lines).replace("\xa0", " "), marked


def letter(client, kind, slug="fukuoka", **asked):
    return client.get(f"/partners/{slug}/letters/{kind}.docx", params=asked)


def page(client, kind="", slug="fukuoka", locale="en", **asked):
    client.cookies.set(LOCALE_COOKIE, locale)
    answer = client.get(f"/partners/{slug}/letters", params={"kind": kind, **asked})
    assert answer.status_code == 200, answer.text
    return answer.text


def content(api, kind, slug="fukuoka", key="people_key", **asked):
    answer = api(key).get(f"/api/v1/partners/{slug}/letters/{kind}/content", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


# ---- what the letters say


def test_a_partner_abroad_is_written_to_in_english_whatever_the_page_speaks(client, fukuoka):
    client.cookies.set(LOCALE_COOKIE, "vi")
    text, marked = paper(letter(client, "chase"))
    for part in (
        "Hà Nội, 15 June 2026", "Ms Sato Yuriko", "Vice Governor", "Fukuoka Prefecture",
        "Dear Ms Sato Yuriko,", "Send the experts (agreed on 1 March 2026; due 5 April 2026)",
        "Name two schools", "A reply by 6 July 2026", "Trần Thị Đầu Mối (contact@city.example)",
        "On behalf of the Hà Nội Department of Foreign Affairs", "Yours sincerely,",
    ):  # fmt: skip
        assert part in text, part
    assert marked == ["[reference number]", "[name of the signatory]", "[title of the signatory]"]


def test_a_vietnamese_letter_is_an_official_paper(client, fukuoka):
    text, marked = paper(letter(client, "chase", language="vi", follow_up=fukuoka.theirs))
    for part in (
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI", "SỞ NGOẠI VỤ THÀNH PHỐ HÀ NỘI", "Số: [số và ký hiệu]",
        "V/v trao đổi tiến độ thực hiện các nội dung hai bên đã thống nhất", "ngày 15 tháng 6 năm 2026",
        "Kính gửi: Bà Sato Yuriko, Phó Thống đốc, Tỉnh Fukuoka", "do phía tỉnh Fukuoka đảm nhận",
        "Send the experts (thống nhất ngày 01/3/2026; thời hạn ngày 05/4/2026).",
        "mong nhận được ý kiến của Bà trước ngày 06/7/2026", "Trân trọng./.", "Nơi nhận:", "- Như trên;",
    ):  # fmt: skip
        assert part in text, part
    assert "Name two schools" not in text
    assert marked == ["[số và ký hiệu]", "[chức vụ người ký]", "[họ và tên người ký]"]


def test_the_invitation_returns_our_visit_on_the_days_that_are_planned(client, make, fukuoka):
    text, marked = paper(letter(client, "invitation", language="vi"))
    assert "từ ngày 28/5 đến ngày 02/6/2026" in text
    assert "trước hết về môi trường" in text
    assert "trân trọng mời Bà Sato Yuriko dẫn đầu Đoàn đại biểu tỉnh Fukuoka" in text
    assert "[thời gian dự kiến của chuyến thăm]" in marked
    make.visit(fukuoka.partner, on=date(2026, 9, 7), ends_on=date(2026, 9, 9), state=DelegationState.planned)
    text, marked = paper(letter(client, "invitation", language="vi"))
    assert "thời gian từ ngày 07 đến ngày 09/9/2026" in text
    assert len(marked) == 3


def test_thanks_go_out_for_the_welcome_and_recall_what_was_agreed(client, fukuoka):
    text, _ = paper(letter(client, "thanks", delegation=fukuoka.trip))
    assert "welcome given to the delegation of Hà Nội from 28 May to 2 June 2026" in text
    assert "Send the experts (to be done by Fukuoka Prefecture; due 5 April 2026)" in text


def test_a_silent_partner_is_reminded_of_the_tie(client, fukuoka):
    text, _ = paper(letter(client, "reactivation"))
    assert "bound by ties of friendship since 20 February 2008" in text
    assert "took place on 28 May 2026" in text or "took place on 2 June 2026" in text
    assert "first of all in environment" in text


def test_a_unit_is_reminded_of_what_home_owes(client, fukuoka):
    text, marked = paper(letter(client, "reminder"))
    for part in ("Kính gửi: Sở Xây dựng", "V/v đôn đốc thực hiện các nội dung đã thống nhất với tỉnh Fukuoka",
                 "Gửi dự thảo chương trình; thời hạn: ngày 05/6/2026 (quá hạn 10 ngày).",
                 "trước ngày 22/6/2026"):  # fmt: skip
        assert part in text, part
    assert "Send the experts" not in text
    assert len(marked) == 3
    answer = letter(client, "reminder", language="en")
    assert answer.status_code == 422


def test_a_vietnamese_title_waits_for_its_english(client, make, bare):
    partner = bare
    make.follow_up(partner, title="Gửi danh mục phim tài liệu", owed_by=OwedBy.partner)
    _, marked = paper(letter(client, "chase", slug="bare"))
    assert "[Gửi danh mục phim tài liệu]" in marked
    assert "the English of: <bdi>Gửi danh mục phim tài liệu</bdi>" in page(client, "chase", slug="bare")
    text, marked = paper(letter(client, "chase", slug="bare", language="vi"))
    assert "Gửi danh mục phim tài liệu (thống nhất" in text
    assert not any("danh mục" in mark for mark in marked)


# ---- what is missing


GAPS = {
    "invitation": ("addressee", "proposed_days", "sectors", "officer", "officer_email"),
    "chase": ("addressee", "promises", "officer", "officer_email"),
    "reactivation": ("addressee", "tie_since", "last_contact", "sectors", "officer", "officer_email"),
    "thanks": ("addressee", "visit", "officer", "officer_email"),
    "reminder": ("unit", "promises", "officer", "officer_email"),
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", list(LetterKind))
def test_what_is_missing_is_marked_and_named_and_nothing_is_blank(api, as_, bare, kind, language):
    if kind == LetterKind.reminder and language == "en":
        language = "vi"
    client, spoken = as_("manager"), VI if language == "vi" else EN
    text, marked = paper(letter(client, kind, slug="bare", language=language))
    told = content(api, kind, slug="bare", language=language)
    by_hand = {"number", "signer", "signer_title"}
    assert {it["code"] for it in told["missing"]} == {*GAPS[kind], *by_hand}
    assert {it["code"] for it in told["missing"] if it["url"] is None} == by_hand
    for code in (*GAPS[kind], *by_hand):
        assert f"[{spoken.word('letter_gap', code)}]" in marked, code
    assert not re.search(r"None|undefined|\(\s*\)|  |, ,|: \.|[{}]", text), text
    shown = page(client, kind, slug="bare", language=language)
    for it in told["missing"]:
        assert it["url"] is None or f'href="{it["url"].replace("&", "&amp;")}"' in shown
        if it["url"]:
            place = client.get(it["url"])
            assert place.status_code == 200, it["url"]


def test_a_person_without_form_of_address_or_english_title_is_asked_for_both(client, make, bare):
    partner = bare
    make.post(make.person(name="Kim"), partner, title_vi="Thị trưởng")
    text, marked = paper(letter(client, "thanks", slug="bare"))
    assert "Dear [Mr or Ms] Kim," in text
    assert {"[Mr or Ms]", "[title of the addressee in English]"} <= set(marked)
    text, marked = paper(letter(client, "thanks", slug="bare", language="vi"))
    assert "Kính gửi: [Ông/Bà] Kim, Thị trưởng, Thành phố Trống" in text


def test_of_several_people_one_is_to_be_chosen(client, make, fukuoka):
    partner = fukuoka.partner
    other = make.person(name="Tanaka Ken", honorific="Mr.")
    make.post(other, partner, title_vi="Trưởng phòng", title_en="Head of Division")
    assert "[name and title of the addressee]" in paper(letter(client, "chase"))[1]
    assert "#f-person" in page(client, "chase")
    assert "Dear Mr Tanaka Ken," in paper(letter(client, "chase", person=other.id))[0]
    assert "Ông Tanaka Ken" in paper(letter(client, "chase", person=other.id, language="vi"))[0]


# ---- who may know what


def test_names_and_addresses_are_for_those_who_may_see_them(api, as_, fukuoka):
    assert "sato@fukuoka.example" in page(as_("officer"), "chase")
    told = page(as_("viewer"), "chase")
    assert "Sato Yuriko" in told
    assert "sato@fukuoka.example" not in told
    assert "Fill in" not in told
    assert "Log as sent" not in told
    seen = content(api, "chase")
    assert (seen["addressee"]["name"], seen["addressee"]["email"]) == ("Sato Yuriko", "sato@fukuoka.example")
    hidden = content(api, "chase", key="read_key")
    assert "Sato" not in str(hidden)
    assert "sato@" not in str(hidden)
    assert "name" in {it["code"] for it in hidden["missing"]}
    answer = api("read_key").get("/api/v1/partners/fukuoka/letters/chase")
    text, marked = paper(answer)
    assert "Sato" not in text
    assert "[name of the addressee]" in marked


def test_confidential_notes_are_in_no_letter_not_even_a_managers(as_, fukuoka):
    for kind in (LetterKind.thanks, LetterKind.invitation):
        text, _ = paper(letter(as_("manager"), kind, language="vi"))
        assert "kín" not in text


def test_strangers_and_unknown_partners_get_nothing(stranger, client, api, fukuoka):
    assert stranger.get("/partners/fukuoka/letters", follow_redirects=False).status_code in {303, 401}
    assert client.get("/partners/nowhere/letters").status_code == 404
    assert client.get("/partners/fukuoka/letters/poem.docx").status_code == 404
    assert api("read_key").get("/api/v1/partners/nowhere/letters/chase").status_code == 404


def test_an_erased_person_is_not_written_to(client, make, bare):
    partner = bare
    make.post(make.person(name="", erased_at=datetime(2026, 6, 1, tzinfo=UTC)), partner)
    assert "[name and title of the addressee]" in paper(letter(client, "thanks", slug="bare"))[1]


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("chase", {"person": 999_999}),
        ("chase", {"follow_up": 999_999}),
        ("chase", {"unit": "so-xd"}),
        ("chase", {"delegation": 1}),
        ("thanks", {"delegation": 999_999}),
        ("reminder", {"unit": "nobody"}),
        ("chase", {"language": "fr"}),
        ("chase", {"tone": "stern"}),
    ],
)
def test_what_such_a_letter_is_never_about_is_refused(client, api, fukuoka, kind, asked):
    assert letter(client, kind, **asked).status_code == 422
    path = f"/api/v1/partners/fukuoka/letters/{kind}"
    for end in ("", "/content"):
        answer = api("people_key").get(path + end, params=asked)
        assert answer.status_code == 422
        assert answer.headers["content-type"].startswith("application/problem+json")


# ---- the same letter at every door


@pytest.mark.parametrize("kind", list(LetterKind))
def test_page_file_and_json_say_the_same(as_, api, fukuoka, kind):
    text, marked = paper(letter(as_("officer"), kind, language="vi"))
    told = content(api, kind, language="vi")
    shown = page(as_("officer"), kind, language="vi")
    flat = re.sub(r"<[^>]+>", "", shown).replace("&amp;", "&")
    for line in told["paragraphs"]:
        assert line in text
        assert line in flat
    assert sorted({f"[{it['text']}]" for it in told["missing"]}) == sorted(set(marked))
    same = api("people_key").get(f"/api/v1/partners/fukuoka/letters/{kind}", params={"language": "vi"})
    assert paper(same)[0] == text


def test_the_content_has_a_tag(api, fukuoka):
    url = "/api/v1/partners/fukuoka/letters/chase/content"
    tag = api("people_key").get(url).headers["etag"]
    assert api("people_key").get(url, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_what_is_sent_is_logged_from_the_letter(as_, fukuoka, locale):
    client = as_("officer")
    shown = page(client, "chase", locale=locale)
    url = re.search(r'href="(/interactions/new[^"]+)"', shown)[1].replace("&amp;", "&")
    asked = parse_qs(urlsplit(url).query)
    assert asked["channel"] == ["letter_out"]
    assert "Sato" not in unquote(url)
    form = client.get(url).text
    assert '<option value="letter_out" selected>' in form
    assert "Progress on what our two sides have agreed" in form
    assert "Fukuoka" in form


def test_a_hostile_name_stays_a_name(client, make):
    partner = make.partner(slug="hostile", name_vi=HOSTILE, name_en=HOSTILE)
    make.post(make.person(name=HOSTILE, honorific="Bà"), partner, title_vi=HOSTILE, title_en=LONG)
    make.follow_up(partner, title=HOSTILE, owed_by=OwedBy.partner)
    for language in Locale:
        answer = letter(client, "chase", slug="hostile", language=language)
        text, marked = paper(answer)
        assert HOSTILE.replace("\ufdd0", "").replace("\ufdd1", "") in text
        assert len(marked) >= 3
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert b"<w:evil" not in archive.read("word/document.xml")
        assert "<w:evil" not in page(client, "chase", slug="hostile", language=language)


def test_the_department_may_word_it_otherwise(client, fukuoka, tmp_path, monkeypatch):
    monkeypatch.setattr(settings(), "var", tmp_path)
    folder = tmp_path / "templates" / "docx"
    folder.mkdir(parents=True)
    document = Document()
    document.add_paragraph("{{ dear }} {{ number }}")
    document.save(folder / "letter_chase_en.docx")
    assert paper(letter(client, "chase"))[0] == "Dear Ms Sato Yuriko, [reference number]"
    document.add_paragraph("{{ nobody_knows }}")
    document.save(folder / "letter_chase_en.docx")
    assert letter(client, "chase").status_code == 409


def test_the_page_takes_a_fixed_number_of_statements(as_, fukuoka, bare, queries):
    client = as_("officer")
    counts = []
    for slug in ("bare", "fukuoka"):
        page(client, "chase", slug=slug)
        with queries() as seen:
            page(client, "chase", slug=slug)
        counts.append(len(seen))
    assert max(counts) <= 30


# ---- where letters are offered


def test_letters_are_offered_where_they_are_needed(as_, fukuoka):
    client = as_("officer")
    client.cookies.set(LOCALE_COOKIE, "en")
    partner = client.get("/partners/fukuoka").text
    assert 'href="/partners/fukuoka/letters"' in partner
    assert "/partners/fukuoka/letters?kind=chase" in partner
    assert "/partners/fukuoka/letters?kind=reminder" in partner
    assert f"kind=thanks&amp;delegation={fukuoka.trip}" in client.get(f"/delegations/{fukuoka.trip}").text
    assert f"kind=chase&amp;follow_up={fukuoka.theirs}" in client.get(f"/follow-ups/{fukuoka.theirs}").text
    assert f"kind=reminder&amp;follow_up={fukuoka.ours}" in client.get(f"/follow-ups/{fukuoka.ours}").text
    assert "letters?kind=chase" in client.get("/review?partner=fukuoka").text
    viewer = as_("viewer")
    for url in ("/partners/fukuoka", f"/delegations/{fukuoka.trip}", f"/follow-ups/{fukuoka.theirs}"):
        assert "/letters" not in viewer.get(url).text


def reason(code, **numbers):
    return ReasonOut(code, None, numbers, ())


@pytest.mark.parametrize(
    ("reasons", "kinds"),
    [
        ([], []),
        ([reason(ReasonCode.silent)], [LetterKind.reactivation]),
        ([reason(ReasonCode.return_visit_owed, owed_by="partner")], [LetterKind.invitation]),
        ([reason(ReasonCode.return_visit_owed, owed_by="home")], []),
        ([reason(ReasonCode.promises_overdue, home=0, partner=2)], [LetterKind.chase]),
        ([reason(ReasonCode.promises_overdue, home=1, partner=0)], [LetterKind.reminder]),
        (
            [reason(ReasonCode.silent), reason(ReasonCode.promises_overdue, home=1, partner=1)],
            [LetterKind.reactivation, LetterKind.chase, LetterKind.reminder],
        ),
    ],
)
def test_a_letter_answers_a_reason(reasons, kinds):
    assert [it.kind for it in offers(reasons)] == kinds


# ---- days and people in words

D = DatePrecision


def test_days_are_written_in_the_manner_of_the_language():
    assert day(VI, date(2026, 2, 5)) == "ngày 05/02/2026"
    assert day(VI, date(2026, 11, 5)) == "ngày 05/11/2026"
    assert day(VI, date(2026, 3, 1), D.month) == "tháng 3/2026"
    assert when(EN, date(2026, 2, 5)) == "on 5 February 2026"
    assert when(EN, date(2026, 1, 1), D.year) == "in 2026"
    assert span(EN, date(2026, 6, 10), date(2026, 6, 12), D.day) == "from 10 to 12 June 2026"
    assert span(EN, date(2025, 12, 30), date(2026, 1, 2), D.day) == "from 30 December 2025 to 2 January 2026"
    assert span(VI, date(2026, 6, 10), date(2026, 6, 12), D.day) == "từ ngày 10 đến ngày 12/6/2026"
    assert span(VI, date(2025, 12, 30), date(2026, 1, 2), D.day) == "từ ngày 30/12/2025 đến ngày 02/01/2026"
    assert span(VI, date(2026, 6, 1), date(2026, 6, 1), D.month) == "tháng 6/2026"


@pytest.mark.parametrize(
    ("said", "vi", "en"),
    [
        ("Bà", "Bà", "Ms"),
        ("mr.", "Ông", "Mr"),
        ("H.E.", "Ngài", "H.E."),
        ("Dr", "Tiến sĩ", "Dr"),
        ("Sr", "Sr", "Sr"),
    ],
)
def test_forms_of_address_speak_both_languages(said, vi, en):
    assert (honorific_in(Locale.vi, said), honorific_in(Locale.en, said)) == (vi, en)


def test_a_letter_begins_as_one_does():
    assert dear(None) == "Dear Sir or Madam,"
    assert dear("H.E. Kim Ji") == "Your Excellency,"
    assert dear("Ms Sato") == "Dear Ms Sato,"
    assert (you("Bà"), you("Tiến sĩ"), you(None)) == ("Bà", "Quý vị", "Quý cơ quan")


@pytest.mark.parametrize("text", ["Gửi dự thảo", "Giao lưu thanh niên", "Đôn đốc tiến độ tại Hà Nội"])
def test_a_vietnamese_text_is_known(text):
    assert is_vietnamese(text)


@pytest.mark.parametrize("text", ["Visit of Hà Nội to Île-de-France", "Send the São Paulo draft", "2027", ""])
def test_another_text_is_left_alone(text):
    assert not is_vietnamese(text)
