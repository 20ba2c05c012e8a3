"""Rows of a plan's long tables, as the document describes them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.v1.forms import ROW_CONTENT
from api.v1.models import NEXT_CURSOR
from api.v1.times import Instant

__all__ = [
    "CoveragePage",
    "CoverageRow",
    "ForecastPage",
    "ForecastRow",
    "RequirementPage",
    "RequirementRow",
    "TimelinePage",
    "TimelineRow",
]


class _IntervalRow(BaseModel):
    interval_start: Instant
    region: str
    language: str
    channel: str


class CoverageRow(_IntervalRow):
    """Scheduled against required, in agents, of one queue in one interval."""

    kind: str = Field(description="live or deferred")
    required: float
    scheduled: float
    short: float
    backlog: float | None = Field(description="Open work at the end of the interval, in agent-intervals.")
    excess: float | None = Field(None, description="Agents beyond what is required.")
    weight: float | None = Field(None, description="Value of a missing agent-hour.")
    edge: bool = Field(description="Before the first or after the last shift that is possible.")


class RequirementRow(_IntervalRow):
    """Agents that one queue needs in one interval."""

    agents: float
    load_erlangs: float | None = None
    service_level: float | None = None
    weight: float | None = None


class ForecastRow(_IntervalRow):
    """Contacts expected of one queue in one interval: mean and quantiles."""

    contacts: float
    p10: float | None
    p50: float | None
    p90: float | None
    aht_seconds: float | None
    model_contacts: float | None = Field(None, description="The model's mean, where overrides are in effect.")
    override: str | None = Field(None, description="Why a planner changed it; blank where nobody did.")


class TimelineRow(BaseModel):
    """What an agent does from one instant to another."""

    agent: str
    start: Instant
    end: Instant
    activity: str = Field(description="work, break, idle, or the name of fixed work.")
    region: str | None = Field(description="Of the queue served; null for anything but work.")
    language: str | None
    channel: str | None
    translated: bool | None


def _page_config() -> ConfigDict:
    return ConfigDict(openapi_extra=ROW_CONTENT)  # type: ignore[typeddict-unknown-key]


class CoveragePage(BaseModel):
    """Coverage by queue and interval."""

    model_config = _page_config()

    items: list[CoverageRow]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class RequirementPage(BaseModel):
    """Requirement by queue and interval."""

    model_config = _page_config()

    items: list[RequirementRow]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class ForecastPage(BaseModel):
    """Forecast by queue and interval."""

    model_config = _page_config()

    items: list[ForecastRow]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class TimelinePage(BaseModel):
    """Timeline by agent and start."""

    model_config = _page_config()

    items: list[TimelineRow]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)
