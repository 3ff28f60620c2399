"""Holds every answer of the API against its OpenAPI document: the status, the media type, each field."""

import re
from copy import deepcopy
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

PROBLEM = "application/problem+json"
_FORMATS = FormatChecker(formats=["date"])


class Contract:
    """What the document says, made strict: an answer holds the documented fields and no other."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.strict = deepcopy(document["components"])
        for schema in self.strict["schemas"].values():
            if "properties" in schema:
                schema["additionalProperties"] = False
        self._operations = [
            (method.upper(), path, {**operation, "responses": self._answers(operation)})
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ]

    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Every (method, path, operation), its answers written out."""
        return self._operations

    def _answers(self, operation: dict[str, Any]) -> dict[str, Any]:
        shared = self.document["components"]["responses"]
        return {
            status: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
            for status, answer in operation["responses"].items()
        }

    def addresses(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Every (method, an address of that path, operation)."""
        return [
            (m, re.sub(r"\{\w+_id\}", "1", path).replace("{slug}", "fukuoka").replace("{year}", "2026"), o)
            for m, path, o in self.operations()
        ]

    def operation(self, method: str, path: str) -> dict[str, Any]:
        """The operation behind an address; that of a list also behind its tables'."""
        for address in (path, re.sub(r"\.(csv|xlsx)$", "", path)):
            for known, template, operation in self.operations():
                if known == method and re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", template), address):
                    return operation
        raise AssertionError(f"{method} {path} is not documented")

    def check(self, response: Any) -> Any:
        """Fail unless the answer is a documented one; returns it."""
        request = response.request
        where = f"{request.method} {request.url} -> {response.status_code}"
        operation = self.operation(request.method, request.url.path)
        answer = operation["responses"].get(str(response.status_code))
        assert answer is not None, f"{where}: the status is not documented\n{response.text[:500]}"
        content = answer.get("content")
        if content is None:
            assert response.content == b"", where
            return response
        if "*/*" in content and response.status_code < 400:  # bytes as they were sent
            return response
        kind = response.headers["content-type"].partition(";")[0]
        assert kind in content, f"{where}: {kind} is not documented"
        if not kind.endswith("json"):  # a paper, a table, a calendar
            return response
        self.check_value(content[kind]["schema"], response.json(), where)
        return response

    def check_value(self, schema: dict[str, Any], value: Any, where: str) -> None:
        """Fail unless the value fits a schema of the document."""
        root = {**schema, "components": self.strict}
        faults = list(Draft202012Validator(root, format_checker=_FORMATS).iter_errors(value))
        told = "\n".join(f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in faults)
        assert not faults, f"{where}:\n{told}"


def check_problem(response: Any, status: int, code: str | None = None, pointer: str | None = None) -> Any:
    """Fail unless the answer is RFC 9457 problem details with this status; returns its body.

    `code` and `pointer` name one of the `errors` of a 422.
    """
    assert response.status_code == status, f"{response.status_code}: {response.text[:500]}"
    assert response.headers["content-type"] == PROBLEM
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "instance"} | (
        {"errors"} if status == 422 else set()
    )
    assert body["status"] == status
    assert body["instance"] == response.request.url.path
    assert body["type"].startswith("urn:cityties:problem:")
    assert body["title"]
    assert body["detail"]
    if code is not None:
        found = [(error["code"], error["pointer"]) for error in body["errors"]]
        assert (code, pointer or found[0][1]) in found, found
    return body


# Opened by the token in its address, for programs that can send no key.
KEYLESS = {"/api/v1/calendar.ics"}


def body_of(response):
    """What an ETag says of the version and the body; the state of the register stands behind it."""
    return response.headers["etag"].strip('"').partition(".")[0]
