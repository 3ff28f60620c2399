"""What handlers of pages share: a form does its work once, and upon the version that it was made from."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor
from app.errors import DomainError, NotFound, Refused
from app.failures import understood
from app.forms import Typed
from app.once import Once
from app.templating import View


@dataclass(frozen=True, slots=True)
class ToldOnce:
    """A page with a secret, and where a repeat of its form is led to: that one does not tell it."""

    page: Response
    again: Response


def once_only(
    session: Session,
    actor: Actor,
    token: str | None,
    act: Callable[[], Response | ToldOnce],
    refused: Callable[[DomainError], Response] | None = None,
) -> Response:
    """Do it once, whoever sends the form again is given the first answer. What is wrong is answered by
    `refused`, with nothing written; without it, and where there is no such record, the error goes on."""
    once = Once(session, actor.caller, token)
    if once.first:
        return once.first
    try:
        answer = act()
        session.flush()
    except NotFound:
        raise
    except (DomainError, StaleDataError) as error:
        if refused is None:
            raise
        session.rollback()
        return refused(understood(error))
    if isinstance(answer, ToldOnce):
        once.keep(answer.again)
        return answer.page
    return once.keep(answer)


def version_of(typed: Typed) -> int:
    """The version that a form was made from; raises Refused where it names none."""
    if typed.version is None:
        raise Refused("version_needed")
    return typed.version


def version_undone(view: View) -> int:
    """The version that a toast's Undo names in its address; raises Refused where it names none."""
    text = view.request.query_params.get("version", "")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Refused("version_needed")
    return int(text)
