"""The manners of the JSON API: strict reading, lists with cursors, ETags, one writer of JSON.

Handlers answer with bytes made by pydantic from plain dataclasses (freezing them would take ten times as
long as filling them); the models in the OpenAPI document are the same classes, so that the two cannot drift.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Path, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, TypeAdapter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app import lists
from app.config import settings
from app.deprecation import Deprecation
from app.errors import FieldError, Invalid, Refused
from app.i18n import Words, preferred, words
from app.schemas import refuse

MOST = 200


class ApiRoute(APIRoute):
    """A route that reads strictly: no parameter is ignored, a body is JSON with every name in it once. One
    whose handler is `@deprecated` says so in each answer."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        mark = _deprecation(endpoint)
        if mark:
            options["deprecated"] = True
            options["openapi_extra"] = {**(options.get("openapi_extra") or {}), "x-deprecation": mark.told()}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the checks that its operation needs."""
        handle = super().get_route_handler()
        takes_body = self.body_field is not None
        takes_query = bool((self.openapi_extra or {}).get("parameters"))
        ending = _deprecation(self.endpoint)

        async def strict(request: Request) -> Response:
            if not takes_query and request.scope["query_string"]:
                for name in request.query_params:
                    raise Refused("unknown_parameter", field=name[:60], name=name[:60])
            if takes_body:
                request._json = read_json(request, await request.body())
            try:
                response = await handle(request)
            except Replayed as again:
                response = again.response
            return ending.mark(response) if ending else response

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
    body = to_json(value)
    digest = sha256(body).hexdigest()[:12]
    tag = f'"{digest}"' if version is None else f'"{version}-{digest}"'
    headers = {"etag": tag, "vary": "Accept-Language"}
    if location:
        headers["location"] = location
    if request.method == "GET" and {tag, "*"} & set(tags_of(request.headers.get("if-none-match"))):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, media_type="application/json")


def tags_of(header: str | None) -> list[str]:
    """The ETags of a header. Weak tags count: proxies that compress weaken ours."""
    return [tag.strip().removeprefix("W/") for tag in (header or "").split(",")]


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
        return lists.read(schema, request.query_params, page=False)

    return Depends(read)


R = TypeVar("R")


def page_of(
    rows: list[R], limit: int, key: Callable[[R], Sequence[Any]]
) -> tuple[list[R], Sequence[Any] | None]:
    """A page out of `limit + 1` rows, and the sort values of its last row when more follow."""
    shown = rows[:limit]
    return shown, key(shown[-1]) if len(rows) > limit else None


def listing(request: Request, items: list[Any], after: Sequence[Any] | None) -> Response:
    """A page of a list; `after` holds the sort values of its last row when there are more."""
    address = None
    if after is not None:
        address = str(request.url.include_query_params(cursor=write_cursor(request, after)))
    body = b'{"items":' + to_json(items) + b',"next":' + json.dumps(address).encode() + b"}"
    headers = {"vary": "Accept-Language"}
    if address:
        headers["link"] = f'<{address}>; rel="next"'
    return Response(body, 200, headers, media_type="application/json")


def _scope(request: Request) -> str:
    """What a cursor belongs to: the path and every parameter but the page's own."""
    pairs = [(k, v) for k, v in request.query_params.multi_items() if k not in {"cursor", "limit"}]
    return request.url.path + json.dumps(sorted(pairs))


def write_cursor(request: Request, after: Sequence[Any]) -> str:
    """Where the next page begins, signed, so that nobody can make one up or use it for another list."""
    data = json.dumps([v.isoformat() if isinstance(v, date) else v for v in after]).encode()
    return _as_text(_sign(request, data) + data)


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
