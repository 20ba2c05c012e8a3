"""SCIM 2.0 (RFC 7643, RFC 7644): a company's directory tells who is there, and who has left."""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, request

from api.v1.bodies import MAX_JSON_BYTES

__all__ = ["PREFIX", "install_scim_errors", "scim_blueprint"]

PREFIX = "/scim/v2"
SCIM = "application/scim+json"
PROBLEM = "application/problem+json"
RULES = {
    "find_all": ("GET", "/"),
    "search_all": ("POST", "/.search"),
    "service_provider_config": ("GET", "/ServiceProviderConfig"),
    "resource_types": ("GET", "/ResourceTypes"),
    "resource_type": ("GET", "/ResourceTypes/<name>"),
    "schemas": ("GET", "/Schemas"),
    "schema": ("GET", "/Schemas/<name>"),
    "find_users": ("GET", "/Users"),
    "search_users": ("POST", "/Users/.search"),
    "add_user": ("POST", "/Users"),
    "get_user": ("GET", "/Users/<user_id>"),
    "replace_user": ("PUT", "/Users/<user_id>"),
    "change_user": ("PATCH", "/Users/<user_id>"),
    "delete_user": ("DELETE", "/Users/<user_id>"),
}

scim_blueprint = Blueprint("scim", __name__, url_prefix=PREFIX)


def answer(**_parts: str) -> Response:
    """Answer a request of SCIM."""
    from api.scim.server import answer_request  # noqa: PLC0415 - a second of every start that needs none of it

    request.max_content_length = MAX_JSON_BYTES
    response = answer_request(PREFIX)
    response.headers["Cache-Control"] = "no-store"
    return response


for _name, (_method, _rule) in RULES.items():
    scim_blueprint.add_url_rule(_rule, _name, answer, methods=[_method])


def install_scim_errors(app: Flask) -> None:
    """Tell clients of SCIM in its words what the service refuses before it comes to that."""
    app.after_request(_in_words_of_scim)


def _in_words_of_scim(response: Response) -> Response:
    if response.mimetype == PROBLEM and request.path.startswith(f"{PREFIX}/"):
        problem = response.get_json()
        error = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": str(response.status_code),
            "detail": problem.get("detail") or problem["title"],
        }
        response.set_data(json.dumps(error))
        response.mimetype = SCIM
    return response
