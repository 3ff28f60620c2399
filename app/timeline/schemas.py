"""An entry of the thread as pages and programs read it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.vocabulary import Confidence, DatePrecision, Locale


class TimelineKind(StrEnum):
    """What an entry is about; the page filters by it."""

    agreement = "agreement"
    delegation = "delegation"
    interaction = "interaction"
    programme = "programme"
    follow_up = "follow_up"
    push = "push"
    file = "file"


class TimelineEvent(StrEnum):
    """What happened on the day."""

    signed = "signed"
    terminated = "terminated"
    visited = "visited"
    contacted = "contacted"
    started = "started"
    progressed = "progressed"
    milestone = "milestone"
    output = "output"
    outcome = "outcome"
    ended = "ended"
    cancelled = "cancelled"
    raised = "raised"
    reported = "reported"
    done = "done"
    dropped = "dropped"
    tied = "tied"
    confirmed = "confirmed"
    parked = "parked"
    resumed = "resumed"
    cause_named = "cause_named"
    decided = "decided"
    push_opened = "push_opened"
    push_withdrawn = "push_withdrawn"
    push_reached = "push_reached"
    push_missed = "push_missed"
    uploaded = "uploaded"


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One dated fact.

    id              of the row the fact comes from (a progress note's own id)
    record_id       of the record that is shown at `url` (that note's programme)
    on, precision   the day as it is known; `until` where it lasted longer
    code            what it is more closely: an agreement's kind, a direction, a channel, who owes, a reason
    state           a delegation's state; how far the rest got, where that matters; the
                    goal of a push
    people          who led it or took part; `met` whom they met; `text` minutes, summary, progress, evidence
    note            the register's own remark on the source
    hidden          the record holds confidential notes that this reader may not see: they are None here
    agreed          actions with someone responsible that grew out of a contact; None where that means nothing
    verified        False for a result without evidence
    deepening       it is of the kind that raises the rung
    """

    kind: TimelineKind
    event: TimelineEvent
    id: int
    record_id: int
    url: str
    on: date
    precision: DatePrecision
    until: date | None
    until_precision: DatePrecision | None
    title: str
    title_en: str | None
    code: str | None
    state: str | None
    people: str | None
    met: str | None
    text: str | None
    note: str | None
    note_en: str | None
    figure: float | None
    unit: str | None
    agreed: int | None
    verified: bool
    deepening: bool
    hidden: bool
    disputed: bool
    source: str | None
    confidence: Confidence | None
    year_inferred: bool
    is_demo: bool

    @property
    def anchor(self) -> str:
        """Where the entry stands on the partner's page: `delegation-12`, `progressed-3`."""
        first = self.event in _FIRST
        return f"{self.kind if first else self.event}-{self.id}".replace("_", "-")

    def title_in(self, locale: str) -> str:
        """The title in the reader's language, as far as it is known in it."""
        return self.title_en if locale == Locale.en and self.title_en else self.title

    def note_in(self, locale: str) -> str | None:
        """The remark in the reader's language."""
        return self.note_en if locale == Locale.en and self.note_en else self.note


# The events that carry their record's own name in the anchor; every other is named after itself.
_FIRST = frozenset(
    {TimelineEvent.signed, TimelineEvent.visited, TimelineEvent.contacted, TimelineEvent.started}
)


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of the thread; `keys` are where its items stand, `after` begins the next page and is None at its
    end."""

    items: tuple[TimelineItem, ...]
    keys: tuple[tuple[str, int, int], ...]
    after: tuple[str, int, int] | None
