"""Keys over REST, for administrators' programs."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app import clock
from app.acts import Act, AdminAct, AdminPatch, AdminPost
from app.answers import one
from app.dependencies import ApiAdmin, ReadSession
from app.described import (
    answers_changed,
    answers_created,
    answers_list,
    answers_one,
    parameters,
    problems,
)
from app.keys import service
from app.keys.filters import KeyQuery
from app.keys.queries import KeyRow, key_row, list_keys
from app.keys.schemas import KeyIn, KeyPatch, RotationIn
from app.listings import listed
from app.models import ApiKey
from app.rest import ApiRoute, asked
from app.vocabulary import KeyState, Locale, Scope

router = APIRouter(prefix="/keys", tags=["keys"], route_class=ApiRoute)

KeyId = Annotated[str, Path(max_length=24, description="What stands in the key itself: ct_<id>_<secret>.")]


@dataclass(slots=True)
class KeyJson:
    """A key, without its secret. `previous_until`: until when the secret before this one works as well;
    `used_at` is written at most every ten minutes; `made_by` is null for keys from the command line and from
    other programs."""

    id: str
    version: int
    name: str
    unit: str | None
    scopes: list[Scope]
    addresses: list[str]
    state: KeyState
    expires_on: date | None
    expires_at: datetime | None
    revoked_at: datetime | None
    previous_until: datetime | None
    used_at: datetime | None
    used_from: str | None
    made_at: datetime | None
    made_by: str | None
    is_demo: bool


@dataclass(slots=True)
class NewKeyJson(KeyJson):
    """A key with its secret, told this once: `key` is what the program presents. It is null when an
    Idempotency-Key brings the same answer again."""

    key: str | None


@dataclass(slots=True)
class KeysPage:
    """A page of keys; `next` is the address of the one after, or null."""

    items: list[KeyJson]
    next: str | None


def _json(row: KeyRow) -> KeyJson:
    return KeyJson(
        row.public_id, row.version, row.name, row.unit_code, list(row.scopes), list(row.addresses), row.state,
        row.expires_on, row.expires_at, row.revoked_at, row.previous_until, row.used_at, row.used_from,
        row.created_at, row.created_by, row.is_demo,
    )  # fmt: skip


@router.get(
    "",
    name="list",
    summary="List keys",
    responses=answers_list(KeysPage),
    openapi_extra=parameters(KeyQuery),
)
def list_(
    request: Request, query: Annotated[KeyQuery, asked(KeyQuery)], actor: ApiAdmin, session: ReadSession
) -> Response:
    """Every key that ever was, ended ones too."""
    now = clock.now()
    return listed(
        request,
        query,
        lambda part: list_keys(session, query, now, Locale.vi, sort=query.sort, part=part),
        items=lambda rows: [_json(row) for row, _ in rows],
    )


@router.get("/{key_id}", name="show", summary="One key", responses=answers_one(KeyJson, 404))
def show(request: Request, key_id: KeyId, actor: ApiAdmin, session: ReadSession) -> Response:
    """One key. Its ETag is needed to change it."""
    found = _json(key_row(session, key_id, clock.now(), Locale.vi))
    return one(request, found, found.version)


@router.post("", name="create", status_code=201, summary="Make a key", responses=answers_created(NewKeyJson))
def create(data: KeyIn, act: AdminPost) -> Response:
    """Make a key. Its text is in this answer and nowhere else: of the secret only a hash is kept."""
    return _told_once(act, *service.create_key(act.session, act.actor, data))


@router.patch("/{key_id}", name="change", summary="Change a key", responses=answers_changed(KeyJson, 409))
def change(key_id: KeyId, data: KeyPatch, act: AdminPatch) -> Response:
    """Change name, unit, scopes, addresses or last day; the secret stays."""
    key = service.get_key(act.session, key_id)
    service.change_key(act.session, act.actor, key, data, version=act.version(key))
    found = _json(key_row(act.session, key_id, clock.now(), Locale.vi))
    return act.answer(found, found.version)


@router.post(
    "/{key_id}/rotation",
    name="rotate",
    status_code=201,
    summary="Give a key a new secret",
    responses=answers_created(NewKeyJson, 404, 409, 412),
)
def rotate(key_id: KeyId, data: RotationIn, act: AdminAct) -> Response:
    """A new secret under the same id. The one before it works for `overlap_days` more, so that the program
    can change over; one that was still on its way out ends now. If-Match may be left out."""
    key = service.get_key(act.session, key_id)
    version = act.version(key, optional=True)
    return _told_once(act, *service.rotate_key(act.session, act.actor, key, data, version=version))


@router.post(
    "/{key_id}/revocation",
    name="revoke",
    summary="End a key",
    responses={200: {"description": "It is ended.", "model": KeyJson}, **problems(404, 412)},
)
def revoke(key_id: KeyId, act: AdminAct) -> Response:
    """End a key at once, for good. If-Match may be left out."""
    key = service.get_key(act.session, key_id)
    service.revoke_key(act.session, act.actor, key, version=act.version(key, optional=True))
    found = _json(key_row(act.session, key_id, clock.now(), Locale.vi))
    return act.answer(found, found.version)


def _told_once(act: Act, key: ApiKey, text: str) -> Response:
    act.session.flush()
    found = asdict(_json(key_row(act.session, key.public_id, clock.now(), Locale.vi)))
    return act.created(
        NewKeyJson(**found, key=text),
        found["version"],
        at=f"/api/v1/keys/{key.public_id}",
        kept=NewKeyJson(**found, key=None),
    )
