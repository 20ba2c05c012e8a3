"""Figures for Prometheus, read by its own parser."""

from __future__ import annotations

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from api.store.database import Store
from api.store.publishing import publish_plan
from api.store.runs import create_run
from api.store.webhook_tables import EventType
from api.store.webhooks import add_webhook
from api.store.workers import say_alive
from tests.api.conftest import Clock
from tests.api.sign_in import bearer
from tests.api.v1.conftest import plan_id, workspace_id

__all__ = ["plan_id", "workspace_id"]

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


def figures(app: Flask, store: Store) -> dict[tuple[str, str], float]:
    """Values by name and labels."""
    answer = app.test_client().get("/metrics", headers=bearer(store, "metrics"))
    assert answer.status_code == 200
    return {
        (
            sample.name,
            " ".join(f"{name}={value}" for name, value in sorted(sample.labels.items())),
        ): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_figures_tell_what_waits_and_what_was_answered(
    app: Flask, store: Store, plan_id: str, workspace_id: str, clock: Clock
) -> None:
    add_webhook(store, url="http://localhost:9", events=[EventType.PLAN_PUBLISHED])
    publish_plan(store, plan_id)
    create_run(store, workspace_id=workspace_id, options={})
    clock.turn(90)
    say_alive(store, "here 1")
    refused = ("sunrota_http_requests_total", "endpoint=runs.get_runs method=GET status=401")
    before = figures(app, store).get(refused, 0.0)
    assert app.test_client().get("/v1/runs").status_code == 401
    found = figures(app, store)
    assert found[refused] == before + 1
    assert found["sunrota_http_request_seconds_count", "endpoint=runs.get_runs"] >= 1
    assert found["sunrota_runs", "status=queued"] == 1
    assert found["sunrota_runs", "status=done"] == 1
    assert found["sunrota_longest_wait_seconds", ""] == 90
    assert found["sunrota_workers", ""] == 1
    assert found["sunrota_webhook_deliveries_pending", ""] == 1
    assert found["sunrota_changes", ""] == 4


def test_figures_are_not_for_everyone(app: Flask, store: Store) -> None:
    assert app.test_client().get("/metrics").status_code == 401
    assert app.test_client().get("/metrics", headers=bearer(store, "plans:read")).status_code == 403
