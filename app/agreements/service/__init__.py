"""Agreements: entered, changed, and led from an idea to the signature and its end."""

from app.agreements.service.acts import (
    approve,
    consult,
    propose,
    refuse,
    resolve,
    send_report,
    sign,
    take_opinion,
    terminate,
    withdraw,
)
from app.agreements.service.common import get, record_paper
from app.agreements.service.written import add_agreement, change, enter

__all__ = [
    "add_agreement",
    "approve",
    "change",
    "consult",
    "enter",
    "get",
    "propose",
    "record_paper",
    "refuse",
    "resolve",
    "send_report",
    "sign",
    "take_opinion",
    "terminate",
    "withdraw",
]
