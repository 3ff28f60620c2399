"""The OpenAPI document."""

import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from app.described import WORD
from app.docs.parameters import IN_ADDRESSES
from app.rest import ApiRoute
from app.tables import MEDIA_TYPES
from tests.api.contract import KEYLESS, PROBLEM
from tests.route_table import routes

ALWAYS = {"401", "403", "422", "503"}
WRITES = {"413", "415"}


def test_the_document_is_valid_openapi(contract):
    validate(contract.document)
    assert contract.document["openapi"].startswith("3.1")


def test_every_schema_is_a_schema(contract):
    for schema in contract.document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_document_is_served(api, contract):
    response = api(None).get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.json() == contract.document
    assert response.headers["content-type"] == "application/json"


def test_the_document_is_not_sent_again_to_who_has_it(api):
    client = api(None)
    tag = client.get("/api/v1/openapi.json").headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get("/api/v1/openapi.json", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_document_is_written_out_once(api, monkeypatch):
    first = api(None).get("/api/v1/openapi.json")
    monkeypatch.setattr("app.docs.served.as_json", lambda value: pytest.fail("written anew"))
    assert api(None).get("/api/v1/openapi.json").content == first.content


def test_every_operation_says_what_it_is(contract):
    ids = [operation["operationId"] for _, _, operation in contract.operations()]
    assert len(ids) == len(set(ids))
    for method, path, operation in contract.operations():
        for part in ("summary", "description", "tags", "operationId"):
            assert operation.get(part), f"{method} {path} has no {part}"
        assert re.fullmatch(r"[a-z_]+[a-z]", operation["operationId"]), operation["operationId"]


def test_every_operation_documents_its_errors_as_problems(contract):
    for method, path, operation in contract.operations():
        answers = operation["responses"]
        expected = ALWAYS | (WRITES if "requestBody" in operation else set())
        if path in KEYLESS:
            expected -= {"401", "403"}
        if "{" in path:
            expected |= {"404"}
        if method == "PATCH":
            expected |= {"412", "428"}
        assert expected <= set(answers), f"{method} {path}: {expected - set(answers)}"
        for status, answer in answers.items():
            if status >= "400":
                name = "InvalidProblem" if status == "422" else "Problem"
                assert answer["content"] == {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{name}"}}}


BYTES = {"*/*", "text/calendar", WORD, *(kind.partition(";")[0] for kind in MEDIA_TYPES.values())}


def test_every_answer_with_a_body_has_a_named_model(contract):
    for method, path, operation in contract.operations():
        for status, answer in operation["responses"].items():
            for kind, media in answer.get("content", {}).items():
                forms = media["schema"].get("anyOf", [media["schema"]])
                named = all("$ref" in form for form in forms)
                assert named or kind in BYTES, f"{method} {path} {status} {kind}"


def test_the_key_is_a_security_scheme_and_no_parameter(contract):
    assert next(iter(contract.document["components"]["securitySchemes"].values()))["scheme"] == "bearer"
    for method, path, operation in contract.operations():
        assert bool(operation["security"]) != (path in KEYLESS), f"{method} {path}: who may call?"
        names = [parameter["name"].lower() for parameter in operation.get("parameters", [])]
        assert "authorization" not in names


def test_every_part_is_described_and_used(contract):
    told = [tag["name"] for tag in contract.document["tags"]]
    used = {tag for _, _, operation in contract.operations() for tag in operation["tags"]}
    assert len(told) == len(set(told))
    assert set(told) == used, "app/docs/tags.py says what each part of the API is for"


def test_schemas_and_enums_bear_names_of_their_own(contract):
    for name, schema in contract.document["components"]["schemas"].items():
        assert re.fullmatch("[A-Z][A-Za-z]+", name)
        assert schema["title"] == name
    for _, path, operation in contract.operations():
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            assert "enum" not in schema.get("items", {}), (
                f"{path} {parameter['name']}: an enum without a name"
            )


def test_every_parameter_says_what_it_is(contract):
    silent = {
        f"{operation['operationId']}: {parameter['in']} {parameter['name']}"
        for _, _, operation in contract.operations()
        for parameter in operation["parameters"]
        if not parameter.get("description")
    }
    assert not silent, (
        "describe it where it is declared; what is in an address in app/docs/parameters.py:\n"
        + "\n".join(sorted(silent))
    )


def test_no_address_is_described_that_is_not_there(contract):
    paths = [path for _, path, _ in contract.operations()]
    vain = [
        f"{before}/{{{name}}}"
        for before, name in IN_ADDRESSES
        if not any(re.search(rf"/{before}/[^/]*{{{name}}}", path) for path in paths)
    ]
    assert not vain


def test_parameters_are_never_null_and_lists_count_items(contract):
    for method, path, operation in contract.operations():
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            assert {"type", "enum", "$ref"} & set(schema), f"{method} {path} {parameter['name']}"
            assert "null" not in str(schema)
            assert not (schema.get("type") == "array" and "maxLength" in schema)


def test_no_schema_of_the_framework_remains(contract):
    assert not {"HTTPValidationError", "ValidationError"} & set(contract.document["components"]["schemas"])


def test_every_schema_is_used(contract):
    text = str(contract.document["paths"]) + str(contract.document["components"])
    unused = [
        name
        for name in contract.document["components"]["schemas"]
        if f"'#/components/schemas/{name}'" not in text
    ]
    assert not unused


def test_every_route_reads_strictly_and_is_documented(application, contract):
    documented = {(method, path) for method, path, _ in contract.operations()}
    found = {(r.method, r.path) for r in routes(application) if r.path.startswith("/api/v1/")}
    assert found - {("GET", "/api/v1/openapi.json")} == documented
    from fastapi.routing import iter_route_contexts

    lenient = [
        context.path
        for context in iter_route_contexts(application.routes)
        if (context.path or "").startswith("/api/v1/")
        and context.path != "/api/v1/openapi.json"
        and not isinstance(context.original_route, ApiRoute)
    ]
    assert not lenient, f"{lenient}: give the router route_class=ApiRoute"
