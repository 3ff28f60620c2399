"""People and forum meetings of the illustrative layer: invented names at illustrative partners."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actor import Actor
from app.forums.schemas import MeetingIn
from app.forums.service import add_meeting
from app.models import Forum, ForumMeeting, Person
from app.people.schemas import PersonIn
from app.people.service import add_person
from app.schemas import parse
from seed.demo.days import day
from seed.files import Row, rows


def missing_people(session: Session, partners: dict[str, str]) -> list[Row]:
    """The people that are not in the database, at partners that are."""
    known = _keys(session, Person)
    return [
        row
        for row in rows("demo/people")
        if f"demo:people:{row['key']}" not in known and row["partner"] in partners
    ]


def missing_meetings(session: Session, partners: dict[str, str]) -> list[Row]:
    """The meetings that are not in the database, of forums that are."""
    known, forums = _keys(session, ForumMeeting), set(session.scalars(sa.select(Forum.code)))
    return [
        row
        for row in rows("demo/meetings")
        if f"demo:meetings:{row['key']}" not in known and row["forum"] in forums and row["host"] in partners
    ]


def add_contact(session: Session, actor: Actor, row: Row, partners: dict[str, str], today: date) -> None:
    """Enter a person with the post they hold or held."""
    post = {
        "title_vi": row["title_vi"],
        "title_en": row["title_en"],
        "partner": partners[row["partner"]],
        "from_on": day(row["from"], today),
        "to_on": day(row["to"], today),
    }
    own = {name: row[name] for name in ("name", "honorific", "languages", "email")}
    data = parse(PersonIn, own | {"posts": [post]})
    key = f"demo:people:{row['key']}"
    add_person(session, actor, data, today=today, source_key=key, is_demo=True)


def add_forum_meeting(
    session: Session, actor: Actor, row: Row, partners: dict[str, str], today: date
) -> None:
    """Enter a meeting to come."""
    forum = session.scalars(sa.select(Forum).where(col(Forum.code) == row["forum"])).one()
    days = {"starts_on": day(row["starts"], today), "ends_on": day(row["ends"], today)}
    told = {name: row[name] for name in ("title", "title_en", "place")}
    data = parse(MeetingIn, told | days | {"host": partners[row["host"]]})
    key = f"demo:meetings:{row['key']}"
    add_meeting(session, actor, forum, data, source_key=key, is_demo=True)


def _keys(session: Session, model: type[Person] | type[ForumMeeting]) -> set[str]:
    statement = sa.select(model.source_key).where(col(model.source_key).like("demo:%"))
    return {key for key in session.scalars(statement) if key}
