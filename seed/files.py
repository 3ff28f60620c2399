"""Reading the seed's files."""

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
Row = dict[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The lines of one CSV file (`agreements`, `demo/agreements`), by column."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def several(cell: str) -> list[str]:
    """The values of a cell that may hold more than one."""
    return cell.split("|") if cell else []
