"""Bodies of the API's requests and answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from api.v1.forms import ROW_CONTENT
from api.v1.times import Instant
from scheduler.staffing.options import Effect

__all__ = [
    "BreakModel",
    "Health",
    "PlanForm",
    "PlanList",
    "PlanModel",
    "PlanReport",
    "PlanRequest",
    "RunList",
    "RunModel",
    "RunProblem",
    "ShiftModel",
    "ShiftPage",
    "WorkspaceForm",
    "WorkspaceList",
    "WorkspaceModel",
]

RunState = Literal["queued", "running", "done", "failed", "stopped"]
RotaStatus = Literal["optimal", "feasible", "infeasible", "stopped", "no_solution"]
NEXT_CURSOR = "Where the next page begins; null on the last one."


class Health(BaseModel):
    """Whether the service is well."""

    status: Literal["ok"]


class WorkspaceModel(BaseModel):
    """A workspace as uploaded or edited, in short."""

    id: str
    name: str
    version: int = Field(description="Counts the uploads and edits of this name from 1.")
    created: Instant
    start: date
    days: int
    interval_minutes: int
    currency: str
    counts: dict[str, int] = Field(description="Regions, queues, sites, agents, contracts, shifts.")
    time_zones: list[str] = Field(description="IANA zones of its regions and sites.")
    digest: str = Field(description="SHA-256 of its .zip; of an edit, of the files that it changes.")
    size_bytes: int
    base_id: str | None = Field(description="The upload that it is an edit of.")


class WorkspaceList(BaseModel):
    """Workspaces, newest first."""

    items: list[WorkspaceModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class PlanRequest(BaseModel):
    """What to plan; whatever is left out comes from the workspace's ``plan.toml``."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    workspace_id: str | None = Field(None, description="Left out: the newest workspace.")
    start: date | None = Field(None, description="First local date of the plan.")
    days: int | None = Field(None, ge=1, le=366)
    time_limit_seconds: float | None = Field(None, gt=0, description="For building the rota.")
    work_limit: int | None = Field(None, ge=1, description="Units of work: the same rota every time.")
    gap: float | None = Field(None, ge=0, le=1, description="Stop within this share of required hours.")
    seed: int | None = Field(None, ge=0, le=2**31 - 1)
    service_level: float | None = Field(None, gt=0, lt=1, description="For every live queue.")
    without: list[Effect] | None = Field(None, description="What if there were none of these.")
    from_plan: str | None = Field(
        None,
        description="Plan to begin from, changed only where it is worth it; what is left out is as there.",
    )
    keep_before: Instant | None = Field(
        None, description="With from_plan: its shifts that start before this stay as they are."
    )


class PlanForm(PlanRequest):
    """The same as form fields, and a workspace with them."""

    file: list[Annotated[str, WithJsonSchema({"type": "string", "format": "binary"})]] = Field(
        [], description="A workspace: one .zip, or its files."
    )


class WorkspaceForm(BaseModel):
    """A workspace to keep."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=200, description="Left out: the .zip's name.")
    file: list[Annotated[str, WithJsonSchema({"type": "string", "format": "binary"})]] = Field(
        [], description="One .zip, or the files of a workspace."
    )


class RunProblem(BaseModel):
    """Why a run failed."""

    code: str
    detail: str


class RunModel(BaseModel):
    """A run: how far it is, and what came of it."""

    id: str
    status: RunState
    progress: float = Field(ge=0, le=1)
    stage: str
    message: str
    best: float | None = Field(description="Objective of the best rota so far.")
    attempt: int = Field(description="Counts from 1 once it has begun.")
    stop_asked: Instant | None
    workspace_id: str
    options: dict[str, Any]
    plan_id: str | None = Field(description="The plan that it made.")
    error: RunProblem | None
    created: Instant
    started: Instant | None
    finished: Instant | None
    updated: Instant


class RunList(BaseModel):
    """Runs, newest first."""

    items: list[RunModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class PlanModel(BaseModel):
    """A finished plan, in short."""

    id: str
    run_id: str
    workspace_id: str
    created: Instant
    status: RotaStatus = Field(description="Of its rota.")
    state: Literal["draft", "published", "superseded"]
    settings: dict[str, Any]
    timings: dict[str, Any]
    summary: dict[str, Any]
    links: dict[str, str]


class PlanReport(BaseModel):
    """The report on a plan; see the data contract for what it holds."""

    model_config = ConfigDict(extra="allow")

    status: RotaStatus


class PlanList(BaseModel):
    """Plans, newest first."""

    items: list[PlanModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class BreakModel(BaseModel):
    """A break of a shift."""

    start: Instant
    end: Instant
    paid: bool


class ShiftModel(BaseModel):
    """A shift: instants, and the clock and date of its site."""

    agent: str
    site: str
    shift: str | None = Field(description="Its template; null for fixed work without one.")
    start: Instant
    end: Instant
    local_date: date = Field(description="The site's date at the start.")
    time_zone: str = Field(description="The site's IANA zone.")
    paid_minutes: int
    unpaid_minutes: int
    night_minutes: int
    holiday_minutes: int
    overtime_minutes: int
    cost: float | None
    currency: str | None
    fixed: bool
    breaks: list[BreakModel]


class ShiftPage(BaseModel):
    """Shifts by agent and start."""

    model_config = ConfigDict(openapi_extra=ROW_CONTENT)  # type: ignore[typeddict-unknown-key]

    items: list[ShiftModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)
