"""Keys of other programs: `ct_<id>_<secret>`, of which only the secret's hash is stored."""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app import clock
from app.actor import Actor
from app.errors import Forbidden
from app.models import ApiKey
from app.vocabulary import Door, Scope

# A key that is used is marked so at most this often: reads should stay reads.
USED_EVERY = timedelta(minutes=10)


def hashed(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


# Columns and not a row, built once: every call of the API asks this.
_key = ApiKey.__table__.c  # type: ignore[attr-defined]
_FIND = sa.select(
    *(
        _key[name]
        for name in (
            "id", "name", "secret_hash", "previous_hash", "previous_until", "scopes", "unit_id", "addresses",
            "expires_at", "revoked_at", "used_at", "is_demo",
        )
    )
).where(col(ApiKey.public_id) == sa.bindparam("public_id"))  # fmt: skip


def find_key(
    session: Session, bearer: str, request_id: str | None = None, address: str | None = None
) -> tuple[Actor, bool] | None:
    """The program that holds this key, and whether to mark the key as used; None when it is unknown, revoked
    or expired. One statement.

    Raises Forbidden for a key that may not be used from `address`, the caller's as the server sees it.
    """
    parts = bearer.split("_")
    if len(parts) != 3 or parts[0] != "ct":
        return None
    key = session.execute(_FIND, {"public_id": parts[1]}).first()
    now = clock.now()
    if key is None or not _fits(key, hashed(parts[2]), now):
        return None
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        return None
    if key.addresses and not _within(address, key.addresses):
        raise Forbidden("address_refused")
    actor = Actor(
        name=key.name,
        door=Door.api,
        api_key_id=key.id,
        scopes=frozenset(Scope(s) for s in key.scopes),
        unit_id=key.unit_id,
        request_id=request_id,
        is_demo=key.is_demo,
    )
    return actor, key.used_at is None or key.used_at < now - USED_EVERY


def _fits(key: sa.Row[Any], secret_hash: str, now: datetime) -> bool:
    """Whether it is the key's secret, or the one before it while that still works. Both are compared, in a
    time that tells nothing."""
    is_new = hmac.compare_digest(key.secret_hash, secret_hash)
    is_old = hmac.compare_digest(key.previous_hash or "", secret_hash)
    return is_new or (is_old and key.previous_until is not None and now < key.previous_until)


def _within(address: str | None, networks: list[str]) -> bool:
    """Whether an address lies in one of the networks; IPv4 that came over IPv6 counts as IPv4."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in ipaddress.ip_network(network) for network in networks)


def touch(session: Session, key_id: int | None, address: str | None) -> None:
    """Note that a key is in use, and from where; unless another of its calls has just done so."""
    now = clock.now()
    session.execute(
        sa.update(ApiKey)
        .where(col(ApiKey.id) == key_id, sa.or_(_key.used_at.is_(None), _key.used_at < now - USED_EVERY))
        .values(used_at=now, used_from=(address or "")[:45] or None)
        .execution_options(synchronize_session=False)
    )
