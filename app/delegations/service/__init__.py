"""Delegations, plan to report. Above all: the log of a visit, in one act."""

from app.delegations.service.acts import (
    OPEN,
    Taken,
    approve,
    cancel,
    complete,
    reinstate,
    report,
    start,
    take_minutes,
)
from app.delegations.service.common import get
from app.delegations.service.past import Logged, log_visit, record_past
from app.delegations.service.written import change_delegation, plan_delegation

__all__ = [
    "OPEN",
    "Logged",
    "Taken",
    "approve",
    "cancel",
    "change_delegation",
    "complete",
    "get",
    "log_visit",
    "plan_delegation",
    "record_past",
    "reinstate",
    "report",
    "start",
    "take_minutes",
]
