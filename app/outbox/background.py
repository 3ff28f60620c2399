"""The worker as a thread of `serve`, or as a process of its own."""

import logging
import threading
import time
from collections.abc import Mapping
from datetime import timedelta

from app.config import settings
from app.db import Database
from app.outbox import post
from app.outbox.worker import Channel, Round, Worker
from app.upkeep import tick

# How soon a promise is kept, and how often the periodic jobs are looked through.
PAUSE, JOBS_EVERY = timedelta(seconds=5), timedelta(minutes=1)

log = logging.getLogger("cityties")


def channels() -> dict[str, Channel]:
    """The ways out that are configured. What was promised by another one waits."""
    return {post.CHANNEL: post.deliver} if settings().sends_mail else {}


class Background(threading.Thread):
    """Delivers and does the periodic work until it is stopped. Nothing that fails ends it."""

    def __init__(self, database: Database, *, ways: Mapping[str, Channel] | None = None) -> None:
        super().__init__(name="worker", daemon=True)
        self._database = database
        self._ways = channels() if ways is None else dict(ways)
        self._over = threading.Event()
        self._jobs_at = 0.0

    def run(self) -> None:
        """Round after round, with a pause between them."""
        while not self._over.is_set():
            self.round()
            self._over.wait(PAUSE.total_seconds())

    def round(self) -> Round:
        """Do the jobs when it is time, then deliver what is due."""
        try:
            if time.monotonic() >= self._jobs_at:
                self._jobs_at = time.monotonic() + JOBS_EVERY.total_seconds()
                tick(self._database)
            if self._ways:
                return Worker(self._database, self._ways).run()
        except Exception:
            log.exception("a round of the worker failed; the next one tries again")
        return Round()

    def stop(self) -> None:
        """End after what is being delivered; what waits is there for the next worker."""
        self._over.set()
        if self.is_alive():
            self.join(timeout=10)
