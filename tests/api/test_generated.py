"""Whatever a program sends, allowed by the document or not, with whichever key: the answer is one of those
that the document promises. `make generated` asks many times more (CITYTIES_TEST_EXAMPLES)."""

import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from tests.actors import KEYS, UNIT, bearer
from tests.databases import POSTGRES

SUITE = 2
EXAMPLES = int(os.environ.get("CITYTIES_TEST_EXAMPLES", SUITE))
PHASES = [Phase.generate] if EXAMPLES == SUITE else [Phase.generate, Phase.shrink]
PROMISED = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
KNOWN = {"slug": ["fukuoka", "gyeonggi", "lima"], "code": ["energy", "asia-cities", UNIT]}


@pytest.fixture(scope="session")
def operations(contract):
    """Every operation with what generates its calls; an answer may hold no field that is not documented."""
    schema = schemathesis.openapi.from_dict({**contract.document, "components": contract.strict})
    schema.config.generation.update(with_security_parameters=False)
    return [found.ok() for found in schema.get_all_operations()]


@st.composite
def calls(draw, operation):
    """A call, most of the time of a record that exists, and the key that makes it."""
    mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    case = draw(operation.as_strategy(generation_mode=mode))
    for name in case.path_parameters or ():
        if draw(st.integers(0, 3)):
            case.path_parameters[name] = draw(st.sampled_from(KNOWN.get(name, [1, 2, 3])))
    if any(known.name == "If-Match" for known in operation.headers) and draw(st.integers(0, 3)):
        case.headers["If-Match"] = "*"
    return case, draw(st.sampled_from(sorted(KEYS)))


@pytest.mark.usefixtures("world")
def test_what_is_generated_is_answered_as_documented(app, backend, operations):
    """In the suite each database is asked every other operation, where there are two."""
    if EXAMPLES == SUITE and POSTGRES:
        operations = operations[backend == "sqlite" :: 2]
    seen, faults = Counter(), []
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        )
        @given(calls(operation))
        def ask(call):
            case, key = call
            response = case.call_and_validate(headers=bearer(key), checks=PROMISED, app=app)
            seen[response.status_code] += 1

        try:
            ask()
        except Exception as fault:
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"{len(faults)} operations answer as they should not", faults)
    assert {200, 201, 403, 404, 422} <= set(seen)
