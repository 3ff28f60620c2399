"""The DomainError family: what a service raises when a change may not happen.

Each error carries a code (its words are in the catalogues, key `error.<code>`), the field it concerns and
numbers for the sentence. app/failures.py turns it into a page, a fragment or problem+json; the command
line into one line.
"""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong with one field; `pointer` names it as a form does (`follow_ups-0-title`),
    `path` its parts where they are known: a name may hold a hyphen of its own."""

    pointer: str
    code: str
    params: tuple[tuple[str, Any], ...] = ()
    path: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The names and places on the way to the field."""
        return self.path or tuple(part for part in re.split(r"-(\d+)(?:-|$)", self.pointer) if part)


class DomainError(Exception):
    """A change or a look-up that the rules refuse."""

    status = 400
    kind = "refused"

    def __init__(self, code: str, *, field: str | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.params = params

    @property
    def errors(self) -> list[FieldError]:
        """The fields at fault, possibly none."""
        return [FieldError(self.field, self.code, tuple(self.params.items()))] if self.field else []


class NotFound(DomainError):
    """No such record, or one that this caller may not know of: the two look alike on purpose."""

    status = 404
    kind = "not-found"

    def __init__(self, record: str = "page", **params: Any) -> None:
        super().__init__("not_found", record=record, **params)


class Unauthenticated(DomainError):
    """Nobody is signed in, or the key is unknown, revoked or expired."""

    status = 401
    kind = "unauthenticated"


class Forbidden(DomainError):
    """The caller is known but may not do this."""

    status = 403
    kind = "forbidden"


class Refused(DomainError):
    """The input is well-formed but a rule says no."""

    status = 422
    kind = "invalid"


class Invalid(DomainError):
    """Several fields are wrong at once."""

    status = 422
    kind = "invalid"

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("invalid")
        self._errors = errors

    @property
    def errors(self) -> list[FieldError]:
        return self._errors


class Conflict(DomainError):
    """The record's present state does not allow this act."""

    status = 409
    kind = "conflict"


class Stale(DomainError):
    """Somebody changed the record since it was read. 409 with both versions on a page, 412 in the API."""

    status = 409
    kind = "stale"

    def __init__(self, record: Any = None) -> None:
        super().__init__("stale")
        self.record = record


class PreconditionRequired(DomainError):
    """A PATCH or DELETE without If-Match (RFC 6585)."""

    status = 428
    kind = "precondition-required"


class TooLarge(DomainError):
    """The body is longer than this program reads."""

    status = 413
    kind = "too-large"


class Unsupported(DomainError):
    """A file of a kind that is not kept here, or whose content is not what its name says."""

    status = 415
    kind = "unsupported"


class TooMany(DomainError):
    """Too many attempts; `retry_after` seconds until the next one is heard."""

    status = 429
    kind = "too-many"

    def __init__(self, code: str, *, retry_after: int) -> None:
        super().__init__(code, retry_after=retry_after)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """The database cannot take this now; the caller may try again after `retry_after` seconds."""

    status = 503
    kind = "unavailable"

    def __init__(self, code: str = "busy", *, retry_after: int = 5) -> None:
        super().__init__(code, retry_after=retry_after)
        self.retry_after = retry_after
