"""Webhooks: what is told, how it is signed, tried again and replayed, and whom nobody may call."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from standardwebhooks.webhooks import Webhook

from api.config import Config
from api.errors import NotFound
from api.jobs.telling import tell_webhooks
from api.store.claims import claim_run, retry_or_fail
from api.store.database import Store
from api.store.deliveries import (
    RETRY_SECONDS,
    forget_deliveries,
    list_deliveries,
    settle_delivery,
    take_delivery,
)
from api.store.publishing import publish_plan, revert_publication
from api.store.runs import ask_to_stop, create_run
from api.store.webhook_tables import EventType, WebhookRow
from api.store.webhooks import add_webhook, end_webhook, get_webhook
from api.v1.service import install_service, service_of
from api.webhooks import check_target, send
from forecasting.errors import InvalidInput
from tests.api.client import Client
from tests.api.conftest import Clock
from tests.api.receiver import Receiver
from tests.api.v1.conftest import plan_id, workspace_id

__all__ = ["plan_id", "workspace_id"]

on_sqlite = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
RUNS = [EventType.RUN_FINISHED]


def sent(store: Store, now: datetime | None = None) -> int:
    """Send all that is due; how much it was."""
    count = 0
    while (due := take_delivery(store)) is not None:
        outcome = send(due, now=lambda: now or datetime.now(UTC), private_allowed=True)
        settle_delivery(store, due.id, outcome)
        count += 1
    return count


def states(store: Store, webhook: WebhookRow) -> list[tuple[str, str, list[int | None]]]:
    rows = list_deliveries(store, webhook.id, limit=99)
    return [(event, row.state, [entry["status"] for entry in row.log]) for row, event in rows]


def stopped_run(store: Store, workspace_id: str) -> str:
    """A run that has ended."""
    run = create_run(store, workspace_id=workspace_id, options={})
    return ask_to_stop(store, run.id).id


def test_what_happens_is_told_once_and_signed(store: Store, plan_id: str, workspace_id: str) -> None:
    with Receiver() as receiver:
        webhook = add_webhook(store, url=receiver.url, events=list(EventType))
        publication = publish_plan(store, plan_id)
        run_id = stopped_run(store, workspace_id)
        revert_publication(store, publication.id)
        assert sent(store) == 4
        assert sent(store) == 0
    verify = Webhook(webhook.secret).verify
    told = [verify(call.body, call.headers) for call in receiver.calls]
    by_type = {one["type"]: one for one in told}
    assert sorted(one["type"] for one in told) == [
        "plan.published",
        "run.finished",
        "shift.changed",
        "shift.changed",
    ]
    assert by_type["plan.published"]["timestamp"] == "2026-03-01T12:00:00Z"
    assert by_type["plan.published"]["data"] == {
        "publication_id": publication.id,
        "plan_id": plan_id,
        "workspace": "support",
        "first_date": "2026-03-28",
        "last_date": "2026-03-30",
        "counts": {"added": 3, "changed": 0, "cancelled": 0, "same": 0},
    }
    assert by_type["run.finished"]["data"] == {
        "run_id": run_id,
        "workspace_id": workspace_id,
        "status": "stopped",
        "plan_id": None,
    }
    changes = [one["data"]["changes"] for one in told if one["type"] == "shift.changed"]
    assert sorted(change[0]["action"] for change in changes) == ["added", "cancelled"]
    assert [len(change) for change in changes] == [3, 3]
    assert {call.path for call in receiver.calls} == {"/hook?of=sunrota"}
    assert len({call.headers["webhook-id"] for call in receiver.calls}) == 4
    assert all(call.headers["Host"].startswith("localhost:") for call in receiver.calls)


@on_sqlite
def test_only_what_was_asked_for_is_told(store: Store, plan_id: str, workspace_id: str) -> None:
    webhook = add_webhook(store, url="http://localhost:9", events=RUNS)
    other = add_webhook(store, url="http://localhost:9", events=[EventType.PLAN_PUBLISHED])
    create_run(store, workspace_id=workspace_id, options={})
    claim = claim_run(store, lease_seconds=9)
    assert claim is not None
    retry_or_fail(store, claim, attempts=1, problem={"code": "process_died", "detail": "It died."})
    assert states(store, webhook) == [("run.finished", "pending", [])]
    assert states(store, other) == []
    end_webhook(store, webhook.id)
    assert states(store, webhook) == [("run.finished", "failed", [])]
    stopped_run(store, workspace_id)
    assert len(states(store, webhook)) == 1
    assert take_delivery(store) is None
    with pytest.raises(NotFound):
        get_webhook(store, webhook.id)


@pytest.mark.slow
@on_sqlite
def test_what_is_refused_is_tried_again_later_and_given_up(
    store: Store, workspace_id: str, clock: Clock
) -> None:
    with Receiver(statuses=[500, 302]) as receiver:
        webhook = add_webhook(store, url=receiver.url, events=RUNS)
        stopped_run(store, workspace_id)
        assert (sent(store), sent(store)) == (1, 0)
        clock.turn(RETRY_SECONDS[0] - 1)
        assert sent(store) == 0
        clock.turn(1)
        assert sent(store) == 1
        assert states(store, webhook) == [("run.finished", "pending", [500, 302])]
        clock.turn(RETRY_SECONDS[1])
        assert sent(store) == 1
        assert states(store, webhook) == [("run.finished", "delivered", [500, 302, 204])]
        assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1
        assert len(receiver.calls) == 3, "no redirect is followed"
    stopped_run(store, workspace_id)
    for pause in (*RETRY_SECONDS, 0):
        assert sent(store) == 1
        clock.turn(pause)
    assert sent(store) == 0
    event, state, log = states(store, webhook)[0]
    assert (event, state, len(log)) == ("run.finished", "failed", len(RETRY_SECONDS) + 1)
    clock.turn(86_400 * 10)
    forget_deliveries(store, older_than_days=9)
    assert states(store, webhook) == []
    assert get_webhook(store, webhook.id).id == webhook.id


@on_sqlite
def test_who_is_gone_is_called_no_more(store: Store, workspace_id: str) -> None:
    with Receiver(statuses=[410]) as receiver:
        webhook = add_webhook(store, url=receiver.url, events=RUNS)
        stopped_run(store, workspace_id)
        stopped_run(store, workspace_id)
        assert sent(store) == 1
    assert [state for _, state, _ in states(store, webhook)] == ["failed", "failed"]


def test_a_delivery_is_held_by_one_and_comes_back_when_that_one_died(
    store: Store, workspace_id: str, clock: Clock
) -> None:
    add_webhook(store, url="http://localhost:9", events=RUNS)
    stopped_run(store, workspace_id)
    taken = take_delivery(store)
    assert taken is not None
    assert take_delivery(store) is None
    clock.turn(121)
    again = take_delivery(store)
    assert again == taken


@on_sqlite
def test_webhooks_over_http(app: Flask, store: Store, workspace_id: str) -> None:
    parts = service_of(app)
    private = parts.config.model_copy(update={"webhook_private_targets": True})
    asked = {"url": "https://localhost/hook", "events": ["run.finished"]}
    client = Client(app)
    refused = client.post("/v1/webhooks", json=asked)
    assert (refused.status_code, refused.json["faults"][0]["code"]) == (422, "webhook_target")
    install_service(app, replace(parts, config=private))
    with Receiver(statuses=[500]) as receiver:
        made = client.post("/v1/webhooks", json=asked | {"url": receiver.url})
        assert made.status_code == 201, made.text
        assert made.json["secret"].startswith("whsec_")
        (shown,) = client.get("/v1/webhooks").json["items"]
        assert (shown["url"], "secret" in shown) == (receiver.url, False)
        stopped_run(store, workspace_id)
        sent(store)
        path = f"/v1/webhooks/{made.json['id']}/deliveries"
        (delivery,) = client.get(path).json["items"]
        assert (delivery["event"], delivery["state"]) == ("run.finished", "pending")
        assert [entry["status"] for entry in delivery["log"]] == [500]
        assert client.post(f"{path}/{delivery['id']}/replay").status_code == 202
        assert client.post(f"{path}/none/replay").status_code == 404
        sent(store)
        (delivery,) = client.get(path).json["items"]
        assert (delivery["state"], delivery["due"], len(delivery["log"])) == ("delivered", None, 2)
        assert delivery["message_id"] == receiver.calls[0].headers["webhook-id"]
    assert client.delete(f"/v1/webhooks/{made.json['id']}").status_code == 204
    assert client.get(path).status_code == 404
    secrets = json.dumps(client.get("/v1/audit").json)
    assert "webhook.replay" in secrets
    assert "whsec_" not in secrets


@on_sqlite
def test_a_worker_calls_what_is_due(store: Store, config: Config, workspace_id: str) -> None:
    leaving = threading.Event()
    allowing = config.model_copy(update={"webhook_private_targets": True})
    telling = threading.Thread(target=tell_webhooks, args=(store, allowing, leaving))
    with Receiver() as receiver:
        webhook = add_webhook(store, url=receiver.url, events=RUNS)
        stopped_run(store, workspace_id)
        telling.start()
        for _ in range(500):
            if states(store, webhook) == [("run.finished", "delivered", [204])]:
                break
            leaving.wait(0.02)
        leaving.set()
        telling.join()
    assert states(store, webhook) == [("run.finished", "delivered", [204])]
    assert [call.body for call in receiver.calls] != []


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/",
        "https://127.0.0.1:8443/hook",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:192.168.1.1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "http://1.1.1.1/",
        "https://user@1.1.1.1/",
        "https://1.1.1.1/#part",
        "https://1.1.1.1:99999/",
        "ftp://1.1.1.1/",
        "https:///path",
        "https://no-such-host.invalid/",
        "https://[",
    ],
)
def test_nobody_may_be_called_who_is_not_of_the_open_web(url: str) -> None:
    with pytest.raises(InvalidInput, match="url "):
        check_target(url, private_allowed=False)


def test_the_open_web_may_be_called_and_our_own_network_if_that_is_allowed() -> None:
    assert check_target("https://1.1.1.1/hook", private_allowed=False) == "1.1.1.1"
    assert check_target("http://127.0.0.1:9/", private_allowed=True) == "127.0.0.1"
