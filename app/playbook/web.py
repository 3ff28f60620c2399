"""The settings of the playbook: which step answers which reason."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, col
from starlette.responses import Response

from app.actor import Actor
from app.dependencies import Form, Manager, Page, ReadSession, WriteSession
from app.errors import DomainError, NotFound, Refused, Stale
from app.failures import told, understood
from app.forms import FormView, Typed
from app.history.listing import lines_of
from app.i18n import words
from app.models import Event, PlayRow
from app.once import Once
from app.playbook import service
from app.playbook.listing import list_plays
from app.playbook.schemas import PlayIn, PlayPatch
from app.rest import RecordId
from app.schemas import parse
from app.standing import StepBy
from app.templating import View
from app.vocabulary import FollowUpKind, Locale, OwedBy, ReasonCode

router = APIRouter()
URL = "/settings/playbook"


@router.get(URL, name="playbook:index")
def index(
    view: Page, session: ReadSession, actor: Manager, play: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """`play` opens the form of one."""
    return _page(view, session, editing=play)


@router.post(URL)
def add(view: Page, typed: Form, session: WriteSession, actor: Manager) -> Response:
    def act(data: dict[str, Any]) -> str:
        kept = {name: text for name, text in data.items() if text.strip()}
        service.add(session, actor, parse(PlayIn, {**kept, "active": data.get("active", "")}))
        return view.words.gettext("Play added.")

    return _done(view, typed, session, actor, "new", act)


@router.post(f"{URL}/{{play_id}}")
def change(view: Page, typed: Form, session: WriteSession, actor: Manager, play_id: RecordId) -> Response:
    def act(data: dict[str, Any]) -> str:
        play = service.get(session, play_id)
        patch = parse(PlayPatch, {**data, "active": data.get("active", "")})
        service.change(session, actor, play, patch, version=_version(typed))
        return view.words.gettext("Play changed. The proposals of all partners follow it.")

    return _done(view, typed, session, actor, f"play-{play_id}", act)


@router.post(f"{URL}/{{play_id}}/default")
def restore(view: Page, typed: Form, session: WriteSession, actor: Manager, play_id: RecordId) -> Response:
    def act(data: dict[str, Any]) -> str:
        service.restore(session, actor, service.get(session, play_id), version=_version(typed))
        return view.words.gettext("The default is back.")

    return _done(view, typed, session, actor, f"play-{play_id}", act)


@router.post(f"{URL}/{{play_id}}/delete")
def remove(view: Page, typed: Form, session: WriteSession, actor: Manager, play_id: RecordId) -> Response:
    def act(data: dict[str, Any]) -> str:
        service.remove(session, actor, service.get(session, play_id), version=_version(typed))
        return view.words.gettext("Play taken out.")

    return _done(view, typed, session, actor, f"play-{play_id}", act)


def _version(typed: Typed) -> int:
    if typed.version is None:
        raise Refused("version_needed")
    return typed.version


def _done(
    view: View,
    typed: Typed,
    session: Session,
    actor: Actor,
    key: str,
    do: Callable[[dict[str, Any]], str],
) -> Response:
    """Do it once; refused, the same page says why beside the field and keeps what was typed."""
    once = Once(session, actor.caller, typed.token and f"{key}:{view.request.url.path}:{typed.token}")
    if once.first:
        return once.first
    try:
        said = do(typed.data())
        session.flush()
    except NotFound:
        raise
    except (DomainError, StaleDataError) as broken:
        session.rollback()
        error = understood(broken)
        form = FormView(typed.texts(), told(view.words, error), typed.version, key=key)
        return _page(view, session, form=form, error=error)
    return once.keep(view.redirect(URL, said))


def _page(
    view: View,
    session: Session,
    *,
    editing: int | None = None,
    form: FormView | None = None,
    error: DomainError | None = None,
) -> Response:
    assert view.actor is not None
    label = view.words.label
    plays = list_plays(session, words(Locale.vi), words(Locale.en))
    told_of = [col(Event.record_type) == PlayRow.__tablename__]
    return view.page(
        "playbook/settings.html",
        status=error.status if error else 200,
        groups=[(code, [play for play in plays if play.reason == code]) for code in ReasonCode],
        form=form,
        editing=editing,
        stale=isinstance(error, Stale),
        kinds=list(FollowUpKind),
        people=[(who.value, label(who)) for who in StepBy],
        reasons=[(code.value, label(code)) for code in ReasonCode],
        sides=[(side.value, label(side)) for side in OwedBy],
        lines=lines_of(session, view.actor, view.words, told_of, 20),
        token=FormView().token,
    )
