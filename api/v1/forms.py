"""The forms in which rows are answered: a page as JSON, or all of them as CSV, NDJSON or a spreadsheet."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import request
from pydantic import Field
from werkzeug.exceptions import NotAcceptable

__all__ = ["FORMAT", "ROW_CONTENT", "Form", "wanted_form"]


class Form(StrEnum):
    """How rows are written."""

    JSON = "json"
    CSV = "csv"
    NDJSON = "ndjson"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Form.JSON: "application/json",
    Form.CSV: "text/csv",
    Form.NDJSON: "application/x-ndjson",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMAT: Any = Field(
    None, description="All but json hold all matching rows at once; left out, the Accept header decides."
)
ROW_CONTENT: Any = {
    "content": {
        MEDIA_TYPES[Form.CSV]: {"schema": {"type": "string"}},
        MEDIA_TYPES[Form.NDJSON]: {"schema": {"type": "string", "description": "A JSON object a line."}},
        MEDIA_TYPES[Form.XLSX]: {"schema": {"type": "string", "format": "binary"}},
    }
}
"""What a page's model adds to its answer in the document."""


def wanted_form(asked: Form | None) -> Form:
    """Return what ``format`` asks for, else what the Accept header does (406 where nothing fits)."""
    if asked is not None:
        return asked
    if not request.accept_mimetypes:
        return Form.JSON
    best = request.accept_mimetypes.best_match(MEDIA_TYPES.values())
    if best is None:
        raise NotAcceptable(f"there are {', '.join(MEDIA_TYPES.values())}")
    return next(form for form, kind in MEDIA_TYPES.items() if kind == best)
