"""The OpenAPI document: what the library collects, finished.

The library describes its own validation errors and knows neither problem details nor headers; this puts
the document right, so that it says what the service does.
"""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask_openapi3.openapi import OpenAPI

from api.idempotency import HEADER, takes_key
from api.identity import COOKIE
from api.permissions import PERMISSION_OF_ENDPOINT, Permission
from api.v1.keys import TOKEN_PATH

__all__ = ["DOCUMENT_PATH", "finished_document", "install_document"]

DOCUMENT_PATH = "/v1/openapi.json"
PROBLEM = {"$ref": "#/components/schemas/Problem"}
REQUEST_ID_HEADER = {
    "X-Request-Id": {"description": "Names the request in the service's log.", "schema": {"type": "string"}}
}
ETAG_HEADER = {"ETag": {"description": "Names this state of it.", "schema": {"type": "string"}}}
NOT_MODIFIED = {"description": "It is as If-None-Match names it", "headers": ETAG_HEADER}
IDEMPOTENCY_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Names this request: sent again, it is answered alike and not carried out again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
OAUTH_ERRORS = ("400", "401")
EVERYWHERE = {
    "400": "The request cannot be read",
    "422": "Some values break a rule",
    "429": "That was too much at once",
    "503": "The database does not answer, or is not to be written",
}
ON_CHANGES = {
    "403": "The request came from another site",
    "507": "The disk is full: nothing was changed",
}
ON_GUARDED = {"401": "Nobody is signed in", "403": "The one who asks lacks the permission"}
SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key or access token."},
    "oauth2": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/v1/oauth/token", "scopes": {}}},
    },
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}
ON_POSTS = {"409": "The state of the thing forbids it"}


def install_document(app: OpenAPI) -> None:
    """Serve the document."""
    document: dict[str, Any] = {}

    @app.route(DOCUMENT_PATH)
    def openapi_document() -> Response:
        if not document:
            document.update(finished_document(app))
        return jsonify(document)


def finished_document(app: OpenAPI) -> dict[str, Any]:
    """Return the document with problems as the only errors, and headers."""
    document: dict[str, Any] = app.api_doc
    for address, path in document["paths"].items():
        for method, operation in path.items():
            responses = operation["responses"]
            wanted = EVERYWHERE | (ON_CHANGES if method in ("post", "put", "patch", "delete") else {})
            if method == "post":
                wanted = wanted | ON_POSTS
            if method == "post" and takes_key(address):
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            guarded = _permission(app, address, method) is not Permission.PUBLIC
            if guarded:
                wanted = wanted | ON_GUARDED
                operation["security"] = [{name: []} for name in SCHEMES]
            for status, description in wanted.items():
                responses.setdefault(status, {"description": description})
            if method == "get" and address.startswith("/v1/"):
                responses["304"] = dict(NOT_MODIFIED)
                responses["200"].setdefault("headers", {}).update(ETAG_HEADER)
            for status, response in responses.items():
                if status.startswith(("4", "5")) and not (
                    address.endswith(TOKEN_PATH) and status in OAUTH_ERRORS
                ):
                    response["content"] = {"application/problem+json": {"schema": PROBLEM}}
                response.setdefault("headers", {}).update(REQUEST_ID_HEADER)
    components = document["components"]
    components["securitySchemes"] = SCHEMES
    document["components"] = {name: part for name, part in components.items() if part is not None}
    return document


def _permission(app: OpenAPI, address: str, method: str) -> Permission:
    rule = address.replace("{", "<").replace("}", ">")
    endpoint = next(
        one.endpoint
        for one in app.url_map.iter_rules()
        if one.rule == rule and method.upper() in (one.methods or ())
    )
    return PERMISSION_OF_ENDPOINT[endpoint]
