"""A plan of the service again from an earlier one: what has begun is kept, changes are counted and told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.cli.importing import keep_workspace
from api.jobs.beginning import earlier_rota
from api.jobs.child import plan_run
from api.jobs.inputs import read_inputs
from api.store.beginnings import beginning_options, read_beginning
from api.store.claims import claim_run
from api.store.database import Store
from api.store.plans import PlanShifts, find_shifts, get_plan, plan_report, save_plan
from api.store.runs import create_run
from api.store.tables import RunStatus
from forecasting.errors import InvalidInput
from tests.api.cli.test_earlier import KEEP, PLAN, requirement
from tests.scheduler.factory import make_workspace
from tests.workspaces import write_workspace


def planned(store: Store, workspace_id: str, options: dict[str, Any]) -> str:
    """Carry a run out as its process does, and keep its plan."""
    run = create_run(store, workspace_id=workspace_id, options=options)
    claim = claim_run(store, lease_seconds=600)
    assert claim is not None
    made = plan_run(read_inputs(store, run), options, on_progress=lambda _: None, should_stop=lambda: False)
    return save_plan(store, run_id=run.id, lease=claim.lease, plan=made, run_status=RunStatus.DONE)


def begins(store: Store, plan_id: str) -> set[tuple[str, datetime]]:
    return {(row.agent, row.start) for row in find_shifts(store, PlanShifts(plan_id), limit=999)}


@pytest.mark.slow
@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_plan_is_made_again_from_another(store: Store, tmp_path: Path) -> None:
    folder = write_workspace(tmp_path / "support", plan=PLAN, requirement=requirement(), contacts=None)
    first = planned(store, keep_workspace(store, folder).id, {"work_limit": 6})
    sick = [{"agent": "ann", "start": "2026-03-23", "end": "2026-03-26", "kind": "sick"}]
    newer = keep_workspace(
        store,
        write_workspace(
            tmp_path / "support", plan=PLAN, requirement=requirement(), contacts=None, time_off=sick
        ),
    )
    workspace_id, begun = beginning_options(store, first)
    assert (workspace_id, begun) == (newer.id, {"from_plan": first, "start": "2026-03-23", "days": 5})
    again = planned(store, workspace_id, begun | {"keep_before": KEEP, "work_limit": 6})
    keep = datetime.fromisoformat(KEEP)
    before, now = begins(store, first), begins(store, again)
    assert {each for each in before if each[1] < keep and each[0] != "ann"} <= now
    assert not any(agent == "ann" and start < datetime(2026, 3, 26, tzinfo=UTC) for agent, start in now)
    changes = plan_report(store, again)["changes"]
    assert len(changes["shifts"]) == changes["added"] + changes["dropped"] + changes["moved"] > 0
    gone = [each for each in changes["shifts"] if each["agent"] == "ann" and not each["after"]]
    assert gone
    assert {each["reason"].split()[-1] for each in gone} == {"sick"}
    assert get_plan(store, again).settings["from_plan"] == first
    with pytest.raises(InvalidInput, match="serves"):
        earlier_rota(read_beginning(store, first), make_workspace(), None)
