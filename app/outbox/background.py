"""The worker as threads of `serve`, or as a process of its own."""

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
from app.webhooks import feeder, postman
from app.webhooks.queries import CHANNEL

# How soon a promise is kept, and how often the periodic jobs are looked through.
PAUSE, JOBS_EVERY = timedelta(seconds=5), timedelta(minutes=1)
# A receiver may take fifteen seconds: so many can do so before mail and the jobs would wait; none does.
CARRIERS, CARRIER_PAUSE = 3, timedelta(seconds=1)

log = logging.getLogger("cityties")


def channels(database: Database) -> dict[str, Channel]:
    """The ways out that are configured. What was promised by another one waits."""
    mail: dict[str, Channel] = {post.CHANNEL: post.deliver} if settings().sends_mail else {}
    return {**mail, CHANNEL: postman.Postman(database)}


class Background(threading.Thread):
    """Delivers and does the periodic work until it is stopped. Nothing that fails ends it.

    Webhooks are carried by threads of their own, so that a slow receiver keeps nobody's mail waiting.
    """

    def __init__(self, database: Database, *, ways: Mapping[str, Channel] | None = None) -> None:
        super().__init__(name="worker", daemon=True)
        self._database = database
        self._ways = channels(database) if ways is None else dict(ways)
        self._over = threading.Event()
        self._jobs_at = 0.0

    def run(self) -> None:
        """Round after round, with a pause between them."""
        slow = {name: way for name, way in self._ways.items() if name == CHANNEL}
        carriers = [threading.Thread(target=self._carry, args=[slow], daemon=True) for _ in range(CARRIERS)]
        for carrier in carriers if slow else ():
            carrier.start()
        while not self._over.is_set():
            self._round({name: way for name, way in self._ways.items() if name not in slow})
            self._over.wait(PAUSE.total_seconds())
        for carrier in carriers if slow else ():
            carrier.join(timeout=10)

    def round(self) -> Round:
        """Do the jobs when it is time, then deliver what is due."""
        return self._round(self._ways)

    def _round(self, ways: Mapping[str, Channel]) -> Round:
        try:
            if time.monotonic() >= self._jobs_at:
                self._jobs_at = time.monotonic() + JOBS_EVERY.total_seconds()
                tick(self._database)
            feeder.feed(self._database)
            if ways:
                return Worker(self._database, ways).run()
        except Exception:
            log.exception("a round of the worker failed; the next one tries again")
        return Round()

    def _carry(self, ways: Mapping[str, Channel]) -> None:
        while not self._over.is_set():
            try:
                Worker(self._database, ways).run()
            except Exception:
                log.exception("webhooks could not be carried; they are tried again")
            self._over.wait(CARRIER_PAUSE.total_seconds())

    def stop(self) -> None:
        """End after what is being delivered; what waits is there for the next worker."""
        self._over.set()
        if self.is_alive():
            self.join(timeout=10)
