"""Passwords, hashed with argon2 (RFC 9106 defaults of pwdlib)."""

import threading
from functools import cache

from pwdlib import PasswordHash

# argon2 takes 64 MB a hash: without a bound, a burst of sign-ins would take the machine's memory.
_ROOM = threading.BoundedSemaphore(2)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _decoy() -> str:
    return _hasher().hash("nobody has this password")


def hash_password(password: str) -> str:
    """The hash to store."""
    with _ROOM:
        return _hasher().hash(password)


def verify_password(password: str, stored: str | None) -> bool:
    """Whether the password fits; takes as long when there is nothing to compare it with."""
    with _ROOM:
        return _hasher().verify(password, stored or _decoy()) and stored is not None
