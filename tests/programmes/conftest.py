"""What the tests of programmes share: a partner, a sector, units and a donor, what is stored."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Event, Programme, StandingRow
from app.vocabulary import OrganisationKind
from tests.staging import staged


@staged
def place(make):
    """Fukuoka, tied for long; the sector, a supporting unit and a donor that programmes name."""
    with make.together():
        partner = make.partner(
            slug="fukuoka", name_vi="Tỉnh Fukuoka", name_en="Fukuoka", friendship_since=date(2008, 2, 22)
        )
        make.sector(code="water", name_vi="Cấp thoát nước", name_en="Water")
        make.organisation(code="support", name_vi="Sở Tài chính", name_en="Department of Finance")
        make.organisation(code="donor", kind=OrganisationKind.donor, name_vi="JICA", name_en="JICA")
    return partner


@pytest.fixture
def runs(database):
    """Every programme, archived ones too."""

    def read():
        with database.read() as session:
            return list(session.scalars(sa.select(Programme).order_by(Programme.id)))

    return read


@pytest.fixture
def told(database):
    """The actions of the history in their order, one record type's or all."""

    def read(*types):
        with database.read() as session:
            events = session.scalars(sa.select(Event).order_by(Event.id))
            return [e.action for e in events if e.record_type in types and not e.action.endswith(".made")]

    return read


@pytest.fixture
def standing(database):
    """A partner's stored standing."""

    def read(partner):
        with database.read() as session:
            return session.get(StandingRow, partner.id)

    return read


@staged
def run(make, place):
    """A programme that runs since January."""
    return make.programme(place, title="Nước sạch")
