"""Publishing plans, reverting that, and the list of both."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api.problems import Problem
from api.store.publication_tables import PublicationRow
from api.store.publishing import get_publication, list_publications, publish_plan, revert_publication
from api.store.tables import PlanRow
from api.v1.answers import json_answer, require_match
from api.v1.bodies import JSON, body_kind, read_json, request_body
from api.v1.paging import PageQuery, read_cursor, write_cursor
from api.v1.plan_tables import PlanPath
from api.v1.plans import plan_model
from api.v1.publication_models import PublicationList, PublicationModel, PublishRequest
from api.v1.service import service

__all__ = ["publications_api"]

publications_api = APIBlueprint(
    "publications",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="publications")],
    abp_responses={404: Problem},
)
REFUSED: dict[str | int, type[BaseModel] | dict[Any, Any] | None] = {409: Problem, 412: Problem}


class PublicationPath(BaseModel):
    """Which publication."""

    publication_id: str = Field(description="Id of the publication.")


class PublicationQuery(PageQuery):
    """Publications of one plan, or of all."""

    plan_id: str | None = None


def _model(row: PublicationRow) -> PublicationModel:
    return PublicationModel.model_validate(row, from_attributes=True)


def _require_plan(row: PlanRow) -> None:
    require_match(plan_model(row))


def _require_publication(row: PublicationRow) -> None:
    require_match(_model(row))


@publications_api.post(
    "/plans/<plan_id>/publish",
    responses={201: PublicationModel, 415: Problem, **REFUSED},
    openapi_extensions=request_body(json=PublishRequest),
)
def publish(path: PlanPath) -> Response:
    """Put a plan into effect on its dates.

    All of its shifts at once, in place of what its workspace's earlier plans say of those dates; shifts that
    are the same keep their revision. A plan that breaks rules needs a reason. `If-Match` may name the plan as
    it was seen.
    """
    body_kind({JSON})
    asked = read_json(PublishRequest)
    row = publish_plan(service().store, path.plan_id, reason=asked.reason, require=_require_plan)
    return json_answer(_model(row), 201, location=f"/v1/publications/{row.id}")


@publications_api.get("/publications", responses={200: PublicationList})
def get_publications(query: PublicationQuery) -> Response:
    """List publications, newest first."""
    scope = ("publications", query.plan_id)
    position = read_cursor(query.cursor, *scope)
    rows = list_publications(
        service().store,
        limit=query.limit + 1,
        before=position if isinstance(position, int) else None,
        plan_id=query.plan_id,
    )
    shown = rows[: query.limit]
    return json_answer(
        PublicationList(
            items=[_model(row) for row in shown],
            next_cursor=write_cursor(shown[-1].sequence, *scope) if len(rows) > query.limit else None,
        )
    )


@publications_api.get("/publications/<publication_id>", responses={200: PublicationModel})
def get_one_publication(path: PublicationPath) -> Response:
    """Show a publication."""
    return json_answer(_model(get_publication(service().store, path.publication_id)))


@publications_api.post("/publications/<publication_id>/revert", responses={200: PublicationModel, **REFUSED})
def revert(path: PublicationPath) -> Response:
    """Bring back what would be in effect without the publication."""
    row = revert_publication(service().store, path.publication_id, require=_require_publication)
    return json_answer(_model(row))
