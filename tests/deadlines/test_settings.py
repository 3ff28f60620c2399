"""The settings of deadlines, on the page and over REST: for administrators alone."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.deadlines.queries import holidays, rule_on
from app.models import Holiday, ProcedureRule
from app.templating import LOCALE_COOKIE
from app.vocabulary import ProcedureCode
from tests.staging import staged

URL = "/settings/deadlines"
RULE = {
    "form_token": "r",
    "code": "opinions",
    "days": "5",
    "day_kind": "working",
    "valid_from": "2026-07-01",
    "legal_basis": "Luật sửa đổi",
}
DAYS = {"form_token": "d", "on": "2027-09-02", "until": "2027-09-03", "name_vi": "Quốc khánh", "year": "2027"}


@staged
def rule(make):
    return make.rule(ProcedureCode.opinions)


@pytest.fixture
def admin_page(as_):
    client = as_("admin")
    client.cookies.set(LOCALE_COOKIE, "en")
    return client


def test_a_new_rule_holds_from_its_day_and_the_old_one_until_then(admin_page, rule, database):
    assert admin_page.post(f"{URL}/rules", data=RULE).status_code == 303
    with database.read() as session:
        assert rule_on(session, ProcedureCode.opinions, date(2026, 6, 30)).days == 7
        assert rule_on(session, ProcedureCode.opinions, date(2026, 7, 1)).days == 5
    page = admin_page.get(URL).text
    assert "Luật sửa đổi" in page
    assert "1 Jul 2026" in page


def test_sent_twice_it_is_entered_once(admin_page, rule, database):
    for _ in range(2):
        assert admin_page.post(f"{URL}/rules", data=RULE).status_code == 303
        assert admin_page.post(f"{URL}/holidays", data=DAYS).status_code == 303
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ProcedureRule)) == 2
        assert session.scalar(sa.select(sa.func.count()).select_from(Holiday)) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"valid_from": "2020-01-01"}, "A rule must hold from a day after"),
        ({"days": "0"}, "aria-invalid"),
        ({"days": "bảy"}, "aria-invalid"),
        ({"legal_basis": ""}, "aria-invalid"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_what_was_typed_is_kept(admin_page, rule, wrong, said):
    answer = admin_page.post(f"{URL}/rules", data={**RULE, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert (
        f'value="{RULE["valid_from"] if "valid_from" not in wrong else wrong["valid_from"]}"' in answer.text
    )


def test_the_latest_rule_is_corrected_until_a_case_begins_under_it(admin_page, rule, database):
    sent = {**RULE, "version": "1", "days": "8"}
    sent.pop("code")
    stale = admin_page.post(f"{URL}/rules/{rule.id}", data={**sent, "version": "7", "form_token": "s"})
    assert stale.status_code == 409
    assert 'value="Luật sửa đổi"' in stale.text
    assert admin_page.post(f"{URL}/rules/{rule.id}", data=sent).status_code == 303
    with database.read() as session:
        assert session.get(ProcedureRule, rule.id).days == 8


def test_days_off_are_entered_in_a_row_and_taken_out_again(admin_page, database):
    assert admin_page.post(f"{URL}/holidays", data=DAYS).headers["location"] == f"{URL}?year=2027#holidays"
    page = admin_page.get(f"{URL}?year=2027").text
    assert "Quốc khánh" in page
    key, version = re.search(r"holidays/(\d+)/delete.*?name=\"version\" value=\"(\d+)\"", page, re.S).groups()
    gone = admin_page.post(f"{URL}/holidays/{key}/delete", data={"version": version, "form_token": "x"})
    assert gone.status_code == 303
    with database.read() as session:
        assert holidays(session).off == {date(2027, 9, 3)}
    again = admin_page.post(f"{URL}/holidays", data={**DAYS, "form_token": "y"})
    assert again.status_code == 422
    assert "is entered already" in again.text


@pytest.mark.parametrize("year", ["1", "99999", "-5"])
def test_a_year_that_is_none_shows_the_present_one(admin_page, database, year):
    assert "Days off in 2026" in admin_page.get(f"{URL}?year={year}").text


@pytest.mark.parametrize("who", ["viewer", "officer", "manager"])
def test_only_administrators_come_here(as_, rule, who):
    client = as_(who)
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}/rules", data=RULE).status_code == 403
    assert client.post(f"{URL}/holidays", data=DAYS).status_code == 403


def test_the_same_over_rest(api, rule, database):
    admin, url = api("admin_key"), f"/api/v1{URL}"
    data = {**RULE, "days": 5}
    data.pop("form_token")
    made = admin.post(f"{url}/rules", json=data)
    assert made.status_code == 201, made.text
    patched = admin.patch(
        f"{url}/rules/{made.json()['id']}", json={"days": 6}, headers={"If-Match": made.headers["etag"]}
    )
    assert patched.json()["days"] == 6
    shown = api("read_key").get(f"{url}/rules").json()["items"]
    assert [(row["days"], row["valid_to"]) for row in shown] == [(6, None), (7, "2026-07-01")]
    off = admin.post(
        f"{url}/holidays", json={"on": "2027-09-02", "until": "2027-09-03", "name_vi": "Quốc khánh"}
    )
    assert [row["on"] for row in off.json()["items"]] == ["2027-09-02", "2027-09-03"]
    first = f"{url}/holidays/{off.json()['items'][0]['id']}"
    assert admin.delete(first).status_code == 428
    assert admin.delete(first, headers={"If-Match": '"1"'}).status_code == 204
    assert [row["on"] for row in api("read_key").get(f"{url}/holidays").json()["items"]] == ["2027-09-03"]


@pytest.mark.parametrize("key", ["read_key", "write_key"])
def test_other_keys_only_read(api, rule, key):
    data = {**RULE, "days": 5}
    data.pop("form_token")
    assert api(key).post(f"/api/v1{URL}/rules", json=data).status_code == 403


def test_the_page_takes_the_same_statements_for_few_days_and_many(admin_page, make, queries):
    counted = []
    for month in (1, 2):
        with make.together():
            make.rule(valid_from=date(2021 + month, 1, 1))
            for day in range(1, 10 * month):
                make.holiday(date(2026, month, day))
        with queries() as seen:
            assert admin_page.get(URL).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1]
