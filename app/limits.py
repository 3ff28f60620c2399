"""How often one caller may call: a token bucket each, in this process.

Told in the fields RateLimit-Policy and RateLimit (IETF draft-ietf-httpapi-ratelimit-headers-10). Several
processes count for themselves; the memory they take is bounded.
"""

import math
from dataclasses import dataclass
from threading import Lock

MINUTE = 60.0
# Unknown keys of one address: as many as wrong passwords (app/accounts/service.py), in a quarter of an hour.
MOST_UNKNOWN, UNKNOWN_WINDOW = 30, 900.0
# How often one calendar may be fetched in a minute, by all who have its address: programs ask every hour.
MOST_FETCHES = 30
# Callers that are remembered at once; above it those are forgotten who have not called of late.
MOST_CALLERS = 10_000


@dataclass(frozen=True, slots=True)
class Policy:
    """So many calls in so many seconds, all of them at once if need be."""

    quota: int
    window: float

    @property
    def rate(self) -> float:
        """Tokens that come back each second."""
        return self.quota / self.window


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a caller after a call; `retry_after` seconds where this one was too many."""

    policy: Policy
    remaining: int
    resets_in: int
    retry_after: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The two fields, as structured fields (RFC 9651)."""
        return {
            "ratelimit-policy": f'"key";q={self.policy.quota};w={self.policy.window:g}',
            "ratelimit": f'"key";r={self.remaining};t={self.resets_in}',
        }


class Limiter:
    """A bucket for each caller under one policy. `now` is any clock of seconds that only goes forward."""

    def __init__(self, policy: Policy, most: int = MOST_CALLERS) -> None:
        self.policy = policy
        self._most = most
        self._buckets: dict[str, _Bucket] = {}
        self._lock = Lock()

    def take(self, caller: str, now: float) -> Allowance:
        """Count a call, unless it is one too many: that costs nothing."""
        policy = self.policy
        with self._lock:
            bucket = self._buckets.get(caller)
            if bucket is None:
                self._make_room(now)
                bucket = self._buckets[caller] = _Bucket(policy.quota, now)
            bucket.tokens = min(policy.quota, bucket.tokens + max(0.0, now - bucket.at) * policy.rate)
            bucket.at = now
            allowed = bucket.tokens >= 1
            if allowed:
                bucket.tokens -= 1
            resets_in = math.ceil((policy.quota - bucket.tokens) / policy.rate)
            wait = None if allowed else max(1, math.ceil((1 - bucket.tokens) / policy.rate))
            return Allowance(policy, int(bucket.tokens), resets_in, wait)

    def _make_room(self, now: float) -> None:
        """Forget those whose bucket is full again, and if that is not enough whoever called longest ago."""
        if len(self._buckets) < self._most:
            return
        full = [c for c, b in self._buckets.items() if now - b.at >= self.policy.window]
        oldest = sorted(self._buckets, key=lambda c: self._buckets[c].at)[: self._most // 10 + 1]
        for caller in full or oldest:
            del self._buckets[caller]


class Limits:
    """What the API holds its callers to: calls of a key and fetches of a calendar, which 0 calls a minute
    leave uncounted, and unknown keys of an address."""

    def __init__(self, a_minute: int, unknown: int = MOST_UNKNOWN) -> None:
        self._keys = Limiter(Policy(a_minute, MINUTE)) if a_minute else None
        self._unknown = Limiter(Policy(unknown, UNKNOWN_WINDOW))
        self._calendars = Limiter(Policy(MOST_FETCHES, MINUTE)) if a_minute else None

    def called(self, caller: str, now: float) -> Allowance | None:
        """Count a call of a known key; None where nothing is counted."""
        return self._keys.take(caller, now) if self._keys else None

    def knocked(self, address: str | None, now: float) -> int | None:
        """Count an unknown key; after how many seconds the next one is heard, when it was one too many. Keys
        that are known come in all the same: a program gone wrong shuts out nobody of its house."""
        return self._unknown.take(address or "?", now).retry_after

    def fetched(self, feed_id: int, now: float) -> int | None:
        """Count a fetch of a calendar; after how many seconds the next one is heard, when it was one too
        many."""
        return self._calendars.take(str(feed_id), now).retry_after if self._calendars else None
