"""The engine and its sessions, on SQLite and PostgreSQL alike.

SQLite: the driver's own transaction handling is off; a write opens with BEGIN IMMEDIATE (the driver's
default loses updates), a read with BEGIN DEFERRED; WAL with synchronous=FULL keeps an acknowledged row
through a power cut. Writers of one process queue fairly before the file's lock.
"""

import secrets
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
    def write(self, *, wait: float | None = None, quiet: bool = False) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises Unavailable when the writer's turn does not come within `wait` seconds (BUSY_SECONDS), and
        OperationalError when the file stays locked by another program for as long. `quiet`: nothing that is
        shown follows from what is written, so the data keep their version (SQLite).
        """
        if self.is_sqlite and not self._queue.acquire(BUSY_SECONDS if wait is None else wait):
            raise Unavailable("busy")
        try:
            engine = self.engine
            if self.is_sqlite and (quiet or wait is not None):
                engine = engine.execution_options(cityties_wait=wait, cityties_quiet=quiet)
            with Session(engine, expire_on_commit=False) as session:
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
        event.listen(engine, "commit", _sqlite_new_version)
        event.listen(engine, "release_savepoint", _sqlite_new_version)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return sa.create_engine(
        parsed, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, hide_parameters=True
    )


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    _pragmas(
        connection,
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "cache_size=-16000",
    )


def _pragmas(connection: Any, *pragmas: str) -> None:
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("cityties_read"):
        connection.exec_driver_sql("BEGIN DEFERRED")
        return
    wait = options.get("cityties_wait")
    driver: Any = connection.connection.driver_connection
    if wait is not None:
        _pragmas(driver, f"busy_timeout={int(wait * 1000)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        if wait is not None:
            _pragmas(driver, f"busy_timeout={BUSY_SECONDS * 1000}")
    connection.info["changes"] = driver.total_changes


def _sqlite_new_version(connection: sa.Connection, *_savepoint: Any) -> None:
    """Give the data another version with every transaction that wrote something, in that transaction. The
    file's own `user_version` holds it; it begins somewhere: a new file is not taken for an old one."""
    driver: Any = connection.connection.driver_connection
    changes = driver.total_changes
    if changes == connection.info.get("changes"):
        return
    connection.info["changes"] = changes
    if not connection.get_execution_options().get("cityties_quiet"):
        (version,) = driver.execute("PRAGMA user_version").fetchone()
        _pragmas(driver, f"user_version={(version or _somewhere()) % (2**31 - 1) + 1}")


def renew_version(connection: Any) -> None:
    """Let the versions of a restored SQLite file begin elsewhere than those of the file before it."""
    _pragmas(connection, f"user_version={_somewhere()}")


def _somewhere() -> int:
    return secrets.randbelow(2**30) + 1


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
    "sqlite": sa.text("PRAGMA user_version"),
}


def data_version(session: Session) -> object:
    """A value that differs whenever what this session sees may differ: a key for what is remembered."""
    if (known := session.info.get("data_version")) is not None:
        return known
    version = session.execute(_VERSION_OF[session.get_bind().dialect.name]).scalar()
    if session.info.get("read_only"):  # it sees what it saw at first; a writer's own writes move the version
        session.info["data_version"] = version
    return version
