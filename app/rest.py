"""The manners of the JSON API: strict reading, lists with cursors, ETags, one writer of JSON.

Handlers answer with bytes made by pydantic from plain dataclasses (freezing them would take ten times as
long as filling them); the models in the OpenAPI document are the same classes, so that the two cannot drift.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from operator import itemgetter
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Path, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, TypeAdapter
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from app import clock, lists
from app.columns import columns, reference_columns
from app.config import settings
from app.deprecation import Deprecation
from app.errors import FieldError, Invalid, Refused
from app.i18n import Words, preferred, words
from app.lists import Part
from app.references import expanded, look_up
from app.schemas import refuse
from app.shapes import COUNT, ENDINGS, EXPAND, FIELDS, MOST_ROWS, SHARED, Shape, asked_of, shape_of
from app.tables import Cell, Table, download
from app.unchanged import VARY, is_known

MOST = 200


class ApiRoute(APIRoute):
    """A route that reads strictly: no parameter is ignored, a body is JSON with every name in it once. One
    whose handler is `@deprecated` says so in each answer.

    What a GET answers by a read model takes `fields`, `expand` and, for a list, `count`; a list is a table
    too, at its own address with `.csv` or `.xlsx` behind it.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        extra = dict(options.get("openapi_extra") or {})
        if mark := _deprecation(endpoint):
            options["deprecated"] = True
            extra["x-deprecation"] = mark.told()
        model = ((options.get("responses") or {}).get(200) or {}).get("model")
        self.shape = shape_of(model) if "GET" in (options.get("methods") or ()) else None
        self.takes_query = bool(extra.get("parameters"))
        if self.shape:
            extra["parameters"] = [*extra.get("parameters", []), *self.shape.parameters()]
            extra["x-expanded"] = self.shape.expansion()
            extra[SHARED] = {**extra.get(SHARED, {}), **self.shape.schemas()}
        super().__init__(path, endpoint, **{**options, "openapi_extra": extra or None})

    def matches(self, scope: Any) -> tuple[Match, Any]:
        """Whether an address is this route's; a list answers to its address with a table's ending as well."""
        match, child = super().matches(scope)
        if match == Match.NONE and self.shape and self.shape.is_list and scope["path"].endswith(ENDINGS):
            match, child = super().matches({**scope, "path": scope["path"].rpartition(".")[0]})
        return match, child

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the checks that its operation needs."""
        handle = super().get_route_handler()
        takes_body = self.body_field is not None
        ending = _deprecation(self.endpoint)
        takes_query, shape = self.takes_query, self.shape
        uniform = shape.uniform if shape else frozenset()

        async def strict(request: Request) -> Response:
            request.state.deprecation = ending
            if not takes_query and request.scope["query_string"]:
                for name in request.query_params:
                    if name not in uniform:
                        raise Refused("unknown_parameter", field=name[:60], name=name[:60])
            if shape:
                request.state.shape, request.state.asked = shape, shape.read(request)
            if takes_body:
                request._json = read_json(request, await request.body())
            try:
                return await handle(request)
            except Replayed as again:
                return again.response

        return strict


def _deprecation(endpoint: Callable[..., Any]) -> Deprecation | None:
    return getattr(endpoint, "deprecation", None)


class Replayed(Exception):
    """The act was done before: here is its first answer. For ApiRoute, which sends it."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def read_json(request: Request, body: bytes) -> Any:
    """The body of a write. Raises 415 for another media type, Refused for what no two programs would read
    alike: a name given twice, NaN, numbers of thousands of digits."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415)
    try:
        return json.loads(body.decode(), object_pairs_hook=_each_name_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Invalid([FieldError("", "bad_json")]) from None


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        name = next(n for n in names if names.count(n) > 1)[:60]
        raise Refused("duplicate_field", field=name)
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _adapter_of(value: Any) -> TypeAdapter[Any]:
    kind: Any = type(value)
    return _adapter(kind)


def to_json(value: Any) -> bytes:
    """A read model, or a list of one kind of them, as JSON."""
    if isinstance(value, list):
        kind: Any = list[type(value[0])] if value else list  # type: ignore[misc]
        return _adapter(kind).dump_json(value)
    kind = type(value)
    return _adapter(kind).dump_json(value)


async def get_words(
    accept_language: Annotated[
        str | None, Header(alias="Accept-Language", description="`vi` (the default) or `en`.")
    ] = None,
) -> Words:
    """The caller's language; Vietnamese unless English is asked for."""
    return words(preferred(accept_language))


Spoken = Annotated[Words, Depends(get_words)]


def one(
    request: Request,
    value: Any,
    version: int | None = None,
    *,
    status: int = 200,
    location: str | None = None,
) -> Response:
    """A single resource with its ETag; 304 when the caller already has this state of it.

    The tag is the row's version and a hash of what is shown: other tables show in it too.
    """
    body = shown(request, value)
    headers = {} if location is None else {"location": location}
    return tagged(request, body, headers, version=version, status=status)


def tagged(
    request: Request, body: bytes, headers: dict[str, str], *, version: int | None = None, status: int = 200
) -> Response:
    """JSON with its ETag: the row's version where there is one, a hash of the body, and the state of all that
    it follows from (app/unchanged.py)."""
    state = getattr(request.state, "data_state", None)
    own = sha256(body).hexdigest()[:12] + (f".{state}" if state else "")
    tag = f'"{own}"' if version is None else f'"{version}-{own}"'
    headers = {**headers, "etag": tag, "vary": VARY}
    if request.method == "GET" and is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, media_type="application/json")


def shown(request: Request, value: Any) -> bytes:
    """A read model as JSON: whole, or the fields asked for, with what they refer to."""
    asked = asked_of(request)
    if not asked.fields and not asked.expand:
        return to_json(value)
    found = narrowed(request, [value])[0]
    return as_json(found | {FIELDS: list(asked.fields)} if asked.fields else found)


def as_json(value: Any) -> bytes:
    """Plain values as JSON, as compact as pydantic writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def narrowed(request: Request, values: Sequence[Any]) -> list[dict[str, Any]]:
    """Read models with the fields that were asked for, in that order, and what they refer to."""
    asked = asked_of(request)
    told = [_adapter_of(value).dump_python(value, mode="json") for value in values]
    if asked.fields:
        told = [{name: whole[name] for name in asked.fields} for whole in told]
    if asked.expand:
        item = request.state.shape.item
        found = look_up(request.state.session, item, values, asked.expand)
        for value, whole in zip(values, told, strict=True):
            beside = expanded(item, value, found)
            whole["expanded"] = {name: _plain(part) for name, part in beside.items()}
    return told


def _plain(value: Any) -> Any:
    return _adapter_of(value).dump_python(value, mode="json") if value else value


def digits(value: str) -> str:
    """A number in a path as it is written: one record, one address, not 1.0, +1 or 01 beside 1."""
    if not re.fullmatch("0|-?[1-9][0-9]*", value):
        raise refuse("not_a_number")
    return value


# Ids are 32-bit: a larger number is no id, and drivers choke on what exceeds 64 bits.
RecordId = Annotated[int, Path(ge=1, le=2**31 - 1), BeforeValidator(digits)]


def asked(schema: type[BaseModel]) -> Any:
    """The query of a list, read as the pages read theirs: an unknown, repeated or senseless parameter is
    refused by name. (FastAPI's own reading ignores repeats and takes a third of the request's time.)"""

    async def read(request: Request) -> BaseModel:
        shape: Shape | None = getattr(request.state, "shape", None)
        return lists.read(schema, request.query_params, page=False, beside=shape.uniform if shape else ())

    return Depends(read)


R = TypeVar("R")


def page_of(
    rows: Sequence[R], limit: int, key: Callable[[R], Sequence[Any]]
) -> tuple[list[R], Sequence[Any] | None]:
    """A page out of `limit + 1` rows, and the sort values of its last row when more follow."""
    shown = list(rows[:limit])
    return shown, key(shown[-1]) if len(rows) > limit else None


def listing(request: Request, items: list[Any]) -> Response:
    """A list that has no pages: everything there is of it."""
    if asked_of(request).table:
        return table(request, len(items), [items])
    return _page(request, items, None, len(items))


def _firsts(rows: Sequence[Any]) -> list[Any]:
    return [row[0] for row in rows]


def listed(
    request: Request,
    query: Any,
    read: Callable[[Part], Sequence[Any]],
    *,
    key: Callable[[Any], Sequence[Any]] = itemgetter(1),
    items: Callable[[Sequence[Any]], Sequence[Any]] = _firsts,
    at_hand: bool = False,
) -> Response:
    """A page of a list, or the whole list as a table.

    `read` gives the rows of a part in their order, `key` the values by which a row is sorted, `items` the
    read models of some rows; a row is both, (item, key), when these are left out. `at_hand`: the rows are
    all read whatever part is wanted, so that a table asks for them once.
    """
    asked = asked_of(request)
    if asked.table:
        return table(request, *_in_batches(read, key, items, None if at_hand else BATCH))
    part = Part(read_cursor(request, query.cursor), query.limit + 1, asked.count)
    rows, after = page_of(read(part), query.limit, key)
    return _page(request, list(items(rows)), after, part.total)


def _page(request: Request, items: list[Any], after: Sequence[Any] | None, total: int | None) -> Response:
    """A page; `after` holds the sort values of its last row when there are more."""
    asked, address = asked_of(request), None
    if after is not None:
        address = str(request.url.include_query_params(cursor=write_cursor(request, after)))
    narrow = asked.fields or asked.expand
    body = b'{"items":' + (as_json(narrowed(request, items)) if narrow else to_json(items))
    body += b',"next":' + json.dumps(address).encode()
    if asked.count:
        body += b',"total":%d' % (total or 0)
    if asked.fields:
        body += b',"fields":' + as_json(asked.fields)
    return tagged(request, body + b"}", {"link": f'<{address}>; rel="next"'} if address else {})


BATCH = 500


def _in_batches(read: Any, key: Any, items: Any, size: int | None) -> tuple[int, Iterator[Sequence[Any]]]:
    """How many rows a list has, and its items, no more than a batch of them at once."""
    part = Part(None, size and size + 1, counted=True)
    first = read(part)  # here, where a refusal is still an answer
    total = len(first) if part.total is None else part.total

    def batches() -> Iterator[Sequence[Any]]:
        rows: Sequence[Any] = first
        while True:
            batch, after = page_of(rows, size or max(len(rows), 1), key)
            for start in range(0, len(batch), BATCH):
                yield items(batch[start : start + BATCH])
            if after is None:
                return
            rows = read(Part(json.loads(_written(after)), size and size + 1))

    return total, batches()


def table(request: Request, total: int, batches: Iterable[Sequence[Any]]) -> Response:
    """A list as a table: every row, written while it is read. Raises Refused for one that is too long."""
    asked, shape = asked_of(request), request.state.shape
    assert asked.table is not None
    if total > MOST_ROWS:
        raise Refused("table_too_long", most=MOST_ROWS, found=total)
    own = columns(shape.item, asked.fields)
    beside = reference_columns(shape.item, asked.expand)

    def rows() -> Iterator[list[Cell]]:
        for batch in batches:
            found = look_up(request.state.session, shape.item, batch, asked.expand) if beside else {}
            for value in batch:
                told = expanded(shape.item, value, found) if beside else {}
                yield [c.cell(value) for c in own] + [c.cell(told) for c in beside]

    name = request.url.path.removeprefix("/api/v1/").removesuffix(f".{asked.table}").replace("/", "-")
    headings = [column.heading for column in (*own, *beside)]
    sheet = Table(title=name, headings=headings, rows=rows())
    response = download(f"{name}-{clock.today()}", asked.table, [sheet])
    response.headers["vary"] = VARY
    if state := getattr(request.state, "data_state", None):
        response.headers["etag"] = f'"{asked.table}.{state}"'
    return response


# What may differ from page to page.
_BESIDE_ORDER = frozenset({"cursor", "limit", FIELDS, EXPAND, COUNT})


def _scope(request: Request) -> str:
    """What a cursor belongs to: the path and every parameter but the page's own."""
    pairs = [(k, v) for k, v in request.query_params.multi_items() if k not in _BESIDE_ORDER]
    return request.url.path + json.dumps(sorted(pairs))


def write_cursor(request: Request, after: Sequence[Any]) -> str:
    """Where the next page begins, signed, so that nobody can make one up or use it for another list."""
    data = _written(after)
    return _as_text(_sign(request, data) + data)


def _written(after: Sequence[Any]) -> bytes:
    return json.dumps([v.isoformat() if isinstance(v, date) else v for v in after]).encode()


def _as_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(request: Request, cursor: str | None) -> list[Any] | None:
    """The sort values after which a page begins; raises Refused for a cursor that is not ours."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raise Refused("bad_cursor", field="cursor") from None
    # The decoder passes over what is no base64: only the very text that we wrote is ours.
    if cursor != _as_text(raw) or not hmac.compare_digest(raw[:12], _sign(request, raw[12:])):
        raise Refused("bad_cursor", field="cursor")
    values: list[Any] = json.loads(raw[12:])
    return values


def _sign(request: Request, data: bytes) -> bytes:
    return hmac.new(settings().key(), _scope(request).encode() + data, sha256).digest()[:12]
