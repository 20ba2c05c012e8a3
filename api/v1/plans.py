"""Plans: ask for one, list them, read one."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.problems import Problem
from api.store.beginnings import beginning_options
from api.store.plan_deletion import delete_plan
from api.store.plans import get_plan, list_plans, plan_report
from api.store.runs import create_run
from api.store.tables import PlanRow
from api.store.workspaces import add_workspace, newest_workspace
from api.uploads import read_upload
from api.v1.answers import json_answer
from api.v1.bodies import FORM, JSON, body_kind, form_files, read_form, read_json, request_body
from api.v1.models import PlanForm, PlanList, PlanModel, PlanReport, PlanRequest, RunModel
from api.v1.paging import PageQuery, read_cursor, write_cursor
from api.v1.plan_tables import PlanPath
from api.v1.runs import run_model
from api.v1.service import service
from forecasting.errors import Fault, InvalidInput

__all__ = ["plan_model", "plans_api"]

plans_api = APIBlueprint("plans", __name__, url_prefix="/v1", abp_tags=[Tag(name="plans")])
TABLES = ("shifts", "coverage", "timeline", "forecast", "requirement", "report")


def _links(row: PlanRow) -> dict[str, str]:
    base = f"/v1/plans/{row.id}"
    return {
        "self": base,
        "run": f"/v1/runs/{row.run_id}",
        "workspace": f"/v1/workspaces/{row.workspace_id}",
        **{name: f"{base}/{name}" for name in TABLES},
    }


def plan_model(row: PlanRow) -> PlanModel:
    """Return the plan as the API shows it."""
    return PlanModel(
        id=row.id,
        run_id=row.run_id,
        workspace_id=row.workspace_id,
        created=row.created,
        status=row.status,  # type: ignore[arg-type]  # the table holds no other values
        state=row.state,  # type: ignore[arg-type]
        settings=row.settings,
        timings=row.timings,
        summary=row.summary,
        links=_links(row),
    )


@plans_api.post(
    "/plans",
    responses={202: RunModel, 404: Problem, 413: Problem, 415: Problem},
    openapi_extensions=request_body(json=PlanRequest, form=PlanForm),
)
def ask_for_plan() -> Response:
    """Ask for a plan of a workspace: one that is kept, or one uploaded with the request.

    The answer is the run that will make it; follow it at `Location`.
    """
    if body_kind({JSON, FORM}) == JSON:
        asked = read_json(PlanRequest)
        workspace_id = asked.workspace_id
    else:
        asked, workspace_id = _read_form()
    _check_limits(asked)
    store = service().store
    options = asked.model_dump(mode="json", exclude={"workspace_id"}, exclude_none=True)
    if asked.from_plan is not None:
        newest, begun = beginning_options(store, asked.from_plan)
        workspace_id, options = workspace_id or newest, begun | options
    elif asked.keep_before is not None:
        raise InvalidInput(Fault("keep_before needs from_plan", column="keep_before", code="missing"))
    run = create_run(store, workspace_id=workspace_id or newest_workspace(store).id, options=options)
    service().wake_workers()
    return json_answer(run_model(run, None), 202, location=f"/v1/runs/{run.id}")


def _read_form() -> tuple[PlanRequest, str | None]:
    asked = read_form(PlanRequest)
    _check_limits(asked)
    files = form_files()
    if not files:
        return asked, asked.workspace_id
    if asked.workspace_id is not None:
        rule = "either a workspace is uploaded or workspace_id names one, not both"
        raise InvalidInput(Fault(rule, column="workspace_id", value=asked.workspace_id))
    upload = read_upload(service().config, files)
    row = add_workspace(service().store, name=upload.name, summary=upload.summary, content=upload.content)
    return asked, row.id


def _check_limits(asked: PlanRequest) -> None:
    longest = service().config.run_time_limit_seconds
    if asked.time_limit_seconds is not None and asked.time_limit_seconds > longest:
        rule = f"time_limit_seconds must be at most {longest:g}, the longest run of this service"
        raise InvalidInput(
            Fault(
                rule, column="time_limit_seconds", value=f"{asked.time_limit_seconds:g}", code="out_of_range"
            )
        )


@plans_api.get("/plans", responses={200: PlanList})
def get_plans(query: PageQuery) -> Response:
    """List plans, newest first."""
    position = read_cursor(query.cursor, "plans")
    before = None if position is None else str(position)
    rows = list_plans(service().store, limit=query.limit + 1, before=before)
    shown = rows[: query.limit]
    return json_answer(
        PlanList(
            items=[plan_model(row) for row in shown],
            next_cursor=write_cursor(shown[-1].id, "plans") if len(rows) > query.limit else None,
        )
    )


@plans_api.get("/plans/<plan_id>", responses={200: PlanModel, 404: Problem})
def get_one_plan(path: PlanPath) -> Response:
    """Show a plan in short, with links to all of it."""
    return json_answer(plan_model(get_plan(service().store, path.plan_id)))


@plans_api.delete("/plans/<plan_id>", responses={204: None, 404: Problem, 409: Problem})
def forget_plan(path: PlanPath) -> Response:
    """Delete a draft; a plan that was ever published is kept."""
    delete_plan(service().store, path.plan_id)
    return Response(status=204)


@plans_api.get("/plans/<plan_id>/report", responses={200: PlanReport, 404: Problem})
def get_report(path: PlanPath) -> Response:
    """The whole report: what was reached, what it costs, what is proven."""
    report: dict[str, Any] = plan_report(service().store, path.plan_id)
    return jsonify(report)
