"""Answers in JSON, and the tags that tell one state of a thing from another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, g, request
from pydantic import BaseModel

from api.errors import PreconditionFailed

__all__ = ["etag_of", "json_answer", "require_match", "rows_answer", "secret_answer", "tag_answers"]

TAG_CHARACTERS = 32


def json_answer(model: BaseModel, status: int = 200, location: str | None = None) -> Response:
    """Return the model as JSON."""
    response = Response(model.model_dump_json(), status=status, mimetype="application/json")
    if location is not None:
        response.headers["Location"] = location
    return response


def rows_answer(document: Mapping[str, Any]) -> Response:
    """Return a page of many rows as JSON, without a model of each."""
    return Response(orjson.dumps(document, option=orjson.OPT_UTC_Z), mimetype="application/json")


def secret_answer(model: BaseModel, status: int = 200, location: str | None = None) -> Response:
    """Return a model that holds a secret, which is told this once: no copy of the answer may be kept."""
    g.told_once = True
    return json_answer(model, status, location)


def etag_of(body: bytes) -> str:
    """Return the tag of an answer, from its body alone: every process gives the same."""
    return hashlib.sha256(body).hexdigest()[:TAG_CHARACTERS]


def require_match(model: BaseModel) -> None:
    """Let a change go on only where ``If-Match``, if there is one, names the thing as it is now.

    Raises
    ------
    PreconditionFailed
    """
    if request.if_match and not request.if_match.contains(etag_of(model.model_dump_json().encode())):
        raise PreconditionFailed("it was changed since: read it again, then decide")


def tag_answers(response: Response) -> Response:
    """Tag what was read from the API, and answer 304 to whoever has it already."""
    readable = request.method in ("GET", "HEAD") and response.status_code == 200
    if readable and request.path.startswith("/v1/") and not response.is_streamed:
        response.set_etag(etag_of(response.get_data()))
        # To be kept by the one who asked, and asked for again each time.
        response.headers["Cache-Control"] = "private, no-cache"
        response.make_conditional(request)
    return response
