"""People, organisations and forums in the trash: out of lists, menus and searches; past records name them."""

import pytest
import sqlalchemy as sa

from app.history import record
from app.models import DelegationMember, Event, Person
from tests.api.contract import check_problem
from tests.factories import MAKER
from tests.trash.test_trash import throw

NAMING = {"/people", "/api/v1/people", "/partners/fukuoka"}
NAMES = ("Sato Yuriko", "Sở Thương mại", "Mạng lưới CityNet")


@pytest.fixture
def world(make):
    """A partner with a mayor, a unit that leads a paper, owes work and employs somebody, a forum."""
    place = make.partner(slug="fukuoka", name_vi="Fukuoka", name_en="Fukuoka")
    person, clerk = make.person(name=NAMES[0]), make.person(name="Trần Văn Sơn")
    unit = make.unit(code="trade", name_vi=NAMES[1], name_en=NAMES[1])
    make.post(person, place, title_vi="Thị trưởng")
    make.post(clerk, unit, title_vi="Chuyên viên")
    forum = make.forum(code="citynet", name_vi=NAMES[2], name_en=NAMES[2], members=[place])
    paper = make.agreement(place, title="Bản ghi nhớ", lead_unit=unit)
    work = make.follow_up(place, unit_id=unit.id)
    visit = make.visit(place)
    with make.together() as session:
        member = DelegationMember(delegation_id=visit.id, person_id=person.id, name=person.name)
        record(session, MAKER, "delegation.member_added", member, partners=[place.id])
    return {
        "person": person, "clerk": clerk, "unit": unit, "forum": forum, "paper": paper, "work": work,
        "visit": visit, "urls": (f"/people/{person.id}", "/organisations/trade", "/forums/citynet"),
    }  # fmt: skip


def test_they_leave_lists_menus_and_searches_and_past_records_name_them(as_, api, world):
    manager, key = as_("manager"), api("admin_key")
    looked = (
        "/people", "/organisations", "/forums", "/search/suggest?q=sato", "/search/suggest?q=thuong",
        "/search/suggest?q=citynet", "/partners/fukuoka", "/partners?q=fukuoka", "/agreements/new",
        "/delegations/new", "/people/new", "/programmes/new", "/plan/items/new",
        "/api/v1/people", "/api/v1/organisations", "/api/v1/forums",
    )  # fmt: skip
    menus = "/follow-ups/new?partner=fukuoka"
    seen = {url: (key if url.startswith("/api") else manager).get(url).text for url in (*looked, menus)}
    assert all(any(name in text for text in seen.values()) for name in NAMES), "they are there to be missed"
    for url in world["urls"]:
        assert throw(manager, url, form_token=url).status_code == 303
    manager.get("/")  # tells what was thrown away last, once
    for url in looked:
        text = (key if url.startswith("/api") else manager).get(url).text
        # A clerk's post, the paper of a partner and the work owed to it go on naming the unit.
        missing = (NAMES[0], NAMES[2]) if url in NAMING else NAMES
        assert not [name for name in missing if name in text], url
        assert 'value="trade"' not in text, url
    assert NAMES[1] in manager.get(f"/agreements/{world['paper'].id}").text
    assert NAMES[1] in manager.get(f"/follow-ups/{world['work'].id}").text
    assert NAMES[0] in manager.get(f"/delegations/{world['visit'].id}").text
    clerk = manager.get(f"/people/{world['clerk'].id}").text
    assert NAMES[1] in clerk
    assert "/organisations/trade" not in clerk
    assert "partners/fukuoka" in manager.get("/partners?gap=no_person").text
    assert manager.get("/partners?forum=citynet").status_code == 422
    assert key.get("/api/v1/partners/fukuoka").json()["forums"] == []


def test_a_unit_in_the_trash_is_chosen_by_nobody_and_kept_where_it_stands(as_, api, make, world):
    throw(as_("manager"), "/organisations/trade")
    key = api("admin_key")
    other = make.agreement(make.partner(), title="Bản khác")
    for paper, code in ((world["paper"], 200), (other, 422)):
        path = f"/api/v1/agreements/{paper.id}"
        answer = key.patch(path, json={"lead_unit": "trade"}, headers={"If-Match": "*"})
        assert answer.status_code == code, answer.text
    path = f"/api/v1/agreements/{other.id}"
    units = {"support_units": ["trade"]}
    check_problem(key.patch(path, json=units, headers={"If-Match": "*"}), 422, "unknown_unit")
    # The form of what names it already saves it as it was.
    page = as_("manager").get(f"/agreements/{world['paper'].id}/edit").text
    assert '<option value="trade" selected>' in page
    assert "1 open follow-up that it owes stays open." not in page


def test_the_question_says_what_a_unit_still_owes(as_, world):
    page = as_("manager").get("/organisations/trade/delete").text
    assert "1 open follow-up that it owes stays open." in page


def test_a_person_in_the_trash_is_erased_all_the_same(as_, api, database, world):
    manager, url = as_("manager"), world["urls"][0]
    throw(manager, url)
    assert f'href="{url}/erasure"' in manager.get("/trash").text
    assert f'href="{url}/erasure"' not in as_("officer").get("/trash").text
    key = api("write_key")
    [item] = key.get("/api/v1/trash").json()["items"]
    assert item["title"] is None, "a key without the scope for people"
    assert api("admin_key").get("/api/v1/trash").json()["items"][0]["title"] == NAMES[0]
    page = manager.get(f"{url}/erasure").text
    assert 'href="/trash"' in page
    token = {"version": str(item["version"]), "form_token": "e"}
    assert manager.post(f"{url}/erasure", data=token).headers["location"] == "/trash"
    shown = manager.get("/trash").text
    assert NAMES[0] not in shown
    assert "Erased person" in shown
    with database.read() as session:
        row = session.scalars(sa.select(Person).where(Person.id == world["person"].id)).one()
        told = str(list(session.scalars(sa.select(Event.changes).where(Event.record_type == "person"))))
    assert (row.name, row.erased_at is not None, row.archived_at is not None) == ("", True, True)
    assert NAMES[0] not in told
    assert manager.post(f"{url}/restoration", data={"version": str(row.version)}).status_code == 303
    assert manager.get(url).status_code == 200


def test_the_same_erasure_over_rest(api, world):
    key, path = api("admin_key"), f"/api/v1{world['urls'][0]}"
    assert key.delete(path, headers={"If-Match": '"1"'}).status_code == 204
    check_problem(key.post(f"{path}/erasure", headers={"If-Match": '"1"'}), 412)
    answer = key.post(f"{path}/erasure", headers={"If-Match": '"2"'})
    assert (answer.status_code, answer.json()["name"]) == (200, None)
    assert key.get("/api/v1/trash").json()["items"][0]["title"] is None
