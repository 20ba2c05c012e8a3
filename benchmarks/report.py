"""What every benchmark writes beside its numbers: machine, versions, seed."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

__all__ = ["environment", "write_report"]

PROCESSOR_FILE = Path("/proc/cpuinfo")


def environment(packages: Iterable[str], seed: int | None) -> dict[str, object]:
    """Return where and with what a benchmark runs.

    Parameters
    ----------
    packages
        Names of installed distributions whose versions matter.
    seed
        Of the random numbers; None where the benchmark draws none.
    """
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            "load": [round(each, 2) for each in os.getloadavg()],
        },
        "versions": {"python": platform.python_version()} | {name: version(name) for name in packages},
        "seed": seed,
    }


def write_report(path: Path, report: Mapping[str, object]) -> None:
    """Write a report as JSON."""
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _processor() -> str:
    if PROCESSOR_FILE.exists():
        for line in PROCESSOR_FILE.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
