"""Periodic work: once a period, caught up once, whatever the clock and however many rounds."""

import threading
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app import clock
from app.models import JobRun
from app.upkeep import JOBS, MONDAY, RETRY, Daily, Job, Often, tick

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = Daily(time(7), MONDAY)


class Work:
    """A job that notes the days it was done for, and may fail."""

    def __init__(self, when):
        self.days, self.fails = [], False
        self.job = Job("probe", when, self)

    def __call__(self, session, day):
        if self.fails:
            raise OSError("no luck")
        self.days.append(day.isoformat())
        return 3


@pytest.mark.parametrize(
    ("moment", "began"),
    [
        ("2026-06-15 06:59", "2026-06-08"),
        ("2026-06-15 07:00", "2026-06-15"),
        ("2026-06-18 23:30", "2026-06-15"),
        ("2026-06-21 00:30", "2026-06-15"),
        ("2026-06-22 00:30", "2026-06-15"),
    ],
)
def test_a_week_begins_on_monday_at_seven(moment, began):
    assert MORNING.period(datetime.fromisoformat(moment)) == date.fromisoformat(began)


def test_a_day_begins_at_its_hour():
    day = Daily(time(6))
    assert day.period(datetime(2026, 6, 15, 5, 59)) == date(2026, 6, 14)  # noqa: DTZ001 - a wall clock
    assert day.period(datetime(2026, 6, 15, 6)) == date(2026, 6, 15)  # noqa: DTZ001


@pytest.fixture
def on(at, database):
    """`on("2026-06-15 07:00", work)`: a round at that moment in Hà Nội."""

    def go(moment, *works):
        at.instant(datetime.fromisoformat(moment).replace(tzinfo=HANOI))
        return tick(database, jobs=tuple(work.job for work in works))

    return go


def test_a_weekly_job_is_done_once_however_often_the_clock_ticks(on):
    work = Work(MORNING)
    assert on("2026-06-15 07:00", work) == {"probe": 3}
    for moment in ("2026-06-15 07:01", "2026-06-15 23:30", "2026-06-16 00:30", "2026-06-22 06:59"):
        assert on(moment, work) == {}
    on("2026-06-22 07:00", work)
    assert work.days == ["2026-06-15", "2026-06-22"]


def test_what_was_missed_is_caught_up_once(on):
    work = Work(MORNING)
    on("2026-06-15 07:00", work)
    on("2026-07-08 15:00", work)  # three weeks later, on a Wednesday
    on("2026-07-08 15:01", work)
    assert work.days == ["2026-06-15", "2026-07-06"]


def test_a_clock_that_goes_back_looks_again_and_settles(on):
    work = Work(MORNING)
    on("2026-06-22 07:00", work)
    on("2026-06-20 07:00", work)
    on("2026-06-20 07:01", work)
    on("2026-06-22 07:05", work)
    assert work.days == ["2026-06-22", "2026-06-15", "2026-06-22"], "dedupe keys keep it from sending twice"


def test_what_is_done_often_waits_its_while_unless_it_is_asked_for(database, at):
    work = Work(Often(timedelta(hours=1)))
    assert tick(database, jobs=(work.job,)) == {"probe": 3}
    assert tick(database, jobs=(work.job,)) == {}
    assert tick(database, jobs=(work.job,), now=True) == {"probe": 3}
    at.instant(clock.now() + timedelta(hours=1))
    assert tick(database, jobs=(work.job,)) == {"probe": 3}


def test_asking_now_does_not_repeat_what_has_its_hour(database, on):
    work = Work(MORNING)
    on("2026-06-15 07:00", work)
    assert tick(database, jobs=(work.job,), now=True) == {}


def test_a_job_that_fails_is_noted_tried_again_and_holds_up_no_other(on, database):
    bad, good = Work(MORNING), Work(MORNING)
    bad.job, good.job = Job("bad", MORNING, bad), Job("good", MORNING, good)
    bad.fails = True
    assert on("2026-06-15 07:00", bad, good) == {"bad": None, "good": 3}
    with database.read() as session:
        assert session.get(JobRun, "bad").error == "OSError: no luck"
    bad.fails = False
    assert on("2026-06-15 07:05", bad, good) == {}
    assert timedelta(minutes=10) == RETRY
    assert on("2026-06-15 07:11", bad, good) == {"bad": 3}
    with database.read() as session:
        assert session.get(JobRun, "bad").error is None


def test_rounds_at_one_moment_do_a_job_once(real_database):
    work = Work(MORNING)
    rounds = [
        threading.Thread(target=tick, args=(real_database,), kwargs={"jobs": (work.job,)}) for _ in range(6)
    ]
    for thread in rounds:
        thread.start()
    for thread in rounds:
        thread.join()
    assert len(work.days) == 1


def test_every_registered_job_does_nothing_the_second_time(database):
    tick(database)
    assert set(tick(database, now=True).values()) == {0}
    assert {job.name for job in JOBS} >= {"standings", "sweep"}
