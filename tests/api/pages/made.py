"""A finished plan to show: two sites, a live and a deferred queue, over Riga's clock change in spring."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from api.store.claims import claim_run
from api.store.database import Store
from api.store.plans import FinishedPlan, save_plan
from api.store.runs import create_run
from api.store.tables import RunStatus
from api.store.workspaces import add_workspace

__all__ = ["FIRST", "SUMMARY", "finished_plan", "keep_plan", "keep_workspace"]

FIRST = datetime(2026, 3, 28, 22, tzinfo=UTC)
"""Midnight of Sunday 29 March in Riga; at 03:00 its clocks go to 04:00."""
INTERVALS = 8
HOUR = timedelta(hours=1)
SUMMARY = {
    "start": "2026-03-29",
    "days": 1,
    "interval_minutes": 30,
    "currency": "EUR",
    "counts": {"regions": 1, "queues": 2, "sites": 2, "agents": 2, "contracts": 1, "shifts": 1},
    "time_zones": ["Asia/Kathmandu", "Europe/Riga", "Pacific/Apia"],
}


def shift(agent: str, site: str, zone: str, start: datetime, local: date, **more: Any) -> dict[str, Any]:
    """A shift of four hours with an unpaid half hour in it."""
    pause = start + 2 * HOUR
    return {
        "agent": agent,
        "site": site,
        "shift": "night",
        "start": start,
        "end": start + 4 * HOUR,
        "local_date": local,
        "time_zone": zone,
        "paid_minutes": 210,
        "unpaid_minutes": 30,
        "night_minutes": 240,
        "holiday_minutes": 0,
        "overtime_minutes": 0,
        "cost": 70.0,
        "currency": "EUR",
        "fixed": False,
        "breaks": [
            {"start": pause.isoformat(), "end": (pause + HOUR / 2).isoformat(), "paid": False},
        ],
    } | more


def _queue_rows(values: dict[tuple[str, str, str], dict[str, list[Any]]]) -> pa.Table:
    starts = [FIRST + step * HOUR / 2 for step in range(INTERVALS)]
    columns: dict[str, list[Any]] = {"region": [], "language": [], "channel": [], "interval_start": []}
    for (region, language, channel), given in values.items():
        columns["region"] += [region] * INTERVALS
        columns["language"] += [language] * INTERVALS
        columns["channel"] += [channel] * INTERVALS
        columns["interval_start"] += starts
        for name, column in given.items():
            columns.setdefault(name, []).extend(column)
    table = pa.table(columns)
    place = table.column_names.index("interval_start")
    return table.set_column(place, "interval_start", table["interval_start"].cast(pa.timestamp("us", "UTC")))


def finished_plan(*, solved: bool = True, status: str = "feasible", **report: Any) -> FinishedPlan:
    """A plan as a run hands it in; without ``solved`` it has a requirement and no rota."""
    phone, mail, chat = ("eu", "lv", "phone"), ("eu", "en", "email"), ("eu", "en", "chat")
    live: dict[str, list[Any]] = {
        "kind": ["live"] * 8,
        "required": [2.0, 2, 2, 2, 1, 1, 1, 1],
        "scheduled": [1.0, 1, 1, 1, 2, 2, 2, 2],
        "short": [1.0, 1, 1, 1, 0, 0, 0, 0],
        "backlog": [0.0] * 8,
        "edge": [False] * 8,
    }
    deferred = live | {"kind": ["deferred"] * 8, "short": [0.0] * 8, "backlog": [1.0] * 8}
    contacts = {
        "contacts": [4.0, 5, 7, 6, 8, 5, 4, 6],
        "p10": [2.0] * 8,
        "p50": [4.0] * 8,
        "p90": [7.0, 9, 12, 10, 13, 9, 8, 11],
        "aht_seconds": [300.0] * 8,
    }
    shifts = [
        shift("ann", "riga", "Europe/Riga", FIRST, date(2026, 3, 29)),
        shift("bo <b>", "kathmandu", "Asia/Kathmandu", FIRST, date(2026, 3, 29), cost=None, currency=None),
    ]
    stretches = [
        ("ann", FIRST, FIRST + 2 * HOUR, "work", *phone),
        ("ann", FIRST + 2 * HOUR, FIRST + 2.5 * HOUR, "break", None, None, None),
        ("ann", FIRST + 2.5 * HOUR, FIRST + 4 * HOUR, "work", *mail),
        ("bo <b>", FIRST, FIRST + 4 * HOUR, "idle", None, None, None),
    ]
    names = ("agent", "start", "end", "activity", "region", "language", "channel")
    timeline = {name: [row[at] for row in stretches] for at, name in enumerate(names)}
    plan = {"start": "2026-03-29", "days": 1, "interval_minutes": 30, "currency": "EUR"}
    coverage = {
        "required_hours": 24.0,
        "scheduled_hours": 22.0,
        "short_hours": 4.0,
        "covered_share": 1 - 4 / 24,
        "edge_short_hours": 0.0,
        "queues": [],
    }
    shares = [
        {"agent": "ann", "paid_hours": 3.5, "nights": 1, "weekends": 1, "refused_wishes": 2},
        {"agent": "bo <b>", "paid_hours": 3.5, "nights": 1, "weekends": 1, "refused_wishes": 0},
        {"agent": "cy", "paid_hours": 0.0, "nights": 0, "weekends": 0, "refused_wishes": 0},
    ]
    whole: dict[str, Any] = {
        "status": status,
        "plan": {**plan, "agents": 2, "sites": 2, "queues": 3},
        "objective": {"total": 4.2, "terms": {}, "quantities": {}} if solved else None,
        "bound": 4.0,
        "gap": {"objective": 0.2, "of_required": 0.2 / 24} if solved else None,
        "check": {"violations": 0, "reported": 0, "details": []} if solved else None,
        "coverage": coverage if solved else None,
        "cost": {"EUR": 70.0} if solved else {},
        "fairness": {"agents": shares} if solved else {},
        "explanations": ["eu/lv/phone lacks 2.0 of 6.0 agent-hours; nobody <else> has the skill."],
        "warnings": [],
        "timings": {"total_seconds": 1.5},
    } | report
    tables = {
        "forecast": _queue_rows({phone: contacts, mail: contacts, chat: contacts}),
        "requirement": _queue_rows({phone: {"agents": live["required"]}}),
    }
    if solved:
        tables["coverage"] = _queue_rows({phone: live, mail: deferred, chat: live})
        tables["timeline"] = pa.table(timeline)
    return FinishedPlan(
        status=status,
        settings=plan,
        timings={"total_seconds": 1.5},
        summary={"covered_share": 1 - 4 / 24, "short_hours": 4.0, "violations": 0} if solved else {},
        report=whole,
        shifts=shifts if solved else [],
        tables=tables,
    )


def keep_workspace(store: Store, name: str = "support") -> str:
    """Keep a workspace; what is in its .zip does not matter to pages."""
    return add_workspace(store, name=name, summary=SUMMARY, content=b"").id


def keep_plan(store: Store, plan: FinishedPlan | None = None) -> str:
    """Keep a plan as a worker does, with its workspace and run."""
    create_run(store, workspace_id=keep_workspace(store), options={})
    claim = claim_run(store, lease_seconds=60)
    assert claim is not None
    return save_plan(
        store,
        run_id=claim.run_id,
        lease=claim.lease,
        plan=plan or finished_plan(),
        run_status=RunStatus.DONE,
    )
