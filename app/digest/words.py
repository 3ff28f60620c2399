"""The digest in words: parts with a heading, a number and lines, of which page and mail are made alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.agreements.listing import Line
from app.digest.queries import SHOWN, Digest, OwedReport
from app.follow_ups.queries import FollowUpRow
from app.i18n import Words


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what it is, where it stands, and what matters about it."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the digest; `count` is the number that the page behind `url` shows."""

    title: str
    count: int
    url: str
    entries: tuple[Entry, ...]
    urgent: bool = False  # red is for what is stuck

    @property
    def more(self) -> int:
        """How many there are beyond the lines."""
        return self.count - len(self.entries)


def subject(digest: Digest, spoken: Words) -> str:
    """What a mail's subject says: the numbers that call for something, the first two of them."""
    told = []
    if digest.late_count:
        told.append(spoken.ngettext("%(n)s late", "%(n)s late", digest.late_count))
    if digest.soon_count:
        told.append(spoken.ngettext("%(n)s due this week", "%(n)s due this week", digest.soon_count))
    if digest.stuck:
        told.append(spoken.ngettext("%(n)s newly stuck", "%(n)s newly stuck", len(digest.stuck)))
    title = spoken.gettext("Your week")
    return f"CityTies · {title}: {', '.join(told[:2])}" if told else f"CityTies · {title}"


def parts(digest: Digest, spoken: Words, today: date) -> list[Part]:
    """The parts that hold something, the most urgent first."""
    text = spoken.gettext
    found = [
        _due(text("Late"), digest.late_count, digest.late, "overdue", spoken),
        _due(text("Due this week"), digest.soon_count, digest.soon, "week", spoken),
        _whole(text("Reports owed"), "/delegations", (_report(it, today, spoken) for it in digest.reports)),
        _whole(
            text("Became stuck"),
            "/review",
            (Entry(it.name, f"/partners/{it.slug}") for it in digest.stuck),
            urgent=True,
        ),
        _whole(
            text("Agreements that end within 180 days"),
            "/agreements?lane=days_30&lane=days_90&lane=days_180",
            (_paper(it, spoken) for it in digest.ending),
        ),
        Part(text("What changed on my partners"), digest.changes, "/changes", ()),
    ]
    return [part for part in found if part.count]


def _whole(title: str, url: str, entries: Iterable[Entry], *, urgent: bool = False) -> Part:
    every = tuple(entries)
    return Part(title, len(every), url, every[:SHOWN], urgent)


def _due(title: str, count: int, rows: Iterable[FollowUpRow], due: str, spoken: Words) -> Part:
    entries = tuple(_follow_up(row, spoken) for row in rows)
    return Part(title, count, f"/follow-ups?who=me&due={due}", entries)


def _follow_up(row: FollowUpRow, spoken: Words) -> Entry:
    note = spoken.gettext("due on %(day)s", day=spoken.date(row.due_on))
    if row.partners:
        note += f" · {spoken.join(partner.name for partner in row.partners)}"
    return Entry(row.title, f"/follow-ups/{row.id}", note)


def _report(report: OwedReport, today: date, spoken: Words) -> Entry:
    day = spoken.date(report.due_on)
    late = report.due_on < today
    note = spoken.gettext("overdue since %(day)s" if late else "due on %(day)s", day=day)
    return Entry(report.title, f"/delegations/{report.id}", note)


def _paper(paper: Line, spoken: Words) -> Entry:
    note = spoken.gettext("by %(day)s", day=spoken.date(paper.watched_on)) if paper.watched_on else ""
    return Entry(paper.title, f"/agreements/{paper.id}", note)
