"""One writer of JSON: an answer as bytes, with its ETag, whole or the fields that were asked for.

Handlers answer with bytes made by pydantic from plain dataclasses (freezing them would take ten times as
long as filling them); the models in the OpenAPI document are the same classes, so that the two cannot drift.
"""

import json
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from fastapi import Request
from pydantic import TypeAdapter
from starlette.responses import Response

from app.references import expanded, look_up
from app.shapes import FIELDS, asked_of
from app.unchanged import VARY, is_known


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
