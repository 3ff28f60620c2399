"""Accounts and keys from the command line."""

import re

import pytest
import sqlalchemy as sa

from app.auth import keys
from app.auth.passwords import verify_password
from app.models import ApiKey, Event, User, UserSession
from tests.actors import OTHER_UNIT, PEOPLE

PASSWORD = "mot mat khau rat dai"
ADD = ("user", "add", "Lan@City.example", "--name", "Phạm Thị Lan", "--role", "officer")


def user(database, email):
    with database.read() as session:
        return session.scalars(sa.select(User).where(User.email == email)).one_or_none()


def test_an_account_is_opened_with_a_password_from_standard_input(here, works):
    said = works(*ADD, "--unit", OTHER_UNIT, "--password-stdin", said=PASSWORD + "\n")
    assert said == "lan@city.example is officer.\n"
    made = user(here, "lan@city.example")
    assert (made.name, made.role, made.locale, made.is_demo) == ("Phạm Thị Lan", "officer", "vi", False)
    assert verify_password(PASSWORD, made.password_hash)
    with here.read() as session:
        told = session.scalars(sa.select(Event).where(Event.action == "user.added")).one()
    assert (told.door, told.user_id) == ("command", None)
    assert PASSWORD not in str(told.changes)


def test_the_password_is_asked_for_twice_on_a_terminal(here, works, monkeypatch):
    asked = []
    monkeypatch.setattr("app.cli.access._terminal", lambda: True)

    def prompt(text, **options):
        asked.append((text, options))
        return PASSWORD

    monkeypatch.setattr("app.cli.access.typer.prompt", prompt)
    works(*ADD)
    assert asked == [("Password", {"hide_input": True, "confirmation_prompt": True})]


def test_without_a_terminal_one_is_told_how(here, fails):
    assert "--password-stdin" in fails(*ADD)


@pytest.mark.parametrize(
    ("words", "said", "told"),
    [
        (ADD, "short", "password: "),
        (("user", "add", "lan", *ADD[3:]), PASSWORD, "email: "),
        (("user", "add", PEOPLE["officer"].email, *ADD[3:]), PASSWORD, "email: "),
        ((*ADD, "--unit", "nowhere"), PASSWORD, "unit: "),
        ((*ADD[:4], "  ", *ADD[5:]), PASSWORD, "name: "),
    ],
)
def test_an_account_that_may_not_be(here, fails, words, said, told):
    assert fails(*words, "--password-stdin", said=said).startswith(told)
    assert user(here, "lan@city.example") is None


def test_an_account_is_changed_and_its_sessions_end(here, works):
    email = PEOPLE["officer"].email
    assert (
        works("user", "change", email, "--role", "manager", "--disable") == f"{email} is manager, closed.\n"
    )
    assert works("user", "change", email, "--enable") == f"{email} is manager.\n"
    works("user", "change", email, "--password-stdin", said=PASSWORD)
    found = user(here, email)
    assert verify_password(PASSWORD, found.password_hash)
    with here.read() as session:
        assert session.scalar(sa.select(UserSession.id).where(UserSession.user_id == found.id)) is None


def test_an_unknown_user(here, fails):
    assert fails("user", "change", "nobody@city.example", "--role", "viewer").startswith(
        "nobody@city.example: "
    )


def test_the_last_admin_stays(here, fails):
    assert "administrator" in fails("user", "change", PEOPLE["admin"].email, "--disable")


def test_a_change_of_nothing(here, fails):
    assert "nothing to change" in fails("user", "change", PEOPLE["admin"].email)


# ---- keys


def test_a_key_is_printed_once_and_works(here, run):
    made = run("key", "create", "--name", "Open data", "--scope", "read", "--scope", "write")
    assert made.exit_code == 0
    text = made.stdout.strip()
    assert re.fullmatch(r"ct_[0-9a-f]{12}_[0-9a-f]{48}", text), "the key stands alone on standard output"
    assert "not shown again" in made.stderr
    assert text.split("_")[2] not in made.stderr
    with here.read() as session:
        actor, _ = keys.find_key(session, text, None)
        stored = session.scalars(sa.select(ApiKey).where(ApiKey.name == "Open data")).one()
    assert actor.scopes == {"read", "write"}
    assert text.split("_")[2] not in str(stored.model_dump())


def test_a_key_works_through_its_last_day_in_the_home_city(here, works, at):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    text = works("key", "create", "--name", "Guest", "--scope", "read", "--expires", "2026-06-30").strip()

    def known(*moment):
        at.instant(datetime(*moment, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")))
        with here.read() as session:
            return keys.find_key(session, text, None) is not None

    assert known(2026, 6, 30, 23, 59)
    assert not known(2026, 7, 1, 0, 1)


def test_a_key_is_revoked_at_once(here, works):
    text = works("key", "create", "--name", "Portal", "--scope", "read").strip()
    assert "Portal" in works("key", "revoke", text.split("_")[1])
    works("key", "revoke", text.split("_")[1])
    with here.read() as session:
        assert keys.find_key(session, text, None) is None


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--scope", "read", "--unit", "nowhere"), "unit: "),
        (("--scope", "write:unit"), "unit: "),
        (("--scope", "read", "--expires", "2026-06-14"), "expires_on: "),
    ],
)
def test_a_key_that_may_not_be(here, fails, more, told):
    assert fails("key", "create", "--name", "Portal", *more).startswith(told)


def test_an_unknown_key(here, fails):
    assert "does not exist" in fails("key", "revoke", "abcdef")
