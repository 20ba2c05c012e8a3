"""Process groups, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from api.jobs.processes import Group
from tests.processes import ROOT, running

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def group() -> Iterator[Group]:
    """A child that starts a child of its own, which holds 100 MiB."""
    grandchild = "import time; held = b'x' * 100 * 1024 * 1024; print('ready', flush=True); time.sleep(600)"
    made = Group([sys.executable, "-c", PARENT, grandchild], ENVIRONMENT)
    yield made
    made.kill()


def grandchild_of(group: Group) -> psutil.Process:
    for _ in range(300):
        if children := psutil.Process(group.pid).children():
            return children[0]
        time.sleep(0.05)
    pytest.fail("the child started nothing")


@pytest.mark.slow
def test_a_group_is_ended_whole(group: Group) -> None:
    grandchild = grandchild_of(group)
    assert not group.has_ended()
    assert group.kill() == -signal.SIGKILL
    grandchild.wait(10)
    assert group.has_ended()
    assert group.kill() == -signal.SIGKILL, "again changes nothing"


@pytest.mark.slow
def test_what_the_child_leaves_behind_is_ended_too(group: Group) -> None:
    grandchild = grandchild_of(group)
    os.kill(group.pid, signal.SIGTERM)
    while not group.has_ended():
        time.sleep(0.05)
    assert grandchild.is_running()
    assert group.kill() == -signal.SIGTERM
    grandchild.wait(10)


@pytest.mark.slow
def test_the_memory_of_a_group_is_that_of_all_its_processes(group: Group) -> None:
    grandchild = grandchild_of(group)
    for _ in range(300):
        if grandchild.memory_info().rss > 100 * 1024 * 1024:
            break
        time.sleep(0.05)
    assert 100 * 1024 * 1024 < group.memory_bytes() < 400 * 1024 * 1024
    group.kill()
    assert group.memory_bytes() == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_a_child_dies_with_its_parent_even_when_it_never_looks() -> None:
    # It sleeps in one call, so that no code of its own can notice anything.
    child = "import os, time; from api.jobs.processes import die_with_parent\n"
    child += "die_with_parent(os.getppid()); time.sleep(600)"
    with running([sys.executable, "-c", PARENT, child], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        process = psutil.Process(int(parent.stdout.readline()))
        while process.status() != psutil.STATUS_SLEEPING or process.cpu_times().user == 0:
            time.sleep(0.05)
        time.sleep(1)
        parent.kill()
        process.wait(10)


def test_a_child_whose_parent_is_gone_already_ends() -> None:
    code = "from api.jobs.processes import die_with_parent; die_with_parent(1 << 22)"
    ended = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=False)
    assert ended.returncode == -signal.SIGKILL
