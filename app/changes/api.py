"""Following a partner over REST, on somebody's behalf."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.accounts.queries import by_email
from app.changes import service
from app.changes.schemas import FollowIn
from app.dependencies import ApiManager, WriteSession
from app.described import answers_changed
from app.errors import Refused
from app.models import User
from app.once import Once
from app.partners.queries import get as get_partner
from app.rest import ApiRoute, IdempotencyKey, RawBody, one

router = APIRouter(tags=["partners"], route_class=ApiRoute)


@dataclass(slots=True)
class FollowJson:
    """Whether somebody follows a partner now."""

    partner: str
    user: str
    follows: bool


def _user(session: Session, email: str) -> User:
    user = by_email(session, email)
    if user is None or user.disabled_at is not None:
        raise Refused("unknown_user", field="user")
    return user


@router.post(
    "/partners/{slug}/follow", summary="Let somebody follow a partner", responses=answers_changed(FollowJson)
)
def follow(
    request: Request,
    slug: str,
    data: FollowIn,
    body: RawBody,
    actor: ApiManager,
    session: WriteSession,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """What changes on the partner is told to the user from now on. Done twice it changes nothing more."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    user = _user(session, data.user)
    service.follow(session, actor, get_partner(session, slug), user)
    return once.keep(one(request, FollowJson(slug, user.email, True)))


@router.post(
    "/partners/{slug}/unfollow", summary="End somebody's following", responses=answers_changed(FollowJson)
)
def unfollow(
    request: Request,
    slug: str,
    data: FollowIn,
    body: RawBody,
    actor: ApiManager,
    session: WriteSession,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """What changes on the partner is not told to the user any more, unless they are its officer."""
    once = Once(session, actor.caller, idempotency_key, body)
    if once.first:
        return once.first
    user = _user(session, data.user)
    service.unfollow(session, actor, get_partner(session, slug), user)
    return once.keep(one(request, FollowJson(slug, user.email, False)))
