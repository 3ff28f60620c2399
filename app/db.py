"""The engine and its sessions, on SQLite and PostgreSQL alike.

SQLite: the driver's own transaction handling is off; a write opens with BEGIN IMMEDIATE (the driver's
default loses updates), a read with BEGIN DEFERRED; WAL with synchronous=FULL keeps an acknowledged row
through a power cut. Writers of one process queue fairly before the file's lock.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session

from app.errors import Unavailable
from app.models import Record
from app.text import alphabetical, fold, marked

try:  # the newer library where it has a wheel: see the note on SQLite in docs/operations.md
    import pysqlite3.dbapi2 as sqlite
except ImportError:  # pragma: no cover - depends on the platform
    import sqlite3 as sqlite

BUSY_SECONDS = 5
READ_ONLY = {"cityties_read": True, "postgresql_readonly": True}


def sqlite_version() -> str:
    """The version of the SQLite library in use."""
    return str(sqlite.sqlite_version)


class WriterQueue:
    """First come, first served: SQLite's own lock lets the unlucky starve (p99 6.9 s against 1.9 s)."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False

    def acquire(self, seconds: float) -> bool:
        """Wait for the turn; False when it did not come within `seconds`."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(seconds):
            return True
        with self._guard:
            if turn.is_set():  # the turn came between the time-out and the guard
                return True
            self._waiting.remove(turn)
            return False

    def release(self) -> None:
        """Hand the turn to the one who waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


class Database:
    """An engine with its writer queue; made once per process and handed to the application."""

    def __init__(self, url: str, *, pool_size: int = 40) -> None:
        self.engine = _engine(url, pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._queue = WriterQueue()
        self._reading = self.engine.execution_options(**READ_ONLY)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and may not write."""
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            session.info["read_only"] = True
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises Unavailable when the writer's turn does not come in time.
        """
        if self.is_sqlite and not self._queue.acquire(BUSY_SECONDS):
            raise Unavailable("busy")
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                yield session
                session.commit()
        finally:
            if self.is_sqlite:
                self._queue.release()

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _engine(url: str, pool_size: int) -> sa.Engine:
    # Errors tell the statement and not its values: what people typed, personal data among it, is in no log.
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sa.create_engine(
            parsed,
            module=sqlite,
            connect_args={"isolation_level": None, "check_same_thread": False, "timeout": BUSY_SECONDS},
            poolclass=sa.pool.QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return sa.create_engine(
        parsed, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, hide_parameters=True
    )


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("cityties_read")
    connection.exec_driver_sql("BEGIN DEFERRED" if reading else "BEGIN IMMEDIATE")


@event.listens_for(Session, "before_flush")
def _fold_searched_texts(session: Session, _context: Any, _instances: Any) -> None:
    """Keep `search_text` and the sort keys true to the texts they are made of, and reads honest."""
    if session.info.get("read_only") and (session.new or session.dirty or session.deleted):
        raise RuntimeError("a read session tried to write")
    for record in (*session.new, *session.dirty):
        if isinstance(record, Record):
            for column, text in folded(type(record), partial(getattr, record)).items():
                setattr(record, column, text)


def folded(kind: type[Record], value_of: Callable[[str], Any]) -> dict[str, str]:
    """The columns into which a record's texts are folded, to be searched and sorted by."""
    found = {key: filed_under(key, value_of(name)) for key, name in kind.keyed.items()}
    if kind.searched:
        found["search_text"] = searchable(texts_of(map(value_of, kind.searched)))
    return found


def filed_under(key: str, name: str) -> str:
    """What a name sorts by: in a key for English pages (`..._en`) its plain letters, else the Vietnamese
    alphabet."""
    return (fold(name) if key.endswith("_en") else alphabetical(name))[:200]


def texts_of(values: Iterable[str | list[str] | None]) -> list[str]:
    """The texts of some columns one after another; a column may hold a list of them, or nothing."""
    found: list[str] = []
    for value in values:
        found += value if isinstance(value, list) else [value] if value else []
    return found


def searchable(texts: list[str]) -> str:
    """The text a search looks through: first as people type it, then with its marks, to rank exact hits."""
    return " | ".join(dict.fromkeys([*(fold(t) for t in texts), *(marked(t) for t in texts)]))


_VERSION_OF = {
    "postgresql": sa.text("SELECT pg_current_snapshot()::text"),
    # One writer at a time, and every write tells an event: the last event names the state.
    "sqlite": sa.text("SELECT max(id) FROM event"),
}


def data_version(session: Session) -> object:
    """A value that differs whenever what this session sees may differ: a key for what is remembered."""
    if (known := session.info.get("data_version")) is not None:
        return known
    version = session.execute(_VERSION_OF[session.get_bind().dialect.name]).scalar()
    if session.info.get("read_only"):  # it sees what it saw at first; a writer's own writes move the version
        session.info["data_version"] = version
    return version
