"""The deprecation rule of the API: an operation that will go says so in every answer, months ahead.

    @router.get("/old-way", ...)
    @deprecated(since=date(2026, 12, 1), sunset=date(2027, 6, 1), instead="GET /api/v1/new-way")
    def old_way(...)

sends `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), marks the operation in the OpenAPI document and in the
reference. Six months lie between the two days at least.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any, TypeVar

from dateutil.relativedelta import relativedelta
from starlette.datastructures import MutableHeaders

NOTICE = relativedelta(months=6)
POLICY = '</api/docs/changelog>; rel="deprecation"; type="text/html"'

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Deprecation:
    """Since when an operation should not be used, from when it is gone, and what to use instead."""

    since: date
    sunset: date
    instead: str

    def mark(self, headers: MutableHeaders) -> None:
        """Say so in the head of an answer."""
        headers["Deprecation"] = f"@{int(_midnight(self.since).timestamp())}"
        headers["Sunset"] = format_datetime(_midnight(self.sunset), usegmt=True)
        headers.append("Link", POLICY)

    def told(self) -> dict[str, str]:
        """As it stands in the OpenAPI document."""
        return {
            "since": self.since.isoformat(),
            "sunset": self.sunset.isoformat(),
            "instead": self.instead,
        }


def deprecated(*, since: date, sunset: date, instead: str) -> Callable[[F], F]:
    """Mark a handler's operation. Raises ValueError when the notice is shorter than six months."""
    if sunset < since + NOTICE:
        raise ValueError(f"{sunset} is less than six months after {since}")

    def mark(handler: F) -> F:
        handler.deprecation = Deprecation(since, sunset, instead)  # type: ignore[attr-defined]
        return handler

    return mark


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)
