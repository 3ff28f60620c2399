"""Signatures by the Standard Webhooks specification (standardwebhooks.com), and the secrets behind them.

A secret must be known to sign with, so a hash will not do. It is not stored at all: it follows from a random
salt in the database and the key of the installation (CITYTIES_SECRET_KEY), which is not in the database. A
copy of one of them signs nothing, and nothing has to be encrypted. When the installation's key is another,
the fingerprint says so, and the webhook falls silent instead of sending what nobody can verify.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from app import clock
from app.config import settings
from app.models import Webhook


def new_salt() -> str:
    """What a new secret follows from."""
    return secrets.token_hex(24)


def _key(salt: str) -> bytes:
    return hmac.new(settings().key(), b"webhook secret " + salt.encode(), hashlib.sha256).digest()


def secret_of(salt: str) -> str:
    """The secret as its receiver is told it, once."""
    return f"whsec_{base64.b64encode(_key(salt)).decode()}"


def fingerprint(salt: str) -> str:
    """By which a secret is known to be the same, and from which it does not follow."""
    return hashlib.sha256(b"fingerprint " + _key(salt)).hexdigest()


def headers(webhook: Webhook, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of one attempt. While a new secret is being taken into use, the one before it signs too."""
    salts = [webhook.salt]
    if webhook.previous_salt and webhook.previous_until and clock.now() < webhook.previous_until:
        salts.append(webhook.previous_salt)
    stamp = str(int(at.timestamp()))
    signed = f"{message_id}.{stamp}.".encode() + body
    marks = [
        base64.b64encode(hmac.new(_key(salt), signed, hashlib.sha256).digest()).decode() for salt in salts
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }
