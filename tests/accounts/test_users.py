"""The page where admins keep the accounts."""

import re

import pytest
import sqlalchemy as sa

from app.models import Event, User
from tests.actors import PASSWORD, PEOPLE, UNIT

NEW = {
    "name": "Phạm Thị Lan",
    "email": "Lan@City.example",
    "role": "officer",
    "locale": "vi",
    "unit": UNIT,
    "password": "mot mat khau rat dai",
}


@pytest.fixture
def boss(as_):
    return as_("admin")


def user(database, email):
    with database.read() as session:
        return session.scalars(sa.select(User).where(User.email == email)).one_or_none()


def officer_page(database):
    found = user(database, PEOPLE["officer"].email)
    return f"/settings/users/{found.id}", found


def events(database, action):
    with database.read() as session:
        return list(session.scalars(sa.select(Event).where(Event.action == action).order_by(Event.id)))


# ---- who may


@pytest.mark.parametrize("who", ["viewer", "officer", "manager"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/settings/users", "/settings/users/1"])
def test_only_admins_keep_accounts(as_, who, method, path):
    answer = as_(who).request(method, path)
    assert answer.status_code == 403
    assert "Your role may not do this" in answer.text


@pytest.mark.parametrize("path", ["/settings/users", "/settings/users/1"])
def test_strangers_are_asked_to_sign_in(stranger, path):
    assert stranger.get(path).headers["location"] == f"/sign-in?next={path}"
    assert stranger.post(path).status_code == 401


def test_the_rail_leads_to_the_settings_one_may_open(as_):
    assert 'href="/settings/users"' in as_("admin").get("/settings/users").text
    managers = as_("manager").get("/settings/reporting").text
    assert 'href="/settings/reporting"' in managers
    assert 'href="/settings/users"' not in managers
    assert 'href="/settings/' not in as_("officer").get("/partners").text.replace("/settings/me", "")


# ---- the list


def test_the_list_tells_who_may_do_what(boss, database):
    page = boss.get("/settings/users")
    assert page.status_code == 200
    for person in PEOPLE.values():
        assert person.email in page.text
    assert PASSWORD not in page.text
    assert "argon2" not in page.text


def test_the_list_takes_as_many_queries_for_a_hundred(boss, make, queries):
    def counted():
        with queries() as seen:
            assert boss.get("/settings/users").status_code == 200
        return len(seen)

    few = counted()
    for n in range(100):
        make.user(name=f"Person {n}", email=f"person{n}@city.example")
    assert counted() == few


def test_names_are_text(boss, make):
    make.user(name="<script>alert(1)</script>", email="x@city.example")
    assert "<script>alert(1)" not in boss.get("/settings/users").text


# ---- a new account


def token(page):
    return re.search(r'name="form_token" value="([^"]+)"', page.text)[1]


def test_an_account_is_opened_and_its_owner_gets_in(boss, database, stranger):
    answer = boss.post("/settings/users", data=NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/users")
    assert "Account of Phạm Thị Lan opened." in boss.get("/settings/users").text
    made = user(database, "lan@city.example")
    assert (made.role, made.disabled_at) == ("officer", None)
    entered = stranger.post("/sign-in", data={"email": made.email, "password": NEW["password"]})
    assert entered.status_code == 303
    (told,) = events(database, "user.added")
    assert told.actor_name == "admin"
    assert NEW["password"] not in str(told.changes)


def test_a_form_that_is_sent_twice_opens_one_account(boss, database):
    once = {**NEW, "form_token": token(boss.get("/settings/users"))}
    answers = [boss.post("/settings/users", data=once) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[1].headers["location"] == "/settings/users"
    assert len(events(database, "user.added")) == 1


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"email": "lan"}, "email", "e-mail"),
        ({"email": PEOPLE["officer"].email.upper()}, "email", "account"),
        ({"name": " "}, "name", ""),
        ({"name": "A\u202eB"}, "name", "U+202E"),
        ({"role": "boss"}, "role", ""),
        ({"unit": "nowhere"}, "unit", ""),
        ({"password": "short"}, "password", "12"),
        ({"password": "aaaaaaaaaaaaaaa"}, "password", ""),
        ({"shoe_size": "43"}, "shoe_size", ""),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(boss, database, wrong, field, words):
    typed = {**NEW, **wrong}
    page = boss.post("/settings/users", data=typed)
    assert page.status_code == 422
    assert f'href="#f-{field}"' in page.text
    assert words in page.text
    if field != "name":
        assert f'value="{NEW["name"]}"' in page.text
    assert f'value="{typed["password"]}"' not in page.text, "a password is never written into a page"
    assert user(database, "lan@city.example") is None


# ---- a change


def test_an_account_is_changed(boss, database):
    path, found = officer_page(database)
    page = boss.get(path)
    assert f'value="{found.name}"' in page.text
    data = {"version": found.version, "name": "Lê Văn Tám", "role": "manager", "unit": "", "locale": "vi"}
    answer = boss.post(path, data=data)
    assert answer.status_code == 303
    changed = user(database, found.email)
    assert (changed.name, changed.role, changed.unit_id) == ("Lê Văn Tám", "manager", None)
    (told,) = events(database, "user.changed")
    assert told.changes["role"] == ["officer", "manager"]


def test_a_stale_edit_shows_both_versions_and_keeps_what_was_typed(boss, database):
    path, found = officer_page(database)
    boss.post(path, data={"version": found.version, "name": "First", "role": "viewer"})
    late = {"version": found.version, "name": "Second", "role": "officer", "unit": UNIT, "locale": "en"}
    page = boss.post(path, data=late)
    assert page.status_code == 409
    for shown in ("First", "Second", "Saved by admin"):
        assert shown in page.text
    assert user(database, found.email).name == "First"
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    again = {**late, "version": version, "keep-name": "mine", "keep-role": "theirs"}
    assert boss.post(path, data=again).status_code == 303
    saved = user(database, found.email)
    assert (saved.name, saved.role) == ("Second", "viewer")


def test_a_double_click_on_save_is_no_stale_edit(boss, database):
    path, found = officer_page(database)
    data = {"version": found.version, "name": "Once", "form_token": token(boss.get(path))}
    assert [boss.post(path, data=data).status_code for _ in range(2)] == [303, 303]
    assert len(events(database, "user.changed")) == 1


def test_a_form_without_its_version_is_refused(boss, database):
    path, found = officer_page(database)
    assert boss.post(path, data={"name": "Nobody"}).status_code == 422
    assert user(database, found.email).name == found.name


def test_an_unknown_account_is_not_found(boss):
    assert boss.get("/settings/users/987654").status_code == 404
    assert boss.post("/settings/users/987654", data={"version": 1, "name": "X"}).status_code == 404


# ---- sessions end


def signed_in(as_, name):
    browser = as_(name)
    return lambda: browser.post("/settings/users").status_code != 401


@pytest.mark.parametrize(
    "change", [{"disabled": "true"}, {"role": "viewer"}, {"password": "mot mat khau khac han"}]
)
def test_closing_a_new_role_and_a_new_password_end_sessions(boss, as_, database, change):
    inside = signed_in(as_, "officer")
    assert inside()
    path, found = officer_page(database)
    assert boss.post(path, data={"version": found.version, **change}).status_code == 303
    assert not inside()


def test_a_new_name_ends_no_session(boss, as_, database):
    inside = signed_in(as_, "officer")
    path, found = officer_page(database)
    assert boss.post(path, data={"version": found.version, "name": "Mới"}).status_code == 303
    assert inside()


def test_a_closed_account_stays_out_until_it_is_opened_again(boss, stranger, database):
    path, found = officer_page(database)
    boss.post(path, data={"version": found.version, "disabled": "true"})
    entering = {"email": found.email, "password": PASSWORD}
    assert stranger.post("/sign-in", data=entering).status_code == 401
    assert "closed since" in boss.get("/settings/users").text
    assert "nobody can sign in" in boss.get(path).text
    boss.post(path, data={"version": user(database, found.email).version, "disabled": "false"})
    assert stranger.post("/sign-in", data=entering).status_code == 303


def test_a_new_password_replaces_the_old_one(boss, stranger, database):
    path, found = officer_page(database)
    page = boss.post(path, data={"version": found.version, "password": "short"})
    assert page.status_code == 422
    assert 'href="#f-password-password"' in page.text
    boss.post(path, data={"version": found.version, "password": "mot mat khau khac han"})
    assert stranger.post("/sign-in", data={"email": found.email, "password": PASSWORD}).status_code == 401
    entered = stranger.post("/sign-in", data={"email": found.email, "password": "mot mat khau khac han"})
    assert entered.status_code == 303


@pytest.mark.parametrize("change", [{"disabled": "true"}, {"role": "officer"}])
def test_the_last_admin_stays(boss, database, change):
    found = user(database, PEOPLE["admin"].email)
    page = boss.post(f"/settings/users/{found.id}", data={"version": found.version, **change})
    assert page.status_code == 422
    assert "administrator" in page.text
    kept = user(database, found.email)
    assert (kept.role, kept.disabled_at) == ("admin", None)
