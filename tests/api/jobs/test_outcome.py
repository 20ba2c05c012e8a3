"""What the store keeps of a plan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from api.jobs.outcome import finish_plan
from api.store.claims import claim_run
from api.store.database import Store
from api.store.plans import FinishedPlan, PlanShifts, find_shifts, plan_report, plan_table, save_plan
from api.store.runs import create_run
from api.store.tables import RunStatus
from api.store.workspaces import add_workspace
from scheduler.coverage import measure_coverage
from tests.scheduler.factory import (
    MONDAY,
    PHONE,
    instant,
    make_requirement,
    make_rota,
    make_shift,
    make_workspace,
)

SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture
def plan() -> FinishedPlan:
    """A week of one agent: Monday, and the Sunday on which clocks change."""
    workspace = make_workspace()
    requirement = make_requirement([(PHONE, instant(MONDAY, 480), 1.0), (PHONE, instant(MONDAY, 960), 1.0)])
    rota = make_rota([make_shift(workspace), make_shift(workspace, day=SUNDAY)])
    return finish_plan(
        workspace,
        options={"gap": 0.01},
        forecast=None,
        requirement=requirement,
        rota=rota,
        coverage=measure_coverage(workspace, requirement, rota.stretches),
        report={
            "status": "feasible",
            "objective": {"total": np.float64(2.5)},
            "bound": float("nan"),
            "check": {"violations": np.int64(0), "date": MONDAY},
            "coverage": {"required_hours": 0.5, "short_hours": float("inf")},
            "timings": {"total_seconds": 1.0},
            "seed": 3,
        },
    )


def test_the_report_holds_what_json_can_say(plan: FinishedPlan) -> None:
    assert plan.report["objective"] == {"total": 2.5}
    assert plan.report["bound"] is None
    assert plan.report["check"] == {"violations": 0, "date": "2026-03-23"}
    assert plan.summary["short_hours"] is None
    assert plan.summary["required_hours"] == 0.5
    assert plan.summary["shifts"] == 2
    assert plan.settings == {
        "gap": 0.01,
        "start": "2026-03-23",
        "days": 7,
        "interval_minutes": 15,
        "currency": "EUR",
        "seed": 3,
    }


def test_it_comes_back_from_the_store_as_it_was(plan: FinishedPlan, store: Store) -> None:
    workspace = add_workspace(store, name="support", summary={}, content=b"zip")
    create_run(store, workspace_id=workspace.id, options={})
    claim = claim_run(store, lease_seconds=20)
    assert claim is not None
    plan_id = save_plan(store, run_id=claim.run_id, lease=claim.lease, plan=plan, run_status=RunStatus.DONE)
    assert plan_report(store, plan_id) == plan.report
    for name, table in plan.tables.items():
        assert plan_table(store, plan_id, name).equals(table), name
    before, after = find_shifts(store, PlanShifts(plan_id), limit=9)
    assert (before.start, before.local_date) == (datetime(2026, 3, 23, 6, tzinfo=UTC), MONDAY)
    assert (after.start, after.local_date) == (datetime(2026, 3, 29, 5, tzinfo=UTC), SUNDAY)
    assert (after.paid_minutes, after.unpaid_minutes) == (480, 30)
    stretches = plan_table(store, plan_id, "timeline").to_pylist()
    assert [row["activity"] for row in stretches] == ["work", "break", "work"] * 2
    assert (stretches[0]["region"], stretches[0]["translated"]) == ("lv", False)
    assert (stretches[1]["region"], stretches[1]["translated"]) == (None, None)
    assert stretches[0]["start"] == before.start


def test_a_plan_without_a_rota_has_its_requirement(plan: FinishedPlan) -> None:
    workspace = make_workspace()
    requirement = make_requirement([(PHONE, instant(MONDAY, 480), 1.0)])
    empty = finish_plan(
        workspace,
        options={},
        forecast=None,
        requirement=requirement,
        rota=None,
        coverage=None,
        report={"status": "infeasible"},
    )
    assert (empty.status, list(empty.tables), list(empty.shifts)) == ("infeasible", ["requirement"], [])
    assert empty.summary["violations"] is None
