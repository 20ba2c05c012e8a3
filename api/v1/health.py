"""Is the service alive, and can it work?"""

from __future__ import annotations

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from sqlalchemy.exc import SQLAlchemyError

from api.problems import Problem, problem_response
from api.store.migrate import is_current
from api.v1.models import Health
from api.v1.service import service

__all__ = ["health_api"]

health_api = APIBlueprint("health", __name__, abp_tags=[Tag(name="health")])


@health_api.get("/healthz", responses={200: Health})
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health_api.get("/readyz", responses={200: Health, 503: Problem})
def readyz() -> Response:
    """The database answers and has the schema that this version needs."""
    try:
        ready = is_current(service().store)
    except SQLAlchemyError:
        return problem_response(503, "not_ready", "the database does not answer")
    if not ready:
        return problem_response(503, "not_ready", "the database is of another version of Sunrota")
    return jsonify(status="ok")
