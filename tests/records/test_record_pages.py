"""The pages of agreements, programmes and contacts: the targets of the links in a standing's sentence."""

import html
import re
from datetime import date

import pytest

from app.history import record
from app.models import Agreement
from app.templating import LOCALE_COOKIE
from app.vocabulary import (
    Channel,
    Completion,
    DatePrecision,
    ProgrammeState,
    ProgrammeUnitRole,
    ResultLevel,
)
from tests.staging import staged


def text_of(response):
    """What a reader reads within the page's own part."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    told = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", body))).split())
    return told.replace(" ,", ",").replace(" .", ".")


@pytest.fixture
def page(as_):
    def read(url, who="viewer", locale="vi", status=200):
        client = as_(who)
        client.cookies.set(LOCALE_COOKIE, locale)
        response = client.get(url)
        assert response.status_code == status, response.text[:1500]
        return response

    return read


@staged
def partner(make):
    return make.partner(slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka Prefecture")


def test_an_agreement_in_full(page, make, partner):
    with make.together():
        other = make.partner(slug="kanagawa", name_vi="Kanagawa", name_en="Kanagawa")
        unit = make.unit(name_vi="Sở Xây dựng", name_en="Department of Construction")
        support = make.unit(name_vi="Sở Tài chính", name_en="Department of Finance")
        paper = make.agreement(
            [partner, other], title="Bản ghi nhớ <b>", title_en="Memorandum", number="12/BGN",
            signed_on=date(2020, 2, 1), signed_precision=DatePrecision.month, expires_on=date(2028, 1, 1),
            expires_precision=DatePrecision.year, sectors=[make.sector(name_vi="Giao thông")],
            lead_unit=unit, units=[support], place="Hà Nội", signatories="Ông A", notice_months=6,
            source="hanoi.gov.vn", year_inferred=True,
        )  # fmt: skip
        make.programme(partner, title="Bến xe", agreement=paper)
        make.follow_up(partner, title="Gửi bản dịch", agreement=paper)
        make.agreement(partner, title="Bản sửa đổi", amends_id=paper.id, signed_on=date(2025, 1, 1))
        make.dispute(partner, record_type="agreement", record_id=paper.id, field="signed_on")
    answer = page(f"/agreements/{paper.id}")
    told = text_of(answer)
    for text in (
        "Bản ghi nhớ <b>", "tháng 2/2020", "đến 2028", "Sở Xây dựng", "Sở Tài chính", "Giao thông", "12/BGN",
        "Ông A", "Bến xe", "Gửi bản dịch", "Bản sửa đổi", "hanoi.gov.vn", "năm được suy ra",
        "Các nguồn mâu thuẫn", "báo trước 6 tháng", "Cụ thể: có lĩnh vực và đơn vị chủ trì.",
    ):  # fmt: skip
        assert text in told, text
    assert 'href="/partners/fukuoka"' in answer.text
    assert 'href="/partners/kanagawa"' in answer.text
    english = text_of(page(f"/agreements/{paper.id}", locale="en"))
    assert "Memorandum" in english
    assert "Department of Construction" in english
    assert "until 2028" in english


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"signed_on": date(2020, 1, 1)}, "còn hiệu lực, không thời hạn"),
        ({"signed_on": date(2020, 1, 1), "expires_on": date(2025, 1, 1)}, "đã hết hạn 01/01/2025"),
        ({"signed_on": date(2020, 1, 1), "terminated_on": date(2024, 1, 1)}, "01/01/2024"),
        ({"signed_on": date(2026, 1, 1), "effective_on": date(2027, 1, 1)}, "từ 01/01/2027"),
        ({"signed_on": None}, "chưa rõ ngày"),
        ({"signed_on": None, "state": "consulting"}, "đang lấy ý kiến"),
    ],
)
def test_what_a_paper_is_today(page, make, partner, fields, said):
    paper = make.agreement(partner, **fields)
    assert said in text_of(page(f"/agreements/{paper.id}")).lower()


def test_a_programme_in_full(page, make, partner):
    with make.together():
        paper = make.agreement(partner, title="Bản ghi nhớ")
        run = make.programme(
            partner, title="Xử lý rác", sector=make.sector(name_vi="Môi trường"), agreement=paper,
            lead_unit=make.unit(name_vi="Sở Xây dựng"), started_on=date(2024, 1, 1),
            started_precision=DatePrecision.year, state=ProgrammeState.active, budget=2_400_000_000,
            currency="VND", counterpart_funds=0, completion=Completion.medium,
        )  # fmt: skip
        make.milestone(run, title="Khảo sát", done_on=date(2025, 1, 1), evidence="Biên bản 1")
        make.milestone(run, title="Bàn giao", due_on=date(2026, 1, 1))
        make.milestone(run, title="Mở rộng")
        make.progress(run, text="Đã lắp đặt", on=date(2026, 5, 2))
        make.result(run, indicator="Tấn rác", actual=118.5, target=120.0, unit="tấn", evidence=None)
        make.result(run, indicator="Xe", level=ResultLevel.output, evidence="Báo cáo 2")
    told = text_of(page(f"/programmes/{run.id}"))
    for text in (
        "Xử lý rác", "Môi trường", "Sở Xây dựng", "từ 2024", "tiến độ mới nhất ngày 02/05/2026", "Khảo sát",
        "Biên bản 1", "hạn 01/01/2026", "chưa đặt hạn", "118,5", "chỉ tiêu 120", "chưa kiểm chứng",
        "Báo cáo 2", "2.400.000.000 VND", "Vốn đối ứng 0", "Bản ghi nhớ",
    ):  # fmt: skip
        assert text in told, text
    assert told.count("chưa kiểm chứng") == 1


def test_donors_stand_apart_from_units(page, make, partner):
    from app.models import ProgrammeUnit

    with make.together() as session:
        run = make.programme(partner)
        for role, name in ((ProgrammeUnitRole.donor, "JICA"), (ProgrammeUnitRole.support, "Sở Y tế")):
            unit = make.organisation(name_vi=name)
            session.add(ProgrammeUnit(programme_id=run.id, organisation_id=unit.id, role=role))
    told = text_of(page(f"/programmes/{run.id}"))
    assert "Nhà tài trợ JICA" in told
    assert "Đơn vị phối hợp Sở Y tế" in told


def test_a_contact_in_full(page, make, partner):
    with make.together():
        letter = make.interaction(
            partner, title="Thư mời", on=date(2026, 2, 1), precision=DatePrecision.month,
            channel=Channel.letter_out, two_way=False,
        )  # fmt: skip
        answer = make.interaction(
            partner, title="Thư trả lời", answers_id=letter.id, people="Bà Mori", summary="Nhận lời."
        )
        make.follow_up(partner, title="Gửi chương trình", interaction=answer, unit=make.unit())
        lone = make.interaction(partner, title="Thư khác", channel=Channel.letter_out, two_way=False)
    told = text_of(page(f"/interactions/{letter.id}"))
    assert "tháng 2/2026" in told
    assert "Được trả lời bằng Thư trả lời" in told
    assert "Một chiều" not in told
    assert "Một chiều" in text_of(page(f"/interactions/{lone.id}"))
    told = text_of(page(f"/interactions/{answer.id}"))
    for text in ("Bà Mori", "Nhận lời.", "Thư mời", "Gửi chương trình", "Thực chất"):
        assert text in told, text


@pytest.mark.parametrize("kind", ["agreements", "programmes", "interactions"])
@pytest.mark.parametrize("key", ["999999", "0", "x", "9" * 30, "-1"])
def test_a_record_that_is_not_there(page, kind, key):
    answer = page(f"/{kind}/{key}", status=404 if key == "999999" else 422)
    assert "<h1>" in answer.text


def test_an_archived_record_is_not_there(page, make, partner):
    from app import clock

    paper = make.agreement(partner, archived_at=clock.now())
    assert "Không tìm thấy thỏa thuận này" in text_of(page(f"/agreements/{paper.id}", status=404))


def test_history_says_who_changed_what_in_words(page, database, make, partner, officer):
    unit = make.unit(name_vi="Sở Xây dựng")
    paper = make.agreement(partner, signed_on=date(2020, 1, 1))
    with database.write() as session:
        row = session.get(Agreement, paper.id)
        row.signed_on, row.signed_precision = date(2021, 2, 1), DatePrecision.month
        row.lead_unit_id, row.state, row.auto_renews = unit.id, "withdrawn", True
        record(
            session, officer, "agreement.changed", row, partners=[partner.id],
            more={"sectors": ([], ["no-such-code"])},
        )  # fmt: skip
    lines = re.search(r'<ol class="rows history">.*?</ol>', page(f"/agreements/{paper.id}").text, re.S)[0]
    told = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", lines)).split())
    for text in (
        "officer", "15/06/2026", "Ngày ký", "tháng 2/2021", "Đơn vị chủ trì Sở Xây dựng",
        "Tự động gia hạn không → có", "Bước thủ tục", "no-such-code",
    ):  # fmt: skip
        assert text in told, text
    assert "withdrawn" not in told
    assert "lead_unit_id" not in told


def test_the_whole_history_is_for_managers_one_partners_for_everybody(page, make, partner):
    make.visit(partner, title="Đoàn vào")
    for who, status in (("viewer", 403), ("officer", 403), ("manager", 200), ("admin", 200)):
        page("/history", who=who, status=status)
    told = text_of(page("/history?partner=fukuoka", who="viewer"))
    assert "Đoàn vào" in told
    assert "Tỉnh Fukuoka" in told
    page("/history?partner=nowhere", status=404)
    page("/history?partner=fukuoka&before=x", status=422)


def test_history_is_paged_without_a_gap(page, make, partner):
    with make.together():
        for n in range(120):
            make.interaction(partner, title=f"Trao đổi {n:03}")
    seen, url = [], "/history?partner=fukuoka"
    while url:
        body = page(html.unescape(url), who="manager").text
        seen += re.findall(r"Trao đổi (\d{3})", body)
        found = re.search(r'<a class="button" href="(/history[^"]+)"', body)
        url = found and found[1]
    assert seen == [f"{n:03}" for n in range(119, -1, -1)]


def test_accounts_are_told_to_administrators_only(page, make):
    make.user(name="Người mới", email="moi@city.example")
    assert "Người mới" in text_of(page("/history", who="admin"))
    assert "Người mới" not in text_of(page("/history", who="manager"))


@pytest.mark.parametrize("kind", ["agreement", "programme", "interaction"])
def test_a_record_page_takes_the_same_statements_for_few_facts_and_many(page, make, partner, queries, kind):
    def fill(row, times):
        for _ in range(times):
            if kind == "programme":
                make.milestone(row, done_on=date(2026, 1, 2))
                make.progress(row)
                make.result(row)
            else:
                make.follow_up(partner, **{kind: row})
            make.dispute(partner, record_type=kind, record_id=row.id, field="on")

    counts = []
    for times in (1, 8):
        row = getattr(make, kind)(partner)
        with make.together():
            fill(row, times)
        url = f"/{kind}s/{row.id}"
        page(url)
        with queries() as seen:
            page(url)
        counts.append(len(seen))
    assert counts[0] == counts[1], counts
