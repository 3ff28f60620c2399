"""The OpenAPI document as people read it: operations by tag, with what to type."""

import json
import shlex
from dataclasses import dataclass
from pprint import pformat
from typing import Any
from urllib.parse import urlencode

from app.docs.document import Json, operations
from app.docs.tags import TAGS
from app.i18n import Words
from app.text import fold

KEY = "$CITYTIES_KEY"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body."""

    name: str
    place: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: what it is, what it takes, how it is made and what it answered."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    scopes: list[str]
    deprecation: dict[str, str] | None
    parameters: list[Field]
    body: list[Field]
    curl: str
    python: str
    status: str
    answer: str | None
    fields: list[Field]
    errors: list[tuple[str, str]]

    @property
    def label(self) -> str:
        """As one speaks of it."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Line:
    """One call in a list of them."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    deprecated: bool


def index(document: Json, words: str = "", spoken: Words | None = None) -> dict[str, list[Line]]:
    """The operations by tag, in the order of the tags; only those in which every word occurs, in English or
    in the reader's language."""
    wanted = fold(words).split()
    found: dict[str, list[Line]] = {tag.name: [] for tag in TAGS}
    for method, path, told in operations(document):
        line = Line(told["operationId"], told["tags"][0], method, path, told["summary"], "deprecated" in told)
        english = [line.summary, running(told.get("description", ""))]
        own = [spoken.gettext(text) for text in english] if spoken else []
        text = fold(" ".join([method, path, line.id, *english, *own]))
        if all(word in text for word in wanted):
            found.setdefault(line.tag, []).append(line)
    return {tag: lines for tag, lines in found.items() if lines}


def one(document: Json, part: str, operation_id: str, base: str) -> Operation | None:
    """One operation of a part in full, if there is one of this id; `base` is where the API is."""
    for method, path, told in operations(document):
        if told["operationId"] == operation_id and told["tags"][0] == part:
            return _operation(document, method, path, told, base)
    return None


def _operation(document: Json, method: str, path: str, told: Json, base: str) -> Operation:
    answers = {status: _followed(document, answer) for status, answer in told["responses"].items()}
    status = next(iter(answers))
    content = answers[status].get("content", {}).get("application/json", {})
    shown = content.get("example")
    return Operation(
        id=told["operationId"],
        tag=told["tags"][0],
        method=method,
        path=path,
        summary=told["summary"],
        description=running(told.get("description", "")),
        scopes=[scope for asked in told["security"] for scopes in asked.values() for scope in scopes],
        deprecation=told.get("x-deprecation"),
        parameters=[
            Field(
                p["name"],
                p["in"],
                _kind(document, p["schema"]),
                p.get("required", False),
                p.get("description", ""),
            )
            for p in told["parameters"]
        ],
        body=_body(document, told),
        curl=_curl(method, path, told, base),
        python=_python(method, path, told, base),
        status=status,
        answer=None if shown is None else json.dumps(shown, ensure_ascii=False, indent=1),
        fields=_fields(document, content.get("schema", {})),
        errors=[(code, answer["description"]) for code, answer in answers.items() if code >= "400"],
    )


def running(text: str) -> str:
    """A docstring as running text: its lines are where the source breaks them."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _followed(document: Json, part: Json) -> Json:
    if "$ref" not in part:
        return part
    kind, name = part["$ref"].split("/")[-2:]
    found: Json = document["components"][kind][name]
    return found


def _kind(document: Json, schema: Json) -> str:
    """A schema in a few words: `date`, `list of Status: stuck, at_risk, ...`, `integer or null`."""
    schema = {**_followed(document, schema), **{k: v for k, v in schema.items() if k != "$ref"}}
    if "anyOf" in schema:
        kinds = [_kind(document, each) for each in schema["anyOf"]]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return " · ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of: {_kind(document, schema['items'])}"
    if "properties" in schema:
        return "{" + ", ".join(schema["properties"]) + "}"
    return str(schema.get("format") or schema.get("type") or "any")


def _body(document: Json, told: Json) -> list[Field]:
    contents = told.get("requestBody", {}).get("content", {}).values()
    return [field for content in contents for field in _fields(document, content["schema"])]


def _fields(document: Json, schema: Json, under: str = "") -> list[Field]:
    """Its fields, and below each the fields of what it holds: `follow_ups[].title`."""
    schema = _followed(document, schema.get("anyOf", [schema])[0])  # of a read: the whole before its parts
    must = schema.get("required", ())
    found = []
    for name, part in schema.get("properties", {}).items():
        told = part.get("description", "")
        found.append(Field(under + name, "", _kind(document, part), name in must, told))
        inner, mark = _within(document, part)
        found += _fields(document, inner, f"{under}{name}{mark}.")
    return found


def _within(document: Json, part: Json) -> tuple[Json, str]:
    """The object that a field holds, and how its own fields are marked; an empty one where it holds none."""
    for kind in part.get("anyOf", [part]):
        listed = kind.get("type") == "array"
        held = _followed(document, kind["items"] if listed else kind)
        if "properties" in held:
            return held, "[]" if listed else ""
    return {}, ""


def _address(path: str, told: Json) -> str:
    """The address of the example's record, with the query that was asked."""
    given = {(p["in"], p["name"]): p["example"] for p in told["parameters"] if "example" in p}
    for (place, name), value in given.items():
        if place == "path":
            path = path.replace(f"{{{name}}}", str(value))
    query = [(name, value) for (place, name), value in given.items() if place == "query"]
    return path + (f"?{urlencode(query, doseq=True)}" if query else "")


def _headers(told: Json) -> dict[str, str]:
    """Those that the call must bring, beside the key."""
    return {
        p["name"]: str(p["example"]) for p in told["parameters"] if p["in"] == "header" and "example" in p
    }


def _sent(told: Json) -> tuple[str, Any]:
    """The media type of the body and what is sent; nothing where there is no body."""
    for kind, content in told.get("requestBody", {}).get("content", {}).items():
        return kind, content.get("example", {})
    return "", None


def _curl(method: str, path: str, told: Json, base: str) -> str:
    kind, body = _sent(told)
    words = ["curl" if method == "GET" else f"curl -X {method}"]
    if told["security"]:
        words.append(f'-H "Authorization: Bearer {KEY}"')
    words += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in _headers(told).items()]
    if kind == "application/json":
        words.append("-H 'Content-Type: application/json'")
        words.append(f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}")
    elif kind:
        words += [f"-F {shlex.quote(f'{name}={value}')}" for name, value in body.items()]
    return " \\\n  ".join([*words, shlex.quote(base + _address(path, told))])


def _python(method: str, path: str, told: Json, base: str) -> str:
    kind, body = _sent(told)
    lines = [f'"{base}{_address(path, told)}"']
    headers = [f"{name!r}: {value!r}" for name, value in _headers(told).items()]
    if told["security"]:
        headers.insert(0, '"Authorization": f"Bearer {key}"')
    lines.append("headers={" + ", ".join(headers) + "}")
    if kind == "application/json":
        lines.append(f"json={pformat(body, width=88, sort_dicts=False)}")
    elif kind:
        lines.append('files={"file": open("report.pdf", "rb")}')
        fields = {name: value for name, value in body.items() if name != "file"}
        lines.append(f"data={fields}")
    call = f"httpx.{method.lower()}"
    inner = ",\n".join("    " + line.replace("\n", "\n    ") for line in lines)
    return f"answer = {call}(\n{inner},\n)"
