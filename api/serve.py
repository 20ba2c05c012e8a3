"""The whole service on one machine: a web server and a worker beside it, both watched."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from api.config import Config
from api.jobs.processes import end_of
from api.logs import log_to_stderr
from api.metrics import FOLDER_VARIABLE
from api.signing_in import make_admin
from api.store.database import open_store
from api.store.migrate import migrate
from forecasting.errors import Fault, InvalidInput

__all__ = ["WORKER", "listen", "serve"]

logger = logging.getLogger(__name__)

WORKER = (sys.executable, "-m", "api.jobs.worker")
WEB = (sys.executable, "-m", "gunicorn", "--config", "python:api.gunicorn_settings", "api.wsgi:application()")
TICK_SECONDS = 0.2
RESTART_SECONDS = 1.0
MANY_ENDS, SHORT_SECONDS = 5, 60.0
LEAVE_SECONDS = 30.0
BACKLOG = 512


class _Part:
    """One of the service's processes, started again when it ends by itself."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], keep: Sequence[int] = ()
    ) -> None:
        self._name, self._command, self._environment, self._keep = name, command, environment, keep
        self._ends: deque[float] = deque(maxlen=MANY_ENDS)
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches us alone, and we tell the parts in good order.
        return subprocess.Popen(  # noqa: S603 - the command is ours
            self._command, env=dict(self._environment), pass_fds=self._keep, start_new_session=True
        )

    def watch(self) -> bool:
        """Start the process again if it has ended; False if it keeps ending."""
        if self._process.poll() is None:
            return True
        now = time.monotonic()
        self._ends.append(now)
        how = end_of(self._process.returncode)
        if len(self._ends) == MANY_ENDS and now - self._ends[0] < SHORT_SECONDS:
            logger.error("The %s %s, again and again; giving up", self._name, how)
            return False
        logger.warning("The %s %s; starting it again", self._name, how)
        time.sleep(RESTART_SECONDS)
        self._process = self._start()
        return True

    def ask_to_leave(self) -> None:
        """Tell the process to finish what it is at."""
        if self._process.poll() is None:
            self._process.terminate()

    def see_off(self, seconds: float) -> None:
        """Wait for the process to end; after this time, end it."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            logger.warning("The %s did not leave in time and is ended", self._name)
            self._process.kill()
            self._process.wait()


def serve(config: Config, worker: Sequence[str] = WORKER) -> int:
    """Serve pages and API, with a worker beside them, until SIGTERM or SIGINT.

    Parameters
    ----------
    worker
        Command that starts the worker; this process's id is appended.

    Returns
    -------
    int
        Exit status: 0 after a signal, 1 when a part could not be kept alive.

    Raises
    ------
    InvalidInput
        If the address cannot be listened on.
    """
    log_to_stderr(config.log_level)
    listener = listen(config)
    host, port = listener.getsockname()[:2]
    store = open_store(config)
    migrate(store)
    password = make_admin(store)
    store.close()
    if password is not None:
        print(f"First start: sign in as admin with the one-time password {password}", flush=True)  # noqa: T201
    leaving: list[int] = []

    def leave(signum: int, _frame: FrameType | None) -> None:
        leaving.append(signum)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    environment = {**os.environ, **config.environment(), FOLDER_VARIABLE: str(_metrics_folder(config))}
    parts = [
        _Part("worker", [*worker, str(os.getpid())], environment),
        _Part("web server", [*WEB, "--bind", f"fd://{listener.fileno()}"], environment, [listener.fileno()]),
    ]
    logger.info("Sunrota is at http://%s:%d/", f"[{host}]" if ":" in host else host, port)
    try:
        while not leaving:
            if not all(part.watch() for part in parts):
                return 1
            time.sleep(TICK_SECONDS)
        logger.info("Leaving: requests and runs get some seconds to finish")
        return 0
    finally:
        for part in parts:
            part.ask_to_leave()
        for part in parts:
            part.see_off(config.run_grace_seconds + LEAVE_SECONDS)
        listener.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _metrics_folder(config: Config) -> Path:
    """Return an empty folder for what the web server's processes count."""
    folder = config.data_dir.absolute() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def listen(config: Config) -> socket.socket:
    """Take the service's address.

    Held by this process, so that a web server that is started again finds its address free.

    Raises
    ------
    InvalidInput
        If the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        return socket.create_server((config.host, config.port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            rule = "the port is in use by another program; choose another with --port or SUNROTA_PORT"
        else:
            rule = f"the address cannot be listened on ({error.strerror})"
        place = f"{config.host}:{config.port}"
        raise InvalidInput(Fault(rule, value=place, code="address")) from error
