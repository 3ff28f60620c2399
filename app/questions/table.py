"""Where each question is answered: on a page, and by one call of the API. Filters and sorts, never a list of
its own.

`{today}` and `{period}`, the first day of the reporting period that today lies in, are filled in by the day;
`{forum}`, `{partner}`, `{sector}` and `{since}` by whoever asks.
"""

from dataclasses import dataclass

from app.vocabulary import Question


@dataclass(frozen=True, slots=True)
class Answer:
    """The page that answers a question and the address below /api/v1 that does. `instead` is where one
    chooses while what the question is about is not named yet."""

    question: Question
    page: str
    api: str
    instead: str | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """What must be named for the question to be asked."""
        return tuple(name for name in ASKED if f"{{{name}}}" in self.page)


ASKED = ("forum", "partner", "sector", "since")


def _same(question: Question, place: str, instead: str | None = None) -> Answer:
    return Answer(question, f"/{place}", f"/{place}", instead)


ANSWERS: tuple[Answer, ...] = (
    _same(Question.initial_friendship, "partners?rung=friendship&status=stuck&sort=-waiting"),
    _same(Question.named_cause, "partners?status=stuck&cause=distance&cause=resources"),
    _same(Question.signed_agreements, "agreements?state=signed"),
    Answer(
        Question.ending_agreements,
        "/agreements?view=lanes&lane=ended&lane=days_30&lane=days_90&lane=days_180",
        "/agreements?lane=ended&lane=days_30&lane=days_90&lane=days_180",
    ),
    _same(Question.return_visits, "partners?reason=return_visit_owed"),
    _same(Question.stuck_in_forum, "partners?status=stuck&forum={forum}", "/forums"),
    Answer(
        Question.what_came_out,
        "/sectors/{sector}?partner={partner}&since={since}",
        "/sectors/{sector}/outcomes?partner={partner}&since={since}",
        "/sectors",
    ),
    Answer(Question.changed_since_report, "/review/trends?from={period}", "/trends?from={period}"),
    _same(Question.file_gaps, "partners?gap=no_officer&gap=no_person&gap=no_lead_unit"),
    Answer(Question.deeper_or_wider, "/review/trends", "/trends"),
    _same(
        Question.delegations_led,
        "delegations?state=under_way&state=completed&state=reported&since={period}&until={today}",
    ),
    _same(Question.led_to_nothing, "delegations?led_to=nothing"),
    Answer(
        Question.late_promises, "/follow-ups?who=all&due=overdue", "/follow-ups?state=open&due_before={today}"
    ),
    _same(Question.donors_tied, "programmes?funded=true"),
    _same(Question.counterpart_funds, "programmes?unmatched=true"),
    _same(Question.briefing_today, "partners/{partner}/briefing", "/partners"),
    Answer(Question.asked_of_missions, "/follow-ups?who=all&of_kind=mission", "/follow-ups?of_kind=mission"),
    _same(Question.figures_disagree, "figures?disputed=true"),
    _same(Question.asking_for_ties, "candidates"),
    _same(Question.uncovered, "coverage"),
)
