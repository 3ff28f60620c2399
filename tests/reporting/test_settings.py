"""The setting of the reporting year, on its page and over REST: for managers."""

from datetime import date

import pytest

from app.reporting.queries import last_report_date, reporting_period
from app.templating import LOCALE_COOKIE

URL, API = "/settings/reporting", "/api/v1/settings/reporting"
SENT = {"form_token": "r", "version": "0", "year_day": "1", "year_month": "1", "every": "month"}


@pytest.fixture
def boss(as_):
    client = as_("manager")
    client.cookies.set(LOCALE_COOKIE, "en")
    return client


def test_a_manager_sets_it_once_and_the_history_tells(boss, database, today):
    with database.read() as session:
        assert last_report_date(session, today) == date(2026, 6, 14)
    for _ in range(2):  # a double click
        assert boss.post(URL, data=SENT).status_code == 303
    with database.read() as session:
        assert last_report_date(session, today) == date(2026, 5, 31)
        assert reporting_period(session, today).last == date(2026, 6, 30)
    page = boss.get(URL).text
    assert page.count("Reporting year set") == 1
    assert "Month 6/2026" in page
    assert "1 Jun 2026 – 30 Jun 2026" in page


def test_what_was_opened_before_another_change_is_not_saved_over_it(boss):
    assert boss.post(URL, data=SENT).status_code == 303
    stale = boss.post(URL, data={**SENT, "form_token": "s", "year_day": "5"})
    assert stale.status_code == 409
    assert "manager changed this after you opened it" in stale.text
    assert 'value="5"' in stale.text
    again = {**SENT, "form_token": "t", "year_day": "5", "version": "1"}
    assert boss.post(URL, data=again).status_code == 303


@pytest.mark.parametrize(
    ("field", "text"),
    [("year_day", "31"), ("year_day", "0"), ("year_month", "13"), ("year_day", "9" * 30), ("every", "week"),
     ("year_day", "<b>")],
)  # fmt: skip
def test_what_no_year_can_begin_with_is_refused_alike_at_both_doors(boss, api, field, text):
    said = boss.post(URL, data={**SENT, field: text})
    assert said.status_code == 422
    assert f'id="f-{field}-error"' in said.text
    value = int(text) if text.isdigit() else text
    program = api("admin_key").patch(API, json={field: value}, headers={"If-Match": "*"})
    assert (program.status_code, program.json()["errors"][0]["pointer"]) == (422, f"/{field}")


def test_others_read_it_and_do_not_set_it(as_, api):
    for who in ("viewer", "officer"):
        assert as_(who).get(URL).status_code == 403
        assert as_(who).post(URL, data=SENT).status_code == 403
    assert api("read_key").patch(API, json={"year_day": 2}, headers={"If-Match": "*"}).status_code == 403
    found = api("read_key").get(API)
    assert found.json()["last_report_on"] == "2026-06-14"
    boss = api("admin_key")
    assert boss.patch(API, json={"every": "year"}).status_code == 428
    tag = {"If-Match": found.headers["etag"]}
    assert boss.patch(API, json={"every": "year"}, headers=tag).json()["last_report_on"] == "2025-12-14"
    assert boss.patch(API, json={"every": "month"}, headers=tag).status_code == 412
