"""What will go says so in every answer, months ahead."""

from datetime import date

import pytest
from fastapi import APIRouter, FastAPI
from starlette.testclient import TestClient

from app import failures
from app.deprecation import deprecated
from app.docs.document import described
from app.docs.reference import one
from app.rest import ApiRoute
from app.security import Security

SINCE, SUNSET = date(2026, 12, 1), date(2027, 6, 1)


@pytest.fixture
def old():
    """An application with one operation that will go."""
    router = APIRouter(tags=["me"], route_class=ApiRoute)

    @router.get("/old", summary="The old way", openapi_extra={"security": [{"key": []}]})
    @deprecated(since=SINCE, sunset=SUNSET, instead="GET /api/v1/me")
    def old_way() -> dict[str, str]:
        """As it was."""
        return {"way": "old"}

    app = FastAPI(openapi_url="/api/openapi.json", generate_unique_id_function=lambda route: route.name)
    app.openapi = described(app)
    app.include_router(router, prefix="/api")
    failures.install(app)
    app.add_middleware(Security)
    return app


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?what=1", 401)])
def test_every_answer_says_since_when_and_until_when(old, query, status):
    answer = TestClient(old).get(f"/api/old{query}")
    headers = answer.headers
    assert answer.status_code == status
    assert headers["deprecation"] == "@1796083200"  # 2026-12-01T00:00:00Z
    assert headers["sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    assert 'rel="deprecation"' in headers["link"]


def test_the_document_and_the_reference_mark_it(old):
    operation = old.openapi()["paths"]["/api/old"]["get"]
    assert operation["deprecated"] is True
    assert {"Deprecation", "Sunset"} <= set(operation["responses"]["200"]["headers"])
    call = one(old.openapi(), "me", operation["operationId"], "")
    assert call.deprecation == {"since": "2026-12-01", "sunset": "2027-06-01", "instead": "GET /api/v1/me"}


def test_six_months_notice_are_due():
    with pytest.raises(ValueError, match="six months"):
        deprecated(since=SINCE, sunset=date(2027, 5, 31), instead="nothing")
