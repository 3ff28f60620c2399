"""Written once, however often it is sent: double clicks, F5, proxies, Idempotency-Key."""

import hashlib
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select
from starlette.responses import Response

from app import clock
from app.errors import Refused
from app.models import Answer

KEPT = timedelta(hours=24)
# The status of a claim, until an answer is kept.
_CLAIMED = 0
_KEPT_HEADERS = ("location", "content-type", "etag")


class Once:
    """The first answer to one request of one caller, kept in the transaction that did the work.

    A twin in flight waits: on SQLite for the writer's turn, on PostgreSQL on the primary key. When the
    work is rolled back, so is the claim, and the same key may be tried again; so may a claim for which no
    answer was kept.
    """

    def __init__(self, session: Session, caller: str, key: str | None, body: bytes = b"") -> None:
        """Claim the key. Raises Refused when the same key came with another body (`body` given)."""
        self._session = session
        self._row: Answer | None = None
        self.first: Response | None = None
        if not key:
            return
        fingerprint = hashlib.sha256(body).hexdigest()
        found = self._find(caller, key) or self._claim(caller, key, fingerprint)
        if found is None:
            return
        if body and found.fingerprint != fingerprint:
            raise Refused("key_reused", field="Idempotency-Key")
        self.first = Response(found.body, found.status, found.headers)
        self.first.headers["Idempotent-Replayed"] = "true"

    def keep(self, response: Response) -> Response:
        """Remember the answer and hand it on."""
        if self._row is not None:
            self._row.status = response.status_code
            self._row.body = bytes(response.body).decode()
            self._row.headers = {k: response.headers[k] for k in _KEPT_HEADERS if k in response.headers}
            self._session.add(self._row)
        return response

    def _find(self, caller: str, key: str) -> Answer | None:
        found = self._session.exec(select(Answer).where(Answer.caller == caller, Answer.key == key)).first()
        if found is not None and (found.status == _CLAIMED or found.at < clock.now() - KEPT):
            self._session.delete(found)
            self._session.flush()
            return None
        return found

    def _claim(self, caller: str, key: str, fingerprint: str) -> Answer | None:
        """Insert the claim; the first answer instead when a twin was faster."""
        claim = Answer(caller=caller, key=key, fingerprint=fingerprint, status=_CLAIMED, at=clock.now())
        try:
            with self._session.begin_nested():
                self._session.add(claim)
        except IntegrityError:
            return self._find(caller, key)
        self._row = claim
        return None
