"""Keys: made, changed, given a new secret, ended.

A key goes on when its maker's account is closed: it belongs to the program that holds it, and the page of the
keys says whose hands it came from.
"""

import secrets
from datetime import date, timedelta

from sqlmodel import Session, select

from app import clock
from app.actor import Actor
from app.auth.keys import hashed
from app.errors import Conflict, NotFound, Refused, Stale
from app.history import record
from app.keys.schemas import KeyIn, KeyPatch, RotationIn, end_of
from app.models import ApiKey
from app.organisations.queries import id_of
from app.vocabulary import Scope


def get_key(session: Session, public_id: str) -> ApiKey:
    """One key by the id that stands in it, ended ones too; raises NotFound."""
    key = session.exec(select(ApiKey).where(ApiKey.public_id == public_id)).first()
    if key is None:
        raise NotFound("api_key")
    return key


def create_key(session: Session, actor: Actor, data: KeyIn) -> tuple[ApiKey, str]:
    """Make a key; its text is returned once and never again.

    Raises Refused for a key without scopes, and for `write:unit` without a unit to write for.
    """
    secret = _new_secret()
    _ahead(data.expires_on)
    key = ApiKey(
        public_id=secrets.token_hex(6),
        secret_hash=hashed(secret),
        name=data.name,
        unit_id=id_of(session, data.unit, "unit"),
        scopes=_stored(data.scopes),
        addresses=data.addresses,
        expires_at=end_of(data.expires_on),
        is_demo=actor.is_demo,
    )
    _check(key)
    session.add(key)
    record(session, actor, "api_key.created", key)
    return key, _text(key, secret)


def _ahead(day: date | None) -> None:
    if day is not None and day < clock.today():
        raise Refused("until_past", field="expires_on")


def change_key(session: Session, actor: Actor, key: ApiKey, data: KeyPatch, *, version: int) -> ApiKey:
    """Change what a key may do, for whom, from where and until when; its secret stays. Raises Stale, Refused,
    and Conflict for one that was ended."""
    _at(key, version)
    unit_id = id_of(session, data.unit, "unit", keep=key.unit_id)
    if data.name is not None:
        key.name = data.name
    if data.scopes is not None:
        key.scopes = _stored(data.scopes)
    if data.addresses is not None:
        key.addresses = data.addresses
    if "unit" in data.model_fields_set:
        key.unit_id = unit_id
    if "expires_on" in data.model_fields_set and end_of(data.expires_on) != key.expires_at:
        _ahead(data.expires_on)
        key.expires_at = end_of(data.expires_on)
    with session.no_autoflush:
        _check(key)
    record(session, actor, "api_key.changed", key)
    return key


def rotate_key(
    session: Session, actor: Actor, key: ApiKey, data: RotationIn, *, version: int
) -> tuple[ApiKey, str]:
    """Give a key a new secret, returned once. The one before it works until the overlap ends; the one before
    that ends now. Raises Stale, and Conflict for a key that was ended or has expired."""
    _at(key, version)
    now = clock.now()
    if key.expires_at is not None and key.expires_at <= now:
        raise Conflict("key_expired")
    secret = _new_secret()
    key.previous_hash, key.secret_hash = key.secret_hash, hashed(secret)
    key.previous_until = now + timedelta(days=data.overlap_days)
    record(session, actor, "api_key.rotated", key)
    return key, _text(key, secret)


def revoke_key(session: Session, actor: Actor, key: ApiKey, *, version: int | None = None) -> ApiKey:
    """End a key at once, with both its secrets. Revoking twice changes nothing. Raises Stale."""
    if version is not None and key.version != version:
        raise Stale(key)
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        record(session, actor, "api_key.revoked", key)
    return key


def _at(key: ApiKey, version: int) -> None:
    if key.version != version:
        raise Stale(key)
    if key.revoked_at is not None:
        raise Conflict("key_revoked")


def _check(key: ApiKey) -> None:
    if not key.scopes:
        raise Refused("required", field="scopes")
    if Scope.write_unit in key.scopes and key.unit_id is None:
        raise Refused("unit_needed", field="unit")


def _stored(scopes: list[Scope]) -> list[str]:
    return sorted({scope.value for scope in scopes})


def _new_secret() -> str:
    return secrets.token_hex(24)


def _text(key: ApiKey, secret: str) -> str:
    return f"ct_{key.public_id}_{secret}"
