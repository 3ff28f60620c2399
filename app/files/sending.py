"""Bytes on their way out: named, sealed against running anything, and kept by no cache that should not."""

import re
from collections.abc import Mapping
from pathlib import Path

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from app.errors import NotFound, Unavailable
from app.files.images import thumbnail
from app.files.kinds import BY_TYPE, Family
from app.files.names import disposition
from app.files.store import store
from app.models import File
from app.vocabulary import FileClassification

# What is shown runs no script, loads nothing, posts nothing and has no origin; a PDF is shown all the same.
_SEALED = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_ONE_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


def send_bytes(request: Request, file: File, *, download: bool) -> Response:
    """A file's content: shown by the browser where its kind allows, unless a download is asked for.

    Raises Unavailable when the bytes are not there: a disk is missing, or was damaged.
    """
    kind = BY_TYPE[file.media_type]
    path = store().path(file.sha256)
    if not path.is_file():
        raise Unavailable("bytes_missing", retry_after=60)
    headers = {"content-disposition": disposition(file.name, inline=kind.inline and not download)}
    return _sent(request, path, file, kind.media_type, headers, tag=file.sha256)


def send_thumbnail(request: Request, file: File) -> Response:
    """The small picture of an image; raises NotFound for anything else, Unavailable without its bytes."""
    kind = BY_TYPE[file.media_type]
    if kind.family != Family.image:
        raise NotFound("file")
    try:
        path = thumbnail(store(), file.sha256, kind)
    except FileNotFoundError:
        raise Unavailable("bytes_missing", retry_after=60) from None
    return _sent(request, path, file, "image/jpeg", {}, tag=f"{file.sha256}-small")


def _sent(
    request: Request, path: Path, file: File, media_type: str, more: Mapping[str, str], *, tag: str
) -> Response:
    etag = f'"{tag}"'
    headers = {"etag": etag, "content-security-policy": _SEALED, **more}
    headers |= {"vary": "Cookie, Authorization", "cross-origin-resource-policy": "same-origin"}
    # Asked anew each time, so that who may no longer see it does not; internal files are kept nowhere.
    normal = file.classification == FileClassification.normal and file.delegation_id is None
    headers["cache-control"] = "private, no-cache" if normal else "no-store"
    known = {t.strip().removeprefix("W/") for t in request.headers.get("if-none-match", "").split(",")}
    if {etag, "*"} & known:
        return Response(status_code=304, headers=headers)
    return _Ranged(path, headers=headers, media_type=media_type)


class _Ranged(FileResponse):
    """Answers one range; any other wish for a part gets the whole, as RFC 9110 lets a server do."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = MutableHeaders(raw=list(scope["headers"]))
        if (asked := headers.get("range")) and not self._fits(asked):
            del headers["range"]
        await super().__call__({**scope, "headers": headers.raw}, receive, send)

    def _fits(self, asked: str) -> bool:
        found = _ONE_RANGE.fullmatch(asked)
        if found is None:
            return False
        first, last = int(found[1]), found[2]
        return first < Path(self.path).stat().st_size and (not last or int(last) >= first)
