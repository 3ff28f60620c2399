"""Webhooks: events sent to other programs as they happen, signed, in order, tried again until they arrive."""
