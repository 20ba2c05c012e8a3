"""The long tables of a plan: coverage, requirement, forecast, timeline."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from api.problems import Problem
from api.store.plans import plan_batches, plan_table
from api.v1.forms import FORMAT, Form, wanted_form
from api.v1.paging import Cursor
from api.v1.row_models import CoveragePage, ForecastPage, RequirementPage, TimelinePage
from api.v1.service import service
from api.v1.tables import matching, page_answer, table_file
from api.v1.times import Instant

__all__ = ["PlanPath", "WindowQuery", "plan_tables_api"]

plan_tables_api = APIBlueprint(
    "plan_tables",
    __name__,
    url_prefix="/v1/plans/<plan_id>",
    abp_tags=[Tag(name="plans")],
    abp_responses={404: Problem, 406: Problem},
)


class PlanPath(BaseModel):
    """Which plan."""

    plan_id: str = Field(description="Id of the plan.")


class WindowQuery(BaseModel):
    """Which rows, how many at once, and in which form."""

    model_config = ConfigDict(extra="forbid")

    window_from: Instant | None = Field(None, alias="from", description="Begin of the half-open window.")
    window_until: Instant | None = Field(None, alias="until", description="End of the half-open window.")
    limit: int = Field(1000, ge=1, le=10_000, description="Most items on the page.")
    cursor: Cursor = None
    format: Form | None = FORMAT


class IntervalQuery(WindowQuery):
    """Rows of one queue; the window is on the begin of the intervals."""

    region: str | None = None
    language: str | None = None
    channel: str | None = None


class TimelineQuery(WindowQuery):
    """Stretches of one agent; the window shows whatever shares some time with it."""

    agent: str | None = None


@plan_tables_api.get("/coverage", responses={200: CoveragePage})
def get_coverage(path: PlanPath, query: IntervalQuery) -> Response:
    """Scheduled against required, by queue and interval."""
    return _intervals(path.plan_id, "coverage", query)


@plan_tables_api.get("/requirement", responses={200: RequirementPage})
def get_requirement(path: PlanPath, query: IntervalQuery) -> Response:
    """Agents needed, by queue and interval."""
    return _intervals(path.plan_id, "requirement", query)


@plan_tables_api.get("/forecast", responses={200: ForecastPage})
def get_forecast(path: PlanPath, query: IntervalQuery) -> Response:
    """Contacts expected, by queue and interval.

    There is none (404) where the requirement was given with the workspace.
    """
    return _intervals(path.plan_id, "forecast", query)


@plan_tables_api.get("/timeline", responses={200: TimelinePage})
def get_timeline(path: PlanPath, query: TimelineQuery) -> Response:
    """What every agent does, minute by minute."""
    instants = [("end", ">", query.window_from), ("start", "<", query.window_until)]
    return _answer(path.plan_id, "timeline", query, {"agent": query.agent}, instants)


def _intervals(plan_id: str, name: str, query: IntervalQuery) -> Response:
    equal = {"region": query.region, "language": query.language, "channel": query.channel}
    instants = [
        ("interval_start", ">=", query.window_from),
        ("interval_start", "<", query.window_until),
    ]
    return _answer(plan_id, name, query, equal, instants)


def _answer(
    plan_id: str,
    name: str,
    query: WindowQuery,
    equal: Mapping[str, object],
    instants: Sequence[tuple[str, str, Any]],
) -> Response:
    form, store = wanted_form(query.format), service().store
    if form is not Form.JSON:
        return table_file(form, _matching(plan_batches(store, plan_id, name), equal, instants), name)
    filters = query.model_dump(exclude={"cursor", "limit", "format"})
    return page_answer(
        matching(plan_table(store, plan_id, name), equal, instants),
        limit=query.limit,
        cursor=query.cursor,
        scope=(plan_id, name, sorted(filters.items())),
    )


def _matching(
    batches: Iterator[pa.Table], equal: Mapping[str, object], instants: Sequence[tuple[str, str, Any]]
) -> Generator[pa.Table, None, None]:
    for batch in batches:
        yield matching(batch, equal, instants)
