"""How long ten years by month take, for all partners: `python -m tests.bench.bench_trends`.

Prints the milliseconds of three ways to the same numbers: from the evidence (every dossier loaded and
assessed), from the courses kept with the standings (the first page after a write), and remembered (every
further one); then those of the page and of the API. SQLite always, PostgreSQL when
CITYTIES_TEST_POSTGRES_URL is set.
"""

import argparse
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any

from app.actor import Actor
from app.db import Database
from app.partners.filters import PartnerFilters
from app.standing import Course, add_months
from app.standings.columns import course_columns
from app.standings.dossiers import load_dossiers
from app.standings.policy import load_policy
from app.trends import queries
from app.trends.filters import Period
from app.trends.reckon import course_of
from tests import actors
from tests.bench.bench_pages import each_database, print_pages  # first: it fixes the day

TODAY = date(2026, 1, 1)
PERIOD = Period(add_months(TODAY, -119), TODAY)
FACTS = 50
PAGES = ("/review/trends", "/api/v1/trends")


def from_evidence(database: Database, _actor: Actor) -> Any:
    """Load every dossier, compile its course and count."""
    with database.read() as session:
        policy = load_policy(session)
        lives = [
            queries.life_of(key, "", "", "", is_demo=False, **course_columns(Course(dossier, policy)))
            for key, dossier in load_dossiers(session).items()
        ]
        return course_of(lives, PERIOD.start, PERIOD.end)


def from_courses(database: Database, actor: Actor) -> Any:
    """Read the courses that are kept, and count."""
    with database.read() as session:
        lives = queries.lives(session, actor, PartnerFilters())
        return course_of(lives, PERIOD.start, PERIOD.end)


def remembered(database: Database, actor: Actor) -> Any:
    """Ask again while nothing has changed."""
    with database.read() as session:
        return queries.trends(session, actor, PartnerFilters(), PERIOD).course


def main() -> None:
    """Time each way on each database and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    for size in map(int, options.sizes.split(",")):
        for kind, database in each_database(size, FACTS):
            actor = actors.actor_named(database, "manager")
            found = [way(database, actor) for way in (from_evidence, from_courses, remembered)]
            assert found[0].status == found[1].status == found[2].status
            for way in (from_evidence, from_courses, remembered):
                taken = []
                for _ in range(options.times):
                    start = perf_counter()
                    way(database, actor)
                    taken.append((perf_counter() - start) * 1000)
                print(
                    f"{kind:10} {size:6} {way.__name__:40} min {min(taken):7.2f}  p50 {median(taken):7.2f} ms"
                )
            print_pages(kind, size, database, PAGES, options.times, "manager")


if __name__ == "__main__":
    main()
