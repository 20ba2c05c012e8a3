"""Asking for a rota, and watching the run that makes it."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from api.identity import me
from api.pages.names import RUN_WORDS, STAGES, plan_line, run_line, workspace_label
from api.pages.request_form import FIELD_NAMES, read_form
from api.permissions import Permission
from api.store.plans import list_plans
from api.store.runs import ENDED, ask_to_stop, create_run, get_run, list_runs, plan_of_run
from api.store.tables import RunStatus, WorkspaceRow
from api.store.workspaces import add_workspace, get_workspace, offered_workspaces
from api.uploads import read_upload
from api.v1.service import service
from forecasting.errors import Fault, InvalidInput

__all__ = ["index_page", "request_rota", "run_page", "stop_run"]

PLANS_A_PAGE = 50
SHOWN_WORKSPACES = 200
LOOKED_AT_RUNS = 50


def index_page() -> str | Response:
    """Show plans, runs that go on, and the form; whoever may not see those, their shifts."""
    if not me().may(Permission.PLANS_READ):
        return redirect(url_for("pages.shifts"), code=303)
    return _index(values=request.args)


def _index(
    *, values: Any, errors: dict[str, str] | None = None, faults: tuple[Fault, ...] = (), summary: str = ""
) -> str:
    store = service().store
    workspaces = offered_workspaces(store, limit=SHOWN_WORKSPACES)
    names = {row.id: workspace_label(row) for row in workspaces}
    plans = list_plans(store, limit=PLANS_A_PAGE, before=request.args.get("before"))
    runs = [
        run
        for run in list_runs(store, limit=LOOKED_AT_RUNS)
        if run.status in (RunStatus.QUEUED, RunStatus.RUNNING)
    ]

    def name(workspace_id: str) -> str:
        if workspace_id not in names:
            names[workspace_id] = workspace_label(get_workspace(store, workspace_id))
        return names[workspace_id]

    return render_template(
        "pages/index.html",
        plans=[plan_line(plan, name(plan.workspace_id)) for plan in plans],
        more=url_for("pages.index", before=plans[-1].id) if len(plans) == PLANS_A_PAGE else None,
        runs=[run_line(run, name(run.workspace_id)) for run in runs],
        workspaces=[{"id": row.id, "label": _choice(row)} for row in workspaces],
        values=values,
        errors=errors or {},
        faults=faults,
        summary=summary,
        field_names=FIELD_NAMES,
    )


def _choice(row: WorkspaceRow) -> str:
    return f"{workspace_label(row)}, uploaded {row.created:%Y-%m-%d}"


def request_rota() -> Response | tuple[str, int]:
    """Start a run from the form, or show the form again with what is wrong."""
    parts = service()
    reading = read_form(request.form, longest_seconds=parts.config.run_time_limit_seconds)
    upload = request.files.get("workspace")
    if upload is not None and not upload.filename:
        upload = None  # what a browser sends for a field that was left empty
    workspace_id = request.form.get("workspace_id", "")
    if upload is None and not workspace_id:
        reading.errors["workspace"] = "choose a .zip file to upload"
    if reading.errors:
        return _index(
            values=request.form, errors=reading.errors, summary="Some fields need another value."
        ), 422
    if upload is not None:
        try:
            read = read_upload(parts.config, [upload])
        except InvalidInput as error:
            many = "one fault" if len(error.faults) == 1 else f"{len(error.faults)} faults"
            words = f"The workspace has {many}; correct the files and upload it again."
            return _index(values=request.form, faults=error.faults, summary=words), 422
        row = add_workspace(parts.store, name=read.name, summary=read.summary, content=read.content)
        workspace_id = row.id
    run = create_run(parts.store, workspace_id=workspace_id, options=reading.options)
    parts.wake_workers()
    return redirect(url_for("pages.run", run_id=run.id), code=303)


def run_page(run_id: str) -> str | Response:
    """Show how far a run is; one that made a plan leads there."""
    store = service().store
    run = get_run(store, run_id)
    plan_id = plan_of_run(store, run_id)
    if plan_id is not None:
        return redirect(url_for("pages.plan", plan_id=plan_id), code=303)
    problem = run.problem or {}
    return render_template(
        "pages/run.html",
        name=workspace_label(get_workspace(store, run.workspace_id)),
        state=run_line(run, ""),
        stages=STAGES,
        reason=problem.get("detail") or problem.get("title") or run.message,
        faults=problem.get("faults") or [],
        page_data={
            "address": f"/v1/runs/{run.id}",
            "plan_address": url_for("pages.plan", plan_id="PLAN"),
            "stages": STAGES,
            "states": {str(status): words for status, words in RUN_WORDS.items()},
            "ended": sorted(str(status) for status in ENDED),
        },
    )


def stop_run(run_id: str) -> Response:
    """Ask a run to hand in the best that it has."""
    ask_to_stop(service().store, run_id)
    return redirect(url_for("pages.run", run_id=run_id), code=303)
