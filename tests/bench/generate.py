"""A register of any size, for load tests: partners with facts of every kind, their history and standings.

    python -m tests.bench.generate --partners 1000 --facts 50 --url sqlite:///bench.db

Rows are written past the services, many at a time; what the services would keep true is kept: folded names,
search texts, links, an event a record, and standings assessed by the rule. The same seed gives the same rows.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from app import clock
from app.actor import system
from app.db import Database, folded, searchable
from app.feeds.sequence import number_all
from app.models import (
    Agreement,
    AgreementPartner,
    AgreementSector,
    Delegation,
    DelegationPartner,
    Event,
    EventPartner,
    FollowUp,
    FollowUpPartner,
    Forum,
    ForumMembership,
    Interaction,
    InteractionPartner,
    Milestone,
    Organisation,
    Partner,
    PartnerAlias,
    PartnerName,
    PartnerStrength,
    Programme,
    ProgrammePartner,
    ProgrammeResult,
    ProgressNote,
    Record,
    ReviewConfirmation,
    Sector,
    User,
)
from app.partners.service import folded_names, name_keys
from app.readiness import alembic_config
from app.standings.keeper import rewrite
from app.text import fold
from app.vocabulary import (
    AgreementKind,
    AliasType,
    Channel,
    Confidence,
    DelegationDirection,
    DelegationState,
    Door,
    FollowUpKind,
    FollowUpSource,
    FollowUpState,
    ForumBasis,
    Locale,
    OrganisationKind,
    OwedBy,
    PartnerKind,
    ProgrammeState,
    Region,
    ResultLevel,
    Role,
    SectorLevel,
    Tier,
    VisitLevel,
    VisitPurpose,
)

CHUNK = 250  # partners written in one transaction
YEARS = 8  # facts lie within these years before today
COUNTRIES = ("JP", "KR", "CN", "TH", "LA", "FR", "DE", "IT", "RU", "US", "BR", "ZA", "AU", "IN", "PL", "CU")
SYLLABLES = (
    "Hà",
    "Đông",
    "Sơn",
    "Tây",
    "Lâm",
    "Bắc",
    "Nam",
    "Vĩnh",
    "Phúc",
    "Thái",
    "Bình",
    "Quý",
    "Mỹ",
    "Long",
)
FACTS: dict[str, int] = {  # of a hundred facts
    "delegation": 34,
    "interaction": 26,
    "follow_up": 28,
    "agreement": 5,
    "programme": 3,
    "review_confirmation": 4,
}
Row = dict[str, Any]


def generate(
    database: Database,
    *,
    partners: int,
    facts: int,
    seed: int = 1,
    today: date | None = None,
    mix: dict[str, int] = FACTS,
) -> dict[str, int]:
    """Add partners with so many facts each, drawn by the weights of `mix`; the rows written, by table."""
    today = today or clock.today()
    made = _Maker(database, random.Random(seed), seed, today, mix)
    made.stage()
    ids: list[int] = []
    for start in range(0, partners, CHUNK):
        ids.extend(made.partner(n, facts) for n in range(start, min(start + CHUNK, partners)))
        made.write()
    made.settle_sequences()
    for start in range(0, len(ids), CHUNK):
        with database.write() as session:
            made.written["standing"] += rewrite(session, ids[start : start + CHUNK], today, system(Door.seed))
    number_all(database)  # as the worker has done on a register that grew
    if not database.is_sqlite:  # what autovacuum does within the minute on a server that people use
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("ANALYZE"))
    return dict(made.written)


@cache
def _defaults(model: type[SQLModel]) -> Row:
    """What the model fills in by itself, for inserts that go past it."""
    fields = model.model_fields.items()
    return {name: f.get_default(call_default_factory=True) for name, f in fields if not f.is_required()}


class _Maker:
    """Rows in the making: counted ids, one random source, one list a table until they are written."""

    def __init__(
        self, database: Database, chance: random.Random, seed: int, today: date, mix: dict[str, int]
    ) -> None:
        self._database, self._chance, self._seed, self._today = database, chance, seed, today
        self._mix = mix
        self._rows: dict[type[SQLModel], list[Row]] = defaultdict(list)
        self._next: dict[type[SQLModel], int] = {}
        self._at = datetime.combine(today, clock_time(3), UTC)
        self.written: dict[str, int] = defaultdict(int)

    def _id(self, model: Any) -> int:
        if model not in self._next:
            with self._database.engine.connect() as connection:
                self._next[model] = (connection.scalar(sa.select(sa.func.max(model.id))) or 0) + 1
        self._next[model] += 1
        return self._next[model] - 1

    def _add(self, model: Any, **values: Any) -> int:
        """A record with an id of its own, and its stamps."""
        key = self._id(model)
        row = _defaults(model) | values
        row["id"] = key
        if issubclass(model, Record):
            row |= folded(model, row.__getitem__)
        if "created_at" in row:
            row["created_at"] = row["updated_at"] = self._at
        self._rows[model].append(row)
        return key

    def _link(self, model: Any, **values: Any) -> None:
        self._rows[model].append(_defaults(model) | values)

    def write(self) -> None:
        """Insert what was made, tables before those that refer to them."""
        by_table = {model.__table__: rows for model, rows in self._rows.items()}  # type: ignore[attr-defined]
        with self._database.engine.begin() as connection:
            for table in SQLModel.metadata.sorted_tables:
                if rows := by_table.get(table):
                    connection.execute(sa.insert(table), rows)
                    self.written[table.name] += len(rows)
        self._rows.clear()

    def settle_sequences(self) -> None:
        """PostgreSQL counts by itself: go on after the ids that were given here."""
        if self._database.is_sqlite:
            return
        with self._database.engine.begin() as connection:
            for model, following in self._next.items():
                table = model.__table__.name  # type: ignore[attr-defined]
                connection.execute(
                    sa.text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
                    {"table": f'"{table}"', "last": following - 1},
                )

    # ---- what all partners share

    def stage(self) -> None:
        """Officers, units, sectors and forums; the officers have no password."""
        tag = f"bench{self._seed}"
        self._units = [
            self._add(
                Organisation,
                code=f"{tag}-unit{n}",
                kind=OrganisationKind.city_unit,
                name_vi=f"Phòng số {n}",
                name_en=f"Division {n}",
            )
            for n in range(12)
        ]
        self._officers = [
            self._add(
                User,
                email=f"{tag}-officer{n}@city.example",
                name=f"Cán bộ {n}",
                role=Role.officer,
                unit_id=self._chance.choice(self._units),
                locale=Locale.vi,
            )
            for n in range(20)
        ]
        self._sectors = [
            self._add(
                Sector,
                code=f"{tag}-sector{n}",
                level=SectorLevel.sector,
                name_vi=f"Lĩnh vực {n}",
                name_en=f"Sector {n}",
            )
            for n in range(16)
        ]
        self._forums = [
            self._add(
                Forum,
                code=f"{tag}-forum{n}",
                acronym=f"F{n}",
                name_vi=f"Diễn đàn {n}",
                name_en=f"Forum {n}",
                basis=ForumBasis.confirmed,
            )
            for n in range(8)
        ]
        self.write()

    # ---- one partner

    def partner(self, number: int, facts: int) -> int:
        """A partner with its names, and so many facts."""
        chance, tag = self._chance, f"bench-{self._seed}-{number}"
        name = f"{' '.join(chance.sample(SYLLABLES, 2))} {self._seed}-{number}"
        english, alias = f"{fold(name).title()} City", f"{fold(name)} si"
        tied = chance.random() < 0.7
        row = {
            "slug": tag,
            "name_vi": name,
            "name_en": english,
            "country": chance.choice(COUNTRIES),
            "kind": chance.choice(list(PartnerKind)),
            "region": chance.choice(list(Region)),
            "lat": round(chance.uniform(-55, 65), 4),
            "lon": round(chance.uniform(-175, 175), 4),
            "tier": chance.choices(list(Tier), (1, 5, 4))[0],
            "officer_id": chance.choice([*self._officers, None]),
            "friendship_known": tied,
            "friendship_since": self._day(25) if tied else None,
            "source": "tests/bench",
            "confidence": chance.choice(list(Confidence)),
            "search_text": searchable([name, english, alias, tag]),
        }
        made = Partner(**row)
        vi, en = name_keys(made)
        key = self._add(Partner, **row, name_key=vi, name_key_en=en)
        self._told(Partner, key, "added", {"name_vi": [None, name]}, key)
        for name in sorted(folded_names(made, [alias])):
            self._link(PartnerName, country=row["country"], folded=name, partner_id=key)
        self._add(PartnerAlias, partner_id=key, text=alias, type=AliasType.variant, evidence="bench")
        for sector in chance.sample(self._sectors, 2):
            self._link(PartnerStrength, partner_id=key, sector_id=sector)
        for forum in chance.sample(self._forums, chance.randint(0, 3)):
            self._link(ForumMembership, forum_id=forum, partner_id=key)
        makers: dict[str, Callable[[int], None]] = {
            kind: getattr(self, f"_{kind}") for kind in FACTS
        }  # bound once a partner, drawn by weight
        self._last_visit: int | None = None
        for kind in self._kinds(facts):
            makers[kind](key)
        return key

    def _kinds(self, facts: int) -> Iterator[str]:
        return iter(self._chance.choices(list(self._mix), list(self._mix.values()), k=facts))

    def _delegation(self, partner: int) -> None:
        chance, starts = self._chance, self._day(YEARS)
        title = f"Đoàn công tác số {chance.randrange(500)}"
        ends = min(starts + timedelta(days=chance.randrange(5)), self._today)
        key = self._add(
            Delegation,
            direction=chance.choice(list(DelegationDirection)),
            title=title,
            state=chance.choice([DelegationState.completed, DelegationState.reported]),
            level=chance.choice(list(VisitLevel)),
            purpose=chance.choice(list(VisitPurpose)),
            starts_on=starts,
            ends_on=ends,
            head=f"Trưởng đoàn {chance.randrange(40)}",
            minutes="Hai bên trao đổi về các lĩnh vực hợp tác.",
        )
        self._link(DelegationPartner, delegation_id=key, partner_id=partner)
        self._told(Delegation, key, "logged", {"title": [None, title]}, partner)
        self._last_visit = key

    def _interaction(self, partner: int) -> None:
        chance = self._chance
        title = f"Trao đổi số {chance.randrange(500)}"
        key = self._add(
            Interaction,
            on=self._day(YEARS),
            channel=chance.choice(list(Channel)),
            title=title,
            two_way=chance.random() < 0.7,
        )
        self._link(InteractionPartner, interaction_id=key, partner_id=partner)
        self._told(Interaction, key, "logged", {"title": [None, title]}, partner)

    def _follow_up(self, partner: int) -> None:
        chance, raised = self._chance, self._day(YEARS)
        title, due = (
            f"Việc cần theo dõi số {chance.randrange(500)}",
            raised + timedelta(chance.randrange(200)),
        )
        state = FollowUpState.open
        if raised < self._today - timedelta(days=365) or chance.random() < 0.5:
            state = chance.choices(list(FollowUpState), (1, 30, 5))[0]
        closed = min(due, self._today)
        visit = self._last_visit if chance.random() < 0.5 else None
        key = self._add(
            FollowUp,
            title=title,
            owed_by=chance.choice(list(OwedBy)),
            kind=chance.choice(list(FollowUpKind)),
            state=state,
            assignee_id=chance.choice([*self._officers, None]),
            unit_id=chance.choice([*self._units, None]),
            raised_on=raised,
            due_on=due,
            original_due_on=due,
            done_on=closed if state == FollowUpState.done else None,
            dropped_on=closed if state == FollowUpState.dropped else None,
            source=FollowUpSource.delegation if visit else FollowUpSource.manual,
            delegation_id=visit,
        )
        self._link(FollowUpPartner, follow_up_id=key, partner_id=partner)
        self._told(FollowUp, key, "opened", {"title": [None, title]}, partner)

    def _agreement(self, partner: int) -> None:
        chance, signed = self._chance, self._day(YEARS * 2)
        title = f"Bản ghi nhớ số {chance.randrange(500)}"
        key = self._add(
            Agreement,
            kind=chance.choice(list(AgreementKind)),
            title=title,
            signed_on=signed,
            expires_on=signed + timedelta(days=365 * chance.randint(2, 6)) if chance.random() < 0.6 else None,
            lead_unit_id=chance.choice([*self._units, None]),
        )
        self._link(AgreementPartner, agreement_id=key, partner_id=partner)
        for sector in chance.sample(self._sectors, chance.randint(0, 2)):
            self._link(AgreementSector, agreement_id=key, sector_id=sector)
        self._told(Agreement, key, "added", {"title": [None, title]}, partner)

    def _programme(self, partner: int) -> None:
        chance, started = self._chance, self._day(4)
        title = f"Chương trình số {chance.randrange(500)}"
        ended = chance.random() < 0.4
        key = self._add(
            Programme,
            title=title,
            sector_id=chance.choice(self._sectors),
            lead_unit_id=chance.choice(self._units),
            state=ProgrammeState.completed if ended else ProgrammeState.active,
            started_on=started,
            ended_on=min(started + timedelta(days=500), self._today) if ended else None,
        )
        self._link(ProgrammePartner, programme_id=key, partner_id=partner)
        self._told(Programme, key, "added", {"title": [None, title]}, partner)
        self._add(Milestone, programme_id=key, title="Khởi động", due_on=started, done_on=started)
        for _ in range(chance.randint(0, 3)):
            on = min(started + timedelta(days=chance.randrange(1200)), self._today)
            self._add(ProgressNote, programme_id=key, on=on, text="Đúng kế hoạch.")
        if chance.random() < 0.5:
            self._add(
                ProgrammeResult,
                programme_id=key,
                level=chance.choice(list(ResultLevel)),
                indicator="Người được tập huấn",
                actual=float(chance.randrange(500)),
                on=self._day(2),
                evidence=chance.choice(["Danh sách học viên", None]),
            )

    def _review_confirmation(self, partner: int) -> None:
        key = self._add(
            ReviewConfirmation,
            partner_id=partner,
            on=self._day(YEARS),
            by_id=self._chance.choice(self._officers),
        )
        self._told(ReviewConfirmation, key, "confirmed", {}, partner)

    def _told(self, model: Any, record: int, happened: str, changes: Row, partner: int) -> None:
        """The line of history that the service would have written."""
        event = self._add(
            Event,
            at=self._at,
            on=self._today,
            door=Door.seed,
            actor_name="tests/bench",
            action=f"{'partner' if model is ReviewConfirmation else model.__tablename__}.{happened}",
            record_type=model.__tablename__,
            record_id=record,
            changes=changes,
        )
        self._link(EventPartner, event_id=event, partner_id=partner)

    def _day(self, years: int) -> date:
        return self._today - timedelta(days=self._chance.randrange(1, 365 * years))


def _migrated(url: str) -> Database:
    from alembic import command

    database = Database(url, pool_size=2)
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return database


def main() -> None:
    """Read the command line, write, and say what was written and how fast."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--partners", type=int, default=1000)
    parser.add_argument("--facts", type=int, default=50, help="of each partner")
    parser.add_argument("--seed", type=int, default=1, help="another one adds other partners")
    parser.add_argument("--url", required=True, help="a database to add to; it is migrated first")
    asked = parser.parse_args()
    began = time.perf_counter()
    database = _migrated(asked.url)
    written = generate(database, partners=asked.partners, facts=asked.facts, seed=asked.seed)
    database.dispose()
    for table, count in written.items():
        print(f"{count:>9,}  {table}")
    took = time.perf_counter() - began
    print(f"{sum(written.values()):>9,}  rows in {took:.1f} s")


if __name__ == "__main__":
    main()
