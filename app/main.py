"""create_app(): routers, static files, errors; nothing else."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from app import failures, readiness
from app.assets import Assets
from app.config import settings
from app.cors import ApiCors
from app.db import Database, sqlite_version
from app.docs.document import described
from app.docs.served import serve
from app.limits import Limits
from app.routing import sieved
from app.security import Security

PAGES: tuple[str, ...] = (
    "accounts",
    "keys",
    "docs",
    "assignments",
    "partners",
    "map",
    "search",
    "partner_page",
    "work",
    "workload",
    "delegations",
    "reassignments",
    "follow_ups",
    "plan",
    "causes",
    "meetings",
    "review",
    "pushes",
    "playbook",
    "suggestions",
    "trends",
    "moves",
    "agreements",
    "deadlines",
    "programmes",
    "sectors",
    "interactions",
    "people",
    "files",
    "organisations",
    "units",
    "forums",
    "history",
    "trash",
    "alike",
    "health",
    "notices",
    "notes",
    "changes",
    "views",
    "digest",
    "reporting",
    "reports",
    "figures",
    "policy",
    "questions",
    "disputes",
    "candidates",
    "coverage",
    "briefing",
    "calendars",
    "letters",
    "webhooks",
)
API: tuple[str, ...] = (
    "assignments",
    "partners",
    "map",
    "search",
    "history",
    "standings",
    "timeline",
    "delegations",
    "reassignments",
    "agreements",
    "deadlines",
    "programmes",
    "sectors",
    "follow_ups",
    "interactions",
    "plan",
    "accounts",
    "keys",
    "causes",
    "meetings",
    "review",
    "pushes",
    "playbook",
    "suggestions",
    "trends",
    "moves",
    "workload",
    "trash",
    "people",
    "notes",
    "changes",
    "views",
    "files",
    "organisations",
    "units",
    "forums",
    "reporting",
    "reports",
    "figures",
    "policy",
    "questions",
    "disputes",
    "candidates",
    "coverage",
    "briefing",
    "calendars",
    "letters",
    "feeds",
    "webhooks",
)


def create_app(database: Database | None = None) -> FastAPI:
    """The application over a database (the installation's own when none is given)."""
    app = FastAPI(
        title="CityTies",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: f"{str(route.tags[0]).replace('-', '_')}_{route.name}",
    )
    app.openapi = described(app)  # type: ignore[method-assign]
    serve(app, "/api/v1/openapi.json")
    app.state.database = database or Database(settings().url, pool_size=2 * settings().threads)
    app.state.limits = Limits(settings().rate_limit)
    app.mount("/static", Assets(), name="static")
    _health(app)
    _routers(app)
    failures.install(app)
    if settings().origins:
        app.add_middleware(ApiCors, origins=settings().origins)
    app.add_middleware(Security)
    return app


def _routers(app: FastAPI) -> None:
    from importlib import import_module  # noqa: PLC0415

    for name in PAGES:
        pages = sieved(import_module(f"app.{name}.web").router)
        app.include_router(pages, include_in_schema=False, tags=[name])
    for name in API:
        area = sieved(import_module(f"app.{name}.api").router, "/api/v1")
        app.include_router(area, prefix="/api/v1")


def _health(app: FastAPI) -> None:
    @app.get("/healthz", include_in_schema=False, tags=["health"])
    def healthz() -> dict[str, str]:
        return {"status": "up"}

    @app.get("/readyz", include_in_schema=False, tags=["health"])
    def readyz(request: Request) -> JSONResponse:
        database: Database = request.app.state.database
        state = readiness.state(database)
        body = {"status": state}
        if database.is_sqlite:
            body["sqlite"] = sqlite_version()
        return JSONResponse(body, 200 if state == "ready" else 503)
