"""Reads of keys: whose, what they may do, when they were used. Never a secret, nor its hash."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import NotFound, Refused
from app.keys.filters import KeyFilters
from app.keys.schemas import last_day
from app.lists import Order, Part
from app.models import ApiKey, Organisation, User
from app.records.queries import named
from app.vocabulary import KeyState, Locale, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A key as administrators see it. `maker_gone`: the account that made it is closed."""

    id: int
    version: int
    public_id: str
    name: str
    unit_code: str | None
    unit_name: str | None
    scopes: tuple[Scope, ...]
    addresses: tuple[str, ...]
    state: KeyState
    expires_at: datetime | None
    revoked_at: datetime | None
    previous_until: datetime | None
    used_at: datetime | None
    used_from: str | None
    created_at: datetime | None
    created_by: str | None
    maker_gone: bool
    updated_at: datetime | None
    updated_by: str | None
    is_demo: bool

    @property
    def expires_on(self) -> date | None:
        """The last day on which it works."""
        return last_day(self.expires_at)


def key_state(now: datetime) -> Any:
    """How a key stands at an instant, as a column."""
    return sa.case(
        (col(ApiKey.revoked_at).is_not(None), KeyState.revoked.value),
        (col(ApiKey.expires_at) <= now, KeyState.expired.value),
        else_=KeyState.active.value,
    )


def list_keys(
    session: Session,
    filters: KeyFilters,
    now: datetime,
    locale: Locale,
    *,
    sort: str = "id",
    part: Part | None = None,
) -> list[tuple[KeyRow, tuple[Any, ...]]]:
    """The keys that fit, each with the values it is sorted by; one statement, one more to filter by unit."""
    _check_known(session, filters.unit)
    order = _ordering(sort)
    keys = [step.expression.label(f"key_{place}") for place, step in enumerate(order)]
    statement = _statement(now, locale, *keys).where(*_conditions(filters, now))
    rows = (part or Part(limit=200)).rows(session, statement, order)
    return [(_row(row, now), tuple(row[-len(keys) :])) for row in rows]


def keys_by_state(session: Session, now: datetime, locale: Locale) -> list[KeyRow]:
    """Every key for the administrators' page: those at work first, then by name. One statement."""
    place = sa.case({state.value: n for n, state in enumerate(KeyState)}, value=key_state(now))
    statement = _statement(now, locale).order_by(place, sa.func.lower(ApiKey.name), ApiKey.id)
    return [_row(row, now) for row in session.execute(statement)]


def key_row(session: Session, public_id: str, now: datetime, locale: Locale) -> KeyRow:
    """One key; raises NotFound."""
    row = session.execute(_statement(now, locale).where(ApiKey.public_id == public_id)).first()
    if row is None:
        raise NotFound("api_key")
    return _row(row, now)


def expiring(session: Session, now: datetime, until: datetime) -> list[ApiKey]:
    """The keys at work that expire by an instant, the first one first."""
    statement = (
        sa.select(ApiKey)
        .where(
            col(ApiKey.revoked_at).is_(None), col(ApiKey.expires_at) > now, col(ApiKey.expires_at) <= until
        )
        .order_by(col(ApiKey.expires_at), col(ApiKey.id))
    )
    return list(session.scalars(statement))


def key_names(session: Session) -> list[tuple[str, str]]:
    """Every key that ever was, for a menu: its id and its name."""
    statement = sa.select(ApiKey.public_id, ApiKey.name).order_by(sa.func.lower(ApiKey.name), ApiKey.id)
    return [(row[0], row[1]) for row in session.execute(statement)]


def _ordering(sort: str) -> list[Order]:
    key, down = sort.removeprefix("-"), sort.startswith("-")
    unique = Order(col(ApiKey.id), down)
    return [unique] if key == "id" else [Order(sa.func.lower(ApiKey.name), down), unique]


def _conditions(filters: KeyFilters, now: datetime) -> list[Any]:
    found: list[Any] = []
    if filters.state:
        found.append(key_state(now).in_([state.value for state in filters.state]))
    if filters.unit:
        found.append(col(Organisation.code).in_(filters.unit))
    return found


def _check_known(session: Session, units: Iterable[str]) -> None:
    wanted = set(units)
    known = sa.select(Organisation.code).where(col(Organisation.code).in_(wanted))
    if wanted and wanted - set(session.scalars(known)):
        raise Refused("unknown_value", field="unit", name="unit")


def _statement(now: datetime, locale: Locale, *more: Any) -> Any:
    changer: Any = aliased(User)
    columns: list[Any] = [
        *(getattr(ApiKey, name) for name in _PLAIN), key_state(now).label("state"),
        col(Organisation.code).label("unit_code"), named(Organisation, locale).label("unit_name"),
        col(User.name).label("created_by"), col(User.disabled_at).is_not(None).label("maker_gone"),
        changer.name.label("updated_by"), *more,
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .select_from(ApiKey)
        .outerjoin(Organisation, col(Organisation.id) == ApiKey.unit_id)
        .outerjoin(User, col(User.id) == ApiKey.created_by_id)
        .outerjoin(changer, changer.id == ApiKey.updated_by_id)
    )


_PLAIN = (
    "id", "version", "public_id", "name", "scopes", "addresses", "expires_at", "revoked_at", "previous_until",
    "used_at", "used_from", "created_at", "updated_at", "is_demo",
)  # fmt: skip

_JOINED = ("unit_code", "unit_name", "created_by", "updated_by")


def _row(row: Any, now: datetime) -> KeyRow:
    told = {name: getattr(row, name) for name in (*_PLAIN, *_JOINED)}
    # An overlap that is over is not told any more.
    overlap = row.previous_until if row.previous_until and row.previous_until > now else None
    return KeyRow(
        **{
            **told,
            "scopes": tuple(Scope(scope) for scope in row.scopes),
            "addresses": tuple(row.addresses),
            "previous_until": overlap,
        },
        state=KeyState(row.state),
        maker_gone=bool(row.maker_gone),
    )
