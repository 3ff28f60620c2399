"""The lists of a register that has been kept for years: 50,000 interactions and 10,000 follow-ups.

    python -m tests.bench.bench_lists [--partners 1000] [--times 50]

Prints what bench_pages prints, for each page that lists records; SQLite always, PostgreSQL when
CITYTIES_TEST_POSTGRES_URL is set.
"""

import argparse

from tests.bench.bench_pages import each_database, print_pages

# Of each partner, with a thousand partners: the whole makes 50,000 interactions and 10,000 follow-ups.
MIX = {"interaction": 50, "follow_up": 10, "delegation": 6, "agreement": 2, "programme": 2}
PAGES = (
    "/",
    "/partners",
    "/partners?as_of=2024-06-01",
    "/partners/{slug}",
    "/follow-ups?who=all",
    "/delegations",
    "/delegations/calendar",
    "/agreements",
    "/programmes",
    "/plan",
    "/forums",
    "/organisations",
    "/changes",
    "/api/v1/follow-ups",
    "/api/v1/delegations",
    "/api/v1/agreements",
    "/api/v1/programmes",
    "/api/v1/interactions",
)


def main() -> None:
    """Write the register, then time every list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partners", type=int, default=1000)
    parser.add_argument("--times", type=int, default=50)
    options = parser.parse_args()
    for kind, database in each_database(options.partners, sum(MIX.values()), MIX):
        print_pages(kind, options.partners, database, PAGES, options.times, "officer")


if __name__ == "__main__":
    main()
