"""Who may call what, read off the routes. `python -m tests.route_table` writes tests/routes.txt anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from app.actor import Actor, Permission
from app.dependencies import api_actor, get_write_session, page_actor
from app.vocabulary import Door, Role, Scope

FILE = Path(__file__).with_name("routes.txt")
HOW = "python -m tests.route_table"


@dataclass(frozen=True)
class Route:
    """One method of one address, and what it asks of the caller."""

    method: str
    path: str
    permissions: frozenset[Permission]
    door: str
    endpoint: Any
    order: tuple[Any, ...]

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        return self.method not in {"GET", "HEAD", "OPTIONS"}

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def passes(self) -> list[str]:
        """The roles (scopes, at the API's door) that are let in."""
        if not self.door:
            return ["everyone"]
        if self.door == "key":
            callers = {
                scope.value: Actor(name="", door=Door.api, scopes=frozenset({scope})) for scope in Scope
            }
        else:
            callers = {role.value: Actor(name="", door=Door.page, role=role) for role in Role}
        return [name for name, actor in callers.items() if all(actor.can(p) for p in self.permissions)]

    @property
    def row(self) -> str:
        asked = "+".join(sorted(self.permissions)) or "-"
        return f"{self.method:7}{self.path:60} {asked:11} {self.door or '-':5} {' '.join(self.passes)}"


def routes(app: FastAPI) -> list[Route]:
    """Every route but the mounted files, in order of address."""
    found = []
    for context in iter_route_contexts(app.routes):
        if context.path is None or not context.methods:
            continue
        dependant: Dependant | None = getattr(context, "dependant", None)
        order = tuple(_walk(dependant)) if dependant else ()
        permissions = frozenset(call.permission for call in order if hasattr(call, "permission"))
        door = "page" if page_actor in order else "key" if api_actor in order else ""
        found += [
            Route(method, context.path, permissions, door, context.endpoint, order)
            for method in context.methods - {"HEAD"}
        ]
    return sorted(found, key=lambda r: (r.is_api, r.path, r.method))


def _walk(dependant: Dependant) -> Iterator[Any]:
    """The dependencies' functions in the order in which they are called."""
    for dependency in dependant.dependencies:
        yield from _walk(dependency)
        yield dependency.call


def writes_before(route: Route, *awaited: Any) -> bool:
    """Whether the writer's turn is taken before one of these, where the route asks for it."""
    places = [place for place, call in enumerate(route.order) if call in awaited]
    return bool(places) and get_write_session in route.order[: places[0]]


def table(app: FastAPI) -> str:
    """The whole table as it is kept in routes.txt."""
    head = f"# Who may call what. Written by `{HOW}`; read the difference before you commit it.\n"
    return head + "".join(f"{route.row.rstrip()}\n" for route in routes(app))


if __name__ == "__main__":
    from app.main import create_app

    FILE.write_text(table(create_app(database=object())), encoding="utf-8")  # type: ignore[arg-type]
