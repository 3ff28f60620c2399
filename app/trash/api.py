"""The trash over REST: DELETE archives, a restoration brings back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.acts import ActUpon, acted, patched
from app.dependencies import ApiWriter, ReadSession
from app.described import answers_list, parameters, problems
from app.errors import PreconditionRequired
from app.listings import listed
from app.rest import ApiRoute, RecordId, Spoken, asked
from app.trash import queries, service
from app.trash.kinds import KINDS, Kind
from app.trash.schemas import TrashQuery

router = APIRouter(route_class=ApiRoute)


@dataclass(slots=True)
class TrashItem:
    """An archived record; POST to `restoration` brings it back. `title` is null for a person who was erased,
    and for a key without the scope `read:people`."""

    kind: str
    id: str
    version: int
    title: str | None
    archived_at: datetime
    archived_by: str | None
    partners: list[str]
    restoration: str
    is_demo: bool


@dataclass(slots=True)
class TrashPage:
    """A page of the trash; `next` is the address of the one after, or null."""

    items: list[TrashItem]
    next: str | None


@dataclass(slots=True)
class Restored:
    """A record that is back: its version and its address."""

    kind: str
    id: str
    version: int
    url: str


def _item(row: queries.Trashed) -> TrashItem:
    return TrashItem(
        row.kind.collection, row.key, row.version, row.title or None, row.archived_at, row.archived_by,
        [slug for slug, _ in row.partners], f"/api/v1{row.url}/restoration", row.is_demo,
    )  # fmt: skip


@router.get(
    "/trash",
    name="list",
    tags=["trash"],
    summary="List what is archived",
    responses=answers_list(TrashPage),
    openapi_extra=parameters(TrashQuery),
)
def list_(
    request: Request,
    query: Annotated[TrashQuery, asked(TrashQuery)],
    actor: ApiWriter,
    session: ReadSession,
    spoken: Spoken,
) -> Response:
    """Archived records of every kind, the latest first. For those who may write."""
    return listed(
        request,
        query,
        lambda part: queries.list_trash(session, actor, spoken.locale, query.kind, part),
        key=lambda row: (row.archived_at.isoformat(), row.kind.name, row.id),
        items=lambda rows: [_item(row) for row in rows],
    )


def _add(kind: Kind) -> None:
    """The two addresses of one kind of record."""
    change: Any = Annotated[ActUpon, patched(kind.permission)]
    act_upon: Any = Annotated[ActUpon, acted(kind.permission)]
    kept_under: Any = RecordId if kind.key == "id" else str
    of_record: Any = Annotated[kept_under, Path(alias=kind.parameter)]
    path = f"/{kind.collection}/{{{kind.parameter}}}"
    scope = "admin" if kind.permission == "manage" else "write"

    def archive(act: change, key: of_record) -> Response:
        row = service.get(act.session, kind, key)
        if act.expected.tags is None:
            raise PreconditionRequired("if_match_needed")
        version = row.version if row.archived_at else act.version(row)
        service.archive(act.session, act.actor, kind, row, version=version)
        return Response(status_code=204)

    def restore(act: act_upon, key: of_record) -> Response:
        row = service.get(act.session, kind, key)
        version = act.version(row, optional=True)
        service.restore(act.session, act.actor, kind, row, version=version)
        name = str(getattr(row, kind.key))
        back = Restored(kind.collection, name, row.version, f"/api/v1{kind.url(name)}")
        return act.answer(back, row.version)

    router.add_api_route(
        path,
        archive,
        methods=["DELETE"],
        name="archive",
        tags=[kind.collection],
        status_code=204,
        summary="Archive it",
        description=f"Out of lists, counts and standings; it can be restored. Needs the scope `{scope}`.",
        responses={204: {"description": "It is in the trash."}, **problems(404, 412, 428)},
    )
    router.add_api_route(
        f"{path}/restoration",
        restore,
        methods=["POST"],
        name="restore",
        tags=[kind.collection],
        summary="Restore it from the trash",
        description=f"As it was. If-Match may be left out. Needs the scope `{scope}`.",
        responses={
            200: {"description": "It is back.", "model": Restored},
            **problems(404, 409, 412),
        },
    )


for _kind in KINDS:
    _add(_kind)
