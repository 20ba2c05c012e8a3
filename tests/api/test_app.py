"""What holds for every request."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from openapi_spec_validator import validate

from api.app import create_app
from api.config import Config
from api.store.workers import living_workers, say_alive, say_gone
from api.v1.document import DOCUMENT_PATH
from api.v1.service import service_of
from tests.api.client import Client
from tests.api.conftest import Clock

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app)


@pytest.mark.slow
def test_the_document_is_valid_and_tells_every_address(app: Flask) -> None:
    document = Client(app).document
    validate(document)
    assert document["openapi"].startswith("3.1")
    told = {
        (path.replace("{", "<").replace("}", ">"), method.upper())
        for path, item in document["paths"].items()
        for method in item
    }
    served = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/") and rule.rule != DOCUMENT_PATH
    }
    assert served <= told
    assert told - served == {("/healthz", "GET"), ("/readyz", "GET")}


def test_errors_of_documented_addresses_are_problems_only(client: Client) -> None:
    document = client.document
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, response in operation["responses"].items():
                if path == "/v1/oauth/token" and status in ("400", "401"):
                    continue  # as RFC 6749 wants it
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"], (path, method, status)


def test_health(client: Client, app: Flask, clock: Clock) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    lonely = client.get("/readyz")
    assert (lonely.status_code, lonely.json["detail"]) == (503, "no worker lives: runs would wait")
    store = service_of(app).store
    say_alive(store, "here 1")
    assert client.get("/readyz").json == {"status": "ok"}
    clock.turn(service_of(app).config.worker_silence_seconds + 1)
    assert client.get("/readyz").status_code == 503
    say_alive(store, "here 2")
    assert living_workers(store, within_seconds=10) == 1
    say_gone(store, "here 2")
    assert client.get("/readyz").status_code == 503


def test_request_ids(client: Client) -> None:
    given = client.get("/healthz", headers={"X-Request-Id": "planner-42.a"}).headers["X-Request-Id"]
    assert given == "planner-42.a"
    made = client.get("/nowhere", headers={"X-Request-Id": "bad id\x7f"})
    assert made.headers["X-Request-Id"] == made.json["request_id"] != "bad id\x7f"
    assert (made.status_code, made.json["code"]) == (404, "not_found")
    wrong = client.put("/v1/runs")
    assert (wrong.status_code, wrong.json["code"]) == (405, "method_not_allowed")
    assert set(wrong.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),
        ({"Origin": "http://localhost"}, 404),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 404),
        ({"Sec-Fetch-Site": "none"}, 404),
        # Behind a proxy that speaks TLS to the browser, the browser knows better than the Host header.
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://rota.example"}, 404),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_changes_from_other_sites_are_refused(client: Client, headers: dict[str, str], status: int) -> None:
    assert client.delete("/v1/runs/nothing", headers=headers).status_code == status
    assert client.get("/v1/runs", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 400),
        ("localhost.evil.example", 400),
        ("evil.example:127.0.0.1", 400),
        ("", 400),
    ],
)
def test_only_known_hosts_are_served(client: Client, host: str, status: int) -> None:
    for path in ("/healthz", "/static/plotly.min.js", DOCUMENT_PATH):
        response = client.get(path, headers={"Host": host})
        assert response.status_code == status
        if status == 400:
            assert response.json["code"] == "untrusted_host"
    unknown = client.get("/nowhere", headers={"Host": host})
    assert unknown.status_code == (404 if status == 200 else 400)


def test_uploads_have_a_limit(config: Config) -> None:
    app = create_app(config.model_copy(update={"max_upload_bytes": 2048}))
    file = {"file": (io.BytesIO(b"x" * 5000), "Spring.zip")}
    response = Client(app).post("/v1/workspaces", data=file)
    service_of(app).close()
    assert (response.status_code, response.json["code"]) == (413, "too_large")


def test_faults_of_ours_are_told_without_their_inside(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(app.view_functions, "health.healthz", broken)
    response = app.test_client().get("/healthz")
    assert response.json is not None
    assert (response.status_code, response.json["code"]) == (500, "internal_error")
    assert "secret" not in response.text
    assert response.headers["X-Request-Id"] == response.json["request_id"]


def test_plotly_is_served_from_its_wheel(client: Client) -> None:
    packed = client.get("/static/plotly.min.js", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    plain = client.get("/static/plotly.min.js")
    assert plain.data.startswith(b"/**\n* plotly.js")
    assert len(packed.data) < len(plain.data) / 2
    assert "max-age" in plain.headers["Cache-Control"]
    again = client.get("/static/plotly.min.js", headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
