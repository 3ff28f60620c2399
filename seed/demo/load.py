"""Loads the illustrative layer through the services, on top of the sourced one, as often as one likes.

Every record of it is `is_demo`, and so is every line of history it causes. Dates are counted from the day of
the first load; what is there already stays as it is on any later one. `remove` takes all of it out again.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.accounts.schemas import UserIn
from app.accounts.service import add_user
from app.actor import Actor, system
from app.agreements.schemas import AgreementIn, ConsultationIn, OpinionIn
from app.agreements.service import add_agreement, consult, take_opinion
from app.auth import sessions
from app.auth.passwords import hash_password, verify_password
from app.causes.schemas import CauseIn
from app.causes.service import name_cause
from app.db import Database
from app.delegations.schemas import CancellationIn, CompletionIn, PastDelegation, TripIn, TripPatch
from app.delegations.service import (
    approve,
    cancel,
    change_delegation,
    complete,
    plan_delegation,
    record_past,
    start,
)
from app.follow_ups import service as follow_ups
from app.follow_ups.schemas import Complete, Drop, FollowUpIn, Postpone
from app.follow_ups.service import Origin
from app.history import record
from app.history.service import tell
from app.interactions.schemas import InteractionIn
from app.interactions.service import log_interaction
from app.models import (
    Agreement,
    Delegation,
    Event,
    EventPartner,
    FollowUp,
    Interaction,
    Note,
    Partner,
    PartnerCause,
    Pause,
    Plan,
    Programme,
    ReviewConfirmation,
    User,
)
from app.notes.schemas import NoteIn
from app.notes.service import add as add_note
from app.partners.queries import get as get_partner
from app.partners.queries import ids_of
from app.partners.service import confirm_file
from app.plan.schemas import ItemDrop, PlanIn, PlanItemIn
from app.plan.service import add_item
from app.plan.service import begin as begin_plan
from app.plan.service import drop as drop_item
from app.programmes.parts import PartKind
from app.programmes.schemas import MilestoneIn, ProgressIn, ResultIn, SourcedProgramme
from app.programmes.service import add_part, add_programme
from app.review.schemas import PauseDecision, PauseIn
from app.review.service import ask_pause, decide_pause, end_pause
from app.schemas import Facts, Input, parse
from app.standings.keeper import settle
from app.vocabulary import (
    AgreementState,
    DelegationState,
    Door,
    FollowUpSource,
    FollowUpState,
    Locale,
    Opinion,
    PauseState,
    ReasonCode,
    ResultLevel,
    Role,
)
from seed import load as sourced
from seed.demo.contacts import add_contact, add_forum_meeting, missing_meetings, missing_people
from seed.demo.days import day
from seed.demo.papers import add_file, missing_files
from seed.demo.pushes import add_push, missing_pushes
from seed.demo.removal import remove
from seed.files import Row, rows, several

__all__ = ["load", "remove"]

TABLES = (
    "users", "agreements", "programmes", "programme_entries", "visits", "interactions", "follow_ups",
    "pauses", "reviews", "causes", "notes", "partners", "plan", "files",
    "people", "meetings", "pushes",
)  # fmt: skip
_KEYED: dict[str, Any] = {
    "agreements": Agreement,
    "programmes": Programme,
    "visits": Delegation,
    "interactions": Interaction,
    "follow_ups": FollowUp,
}
WEEK = timedelta(days=7)
# Who is asked for an opinion on a paper under consultation.
ASKED = ("BNG", "SVHTTDL")
SOURCE = "Dữ liệu minh họa, không có thật / Illustrative data, not real"


def load(database: Database, today: date, password: str) -> dict[str, int]:
    """Add what is not there yet and see that the demo accounts have this password.

    The number of rows added this time, by table (`partners`: how many were given an officer).
    """
    sourced.load(database, today)
    with database.read() as session:
        missing, locked = _missing(session, today), _locked_out(session, password)
    if not locked and not any(missing.values()):
        return dict.fromkeys(TABLES, 0)
    hashed = hash_password(password)
    with database.write() as session:
        loading = _Loading(session, today, hashed)
        loading.run(_missing(session, today))
        loading.reset_passwords(_locked_out(session, password) if locked else [])
        settle(session, today)
        _mark_events(session, loading.token)
    return loading.added


def _missing(session: Session, today: date) -> dict[str, list[Row]]:
    """The rows of each file that are not in the database."""
    here = sourced.present_partners(session)
    emails = set(session.scalars(sa.select(User.email)))
    found = {"users": [row for row in rows("demo/users") if row["email"] not in emails]}
    for table, model in _KEYED.items():
        keys = set(session.scalars(sa.select(model.source_key).where(model.source_key.like("demo:%"))))
        found[table] = [
            row
            for row in rows(f"demo/{table}")
            if f"demo:{table}:{row['key']}" not in keys and all(p in here for p in several(row["partners"]))
        ]
    # These have no key: a partner has at most one of each.
    done = {
        "pauses": set(session.scalars(_partners_with(Pause))),
        "reviews": set(session.scalars(_partners_with(ReviewConfirmation))),
        "causes": set(session.scalars(_partners_with(PartnerCause))),
        "notes": set(session.scalars(_partners_with(Note))),
        "partners": set(session.scalars(_assigned())),
    }
    for table, slugs in done.items():
        wanted = [row for row in rows(f"demo/{table}") if row["partner"] in here]
        found[table] = [row for row in wanted if here[row["partner"]] not in slugs]
    found["plan"] = _missing_items(session, today, here)
    found["files"] = missing_files(session)
    found["people"] = missing_people(session, here)
    found["meetings"] = missing_meetings(session, here)
    found["pushes"] = missing_pushes(session, here)
    return found


def _missing_items(session: Session, today: date, partners: dict[str, str]) -> list[Row]:
    """Items of this year's and last year's plan, as of the first load: once there is a plan of the
    demonstration none is missing. A year whose plan the department has begun itself is left alone."""
    if session.scalar(sa.select(Plan.id).where(col(Plan.is_demo)).limit(1)) is not None:
        return []
    own = set(session.scalars(sa.select(Plan.year)))
    return [
        row
        for row in rows("demo/plan")
        if _year(row, today) not in own and all(slug in partners for slug in several(row["partners"]))
    ]


def _year(row: Row, today: date) -> int:
    return today.year - (row["year"] == "last")


def _partners_with(model: Any) -> Any:
    return sa.select(Partner.slug).join(model, model.partner_id == Partner.id).where(model.is_demo)


def _assigned() -> Any:
    """Partners that the demonstration has given an officer, whoever looks after them by now."""
    return (
        sa.select(Partner.slug)
        .join(EventPartner, col(EventPartner.partner_id) == Partner.id)
        .join(Event, col(Event.id) == EventPartner.event_id)
        .where(col(Event.is_demo), Event.action == "partner.changed", Event.door == Door.seed)
    )


def _locked_out(session: Session, password: str) -> list[int]:
    """The demo accounts whose password is another one. Equal hashes are tried once: a try takes its time."""
    accounts = session.execute(sa.select(User.id, User.password_hash).where(col(User.is_demo))).all()
    fitting = {hashed: verify_password(password, hashed) for hashed in {a.password_hash for a in accounts}}
    return [account.id for account in accounts if not fitting[account.password_hash]]


def _mark_events(session: Session, token: str) -> None:
    """Mark every line of history of this load, those of standings that follow from it included."""
    session.execute(sa.update(Event).where(col(Event.request_id) == token).values(is_demo=True))


@dataclass
class _Loading:
    """One load: who acts, and how many rows were added."""

    session: Session
    today: date
    password_hash: str
    token: str = field(default_factory=lambda: f"demo-{secrets.token_hex(8)}")
    added: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))

    def run(self, missing: dict[str, list[Row]]) -> None:
        """Add the missing rows, each table after those it refers to."""
        self._slugs = sourced.present_partners(self.session)
        self._program = replace(system(Door.seed), request_id=self.token, is_demo=True)
        for row in missing["users"]:
            self.user(row)
        found = self.session.scalars(sa.select(User).where(col(User.is_demo))).all()
        self._people = {u.email: sessions.actor_of(u, Door.seed, self.token) for u in found}
        for table in ("agreements", "programmes", "visits", "interactions", "follow_ups"):
            for row in missing[table]:
                getattr(self, table.removesuffix("s"))(row)
                self.added[table] += 1
        for table in ("pauses", "reviews", "causes", "notes"):
            for row in missing[table]:
                getattr(self, table.removesuffix("s"))(row)
        for row in missing["partners"]:
            self.officer(row)
        for row in missing["plan"]:
            self.plan_item(row)
        for row in missing["files"]:
            self.added["files"] += add_file(self.session, self._people[row["by"]], row, today=self.today)
        for row in missing["people"]:
            add_contact(self.session, self._program, row, self._slugs, self.today)
        for row in missing["meetings"]:
            add_forum_meeting(self.session, self._program, row, self._slugs, self.today)
        for row in missing["pushes"]:
            add_push(self.session, self._people, row, self._slugs, self.today)
        counted = (
            "users", "pauses", "reviews", "causes", "notes", "partners", "plan", "people", "meetings",
            "pushes",
        )  # fmt: skip
        self.added |= {table: len(missing[table]) for table in counted}

    def user(self, row: Row) -> None:
        """The password is the operator's choice, however short: a demonstration is not to be reached from
        outside. So it is not held to the rule for accounts."""
        data = UserIn.model_construct(
            email=row["email"],
            name=row["name"],
            role=Role(row["role"]),
            unit=row["unit"],
            locale=Locale.vi,
            password="",
        )
        add_user(self.session, self._program, data, is_demo=True, password_hash=self.password_hash)

    def reset_passwords(self, user_ids: list[int]) -> None:
        """Give accounts the password of this load; who is signed in with the old one is signed out."""
        for user_id in user_ids:
            user = self.session.get_one(User, user_id)
            user.password_hash = self.password_hash
            record(self.session, self._program, "user.changed", user, more={"password": (None, "set")})
            sessions.end_all(self.session, user_id)

    def agreement(self, row: Row) -> None:
        days = {f"{name}_on": self._day(row[name]) for name in ("signed", "expires")}
        data = self._filled(AgreementIn, row) | days
        data |= {"sectors": several(row["sectors"]), **self._shared("agreements", row)}
        asked = row["state"] == AgreementState.consulting
        if asked:
            data["state"] = AgreementState.proposed
        actor = self._actor(row)
        paper = add_agreement(self.session, actor, parse(AgreementIn, data))
        if asked:
            self._consult(actor, paper)

    def _consult(self, actor: Actor, paper: Agreement) -> None:
        """Ask two agencies: one has answered, the other still has to."""
        session, today = self.session, self.today
        first = ASKED[0]
        complete = today - timedelta(days=6)
        asked = ConsultationIn(dossier_complete_on=complete, agencies=list(ASKED))
        consult(session, actor, paper, asked, version=paper.version, today=today)
        answer = OpinionIn(agency=first, opinion=Opinion.agrees, on=today - timedelta(days=2))
        take_opinion(session, actor, paper, answer, version=paper.version, today=today)

    def programme(self, row: Row) -> None:
        days = {
            "started_on": self._day(row["started"]),
            "ends_on": self._day(row["ends"]),
            "ended_on": self._day(row["ended"]),
            "cancelled_on": self._day(row["cancelled"]),
        }
        paper = self._keyed(Agreement, row["agreement"])
        data = self._filled(SourcedProgramme, row) | days | self._shared("programmes", row)
        data |= {name: several(row[name]) for name in ("support_units", "donors")}
        data["agreement_id"] = paper and paper.id
        actor = self._actor(row)
        programme = add_programme(self.session, actor, parse(SourcedProgramme, data), today=self.today)
        for entry in rows("demo/programme_entries"):
            if entry["programme"] == row["key"]:
                self.entry(actor, programme, entry)
                self.added["programme_entries"] += 1

    def entry(self, actor: Actor, programme: Programme, row: Row) -> None:
        session, on = self.session, self._day(row["on"])
        match row["kind"]:
            case "milestone":
                data = {"title": row["text"], "due_on": self._day(row["due"]), "done_on": on}
                data |= {"evidence": row["evidence"]}
                milestone = parse(MilestoneIn, data)
                add_part(session, actor, programme, PartKind.milestones, milestone, today=self.today)
            case "progress":
                note = ProgressIn.model_validate({"on": on, "text": row["text"]})
                add_part(session, actor, programme, PartKind.notes, note, today=self.today)
            case kind:
                result = ResultIn(
                    level=ResultLevel(kind),
                    indicator=row["text"],
                    unit=row["unit"] or None,
                    target=float(row["target"]),
                    actual=float(row["actual"]),
                    on=on,
                    evidence=row["evidence"] or None,
                )
                add_part(session, actor, programme, PartKind.results, result, today=self.today)

    def visit(self, row: Row) -> None:
        starts, ends = self._day(row["starts"]), self._day(row["ends"])
        days = {"starts_on": starts, "ends_on": ends or starts}
        actor, shared = self._actor(row), self._shared("visits", row)
        if row["planned"] or row["state"] in {"planned", "approved"}:
            data = self._filled(TripIn, row) | days | self._lines(row["key"])
            self.trip(actor, row, parse(TripIn, data | {"partners": shared["partners"]}))
            return
        data = self._filled(PastDelegation, row) | days | shared
        data |= {"reported": row["state"] == "reported", "confidential": row["confidential"] == "1"}
        trip = record_past(self.session, actor, parse(PastDelegation, data))
        if reason := row["off_plan_reason"]:
            self.amend(actor, trip, {"off_plan": True, "off_plan_reason": reason})

    def amend(self, actor: Actor, trip: Delegation, data: dict[str, Any]) -> None:
        """Say more of a trip: its place in the plan, what it cost."""
        patch = parse(TripPatch, data)
        change_delegation(self.session, actor, trip, patch, version=trip.version, today=self.today)

    def trip(self, actor: Actor, row: Row, data: TripIn) -> None:
        """Planned, and brought to the state that the row tells, each act on its day."""
        session, facts = self.session, Facts(**self._shared("visits", row)["facts"])
        planned = self._day(row["planned"]) or min(self.today, data.starts_on - timedelta(days=30))
        trip = plan_delegation(session, actor, data, today=planned, facts=facts)
        state = DelegationState(row["state"])
        if state == DelegationState.planned:
            return
        manager = self._people["manager@demo.invalid"]
        approve(session, manager, trip, version=trip.version, today=min(self.today, planned + WEEK))
        if state == DelegationState.cancelled:
            why = CancellationIn(why="Phía bạn đề nghị lùi thời gian tổ chức diễn đàn.")
            cancel(session, actor, trip, why, version=trip.version)
        if state in {DelegationState.under_way, DelegationState.completed}:
            start(session, actor, trip, version=trip.version, today=data.starts_on)
        if state == DelegationState.completed:
            done = parse(CompletionIn, self._filled(CompletionIn, row))
            complete(session, actor, trip, done, version=trip.version, today=data.ends_on)

    def _lines(self, key: str) -> dict[str, Any]:
        """Who travels, the meetings and the gifts of a visit."""
        found: dict[str, list[dict[str, Any]]] = {"member": [], "meeting": [], "gift": []}
        for row in rows("demo/visit_lines"):
            if row["visit"] == key:
                line: dict[str, Any] = {n: v for n, v in row.items() if v and n not in {"visit", "kind"}}
                if row["kind"] == "gift":
                    line["what"] = line.pop("name")
                if row["kind"] == "meeting":
                    line["on"] = self._day(row["on"])
                found[row["kind"]].append(line)
        return {f"{kind}s": lines for kind, lines in found.items()}

    def interaction(self, row: Row) -> None:
        data = self._filled(InteractionIn, row) | self._shared("interactions", row)
        data |= {"on": self._day(row["on"]), "two_way": row["two_way"] == "1"}
        log_interaction(self.session, self._actor(row), parse(InteractionIn, data), today=self.today)

    def follow_up(self, row: Row) -> None:
        """Opened, moved and closed on the days that the row tells."""
        origin, raised = self._origin(row)
        data = self._filled(FollowUpIn, row)
        first = row["moves"].partition(">")[0] or row["due"]
        reaction = self._day(row["reaction_due"])
        data |= {"due_on": self._day(first), "reaction_due_on": reaction}
        partner_ids = ids_of(self.session, self._partners(row), "partners")
        actor = self._actor(row)
        work = follow_ups.open_(
            self.session,
            actor,
            parse(FollowUpIn, data),
            partners=partner_ids,
            today=raised,
            origin=origin,
            source_key=f"demo:follow_ups:{row['key']}",
            is_demo=True,
        )
        for move in several(row["moves"]):
            self._move(actor, work, move, raised)
        if row["closed"]:
            self._close(actor, work, row)

    def _move(self, actor: Actor, work: FollowUp, move: str, raised: date) -> None:
        """`-6m>-3m why`: on the day it was due, it was put off to the second day."""
        days, _, why = move.partition(" ")
        was, _, to = days.partition(">")
        data = Postpone.model_validate({"due_on": self._day(to), "why": why})
        on = max(raised, self._day(was) or self.today)
        follow_ups.postpone(self.session, actor, work, data, version=work.version, today=on)

    def _close(self, actor: Actor, work: FollowUp, row: Row) -> None:
        state, _, offset = row["closed"].partition(" ")
        on, version = self._day(offset) or self.today, work.version
        if state == FollowUpState.done:
            done = Complete(outcome=row["outcome"])
            follow_ups.complete(self.session, actor, work, done, version=version, today=on)
        else:
            dropped = Drop(why=row["outcome"])
            follow_ups.drop(self.session, actor, work, dropped, version=version, today=on)

    def _origin(self, row: Row) -> tuple[Origin, date]:
        """What a follow-up grew out of, and the day it was raised."""
        what, _, key = row["origin"].partition(":")
        raised = self._day(row["raised"]) or self.today
        if what == "visit":
            visit = self._keyed(Delegation, f"demo:visits:{key}")
            if visit is not None:
                return Origin(FollowUpSource.delegation, delegation_id=visit.id), visit.ends_on
        if what == "reason":
            return Origin(FollowUpSource.standing, reason=ReasonCode(key)), raised
        return Origin(), raised

    def pause(self, row: Row) -> None:
        partner = get_partner(self.session, self._slugs[row["partner"]])
        asked = self._day(row["asked"]) or self.today
        data = parse(PauseIn, {"reason": row["reason"], "why": row["why"], "until": self._day(row["until"])})
        asker, manager = self._people[row["asked_by"]], self._people["manager@demo.invalid"]
        pause = ask_pause(self.session, asker, partner, data, today=asked, is_demo=True)
        if row["decided"]:
            decided = self._day(row["decided"]) or self.today
            word = PauseDecision(
                approve=row["decision"] == PauseState.approved, why=row["decision_why"] or None
            )
            decide_pause(self.session, manager, pause, word, version=pause.version, today=decided)
        if row["ended"]:
            ended = self._day(row["ended"]) or self.today
            end_pause(self.session, manager, pause, version=pause.version, today=ended)

    def review(self, row: Row) -> None:
        partner = get_partner(self.session, self._slugs[row["partner"]])
        on = self._day(row["on"]) or self.today
        confirm_file(self.session, self._people[row["by"]], partner, today=on, is_demo=True)

    def cause(self, row: Row) -> None:
        partner = get_partner(self.session, self._slugs[row["partner"]])
        on = self._day(row["on"]) or self.today
        data = parse(CauseIn, {"cause": row["cause"], "why": row["why"]})
        name_cause(self.session, self._people[row["by"]], partner, data, today=on, is_demo=True)

    def note(self, row: Row) -> None:
        """Through the door that colleagues write by, so that whoever is named or follows is told."""
        partner = get_partner(self.session, self._slugs[row["partner"]])
        author = self._people[row["by"]].through(Door.page)
        add_note(self.session, author, partner, NoteIn(text=row["text"]), is_demo=True)

    def officer(self, row: Row) -> None:
        """Give a partner an officer, and perhaps a rung that somebody declared, where it has none.

        Partners belong to the sourced layer, which the demonstration must leave as it was: so these two
        columns are written past the record's version and stamps, and the event remembers what to undo.
        """
        partner = get_partner(self.session, self._slugs[row["partner"]])
        assert partner.id is not None
        new = {"officer_id": self._people[row["officer"]].user_id, "declared_rung": row["declared_rung"]}
        changes = {name: [None, v] for name, v in new.items() if v and getattr(partner, name) is None}
        values = {name: value for name, (_, value) in changes.items()}
        if values:
            self.session.execute(sa.update(Partner).where(col(Partner.id) == partner.id).values(**values))
            self.session.expire(partner)
        told = (self.session, self._people["manager@demo.invalid"], "partner.changed", "partner", partner.id)
        tell(*told, changes, partners=[partner.id], is_demo=True)

    def plan_item(self, row: Row) -> None:
        """An item of this year's plan or last year's, the plan begun where there is none."""
        manager, year = self._people["manager@demo.invalid"], _year(row, self.today)
        plan = self.session.scalars(sa.select(Plan).where(col(Plan.year) == year)).first()
        if plan is None:
            begun = PlanIn(year=year, budget=6_000_000_000)
            plan = begin_plan(self.session, manager, begun, is_demo=True)
        data = self._filled(PlanItemIn, row) | {"partners": self._partners(row)}
        item = add_item(self.session, manager, plan, parse(PlanItemIn, data), is_demo=True)
        if row["dropped_why"]:
            drop = ItemDrop(dropped_why=row["dropped_why"])
            drop_item(self.session, manager, item, drop, version=item.version)
        if row["visit"] and (trip := self._keyed(Delegation, f"demo:visits:{row['visit']}")):
            cost = {"cost_actual": int(row["cost"]), "currency": row["currency"]}
            self.amend(manager, trip, {"plan_item": item.id, **cost})

    def _day(self, text: str) -> date | None:
        return day(text, self.today)

    def _partners(self, row: Row) -> list[str]:
        return [self._slugs[slug] for slug in several(row["partners"])]

    def _actor(self, row: Row) -> Actor:
        """Who looks after the first of the row's partners; the first officer where nobody does."""
        holders = {r["partner"]: r["officer"] for r in rows("demo/partners")}
        holder = holders.get(several(row["partners"])[0], "officer@demo.invalid")
        return self._people[holder]

    def _keyed(self, model: Any, key: str) -> Any:
        return self.session.scalars(sa.select(model).where(model.source_key == key)).first() if key else None

    def _filled(self, schema: type[Input], row: Row) -> dict[str, Any]:
        """The filled cells of a row that a schema has a field for."""
        return {name: row[name] for name in schema.model_fields if row.get(name)}

    def _shared(self, table: str, row: Row) -> dict[str, Any]:
        facts = {"source": SOURCE, "source_key": f"demo:{table}:{row['key']}", "is_demo": True}
        return {"partners": self._partners(row), "facts": facts}
