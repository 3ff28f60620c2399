"""Uploads as they stream in: every file counted and hashed on its way to the disk, cut off at the limit.

A form is read as multipart/form-data (RFC 7578). Nothing is held in memory but small fields, nothing stays
on the disk but what a record took: whatever happens, the parts are removed when the request is over.
"""

import errno
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import python_multipart as multipart
from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.config import settings
from app.errors import DomainError, Refused, TooLarge, Unavailable
from app.files.content import look_into
from app.files.kinds import Kind
from app.files.names import kept_name
from app.files.store import Store, store
from app.forms import Typed
from app.security import MOST_FILES

_LONGEST_FIELDS = 65_536


@dataclass
class Upload:
    """One file that was received whole and looked into; its bytes wait in a part of the store."""

    name: str
    part: Path
    size: int
    sha256: str
    kind: Kind


@dataclass
class Received:
    """What a form brought. `refusal`: why its files cannot be taken; the typed words are there all the same,
    as far as they came before it."""

    typed: Typed
    uploads: list[Upload] = field(default_factory=list)
    refusal: DomainError | None = None

    @property
    def fingerprint(self) -> bytes:
        """What makes two requests the same one: the fields and the files' contents, not how the caller's
        library happened to frame them."""
        fields = sorted(self.typed.texts().items())
        return repr([fields, [(u.name, u.sha256) for u in self.uploads]]).encode()


@dataclass
class _Part:
    """A file on its way."""

    sent_name: str
    path: Path
    stream: BinaryIO
    size: int = 0
    hash: Any = field(default_factory=hashlib.sha256)


class _Reader:
    """The callbacks of the multipart parser. Runs in the thread pool, one piece of the body at a time."""

    def __init__(self, place: Store, content_type: str) -> None:
        self.fields: list[tuple[str, str]] = []
        self.parts: list[_Part] = []
        self.ended = False
        self._store = place
        self._header, self._value = b"", b""
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._text: bytearray | None = None
        self._typed = 0
        _, options = parse_options_header(content_type)
        self._parser = multipart.MultipartParser(
            options.get(b"boundary", b""),
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_done,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._all,
            },
        )

    def feed(self, piece: bytes) -> None:
        """The next bytes of the body. Raises TooLarge, Refused, Unavailable (the disk is full)."""
        try:
            self._parser.write(piece)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise Unavailable("no_room", retry_after=60) from error
            raise

    def clean(self) -> None:
        """Close and remove whatever no record took."""
        for part in self.parts:
            part.stream.close()
            part.path.unlink(missing_ok=True)

    def _begin(self) -> None:
        self._headers = {}

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._header.lower()] = self._value
        self._header = self._value = b""

    def _headers_done(self) -> None:
        told = self._headers.get(b"content-disposition", b"").decode("latin-1")
        _, options = parse_options_header(told)
        if b"name" not in options:
            raise HTTPException(400)
        self._name = _decoded(options[b"name"])
        self._text = None if b"filename" in options else bytearray()
        if self._text is not None:
            return
        if len(self.parts) >= MOST_FILES:
            raise Refused("too_many_files", field="file", most=MOST_FILES)
        path = self._store.new_part()
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.parts.append(_Part(_decoded(options[b"filename"]), path, os.fdopen(opened, "wb")))

    def _data(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        if self._text is not None:
            self._typed += len(piece)
            if self._typed > _LONGEST_FIELDS:
                raise TooLarge("too_large")
            self._text += piece
            return
        part = self.parts[-1]
        part.size += len(piece)
        if part.size > settings().file_bytes:
            name, most = kept_name(part.sent_name), settings().file_mb
            raise TooLarge("file_too_large", field="file", name=name, megabytes=most)
        part.hash.update(piece)
        part.stream.write(piece)

    def _end(self) -> None:
        if self._text is not None:
            self.fields.append((self._name, _decoded(bytes(self._text))))
            return
        part = self.parts[-1]
        part.stream.flush()
        os.fsync(part.stream.fileno())
        part.stream.close()
        if not part.size and not part.sent_name:  # a form's empty file field
            part.path.unlink()
            self.parts.pop()

    def _all(self) -> None:
        self.ended = True


def _decoded(raw: bytes) -> str:
    """Browsers send UTF-8; what is none is read as what every byte sequence is."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


async def receive(request: Request) -> AsyncIterator[Received]:
    """The dependency of an upload: stands behind the one that knows the caller and before the one that opens
    the transaction, so that no stranger fills the disk and nobody waits for a slow line."""
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        raise HTTPException(415)
    try:
        reader = _Reader(store(), content_type)
    except FormParserError:
        raise HTTPException(400) from None
    try:
        yield await _received(request, reader)
    finally:
        await run_in_threadpool(reader.clean)


async def _received(request: Request, reader: _Reader) -> Received:
    uploads: list[Upload] = []
    refusal: DomainError | None = None
    try:
        async for piece in request.stream():
            await run_in_threadpool(reader.feed, piece)
        if not reader.ended:
            raise HTTPException(400)
        uploads = [await run_in_threadpool(_looked_into, part) for part in reader.parts]
    except (ClientDisconnect, FormParserError):
        raise HTTPException(400) from None  # the line broke, or this is no form: nobody waits for words
    except HTTPException as error:
        if error.status_code != 413:  # the whole body was longer than app.security lets through
            raise
        refusal = TooLarge("too_large", field="file")
    except Unavailable:
        raise
    except DomainError as error:
        refusal = error
    return Received(Typed(FormData(dict(reader.fields))), uploads, refusal)


def _looked_into(part: _Part) -> Upload:
    name = kept_name(part.sent_name)
    if not part.size:
        raise Refused("file_empty", field="file", name=name)
    return Upload(name, part.path, part.size, part.hash.hexdigest(), look_into(part.path, name))


Files = Annotated[Received, Depends(receive)]
