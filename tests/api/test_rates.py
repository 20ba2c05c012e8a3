"""Rate limits, and what is believed of proxies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.buckets import Buckets
from api.config import Config
from api.store.identity_tables import Role
from api.v1.service import service_of
from tests.api.client import Client
from tests.api.sign_in import bearer

on_sqlite = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def strict(begun: Config) -> Iterator[Flask]:
    """The application behind one proxy, with little patience."""
    few = {"requests_per_minute": 5, "sign_ins_per_minute": 2, "proxies": 1}
    made = create_app(begun.model_copy(update=few))
    yield made
    service_of(made).close()


@on_sqlite
def test_who_sends_too_much_is_told_when_to_come_back(strict: Flask) -> None:
    store = service_of(strict).store
    client, other = strict.test_client(), bearer(store)
    key = bearer(store)
    assert [client.get("/v1/me", headers=key).status_code for _ in range(6)] == [200] * 5 + [429]
    assert client.get("/v1/me", headers=other).status_code == 200, "everyone has their own"
    refused = client.get("/v1/me", headers=key)
    assert refused.json is not None
    assert refused.json["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 12
    assert client.get("/healthz", headers=key).status_code == 200
    guesses = [{"Authorization": f"Bearer sunrota_{guess}"} for guess in range(6)]
    assert [client.get("/v1/me", headers=one).status_code for one in guesses] == [401] * 5 + [429]


@on_sqlite
def test_tries_to_sign_in_are_few(strict: Flask) -> None:
    client = strict.test_client()

    def status(address: str) -> int:
        headers = {"X-Forwarded-For": f"9.9.9.9, {address}"}
        return client.post("/v1/oauth/token", headers=headers).status_code

    assert [status("1.1.1.1") for _ in range(3)] == [400, 400, 429]
    assert status("1.1.1.2") == 400, "another address, as the proxy says"


@on_sqlite
def test_only_as_many_proxies_are_believed_as_there_are(app: Flask, strict: Flask) -> None:
    said = {"X-Forwarded-Proto": "https"}
    year = "max-age=31536000"
    assert strict.test_client().get("/healthz", headers=said).headers["Strict-Transport-Security"] == year
    assert "Strict-Transport-Security" not in strict.test_client().get("/healthz").headers
    assert "Strict-Transport-Security" not in app.test_client().get("/healthz", headers=said).headers


@on_sqlite
def test_the_document_tells_of_it(app: Flask) -> None:
    document = Client(app, Role.ADMIN).document
    assert all("429" in one["responses"] for item in document["paths"].values() for one in item.values())


@given(
    per_minute=st.integers(1, 600),
    pauses=st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=200),
)
def test_nobody_gets_more_than_their_bucket_and_what_fills_it(per_minute: int, pauses: list[float]) -> None:
    now = [0.0]
    buckets = Buckets(per_minute, lambda: now[0])
    granted = 0
    for pause in pauses:
        now[0] += pause
        wait = buckets.take("a")
        granted += wait == 0
        assert granted <= per_minute + now[0] * per_minute / 60 + 1e-6
        if wait > 0:
            now[0] += wait + 1e-6
            assert buckets.take("a") == 0, "who waits as long as told is let in"
            granted += 1


def test_buckets_of_many_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.buckets.KEPT", 2)
    buckets = Buckets(1, lambda: 0.0)
    assert [buckets.take(sender) for sender in "aabc"] == [0.0, 60.0, 0.0, 0.0]
    assert buckets.take("a") == 0.0
