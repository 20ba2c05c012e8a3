"""A small finished plan: two agents at sites in two zones, over a clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from api.store.plans import FinishedPlan

__all__ = ["finished_plan"]

FIRST = datetime(2026, 3, 28, 22, tzinfo=UTC)


def shift(agent: str, site: str, zone: str, start: datetime, local: date, **more: Any) -> dict[str, Any]:
    """A night shift of eight hours with an unpaid break in its middle."""
    pause = start + timedelta(hours=4)
    breaks = [{"start": pause.isoformat(), "end": (pause + timedelta(minutes=30)).isoformat(), "paid": False}]
    return {
        "agent": agent,
        "site": site,
        "shift": "night",
        "start": start,
        "end": start + timedelta(hours=8),
        "local_date": local,
        "time_zone": zone,
        "paid_minutes": 450,
        "unpaid_minutes": 30,
        "night_minutes": 420,
        "holiday_minutes": 0,
        "overtime_minutes": 0,
        "cost": 150.0,
        "currency": "EUR",
        "fixed": False,
        "breaks": breaks,
    } | more


def finished_plan(status: str = "optimal") -> FinishedPlan:
    """A plan as a run hands it in."""
    starts = [FIRST + timedelta(minutes=15 * step) for step in range(8)]
    queues = [("EU", "de", "phone"), ("US", "en", "chat")]
    rows = [(*queue, start) for queue in queues for start in starts]
    keys = {
        "region": [row[0] for row in rows],
        "language": [row[1] for row in rows],
        "channel": [row[2] for row in rows],
        "interval_start": pa.array([row[3] for row in rows], pa.timestamp("us", "UTC")),
    }
    count = len(rows)
    coverage = {
        **keys,
        "kind": ["live"] * count,
        "required": [2.0] * count,
        "scheduled": [1.5] * count,
        "short": [0.5] * count,
        "backlog": [0.0] * count,
        "edge": [False] * count,
    }
    timeline = {
        "agent": ["ann", "ann", "bea"],
        "start": pa.array([starts[0], starts[4], starts[0]], pa.timestamp("us", "UTC")),
        "end": pa.array([starts[4], starts[5], starts[5]], pa.timestamp("us", "UTC")),
        "activity": ["work", "break", "idle"],
        "region": ["EU", None, None],
        "language": ["de", None, None],
        "channel": ["phone", None, None],
        "translated": [False, False, False],
    }
    return FinishedPlan(
        status=status,
        settings={"start": "2026-03-28", "days": 3},
        timings={"total_seconds": 1.5},
        summary={"objective": 4.0, "short_hours": 2.0, "violations": 0},
        report={"status": status, "objective": {"total": 4.0}},
        shifts=[
            shift("ann", "Berlin", "Europe/Berlin", FIRST, date(2026, 3, 28)),
            shift("ann", "Berlin", "Europe/Berlin", FIRST + timedelta(days=1), date(2026, 3, 30)),
            shift('bea, the "second"', "Lord Howe", "Australia/Lord_Howe", FIRST, date(2026, 3, 29)),
        ],
        tables={
            "requirement": pa.table(
                {**keys, "agents": [2.0] * count, "service_level": [float("nan")] * count}
            ),
            "coverage": pa.table(coverage),
            "timeline": pa.table(timeline),
        },
    )
