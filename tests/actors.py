"""The same actors everywhere: who they are, how their browsers and keys present themselves.

They live in every worker's database before the first test, written without history: they are the stage,
not the play. `officer` and `other_officer` belong to different units; `unit_key` and
`report_key` report for the first one.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from app.actor import Actor
from app.auth import keys, sessions
from app.db import Database, folded
from app.models import ApiKey, Organisation, Record, User, UserSession
from app.vocabulary import Door, Locale, OrganisationKind, Role, Scope

# Hashed with the least argon2 allows, so that a sign-in in a test takes a millisecond.
PASSWORD = "mot mat khau dai"
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$WCo/aQHZBstxB4Ed4POMrg$9SGic5iHVCLgKf6VGRQ5vv4yIfG51XXkiUA1MO2tdjI"
)

UNIT, OTHER_UNIT = "first-unit", "other-unit"
_LONG_AGO, _NEVER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """A user of the tests; `token` is the session cookie of a browser that never times out."""

    name: str
    role: Role
    unit: str = UNIT

    @property
    def email(self) -> str:
        return f"{self.name}@city.example"

    @property
    def token(self) -> str:
        return f"token-of-{self.name}"


PEOPLE = {
    person.name: person
    for person in (
        Person("viewer", Role.viewer),
        Person("officer", Role.officer),
        Person("other_officer", Role.officer, OTHER_UNIT),
        Person("manager", Role.manager),
        Person("admin", Role.admin),
    )
}
KEYS = {
    "read_key": (Scope.read,),
    "people_key": (Scope.read, Scope.read_people),
    "write_key": (Scope.read, Scope.write),
    "unit_key": (Scope.read, Scope.write_unit),
    "report_key": (Scope.write_unit,),
    "admin_key": (Scope.admin,),
}


def bearer(key: str) -> dict[str, str]:
    """The header with which a program presents one of KEYS."""
    return {"Authorization": f"Bearer ct_{_public(key)}_secret"}


def _public(key: str) -> str:
    return key.replace("_", "")


def populate(database: Database) -> None:
    """Write the two units, the people with a session each, and the keys."""
    with database.engine.begin() as connection:
        units = {
            code: _insert(
                connection, Organisation, code=code, kind=OrganisationKind.city_unit, name_vi=vi, name_en=en
            )
            for code, vi, en in (
                (UNIT, "Phòng Thứ nhất", "First Division"),
                (OTHER_UNIT, "Phòng Khác", "Other Division"),
            )
        }
        for person in PEOPLE.values():
            user_id = _insert(
                connection,
                User,
                email=person.email,
                name=person.name,
                role=person.role,
                unit_id=units[person.unit],
                locale=Locale.en,
                password_hash=PASSWORD_HASH,
            )
            _insert(
                connection,
                UserSession,
                token_hash=sessions.hashed(person.token),
                user_id=user_id,
                created_at=_LONG_AGO,
                seen_at=_NEVER,
                ends_at=_NEVER,
            )
        for name, scopes in KEYS.items():
            _insert(
                connection,
                ApiKey,
                public_id=_public(name),
                secret_hash=hashlib.sha256(b"secret").hexdigest(),
                name=name,
                unit_id=units[UNIT],
                scopes=[scope.value for scope in scopes],
                used_at=_NEVER,  # marked as used for good, so that no call writes
            )


def _insert(connection: sa.Connection, table: type, **values: object) -> int:
    """One row with its model's defaults, past the session and its history."""
    row = table(**values)
    columns = {c.key: getattr(row, c.key) for c in sa.inspect(table).columns if c.key != "id"}
    if issubclass(table, Record):
        columns |= folded(table, columns.__getitem__)
    result = connection.execute(sa.insert(table).values(**columns))
    return int(result.inserted_primary_key[0])


def actor_named(database: Database, name: str) -> Actor:
    """One of PEOPLE or KEYS as the services know them."""
    with database.read() as session:
        if name in KEYS:
            found = keys.find_key(session, bearer(name)["Authorization"].removeprefix("Bearer "), None)
            assert found is not None
            return found[0]
        user = session.scalars(sa.select(User).where(User.email == PEOPLE[name].email)).one()
        return sessions.actor_of(user, Door.page)
