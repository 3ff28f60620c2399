"""What a handler of the API that writes is given: the act as it came in, done once and answered once.

    POST that makes something     act: WriterPost     Idempotency-Key
    PATCH, DELETE of a record     act: WriterPatch    If-Match
    POST upon a record            act: WriterAct      both

Whoever sends an act again never reaches its handler: the dependency raises the first answer (Replayed).
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session
from starlette.responses import Response

from app.actor import Actor, Permission
from app.answers import one
from app.dependencies import Today, WriteSession, api_actor, require
from app.errors import PreconditionRequired, Stale
from app.once import Once
from app.rest import Replayed
from app.unchanged import tags_of

IfMatch = Annotated[str | None, Header(alias="If-Match", description="The ETag of what was read, or *.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="The same key and body replays the first answer for 24 hours.",
    ),
]


async def get_raw_body(request: Request) -> bytes:
    """The address and the body as they came, to recognise a repeat of the same act."""
    return request.url.path.encode() + b"\n" + await request.body()


RawBody = Annotated[bytes, Depends(get_raw_body)]


@dataclass(frozen=True)
class Expected:
    """What a writer believes the record's version to be."""

    tags: tuple[str, ...] | None

    @classmethod
    def of(cls, if_match: str | None) -> "Expected":
        """The versions an If-Match header allows."""
        return cls(None if if_match is None else tuple(tags_of(if_match)))

    def version(self, row: Any, *, optional: bool = False) -> int:
        """The row's version when it is the expected one; raises Stale otherwise, PreconditionRequired when
        nothing was said though it had to be. (Only now: who may not write, or asks for no record, is told
        that.)"""
        if self.tags is None:
            if optional:
                return int(row.version)
            raise PreconditionRequired("if_match_needed")
        if "*" in self.tags or str(row.version) in {tag.strip('"').partition("-")[0] for tag in self.tags}:
            return int(row.version)
        raise Stale(row)


@dataclass(frozen=True, slots=True)
class Act:
    """Who writes, on which day, in which transaction."""

    request: Request
    session: Session
    actor: Actor
    today: date
    once: Once | None

    def answer(self, value: Any, version: int | None = None) -> Response:
        """The record as it is now, with its ETag; kept for the key under which the act came."""
        return self._kept(one(self.request, value, version))

    def created(self, value: Any, version: int | None, *, at: str, kept: Any = None) -> Response:
        """The new record, and its address. Where it holds a secret, `kept` is what a repeat is answered."""
        response = one(self.request, value, version, status=201, location=at)
        if kept is None:
            return self._kept(response)
        self._kept(one(self.request, kept, version, status=201, location=at))
        return response

    def promised(self, value: Any) -> Response:
        """What will be done once the answer has gone."""
        return self._kept(one(self.request, value, status=202))

    def _kept(self, response: Response) -> Response:
        return self.once.keep(response) if self.once else response


@dataclass(frozen=True, slots=True)
class ActUpon(Act):
    """An act upon a record that the caller has read."""

    expected: Expected

    def version(self, row: Any, *, optional: bool = False) -> int:
        """The row's version when it is the one that was read. Raises Stale otherwise, PreconditionRequired
        when If-Match was left out and is not `optional`. To be asked once the record is found."""
        return self.expected.version(row, optional=optional)


async def claim(session: Session, actor: Actor, key: str | None, body: bytes) -> Once | None:
    """The claim to a key, nothing without one. Raises Replayed for an act that has its answer, Refused when
    the key came with another body."""
    if key is None:
        return None
    once = await run_in_threadpool(Once, session, actor.caller, key, body)
    if once.first:
        raise Replayed(once.first)
    return once


# In each the caller is known and the body has come before the session takes the writer's turn.


def posted(permission: Permission) -> Any:
    """The dependency of a POST that needs no version."""

    async def get_act(
        request: Request,
        actor: Annotated[Actor, require(permission, api_actor)],
        body: RawBody,
        session: WriteSession,
        today: Today,
        key: IdempotencyKey = None,
    ) -> Act:
        return Act(request, session, actor, today, await claim(session, actor, key, body))

    return Depends(get_act)


def patched(permission: Permission) -> Any:
    """The dependency of a PATCH or DELETE, which its version makes safe to repeat."""

    async def get_act(
        request: Request,
        actor: Annotated[Actor, require(permission, api_actor)],
        session: WriteSession,
        today: Today,
        if_match: IfMatch = None,
    ) -> ActUpon:
        return ActUpon(request, session, actor, today, None, Expected.of(if_match))

    return Depends(get_act)


def acted(permission: Permission) -> Any:
    """The dependency of a POST upon a record."""

    async def get_act(
        request: Request,
        actor: Annotated[Actor, require(permission, api_actor)],
        body: RawBody,
        session: WriteSession,
        today: Today,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> ActUpon:
        once = await claim(session, actor, key, body)
        return ActUpon(request, session, actor, today, once, Expected.of(if_match))

    return Depends(get_act)


ReporterPost = Annotated[Act, posted(Permission.report)]
WriterPost = Annotated[Act, posted(Permission.write)]
ManagerPost = Annotated[Act, posted(Permission.manage)]
AdminPost = Annotated[Act, posted(Permission.administer)]
ReporterPatch = Annotated[ActUpon, patched(Permission.report)]
WriterPatch = Annotated[ActUpon, patched(Permission.write)]
ManagerPatch = Annotated[ActUpon, patched(Permission.manage)]
AdminPatch = Annotated[ActUpon, patched(Permission.administer)]
WriterAct = Annotated[ActUpon, acted(Permission.write)]
ManagerAct = Annotated[ActUpon, acted(Permission.manage)]
AdminAct = Annotated[ActUpon, acted(Permission.administer)]
