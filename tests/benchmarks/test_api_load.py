"""The benchmark of the service runs, counts what it does, and would tell a copy that is not the store's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.store.database import Store
from api.store.publishing import publish_plan
from benchmarks.api_load import _compared, main
from benchmarks.api_load_clients import Calls, Integration
from benchmarks.made_plans import keep_made_plans
from tests.api.conftest import begun, clock, config, migrated, store

__all__ = ["begun", "clock", "config", "migrated", "store"]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_lost_and_doubled_changes_are_counted(store: Store) -> None:
    first, second = keep_made_plans(store, agents=3, weeks=1, plans=2, seed=1)
    publish_plan(store, first)
    calls = Calls("http://nobody", {})
    client = Integration(calls, 0.0, 1)
    shifts = _compared(store, [client])["shifts_in_the_end"]
    assert shifts == 15
    assert _compared(store, [client])["lost"] == 15
    item = {"id": "a", "revision": 1, "state": "published"}
    client._take(item)
    client._take(item)
    assert _compared(store, [client]) == {
        "shifts_in_the_end": 15,
        "lost": 15,
        "too_many": 1,
        "doubled": 1,
    }
    client._take(item | {"revision": 2, "state": "cancelled"})
    assert _compared(store, [client])["too_many"] == 0
    calls.close()
    assert publish_plan(store, second).counts["same"] < 15


@pytest.mark.slow
def test_it_measures_and_writes(tmp_path: Path) -> None:
    out = tmp_path / "load.json"
    small = [
        "--agents",
        "4",
        "--clients",
        "2",
        "--seconds",
        "6",
        "--pulls",
        "1",
        "--pause",
        "0.5",
        "--every",
        "1",
    ]
    assert main(["--databases", "sqlite", *small, "--out", str(out)]) == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    (result,) = report["results"]
    assert result["errors"] == []
    assert (result["lost"], result["too_many"], result["doubled"]) == (0, 0, 0)
    assert result["publications"] >= 2  # what is copied first, and at least one change
    assert result["seconds"]["full pull, alone"]["count"] == 1
    assert report["machine"]["cores"] > 0
