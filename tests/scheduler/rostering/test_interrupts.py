"""Ctrl-C while CP-SAT solves reaches who asked for it, and leaves no search behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from itertools import combinations, pairwise

import pytest
from ortools.sat.python import cp_model

from scheduler.rostering.budget import Budget
from scheduler.rostering.exact.run import solve_model
from scheduler.rostering.result import Limits
from tests.processes import running


def endless() -> cp_model.CpModel:
    """The shortest ruler of 16 marks whose distances all differ: it takes hours to prove."""
    model = cp_model.CpModel()
    marks = [model.new_int_var(0, 500, "") for _ in range(16)]
    for one, other in pairwise(marks):
        model.add(one < other)
    model.add_all_different([other - one for one, other in combinations(marks, 2)])
    model.minimize(marks[-1])
    return model


def search_and_interrupt() -> None:
    """Interrupt a search that stops then, and this process again after it; say how often that was heard."""
    heard: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: heard.append(number))
    budget = Budget(Limits(time_seconds=60, workers=2), time.monotonic, lambda: bool(heard))
    begun = time.monotonic()

    def interrupt_once() -> None:
        if not heard and time.monotonic() - begun > 1:
            os.kill(os.getpid(), signal.SIGINT)

    solve_model(endless(), budget, poll=interrupt_once)
    os.kill(os.getpid(), signal.SIGINT)
    print(len(heard), "signals heard,", "stopped" if budget.stopped else "not stopped")  # noqa: T201


@pytest.mark.slow
def test_a_signal_is_heard_while_cp_sat_solves_and_after_it() -> None:
    with running([sys.executable, "-m", __name__], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        told, errors = process.communicate()
    assert (process.returncode, told) == (0, "2 signals heard, stopped\n"), errors


def test_no_search_goes_on_where_the_wait_for_it_was_interrupted() -> None:
    before = threading.active_count()

    def interrupt() -> None:
        raise KeyboardInterrupt

    budget = Budget(Limits(time_seconds=60, workers=1), time.monotonic)
    with pytest.raises(KeyboardInterrupt):
        solve_model(endless(), budget, poll=interrupt)
    assert threading.active_count() == before


if __name__ == "__main__":
    search_and_interrupt()
