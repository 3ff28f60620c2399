"""The document's examples are calls that were made, and answers that were given."""

import json
import os

import pytest

from app.calendars.schemas import FeedIn
from app.calendars.service import open_feed
from app.calendars.tokens import token_of
from app.config import settings
from app.docs.document import EXAMPLES, examples
from app.outbox.worker import Worker
from app.webhooks.feeder import feed
from app.webhooks.postman import Postman
from tests.api.play import Play, perform

HOW = "python -m tests.api.record_examples"


def shape(value):
    """The names in a value and the kinds of what they hold; a list's first line stands for all."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    return [shape(part) for part in value[:1]] if isinstance(value, list) else value is None


def test_every_operation_can_be_played_and_answers_as_its_example(
    call, contract, world, at, deliver, calendar_token, tmp_path, monkeypatch
):
    monkeypatch.setattr(settings(), "files", tmp_path)
    play = Play(call, contract, at, deliver)
    perform(play, world)
    play("GET", "/calendar.ics", params={"token": calendar_token})
    assert not play.failed, "\n".join(play.failed)
    missing = {operation["operationId"] for *_, operation in contract.operations()} - set(play.examples)
    assert not missing, f"tests/api/play.py does not call {sorted(missing)}"
    if os.environ.get("CITYTIES_TEST_RECORD"):
        text = json.dumps(dict(sorted(play.examples.items())), ensure_ascii=False, indent=1)
        EXAMPLES.write_text(text + "\n", encoding="utf-8")
        return
    changed = [name for name, told in play.examples.items() if shape(told) != shape(examples().get(name))]
    assert not changed, f"{changed} answer otherwise than in {EXAMPLES.name}: {HOW}"


def test_every_example_fits_its_schemas(contract):
    for method, path, operation in contract.operations():
        where = f"{method} {path}"
        answers = [a for status, a in operation["responses"].items() if status < "300"]
        for kind, media in answers[0].get("content", {}).items():
            if kind == "application/json":
                assert "example" in media, f"{where} shows no answer: {HOW}"
                contract.check_value(media["schema"], media["example"], where)
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body:
            assert "example" in body, f"{where} shows no body: {HOW}"
            contract.check_value(body["schema"], body["example"], where)


@pytest.fixture
def deliver(database):
    """One round of the worker that carries webhooks."""
    worker = Worker(database, {"webhook": Postman(database)})

    def carry():
        feed(database)
        worker.run()

    return carry


@pytest.fixture
def calendar_token(database, officer):
    """Of a feed that a person opened on the page of calendars."""
    with database.write() as session:
        feed = open_feed(session, officer, FeedIn(name="Lịch đoàn", shows=["delegations"]))
        session.flush()
        return token_of(feed)


@pytest.mark.parametrize("tag", ["me", "standings", "visits", "follow-ups"])
def test_what_a_newcomer_needs_stands_first(contract, tag):
    assert tag in [told["name"] for told in contract.document["tags"]][:5]
