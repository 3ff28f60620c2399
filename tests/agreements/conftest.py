"""What the tests of agreements begin with."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app.vocabulary import DayKind, ProcedureCode
from tests.staging import staged


@staged
def ruled(make: Any) -> None:
    """The two deadlines of an agreement, as the law gives them."""
    with make.together():
        make.rule(ProcedureCode.opinions)
        make.rule(ProcedureCode.copy_and_report, days=15, day_kind=DayKind.calendar)


@staged
def place(make: Any, ruled: None) -> Any:
    """A partner, a sector, a lead unit and two agencies to ask."""
    with make.together():
        return SimpleNamespace(
            partner=make.partner(slug="fukuoka", name_vi="Fukuoka", friendship_since=date(2020, 1, 10)),
            sector=make.sector(code="culture"),
            unit=make.unit(code="SVH", name_vi="Sở Văn hóa"),
            mofa=make.organisation(code="BNG", name_vi="Bộ Ngoại giao"),
            police=make.organisation(code="CA", name_vi="Công an thành phố"),
        )


class Client:
    """A program that always knows the latest version of what it changes."""

    def __init__(self, client: Any) -> None:
        self.http = client

    def get(self, agreement: int) -> dict[str, Any]:
        """The agreement as it is."""
        answer = self.http.get(f"/api/v1/agreements/{agreement}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def new(self, **fields: Any) -> int:
        """Enter one; its id."""
        data = {"kind": "mou", "title": "Bản ghi nhớ", "partners": ["fukuoka"], **fields}
        answer = self.http.post("/api/v1/agreements", json=data)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def act(self, agreement: int, noun: str, status: int = 200, **fields: Any) -> dict[str, Any]:
        """One act with the version that is current."""
        url = f"/api/v1/agreements/{agreement}"
        headers = {"If-Match": self.http.get(url).headers["etag"]}
        body = {"json": fields} if noun != "proposal" else {}
        answer = self.http.post(f"{url}/{noun}", headers=headers, **body)
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def patch(self, agreement: int, status: int = 200, **fields: Any) -> dict[str, Any]:
        """Change it."""
        url = f"/api/v1/agreements/{agreement}"
        headers = {"If-Match": self.http.get(url).headers["etag"]}
        answer = self.http.patch(url, headers=headers, json=fields)
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
def program(api: Callable[..., Any]) -> Client:
    """A program that may do everything."""
    return Client(api("admin_key"))
