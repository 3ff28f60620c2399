"""What an operation tells the OpenAPI document: its answers, its parameters, its errors."""

from typing import Any

from pydantic import BaseModel

from app.shapes import SHARED, shape_of
from app.tables import MEDIA_TYPES, TableFormat


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class FieldProblem(BaseModel):
    """One wrong field: a JSON pointer, a stable code, and words."""

    pointer: str
    code: str
    detail: str


class InvalidProblem(Problem):
    """A problem that names the fields at fault."""

    errors: list[FieldProblem]


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TEXTS = {
    304: "The caller has this very state already (If-None-Match).",
    401: "The key is missing, unknown, revoked or expired.",
    403: "The key's scopes do not allow this.",
    404: "There is no such record, or the caller may not know of it.",
    409: "The record's state does not allow this.",
    412: "The record has changed since it was read.",
    413: "The body is longer than a megabyte, or a file than this installation takes.",
    415: "The body, or a file in it, is of a media type that is not taken here.",
    422: "Something in the request is not right; `errors` names it.",
    428: "If-Match is needed.",
    429: "The key has called too often; RateLimit tells how often it may, Retry-After when it is heard.",
    503: "The database is busy; try again after Retry-After seconds.",
}
_Answers = dict[int | str, dict[str, Any]]


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


_TABLES: dict[TableFormat, dict[str, Any]] = {
    TableFormat.csv: {"type": "string"},
    TableFormat.xlsx: {"type": "string", "format": "binary"},
}
_TAG = {"ETag": _header("The state of what is shown, for If-None-Match.")}
_ETAG = {"ETag": _header("The record's state, for If-Match and If-None-Match.")}
_LINK = {"Link": _header('`<address>; rel="next"` while more follow.')}
_PLACE = {
    "Location": _header("The address of the new record."),
    "Idempotent-Replayed": _header("`true` when an earlier answer to the same Idempotency-Key is repeated."),
}


def problems(*statuses: int) -> _Answers:
    """The errors of an operation, for the OpenAPI document; 401, 403, 422, 429, 503 are always possible."""
    listed = sorted({401, 403, 422, 429, 503, *statuses})
    return {s: {"description": _TEXTS[s], "model": InvalidProblem if s == 422 else Problem} for s in listed}


def answers_list(model: Any, *statuses: int) -> _Answers:
    """What a list may answer."""
    if shape_of(model) is None:
        told = {"description": "A page of the feed.", "model": model, "headers": _LINK}
        return {200: told, **problems(*statuses)}
    tables = {MEDIA_TYPES[kind].partition(";")[0]: {"schema": _TABLES[kind]} for kind in TableFormat}
    whole = {
        "description": "A page of the list; as a table the whole of it.",
        "model": model,
        "headers": {**_LINK, **_TAG},
        "content": {"application/json": {}, **tables},
    }
    return {200: whole, 304: {"description": _TEXTS[304]}, **problems(*statuses)}


def answers_one(model: Any, *statuses: int) -> _Answers:
    """What the read of one resource may answer."""
    return {
        200: {"description": "The record.", "model": model, "headers": _ETAG},
        304: {"description": _TEXTS[304]},
        **problems(*statuses),
    }


def answers_created(model: Any, *statuses: int) -> _Answers:
    """What a POST may answer."""
    told = {"description": "The new record.", "model": model, "headers": {**_ETAG, **_PLACE}}
    return {201: told, **problems(413, 415, *statuses)}


def answers_changed(model: Any, *statuses: int) -> _Answers:
    """What a PATCH may answer."""
    told = {"description": "The record as it is now.", "model": model, "headers": _ETAG}
    return {200: told, **problems(404, 412, 413, 415, 428, *statuses)}


def answers_archived(*statuses: int) -> _Answers:
    """What a DELETE may answer."""
    return {204: {"description": "Archived."}, **problems(404, 412, 428, *statuses)}


def answers_bytes(*statuses: int) -> _Answers:
    """What a download may answer."""
    content = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    return {
        200: {"description": "The bytes.", "content": content, "headers": _ETAG},
        206: {"description": "The range that was asked for.", "content": content},
        304: {"description": _TEXTS[304]},
        **problems(*statuses),
    }


def answers_word(*statuses: int) -> _Answers:
    """What a Word file may answer; it is made anew for every call."""
    content = {WORD: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": "The Word file.", "content": content}, **problems(*statuses)}


def answers_paper(*kinds: str, statuses: tuple[int, ...] = ()) -> _Answers:
    """What a paper that is made for the call may answer, by its media types."""
    content = {kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {200: {"description": "The paper.", "content": content}, **problems(*statuses)}


def upload_of(schema: type[BaseModel]) -> dict[str, Any]:
    """The body of an upload for the OpenAPI document: the file and the schema's fields beside it."""
    told = "The document itself; its kind is told by its content, its name is kept."
    fields = {"file": {"type": "string", "format": "binary", "description": told}}
    asked = parameters(schema)
    for each in asked["parameters"]:
        said = {"description": each["description"]} if "description" in each else {}
        fields[each["name"]] = {**each["schema"], **said}
    body = {"type": "object", "properties": fields, "required": ["file"], "additionalProperties": False}
    content = {"multipart/form-data": {"schema": body}}
    return {"requestBody": {"required": True, "content": content}, SHARED: asked[SHARED]}


def parameters(schema: type[BaseModel]) -> dict[str, Any]:
    """The same schema's fields as query parameters of the OpenAPI document; the enums they name come along,
    for app/docs/document.py to put where the document keeps its schemas."""
    document = schema.model_json_schema(ref_template="#/components/schemas/{model}")
    found = []
    for name, told in document["properties"].items():
        entry: dict[str, Any] = {"name": name, "in": "query", "required": False}
        if "description" in told:
            entry["description"] = told.pop("description")
        told.pop("title", None)
        if told.get("default", 0) in (None, []):
            told.pop("default")
        if told.get("type") == "array" and "maxLength" in told:
            told["maxItems"] = told.pop("maxLength")
        found.append({**entry, "schema": told})
    return {"parameters": found, SHARED: document.get("$defs", {})}
