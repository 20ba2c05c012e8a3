"""Made-up plans of a large team: the same people and weeks, each time with some shifts changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from api.store.claims import claim_run
from api.store.database import Store
from api.store.plans import FinishedPlan, save_plan
from api.store.runs import create_run
from api.store.tables import RunStatus
from api.store.workspaces import add_workspace

__all__ = ["keep_made_plans"]

FIRST = date(2026, 3, 2)
SITES = (("Riga", "Europe/Riga", 5), ("Manila", "Asia/Manila", -2), ("Bogota", "America/Bogota", 11))
QUEUES = [(region, language, channel) for region in ("EU", "US") for language in "abc" for channel in "xy"]
QUEUE_NAMES = ("region", "language", "channel")
STRETCH = timedelta(hours=2)
INSTANT = pa.timestamp("us", "UTC")


def keep_made_plans(store: Store, *, agents: int, weeks: int, plans: int, seed: int) -> list[str]:
    """Keep plans of one workspace, each made from the one before; return their ids.

    One shift in twenty begins an hour later than in the plan before, one in a hundred is left out, and one
    in a hundred is put back.
    """
    rng = np.random.default_rng(seed)
    workspace = add_workspace(store, name="large team", summary={}, content=b"made up")
    later = np.zeros((agents, 7 * weeks), dtype=int)
    worked = np.broadcast_to((np.arange(7 * weeks) + np.arange(agents)[:, None]) % 7 < 5, later.shape).copy()
    found = []
    for _ in range(plans):
        places = np.argwhere(worked).tolist()
        shifts = [_shift(agent, day, int(later[agent, day])) for agent, day in places]
        create_run(store, workspace_id=workspace.id, options={})
        claim = claim_run(store, lease_seconds=60)
        assert claim is not None  # nobody else works on this store yet
        plan = _plan(shifts, [agent + day for agent, day in places], weeks)
        found.append(
            save_plan(store, run_id=claim.run_id, lease=claim.lease, plan=plan, run_status=RunStatus.DONE)
        )
        later = (later + (rng.random(later.shape) < 0.05)) % 4
        worked ^= rng.random(worked.shape) < 0.01
    return found


def _shift(agent: int, day: int, later: int) -> dict[str, Any]:
    site, zone, hour = SITES[agent % len(SITES)]
    begin = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(days=day, hours=hour + later)
    pause = begin + 2 * STRETCH
    breaks = [{"start": pause.isoformat(), "end": (pause + STRETCH / 4).isoformat(), "paid": False}]
    return {
        "agent": f"agent {agent:05}",
        "site": site,
        "shift": "day",
        "start": begin,
        "end": begin + 4 * STRETCH,
        "local_date": FIRST + timedelta(days=day),
        "time_zone": zone,
        "paid_minutes": 450,
        "unpaid_minutes": 30,
        "night_minutes": 0,
        "holiday_minutes": 0,
        "overtime_minutes": 0,
        "cost": 150.0,
        "currency": "EUR",
        "fixed": False,
        "breaks": breaks,
    }


def _plan(shifts: list[dict[str, Any]], first_queues: list[int], weeks: int) -> FinishedPlan:
    stretches = [
        (shift["agent"], shift["start"] + part * STRETCH, QUEUES[(first + part) % len(QUEUES)])
        for shift, first in zip(shifts, first_queues, strict=True)
        for part in range(4)
    ]
    timeline = pa.table(
        {
            "agent": [agent for agent, _, _ in stretches],
            "start": pa.array([start for _, start, _ in stretches], INSTANT),
            "end": pa.array([start + STRETCH for _, start, _ in stretches], INSTANT),
            "activity": ["work"] * len(stretches),
            **{name: [row[2][place] for row in stretches] for place, name in enumerate(QUEUE_NAMES)},
            "translated": [False] * len(stretches),
        }
    )
    return FinishedPlan(
        status="feasible",
        settings={"start": FIRST.isoformat(), "days": 7 * weeks},
        timings={},
        summary={"violations": 0},
        report={"status": "feasible"},
        shifts=shifts,
        tables={"timeline": timeline},
    )
