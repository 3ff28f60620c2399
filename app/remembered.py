"""What was computed from the database, remembered exactly as long as nothing in it has changed."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlmodel import Session

from app.db import data_version

T = TypeVar("T")
MOST = 256


class Remembered:
    """A bounded store of answers, one a database; all of them are dropped with the first write.

    The version of the data is part of the key, so an answer is never older than what the session sees.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._of: WeakKeyDictionary[Any, tuple[object, dict[Hashable, Any]]] = WeakKeyDictionary()

    def get(self, session: Session, key: Hashable, make: Callable[[], T]) -> T:
        """The answer under `key`, made now when it is not known for this state of the data."""
        engine = session.get_bind().engine
        version = data_version(session)
        known, answers = self._of.get(engine, (None, {}))
        if known != version:
            answers = {}
            self._of[engine] = (version, answers)
        found: T
        if key in answers:
            found = answers[key]
            return found
        found = make()
        if len(answers) >= self._most:
            answers.clear()
        answers[key] = found
        return found
