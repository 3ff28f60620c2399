"""Archive and restore: one way for every kind, at both doors; nothing is lost and nothing is orphaned."""

import re

import pytest
import sqlalchemy as sa

from app.models import Event, StandingRow
from app.standings.check import standing_differences
from app.trash.kinds import BY_COLLECTION, KINDS
from app.vocabulary import Rung
from tests.api.contract import check_problem
from tests.staging import staged

COLLECTIONS = [kind.collection for kind in KINDS]
BOSS = "manager"
MANAGED = {"partners", "organisations"}


@staged
def place(make):
    return make.partner(slug="fukuoka", name_vi="Fukuoka", name_en="Fukuoka")


@pytest.fixture
def put(make, place):
    """One record of a collection; its address."""

    def one(collection):
        makers = {
            "partners": lambda: place,
            "delegations": lambda: make.visit(place, title="Hồ sơ thử"),
            "agreements": lambda: make.agreement(place, title="Hồ sơ thử"),
            "follow-ups": lambda: make.follow_up(place, title="Hồ sơ thử"),
            "programmes": lambda: make.programme(place, title="Hồ sơ thử"),
            "interactions": lambda: make.interaction(place, title="Hồ sơ thử"),
            "people": lambda: make.person(name="Hồ sơ thử"),
            "organisations": lambda: make.unit(name_vi="Hồ sơ thử", name_en="Hồ sơ thử"),
            "forums": lambda: make.forum(name_vi="Hồ sơ thử", name_en="Hồ sơ thử"),
            "figures": lambda: make.figure(title="Hồ sơ thử"),
        }
        row = makers[collection]()
        return f"/{collection}/{getattr(row, BY_COLLECTION[collection].key)}"

    return one


def throw(client, url, version=1, **more):
    return client.post(f"{url}/delete", data={"version": str(version), "form_token": "t", **more})


def told(database, action):
    with database.read() as session:
        return list(session.scalars(sa.select(Event).where(Event.action == action).order_by(Event.id)))


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_what_is_thrown_away_leaves_its_page_and_comes_back_as_it_was(as_, database, put, collection):
    client, url = as_(BOSS), put(collection)
    before = client.get(url).text
    assert f'href="{url}/delete"' in client.get(f"{url}/edit" if collection == "partners" else url).text
    assert 'name="version" value="1"' in client.get(f"{url}/delete").text
    answer = throw(client, url)
    assert answer.status_code == 303
    page = client.get(url)
    assert page.status_code == 404
    assert "This record is in the trash." in page.text
    assert f'action="{url}/restoration"' in page.text
    shown = client.get("/trash").text
    assert f'action="{url}/restoration"' in shown
    assert "manager" in shown
    back = client.post(f"{url}/restoration", data={"version": "2"})
    assert back.headers["location"] == url
    # The last line of history apart, and the day's tokens, the page is what it was.
    assert client.get(url).status_code == 200
    assert client.get("/trash").text.count("/restoration") == 0
    name = BY_COLLECTION[collection].name
    assert len(told(database, f"{name}.archived")) == len(told(database, f"{name}.restored")) == 1
    assert "Hồ sơ thử" in before or collection == "partners"


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_toast_takes_it_back(as_, put, collection):
    client, url = as_(BOSS), put(collection)
    page = client.get(throw(client, url).headers["location"]).text
    undo = re.search(rf'action="({url}/restoration\?version=2)"', page)
    assert undo, page
    assert client.post(undo[1]).headers["location"] == url
    assert client.get(url).status_code == 200
    # Pressed twice it is told once more, not done again.
    assert client.post(undo[1]).headers["location"] == url


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_to_those_who_may_not_restore_it_does_not_exist(as_, put, collection):
    url = put(collection)
    throw(as_(BOSS), url)
    page = as_("viewer").get(url)
    assert page.status_code == 404
    assert "restoration" not in page.text
    assert "Hồ sơ thử" not in page.text
    officers = as_("officer").get(url)
    assert officers.status_code == 404
    assert ("restoration" in officers.text) == (collection not in MANAGED)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_same_over_rest(api, database, put, collection):
    url = put(collection)
    client, path = api("admin_key"), f"/api/v1{url}"
    check_problem(client.delete(path), 428)
    check_problem(client.delete(path, headers={"If-Match": '"9"'}), 412)
    answer = client.delete(path, headers={"If-Match": '"1-abc"'})
    assert (answer.status_code, answer.content) == (204, b"")
    check_problem(client.delete(path, headers={"If-Match": "*"}), 404)
    [item] = client.get("/api/v1/trash").json()["items"]
    assert (item["kind"], item["restoration"]) == (collection, f"{path}/restoration")
    assert item["archived_by"] == "admin_key"
    assert client.get(f"/api/v1/trash?kind={collection}").json()["items"] == [item]
    check_problem(client.post(f"{path}/restoration", headers={"If-Match": '"1"'}), 412)
    again = [client.post(f"{path}/restoration", headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [a.status_code for a in again] == [200, 200]
    assert again[0].json() == again[1].json()
    assert again[0].json()["version"] == 3
    check_problem(client.post(f"{path}/restoration"), 409)
    assert client.get("/api/v1/trash").json()["items"] == []


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_who_may(as_, api, stranger, put, collection):
    url = put(collection)
    least = "manager" if collection in MANAGED else "officer"
    for who in ("viewer", "officer") if least == "manager" else ("viewer",):
        assert throw(as_(who), url).status_code == 403
        assert as_(who).get(f"{url}/delete").status_code == 403
    assert throw(stranger, url).status_code == 401
    key = "write_key" if least == "manager" else "read_key"
    check_problem(api(key).delete(f"/api/v1{url}", headers={"If-Match": "*"}), 403)
    check_problem(api(None).delete(f"/api/v1{url}"), 401)
    assert throw(as_(least), url).status_code == 303
    assert as_("viewer").post(f"{url}/restoration?version=2").status_code == 403


def test_who_may_look_into_the_trash(as_, api):
    assert as_("viewer").get("/trash").status_code == 403
    assert as_("officer").get("/trash").status_code == 200
    check_problem(api("read_key").get("/api/v1/trash"), 403)


def test_a_stale_page_throws_nothing_away(client, make, place):
    work = make.follow_up(place)
    client.post(f"/follow-ups/{work.id}/done", data={"version": "1", "form_token": "x"})
    page = throw(client, f"/follow-ups/{work.id}")
    assert page.status_code == 409
    assert 'name="version" value="2"' in page.text
    assert client.get(f"/follow-ups/{work.id}").status_code == 200


def test_an_undo_that_comes_too_late_is_refused_in_words(client, as_, make, place):
    work = make.follow_up(place)
    url = f"/follow-ups/{work.id}"
    throw(client, url)
    as_("other_officer").post(f"{url}/restoration?version=2")
    as_("other_officer").post(f"{url}/done", data={"version": "3", "form_token": "x"})
    answer = client.post(f"{url}/restoration?version=2")
    assert answer.status_code == 409
    assert "<html" in answer.text
    assert client.get(url).status_code == 200


def test_standings_follow(as_, make, place, database):
    client, paper = as_(BOSS), make.agreement(place, sectors=[make.sector()], lead_unit=make.unit())

    def rung():
        with database.read() as session:
            assert not list(standing_differences(session))
            return session.scalar(sa.select(StandingRow.rung).where(StandingRow.partner_id == place.id))

    assert rung() == Rung.framework
    throw(client, f"/agreements/{paper.id}")
    assert rung() == Rung.none
    client.post(f"/agreements/{paper.id}/restoration?version=2")
    assert rung() == Rung.framework


def test_the_follow_ups_of_a_delegation_stay_and_say_where_it_is(client, make, place):
    visit = make.visit(place, title="Đoàn tháng ba")
    work = make.follow_up(place, delegation=visit)
    assert (
        "1 open follow-up that grew out of it stays open."
        in client.get(f"/delegations/{visit.id}/delete").text
    )
    throw(client, f"/delegations/{visit.id}")
    page = client.get(f"/follow-ups/{work.id}").text
    assert "Đoàn tháng ba" in page
    assert "in the trash" in page
    assert f'href="/delegations/{visit.id}' not in page
    assert f'href="/delegations/{visit.id}' not in client.get("/follow-ups?who=all").text


def test_a_partner_in_the_trash_is_in_no_list_and_its_name_stays_taken(as_, api, client, make, place):
    work = make.follow_up(place)
    throw(as_(BOSS), "/partners/fukuoka")
    for path in ("/partners", "/review", "/search?q=fukuoka"):
        assert "/partners/fukuoka" not in client.get(path).text, path
    assert "fukuoka" not in api("read_key").get("/api/v1/standings").text
    check_problem(api("read_key").get("/api/v1/partners/fukuoka"), 404)
    listed = client.get("/follow-ups?who=all").text
    assert f"/follow-ups/{work.id}" in listed
    assert "<bdi>Fukuoka</bdi>" in listed
    assert "/partners/fukuoka" not in listed
    twin = {"name_vi": "Fukuoka", "name_en": "Fukuoka City", "country": "JP", "kind": "city"}
    answer = api("write_key").post("/api/v1/partners", json={**twin, "region": "northeast_asia"})
    check_problem(answer, 422, "partner_in_trash", "/name_vi")


def test_links_to_what_is_in_the_trash_are_left_out(client, make, place):
    paper = make.agreement(place, title="Bản gốc")
    later = make.agreement(place, title="Bản sửa", amends_id=paper.id)
    run = make.programme(place, agreement=paper)
    letter = make.interaction(place, title="Thư đi")
    reply = make.interaction(place, answers_id=letter.id)
    for url in (f"/agreements/{paper.id}", f"/interactions/{letter.id}"):
        throw(client, url, form_token=url)
    for url in (f"/agreements/{later.id}", f"/programmes/{run.id}", f"/interactions/{reply.id}"):
        page = client.get(url)
        assert page.status_code == 200
        assert f'href="/agreements/{paper.id}"' not in page.text
        assert f'href="/interactions/{letter.id}"' not in page.text


@pytest.mark.parametrize(
    "query", ["kind=users", "page=2", "page=0", "sort=x", "kind=agreements&kind=partners"]
)
def test_a_filter_that_means_nothing_is_refused(client, query):
    assert client.get(f"/trash?{query}").status_code == 422


def test_pages_of_the_trash_follow_each_other(api, make, place):
    rows = [make.follow_up(place, title=f"việc {n}") for n in range(5)]
    client = api("write_key")
    for row in rows:
        client.delete(f"/api/v1/follow-ups/{row.id}", headers={"If-Match": "*"})
    first = client.get("/api/v1/trash?limit=3").json()
    second = client.get(first["next"]).json()
    seen = [int(item["id"]) for item in first["items"] + second["items"]]
    assert seen == [row.id for row in reversed(rows)]
    assert second["next"] is None
    check_problem(client.get("/api/v1/trash?kind=users"), 422)


def test_one_and_forty_ask_the_same(client, make, place, queries):
    def fill(count):
        for _ in range(count):
            throw(client, f"/follow-ups/{make.follow_up(place).id}", form_token=str(_) + str(count))

    fill(1)
    with queries() as one:
        client.get("/trash")
    fill(20)
    with queries() as many:
        page = client.get("/trash")
    assert len(one) == len(many), many
    assert len(page.content) < 60_000


def test_an_address_that_is_none_is_plainly_not_there(client):
    for path in ("/agreements/999", "/agreements/x", "/agreements/99999999999", "/partners/none", "/nothing"):
        assert client.get(path).status_code in {404, 422}
        assert "in the trash" not in client.get(path).text
