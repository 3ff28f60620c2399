"""What handlers ask for: the day, a session, the person or program that calls, the page around it."""

import logging
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app import clock
from app.actor import Actor, Permission, scopes_with
from app.auth import keys, sessions
from app.db import Database
from app.errors import Forbidden, Unauthenticated, Unavailable
from app.failures import count_call, unknown_key
from app.forms import Typed
from app.rest import Replayed
from app.security import SAFE
from app.shapes import asked_of
from app.standings import queries as standings
from app.standings.keeper import is_due, refresh_due
from app.templating import View
from app.unchanged import UNTOLD, known_unchanged, state_of

log = logging.getLogger("cityties")
# How long a read waits for its turn to mark what is in use.
MARK_SECONDS = 0.2


def get_database(request: Request) -> Database:
    """The process's database."""
    database: Database = request.app.state.database
    return database


# A dependency that waits for nothing is async: FastAPI sends a plain one through the thread pool, and the way
# there and back costs more than most of them do.
async def get_today() -> date:
    """The civil date, taken once per request."""
    return clock.today()


Today = Annotated[date, Depends(get_today)]


async def get_read_session(request: Request, today: Today) -> AsyncIterator[Session]:
    """A session for reading; standings whose day has come are brought up to date before it answers.

    A page reads on in the session in which it learnt who asks.
    """
    if (opened := getattr(request.state, "reading", None)) is not None:
        await _only_if_changed(request, opened, today)
        yield opened
        return
    async with contextmanager_in_threadpool(_reading(get_database(request), today)) as session:
        await _only_if_changed(request, session, today)
        yield session


async def _only_if_changed(request: Request, session: Session, today: date) -> None:
    """End a read of the API here whose caller has what it would tell."""
    request.state.session = session
    if getattr(request.state, "shape", None) is None:
        return
    if asked_of(request).expand and not request.state.actor.can(Permission.read):
        raise refusal(
            Permission.read, api_actor
        )  # a unit's own work names partners, and tells nothing of them
    if request.state.shape.item.__module__.startswith(UNTOLD):
        return
    if get_database(request).is_sqlite:
        state = state_of(request, session, today)
    else:
        state = await run_in_threadpool(state_of, request, session, today)
    if response := known_unchanged(request, state):
        raise Replayed(response)
    request.state.data_state = state


@contextmanager
def _reading(database: Database, today: date) -> Iterator[Session]:
    with database.read() as session:
        if not is_due(session, today):
            yield session
            return
    refresh_due(database, today)
    with database.read() as session:
        if is_due(session, today):
            session.info["data_version"] = secrets.token_hex()  # what is shown is of no day: nobody keeps it
        yield session


def get_write_session(request: Request) -> Iterator[Session]:
    """One transaction, committed before the answer leaves; raising rolls it back."""
    with get_database(request).write() as session:
        yield session


ReadSession = Annotated[Session, Depends(get_read_session)]
WriteSession = Annotated[Session, Depends(get_write_session, scope="function")]

_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="ct_<id>_<secret>")


async def page_actor(request: Request, today: Today) -> AsyncIterator[Actor]:
    """Who is signed in on a page.

    One that only reads keeps the session open for the rest of the page: one transaction, one state.
    """
    actor, opened = await run_in_threadpool(_of_page, request, today)
    async with _until_answered(request, opened):
        yield actor


def _of_page(request: Request, today: date) -> tuple[Actor, ExitStack]:
    token = request.cookies.get(sessions.cookie_name())
    if not token:
        raise Unauthenticated("sign_in_needed")
    database = get_database(request)
    with ExitStack() as opened:
        session = opened.enter_context(database.read())
        found = sessions.find(session, token, request.state.request_id)
        if found is None:
            raise Unauthenticated("sign_in_needed")
        actor, should_touch = found
        _read_on(request, session, actor, today, opened)
        if should_touch:
            opened.close()
            request.state.reading = None
            _mark(database, partial(sessions.touch, token=token))
        return actor, opened.pop_all()


def _mark(database: Database, touch: Callable[[Session], None]) -> None:
    """Note that a session or a key is in use. While nobody can write, reads go on: they wait for no lock."""
    try:
        with database.write(wait=MARK_SECONDS, quiet=True) as writing:
            touch(writing)
    except (Unavailable, OperationalError):
        log.warning("the database is busy: what is in use was not marked")


def client_address(request: Request) -> str | None:
    """Where a request comes from, as the server sees it: behind a proxy that FORWARDED_ALLOW_IPS names, what
    the proxy says (uvicorn sees to it)."""
    return request.client.host if request.client else None


async def api_actor(
    request: Request,
    today: Today,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> AsyncIterator[Actor]:
    """Which program calls, by its key. What only reads goes on in the same session, as a page does."""
    if credentials is None:
        raise Unauthenticated("key_needed")
    actor, opened = await run_in_threadpool(_of_key, request, today, credentials.credentials)
    async with _until_answered(request, opened):
        yield actor


def _of_key(request: Request, today: date, key: str) -> tuple[Actor, ExitStack]:
    database, address = get_database(request), client_address(request)
    with ExitStack() as opened:
        session = opened.enter_context(database.read())
        found = keys.find_key(session, key, request.state.request_id, address)
        if found is None:
            raise unknown_key(request)
        actor, should_touch = found
        count_call(request, actor)
        _read_on(request, session, actor, today, opened)
        if should_touch:
            opened.close()
            request.state.reading = None
            _mark(database, partial(keys.touch, key_id=actor.api_key_id, address=address))
        return actor, opened.pop_all()


def _read_on(request: Request, session: Session, actor: Actor, today: date, opened: ExitStack) -> None:
    """Leave the session to a request that only reads; otherwise close it, lest it stand in a writer's way."""
    request.state.actor = actor
    if request.method in SAFE and not is_due(session, today):
        request.state.reading = session
    else:
        opened.close()


@asynccontextmanager
async def _until_answered(request: Request, opened: ExitStack) -> AsyncIterator[None]:
    """Close when the answer is on its way. On SQLite that waits for nothing and needs no thread."""
    try:
        yield
    finally:
        request.state.reading = None
        if get_database(request).is_sqlite:
            opened.close()
        else:
            await run_in_threadpool(opened.close)


def refusal(permission: Permission, who: Callable[..., Any]) -> Forbidden:
    """What a person of another role is told, and a program that lacks the scope: which ones would do."""
    if who is page_actor:
        return Forbidden("not_allowed")
    return Forbidden("scope_needed", scopes=", ".join(scopes_with(permission)))


def require(permission: Permission, who: Callable[..., Any] = page_actor) -> Any:
    """A dependency that lets only those pass who hold the permission; tests read it off the route."""

    async def allowed(actor: Annotated[Actor, Depends(who)]) -> Actor:
        if not actor.can(permission):
            raise refusal(permission, who)
        return actor

    allowed.permission = permission  # type: ignore[attr-defined]
    return Depends(allowed)


Viewer = Annotated[Actor, require(Permission.read)]
Officer = Annotated[Actor, require(Permission.write)]
Manager = Annotated[Actor, require(Permission.manage)]
Admin = Annotated[Actor, require(Permission.administer)]

# Any key that is known, whatever its scopes.
ApiCaller = Annotated[Actor, Depends(api_actor)]
ApiReader = Annotated[Actor, require(Permission.read, api_actor)]
ApiWorkReader = Annotated[Actor, require(Permission.read_work, api_actor)]
ApiReporter = Annotated[Actor, require(Permission.report, api_actor)]
ApiWriter = Annotated[Actor, require(Permission.write, api_actor)]
ApiManager = Annotated[Actor, require(Permission.manage, api_actor)]
ApiAdmin = Annotated[Actor, require(Permission.administer, api_actor)]


async def get_view(request: Request, today: Today, actor: Annotated[Actor, Depends(page_actor)]) -> View:
    """The page around a signed-in person, with the counts of the rail."""

    def counts() -> dict[str, int]:
        if (opened := getattr(request.state, "reading", None)) is not None:
            return standings.rail_counts(opened, today)
        with get_database(request).read() as session:
            return standings.rail_counts(session, today)

    return View(request, actor, today, counts)


Page = Annotated[View, Depends(get_view)]


async def get_typed(request: Request) -> Typed:
    """The posted form."""
    return Typed(await request.form())


Form = Annotated[Typed, Depends(get_typed)]
