"""A client of the app that holds every answer to the OpenAPI document."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from api.store.identity_tables import Role
from api.v1.document import DOCUMENT_PATH
from api.v1.service import service_of
from tests.api.sign_in import sign_in

__all__ = ["Answer", "Client"]


@dataclass(frozen=True)
class Answer:
    """An answer of the service; ``json`` is None where it has no JSON body."""

    status_code: int
    headers: Headers
    data: bytes
    json: Any

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode()


class Client:
    """Sends requests as someone of this role; fails where an answer is not as the document promises."""

    def __init__(self, app: Flask, role: Role | None = Role.ADMIN) -> None:
        self._client = app.test_client()
        if role is not None:
            sign_in(self._client, service_of(app).store, role)
        self.document: dict[str, Any] = json.loads(self._client.get(DOCUMENT_PATH).data)
        self._registry = Registry().with_resource(
            "urn:sunrota", Resource.from_contents(self.document, default_specification=DRAFT202012)
        )

    def get(self, path: str, **options: Any) -> Answer:
        """Send a GET request."""
        return self._send("GET", path, options)

    def post(self, path: str, **options: Any) -> Answer:
        """Send a POST request."""
        return self._send("POST", path, options)

    def patch(self, path: str, **options: Any) -> Answer:
        """Send a PATCH request."""
        return self._send("PATCH", path, options)

    def put(self, path: str, **options: Any) -> Answer:
        """Send a PUT request."""
        return self._send("PUT", path, options)

    def delete(self, path: str, **options: Any) -> Answer:
        """Send a DELETE request."""
        return self._send("DELETE", path, options)

    def _send(self, method: str, path: str, options: dict[str, Any]) -> Answer:
        response = self._client.open(path, method=method, **options)
        data = response.get_data()
        is_json = response.mimetype is not None and response.mimetype.endswith(("/json", "+json"))
        answer = Answer(response.status_code, response.headers, data, json.loads(data) if is_json else None)
        self._check(method.lower(), response, answer)
        return answer

    def _check(self, method: str, response: TestResponse, answer: Answer) -> None:
        assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", answer.headers["X-Request-Id"])
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        if response.request.path == DOCUMENT_PATH:
            return
        where = f"{method} {response.request.path}: {answer.status_code}"
        operation = self._operation(method, response.request.path)
        if operation is None:
            # Not of the API, or no such address or method there.
            assert answer.json is None or answer.status_code in (400, 404, 405, 500), where
            return
        assert str(answer.status_code) in operation["responses"], f"{where} is undocumented"
        content = operation["responses"][str(answer.status_code)].get("content")
        if content is None:
            assert answer.data == b"", where
            return
        assert response.mimetype in content, f"{where}: {response.mimetype} is undocumented"
        if answer.json is not None:
            schema = json.dumps(content[response.mimetype]["schema"]).replace('"#/', '"urn:sunrota#/')
            validator = OAS31Validator(
                json.loads(schema), registry=self._registry, format_checker=OAS31Validator.FORMAT_CHECKER
            )
            assert [
                f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer.json)
            ] == []

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for template, item in self.document["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and method in item:
                operation: dict[str, Any] = item[method]
                return operation
        return None
