"""The generator of load tests writes what the services would have written."""

from datetime import date

from app.actor import system
from app.checks import differences
from app.db import Database
from app.sectors.schemas import SectorIn
from app.sectors.service import add_sector
from app.vocabulary import Door
from tests import databases
from tests.bench.generate import generate
from tests.seed.conftest import dump


def test_what_is_generated_is_exact(real_database, today):
    written = generate(real_database, partners=4, facts=30, today=today)
    assert (written["partner"], written["standing"]) == (4, 4)
    with real_database.read() as session:
        assert list(differences(session)) == []


def test_it_adds_to_what_is_there_and_people_go_on_after_it(real_database, today):
    generate(real_database, partners=2, facts=5, today=today)
    assert generate(real_database, partners=2, facts=5, seed=2, today=today)["partner"] == 2
    with real_database.write() as session:
        sector = SectorIn(code="new", name_vi="Mới", name_en="New")
        assert add_sector(session, system(Door.command), sector).id == 33


def test_the_same_seed_gives_the_same_rows(sqlite_template, tmp_path):
    found = []
    for name in ("one.db", "two.db"):
        database = Database(databases.copied(sqlite_template, tmp_path / name), pool_size=2)
        generate(database, partners=3, facts=20, today=date(2026, 6, 15))
        found.append(dump(database))
        database.dispose()
    assert found[0] == found[1]
