"""Every change tells who, when, through which door, and what was there before."""

from datetime import date

import pytest
import sqlalchemy as sa

from app import clock
from app.actor import system
from app.history import record
from app.models import Event, EventPartner, Organisation, Partner, User
from app.vocabulary import Door, Tier
from tests.staging import staged


@staged
def unit(make):
    return make.unit(code="protocol", name_vi="Lễ tân", acronym=None)


def told(session):
    """The last line of history."""
    return session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()


def change(database, actor, unit, **fields):
    with database.write() as session:
        row = session.get(Organisation, unit.id)
        for name, value in fields.items():
            setattr(row, name, value)
        return record(session, actor, "organisation.changed", row)


def test_a_new_record_tells_what_it_holds_and_is_stamped(database, officer, today):
    with database.write() as session:
        row = Organisation(code="new", kind="city_unit", name_vi="Mới", name_en="New")
        line = record(session, officer, "organisation.added", row)
        assert line.changes["name_vi"] == [None, "Mới"]
        assert line.changes["kind"] == [None, "city_unit"]
        assert not {"id", "version", "search_text", "created_at"} & set(line.changes)
        assert "acronym" not in line.changes, "what was left empty is no change"
        assert (row.created_by_id, row.updated_by_id, row.version) == (officer.user_id, officer.user_id, 1)
        assert clock.local(row.created_at).date() == today


def test_a_change_tells_old_and_new(database, officer, unit):
    line = change(database, officer, unit, name_vi="Lễ tân đối ngoại", active_from=date(2026, 1, 1))
    assert line.changes == {"name_vi": ["Lễ tân", "Lễ tân đối ngoại"], "active_from": [None, "2026-01-01"]}


def test_the_line_keeps_who_when_and_through_which_door(database, officer, unit, today):
    line = change(database, officer.through(Door.api), unit, name_vi="x")
    assert (line.user_id, line.actor_name, line.door, line.on) == (
        officer.user_id,
        "officer",
        Door.api,
        today,
    )
    assert (line.record_type, line.record_id, line.action) == (
        "organisation",
        unit.id,
        "organisation.changed",
    )
    line = change(database, system(Door.command), unit, name_vi="y")
    assert (line.user_id, line.door) == (None, Door.command)


def test_nothing_changed_is_nothing_told(database, officer, unit):
    assert change(database, officer, unit, name_vi="Lễ tân") is None
    with database.read() as session:
        assert told(session).action == "organisation.made"
        assert session.get(Organisation, unit.id).version == 1


def test_there_and_back_is_no_change(database, officer, unit):
    with database.write() as session:
        row = session.get(Organisation, unit.id)
        row.name_vi = "x"
        session.flush()
        row.name_vi = "Lễ tân"
        assert record(session, officer, "organisation.changed", row) is None


def test_two_flushes_are_told_as_one_change(database, officer, unit):
    with database.write() as session:
        row = session.get(Organisation, unit.id)
        row.name_vi = "x"
        session.flush()
        row.name_vi = "y"
        assert record(session, officer, "organisation.changed", row).changes == {"name_vi": ["Lễ tân", "y"]}


def test_two_records_told_one_after_the_other_do_not_share_their_changes(database, officer, make, unit):
    other = make.unit(name_vi="Khác")
    with database.write() as session:
        one, two = session.get(Organisation, unit.id), session.get(Organisation, other.id)
        one.name_vi, two.name_vi = "1", "2"
        assert record(session, officer, "a.changed", one).changes["name_vi"] == ["Lễ tân", "1"]
        assert record(session, officer, "b.changed", two).changes["name_vi"] == ["Khác", "2"]


def test_what_lives_in_links_is_told_beside(database, officer, unit):
    with database.write() as session:
        row = session.get(Organisation, unit.id)
        more = {"sectors": (["water"], ["heritage", "water"]), "units": ([], [])}
        line = record(session, officer, "organisation.changed", row, more=more)
    assert line.changes == {"sectors": [["water"], ["heritage", "water"]]}


def test_a_line_names_the_partners_it_concerns_once_each(database, officer, make, unit):
    one, two = make.partner(), make.partner()
    with database.write() as session:
        row = session.get(Organisation, unit.id)
        row.name_vi = "x"
        line = record(session, officer, "a.changed", row, partners=[two.id, one.id, two.id])
    with database.read() as session:
        links = sa.select(EventPartner.partner_id).where(EventPartner.event_id == line.id)
        assert sorted(session.scalars(links)) == sorted([one.id, two.id])


def test_a_change_that_is_not_told_is_not_saved(database, unit):
    def change_silently():
        with database.write() as session:
            session.get(Organisation, unit.id).name_vi = "silent"

    with pytest.raises(RuntimeError, match=r"changed without history: Organisation \['name_vi'\]"):
        change_silently()
    with database.read() as session:
        assert session.get(Organisation, unit.id).name_vi == "Lễ tân"


def test_a_change_after_the_telling_is_not_saved_either(database, officer, unit):
    def change_again():
        with database.write() as session:
            row = session.get(Organisation, unit.id)
            row.name_vi = "told"
            record(session, officer, "organisation.changed", row)
            row.name_en = "untold"

    with pytest.raises(RuntimeError, match="name_en"):
        change_again()


def test_what_is_rolled_back_need_not_be_told(database, officer, unit):
    with database.write() as session:
        session.get(Organisation, unit.id).name_vi = "x"
        session.flush()
        session.rollback()
        row = session.get(Organisation, unit.id)
        row.name_en = "Protocol"
        assert record(session, officer, "organisation.changed", row).changes.keys() == {"name_en"}


def test_a_savepoint_rolled_back_forgets_its_own_changes_and_no_others(database, officer, unit):
    """Once and others try an INSERT within a savepoint: what was changed before it still has to be told."""
    with database.write() as session:
        row = session.get(Organisation, unit.id)
        row.name_vi = "before"
        nested = session.begin_nested()
        row.name_en = "within"
        session.flush()
        nested.rollback()
        line = record(session, officer, "organisation.changed", row)
    assert line.changes == {"name_vi": ["Lễ tân", "before"]}


def test_an_untold_change_is_still_noticed_after_a_savepoint_was_rolled_back(database, unit):
    def change_silently():
        with database.write() as session:
            session.get(Organisation, unit.id).name_vi = "silent"
            nested = session.begin_nested()
            nested.rollback()

    with pytest.raises(RuntimeError, match="changed without history"):
        change_silently()


def test_history_is_in_one_transaction_with_what_it_tells(database, officer, unit):
    def fail():
        with database.write() as session:
            row = session.get(Organisation, unit.id)
            row.name_vi = "x"
            record(session, officer, "organisation.changed", row)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as session:
        assert told(session).action == "organisation.made"


def test_a_partner_is_searchable_by_what_a_flush_stores(database, officer, make):
    unit = make.unit(name_vi="Sở Ngoại vụ", acronym="SNgV")
    with database.read() as session:
        stored = session.get(Organisation, unit.id).search_text
    assert "so ngoai vu" in stored
    assert "sở ngoại vụ" in stored


def test_a_code_is_told_by_its_value(database, officer, make):
    partner = make.partner(tier=Tier.wide)
    with database.write() as session:
        row = session.get(Partner, partner.id)
        row.tier = Tier.priority
        line = record(session, officer, "partner.changed", row, partners=[partner.id])
    assert line.changes == {"tier": ["wide", "priority"]}


def test_the_password_is_not_in_the_history(database, officer, make):
    user = make.user()
    with database.write() as session:
        row = session.get(User, user.id)
        row.password_hash = "another"
        record(session, officer, "user.changed", row)
    with database.read() as session:
        everything = str([line.changes for line in session.scalars(sa.select(Event))])
    assert "another" not in everything
    assert "argon2" not in everything


def test_a_change_that_a_look_up_saved_first_is_stamped_all_the_same(database, officer, unit):
    with database.write() as session:
        row = session.get(Organisation, unit.id)
        row.name_vi = "Phòng Lễ tân"
        session.scalars(sa.select(Organisation.code)).all()  # flushes what is pending
        record(session, officer, "organisation.changed", row)
    with database.read() as session:
        assert session.get(Organisation, unit.id).updated_by_id == officer.user_id
