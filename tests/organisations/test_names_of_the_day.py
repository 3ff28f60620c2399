"""A paper, a programme and done work name a unit as it was called then, the present name beside."""

from datetime import date

from app.models import ProgrammeUnit
from app.organisations.schemas import RenameIn
from app.organisations.service import rename_organisation
from app.vocabulary import FollowUpState, ProgrammeUnitRole
from tests.factories import MAKER

OLD, NEW = "Sở Thông tin", "Sở Khoa học"


def renamed(make, today):
    unit = make.unit(code="media", name_vi=OLD, name_en=OLD)
    with make.together() as session:
        row = session.merge(unit)
        data = RenameIn(name_vi=NEW, name_en=NEW, from_on="2025-03-01")
        rename_organisation(session, MAKER, row, data, version=row.version, today=today)
    return unit


def test_records_of_the_past_show_the_name_of_their_day(client, make, queries, today):
    unit, place = renamed(make, today), make.partner(slug="oslo")
    papers = {
        year: make.agreement(place, title=f"BGN {year}", lead_unit=unit, signed_on=date(year, 6, 1))
        for year in (2024, 2025)
    }
    runs = {
        year: make.programme(place, title=f"CT {year}", lead_unit=unit, started_on=date(year, 6, 1))
        for year in (2024, 2025)
    }
    donor = make.organisation(code="gives", name_vi="Quỹ", name_en="Fund")
    with make.together() as session:
        session.add(
            ProgrammeUnit(programme_id=runs[2024].id, organisation_id=donor.id, role=ProgrammeUnitRole.donor)
        )
        row = session.merge(donor)
        data = RenameIn(name_vi="Quỹ mới", name_en="New fund", from_on="2025-01-01")
        rename_organisation(session, MAKER, row, data, version=row.version, today=today)
    both = f'<bdi>{OLD}</bdi> <span class="muted small">(now <bdi>{NEW}</bdi>)</span>'
    for place_, rows in (("agreements", papers), ("programmes", runs)):
        old = client.get(f"/{place_}/{rows[2024].id}").text
        assert both in old, place_
        new = client.get(f"/{place_}/{rows[2025].id}").text
        assert (OLD in new, NEW in new) == (False, True), place_
        listed = client.get(f"/{place_}").text
        assert OLD in listed, place_
        assert NEW in listed, place_
    assert "<bdi>Fund</bdi>" in client.get(f"/programmes/{runs[2024].id}").text
    done = make.follow_up(
        place, unit_id=unit.id, raised_on=date(2024, 1, 1), due_on=date(2024, 3, 1),
        state=FollowUpState.done, done_on=date(2024, 2, 1),
    )  # fmt: skip
    open_ = make.follow_up(place, unit_id=unit.id, raised_on=date(2024, 1, 1))
    assert OLD in client.get(f"/follow-ups/{done.id}").text
    assert OLD not in client.get(f"/follow-ups/{open_.id}").text, "who owes it today is asked by today's name"
