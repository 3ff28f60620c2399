"""A page costs the same for a hundred partners and for a thousand: it sends a fixed number of statements.

The register is the load tests' generator's, in a database of its own; nothing is remembered from before.
"""

import pytest
from starlette.testclient import TestClient

from app import db
from app.auth import sessions
from tests import actors
from tests.bench.generate import generate
from tests.recorder import recorded

# Pages with a field for a partner, which must not carry every one of them, and the most bytes they may weigh.
FORMS = ("/visits/new", "/follow-ups/new", "/interactions/new?partner=bench-1-0", "/programmes/new")
WEIGHT = 60_000

# The most statements each may send, with its frame and the look at who asks.
PAGES = {
    "/partners": 13,
    "/partners?view=board": 16,
    # With its push, its suggestions and the names of units on the day of each paper.
    "/partners/bench-1-0": 44,
    # The standings of the last report's day are reckoned from the whole evidence.
    "/review": 52,
    "/review/trends": 18,
    "/review/moves": 28,
    **dict.fromkeys(FORMS, 14),
    "/programmes/new": 16,
    "/search/partners?q=bench": 12,
    "/": 40,
    "/follow-ups?who=all": 30,
    "/delegations": 32,
    "/delegations/calendar": 32,
    "/agreements": 32,
    "/agreements?view=lanes": 40,
    "/programmes": 32,
    "/sectors": 12,
    "/questions": 14,
    "/disputes": 12,
    "/candidates": 12,
    "/coverage": 14,
    "/plan": 32,
    "/people": 32,
    "/organisations": 32,
    "/forums": 32,
    "/map": 17,
    "/workload": 12,
    "/changes": 32,
    "/digest": 40,
    "/trash": 32,
    "/api/v1/partners": 12,
    "/api/v1/programmes": 12,
    "/api/v1/delegations": 16,
    "/api/v1/agreements": 20,
    "/api/v1/interactions": 16,
    "/api/v1/follow-ups": 16,
    "/api/v1/people": 16,
    "/api/v1/organisations": 16,
    "/api/v1/forums": 16,
    "/api/v1/standings": 12,
    "/api/v1/trends": 8,
    "/api/v1/moves": 20,
}


@pytest.fixture
def cost(application, real_database, monkeypatch):
    """The number of statements behind each page, looked at by a manager and by a key that may read."""
    # PostgreSQL's version moves with whatever else the server does: what is remembered would come by chance.
    monkeypatch.setattr(db, "_VERSION_OF", dict.fromkeys(db._VERSION_OF, db.sa.text("SELECT random()")))
    application.state.database = real_database
    client = TestClient(application, base_url="http://testserver", headers=actors.bearer("read_key"))
    client.cookies.set(sessions.cookie_name(), actors.PEOPLE["manager"].token)

    def count(path):
        with recorded(real_database.engine) as seen:
            answer = client.get(path)
        assert answer.status_code == 200, answer.text[:300]
        assert not seen.writes()
        assert path not in FORMS or len(answer.content) < WEIGHT, (path, len(answer.content))
        return seen

    return lambda: {path: count(path) for path in PAGES}


def test_pages_and_lists_send_as_many_statements_for_a_thousand_partners_as_for_a_hundred(
    cost, real_database, today
):
    generate(real_database, partners=100, facts=4, today=today)
    few = cost()
    generate(real_database, partners=900, facts=4, seed=2, today=today)
    many = cost()
    assert {path: len(seen) for path, seen in few.items()} == {path: len(seen) for path, seen in many.items()}
    assert {path: len(many[path]) for path, most in PAGES.items() if len(many[path]) > most} == {}
