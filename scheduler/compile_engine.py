"""Compile the engine ahead: ``python -m scheduler.compile_engine``, once where it is installed.

numba keeps what is compiled beside the sources, or in ``NUMBA_CACHE_DIR``; without this whoever needs a part
first waits until it is compiled.
"""

from __future__ import annotations

import scheduler.plan
import scheduler.rostering.daily.solve
import scheduler.rostering.tasks.solve  # noqa: F401 - most kernels are compiled when they are imported
from scheduler.simulation.kernels import gathering, replication

__all__ = ["compile_engine"]


def compile_engine() -> None:
    """Compile what is not compiled by being imported."""
    replication.load()
    gathering.load()


if __name__ == "__main__":
    compile_engine()
