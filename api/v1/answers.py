"""Answers in JSON."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel

__all__ = ["json_answer"]


def json_answer(model: BaseModel, status: int = 200, location: str | None = None) -> Response:
    """Return the model as JSON."""
    response = Response(model.model_dump_json(), status=status, mimetype="application/json")
    if location is not None:
        response.headers["Location"] = location
    return response
