"""``serve`` and ``worker``: the pages and the API, and those who do their work."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import Any

from api.cli.arguments import Commands, add_command, add_horizon, add_limits
from api.cli.importing import keep_workspace, open_migrated_store
from api.cli.output import EXIT_DONE, Output
from api.cli.summary import print_plan
from api.config import Config, load_config
from api.jobs.worker import run_worker
from api.serve import listen, serve
from api.signing_in import ensure_admin, sign_in_link
from api.store.database import Store
from api.store.plans import plan_report
from api.store.runs import ENDED, create_run, get_run, plan_of_run
from api.store.tables import RunRow, RunStatus
from scheduler.progress import ProgressReport

__all__ = ["add_commands"]

LOOK_SECONDS, ANSWER_SECONDS = 0.5, 10


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the two commands."""
    serving = add_command(
        commands,
        "serve",
        _serve,
        summary="serve the pages and the API, with a worker beside them",
        example="sunrota serve --plan sample_data/global_support --port 8000",
        workspace=False,
    )
    serving.add_argument("--host", help="address to listen on (SUNROTA_HOST, 127.0.0.1)")
    serving.add_argument("--port", type=int, help="port to listen on (SUNROTA_PORT, 8000)")
    serving.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="of the store (SUNROTA_DATA_DIR, ./var)"
    )
    serving.add_argument("--plan", type=Path, metavar="WORKSPACE", help="first keep and plan this workspace")
    add_horizon(serving)
    add_limits(serving)
    add_command(
        commands,
        "worker",
        _work,
        summary="work on runs that wait in the store, beside or instead of the one that serve starts",
        example="SUNROTA_DATABASE_URL=postgresql://… sunrota worker",
        workspace=False,
    )


def _work(_options: argparse.Namespace, _output: Output) -> int:
    run_worker(load_config(os.environ))
    return EXIT_DONE


def _serve(options: argparse.Namespace, output: Output) -> int:
    config = load_config(os.environ, host=options.host, port=options.port, data_dir=options.data_dir)
    if options.plan is None:
        return serve(config)
    listen(config).close()  # no run is asked for that a service which cannot start would never show
    store = open_migrated_store(config)
    try:
        kept = keep_workspace(store, options.plan)
        run = create_run(store, workspace_id=kept.id, options=_run_options(options))
        return _serve_and_follow(config, store, run.id, output)
    finally:
        store.close()


def _run_options(options: argparse.Namespace) -> dict[str, Any]:
    given = {
        "start": None if options.start is None else options.start.isoformat(),
        "days": options.days,
        "time_limit_seconds": options.time_limit,
        "work_limit": options.work_limit,
        "gap": options.gap,
        "seed": options.seed,
    }
    return {name: value for name, value in given.items() if value is not None}


def _serve_and_follow(config: Config, store: Store, run_id: str, output: Output) -> int:
    """Start the service in a process of its own, show the run's progress, then stay until told to end."""
    signal.signal(signal.SIGTERM, _interrupt)
    environment = {**os.environ, **config.environment()}
    ensure_admin(store)  # or the service makes one, whom a link only leads to choosing a password
    server = subprocess.Popen([sys.executable, "-m", "api.cli.main", "serve"], env=environment)
    try:
        _wait_until_answered(config, server)
        link = _link(store, config, f"/runs/{run_id}")
        output.console.print(f"Follow it in a browser: {link}", soft_wrap=True)
        ended = _follow(store, run_id, server, output)
        if ended is not None:
            _print_end(store, ended, config, output)
        return server.wait()
    except KeyboardInterrupt:
        return EXIT_DONE
    finally:
        server.terminate()
        server.wait()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait_until_answered(config: Config, server: subprocess.Popen[bytes]) -> None:
    """Wait until the service answers, whatever it says, or has ended: a link must lead somewhere."""
    while server.poll() is None:
        asked = HTTPConnection(config.host, config.port, timeout=ANSWER_SECONDS)
        try:
            asked.request("GET", "/healthz")
            asked.getresponse()
        except (OSError, HTTPException):
            time.sleep(LOOK_SECONDS)
        else:
            return
        finally:
            asked.close()


def _follow(store: Store, run_id: str, server: subprocess.Popen[bytes], output: Output) -> RunRow | None:
    """Show the run's progress until it has ended; None when the server ends before."""
    with output.progress() as show:
        while server.poll() is None:
            run = get_run(store, run_id)
            show(ProgressReport(run.stage, min(1.0, run.progress), run.message, run.best))
            if run.status in ENDED:
                return run
            time.sleep(LOOK_SECONDS)
    return None


def _print_end(store: Store, run: RunRow, config: Config, output: Output) -> None:
    plan_id = plan_of_run(store, run.id)
    place = "/"
    if plan_id is not None:
        print_plan(plan_report(store, plan_id), output)
        place = f"/plans/{plan_id}"
    elif run.status == RunStatus.FAILED:
        output.error("run_failed", run.message)
    link = _link(store, config, place)
    output.console.print(
        f"\n[bold]Open {link}[/]\nThe link lets you in as admin, once. Ctrl-C ends the service.",
        soft_wrap=True,
    )


def _link(store: Store, config: Config, place: str) -> str:
    return f"{sign_in_link(store, ensure_admin(store), config.address)}?next={place}"
