"""Who acts, through which door, and what they may do."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.vocabulary import Door, Locale, Role, Scope


class Permission(StrEnum):
    """What a route or a service asks for; roles and scopes grant it."""

    read = "read"
    # Follow-ups: all of them with `read` beside it, else those of the own unit.
    read_work = "read_work"
    # To say of them how they go: progress, done, postponed and why, evidence.
    report = "report"
    write = "write"
    manage = "manage"
    administer = "administer"


_READ = frozenset({Permission.read, Permission.read_work})
_WRITE = _READ | {Permission.report, Permission.write}
_BY_ROLE = {
    Role.viewer: _READ,
    Role.officer: _WRITE,
    Role.manager: _WRITE | {Permission.manage},
    Role.admin: frozenset(Permission),
}
_BY_SCOPE = {
    Scope.read: _READ,
    Scope.write: _WRITE,
    Scope.write_unit: frozenset({Permission.read_work, Permission.report}),
    Scope.admin: frozenset(Permission),
}


def roles_with(permission: Permission) -> frozenset[Role]:
    """The roles that grant a permission."""
    return frozenset(role for role, granted in _BY_ROLE.items() if permission in granted)


def scopes_with(*permissions: Permission) -> list[Scope]:
    """The scopes each of which grants all of these permissions."""
    return [scope for scope in Scope if set(permissions) <= _BY_SCOPE.get(scope, frozenset())]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A signed-in person, a program with a key, or the program itself."""

    name: str
    door: Door
    user_id: int | None = None
    api_key_id: int | None = None
    email: str | None = None
    role: Role | None = None
    scopes: frozenset[Scope] = field(default_factory=frozenset)
    unit_id: int | None = None
    locale: Locale = Locale.vi
    request_id: str | None = None
    is_demo: bool = False
    # Notices not read when the request began: learnt with who the person is, at no statement more.
    unread: int = 0

    def can(self, permission: Permission) -> bool:
        """Whether the role, or one of the key's scopes, grants the permission."""
        if self.role is not None:
            return permission in _BY_ROLE[self.role]
        return any(permission in _BY_SCOPE.get(scope, ()) for scope in self.scopes)

    def may_read_notes(self, author_id: int | None) -> bool:
        """Confidential notes are for their author and for managers."""
        return self.can(Permission.manage) or (author_id is not None and author_id == self.user_id)

    @property
    def sees_people(self) -> bool:
        """Names of people, with their honorifics and languages, are for everybody who is signed in; a
        program needs the scope read:people. Posts (titles and dates) are no secret of the person's."""
        return self.role is not None or bool(self.scopes & {Scope.read_people, Scope.admin})

    @property
    def sees_contacts(self) -> bool:
        """How to reach a person, and protocol notes, are for those who work with them: officers and above,
        not viewers; programs with the scope read:people."""
        return self.sees_people and (self.role is None or self.can(Permission.write))

    @property
    def caller(self) -> str:
        """A short stable name of who calls, for idempotency keys and limits."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return f"key:{self.api_key_id}" if self.api_key_id is not None else f"door:{self.door}"

    def through(self, door: Door) -> "Actor":
        """The same actor at another door."""
        return replace(self, door=door)


def system(door: Door, name: str = "CityTies") -> Actor:
    """The program itself: a command, the seed loader, the calendar."""
    return Actor(name=name, door=door, role=Role.admin)
