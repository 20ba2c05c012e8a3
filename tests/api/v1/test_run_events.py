"""Runs followed by server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask

from api.store.claims import claim_run, report_progress
from api.store.database import Store
from api.store.plans import save_plan
from api.store.runs import create_run
from api.store.tables import RunStatus
from api.v1 import run_events
from api.v1.service import service_of
from tests.api.client import Client
from tests.api.conftest import Clock
from tests.api.plans import finished_plan

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


def events(chunks: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    """Name and data of each event, as they come; comments by the name ``:``."""
    for chunk in chunks:
        for block in chunk.decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "event" in lines:
                yield lines["event"], lines["data"]
            elif block.startswith(":"):
                yield ":", block


def test_a_run_is_followed_to_its_end(
    client: Client, store: Store, workspace_id: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_events, "LOOK_SECONDS", 0.01)
    run = create_run(store, workspace_id=workspace_id, options={})
    response = client._client.get(f"/v1/runs/{run.id}/events", headers={"Accept-Encoding": "gzip"})
    assert response.mimetype == "text/event-stream"
    assert "Content-Encoding" not in response.headers
    coming = events(response.iter_encoded())
    name, data = next(coming)
    assert (name, json.loads(data)["status"]) == ("progress", "queued")
    claim = claim_run(store, lease_seconds=60)
    assert claim is not None
    clock.turn(1)
    report_progress(store, run.id, claim.lease, progress=0.5, stage="rota", message="Solving", best=3.0)
    name, data = next(coming)
    assert (name, json.loads(data)["progress"], json.loads(data)["best"]) == ("progress", 0.5, 3.0)
    monkeypatch.setattr(run_events, "HEARTBEAT_SECONDS", 0.0)
    assert next(coming)[0] == ":"
    monkeypatch.setattr(run_events, "HEARTBEAT_SECONDS", 15.0)
    clock.turn(1)
    plan_id = save_plan(
        store, run_id=run.id, lease=claim.lease, plan=finished_plan(), run_status=RunStatus.DONE
    )
    name, data = next(coming)
    assert (name, json.loads(data)["plan_id"]) == ("end", plan_id)
    assert json.loads(data) == client.get(f"/v1/runs/{run.id}").json
    assert list(coming) == []
    response.close()


def test_as_many_follow_as_leave_threads_for_others(
    app: Flask, client: Client, store: Store, workspace_id: str
) -> None:
    run = create_run(store, workspace_id=workspace_id, options={})
    address, threads = f"/v1/runs/{run.id}/events", service_of(app).config.web_threads
    following = [client._client.get(address) for _ in range(threads // 2)]
    assert {response.status_code for response in following} == {200}
    refused = client.get(address)
    assert (refused.status_code, refused.json["code"]) == (503, "too_many_streams")
    assert int(refused.headers["Retry-After"]) > 0
    assert client.get(f"/v1/runs/{run.id}?wait=30").status_code == 200  # answered at once
    for response in following:
        response.close()
    service_of(app).leaving.set()  # whoever follows is let go when the process is to end
    assert client.get(address).status_code == 200
    assert client.get("/v1/runs/none/events").status_code == 404
