"""Whether what is derived is still what it is derived from, and whether the database keeps its word.

Nothing here writes. `python -m app check` prints what it finds.
"""

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from sqlmodel import Session, col, select

import app.models
from app.db import Database, filed_under, searchable, sqlite_version, texts_of
from app.files.store import digest, store
from app.models import File, Partner, PartnerAlias, PartnerName
from app.partners.service import folded_names, name_keys
from app.standings.check import Difference, standing_differences

# Before this one, two connections that write or checkpoint at one moment can corrupt a WAL database.
SAFE_SQLITE = (3, 51, 3)
# Switched off, each of these loses acknowledged rows in a power cut.
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def differences(session: Session, *, hashes: bool = False) -> Iterator[Difference]:
    """Every derived value that differs from its recomputation, and every file whose bytes are not there;
    with `hashes` also those whose bytes have changed, which takes as long as reading all of them."""
    yield from _files(session, hashes)
    yield from standing_differences(session)
    yield from _searched_texts(session)
    yield from _sort_keys(session)
    yield from _partner_names(session)


def _files(session: Session, hashes: bool) -> Iterator[Difference]:
    """The bytes behind the rows, archived ones too: an archived file can be put back."""
    place = store()
    statement = sa.select(File.id, File.sha256, File.size).order_by(File.sha256, File.id)
    read: dict[str, str] = {}
    for key, sha, size in session.execute(statement):
        name, found = f"file {key} ({place.path(sha)})", place.size(sha)
        if found != size:
            yield Difference(name, "bytes", "missing" if found is None else found, size)
        elif hashes:
            if sha not in read:
                read = {sha: digest(place.path(sha))}  # rows of one content stand together
            if read[sha] != sha:
                yield Difference(name, "sha256", read[sha], sha)


def _searched_texts(session: Session) -> Iterator[Difference]:
    """The folded texts that the flush listener keeps."""
    for table in app.models.__all__:
        model = getattr(app.models, table)
        names: tuple[str, ...] = getattr(model, "searched", ())
        if not names:
            continue
        statement = sa.select(model.id, model.search_text, *(getattr(model, n) for n in names))
        for key, stored, *texts in session.execute(statement):
            wanted = searchable(texts_of(texts))
            if stored != wanted:
                yield Difference(f"{model.__tablename__} {key}", "search_text", stored, wanted)


def _sort_keys(session: Session) -> Iterator[Difference]:
    """What names sort by, as the flush listener keeps it."""
    for table in app.models.__all__:
        model = getattr(app.models, table)
        for key, name in getattr(model, "keyed", {}).items():
            statement = sa.select(model.id, getattr(model, key), getattr(model, name))
            for row, stored, text in session.execute(statement):
                if stored != (wanted := filed_under(key, text)):
                    yield Difference(f"{model.__tablename__} {row}", key, stored, wanted)


def _partner_names(session: Session) -> Iterator[Difference]:
    """A partner's folded names, by which twins are refused, and the texts by which it is found."""
    aliases: dict[int, list[str]] = defaultdict(list)
    for alias in session.exec(select(PartnerAlias).order_by(col(PartnerAlias.id))):
        aliases[alias.partner_id].append(alias.text)
    folds: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for name in session.exec(select(PartnerName)):
        folds[name.partner_id].add((name.country, name.folded))
    for partner in session.exec(select(Partner)):
        assert partner.id is not None
        also = aliases[partner.id]
        record = f"partner {partner.slug}"
        wanted = {(partner.country, folded) for folded in folded_names(partner, also)}
        if folds[partner.id] != wanted:
            yield Difference(record, "names", sorted(folds[partner.id]), sorted(wanted))
        keys = (partner.name_key, partner.name_key_en)
        if keys != name_keys(partner):
            yield Difference(record, "name_key", keys, name_keys(partner))
        names = [partner.name_vi, partner.name_en, partner.name_local, *also, partner.slug]
        text = searchable([name for name in names if name])
        if set(partner.search_text.split(" | ")) != set(text.split(" | ")):
            yield Difference(record, "search_text", partner.search_text, text)


def count_partners(session: Session) -> int:
    """How many partners were checked."""
    return int(session.execute(sa.select(sa.func.count()).select_from(Partner)).scalar_one())


def library_warning() -> str | None:
    """What to know about the SQLite library in use; None when it is recent enough."""
    found = sqlite_version()
    if tuple(int(part) for part in found.split(".")) >= SAFE_SQLITE:
        return None
    safe = ".".join(map(str, SAFE_SQLITE))
    return f"SQLite {found} is older than {safe} and may corrupt a database that is written by two at once"


def unsafe_settings(database: Database) -> list[str]:
    """PostgreSQL's settings under which an acknowledged row may be lost."""
    if database.is_sqlite:
        return []
    with database.read() as session:
        found = {name: session.execute(sa.text(f"SHOW {name}")).scalar() for name in _DURABLE}
    return [
        f"{name} is off: an acknowledged row may be lost" for name, value in found.items() if value == "off"
    ]
