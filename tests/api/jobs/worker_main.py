"""A worker whose runs do the work of :mod:`tests.api.jobs.child_main`; told its parent as the real one is."""

from __future__ import annotations

import os
import signal
import sys

from api.config import load_config
from api.jobs.processes import die_with_parent
from api.jobs.worker import run_worker

if __name__ == "__main__":
    if len(sys.argv) > 1:
        die_with_parent(int(sys.argv[1]), by=signal.SIGTERM)
    run_worker(load_config(os.environ), child=(sys.executable, "-m", "tests.api.jobs.child_main"))
