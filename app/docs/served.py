"""The OpenAPI document as it is sent: written out once, and only to who has it not yet."""

from functools import cache
from hashlib import sha256

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.answers import as_json
from app.unchanged import is_known


def serve(app: FastAPI, address: str) -> None:
    """Answer the application's document at an address; 304 to a caller whose ETag is that of it."""

    @cache
    def written() -> tuple[bytes, str]:
        body = as_json(app.openapi())
        return body, f'"{sha256(body).hexdigest()[:16]}"'

    def openapi(request: Request) -> Response:
        body, tag = written()
        headers = {"etag": tag, "cache-control": "no-cache"}
        if is_known(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/json")

    app.add_route(address, openapi, include_in_schema=False)
