"""The door: who gets in, what a wrong word costs, and how long one stays."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.service import MOST_FAILURES
from app.auth import sessions
from app.config import settings
from app.models import SignInFailure, User, UserSession
from tests.actors import PASSWORD, PEOPLE

OFFICER = PEOPLE["officer"].email


def enter(client, email=OFFICER, password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def test_the_page_asks_and_says_whose_register_this_is(stranger):
    page = stranger.get("/sign-in")
    assert page.status_code == 200
    assert settings().department_vi in page.text
    assert 'name="email"' in page.text
    assert 'name="password"' in page.text


def test_signing_in_leads_to_where_one_wanted_to_go(as_):
    stranger = as_("stranger")
    asked = stranger.get("/settings/users?x=1")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/settings/users%3Fx%3D1")
    answer = enter(stranger, PEOPLE["admin"].email, next="/settings/users?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/users?x=1")
    assert stranger.get("/settings/users").status_code == 200


def test_the_address_may_be_typed_in_any_case(stranger):
    assert enter(stranger, f"  {OFFICER.upper()} ").status_code == 303


def test_wrong_and_unknown_get_the_same_answer(as_):
    wrong = enter(as_("stranger"), OFFICER, "not this one")
    unknown = enter(as_("stranger"), "nobody@city.example", "not this one")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace(OFFICER, "X") == unknown.text.replace("nobody@city.example", "X")
    assert "set-cookie" not in wrong.headers


def test_a_closed_account_gets_the_answer_of_a_wrong_password(database, as_):
    with database.write() as session:
        session.execute(sa.update(User).where(User.email == OFFICER).values(disabled_at=clock.now()))
    assert enter(as_("stranger")).status_code == 401


@pytest.mark.parametrize(
    "where", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\nb", ""]
)
def test_nobody_is_sent_to_another_site(stranger, where):
    assert enter(stranger, next=where).headers["location"] == "/"
    page = stranger.get("/sign-in", params={"next": where})
    assert 'name="next" value="/"' in page.text


def fail(client, times, email=OFFICER):
    return [enter(client, email, "wrong").status_code for _ in range(times)]


def test_an_account_is_shut_after_thirty_failures_and_opens_by_itself(stranger, at, today):
    assert set(fail(stranger, MOST_FAILURES)) == {401}
    shut = enter(stranger)
    assert shut.status_code == 429
    assert 1 <= int(shut.headers["retry-after"]) <= 15 * 60 + 1
    assert shut.headers["retry-after"] in shut.text
    at.instant(
        datetime.combine(today, datetime.min.time(), ZoneInfo("Asia/Ho_Chi_Minh"))
        + timedelta(hours=10, minutes=16)
    )
    assert enter(stranger).status_code == 303


def test_an_address_is_shut_after_thirty_failures_on_any_accounts(stranger):
    assert set(fail(stranger, MOST_FAILURES // 2, "one@city.example")) == {401}
    assert set(fail(stranger, MOST_FAILURES // 2, "two@city.example")) == {401}
    assert enter(stranger).status_code == 429


def test_an_account_is_shut_for_every_address(database, stranger):
    fail(stranger, MOST_FAILURES)
    with database.write() as session:
        session.execute(sa.delete(SignInFailure).where(SignInFailure.subject.startswith("address:")))
    assert enter(stranger).status_code == 429


def test_success_forgives_what_was_mistyped(stranger):
    fail(stranger, MOST_FAILURES - 1)
    assert enter(stranger).status_code == 303
    assert set(fail(stranger, 1)) == {401}


def test_signing_in_makes_a_new_session_and_ends_the_one_before(as_):
    def token_after(held):
        browser = as_("stranger")
        browser.cookies.set(sessions.cookie_name(), held)
        return enter(browser).cookies[sessions.cookie_name()]

    def worth(token):
        browser = as_("stranger")
        browser.cookies.set(sessions.cookie_name(), token)
        return browser.post("/settings/users").status_code != 401

    first = token_after("planted by somebody")
    assert first != "planted by somebody"
    assert worth(first)
    second = token_after(first)
    assert second != first
    assert not worth(first)
    assert worth(second)


def test_only_the_hash_of_a_session_is_stored(database, stranger):
    enter(stranger)
    token = stranger.cookies[sessions.cookie_name()]
    with database.read() as session:
        stored = set(session.scalars(sa.select(UserSession.token_hash)))
    assert token not in stored
    assert sessions.hashed(token) in stored


def test_signing_out_ends_the_session_on_the_server(as_):
    browser = as_("stranger")
    enter(browser, PEOPLE["admin"].email)
    token = browser.cookies[sessions.cookie_name()]
    answer = browser.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    browser.cookies.set(sessions.cookie_name(), token)
    assert browser.get("/settings/users").headers["location"].startswith("/sign-in")


def test_signing_out_twice_does_no_harm(stranger):
    assert [stranger.post("/sign-out").status_code for _ in range(2)] == [303, 303]


NOON = datetime(2026, 6, 15, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def stays(browser):
    return browser.get("/settings/users").status_code == 200


def test_an_idle_session_ends(at, as_):
    at.instant(NOON)
    browser = as_("stranger")
    enter(browser, PEOPLE["admin"].email)
    at.instant(NOON + timedelta(hours=settings().session_idle_hours, minutes=-1))
    assert stays(browser)
    at.instant(NOON + timedelta(hours=2 * settings().session_idle_hours, minutes=-2))
    assert stays(browser), "it was used in between"
    at.instant(NOON + timedelta(hours=3 * settings().session_idle_hours))
    assert not stays(browser)


def test_a_session_ends_however_much_it_is_used(at, as_):
    at.instant(NOON)
    browser = as_("stranger")
    enter(browser, PEOPLE["admin"].email)
    step = timedelta(hours=settings().session_idle_hours) - timedelta(hours=1)
    moment = NOON
    while moment + step < NOON + timedelta(days=settings().session_days):
        moment += step
        at.instant(moment)
        assert stays(browser)
    at.instant(NOON + timedelta(days=settings().session_days, seconds=1))
    assert not stays(browser)


def test_a_clock_that_is_set_back_ends_no_session(at, as_):
    at.instant(NOON)
    browser = as_("stranger")
    enter(browser, PEOPLE["admin"].email)
    at.instant(NOON - timedelta(days=1))
    assert stays(browser)


def test_the_cookie_is_for_this_program_alone(stranger):
    cookie = enter(stranger).headers["set-cookie"]
    assert cookie.startswith("cityties=")
    for part in ("HttpOnly", "SameSite=lax", "Path=/", f"Max-Age={settings().session_days * 86400}"):
        assert part in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie


def test_on_https_the_cookie_is_bound_to_the_host(stranger, monkeypatch):
    monkeypatch.setattr(settings(), "public_url", "https://ties.city.example")
    cookie = enter(stranger).headers["set-cookie"]
    assert cookie.startswith("__Host-cityties=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_another_sites_form_signs_nobody_in(stranger):
    sent = stranger.post(
        "/sign-in", data={"email": OFFICER, "password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert sent.status_code == 403
    assert "set-cookie" not in sent.headers


# ---- the accounts of a demonstration


@pytest.fixture
def demo_officer(database):
    with database.write() as session:
        session.execute(sa.update(User).where(User.email == OFFICER).values(is_demo=True))


def test_a_demonstration_names_its_accounts_and_fills_one_in(stranger, demo_officer, monkeypatch):
    monkeypatch.setattr(settings(), "demo", True)
    page = stranger.get("/sign-in")
    assert f'href="/sign-in?email={OFFICER.replace("@", "%40")}' in page.text
    filled = stranger.get("/sign-in", params={"email": OFFICER})
    assert f'value="{OFFICER}"' in filled.text
    assert enter(stranger).status_code == 303


def test_outside_of_a_demonstration_its_accounts_are_neither_shown_nor_open(stranger, demo_officer):
    assert OFFICER not in stranger.get("/sign-in", params={"email": OFFICER}).text
    assert enter(stranger).status_code == 401


def test_the_language_stays_chosen(stranger):
    answer = stranger.get("/language/en", params={"next": "/sign-in?next=/review"})
    assert answer.headers["location"] == "/sign-in?next=/review"
    assert '<html lang="en">' in stranger.get("/sign-in").text
    assert stranger.get("/language/en", params={"next": "//evil.example"}).headers["location"] == "/"
