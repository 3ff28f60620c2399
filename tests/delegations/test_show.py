"""The page of one delegation, and what confidential notes show to whom."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Delegation
from app.vocabulary import Confidence, DatePrecision
from tests.delegations.test_log_visit import VISIT, WORK

SECRET = {**VISIT, "confidential": "true", "met": "Ông Bí Mật", "minutes": "Điều không ai được biết."}


@pytest.fixture
def visit_id(client, database, make):
    make.partner(slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka")

    def log(data):
        assert client.post("/visits", data=data).status_code == 303
        with database.read() as session:
            return session.scalars(sa.select(Delegation.id).order_by(Delegation.id.desc())).first()

    return log


def test_it_shows_facts_minutes_and_follow_ups(client, visit_id):
    page = client.get(f"/delegations/{visit_id({**VISIT, **WORK})}").text
    for text in (
        VISIT["title"],
        VISIT["minutes"],
        VISIT["head"],
        "Gửi danh sách đầu mối",
        "/partners/fukuoka",
    ):
        assert text in page
    assert "A substantive visit" in page


@pytest.mark.parametrize(
    ("who", "reads"),
    [("officer", True), ("manager", True), ("admin", True), ("other_officer", False), ("viewer", False)],
)
def test_confidential_notes_are_for_their_author_and_managers(as_, visit_id, who, reads):
    key = visit_id(SECRET)
    page = as_(who).get(f"/delegations/{key}")
    assert page.status_code == 200
    assert VISIT["title"] in page.text
    assert ("Điều không ai được biết." in page.text) is reads
    assert ("Ông Bí Mật" in page.text) is reads
    assert ("Confidential: only the author" in page.text) is not reads


def test_a_confidential_visit_still_counts(client, database, visit_id):
    page = client.get(f"/delegations/{visit_id({**SECRET, **WORK})}").text
    assert "A substantive visit" in page


def test_it_shows_a_partly_known_date_and_its_source(client, make):
    visit = make.visit(
        make.partner(),
        starts_on=date(2008, 2, 1),
        starts_precision=DatePrecision.month,
        ends_on=date(2008, 2, 1),
        ends_precision=DatePrecision.month,
        source="pref.fukuoka.lg.jp",
        confidence=Confidence.high,
    )
    page = client.get(f"/delegations/{visit.id}").text
    assert "Feb 2008" in page
    assert "pref.fukuoka.lg.jp" in page
    assert "Counted as ceremonial" in page


def test_an_unknown_delegation_is_not_found(client, stranger):
    assert client.get("/delegations/12345").status_code == 404
    assert client.get("/delegations/x").status_code == 422
    assert stranger.get("/delegations/1").status_code == 303


def test_it_asks_a_fixed_number_of_statements(client, make, queries):
    visit = make.visit(make.partner())
    make.follow_up(make.partner(), delegation=visit)
    with queries() as one:
        client.get(f"/delegations/{visit.id}")
    with make.together():
        partner = make.partner()
        for _ in range(40):
            make.follow_up(partner, delegation=visit)
    with queries() as many:
        client.get(f"/delegations/{visit.id}")
    assert len(many) == len(one), many


def test_the_remark_on_a_confidential_visit_is_for_its_author_and_managers(as_, make):
    trip = make.visit(make.partner(), confidential=True, note="Lưu ý kín", note_en="A closed remark")
    for who, told in (("viewer", False), ("officer", False), ("manager", True)):
        page = as_(who).get(f"/delegations/{trip.id}").text
        assert any(words in page for words in ("Lưu ý kín", "A closed remark")) is told, who
