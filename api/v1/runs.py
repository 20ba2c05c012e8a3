"""Runs: follow one, wait for it, stop it."""

from __future__ import annotations

import time

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from api.problems import Problem
from api.store.claims import sweep_runs
from api.store.database import Store
from api.store.runs import ENDED, ask_to_stop, get_run, list_runs, plan_of_run, plans_of_runs
from api.store.tables import RunRow
from api.v1.answers import json_answer
from api.v1.models import RunList, RunModel, RunProblem
from api.v1.paging import PageQuery, read_cursor, write_cursor
from api.v1.service import service

__all__ = ["run_model", "runs_api"]

runs_api = APIBlueprint(
    "runs", __name__, url_prefix="/v1", abp_tags=[Tag(name="runs")], abp_responses={404: Problem}
)
POLL_SECONDS = 0.2


class RunPath(BaseModel):
    """Which run."""

    run_id: str = Field(description="Id of the run.")


class WaitQuery(BaseModel):
    """How long to wait."""

    model_config = ConfigDict(extra="forbid")

    wait: float = Field(0.0, ge=0, le=30, description="Seconds to wait for the run to change or end.")


def run_model(row: RunRow, plan_id: str | None) -> RunModel:
    """Return the run as the API shows it."""
    return RunModel(
        id=row.id,
        status=row.status,  # type: ignore[arg-type]  # the table holds no other values
        progress=row.progress,
        stage=row.stage,
        message=row.message,
        best=row.best,
        attempt=row.attempt,
        stop_asked=row.stop_asked,
        workspace_id=row.workspace_id,
        options=row.options,
        plan_id=plan_id,
        error=None if row.problem is None else RunProblem.model_validate(row.problem),
        created=row.created,
        started=row.started,
        finished=row.finished,
        updated=row.updated,
    )


@runs_api.get("/runs", responses={200: RunList})
def get_runs(query: PageQuery) -> Response:
    """List runs, newest first."""
    store = service().store
    sweep_runs(store, attempts=service().config.run_attempts)
    position = read_cursor(query.cursor, "runs")
    rows = list_runs(store, limit=query.limit + 1, before=None if position is None else str(position))
    shown = rows[: query.limit]
    plans = plans_of_runs(store, [row.id for row in shown])
    return json_answer(
        RunList(
            items=[run_model(row, plans.get(row.id)) for row in shown],
            next_cursor=write_cursor(shown[-1].id, "runs") if len(rows) > query.limit else None,
        )
    )


@runs_api.get("/runs/<run_id>", responses={200: RunModel})
def get_one_run(path: RunPath, query: WaitQuery) -> Response:
    """Show a run.

    With `wait`, the answer comes when the run changes or ends, at the latest after so many seconds; at
    once where too many others wait already.
    """
    store = service().store
    # Nothing may stay "running" for ever, even while no worker is alive to notice.
    sweep_runs(store, attempts=service().config.run_attempts)
    row = get_run(store, path.run_id)
    if query.wait > 0 and row.status not in ENDED and service().waiters.acquire(blocking=False):
        try:
            row = _wait_for_change(store, row, query.wait)
        finally:
            service().waiters.release()
    return json_answer(run_model(row, plan_of_run(store, row.id)))


def _wait_for_change(store: Store, row: RunRow, seconds: float) -> RunRow:
    seen, deadline = row.updated, time.monotonic() + seconds
    leaving = service().leaving
    while row.status not in ENDED and row.updated == seen and time.monotonic() < deadline:
        if leaving.wait(POLL_SECONDS):
            break
        row = get_run(store, row.id)
    return row


@runs_api.delete("/runs/<run_id>", responses={200: RunModel, 202: RunModel})
def stop_run(path: RunPath) -> Response:
    """Ask a run to end.

    One that waits ends at once. One at work is given some seconds to hand in its best rota so far (202).
    One that has ended stays as it is (200).
    """
    store = service().store
    row = ask_to_stop(store, path.run_id)
    status = 200 if row.status in ENDED else 202
    return json_answer(run_model(row, plan_of_run(store, row.id)), status)
