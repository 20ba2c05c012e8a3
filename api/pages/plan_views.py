"""The page of one plan, and the figures that its charts fetch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, render_template, request, url_for

from api.pages.access import PlanTables, plan_tables
from api.pages.clocks import zone_offsets
from api.pages.demand import coverage_series, forecast_series, queue_choices
from api.pages.handover_rows import handover_columns, handover_lines, handover_rows
from api.pages.names import plan_title, zone_groups
from api.pages.people import fairness_rows, rota_page, site_presence
from api.pages.plan_acts import change_rows
from api.pages.publish_views import publishing_parts
from api.pages.service_rows import service_columns, service_days, service_rows
from api.pages.words import short_number, summary_tiles
from api.store.plans import get_plan, plan_report
from api.store.tables import PlanRow
from api.store.workspaces import get_workspace
from api.v1.service import service

__all__ = ["plan_data", "plan_page"]

A_DAY_SECONDS = 24 * 3600
SHOWN_VIOLATIONS = 200
DOWNLOADS = {
    "shifts": "a row a shift: times, zone, paid minutes, breaks, cost",
    "timeline": "who serves which queue when",
    "coverage": "required, scheduled and short per interval",
    "requirement": "agents needed per interval",
    "forecast": "contacts expected, with P10, P50 and P90",
}


def plan_page(plan_id: str) -> str:
    """Show a plan."""
    store = service().store
    plan = get_plan(store, plan_id)
    workspace = get_workspace(store, plan.workspace_id)
    report = plan_report(store, plan_id)
    tables = plan_tables(plan_id)
    queues = queue_choices(tables)
    service_dates, service_by_date = service_days(report)
    has_rota = not tables.shifts.empty
    sites = sorted(set(tables.shifts["site"])) if has_rota else []
    first, last = tables.span_minutes
    zones = zone_groups(tables, workspace)
    return render_template(
        "pages/plan.html",
        name=plan_title(workspace, report),
        created=plan.created,
        facts=_facts(report),
        publishing=publishing_parts(plan),
        tiles=summary_tiles(report),
        explanations=report.get("explanations") or [],
        warnings=report.get("warnings") or [],
        violations=_violations(report),
        changes=report.get("changes"),
        change_rows=change_rows(report),
        service_columns=service_columns(report),
        service_rows=service_rows(report),
        service_dates=service_dates,
        service_by_date=service_by_date,
        handover_columns=handover_columns(report),
        handover_rows=handover_rows(report),
        handover_lines=handover_lines(report),
        queues=queues,
        has_rota=has_rota,
        has_forecast=not tables.forecast.empty,
        sites=sites,
        zones=zones,
        downloads=_downloads(plan, tables),
        page_data={
            "queues": queues,
            "start": tables.start.isoformat(),
            "first_minute": first,
            "last_minute": last,
            "clocks": zone_offsets((item["zone"] for group in zones for item in group["zones"]), first, last),
            "data": {name: url_for("pages.plan_data", plan_id=plan_id, view=name) for name in VIEWS},
        },
    )


def _facts(report: dict[str, Any]) -> str:
    plan = report["plan"]
    days = int(plan["days"])
    return (
        f"{days} {'day' if days == 1 else 'days'} from {plan['start']} · {plan['agents']:,} agents at "
        f"{plan['sites']} sites · {plan['queues']} queues · every {plan['interval_minutes']} minutes · "
        f"built in {short_number(float(report['timings']['total_seconds']))} s"
    )


def _violations(report: dict[str, Any]) -> list[dict[str, Any]]:
    check = report.get("check") or {}
    return list(check.get("details") or [])[:SHOWN_VIOLATIONS]


def _downloads(plan: PlanRow, tables: PlanTables) -> list[dict[str, str]]:
    missing = {
        "shifts": tables.shifts.empty,
        "timeline": tables.timeline.empty,
        "coverage": tables.coverage.empty,
        "forecast": tables.forecast.empty,
    }
    files = [
        {"name": f"{name}.csv", "href": f"/v1/plans/{plan.id}/{name}?format=csv", "meaning": meaning}
        for name, meaning in DOWNLOADS.items()
        if not missing.get(name, False)
    ]
    report = {"name": "report.json", "href": f"/v1/plans/{plan.id}/report", "meaning": "all of the report"}
    return [*files, report]


def _queue() -> str:
    return request.args.get("queue", "")


def _rota(tables: PlanTables) -> Any:
    return rota_page(
        tables,
        site=request.args.get("site", ""),
        find=request.args.get("find", "").strip(),
        page=request.args.get("page", 1, type=int),
        first_minute=request.args.get("from", type=int),
        last_minute=request.args.get("to", type=int),
    )


VIEWS: dict[str, Callable[[PlanTables], Any]] = {
    "coverage": lambda tables: coverage_series(tables, _queue()),
    "forecast": lambda tables: forecast_series(tables, _queue()),
    "sites": site_presence,
    "rota": _rota,
    "fairness": fairness_rows,
}


def plan_data(plan_id: str, view: str) -> Response:
    """Return the figures of one chart as JSON. A plan never changes, so that a browser may keep them."""
    response = jsonify(VIEWS[view](plan_tables(plan_id)))
    response.cache_control.private = True
    response.cache_control.max_age = A_DAY_SECONDS
    return response
