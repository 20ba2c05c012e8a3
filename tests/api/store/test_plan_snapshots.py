"""Plans of the service are snapshots of their forecasts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from api.cli.importing import keep_workspace
from api.cli.main import main
from api.config import Config
from api.errors import NotFound
from api.jobs.child import plan_run
from api.jobs.inputs import RunInputs
from api.store.claims import claim_run
from api.store.database import Store
from api.store.plans import plan_table, save_plan
from api.store.runs import create_run
from api.store.snapshots import planned_snapshots
from api.store.tables import RunStatus
from api.store.workspaces import workspace_content
from tests.workspaces import contacts_table, write_workspace

PLAN = 'start = 2026-03-02\ndays = 7\ninterval_minutes = 30\ncurrency = "GBP"\n'
FAIR = {"start": "2026-03-04", "end": "2026-03-05", "factor": 3, "channel": "phone", "reason": "Fair"}


@pytest.mark.slow
def test_forecasts_of_plans_are_kept_and_scored(
    store: Store,
    config: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = write_workspace(tmp_path / "support", plan=PLAN, overrides=[FAIR])
    workspace = keep_workspace(store, folder)
    assert planned_snapshots(store, "support") == []
    options = {"work_limit": 5}
    create_run(store, workspace_id=workspace.id, options=options)
    claim = claim_run(store, lease_seconds=600)
    assert claim is not None
    made = plan_run(
        RunInputs(workspace_content(store, workspace.id)),
        options,
        on_progress=lambda _: None,
        should_stop=lambda: True,
    )
    plan_id = save_plan(store, run_id=claim.run_id, lease=claim.lease, plan=made, run_status=RunStatus.DONE)
    (snapshot,) = planned_snapshots(store, "support")
    # Contacts were recorded up to the end of Sunday, the day before the plan begins.
    assert snapshot.cutoff == {"gb": datetime(2026, 3, 2, tzinfo=UTC)}
    assert snapshot.made_at == store.clock()
    kept = plan_table(store, plan_id, "forecast").to_pandas()
    assert set(kept["override"]) == {"", "Fair"}
    pd.testing.assert_frame_equal(snapshot.frame[kept.columns], kept, check_dtype=False)
    with pytest.raises(NotFound, match="no workspace 'other'"):
        planned_snapshots(store, "other")
    later = write_workspace(tmp_path / "later", plan=PLAN, contacts=contacts_table(days=63))
    for name, value in config.environment().items():
        monkeypatch.setenv(name, value)
    assert main(["accuracy", str(later), "--service", "support", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["snapshots"] == {"given": 1, "scored": 1}
    assert [row["override"] for row in document["overrides"]] == ["Fair"]
    assert main(["accuracy", str(later), "--service", "other"]) == 2


def test_without_a_place_to_look_nothing_is_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accuracy", str(tmp_path)]) == 2
    assert "--snapshots DIR, --service NAME, or both" in capsys.readouterr().err
