"""The week's digest: on Monday morning, once, in one's language, with the numbers of the pages."""

import html
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app import clock
from app.actor import system
from app.config import settings
from app.digest.mail import send_digests
from app.history.service import tell
from app.models import Notice, Outbox, ProcedureRule, ProcedureStep, User
from app.notices.chasing import chase_reports
from app.outbox.service import forget_waiting
from app.upkeep import JOBS, tick
from app.vocabulary import DelegationState, Door, NoticeKind
from tests.actors import PEOPLE
from tests.staging import staged

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# The tests' day is a Monday.
MONDAY = date(2026, 6, 15)
DIGEST = tuple(job for job in JOBS if job.name == "weekly_digest")


@pytest.fixture(autouse=True)
def mail(monkeypatch):
    """A mail server is configured; nobody delivers here."""
    monkeypatch.setattr(settings(), "smtp_host", "127.0.0.1")
    monkeypatch.setattr(settings(), "smtp_from", "ties@city.example")


@staged
def mine(make, officer):
    return make.partner(slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka", officer_id=officer.user_id)


@staged
def late(make, mine, officer):
    """Two late follow-ups of the officer and one due this week."""
    with make.together():
        for n, due in enumerate((date(2026, 6, 1), date(2026, 6, 10), date(2026, 6, 18))):
            make.follow_up(mine, title=f"Việc {n}", assignee_id=officer.user_id, due_on=due)


@pytest.fixture
def sent(database):
    """The mails promised so far."""

    def found():
        with database.read() as session:
            return [row.payload for row in session.scalars(sa.select(Outbox).order_by(Outbox.id))]

    return found


@pytest.fixture
def on(at, database):
    """`on("2026-06-15 07:00")`: the worker looks in at that moment in Hà Nội."""

    def go(moment):
        at.instant(datetime.fromisoformat(moment).replace(tzinfo=HANOI))
        return tick(database, jobs=DIGEST)

    return go


@staged
def overdue_report(make, mine, database, officer):
    """A delegation whose report fell due on 8 June."""
    trip = make.visit(
        mine, title="Đoàn đi Fukuoka", state=DelegationState.completed, starts_on=date(2026, 5, 20),
        ends_on=date(2026, 5, 22),
    )  # fmt: skip
    with database.write() as session:
        rule = session.scalars(sa.select(ProcedureRule).where(ProcedureRule.code == "visit_report")).first()
        if rule is None:
            values = {
                "code": "visit_report", "counts_from": "visit_ended", "days": 10, "day_kind": "working",
                "legal_basis": "x", "valid_from": date(2020, 1, 1), "version": 1, "is_demo": False,
            }  # fmt: skip
            rule_id = session.execute(sa.insert(ProcedureRule).values(**values)).inserted_primary_key[0]
        else:
            rule_id = rule.id
        values = {
            "delegation_id": trip.id, "rule_id": rule_id, "started_on": date(2026, 5, 22),
            "due_on": date(2026, 6, 8), "version": 1, "is_demo": False,
        }  # fmt: skip
        session.execute(sa.insert(ProcedureStep).values(**values))
    return trip


def test_it_goes_out_on_monday_at_seven_once(on, late, sent):
    on("2026-06-12 12:00")  # the week before has had its own
    before = len(sent())
    assert on("2026-06-15 06:59") == {}
    assert on("2026-06-15 07:00") == {"weekly_digest": 1}
    assert on("2026-06-15 23:30") == {}
    assert on("2026-06-16 00:30") == {}
    assert len(sent()) == before + 1


def test_every_person_gets_one_in_their_language(on, late, sent, database):
    with database.write() as session:
        session.execute(sa.update(User).where(User.name == "officer").values(locale="vi"))
    on("2026-06-15 07:00")
    on("2026-06-15 07:01")
    [mail] = sent()
    assert mail["to"] == PEOPLE["officer"].email
    assert mail["subject"] == "CityTies · Tuần của bạn: 2 việc quá hạn, 1 việc đến hạn trong 7 ngày"
    assert "Kính gửi officer," in mail["text"]
    assert "Việc 1 (hạn 10/06/2026 · Tỉnh Fukuoka)" in mail["text"]
    assert f"{settings().public_url}/follow-ups?who=me&due=overdue" in mail["text"]
    assert '<html lang="vi">' in mail["html"]


def test_none_comes_when_there_is_nothing_to_tell(on, mine, sent, database):
    on("2026-06-15 07:00")
    assert sent() == []
    with database.read() as session:
        assert session.scalars(sa.select(Notice)).all() == []


def test_who_wants_none_gets_none(on, late, sent, as_):
    as_("officer").post("/settings/me", data={"version": "1", "locale": "vi"})
    on("2026-06-15 07:00")
    assert sent() == []


def test_whose_account_is_closed_gets_none(on, late, sent, database):
    with database.write() as session:
        session.execute(sa.update(User).where(User.name == "officer").values(disabled_at=clock.now()))
    on("2026-06-15 07:00")
    assert sent() == []


def test_without_a_mail_server_the_notice_comes_all_the_same(on, late, sent, as_, monkeypatch):
    monkeypatch.setattr(settings(), "smtp_host", "")
    on("2026-06-15 07:00")
    assert sent() == []
    assert "Your digest of the week is there." in as_("officer").get("/notices").text


def test_the_next_week_brings_the_next(on, late, sent):
    on("2026-06-15 07:00")
    on("2026-06-22 06:59")
    assert len(sent()) == 1
    on("2026-06-22 07:00")
    assert len(sent()) == 2


def test_missed_weeks_are_caught_up_once(on, late, sent):
    on("2026-06-15 07:00")
    on("2026-07-15 12:00")
    on("2026-07-15 12:01")
    assert len(sent()) == 2


def test_a_clock_that_jumps_sends_nothing_twice(on, late, sent):
    on("2026-06-22 07:00")
    for moment in ("2026-06-21 08:00", "2026-06-22 08:00", "2026-06-23 08:00", "2026-06-22 09:00"):
        on(moment)
    keys = [mail["subject"] for mail in sent()]
    assert len(keys) == 2, "one for each of the two weeks that were seen"


def test_a_round_for_a_week_that_was_told_tells_nobody(database, late, sent):
    with database.write() as session:
        assert send_digests(session, MONDAY) == 1
    with database.write() as session:
        assert send_digests(session, MONDAY) == 0
    assert len(sent()) == 1


def test_a_restored_copy_does_not_send_the_weeks_digest_again(on, late, sent, database, at):
    at.instant(datetime(2026, 6, 17, 12, tzinfo=HANOI))
    with database.write() as session:
        forget_waiting(session)
    on("2026-06-17 12:01")
    assert sent() == []
    on("2026-06-22 07:00")
    assert len(sent()) == 1


# ---- what it says


def test_page_mail_and_lists_say_the_same_numbers(as_, late, on, sent):
    browser = as_("officer")
    page = html.unescape(browser.get("/digest").text)
    told = dict(re.findall(r'<a href="([^"]+)">[^<]+</a></h2><span class="count[^"]*">(\d+)<', page))
    assert told["/follow-ups?who=me&due=overdue"] == "2"
    assert told["/follow-ups?who=me&due=week"] == "1"
    work = browser.get("/?who=me").text
    assert 'id="late-head">Late <span class="count">2<' in work
    on("2026-06-15 07:00")
    [mail] = sent()
    assert "Late: 2 " in mail["text"]


def test_a_quiet_week_says_so(as_):
    assert "A quiet week" in as_("viewer").get("/digest").text


def test_a_partner_that_became_stuck_is_named_while_it_is(as_, make, officer, database):
    with make.together():
        stuck = make.partner(
            slug="seoul", name_en="Seoul", officer_id=officer.user_id, friendship_since=date(2008, 2, 22)
        )
        for year in (2024, 2025, 2026):
            make.visit(stuck, on=date(year, 1, 10))
    with database.write() as session:
        told = (session, system(Door.clock), "standing.changed", "standing", stuck.id)
        tell(*told, {"status": ["at_risk", "stuck"]}, partners=[stuck.id])
    page = as_("officer").get("/digest").text
    assert "Became stuck" in page
    assert "Seoul" in page
    make.pause(stuck)
    assert "Became stuck" not in as_("officer").get("/digest").text


def test_a_paper_that_ends_soon_is_named_to_whom_it_concerns(as_, make, mine):
    make.agreement(mine, title="Bản ghi nhớ sắp hết", signed_on=date(2021, 9, 1), expires_on=date(2026, 9, 1))
    assert "Bản ghi nhớ sắp hết" in as_("officer").get("/digest").text
    assert "Bản ghi nhớ sắp hết" not in as_("other_officer").get("/digest").text
    as_("other_officer").post("/partners/fukuoka/follow")
    assert "Bản ghi nhớ sắp hết" in as_("other_officer").get("/digest").text


def test_a_report_that_is_owed_is_named(as_, overdue_report):
    page = as_("officer").get("/digest").text
    assert "Reports owed" in page
    assert "overdue since 8 Jun 2026" in page
    assert "Reports owed" not in as_("other_officer").get("/digest").text


def test_names_are_escaped_in_the_mail(on, make, mine, officer, sent):
    make.follow_up(mine, title="<img src=x>", assignee_id=officer.user_id, due_on=date(2026, 6, 1))
    on("2026-06-15 07:00")
    [mail] = sent()
    assert "<img" not in mail["html"]
    assert "&lt;img src=x&gt;" in mail["html"]


def test_the_page_asks_as_much_for_one_as_for_forty(as_, make, mine, officer, queries):
    make.follow_up(mine, assignee_id=officer.user_id, due_on=date(2026, 6, 1))
    client = as_("officer")
    client.get("/digest")
    with queries() as one:
        client.get("/digest")
    with make.together():
        for _ in range(40):
            make.follow_up(mine, assignee_id=officer.user_id, due_on=date(2026, 6, 1))
    client.get("/digest")
    with queries() as many:
        client.get("/digest")
    assert len(one) == len(many)
    assert "All 41" in client.get("/digest").text


# ---- the chasing of reports


def test_a_late_report_is_told_once_a_delegation(overdue_report, database, officer, at):
    for _ in range(2):
        with database.write() as session:
            chase_reports(session, MONDAY)
        at.instant(clock.now() + timedelta(days=1))
    with database.read() as session:
        [notice] = session.scalars(sa.select(Notice)).all()
        assert (notice.kind, notice.user_id) == (NoticeKind.report_overdue, officer.user_id)
        assert notice.record_id == overdue_report.id


def test_a_report_that_is_not_due_yet_is_not_chased(overdue_report, database, at):
    at("2026-06-08")
    with database.write() as session:
        assert chase_reports(session, MONDAY) == 0
