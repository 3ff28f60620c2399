"""Following a partner over REST, on somebody's behalf."""

from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.accounts.queries import by_email
from app.acts import ManagerPost
from app.changes import service
from app.changes.schemas import FollowIn
from app.described import answers_changed
from app.errors import Refused
from app.models import User
from app.partners.queries import get as get_partner
from app.rest import ApiRoute

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
def follow(slug: str, data: FollowIn, act: ManagerPost) -> Response:
    """What changes on the partner is told to the user from now on. Done twice it changes nothing more."""
    user = _user(act.session, data.user)
    service.follow(act.session, act.actor, get_partner(act.session, slug), user)
    return act.answer(FollowJson(slug, user.email, True))


@router.post(
    "/partners/{slug}/unfollow", summary="End somebody's following", responses=answers_changed(FollowJson)
)
def unfollow(slug: str, data: FollowIn, act: ManagerPost) -> Response:
    """What changes on the partner is not told to the user any more, unless they are its officer."""
    user = _user(act.session, data.user)
    service.unfollow(act.session, act.actor, get_partner(act.session, slug), user)
    return act.answer(FollowJson(slug, user.email, False))
