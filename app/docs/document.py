"""The OpenAPI document: what FastAPI reads off the routes, put right and completed with tags and examples."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from app.actor import scopes_with
from app.config import settings
from app.docs.parameters import described as shared_parameter
from app.docs.tags import TAGS
from app.docs.uniform import shared, uniform
from app.shapes import SHARED

EXAMPLES = Path(__file__).with_name("examples.json")
_ABOUT = """The register of a city's international ties, for other departments' programs.

The guide is at `/api/docs`. Every call needs a key: `Authorization: Bearer ct_<id>_<secret>`."""
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "An ETag, several, or *.",
    "schema": {"type": "string"},
}
_HEADERS_OF_DEPRECATED = {
    "Deprecation": {"description": "Since when (RFC 9745).", "schema": {"type": "string"}},
    "Sunset": {"description": "From when it may be gone (RFC 8594).", "schema": {"type": "string"}},
}

Json = dict[str, Any]


def described(app: FastAPI) -> Callable[[], Json]:
    """The application's document, made once."""

    def openapi() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(FastAPI.openapi(app), _scopes(app))
        return app.openapi_schema

    return openapi


@cache
def examples() -> Json:
    """What real calls were answered, by operation (see tests/api/record_examples.py)."""
    found: Json = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Every (method, path, operation) in the document's order."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _scopes(app: FastAPI) -> dict[tuple[str, str], list[str]]:
    """The scopes each of which opens an operation, by its method and path; none where any key will do."""
    found: dict[tuple[str, str], list[str]] = {}
    for context in iter_route_contexts(app.routes):
        dependant: Dependant | None = getattr(context, "dependant", None)
        asked = {c.permission for c in _called(dependant) if hasattr(c, "permission")} if dependant else set()
        opens = [scope.value for scope in scopes_with(*asked)] if asked else []
        found |= {(method, context.path or ""): opens for method in context.methods or ()}
    return found


def _called(dependant: Dependant) -> Iterator[Any]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _called(dependency)


def _completed(document: Json, scopes: dict[tuple[str, str], list[str]]) -> Json:
    document["info"]["description"] = _ABOUT
    document.setdefault("components", {}).setdefault("schemas", {})
    _share(document["components"]["schemas"], shared())
    document["servers"] = [{"url": settings().public_url}]
    document["tags"] = [{"name": tag.name, "description": tag.description} for tag in TAGS]
    for method, path, operation in operations(document):
        asked = [name for each in operation.get("security", ()) for name in each]
        operation["security"] = [{name: scopes[method, path]} for name in asked]
        _share(document["components"]["schemas"], operation.pop(SHARED, {}))
        _correct(path, operation)
        uniform(operation, document["components"]["schemas"])
        _exemplify(operation, examples().get(operation["operationId"], {}))
    _gather_errors(document)
    return _named_shortly(document)


def _gather_errors(document: Json) -> None:
    """Errors are the same everywhere: told once, they leave two thirds of the document."""
    kept: Json = document["components"].setdefault("responses", {})
    for _, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status >= "400":
                name = f"Error{status}"
                if kept.setdefault(name, answer) == answer:
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def _share(schemas: Json, more: Json) -> None:
    """Keep the enums that only parameters name. (FastAPI tells two of one name apart only where both are in
    bodies.)"""
    for name, schema in more.items():
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}: rename one")


def _correct(path: str, operation: Json) -> None:
    answers, asked_for = operation["responses"], operation.setdefault("parameters", [])
    for status, answer in answers.items():
        if status >= "400":
            answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
        if operation.get("deprecated"):
            answer["headers"] = {**answer.get("headers", {}), **_HEADERS_OF_DEPRECATED}
        content = answer.get("content", {})
        if len(content) > 1 and not content.get("application/json", {}).get("schema", True):
            del content["application/json"]  # FastAPI's own guess beside what a file's operation tells
    if "304" in answers:
        asked_for.append(dict(_IF_NONE_MATCH))
    for parameter in asked_for:  # what may be left out cannot be null there
        schema = parameter["schema"] = dict(parameter["schema"])
        for kind in schema.pop("anyOf", ()):
            schema.update(kind if kind != {"type": "null"} else {})
        for told in ("title", "description"):  # said once, on the parameter
            schema.pop(told, None)
        if text := shared_parameter(path, parameter["in"], parameter["name"]):
            parameter.setdefault("description", text)


def _exemplify(operation: Json, example: Json) -> None:
    """Show a call that was made, and its answer."""
    for parameter in operation["parameters"]:
        value = example.get(parameter["in"], {}).get(parameter["name"])
        if value is not None:
            parameter["example"] = value
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "body" in example:
            content["example"] = example["body"]
    answer = operation["responses"].get(str(example.get("status")), {})
    if "answer" in example:
        answer["content"]["application/json"]["example"] = example["answer"]


def _named_shortly(document: Json) -> Json:
    """Schemas of one name in several areas are called by their area: FastAPI calls them by their module, on
    which no generated client should depend."""
    schemas, text = document["components"]["schemas"], json.dumps(document, ensure_ascii=False)
    for name in [name for name in schemas if name.startswith("app__")]:
        area, own = name.split("__")[1], name.split("__")[-1]
        short = "".join(word.capitalize() for word in area.split("_")) + own
        if short in schemas:
            raise ValueError(f"{short} is the name of a schema already: rename {name}")
        text = re.sub(rf"\b{name}\b", short, text)
        schemas[short] = None
    document = json.loads(text)
    for name, schema in document["components"]["schemas"].items():
        schema["title"] = name
    return document
