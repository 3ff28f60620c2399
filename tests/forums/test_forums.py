"""Forums: whom of the stuck one meets there, members, meetings past and coming; both doors."""

import html
import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Event, ForumMeeting, ForumMembership
from app.vocabulary import DatePrecision
from tests.api.contract import Contract, check_problem
from tests.staging import staged


@staged
def stuck(make):
    """Framed for years, met often, and nothing came of it."""
    partner = make.partner(
        slug="fukuoka", name_vi="Fukuoka", name_en="Fukuoka", friendship_since=date(2008, 2, 22)
    )
    make.visit(partner, on=date(2025, 9, 1))
    return partner


@staged
def forum(make, stuck):
    other = make.partner(slug="lima", name_vi="Lima", name_en="Lima")
    return make.forum(code="anmc21", acronym="ANMC21", members=[stuck, other])


@pytest.fixture(scope="session")
def contract(application):
    return Contract(application.openapi())


@pytest.fixture
def call(api, contract):
    def send(method, path, key="write_key", **options):
        return contract.check(api(key).request(method, f"/api/v1{path}", **options))

    return send


def stored(database, model):
    with database.read() as session:
        return session.scalars(sa.select(model).order_by(model.id.desc())).first()


def version(client, url):
    return re.search(r'name="version" value="(\d+)"', client.get(url).text)[1]


# ---- the first answer


def test_the_page_first_says_whom_of_the_stuck_one_meets_at_the_next_meeting(client, make, forum, stuck):
    make.meeting(forum, title="Last year's", starts_on=date(2025, 9, 1))
    make.meeting(forum, title="In two years", starts_on=date(2028, 9, 1))
    make.meeting(forum, title="This autumn", starts_on=date(2026, 9, 10), place="Tokyo", host=stuck)
    page = client.get("/forums/anmc21").text
    answer = page[page.index('id="meet-head"') : page.index('id="members-head"')]
    assert "This autumn" in answer
    assert "1 of 2 members is stuck." in answer
    assert 'href="/partners/fukuoka"' in answer
    assert "lima" not in answer
    assert ">host<" in answer
    coming, past = page.index('id="coming-head"'), page.index('id="past-head"')
    assert coming < page.index("In two years", coming) < past < page.index("Last year&#39;s", past)
    listed = client.get("/forums").text
    assert "10 Sep 2026" in listed
    assert "count-stuck" in listed


def test_without_a_meeting_or_without_members_it_says_so(client, make, stuck):
    make.forum(code="alone")
    make.forum(code="quiet", members=[stuck])
    assert "No member is on file." in client.get("/forums/alone").text
    page = client.get("/forums/quiet").text
    assert "No meeting to come is on file." in page
    assert "1 of 1 members is stuck." in page


@pytest.mark.parametrize(
    ("starts_on", "precision", "over"),
    [
        (date(2026, 6, 14), DatePrecision.day, True),
        (date(2026, 6, 15), DatePrecision.day, False),
        (date(2026, 6, 1), DatePrecision.month, False),
        (date(2026, 5, 1), DatePrecision.month, True),
        (date(2026, 1, 1), DatePrecision.year, False),
        (date(2025, 1, 1), DatePrecision.year, True),
    ],
)
def test_a_meeting_is_over_when_the_last_day_it_may_be_is(call, make, forum, starts_on, precision, over):
    make.meeting(forum, starts_on=starts_on, starts_precision=precision, ends_precision=precision)
    body = call("GET", "/forums/anmc21", "read_key").json()
    assert [meeting["over"] for meeting in body["meetings"]] == [over]
    item = call("GET", "/forums", "read_key").json()["items"][0]
    assert (item["next_meeting"] is None) == over
    assert (item["members"], item["stuck"]) == (2, 1)


# ---- forums, members, meetings by page


def test_a_forum_is_entered_changed_and_found(client, database):
    made = client.post("/forums", data={"name_vi": "Mạng lưới", "name_en": "Network", "acronym": "WeGO"})
    assert made.headers["location"] == "/forums/wego"
    edit = {"version": "1", "joined_on": "2013", "basis": "reported"}
    assert client.post("/forums/wego", data=edit).status_code == 303
    page = client.get("/forums/wego").text
    assert "2013" in page
    assert "/forums/wego" in client.get("/forums?q=mang+luoi").text
    assert "No forum fits" in client.get("/forums?q=100%25").text
    stale = client.post("/forums/wego", data={"version": "1", "basis": "confirmed", "form_token": "2"})
    assert stale.status_code == 409
    again = client.post("/forums", data={"name_vi": "A", "name_en": "A", "code": "wego", "founded_year": "x"})
    assert again.status_code == 422
    assert 'id="f-founded_year-error"' in again.text


def test_members_come_and_go_and_the_partners_history_tells(client, database, make, forum):
    make.partner(slug="hue", name_en="Hue")
    added = client.post("/forums/anmc21/members", data={"partner": "hue", "source": "letter"})
    assert added.status_code == 303
    twice = client.post("/forums/anmc21/members", data={"partner": "hue", "form_token": "2"})
    assert twice.status_code == 422
    assert "This partner is a member already." in twice.text
    gone = client.post(
        "/forums/anmc21/members/hue/delete", data={"version": version(client, "/forums/anmc21")}
    )
    assert gone.status_code == 303
    with database.read() as session:
        assert len(session.scalars(sa.select(ForumMembership)).all()) == 2
        ours = sa.select(Event.action).where(Event.record_type == "forum").order_by(Event.id)
        actions = session.scalars(ours).all()
    assert actions[-2:] == ["forum.member_added", "forum.member_removed"]
    assert "Member left the forum" in client.get("/history?partner=hue").text
    assert client.post("/forums/anmc21/members/hue/delete", data={"version": "1"}).status_code == 404


def test_a_meeting_of_one_day_moves_as_one(client, database, forum):
    form = {"title": "Hội nghị", "starts_on": "10/09/2026", "place": "Tokyo", "host": "fukuoka"}
    assert client.post("/forums/anmc21/meetings", data=form).status_code == 303
    row = stored(database, ForumMeeting)
    assert (row.starts_on, row.ends_on) == (date(2026, 9, 10), date(2026, 9, 10))
    url = f"/forums/anmc21/meetings/{row.id}"
    client.post(url, data={"version": "1", "starts_on": "10/2026", "ends_on": "", "form_token": "2"})
    row = stored(database, ForumMeeting)
    month = (date(2026, 10, 1), DatePrecision.month)
    assert (row.starts_on, row.starts_precision) == (row.ends_on, row.ends_precision) == month
    wrong = client.post(
        url, data={"version": "2", "starts_on": "10/2026", "ends_on": "2025", "form_token": "3"}
    )
    assert wrong.status_code == 422
    assert 'id="f-ends_on-error"' in wrong.text
    assert client.post(f"{url}/delete", data={"version": "2", "form_token": "4"}).status_code == 303
    assert client.get(url).status_code == 404
    assert "Meeting taken out" in client.get("/history?partner=fukuoka").text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": " "}, "title"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "31/02/2026"}, "starts_on"),
        ({"ends_on": "2020"}, "ends_on"),
        ({"host": "atlantis"}, "host"),
        ({"place": "a\u202eb"}, "place"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_at_both_doors(client, call, forum, fields, wrong):
    form = {"title": "Hội nghị", "starts_on": "2026-09-10", "source": "kept as typed", **fields}
    page = client.post("/forums/anmc21/meetings", data=form)
    assert page.status_code == 422
    assert f'id="f-{wrong}-error"' in page.text
    assert "kept as typed" in page.text
    told = check_problem(call("POST", "/forums/anmc21/meetings", json=form), 422)
    assert told["errors"][0]["pointer"] == f"/{wrong}"


def test_a_viewer_reads_and_changes_nothing(as_, forum):
    viewer = as_("viewer")
    page = viewer.get("/forums/anmc21").text
    assert "/edit" not in page
    assert "/delete" not in page
    for url in ("/forums", "/forums/anmc21", "/forums/anmc21/members", "/forums/anmc21/meetings"):
        assert viewer.post(url, data={}).status_code == 403


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'O\'Brien & "Co" %_', "%(name)s", "محمد"])
def test_any_name_is_shown_as_it_is(client, make, stuck, name):
    row = make.forum(code="f", acronym=name[:60], name_vi=name, name_en=name, note=name, members=[stuck])
    meeting = make.meeting(row, title=name, place=name)
    for url in ("/forums", "/forums/f", "/forums/f/edit", f"/forums/f/meetings/{meeting.id}"):
        page = client.get(url).text
        assert "<script>alert" not in page
        assert name in html.unescape(page)


# ---- over REST


def test_entered_changed_and_read_again(call, make, stuck):
    made = call("POST", "/forums", json={"name_vi": "Mạng", "name_en": "Net", "basis": "reported"})
    assert (made.status_code, made.json()["id"]) == (201, "net")
    assert (
        call("POST", "/forums/net/members", json={"partner": "fukuoka"}).json()["members"][0]["status"]
        == "stuck"
    )
    body = call("POST", "/forums/net/meetings", json={"title": "Họp", "starts_on": "2026-09"}).json()
    meeting = body["meetings"][0]
    assert (meeting["starts_on"], meeting["ends_precision"]) == ("2026-09-01", "month")
    where = f"/forums/net/meetings/{meeting['id']}"
    check_problem(call("PATCH", where, json={"place": "Huế"}), 428)
    changed = call("PATCH", where, json={"place": "Huế"}, headers={"If-Match": '"1"'}).json()
    assert changed["meetings"][0]["place"] == "Huế"
    check_problem(call("DELETE", where, headers={"If-Match": '"1"'}), 412)
    assert call("DELETE", where, headers={"If-Match": '"2"'}).json()["meetings"] == []
    tag = {"If-Match": call("GET", "/forums/net").headers["etag"]}
    assert (
        call("PATCH", "/forums/net", json={"joined_on": "2013"}, headers=tag).json()["joined_precision"]
        == "year"
    )
    check_problem(call("DELETE", "/forums/net/members/fukuoka", headers=tag), 412)
    assert call("DELETE", "/forums/net/members/fukuoka", headers={"If-Match": "*"}).json()["members"] == []
    check_problem(call("GET", "/forums/nothing"), 404)
    check_problem(call("POST", "/forums/net/members", "read_key", json={"partner": "fukuoka"}), 403)


def test_pages_lose_and_repeat_nothing(call, make):
    with make.together():
        for n in range(7):
            make.forum(code=f"forum-{n}")
    found, url = [], "/forums?limit=2"
    while url:
        body = call("GET", url).json()
        found += [item["id"] for item in body["items"]]
        url = body["next"] and body["next"].partition("/api/v1")[2]
    assert found == [f"forum-{n}" for n in range(7)]


def test_one_record_and_forty_ask_the_same(client, make, forum, queries):
    make.meeting(forum)

    def costs():
        found = []
        for url in ("/forums", "/forums/anmc21"):
            with queries() as seen:
                page = client.get(url)
            assert len(page.content) < 60_000
            found.append(len(seen))
        return found

    few = costs()
    with make.together() as session:
        for n in range(30):
            make.forum(members=[partner := make.partner(friendship_since=date(2008, 1, 1))])
            session.add(ForumMembership(forum_id=forum.id, partner_id=partner.id))
            make.meeting(forum, starts_on=date(2010 + n, 5, 1))
    assert costs() == few
