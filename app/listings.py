"""Lists over REST: pages behind cursors that nobody can make up, and the whole list as a table."""

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from operator import itemgetter
from typing import Any, TypeVar

from fastapi import Request
from starlette.responses import Response

from app import clock
from app.answers import as_json, narrowed, tagged, to_json
from app.columns import columns, reference_columns
from app.config import settings
from app.errors import Refused
from app.lists import Part
from app.references import expanded, look_up
from app.shapes import COUNT, EXPAND, FIELDS, MOST_ROWS, asked_of
from app.tables import Cell, Table, download
from app.unchanged import VARY

MOST = 200

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
