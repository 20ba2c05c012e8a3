"""Is the service alive, and can it work?"""

from __future__ import annotations

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from sqlalchemy.exc import SQLAlchemyError

from api.problems import Problem, problem_response
from api.store.migrate import is_current
from api.store.workers import living_workers
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
    """The database answers, has the schema that this version needs, and a worker lives."""
    store, silence = service().store, service().config.worker_silence_seconds
    try:
        ready = is_current(store)
        workers = living_workers(store, within_seconds=silence) if ready else 0
    except SQLAlchemyError:
        return problem_response(503, "not_ready", "the database does not answer")
    if not ready:
        return problem_response(503, "not_ready", "the database is of another version of Sunrota")
    if not workers:
        return problem_response(503, "not_ready", "no worker lives: runs would wait")
    return jsonify(status="ok")
