"""What came out with one partner: its programmes, perhaps of one sector, with the results since a day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.programmes.queries import ProgrammeRow


@dataclass(frozen=True, slots=True)
class CameOut:
    """The programmes that are asked for; `sectors` is the menu, `results` and `verified` are counts."""

    programmes: tuple[ProgrammeRow, ...]
    sectors: tuple[tuple[str, str], ...]
    sector: str
    since: date | None
    results: int
    verified: int

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.sector or self.since)


def came_out(rows: Iterable[ProgrammeRow], *, sector: str = "", since: date | None = None) -> CameOut:
    """Narrow a partner's programmes to a sector, and their results to those since a day. What was over before
    that day is left out."""
    every = tuple(rows)
    chosen = [row for row in every if not sector or row.sector_code == sector]
    if since is not None:
        chosen = [replace(row, results=tuple(r for r in row.results if r.on >= since)) for row in chosen]
        chosen = [row for row in chosen if row.results or not _over_before(row, since)]
    results = [result for row in chosen for result in row.results]
    return CameOut(
        programmes=tuple(chosen),
        sectors=tuple(sorted({(row.sector_code, row.sector) for row in every}, key=lambda it: it[1])),
        sector=sector,
        since=since,
        results=len(results),
        verified=sum(result.verified for result in results),
    )


def _over_before(row: ProgrammeRow, day: date) -> bool:
    ends = [end for end in (row.ended_on, row.cancelled_on) if end is not None]
    return bool(ends) and min(ends) < day
