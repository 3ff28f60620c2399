"""/api/docs: a guide and a reference; loads nothing from outside."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.dependencies import Today
from app.templating import View

router = APIRouter()


@dataclass(frozen=True)
class Operation:
    """One call as the reference shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    body: str | None
    answers: list[tuple[str, str]]


@router.get("/api/docs", name="docs:index")
def index(request: Request, today: Today) -> Response:
    return View(request, None, today).page("docs/index.html", groups=operations(request.app.openapi()))


def operations(document: dict[str, Any]) -> dict[str, list[Operation]]:
    """The operations of an OpenAPI document by tag, in its order."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema", {})
            groups.setdefault(told["tags"][0], []).append(
                Operation(
                    id=told["operationId"],
                    method=method.upper(),
                    path=path,
                    summary=told["summary"],
                    description=told.get("description", ""),
                    parameters=told.get("parameters", []),
                    body=schema.get("$ref", "").rpartition("/")[2] or next(iter(content), None),
                    answers=[(status, answer["description"]) for status, answer in told["responses"].items()],
                )
            )
    return groups
