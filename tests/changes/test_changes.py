"""What changed on one's partners since one was last here, and following a partner."""

import re
from datetime import timedelta

import sqlalchemy as sa

from app import clock
from app.models import Event, PartnerFollow, User
from tests.actors import PEOPLE
from tests.staging import staged

URL = "/partners/fukuoka"


@staged
def mine(make, officer):
    """A partner the officer looks after."""
    return make.partner(slug="fukuoka", name_en="Fukuoka", officer_id=officer.user_id)


def note(as_, text, who="manager", slug="fukuoka", **more):
    assert as_(who).post(f"/partners/{slug}/notes", data={"text": text, **more}).status_code == 303


def groups(page):
    return re.findall(r'<h2 id="of-([a-z]+)"', page)


def test_what_others_do_to_my_partners_is_told_and_my_own_acts_are_not(as_, mine, make, database):
    make.partner(slug="seoul")
    seen_all(as_, database)
    note(as_, "Của quản lý")
    note(as_, "Của tôi", who="officer")
    note(as_, "Không của tôi", slug="seoul")
    page = as_("officer").get("/changes").text
    assert groups(page) == ["fukuoka"]
    assert "Của quản lý" in page
    assert "Của tôi" not in page
    assert "Không của tôi" not in page


def seen_all(as_, database, who="officer"):
    with database.read() as session:
        last = session.scalar(sa.select(sa.func.max(Event.id)))
    assert as_(who).post("/changes/seen", data={"until": last}).status_code == 303


def test_marking_as_seen_keeps_what_came_meanwhile(as_, mine, database):
    seen_all(as_, database)
    note(as_, "Một")
    page = as_("officer").get("/changes").text
    until = re.search(r'name="until" value="(\d+)"', page)[1]
    note(as_, "Hai")
    as_("officer").post("/changes/seen", data={"until": until})
    page = as_("officer").get("/changes").text
    assert "Hai" in page
    assert "Một" not in page


def test_having_seen_more_is_not_undone_by_an_older_page(as_, mine, database):
    note(as_, "Một")
    seen_all(as_, database)
    as_("officer").post("/changes/seen", data={"until": "1"})
    assert "Nothing new" in as_("officer").get("/changes").text


def test_having_seen_is_no_change_of_the_account(as_, mine, database, officer):
    seen_all(as_, database)
    with database.read() as session:
        assert session.get(User, officer.user_id).version == 1


def test_a_change_of_the_standing_comes_first(as_, mine, database):
    from app.actor import system
    from app.history.service import tell
    from app.vocabulary import Door

    seen_all(as_, database)
    with database.write() as session:
        changes = {"status": ["on_track", "stuck"]}
        tell(
            session, system(Door.clock), "standing.changed", "standing", mine.id, changes, partners=[mine.id]
        )
    note(as_, "Sau cùng")
    page = as_("officer").get("/changes").text
    assert page.index("on track") < page.index("Sau cùng")


def test_what_is_older_than_a_month_is_left_to_the_partners_page(as_, mine, at):
    note(as_, "Cũ")
    at.instant(clock.now() + timedelta(days=31))
    assert "Cũ" not in as_("officer").get("/changes").text


def test_a_confidential_note_changes_nothing_for_others(as_, mine, database):
    seen_all(as_, database)
    note(as_, "Kín", confidential="true")
    page = as_("officer").get("/changes").text
    assert "Kín" not in page
    assert "Nothing new" in page


def test_my_work_tells_how_much_waits(as_, mine, database):
    seen_all(as_, database)
    assert "/changes" not in as_("officer").get("/?who=me").text.split('id="main"')[1]
    note(as_, "Một")
    note(as_, "Hai")
    assert "2 changes on your partners" in as_("officer").get("/?who=me").text


def test_the_page_asks_as_much_for_one_change_as_for_thirty(as_, mine, database, queries):
    seen_all(as_, database)
    note(as_, "Một")
    client = as_("officer")
    client.get("/changes")
    with queries() as one:
        client.get("/changes")
    for n in range(30):
        note(as_, f"Ghi chú {n}")
    client.get("/changes")
    with queries() as many:
        client.get("/changes")
    assert len(one) == len(many)


# ---- following


def test_who_follows_is_told_and_who_stops_is_not(as_, mine, database):
    viewer = as_("viewer")
    seen_all(as_, database, "viewer")
    assert f'action="{URL}/follow"' in viewer.get(URL).text
    for _ in range(2):
        assert viewer.post(f"{URL}/follow").status_code == 303
    note(as_, "Một")
    assert "Một" in viewer.get("/changes").text
    assert f'action="{URL}/unfollow"' in viewer.get(URL).text
    for _ in range(2):
        assert viewer.post(f"{URL}/unfollow").status_code == 303
    assert "Nothing new" in viewer.get("/changes").text
    with database.read() as session:
        acts = list(
            session.scalars(
                sa.select(Event.action).where(Event.action.like("partner.%followed")).order_by(Event.id)
            )
        )
        assert acts == ["partner.followed", "partner.unfollowed"]


def test_the_officer_need_not_follow(as_, mine):
    assert f'action="{URL}/follow"' not in as_("officer").get(URL).text


def test_that_somebody_follows_is_no_change(as_, mine, database):
    seen_all(as_, database)
    as_("viewer").post(f"{URL}/follow")
    assert "Nothing new" in as_("officer").get("/changes").text


def test_a_program_lets_somebody_follow(api, mine, database):
    key = api("admin_key")
    body = {"user": PEOPLE["viewer"].email}
    place = "/api/v1/partners/fukuoka"
    assert key.post(f"{place}/follow", json=body).json()["follows"] is True
    with database.read() as session:
        assert len(session.scalars(sa.select(PartnerFollow)).all()) == 1
    assert key.post(f"{place}/unfollow", json=body).json()["follows"] is False
    assert key.post(f"{place}/follow", json={"user": "nobody@x.example"}).status_code == 422
    assert api("write_key").post(f"{place}/follow", json=body).status_code == 403


def test_a_partner_that_is_none_cannot_be_followed(client):
    assert client.post("/partners/nowhere/follow").status_code == 404
