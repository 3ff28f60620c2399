"""Many records in one call: all of them or none, and what is wrong with which.

The places of the list stand in the pointers of the errors: `/3/title` is the title of the fourth.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from app.errors import DomainError, FieldError, Invalid

# All are written in one transaction, which others wait for.
MOST = 200
Given = TypeVar("Given")
Made = TypeVar("Made")


def each(items: Iterable[Given], make: Callable[[Given], Made]) -> list[Made]:
    """What is made of each. Raises Invalid with everything that is refused, wherever it stands."""
    made: list[Made] = []
    wrong: list[FieldError] = []
    for place, item in enumerate(items):
        try:
            made.append(make(item))
        except DomainError as error:
            if not error.errors:
                raise
            wrong += [FieldError("", e.code, e.params, (str(place), *e.parts)) for e in error.errors]
    if wrong:
        raise Invalid(wrong)
    return made
