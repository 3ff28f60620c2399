"""The list of follow-ups: whose, of which side, due when."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.models import User
from app.vocabulary import FollowUpKind, OwedBy
from tests.actors import PEOPLE
from tests.staging import staged


@pytest.fixture
def me(database):
    with database.read() as session:
        return session.scalars(sa.select(User).where(User.email == PEOPLE["officer"].email)).one()


@staged
def some(make, me):
    """One of every kind: mine, nobody's of my partner, another's; late, soon, later; theirs; done."""
    mine, other = make.partner(slug="mine", name_en="Minecity", officer=me), make.partner(slug="other")
    colleague = make.user(name="Lê Văn Khác", email="khac@city.example")
    make.follow_up(mine, title="my late one", due_on=date(2026, 6, 14), assignee=me)
    make.follow_up(other, title="my one today", due_on=date(2026, 6, 15), assignee=me)
    make.follow_up(mine, title="my one next week", due_on=date(2026, 6, 22), assignee=me)
    make.follow_up(mine, title="orphan of mine", due_on=date(2026, 6, 16))
    make.follow_up(mine, title="theirs", owed_by=OwedBy.partner, due_on=date(2026, 6, 1))
    make.follow_up(mine, title="of a colleague", due_on=date(2026, 6, 16), assignee=colleague)
    make.follow_up(other, title="orphan of nobody", due_on=date(2026, 6, 16))
    make.follow_up(mine, title="finished", assignee=me, done_on=date(2026, 6, 2))


EVERY = (
    "my late one", "my one today", "my one next week", "orphan of mine", "theirs", "of a colleague",
    "orphan of nobody", "finished",
)  # fmt: skip


def shown(client, query=""):
    answer = client.get(f"/follow-ups{query}")
    assert answer.status_code == 200, answer.text
    return {title for title in EVERY if f"<bdi>{title}</bdi></a>" in answer.text}


MINE = {"my late one", "my one today", "my one next week", "orphan of mine", "theirs"}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", MINE),
        ("?who=me", MINE),
        ("?who=all", set(EVERY) - {"finished"}),
        ("?who=khac@city.example", {"of a colleague"}),
        ("?side=partner", {"theirs"}),
        ("?side=home&due=week", {"my one today", "orphan of mine"}),
        ("?due=overdue", {"my late one", "theirs"}),
        ("?due=later", {"my one next week"}),
        ("?state=done", {"finished"}),
        ("?state=dropped", set()),
        ("?who=all&partner=other", {"my one today", "orphan of nobody"}),
        ("?who=all&partner=Minecity&q=ORPHAN", {"orphan of mine"}),
        ("?who=all&q=100%25", set()),
        ("?who=&side=&q=", MINE),
    ],
)
def test_filters(client, some, query, titles):
    assert shown(client, query) == titles


def test_a_viewer_and_a_manager_see_everybodys_when_they_ask(as_, some):
    assert shown(as_("viewer")) == set(EVERY) - {"finished"}
    assert shown(as_("manager")) == set()
    assert "/follow-ups/new" not in as_("viewer").get("/follow-ups").text


@pytest.mark.parametrize(
    "query", ["who=ghost@city.example", "side=both", "state=late", "due=never", "partner=atlantis", "page=0",
              "page=x", "page=99", "sort=name", "side=home&side=partner"],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_refused_in_words(client, some, query):
    answer = client.get(f"/follow-ups?{query}")
    assert answer.status_code == 422
    assert query.split("=")[0] in answer.text or "page" in answer.text


def test_ours_come_first_and_theirs_apart(client, some):
    page = client.get("/follow-ups?who=all").text
    ours, theirs = page.index("We promised"), page.index("They promised")
    assert ours < page.index("my late one") < theirs < page.index("<bdi>theirs</bdi>")
    assert "1 day late" in page


def test_a_postponed_one_shows_its_first_date(client, make, me):
    work = make.follow_up(make.partner(), due_on=date(2026, 6, 20), assignee=me)
    make.postponement(work)
    assert "moved 1 time, first 20 Jun 2026" in client.get("/follow-ups").text


def test_pages(client, make, me):
    with make.together():
        partner = make.partner()
        for n in range(30):
            make.follow_up(partner, title=f"work {n:02}", due_on=date(2026, 7, 1) + timedelta(n), assignee=me)
    first, second = client.get("/follow-ups").text, client.get("/follow-ups?page=2").text
    assert "work 15" in first
    assert "work 16" not in first
    assert "work 16" in second
    assert "work 15" not in second
    assert 'href="/follow-ups?page=2"' in first
    assert len(first.encode()) < 60_000


def test_markup_is_text(client, make, me):
    make.follow_up(make.partner(), title="<script>alert(1)</script>", assignee=me)
    page = client.get("/follow-ups?q=<script>").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_one_row_and_forty_ask_the_same(client, make, me, queries):
    make.follow_up(make.partner(), assignee=me)
    with queries() as one:
        client.get("/follow-ups?who=all")
    with make.together():
        for _ in range(24):
            make.follow_up([make.partner(), make.partner()], assignee=me, unit=make.unit())
    with queries() as many:
        client.get("/follow-ups?who=all")
    assert len(many) == len(one), many


def test_an_empty_list_offers_the_act_that_fills_it(client):
    page = client.get("/follow-ups").text
    assert "Nothing is open" in page
    assert 'href="/visits/new"' in page
    assert FollowUpKind.proposal.deepens
