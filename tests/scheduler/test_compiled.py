"""numba's cache notices changes in the files that compiled code calls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import njit

from scheduler.compiled import lowest_bit

CALLER = """
from numba import njit
from scheduler.compiled import keyed_by
from callee import step

@njit("i8(i8)", cache=True)
{key}def twice(number):
    return step(step(number))

print(twice(0), sum(twice.stats.cache_hits.values()))
"""
CALLEE = """
from numba import njit

@njit("i8(i8)", cache=True)
def step(number):
    return number + {amount}
"""


def run(folder: Path, amount: int, key: str) -> list[str]:
    """Write both files, run the caller, and return what it found, and how often in the cache."""
    (folder / "callee.py").write_text(CALLEE.format(amount=amount))
    (folder / "caller.py").write_text(CALLER.format(key=key))
    path = [str(Path(__file__).parents[2]), str(folder)]
    code = f"import sys; sys.path[:0] = {path}; import caller"
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()


@pytest.mark.slow
def test_a_changed_callee_is_compiled_into_its_caller_anew(tmp_path: Path) -> None:
    key = '@keyed_by("callee")\n'
    assert run(tmp_path, 1, key) == ["2", "0"]
    assert run(tmp_path, 1, key) == ["2", "1"]
    assert run(tmp_path, 5, key) == ["10", "0"]


def test_the_lowest_bit_is_found_in_every_place() -> None:
    @njit
    def found(word: Any) -> Any:
        return lowest_bit(word)

    for place in (0, 1, 5, 31, 32, 62, 63):
        assert found(np.uint64((1 << place) | (1 << 63))) == place
