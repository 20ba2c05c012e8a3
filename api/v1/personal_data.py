"""What is held of one person: all of it, or no longer who they are."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from api.problems import Problem
from api.store.erasing import erase_person
from api.store.personal_data import export_person
from api.v1.answers import json_answer
from api.v1.service import service
from api.v1.times import Instant

__all__ = ["personal_data_api"]

personal_data_api = APIBlueprint(
    "personal_data", __name__, url_prefix="/v1", abp_tags=[Tag(name="people")], abp_responses={404: Problem}
)


class PersonQuery(BaseModel):
    """Whose."""

    model_config = ConfigDict(extra="forbid")

    agent: str = Field(min_length=1, max_length=200, description="Who they are in the rota.")


class PersonalData(BaseModel):
    """All that is held of an agent; of secrets only that they are there."""

    agent: str
    exported: Instant
    directory: list[dict[str, Any]] = Field(description="What the company's directory says of them.")
    users: list[dict[str, Any]] = Field(description="As whom they sign in.")
    feeds: list[dict[str, Any]] = Field(description="Calendar feeds of their shifts.")
    workspaces: list[dict[str, Any]] = Field(description="Rows that name them, by version and file.")
    plan_shifts: list[dict[str, Any]]
    published_shifts: list[dict[str, Any]]
    audit: list[dict[str, Any]] = Field(description="What they changed, and what was changed of them.")


class Erased(BaseModel):
    """The name that is there in place of theirs."""

    pseudonym: str


@personal_data_api.get("/personal-data", responses={200: PersonalData})
def get_personal_data(query: PersonQuery) -> Response:
    """Show all that is held of one agent."""
    found = export_person(service().store, query.agent)
    body = orjson.dumps(found, option=orjson.OPT_UTC_Z, default=str)
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    return response


@personal_data_api.delete("/personal-data", responses={200: Erased, 409: Problem})
def erase_personal_data(query: PersonQuery) -> Response:
    """Take out who an agent is, everywhere: their work stays under another name, and they are shut out."""
    return json_answer(Erased(pseudonym=erase_person(service().store, query.agent)))
