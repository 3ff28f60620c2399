"""The units: what each owes, how it stands, who uses its key."""

from datetime import date

import pytest
import sqlalchemy as sa

from app import clock
from app.models import ApiKey, Organisation
from app.units.queries import list_units, unit_page
from app.vocabulary import FollowUpState, Locale
from tests.actors import UNIT
from tests.api.contract import Contract
from tests.staging import staged

TODAY = date(2026, 6, 15)


@staged
def place(make):
    """One unit with one of each, in part by what was merged into it."""
    with make.together() as session:
        unit = session.scalars(sa.select(Organisation).where(Organisation.code == UNIT)).one()
        merged = make.unit(code="merged-unit", name_vi="Phòng Cũ", successor_id=unit.id)
        partner = make.partner(slug="fukuoka", name_en="Fukuoka")
        open_ = {"raised_on": date(2026, 1, 1)}
        make.follow_up(partner, title="Quá hạn", unit=unit, due_on=date(2026, 6, 1), **open_)
        make.follow_up(partner, title="Còn hạn", unit=merged, due_on=date(2026, 7, 1), **open_)
        for done_on, due_on in ((date(2026, 5, 1), date(2026, 5, 2)), (date(2026, 5, 9), date(2026, 5, 2))):
            make.follow_up(
                partner, unit=unit, state=FollowUpState.done, done_on=done_on, due_on=due_on, **open_
            )
        make.follow_up(
            partner, unit=unit, state=FollowUpState.done, done_on=date(2024, 5, 1),
            due_on=date(2024, 5, 2), raised_on=date(2024, 1, 1),
        )  # fmt: skip
        make.programme(partner, title="Cấp nước sạch", lead_unit=merged)
        session.execute(sa.update(ApiKey).where(ApiKey.name != "report_key").values(unit_id=None))


def test_a_unit_is_told_with_what_was_merged_into_it(place, database):
    with database.read() as session:
        row = next(row for row in list_units(session, TODAY, clock.now()) if row.code == UNIT)
        page = unit_page(session, "merged-unit", TODAY, clock.now(), Locale.vi)
    assert (row.open, row.late, row.done, row.in_time, row.programmes) == (2, 1, 2, 1, 1)
    assert row.share_in_time == 50
    assert [key.name for key in row.keys] == ["report_key"]
    assert page.row == row
    assert [work.title for work in page.work] == ["Quá hạn", "Còn hạn"]
    assert [run.title for run in page.programmes] == ["Cấp nước sạch"]


def test_its_numbers_are_as_long_as_the_lists_behind_them(place, as_, api):
    key, page = api("read_key"), as_("officer").get(f"/units/{UNIT}").text
    told = key.get(f"/api/v1/units/{UNIT}").json()
    asked = {"for_unit": UNIT, "state": "open"}
    listed = key.get("/api/v1/follow-ups", params=asked).json()["items"]
    assert sorted(it["title"] for it in listed) == ["Còn hạn", "Quá hạn"]
    assert len(listed) == told["open"]
    assert f"/follow-ups?who=all&amp;for_unit={UNIT}" in page
    shown = as_("officer").get(f"/follow-ups?who=all&for_unit={UNIT}").text
    assert "Quá hạn" in shown
    assert "Còn hạn" in shown
    assert key.get("/api/v1/follow-ups?for_unit=nowhere").status_code == 422
    assert as_("officer").get("/follow-ups?who=all&for_unit=nowhere").status_code == 422


def test_the_pages_tell_it_to_everybody_and_keys_to_managers(place, as_):
    for who in ("viewer", "officer", "manager", "admin"):
        page, index = as_(who).get(f"/units/{UNIT}").text, as_(who).get("/units").text
        assert "Quá hạn" in page
        assert 'href="/partners/fukuoka"' in page
        assert f'href="/units/{UNIT}"' in index
        assert ("report_key" in page) == (who in {"manager", "admin"})
        assert ("/settings/keys/reportkey" in page) == (who == "admin")
        assert ("Its key last used" in index) == (who in {"manager", "admin"})
    assert as_("viewer").get("/units/nowhere").status_code == 404


def test_other_pages_lead_there(place, as_):
    assert f'href="/units/{UNIT}"' in as_("manager").get("/workload").text
    assert f'href="/units/{UNIT}"' in as_("manager").get(f"/organisations/{UNIT}").text


@pytest.mark.parametrize("path", ["/units", f"/units/{UNIT}"])
def test_the_pages_take_as_many_statements_for_one_row_as_for_many(place, as_, make, queries, path):
    client = as_("manager")
    client.get(path)
    with queries() as few:
        client.get(path)
    with make.together() as session:
        partner, unit = make.partner(), make.unit(code="third-unit")
        own = session.scalars(sa.select(Organisation).where(Organisation.code == UNIT)).one()
        for of in (own, unit) * 8:
            make.follow_up(partner, unit=of)
    with queries() as many:
        assert client.get(path).status_code == 200
    assert len(few) == len(many)


def test_programs_read_the_same_numbers(place, api, application):
    contract = Contract(application.openapi())
    found = contract.check(api("read_key").get(f"/api/v1/units/{UNIT}")).json()
    numbers = {"open": 2, "late": 1, "done": 2, "in_time": 1, "programmes": 1}
    assert {name: found[name] for name in numbers} == numbers
    assert found["keys"] is None
    told = contract.check(api("admin_key").get("/api/v1/units")).json()["items"]
    mine = next(unit for unit in told if unit["id"] == UNIT)
    assert [key["name"] for key in mine["keys"]] == ["report_key"]
    assert {**mine, "keys": None} == found
    assert api("report_key").get(f"/api/v1/units/{UNIT}").status_code == 403
