"""Nothing is left to compile after the engine was compiled ahead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTED = """
import sys
from scheduler.compile_engine import compile_engine
compile_engine()
for name, module in sorted(sys.modules.items()):
    load = getattr(module, "load", None)
    if hasattr(module, "njit") and (load is None or load.cache_info().currsize == 1):
        print(name)
"""


@pytest.mark.slow
def test_every_compiled_module_is_loaded() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", LISTED], cwd=ROOT, check=True, capture_output=True, text=True
    )
    sources = [
        file.relative_to(ROOT).with_suffix("")
        for package in ("forecasting", "scheduler", "api")
        for file in (ROOT / package).rglob("*.py")
        if "\n@njit" in (text := file.read_text()) or "\n    @njit" in text
    ]
    assert len(sources) > 10
    assert {".".join(source.parts) for source in sources} <= set(listed.stdout.split())
