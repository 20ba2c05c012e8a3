"""The benchmark of faults runs, and would tell what is lost, half there or not ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from api.client import ShiftCopy, SunrotaClient
from api.store.claims import claim_run
from api.store.database import Store
from api.store.publication_tables import ChangeRow, PublishedShiftRow
from api.store.publishing import publish_plan
from api.store.runs import create_run
from api.store.workspaces import newest_workspace
from benchmarks.faults import main
from benchmarks.faults_found import Ledger, found_in
from benchmarks.made_plans import keep_made_plans
from tests.api.conftest import begun, clock, config, migrated, store

__all__ = ["begun", "clock", "config", "migrated", "store"]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_what_was_promised_and_is_not_there_is_told(store: Store) -> None:
    (plan,) = keep_made_plans(store, agents=3, weeks=1, plans=1, seed=1)
    publication = publish_plan(store, plan).id
    assert found_in(store, Ledger(publications=[publication]), [])["wrong"] == []
    run = create_run(store, workspace_id=newest_workspace(store).id, options={}).id
    copy = ShiftCopy(SunrotaClient("http://nobody", "key"))
    with store.writing() as session:
        newest = select(PublishedShiftRow.id).limit(1).scalar_subquery()
        session.execute(
            update(PublishedShiftRow).where(PublishedShiftRow.id == newest).values(cancelled=True)
        )
        session.execute(delete(ChangeRow).where(ChangeRow.shift_id == newest))
    wrong = found_in(store, Ledger(publications=["p"], runs=["r"], wrong=["publish: 500"]), [copy])["wrong"]
    assert wrong == [
        "publish: 500",
        "run r was accepted and is lost",
        f"run {run} is still queued",
        "publication p was accepted and is lost",
        f"publication {publication} has 14 changes of 15",
        "the feed is at 16, with 14 changes and 1 publications",
        "1 shifts of large team are not as published",
        "copy 0 has 0 shifts, the store 14",
    ]
    assert claim_run(store, lease_seconds=1) is not None


@pytest.mark.slow
def test_it_kills_and_finds_everything_there(tmp_path: Path) -> None:
    out = tmp_path / "faults.json"
    small = [
        "--seconds",
        "5",
        "--every",
        "1.5",
        "--agents",
        "4",
        "--clients",
        "2",
        "--pause",
        "0.5",
        "--publish-every",
        "0.5",
    ]
    assert main(["--databases", "sqlite", *small, "--out", str(out)]) == 0
    (result,) = json.loads(out.read_text(encoding="utf-8"))["results"]
    assert result["wrong"] == []
    assert sum(result["kills"].values()) > 0
    assert result["publications_accepted"] > 0
