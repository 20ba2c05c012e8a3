"""The whole service as processes: started, hurt, restarted, ended."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import psutil
import pytest

from api.config import Config
from api.store.database import open_store, utc_now
from api.store.runs import create_run
from api.store.workspaces import add_workspace
from tests.api.sign_in import bearer
from tests.api.v1.conftest import SUMMARY, zipped
from tests.processes import ROOT, running

QUICK = {
    "port": 0,
    "lease_seconds": 5.0,
    "renew_seconds": 0.5,
    "sweep_seconds": 1.0,
    "run_grace_seconds": 10.0,
    "web_processes": 1,
    "max_upload_bytes": 4 * 1024 * 1024,
}

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("config", ["sqlite"], indirect=True)]


class Served:
    """A running service."""

    def __init__(self, process: subprocess.Popen[str], url: str, headers: dict[str, str]) -> None:
        self.process = process
        # No connection is kept: one to a web server that was killed is no way to its successor.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.http = httpx.Client(base_url=url, timeout=120, limits=limits, headers=headers)

    def connection(self) -> http.client.HTTPConnection:
        """A connection that stays as long as the server lets it."""
        url = self.http.base_url
        return http.client.HTTPConnection(url.host, url.port, timeout=30)

    def part(self, word: str) -> psutil.Process:
        """The service's process whose command line holds this word."""
        for _ in range(100):
            for child in psutil.Process(self.process.pid).children():
                if any(word in argument for argument in child.cmdline()):
                    return child
            time.sleep(0.1)
        pytest.fail(f"there is no {word} among the service's processes")


@contextmanager
def served(config: Config) -> Iterator[Served]:
    """The service on a free port, ended whole in the end."""
    environment = {**os.environ, **config.model_copy(update=QUICK).environment(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.api.serve_main"]
    with running(command, env=environment, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        url = next(found[1] for line in lines if (found := re.search(r"Sunrota is at (\S+)", line)))
        everything = [process.pid, *(child.pid for child in psutil.Process(process.pid).children())]
        store = open_store(config, utc_now)
        service = Served(process, url, bearer(store))
        store.close()
        try:
            yield service
        finally:
            service.http.close()
            for pid in everything:
                if psutil.pid_exists(pid):
                    os.kill(pid, signal.SIGKILL)


def answer_of(connection: http.client.HTTPConnection) -> int:
    """Ask whether the process answers, and read the answer to its end."""
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    answer.read()
    return answer.status


def eventually(holds: Callable[[], bool], seconds: float = 120) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)


def test_a_plan_from_upload_to_result_and_an_end_in_good_order(config: Config) -> None:
    with served(config) as service:
        files = {"file": ("Spring.zip", zipped(), "application/zip")}
        asked = service.http.post("/v1/plans", files=files)
        assert asked.status_code == 202, asked.text
        run = asked.json()
        while run["status"] in ("queued", "running"):
            run = service.http.get(asked.headers["Location"], params={"wait": 20}).json()
        assert run["status"] == "done", run
        shifts = service.http.get(f"/v1/plans/{run['plan_id']}/shifts").json()["items"]
        assert len(shifts) == 3
        parts = [service.part("gunicorn"), service.part("worker_main")]
        service.process.terminate()
        assert service.process.wait(90) == 0
        assert not any(part.is_running() for part in parts)


def test_runs_outlive_the_web_server_and_the_worker(config: Config) -> None:
    with served(config) as service:
        store = open_store(config, utc_now)
        workspace = add_workspace(store, name="support", summary=SUMMARY, content=b"zip")
        run = create_run(store, workspace_id=workspace.id, options={"act": "until stopped"})
        store.close()

        def shown() -> dict[str, object]:
            answer: dict[str, object] = service.http.get(f"/v1/runs/{run.id}").json()
            return answer

        eventually(lambda: shown()["stage"] == "rota")
        web = service.part("gunicorn")
        for process in (web, *web.children()):
            process.kill()
        # The address stays ours meanwhile: the request waits for the new server.
        assert (shown()["status"], shown()["attempt"]) == ("running", 1)
        assert service.part("gunicorn").pid != web.pid
        worker = service.part("worker_main")
        worker.kill()
        eventually(lambda: shown()["attempt"] == 2 and shown()["stage"] == "rota")
        assert service.http.delete(f"/v1/runs/{run.id}").status_code == 202
        eventually(lambda: shown()["status"] == "stopped")
        assert shown()["plan_id"] is not None


def test_who_waits_or_keeps_a_connection_does_not_hold_up_the_end(config: Config) -> None:
    with served(config) as service:
        store = open_store(config, utc_now)
        workspace = add_workspace(store, name="support", summary=SUMMARY, content=b"zip")
        run = create_run(store, workspace_id=workspace.id, options={"act": "until stopped"})
        store.close()
        eventually(lambda: service.http.get(f"/v1/runs/{run.id}").json()["stage"] == "rota")
        answers: list[int] = []

        def wait() -> None:
            answers.append(service.http.get(f"/v1/runs/{run.id}", params={"wait": 30}).status_code)

        waiting = threading.Thread(target=wait)
        waiting.start()
        idle = service.connection()
        answer_of(idle)
        time.sleep(3)
        # A client that is about to send something on a connection that it has kept is not cut off.
        assert answer_of(idle) == 200
        web, begun = service.part("gunicorn"), time.monotonic()
        service.process.terminate()
        web.wait(60)
        assert time.monotonic() - begun < 25, "it would have waited 29 s more"
        waiting.join()
        assert answers == [200]
        service.process.wait(90)
        idle.close()


def test_nothing_outlives_the_service(config: Config) -> None:
    with served(config) as service:
        assert service.http.get("/healthz").status_code == 200
        parts = [service.part("gunicorn"), service.part("worker_main")]
        service.process.kill()
        eventually(lambda: not any(part.is_running() for part in parts))


def test_a_port_in_use_is_told_in_one_line(config: Config) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        environment = {**os.environ, **config.model_copy(update={"port": port}).environment()}
        environment["PYTHONPATH"] = str(ROOT)
        command = [sys.executable, "-m", "tests.api.serve_main"]
        ended = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert ended.returncode == 1
    assert ended.stderr == (
        "the port is in use by another program; choose another with --port or SUNROTA_PORT, "
        f"got 127.0.0.1:{port}\n"
    )


def test_what_only_a_real_server_shows(config: Config) -> None:
    with served(config) as service:
        large = {"file": ("large.zip", b"x" * 6 * 1024 * 1024, "application/zip")}
        refused = service.http.post("/v1/workspaces", files=large)
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
        foreign = service.http.get("/healthz", headers={"Host": "evil.example"})
        assert (foreign.status_code, foreign.json()["code"]) == (400, "untrusted_host")
        page = service.http.get("/sign-in")
        assert page.status_code == 200
        assert "text/html" in page.headers["Content-Type"]
        script = service.http.get("/static/plotly.min.js")
        assert script.headers["Content-Encoding"] == "gzip"
        assert script.text.startswith("/**\n* plotly.js")


def test_metrics_are_those_of_all_processes(config: Config) -> None:
    with served(config) as service:
        for _ in range(100):
            if service.http.get("/readyz").status_code == 200:
                break
            time.sleep(0.1)
        assert service.http.get("/readyz").json() == {"status": "ok"}
        text = service.http.get("/metrics").text
        assert 'endpoint="health.readyz",method="GET",status="200"' in text
        assert "sunrota_workers 1.0" in text
        folder = config.data_dir / "metrics"
        assert list(folder.glob("counter_*.db")) != []
