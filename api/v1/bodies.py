"""Request bodies: JSON or multipart forms, with the right status for each way of being wrong."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, NoReturn, TypeVar, get_args, get_origin

from flask import abort, request
from pydantic import BaseModel
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import UnsupportedMediaType

__all__ = [
    "FORM",
    "JSON",
    "MAX_JSON_BYTES",
    "body_kind",
    "form_files",
    "read_form",
    "read_json",
    "request_body",
]

JSON = "application/json"
FORM = "multipart/form-data"
MAX_JSON_BYTES = 1024 * 1024

Model = TypeVar("Model", bound=BaseModel)


def body_kind(accepted: Collection[str]) -> str:
    """Return the media type of the body (415 where it is none of these)."""
    if request.mimetype not in accepted:
        _refuse_type(accepted)
    return request.mimetype


def _refuse_type(accepted: Collection[str]) -> NoReturn:
    given = request.mimetype or "nothing"
    raise UnsupportedMediaType(f"the body must be {' or '.join(sorted(accepted))}, got {given}")


def read_json(model: type[Model]) -> Model:
    """Return the JSON body (400 where it is not JSON, 413 too large, 422 where values break a rule)."""
    request.max_content_length = MAX_JSON_BYTES
    body = request.get_data()
    try:
        json.loads(body)
    except ValueError as error:  # not text, not JSON, or a number of thousands of digits
        abort(400, f"the body is not JSON: {error}")
    except RecursionError:
        abort(400, "the body is nested too deeply")
    return model.model_validate_json(body, strict=True)


def read_form(model: type[Model]) -> Model:
    """Return the fields of the form; an empty one is one left out, as browsers send it."""
    fields: dict[str, str | list[str]] = {}
    for name, texts in request.form.lists():
        given = [text for text in texts if text != ""]
        if given:
            fields[name] = given if _holds_several(model, name) else given[0]
    return model.model_validate(fields)


def _holds_several(model: type[BaseModel], name: str) -> bool:
    kind = model.model_fields[name].annotation if name in model.model_fields else None
    return any(get_origin(part) is list for part in (kind, *get_args(kind)))


def form_files() -> list[FileStorage]:
    """Return the files of the form, whatever their fields are called."""
    return [file for _, file in request.files.items(multi=True) if file.filename]


def request_body(**models: type[BaseModel]) -> dict[str, Any]:
    """Describe a body for the OpenAPI document: the models of ``json=`` and ``form=``."""
    content = {
        {"json": JSON, "form": FORM}[kind]: {"schema": model.model_json_schema()}
        for kind, model in models.items()
    }
    return {"requestBody": {"required": True, "content": content}}
