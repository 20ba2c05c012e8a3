"""A client of the app that holds every answer to the OpenAPI document."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
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


class Promises:
    """What the document of an app says of each answer."""

    def __init__(self, app: Flask) -> None:
        self.document: dict[str, Any] = json.loads(app.test_client().get(DOCUMENT_PATH).data)
        self._registry = Registry().with_resource(
            "urn:sunrota", Resource.from_contents(self.document, default_specification=DRAFT202012)
        )
        self._patterns: list[tuple[re.Pattern[str], str]] = [
            (re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))), template)
            for template in self.document["paths"]
        ]
        self._validators: dict[tuple[str, str, str, str], OAS31Validator] = {}

    def find(self, method: str, path: str) -> str | None:
        """Return the address that the document has for this one, if it has."""
        for pattern, template in self._patterns:
            if pattern.fullmatch(path) and method in self.document["paths"][template]:
                return template
        return None

    def contents(self, method: str, template: str, status: str, where: str) -> dict[str, Any] | None:
        """Return the kinds of body that an answer may have."""
        responses = self.document["paths"][template][method]["responses"]
        assert status in responses, f"{where} is undocumented"
        contents: dict[str, Any] | None = responses[status].get("content")
        return contents

    def validator(self, method: str, template: str, status: str, mimetype: str) -> OAS31Validator:
        """Return what judges a body."""
        key = (method, template, status, mimetype)
        if key not in self._validators:
            content = self.document["paths"][template][method]["responses"][status]["content"]
            schema = json.dumps(content[mimetype]["schema"]).replace('"#/', '"urn:sunrota#/')
            self._validators[key] = OAS31Validator(
                json.loads(schema), registry=self._registry, format_checker=OAS31Validator.FORMAT_CHECKER
            )
        return self._validators[key]


promises_of = lru_cache(maxsize=4)(Promises)


class Client:
    """Sends requests as someone of this role; fails where an answer is not as the document promises."""

    def __init__(self, app: Flask, role: Role | None = Role.ADMIN) -> None:
        self._client = app.test_client()
        if role is not None:
            sign_in(self._client, service_of(app).store, role)
        self._promises = promises_of(app)
        self.document = self._promises.document

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
        template = self._promises.find(method, response.request.path)
        if template is None:
            # Not of the API, or no such address or method there.
            assert answer.json is None or answer.status_code in (400, 404, 405, 500), where
            return
        status = str(answer.status_code)
        contents = self._promises.contents(method, template, status, where)
        if contents is None:
            assert answer.data == b"", where
            return
        assert response.mimetype in contents, f"{where}: {response.mimetype} is undocumented"
        if answer.json is not None:
            validator = self._promises.validator(method, template, status, response.mimetype)
            assert [
                f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer.json)
            ] == []
