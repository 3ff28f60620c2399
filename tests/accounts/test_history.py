"""What the history tells of accounts, and what it keeps to itself."""

import json

import sqlalchemy as sa

from app.accounts.schemas import UserIn, UserPatch
from app.accounts.service import add_user, change_user
from app.models import Event
from app.schemas import parse

NEW = {"email": "lan@city.example", "name": "Lan", "role": "viewer", "password": "mot mat khau rat dai"}


def told(database):
    with database.read() as session:
        return list(session.scalars(sa.select(Event).where(Event.record_type == "user").order_by(Event.id)))


def test_a_password_is_never_in_the_history_nor_is_its_hash(database, admin):
    with database.write() as session:
        add_user(session, admin, parse(UserIn, NEW))
    (opened,) = told(database)
    assert opened.changes["name"] == [None, "Lan"]
    assert not {"password", "password_hash"} & set(opened.changes)
    assert "argon2" not in json.dumps(opened.changes)


def test_that_a_password_was_changed_is_told(database, admin):
    with database.write() as session:
        user = add_user(session, admin, parse(UserIn, NEW))
    with database.write() as session:
        patch = parse(UserPatch, {"password": "mot mat khau khac han"})
        change_user(session, admin, user.id, patch, version=user.version)
    assert [event.changes for event in told(database)][1:] == [{"password": [None, "set"]}]
