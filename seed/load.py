"""Loads the sourced layer through the services, in one transaction, as often as one likes.

Every row has a stable key (`seed:partners:kanagawa`; sectors and organisations have their code). What is
known by its key is left alone, so a second load changes nothing, a user's edit is never overwritten, and
what a user archived stays archived.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor, system
from app.agreements.schemas import AgreementIn
from app.agreements.service import add_agreement
from app.db import Database
from app.delegations.schemas import PastDelegation
from app.delegations.service import record_past
from app.figures.schemas import KnownFigure
from app.figures.service import add_figure
from app.forums.schemas import ForumIn, KnownForum, MemberIn
from app.forums.service import add_forum, add_member
from app.interactions.schemas import InteractionIn
from app.interactions.service import log_interaction
from app.models import (
    Agreement,
    Delegation,
    Dispute,
    Event,
    EventPartner,
    Figure,
    Forum,
    Interaction,
    Organisation,
    Partner,
    PartnerName,
    Sector,
)
from app.organisations.schemas import OrganisationIn
from app.organisations.service import add_organisation
from app.partners.schemas import DisputeIn, PartnerIn
from app.partners.service import add_dispute, add_partner, folded_names
from app.schemas import Input, parse
from app.sectors.schemas import SectorIn
from app.sectors.service import add_sector
from app.standings.keeper import settle
from app.vocabulary import Door
from seed import procedure
from seed.files import Row, rows, several

TABLES = (
    "sectors", "organisations", "forums", "partners", "partner_aliases", "forum_members",
    "agreements", "delegations", "interactions", "disputes", "facts", *procedure.TABLES,
)  # fmt: skip
_KEYED: dict[str, Any] = {
    "forums": Forum,
    "partners": Partner,
    "agreements": Agreement,
    "delegations": Delegation,
    "interactions": Interaction,
    "disputes": Dispute,
    "facts": Figure,
}


def load(database: Database, today: date) -> dict[str, int]:
    """Add what is not there yet; the number of rows added this time, by table."""
    with database.read() as session:
        if not any(_missing(session).values()):
            return dict.fromkeys(TABLES, 0)
    with database.write() as session:
        loading = _Loading(session, today)
        loading.run(_missing(session))
        settle(session, today)
    return loading.added


def source_key(table: str, row: Row) -> str:
    """The key under which a row is known for good."""
    match table:
        case "partners":
            return f"seed:partners:{row['slug']}"
        case "forums":
            return f"seed:forums:{row['code']}"
        case "disputes":
            return f"seed:disputes:{row['record_key']}:{row['field']}"
    return f"seed:{table}:{row['key']}"


def _missing(session: Session) -> dict[str, list[Row]]:
    """The rows of each table that are not in the database, in the order of the files."""
    found = {}
    for table, model in (("sectors", Sector), ("organisations", Organisation)):
        codes = set(session.scalars(sa.select(model.code)))
        found[table] = [row for row in rows(table) if row["code"] not in codes]
    for table, model in _KEYED.items():
        keys = set(session.scalars(sa.select(model.source_key).where(model.source_key.like("seed:%"))))
        found[table] = [row for row in rows(table) if source_key(table, row) not in keys]
    # The table holds disputes about partners; the others stay in the file.
    found["disputes"] = [row for row in found["disputes"] if row["partner"]]
    # What is no figure is told nowhere in the register.
    found["facts"] = [row for row in found["facts"] if row["kind"] == "figure"]
    told = _memberships(session)
    found["forum_members"] = [r for r in rows("forum_members") if (r["forum"], r["partner"]) not in told]
    return found | procedure.missing(session)


def _memberships(session: Session) -> set[tuple[str, str]]:
    """Forum and partner of every membership that a seed ever told of, by the keys of the files.

    A membership has no key of its own: that it was entered is read from the history, which keeps it even
    where a user has ended it since.
    """
    statement = (
        sa.select(Forum.source_key, Partner.source_key)
        .select_from(Event)
        .join(EventPartner, col(EventPartner.event_id) == Event.id)
        .join(Forum, sa.and_(col(Forum.id) == Event.record_id, col(Event.record_type) == "forum"))
        .join(Partner, col(Partner.id) == EventPartner.partner_id)
        .where(Event.action == "forum.member_added", Event.door == Door.seed)
    )
    return {
        (forum.removeprefix("seed:forums:"), partner.removeprefix("seed:partners:"))
        for forum, partner in session.execute(statement)
        if forum and partner
    }


@dataclass
class _Loading:
    """One load: what is added, and which records the keys of the files stand for."""

    session: Session
    today: date
    actor: Actor = field(default_factory=lambda: system(Door.seed, "CityTies"))
    added: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))

    def run(self, missing: dict[str, list[Row]]) -> None:
        """Add the missing rows, each table after those it refers to."""
        steps: dict[str, Callable[[Row], object]] = {
            "sectors": self.sector,
            "organisations": self.organisation,
            "forums": self.forum,
            "partners": self.partner,
            "forum_members": self.membership,
            "agreements": self.agreement,
            "delegations": self.delegation,
            "interactions": self.interaction,
            "disputes": self.dispute,
            "facts": self.figure,
        }
        self._taken = _names(self.session)
        for table, add in steps.items():
            if table == "forum_members":
                self._slugs = present_partners(self.session)
                found = self.session.scalars(sa.select(Forum).where(col(Forum.source_key).is_not(None)))
                self._forums = {forum.source_key: forum for forum in found}
            for row in missing[table]:
                if add(row) is not None:
                    self.added[table] += 1
        for table in procedure.TABLES:
            for row in missing[table]:
                procedure.add(self.session, self.actor, table, row)
                self.added[table] += 1

    def sector(self, row: Row) -> object:
        return add_sector(self.session, self.actor, parse(SectorIn, row))

    def organisation(self, row: Row) -> object:
        data = _known({**row, "aliases": several(row["aliases"])}, OrganisationIn)
        return add_organisation(self.session, self.actor, parse(OrganisationIn, data))

    def forum(self, row: Row) -> object:
        data = parse(KnownForum, _known(row, ForumIn) | {"facts": _facts("forums", row)})
        return add_forum(self.session, self.actor, data)

    def partner(self, row: Row) -> object | None:
        """A partner that users entered before under one of its names is theirs and stays as it is."""
        aliases = [
            {"text": alias["alias"], "type": alias["type"], "evidence": alias["evidence"]}
            for alias in rows("partner_aliases")
            if alias["partner"] == row["slug"]
        ]
        if _namesake(row, self._taken) is not None:
            return None
        data = _known(row, PartnerIn) | {
            "aliases": aliases,
            "strengths": several(row["strengths"]),
            "friendship_known": row["tie_known"] == "1",
            "note": row["note_vi"],
        }
        key = source_key("partners", row)
        self.added["partner_aliases"] += len(aliases)
        return add_partner(self.session, self.actor, parse(PartnerIn, data), source_key=key)

    def membership(self, row: Row) -> object | None:
        forum = self._forums.get(f"seed:forums:{row['forum']}")
        members = self._present(row["partner"])
        if forum is None or not members:
            return None
        basis = ":".join(filter(None, (row["role"], row["basis"], row["field"])))
        data = MemberIn(partner=members[0], basis=basis, source=row["source"])
        return add_member(self.session, self.actor, forum, data)

    def agreement(self, row: Row) -> object | None:
        parties = self._present(row["partners"])
        if not parties:
            return None
        data = _known(row, AgreementIn) | {
            "title": row["title_vi"],
            "partners": parties,
            "sectors": several(row["sectors"]),
            "signatories": _signatories(row),
            "facts": _facts("agreements", row),
        }
        return add_agreement(self.session, self.actor, parse(AgreementIn, data))

    def delegation(self, row: Row) -> object | None:
        """What a source tells of a visit is a note, not minutes: the minutes are the city's own."""
        parties = self._present(row["partners"])
        if not parties:
            return None
        data = _known(row, PastDelegation) | {
            "title": row["title_vi"],
            "partners": parties,
            "facts": _facts("delegations", row, note="summary"),
        }
        return record_past(self.session, self.actor, parse(PastDelegation, data))

    def interaction(self, row: Row) -> object | None:
        """The sources tell what has happened, also to a program whose day is set back before it."""
        parties = self._present(row["partners"])
        if not parties:
            return None
        data = parse(
            InteractionIn,
            _known(row, InteractionIn)
            | {
                "title": row["title_vi"],
                "partners": parties,
                "two_way": row["two_way"] == "1",
                "facts": _facts("interactions", row),
            },
        )
        return log_interaction(self.session, self.actor, data, today=max(self.today, data.on))

    def dispute(self, row: Row) -> object | None:
        partner = self._keyed(Partner, f"seed:partners:{row['partner']}")
        if partner is None:
            return None
        table = row["record_key"].partition(":")[0]
        about = self._keyed(_KEYED[table], f"seed:{row['record_key']}") if table in _KEYED else None
        data = _known(row, DisputeIn) | {
            "record_type": about and about.__tablename__,
            "record_id": about and about.id,
            "field": "friendship_known" if row["field"] == "tie_known" else row["field"],
            "note": row["note_vi"],
        }
        key = source_key("disputes", row)
        return add_dispute(self.session, self.actor, partner, parse(DisputeIn, data), source_key=key)

    def figure(self, row: Row) -> object:
        """A figure; one that contradicts another bears its indicator, so that the two are compared."""
        same = _contradicted(row) or row
        partner = self._present(row["partner"])
        data = {
            "title": same["subject_vi"],
            "title_en": same["subject_en"],
            "value": row["value"],
            "unit": row["unit"],
            "qualifier": row["qualifier"],
            "as_of": row["on"],
            "partner": partner[0] if partner else None,
            "source": row["source"],
            "facts": {
                "source": row["source"],
                "source_key": source_key("facts", row),
                "note": row["note_vi"] or None,
                "note_en": row["note_en"] or None,
            },
        }
        return add_figure(self.session, self.actor, parse(KnownFigure, data))

    def _keyed(self, model: Any, key: str) -> Any:
        return self.session.scalars(sa.select(model).where(model.source_key == key)).first()

    def _present(self, cell: str) -> list[str]:
        """The partners of a cell under the slugs they have by now, without those that users archived."""
        return [self._slugs[slug] for slug in several(cell) if slug in self._slugs]


def present_partners(session: Session) -> dict[str, str]:
    """The slug that each partner of the files has by now, without those that users archived."""
    statement = sa.select(Partner.id, Partner.slug, Partner.source_key).where(
        col(Partner.archived_at).is_(None)
    )
    here = list(session.execute(statement))
    slugs = {row.source_key.removeprefix("seed:partners:"): row.slug for row in here if row.source_key}
    others = {row.id: row.slug for row in here if not row.source_key}
    strange = [row for row in rows("partners") if row["slug"] not in slugs] if others else []
    names = _names(session) if strange else {}
    for row in strange:
        if (same := _namesake(row, names)) in others:
            slugs[row["slug"]] = others[same]
    return slugs


def _names(session: Session) -> dict[tuple[str, str], int]:
    """Whose every known name is, by country."""
    found = session.execute(sa.select(PartnerName.country, PartnerName.folded, PartnerName.partner_id))
    return {(country, folded): partner_id for country, folded, partner_id in found}


def _namesake(row: Row, names: dict[tuple[str, str], int]) -> int | None:
    """A partner that bears one of the row's names in its country."""
    aliases = [alias["alias"] for alias in rows("partner_aliases") if alias["partner"] == row["slug"]]
    names_of: dict[str, Any] = {name: row[name] for name in ("name_vi", "name_en", "name_local")}
    folds = sorted(folded_names(Partner(**names_of), aliases))
    keys = [(row["country"], folded) for folded in folds]
    return next((names[key] for key in keys if key in names), None)


def _known(row: dict[str, Any], schema: type[Input]) -> dict[str, Any]:
    """The filled cells of a row that a schema has a field for."""
    return {name: row[name] for name in schema.model_fields if row.get(name)}


def _contradicted(row: Row) -> Row | None:
    """The figure that disputes.csv sets a disputed one against; None for the one that is used there."""
    if row["disputed"] != "1":
        return None
    facts = {fact["key"]: fact for fact in rows("facts")}
    for dispute in rows("disputes"):
        table, _, key = dispute["record_key"].partition(":")
        used = facts.get(key) if table == "facts" else None
        if used and used["unit"] == row["unit"] and dispute["value_other"] == row["value"]:
            return used
    return None


def _facts(table: str, row: Row, *, note: str = "note") -> dict[str, Any]:
    return {
        "source": row["source"],
        "confidence": row.get("confidence") or None,
        "source_key": source_key(table, row),
        "year_inferred": row.get("year_basis") == "inferred",
        "note": row[f"{note}_vi"] or None,
        "note_en": row[f"{note}_en"] or None,
    }


def _signatories(row: Row) -> str:
    """Who signed, each with the place signed for."""
    names = {slug["slug"]: slug["name_vi"] for slug in rows("partners")}
    there = "; ".join(names[slug] for slug in several(row["partners"]))
    signed = ((row["signatory_home"], "Hà Nội"), (row["signatory_partner"], there))
    return "; ".join(f"{who} ({place})" for who, place in signed if who)
