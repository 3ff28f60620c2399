"""Whatever officers and managers do, in whatever order, on whatever day: stored == recomputed."""

import tempfile
from contextlib import suppress
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app import clock
from app.agreements.schemas import AgreementIn
from app.agreements.service import add_agreement
from app.config import settings as configured
from app.db import Database
from app.delegations.schemas import VisitIn
from app.delegations.service import log_visit
from app.errors import DomainError
from app.follow_ups import service as follow_ups
from app.follow_ups.schemas import Complete, Drop, Postpone
from app.interactions.schemas import InteractionIn
from app.interactions.service import log_interaction
from app.models import FollowUp, Partner, Pause, Programme
from app.partners import queries
from app.partners.schemas import PartnerIn, PartnerPatch
from app.partners.service import add_partner, change_partner, confirm_file
from app.programmes import service as programmes
from app.programmes.parts import PartKind
from app.programmes.schemas import ProgrammeIn, ProgressIn, ResultIn
from app.review.schemas import PauseDecision, PauseIn
from app.review.service import ask_pause, decide_pause, end_pause
from app.schemas import parse
from app.standings.check import standing_differences
from app.standings.keeper import refresh_due
from tests import actors, databases, factories

START = date(2026, 6, 15)
SLUGS = ("an", "binh")

slugs = st.sampled_from(SLUGS)
days_ago = st.integers(0, 1500)
days_ahead = st.integers(0, 900)


@cache
def _engine() -> sa.Engine:
    folder = Path(tempfile.mkdtemp(prefix="cityties-stateful-"))
    template = databases.sqlite_template(folder)
    return Database(databases.copied(template, folder / "shared.db"), pool_size=2).engine


class Department(RuleBasedStateMachine):
    """Two partners, two sectors and a department that works on them while the days go by."""

    def __init__(self) -> None:
        super().__init__()
        configured().today = START
        self._context = databases.rolled_back(_engine())
        self.database = self._context.__enter__()
        self.officer = actors.actor_named(self.database, "officer")
        self.manager = actors.actor_named(self.database, "manager")

    def teardown(self) -> None:
        self._context.__exit__(None, None, None)
        configured().today = START

    @property
    def today(self) -> date:
        return clock.today()

    def past(self, ago: int) -> str:
        return (self.today - timedelta(days=ago)).isoformat()

    def do(self, act: Any) -> None:
        """One transaction; what a rule refuses leaves nothing behind."""
        with suppress(DomainError), self.database.write() as session:
            act(session)

    @initialize(since=st.one_of(st.none(), days_ago), tier=st.sampled_from(["priority", "regular", "wide"]))
    def begin(self, since: int | None, tier: str) -> None:
        with self.database.write() as session:
            for code in ("environment", "training"):
                factories.sector(session, code=code)
            factories.unit(session, code="lead")
        for slug in SLUGS:
            data: dict[str, Any] = {
                "slug": slug, "name_vi": slug, "name_en": slug, "country": "JP", "kind": "city",
                "region": "northeast_asia", "tier": tier,
                "friendship_since": self.past(since) if since is not None else None,
                "friendship_known": slug == "an",
            }  # fmt: skip
            self.do(lambda session, data=data: add_partner(session, self.manager, parse(PartnerIn, data)))

    @rule(slug=slugs, ago=days_ago, outbound=st.booleans(), agreed=st.booleans(), due=days_ahead)
    def visit(self, slug: str, ago: int, outbound: bool, agreed: bool, due: int) -> None:
        work = {
            "title": "work", "kind": "work_programme", "assignee": self.officer.email,
            "due_on": (self.today + timedelta(days=due)).isoformat(),
        }  # fmt: skip
        data = {
            "partner": slug, "direction": "outbound" if outbound else "inbound", "title": "visit",
            "starts_on": self.past(ago), "follow_ups": [work] if agreed else [],
        }  # fmt: skip
        self.do(lambda session: log_visit(session, self.officer, parse(VisitIn, data), today=self.today))

    @rule(slug=slugs, ago=days_ago, two_way=st.booleans())
    def letter(self, slug: str, ago: int, two_way: bool) -> None:
        data = {
            "on": self.past(ago), "channel": "letter_out", "title": "letter", "partners": [slug],
            "two_way": two_way,
        }  # fmt: skip
        self.do(
            lambda session: log_interaction(
                session, self.officer, parse(InteractionIn, data), today=self.today
            )
        )

    @rule(ago=days_ago, lasts=st.one_of(st.none(), days_ahead), concrete=st.booleans(), both=st.booleans())
    def paper(self, ago: int, lasts: int | None, concrete: bool, both: bool) -> None:
        ends = None if lasts is None else (self.today + timedelta(days=lasts - 300)).isoformat()
        data = {
            "kind": "mou", "title": "paper", "partners": list(SLUGS if both else SLUGS[:1]),
            "sectors": ["environment"] if concrete else [], "lead_unit": "lead" if concrete else None,
            "signed_on": self.past(ago), "expires_on": ends,
        }  # fmt: skip
        with suppress(DomainError):
            paper = parse(AgreementIn, data)
            self.do(lambda session: add_agreement(session, self.officer, paper))

    @rule(slug=slugs, ago=days_ago, sector=st.sampled_from(["environment", "training"]))
    def programme(self, slug: str, ago: int, sector: str) -> None:
        data = {
            "title": "programme", "partners": [slug], "sector": sector, "state": "active",
            "started_on": self.past(ago),
        }  # fmt: skip
        new = parse(ProgrammeIn, data)
        self.do(lambda session: programmes.add_programme(session, self.officer, new, today=self.today))

    @rule(ago=days_ago, proven=st.booleans(), pick=st.integers(0, 9))
    def result(self, ago: int, proven: bool, pick: int) -> None:
        data = {
            "level": "outcome", "indicator": "trained", "on": self.past(ago),
            "evidence": "report" if proven else None,
        }  # fmt: skip

        def act(session: Any) -> None:
            if run := self._one(session, Programme, pick):
                found = parse(ResultIn, data)
                programmes.add_part(session, self.officer, run, PartKind.results, found, today=self.today)

        self.do(act)

    @rule(ago=days_ago, pick=st.integers(0, 9))
    def progress(self, ago: int, pick: int) -> None:
        note = parse(ProgressIn, {"on": self.past(ago), "text": "going on"})

        def act(session: Any) -> None:
            if run := self._one(session, Programme, pick):
                programmes.add_part(session, self.officer, run, PartKind.notes, note, today=self.today)

        self.do(act)

    @rule(pick=st.integers(0, 9), deed=st.sampled_from(["done", "drop", "postpone", "reopen"]), by=days_ahead)
    def chase(self, pick: int, deed: str, by: int) -> None:
        def act(session: Any) -> None:
            work = self._one(session, FollowUp, pick)
            if work is None:
                return
            at = {"version": work.version, "today": self.today}
            if deed == "done":
                follow_ups.complete(session, self.officer, work, Complete(), **at)
            elif deed == "drop":
                follow_ups.drop(session, self.officer, work, Drop(why="no"), **at)
            elif deed == "postpone":
                later = Postpone(due_on=self.today + timedelta(days=by), why="later")
                follow_ups.postpone(session, self.officer, work, later, **at)
            else:
                follow_ups.reopen(session, self.officer, work, version=work.version)

        self.do(act)

    @rule(slug=slugs)
    def confirm(self, slug: str) -> None:
        self.do(
            lambda session: confirm_file(session, self.officer, queries.get(session, slug), today=self.today)
        )

    @rule(slug=slugs, lasts=st.integers(1, 400))
    def park(self, slug: str, lasts: int) -> None:
        until = (self.today + timedelta(days=lasts)).isoformat()
        asked = parse(PauseIn, {"reason": "elections_there", "until": until})

        def act(session: Any) -> None:
            pause = ask_pause(session, self.officer, queries.get(session, slug), asked, today=self.today)
            yes = PauseDecision(approve=True)
            decide_pause(session, self.manager, pause, yes, version=pause.version, today=self.today)

        self.do(act)

    @rule(pick=st.integers(0, 9))
    def take_up_again(self, pick: int) -> None:
        def act(session: Any) -> None:
            if pause := self._one(session, Pause, pick):
                end_pause(session, self.manager, pause, version=pause.version, today=self.today)

        self.do(act)

    @rule(slug=slugs, tier=st.sampled_from(["priority", "regular", "wide"]), known=st.booleans())
    def change(self, slug: str, tier: str, known: bool) -> None:
        def act(session: Any) -> None:
            partner: Partner = queries.get(session, slug)
            patch = parse(PartnerPatch, {"tier": tier, "friendship_known": known})
            change_partner(session, self.manager, partner, patch, version=partner.version)

        self.do(act)

    @rule(days=st.integers(-40, 500))
    def time_passes(self, days: int) -> None:
        configured().today = self.today + timedelta(days=days)
        refresh_due(self.database, self.today)

    @invariant()
    def stored_equals_recomputed(self) -> None:
        with self.database.read() as session:
            assert list(standing_differences(session)) == []

    @staticmethod
    def _one(session: Any, table: Any, pick: int) -> Any:
        rows = session.scalars(sa.select(table).order_by(table.id)).all()
        return rows[pick % len(rows)] if rows else None


Department.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestAnySequence = Department.TestCase
