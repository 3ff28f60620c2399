"""Figures with source and day: two that disagree are both shown, and say so."""

from datetime import date

import pytest

from app.templating import LOCALE_COOKIE

API = "/api/v1/figures"
NEW = {"form_token": "f", "title": "Số nước đầu tư", "value": "80", "unit": "nước", "source": "document 004"}


@pytest.fixture
def page(as_):
    client = as_("officer")
    client.cookies.set(LOCALE_COOKIE, "en")
    return client


@pytest.fixture
def sixty(make):
    return make.figure(
        title="Số nước đầu tư", value=60, unit="nước", as_of=date(2014, 1, 1), source="document 000"
    )


def test_two_that_disagree_are_both_shown_as_disputed(page, api, sixty, make):
    make.figure(title="Số nước đầu tư", value=60, unit="nước", as_of=date(2020, 1, 1))
    assert page.get("/figures?disputed=true").text.count("<tbody>") == 0
    for _ in range(2):
        assert page.post("/figures", data=NEW).status_code == 303
    listed = page.get("/figures?disputed=true").text
    assert listed.count("row-sub late") == 3  # the one without a day speaks against every year
    shown = page.get(f"/figures/{sixty.id}").text
    assert "<strong>80</strong>" in shown
    assert "document 004" in shown
    told = api("read_key").get(f"{API}?disputed=true").json()["items"]
    assert sorted(item["value"] for item in told) == [60, 60, 80]
    assert all(item["disputed"] and item["against"] for item in told)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": "many"}, "value"),
        ({"value": "1e400"}, "value"),
        ({"value": "nan"}, "value"),
        ({"source": ""}, "source"),
        ({"title": ""}, "title"),
        ({"as_of": "31/02/2014"}, "as_of"),
        ({"partner": "nowhere"}, "partner"),
        ({"qualifier": "maybe"}, "qualifier"),
    ],
)
def test_what_is_no_figure_is_refused_alike_at_both_doors(page, api, change, field):
    said = page.post("/figures", data=NEW | change)
    assert said.status_code == 422
    assert f'id="f-{field}-error"' in said.text
    sent = {k: v for k, v in (NEW | change).items() if k != "form_token"}
    told = api("write_key").post(API, json=sent)
    assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, f"/{field}")


def test_a_figure_is_corrected_by_who_has_read_it_and_goes_to_the_trash(page, api, as_, sixty):
    edit = NEW | {"value": "61,5", "version": "1", "title": "<script>"}
    assert page.post(f"/figures/{sixty.id}", data=edit).status_code == 303
    stale = page.post(f"/figures/{sixty.id}", data=edit | {"form_token": "g"})
    assert (stale.status_code, 'value="61,5"' in stale.text) == (409, True)
    shown = page.get(f"/figures/{sixty.id}").text
    assert "&lt;script&gt;" in shown
    assert "61.5" in shown
    program = api("write_key")
    found = program.get(f"{API}/{sixty.id}")
    assert program.patch(f"{API}/{sixty.id}", json={"value": 62}).status_code == 428
    tag = {"If-Match": found.headers["etag"]}
    assert program.patch(f"{API}/{sixty.id}", json={"value": 62}, headers=tag).json()["value"] == 62
    assert program.patch(f"{API}/{sixty.id}", json={"value": 63}, headers=tag).status_code == 412
    assert as_("viewer").post("/figures", data=NEW).status_code == 403
    assert api("read_key").post(API, json={}).status_code == 403
    assert program.delete(f"{API}/{sixty.id}", headers={"If-Match": "*"}).status_code in (200, 204)
    assert page.get(f"/figures/{sixty.id}").status_code == 404
    assert program.get(API).json()["items"] == []


def test_a_list_takes_as_many_statements_for_one_as_for_many(page, make, queries):
    def count():
        with queries() as seen:
            assert page.get("/figures").status_code == 200
        return len(seen)

    make.figure(partner_id=make.partner().id)
    few = count()
    for n in range(5):
        make.figure(title=f"indicator {n}")
    assert count() == few
