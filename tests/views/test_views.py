"""Saved views: a list under a name, with its filters; one's own, or shared by managers."""

import re
from html import unescape

import pytest

from tests.api.contract import check_problem

LISTS = ("/partners", "/review", "/follow-ups", "/delegations", "/agreements", "/programmes", "/people",
         "/organisations", "/pushes", "/forums")  # fmt: skip


def save(browser, url, name="Châu Âu", token="t", **more):
    return browser.post("/views", data={"url": url, "name": name, "form_token": token, **more})


def menu_of(page):
    """The menu's title and the addresses of its views."""
    part = re.search(r'<details class="menu menu-start facet views.*?</details>', page, re.S)[0]
    title = re.sub(r"<[^>]+>", "", re.search(r"<summary.*?</summary>", part, re.S)[0]).strip()
    return title, [unescape(u) for u in re.findall(r'<a href="([^"]*saved=\d+[^"]*)"', part)], part


@pytest.mark.parametrize("path", LISTS)
def test_every_list_keeps_and_opens_a_view(client, path):
    answer = save(client, f"{path}?page=1&saved=9")
    assert answer.status_code == 303
    where = answer.headers["location"]
    assert re.fullmatch(re.escape(path) + r"\?saved=\d+", where)
    page = client.get(where)
    assert page.status_code == 200
    title, urls, _ = menu_of(page.text)
    assert (title, urls) == ("Châu Âu", [where])


def test_a_view_of_the_plan_follows_the_year_and_one_of_another_year_stays_there(client, make, at):
    with make.together():
        for year in (2025, 2026, 2027):
            make.plan_item(make.plan(year=year), title=f"Đoàn {year}")
    page = client.get("/plan/2026?state=open&kind=delegation&page=1").text
    assert 'name="url" value="/plan?kind=delegation&amp;state=open"' in page
    where = save(client, "/plan?state=open", name="Chưa làm").headers["location"]
    assert menu_of(client.get(where).text)[0] == "Chưa làm"
    assert "Đoàn 2026" in client.get(where).text
    assert 'name="url" value="/plan?year=2025"' in client.get("/plan/2025").text
    old = save(client, "/plan?year=2025", name="Năm trước", token="u").headers["location"]
    shown = client.get(old, follow_redirects=True)
    assert "Đoàn 2025" in shown.text
    assert menu_of(shown.text)[0] == "Năm trước"
    at("2027-06-15")
    assert "Đoàn 2027" in client.get(where).text
    assert "Đoàn 2025" in client.get(old, follow_redirects=True).text


def test_a_view_is_changed_saved_again_renamed_and_deleted(client):
    where = save(client, "/partners?tier=priority&region=europe&page=2").headers["location"]
    assert where.endswith("region=europe&tier=priority")
    view_id = re.search(r"saved=(\d+)", where)[1]
    other = client.get(f"{where}&status=stuck").text
    title, _, part = menu_of(other)
    assert title == "Châu Âu changed"
    assert f'href="?saved={view_id}&amp;' in other, "the filters' links keep the view that is open"
    hidden = dict(re.findall(r'name="(url|version|form_token)" value="([^"]*)"', part.split("</form>")[0]))
    answer = client.post(f"/views/{view_id}", data={k: unescape(v) for k, v in hidden.items()})
    assert "status=stuck" in answer.headers["location"]
    title, _, _ = menu_of(client.get(answer.headers["location"]).text)
    assert title == "Châu Âu"
    # The same list reached by hand is recognised, whatever the order of its filters.
    assert menu_of(client.get("/partners?status=stuck&tier=priority&region=europe").text)[0] == "Châu Âu"

    taken = save(client, "/partners", name="châu âu", token="u")
    assert taken.status_code == 422
    assert 'value="châu âu"' in taken.text
    assert save(client, "/partners", name="<script>", token="v").status_code == 303
    page = client.get("/views").text
    assert "&lt;script&gt;" in page
    renamed = client.post(f"/views/{view_id}", data={"name": "Âu", "version": "2", "form_token": "r"})
    assert renamed.headers["location"] == "/views"
    stale = client.post(f"/views/{view_id}", data={"name": "Khác", "version": "2", "form_token": "s"})
    assert stale.status_code == 409
    assert 'value="Khác"' in stale.text
    gone = client.post(f"/views/{view_id}/delete", data={"version": "3", "form_token": "d"})
    assert gone.headers["location"] == "/views"
    page = client.get("/views").text
    assert 'value="Âu"' not in page
    undo = f"/views/{view_id}/restoration?version=4"
    assert f'action="{undo}"' in page, "the toast can undo it"
    assert client.get(where).status_code == 200, "an address with a deleted view still opens its list"
    assert client.post(f"/views/{view_id}/restoration").status_code == 422
    assert [client.post(undo).status_code for _ in range(2)] == [303, 303], (
        "a double click brings it back once"
    )
    assert 'value="Âu"' in client.get("/views").text


def test_sent_twice_it_is_kept_once(client):
    assert [save(client, "/partners").status_code for _ in range(2)] == [303, 303]
    assert client.get("/views").text.count('class="views-row"') == 1


def test_a_managers_view_is_for_everybody_and_an_officers_own_for_none_other(as_, client):
    manager, other, viewer = as_("manager"), as_("other_officer"), as_("viewer")
    own = save(client, "/partners?status=stuck", name="Riêng").headers["location"]
    own_id = re.search(r"saved=(\d+)", own)[1]
    assert save(client, "/partners", shared="true", token="x").status_code == 403
    shared = save(manager, "/partners?tier=wide", name="Chung", shared="true").headers["location"]
    shared_id = re.search(r"saved=(\d+)", shared)[1]
    for reader in (other, viewer):
        page = reader.get("/partners").text
        assert menu_of(page)[1] == [shared]
        assert "Riêng" not in reader.get("/views").text
        assert menu_of(reader.get(own).text)[0] == "Views"
    change = {"name": "X", "version": "1", "form_token": "c"}
    assert other.post(f"/views/{own_id}", data=change).status_code == 404
    assert manager.post(f"/views/{own_id}", data=change).status_code == 404
    assert other.post(f"/views/{shared_id}", data=change).status_code == 403
    assert f"/views/{shared_id}/delete" not in other.get("/views").text
    assert as_("admin").post(f"/views/{shared_id}", data=change).status_code == 303
    assert save(viewer, "/partners", name="Của tôi").status_code == 303
    assert "Riêng" not in manager.get("/history").text


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"url": "https://evil.example/"}, "no_list_address"),
        ({"url": "//evil.example"}, "no_list_address"),
        ({"url": "/partners\r\nx"}, "no_list_address"),
        ({"url": "/partners?q=" + "a" * 2000}, "no_list_address"),
        ({"name": "n" * 81}, "too_long"),
        ({"name": ""}, "required"),
        ({"shared": False}, "programs_share_views"),
    ],
)
def test_a_fault_is_a_problem(api, fields, code):
    body = {"name": "n", "url": "/partners", "shared": True, **fields}
    check_problem(api("admin_key").post("/api/v1/views", json=body), 422, code)


def test_programs_share_views(api, client):
    writer = api("admin_key")
    made = writer.post("/api/v1/views", json={"name": "API", "url": "/review?view=parked", "shared": True})
    assert made.status_code == 201
    where, tag = made.headers["location"], made.headers["etag"]
    assert made.json()["url"] == f"/review?saved={made.json()['id']}&view=parked"
    assert menu_of(client.get("/review?view=parked").text)[0] == "API"
    check_problem(writer.patch(where, json={"name": "B"}), 428)
    changed = writer.patch(where, json={"name": "B"}, headers={"If-Match": tag})
    assert changed.json()["name"] == "B"
    assert [v["name"] for v in api("read_key").get("/api/v1/views").json()["items"]] == ["B"]
    check_problem(
        api("write_key").post("/api/v1/views", json={"name": "C", "url": "/x", "shared": True}), 403
    )
    assert writer.delete(where, headers={"If-Match": changed.headers["etag"]}).status_code == 204
    check_problem(writer.get(where), 404)
    assert writer.post(f"{where}/restoration").json()["name"] == "B"
    check_problem(writer.get("/api/v1/partners?saved=1"), 422, "unknown_parameter")
