"""The token in a feed's address: the feed's id, and what only this installation can make of it."""

import base64
import hmac
from hashlib import sha256

from app.config import settings
from app.models import CalendarFeed


def token_of(feed: CalendarFeed) -> str:
    """The token that opens a feed as long as its generation lasts. It follows from the installation's secret:
    its owner can be shown it again, and a stolen database holds none."""
    return f"{feed.id}.{_proof(feed.id or 0, feed.generation)}"


def id_in(token: str) -> int | None:
    """The id of the feed that a token claims to open; None for what is no token."""
    head, _dot, _proof = token.partition(".")
    return int(head) if head.isascii() and head.isdigit() and len(head) < 10 else None


def opens(token: str, feed: CalendarFeed) -> bool:
    """Whether a token is this feed's present one."""
    return hmac.compare_digest(token.encode(), token_of(feed).encode())


def _proof(feed_id: int, generation: int) -> str:
    text = f"calendar:{feed_id}:{generation}"
    digest = hmac.new(settings().key(), text.encode(), sha256).digest()[:18]
    return base64.urlsafe_b64encode(digest).decode()
