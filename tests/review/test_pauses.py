"""A pause needs two people and tells them: it waits in the second one's work, and says when it is over."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.models import ApiKey, Notice, Pause, User
from app.review.telling import end_what_ran_out
from app.standings.keeper import refresh
from app.upkeep import tick
from tests.review.conftest import stuck
from tests.review.test_acts import PARK, request_of, send

UNTIL = date(2026, 9, 1)


@pytest.fixture
def notices(rows, user_id):
    """The kinds of what one of the actors was told."""
    return lambda name: [n.kind.value for n in rows(Notice) if n.user_id == user_id(name)]


@pytest.fixture
def run(database):
    """One run of the job."""

    def go():
        with database.write() as session:
            return end_what_ran_out(session, date(2000, 1, 1))

    return go


def asked_section(page):
    """The part of the first page that tells which pauses wait."""
    found = re.search(r'<section[^>]*aria-labelledby="asked-head".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def test_a_request_waits_in_the_work_of_those_who_may_decide_and_tells_them(
    as_, world, rows, notices, user_id
):
    send(as_("officer"), "/partners/kyoto/pauses", **PARK)
    (pause,) = rows(Pause)
    assert notices("manager") == notices("admin") == ["pause_asked"]
    assert notices("officer") == notices("other_officer") == notices("viewer") == []
    manager = as_("manager")
    assert "officer asks to park City of kyoto" in manager.get("/notices").text
    page = manager.get("/").text
    assert f'action="/pauses/{pause.id}/decision"' in asked_section(page)
    answer = send(
        manager,
        f"/pauses/{pause.id}/decision",
        queue="/?who=team",
        approve="true",
        version=str(pause.version),
    )
    assert answer.headers["location"] == "/?who=team"
    assert rows(Pause)[0].state == "approved"
    assert asked_section(manager.get("/").text) == ""
    assert notices("officer") == ["pause_approved"]
    assert "manager agreed to park City of kyoto" in as_("officer").get("/notices").text
    # Nobody else has to look at it any more.
    assert {n.kind: n.read_at is not None for n in rows(Notice) if n.user_id == user_id("admin")} == {
        "pause_asked": True
    }


def test_a_manager_who_asks_is_not_asked(as_, world, notices):
    send(as_("manager"), "/partners/kyoto/pauses", **PARK)
    assert notices("manager") == []
    assert notices("admin") == ["pause_asked"]


def test_whoever_asked_with_a_key_is_told_and_not_asked(api, world, database, notices, rows, user_id, as_):
    with database.write() as session:
        session.execute(sa.update(ApiKey).values(created_by_id=user_id("manager")))
    body = {"reason": "recent_change", "until": "2026-12-01"}
    assert api("write_key").post("/api/v1/partners/kyoto/pauses", json=body).status_code == 201
    assert (notices("manager"), notices("admin")) == ([], ["pause_asked"])
    (pause,) = rows(Pause)
    assert asked_section(as_("manager").get("/").text) == "", "approving it would be refused"
    assert "asked" in asked_section(as_("admin").get("/").text)
    review = as_("manager").get("/review").text
    assert "You asked: another manager or an administrator must approve." in review
    assert 'name="approve" value="true"' not in review
    send(as_("admin"), f"/pauses/{pause.id}/decision", approve="false", version=str(pause.version))
    assert notices("manager") == ["pause_declined"]


def test_a_withdrawn_request_tells_nobody(as_, world, make, rows, notices, user_id):
    request = request_of(make, world.first, user_id("manager"))
    send(as_("manager"), f"/pauses/{request.id}/decision", approve="false", version="1")
    assert rows(Pause)[0].state == "declined"
    assert rows(Notice) == []


@pytest.mark.parametrize("days_late", [0, 1, 40])
def test_a_pause_that_ends_by_itself_says_so_once(
    as_, make, rows, run, at, notices, user_id, told, standing, database, days_late
):
    people = {"asked_by_id": user_id("other_officer"), "decided_by_id": user_id("manager")}
    with database.read() as session:
        officer = session.scalars(sa.select(User).where(User.id == user_id("officer"))).one()
    partner = stuck(make, "mito", name_en="Mito", officer=officer)
    make.pause(partner, until=UNTIL, decided_on=date(2026, 6, 1), **people)
    assert run() == 0
    at((UNTIL - timedelta(days=1)).isoformat())
    assert run() == 0
    day = UNTIL + timedelta(days=days_late)
    at(day.isoformat())
    assert (run(), run()) == (1, 0)
    assert {name: notices(name) for name in ("officer", "other_officer", "manager", "admin")} == {
        "officer": ["pause_ended"], "other_officer": ["pause_ended"], "manager": ["pause_ended"], "admin": [],
    }  # fmt: skip
    assert len(told("partner.pause_ran_out")) == 1
    assert rows(Pause)[0].state == "ended"
    with database.write() as session:
        refresh(session, day)
    assert standing("mito").status == "stuck"
    officer = as_("officer")
    said = "The pause of Mito ended on 1 Sep 2026; it is back in the review."
    assert said in officer.get("/notices").text
    thread = officer.get("/partners/mito?kind=file").text
    assert thread.count("Pause over, back in the review") >= 1
    assert "Pause over" not in officer.get("/partners/mito?kind=file&as_of=2026-08-31").text
    news = "The pause ended on 1 Sep 2026; the partner is back in the review."
    assert (news in officer.get("/review?partner=mito").text) == (days_late < 31)


def test_an_end_of_long_ago_is_history_and_no_news(world, make, run, rows, told, at):
    make.pause(world.first, starts_on=date(2020, 1, 1), until=date(2021, 1, 1))
    assert run() == 1
    assert len(told("partner.pause_ran_out")) == 1
    assert rows(Notice) == []


def test_the_worker_ends_pauses_by_itself(world, make, database, rows, at):
    make.pause(world.first, until=UNTIL)
    at(UNTIL.isoformat())
    assert tick(database)["pauses"] == 1
    assert rows(Pause)[0].state == "ended"


def test_whom_a_manager_takes_up_again_tells_the_others(as_, world, make, rows, notices, user_id):
    pause = make.pause(world.first, asked_by_id=user_id("officer"), decided_by_id=user_id("manager"))
    send(as_("manager"), f"/pauses/{pause.id}/end", version=str(pause.version))
    assert (notices("officer"), notices("manager")) == (["pause_ended"], [])
    assert "manager ended the pause of City of kyoto" in as_("officer").get("/notices").text


def test_a_request_taken_back_is_not_told_any_more(api, world, rows):
    partner = {"partner": "kyoto", "version": world.first.version}
    body = {"partners": [partner], "pause_reason": "symbolic"}
    act = api("write_key").post("/api/v1/partners/assignments", json=body).json()["act"]
    assert {n.kind for n in rows(Notice)} == {"pause_asked"}
    assert api("write_key").post(f"/api/v1/partners/acts/{act}/reversal").status_code == 200
    assert rows(Notice) == []
