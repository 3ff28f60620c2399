"""The manners of the JSON API: strict reading, in the caller's language. Answers are app/answers.py, lists
app/listings.py."""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from app import lists
from app.deprecation import Deprecation
from app.errors import FieldError, Invalid, Refused
from app.i18n import Words, preferred, words
from app.schemas import refuse
from app.shapes import ENDINGS, SHARED, Shape, shape_of


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


async def get_words(
    accept_language: Annotated[
        str | None, Header(alias="Accept-Language", description="`vi` (the default) or `en`.")
    ] = None,
) -> Words:
    """The caller's language; Vietnamese unless English is asked for."""
    return words(preferred(accept_language))


Spoken = Annotated[Words, Depends(get_words)]


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
