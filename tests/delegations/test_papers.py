"""The Word files of a trip: official layout, every name as text, and the department's own templates."""

import importlib.util
import io
import zipfile
from datetime import date, time
from urllib.parse import unquote

import pytest
from docx import Document

from app.config import ROOT, settings
from app.history import record
from app.models import DelegationMeeting, DelegationMember
from app.vocabulary import DelegationState
from tests.factories import MAKER
from tests.staging import staged

HOSTILE = '</w:t><w:evil/> & "quoted" {{ 7*7 }} {% for x in y %}'


@staged
def visit(make, database):
    partner = make.partner(name_vi="Tỉnh Fukuoka", name_en="Fukuoka")
    trip = make.visit(
        partner, on=date(2026, 6, 10), ends_on=date(2026, 6, 12), title="Đoàn tỉnh Fukuoka thăm Hà Nội",
        minutes="Thống nhất ba việc.\nGiao đầu mối.", report="Đề nghị sớm triển khai.",
        state=DelegationState.reported,
    )  # fmt: skip
    make.follow_up(partner, delegation=trip, title="Gửi dự thảo")
    with database.write() as session:
        for row in (
            DelegationMember(delegation_id=trip.id, name=HOSTILE, title="Phó Thống đốc", leads=True),
            DelegationMember(delegation_id=trip.id, position=1, name="Bà Sato Yuriko"),
            DelegationMeeting(
                delegation_id=trip.id, on=date(2026, 6, 11), starts_at=time(9, 30), ends_at=time(11),
                topic="Xử lý nước thải", place="Trụ sở UBND", counterpart="Sở Xây dựng", result="Đồng ý",
            ),
        ):  # fmt: skip
            session.add(row)
            record(session, MAKER, "line.made", row)
    return trip


def words(content):
    """Every text of a document, cells included."""
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells).replace("\xa0", " ")


def test_the_programme_is_an_official_paper(client, visit):
    answer = client.get(f"/delegations/{visit.id}/programme.docx")
    assert answer.status_code == 200
    text = words(answer.content)
    for part in (
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI", "SỞ NGOẠI VỤ THÀNH PHỐ HÀ NỘI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Hà Nội, ngày 15 tháng 6 năm 2026", "CHƯƠNG TRÌNH",
        "Đoàn tỉnh Fukuoka thăm Hà Nội", "từ 10/06/2026 đến 12/06/2026", "Tỉnh Fukuoka", "09:30–11:00",
        "Xử lý nước thải", "Trụ sở UBND", "Bà Sato Yuriko", "Phó Thống đốc",
    ):  # fmt: skip
        assert part in text, part
    assert "{" not in text.replace(HOSTILE, "")


def test_the_report_tells_minutes_results_and_follow_ups(client, visit):
    text = words(client.get(f"/delegations/{visit.id}/report.docx").content)
    for part in ("BÁO CÁO", "Thống nhất ba việc.\nGiao đầu mối.", "Đồng ý", "Gửi dự thảo", "01/07/2026",
                 "Đề nghị sớm triển khai."):  # fmt: skip
        assert part in text, part


def test_a_hostile_name_stays_a_name(client, visit):
    content = client.get(f"/delegations/{visit.id}/programme.docx").content
    assert HOSTILE in words(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<w:evil" not in archive.read("word/document.xml")


def test_the_file_bears_the_name_of_the_delegation(client, visit):
    headers = client.get(f"/delegations/{visit.id}/report.docx").headers
    assert "wordprocessingml" in headers["content-type"]
    assert 'filename="bao-cao-doan-tinh-fukuoka-tham-ha-noi.docx"' in headers["content-disposition"]
    assert unquote(headers["content-disposition"]).endswith("Báo cáo - Đoàn tỉnh Fukuoka thăm Hà Nội.docx")


def test_confidential_notes_are_not_in_a_paper_for_others(as_, make):
    trip = make.visit(make.partner(), confidential=True, minutes="Điều kín.", report="Kín.")
    assert "Điều kín." in words(as_("manager").get(f"/delegations/{trip.id}/report.docx").content)
    assert "Điều kín." not in words(as_("viewer").get(f"/delegations/{trip.id}/report.docx").content)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Where a department puts templates of its own."""
    monkeypatch.setattr(settings(), "var", tmp_path)
    folder = tmp_path / "templates" / "docx"
    folder.mkdir(parents=True)
    return folder


def test_the_department_may_replace_a_template(client, visit, own):
    document = Document()
    document.add_paragraph("Mẫu của Sở: {{ title }}")
    document.save(own / "visit_programme.docx")
    assert words(client.get(f"/delegations/{visit.id}/programme.docx").content) == (
        "Mẫu của Sở: Đoàn tỉnh Fukuoka thăm Hà Nội"
    )


@pytest.mark.parametrize("fault", ["{% for %}", "{{ nobody_knows() }}", "{{ title.__class__.mro() }}"])
def test_a_faulty_template_is_told_in_words(client, visit, own, fault):
    document = Document()
    document.add_paragraph(fault)
    document.save(own / "visit_programme.docx")
    answer = client.get(f"/delegations/{visit.id}/programme.docx")
    assert answer.status_code == 409
    assert "visit_programme.docx" in answer.text


def test_a_template_that_is_no_document_is_told_in_words(client, visit, own):
    (own / "visit_programme.docx").write_bytes(b"no zip at all")
    answer = client.get(f"/delegations/{visit.id}/programme.docx")
    assert answer.status_code == 409


def test_the_committed_templates_are_those_of_the_script(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "templates" / "docx")
    spec = importlib.util.spec_from_file_location("docx_build", ROOT / "templates" / "docx" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, make_one in module.TEMPLATES.items():
        stream = io.BytesIO()
        make_one().save(stream)
        kept = ROOT / "templates" / "docx" / name
        with zipfile.ZipFile(stream) as made, zipfile.ZipFile(kept) as committed:
            part = "word/document.xml"
            assert made.read(part) == committed.read(part), f"run python templates/docx/build.py: {name}"
