"""A client, a workspace and a plan."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from api.store.claims import claim_run
from api.store.database import Store
from api.store.plans import save_plan
from api.store.runs import create_run
from api.store.tables import RunStatus
from api.store.workspaces import add_workspace
from tests.api.client import Client
from tests.api.plans import finished_plan

SAMPLE = Path(__file__).parents[3] / "sample_data" / "phone_month"
SUMMARY = {
    "start": "2026-03-28",
    "days": 2,
    "interval_minutes": 15,
    "currency": "EUR",
    "counts": {"agents": 2},
    "time_zones": ["Europe/Berlin"],
}


@pytest.fixture
def client(app: Flask) -> Client:
    """A client whose every answer is checked."""
    return Client(app)


@pytest.fixture
def workspace_id(store: Store) -> str:
    """A workspace whose content nobody reads."""
    return add_workspace(store, name="support", summary=SUMMARY, content=b"zip").id


@pytest.fixture
def plan_id(store: Store, workspace_id: str) -> str:
    """A finished plan."""
    create_run(store, workspace_id=workspace_id, options={"seed": 1})
    claim = claim_run(store, lease_seconds=20)
    assert claim is not None
    return save_plan(
        store, run_id=claim.run_id, lease=claim.lease, plan=finished_plan(), run_status=RunStatus.DONE
    )


def zipped(changes: dict[str, str | None] | None = None) -> bytes:
    """The sample workspace as a .zip, with some files changed or (None) left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(SAMPLE.iterdir()):
            if path.suffix in (".csv", ".toml", ".parquet") and path.name not in (changes or {}):
                archive.writestr(path.name, path.read_bytes())
        for name, text in (changes or {}).items():
            if text is not None:
                archive.writestr(name, text)
    return target.getvalue()
