"""What the tests of the API share: calls held against the document, and a register with one of each."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.config import ROOT
from app.db import Database
from app.models import Organisation, User
from app.vocabulary import (
    AgreementKind,
    DelegationDirection,
    FollowUpKind,
    OwedBy,
    PartnerKind,
    Region,
    RelationBasis,
    Rung,
    Tier,
)
from tests import databases
from tests.actors import PEOPLE, UNIT, bearer
from tests.api.contract import Contract
from tests.cli.conftest import index_units
from tests.conftest import TODAY
from tests.factories import Make
from tests.processes import Program, environment, serving
from tests.staging import staged


@pytest.fixture(scope="session")
def contract(application) -> Contract:
    """The OpenAPI document as a judge."""
    return Contract(application.openapi())


@pytest.fixture
def call(api, contract) -> Callable[..., Any]:
    """`call("GET", "/partners", "read_key", params=...)`: the answer, which the document allows."""
    clients: dict[str | None, Any] = {}

    def send(method: str, path: str, key: str | None = "read_key", **options: Any) -> Any:
        if key not in clients:
            clients[key] = api(key)
        address = path if path.startswith("http") else f"/api/v1{path}"
        return contract.check(clients[key].request(method, address, **options))

    return send


@pytest.fixture
def get(call) -> Callable[..., Any]:
    """`get("/partners", status="stuck")`: the body of an answer that must be 200."""

    def read(path: str, key: str = "read_key", **params: Any) -> Any:
        response = call("GET", path, key, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    return read


@pytest.fixture
def slugs(get) -> Callable[..., list[str]]:
    """The slugs of a list of partners in its order."""
    return lambda path="/partners", **params: [item["id"] for item in get(path, limit=200, **params)["items"]]


@dataclass(frozen=True)
class World:
    """The ids of what the register of these tests holds."""

    follow_up: int
    visit: int


def furnish(make: Make) -> World:
    """Eight partners, as different as filters can tell apart."""
    with make.together() as session:
        unit = session.scalars(sa.select(Organisation).where(Organisation.code == UNIT)).one()
        officer = session.scalars(sa.select(User).where(User.email == PEOPLE["officer"].email)).one()
        energy, water = make.sector(code="energy"), make.sector(code="water")
        stuck = make.partner(
            slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka Prefecture", tier=Tier.priority,
            officer=officer, friendship_since=date(2008, 2, 22), strengths=[energy],
            declared_rung=Rung.substantive,
            aliases=["Phúc Cương"], relation_basis=RelationBasis.sourced, objectives="Cùng làm",
        )  # fmt: skip
        visit = make.visit(
            stuck, on=date(2023, 5, 1), minutes="Đã trao đổi", met="Phó Chủ tịch", head="Bà Sato",
        )  # fmt: skip
        make.visit(stuck, on=date(2024, 2, 1))
        make.visit(stuck, on=date(2024, 9, 1))
        follow_up = make.follow_up(
            stuck, title="Đề xuất chương trình", kind=FollowUpKind.proposal, delegation=visit, unit=unit,
            assignee=officer, due_on=date(2026, 7, 1), raised_on=date(2026, 6, 1),
        )  # fmt: skip
        make.follow_up(
            stuck,
            title="Gửi danh sách",
            kind=FollowUpKind.other,
            owed_by=OwedBy.partner,
            due_on=date(2026, 3, 20),
        )
        lapsed = make.partner(
            slug="toulouse", name_vi="Toulouse", name_en="Toulouse", country="FR", kind=PartnerKind.city,
            region=Region.europe, tier=Tier.wide, friendship_since=date(1996, 3, 1),
        )  # fmt: skip
        make.agreement(lapsed, signed_on=date(2010, 3, 1), expires_on=date(2020, 3, 1))
        make.review(lapsed)
        framework = make.partner(
            slug="gyeonggi", name_vi="Tỉnh Gyeonggi", name_en="Gyeonggi", country="KR",
            kind=PartnerKind.province, friendship_since=date(2010, 5, 1), strengths=[energy, water],
        )  # fmt: skip
        make.agreement(
            framework, signed_on=date(2025, 1, 10), effective_on=date(2025, 1, 10), lead_unit=unit,
            sectors=[water], kind=AgreementKind.cooperation, expires_on=date(2026, 10, 1),
        )  # fmt: skip
        make.visit(framework, on=date(2026, 1, 10), direction=DelegationDirection.outbound)
        alive = make.partner(
            slug="vientiane", name_vi="Viêng Chăn", name_en="Vientiane", country="LA",
            kind=PartnerKind.capital, region=Region.southeast_asia,
            friendship_since=date(1998, 4, 1), officer=officer,
        )  # fmt: skip
        programme = make.programme(alive, sector=water, started_on=date(2025, 3, 1))
        make.progress(programme, on=date(2026, 2, 1))
        parked = make.partner(
            slug="perth", name_vi="Perth", name_en="Perth", country="AU", kind=PartnerKind.city,
            region=Region.oceania, friendship_since=date(2000, 1, 1),
        )  # fmt: skip
        make.interaction(parked, on=date(2025, 9, 1))
        make.pause(parked)
        make.partner(
            slug="lima",
            name_vi="Lima",
            name_en="Lima",
            country="PE",
            kind=PartnerKind.capital,
            region=Region.americas,
        )
        thin = make.partner(
            slug="berlin", name_vi="Berlin", name_en="Berlin", country="DE", region=Region.europe
        )
        session.flush()
        ageing = make.partner(
            slug="osaka", name_vi="Thành phố Ōsaka", name_en="Osaka", friendship_since=date(2024, 8, 1),
            kind=PartnerKind.city,
        )  # fmt: skip
        make.interaction(ageing, on=date(2025, 8, 10))
        make.forum(code="asia-cities", members=[stuck, framework])
        make.forum(code="river-cities", members=[alive, thin])
        assert follow_up.id is not None
        assert visit.id is not None
    return World(follow_up.id, visit.id)


world = staged(furnish)


@dataclass(frozen=True)
class Live:
    """A server of a test's own over real HTTP, with the same eight partners: its address and its folder."""

    url: str
    place: Path
    world: World

    def environment(self, key: str) -> dict[str, str]:
        """What the example programs read."""
        return {"CITYTIES_URL": self.url, "CITYTIES_KEY": bearer(key)["Authorization"].split()[1]}


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """A server as a process, on the day of the tests, and its worker as another."""
    url = databases.copied(sqlite_template, tmp_path / "cityties.db")
    index_units(url)
    database = Database(url, pool_size=2)
    world = furnish(Make(database))
    database.dispose()
    options = {
        "CITYTIES_DEMO": "1",
        "CITYTIES_TODAY": TODAY.isoformat(),
        "CITYTIES_WORKER": "0",
        "CITYTIES_WEBHOOK_ALLOW_PRIVATE": "1",
    }
    worker = Program("worker", env=environment(tmp_path, **options))
    try:
        with serving(tmp_path, **options) as (_, address, _):
            yield Live(address, tmp_path, world)
    finally:
        worker.kill()
        worker.communicate()


EXAMPLES = ROOT / "docs" / "examples"


def free_port() -> int:
    """A port on which nobody listens yet."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def receiving(port: int, secret: str) -> Iterator[subprocess.Popen[str]]:
    """docs/examples/receive_webhooks.py at work; what it believes stands on its `stdout`, a line each."""
    process = subprocess.Popen(
        [sys.executable, str(EXAMPLES / "receive_webhooks.py"), str(port)],
        env={"PATH": os.environ["PATH"], "CITYTIES_WEBHOOK_SECRET": secret},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
