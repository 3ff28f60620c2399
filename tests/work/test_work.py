"""The first page: what is late and due, what comes, who is stuck or about to be, what waits."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import User
from app.vocabulary import DelegationState, PauseState
from tests.actors import PEOPLE
from tests.staging import staged


@pytest.fixture
def people(database):
    with database.read() as session:
        return {user.name: user for user in session.scalars(sa.select(User)) if user.name in PEOPLE}


@staged
def stage(make, people):
    me, other = people["officer"], people["other_officer"]
    with make.together():
        mine = make.partner(slug="mine", name_en="Minecity", officer=me, friendship_since=date(2024, 8, 1))
        theirs = make.partner(
            slug="theirs", name_en="Theircity", officer=other, friendship_since=date(1994, 3, 1)
        )
        make.review(mine)
        make.review(theirs)
        make.follow_up(mine, title="my late one", due_on=date(2026, 6, 1), assignee=me)
        make.follow_up(mine, title="my soon one", due_on=date(2026, 6, 21), assignee=me)
        make.follow_up(mine, title="my later one", due_on=date(2026, 9, 1), assignee=me)
        make.follow_up(theirs, title="the other's late one", due_on=date(2026, 6, 1), assignee=other)
        planned = {"state": DelegationState.planned}
        make.visit(mine, on=date(2026, 6, 20), title="coming soon", **planned)
        make.visit(mine, on=date(2026, 7, 20), title="coming later", **planned)
        make.visit(mine, starts_on=date(2026, 6, 10), ends_on=date(2026, 6, 16), title="under way now",
                   state=DelegationState.under_way)  # fmt: skip
        make.visit([theirs], on=date(2026, 6, 18), title="another's trip", **planned)
        make.visit(mine, on=date(2026, 6, 10), title="over and done")
        make.pause(theirs, state=PauseState.asked, asked_by_id=other.id, why="bầu cử")
        make.pause(mine, state=PauseState.asked, asked_by_id=people["manager"].id, why="của tôi")


def section(page, head):
    """The words of one section of the page."""
    found = re.search(rf'<section[^>]*aria-labelledby="{head}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def test_an_officer_sees_their_own(client, stage):
    page = client.get("/").text
    late, soon = section(page, "late-head"), section(page, "soon-head")
    assert "my late one" in late
    assert "my soon one" not in late
    assert ">1</span>" in late
    assert "my soon one" in soon
    assert "my later one" not in soon
    assert "1 later" in soon
    coming = section(page, "coming-head")
    assert "coming soon" in coming
    assert "under way now" in coming
    assert "coming later" not in page
    assert "another's trip" not in page
    assert "over and done" not in page
    stuck = section(page, "stuck-head")
    assert "Minecity" in stuck
    assert "stuck on 1 Aug 2026" in stuck
    assert "Theircity" not in page
    assert "the other's late one" not in page
    assert not section(page, "asked-head")


def test_a_manager_sees_the_teams_and_what_waits_for_them(as_, stage):
    page = as_("manager").get("/").text
    assert "my late one" in page
    assert "the other&#39;s late one" in page
    assert "another&#39;s trip" in page
    stuck = section(page, "stuck-head")
    assert "Theircity" in stuck
    assert "since 1 Mar 1996" in stuck
    assert stuck.index("Theircity") < stuck.index("Minecity"), "what is stuck comes before what may be"
    asked = section(page, "asked-head")
    assert "bầu cử" in asked
    assert "của tôi" not in asked, "nobody approves their own request"
    own = as_("manager").get("/?who=me").text
    assert "my late one" not in own
    assert "bầu cử" in own


def test_an_officer_may_look_at_the_teams(client, stage):
    page = client.get("/?who=team").text
    assert "the other&#39;s late one" in page
    assert not section(page, "asked-head")


def test_an_empty_page_says_what_belongs_here(client):
    page = client.get("/").text
    assert "No follow-ups yet" in page
    assert 'href="/visits/new"' in page
    assert "None of the partners you look after" in page
    assert "data-drafts hidden" in page


def test_a_viewer_looks_on(as_, stage):
    page = as_("viewer").get("/").text
    assert "my late one" in page
    assert "/done" not in page
    assert "/visits/new" not in page.split("<main")[1]


def test_who_may_look(stranger, client):
    assert stranger.get("/").headers["location"] == "/sign-in"
    assert client.get("/?who=ghost").status_code == 422
    assert client.get("/?what=x").status_code == 422


def test_one_row_and_forty_ask_the_same(as_, make, people, stage, queries):
    manager = as_("manager")
    with queries() as one:
        manager.get("/")
    with make.together():
        for _ in range(40):
            partner = make.partner(friendship_since=date(1994, 3, 1), officer=people["officer"])
            make.review(partner)
            make.follow_up(partner, due_on=date(2026, 6, 1), assignee=people["officer"])
            make.visit(partner, on=date(2026, 6, 20), state=DelegationState.planned)
            make.pause(partner, state=PauseState.asked)
    with queries() as many:
        page = manager.get("/")
    assert len(many) == len(one), many
    assert "All 42" in page.text
