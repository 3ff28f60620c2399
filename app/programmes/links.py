"""What a programme is tied to: its partners, its units and donors, the paper it carries out, the work it grew
out of. The ties live in tables of their own; the history tells them with the programme."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.errors import Refused
from app.models import (
    Agreement,
    AgreementPartner,
    FollowUp,
    Organisation,
    Partner,
    Programme,
    ProgrammePartner,
    ProgrammeUnit,
)
from app.organisations.queries import ids_of as unit_ids_of
from app.partners.queries import ids_of
from app.programmes.schemas import ProgrammePatch
from app.vocabulary import ProgrammeUnitRole

UNITS = {"support_units": ProgrammeUnitRole.support, "donors": ProgrammeUnitRole.donor}


def partners_of(session: Session, programme: Programme) -> list[int]:
    """The ids of the partners of a programme."""
    links = select(ProgrammePartner.partner_id).where(ProgrammePartner.programme_id == programme.id)
    with session.no_autoflush:
        return sorted(session.exec(links))


def units_of(session: Session, programme_id: int, role: ProgrammeUnitRole) -> list[str]:
    """The codes of the organisations that have a role in a programme."""
    statement = (
        sa.select(Organisation.code)
        .join(ProgrammeUnit, col(ProgrammeUnit.organisation_id) == Organisation.id)
        .where(ProgrammeUnit.programme_id == programme_id, ProgrammeUnit.role == role)
    )
    return sorted(session.scalars(statement))


def paper_id(session: Session, agreement_id: int | None, partner_ids: Iterable[int]) -> int | None:
    """The agreement a programme carries out: there is one, and with one of its partners."""
    if agreement_id is None:
        return None
    statement = (
        sa.select(AgreementPartner.partner_id)
        .join(Agreement, col(Agreement.id) == AgreementPartner.agreement_id)
        .where(Agreement.id == agreement_id, col(Agreement.archived_at).is_(None))
    )
    theirs = set(session.scalars(statement))
    if not theirs:
        raise Refused("unknown_agreement", field="agreement_id")
    if not theirs & set(partner_ids):
        raise Refused("agreement_of_others", field="agreement_id")
    return agreement_id


def origin(session: Session, follow_up_id: int | None) -> FollowUp | None:
    """The work a programme grows out of; raises Refused for one that is not there."""
    if follow_up_id is None:
        return None
    work = session.get(FollowUp, follow_up_id)
    if work is None or work.archived_at is not None:
        raise Refused("unknown_follow_up", field="follow_up_id", id=follow_up_id)
    return work


def linked_changes(
    session: Session, programme: Programme, data: ProgrammePatch
) -> tuple[dict[str, tuple[Any, Any]], list[int], list[int]]:
    """What changes in the link tables as history tells it, and the partners after and before."""
    before = partners_of(session, programme)
    more: dict[str, tuple[Any, Any]] = {}
    after = before
    if data.partners is not None:
        after = sorted(ids_of(session, data.partners, "partners"))
        more["partners"] = (_slugs(session, before), _slugs(session, after))
    for name, role in UNITS.items():
        wanted = getattr(data, name)
        if wanted is not None:
            _unit_ids(session, programme.id, name, wanted)
            more[name] = (units_of(session, programme.id or 0, role), sorted(set(wanted)))
    if any(name in more for name in UNITS):
        now = {name: units_of(session, programme.id or 0, role) for name, role in UNITS.items()}
        one_role_each(*(more[name][1] if name in more else now[name] for name in UNITS))
    return more, after, before


def one_role_each(support: Iterable[str], donors: Iterable[str]) -> None:
    """Raises Refused where an organisation is both a supporting unit and a donor."""
    if both := sorted(set(support) & set(donors)):
        raise Refused("unit_twice", field="donors", unit=both[0])


def _slugs(session: Session, ids: list[int]) -> list[str]:
    return sorted(session.scalars(sa.select(Partner.slug).where(col(Partner.id).in_(ids))))


def store_links(
    session: Session, programme_id: int, data: ProgrammePatch, before: list[int], after: list[int]
) -> None:
    """Write the ties that a patch changes."""
    for row in session.exec(
        select(ProgrammePartner).where(
            ProgrammePartner.programme_id == programme_id,
            col(ProgrammePartner.partner_id).in_(set(before) - set(after)),
        )
    ):
        session.delete(row)  # row by row: what leaves must be seen by the keeper of the standings
    link_partners(session, programme_id, [key for key in after if key not in before])
    for name, role in UNITS.items():
        wanted = getattr(data, name)
        if wanted is not None:
            ids = _unit_ids(session, programme_id, name, wanted)
            session.execute(
                sa.delete(ProgrammeUnit).where(
                    col(ProgrammeUnit.programme_id) == programme_id, col(ProgrammeUnit.role) == role
                )
            )
            link_units(session, programme_id, role, ids)


def _unit_ids(session: Session, programme_id: int | None, name: str, codes: Iterable[str]) -> list[int]:
    """The units behind codes; one in the trash only where the programme names it already."""
    there = sa.select(ProgrammeUnit.organisation_id).where(col(ProgrammeUnit.programme_id) == programme_id)
    return unit_ids_of(session, codes, name, keep=session.scalars(there))


def link_partners(session: Session, programme_id: int, ids: Iterable[int]) -> None:
    """Tie partners to a programme."""
    session.add_all(ProgrammePartner(programme_id=programme_id, partner_id=key) for key in ids)
    session.flush()


def link_units(session: Session, programme_id: int, role: ProgrammeUnitRole, ids: Iterable[int]) -> None:
    """Tie organisations to a programme in one role."""
    session.add_all(ProgrammeUnit(programme_id=programme_id, organisation_id=key, role=role) for key in ids)
    session.flush()
