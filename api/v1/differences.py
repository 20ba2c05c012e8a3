"""The difference between two plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api.problems import Problem
from api.store.differences import ShiftDifference, compare_plans
from api.v1.answers import json_answer
from api.v1.models import ShiftModel
from api.v1.paging import PageQuery, read_cursor, write_cursor
from api.v1.plans import plan_model
from api.v1.publication_models import DifferenceModel, ShiftDifferenceModel
from api.v1.service import service

__all__ = ["differences_api"]

differences_api = APIBlueprint(
    "differences", __name__, url_prefix="/v1", abp_tags=[Tag(name="plans")], abp_responses={404: Problem}
)


class PlansPath(BaseModel):
    """Which plans."""

    plan_id: str = Field(description="Id of the plan after.")
    before_id: str = Field(description="Id of the plan before.")


@differences_api.get("/plans/<plan_id>/difference/<before_id>", responses={200: DifferenceModel})
def get_difference(path: PlansPath, query: PageQuery) -> Response:
    """Tell what leads from one plan to another.

    A shift is the same one where its agent works on that local date in both plans.
    """
    found = compare_plans(service().store, path.before_id, path.plan_id)
    scope = ("difference", path.before_id, path.plan_id)
    position = read_cursor(query.cursor, *scope)
    begin = position if isinstance(position, int) else 0
    end = begin + query.limit
    names = sorted(found.before.summary.keys() | found.after.summary.keys())
    return json_answer(
        DifferenceModel(
            before=plan_model(found.before),
            after=plan_model(found.after),
            counts=found.counts,
            figures={
                name: {"before": found.before.summary.get(name), "after": found.after.summary.get(name)}
                for name in names
            },
            items=[_model(one) for one in found.shifts[begin:end]],
            next_cursor=write_cursor(end, *scope) if end < len(found.shifts) else None,
        )
    )


def _model(one: ShiftDifference) -> ShiftDifferenceModel:
    return ShiftDifferenceModel(
        kind=one.kind,
        agent=one.place[1],
        local_date=one.place[0],
        changed=one.changed,
        before=_shift(one.before),
        after=_shift(one.after),
    )


def _shift(shift: Mapping[str, Any] | None) -> ShiftModel | None:
    return None if shift is None else ShiftModel.model_validate(shift)
