"""Runs over HTTP."""

from __future__ import annotations

import threading
import time

import pytest
from flask import Flask

from api.store.claims import claim_run, end_run, report_progress
from api.store.database import Store
from api.store.runs import create_run
from api.store.tables import RunStatus
from api.v1.service import service_of
from tests.api.client import Client
from tests.api.conftest import Clock

on_sqlite = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def run_id(store: Store, workspace_id: str) -> str:
    return create_run(store, workspace_id=workspace_id, options={}).id


def test_following_a_run(client: Client, store: Store, run_id: str) -> None:
    assert client.get(f"/v1/runs/{run_id}").json["status"] == "queued"
    claim = claim_run(store, lease_seconds=20)
    assert claim is not None
    report_progress(store, run_id, claim.lease, progress=0.4, stage="rota", message="Solving", best=7.5)
    run = client.get(f"/v1/runs/{run_id}").json
    shown = [run[name] for name in ("status", "progress", "stage", "message", "best", "attempt")]
    assert shown == ["running", 0.4, "rota", "Solving", 7.5, 1]
    assert run["started"] == "2026-03-01T12:00:00Z"
    problem = {"code": "not_enough_history", "detail": "3 days are too few"}
    end_run(store, claim, RunStatus.FAILED, message="3 days are too few", problem=problem, trace="secret")
    response = client.get(f"/v1/runs/{run_id}")
    assert (response.json["status"], response.json["error"]) == ("failed", problem)
    assert "secret" not in response.text
    assert [run["id"] for run in client.get("/v1/runs").json["items"]] == [run_id]


@on_sqlite
def test_stopping_one_that_waits(client: Client, run_id: str) -> None:
    response = client.delete(f"/v1/runs/{run_id}")
    assert (response.status_code, response.json["status"]) == (200, "stopped")
    assert client.delete(f"/v1/runs/{run_id}").status_code == 200, "again changes nothing"


@on_sqlite
def test_stopping_one_at_work(client: Client, store: Store, run_id: str) -> None:
    claim_run(store, lease_seconds=20)
    response = client.delete(f"/v1/runs/{run_id}")
    assert (response.status_code, response.json["status"]) == (202, "running")
    assert response.json["stop_asked"] == "2026-03-01T12:00:00Z"


@on_sqlite
def test_what_is_not_there(client: Client) -> None:
    assert client.get("/v1/runs/nothing").status_code == 404
    assert client.delete("/v1/runs/nothing").status_code == 404
    assert client.get("/v1/runs/nothing?wait=31").status_code == 422


@on_sqlite
def test_nothing_stays_running_even_without_a_worker(
    client: Client, store: Store, run_id: str, clock: Clock
) -> None:
    for _ in range(2):
        claim_run(store, lease_seconds=20)
        clock.turn(21)
        run = client.get(f"/v1/runs/{run_id}").json
    assert (run["status"], run["error"]["code"], run["attempt"]) == ("failed", "worker_lost", 2)


@pytest.mark.slow
@on_sqlite
def test_waiting_for_a_change(client: Client, store: Store, run_id: str, clock: Clock) -> None:
    begun = time.monotonic()
    client.get(f"/v1/runs/{run_id}?wait=0.5")
    assert time.monotonic() - begun >= 0.5, "nothing changed, so it waits to the end"

    def start() -> None:
        clock.turn(1)
        claim_run(store, lease_seconds=20)

    timer = threading.Timer(0.3, start)
    timer.start()
    begun = time.monotonic()
    assert client.get(f"/v1/runs/{run_id}?wait=20").json["status"] == "running"
    assert time.monotonic() - begun < 5
    timer.join()


@on_sqlite
def test_too_many_waiters_are_answered_at_once(client: Client, app: Flask, run_id: str) -> None:
    waiters = service_of(app).waiters
    while waiters.acquire(blocking=False):
        pass
    begun = time.monotonic()
    assert client.get(f"/v1/runs/{run_id}?wait=20").status_code == 200
    assert time.monotonic() - begun < 5
