"""Each partner's stored standing is what the rule says of its evidence, whoever changes it, whenever."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa

from app.db import Database
from app.history import record
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    Delegation,
    DelegationPartner,
    Event,
    EventPartner,
    FollowUp,
    Milestone,
    Partner,
    Pause,
    PolicyRow,
    Programme,
    ProgrammePartner,
    ProgressNote,
    StandingRow,
    User,
)
from app.standings import keeper
from app.standings.check import standing_differences
from app.standings.keeper import is_due, refresh, refresh_due, settle
from app.vocabulary import DelegationState, FollowUpKind, PauseState, Rung, Status, Tier
from tests import databases, factories
from tests.factories import MAKER, Make
from tests.staging import staged


def differences(database):
    with database.read() as session:
        return list(standing_differences(session))


def row(database, partner):
    with database.read() as session:
        return session.get(StandingRow, partner.id)


@staged
def full(make):
    """A partner with one of everything, another in whose visit it took part, and one that has nothing."""
    with make.together():
        sector, unit = make.sector(), make.unit()
        partner = make.partner(friendship_since=date(2010, 5, 1))
        beside = make.partner(friendship_since=date(2015, 5, 1))
        make.partner()
        paper = make.agreement(partner, sectors=[sector], lead_unit=unit, expires_on=date(2026, 8, 1))
        visit = make.visit([partner, beside], on=date(2025, 3, 1))
        talk = make.interaction(partner, on=date(2026, 1, 5))
        work = make.follow_up(partner, unit=unit, delegation=visit)
        programme = make.programme(partner, sector=sector, started_on=date(2025, 1, 10))
        milestone = make.milestone(programme)
        note = make.progress(programme, on=date(2026, 2, 1))
        result = make.result(programme)
        review = make.review(partner)
        pause = make.pause(beside)
        policy = make.policy()
    return {name: value for name, value in locals().items() if name != "make"}


def _edit(model, name, **fields):
    def act(session, full):
        found = session.get(model, full[name].id)
        for field, value in fields.items():
            setattr(found, field, value)
        record(session, MAKER, "x.changed", found)

    return act


def _unlink(model, **keys):
    def act(session, full):
        session.delete(session.get(model, {key: full[name].id for key, name in keys.items()}))

    return act


def _add(name, **fields):
    def act(session, full):
        base = full["programme"] if name in {"milestone", "progress", "result"} else full["partner"]
        getattr(factories, name)(session, base, **fields)

    return act


def _amend(session, full):
    paper = full["paper"]
    factories.agreement(session, full["partner"], amends_id=paper.id, expires_on=date(2030, 1, 1))


def _postpone(session, full):
    factories.postponement(session, full["work"])


def _archive(model, name):
    return _edit(model, name, archived_at=factories.clock.now())


CHANGES = {
    "a tier": _edit(Partner, "partner", tier=Tier.priority),
    "a friendship's day": _edit(Partner, "beside", friendship_since=date(2026, 1, 1)),
    "a friendship forgotten": _edit(Partner, "beside", friendship_known=False, friendship_since=None),
    "a paper ended": _edit(Agreement, "paper", terminated_on=date(2026, 1, 1)),
    "a paper without its unit": _edit(Agreement, "paper", lead_unit_id=None),
    "a paper archived": _archive(Agreement, "paper"),
    "a paper amended": _amend,
    "a paper's sector gone": _unlink(AgreementSector, agreement_id="paper", sector_id="sector"),
    "a paper's partner gone": _unlink(AgreementPartner, agreement_id="paper", partner_id="partner"),
    "a new paper": _add("agreement"),
    "a visit cancelled": _edit(Delegation, "visit", state=DelegationState.cancelled),
    "a visit moved": _edit(Delegation, "visit", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 1)),
    "a visit's partner gone": _unlink(DelegationPartner, delegation_id="visit", partner_id="beside"),
    "a new visit": _add("visit"),
    "a new talk": _add("interaction", on=date(2026, 6, 1)),
    "a promise unassigned, so its visit is ceremonial": _edit(FollowUp, "work", unit_id=None),
    "a promise kept": _edit(FollowUp, "work", done_on=date(2026, 6, 1), state="done"),
    "a promise overdue": _edit(FollowUp, "work", due_on=date(2026, 4, 1)),
    "a promise postponed": _postpone,
    "a promise archived": _archive(FollowUp, "work"),
    "a new promise": _add("follow_up"),
    "a programme ended": _edit(Programme, "programme", ended_on=date(2026, 5, 1)),
    "a programme cancelled": _edit(Programme, "programme", cancelled_on=date(2026, 5, 1)),
    "a programme's partner gone": _unlink(ProgrammePartner, programme_id="programme", partner_id="partner"),
    "a new programme": _add("programme"),
    "a milestone done": _edit(Milestone, "milestone", done_on=date(2026, 6, 1)),
    "a note archived": _archive(ProgressNote, "note"),
    "a new note": _add("progress", on=date(2026, 6, 10)),
    "a new outcome": _add("result"),
    "a new milestone": _add("milestone", done_on=date(2026, 6, 1)),
    "a word that the file is complete": _add("review", on=date(2026, 6, 10)),
    "a pause approved": _add("pause"),
    "a pause ended": _edit(Pause, "pause", until=date(2026, 6, 10), state=PauseState.ended),
    "a pause declined": _edit(Pause, "pause", state=PauseState.declined),
    "a policy edited": _edit(PolicyRow, "policy", patience_regular=7, quiet=7, silence_regular=3),
}


@pytest.mark.parametrize("what", CHANGES)
def test_after_any_change_of_evidence_what_is_stored_is_what_is_assessed(database, full, what):
    assert differences(database) == []
    with database.write() as session:
        CHANGES[what](session, full)
    assert differences(database) == []


def test_the_list_of_changes_moves_standings_at_all(database, full):
    """Each of these is seen in the stored row, so that the test above is about something."""
    moved = {
        "a tier",
        "a programme cancelled",
        "a pause ended",
        "a new talk",
        "a promise kept",
        "a policy edited",
    }
    for what in moved:
        before = (row(database, full["partner"]), row(database, full["beside"]))
        with database.write() as session:
            CHANGES[what](session, full)
        after = (row(database, full["partner"]), row(database, full["beside"]))
        assert [r.model_dump() for r in before] != [r.model_dump() for r in after], what


def test_a_change_of_standing_is_told_in_the_name_of_who_caused_it(database, make, officer):
    partner = make.partner(friendship_since=date(1994, 3, 1))
    with database.write() as session:
        factories.programme(session, partner)
        found = session.get(Partner, partner.id)
        found.note = "x"
        record(session, officer, "partner.changed", found, partners=[partner.id])
    with database.read() as session:
        line = session.scalars(sa.select(Event).where(Event.action == "standing.changed")).one()
        assert line.actor_name == "officer"
        assert line.changes["rung"] == ["friendship", "substantive"]
        assert line.changes["status"] == ["no_data", "advancing"]
        links = sa.select(EventPartner.partner_id).where(EventPartner.event_id == line.id)
        assert session.scalars(links).all() == [partner.id]


def test_what_does_not_touch_evidence_rewrites_nothing(database, make, queries):
    partner = make.partner(friendship_since=date(1994, 3, 1))
    with queries() as seen:
        make.unit()
        make.user()
    assert not seen.about("standing")
    with queries() as seen, database.write() as session:
        found = session.get(Partner, partner.id)
        found.note = "no evidence"
        record(session, MAKER, "partner.changed", found)
    assert not seen.about("standing").writes()


def test_settling_takes_as_many_queries_for_fifty_partners_as_for_one(database, make, queries):
    with make.together():
        partners = [make.partner(friendship_since=date(2020, 1, 1)) for _ in range(50)]

    def reads(some):
        with queries() as seen, database.write() as session:
            for partner in some:
                session.get(Partner, partner.id).tier = Tier.wide if some == partners else Tier.priority
            session.flush()
            session.info["changes_to_tell"].clear()
        return len([s for s in seen if s.startswith("SELECT") and " WHERE partner.id = " not in s])

    assert reads(partners[:1]) == reads(partners)


def test_a_service_may_settle_before_it_answers(database, make):
    partner = make.partner(friendship_since=date(1994, 3, 1))
    with database.write() as session:
        factories.programme(session, partner)
        settle(session)
        assert session.get(StandingRow, partner.id).rung == Rung.substantive
        factories.follow_up(session, partner, kind=FollowUpKind.proposal)
    assert differences(database) == []


def test_what_was_touched_before_a_savepoint_is_settled_though_it_is_rolled_back(database, make):
    partner = make.partner(friendship_since=date(1994, 3, 1))
    with database.write() as session:
        factories.programme(session, partner)
        session.begin_nested().rollback()
    assert row(database, partner).rung == Rung.substantive


def test_a_change_that_is_rolled_back_moves_nothing(database, make):
    partner = make.partner(friendship_since=date(1994, 3, 1))
    with database.write() as session:
        factories.programme(session, partner)
        session.rollback()
    assert row(database, partner).rung == Rung.friendship
    assert differences(database) == []


# ---- what only the calendar moves


def test_days_pass_and_the_next_read_brings_the_standing_up_to_date(database, client, make, at):
    partner = make.partner(friendship_since=date(2024, 7, 1))
    make.review(partner)
    assert row(database, partner).status == Status.at_risk
    at("2026-07-01")
    with database.read() as session:
        assert is_due(session, date(2026, 7, 1))
    refresh_due(database, date(2026, 7, 1))
    found = row(database, partner)
    assert (found.status, found.as_of) == (Status.stuck, date(2026, 7, 1))
    with database.read() as session:
        lines = sa.select(Event).where(Event.action == "standing.changed").order_by(Event.id.desc())
        line = session.scalars(lines).first()
        assert (line.door, line.actor_name, line.on) == ("clock", "CityTies", date(2026, 7, 1))


def test_nothing_is_due_twice_on_one_day(database, make, at):
    make.review(make.partner(friendship_since=date(2024, 7, 1)))
    day = at("2029-01-01")
    with database.write() as session:
        assert refresh(session, day) == 1
    with database.write() as session:
        assert refresh(session, day) == 0


def test_a_clock_that_was_ahead_and_went_back_is_followed(database, make, at):
    partner = make.partner(friendship_since=date(2024, 7, 1))
    make.review(partner)
    refresh_due(database, at("2030-01-01"))
    assert row(database, partner).status == Status.stuck
    refresh_due(database, at("2026-06-15"))
    assert row(database, partner).status == Status.at_risk


@pytest.mark.parametrize("day", ["2026-07-01", "2026-08-02", "2027-01-10", "2028-03-01", "2031-12-31"])
def test_on_any_day_what_is_stored_after_the_refresh_is_what_is_assessed(database, full, at, day):
    refresh_due(database, at(day))
    assert differences(database) == []
    with database.read() as session:
        assert not is_due(session, date.fromisoformat(day))


def test_what_a_migration_has_left_to_the_rule_is_written_before_the_next_page(database, as_, make):
    """The revision that added the courses of standings made every row due."""
    partner = make.partner(friendship_since=date(2024, 7, 1))
    make.programme(partner, started_on=date(2025, 1, 10))
    with database.write() as session:
        session.execute(sa.update(StandingRow).values(turns=sa.null(), refresh_on=StandingRow.as_of))
    assert as_("viewer").get("/partners").status_code == 200
    found = row(database, partner)
    assert found.turns[0] == ["0001-01-01", "untied", "none"]
    assert (found.first_tie_on, found.first_programme_on) == (date(2024, 7, 1), date(2025, 1, 10))
    assert differences(database) == []


def test_a_page_read_on_a_later_day_refreshes_before_it_answers(database, as_, make, at):
    """Through the door: the read session's own dependency does it."""
    partner = make.partner(friendship_since=date(2024, 7, 1))
    make.review(partner)
    at("2026-07-01")
    assert as_("admin").get("/settings/users").status_code == 200
    assert row(database, partner).status == Status.stuck


def test_readers_get_what_is_stored_while_the_database_cannot_be_written(
    sqlite_template, tmp_path, monkeypatch, at, caplog
):
    from app import db

    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)
    database = Database(databases.copied(sqlite_template, tmp_path / "locked.db"), pool_size=4)
    partner = Make(database).partner(friendship_since=date(1994, 3, 1))
    locker = db.sqlite.connect(tmp_path / "locked.db", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    refresh_due(database, at("2030-01-01"))
    assert row(database, partner).as_of == date(2026, 6, 15)
    assert "could not be refreshed" in caplog.text
    locker.close()
    database.dispose()


# ---- two at a time


def together(database, *acts):
    """Run acts at once, each in its own transaction: all have changed before the first commits."""
    meet = threading.Barrier(len(acts))

    def run(act):
        if database.is_sqlite:  # one writer at a time: there is nothing to meet
            with database.write() as session:
                act(session)
            return
        with database.write() as session:
            act(session)
            session.flush()
            meet.wait(10)

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result(20)


def test_two_who_add_evidence_to_one_partner_at_once_end_exact(real_database):
    make = Make(real_database)
    sector = make.sector()
    partner = make.partner(friendship_since=date(1994, 3, 1))
    together(
        real_database,
        lambda s: factories.programme(s, partner, sector=sector),
        lambda s: factories.follow_up(s, partner, due_on=date(2026, 1, 1)),
        lambda s: factories.visit(s, partner),
    )
    assert differences(real_database) == []
    assert row(real_database, partner).rung == Rung.substantive


def test_two_who_change_two_partners_crosswise_end_exact(real_database):
    make = Make(real_database)
    one, two = (
        make.partner(friendship_since=date(1994, 3, 1)),
        make.partner(friendship_since=date(1994, 3, 1)),
    )
    together(
        real_database,
        lambda s: (factories.visit(s, one), factories.review(s, two)),
        lambda s: (factories.visit(s, two), factories.review(s, one)),
    )
    assert differences(real_database) == []


def test_who_looked_at_the_standing_and_the_paper_before_another_changed_them_ends_exact(real_database):
    """What a session has loaded is not what is true by the time it commits."""
    make = Make(real_database)
    partner = make.partner(friendship_since=date(1994, 3, 1))
    paper = make.agreement(partner, expires_on=date(2020, 1, 1))
    if real_database.is_sqlite:
        pytest.skip("on SQLite a writer sees everything that was committed before its turn")
    with real_database.write() as late:
        seen = (late.get(StandingRow, partner.id), late.get(Agreement, paper.id))
        with real_database.write() as early:
            found = early.get(Agreement, paper.id)
            found.expires_on = None
            record(early, MAKER, "agreement.changed", found)
            factories.pause(early, partner)
        factories.visit(late, partner)
        assert seen[0].status != Status.parked
    assert differences(real_database) == []
    assert row(real_database, partner).status == Status.parked


def test_a_policy_edited_while_evidence_is_added_counts_for_both(real_database):
    if real_database.is_sqlite:
        pytest.skip("on SQLite one writer follows the other")
    make = Make(real_database)
    policy = make.policy()
    partner = make.partner(friendship_since=date(2025, 7, 1))
    written, go_on = threading.Event(), threading.Event()

    def edit():
        with real_database.write() as session:
            found = session.get(PolicyRow, policy.id)
            found.patience_regular, found.quiet = 8, 7
            record(session, MAKER, "policy.changed", found)
            settle(session)
            written.set()
            assert go_on.wait(10)

    with ThreadPoolExecutor(2) as pool:
        editing = pool.submit(edit)
        assert written.wait(10)
        adding = pool.submit(make.review, partner)
        with pytest.raises(TimeoutError):
            adding.result(0.3)
        go_on.set()
        editing.result(10)
        adding.result(10)
    assert differences(real_database) == []
    assert row(real_database, partner).status == Status.stuck


def test_a_new_partner_beside_a_policy_edit_is_assessed_by_the_new_one(real_database):
    if real_database.is_sqlite:
        pytest.skip("on SQLite one writer follows the other")
    make = Make(real_database)
    policy = make.policy()
    together(
        real_database,
        lambda s: factories.partner(s, slug="new", friendship_since=date(2025, 7, 1)),
        lambda s: _edit(PolicyRow, "policy", patience_regular=8, quiet=7)(s, {"policy": policy}),
    )
    assert differences(real_database) == []


def test_eight_writers_on_one_partner_end_exact(real_database):
    make = Make(real_database)
    sector = make.sector()
    partner = make.partner(friendship_since=date(1994, 3, 1))
    acts = [
        lambda: make.visit(partner),
        lambda: make.review(partner),
        lambda: make.programme(partner, sector=sector),
        lambda: make.follow_up(partner),
        lambda: make.interaction(partner),
        lambda: make.agreement(partner),
    ]
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(act) for act in acts * 3]:
            done.result(30)
    assert differences(real_database) == []
    with real_database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(StandingRow)) == 1
        assert session.scalars(sa.select(User.id)).all()


def test_every_table_of_evidence_leads_to_its_partners():
    """A table that dossiers read and the keeper does not know would leave standings behind."""
    from app.standings import dossiers

    tables = {thing for thing in vars(dossiers).values() if hasattr(thing, "__tablename__")}
    known = {*keeper._DIRECT, *keeper._THROUGH}
    assert {t.__name__ for t in tables - known} == {"Sector"}, "a sector's code is only a name"
    assert {t.__name__ for t in known - tables} <= {"Postponement", "Push"}, "a push is settled, not read"
