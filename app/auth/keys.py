"""Keys of other programs: `ct_<id>_<secret>`, of which only the secret's hash is stored."""

import hashlib
import hmac
import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import clock
from app.actor import Actor
from app.errors import NotFound, Refused
from app.history import record
from app.models import ApiKey
from app.vocabulary import Door, Scope


def create_key(
    session: Session,
    actor: Actor,
    *,
    name: str,
    scopes: list[Scope],
    unit_id: int | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; its text is returned once and never again.

    Raises Refused for a key without scopes, and for `write:unit` without a unit to write for.
    """
    if not scopes:
        raise Refused("required", field="scopes")
    if Scope.write_unit in scopes and unit_id is None:
        raise Refused("unit_needed", field="unit")
    public_id, secret = secrets.token_hex(6), secrets.token_hex(24)
    key = ApiKey(
        public_id=public_id,
        secret_hash=_hash(secret),
        name=name,
        unit_id=unit_id,
        scopes=sorted({s.value for s in scopes}),
        expires_at=expires_at,
    )
    session.add(key)
    record(session, actor, "api_key.created", key)
    return key, f"ct_{public_id}_{secret}"


def revoke_key(session: Session, actor: Actor, public_id: str) -> ApiKey:
    """End a key at once. Raises NotFound; revoking twice changes nothing."""
    key = session.exec(select(ApiKey).where(ApiKey.public_id == public_id)).first()
    if key is None:
        raise NotFound("api_key")
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        record(session, actor, "api_key.revoked", key)
    return key


# Columns and not a row, built once: every call of the API asks this.
_FIND = sa.select(
    *(
        ApiKey.__table__.c[name]  # type: ignore[attr-defined]
        for name in (
            "id", "name", "secret_hash", "scopes", "unit_id", "expires_at", "revoked_at", "is_demo",
        )
    )
).where(col(ApiKey.public_id) == sa.bindparam("public_id"))  # fmt: skip


def find_key(session: Session, bearer: str, request_id: str | None) -> Actor | None:
    """The program that holds this key; None when it is unknown, revoked or expired."""
    parts = bearer.split("_")
    if len(parts) != 3 or parts[0] != "ct":
        return None
    key = session.execute(_FIND, {"public_id": parts[1]}).first()
    if key is None or not hmac.compare_digest(key.secret_hash, _hash(parts[2])):
        return None
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= clock.now()):
        return None
    return Actor(
        name=key.name,
        door=Door.api,
        api_key_id=key.id,
        scopes=frozenset(Scope(s) for s in key.scopes),
        unit_id=key.unit_id,
        request_id=request_id,
        is_demo=key.is_demo,
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
