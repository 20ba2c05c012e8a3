"""Names and labels that several pages share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.pages.access import PlanTables
from api.pages.words import STATUS_WORDS, percent, short_number
from api.store.tables import PlanRow, RunRow, RunStatus, WorkspaceRow

__all__ = ["RUN_WORDS", "STAGES", "plan_line", "plan_title", "run_line", "workspace_label", "zone_groups"]

RUN_WORDS = {
    RunStatus.QUEUED: "Waiting for a worker",
    RunStatus.RUNNING: "At work",
    RunStatus.DONE: "Done",
    RunStatus.FAILED: "Failed",
    RunStatus.STOPPED: "Stopped",
}
STAGES = {
    "read": "Reading the workspace",
    "forecast": "Forecasting contacts",
    "staff": "Turning contacts into agents",
    "rota": "Building the rota",
    "check": "Checking every rule",
    "save": "Keeping the plan",
}


def workspace_label(row: WorkspaceRow) -> str:
    """Return the name, with its version where it is not the first."""
    return row.name if row.version == 1 else f"{row.name} (version {row.version})"


def plan_title(workspace: WorkspaceRow, report: Mapping[str, Any]) -> str:
    """Return what a plan is called: its workspace and its first day."""
    return f"{workspace_label(workspace)}, from {report['plan']['start']}"


def plan_line(plan: PlanRow, workspace_name: str) -> dict[str, Any]:
    """Return one row of the list of plans."""
    summary, settings = plan.summary, plan.settings
    covered, short = summary.get("covered_share"), summary.get("short_hours")
    violations = summary.get("violations")
    return {
        "id": plan.id,
        "name": workspace_name,
        "span": f"{settings['days']} days from {settings['start']}",
        "result": STATUS_WORDS.get(plan.status, plan.status),
        "covered": "–" if covered is None else percent(covered),
        "short": "–" if short is None else f"{short_number(short)} h",
        "state": plan.state.capitalize(),
        "rules": "–" if violations is None else f"{violations:,} broken ✗" if violations else "0 broken ✓",
        "created": plan.created,
    }


def run_line(run: RunRow, workspace_name: str) -> dict[str, Any]:
    """Return what lists and the run's own page say of a run."""
    status = RunStatus(run.status)
    return {
        "id": run.id,
        "name": workspace_name,
        "words": RUN_WORDS[status],
        "going": status in (RunStatus.QUEUED, RunStatus.RUNNING),
        "stopping": run.stop_asked is not None,
        "progress": run.progress,
        "stage": run.stage,
        "message": "" if run.message == RUN_WORDS[status] else run.message,
        "best": run.best,
        "created": run.created,
    }


def zone_groups(tables: PlanTables, workspace: WorkspaceRow) -> list[dict[str, Any]]:
    """Return the zones that the page offers besides UTC and the browser's: sites', then regions'."""
    sites = {}
    if not tables.shifts.empty:
        pairs = tables.shifts[["site", "time_zone"]].drop_duplicates("site").sort_values("site")
        sites = dict(zip(pairs["site"], pairs["time_zone"], strict=True))
    others = set(workspace.summary["time_zones"]) - set(sites.values())
    regions = {zone.rpartition("/")[2].replace("_", " "): zone for zone in others}
    return [
        {"label": label, "zones": [{"name": name, "zone": zone} for name, zone in sorted(zones.items())]}
        for label, zones in (("Sites", sites), ("Regions", regions))
        if zones
    ]
