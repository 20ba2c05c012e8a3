"""A plan as the chain makes it, turned into what the store keeps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from api.store.plans import FinishedPlan
from forecasting.tables import ContactForecast
from scheduler.coverage import Coverage
from scheduler.pay.price import price_shifts
from scheduler.requirement import StaffingRequirement
from scheduler.rota import Rota
from scheduler.workspace import Workspace

__all__ = ["finish_plan"]

INSTANT = pa.timestamp("us", "UTC")


def finish_plan(
    workspace: Workspace,
    *,
    options: Mapping[str, Any],
    forecast: ContactForecast | None,
    requirement: StaffingRequirement,
    rota: Rota | None,
    coverage: Coverage | None,
    report: Mapping[str, Any],
) -> FinishedPlan:
    """Return the plan as the store keeps it.

    Parameters
    ----------
    workspace
        As it was planned: with the horizon that the options chose.
    options
        What was asked for.
    """
    settings = workspace.settings
    plain = _plain(report)
    tables = {"requirement": _table(requirement.frame)}
    if forecast is not None:
        tables["forecast"] = _table(forecast.frame)
    if rota is not None:
        tables["timeline"] = _timeline(rota)
    if coverage is not None:
        tables["coverage"] = _table(coverage.frame)
    return FinishedPlan(
        status=str(plain["status"]),
        settings={
            **options,
            "start": settings.start.isoformat(),
            "days": settings.days,
            "interval_minutes": settings.interval_minutes,
            "currency": settings.currency,
            "seed": plain.get("seed"),
        },
        timings=plain.get("timings") or {},
        summary=_summary(plain, rota),
        report=plain,
        shifts=[] if rota is None else _shifts(rota, workspace),
        tables=tables,
    )


def _plain(value: Any) -> Any:
    """Return the value in the words of JSON: unknown numbers become null, dates become text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _summary(report: Mapping[str, Any], rota: Rota | None) -> dict[str, Any]:
    coverage, gap = report.get("coverage") or {}, report.get("gap") or {}
    return {
        "objective": (report.get("objective") or {}).get("total"),
        "bound": report.get("bound"),
        "gap_of_required": gap.get("of_required"),
        **{name: coverage.get(name) for name in ("required_hours", "short_hours", "covered_share")},
        "violations": (report.get("check") or {}).get("violations"),
        "cost": report.get("cost") or {},
        "shifts": 0 if rota is None else len(rota.shifts),
        "warnings": len(report.get("warnings") or ()),
    }


def _table(frame: pd.DataFrame) -> pa.Table:
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    place = table.schema.get_field_index("interval_start")
    return table.set_column(place, "interval_start", table["interval_start"].cast(INSTANT))


def _timeline(rota: Rota) -> pa.Table:
    stretches = rota.stretches
    queues = [stretch.queue or (None, None, None) for stretch in stretches]
    return pa.table(
        {
            "agent": pa.array([stretch.agent for stretch in stretches], pa.string()),
            "start": pa.array([stretch.start for stretch in stretches], INSTANT),
            "end": pa.array([stretch.end for stretch in stretches], INSTANT),
            "activity": pa.array([stretch.activity for stretch in stretches], pa.string()),
            "region": pa.array([queue[0] for queue in queues], pa.string()),
            "language": pa.array([queue[1] for queue in queues], pa.string()),
            "channel": pa.array([queue[2] for queue in queues], pa.string()),
            "translated": pa.array(
                [None if stretch.queue is None else stretch.translated for stretch in stretches], pa.bool_()
            ),
        }
    )


def _shifts(rota: Rota, workspace: Workspace) -> list[dict[str, Any]]:
    return [
        {
            "agent": shift.agent,
            "site": shift.site,
            "shift": shift.template,
            "start": shift.start,
            "end": shift.end,
            "local_date": shift.local_date,
            "time_zone": shift.time_zone,
            "paid_minutes": shift.paid_minutes,
            "unpaid_minutes": shift.unpaid_minutes,
            "night_minutes": pay.night_minutes,
            "holiday_minutes": pay.holiday_minutes,
            "overtime_minutes": pay.overtime_minutes,
            "cost": round(pay.cost, 2),
            "currency": pay.currency,
            "fixed": shift.fixed,
            "breaks": [
                {"start": pause.start.isoformat(), "end": pause.end.isoformat(), "paid": pause.paid}
                for pause in shift.breaks
            ],
        }
        for shift, pay in zip(rota.shifts, price_shifts(rota.shifts, workspace), strict=True)
    ]
