"""The disk is full, the database not to be written, or away: told as such, and over when it is over."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from api.jobs import patience
from api.jobs.patience import patiently
from api.store.database import Store
from api.store.runs import create_run, get_run
from api.v1.service import service_of
from api.wsgi import application
from tests.api.client import Answer, Client
from tests.api.sign_in import sign_in
from tests.api.v1.conftest import plan_id, workspace_id, zipped

__all__ = ["plan_id", "workspace_id"]

on_sqlite = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
on_postgres = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.parametrize("config", [pytest.param("postgres")], indirect=True),
]
ROOT = Path(__file__).parents[2]
FULL = "max_page_count = 1"  # SQLite makes it as many pages as there are
READ_ONLY = "query_only = ON"


@contextmanager
def kept_from_writing(app: Flask, pragma: str) -> Iterator[None]:
    """Every connection of the app's store is made with this setting of SQLite."""
    engine = service_of(app).store.engine

    def prepare(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "connect", prepare)
    engine.dispose()
    yield
    event.remove(engine, "connect", prepare)
    engine.dispose()


@cache
def packed() -> bytes:
    """The same bytes each time: an archive tells when it was made."""
    return zipped()


def upload(client: Client, key: str = "once") -> Answer:
    """Upload a workspace, with a key."""
    file = (io.BytesIO(packed()), "spring.zip")
    return client.post("/v1/workspaces", data={"file": file}, headers={"Idempotency-Key": key})


@on_sqlite
@pytest.mark.parametrize(
    ("pragma", "status", "code"), [(FULL, 507, "storage_full"), (READ_ONLY, 503, "storage_read_only")]
)
def test_what_cannot_be_written_is_told_and_done_once_it_can(
    app: Flask, plan_id: str, pragma: str, status: int, code: str
) -> None:
    client = Client(app)
    with kept_from_writing(app, pragma):
        refused = upload(client)
        assert (refused.status_code, refused.json["code"]) == (status, code)
        assert int(refused.headers["Retry-After"]) > 0
        assert client.get(f"/v1/plans/{plan_id}/shifts").status_code == 200
        assert len(client.get("/v1/workspaces").json["items"]) == 1
    assert upload(client).status_code == 201
    assert len(client.get("/v1/workspaces").json["items"]) == 2
    assert client.get("/v1/shifts").json["items"] == []
    assert client.post(f"/v1/plans/{plan_id}/publish", json={}).status_code == 201


@pytest.mark.slow
def test_a_disk_that_is_full_is_told_and_leaves_nothing_by_half(tmp_path: Path) -> None:
    mounted = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*mounted, "true"], check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk of their own")
    program = 'mount -t tmpfs -o size=8m tmpfs "$0" && exec "$1" -m tests.api.full_disk_main "$0"'
    command = [*mounted, "sh", "-c", program, str(tmp_path), sys.executable]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {
        "full": [507, "storage_full"],
        "read": [200, 0],
        "again": [201, None],
        "then": [200, 1],
        "check": "ok",
    }


@on_sqlite
def test_pages_say_it_in_words(app: Flask, plan_id: str) -> None:
    browser = sign_in(app.test_client(), service_of(app).store)
    with kept_from_writing(app, READ_ONLY):
        page = browser.post(f"/plans/{plan_id}/publish")
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert "The database is not to be written" in page.text
    assert "<p>Nothing can be changed for now; what is there can be read.</p>" in page.text


@on_sqlite
def test_what_was_done_is_answered_although_the_answer_cannot_be_kept(app: Flask) -> None:
    client = Client(app)
    commits: list[Any] = []
    engine = service_of(app).store.engine
    count: Callable[[Any], None] = commits.append

    def forbid(connection: Any) -> None:
        if len(commits) >= 2:  # the key was taken, and the workspace kept
            connection.exec_driver_sql("PRAGMA query_only = ON")

    event.listen(engine, "commit", count)
    event.listen(engine, "begin", forbid, insert=True)
    assert upload(client).status_code == 201
    event.remove(engine, "commit", count)
    event.remove(engine, "begin", forbid)
    engine.dispose()
    assert upload(client).json["code"] == "in_progress"
    assert len(client.get("/v1/workspaces").json["items"]) == 1


@on_sqlite
def test_the_work_of_a_run_is_handed_in_when_the_store_is_back(
    app: Flask, workspace_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = service_of(app).store
    tried: list[None] = []

    def hand_in() -> str:
        tried.append(None)
        if len(tried) < 3:
            with kept_from_writing(app, FULL):
                return create_run(store, workspace_id=workspace_id, options={"x": "x" * 100_000}).id
        return create_run(store, workspace_id=workspace_id, options={}).id

    monkeypatch.setattr(patience, "PAUSE_SECONDS", 0.0)
    assert get_run(store, patiently(hand_in)).status == "queued"
    assert len(tried) == 3
    with pytest.raises(OperationalError, match="no such table"):
        patiently(lambda: _select(store, "SELECT * FROM nobody"))


def test_a_process_that_starts_waits_for_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_its_place = tmp_path / "sunrota.db"
    in_its_place.mkdir()  # SQLite says that it cannot open it
    monkeypatch.setenv("SUNROTA_DATA_DIR", str(tmp_path))
    waited: list[float] = []

    def come_back(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            in_its_place.rmdir()

    monkeypatch.setattr(patience, "sleep", come_back)
    service_of(application()).close()
    assert len(waited) == 3


@on_sqlite
def test_who_is_to_leave_waits_no_longer(app: Flask, workspace_id: str) -> None:
    store = service_of(app).store
    tried: list[None] = []

    def write() -> None:
        tried.append(None)
        with kept_from_writing(app, READ_ONLY):
            create_run(store, workspace_id=workspace_id, options={})

    with pytest.raises(OperationalError, match="readonly"):
        patiently(write, given_up=lambda: len(tried) == 1)


def _select(store: Store, query: str) -> None:
    with store.reading() as session:
        session.execute(text(query))


class TestPostgreSQL:
    """The same of a server."""

    pytestmark = on_postgres

    def test_a_server_that_takes_no_changes(self, app: Flask, plan_id: str) -> None:
        client, store = Client(app), service_of(app).store
        name = store.engine.url.database
        with store.engine.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
            connection.commit()
        store.engine.dispose()
        answer = client.post(f"/v1/plans/{plan_id}/publish", json={})
        assert (answer.status_code, answer.json["code"]) == (503, "storage_read_only")
        assert client.get(f"/v1/plans/{plan_id}").json["state"] == "draft"

    @pytest.mark.usefixtures("workspace_id")
    def test_a_connection_that_is_lost_in_use(self, app: Flask) -> None:
        client, engine = Client(app), service_of(app).store.engine
        commits: list[None] = []

        def cut(connection: Any) -> None:
            commits.append(None)
            if len(commits) == 2:  # the one that keeps the run
                connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

        event.listen(engine, "commit", cut)
        key = {"Idempotency-Key": "once"}
        answer = client.post("/v1/plans", json={}, headers=key)
        event.remove(engine, "commit", cut)
        assert (answer.status_code, answer.json["code"]) == (503, "not_ready")
        # Nobody knows whether it was carried out: it is not carried out twice.
        assert client.post("/v1/plans", json={}, headers=key).json["code"] == "in_progress"
        assert client.post("/v1/plans", json={}, headers={"Idempotency-Key": "again"}).status_code == 202
