"""The seed as people find it, under the tests' own callers."""

import pytest

from app import db
from tests.seed.conftest import _engines, demo, sourced  # noqa: F401 - fixtures


@pytest.fixture
def layer():
    """The sourced layer, unless a test says `demo`: then the illustrative one lies on top."""
    return "sourced"


@pytest.fixture
def database(layer, sourced, demo, monkeypatch):  # noqa: F811
    """What the callers of these tests read: a layer of the seed, loaded on 2026-06-15."""
    monkeypatch.setattr(db, "_VERSION_OF", dict.fromkeys(db._VERSION_OF, db.sa.text("SELECT random()")))
    return demo if layer == "demo" else sourced
