"""How long a change of the policy takes: `python -m tests.bench.bench_policy [--partners 1000] [--facts 50]`.

Prints, for each database there is: the first look at the months of a register just written to, a further
look, and the save with all standings rewritten; in milliseconds.
"""

import argparse
from time import perf_counter

from app import clock
from app.actor import system
from app.policy.effect import effect_of
from app.policy.queries import as_policy, policy_now
from app.policy.schemas import PolicyPatch
from app.policy.service import change_policy, get_policy
from app.vocabulary import Door
from tests.bench.bench_pages import each_database


def main() -> None:
    """Write the register, then look twice and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partners", type=int, default=1000)
    parser.add_argument("--facts", type=int, default=50)
    options = parser.parse_args()
    today = clock.today()
    for kind, database in each_database(options.partners, options.facts):
        took = []
        for patience in (18, 17):
            started = perf_counter()
            with database.read() as session:
                months = {**policy_now(session).months, "patience_regular": patience}
                moved = len(effect_of(session, as_policy(months), today).moves)
            took.append(perf_counter() - started)
        started = perf_counter()
        with database.write() as session:
            row = get_policy(session)
            data = PolicyPatch.model_validate({"patience_regular": 17, "why": "the bench"})
            change_policy(session, system(Door.command), row, data, version=row.version, today=today)
        took.append(perf_counter() - started)
        first, second, saved = (round(1000 * seconds) for seconds in took)
        looks = f"first look {first} ms, next look {second} ms, save {saved} ms"
        print(f"{kind}: {options.partners:,} partners, {moved} move: {looks}")


if __name__ == "__main__":
    main()
