"""The illustrative layer: alive on any day, marked everywhere, and gone without a trace."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from app.accounts.service import sign_in
from app.actor import Actor
from app.auth import sessions
from app.auth.passwords import verify_password
from app.config import settings
from app.delegations.schemas import VisitIn
from app.delegations.service import log_visit
from app.errors import Forbidden
from app.follow_ups.schemas import Drop
from app.follow_ups.service import drop
from app.keys.schemas import KeyIn
from app.keys.service import create_key
from app.models import (
    Agreement,
    ApiKey,
    Delegation,
    Event,
    EventPartner,
    FollowUp,
    Partner,
    Pause,
    StandingRow,
    User,
)
from app.partners.queries import get as get_partner
from app.partners.schemas import PartnerPatch
from app.partners.service import change_partner
from app.review.schemas import PauseDecision
from app.review.service import decide_pause
from app.schemas import parse
from app.standings.check import standing_differences
from app.standings.keeper import refresh
from app.standings.queries import standing_of
from app.vocabulary import (
    DelegationState,
    Door,
    FollowUpState,
    OwedBy,
    PauseState,
    Quadrant,
    ReasonCode,
    Rung,
    Scope,
    Status,
    Step,
    Warmth,
)
from seed.demo import load as illustrative
from seed.demo.days import day
from seed.files import rows
from tests.actors import PASSWORD, PASSWORD_HASH
from tests.seed.conftest import differences, dump

OFFICER, MANAGER = "officer@demo.invalid", "manager@demo.invalid"
NOTHING = dict.fromkeys(illustrative.TABLES, 0)
VISIT = {
    "partner": "kanagawa",
    "direction": "inbound",
    "title": "Đoàn Kanagawa làm việc về bệnh viện và trường đại học",
    "level": "deputy",
    "purpose": "working",
    "minutes": "Hai bên giao đầu mối lập chương trình hai năm.",
}


@pytest.fixture
def quick(monkeypatch):
    """argon2 at its least."""
    monkeypatch.setattr(illustrative, "hash_password", lambda _: PASSWORD_HASH)


def person(session, email) -> Actor:
    return sessions.actor_of(session.scalars(sa.select(User).where(User.email == email)).one(), Door.page)


def visit_to_kanagawa(database, today):
    """What an officer does on the tour: a visit with two follow-ups, one on each side."""
    follow_ups = [
        {"title": "Gửi dự thảo chương trình hai năm", "owed_by": "home", "kind": "work_programme"},
        {"title": "Cử chuyên gia bệnh viện", "owed_by": "partner", "kind": "introduction"},
    ]
    due = day("+30d", today)
    follow_ups = [item | {"assignee": OFFICER, "due_on": due} for item in follow_ups]
    visit = VISIT | {"starts_on": day("-1d", today), "ends_on": today, "follow_ups": follow_ups}
    with database.write() as session:
        return log_visit(session, person(session, OFFICER), parse(VisitIn, visit), today=today)


# ---- what it shows


@pytest.mark.parametrize("when", ["2026-06-15", "2026-11-22", "2027-02-28"])
def test_every_code_of_a_standing_occurs_on_the_day_of_loading(sourced, at, quick, when):
    today = at(when)
    with sourced.write() as session:
        refresh(session, today)
    illustrative.load(sourced, today, PASSWORD)
    with sourced.read() as session:
        standings = list(session.scalars(sa.select(StandingRow)))
    for name, codes in (
        ("rung", Rung),
        ("status", Status),
        ("warmth", Warmth),
        ("quadrant", Quadrant),
        ("step", Step),
    ):
        assert set(codes) <= {getattr(standing, name) for standing in standings}, name
    reasons = Counter(reason["code"] for standing in standings for reason in standing.reasons)
    assert set(ReasonCode) == set(reasons)


def test_as_many_partners_are_tied_as_the_city_reports(demo):
    with demo.read() as session:
        rungs = Counter(session.scalars(sa.select(StandingRow.rung)))
    assert 100 - rungs[Rung.none] - rungs[Rung.contact] == 61


def test_there_is_work_of_every_kind(demo, today):
    with demo.read() as session:
        work = list(session.scalars(sa.select(FollowUp)))
        late = {item.owed_by for item in work if item.state == FollowUpState.open and item.due_on < today}
        coming = sa.select(Delegation.starts_on).where(
            Delegation.state.in_([DelegationState.planned, DelegationState.approved])
        )
        soon = [starts for starts in session.scalars(coming) if (starts - today).days <= 14]
    assert {item.state for item in work} == set(FollowUpState)
    assert late == set(OwedBy)
    assert any(item.due_on != item.original_due_on for item in work)
    assert any(item.due_on == today for item in work)
    assert len(soon) >= 3


def test_a_pause_waits_for_a_manager_and_none_was_approved_by_who_asked(demo, today):
    with demo.write() as session:
        pauses = list(session.scalars(sa.select(Pause)))
        assert {pause.state for pause in pauses} == set(PauseState)
        assert all(pause.decided_by_id != pause.asked_by_id for pause in pauses)
        (waiting,) = [pause for pause in pauses if pause.state == PauseState.asked]
        word = PauseDecision(approve=True)
        asker = person(session, "officer2@demo.invalid")
        with pytest.raises(Forbidden):
            decide_pause(session, asker, waiting, word, version=waiting.version, today=today)
        decide_pause(session, person(session, MANAGER), waiting, word, version=waiting.version, today=today)
    with demo.read() as session:
        partner = get_partner(session, "algiers")
        assert standing_of(session, partner, today).status == Status.parked


@pytest.mark.parametrize("when", ["2026-06-15", "2026-11-22"])
def test_a_visit_to_kanagawa_changes_its_standing_before_the_eyes(demo, at, when):
    today = at(when)
    with demo.write() as session:
        refresh(session, today)
    logged = visit_to_kanagawa(demo, today)
    before, after = logged.before, logged.after
    assert logged.substantive
    assert (before.warmth, after.warmth) == (Warmth.cold, Warmth.warm)
    assert (before.quadrant, after.quadrant) == (Quadrant.dormant, Quadrant.courtesy_loop)
    assert (before.step, after.step) == (Step.none, Step.credible)
    assert {r.code for r in before.reasons} - {r.code for r in after.reasons} >= {ReasonCode.silent}
    assert after.urgency < before.urgency


def test_kanagawa_has_nothing_invented_to_its_name_but_an_officer(demo):
    with demo.read() as session:
        events = sa.select(Event).join(EventPartner, EventPartner.event_id == Event.id)
        partner = get_partner(session, "kanagawa")
        invented = events.where(EventPartner.partner_id == partner.id, Event.is_demo)
        assert [e.changes for e in session.scalars(invented)] == [{"officer_id": [None, partner.officer_id]}]


# ---- its mark


def test_every_record_and_every_line_of_history_carries_the_mark(sourced, demo):
    """What the layer added is what is marked, table by table."""
    tables = [table for table in SQLModel.metadata.sorted_tables if "is_demo" in table.c]

    def counted(database, *, marked):
        with database.read() as session:
            counts = {table.name: sa.select(sa.func.count()).select_from(table) for table in tables}
            if marked:
                counts = {table.name: counts[table.name].where(table.c.is_demo) for table in tables}
            return {name: session.scalar(statement) for name, statement in counts.items()}

    before, after = counted(sourced, marked=False), counted(demo, marked=False)
    marked = counted(demo, marked=True)
    assert marked == {name: after[name] - before[name] for name in before}
    assert marked["event"] > 150
    assert marked["user"] == 5


def test_nothing_else_of_the_sourced_layer_is_written(sourced, demo):
    """Not even the version or the stamps of the partners that were given an officer."""
    stamps = sa.select(Partner.slug, Partner.version, Partner.updated_at).order_by(Partner.id)
    with sourced.read() as before, demo.read() as after:
        assert before.execute(stamps).all() == after.execute(stamps).all()
    gone = {name: lines for name, (lines, _) in differences(dump(sourced), dump(demo)).items() if lines}
    assert set(gone) == {"partner", "standing"}
    assert len(gone["partner"]) == len(rows("demo/partners"))


# ---- accounts


@pytest.fixture
def demonstration(monkeypatch):
    """The demo accounts open nothing outside of one."""
    monkeypatch.setattr(settings(), "demo", True)


def test_the_accounts_open_with_the_password_given(demo, demonstration):
    with demo.write() as session:
        for row in rows("demo/users"):
            assert sign_in(session, row["email"], PASSWORD, "127.0.0.1")
    with demo.read() as session:
        units = session.scalars(
            sa.select(User.unit_id).where(User.email.in_([OFFICER, "officer2@demo.invalid"]))
        )
        assert len(set(units)) == 2


def test_another_password_is_set_at_the_next_load_and_ends_the_sessions(demo, demonstration, today):
    with demo.write() as session:
        token = sign_in(session, OFFICER, PASSWORD, "127.0.0.1")
        session.flush()
        assert sessions.find(session, token, None)
    assert illustrative.load(demo, today, "short") == NOTHING
    with demo.read() as session:
        users = list(session.scalars(sa.select(User).where(User.is_demo)))
        assert all(verify_password("short", user.password_hash) for user in users)
        assert sessions.find(session, token, None) is None


# ---- loading again


def test_loading_again_on_any_day_changes_nothing(demo, at):
    before = dump(demo)
    assert illustrative.load(demo, at("2026-06-15"), PASSWORD) == NOTHING
    assert illustrative.load(demo, at("2027-03-01"), PASSWORD) == NOTHING
    assert differences(before, dump(demo)) == {}


def test_what_people_changed_in_it_stays_changed(demo, today):
    with demo.write() as session:
        manager = person(session, MANAGER)
        partner = get_partner(session, "kanagawa")
        nobody = parse(PartnerPatch, {"officer": None})
        change_partner(session, manager, partner, nobody, version=partner.version)
        work = session.scalars(sa.select(FollowUp).where(FollowUp.state == FollowUpState.open)).first()
        drop(session, manager, work, Drop(why="Không còn phù hợp."), version=work.version, today=today)
        session.execute(sa.update(Agreement).where(Agreement.is_demo).values(archived_at=sa.func.now()))
    before = dump(demo)
    assert illustrative.load(demo, today, PASSWORD) == NOTHING
    assert differences(before, dump(demo)) == {}


# ---- removal


def test_removal_leaves_the_sourced_layer_byte_for_byte(sourced, demo):
    gone = illustrative.remove(demo)
    assert differences(dump(sourced), dump(demo)) == {}
    assert gone["user"] == 5
    assert gone["agreement"] == len(rows("demo/agreements"))


def test_a_key_of_a_demonstrations_administrator_goes_with_it(demo):
    """Its password was known to everybody who looked."""
    with demo.write() as session:
        boss = session.scalars(sa.select(User).where(User.email == "admin@demo.invalid")).one()
        actor = Actor(name=boss.name, door=Door.page, user_id=boss.id, role=boss.role, is_demo=True)
        create_key(session, actor, KeyIn(name="Thử", scopes=[Scope.admin]))
    illustrative.remove(demo)
    with demo.read() as session:
        assert not session.scalars(sa.select(ApiKey.id).where(ApiKey.name == "Thử")).all()


def test_removal_where_there_is_no_demonstration_does_nothing(sourced):
    before = dump(sourced)
    assert illustrative.remove(sourced) == {}
    assert differences(before, dump(sourced)) == {}


def test_it_can_be_loaded_again_after_removal(demo, quick, today):
    illustrative.remove(demo)
    assert illustrative.load(demo, today, PASSWORD)["visits"] == len(rows("demo/visits"))


def test_the_calendar_goes_on_without_it(sourced, demo, at):
    """Months later the standings are what they would be without it, and the history tells nothing of it."""
    today = at("2026-12-20")
    for database in (sourced, demo):
        with database.write() as session:
            refresh(session, today)
    illustrative.remove(demo)
    with sourced.write() as session:
        refresh(session, today)
    kept = (StandingRow.partner_id, StandingRow.status, StandingRow.warmth, StandingRow.step)
    told = (Event.record_id, Event.action, Event.changes)
    found = []
    for database in (sourced, demo):
        with database.read() as session:
            statement = sa.select(*told).where(Event.action == "standing.changed")
            lines = Counter((i, str(sorted(c.items()))) for i, _, c in session.execute(statement))
            states = session.execute(sa.select(*kept).order_by(StandingRow.partner_id)).all()
            found.append((states, lines))
            assert list(standing_differences(session)) == []
    assert found[0] == found[1]


def test_a_visit_of_a_trial_stays_with_the_name_of_who_logged_it(demo, today):
    logged = visit_to_kanagawa(demo, today)
    illustrative.remove(demo)
    with demo.read() as session:
        visit = session.get(Delegation, logged.delegation.id)
        assert (visit.title, visit.created_by_id, visit.updated_by_id) == (VISIT["title"], None, None)
        for key in logged.follow_up_ids:
            assert session.get(FollowUp, key).assignee_id is None
        line = session.scalars(sa.select(Event).where(Event.action == "delegation.logged")).one()
        assert (line.actor_name, line.user_id, line.is_demo) == ("Nguyễn Minh Anh", None, False)
        partner = get_partner(session, "kanagawa")
        assert partner.officer_id is None
        standing = standing_of(session, partner, today)
        # Still warm, since they met; but nobody is responsible for what was agreed.
        assert (standing.warmth, standing.step) == (Warmth.warm, Step.stale)
        assert list(standing_differences(session)) == []


def test_a_follow_up_of_a_trial_survives_the_invented_visit_it_grew_out_of(demo, today):
    with demo.write() as session:
        visit = session.scalars(sa.select(Delegation).where(Delegation.is_demo)).first()
        own = FollowUp(
            title="Việc thật",
            owed_by=OwedBy.home,
            raised_on=visit.ends_on,
            due_on=today,
            original_due_on=today,
            delegation_id=visit.id,
        )
        session.execute(sa.insert(FollowUp).values(**own.model_dump(exclude={"id"})))
    illustrative.remove(demo)
    with demo.read() as session:
        kept = session.scalars(sa.select(FollowUp)).one()
        assert (kept.title, kept.delegation_id) == ("Việc thật", None)


# ---- the notation of days


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("0", date(2026, 8, 31)),
        ("-6m", date(2026, 2, 28)),
        ("+1d", date(2026, 9, 1)),
        ("-6m+3d", date(2026, 3, 3)),
        ("-2m-15d", date(2026, 6, 15)),
    ],
)
def test_a_day_is_told_from_today(text, found):
    assert day(text, date(2026, 8, 31)) == found


@pytest.mark.parametrize("text", ["tomorrow", "3d", "-6", "-6m 3d"])
def test_a_day_told_otherwise_is_refused(text):
    with pytest.raises(ValueError, match="not a day"):
        day(text, date(2026, 8, 31))


def test_files_hang_on_the_records_of_the_layer_and_go_with_it(demo):
    from app.files.queries import files_of
    from app.files.store import store
    from app.models import File
    from seed.demo.papers import add_file

    with demo.read() as session:
        files = list(session.scalars(sa.select(File)))
        paper = session.scalars(
            sa.select(Agreement).where(Agreement.source_key.like("%lisbon-cooperation"))
        ).one()
        shown = files_of(session, "agreement", paper.id, person(session, OFFICER))
    assert len(files) == len(rows("demo/files"))
    assert all("minh họa" in file.name and store().size(file.sha256) == file.size for file in files)
    assert [file.is_demo for file in shown.rows] == [True]
    row = {**rows("demo/files")[1], "record": "agreement:lisbon-cooperation", "name": "Của tôi.csv"}
    with demo.write() as session:
        assert add_file(session, person(session, OFFICER), row, today=date(2026, 6, 15))
        own = session.scalars(sa.select(File).where(File.name == "Của tôi.csv")).one()
        session.execute(sa.update(File).where(File.id == own.id).values(is_demo=False))
    illustrative.remove(demo)
    with demo.read() as session:
        assert list(session.scalars(sa.select(File))) == [], "what hangs on nothing is not left behind"
