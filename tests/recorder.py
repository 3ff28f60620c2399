"""How many statements a page sends: a fixed number, for one row and for a hundred."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ", "SHOW ")


class Seen(list[str]):
    """The statements in their order, each on one line."""

    def about(self, table: str) -> "Seen":
        """Those that name a table."""
        return Seen(text for text in self if f" {table} " in f"{text} " or f'"{table}"' in text)

    def writes(self) -> "Seen":
        """Those that change rows."""
        return Seen(text for text in self if text.split(" ", 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"})

    def __repr__(self) -> str:
        return f"{len(self)} statements:\n" + "\n".join(f"  {n:3} {text}" for n, text in enumerate(self, 1))


@contextmanager
def recorded(engine: sa.Engine) -> Iterator[Seen]:
    """Every statement sent through the engine within the block, transactions' frames left out."""
    seen = Seen()

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_FRAME):
            seen.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
