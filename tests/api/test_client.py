"""A client that openapi-python-client makes from the document works against a live server."""

import importlib
import json
import sys
from datetime import date

import pytest
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from tests.actors import bearer

NAME = "cityties_generated"


@pytest.fixture
def generated(contract, tmp_path, monkeypatch):
    """`generated("api.partners.partners_list")`: a module of the generated client."""
    document, package = tmp_path / "openapi.json", tmp_path / NAME
    document.write_text(json.dumps(contract.document))
    answers = [
        answer for *_, operation in contract.operations() for answer in operation["responses"].values()
    ]
    kinds = {kind for answer in answers for kind in answer.get("content", {})}
    papers = {
        kind: "application/octet-stream" for kind in kinds if kind.startswith(("*/", "application/vnd"))
    }
    file = ConfigFile(post_hooks=[], package_name_override=NAME, content_type_overrides=papers)
    config = Config.from_sources(file, MetaType.NONE, document, "utf-8", False, package)
    told = generate(config=config)
    assert not told, "\n".join(f"{fault.header}: {fault.detail}" for fault in told)
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda name: importlib.import_module(f"{NAME}.{name}")
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]


def test_it_lists_partners_logs_a_visit_and_patches_a_follow_up(generated, live, capsys):
    models = generated("models")
    token = bearer("write_key")["Authorization"].split()[1]
    with generated("client").AuthenticatedClient(base_url=live.url, token=token) as client:
        found = generated("api.partners.partners_list").sync(
            client=client, country=["JP"], status=[models.Status.STUCK]
        )
        assert [partner.id for partner in found.items] == ["fukuoka"]
        assert found.items[0].status is models.Status.STUCK

        body = models.VisitIn(
            partner="fukuoka",
            direction=models.DelegationDirection.INBOUND,
            title="Working visit",
            starts_on=date(2026, 6, 1),
            ends_on=date(2026, 6, 2),
            follow_ups=[models.FollowUpIn(title="Send the list", due_on=date(2026, 9, 1))],
        )
        logged = generated("api.visits.visits_log").sync(client=client, body=body, idempotency_key="once")
        assert logged.standing.before.partner == "fukuoka"
        (number,) = logged.follow_ups

        read = generated("api.follow_ups.follow_ups_show").sync_detailed(number, client=client)
        change = generated("api.follow_ups.follow_ups_change")
        patch = models.FollowUpPatch(state=models.FollowUpState.DONE, outcome="It was sent")
        done = change.sync(number, client=client, body=patch, if_match=read.headers["etag"])
        assert done.state is models.FollowUpState.DONE
        stale = change.sync(number, client=client, body=patch, if_match=read.headers["etag"])
        assert isinstance(stale, models.Problem)
        assert stale.status == 412
